"""A table of answers: what a cell means, and which anonymous rows are in already."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import Condition, Kind, Option, Question, Test
from hub.core.forms.sheet import Outcome, Proposal, Row, Stands, Whose, propose
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
        (asked(Kind.SEVERAL, "Data; models", "Ethics", has_other=True), "Data; models;Ethics;", {"chosen": ["o1", "o2"]}),
        (
            asked(Kind.SEVERAL, "Data; models", "Ethics", has_other=True),
            "Ethics; Sewing; data;  Models",
            {"chosen": ["o1", "o2"], "other": "Sewing"},
        ),
        (asked(Kind.SEVERAL, "Data", "models", "Data; models"), "Data;models;", {"chosen": ["o1", "o2"]}),
        (
            asked(Kind.SEVERAL, "Data", "Data; models", "Data; models; maps"),
            "Data; models; maps;Data; models;",
            {"chosen": ["o2", "o3"]},
        ),
        (asked(Kind.SEVERAL, "Data; models", "Ethics"), "Data;Ethics", "“Data” is not among its choices."),
        (asked(Kind.DATE), "Thu 24 December 2026", "2026-12-24"),
        (asked(Kind.DATE), "2026-12-24 09:30", "2026-12-24"),
        (asked(Kind.DATE), "12 Jan\n2027", "2027-01-12"),
        (asked(Kind.DATE), "Fri 24 December 2026", "“Fri 24 December 2026” says Friday, but it is Thu 24 December 2026."),
        (asked(Kind.DATE), "1/2/2027", "“1/2/2027” may be two days. Write the month as a word, like 16 October 2024."),
        (asked(Kind.DATE), "soon", "“soon” is not one day. Write it like 16 October 2024."),
        (asked(Kind.DATE, first_on=date(2027, 1, 1)), "24 December 2026", "Give a day from Fri 1 January 2027 on."),
        (asked(Kind.AVAILABILITY, days=(date(2024, 9, 4),)), "wed 4 september 2024", ["2024-09-04"]),
        (asked(), "4 (good)", 4),
        (asked(), "4.0", 4),
        (asked(), "4.5", "Choose a number from 1 to 5."),
    ],
)
def test_a_cell_is_the_choice_it_names_and_never_another(question: Question, cell: str, taken_for: Any) -> None:
    said = meant(question, cell)
    assert said.startswith(taken_for) if isinstance(taken_for, str) else said == taken_for, said


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


# -- conditions, and what stands

YES_NO = (Option("o1", "Yes"), Option("o2", "No; never"))
DOES = a_question("q1", Kind.ONE, label="Do you travel?", options=YES_NO)
FROM = a_question("q2", label="Where from?", only_if=Condition("q1", Test.IS, "o1"))
HOW = a_question("q4", label="How?", only_if=Condition("q2", Test.IS_ANSWERED))
NOTES = a_question("q3", label="Notes")
ADA = Whose(1, "Ada", frozenset(["ada@example.org"]))


def of_ada(heads: str, cells: str, *questions: Question, **there: Any) -> Row:
    """What a row of Ada’s would do, by address, where `there` stands already."""
    stands = {ADA.key: Stands(there, is_imported=True)} if there else {}
    rows = [["Email", *heads.split("/")], ["ada@example.org", *cells.split("/")]]
    (row,) = propose(
        rows,
        a_form(*(questions or (DOES, FROM, NOTES, HOW))),
        first=1,
        is_anonymous=False,
        people=[ADA],
        stands=stands,
        marks=(),
    ).rows
    return row


ONLY_YES = "because it is asked only if “Do you travel?” is “Yes”"


@pytest.mark.parametrize(
    ("heads", "cells", "values", "untaken"),
    [
        ("Where from?/Notes", "Leeds/x", {"q3": "x"}, [f"“Leeds” is not taken, {ONLY_YES}, and no column is taken for that."]),
        (
            "Do you travel?/Where from?",
            "No; never/Leeds",
            {"q1": {"chosen": ["o2"]}},
            [f"“Leeds” is not taken, {ONLY_YES}, and the answer there is “No; never”."],
        ),
        (
            "Do you travel?/Where from?/Notes",
            "/Leeds/x",
            {"q3": "x"},
            [f"“Leeds” is not taken, {ONLY_YES}, and nothing is answered there."],
        ),
        ("Do you travel?/Where from?", "Yes/Leeds", {"q1": {"chosen": ["o1"]}, "q2": "Leeds"}, []),
    ],
)
def test_what_a_condition_hides_is_said_with_its_row_its_question_and_why(
    heads: str, cells: str, values: Any, untaken: list[str]
) -> None:
    row = of_ada(heads, cells)
    assert (row.outcome, row.values) == (Outcome.NEW, values)
    assert list(row.untaken) == [f"Row 2, Where from?: {each}" for each in untaken]


def test_a_row_of_nothing_but_what_is_hidden_is_refused_and_says_so() -> None:
    row = of_ada("Where from?/How?", "Leeds/By train")
    assert (row.outcome, row.sentence) == (Outcome.REFUSED, "Row 2: it answers nothing that is asked.")
    assert [each.partition(":")[0] for each in row.untaken] == ["Row 2, Where from?", "Row 2, How?"]


def test_an_anonymous_row_says_what_is_not_taken_of_it_too() -> None:
    (row,) = propose(
        [["Where from?", "Notes"], ["Leeds", "x"]],
        a_form(DOES, FROM, NOTES),
        first=1,
        is_anonymous=True,
        people=[],
        stands={},
        marks=(),
    ).rows
    assert (row.outcome, row.values, len(row.untaken)) == (Outcome.NEW, {"q3": "x"}, 1)


def test_a_column_that_is_not_in_the_sheet_and_an_empty_cell_leave_what_stands() -> None:
    there = {"q1": {"chosen": ["o1"]}, "q3": "Bring tea", "q9": "Of a question that is gone"}
    row = of_ada("Where from?/Notes", "Leeds/", **there)
    assert (row.outcome, row.values) == (Outcome.CHANGED, there | {"q2": "Leeds"})
    assert (row.untaken, row.changes) == ((), ("Where from?: “Leeds” is added.",))
    assert of_ada("Where from?/Notes", "Leeds/", **row.values).outcome is Outcome.SAME


def test_what_changes_is_said_and_what_goes_because_its_condition_holds_no_more() -> None:
    row = of_ada(
        "Do you travel?/Notes", "No; never/Bring cake", q1={"chosen": ["o1"]}, q2="Leeds", q3="Bring tea", q4="By train"
    )
    assert row.values == {"q1": {"chosen": ["o2"]}, "q3": "Bring cake"}
    assert row.changes == (
        "Do you travel?: “Yes” becomes “No; never”.",
        f"Where from?: “Leeds” goes, {ONLY_YES}, and the answer there is “No; never”.",
        "Notes: “Bring tea” becomes “Bring cake”.",
        "How?: “By train” goes, because it is asked only if “Where from?” is answered, and no column is taken for that.",
    )


def test_of_two_long_texts_that_begin_alike_it_is_said_where_they_part() -> None:
    row = of_ada("Notes", "word " * 20 + "tea and cake", q3="word " * 20 + "tea")
    assert row.changes == ("Notes: “…word word word tea” becomes “…word word word tea and cake”.",)


def test_what_is_sensitive_is_not_quoted() -> None:
    travels, needs = replace(DOES, is_sensitive=True), replace(NOTES, is_sensitive=True)
    row = of_ada("Do you travel?/Notes", "No; never/A ramp", travels, FROM, needs, q2="Leeds", q3="A lift")
    assert row.changes == (
        "Do you travel?: something is added.",
        f"Where from?: “Leeds” goes, {ONLY_YES}, and the answer there is another.",
        "Notes: it changes.",
    )


def test_of_a_matrix_the_rows_that_are_in_the_sheet_change_and_the_others_stay() -> None:
    matrix = a_question("q1", Kind.MATRIX, label="How was it?", rows=(Option("r1", "Pace"), Option("r2", "Sound")))
    row = of_ada("Pace", "2", matrix, q1={"r2": "5", "r1": "4"})
    assert (row.values, list(row.values["q1"])) == ({"q1": {"r1": "2", "r2": "5"}}, ["r1", "r2"])
    assert row.changes == ("How was it?: “Sound: 5; Pace: 4” becomes “Pace: 2; Sound: 5”.",)


def test_where_only_the_name_is_alike_it_is_said_for_each_what_the_row_would_do() -> None:
    other = Whose(2, "Ada", frozenset(["ada@elsewhere.example"]))
    stands = {1: Stands({"q1": {"chosen": ["o1"]}}, is_imported=True), 2: Stands({"q3": "x"}, is_imported=False)}
    (row,) = propose(
        [["Name", "Where from?"], ["Ada", "Leeds"]],
        a_form(DOES, FROM, NOTES),
        first=1,
        is_anonymous=False,
        people=[ADA, other],
        stands=stands,
        marks=(),
    ).rows
    assert (row.outcome, [each.outcome for each in row.if_theirs]) == (Outcome.PERHAPS, [Outcome.CHANGED, Outcome.LEFT])
    assert row.if_theirs[0].changes == ("Where from?: “Leeds” is added.",)


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
