"""Checks of each entry's own date and time: what is written, and whether it can be.

Sources: seeds/001 (the ways people write dates), docs/plan-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hub.core.calendar import (
    MONTHS,
    WEEKDAYS,
    abbreviation,
    instant,
    is_zone,
    place_of,
    say_date,
    say_times,
    week_label,
    week_of_month,
)
from hub.core.plan.check.facts import Draft, Facts, minute_of, name_of, say_minutes, say_month, span_minutes
from hub.core.plan.model import Kind, Session, Status

_DAY = 24 * 60
_OFFSET = re.compile(r"(?:UTC|GMT)\s?(?P<sign>[+−-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?")


def check_dates(facts: Facts) -> Iterator[Draft]:
    """Yield what is wrong with single dates and times, entry by entry, and then the sessions that fall together."""
    for entry in facts.entries:
        yield from _impossible(entry)
        yield from _weekday(entry)
        yield from _end_before_start(entry)
        yield from _stated_duration(entry)
        yield from _zone(facts, entry)
        yield from _place_in_plan(facts, entry)
        yield from _missing(facts, entry)
        yield from _holiday(facts, entry)
        yield from _night(entry)
    yield from _two_at_once(facts)


def at_date(code: str, entry: Session, message: str, suggestion: str = "") -> Draft:
    """Draft a finding that stands where the entry's date is written."""
    written = entry.written
    return Draft(
        code=code,
        line=written.line or entry.line,
        message=message,
        suggestion=suggestion,
        column=written.column,
        end_column=written.end_column,
        entry=entry,
    )


def _impossible(entry: Session) -> Iterator[Draft]:
    if entry.written.impossible:
        yield at_date(
            "impossible-date",
            entry,
            f"“{entry.written.impossible}” cannot be: no calendar or clock has it.",
            "Write the day and time that are meant, such as “5 July (15:00 - 17:00)”.",
        )


def _weekday(entry: Session) -> Iterator[Draft]:
    said, day = entry.written.weekday, entry.date
    if said is None or day is None or said == day.weekday():
        return
    near = day + timedelta(days=(said - day.weekday() + 3) % 7 - 3)
    yield at_date(
        "wrong-weekday",
        entry,
        f"says {WEEKDAYS[said]}, but {say_date(day, weekday=False)} is a {WEEKDAYS[day.weekday()]}.",
        f"Write “{WEEKDAYS[day.weekday()]} {_plain_date(day)}”,"
        f" or “{WEEKDAYS[said]} {_plain_date(near)}” if the weekday is right.",
    )


def _plain_date(day: date) -> str:
    return say_date(day, weekday=False, year=False)


def _end_before_start(entry: Session) -> Iterator[Draft]:
    if entry.start is None or entry.end is None or entry.end > entry.start:
        return
    if entry.end == entry.start:
        message = f"starts and ends at {entry.start:%H:%M}, so it has no length."
    else:
        message = f"ends at {entry.end:%H:%M}, before it starts at {entry.start:%H:%M}."
    if entry.end < time(12) and time(entry.end.hour + 12, entry.end.minute) > entry.start:
        suggestion = f"If the afternoon is meant, write {entry.start:%H:%M}–{entry.end.hour + 12}:{entry.end:%M}."
    elif entry.end < entry.start:
        suggestion = f"If the two changed places, write {say_times(entry.end, entry.start)}."
    else:
        suggestion = "Write the time at which it ends."
    yield at_date("end-before-start", entry, message, suggestion)


def _stated_duration(entry: Session) -> Iterator[Draft]:
    real = span_minutes(entry)
    if entry.stated_minutes is None or real is None or real == entry.stated_minutes:
        return
    yield at_date(
        "stated-duration",
        entry,
        f"says {say_minutes(entry.stated_minutes)}, but {say_times(entry.start, entry.end)} is {say_minutes(real)}.",
        "Mend the times, or leave the duration out: the times say it.",
    )


def _zone(facts: Facts, entry: Session) -> Iterator[Draft]:
    label = entry.written.zone
    if label and "/" in label and not is_zone(label):
        yield at_date(
            "unknown-zone",
            entry,
            f"“{label}” is no zone of the time-zone database.",
            f"Write the zone's name as the database has it, such as “{facts.rules.zone}”.",
        )
    if not label or is_zone(label) or "/" in label or entry.date is None:
        return
    zone, clock = facts.zone(entry), entry.start or time(12)
    really = abbreviation(entry.date, clock, zone)
    offset = datetime.combine(entry.date, clock, ZoneInfo(zone)).utcoffset()
    if (written := _OFFSET.fullmatch(label)) and offset == timedelta(
        hours=int(f"{'+' if written['sign'] == '+' else '-'}{written['hours']}"), minutes=int(written["minutes"] or 0)
    ):
        return
    if label.upper() == really.upper() or {label.upper(), really.upper()} <= {"GMT", "UTC", "UT", "Z"}:
        return
    times = say_times(entry.start, entry.end) or "the time"
    verb = "keeps" if really.isalpha() else "is at"
    yield at_date(
        "zone-abbreviation",
        entry,
        f"names {label.upper()} in {MONTHS[entry.date.month - 1]}, when {place_of(zone)} {verb} {really}.",
        f"Write the place, not the abbreviation: {times} ({place_of(zone)}).",
    )


def _place_in_plan(facts: Facts, entry: Session) -> Iterator[Draft]:
    if entry.date is None or entry.month is None:
        return
    day = entry.date
    year = entry.year or day.year
    by_week = week_label(day)[:2]  # a week at the edge of two months belongs to the one its Wednesday lies in
    if (day.year, day.month) != (year, entry.month) and by_week != (year, entry.month):
        right = say_month(day.year, day.month)
        yield at_date(
            "outside-month",
            entry,
            f"stands under {say_month(entry.year, entry.month)}, but {say_date(day)} is in {right}.",
            f"Move it to the chapter of {right}, or mend the date.",
        )
    elif entry.week is not None and (stretch := week_of_month(year, entry.month, entry.week)):
        first_day = date(day.year, day.month, 1)
        row_of_calendar = (day.day + first_day.weekday() - 1) // 7 + 1
        countings = {week_label(day)} | {(day.year, day.month, nth) for nth in ((day.day - 1) // 7 + 1, row_of_calendar)}
        if (year, entry.month, entry.week) not in countings:
            monday, sunday = stretch
            _, month, week = week_label(day)
            yield at_date(
                "outside-week",
                entry,
                f"stands under week {entry.week}, which is {_plain_date(monday)} – {_plain_date(sunday)}, but {say_date(day)}"
                f" is in week {week} of {MONTHS[month - 1]}.",
                "Mend the date, or move it to its week. Week N is the one that holds the month's Nth Wednesday.",
            )


def _missing(facts: Facts, entry: Session) -> Iterator[Draft]:
    if not entry.kind.is_gathering or entry.written.impossible:
        return
    if entry.status is Status.TO_BE_CONFIRMED:
        note = f" (“{entry.status_note}”)" if entry.status_note else ""
        yield at_date(
            "to-be-confirmed",
            entry,
            f"{name_of(entry)} is still to be confirmed{note}.",
            "Nothing to do now: once it is settled, write the date and time in its place.",
        )
        return
    if entry.kind is Kind.ONE_TO_ONE:
        return  # each Expert and coach agree on theirs
    if entry.date is None:
        yield at_date("missing-date", entry, f"{name_of(entry)} has no date.", _offer_date(facts, entry))
    elif entry.start is None:
        yield at_date("missing-time", entry, f"has a date, {say_date(entry.date)}, and no time.", _offer_time(facts, entry))
    elif entry.end is None:
        yield at_date(
            "missing-time",
            entry,
            f"starts at {entry.start:%H:%M} and does not say when it ends.",
            "Write both, such as “(15:00 - 17:00)”: calendars need an end.",
        )


def _offer_time(facts: Facts, entry: Session) -> str:
    for rule in facts.rules.series:
        if rule.kind is entry.kind:
            day = _plain_date(entry.date) if entry.date else ""
            return f"Write “{day} ({rule.start:%H:%M} - {rule.end:%H:%M})”, the time of the series."
    return "Write both, such as “(15:00 - 17:00)”, or “time to be confirmed” while it is open."


def _offer_date(facts: Facts, entry: Session) -> str:
    year, month, week = entry.year, entry.month, entry.week
    stretch = week_of_month(year, month, week) if year and month and week else None
    free = [
        day
        for day in facts.free_days(entry.kind)
        if (stretch[0] <= day <= stretch[1] if stretch else (day.year, day.month) == (year, month))
    ]
    for rule in facts.rules.series:
        if rule.kind is entry.kind and free:
            return f"The series offers {say_date(free[0])}, {say_times(rule.start, rule.end)}."
    if stretch:
        monday, sunday = stretch
        return (
            f"Week {week} is {say_date(monday, year=False)} – {say_date(sunday)}: write a day and a time in it,"
            " or “date to be confirmed” while it is open."
        )
    where = f" in {say_month(year, month)}" if month else ""
    return f"Write a day and a time{where}, or “date to be confirmed” while it is open."


def _holiday(facts: Facts, entry: Session) -> Iterator[Draft]:
    if entry.date is None or not entry.kind.is_gathering or not (name := facts.holiday(entry.date)):
        return
    free = [day for day in facts.free_days(entry.kind) if day > entry.date]
    instead = f"The series is free again on {say_date(free[0])}" if free else "Move it to another day"
    yield at_date(
        "holiday",
        entry,
        f"is on a public holiday: {say_date(entry.date)} is {name}.",
        f"{instead}, or accept the rule for this one and say why.",
    )


def _night(entry: Session) -> Iterator[Draft]:
    if entry.start is None or entry.start >= time(6) or not entry.kind.is_gathering:
        return
    end = entry.end
    late = time(entry.start.hour + 12, entry.start.minute)
    meant = say_times(late, time(end.hour + 12, end.minute) if end and end.hour < 12 and end > entry.start else end)
    yield at_date(
        "night-hours",
        entry,
        f"starts at {entry.start:%H:%M}, in the middle of the night.",
        f"If the afternoon is meant, write {meant}.",
    )


def _two_at_once(facts: Facts) -> Iterator[Draft]:
    """Yield the sessions that meet at a minute an earlier entry of the document has taken.

    Each minute is claimed once, by the first who wants it, and a day's minutes are the bits of one number: the cost grows
    with the number of sessions and of days, however many of them overlap.
    """
    claimed: dict[int, int] = {}
    owners: dict[tuple[int, int], Session] = {}
    for entry in facts.entries:
        if entry.date is None or not entry.kind.is_gathering or entry.kind is Kind.ONE_TO_ONE or span_minutes(entry) is None:
            continue
        zone = facts.zone(entry)
        start, end = _minute(entry.date, entry.start, zone), _minute(entry.date, entry.end, zone)
        other: Session | None = None
        for day in range(start // _DAY, (end - 1) // _DAY + 1):
            first, last = max(start - day * _DAY, 0), min(end - day * _DAY, _DAY)
            wanted = (1 << last) - (1 << first)
            taken = claimed.get(day, 0)
            if (clash := wanted & taken) and other is None:
                other = owners[day, (clash & -clash).bit_length() - 1]
            fresh = wanted & ~taken
            claimed[day] = taken | fresh
            while fresh:
                minute = (fresh & -fresh).bit_length() - 1
                owners[day, minute] = entry
                fresh &= fresh - 1
        if other is not None:
            yield at_date(
                "two-at-once",
                entry,
                f"is at the same time as {name_of(other)} on line {other.line}: {say_date(entry.date)},"
                f" {say_times(entry.start, entry.end)} and {say_times(other.start, other.end)}"
                + ("." if facts.zone(other) == zone else f" ({place_of(facts.zone(other))})."),
                "Move one of the two, or accept the rule for this one and say why.",
            )


_EPOCH = date(2000, 1, 1).toordinal()


def _minute(day: date, clock: time | None, zone: str) -> int:
    """Give the minutes since 2000 of a wall time, in UTC."""
    try:
        moment = instant(day, clock or time(0), zone)
    except OverflowError:  # the first and last day of the calendar, in a zone that carries them over its edge
        return (day.toordinal() - _EPOCH) * _DAY + minute_of(clock or time(0))
    return (moment.toordinal() - _EPOCH) * _DAY + moment.hour * 60 + moment.minute
