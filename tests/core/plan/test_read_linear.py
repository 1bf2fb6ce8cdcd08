"""Reading takes time in proportion to the text, however the text is meant: counted in calls, and felt on nasty lines."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from hub.core.plan.check import check_plan
from hub.core.plan.read import NotAPlan, read_plan
from hub.core.plan.write import write_plan

EXAMPLE = (Path(__file__).resolve().parents[3] / "examples" / "clean-plan" / "plan.md").read_text(encoding="utf-8")
CHAPTER = "### Month 1: July 2023\n\n"
HEAD = f"# Plan\n\n{CHAPTER}"
LONG = 60_000  # characters; a longer line is refused

# A unit repeated to the length of a long line: before each of these was tried, one made a minute of a moment.
NASTY = {
    "stars": ("", "*"),
    "stars apart": ("", "* "),
    "brackets": ("", "["),
    "round brackets": ("", "("),
    "links that never end": ("", "[a]("),
    "pictures that never end": ("", "!["),
    "comments that never end": (HEAD + "- 5 July ", "<!--"),
    "comments": (HEAD + "- 5 July ", "<!-- hub: accept x: y -->"),
    "pipes": ("", "|"),
    "quotes": ("", ">"),
    "backticks": (HEAD + "- ", "`"),
    "backslashes": ("", "\\"),
    "addresses": (HEAD + "- 5 July ", "http://a.b "),
    "dashes": (HEAD + "- 5 July", " - "),
    "spaces behind a figure": (HEAD + "- 5 July 1", " "),
    "spaces in an item": (HEAD + "- a", " "),
    "dates": (HEAD + "- ", "5 July - "),
    "several days": (HEAD + "- 5", " and 5"),
    "times": (HEAD + "- 5 July ", "15:00 "),
    "times without spaces": (HEAD + "- 5 July ", "3pm"),
    "figures": (HEAD + "- ", "1"),
    "fractions": (HEAD + "- ", "1/"),
    "weeks": (HEAD + "- ", "week 1 "),
    "leaders": (HEAD + "- 5 July ", "led by A "),
    "places": (HEAD + "- 5 July ", "at The A "),
    "minutes": (HEAD + "- 5 July\n    * ", "(30 mins) "),
    "entities": ("", "&amp"),
    "emphasis": (HEAD + "- ", "**a "),
    "colons": (HEAD + "- a", ": "),
    "a stage": ("* **", "a "),
}
LINES = {
    "entries": "- Week 1: Café: **5 July (15:00 - 17:00)**\n",
    "chapters": "### Month 1: July 2023\n",
    "headings": "# a\n",
    "paragraphs": "5 July 15:00\n\n",
    "steps": "1. a\n",
    "rows": "| a | b |\n",
    "references": "[a]: b\n",
    "rules": "---\n",
    "settings": "a: b\n",
}


def calls(work: Callable[[], object]) -> int:
    """Count the calls of functions some work makes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def everything(text: str) -> None:
    plan = read_plan(text)
    check_plan(plan)
    write_plan(plan)


@pytest.mark.parametrize("name", LINES)
def test_twice_as_many_lines_take_twice_as_many_steps(name: str) -> None:
    def text(times: int) -> str:
        return HEAD + LINES[name] * times

    everything(text(3))
    once, twice = calls(lambda: everything(text(150))), calls(lambda: everything(text(300)))
    assert twice < 2.3 * once


def test_a_plan_twice_as_long_takes_twice_as_many_steps() -> None:
    body = EXAMPLE[EXAMPLE.index("### Month 1") :]
    everything(EXAMPLE)
    once, twice = calls(lambda: everything(EXAMPLE + body * 4)), calls(lambda: everything(EXAMPLE + body * 9))
    assert twice < 2.3 * once


@pytest.fixture
def patience() -> Iterator[None]:
    """Give a test twenty seconds, a hundred times what it needs: a square of a long line takes minutes."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError("This line is not read in proportion to its length.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_line_is_read_or_refused_like_any_other(name: str) -> None:
    before, unit = NASTY[name]
    try:
        everything(before + unit * (LONG // len(unit)))
    except NotAPlan as no:
        assert no.sentence.startswith("This is not a plan I can read, because ")
