"""What is typed into a form: kept, read, refused beside its field; what is hidden is not sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import (
    Condition,
    Content,
    Kind,
    Option,
    Question,
    Test,
    dump,
    load,
    read,
    said,
    typed_again,
    typed_in,
    words_in,
)
from tests.core.forms.asking import YES_NO, a_form, a_question, forms, typed_for

typed_forms = forms().flatmap(lambda content: st.tuples(st.just(content), typed_for(content)))


def values(question: Question, **typed: list[str]) -> Any:
    return read(a_form(question), {name.replace("__", "."): texts for name, texts in typed.items()}).values.get(question.key)


def faults(question: Question, **typed: list[str]) -> list[str]:
    reading = read(a_form(question), {name.replace("__", "."): texts for name, texts in typed.items()})
    return [each.sentence for each in reading.wrong]


def test_each_kind_is_read_into_one_form() -> None:
    several = a_question(kind=Kind.SEVERAL, options=YES_NO, has_other=True)
    matrix = a_question(kind=Kind.MATRIX, rows=(Option("r1", "Maps"), Option("r2", "Git")), least=1, most=3)
    available = a_question(kind=Kind.AVAILABILITY, has_grid=True, days=(date(2024, 9, 4),))
    assert values(a_question(), q1=["  Ada   Lindqvist "]) == "Ada Lindqvist"
    assert values(a_question(kind=Kind.LONG), q1=["Two\nlines "]) == "Two\nlines"
    assert values(a_question(kind=Kind.ONE, options=YES_NO), q1=["o2"]) == {"chosen": ["o2"]}
    assert values(several, q1=["o2", "o1", "other"], q1__other=["Perhaps"]) == {"chosen": ["o1", "o2"], "other": "Perhaps"}
    assert values(a_question(kind=Kind.SCALE), q1=["4"]) == 4
    assert values(matrix, q1__r2=["3"]) == {"r2": "3"}
    assert values(a_question(kind=Kind.DATE), q1=["2024-10-16"]) == "2024-10-16"
    assert values(available, q1=["2024-09-04", "tue-morning", "sat-night"]) == ["tue-morning", "2024-09-04"]
    assert values(a_question(kind=Kind.CONSENT), q1=["no:3"]) == {"wish": False, "term": 3}
    assert values(a_question(kind=Kind.FILE), q1=["17"]) == {"file": "17"}


@pytest.mark.parametrize(
    ("question", "typed", "sentence"),
    [
        (a_question(is_required=True), {}, "Write something here."),
        (a_question(kind=Kind.ONE, options=YES_NO, is_required=True), {}, "Choose one."),
        (a_question(kind=Kind.LONG, most=3), {"q1": ["one two three four"]}, "This has 4 words; write up to 3."),
        (a_question(kind=Kind.LONG, least=2), {"q1": ["one"]}, "This has 1 word; write at least 2."),
        (a_question(), {"q1": ["x" * 301]}, "This has 301 letters; 300 fit here."),
        (a_question(kind=Kind.ONE, options=YES_NO), {"q1": ["o9"]}, "“o9” is not in the list any more. Choose again."),
        (a_question(kind=Kind.ONE, options=YES_NO), {"q1": ["o1", "o2"]}, "Choose only one."),
        (a_question(kind=Kind.SEVERAL, options=YES_NO, most=1), {"q1": ["o1", "o2"]}, "These are 2; choose up to 1."),
        (a_question(kind=Kind.SEVERAL, options=YES_NO, least=2), {"q1": ["o1"]}, "Choose at least 2."),
        (a_question(kind=Kind.ONE, options=YES_NO, has_other=True), {"q1": ["other"]}, "Say what the other one is."),
        (a_question(kind=Kind.SCALE), {"q1": ["6"]}, "Choose a number from 1 to 5."),
        (a_question(kind=Kind.DATE), {"q1": ["31 February"]}, "The calendar has no such day. Write it like 2024-10-16."),
        (
            a_question(kind=Kind.DATE, first_on=date(2024, 9, 1)),
            {"q1": ["2024-08-31"]},
            "Give a day from Sun 1 September 2024 on.",
        ),
        (
            a_question(kind=Kind.DATE, last_on=date(2024, 9, 1)),
            {"q1": ["2024-09-02"]},
            "Give a day up to Sun 1 September 2024.",
        ),
        (a_question(kind=Kind.CONSENT), {"q1": ["perhaps"]}, "Say yes or no; both are fine."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(question: Question, typed: dict[str, list[str]], sentence: str) -> None:
    assert [each.sentence for each in read(a_form(question), typed).wrong] == [sentence]


def test_a_matrix_that_must_be_answered_names_each_row_that_is_open() -> None:
    matrix = a_question(kind=Kind.MATRIX, rows=(Option("r1", "Maps"), Option("r2", "Git")), is_required=True)
    reading = read(a_form(matrix), {"q1.r1": ["2"]})
    assert [(each.name, each.sentence) for each in reading.wrong] == [("q1.r2", "Choose one for “Git”.")]


def asked_if(test: Test, value: str = "") -> Content:
    return a_form(
        a_question("q1", Kind.SEVERAL, options=YES_NO),
        a_question("q2", is_required=True, only_if=Condition("q1", test, value)),
        a_question("q3", only_if=Condition("q2", Test.IS_ANSWERED)),
    )


@pytest.mark.parametrize(
    ("test", "chosen", "is_there"),
    [
        (Test.IS, ["o1"], True),
        (Test.IS, ["o1", "o2"], True),
        (Test.IS, ["o2"], False),
        (Test.IS, [], False),
        (Test.IS_NOT, ["o2"], True),
        (Test.IS_NOT, ["o1"], False),
        (Test.IS_NOT, [], False),
        (Test.IS_ANSWERED, ["o2"], True),
        (Test.IS_ANSWERED, [], False),
    ],
)
def test_a_question_is_shown_only_where_its_condition_holds(test: Test, chosen: list[str], is_there: bool) -> None:
    reading = read(asked_if(test, "o1"), {"q1": chosen} if chosen else {}, is_complete=False)
    assert ("q2" in reading.shown) is is_there


def test_what_is_hidden_is_not_asked_for_not_sent_and_hides_what_hangs_on_it_but_stays_as_typed() -> None:
    content = asked_if(Test.IS, "o1")
    typed = {"q1": ["o2"], "q2": ["Kept"], "q3": ["Kept too"]}
    reading = read(content, typed)
    assert (reading.values, reading.wrong, reading.shown) == ({"q1": {"chosen": ["o2"]}}, (), frozenset({"q1"}))
    assert typed_in(content, typed) == typed
    assert read(content, typed | {"q1": ["o1"]}).values == {"q1": {"chosen": ["o1"]}, "q2": "Kept", "q3": "Kept too"}


@given(typed_forms)
def test_everything_typed_is_kept_letter_for_letter_whether_it_can_be_read_or_not(
    given_: tuple[Content, dict[str, list[str]]],
) -> None:
    content, typed = given_
    assert typed_in(content, typed) == {name: [text for text in texts if text] for name, texts in typed.items() if any(texts)}


@given(typed_forms)
def test_what_was_sent_can_be_typed_again_and_says_the_same(given_: tuple[Content, dict[str, list[str]]]) -> None:
    content, typed = given_
    reading = read(content, typed)
    if not reading.wrong:
        again = read(content, typed_again(content, reading.values))
        assert (again.values, again.wrong, again.shown) == (reading.values, (), reading.shown)


@given(typed_forms)
def test_a_value_is_only_of_what_is_shown_and_every_fault_leads_to_an_input(
    given_: tuple[Content, dict[str, list[str]]],
) -> None:
    content, typed = given_
    reading = read(content, typed)
    assert set(reading.values) <= reading.shown
    assert {each.question for each in reading.wrong} <= reading.shown
    assert all(each.name.split(".")[0] == each.question for each in reading.wrong)
    for key, value in reading.values.items():
        question = content.question(key)
        assert question is not None
        assert isinstance(said(question, value), str)


@given(forms())
def test_a_form_comes_back_as_it_was_stored(content: Content) -> None:
    assert load(dump(content)) == content


def test_an_answer_is_said_in_words() -> None:
    several = a_question(kind=Kind.SEVERAL, options=YES_NO, has_other=True)
    matrix = a_question(kind=Kind.MATRIX, rows=(Option("r1", "Maps"),), least=1, most=3, most_label="a lot")
    available = a_question(kind=Kind.AVAILABILITY, has_grid=True, days=(date(2024, 9, 4),))
    assert said(several, {"chosen": ["o2"], "other": "Perhaps"}) == "No; Other: Perhaps"
    assert said(matrix, {"r1": "3"}) == "Maps: 3 (a lot)"
    assert said(available, ["fri-evening", "2024-09-04"]) == "Friday evening; Wed 4 September 2024"
    assert said(a_question(kind=Kind.CONSENT), {"wish": True, "term": 1}) == "Yes"
    assert said(a_question(), None) == ""


def test_words_are_what_has_a_letter_or_a_figure() -> None:
    assert [words_in(text) for text in ("", "one", "one – two", "it’s 3 * 4", " a\n\nb ")] == [0, 1, 2, 3, 2]
