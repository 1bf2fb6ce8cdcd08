"""The load of each Expert: hours a month by what takes them, against what their organisation agreed, and what is left free.

Source: seeds/002 ("downtime is useful", "be mindful of different resource availability of organisations"); issue 5, item 4.

What counts, in one place:

- **Sessions** an Expert is expected at or has booked count their real length: a session over a clock change the hours that
  pass, one over a month's end in each month its part, by the calendar of the session's zone. Two at once count both.
- One **without a date or an end** counts nothing and is said; one with a date still takes its week. Cancelled ones, own time
  and rest weeks count nothing.
- **Travel** counts the stated hours for each day, however many sessions it has, on which the Expert comes somewhere: to a
  session in person, or to a hybrid one they come to the room of.
- **1:1s** count their real length, **case-study writing** what is stated for the month, in the months of which a day lies in
  the part somebody has. Nobody makes up for the other months.
- **Agreed** is a share of a full-time post: 0.2 × 37.5 hours a week × 52 weeks ÷ 12 months = 32 h 30 in each month, whole
  months only: who comes or goes within a month has agreed to the whole of it.
- A **free week** runs from Monday to Sunday without a session or 1:1 of theirs; it belongs to the month of its Wednesday, as
  the weeks of a plan do.

All amounts are whole minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, TypeVar

from hub.core.calendar import MONTHS, day_in, instant
from hub.core.commitments.model import Gathering
from hub.core.errors import Refusal
from hub.core.occurrence import SessionState
from hub.core.plan.model import Mode
from hub.core.taking_part import Days

FULL_TIME_WEEK = Fraction(75, 2)  # hours

K = TypeVar("K", bound=Hashable)


class BadLoad(Refusal):
    """A share of a post, or hours, that cannot be; `field` names what."""

    code: ClassVar[str] = "bad-load"


@dataclass(frozen=True, slots=True)
class OneToOne:
    """A 1:1 of an Expert, by its aware instants; it lies in the months of `zone`."""

    starts_at: datetime
    ends_at: datetime
    zone: str = "Europe/London"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of one Expert.

    `sessions` has bit `n` set for each session they are expected at or booked, number `n` of the cohort's counted from 0, and
    `in_room` for each hybrid one they come to in person (`bits_of` gives both). `writing` are minutes by the first day of the
    month. `agreed` are minutes a month, None where nothing is agreed. `travel` are minutes a travel day, None the cohort's.
    """

    sessions: int = 0
    in_room: int = 0
    one_to_ones: tuple[OneToOne, ...] = ()
    writing: Mapping[date, int] = field(default_factory=dict)
    agreed: int | None = None
    travel: int | None = None


@dataclass(frozen=True, slots=True)
class MonthLoad:
    """One month of one Expert, in minutes. `month` is its first day, `free_weeks` are the Mondays of weeks that are free."""

    month: date
    sessions: int
    travel: int
    one_to_ones: int
    writing: int
    agreed: int | None
    free_weeks: tuple[date, ...]
    weeks: int

    @property
    def total(self) -> int:
        """All that is asked in the month."""
        return self.sessions + self.travel + self.one_to_ones + self.writing

    @property
    def left(self) -> int | None:
        """What is left of the agreed, negative where more is asked; None where nothing is agreed."""
        return None if self.agreed is None else self.agreed - self.total


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked of one Expert, month by month. `untimed` is how many of their sessions count nothing yet."""

    months: tuple[MonthLoad, ...]
    untimed: int


class Strain(StrEnum):
    """What the team is warned of."""

    OVER = "over-agreed"
    NO_FREE_WEEK = "no-free-week"
    UNTIMED = "untimed"


@dataclass(frozen=True, slots=True)
class LoadWarning:
    """A warning about one Expert: what, in which month (None: the whole cohort), by how many minutes or sessions, in words."""

    strain: Strain
    month: date | None
    number: int
    sentence: str


def agreed_minutes(post: Fraction, *, week_hours: Fraction = FULL_TIME_WEEK) -> int:
    """Give the minutes a month a share of a full-time post comes to, rounded down: 0.2 of 37.5 hours a week is 32 h 30.

    Raises BadLoad for a share below 0 or above 1, or a week that cannot be.
    """
    if not 0 <= post <= 1:
        raise BadLoad("A share of a post lies between 0 and 1, such as 0.2.", field="post")
    if not 0 < week_hours <= 168:
        raise BadLoad("A full-time week has more than 0 and at most 168 hours.", field="week_hours")
    return int(post * week_hours * 60 * 52 / 12)


def spread(minutes: int, months: Sequence[date]) -> dict[date, int]:
    """Spread minutes of writing evenly over months; what does not divide goes to the first of them, a minute each.

    Raises BadLoad for a negative amount, or where there is time and no month for it.
    """
    if minutes < 0 or (minutes and not months):
        raise BadLoad("Say how many hours, and in which months.", field="writing")
    each, rest = divmod(minutes, len(months) or 1)
    return {_first(month): each + (number < rest) for number, month in enumerate(months)}


def within_parts(minutes: Mapping[date, int], parts: Collection[Days]) -> dict[date, int]:
    """Keep of minutes by month those of the months in which somebody has a part, for a day at least.

    The months before, between and after are nobody's to make up for.
    """
    return {
        month: each
        for month, each in minutes.items()
        if any(days.starts_on < _next(month) and not days.is_over(max(month, days.starts_on)) for days in parts)
    }


def bits_of(gatherings: Sequence[Gathering], chosen: Collection[int]) -> int:
    """Give ids of sessions as the bits `Asked` takes. Ids that are not among the gatherings are left aside."""
    return sum(1 << number for number, each in enumerate(gatherings) if each.id in chosen)


def minutes_by_month(starts_at: datetime, ends_at: datetime, zone: str) -> dict[date, int]:
    """Give the real minutes between two aware instants by the first day of the month they lie in, in a zone."""
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)  # or one zone's wall times would be subtracted
    parts: dict[date, int] = {}
    while starts_at < ends_at:
        month = _first(day_in(starts_at, zone))
        until = min(instant(_next(month), time(0), zone), ends_at)
        parts[month] = parts.get(month, 0) + int((until - starts_at).total_seconds() // 60)
        starts_at = until
    return parts


def loads(
    gatherings: Sequence[Gathering],
    people: Mapping[K, Asked],
    *,
    first_on: date,
    until_on: date,
    travel: int = 0,
) -> dict[K, Load]:
    """Give the load of every Expert of a cohort in one pass, for the months from `first_on` until before `until_on`.

    `travel` are the minutes of a travel day. A month outside these is told where something is asked in it; only weeks of which
    a day lies within can be free. The cost is that of the people times the months, weeks and different lengths of sessions.
    Raises ValueError where the days cannot be.
    """
    if until_on <= first_on:
        raise ValueError(f"no days from {first_on} until {until_on}")
    cohort = _Cohort(gatherings, first_on, until_on)
    return {person: cohort.load(asked, travel) for person, asked in people.items()}


@dataclass(slots=True)
class _Month:
    """A month of the cohort: sessions by their minutes in it, days somebody may travel on, and its weeks; all as bits."""

    lengths: dict[int, int] = field(default_factory=dict)
    days: dict[date, list[int]] = field(default_factory=dict)  # in person, and hybrid
    weeks: dict[date, int] = field(default_factory=dict)


class _Cohort:
    def __init__(self, gatherings: Sequence[Gathering], first_on: date, until_on: date) -> None:
        self.first_on, self.until_on = first_on, until_on
        self.months: dict[date, _Month] = {}
        self.untimed = self.met = 0
        for month in _months(first_on, until_on):
            self._month(month)
        self.whole = frozenset(self.months)
        held = [
            (1 << number, each)
            for number, each in enumerate(gatherings)
            if each.kind.is_gathering and each.state is not SessionState.CANCELLED
        ]
        for bit, each in held:
            self._take_time(each, bit)
        for bit, each in held:
            self._take_weeks(each, bit)

    def _month(self, month: date) -> _Month:
        if month not in self.months:
            self.months[month] = self._empty(month)
        return self.months[month]

    def _empty(self, month: date) -> _Month:
        return _Month(weeks=dict.fromkeys(_weeks(month, self.first_on, self.until_on), 0))

    def _take_time(self, each: Gathering, bit: int) -> None:
        self.met |= bit
        parts = minutes_by_month(each.starts_at, each.ends_at, each.zone) if each.starts_at and each.ends_at else {}
        for month, minutes in parts.items():
            lengths = self._month(month).lengths
            lengths[minutes] = lengths.get(minutes, 0) | bit
        if not parts:
            self.untimed |= bit
        if each.day and each.mode in (Mode.IN_PERSON, Mode.HYBRID):
            both = self._month(_first(each.day)).days.setdefault(each.day, [0, 0])
            both[each.mode is Mode.HYBRID] |= bit

    def _take_weeks(self, each: Gathering, bit: int) -> None:
        if each.day is None:
            return
        last = day_in(each.ends_at - timedelta(microseconds=1), each.zone) if each.ends_at else each.day
        for monday in {_monday(each.day), _monday(max(last, each.day))}:
            month = self.months.get(_first(_wednesday(monday)))
            if month and monday in month.weeks:
                month.weeks[monday] |= bit

    def load(self, asked: Asked, travel: int) -> Load:
        one_to_ones, busy = _of_one_to_ones(asked.one_to_ones)
        writing = {_first(month): minutes for month, minutes in asked.writing.items()}
        a_day = travel if asked.travel is None else asked.travel
        sessions, in_room = asked.sessions & self.met, asked.sessions & asked.in_room
        told = []
        for month in sorted({*self.months, *one_to_ones, *writing}):
            facts = self.months.get(month) or self._empty(month)
            days = sum(bool(here & sessions or hybrid & in_room) for here, hybrid in facts.days.values())
            load = MonthLoad(
                month,
                sum(minutes * (bits & sessions).bit_count() for minutes, bits in facts.lengths.items()),
                a_day * days,
                one_to_ones.get(month, 0),
                writing.get(month, 0),
                asked.agreed,
                tuple(monday for monday, bits in facts.weeks.items() if not bits & sessions and monday not in busy),
                len(facts.weeks),
            )
            if month in self.whole or load.total:
                told.append(load)
        return Load(tuple(told), (self.untimed & sessions).bit_count())


def _of_one_to_ones(one_to_ones: Iterable[OneToOne]) -> tuple[dict[date, int], set[date]]:
    """Give the minutes of 1:1s by month, and the Mondays of the weeks they are in."""
    minutes: dict[date, int] = {}
    mondays: set[date] = set()
    for each in one_to_ones:
        for month, some in minutes_by_month(each.starts_at, each.ends_at, each.zone).items():
            minutes[month] = minutes.get(month, 0) + some
        mondays.add(_monday(day_in(each.starts_at, each.zone)))
    return minutes, mondays


def warnings_of(load: Load, name: str) -> tuple[LoadWarning, ...]:
    """Give what the team is warned of for one Expert: more than agreed, no free week in a month, and what counts nothing."""
    has_years = len({each.month.year for each in load.months}) > 1 and len(load.months) > 12
    found = []
    for each in load.months:
        month = MONTHS[each.month.month - 1] + (f" {each.month.year}" if has_years else "")
        if each.agreed is not None and each.left is not None and each.left < 0:
            sentence = f"In {month} {name} has {_say_parts(each)} for {say_hours(each.agreed)} agreed."
            found.append(LoadWarning(Strain.OVER, each.month, -each.left, sentence))
        if each.weeks and not each.free_weeks:
            sentence = f"In {month} {name} has no week without a session."
            found.append(LoadWarning(Strain.NO_FREE_WEEK, each.month, each.weeks, sentence))
    if load.untimed:
        many = "session counts" if load.untimed == 1 else "sessions count"
        sentence = f"{load.untimed} {many} nothing for {name} yet: without a date, or without a start and an end."
        found.append(LoadWarning(Strain.UNTIMED, None, load.untimed, sentence))
    return tuple(found)


def say_hours(minutes: int) -> str:
    """Say minutes as hours: "31 h 30", "26 h", "45 min"; what is below nothing with a minus."""
    sign, (hours, rest) = "−" if minutes < 0 else "", divmod(abs(minutes), 60)
    if not hours and rest:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02}" if rest else f"{sign}{hours} h"


def say_month(load: MonthLoad) -> str:
    """Say what a month leaves: "3 h 30 of 32 h 30 are left, and 2 of 4 weeks are free."."""
    weeks = f"{len(load.free_weeks)} of {load.weeks} weeks {'is' if len(load.free_weeks) == 1 else 'are'} free"
    if load.agreed is None or load.left is None:
        return f"{say_hours(load.total)} are asked, and {weeks}."
    if load.left < 0:
        return f"{say_hours(-load.left)} more than the {say_hours(load.agreed)} agreed are asked, and {weeks}."
    return f"{say_hours(load.left)} of {say_hours(load.agreed)} are left, and {weeks}."


def _say_parts(load: MonthLoad) -> str:
    words = ("of sessions", "of travel", "of 1:1s", "of writing")
    parts = [
        (minutes, word)
        for minutes, word in zip((load.sessions, load.travel, load.one_to_ones, load.writing), words, strict=True)
        if minutes
    ]
    if len(parts) == 1:
        return f"{say_hours(parts[0][0])} {parts[0][1]}"
    return f"{say_hours(load.total)} ({', '.join(f'{say_hours(minutes)} {word}' for minutes, word in parts)})"


def _first(day: date) -> date:
    return day.replace(day=1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _months(first_on: date, until_on: date) -> Iterator[date]:
    month = _first(first_on)
    while month < until_on:
        yield month
        month = _next(month)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _wednesday(monday: date) -> date:
    return monday + timedelta(days=2)


def _weeks(month: date, first_on: date, until_on: date) -> Iterator[date]:
    """Yield the Mondays of the weeks whose Wednesday lies in a month, and of which a day lies within the days."""
    day = month + timedelta(days=(2 - month.weekday()) % 7)
    while day < _next(month):
        if _monday(day) < until_on and first_on <= _monday(day) + timedelta(days=6):
            yield _monday(day)
        day += timedelta(days=7)
