"""What messages can tell of a schedule: a session that begins, a release, and what people's calendars should hold.

Only what is released is ever told; nothing comes from the draft. Source: lessons, "Mail"; issue 4, items 1 and 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from django.conf import settings
from django.urls import reverse

from hub.core import ical
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.occurrence import Occurrence, SessionState
from hub.core.outbox import Offset
from hub.core.release import Change, difference, known_release
from hub.core.taking_part import Days
from hub.messaging.happenings import Fact, Happening, Invite, Usual, register
from hub.messaging.queries import Held, held_invitations, not_heard
from hub.people.models import FELLOWS, day_of
from hub.people.queries.reached import parts_and_days_in, reached
from hub.people.queries.veils import readers_of
from hub.programmes.models import Cohort, Programme
from hub.schedule.coming import comers, is_joined, join_url
from hub.schedule.models import Release
from hub.schedule.queries.told import (
    Told,
    earlier_releases,
    last_timed,
    occurrences_in,
    released_sessions,
    releases_to_tell,
    untimed_sessions,
)

_GROUPS = {
    "experts": "The Experts of the cohort",
    "taking-part": "Everybody who takes part in the cohort",
    "team": "The team",
}
_OF_A_MEETING = {**_GROUPS, "guests": "Who has a place and takes no part in the cohort"}
_OF_A_COHORT = {
    "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
    "schedule.link": Variable("the cohort’s schedule", "https://example.org/hub/2024/schedule/", kind="url"),
    "calendar.link": Variable("where they add the schedule to their calendar", "https://example.org/me/calendar/", kind="url"),
}
_OF_A_SESSION = {
    **_OF_A_COHORT,
    "session.title": Variable("what the session is called", "Collaboration Café: Stakeholders"),
    "session.when": Variable("when it is, in its own zone", "Wed 18 September 2024, 15:00–17:00 (London)"),
    "session.begins": Variable("when it begins, by the recipient’s clock", "Wed 18 September 2024, 16:00 (Berlin)"),
    "session.begins_elsewhere": Variable(
        "the same, and empty where that is the clock of the session", "Wed 18 September 2024, 16:00 (Berlin)"
    ),
    "session.where": Variable("where it is, or how to attend", "Online"),
    "session.led_by": Variable("who leads it; may be empty", "Theo Brandt"),
    "session.link": Variable("the session’s page", "https://example.org/hub/2024/sessions/cafe/", kind="url"),
    "session.join_link": Variable(
        "the short way into the call, which asks who one is; empty where nobody joins from afar",
        "https://example.org/join/1f0c5d1e-8f0a-4a53-9a39-0d4f0d4c2a11/",
        kind="url",
    ),
}


def _absolute(name: str, *arguments: str) -> str:
    return settings.BASE_URL + reverse(name, args=arguments)


class _Groups:
    """Who is in which group of which cohort, by the day it is about, and who has a place where places are given out."""

    def __init__(self, programme: Programme, *, at: datetime) -> None:
        self._today = day_of(at)
        self._parts = parts_and_days_in(programme)
        self._readers = readers_of(programme, at=at)
        self._comers = comers(programme, at=at)

    def drawn(self, fact: Fact) -> Fact:
        """Draw the veil over what a fact says to who takes no part in its cohort, or not yet."""
        return replace(fact, veil=self._readers.veil, among=self._readers.among(fact.cohort_id))

    def meeting(self, told: Told) -> dict[str, frozenset[int]]:
        """Give the people of a session's groups on its day: of the Experts those with a place, where it gives out places.

        Who left before it is not meant, nor who joins after: nobody is thanked for coming to what was before their time. While
        its day is open, it means the whole cohort.
        """
        groups = self.of(told.cohort, on=told.occurrence.date)
        come = self._comers.get(told.occurrence.uid)
        if come is None:
            return groups | {"guests": frozenset()}
        experts, taking_part = groups["experts"], groups["taking-part"]
        return groups | {
            "experts": experts & come,
            "taking-part": frozenset(each for each in taking_part if each in come or each not in experts),
            "guests": come - taking_part,
        }

    def of(self, cohort: Cohort, *, on: date | None = None) -> dict[str, frozenset[int]]:
        """Give the people of the cohort's groups, by the group's name: who takes part on a day; None: who does or is to.

        The team is whoever runs the programme now, whatever was before them or is to be.
        """
        here = [
            (person, kind) for person, kind, where, days in self._parts if where == cohort.pk and self._counts(days, cohort, on)
        ]
        team = (each for each in self._parts if each[1] == "team" and each[2] is None)
        return {
            "experts": frozenset(person for person, kind in here if kind == "expert"),
            "taking-part": frozenset(person for person, kind in here if kind in FELLOWS),
            "team": frozenset(person for person, _, _, days in team if days.holds_on(self._today)),
        }

    def _counts(self, days: Days, cohort: Cohort, on: date | None) -> bool:
        return not days.is_over(self._today) if on is None else days.counts_for(on, cohort_first=cohort.starts_on)


def _values_of(cohort: Cohort) -> dict[str, str]:
    return {
        "cohort.name": cohort.name,
        "schedule.link": _absolute("schedule", cohort.programme.slug, cohort.slug),
        "calendar.link": _absolute("my-calendar"),
    }


def _session_values(told: Told) -> dict[str, str]:
    session = told.occurrence
    return {
        **_values_of(told.cohort),
        "session.title": session.say_title,
        "session.when": session.say_when,
        "session.where": ical.location(session),
        "session.led_by": session.led_by,
        "session.link": _absolute("session", told.cohort.programme.slug, told.cohort.slug, session.slug),
        "session.join_link": join_url(session) if is_joined(session) else "",
    }


# -- a session begins


def sessions(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the released sessions that are to be held, each with the moment it begins. Five queries."""
    uids = None if subjects is None else {each.removeprefix("session:") for each in subjects}
    groups = _Groups(programme, at=at)
    for told in released_sessions(programme, since=since, uids=uids):
        session = told.occurrence
        if session.starts_at is None or session.state is SessionState.CANCELLED or not session.kind.is_gathering:
            continue
        fact = Fact(
            subject=f"session:{session.uid}",
            moment=session.starts_at,
            zone=session.zone,
            over_at=session.starts_at,
            audiences=groups.meeting(told),
            values=_session_values(told),
            moments={"session.begins": session.starts_at},
            cohort_id=told.cohort.pk,
        )
        yield groups.drawn(fact)


register(
    Happening(
        name="schedule.session",
        label="a session begins",
        variables=_OF_A_SESSION,
        audiences=_OF_A_MEETING,
        facts=sessions,
        is_once=True,
        usual=(
            Usual(
                slug="session-two-weeks",
                title="Two weeks before a session",
                topic=Topic.REMINDERS,
                audience="experts",
                offset=Offset(days=-14, clock=time(9)),
                needs_ok=True,
                subject="{{ session.title }} on {{ session.when }}",
                body=(
                    "Hello {{ you.first_name }},\n\nin two weeks we meet for **{{ session.title }}**.\n\n"
                    "- When: {{ session.when }}\n"
                    "{{# if session.begins_elsewhere }}- By your clock: {{ session.begins_elsewhere }}\n{{/ if }}"
                    "{{# if session.where }}- Where: {{ session.where }}\n{{/ if }}"
                    "{{# if session.led_by }}- Led by: {{ session.led_by }}\n{{/ if }}\n"
                    "[What we will do]({{ session.link }})\n\n"
                    "{{# if you.can_answer }}If you can’t come, answer this mail: somebody of the team reads it.{{/ if }}"
                ),
            ),
            Usual(
                slug="session-two-days",
                title="Two days before a session",
                topic=Topic.REMINDERS,
                audience="taking-part",
                offset=Offset(days=-2, clock=time(9)),
                subject="In two days: {{ session.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\na reminder: **{{ session.title }}** is on {{ session.when }}.\n\n"
                    "{{# if session.begins_elsewhere }}By your clock it begins {{ session.begins_elsewhere }}.\n\n{{/ if }}"
                    "{{# if session.join_link }}[Join the call]({{ session.join_link }})\n\n{{/ if }}"
                    "[Agenda and how to join]({{ session.link }})"
                ),
            ),
            Usual(
                slug="guests-two-days",
                title="Two days before a session, to guests",
                topic=Topic.REMINDERS,
                audience="guests",
                offset=Offset(days=-2, clock=time(9)),
                subject="In two days: {{ session.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\na reminder: you have a place in **{{ session.title }}** on "
                    "{{ session.when }}.\n\n"
                    "{{# if session.begins_elsewhere }}By your clock it begins {{ session.begins_elsewhere }}.\n\n{{/ if }}"
                    "{{# if session.join_link }}[Join the call]({{ session.join_link }})\n\n{{/ if }}"
                    "[Agenda, and where to give the place back]({{ session.link }})"
                ),
            ),
            Usual(
                slug="session-day-after",
                title="The day after a session",
                topic=Topic.NEWS,
                audience="taking-part",
                offset=Offset(days=1, clock=time(10)),
                needs_ok=True,
                subject="Thank you for {{ session.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\nthank you for coming to {{ session.title }}. "
                    "Notes and materials are on its page as soon as we have them.\n\n[The session’s page]({{ session.link }})"
                ),
            ),
        ),
    )
)

# -- the schedule is released


def releases(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the newest releases, where they were made since; only who takes part in the cohort, or is to, hears of its changes.

    A release another one overtook is told no more: who has not heard of it hears with the newest what changed since the last
    they know, and nothing where that is nothing. Four queries; six where somebody has not heard of an earlier one.
    """
    keys = None if subjects is None else {int(each.removeprefix("release:")) for each in subjects}
    groups = _Groups(programme, at=at)
    found = releases_to_tell(programme, since=since, keys=keys)
    since_known = _since_known(found)
    for release in found:
        own = [Change.from_facts(each) for each in release.difference]
        others = since_known.get(release.pk, {})
        by_hook = {key: others["hook", key] for kind, key in sorted(others) if kind == "hook"}
        told = next(filter(None, by_hook.values()), own)
        people = groups.of(release.cohort) if own or any(others.values()) else {}
        changes = {person: others.get(("person", person), own) for those in people.values() for person in those}
        fact = Fact(
            subject=f"release:{release.pk}",
            moment=release.released_at,
            zone=release.cohort.zone,
            audiences={name: frozenset(each for each in those if changes[each]) for name, those in people.items()},
            values={
                **_values_of(release.cohort),
                "release.number": str(release.number),
                "release.note": release.note,
                "release.changes": "\n".join(_lines(told)),
                "changes.link": _absolute("changes", programme.slug, release.cohort.slug),
            },
            personal={
                person: {"release.changes": "\n".join(_lines(theirs))}
                for person, theirs in changes.items()
                if theirs is not told
            },
            cohort_id=release.cohort_id,
            is_news_in={key: bool(theirs) and any(people.values()) for key, theirs in by_hook.items()},
        )
        yield groups.drawn(fact)


def _since_known(newest: Sequence[Release]) -> dict[int, dict[tuple[str, int], Sequence[Change]]]:
    """Give, for each of some newest releases by key, what changed since the last release known to who has not heard of all the
    earlier ones: by whose it is, a person's or a channel's.
    """
    earlier = earlier_releases(newest)
    subjects = {f"release:{pk}": (cohort, number) for cohort, rows in earlier.items() for pk, number in rows.items()}
    known: dict[int, dict[tuple[str, int], int]] = {}  # the number of the release they know, by cohort
    for whose, heard in (not_heard("schedule.release", subjects) if subjects else {}).items():
        by_cohort: dict[int, dict[int, bool]] = {}
        for subject, is_heard in heard.items():
            cohort, number = subjects[subject]
            by_cohort.setdefault(cohort, {})[number] = is_heard
        for cohort, numbers in by_cohort.items():
            if (number_known := known_release(numbers)) is not None:
                known.setdefault(cohort, {})[whose] = number_known
    of = {each.cohort_id: each for each in newest}
    keys = {(cohort, number): pk for cohort, rows in earlier.items() for pk, number in rows.items()}
    wanted = {keys[cohort, number] for cohort, those in known.items() for number in those.values() if number}
    held = occurrences_in(wanted | {of[cohort].pk for cohort in known})
    found: dict[int, dict[tuple[str, int], Sequence[Change]]] = {}
    for cohort, those in known.items():
        after = held[of[cohort].pk]
        changed = {
            number: difference(held[keys[cohort, number]] if number else (), after).changes for number in set(those.values())
        }
        found[of[cohort].pk] = {whose: changed[number] for whose, number in those.items()}
    return found


_MOST_CHANGES = 30


def _lines(changes: Iterable[Change]) -> list[str]:
    lines = [f"{change.title}: {change.sentence}" for change in changes]
    rest = len(lines) - _MOST_CHANGES
    return [*lines[:_MOST_CHANGES], f"and {rest} more"] if rest > 0 else lines


register(
    Happening(
        name="schedule.release",
        label="a schedule is released",
        variables={
            **_OF_A_COHORT,
            "release.number": Variable("the number of the release", "3"),
            "release.note": Variable("what the team wrote to it; may be empty", "The workshop is a week later."),
            "release.changes": Variable(
                "what changed, one line each", "Systems thinking: Moved from Tue 12 November to Thu 14 November", kind="lines"
            ),
            "changes.link": Variable("all changes of the cohort", "https://example.org/hub/2024/changes/", kind="url"),
        },
        audiences=_GROUPS,
        facts=releases,
        usual=(
            Usual(
                slug="schedule-released",
                title="The schedule changed",
                topic=Topic.SCHEDULE,
                audience="taking-part",
                offset=Offset(),
                needs_ok=True,
                subject="{{ cohort.name }}: what changed in the schedule",
                body=(
                    "Hello {{ you.first_name }},\n\n"
                    "the schedule of {{ cohort.name }} changed (release {{ release.number }}).\n\n"
                    "{{# if release.note }}{{ release.note }}\n\n{{/ if }}"
                    "{{ release.changes }}\n\n[See the schedule]({{ schedule.link }})\n\n"
                    "[Add it to your calendar]({{ calendar.link }}), and changes arrive there by themselves."
                ),
            ),
        ),
    )
)

# -- what calendars should hold


def invitations(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give what calendars should hold and do not: invitations to coming sessions, and cancellations of what they hold.

    A subject is the session and the sequence its change has for somebody; whoever takes part gets an invitation once for each
    sequence. Who is no longer to come, and everybody where the session is off or its day or time is open again, gets a
    cancellation of what they hold; who takes part no longer and has a place keeps it, and so does a guest who takes part now.
    Coming back raises the sequence above the cancellation's, as RFC 5546 §2.1.4 wants it. Who has another address now gets what
    is to come there, too.
    """
    uids = None if subjects is None else {each.split(":")[1] for each in subjects}
    found = released_sessions(programme, since=since, uids=uids, with_calendar=True)
    told = [each for each in found if each.vevent]
    untimed = {each.occurrence.uid: each for each in untimed_sessions(programme) if uids is None or each.occurrence.uid in uids}
    held = held_invitations(programme, {each.occurrence.uid for each in told} | untimed.keys())
    groups = _Groups(programme, at=at)
    addresses = {key: each.email for key, each in reached({person for _, person in held}).items()} if held else {}
    wanted = None if subjects is None else set(subjects)
    standing = {uid for (uid, _), state in held.items() if state.is_there and uid in untimed}
    facts = [fact for each in told for fact in _invitations_to(each, held, groups.meeting(each), addresses, at=at)]
    for uid, was in sorted(last_timed(programme, since=since, uids=standing).items()):
        facts += _taken_out(untimed[uid], was, held, groups.meeting(untimed[uid]))
    yield from (groups.drawn(fact) for fact in facts if wanted is None or fact.subject in wanted)


def _invitations_to(
    told: Told,
    held: Mapping[tuple[str, int], Held],
    groups: Mapping[str, frozenset[int]],
    addresses: Mapping[int, str],
    *,
    at: datetime,
) -> Iterator[Fact]:
    """Give what calendars lack of one session. One that is over is new to nobody; what changed since it was put there is told
    all the same, for it may have been moved back in time and stand on a day to come.
    """
    session = told.occurrence
    assert session.starts_at is not None
    is_to_come = session.starts_at > at
    is_off = session.state is SessionState.CANCELLED or not session.kind.is_gathering
    mine = {person: state for (uid, person), state in held.items() if uid == session.uid}
    held_older = {person for person, state in mine.items() if state.is_there and _is_older(state, session)}
    to_invite: dict[int, dict[str, set[int]]] = {}
    for name, people in _invited_as(mine, groups).items() if not is_off else ():
        for person in people:
            state = mine.get(person)
            address = addresses.get(person) if is_to_come else None
            sequence = state.sequence_for(session.sequence, address=address) if state else session.sequence
            if state.sequence < sequence if state is not None and state.is_there else is_to_come:
                to_invite.setdefault(sequence, {}).setdefault(name, set()).add(person)
    for sequence, those in sorted(to_invite.items()):
        yield _invite(told, "REQUEST", sequence, those, is_to_come=is_to_come, held_older=held_older)
    to_cancel: dict[int, dict[str, set[int]]] = {}
    for person, state in mine.items():
        is_gone = not _stays(person, state, groups)
        if state.is_there and (is_off or (is_gone and (is_to_come or person in held_older))):
            sequence = max(state.sequence + 1, session.sequence if is_off else 0)
            to_cancel.setdefault(sequence, {}).setdefault(state.audience, set()).add(person)
    for sequence, those in sorted(to_cancel.items()):
        yield _invite(told, "CANCEL", sequence, those, is_to_come=is_to_come)


def _stays(person: int, state: Held, groups: Mapping[str, frozenset[int]]) -> bool:
    """Say whether somebody who was invited to a session is still to come: in the group they were invited with, or in another.

    An Expert whose part ends may keep a place as a guest, and a guest may become an Expert: the session is on, and theirs.
    """
    now = (groups.get(state.audience, frozenset()), groups["taking-part"], groups["guests"])
    return any(person in people for people in now)


def _invited_as(mine: Mapping[int, Held], groups: Mapping[str, frozenset[int]]) -> dict[str, set[int]]:
    """Give whom a session means, by the group they are invited with.

    Who holds an invitation and is still to come goes on with the group of it, while its rule is on: another that means them,
    too, has nothing new to say, and where none does, their calendar is kept right all the same.
    """
    found = {name: set(people) for name, people in groups.items()}
    for person, state in mine.items():
        if state.is_there and state.is_kept and _stays(person, state, groups):
            for people in found.values():
                people.discard(person)
            found.setdefault(state.audience, set()).add(person)
    return found


def _is_older(state: Held, session: Occurrence) -> bool:
    """Say whether a calendar holds a session as it was before its last change; sent anew to another address it is the same."""
    return state.sequence < session.sequence + 2 * state.raised


def _taken_out(
    told: Told, was: Told, held: Mapping[tuple[str, int], Held], groups: Mapping[str, frozenset[int]]
) -> Iterator[Fact]:
    """Give the cancellations of a session whose day or time is open, as calendars hold it: with the time it had before."""
    session = told.occurrence
    is_off = session.state is SessionState.CANCELLED or not session.kind.is_gathering
    to_cancel: dict[int, dict[str, set[int]]] = {}
    staying: set[int] = set()
    for (uid, person), state in held.items():
        if uid == session.uid and state.is_there:
            sequence = max(state.sequence + 1, session.sequence)
            to_cancel.setdefault(sequence, {}).setdefault(state.audience, set()).add(person)
            if not is_off and _stays(person, state, groups):
                staying.add(person)
    is_open = {"session.when": session.say_when, "session.is_open": "yes", "session.is_off": ""}
    for sequence, those in sorted(to_cancel.items()):
        stay = {person for people in those.values() for person in people & staying}
        cancelled = _invite(was, "CANCEL", sequence, those, is_to_come=False)
        for_all = is_open if len(stay) == sum(map(len, those.values())) else {}
        yield replace(cancelled, values={**cancelled.values, **for_all}, personal=dict.fromkeys(stay, is_open))


def _invite(
    told: Told,
    method: str,
    sequence: int,
    people: Mapping[str, Collection[int]],
    *,
    is_to_come: bool,
    held_older: Collection[int] = (),
) -> Fact:
    session, is_off = told.occurrence, method == "CANCEL"
    assert session.starts_at is not None
    return Fact(
        subject=f"invite:{session.uid}:{sequence}:{method.lower()}",
        moment=EVER,
        zone=session.zone,
        over_at=session.starts_at if is_to_come else None,
        audiences=people,
        values={
            **_session_values(told),
            "session.is_off": "yes" if is_off else "",
            "session.is_on": "" if is_off else "yes",
            "session.is_open": "",
            "session.is_changed": "",
            "session.before": session.say_when,
        },
        personal={
            person: {"session.is_changed": "yes"} for those in people.values() for person in those if person in held_older
        },
        moments={"session.begins": session.starts_at},
        cohort_id=told.cohort.pk,
        invite=Invite(session.uid, sequence, method, _event(told, is_off=is_off), told.vtimezones),
    )


def _event(told: Told, *, is_off: bool) -> str:
    """Give the calendar text for whoever is invited: it begins with the short way into the call, which asks who one is."""
    session = told.occurrence
    return ical.joined_at(told.vevent, join_url(session)) if is_joined(session) and not is_off else told.vevent


_INVITED = (
    "{{# if session.is_on }}{{# if session.is_changed }}This session has changed. It is now:\n\n{{/ if }}"
    "**{{ session.title }}**\n\n- When: {{ session.when }}\n"
    "{{# if session.begins_elsewhere }}- By your clock: {{ session.begins_elsewhere }}\n{{/ if }}\n"
    "{{# if session.join_link }}[Join the call]({{ session.join_link }})\n\n{{/ if }}"
    "[Agenda and how to join]({{ session.link }})\n\n"
    "Your calendar takes this invitation in, and keeps it right when the session moves.{{/ if }}"
    "{{# if session.is_off }}**{{ session.title }}** on {{ session.when }} is cancelled, or you no longer take "
    "part in it. Your calendar takes it out.{{/ if }}"
    "{{# if session.is_open }}The time of **{{ session.title }}** is open again. It was to be on {{ session.before }}; "
    "now: {{ session.when }}.\n\nYour calendar takes it out until the time is fixed.\n\n"
    "[The session’s page]({{ session.link }}){{/ if }}"
)
_INVITED_TO = (
    "{{# if session.is_off }}Cancelled: {{/ if }}{{# if session.is_open }}Time open again: {{/ if }}"
    "{{# if session.is_changed }}Changed: {{/ if }}{{ session.title }}, {{ session.when }}"
)
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # an invitation is due as long as it holds, from the day its rule is switched on

register(
    Happening(
        name="schedule.invitation",
        label="a session is to stand in a calendar",
        variables={
            **_OF_A_SESSION,
            "session.is_on": Variable("says something where the session is to be held", "yes"),
            "session.is_off": Variable("says something where it is not, or no longer for the recipient", ""),
            "session.is_open": Variable("says something where its day or time is open again, so that calendars lose it", ""),
            "session.is_changed": Variable("says something where the recipient’s calendar holds it as it was before", ""),
            "session.before": Variable("when it stands in calendars until now", "Wed 18 September 2024, 15:00–17:00 (London)"),
        },
        audiences=_OF_A_MEETING,
        facts=invitations,
        is_standing=True,
        usual=(
            Usual(
                slug="calendar-invitations",
                title="Calendar invitations",
                topic=Topic.INVITATIONS,
                audience="experts",
                offset=Offset(),
                subject=_INVITED_TO,
                body=_INVITED,
            ),
            Usual(
                slug="guests-invitations",
                title="Calendar invitations to guests",
                topic=Topic.INVITATIONS,
                audience="guests",
                offset=Offset(),
                subject=_INVITED_TO,
                body=_INVITED,
            ),
        ),
    )
)
