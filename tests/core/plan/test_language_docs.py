"""The reference of the plan language is true: its example is a plan, and a clean one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.core.plan.check import check_plan
from hub.core.plan.model import Kind, Mode, Status
from hub.core.plan.read import LARGEST, read_plan
from hub.core.plan.write import write_plan

REFERENCE = (Path(__file__).resolve().parents[3] / "docs" / "plan-language.md").read_text(encoding="utf-8")


def example() -> str:
    found = re.search(r"```markdown\n(.*?)```", REFERENCE, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_example_to_copy_is_a_clean_plan() -> None:
    plan = read_plan(example())
    assert (plan.title, len(plan.months), len(plan.dated)) == ("River Watch", 2, 8)
    assert check_plan(plan) == ()


def test_the_example_is_written_and_read_back_the_same() -> None:
    plan = read_plan(example())
    written = write_plan(plan)
    assert read_plan(written) == plan
    assert write_plan(read_plan(written)) == written


@pytest.mark.parametrize(
    ("words", "day"),
    [
        (form, "2023-07-05")
        for form in ("5 July", "05 July", "Wednesday 5 July 2023", "July 5th", "2023-07-05", "5/7/2023", "5th of July")
    ],
)
def test_every_form_of_a_date_is_understood(words: str, day: str) -> None:
    plan = read_plan(f"# P\n\n### Month 1: July 2023\n\n- Week 1: Café: **{words} (15:00 - 17:00)**\n")
    assert [str(entry.date) for entry in plan.entries] == [day]


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("15:00 - 17:00", "15:00", "17:00"),
        ("15:00–17:00", "15:00", "17:00"),
        ("9:30 - 16:00", "09:30", "16:00"),
        ("3pm to 5pm", "15:00", "17:00"),
        ("10-11:30 am", "10:00", "11:30"),
    ],
)
def test_every_form_of_times_is_understood(words: str, start: str, end: str) -> None:
    (entry,) = read_plan(f"# P\n\n### Month 1: July 2023\n\n- Week 1: Café: **5 July ({words})**\n").entries
    assert (f"{entry.start:%H:%M}", f"{entry.end:%H:%M}") == (start, end)


def test_comments_say_what_words_cannot() -> None:
    said = ("kind webinar", "cancelled: the speaker is ill", "mode: online")
    line = "- Week 1: Tea: **5 July (15:00–17:00)** " + " ".join(f"<!-- hub: {words} -->" for words in said)
    (entry,) = read_plan(f"# P\n\n### Month 1: July 2023\n\n{line}\n").entries
    assert (entry.kind, entry.status, entry.status_note, entry.mode) == (
        Kind.WEBINAR,
        Status.CANCELLED,
        "the speaker is ill",
        Mode.ONLINE,
    )


def test_the_limit_is_as_said() -> None:
    assert f"{LARGEST:,}".replace(",", " ") in REFERENCE
