"""Findings as SARIF 2.1.0, the format code hosts read: every rule with its description, every finding with its place.

Source: OASIS Static Analysis Results Interchange Format 2.1.0; its levels error, warning and note are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from hub.core.plan.model import Finding
from hub.core.plan.report.facts import Checked
from hub.core.plan.rules import CODES

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def to_sarif(files: Sequence[Checked], *, version: str) -> dict[str, Any]:
    """Give one SARIF run over all files, JSON-ready; `version` is the Hub's."""
    indices = {code: index for index, code in enumerate(CODES)}
    rules = [
        {
            "id": code.code,
            "shortDescription": {"text": code.description},
            "defaultConfiguration": {"level": code.severity.value},
            "help": {"text": f"{code.description} docs/plan-language.md, “What is checked”, says more under {code.code}."},
        }
        for code in CODES.values()
    ]
    unread = [
        {
            "level": "error",
            "message": {"text": each.problem},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(each.file)}}],
        }
        for each in files
        if each.problem
    ]
    invocation: dict[str, Any] = {"executionSuccessful": not unread}
    if unread:
        invocation["toolExecutionNotifications"] = unread
    run = {
        "tool": {
            "driver": {
                "name": "Practitioners Hub plan check",
                "semanticVersion": version,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [invocation],
        "results": [_result(each.file, finding, indices[finding.code]) for each in files for finding in each.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(file: str, finding: Finding, index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if finding.line is not None:
        region: dict[str, int] = {"startLine": finding.line}
        if finding.column:
            region["startColumn"] = finding.column
            if finding.end_column:
                region["endColumn"] = finding.end_column
        place["region"] = region
    text = f"{finding.message} {finding.suggestion}".strip()
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


def _artifact(file: str) -> dict[str, str]:
    """Give a file's name as a URI reference: relative names stay relative, so that a code host finds them in the repository."""
    if file == "-":
        return {"uri": "stdin"}
    name = file.replace("\\", "/").removeprefix("./")
    address = quote(name.encode("utf-8", "surrogateescape"), safe="/~!$&'()*+,;=@")
    return {"uri": f"file://{address}" if name.startswith("/") else address}
