"""What the program reads out of the tables of a year plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.plan.model import Plan, Row, Table, TableKind
from hub.core.yearplan import YearPlan, days_named, duty_of, months_of, plain, read_year_plan


def a_table(kind: TableKind, *rows: tuple[str, ...]) -> Plan:
    cells = tuple(Row(cells=row, line=number) for number, row in enumerate(rows, 3))
    return Plan(title="Plans", tables=(Table(kind=kind, header=("Month", "Activity"), rows=cells),))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("January", (1, 1)),
        ("June - August", (6, 8)),
        ("Sept - Feb", (9, 2)),
        ("Month 2 (August)", (8, 8)),
        ("Jun–Aug", (6, 8)),
        ("march", (3, 3)),
        ("Month 6", (None, None)),
        ("", (None, None)),
        ("Maybe later", (None, None)),
        ("Decide in Junction", (None, None)),
    ],
)
def test_the_months_of_a_cell_are_the_first_and_the_last_it_names(text: str, months: tuple[int | None, int | None]) -> None:
    assert months_of(text) == months


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("M", (True, None)),
        (" M ", (True, None)),
        ("M: 50%", (True, 50)),
        ("**M**: 50 %", (True, 50)),
        ("O (they confirm max 2 weeks in advance)", (False, None)),
        ("Mandatory", (True, None)),
        ("optional", (False, None)),
        ("", (None, None)),
        ("Maybe", (None, None)),
        ("Often", (None, None)),
        ("M: 500%", (True, None)),
    ],
)
def test_a_duty_is_read_and_never_guessed(text: str, duty: tuple[bool | None, int | None]) -> None:
    assert duty_of(text) == duty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**User journey mapping**, with coaching", "User journey mapping, with coaching"),
        ("Led by [Fruto](https://fruto.example/a_(b))", "Led by Fruto"),
        ("_Licences_ and `metrics`", "Licences and metrics"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_the_words_of_a_cell_come_without_marks(text: str, words: str) -> None:
    assert plain(text) == words


def test_an_empty_month_means_the_one_above() -> None:
    found = read_year_plan(
        a_table(TableKind.YEAR_PLAN, ("June - August", "Select", "Fit", ""), ("", "Prepare contracts"), ("September", "Launch"))
    )
    assert found.lines is not None
    assert [
        (line.months, line.first_month, line.last_month, line.activity, line.objectives, line.line) for line in found.lines
    ] == [
        ("June - August", 6, 8, "Select", "Fit", 3),
        ("", 6, 8, "Prepare contracts", "", 4),
        ("September", 9, 9, "Launch", "", 5),
    ]


def test_a_table_that_is_not_there_is_none_and_one_without_rows_is_empty() -> None:
    found = read_year_plan(a_table(TableKind.TRAININGS))
    assert (found.lines, found.activities, found.catalogue) == (None, None, ())
    assert not found.is_empty
    assert YearPlan().is_empty


@given(st.text(max_size=60))
def test_any_cell_can_be_read(text: str) -> None:
    first, last = months_of(text)
    assert (first is None) == (last is None)
    duty_of(text)
    assert plain(text) == " ".join(plain(text).split())


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("[Showcase event 6 March](https://example.org/6-april) / AI UK", [(3, 6)]),
        ("Draft ready on 18 Jan, and again the 2nd of February", [(1, 18), (2, 2)]),
        ("31 June and 29 February", []),
        ("March", []),
        ("at 10:30 May", []),
    ],
)
def test_the_days_a_cell_names_are_those_of_its_year(text: str, days: list[tuple[int, int]]) -> None:
    assert [(day.month, day.day) for day in days_named(text, 2023)] == days
