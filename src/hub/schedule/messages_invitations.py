"""What people's calendars should hold of a schedule, as messages can tell it: invitations, and cancellations of what they hold.

Source: RFC 5546; lessons, "Calendar"; issue 4, item 4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from hub.core import ical
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.occurrence import Occurrence, SessionState
from hub.core.outbox import Offset
from hub.messaging.happenings import Fact, Happening, Invite, Usual, register
from hub.messaging.queries import Held, held_invitations
from hub.people.queries.reached import reached
from hub.programmes.models import Programme
from hub.schedule.coming import is_joined, join_url
from hub.schedule.queries.told import Told, last_timed, released_sessions, untimed_sessions
from hub.schedule.telling import OF_A_MEETING, OF_A_SESSION, Groups, session_values


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
    groups = Groups(programme, at=at)
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
        subject=_subject(session, sequence, method),
        instead_of=[_subject(session, number, way) for number in range(sequence) for way in _METHODS],
        moment=EVER,
        zone=session.zone,
        over_at=session.starts_at if is_to_come else None,
        audiences=people,
        values={
            **session_values(told),
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


_METHODS = ("REQUEST", "CANCEL")


def _subject(session: Occurrence, sequence: int, method: str) -> str:
    return f"invite:{session.uid}:{sequence}:{method.lower()}"


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
            **OF_A_SESSION,
            "session.is_on": Variable("says something where the session is to be held", "yes"),
            "session.is_off": Variable("says something where it is not, or no longer for the recipient", ""),
            "session.is_open": Variable("says something where its day or time is open again, so that calendars lose it", ""),
            "session.is_changed": Variable("says something where the recipient’s calendar holds it as it was before", ""),
            "session.before": Variable("when it stands in calendars until now", "Wed 18 September 2024, 15:00–17:00 (London)"),
        },
        audiences=OF_A_MEETING,
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
