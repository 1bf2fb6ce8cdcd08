"""Days as people type them into a question that asks for times."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import say_date
from hub.core.forms.days import read_days

JANUARY = date(2027, 1, 12)


@pytest.mark.parametrize(
    "line",
    ["Tue 12 January 2027", "Tuesday, 12th January 2027", "12 Jan 2027", "January 12, 2027", "2027-01-12", "12 January 2027."],
)
def test_a_day_is_read_however_it_is_written(line: str) -> None:
    assert read_days(f"  {line}\n\n") == ((JANUARY,), ())


def test_a_day_in_numbers_is_read_where_it_can_be_one_day_only() -> None:
    assert read_days("14/01/2027\n05.05.2027") == ((date(2027, 1, 14), date(2027, 5, 5)), ())
    assert read_days("05/07/2027") == (
        (),
        ("“05/07/2027” may be two days. Write the month as a word, like 16 October 2024.",),
    )


def test_each_line_that_is_no_day_is_said_and_the_others_are_read() -> None:
    days, wrong = read_days(
        "whenever\n12 January 2027\n30 February 2027\n12 January\nWed 12 January 2027\n5-7 July 2027\n2027-01-12"
    )
    assert days == (JANUARY,)
    assert wrong == (
        "“whenever” is not one day. Write it like 16 October 2024.",
        "The calendar has no day “30 February 2027”.",
        "“12 January” does not say the year. Write it like 16 October 2024.",
        "“Wed 12 January 2027” says Wednesday, but it is Tue 12 January 2027.",
        "“5-7 July 2027” is not one day. Write it like 16 October 2024.",
    )


@given(st.sets(st.integers(0, 30_000)))
def test_what_the_builder_shows_of_days_is_read_as_those_days(offsets: set[int]) -> None:
    days = tuple(sorted(date(2020, 1, 1) + timedelta(days=each) for each in offsets))
    assert read_days("\n".join(say_date(day) for day in days)) == (days, ())


@given(st.text())
def test_whatever_is_typed_each_line_is_a_day_or_said_to_be_none(text: str) -> None:
    days, wrong = read_days(text)
    assert len(days) + len(wrong) <= sum(1 for line in text.splitlines() if line.strip())
    assert bool(days or wrong) == bool(text.strip())
