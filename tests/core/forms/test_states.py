"""The life of a form: since when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import FormState, closed_at, takes_answers

NOON = datetime(2024, 9, 10, 12, tzinfo=UTC)
hours = st.integers(-9, 9).map(lambda count: NOON + timedelta(hours=count))


def test_a_form_is_over_since_its_time_or_the_team_closed_it_whichever_came_first() -> None:
    before, after = NOON - timedelta(days=1), NOON + timedelta(days=1)
    assert closed_at(FormState.OPEN, before, None, at=NOON) is None
    assert closed_at(FormState.OPEN, before, after, at=NOON) is None
    assert closed_at(FormState.OPEN, before, NOON, at=NOON) == NOON
    assert closed_at(FormState.CLOSED, before, None, at=NOON) == before
    assert closed_at(FormState.CLOSED, before, after, at=NOON) == before
    assert closed_at(FormState.CLOSED, NOON, before, at=NOON) == before
    assert closed_at(FormState.DRAFT, before, before, at=NOON) is None


@given(st.sampled_from([FormState.OPEN, FormState.CLOSED]), hours, st.none() | hours, hours)
def test_a_form_that_has_begun_takes_answers_or_says_since_when_it_does_not(
    state: FormState, state_at: datetime, closes_at: datetime | None, at: datetime
) -> None:
    over = closed_at(state, state_at, closes_at, at=at)
    assert (over is None) == takes_answers(state, None, closes_at, at=at)
