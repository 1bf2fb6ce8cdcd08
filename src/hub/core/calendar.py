"""Dates and times of a programme: rules like "1st and 3rd Wednesday", weeks of a month, holidays, and how a time is said.

Sources: seeds/000 ("first and third Wednesdays of each month"), seeds/001 (the "Week N" labels), docs/decisions/0003.
Wall time and zone name are the truth; UTC instants are derived with `instant()`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}
_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """Give the `nth` `weekday` (Monday is 0) of a month, None where the month has no fifth; `nth` -1 is the last.

    Raises ValueError for a month, weekday or nth that cannot be.
    """
    if nth not in _ORDINALS or not 0 <= weekday <= 6:
        raise ValueError(f"no such day: {weekday=} {nth=}")
    first, days = calendar.monthrange(year, month)
    if nth == -1:
        last = date(year, month, days)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    day = 1 + (weekday - first) % 7 + 7 * (nth - 1)
    return date(year, month, day) if day <= days else None


@dataclass(frozen=True, slots=True)
class MonthlyRule:
    """A rule such as “1st and 3rd Wednesday”: a weekday (Monday is 0) and which ones of the month (1 to 5, -1 the last)."""

    weekday: int
    nths: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> MonthlyRule:
        """Read "1st and 3rd Wednesday", "last Thursday", "second and fourth Mondays of each month".

        Raises ValueError with a sentence for people when the words are not such a rule.
        """
        words = re.findall(r"[a-z0-9]+", text.lower())
        nths: list[int] = []
        days = {name.lower(): index for index, name in enumerate(WEEKDAYS)}
        found: list[int] = []
        for word in words:
            numeral = re.fullmatch(r"([1-5])(?:st|nd|rd|th)", word)
            if numeral:
                nths.append(int(numeral.group(1)))
            elif word in _WORDS:
                nths.append(_WORDS[word])
            elif word.rstrip("s") in days or word in days:
                found.append(days[word if word in days else word.rstrip("s")])
            elif word not in {"and", "of", "each", "every", "the", "month", "in", "on"}:
                raise ValueError(f"“{word}” is not part of a rule such as “1st and 3rd Wednesday”.")
        if not nths or len(set(found)) != 1:
            raise ValueError("A rule names which ones and one weekday, such as “1st and 3rd Wednesday”.")
        return cls(found[0], tuple(sorted(set(nths), key=lambda nth: nth if nth > 0 else 9)))

    def dates(self, first: date, last: date) -> Iterator[date]:
        """Yield the rule's dates from `first` to `last`, both included, in order."""
        year, month = first.year, first.month
        while (year, month) <= (last.year, last.month):
            days = {nth_weekday(year, month, self.weekday, nth) for nth in self.nths}
            yield from sorted(day for day in days if day and first <= day <= last)
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)

    def gives(self, day: date) -> bool:
        """Say whether the rule gives this very day."""
        return any(nth_weekday(day.year, day.month, self.weekday, nth) == day for nth in self.nths)

    def say(self) -> str:
        """Say the rule as people do: "1st and 3rd Wednesday"."""
        names = [_ORDINALS[nth] for nth in self.nths]
        listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
        return f"{listed} {WEEKDAYS[self.weekday]}"


def week_of_month(year: int, month: int, number: int) -> tuple[date, date] | None:
    """Give Monday and Sunday of a plan's "Week N": the week that holds the month's Nth Wednesday.

    None where the month has no such week, whatever the number.

    Source: seeds/001, true of all sixteen dated entries that carry a week label.
    """
    wednesday = nth_weekday(year, month, 2, number) if 1 <= number <= 5 else None
    return None if wednesday is None else (wednesday - timedelta(days=2), wednesday + timedelta(days=4))


def week_label(day: date) -> tuple[int, int, int]:
    """Give (year, month, N) of the plan week a day lies in: that of its week's Wednesday."""
    wednesday = day - timedelta(days=day.weekday() - 2)
    return wednesday.year, wednesday.month, (wednesday.day - 1) // 7 + 1


@lru_cache(maxsize=256)
def _holidays(year: int, country: str, region: str | None) -> dict[date, str]:
    import holidays  # half a second of import: only where somebody asks

    return {day: str(name) for day, name in holidays.country_holidays(country, subdiv=region, years=year).items()}


def holiday(day: date, *, country: str = "GB", region: str | None = "ENG") -> str | None:
    """Name the public holiday on a day, or None. England's by default (the programme's own rules say which)."""
    return _holidays(day.year, country, region).get(day)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Give every zone name of the time-zone database."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Say whether a name is a zone of the time-zone database ("Europe/London"); abbreviations such as BST are not."""
    return name in zone_names() and ("/" in name or name == "UTC")


def zone_called(name: str) -> str | None:
    """Give the zone a name means as the database writes it, however its capitals are written; None where it means none."""
    if is_zone(name):
        return name
    return next((zone for zone in sorted(zone_names()) if zone.lower() == name.strip().lower() and is_zone(zone)), None)


def instant(day: date, clock: time, zone: str) -> datetime:
    """Give the UTC instant of a wall time. A time that happens twice means the first; one skipped moves on by the gap."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def day_in(moment: datetime, zone: str) -> date:
    """Give the day it is in a zone at an aware moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def abbreviation(day: date, clock: time, zone: str) -> str:
    """Give what the clock of a zone is called at that moment: GMT, BST, CET…"""
    return datetime.combine(day, clock, ZoneInfo(zone)).tzname() or zone


def place_of(zone: str) -> str:
    """Name a zone by its place, as people do: "London" for Europe/London."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def say_date(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """Say a date: "Wed 5 July 2023"."""
    parts = [WEEKDAYS[day.weekday()][:3]] if weekday else []
    parts += [str(day.day), MONTHS[day.month - 1]]
    return " ".join([*parts, str(day.year)] if year else parts)


@lru_cache(maxsize=1024)
def say_times(start: time | None, end: time | None) -> str:
    """Say a span of wall time: "15:00–17:00", "15:00", or nothing."""
    if start is None:
        return ""
    return f"{start:%H:%M}–{end:%H:%M}" if end else f"{start:%H:%M}"


def say(day: date | None, start: time | None = None, end: time | None = None, zone: str | None = None) -> str:
    """Say when something is, the one way the Hub writes a time: "Wed 5 July 2023, 15:00–17:00 (London)"."""
    if day is None:
        return "Date to be confirmed"
    times = say_times(start, end)
    if not times:
        return f"{say_date(day)}, time to be confirmed"
    return f"{say_date(day)}, {times}" + (f" ({place_of(zone)})" if zone else "")


def say_lately(moment: datetime, zone: str, *, now: datetime) -> str:
    """Say a moment within a sentence as near as it is: "at 10:42" of today, else "on Wed 5 July 2023, 10:42 (London)"."""
    if day_in(moment, zone) == day_in(now, zone):
        return f"at {moment.astimezone(ZoneInfo(zone)):%H:%M}"
    return f"on {say_instant(moment, zone)}"


def say_instant(moment: datetime, zone: str) -> str:
    """Say an aware moment in a zone: "Wed 5 July 2023, 15:00 (London)"."""
    local = moment.astimezone(ZoneInfo(zone))
    return say(local.date(), local.time().replace(second=0, microsecond=0), None, zone)
