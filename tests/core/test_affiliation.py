"""What it means that somebody is named with an organisation once more."""

from __future__ import annotations

from datetime import date

import pytest

from hub.core.affiliation import Begins, Days, begins, unbroken

MARCH, JUNE, SEPTEMBER = date(2024, 3, 1), date(2024, 6, 1), date(2024, 9, 1)
OF_ALWAYS, UNTIL_JUNE, FROM_JUNE = Days(None, None), Days(None, JUNE), Days(JUNE, None)


@pytest.mark.parametrize(
    ("held", "on", "what"),
    [
        ((), JUNE, Begins(None, None)),
        ((OF_ALWAYS,), JUNE, None),
        ((FROM_JUNE,), MARCH, None),  # they will be there
        ((UNTIL_JUNE,), MARCH, None),  # an old sheet brings nobody back
        ((UNTIL_JUNE,), JUNE, Begins(JUNE, JUNE)),
        ((UNTIL_JUNE,), SEPTEMBER, Begins(SEPTEMBER, JUNE)),
        ((Days(None, MARCH), Days(MARCH, JUNE)), SEPTEMBER, Begins(SEPTEMBER, JUNE)),
        ((UNTIL_JUNE, FROM_JUNE), SEPTEMBER, None),
    ],
)
def test_who_left_and_is_named_again_begins_anew_and_who_is_there_does_not(
    held: tuple[Days, ...], on: date, what: Begins | None
) -> None:
    assert begins(held, on=on) == what


def test_days_without_a_first_one_are_of_always_and_the_last_one_does_not_count() -> None:
    first, last = date(2024, 9, 1), date(2024, 12, 1)
    assert Days(None, None).meets(Days(first, None))
    assert Days(first, None).meets(Days(None, last))
    assert not Days(None, first).meets(Days(first, last))
    assert not Days(last, None).meets(Days(None, last))


def test_an_affiliation_holds_from_its_first_day_until_its_last_one_which_it_does_not() -> None:
    days = Days(MARCH, JUNE)
    assert [days.holds_on(day) for day in (date(2024, 2, 29), MARCH, date(2024, 5, 31), JUNE)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("earlier", "what"),
    [
        ((), Begins(SEPTEMBER)),
        ((Days(JUNE, SEPTEMBER),), Begins(JUNE)),
        ((Days(MARCH, JUNE), Days(JUNE, SEPTEMBER)), Begins(MARCH)),
        ((Days(MARCH, date(2024, 10, 1)),), Begins(MARCH)),  # both at once for a while
        ((Days(MARCH, JUNE),), Begins(SEPTEMBER, JUNE)),
        ((Days(MARCH, date(2024, 5, 1)), Days(JUNE, SEPTEMBER)), Begins(JUNE, date(2024, 5, 1))),
    ],
)
def test_parts_that_join_are_one_and_a_gap_begins_anew(earlier: tuple[Days, ...], what: Begins) -> None:
    assert unbroken(SEPTEMBER, earlier) == what
