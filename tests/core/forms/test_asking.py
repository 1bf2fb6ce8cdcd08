"""Whom a form goes on asking: a part that is over asks nobody, who was asked by hand stays asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import BY_HAND, AskedAs, Asks, Part, asked_anew

FIRST, LAST = date(2024, 9, 1), date(2025, 2, 28)
A_DAY = timedelta(days=1)
AS_EXPERT = AskedAs("expert", 1)
SURVEY = Asks(cohort=1, has_close=False)
AFTERWARDS = Asks(cohort=1, has_close=True)


def a_part(kind: str = "expert", *, ends_on: date | None = None, today: date = FIRST, cohort: int | None = 1) -> Part:
    """A part from the first day of the cohort on, seen on a day."""
    last = LAST if cohort else None
    return Part(kind, FIRST, ends_on, cohort, last, is_cohort_over=last is not None and last < today)


def asks(form: Asks, today: date, **part: object) -> bool:
    return form.still(AS_EXPERT, [a_part(today=today, **part)], today=today)  # type: ignore[arg-type]


def test_an_expert_is_asked_until_the_day_they_leave() -> None:
    left_on = date(2024, 9, 9)
    assert [asks(SURVEY, left_on + n * A_DAY, ends_on=left_on) for n in (-1, 0, 1)] == [True, False, False]
    assert [asks(AFTERWARDS, left_on + n * A_DAY, ends_on=left_on) for n in (-1, 0, 1)] == [True, False, False]


def test_a_role_without_an_end_ends_with_its_cohort() -> None:
    assert [asks(SURVEY, LAST + n * A_DAY) for n in (-1, 0, 1)] == [True, True, False]


def test_a_form_of_the_cohort_with_a_close_of_its_own_asks_who_stayed_when_the_cohort_is_over() -> None:
    after = LAST + 10 * A_DAY
    assert (asks(AFTERWARDS, after), asks(AFTERWARDS, after, ends_on=LAST + A_DAY)) == (True, True)
    assert asks(AFTERWARDS, after, ends_on=LAST) is False  # gone the day before
    of_all = Asks(cohort=None, has_close=True, kinds=("expert",))
    assert of_all.by_part(a_part(today=after), today=after) is False


def test_alumni_go_on_when_their_cohort_is_over() -> None:
    after, form = LAST + 400 * A_DAY, Asks(cohort=1, has_close=False, kinds=("alumnus", "expert"))
    assert [form.by_part(a_part(kind, today=after), today=after) for kind in ("alumnus", "expert")] == [True, False]


def test_a_form_by_role_asks_from_the_first_day_of_the_role_and_who_is_asked_one_by_one_may_begin_later() -> None:
    day, by_role = FIRST - 30 * A_DAY, Asks(cohort=1, has_close=False, kinds=("expert",))
    assert (by_role.by_part(a_part(), today=day), SURVEY.still(AS_EXPERT, [a_part()], today=day)) == (False, True)


def test_an_expert_of_another_cohort_is_not_asked_as_one_of_this() -> None:
    assert SURVEY.still(AS_EXPERT, [a_part(cohort=2), a_part("coach")], today=FIRST) is False


@pytest.mark.parametrize(
    ("before", "new", "is_asked_still", "then"),
    [
        (BY_HAND, AS_EXPERT, True, (BY_HAND, False)),
        (AS_EXPERT, BY_HAND, True, (BY_HAND, False)),
        (AS_EXPERT, BY_HAND, False, (BY_HAND, True)),
        (AS_EXPERT, AskedAs("expert", 2), True, (AskedAs("expert", 2), False)),
        (AS_EXPERT, AskedAs("expert", 2), False, (AskedAs("expert", 2), True)),
    ],
)
def test_by_hand_stays_and_of_two_parts_the_one_said_last_holds(
    before: AskedAs, new: AskedAs, is_asked_still: bool, then: tuple[AskedAs, bool]
) -> None:
    assert asked_anew(before, new, is_asked_still=is_asked_still) == then


_days = st.dates(FIRST - 60 * A_DAY, LAST + 120 * A_DAY)
_cohorts = st.sampled_from([None, 1, 2])
_kinds = st.sampled_from(["expert", "coach", "alumnus"])


@st.composite
def _parts(draw: st.DrawFn) -> tuple[str, int | None, date, date | None]:
    begins = draw(_days)
    return draw(_kinds), draw(_cohorts), begins, draw(st.none() | st.dates(begins + A_DAY, begins + 300 * A_DAY))


@given(
    held=st.lists(_parts(), max_size=4),
    form=st.builds(Asks, _cohorts, st.booleans(), st.just(("expert",))),
    role=st.builds(AskedAs, st.sampled_from(["", "expert"]), _cohorts),
    today=_days,
    later=st.integers(0, 200),
)
def test_nobody_is_asked_as_what_they_are_no_more_and_who_is_asked_no_more_stays_so(
    held: list[tuple[str, int | None, date, date | None]], form: Asks, role: AskedAs, today: date, later: int
) -> None:
    def parts(day: date) -> list[Part]:
        return [
            Part(kind, begins, ends, cohort, LAST if cohort else None, is_cohort_over=bool(cohort) and day > LAST)
            for kind, cohort, begins, ends in held
        ]

    def is_over(kind: str, cohort: int | None, ends: date | None) -> bool:
        """Say it day by day: over by its own end or else its cohort's, and who stayed to the last day is asked after it."""
        last_day = ends - A_DAY if ends else LAST if cohort and kind != "alumnus" else date.max
        is_for_after = form.has_close and form.cohort is not None and form.cohort == cohort and kind != "alumnus"
        return today > last_day and not (is_for_after and last_day >= LAST)

    theirs = [each for each in held if each[:2] == (role.kind, role.cohort)]
    still = form.still(role, parts(today), today=today)
    assert still is (role.is_by_hand or any(not is_over(kind, cohort, ends) for kind, cohort, _, ends in theirs))
    then = today + timedelta(days=later)
    assert still or not form.still(role, parts(then), today=then)
    asked = [part for part in parts(today) if form.by_part(part, today=today)]
    assert {(part.kind, form.cohort in (None, part.cohort), part.starts_on <= today) for part in asked} <= {
        ("expert", True, True)
    }
