"""Reading, checking and writing a plan, against the bare Markdown parse of the same text."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt

from benchmarks.figures import Figure, emit, paired
from benchmarks.plans import plan_text
from hub.core.plan.check import check_plan
from hub.core.plan.read import read_plan
from hub.core.plan.write import write_plan


def run(sizes: Sequence[int]) -> None:
    """Print plan.read, plan.check and plan.write for each size."""
    markdown = MarkdownIt("commonmark").enable("table")
    for size in sizes:
        text = plan_text(size)
        plan = read_plan(text)
        if len(plan.dated) != size:
            raise RuntimeError(f"the plan of {size} sessions reads as {len(plan.dated)}")
        at: dict[str, int | str] = {"sessions": size}
        for name, work in (
            ("plan.read", lambda text=text: read_plan(text)),
            ("plan.check", lambda plan=plan: check_plan(plan)),
            ("plan.write", lambda plan=plan: write_plan(plan)),
        ):
            value, bound, ratio = paired(work, lambda text=text: markdown.parse(text), rounds=7 if size > 400 else 11)
            emit(Figure(name, round(value, 4), "ms", at, round(bound, 4), round(ratio, 3), {"bound_is": "bare Markdown parse"}))
