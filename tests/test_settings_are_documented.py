"""Every setting is named in the guide, and the guide names no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_guide_names_every_setting_and_no_other() -> None:
    code = (ROOT / "src/hub/settings.py").read_text()
    read = {f"HUB_{name}" for name in re.findall(r"_(?:text|flag|number|list|days)\(\s*\"([A-Z_]+)\"", code)}
    read |= {f"HUB_{name}" for name in re.findall(r"_(?:text|flag|number|list|days)\('([A-Z_]+)'", code)}
    told = set(re.findall(r"^\| `(HUB_[A-Z_]+)`", (ROOT / "docs/guide/self-hosting.md").read_text(), re.MULTILINE))
    assert "HUB_DATA" in read
    assert told == read


def test_the_command_line_reads_only_settings_the_guide_names() -> None:
    told = set(re.findall(r"HUB_[A-Z_]+", (ROOT / "docs/guide/self-hosting.md").read_text()))
    said = {
        name
        for path in (ROOT / "src/hub/cli").rglob("*.py")
        for name in re.findall(r"HUB_[A-Z]+(?:_[A-Z]+)*", path.read_text())
    }
    assert said - told == set()
