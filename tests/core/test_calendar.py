"""Moments within sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub.core.calendar import say_lately


def test_a_moment_of_today_is_a_time_and_one_of_another_day_says_which() -> None:
    now = datetime(2024, 9, 10, 22, 30, tzinfo=UTC)  # half past eleven at night in London, the next day in Berlin
    assert say_lately(now, "Europe/London", now=now) == "at 23:30"
    assert say_lately(now - timedelta(hours=20), "Europe/London", now=now) == "at 03:30"
    assert say_lately(now - timedelta(hours=1), "Europe/Berlin", now=now) == "on Tue 10 September 2024, 23:30 (Berlin)"
    assert say_lately(now - timedelta(days=400), "Europe/London", now=now) == "on Mon 7 August 2023, 23:30 (London)"
