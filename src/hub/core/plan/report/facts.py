"""One file that was checked, and the same findings as plain data and as a count.

The JSON's shape is a promise to other programs: docs/guide/checking-a-plan.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from hub.core.plan.model import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A file that was looked at: its name as given, its text, its findings; `problem` says why it could not be read."""

    file: str
    text: str = ""
    findings: tuple[Finding, ...] = ()
    problem: str = ""


class FindingFacts(TypedDict):
    """A finding as JSON has it; `line` and the columns (1-based, the end exclusive) are null where they are not known."""

    file: str
    code: str
    severity: str
    line: int | None
    column: int | None
    end_column: int | None
    message: str
    suggestion: str


def to_facts(files: Iterable[Checked]) -> dict[str, list[FindingFacts]]:
    """Give the findings of all files as JSON-ready data: `{"findings": [{"file", "code", "severity", "line", …}]}`."""
    return {
        "findings": [
            FindingFacts(
                file=each.file,
                code=finding.code,
                severity=finding.severity.value,
                line=finding.line,
                column=finding.column,
                end_column=finding.end_column,
                message=finding.message,
                suggestion=finding.suggestion,
            )
            for each in files
            for finding in each.findings
        ]
    }


def count(files: Iterable[Checked]) -> dict[Severity, int]:
    """Count the findings of all files by severity."""
    counter = Counter(finding.severity for each in files for finding in each.findings)
    return {severity: counter[severity] for severity in Severity}


def say_count(files: Sequence[Checked]) -> str:
    """Say how many there are: "2 errors, 14 warnings, 5 notes in 1 file"."""
    words = [_plural(number, severity.value) for severity, number in count(files).items() if number]
    read = sum(not each.problem for each in files)
    where = _plural(read, "file")
    unread = len(files) - read
    tail = f"; {_plural(unread, 'file')} could not be read" if unread else ""
    return f"{', '.join(words) if words else 'Nothing found'} in {where}{tail}"


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
