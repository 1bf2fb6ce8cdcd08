"""Promises as data: which can be, how their quantity is read, and how they are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.commitments import (
    OWN_PROMISES,
    All,
    BadPromise,
    Count,
    Override,
    Quantity,
    Share,
    Which,
    Window,
    read_quantity,
    say_promise,
    sound_override,
    sound_promise,
)
from hub.core.plan.model import Kind
from tests.core.commitments.gatherings import CAFES, CASE_STUDY

WINTER = Window(first_on=date(2024, 9, 1), until_on=date(2025, 3, 1))


def refused(call: object, *given_: object, **named: object) -> tuple[str | None, str]:
    with pytest.raises(BadPromise) as no:
        call(*given_, **named)  # type: ignore[operator]
    return no.value.field, no.value.sentence


def test_the_hubs_own_promises_are_sound_and_are_those_of_the_year_plan() -> None:
    assert tuple(map(sound_promise, OWN_PROMISES)) == OWN_PROMISES
    assert [say_promise(each) for each in OWN_PROMISES] == [
        "all in-person days",
        "half of the cafés, rounded up",
        "1 case study",
    ]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("M", All()),
        (" all ", All()),
        ("Half", Share(Fraction(1, 2))),
        ("50%", Share(Fraction(1, 2))),
        ("33.5 %", Share(Fraction(67, 200))),
        ("33,5 %", Share(Fraction(67, 200))),
        ("2/3", Share(Fraction(2, 3))),
        ("100 %", Share(Fraction(1))),
        ("2", Count(2)),
    ],
)
def test_a_quantity_is_read_as_people_write_it(text: str, quantity: Quantity) -> None:
    assert read_quantity(text) == quantity


@pytest.mark.parametrize(
    "text", ["", "0", "0 %", "101 %", "3/2", "1/0", "0/3", "-1", "some", "½", "٣", "1e3", "9999", "50 % %"]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    assert refused(read_quantity, text)[0] == "quantity"


@given(st.text(max_size=20))
def test_any_words_are_a_quantity_or_refused(text: str) -> None:
    try:
        quantity = read_quantity(text)
    except BadPromise as no:
        assert no.sentence.endswith(".")
    else:
        assert sound_promise(replace(CAFES, quantity=quantity)).quantity == quantity


@pytest.mark.parametrize(
    ("promise", "field"),
    [
        (replace(CAFES, key="The cafés"), "key"),
        (replace(CAFES, one=" "), "one"),
        (replace(CAFES, many="x" * 61), "many"),
        (replace(CAFES, quantity=Share(Fraction(0))), "quantity"),
        (replace(CAFES, quantity=Count(0)), "quantity"),
        (replace(CAFES, of=Which(kinds=frozenset({Kind.REST}))), "kinds"),
        (replace(CAFES, window=replace(WINTER, until_on=date(2024, 9, 1))), "until_on"),
        (replace(CAFES, window=replace(WINTER, zone="BST")), "zone"),
        (replace(CAFES, window=Window(until_on=date.min)), "until_on"),
        (replace(CAFES, most_catch_ups=-1), "most_catch_ups"),
        (replace(CAFES, at_risk_from=Fraction(2)), "at_risk_from"),
        (replace(CASE_STUDY, quantity=All()), "quantity"),
        (replace(CASE_STUDY, is_catch_up_allowed=True), "is_catch_up_allowed"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_naming_what_of_it(promise: object, field: str) -> None:
    assert refused(sound_promise, promise)[0] == field


def test_a_promise_is_tidied() -> None:
    untidy = replace(CAFES, one=" café ", many="cafés\n", is_catch_up_allowed=False)
    assert sound_promise(untidy) == replace(CAFES, is_catch_up_allowed=False, most_catch_ups=None)


def test_a_promise_with_a_window_says_its_days() -> None:
    assert say_promise(replace(CAFES, window=WINTER, quantity=Share(Fraction(2, 3)))) == (
        "2/3 of the cafés, rounded up from 1 September 2024 before 1 March 2025"
    )
    assert say_promise(replace(CAFES, quantity=Share(Fraction(3, 5)))) == "60 % of the cafés, rounded up"
    assert say_promise(replace(CASE_STUDY, window=replace(WINTER, first_on=None))) == "1 case study before 1 March 2025"


@pytest.mark.parametrize(
    ("override", "field"),
    [
        (Override(starts_on=date(2024, 10, 1), ends_on=date(2024, 10, 1)), "ends_on"),
        (Override(extended_until=date(2025, 3, 1)), "extended_until"),
        (Override(quantity=Count(0)), "quantity"),
        (Override(starts_on=date(24, 10, 1)), "starts_on"),
    ],
)
def test_an_override_that_cannot_be_is_refused(override: Override, field: str) -> None:
    assert refused(sound_override, replace(CAFES, window=WINTER), override)[0] == field


def test_an_extension_of_what_has_no_end_is_refused() -> None:
    assert refused(sound_override, CAFES, Override(extended_until=date(2025, 3, 1)))[0] == "extended_until"
    assert refused(sound_override, CASE_STUDY, Override(quantity=All()))[0] == "quantity"
    fine = Override(extended_until=date(2025, 3, 2), starts_on=date(2024, 10, 1))
    assert sound_override(replace(CAFES, window=WINTER), fine) == fine


def test_an_extension_of_what_has_its_cohorts_end_reaches_beyond_that() -> None:
    fine = Override(extended_until=date(2025, 3, 2))
    assert sound_override(CASE_STUDY, fine, cohort=WINTER) == fine
    assert refused(sound_override, CASE_STUDY, Override(extended_until=date(2025, 3, 1)), cohort=WINTER)[0] == "extended_until"
