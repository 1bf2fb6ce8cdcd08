"""Answers added up over versions, what is frozen before a purge, and what may be told back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import Content, Kind, Option, Tally, check, every_question, freeze, may_share, read, tallies
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


WIDE = a_question("q1", Kind.SCALE, label="How?", least=1, most=10, least_label="Not at all", most_label="Very much")
NARROW = replace(WIDE, most=5, most_label="Much")


def test_what_was_said_on_another_scale_is_added_up_apart_and_no_mean_is_made_of_both() -> None:
    now, before = tallies({1: a_form(WIDE), 2: a_form(NARROW)}, [(1, {"q1": 9}), (2, {"q1": 5}), (1, {"q1": 4})])
    assert (now.question, now.answered, now.mean) == (NARROW, 1, 5.0)
    assert (before.question, before.answered, before.mean) == (WIDE, 2, 6.5)
    assert [label for _, label, _ in now.bars] == ["1 (Not at all)", *"234", "5 (Much)"]
    assert (now.title, before.title) == ("How? (1 to 5)", "How? (1 to 10, as asked before)")
    assert (now.id, before.id) == ("q1", "q1-1-10")


def test_a_scale_that_went_back_to_what_it_was_is_one_again() -> None:
    contents = {1: a_form(NARROW), 2: a_form(WIDE), 3: a_form(replace(NARROW, least_label="Never"))}
    now, before = tallies(contents, [(1, {"q1": 5}), (2, {"q1": 10}), (3, {"q1": 1})])
    assert (now.answered, now.mean, now.question.least_label, before.answered) == (2, 3.0, "Never", 1)
    (only,) = tallies(contents, [(1, {"q1": 5}), (3, {"q1": 1})])
    assert (only.title, only.answered) == ("How?", 2)


def test_what_is_frozen_of_a_scale_stays_on_it_when_the_scale_changes_later() -> None:
    one, two = {1: a_form(NARROW)}, {1: a_form(NARROW), 2: a_form(WIDE)}
    frozen = freeze(tallies(one, [(1, {"q1": 5}), (1, {"q1": 4})]))
    assert frozen == {"q1": {"scales": {"1..5": {"answered": 2, "counts": {"4": 1, "5": 1}}}}}
    now, before = tallies(two, [(2, {"q1": 10}), (1, {"q1": 3})], frozen)
    assert [(each.answered, each.mean) for each in (now, before)] == [(1, 10.0), (3, 4.0)]
    again = tallies(two, [], freeze([now, before]))
    assert [(each.answered, dict(each.counts)) for each in again] == [(1, {"10": 1}), (3, {"3": 1, "4": 1, "5": 1})]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=12), st.integers(0, 12))
def test_frozen_or_not_every_number_of_a_scale_is_counted_once_and_on_its_own(said: list, cut: int) -> None:
    contents = {1: a_form(NARROW), 2: a_form(WIDE), 3: a_form(replace(WIDE, most=7))}
    answers = [(version, {"q1": number}) for version, number in said]
    whole = tallies(contents, answers)
    again = tallies(contents, answers[cut:], freeze(tallies(contents, answers[:cut])))
    assert [(each.title, each.answered, dict(each.counts)) for each in again if each.answered] == [
        (each.title, each.answered, dict(each.counts)) for each in whole if each.answered
    ]
    assert {each.question.most: each.answered for each in whole if each.answered} == Counter(
        {1: 5, 2: 10, 3: 7}[version] for version, _ in said
    )


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


def test_what_was_sensitive_in_any_version_is_so_of_all_of_them_and_not_shared() -> None:
    one = a_form(a_question("q1", is_sensitive=True, why="x"), a_question("q2"))
    two = a_form(a_question("q1", is_shared=True), a_question("q2", is_shared=True))
    facts = {key: (each.is_sensitive, each.is_shared) for key, each in every_question([one, two]).items()}
    assert facts == {"q1": (True, False), "q2": (False, True)}
    lifted = check(two, is_anonymous=False, published={1: two, 2: one})
    assert [(each.question, each.sentence) for each in lifted if "sensitive" in each.sentence] == [
        ("q1", "It was sensitive in version 2, and people answered it as such: it stays so. Ask a new question instead.")
    ]


def test_only_what_was_said_to_be_shared_when_it_was_answered_is_told_back_and_nothing_sensitive() -> None:
    one = a_form(a_question("q1"), a_question("q2", is_shared=True), a_question("q3", is_shared=True))
    two = a_form(*(replace(each, is_shared=True) for each in one.questions[:2]), a_question("q3", is_sensitive=True, why="x"))
    answers = [
        (1, {"q1": "not told", "q2": "told", "q3": "since sensitive"}),
        (2, {"q1": "told", "q2": "told", "q3": "secret"}),
    ]
    assert may_share({1: one, 2: two}, answers) == [(1, {"q2": "told"}), (2, {"q1": "told", "q2": "told"})]
