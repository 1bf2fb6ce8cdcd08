"""Days as people type them, one a line: "Tue 12 January 2027", "12 Jan 2027", 12/01/2027 where that is one day, 2027-01-12."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal

from hub.core.calendar import MONTHS, WEEKDAYS, say_date
from hub.core.plan.read.dates import DateWritten, find_dates


def read_days(text: str) -> tuple[tuple[date, ...], tuple[str, ...]]:
    """Give the days of a text in their order, each once, and a sentence for each line that is no day."""
    read = [_day(line) for line in _lines(text)]
    days = {each for each in read if isinstance(each, date)}
    return tuple(sorted(days)), tuple(each for each in read if isinstance(each, str))


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _day(line: str) -> date | str:
    shown = f"“{line[:40]}”"
    found = find_dates(line)
    if len(found) != 1 or found[0].is_several or found[0].text.strip() != line.rstrip(".,;"):
        return f"{shown} is not one day. Write it like 16 October 2024."
    written = found[0]
    if written.year is None:
        return f"{shown} does not say the year. Write it like 16 October 2024."
    day = written.on(written.year)
    if day is None:
        return f"The calendar has no day {shown}."
    return _doubt(written, day, shown) or day


def _doubt(written: DateWritten, day: date, shown: str) -> str:
    """Say what is to be asked about a day of the calendar: another weekday beside it, or which number is the month."""
    if written.is_ambiguous and day.day <= 12 and day.day != day.month:  # more than twelve is no month
        return f"{shown} may be two days. Write the month as a word, like 16 October 2024."
    if written.weekday is not None and written.weekday != day.weekday():
        return f"{shown} says {WEEKDAYS[written.weekday]}, but it is {say_date(day)}."
    return ""


Span = Literal["day", "week", "month", "year"]
_BEGINS: dict[Span, Callable[[date], date]] = {
    "day": lambda day: day,
    "week": lambda day: date.fromordinal(max(day.toordinal() - day.weekday(), 1)),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def spans_of(counts: Mapping[date, int], *, most: int) -> tuple[Span, tuple[tuple[date, int], ...]]:
    """Add days up by the shortest span that gives at most so many: day, week (from Monday), month; else year.

    Gives the first day of each span that has any, in their order, with how many there are.
    """
    fitting = (each for each, begins in _BEGINS.items() if len({begins(day) for day in counts}) <= most)
    span: Span = next(fitting, "year")
    found: Counter[date] = Counter()
    for day, count in counts.items():
        found[_BEGINS[span](day)] += count
    return span, tuple(sorted(found.items()))


def say_span(begins: date, span: Span) -> str:
    """Say a span by its first day: "Wed 4 September 2024", "Week of Mon 2 September 2024", "September 2024", "2024"."""
    match span:
        case "day":
            return say_date(begins)
        case "week":
            return f"Week of {say_date(begins)}"
        case "month":
            return f"{MONTHS[begins.month - 1]} {begins.year}"
        case "year":
            return str(begins.year)
