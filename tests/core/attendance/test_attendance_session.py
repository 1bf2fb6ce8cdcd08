"""What of a file's times is the session's: minutes within it, and whether a file is of another time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import Line, counted, gather, say_elsewhere

THREE = datetime(2024, 9, 4, 14, tzinfo=UTC)  # 15:00 in London
WINDOW = (THREE, THREE + timedelta(hours=2))
LONDON = "Europe/London"


def a_line(start: float, end: float, **facts: object) -> Line:
    given_ = {"number": 1, "name": "Ada Example", "joined": at(start), "left": at(end)}
    return Line(**given_ | facts)  # type: ignore[arg-type]


def at(minute: float) -> datetime:
    return THREE + timedelta(minutes=minute)


def counts(*lines: Line) -> tuple[bool | None, int | None]:
    (presence,) = gather(lines, window=WINDOW)
    found = counted(presence, window=WINDOW)
    return found.was_there, found.minutes


def elsewhere(*lines: Line, **facts: str) -> str:
    return say_elsewhere(lines, window=WINDOW, zone=LONDON, **facts)


def test_only_time_within_the_session_counts_without_a_margin() -> None:
    assert counts(a_line(-30, 150)) == (True, 120)
    assert counts(a_line(-10, 15)) == (True, 15)
    assert counts(a_line(-30, 60, minutes=40, is_summary=True)) == (True, 40)


def test_who_was_there_only_before_or_after_was_not_there() -> None:
    assert counts(a_line(-30, -10)) == (False, 0)
    assert counts(a_line(120, 140)) == (False, 0)
    assert counts(a_line(-30, -10), a_line(110, 130)) == (True, 10)


def test_without_times_or_without_a_window_a_presence_counts_as_it_is() -> None:
    (told,) = gather([Line(number=1, name="Ada Example")], window=WINDOW)
    assert counted(told, window=WINDOW) == told
    (long,) = gather([a_line(-30, 150)])
    assert counted(long, window=None) == long


def test_a_file_of_another_day_is_said_to_be_one_and_one_that_meets_the_session_is_not() -> None:
    of_february = a_line(60 * 24 * 156, 60 * 24 * 156 + 60)
    assert elsewhere(of_february) == "This file is of 7 February 2025; the session was on 4 September 2024."
    assert elsewhere(a_line(60 * 24, 60 * 24 + 60)) == "This file is of 5 September 2024; the session was on 4 September."
    assert elsewhere(of_february, a_line(119, 130)) == ""
    assert elsewhere(Line(number=1, name="Ada Example")) == ""
    two_days = (a_line(60 * 24, 60 * 24 + 60), a_line(60 * 48, 60 * 48 + 60))
    assert elsewhere(*two_days, file="zoom.csv") == (
        "The file “zoom.csv” is of 5 September 2024 to 6 September 2024; the session was on 4 September."
    )


def test_a_file_of_the_day_at_another_hour_asks_for_its_zone() -> None:
    assert elsewhere(a_line(-300, -180)) == (
        "This file says 10:00–12:00; the session was 15:00–17:00 (London). Perhaps they are of the clock of another "
        "zone: lay it aside, and say which."
    )


@given(st.integers(-300, 300), st.integers(0, 300))
def test_never_more_counts_than_the_session_is_long_nor_than_somebody_was_there(start: int, long: int) -> None:
    was_there, minutes = counts(a_line(start, start + long))
    assert minutes is not None and 0 <= minutes <= min(long, 120)
    assert was_there or minutes == 0
