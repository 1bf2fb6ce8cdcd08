"""The reference names every code and shows the Hub's own rules as they are."""

from __future__ import annotations

import re
from pathlib import Path

from hub.core.plan.rules import CODES, DEFAULT, read_rules

DOCS = Path(__file__).resolve().parents[3] / "docs"
REFERENCE = (DOCS / "plan-rules.md").read_text(encoding="utf-8")


def test_every_code_is_in_the_reference_with_its_severity_and_description():
    rows = dict(re.findall(r"^\| `([a-z-]+)`(?: •)? \| (.*) \|$", REFERENCE, re.MULTILINE))
    assert list(rows) == list(CODES)
    assert {
        code: row.startswith(f"{CODES[code].severity} | {CODES[code].description}") for code, row in rows.items()
    } == dict.fromkeys(CODES, True)


def test_the_codes_marked_in_the_reference_are_the_always_checked_ones():
    marked = re.findall(r"^\| `([a-z-]+)` • \|", REFERENCE, re.MULTILINE)
    assert marked == [code.code for code in CODES.values() if code.is_always_checked]


def test_the_rules_in_the_reference_are_the_hubs_own():
    (whole, part) = re.findall(r"^```toml\n(.*?)^```", REFERENCE, re.MULTILINE | re.DOTALL)
    assert whole == DEFAULT.to_toml()
    assert read_rules(whole) == DEFAULT
    assert read_rules(part).severities != ()
