"""What the team's desk shows: the working schedule against what is released, with findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hub.core.calendar import MONTHS
from hub.core.plan.model import Finding, Kind
from hub.core.release import Change, Difference
from hub.programmes.models import Cohort
from hub.schedule.models import PlanVersion, Release, Session
from hub.schedule.queries.public import difference_since_release, latest_release
from hub.schedule.queries.reading import Reading, reading_of
from hub.schedule.queries.versions import applied_version
from hub.schedule.queries.working import latest_plan, working_sessions


@dataclass(frozen=True, slots=True)
class Row:
    """A session of the working schedule: what differs from the release, and what was found in its entry of the plan."""

    session: Session
    change: Change | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows of one month; undated ones stand with those around them."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many sessions of a kind there are."""

    kind: Kind
    count: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The working schedule as the desk shows it, already filtered; `total` counts what there is without the filter."""

    stretches: tuple[Stretch, ...]
    gone: tuple[Change, ...]  # released sessions that are no longer in the working schedule
    kinds: tuple[KindCount, ...]
    total: int
    shown: int
    changed: int
    with_findings: int
    difference: Difference
    release: Release | None
    plan: PlanVersion | None  # the newest version, applied or not
    reading: Reading


def findings_of(cohort: Cohort) -> Reading:
    """Read and check the plan's text that the sessions follow; empty before the first import."""
    applied = applied_version(cohort)
    return reading_of(cohort, applied.text if applied else "")


def desk_of(cohort: Cohort, *, kind: str = "", only: str = "") -> Desk:
    """Give the working schedule of a cohort; `only` is "changed" (since the release) or "found" (with findings).

    The number of queries does not depend on the number of sessions.
    """
    difference = difference_since_release(cohort)
    reading = findings_of(cohort)
    rows = list(_rows(cohort, difference, reading))
    present = {str(row.session.uid) for row in rows}
    kept = [
        row
        for row in rows
        if (not kind or row.session.kind == kind)
        and (only != "changed" or row.change is not None)
        and (only != "found" or row.findings)
    ]
    return Desk(
        stretches=tuple(_stretches(kept)),
        gone=tuple(change for change in difference.changes if change.uid not in present)
        if not kind and only != "found"
        else (),
        kinds=tuple(_counted(row.session.kind for row in rows)),
        total=len(rows),
        shown=len(kept),
        changed=sum(row.change is not None for row in rows),
        with_findings=sum(bool(row.findings) for row in rows),
        difference=difference,
        release=latest_release(cohort),
        plan=latest_plan(cohort),
        reading=reading,
    )


def _rows(cohort: Cohort, difference: Difference, reading: Reading) -> Iterator[Row]:
    changes = {change.uid: change for change in difference.changes}
    for session in working_sessions(cohort):
        found = reading.found_at.get(session.plan_line, ()) if session.plan_line else ()
        yield Row(session, changes.get(str(session.uid)), found)


def _stretches(rows: Iterable[Row]) -> Iterator[Stretch]:
    title = ""
    held: list[Row] = []
    for row in rows:
        day = row.session.date
        here = f"{MONTHS[day.month - 1]} {day.year}" if day else title or row.session.chapter or "Date to be confirmed"
        if held and here != title:
            yield Stretch(title, tuple(held))
            held = []
        title = here
        held.append(row)
    if held:
        yield Stretch(title, tuple(held))


def _counted(kinds: Iterable[str]) -> Iterator[KindCount]:
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return (KindCount(kind, counts[kind.value]) for kind in Kind if kind.value in counts)
