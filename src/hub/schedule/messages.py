"""What messages can tell of a schedule: a session that begins, and a release; `messages_invitations` tells calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time

from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.occurrence import SessionState
from hub.core.outbox import Offset
from hub.core.release import Change, difference, known_release
from hub.messaging.happenings import Fact, Happening, Usual, register
from hub.messaging.queries import not_heard
from hub.programmes.models import Programme
from hub.schedule import messages_invitations  # noqa: F401  importing it registers what it can tell
from hub.schedule.models import Release
from hub.schedule.queries.told import earlier_releases, occurrences_in, released_sessions, releases_to_tell
from hub.schedule.telling import GROUPS, OF_A_COHORT, OF_A_MEETING, OF_A_SESSION, Groups, absolute, session_values, values_of

# -- a session begins


def sessions(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the released sessions that are to be held, each with the moment it begins. Five queries."""
    uids = None if subjects is None else {each.removeprefix("session:") for each in subjects}
    groups = Groups(programme, at=at)
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
            values=session_values(told),
            moments={"session.begins": session.starts_at},
            cohort_id=told.cohort.pk,
        )
        yield groups.drawn(fact)


register(
    Happening(
        name="schedule.session",
        label="a session begins",
        variables=OF_A_SESSION,
        audiences=OF_A_MEETING,
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
    groups = Groups(programme, at=at)
    found = releases_to_tell(programme, since=since, keys=keys)
    earlier = earlier_releases(found)
    since_known = _since_known(found, earlier)
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
                **values_of(release.cohort),
                "release.number": str(release.number),
                "release.note": release.note,
                "release.changes": "\n".join(_lines(told)),
                "changes.link": absolute("changes", programme.slug, release.cohort.slug),
            },
            personal={
                person: {"release.changes": "\n".join(_lines(theirs))}
                for person, theirs in changes.items()
                if theirs is not told
            },
            cohort_id=release.cohort_id,
            instead_of=[f"release:{pk}" for pk in earlier.get(release.cohort_id, ())],
            is_news_in={key: bool(theirs) and any(people.values()) for key, theirs in by_hook.items()},
        )
        yield groups.drawn(fact)


def _since_known(
    newest: Sequence[Release], earlier: Mapping[int, Mapping[int, int]]
) -> dict[int, dict[tuple[str, int], Sequence[Change]]]:
    """Give, for each of some newest releases by key, what changed since the last release known to who has not heard of all the
    earlier ones: by whose it is, a person's or a channel's.
    """
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
            **OF_A_COHORT,
            "release.number": Variable("the number of the release", "3"),
            "release.note": Variable("what the team wrote to it; may be empty", "The workshop is a week later."),
            "release.changes": Variable(
                "what changed, one line each", "Systems thinking: Moved from Tue 12 November to Thu 14 November", kind="lines"
            ),
            "changes.link": Variable("all changes of the cohort", "https://example.org/hub/2024/changes/", kind="url"),
        },
        audiences=GROUPS,
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
