"""A table of answers: what a cell means, and which anonymous rows are in already."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import Kind, Option, Question
from hub.core.forms.sheet import Outcome, Proposal, propose
from tests.core.forms.asking import a_form, a_question


def asked(kind: Kind = Kind.SCALE, *labels: str, **facts: Any) -> Question:
    options = tuple(Option(f"o{number}", label) for number, label in enumerate(labels, 1))
    return a_question("q1", kind, label="How was it?", options=options, **facts)


def proposed(question: Question, *cells: str, marks: tuple[str, ...] = ()) -> Proposal:
    rows = [["How was it?"], *([each] for each in cells)]
    return propose(rows, a_form(question), first=1, is_anonymous=True, people=[], stands={}, marks=marks)


def meant(question: Question, cell: str) -> Any:
    """What a cell is taken for, or the sentence that refuses it."""
    (row,) = proposed(question, cell).rows
    return row.sentence.removeprefix("Row 2, How was it?: ") or row.values["q1"]


LANGUAGES = asked(Kind.SEVERAL, "C", "C++", "C#", "R")
YEARS = asked(Kind.ONE, "< 5 years", "5 years", "> 5 years")


@pytest.mark.parametrize(
    ("question", "cell", "taken_for"),
    [
        (LANGUAGES, "C++;R", {"chosen": ["o2", "o4"]}),
        (LANGUAGES, "c#; r;", {"chosen": ["o3", "o4"]}),
        (YEARS, "< 5 years", {"chosen": ["o1"]}),
        (YEARS, "<  5 Years", {"chosen": ["o1"]}),
        (YEARS, "<5 years.", {"chosen": ["o1"]}),
        (asked(Kind.SEVERAL, "C", "R"), "C++", "“C++” is not among its choices."),
        (asked(Kind.ONE, "-5", "5"), "\u22125", {"chosen": ["o1"]}),
        (asked(Kind.ONE, "Café, daily", "Never"), "Cafe daily", {"chosen": ["o1"]}),
        (asked(Kind.ONE, "Yes", "YES"), "YES", {"chosen": ["o2"]}),
        (asked(Kind.ONE, "Yes", "YES"), "yes", "“yes” may be “Yes” or “YES”. Write it as the form does."),
        (asked(Kind.ONE, "No, never", "No – never"), "no never", "“no never” may be “No, never” or “No – never”."),
        (asked(Kind.ONE, "!", "?"), "…", "“…” is not among its choices."),
        (asked(Kind.SEVERAL, "Yes", "YES", has_other=True), "yes;Tea", "“yes” may be “Yes” or “YES”."),
        (asked(Kind.AVAILABILITY, days=(date(2024, 9, 4),)), "wed 4 september 2024", ["2024-09-04"]),
        (asked(), "4 (good)", 4),
        (asked(), "4.0", 4),
        (asked(), "4.5", "Choose a number from 1 to 5."),
    ],
)
def test_a_cell_is_the_choice_it_names_and_never_another(question: Question, cell: str, taken_for: Any) -> None:
    said = meant(question, cell)
    assert said.startswith(taken_for) if isinstance(said, str) else said == taken_for, said


def test_a_column_of_a_matrix_is_named_by_its_words_or_its_number() -> None:
    words = a_question("q1", Kind.MATRIX, rows=(Option("r1", "Pace"),), options=(Option("o1", "A+"), Option("o2", "A-")))
    scale = a_question("q1", Kind.MATRIX, rows=(Option("r1", "Pace"),), most_label="Great")
    for question, cell, column in ((words, "A+", "o1"), (words, "a-", "o2"), (scale, "5", "5"), (scale, "5 (great)", "5")):
        rows = [["Pace"], [cell]]
        (row,) = propose(rows, a_form(question), first=1, is_anonymous=True, people=[], stands={}, marks=()).rows
        assert row.values == {"q1": {"r1": column}}


labels = st.lists(st.text("aA1+#<>- .", min_size=1, max_size=4).map(lambda text: " ".join(text.split())), max_size=6)


@given(labels, st.text("aA1+#<>- .", min_size=1, max_size=4))
def test_of_any_choices_a_cell_means_the_one_with_its_very_words(offered: list[str], cell: str) -> None:
    offered = [each for each in dict.fromkeys(offered) if each]
    question = asked(Kind.ONE, *offered)
    for number, label in enumerate(offered, 1):
        assert meant(question, label) == {"chosen": [f"o{number}"]}
    (row,) = proposed(question, cell).rows or (None,)
    if row is not None and row.outcome is Outcome.NEW:
        label = offered[int(row.values["q1"]["chosen"][0][1:]) - 1]
        assert [each for each in label if each in "+#<>"] == [each for each in cell if each in "+#<>"]


# -- anonymous rows


def outcomes(proposal: Proposal) -> list[str]:
    return [row.outcome.value for row in proposal.rows]


def test_of_anonymous_rows_that_say_the_same_each_is_an_answer() -> None:
    first = proposed(asked(), "5", "5", "4", "5", "5", "5")
    assert outcomes(first) == ["new"] * 6
    again = proposed(asked(), "5", "5", "4", "5", "5", "5", marks=first.marks)
    assert (outcomes(again), again.marks) == (["same"] * 6, ())
    grown = proposed(asked(), "5", "5", "x", "4", "5", "5", "5", "5", "3", marks=first.marks)
    assert outcomes(grown) == ["same", "same", "refused", "same", "same", "same", "same", "new", "new"]
    assert outcomes(proposed(asked(), "5", "3", marks=first.marks)) == ["new", "new"]


def test_rows_with_a_number_or_a_moment_are_known_again_from_whatever_file() -> None:
    def read(*rows: list[str], marks: tuple[str, ...] = ()) -> Proposal:
        heads = ["ID", "Completion time", "How was it?"]
        return propose([heads, *rows], a_form(asked()), first=1, is_anonymous=True, people=[], stands={}, marks=marks)

    numbered = [["1", "", "5"], ["2", "", "5"], ["1", "", "5"]]
    assert [row.sentence for row in read(*numbered).rows] == ["", "", "Row 4: the same as in row 2; that one counts."]
    assert outcomes(read(["7", "", "5"], ["2", "", "5"], marks=read(*numbered).marks)) == ["new", "same"]
    moment = ["", "2024-09-02", "5"]
    first = read(moment, moment)
    assert outcomes(first) == ["new", "new"]
    assert outcomes(read(moment, moment, moment, ["", "2024-09-03", "5"], marks=first.marks)) == ["same", "same", "new", "new"]


scales = st.lists(st.integers(1, 5).map(str), min_size=1, max_size=12)


@given(scales, scales, st.randoms(use_true_random=False))
def test_a_file_that_has_grown_brings_in_what_is_new_in_it_in_whatever_order(
    first: list[str], more: list[str], random: Any
) -> None:
    marks = proposed(asked(), *first).marks
    grown = [*first, *more]
    random.shuffle(grown)
    then = proposed(asked(), *grown, marks=marks)
    assert Counter(str(row.values["q1"]) for row in then.of(Outcome.NEW)) == Counter(more)
    marks = tuple(sorted([*marks, *then.marks]))
    for file in (first, grown):
        assert set(outcomes(proposed(asked(), *file, marks=marks))) == {"same"}
