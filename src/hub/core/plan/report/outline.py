"""A whole plan as an outline people can read at a glance, for `hub plan show`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hub.core.calendar import MONTHS, place_of, say_date, say_times
from hub.core.plan.model import Plan, Session, Status, Step
from hub.core.plan.report.text import safe

Paint = Callable[[str], str]


def to_outline(plan: Plan, *, colour: bool = False) -> str:
    """Give the plan as text: title, stages, what comes before, each month's entries with their lines, what comes after."""
    return "\n".join(_lines(plan, _strong if colour else str, _faint if colour else str)) + "\n"


def _strong(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def _faint(text: str) -> str:
    return f"\x1b[2m{text}\x1b[0m"


def _lines(plan: Plan, strong: Paint, faint: Paint) -> Iterator[str]:
    yield strong(safe(plan.title) or "A plan without a title")
    if plan.subtitle:
        yield safe(plan.subtitle)
    dated, undated = len(plan.dated), len(plan.undated)
    weeks = sum(len(month.weeks) for month in plan.months)
    yield faint(
        f"{len(plan.months)} months, {weeks} weeks, {dated} dated and {undated} undated entries, {place_of(plan.zone)} time"
    )
    for stage in plan.stages:
        span = f" (months {stage.first_month}–{stage.last_month})" if stage.first_month else ""
        yield ""
        yield strong(f"{safe(stage.title)}{span}")
        yield from (f"  · {_short(topic.text)}" for topic in stage.topics)
    yield from _steps(plan.before_title or "Before", plan.before, strong)
    for month in plan.months:
        yield ""
        year = f" {month.year}" if month.year and str(month.year) not in month.title else ""
        yield strong(safe(month.title or MONTHS[month.month - 1]) + year)
        for session in month.all_sessions:
            yield _entry(session, faint)
    yield from _steps(plan.after_title or "After", plan.after, strong)
    for table in plan.tables:
        yield ""
        rows = f"{len(table.rows)} row" + ("" if len(table.rows) == 1 else "s")
        yield strong(f"Table: {table.kind.value.replace('-', ' ')}") + faint(f"  line {table.line}, {rows}")
        yield from (f"  · {_short(' · '.join(cell for cell in row.cells if cell.strip()))}" for row in table.rows)


def _steps(title: str, steps: tuple[Step, ...], strong: Paint) -> Iterator[str]:
    if steps:
        yield ""
        yield strong(safe(title))
        for step in steps:
            yield f"  {step.number}. {_short(step.text or (step.session.say_title if step.session else ''))}"
            if step.session:
                yield f"     {_when(step.session)}"


def _when(session: Session) -> str:
    if session.date is None:
        return "to be confirmed" if session.status is Status.TO_BE_CONFIRMED else "no date"
    return f"{say_date(session.date, year=False)}, {say_times(session.start, session.end) or 'no time'}"


def _entry(session: Session, faint: Paint) -> str:
    week = f"W{session.week}" if session.week else "  "
    details = [
        session.kind.label,
        *([session.mode.label] if session.mode else []),
        *([session.led_by] if session.led_by else []),
    ]
    number = faint(f"{session.line:>5}")
    return f"{number} {week} {_when(session):<29} {_short(session.say_title)}  {faint(safe(' · '.join(details)))}"


def _short(text: str, longest: int = 78) -> str:
    words = " ".join(safe(text).replace("**", "").split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
