"""The window of an erasure, who must stay, and when roles of the erased end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.erasure import LONGEST_WINDOW, NotDueYet, TeamRole, check_due, due_at, ends_by, nobody_from, somebody_stays

NOON = datetime(2024, 3, 20, 12, 0, tzinfo=UTC)
TODAY = date(2024, 9, 10)
DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_a_window_counts_days_of_24_hours_also_over_a_change_of_clocks() -> None:
    assert due_at(NOON, days=14) == datetime(2024, 4, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [-1, LONGEST_WINDOW + 1])
def test_no_window_is_longer_than_a_month_or_shorter_than_none(wrong: int) -> None:
    with pytest.raises(ValueError, match="window"):
        due_at(NOON, days=wrong)


def test_it_is_due_at_the_very_moment_and_not_before() -> None:
    check_due(NOON, at=NOON)
    with pytest.raises(NotDueYet):
        check_due(NOON, at=NOON - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("others", "leaving", "stays"),
    [
        ([], [], False),
        ([TeamRole(2, None)], [], True),
        ([TeamRole(2, None)], [2], False),
        ([TeamRole(2, TODAY)], [], False),
        ([TeamRole(2, TODAY + DAY)], [], True),
        ([TeamRole(2, None, TODAY)], [], True),
        ([TeamRole(2, None, TODAY + DAY)], [], False),
        ([TeamRole(2, None), TeamRole(3, None)], [2], True),
    ],
)
def test_somebody_stays_who_does_not_leave_and_whose_role_goes_on(
    others: list[TeamRole], leaving: list[int], stays: bool
) -> None:
    team = [TeamRole(1, None), *others]
    assert somebody_stays(team, without=1, leaving=frozenset(leaving), on=TODAY) is stays


@given(starts=days, ends=st.none() | days, on=days)
def test_a_role_of_the_erased_has_ended_unless_it_never_began_and_is_never_made_longer(
    starts: date, ends: date | None, on: date
) -> None:
    if ends is not None and ends <= starts:
        ends = None
    last = ends_by(starts, ends, on=on)
    assert last > starts
    assert last <= max(on, starts + DAY)
    assert ends is None or last <= ends
    assert ends_by(starts, last, on=on) == last


@pytest.mark.parametrize(
    ("team", "leaving", "day"),
    [
        ([], [], TODAY),
        ([TeamRole(2, None)], [], None),
        ([TeamRole(2, None)], [2], TODAY),
        ([TeamRole(2, TODAY + 3 * DAY)], [], TODAY + 3 * DAY),
        ([TeamRole(2, TODAY + 3 * DAY), TeamRole(3, TODAY + 9 * DAY, TODAY + 3 * DAY)], [], TODAY + 9 * DAY),
        ([TeamRole(2, TODAY + 3 * DAY), TeamRole(3, None, TODAY + 4 * DAY)], [], TODAY + 3 * DAY),
        ([TeamRole(2, TODAY + 3 * DAY), TeamRole(3, None, TODAY + 2 * DAY)], [], None),
    ],
)
def test_the_first_day_nobody_runs_a_programme_is_the_one_no_role_reaches(
    team: list[TeamRole], leaving: list[int], day: date | None
) -> None:
    assert nobody_from(team, leaving=frozenset(leaving), on=TODAY) == day
