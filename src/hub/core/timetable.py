"""A schedule as people read it: months as chapters, weeks as rows, what is next, what moved, how the minutes are shared.

Sessions come in the order of their release and stay in it; undated ones stand at the place of their week.
Sources: issue 2, "Public pages"; seeds/001 (months, "Week N", entries whose date is open).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.core.calendar import MONTHS, week_of_month
from hub.core.occurrence import Occurrence, Part, SessionState
from hub.core.plan.model import Kind

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_NEAR = timedelta(days=2)
_MONTH_IN_WORDS = re.compile(rf"\b({'|'.join(MONTHS)})\b(?:\s+(\d{{4}})\b)?", re.IGNORECASE)
_MONTH_NUMBER = re.compile(r"^\s*month\s+(\d{1,2})\b", re.IGNORECASE)

YearMonth = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Week:
    """The sessions of a week within one month, in order; `monday` is None where the week itself is open."""

    monday: date | None
    sessions: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A chapter of the schedule. `year` and `month` are None for what has no place in the calendar yet.

    `note` is what the plan calls it where it counts its months: "Month 1".
    """

    year: int | None
    month: int | None
    note: str
    weeks: tuple[Week, ...]

    @property
    def name(self) -> str:
        """What people call it: "July 2023"."""
        return f"{MONTHS[self.month - 1]} {self.year}" if self.year and self.month else "Date still open"

    @property
    def key(self) -> str:
        """Its name in an address: "2023-07"."""
        return f"{self.year:04}-{self.month:02}" if self.year and self.month else "date-open"

    @property
    def sessions(self) -> tuple[Occurrence, ...]:
        """Its sessions in order."""
        return tuple(session for week in self.weeks for session in week.sessions)


def placed_day(session: Occurrence, chapter: YearMonth | None = None) -> date | None:
    """Give the day a session stands at: its own, the proposed one, else the Wednesday of its week; None where all is open.

    `chapter` is the month of its chapter in the plan.
    """
    if session.date or session.proposed_date:
        return session.date or session.proposed_date
    if chapter is None or session.week is None or not 1 <= session.week <= 5:
        return None
    week = week_of_month(*chapter, session.week)
    return week[0] + 2 * _DAY if week else None


def chapter_months(sessions: Iterable[Occurrence]) -> dict[str, YearMonth]:
    """Give the month each chapter of the plan stands for: the one it names, else that of its first dated session.

    A chapter that names no year has that of its first dated session, else the year the chapters before it lead to.
    """
    first_dated: dict[str, YearMonth | None] = {}
    for session in sessions:
        if first_dated.get(session.chapter) is None:
            first_dated[session.chapter] = (session.date.year, session.date.month) if session.date else None
    found: dict[str, YearMonth] = {}
    latest: YearMonth | None = None
    for chapter, dated in first_dated.items():
        named = _MONTH_IN_WORDS.search(chapter)
        here: YearMonth | None = dated
        if named:
            month = [name.lower() for name in MONTHS].index(named[1].lower()) + 1
            if named[2] and int(named[2]):
                here = (int(named[2]), month)
            elif dated or latest:
                year, before = dated or latest or (0, 0)
                here = (year + _years_between(before, month), month)
        if here is not None:
            found[chapter] = latest = here
    return found


def _years_between(month: int, other: int) -> int:
    """Give the years from a month to the nearest other one: from December to January it is one."""
    return 1 if month - other > 6 else -1 if other - month > 6 else 0


def timetable(sessions: Sequence[Occurrence]) -> tuple[Month, ...]:
    """Put a schedule into months and weeks. Months without a session between others are left out.

    What has no day and no week stands with the session that follows it; after the last one it is a chapter of its own.
    """
    chapters = chapter_months(sessions)
    days = [placed_day(session, chapters.get(session.chapter)) for session in sessions]
    following: date | None = None
    months: dict[YearMonth | None, dict[date | None, list[Occurrence]]] = {}
    homes: list[YearMonth | None] = []
    for day in reversed(days):
        following = day or following
        homes.append((following.year, following.month) if following else None)
    for session, day, home in zip(sessions, days, reversed(homes), strict=True):
        monday = day - timedelta(days=day.weekday()) if day else None
        months.setdefault(home, {}).setdefault(monday, []).append(session)
    return tuple(
        Month(
            key[0] if key else None,
            key[1] if key else None,
            _note(weeks) if key else "",
            tuple(Week(monday, tuple(those)) for monday, those in weeks.items()),
        )
        for key, weeks in sorted(months.items(), key=lambda pair: (pair[0] is None, pair[0] or (0, 0)))
    )


def _note(weeks: dict[date | None, list[Occurrence]]) -> str:
    numbers = {found[1] for those in weeks.values() for each in those if (found := _MONTH_NUMBER.match(each.chapter))}
    return f"Month {int(numbers.pop())}" if len(numbers) == 1 else ""


def of_kinds(sessions: Iterable[Occurrence], kinds: Collection[Kind]) -> tuple[Occurrence, ...]:
    """Give the sessions of some kinds; all of them where no kind is named."""
    return tuple(session for session in sessions if not kinds or session.kind in kinds)


def count_kinds(sessions: Iterable[Occurrence]) -> tuple[tuple[Kind, int], ...]:
    """Give the kinds there are with how many, in the kinds' own order."""
    counts: dict[Kind, int] = {}
    for session in sessions:
        counts[session.kind] = counts.get(session.kind, 0) + 1
    return tuple((kind, counts[kind]) for kind in Kind if kind in counts)


def is_over(session: Occurrence, at: datetime) -> bool:
    """Say whether a session is over at an aware moment; one without times is over when its day is, in its own zone."""
    if session.date is None:
        return False
    if abs(session.date - at.date()) > _NEAR:  # no zone and no length makes a difference: the instants need not be known
        return session.date < at.date()
    if end := session.ends_at or session.starts_at:
        return end <= at
    return session.date < at.astimezone(ZoneInfo(session.zone)).date()


def is_all_over(sessions: Iterable[Occurrence], at: datetime) -> bool:
    """Say whether there are dated sessions and every one of them is over at an aware moment."""
    dated = [session for session in sessions if session.date]
    return bool(dated) and all(is_over(session, at) for session in reversed(dated))


def coming(sessions: Iterable[Occurrence], at: datetime, limit: int) -> tuple[Occurrence, ...]:
    """Give the dated gatherings that will be held and are not over at an aware moment, in order."""
    found: list[Occurrence] = []
    for session in sessions:
        held = session.date is not None and session.kind.is_gathering and session.state is not SessionState.CANCELLED
        if held and not is_over(session, at):
            found.append(session)
            if len(found) == limit:
                break
    return tuple(found)


def moved_from(session: Occurrence, earlier: Iterable[Occurrence]) -> Occurrence | None:
    """Give the newest of a session's earlier states that had a date and stood at another time; None where it never moved.

    `earlier` is newest first.
    """
    now = (session.date, session.start, session.end, session.zone)
    for before in earlier:
        if before.date is not None and (before.date, before.start, before.end, before.zone) != now:
            return before
    return None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of an agenda and the minutes it takes: the middle of what the plan gives."""

    part: Part
    minutes: int


def shares(session: Occurrence) -> tuple[Share, ...]:
    """Give the parts of an agenda that say how long they take, in order, for a picture; empty where none does."""
    return tuple(
        Share(part, round((part.minutes_low + (part.minutes_high or part.minutes_low)) / 2))
        for part in session.agenda
        if part.minutes_low
    )


def month_days(year: int, month: int) -> tuple[tuple[date, ...], ...]:
    """Give the weeks of a month, Monday first, the days of the months around it included."""
    first = date(year, month, 1)
    monday = first - timedelta(days=first.weekday())
    weeks: list[tuple[date, ...]] = []
    while monday <= first or monday.month == month:
        weeks.append(tuple(monday + number * _DAY for number in range(7)))
        monday += _WEEK
    return tuple(weeks)
