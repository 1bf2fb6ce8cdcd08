"""Anything may be given as a plan: it is read, or refused with a sentence, and what was read is checked and written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.plan.check import check_plan
from hub.core.plan.model import Plan
from hub.core.plan.read import LARGEST, NotAPlan, read_bytes, read_plan
from hub.core.plan.write import write_plan

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "examples" / "clean-plan" / "plan.md").read_text(encoding="utf-8")
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("0*.md"))
PAPERS = [EXAMPLE, *(path.read_text(encoding="utf-8") for path in SEEDS)]


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


def mutated(text: str, data: st.DataObject) -> str:
    """A paper as it may come out of a bad merge, a paste or a word processor."""
    lines = text.splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 6))):
        at, to = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["lose", "double", "swap", "cut", "put", "indent", "fence", "figures", "odd"])):
            case "lose":
                lines[at] = "\n"
            case "double":
                lines.insert(to, lines[at])
            case "swap":
                lines[at], lines[to] = lines[to], lines[at]
            case "cut":
                lines[at] = lines[at][: len(lines[at]) // 2]
            case "indent":
                lines[at] = data.draw(st.sampled_from([" ", "    ", "\t", "> ", "- ", "| "])) + lines[at]
            case "fence":
                lines[at] = data.draw(st.sampled_from(["```\n", "<!--\n", "-->\n", "---\n", "| --- |\n"])) + lines[at]
            case "figures":
                lines[at] = re.sub(r"\d+", lambda _: str(data.draw(st.integers(0, 99999))), lines[at])
            case "odd":
                lines[at] = lines[at].replace(
                    " ", data.draw(st.sampled_from(["\u00a0", "\u200b", "\u202e", "\r", "\x0c", "\ufeff"])), 2
                )
            case _:
                lines[at] = data.draw(st.text(max_size=12)) + lines[at]
    return "".join(lines)


@given(st.sampled_from(PAPERS), st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_paper_however_mangled_is_read_and_every_finding_has_its_line(paper: str, data: st.DataObject) -> None:
    text = mutated(paper, data)
    plan = read(text)
    if plan is None:
        return
    last = len(re.split(r"\r\n|\r|\n", text))
    found = check_plan(plan)
    assert [each for each in found if each.line is not None and not 1 <= each.line <= last] == []
    assert [each for each in plan.entries if not 1 <= each.line <= each.end_line <= last] == []


@given(st.sampled_from(PAPERS), st.data())
@settings(max_examples=60, deadline=None)
def test_a_paper_cut_and_bitten_anywhere_is_a_plan_or_refused(paper: str, data: st.DataObject) -> None:
    octets = bytearray(paper.encode())[: data.draw(st.integers(1, len(paper)))]
    for _ in range(data.draw(st.integers(0, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_bytes(bytes(octets))
    except NotAPlan as no:
        assert no.sentence.startswith("This is not a plan I can read, because ")


def test_a_plan_of_ten_megabytes_is_refused_politely() -> None:
    with pytest.raises(NotAPlan) as no:
        read_plan(EXAMPLE * (10_000_000 // len(EXAMPLE) + 1))
    assert no.value.sentence == "This is not a plan I can read, because it is 10.0 MB long; a plan has at most 2 MB."
    assert LARGEST == 2_000_000
