"""A series as a rule with exceptions: which days it gives, what stands in their way, and how its sessions follow a new rule.

Sources: seeds/000 ("first and third Wednesdays of each month"); issue 2, "rules plus exceptions".
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import groupby
from typing import ClassVar, TypeVar

from hub.core.calendar import MonthlyRule, holiday, say_date
from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.sessions import BadSession, SessionFacts, sound_facts

MOST_DATES = 400
LONGEST_REASON = 200
_NTHS = (1, 2, 3, 4, 5, -1)
_NEAR = timedelta(days=13)  # a session that strayed farther from its day is another one: half a series' usual step

K = TypeVar("K", bound=Hashable)


class BadSeries(Refusal):
    """A rule of a series, or one of its exceptions, that cannot be; `field` names what."""

    code: ClassVar[str] = "bad-series"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRule:
    """What a series gives: sessions of one title and kind, on days of the month, at wall times in `zone`.

    `first_on` and `last_on` are the first and the last day it may be held, both included.
    """

    title: str
    kind: Kind
    on: MonthlyRule
    start: time
    end: time
    zone: str
    first_on: date
    last_on: date
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionDate:
    """A day the rule gives and the series leaves out (`moved_to` None) or holds on another day."""

    on: date
    moved_to: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDate:
    """One day the rule gives, `on`, and the day it is `held_on`, None where it is left out.

    `holiday` names the public holiday of the day it is held, or would be. `clashes` say in words what else is then.
    `is_there` says that a session of the kind stands there already, which the series takes in instead of adding one.
    """

    on: date
    held_on: date | None
    reason: str = ""
    holiday: str | None = None
    clashes: tuple[str, ...] = ()
    is_exception: bool = False
    is_there: bool = False

    @property
    def is_left_out(self) -> bool:
        """Whether the series is not held for this day at all."""
        return self.held_on is None


def sound_rule(rule: SeriesRule) -> SeriesRule:
    """Give the rule tidied: title without outer space, the nths once each and in order.

    Raises BadSeries naming the field: what BadSession says of title, times and zone, days that cannot be, a last day
    before the first, a rule that gives no day at all or more than MOST_DATES.
    """
    try:
        facts = sound_facts(facts_by(rule, rule.first_on))
        sound_facts(replace(facts, date=rule.last_on))
    except BadSession as no:
        raise BadSeries(no.sentence, field="first_on" if no.field == "date" else no.field) from no
    nths = tuple(nth for nth in _NTHS if nth in rule.on.nths)
    if not nths or set(rule.on.nths) - set(_NTHS) or not 0 <= rule.on.weekday <= 6:
        raise BadSeries("Say which days of the month, such as “1st and 3rd Wednesday”.", field="on")
    if rule.last_on < rule.first_on:
        raise BadSeries("The last day comes before the first. Choose a later one.", field="last_on")
    sound = replace(rule, title=facts.title, on=replace(rule.on, nths=nths))
    count = 0
    for count, _ in enumerate(days_of(sound), 1):
        if count > MOST_DATES:
            raise BadSeries(f"That is more than {MOST_DATES} dates. Choose an earlier last day.", field="last_on")
    if not count:
        span = f"{say_date(rule.first_on)} and {say_date(rule.last_on)}"
        raise BadSeries(f"There is no {sound.on.say()} between {span}. Choose other days.", field="last_on")
    return sound


def days_of(rule: SeriesRule) -> Iterable[date]:
    """Yield the days the rule itself gives, in order, before any exception."""
    return rule.on.dates(rule.first_on, rule.last_on)


def facts_by(rule: SeriesRule, day: date) -> SessionFacts:
    """Give the facts of the session a rule makes for a day."""
    return SessionFacts(
        title=rule.title, kind=rule.kind, date=day, start=rule.start, end=rule.end, zone=rule.zone, mode=rule.mode
    )


def series_dates(
    rule: SeriesRule,
    exceptions: Iterable[ExceptionDate] = (),
    *,
    busy: Mapping[date, tuple[str, ...]] | None = None,
    standing: Collection[date] = (),
) -> tuple[SeriesDate, ...]:
    """Give every day of a series in the order of the rule, with its exceptions, England's bank holidays and clashes.

    `busy` says in words what else is at the series' time of a day, `standing` names the days on which sessions of the kind
    already stand. An exception for a day the rule does not give is left aside. Two dates held on one day clash.
    Raises BadSeries for more than MOST_DATES.
    """
    given = {each.on: each for each in exceptions}
    dates: list[SeriesDate] = []
    for day in days_of(rule):
        if len(dates) == MOST_DATES:
            raise BadSeries(f"That is more than {MOST_DATES} dates. Choose an earlier last day.", field="last_on")
        exception = given.get(day)
        held = exception.moved_to if exception else day
        dates.append(
            SeriesDate(
                on=day,
                held_on=held,
                reason=exception.reason if exception else "",
                holiday=holiday(held or day),
                clashes=(busy or {}).get(held, ()) if held else (),
                is_exception=exception is not None,
                is_there=held in standing,
            )
        )
    held_by: dict[date, list[date]] = {}
    for each in dates:
        if each.held_on:
            held_by.setdefault(each.held_on, []).append(each.on)
    return tuple(
        replace(each, clashes=(*each.clashes, f"The series is held twice on {say_date(each.held_on)}"))
        if each.held_on and len(held_by[each.held_on]) > 1
        else each
        for each in dates
    )


def date_of(dates: Iterable[SeriesDate], held: Mapping[K, date | None]) -> dict[K, SeriesDate]:
    """Say which date of a series each of its sessions is, each date at most once; `held` gives the day of every session.

    The day it is held on counts first, then the rule's own day, then the nearest one within 13 days: a plan may have moved
    a session without an exception. An undated session is none of the dates.
    """
    all_dates = tuple(dates)
    pairs = sorted(
        (_distance(each, day), index, position)
        for index, day in enumerate(held.values())
        for position, each in enumerate(all_dates)
        if day and _distance(each, day) <= _NEAR
    )
    keys = tuple(held)
    found: dict[K, SeriesDate] = {}
    taken: set[int] = set()
    for _, index, position in pairs:
        if keys[index] not in found and position not in taken:
            found[keys[index]] = all_dates[position]
            taken.add(position)
    return found


def _distance(each: SeriesDate, day: date) -> timedelta:
    """Say how far a day is from a date of a series; the rule's own day counts as next to the day it is held on."""
    if each.held_on == day:
        return timedelta(0)
    if each.on == day:
        return timedelta(hours=1)
    return abs(each.held_on - day) if each.held_on else timedelta.max


def align(before: Sequence[date], after: Sequence[date]) -> dict[date, date]:
    """Say which day of a new rule stands for which day of the old one: the same day, else the next in order of its month."""
    aligned = {day: day for day in before if day in set(after)}
    left = [day for day in after if day not in aligned]
    by_month = {month: list(days) for month, days in groupby(left, key=lambda day: (day.year, day.month))}
    for day in before:
        days = by_month.get((day.year, day.month))
        if day not in aligned and days:
            aligned[day] = days.pop(0)
    return aligned


def carried(exceptions: Iterable[ExceptionDate], aligned: Mapping[date, date]) -> tuple[ExceptionDate, ...]:
    """Give the exceptions under a new rule. What is held on another day stays there; a day left out is that very day."""
    kept: dict[date, ExceptionDate] = {}
    for each in exceptions:
        on = aligned.get(each.on, each.on) if each.moved_to else each.on
        if each.moved_to != on:
            kept.setdefault(on, replace(each, on=on))
    return tuple(kept.values())


def follow(facts: SessionFacts, before: SeriesRule, after: SeriesRule) -> SessionFacts:
    """Give a session's facts under a new rule: what the old rule made follows, what people made by hand stays.

    Times and zone are one thing: a session at times of its own keeps all of them. The date is not touched.
    """
    is_timed_by_rule = (facts.start, facts.end, facts.zone) == (before.start, before.end, before.zone)
    timed = after if is_timed_by_rule else facts
    return replace(
        facts,
        title=after.title if facts.title == before.title else facts.title,
        kind=after.kind if facts.kind is before.kind else facts.kind,
        mode=after.mode if facts.mode is before.mode else facts.mode,
        start=timed.start,
        end=timed.end,
        zone=timed.zone,
    )
