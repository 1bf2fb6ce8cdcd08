"""When a job is tried again, and which period a moment lies in."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.jobs import MOST_ATTEMPTS, Daily, Every, Period, next_try

NOON = datetime(2024, 9, 10, 12, 0, tzinfo=UTC)


def test_waits_grow_and_end() -> None:
    waits = [next_try(attempts, is_permanent=False, at=NOON) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert [str(each - NOON) if each else None for each in waits] == [
        "0:00:30", "0:02:00", "0:10:00", "1:00:00", "6:00:00", "1 day, 0:00:00", None,
    ]  # fmt: skip


def test_what_can_never_work_is_not_tried_again() -> None:
    assert next_try(1, is_permanent=True, at=NOON) is None


@pytest.mark.parametrize(
    ("at", "begun"),
    [
        ("2024-09-10T02:09:59+00:00", "2024-09-09T02:10:00+00:00"),
        ("2024-09-10T02:10:00+00:00", "2024-09-10T02:10:00+00:00"),
        ("2024-12-10T03:09:59+00:00", "2024-12-09T03:10:00+00:00"),
        ("2024-12-10T03:10:00+00:00", "2024-12-10T03:10:00+00:00"),
    ],
)
def test_a_daily_period_begins_at_its_wall_time_in_summer_and_winter(at: str, begun: str) -> None:
    assert Daily(time(3, 10)).period(datetime.fromisoformat(at)) == datetime.fromisoformat(begun)


def test_the_day_that_has_the_hour_twice_has_one_period() -> None:
    half_past_one = Daily(time(1, 30))
    begun = {half_past_one.period(datetime(2024, 10, 27, 0, 30, tzinfo=UTC) + timedelta(minutes=n)) for n in range(120)}
    assert begun == {datetime(2024, 10, 27, 0, 30, tzinfo=UTC)}


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_a_period_is_between_a_minute_and_a_day(minutes: int) -> None:
    with pytest.raises(ValueError, match="at least one minute and at most a day"):
        Every(minutes=minutes)


@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda each: each.replace(tzinfo=UTC)),
    period=st.one_of(st.integers(1, 1440).map(lambda n: Every(minutes=n)), st.times().map(Daily)),
)
def test_a_moment_lies_in_the_period_it_is_given_which_lies_in_itself(at: datetime, period: Period) -> None:
    begun = period.period(at)
    assert begun <= at < begun + timedelta(hours=25)
    assert period.period(begun) == begun
