"""Check a plan against a programme's rules: `check_plan(plan, rules)` gives findings, each with its line and what to do.

The checks are functions from facts to drafts (dates, series, programme, document); severity and acceptance are settled here.
Sources: seeds/000 (the rules), docs/plan-language.md, "What is checked".
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from hub.core.plan.check.dates import check_dates
from hub.core.plan.check.document import check_document
from hub.core.plan.check.facts import Draft, Facts
from hub.core.plan.check.programme import check_programme
from hub.core.plan.check.series import check_series
from hub.core.plan.model import Accepted, Finding, Plan, Session
from hub.core.plan.rules import CODES, DEFAULT, Rules

__all__ = ["check_plan"]


def check_plan(plan: Plan, rules: Rules = DEFAULT) -> tuple[Finding, ...]:
    """Find what is wrong or doubtful in a plan, in the order of its lines; what speaks of the whole plan comes last.

    What an entry accepts with a reason is left out. An acceptance that is needless, gives no reason or names no code is
    itself found. The cost grows with the size of the plan, not with its square.
    """
    facts = Facts(plan, rules)
    drafts = [*check_document(facts), *check_dates(facts), *check_series(facts), *check_programme(facts)]
    findings = [finding for draft in _settled(plan, rules, drafts) if (finding := _finding(draft, rules))]
    return tuple(sorted(set(findings), key=_place))


def _place(finding: Finding) -> tuple[bool, int, int, str, str]:
    return finding.line is None, finding.line or 0, finding.column or 0, finding.code, finding.message


def _finding(draft: Draft, rules: Rules) -> Finding | None:
    severity = rules.severity(draft.code)
    if severity is None:
        return None
    if draft.severity and not rules.has_said(draft.code):
        severity = draft.severity
    return Finding(
        code=draft.code,
        severity=severity,
        line=draft.line,
        message=draft.message,
        suggestion=draft.suggestion,
        column=draft.column,
        end_column=draft.end_column,
    )


def _settled(plan: Plan, rules: Rules, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Leave out what is accepted for its entry, and say what is wrong with the acceptances themselves."""
    accepting = sorted((entry for entry in plan.entries if entry.accepted), key=lambda entry: entry.line)
    if not accepting:
        yield from drafts
        return
    starts = [entry.line for entry in accepting]
    used: set[tuple[int, str]] = set()
    for draft in drafts:
        entry = draft.entry or _entry_at(accepting, starts, draft.line)
        if entry is not None and any(each.code == draft.code and each.reason.strip() for each in entry.accepted):
            used.add((entry.line, draft.code))
        else:
            yield draft
    for entry in accepting:
        for accepted in entry.accepted:
            if problem := _acceptance(accepted, rules, is_used=(entry.line, accepted.code) in used):
                code, message, suggestion = problem
                yield Draft(code=code, line=accepted.line or entry.line, message=message, suggestion=suggestion)


def _entry_at(entries: list[Session], starts: list[int], line: int | None) -> Session | None:
    """Give the entry a line belongs to, of those that accept something."""
    if line is None or (index := bisect_right(starts, line) - 1) < 0:
        return None
    entry = entries[index]
    return entry if line <= max(entry.end_line, entry.line) else None


def _acceptance(accepted: Accepted, rules: Rules, *, is_used: bool) -> tuple[str, str, str] | None:
    code = accepted.code
    if code not in CODES:
        return "unknown-code", f"“{code}” is no code of a finding.", "Copy the code from the finding that is to be accepted."
    if not accepted.reason.strip():
        return (
            "acceptance-without-reason",
            f"{code} is accepted here without a reason, so the acceptance does not count.",
            "Say in a few words why the rule may be broken this once.",
        )
    if is_used or rules.severity(code) is None:
        return None
    return "needless-acceptance", f"{code} is accepted here, but is not found.", "Take the acceptance out."
