"""Whatever a session is called and wherever it is, a plan written down reads back as the same, and writes the same bytes."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.plan.model import Kind, Mode, Month, Plan, Session, Status, Written
from hub.core.plan.patch import AddSession, ChangeSession, RemoveSession, patch_plan
from hub.core.plan.read import read_plan
from hub.core.plan.write import write_plan

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
CLEAN = (EXAMPLES / "clean-plan" / "plan.md").read_text(encoding="utf-8")
TEXTS = [CLEAN, (EXAMPLES / "practitioners-hub-2023" / "plan.md").read_text(encoding="utf-8"), CLEAN.replace("\n", "\r\n")]

ODD = [
    "5 July", "Week 3", "week 2: again", "**bold**", "a: b", "led by nobody", "at Aster House", "<!-- hub: title: x -->", "-->",
    "[a](b)", "Group: say hello", "TBC", "15:00", "15:00–17:00", "No meeting", "1. first", "# heading", "- item", "| a | b |",
    "\\", "&amp;", "`code`", "https://example.org/x", "🤫 secret", "Émile & Zoë", "日本語", "x - y", "x – Online", "in person",
    "(30 mins)", "attended by 12 people", "Month 2: August", "---", "***", "_", "*", "**", "No full cohort meeting",
    "hub: kind rest", "1:1 coaching", "Date TBC in 2024", "2024",
    "~~struck~~", "<b>", "a\u00a0b", "…", "cancelled", "Café: topic: more",
]  # fmt: skip
printable = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"))
words = (
    (st.sampled_from(ODD) | st.text(printable, min_size=1, max_size=24)).map(lambda text: " ".join(text.split())).filter(bool)
)
clocks = st.builds(time, st.integers(6, 20), st.sampled_from([0, 5, 15, 30, 45]))


@st.composite
def facts(draw: st.DrawFn, month: Month, old: Session) -> Session:
    """The same entry with other facts, within its chapter."""
    assert month.year is not None
    day = draw(st.none() | st.integers(1, monthrange(month.year, month.month)[1]))
    when = date(month.year, month.month, day) if day else None
    start = draw(st.none() | clocks) if when else None
    hours = draw(st.none() | st.integers(1, 3)) if start else None
    is_cancelled = draw(st.booleans())
    return replace(
        old,
        title=draw(words),
        topic=draw(st.just("") | words),
        kind=draw(st.sampled_from(Kind)),
        date=when,
        start=start,
        end=start.replace(hour=start.hour + hours) if start and hours else None,
        mode=draw(st.none() | st.sampled_from(Mode)),
        place=draw(st.none() | words),
        led_by=draw(st.none() | words),
        status=Status.CANCELLED if is_cancelled else Status.PLANNED,
        status_note=draw(st.just("") | words) if is_cancelled else "",
        stated_minutes=None,
        proposed_date=None,
        written=Written(),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan some of whose entries say something else."""
    plan = read_plan(CLEAN)
    months = []
    for month in plan.months:
        weeks = tuple(
            replace(week, sessions=tuple(draw(facts(month, each)) if draw(st.booleans()) else each for each in week.sessions))
            for week in month.weeks
        )
        months.append(replace(month, weeks=weeks))
    return replace(plan, months=tuple(months))


def said(entry: Session) -> tuple[Any, ...]:
    """What an entry says itself; where it stands, and what follows from that, is not its own."""
    return (
        entry.title, entry.topic, entry.kind, entry.date, entry.start, entry.end, entry.zone, entry.mode, entry.place,
        entry.led_by, entry.status, entry.status_note, entry.agenda, entry.links, entry.accepted,
    )  # fmt: skip


@given(plans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_plan_written_down_reads_back_as_the_same(plan: Plan) -> None:
    text = write_plan(plan)
    read = read_plan(text)
    assert [said(each) for each in read.entries] == [said(each) for each in plan.entries]
    assert write_plan(read) == text


def outside(text: str, entry: Session) -> list[str]:
    """The lines of a text that are not the entry's, each with its own ending; empty ones left out."""
    lines = text.splitlines(keepends=True)
    return [line for line in [*lines[: entry.line - 1], *lines[entry.end_line :]] if line.strip()]


def only(before: list[Session], after: list[Session]) -> Session:
    """The one entry there is more after than before; all others say what they said, in their order."""
    told = [said(each) for each in before]
    for index, each in enumerate(after):
        if told == [said(other) for other in after[:index] + after[index + 1 :]]:
            return each
    raise AssertionError("more than one entry is another now")


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_edit_says_what_it_should_and_every_other_line_stays_as_it_was(text: str, data: st.DataObject) -> None:
    plan = read_plan(text)
    month = data.draw(st.sampled_from([each for each in plan.months if each.year and each.all_sessions]))
    old = data.draw(st.sampled_from(month.all_sessions))
    elsewhere = data.draw(st.sampled_from([each for each in plan.months if each.year]))
    to = data.draw(facts(data.draw(st.sampled_from([month, month, elsewhere])), old))

    new = patch_plan(text, [ChangeSession(old.line, to)])

    rest = [each for each in plan.entries if each.line != old.line]
    entry = only(rest, list(read_plan(new).entries))
    assert said(entry) == said(to)
    assert outside(new, entry) == outside(text, old)
    assert patch_plan(new, [ChangeSession(entry.line, to)]) == new


@given(st.sampled_from(TEXTS), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_added_can_be_taken_out_again_and_leaves_every_line(text: str, data: st.DataObject) -> None:
    plan = read_plan(text)
    month = data.draw(st.sampled_from([each for each in plan.months if each.year]))
    blank = Session(title="New", kind=Kind.OTHER, zone=plan.zone, year=month.year, month=month.month, week=2)
    new = data.draw(facts(month, blank))

    with_it = patch_plan(text, [AddSession(new)])
    entry = only(list(plan.entries), list(read_plan(with_it).entries))
    without = patch_plan(with_it, [RemoveSession(entry.line)])

    assert said(entry) == said(new)
    assert outside(with_it, entry) == [line for line in text.splitlines(keepends=True) if line.strip()]
    assert read_plan(without) == plan
