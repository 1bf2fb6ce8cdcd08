"""Answers added up over versions, what is frozen before a purge, and what may be told back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import Content, Kind, Option, Tally, freeze, may_share, read, tallies
from tests.core.forms.asking import YES_NO, a_form, a_question, forms, typed_for


def by_key(found: list[Tally]) -> dict[str, Tally]:
    return {each.question.key: each for each in found}


def test_answers_to_every_version_are_added_up_question_by_question() -> None:
    one = a_form(a_question("q1", Kind.SEVERAL, options=YES_NO, has_other=True), a_question("q2", Kind.SCALE), a_question("q3"))
    later = (Option("o2", "No, thanks"), Option("o3", "Perhaps"))
    two = a_form(a_question("q2", Kind.SCALE), a_question("q1", Kind.SEVERAL, options=later))
    answers = [
        (1, {"q1": {"chosen": ["o1", "o2"]}, "q2": 5, "q3": "Zebra"}),
        (1, {"q1": {"chosen": [], "other": "Later"}, "q3": "apple"}),
        (2, {"q1": {"chosen": ["o3"]}, "q2": 2}),
    ]
    found = tallies({1: one, 2: two}, answers)
    assert [each.question.key for each in found] == ["q2", "q1", "q3"]
    tally = by_key(found)
    assert tally["q1"].bars == (("o2", "No, thanks", 1), ("o3", "Perhaps", 1), ("o1", "Yes", 1), ("other", "Other", 1))
    assert (tally["q1"].answered, tally["q1"].texts) == (3, ("Later",))
    assert (tally["q2"].mean, tally["q2"].bars[1]) == (3.5, ("2", "2", 1))
    assert tally["q3"].texts == ("apple", "Zebra")


def test_a_scale_made_narrower_keeps_the_bars_of_what_was_said_on_the_wide_one() -> None:
    wide = a_question("q1", Kind.SCALE, least=1, most=10, least_label="Not at all", most_label="Very much")
    narrow = replace(wide, most=5, most_label="Much")
    (tally,) = tallies({1: a_form(wide), 2: a_form(narrow)}, [(1, {"q1": 9}), (2, {"q1": 5})])
    assert {key: count for key, _, count in tally.bars if count} == {"5": 1, "9": 1}
    assert [label for _, label, _ in tally.bars] == ["1 (Not at all)", *"23456789", "10 (Very much)"]
    assert (tally.answered, tally.mean) == (2, 7.0)
    (wider,) = tallies({1: a_form(narrow), 2: a_form(wide)}, [(1, {"q1": 5})])
    assert (wider.bars[-1], len(wider.bars)) == (("10", "10 (Very much)", 0), 10)


def test_a_matrix_whose_scale_became_words_keeps_the_columns_of_both() -> None:
    scale = a_question("q1", Kind.MATRIX, rows=(Option("r1", "Maps"),), least=1, most=2)
    words = replace(scale, options=(Option("o1", "Good"), Option("o2", "Bad")), least=None, most=None)
    for first, second in ((scale, words), (words, scale)):
        (tally,) = tallies({1: a_form(first), 2: a_form(second)}, [])
        assert {column.key for column in tally.question.columns} == {"o1", "o2", "1", "2"}
    (tally,) = tallies({1: a_form(scale), 2: a_form(replace(scale, most=5))}, [])
    assert [column.key for column in tally.question.columns] == ["1", "2", "3", "4", "5"]


def test_a_matrix_and_an_availability_are_counted_cell_by_cell() -> None:
    matrix = a_question("q1", Kind.MATRIX, rows=(Option("r1", "Maps"), Option("r2", "Git")))
    available = a_question("q2", Kind.AVAILABILITY, has_grid=True)
    answers = [
        (1, {"q1": {"r1": "5", "r2": "1"}, "q2": ["mon-morning"]}),
        (1, {"q1": {"r1": "5"}, "q2": ["mon-morning", "tue-evening"]}),
    ]
    tally = by_key(tallies({1: a_form(matrix, available)}, answers))
    assert [tally["q1"].cell("r1", "5"), tally["q1"].cell("r2", "1"), tally["q1"].cell("r2", "5")] == [2, 1, 0]
    assert dict(tally["q2"].counts) == {"mon-morning": 2, "tue-evening": 1}


@given(
    forms().flatmap(lambda content: st.tuples(st.just(content), st.lists(typed_for(content), max_size=6))),
    st.integers(0, 6),
)
def test_what_was_frozen_and_what_is_there_add_up_to_what_all_of_it_was(given_: tuple[Content, list], cut: int) -> None:
    content, typed = given_
    answers = [(1, read(content, each).values) for each in typed]
    whole = tallies({1: content}, answers)
    frozen = freeze(tallies({1: content}, answers[:cut]))
    again = tallies({1: content}, answers[cut:], frozen)
    assert [(each.answered, dict(each.counts)) for each in again] == [(each.answered, dict(each.counts)) for each in whole]


def test_what_is_frozen_has_numbers_and_not_a_word_anybody_wrote() -> None:
    content = a_form(a_question("q1"), a_question("q2", Kind.ONE, options=YES_NO, has_other=True), a_question("q3"))
    answers = [(1, {"q1": "I am Ada", "q2": {"chosen": [], "other": "Ada says so"}})]
    assert freeze(tallies({1: content}, answers)) == {
        "q1": {"answered": 1, "counts": {}},
        "q2": {"answered": 1, "counts": {"other": 1}},
    }


def test_only_what_was_said_to_be_shared_when_it_was_answered_is_told_back_and_nothing_sensitive() -> None:
    one = a_form(a_question("q1"), a_question("q2", is_shared=True), a_question("q3", is_shared=True))
    two = a_form(*(replace(each, is_shared=True) for each in one.questions[:2]), a_question("q3", is_sensitive=True, why="x"))
    answers = [
        (1, {"q1": "not told", "q2": "told", "q3": "since sensitive"}),
        (2, {"q1": "told", "q2": "told", "q3": "secret"}),
    ]
    assert may_share({1: one, 2: two}, answers) == [(1, {"q2": "told"}), (2, {"q1": "told", "q2": "told"})]
