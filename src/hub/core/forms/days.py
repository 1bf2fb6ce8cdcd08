"""Days as people type them, one a line: "Tue 12 January 2027", "12 Jan 2027", 12/01/2027 where that is one day, 2027-01-12."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hub.core.calendar import WEEKDAYS, say_date
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
