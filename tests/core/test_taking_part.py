"""Who is meant by what is told of a day of a cohort."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.taking_part import Days, gaps

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


def test_who_left_and_came_back_was_away_between_and_who_changed_without_a_day_between_was_not() -> None:
    left, back = Days(FIRST, date(2024, 9, 20)), Days(date(2024, 11, 4))
    assert gaps([back, left]) == (Days(date(2024, 9, 20), date(2024, 11, 4)),)
    assert gaps([left, Days(date(2024, 9, 20), date(2024, 10, 1)), Days(date(2024, 9, 25))]) == ()
    assert gaps([Days(FIRST), back]) == gaps([left]) == gaps([]) == ()


LATER = st.dates(FIRST, FIRST + timedelta(days=20))
PARTS = st.builds(lambda one, other: Days(min(one, other), max(one, other)), LATER, LATER) | st.builds(Days, LATER)


@given(st.lists(PARTS, min_size=1, max_size=5), st.dates(FIRST, FIRST + timedelta(days=25)))
def test_a_day_is_in_a_part_or_in_a_gap_or_before_the_first_or_after_the_last(parts: list[Days], day: date) -> None:
    in_gap = [each for each in gaps(parts) if each.holds_on(day)]
    has_come = any(each.has_begun(day) for each in parts)
    comes_again = any(not each.is_over(day) for each in parts)
    assert len(in_gap) == (has_come and comes_again and not any(each.holds_on(day) for each in parts))
