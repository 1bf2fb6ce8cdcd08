"""Which days of the new cohort are good days, and where a session of the earlier one falls.

Sources: seeds/000 (cafés keep their day), seeds/001 (weeks of a month), docs/decisions/0003.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from hub.core.box.model import Known
from hub.core.calendar import holiday, say_date, say_times, week_label, week_of_month
from hub.core.plan.model import Session
from hub.core.plan.rules import Rules


@dataclass(slots=True, kw_only=True)
class Slot:
    """A session of the new cohort while it is being placed. `month` counts from 0; `week` is the plan's week number."""

    source: Session | None
    session: Session  # as it will stand, but for date, chapter and week
    month: int
    week: int | None
    day: date | None = None
    start: time | None = None
    end: time | None = None
    is_dropped: bool = False
    step: int | None = None  # number of the step before the cohort it is
    was: str = ""
    reason: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.session.say_title or self.session.kind.label

    def meets(self, day: date, start: time | None, end: time | None) -> bool:
        """Say whether it takes place at a time; without times, the day is enough."""
        if self.is_dropped or self.day != day or not self.session.kind.is_gathering:
            return False
        if self.start is None or self.end is None or start is None or end is None:
            return True
        return start < self.end and self.start < end


def month_after(year: int, month: int, count: int) -> tuple[int, int]:
    """Give the year and month `count` months later (or earlier, where negative)."""
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def last_day(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def week_span(year: int, month: int, week: int) -> tuple[date, date] | None:
    """Give Monday and Sunday of a plan's week, None for one no month has."""
    return week_of_month(year, month, week) if 1 <= week <= 5 else None


@dataclass(slots=True, kw_only=True)
class Almanac:
    """The new cohort's days: its months, holidays, what the programme has planned, and what is placed so far."""

    first: tuple[int, int]
    count: int
    rules: Rules
    known: Sequence[Known] = ()
    slots: list[Slot] = field(default_factory=list)

    def month(self, index: int) -> tuple[int, int]:
        """Give year and month of the cohort's month `index` (0 is the first; -1 the one before)."""
        return month_after(*self.first, index)

    def index(self, day: date) -> int:
        """Give which month of the cohort a day's plan week belongs to, 0 for the first."""
        year, month, _ = week_label(day)
        return (year - self.first[0]) * 12 + month - self.first[1]

    def holiday(self, day: date) -> str | None:
        """Name the public holiday on a day, by the programme's country."""
        return holiday(day, country=self.rules.country, region=self.rules.region)

    def is_quiet(self, day: date) -> bool:
        """Say whether a day lies so near Christmas and New Year that few people come: 18 December to 5 January."""
        year = day.year if day.month == 12 else day.year - 1
        return bool(self.holiday(date(year, 12, 25))) and date(year, 12, 18) <= day <= date(year + 1, 1, 5)

    def is_series_day(self, day: date) -> bool:
        """Say whether a day belongs to a series of the new cohort, held or left out."""
        return any(rule.on.gives(day) for rule in self.rules.series)

    def meeting(self, day: date, start: time | None, end: time | None, *, but: Slot | None = None) -> Slot | None:
        """Give what already takes place at a time, or None."""
        return next((slot for slot in self.slots if slot is not but and slot.meets(day, start, end)), None)

    def planned(self, day: date) -> Known | None:
        """Give what the programme has planned for a day, or None."""
        return next((each for each in self.known if each.on == day), None)

    def doubts(self, slot: Slot, day: date) -> Iterator[str]:
        """Say in parts of a sentence what speaks against a day for a session, the gravest first."""
        if name := self.holiday(day):
            yield f"is a public holiday ({name})"
        elif self.is_quiet(day):
            yield "is close to Christmas and New Year"
        if other := self.meeting(day, slot.start, slot.end, but=slot):
            times = say_times(other.start, other.end)
            yield f"has “{other.name}” at the same time" + (f" ({times})" if times else "")
        elif self.is_series_day(day) and slot.session.kind.value in ("training", "workshop"):
            yield "is a café day, which the rules keep free of trainings"
        if known := self.planned(day):
            yield f"has “{known.title}” in the year plan"

    def free_day(self, slot: Slot, day: date) -> date | None:
        """Give the nearest good day: in the same week first, then the same weekday of the weeks after and before."""
        monday = day - timedelta(days=day.weekday())
        week = sorted((monday + timedelta(days=n) for n in range(5)), key=lambda each: (abs(each - day), each < day))
        near = [day + timedelta(days=7 * weeks) for weeks in (1, -1, 2, -2, 3, 4)]
        first, last = date(*self.first, 1), last_day(*self.month(self.count - 1))
        for each in (*week, *near):
            good = each != day and not self.is_quiet(each) and not self.is_series_day(each)
            if good and each >= min(first, day) and each <= max(last, day) and not any(self.doubts(slot, each)):
                return each
        return None


def say_free(day: date, start: time | None, end: time | None) -> str:
    """Say a day and times for an option: "Thu 17 October 2024, 15:00–17:00"."""
    times = say_times(start, end)
    return say_date(day) + (f", {times}" if times else "")
