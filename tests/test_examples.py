"""The examples keep the programme's facts, say them in our own words, and the clean plan is clean."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core import contrast
from hub.core.plan.check import check_plan
from hub.core.plan.model import TableKind
from hub.core.plan.read import read_plan
from hub.core.plan.write import write_plan

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PLAN_2023 = EXAMPLES / "practitioners-hub-2023" / "plan.md"
YEAR_2024 = EXAMPLES / "practitioners-hub-2024" / "year-plan.md"
DATED = [
    ("2023-06-27", "10:30", "12:00", "kick-off"),
    ("2023-07-05", "15:00", "17:00", "cafe"),
    ("2023-07-19", "15:00", "17:00", "cafe"),
    ("2023-07-27", "09:30", "16:00", "workshop"),
    ("2023-08-02", "15:00", "17:00", "cafe"),
    ("2023-08-09", "13:00", "14:00", "meeting"),
    ("2023-08-16", "15:00", "17:00", "workshop"),
    ("2023-08-22", "12:00", "16:00", "workshop"),
    ("2023-09-06", "15:00", "17:00", "cafe"),
    ("2023-09-12", "11:45", "13:00", "meeting"),
    ("2023-09-20", "15:00", "17:00", "cafe"),
    ("2023-10-04", "15:00", "17:00", "cafe"),
    ("2023-10-18", "15:00", "17:00", "cafe"),
    ("2023-10-23", "10:00", "16:00", "workshop"),
    ("2023-11-01", None, None, "cafe"),
    ("2023-11-09", "14:00", "17:00", "workshop"),
    ("2023-11-14", "14:00", "17:00", "cafe"),
]


def dated(text: str) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (
            each.date.isoformat(),
            f"{each.start:%H:%M}" if each.start else None,
            f"{each.end:%H:%M}" if each.end else None,
            str(each.kind),
        )
        for each in read_plan(text).dated
        if each.date
    ]


def test_the_first_cohort_has_the_programmes_dates_and_times() -> None:
    assert dated(PLAN_2023.read_text()) == DATED


def test_the_first_cohort_is_the_one_of_the_real_plan(acceptance: Path) -> None:
    real = json.loads((acceptance / "plan-2023.sessions.json").read_text())
    found = {
        (each.date.isoformat(), f"{each.start:%H:%M}" if each.start else None, f"{each.end:%H:%M}" if each.end else None)
        for each in read_plan(PLAN_2023.read_text()).dated
        if each.date
    }
    assert found == {(each["date"], each["start"], each["end"]) for each in real["sessions"]}


def test_the_first_cohort_has_its_months_weeks_steps_and_undated_entries() -> None:
    plan = read_plan(PLAN_2023.read_text())
    assert [(month.month, month.year, len(month.weeks)) for month in plan.months] == [
        (7, 2023, 4),
        (8, 2023, 5),
        (9, 2023, 4),
        (10, 2023, 4),
        (11, 2023, 4),
        (12, 2023, 2),
    ]
    assert [str(each.kind) for each in plan.undated] == [
        "rest",
        "one-to-one",
        "individual",
        "meeting",
        "one-to-one",
        "cafe",
        "wrap-up",
        "celebration",
    ]
    assert (len(plan.before), len(plan.after)) == (3, 8)
    assert [each.led_by for each in plan.dated if each.led_by] == [
        "Fruto",
        "Fruto",
        "Mara",
        "Mara",
        "Turing Skills Team",
        "Digital Catapult",
        "Superbloom",
    ]
    assert next(each.attended for each in plan.dated if each.attended) == 22


def test_the_first_cohort_keeps_the_doubts_the_programme_really_has_in_clean_markdown() -> None:
    plan = read_plan(PLAN_2023.read_text())
    found = {finding.code for finding in check_plan(plan)}
    assert plan.blemishes == ()
    assert found >= {
        "off-series",
        "series-duration",
        "series-count",
        "missing-time",
        "missing-date",
        "to-be-confirmed",
        "training-on-series-day",
        "agenda-overflow",
        "order",
    }
    assert not found & {
        "zone-abbreviation",
        "unbalanced-emphasis",
        "indentation",
        "wrong-weekday",
        "impossible-date",
        "two-at-once",
        "outside-month",
        "outside-week",
        "no-year",
    }


def test_the_year_plan_has_every_row_of_its_three_tables_complete() -> None:
    plan = read_plan(YEAR_2024.read_text())
    sizes = {table.kind: (len(table.rows), {len(row.cells) for row in table.rows}) for table in plan.tables}
    assert sizes == {TableKind.YEAR_PLAN: (7, {4}), TableKind.ACTIVITIES: (4, {4}), TableKind.TRAININGS: (9, {4})}


def test_a_clean_plan_has_no_finding() -> None:
    assert check_plan(read_plan((EXAMPLES / "clean-plan" / "plan.md").read_text())) == ()


@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.md")), ids=lambda path: path.parent.name)
def test_each_example_survives_being_written_and_read_again(path: Path) -> None:
    plan = read_plan(path.read_text())
    written = write_plan(plan)
    assert read_plan(written) == plan
    assert write_plan(read_plan(written)) == written


def test_the_programmes_colour_can_be_read_and_its_people_are_the_cast() -> None:
    programme = tomllib.loads((EXAMPLES / "practitioners-hub-2023" / "programme.toml").read_text())
    people = tomllib.loads((EXAMPLES / "practitioners-hub-2023" / "people.toml").read_text())["people"]
    assert contrast.checked(programme["colour"]) == programme["colour"]
    assert [each["name"].split()[0] for each in people][:9] == [
        "Mara",
        "Ada",
        "Grace",
        "Rosa",
        "Theo",
        "Wren",
        "Pia",
        "Finn",
        "Sam",
    ]
    assert {each["email"].split("@")[1] for each in people} == {"example.org"}


def sentences(text: str) -> Iterator[str]:
    for part in re.split(r"[.\n|:;]|(?<=[a-z])\)", re.sub(r"[*_`>#-]+|\[|\]\([^)]*\)", " ", text)):
        words = re.findall(r"[\w’']+", part.lower())
        if len(words) >= 7:
            yield " ".join(words)


def test_no_sentence_of_the_real_papers_is_repeated(seeds: Path) -> None:
    real = {sentence for path in seeds.glob("00*.md") for sentence in sentences(path.read_text())}
    ours = {sentence for path in EXAMPLES.rglob("*.md") for sentence in sentences(path.read_text())}
    assert ours & real == set()
