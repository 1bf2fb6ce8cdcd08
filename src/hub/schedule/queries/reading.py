"""What a plan's text says, as the desk shows it beside the words: chapters, entries, and what was found at which line."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from hub.core.errors import Refusal
from hub.core.plan.check import check_plan
from hub.core.plan.model import Finding, Plan, Session, Severity
from hub.core.plan.rules import Rules
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort

_WORTH_KEEPING = 200_000  # characters; a plan of a whole cohort has about fifteen thousand


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the plan with what was found in it."""

    session: Session
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A month of the plan, or the steps before or after it that are gatherings."""

    title: str
    line: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Reading:
    """What a text says. `refusal` says why it can't be read as a plan, and then there is nothing else."""

    plan: Plan | None = None
    findings: tuple[Finding, ...] = ()
    refusal: Refusal | None = None
    found_at: Mapping[int, tuple[Finding, ...]] = field(default_factory=dict)  # by the first line of the entry it stands in

    @property
    def errors(self) -> int:
        """How many findings make the check fail."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings ask for a look."""
        return self._count(Severity.WARNING)

    @property
    def notes(self) -> int:
        """How many findings only tell."""
        return self._count(Severity.NOTE)

    @property
    def elsewhere(self) -> tuple[Finding, ...]:
        """The findings that stand in no entry: of a table, a stage, the whole plan."""
        return self.found_at.get(0, ())

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The entries by chapter, in the order of the document; chapters without entries are left out."""
        if self.plan is None:
            return ()
        plan = self.plan
        before = [step.session for step in plan.before if step.session]
        after = [step.session for step in plan.after if step.session]
        chapters = [
            Chapter(plan.before_title or "Before", plan.before_line, self._entries(before)),
            *(Chapter(month.title, month.line, self._entries(month.all_sessions)) for month in plan.months),
            Chapter(plan.after_title or "After", plan.after_line, self._entries(after)),
        ]
        return tuple(chapter for chapter in chapters if chapter.entries)

    def _entries(self, sessions: Iterable[Session]) -> tuple[Entry, ...]:
        return tuple(Entry(session, self.found_at.get(session.line, ())) for session in sessions)

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def reading_of(cohort: Cohort, text: str) -> Reading:
    """Read and check a text as a plan of a cohort, by its programme's rules. An empty text is an empty reading."""
    if not text.strip():
        return Reading()
    rules = programmes.rules_of(cohort.programme)
    read = _kept if len(text) <= _WORTH_KEEPING else _read
    return read(text, rules, cohort.zone, cohort.starts_on.year)


def _read(text: str, rules: Rules, zone: str, year: int) -> Reading:
    from hub.core.plan.read import read_plan  # the Markdown parser: only where a plan is read

    try:
        plan = read_plan(text, default_zone=zone, default_year=year)
    except Refusal as refusal:
        return Reading(refusal=refusal)
    findings = check_plan(plan, rules)
    return Reading(plan, findings, None, _by_entry(plan, findings))


_kept = lru_cache(maxsize=32)(_read)  # the desk shows the same text on page after page


def _by_entry(plan: Plan, findings: tuple[Finding, ...]) -> dict[int, tuple[Finding, ...]]:
    entries = sorted(plan.entries, key=lambda entry: entry.line)
    starts = [entry.line for entry in entries]
    found: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        index = bisect_right(starts, finding.line or 0) - 1
        entry = entries[index] if index >= 0 else None
        is_inside = entry is not None and finding.line is not None and finding.line <= max(entry.end_line, entry.line)
        found[entry.line if entry is not None and is_inside else 0].append(finding)
    return {line: tuple(each) for line, each in found.items()}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings of which weight a text has."""

    errors: int = 0
    warnings: int = 0
    notes: int = 0

    @property
    def findings(self) -> int:
        """How many there are in all."""
        return self.errors + self.warnings + self.notes


def counts_of(cohort: Cohort, text: str) -> Counts:
    """Count what is found in a text as a plan of a cohort. Kept far longer than a whole reading, for it is small."""
    if not text.strip():
        return Counts()
    return _counted(text, programmes.rules_of(cohort.programme), cohort.zone, cohort.starts_on.year)


@lru_cache(maxsize=256)  # as many plans as a Hub has cohorts at once
def _counted(text: str, rules: Rules, zone: str, year: int) -> Counts:
    reading = _read(text, rules, zone, year)
    return Counts(reading.errors, reading.warnings, reading.notes)
