"""What every check needs of a plan, worked out once: zones, spans, chapters, the days of each series.

A check is a function that takes the `Facts` and yields `Draft`s; severity and acceptance are settled afterwards.
Sources: docs/plan-language.md, "What is checked".
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from hub.core.calendar import MONTHS, holiday, is_zone, say_date
from hub.core.plan.check.words import Phrases
from hub.core.plan.model import AgendaItem, Kind, Month, Plan, Session, Severity, Status, Who
from hub.core.plan.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A finding before its severity is settled. `entry` is the one whose acceptances may silence it."""

    code: str
    line: int | None
    message: str
    suggestion: str = ""
    column: int | None = None
    end_column: int | None = None
    entry: Session | None = None
    severity: Severity | None = None  # where this case is milder or graver than the code usually is


class Facts:
    """A plan, the rules, and what follows from the two; each is worked out when first asked for."""

    def __init__(self, plan: Plan, rules: Rules) -> None:
        """Keep the entries that are still meant to happen, in the order of the document."""
        self.plan = plan
        self.rules = rules
        alive = (entry for entry in plan.entries if entry.status is not Status.CANCELLED)
        self.entries = tuple(sorted(alive, key=lambda entry: entry.line))
        self._zones: dict[str, str] = {}
        self._has_own_zone = any(key.lower() == "zone" for key, _ in plan.settings)

    def zone(self, entry: Session) -> str:
        """Give the zone an entry's times are meant in: its own, the plan's, else that of the rules."""
        name = self.rules.zone if entry.zone == self.plan.zone and not self._has_own_zone else entry.zone
        if name not in self._zones:
            self._zones[name] = name if is_zone(name) else self.rules.zone
        return self._zones[name]

    def holiday(self, day: date) -> str | None:
        """Name the public holiday on a day, by the country of the rules, or None."""
        return holiday(day, country=self.rules.country, region=self.rules.region)

    @cached_property
    def trainings(self) -> Phrases:
        """The catalogue, to look for in what the team wrote."""
        return Phrases((each.title, (each.title, *each.also)) for each in self.rules.trainings)

    @cached_property
    def gatherings(self) -> tuple[Session, ...]:
        """The entries at which people meet."""
        return tuple(entry for entry in self.entries if entry.kind.is_gathering)

    @cached_property
    def span(self) -> tuple[date, date] | None:
        """The first and last day of the plan's months, None where it has none or a year is unknown."""
        known = [(month.year, month.month) for month in self.plan.months if month.year is not None]
        if not known or len(known) != len(self.plan.months):
            return None
        (first_year, first), (last_year, last) = min(known), max(known)
        return date(first_year, first, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])

    @cached_property
    def series_days(self) -> dict[Kind, tuple[date, ...]]:
        """The days each series' rule gives in the plan's months."""
        if self.span is None:
            return {rule.kind: () for rule in self.rules.series}
        return {rule.kind: tuple(rule.on.dates(*self.span)) for rule in self.rules.series}

    @cached_property
    def taken(self) -> frozenset[date]:
        """The days on which something is planned."""
        return frozenset(entry.date for entry in self.gatherings if entry.date)

    def free_days(self, kind: Kind) -> tuple[date, ...]:
        """Give the days of a series on which nothing is planned yet and which are no holidays."""
        return tuple(day for day in self.series_days.get(kind, ()) if day not in self.taken and not self.holiday(day))

    @cached_property
    def is_whole(self) -> bool:
        """Whether the plan has as many months as a whole cohort; a shorter one is a draft."""
        return len(self.plan.months) >= self.rules.months

    @cached_property
    def chapter_of(self) -> dict[int, Month]:
        """The chapter each entry stands in, by the entry's identity."""
        return {id(entry): month for month in self.plan.months for entry in month.all_sessions}


def span_minutes(entry: Session) -> int | None:
    """Give the minutes between an entry's start and end, None where one is missing or the end is not after the start."""
    if entry.start is None or entry.end is None or entry.end <= entry.start:
        return None
    return minute_of(entry.end) - minute_of(entry.start)


def minute_of(clock: time) -> int:
    """Give the minute of the day."""
    return clock.hour * 60 + clock.minute


def parts(items: tuple[AgendaItem, ...]) -> Iterator[AgendaItem]:
    """Yield the lines that say what a session holds: the first level, and the second under a line such as "Agenda:"."""
    for item in items:
        yield item
        if item.items and item.text.strip("*_ :-").lower().endswith(("agenda", "programme")):
            yield from item.items


def group_parts(items: tuple[AgendaItem, ...]) -> Iterator[AgendaItem]:
    """Yield the parts people do together."""
    return (item for item in parts(items) if item.who is not Who.INDIVIDUAL)


def say_minutes(minutes: int) -> str:
    """Say a duration: "3 hours", "1 h 30 min", "45 minutes"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minutes"
    if rest:
        return f"{hours} h {rest} min"
    return "1 hour" if hours == 1 else f"{hours} hours"


def say_month(year: int | None, month: int) -> str:
    """Say a month: "August 2023", or "August" where the year is unknown."""
    return f"{MONTHS[month - 1]} {year}" if year else MONTHS[month - 1]


def say_list(words: list[str]) -> str:
    """Say several things: "a, b and c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def say_days(days: tuple[date, ...], *, most: int = 6) -> str:
    """Say several days, the year once at the end where it is the same: "Wed 15 November and Wed 20 December 2023"."""
    shown = days[:most]
    same = len({day.year for day in shown}) == 1
    words = [say_date(day, year=not same or day == shown[-1]) for day in shown]
    return say_list(words) + (" and later ones" if len(days) > most else "")


def name_of(entry: Session, *, longest: int = 60) -> str:
    """Give an entry's title for use in a sentence, shortened where it is long."""
    title = " ".join(entry.say_title.split()) or entry.kind.label
    return f"“{title if len(title) <= longest else title[: longest - 1].rstrip() + '…'}”"
