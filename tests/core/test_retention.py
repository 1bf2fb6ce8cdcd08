"""How long things are kept, and how that is said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.core.retention import Rule, Sort, needs_kept_until, over_from

NEEDS = Rule(Sort.ACCESS_NEEDS, 180)
MADE = date(2024, 1, 1)


def test_what_ended_so_many_days_ago_is_kept_no_longer() -> None:
    at = datetime(2024, 4, 1, 3, 40, tzinfo=UTC)
    assert Rule(Sort.INVITATIONS, 90).before(at) == datetime(2024, 1, 2, 3, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ends", "added", "until"),
    [
        ([None], MADE, None),
        ([date(2024, 3, 1), None], MADE, None),
        ([date(2024, 3, 1), date(2024, 2, 1)], MADE, date(2024, 8, 28)),
        ([], MADE, date(2024, 6, 29)),
        ([], None, date.min),
    ],
)
def test_access_needs_are_kept_while_a_role_goes_on_and_for_a_while_after_the_last(
    ends: list[date | None], added: date | None, until: date | None
) -> None:
    assert needs_kept_until(ends, added_on=added, rule=NEEDS) == until


@pytest.mark.parametrize(
    ("ends", "cohort_last", "over"),
    [
        (None, None, None),
        (None, date(2025, 2, 28), date(2025, 3, 1)),
        (date(2025, 6, 1), date(2025, 2, 28), date(2025, 6, 1)),
        (date(2024, 10, 1), None, date(2024, 10, 1)),
    ],
)
def test_a_role_without_an_end_is_over_after_the_last_day_of_its_cohort(
    ends: date | None, cohort_last: date | None, over: date | None
) -> None:
    assert over_from(ends, cohort_last=cohort_last) == over


def test_a_rule_says_what_and_for_how_long() -> None:
    assert [Rule(Sort.TOKENS, days).how_long for days in (0, 1, 400)] == [
        "until it has ended",
        "1 day after it has ended",
        "400 days after it has ended",
    ]
    assert {Rule(sort, 1).what for sort in Sort} == {Rule(sort, 2).what for sort in Sort}


def test_nothing_is_kept_for_less_than_no_time() -> None:
    with pytest.raises(ValueError, match="-1"):
        Rule(Sort.TOKENS, -1)
