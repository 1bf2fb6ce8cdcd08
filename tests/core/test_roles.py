"""What giving a role comes to for somebody who has the same one: the examples, and what holds for any days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.roles import Given, Gives, gives
from hub.core.taking_part import Days

FIRST, DECEMBER, LATE = date(2026, 10, 27), date(2026, 12, 1), date(2026, 12, 20)
FIFTH = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("held", "wanted", "comes_to"),
    [
        ([], Days(FIRST), Given(Gives.NEW)),
        ([Days(FIRST)], Days(DECEMBER), Given(Gives.HELD, Days(FIRST))),
        ([Days(FIRST, LATE)], Days(DECEMBER, LATE), Given(Gives.HELD, Days(FIRST, LATE))),
        ([Days(FIRST, LATE)], Days(FIFTH), Given(Gives.LONGER, Days(FIRST, LATE))),
        ([Days(FIFTH, LATE)], Days(FIFTH), Given(Gives.LONGER, Days(FIFTH, LATE))),
        ([Days(FIRST, DECEMBER)], Days(DECEMBER), Given(Gives.NEW)),  # one day after the other
        ([Days(DECEMBER)], Days(FIRST), Given(Gives.IN_THE_WAY, Days(DECEMBER))),
        ([Days(DECEMBER)], Days(FIRST, DECEMBER), Given(Gives.NEW)),
        ([Days(FIRST, FIFTH), Days(LATE)], Days(DECEMBER), Given(Gives.IN_THE_WAY, Days(LATE))),
        ([Days(FIRST), Days(DECEMBER, LATE)], Days(FIFTH), Given(Gives.HELD, Days(FIRST))),  # twice there from before
    ],
)
def test_a_role_somebody_has_is_there_goes_on_or_is_in_the_way(held: list[Days], wanted: Days, comes_to: Given) -> None:
    assert gives(held, wanted) == comes_to


def test_it_is_said_which_role_is_there_and_how_to_have_it_before() -> None:
    label = "Expert, Cohort 2026"
    assert gives([Days(DECEMBER)], Days(FIRST)).words(label) == (
        "the role Expert, Cohort 2026 from 1 December 2026 already. For the days before, give it until then."
    )
    assert gives([Days(FIRST, LATE)], Days(FIFTH, LATE)).words(label) == (
        "the role Expert, Cohort 2026 from 27 October 2026 until 20 December 2026 already."
    )
    assert gives([], Days(FIRST)).words(label) == ""


some_days = st.builds(
    lambda first, length: Days(FIRST + timedelta(first), FIRST + timedelta(first + length) if length else None),
    st.integers(0, 20),
    st.integers(0, 8),
)


@given(st.lists(some_days, max_size=12))
def test_whatever_is_given_one_after_the_other_nobody_has_it_twice_on_a_day(wishes: list[Days]) -> None:
    held: list[Days] = []
    for wanted in wishes:
        comes_to = gives(held, wanted)
        if comes_to.what is Gives.NEW:
            held.append(wanted)
        elif comes_to.what is Gives.LONGER:
            assert comes_to.held is not None
            held = [Days(each.starts_on, wanted.ends_on) if each == comes_to.held else each for each in held]
    for day in (FIRST + timedelta(count) for count in range(40)):
        assert sum(each.holds_on(day) for each in held) < 2
