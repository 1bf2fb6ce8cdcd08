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

    What an entry accepts with a reason is left out. What is accepted outside every entry counts for the findings that belong
    to none: on the line of one for that one, elsewhere for all of its code. An acceptance that is needless, gives no reason
    or names no code is itself found. The cost grows with the size of the plan, not with its square.
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
    if not plan.accepted and not any(entry.accepted for entry in plan.entries):
        yield from drafts
        return
    entries = sorted(plan.entries, key=lambda entry: entry.line)
    starts = [entry.line for entry in entries]
    used: set[tuple[int, str]] = set()
    of_plan: list[Draft] = []
    for draft in drafts:
        entry = draft.entry or _entry_at(entries, starts, draft.line)
        if entry is None:
            of_plan.append(draft)
        elif any(each.code == draft.code and each.reason.strip() for each in entry.accepted):
            used.add((entry.line, draft.code))
        else:
            yield draft
    for entry in entries:
        for accepted in entry.accepted:
            yield from _acceptance(accepted, rules, accepted.line or entry.line, is_used=(entry.line, accepted.code) in used)
    yield from _settled_of_plan(plan, rules, of_plan)


def _settled_of_plan(plan: Plan, rules: Rules, drafts: list[Draft]) -> Iterator[Draft]:
    """The same for the findings that belong to no entry."""
    places = {(draft.code, draft.line) for draft in drafts}
    codes = {draft.code for draft in drafts}
    sound = [each for each in plan.accepted if each.reason.strip()]
    lines = {(each.code, each.line) for each in sound} & places
    everywhere = {each.code for each in sound if (each.code, each.line) not in places}
    yield from (draft for draft in drafts if (draft.code, draft.line) not in lines and draft.code not in everywhere)
    for accepted in plan.accepted:
        yield from _acceptance(accepted, rules, accepted.line, is_used=accepted.code in codes)


def _entry_at(entries: list[Session], starts: list[int], line: int | None) -> Session | None:
    """Give the entry a line belongs to, of those that accept something."""
    if line is None or (index := bisect_right(starts, line) - 1) < 0:
        return None
    entry = entries[index]
    return entry if line <= max(entry.end_line, entry.line) else None


def _acceptance(accepted: Accepted, rules: Rules, line: int, *, is_used: bool) -> Iterator[Draft]:
    code = accepted.code
    if code not in CODES:
        yield Draft(
            code="unknown-code",
            line=line,
            message=f"“{code}” is no code of a finding.",
            suggestion="Copy the code from the finding that is to be accepted.",
        )
    elif not accepted.reason.strip():
        yield Draft(
            code="acceptance-without-reason",
            line=line,
            message=f"{code} is accepted here without a reason, so the acceptance does not count.",
            suggestion="Say in a few words why the rule may be broken this once.",
        )
    elif not is_used and rules.severity(code) is not None:
        yield Draft(
            code="needless-acceptance",
            line=line,
            message=f"{code} is accepted here, but is not found.",
            suggestion="Take the acceptance out.",
        )
