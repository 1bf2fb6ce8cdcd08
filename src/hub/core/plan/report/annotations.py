"""Findings as GitHub shows them beside the lines of a change: one workflow command each.

Source: GitHub's "Workflow commands for GitHub Actions", with its escapes for messages and for properties.
"""

from __future__ import annotations

from collections.abc import Iterable

from hub.core.plan.model import Finding, Severity
from hub.core.plan.report.facts import Checked

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def to_annotations(files: Iterable[Checked]) -> str:
    """Give one line for each finding, and one for each file that could not be read."""
    lines: list[str] = []
    for each in files:
        if each.problem:
            lines.append(f"::error file={_property(each.file)},title=cannot be read::{_message(each.problem)}")
        lines += [_line(each.file, finding) for finding in each.findings]
    return "".join(line + "\n" for line in lines)


def _line(file: str, finding: Finding) -> str:
    properties = [("file", file)]
    if finding.line is not None:
        properties.append(("line", str(finding.line)))
        if finding.column:
            properties.append(("col", str(finding.column)))
            if finding.end_column:
                properties.append(("endColumn", str(finding.end_column)))
    properties.append(("title", finding.code))
    joined = ",".join(f"{name}={_property(value)}" for name, value in properties)
    text = finding.message + (f"\n{finding.suggestion}" if finding.suggestion else "")
    return f"::{_COMMANDS[finding.severity]} {joined}::{_message(text)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
