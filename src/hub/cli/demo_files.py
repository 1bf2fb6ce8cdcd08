"""The part of the demo about attendance from files: what the call said of two sessions, one settled, one with names to decide.

The files are written as Zoom writes them, of the people who came by the demo's register.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.schedule.models import Session

_HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest"
_NOTETAKER = "Notes by Otter"
_WITH_ADDRESS = 2  # of those who came, signed in to the call; the others typed a name


def read_file(session: Session, came: Sequence[Person], team: Person, *, settles: bool, at: datetime) -> None:
    """Let the team read the file of a session's call; where it settles it, it says who is who and takes it over."""
    from hub.participation import commands

    if session.date is None or session.start is None or session.end is None or len(came) <= _WITH_ADDRESS:
        return
    begins, ends = (datetime.combine(session.date, clock) for clock in (session.start, session.end))
    octets = _file(came, begins, ends).encode()
    report = commands.take_report(session, [("participants.csv", octets)], is_day_first=False, by=team, at=at)
    if not settles:
        return
    by_name = {_typed(person, number): person for number, person in enumerate(came)}
    open_ones = report.presences.filter(is_decided=False)
    commands.decide_presences(report, {each.number: by_name.get(each.name) for each in open_ones}, by=team, at=at)
    commands.take_over_report(report, by=team, at=at)


def _file(came: Sequence[Person], begins: datetime, ends: datetime) -> str:
    lines = [_HEAD]
    for number, person in enumerate(came):
        late, early = timedelta(minutes=number % 4), timedelta(minutes=3 * number % 7)
        address = person.account.email if number < _WITH_ADDRESS else ""
        lines.append(_line(_typed(person, number), address, begins + late, ends - early))
    lines.append(_line(_NOTETAKER, "", begins, ends))
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def _line(name: str, address: str, joins: datetime, leaves: datetime) -> str:
    minutes = (leaves - joins).seconds // 60
    return f"{name},{address},{joins:%m/%d/%Y %I:%M:%S %p},{leaves:%m/%d/%Y %I:%M:%S %p},{minutes},Yes"


def _typed(person: Person, number: int) -> str:
    """Give what somebody typed as their name when they joined: one says where they are, one wrote their first name alone."""
    first = person.name.split(maxsplit=1)[0]
    return {2: f"{first} at home", 3: first}.get(number, person.name)
