"""When a coach is there for 1:1s, which slots that gives, and whether an Expert may book, move or cancel one.

Source: seeds/000 ("1 hour of individual coaching session"), seeds/001 ("1:1 coaching/meeting", "1:1 with Skills team");
issue 5, item 5.

Times are wall times in the zone of their rule; slots are instants. On the day the clock goes forward a slot that would start
in the missing hour is left out; on the day it goes back one in the doubled hour is offered once, at its first coming. A slot
lasts its real minutes, lies wholly within what the coach offers, and keeps the buffers of its neighbours free as well: two
slots of a coach are at least the buffer after the one and the buffer before the other apart. Buffers may lie outside of what
is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from hub.core.calendar import WEEKDAYS, holiday, is_zone, say_instant
from hub.core.errors import Refusal

MOST_MINUTES = 8 * 60
MOST_WEEKS = 12  # between two days of one rule
LONGEST_RUN = timedelta(days=3 * 366)
MOST_NOTICE = 24 * 60  # hours
FINEST = 5  # minutes: the shortest 1:1


class BadAvailability(Refusal):
    """Something of a coach's availability that cannot be; `field` names what."""

    code: ClassVar[str] = "bad-availability"


class NotOffered(Refusal):
    """The coach is not there for a 1:1 at that time."""

    code: ClassVar[str] = "not-offered"


class TooLate(Refusal):
    """There is less time left than the coach needs to know beforehand."""

    code: ClassVar[str] = "too-late"


class Taken(Refusal):
    """Somebody else has the slot, or the coach is busy."""

    code: ClassVar[str] = "taken"


class QuotaUsedUp(Refusal):
    """The Expert has had, or booked, all the 1:1s they may have."""

    code: ClassVar[str] = "quota-used-up"


class Elsewhere(Refusal):
    """The Expert is at something else at that time."""

    code: ClassVar[str] = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRule:
    """A coach is there every `every_weeks` weeks on a weekday (Monday is 0), from `start` to `end`, both wall times in `zone`.

    The weeks are counted from that of `first_on`; both it and `last_on` are days the rule may still give.
    """

    weekday: int
    start: time
    end: time
    first_on: date
    last_on: date
    zone: str = "Europe/London"
    every_weeks: int = 1

    def days(self) -> Iterator[date]:
        """Yield the days the rule gives, in order."""
        day = self.first_on - timedelta(days=self.first_on.weekday()) + timedelta(days=self.weekday)
        while day <= self.last_on:
            if day >= self.first_on:
                yield day
            day += timedelta(weeks=self.every_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDay:
    """A coach is there on one more day, or at one more time of a day. Days off do not take it away."""

    on: date
    start: time
    end: time
    zone: str = "Europe/London"


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """All a coach says of when they are there. Lengths and buffers are minutes, notice is whole hours before the start.

    `days_off` are days on which no rule gives anything, wherever the rule's zone is: what the coach takes, and public holidays.
    """

    coach: int
    rules: tuple[WeeklyRule, ...] = ()
    days_off: frozenset[date] = frozenset()
    extra_days: tuple[ExtraDay, ...] = ()
    minutes: int = 60
    before: int = 0
    after: int = 0
    hours_to_book: int = 24
    hours_to_move: int = 24
    hours_to_cancel: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time somebody is at something, by aware instants. `title` is what, where the person may read it."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time a coach offers for one 1:1, in UTC; `zone` is where it is said."""

    coach: int
    starts_at: datetime
    ends_at: datetime
    zone: str

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many 1:1s, and how many minutes of them, an Expert may have; None is no limit."""

    count: int | None = None
    minutes: int | None = None


def sound_availability(availability: Availability) -> Availability:
    """Give what a coach says as it is, its rules and extra days in order and once each.

    Raises BadAvailability naming the field: an end before its start, a time too short for one 1:1, an unknown zone, a last
    day before the first or years later, a weekday, length, buffer, notice or number of weeks that cannot be.
    """
    if not FINEST <= availability.minutes <= MOST_MINUTES:
        raise BadAvailability(f"A 1:1 lasts from {FINEST} to {MOST_MINUTES} minutes.", field="minutes")
    for name in ("before", "after"):
        if not 0 <= getattr(availability, name) <= MOST_MINUTES:
            raise BadAvailability(f"A buffer has from 0 to {MOST_MINUTES} minutes.", field=name)
    for name in ("hours_to_book", "hours_to_move", "hours_to_cancel"):
        if not 0 <= getattr(availability, name) <= MOST_NOTICE:
            raise BadAvailability(f"Notice is from 0 to {MOST_NOTICE} hours.", field=name)
    days = [day for rule in availability.rules for day in (rule.first_on, rule.last_on)]
    if any(not 1900 <= day.year <= 2200 for day in (*days, *(each.on for each in availability.extra_days))):
        raise BadAvailability("One of the years is hardly meant. Write one like 2024.", field="first_on")
    for rule in availability.rules:
        if not 0 <= rule.weekday <= 6:
            raise BadAvailability("Say which day of the week.", field="weekday")
        if not 1 <= rule.every_weeks <= MOST_WEEKS:
            raise BadAvailability(f"Write every how many weeks, from 1 to {MOST_WEEKS}.", field="every_weeks")
        if rule.last_on < rule.first_on:
            raise BadAvailability("The last day comes before the first. Choose a later one.", field="last_on")
        if rule.last_on - rule.first_on > LONGEST_RUN:
            raise BadAvailability("That is more than three years. Choose an earlier last day.", field="last_on")
        if next(rule.days(), None) is None:
            day = WEEKDAYS[rule.weekday]
            raise BadAvailability(f"There is no {day} between the first and the last day.", field="last_on")
        _sound_span(rule.start, rule.end, rule.zone, availability.minutes)
    for each in availability.extra_days:
        _sound_span(each.start, each.end, each.zone, availability.minutes)
    return replace(
        availability,
        rules=tuple(sorted(set(availability.rules), key=lambda rule: (rule.first_on, rule.weekday, rule.start, repr(rule)))),
        extra_days=tuple(sorted(set(availability.extra_days), key=lambda day: (day.on, day.start, repr(day)))),
    )


def _sound_span(start: time, end: time, zone: str, minutes: int) -> None:
    if not is_zone(zone):
        raise BadAvailability(f"“{zone}” is not a time zone we know. Write its place, such as Europe/London.", field="zone")
    if end <= start:
        raise BadAvailability(f"It starts at {start:%H:%M}, so it can’t end at {end:%H:%M}. Write a later time.", field="end")
    if _minutes(end) - _minutes(start) < minutes:
        raise BadAvailability(f"From {start:%H:%M} to {end:%H:%M} is too short for a 1:1 of {minutes} minutes.", field="end")


def holidays_in(rules: Iterable[WeeklyRule], *, country: str, region: str | None) -> dict[date, str]:
    """Name the public holidays among the days some weekly rules give, in order.

    They are days off unless the coach says otherwise: an extra day is held on any day.
    """
    days = sorted({day for rule in rules for day in rule.days()})
    return {day: name for day in days if (name := holiday(day, country=country, region=region))}


def slots(availability: Availability, *, from_: datetime, until: datetime, taken: Iterable[Busy] = ()) -> tuple[Slot, ...]:
    """Give the free slots of a coach that start from an aware moment until before another, in order.

    `taken` are the coach's booked 1:1s: a slot whose own time or buffers touch one is not free. Their sessions are not among
    them; a coach leaves out of what they offer what they want to keep. Which slots there are does not hang on the moments asked
    for, nor on what is taken.
    """
    free = _free(availability, sorted((each.starts_at.astimezone(UTC), each.ends_at.astimezone(UTC)) for each in taken))
    return tuple(slot for slot in free if from_ <= slot.starts_at < until)


def _free(availability: Availability, taken: Sequence[tuple[datetime, datetime]]) -> Iterator[Slot]:
    before, after = timedelta(minutes=availability.before), timedelta(minutes=availability.after)
    busy = _united(taken)
    number = 0
    for slot in _offered(availability):
        start, end = slot.starts_at - before, slot.ends_at + after
        while number < len(busy) and busy[number][1] <= start:
            number += 1
        if number == len(busy) or end <= busy[number][0]:
            yield slot


def _united(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Join spans, given in order, that overlap or touch; those of no length are nothing."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in spans:
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def _offered(availability: Availability) -> Iterator[Slot]:
    """Yield all slots of a coach in order, taken or not. Of two that are too close the one that starts first stays."""
    gap = timedelta(minutes=availability.before + availability.after)
    spans = [
        (day, rule.start, rule.end, rule.zone)
        for rule in availability.rules
        for day in rule.days()
        if day not in availability.days_off
    ]
    spans += [(each.on, each.start, each.end, each.zone) for each in availability.extra_days]
    found = sorted(
        {(start, end): zone for span in sorted(spans) for start, end, zone in _cut(*span, availability)}.items(),
        key=lambda pair: pair[0],
    )
    last: datetime | None = None
    for (start, end), zone in found:
        if last is None or last + gap <= start:
            yield Slot(coach=availability.coach, starts_at=start, ends_at=end, zone=zone)
            last = end


def _cut(day: date, start: time, end: time, zone: str, availability: Availability) -> Iterator[tuple[datetime, datetime, str]]:
    """Cut one span of wall time into slots, one after the other with their buffers between."""
    place, length = ZoneInfo(zone), timedelta(minutes=availability.minutes)
    step = length + timedelta(minutes=availability.before + availability.after)
    wall, last = datetime.combine(day, start), datetime.combine(day, end)
    closes_at = last.replace(tzinfo=place).astimezone(UTC)
    while wall + length <= last:
        starts_at = wall.replace(tzinfo=place).astimezone(UTC)
        is_there = starts_at.astimezone(place).replace(tzinfo=None) == wall
        if is_there and starts_at + length <= closes_at:
            yield starts_at, starts_at + length, zone
        wall += step


def can_book(
    slot: Slot,
    *,
    availability: Availability,
    at: datetime,
    taken: Iterable[Busy] = (),
    taken_by_expert: Sequence[Slot] = (),
    quota: Quota | None = None,
    busy_of_expert: Iterable[Busy] = (),
) -> None:
    """Say nothing where an Expert may book a slot at an aware moment, else why not.

    `taken` are the coach's booked 1:1s, `taken_by_expert` the 1:1s of the Expert that count for the quota, past ones too;
    they cannot be at two at once. The Expert's travel is not looked at.
    Raises NotOffered, TooLate, Taken, QuotaUsedUp, Elsewhere, in this order.
    """
    if slot not in _offered(availability):
        raise NotOffered("There is no 1:1 at this time. Choose one of those that are offered.")
    _in_time(slot, availability.hours_to_book, at, "book")
    if slot not in slots(availability, from_=slot.starts_at, until=slot.ends_at, taken=taken):
        raise Taken("This time has been taken. Choose another one.")
    _within(quota or Quota(), slot, taken_by_expert)
    also = [Busy(starts_at=each.starts_at, ends_at=each.ends_at, title="another 1:1") for each in taken_by_expert]
    for each in (*busy_of_expert, *also):
        if each.starts_at < slot.ends_at and slot.starts_at < each.ends_at:
            raise Elsewhere(f"You are at {each.title or 'something else'} then. Choose another time.")


def can_cancel(slot: Slot, *, availability: Availability, at: datetime) -> None:
    """Say nothing where an Expert may still cancel a 1:1 at an aware moment. Raises TooLate."""
    _in_time(slot, availability.hours_to_cancel, at, "cancel")


def can_move(
    before: Slot,
    after: Slot,
    *,
    availability: Availability,
    at: datetime,
    taken: Iterable[Busy] = (),
    taken_by_expert: Sequence[Slot] = (),
    quota: Quota | None = None,
    busy_of_expert: Iterable[Busy] = (),
) -> None:
    """Say nothing where an Expert may move a 1:1 to another slot of the same coach at an aware moment, else why not.

    The 1:1 that moves counts neither for the quota nor as taken: it may stand in `taken` and `taken_by_expert` or not. If it
    also stands in `busy_of_expert`, leave it out there. Raises what `can_book` does.
    """
    _in_time(before, availability.hours_to_move, at, "move")
    can_book(
        after,
        availability=availability,
        at=at,
        taken=[each for each in taken if (each.starts_at, each.ends_at) != (before.starts_at, before.ends_at)],
        taken_by_expert=[each for each in taken_by_expert if each != before],
        quota=quota,
        busy_of_expert=busy_of_expert,
    )


def _in_time(slot: Slot, hours: int, at: datetime, verb: str) -> None:
    if at < slot.starts_at and at <= slot.starts_at - timedelta(hours=hours):
        return
    when = say_instant(slot.starts_at, slot.zone)
    if at >= slot.starts_at:
        raise TooLate(f"This 1:1 started on {when}; it is too late to {verb} it.")
    span = f"{hours // 24} days" if hours % 24 == 0 and hours > 24 else f"{hours} hours" if hours != 1 else "1 hour"
    verbed = {"book": "booked", "move": "moved", "cancel": "cancelled"}[verb]
    raise TooLate(f"This 1:1 starts on {when} and can be {verbed} until {span} before. Write to the coach instead.")


def _within(quota: Quota, slot: Slot, had: Sequence[Slot]) -> None:
    if quota.count is not None and len(had) >= quota.count:
        raise QuotaUsedUp(f"You have had or booked all the 1:1s you may have ({quota.count}).")
    used = sum(each.minutes for each in had)
    if quota.minutes is not None and used + slot.minutes > quota.minutes:
        left = max(0, quota.minutes - used)
        raise QuotaUsedUp(f"You have {left} of {quota.minutes} minutes of coaching left, and this 1:1 takes {slot.minutes}.")


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
