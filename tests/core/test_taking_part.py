"""Who is meant by what is told of a day of a cohort."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.taking_part import Days

FIRST = date(2024, 9, 1)
KICK_OFF, CAFE = date(2024, 8, 27), date(2024, 9, 4)


def test_who_begins_with_the_cohort_is_meant_by_all_it_does_also_before_its_first_day() -> None:
    expert = Days(FIRST)
    assert expert.counts_for(CAFE, cohort_first=FIRST)
    assert expert.counts_for(KICK_OFF, cohort_first=FIRST)


def test_who_joins_later_is_meant_from_their_first_day_on_and_by_no_kick_off() -> None:
    late = Days(CAFE)
    assert late.counts_for(CAFE, cohort_first=FIRST)
    assert not late.counts_for(CAFE - timedelta(days=1), cohort_first=FIRST)
    assert not late.counts_for(KICK_OFF, cohort_first=FIRST)


def test_who_leaves_is_meant_until_the_day_before_their_part_ends() -> None:
    leaving = Days(FIRST, CAFE)
    assert leaving.counts_for(CAFE - timedelta(days=1), cohort_first=FIRST)
    assert not leaving.counts_for(CAFE, cohort_first=FIRST)


def test_a_part_that_ended_before_the_cohort_began_means_nobody_at_its_kick_off() -> None:
    assert not Days(date(2024, 6, 1), KICK_OFF).counts_for(KICK_OFF, cohort_first=FIRST)


def test_a_part_that_is_to_begin_is_not_over() -> None:
    assert not Days(FIRST).is_over(KICK_OFF)
    assert not Days(FIRST, FIRST + timedelta(days=30)).is_over(KICK_OFF)
    assert Days(FIRST, CAFE).is_over(CAFE)


days = st.dates(date(2024, 6, 1), date(2025, 3, 1))


@given(starts_on=days, ends_on=st.none() | days, day=st.dates(FIRST, date(2025, 3, 1)))
def test_once_the_cohort_has_begun_a_part_counts_on_the_days_it_holds(starts_on: date, ends_on: date | None, day: date) -> None:
    part = Days(starts_on, ends_on)
    assert part.counts_for(day, cohort_first=FIRST) is part.holds_on(day)
