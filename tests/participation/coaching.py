"""Coaches who are there, and Experts who book them: a Tuesday afternoon of the autumn of 2024, in London."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from hub.participation import commands
from hub.participation.commands import Manner, Weekly
from hub.participation.models import Availability, OneToOne
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort
from tests.factories import BEGUN
from tests.participation.places import somebody, the_cohort

NOW = datetime(2024, 9, 10, 9, 0, tzinfo=UTC)
FIRST = datetime(2024, 9, 17, 13, 0, tzinfo=UTC)  # Tuesday 17 September 2024, 14:00 in London
SECOND = datetime(2024, 9, 17, 14, 0, tzinfo=UTC)
WEEK_AFTER = datetime(2024, 9, 24, 13, 0, tzinfo=UTC)
LINK = "https://meet.example.org/room-of-ines-7741"


def a_coach(name: str = "Ines Moreau", cohort: Cohort | None = None) -> Person:
    """A coach of the cohort."""
    return somebody(name, RoleKind.COACH, cohort or the_cohort())


def there(coach: Person, *, cohort: Cohort | None = None, hours: int = 2, **manner: Any) -> Availability:
    """Have a coach be there on Tuesdays from 14:00, for so many hours, until the end of October."""
    of = cohort or the_cohort()
    weekly = Weekly(weekday=1, start=time(14), end=time(14 + hours), first_on=date(2024, 9, 10), last_on=date(2024, 10, 29))
    given = Manner(**{"zone": "Europe/London", "joining_link": LINK} | manner)
    return commands.set_availability(coach, of.programme, of, given, [weekly], by=coach, at=BEGUN)


def talks(expert: Person, row: Availability, starts_at: datetime = FIRST, *, at: datetime = NOW, **facts: Any) -> OneToOne:
    """Have an Expert book a 1:1 for themselves."""
    assert row.cohort is not None
    return commands.book_one_to_one(row, expert, row.cohort, starts_at=starts_at, by=expert, at=at, **facts)
