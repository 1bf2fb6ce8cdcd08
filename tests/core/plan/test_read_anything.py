"""Anything may be given as a plan: it is read, or refused with a sentence, and what was read is checked and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.plan.check import check_plan
from hub.core.plan.model import Plan
from hub.core.plan.read import LARGEST, NotAPlan, read_bytes, read_plan
from hub.core.plan.write import write_plan

EXAMPLE = (Path(__file__).resolve().parents[3] / "examples" / "clean-plan" / "plan.md").read_text(encoding="utf-8")
LINES = EXAMPLE.splitlines(keepends=True)


def read(text: str) -> Plan | None:
    try:
        plan = read_plan(text)
    except NotAPlan as no:
        assert no.sentence.startswith("This is not a plan I can read, because ")
        return None
    check_plan(plan)
    write_plan(plan)
    return plan


@given(st.binary(max_size=400))
def test_any_bytes_are_a_plan_or_refused(data: bytes) -> None:
    try:
        read_bytes(data)
    except NotAPlan as no:
        assert no.sentence.startswith("This is not a plan I can read, because ")


@given(st.text(alphabet=st.sampled_from("# -*|\n:()[]<>!`_1234567890JulyWedMonthWeek–\t\r"), max_size=300))
def test_any_marks_are_a_plan_or_refused(text: str) -> None:
    read("# P\n\n### Month 1: July 2023\n\n" + text)


@given(st.data())
def test_a_plan_with_lines_lost_doubled_and_swapped_is_still_read(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 6))):
        at, to = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["lose", "double", "swap", "cut", "put"])):
            case "lose":
                lines[at] = "\n"
            case "double":
                lines.insert(to, lines[at])
            case "swap":
                lines[at], lines[to] = lines[to], lines[at]
            case "cut":
                lines[at] = lines[at][: len(lines[at]) // 2]
            case _:
                lines[at] = data.draw(st.text(max_size=12)) + lines[at]
    read("".join(lines))


def test_a_plan_of_ten_megabytes_is_refused_politely() -> None:
    with pytest.raises(NotAPlan) as no:
        read_plan(EXAMPLE * (10_000_000 // len(EXAMPLE) + 1))
    assert no.value.sentence == "This is not a plan I can read, because it is 10.0 MB long; a plan has at most 2 MB."
    assert LARGEST == 2_000_000
