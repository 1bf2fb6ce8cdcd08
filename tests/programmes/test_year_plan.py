"""The year plan comes from the tables of a plan's text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.programmes import commands, queries
from hub.programmes.models import Programme

pytestmark = pytest.mark.django_db
MAY = datetime(2023, 5, 1, 9, 0, tzinfo=UTC)

YEAR = """# Plans

| Month | Activity | Objective(s) | Comments |
| --- | --- | --- | --- |
| June - August | Meet and select | Find the right fit | Soon |
| | Prepare contracts | | |
| Sept - Feb | **Launch** | Six months | |
"""
OFFERS = """
| Activity | Description | Objective(s) | Mandatory (M) or Optional (O) |
| --- | --- | --- | --- |
| Collaboration Café (12 sessions) | Co-working | Share | M: 50% |
| Trainings | Up to 10 | Learn | O (confirm early) |
"""


def a_programme() -> Programme:
    return commands.create_programme(slug="river-watch", name="River Watch", by=None, at=MAY)


def lines(programme: Programme, year: int = 2024) -> list[tuple[str, int | None, int | None, str]]:
    return [(row.months, row.first_month, row.last_month, row.activity) for row in queries.year_plan(programme, year)]


def test_the_lines_of_a_year_come_in_their_order_with_their_months() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR, year=2024, by=None, at=MAY)
    assert lines(programme) == [
        ("June - August", 6, 8, "Meet and select"),
        ("", 6, 8, "Prepare contracts"),
        ("Sept - Feb", 9, 2, "**Launch**"),
    ]
    assert queries.year_plan_years(programme) == [2024]


def test_the_kinds_of_activity_say_what_is_mandatory_and_how_much() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR + OFFERS, year=2024, by=None, at=MAY)
    assert [(row.name, row.is_mandatory, row.share_percent, row.duty_note) for row in queries.activities(programme)] == [
        ("Collaboration Café (12 sessions)", True, 50, "M: 50%"),
        ("Trainings", False, None, "O (confirm early)"),
    ]


def test_a_table_replaces_its_own_and_leaves_the_others_and_the_other_years() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR + OFFERS, year=2024, by=None, at=MAY)
    commands.import_year_plan(programme, YEAR, year=2025, by=None, at=MAY)
    commands.import_year_plan(programme, YEAR.replace("Soon", "Later"), year=2024, by=None, at=MAY)
    assert len(lines(programme, 2025)) == 3
    assert next(row.comments for row in queries.year_plan(programme, 2024)) == "Later"
    assert queries.activities(programme).count() == 2


def test_the_difference_is_shown_before_anything_is_written() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR, year=2024, by=None, at=MAY)
    coming = YEAR.replace("Soon", "Later").replace("| | Prepare contracts | | |\n", "") + OFFERS
    assert [(row.table, row.verb, row.title) for row in queries.year_plan_difference(programme, coming, year=2024)] == [
        ("year plan", "removed", "Prepare contracts"),
        ("year plan", "changed", "June - August · Meet and select"),
        ("kinds of activity", "added", "Collaboration Café (12 sessions)"),
        ("kinds of activity", "added", "Trainings"),
    ]
    assert len(lines(programme)) == 3
    assert queries.year_plan_difference(programme, YEAR, year=2024) == ()


def test_an_import_makes_what_the_public_saw_out_of_date() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR, year=2024, by=None, at=MAY)
    before = programme.public_version
    programme.refresh_from_db()
    assert programme.public_version == before + 1


def test_a_text_without_tables_is_refused_and_nothing_goes() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR, year=2024, by=None, at=MAY)
    with pytest.raises(commands.NoTables):
        commands.import_year_plan(programme, "# Plans\n\nNothing yet.\n", year=2024, by=None, at=MAY)
    assert len(lines(programme)) == 3


def test_a_cell_there_is_no_room_for_is_refused_at_its_line_and_nothing_goes() -> None:
    programme = a_programme()
    commands.import_year_plan(programme, YEAR, year=2024, by=None, at=MAY)
    with pytest.raises(commands.BadFact) as refused:
        commands.import_year_plan(programme, YEAR.replace("Sept - Feb", "Sept - Feb " * 9), year=2024, by=None, at=MAY)
    assert refused.value.sentence.startswith("Line 7: the cell for the months has ")
    assert len(lines(programme)) == 3


def test_the_examples_year_plan_has_every_row_of_its_three_tables() -> None:
    programme = a_programme()
    text = (Path(__file__).resolve().parents[2] / "examples/practitioners-hub-2024/year-plan.md").read_text()
    commands.import_year_plan(programme, text, year=2024, by=None, at=MAY)
    assert [(first, last) for _, first, last, _ in lines(programme)] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (9, 2)]
    assert [(row.is_mandatory, row.share_percent) for row in queries.activities(programme)] == [
        (True, None),
        (True, 50),
        (True, None),
        (False, None),
    ]
    assert [row.month for row in queries.catalogue(programme)] == [
        "Month 1 (July)",
        "",
        "Month 2 (August)",
        "Month 3 (September)",
        "",
        "",
        "Month 4 (October)",
        "Month 5 (November)",
        "Month 6 (December)",
    ]


def test_the_real_year_plan_gives_every_row_as_it_is_written(seeds: Path) -> None:
    programme = a_programme()
    text = next(seeds.glob("000-*.md")).read_text()
    commands.import_year_plan(programme, text, year=2024, by=None, at=MAY)
    assert [(first, last) for _, first, last, _ in lines(programme)] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (9, 2)]
    assert (queries.activities(programme).count(), queries.catalogue(programme).count()) == (4, 9)
