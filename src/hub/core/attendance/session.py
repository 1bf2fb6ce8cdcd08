"""What of a file's times is the session's: only the minutes within it count, and a file of another day is said to be one.

Sources: issue 5, item 2; docs/decisions/0019; lessons, "Attendance and commitments".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.core.attendance.model import Line, Presence, Span
from hub.core.calendar import place_of, say_date, say_times


def counted(presence: Presence, *, window: Span | None) -> Presence:
    """Give a presence as it counts for a session that lasts from and to (`window`), as gathered with that window.

    Time outside the session does not count, without a margin: who came early or stayed on was not longer in it. Who has times
    and was there only before or after was not there. Without a window, or without times, a presence counts as it is.
    """
    if window is None or presence.seconds_within is None:
        return presence
    spans = _spans(presence)
    was_there = presence.was_there and (not spans or _meet(spans, window))
    return replace(presence, seconds=presence.seconds_within, was_there=was_there)


def say_elsewhere(lines: Iterable[Line], *, window: Span, zone: str, file: str = "") -> str:
    """Say that the times of a file lie all outside a session, "" where one meets it or there are none.

    `lines` have instants, `window` is the session's time, or its whole day where it has none, in its `zone`. `file` is the
    file's name where several are read together.
    """
    spans = [span for line in lines if (span := _span(line)) is not None]
    if not spans or _meet(spans, window):
        return ""
    clock = ZoneInfo(zone)
    first, last = (each.astimezone(clock) for each in (min(spans)[0], max(end for _, end in spans)))
    starts, ends = (each.astimezone(clock) for each in window)
    what = f"The file “{file}”" if file else "This file"
    held = starts.date()
    if held in (first.date(), last.date()):
        when, on = say_times(first.time(), last.time()), say_times(starts.time(), ends.time())
        return (
            f"{what} says {when}; the session was {on} ({place_of(zone)}). Perhaps they are of the clock of "
            "another zone: lay it aside, and say which."
        )
    days = [say_date(each, weekday=False) for each in dict.fromkeys((first.date(), last.date()))]
    year = held.year != last.year
    return f"{what} is of {' to '.join(days)}; the session was on {say_date(held, weekday=False, year=year)}."


def _spans(presence: Presence) -> list[Span]:
    return [*presence.spans, *((start, end) for start, end, _ in presence.stated if start is not None and end is not None)]


def _span(line: Line) -> Span | None:
    known: list[datetime] = [each for each in (line.joined, line.left) if each is not None]
    return (min(known), max(known)) if known and not line.is_waiting_room else None


def _meet(spans: Iterable[Span], window: Span) -> bool:
    return any(start < window[1] and end >= window[0] for start, end in spans)
