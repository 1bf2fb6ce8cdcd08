"""What a team's own repository uses: the GitHub Action and the pre-commit hook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CLEAN = """\
# A draft

### Month 1: July 2023

- Week 1: Café: **5 July (15:00 - 17:00)**
    * Unstructured discussion
- Week 3: Café: **19 July (15:00 - 17:00)**
"""
SPOILED = CLEAN + "- Week 4: Full meeting: **Tuesday 26 July 2023 (10:00 - 11:00)**\n"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    (tmp_path / "plans" / "old").mkdir(parents=True)
    (tmp_path / "plans" / "our plan.md").write_text(SPOILED, encoding="utf-8")
    (tmp_path / "plans" / "old" / "plan.md").write_text(SPOILED, encoding="utf-8")
    return tmp_path


def check(team: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    hub = team / "hub"
    hub.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hub.cli "$@"\n')
    hub.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "HUB": str(hub), **inputs}
    script = ROOT / ".ci" / "check-plans"
    return subprocess.run(["bash", script], cwd=team, env=environment, capture_output=True, text=True, check=False, timeout=60)


def files(output: str) -> list[str]:
    return re.findall(r"^::error file=([^,]*),", output, re.MULTILINE)


@pytest.mark.parametrize(
    ("plans", "found"),
    [
        ("plans/our plan.md", ["plans/our plan.md"]),
        ("plans/*.md", ["plans/our plan.md"]),
        ("plans/**/*.md", ["plans/old/plan.md", "plans/our plan.md"]),
        ("\n  plans/our plan.md  \n\nplans/old/plan.md\n", ["plans/our plan.md", "plans/old/plan.md"]),
    ],
)
def test_the_action_checks_the_plans_its_patterns_name(team: Path, plans: str, found: list[str]):
    ended = check(team, PLANS=plans)
    assert (ended.returncode, files(ended.stdout)) == (1, found)


def test_a_pattern_that_fits_nothing_fails_and_says_so(team: Path):
    ended = check(team, PLANS="plants/*.md")
    assert (ended.returncode, ended.stdout) == (2, "::error file=plants/*.md,title=cannot be read::there is no such file.\n")


def test_without_plans_the_action_says_what_to_write(team: Path):
    ended = check(team, PLANS=" \n")
    assert (ended.returncode, ended.stdout.startswith("::error title=cannot be read::No plan is named.")) == (2, True)


def test_rules_and_sarif_are_passed_on(team: Path):
    (team / "rules.toml").write_text('[severity]\nwrong-weekday = "note"\n')
    ended = check(team, PLANS="plans/*.md", RULES="rules.toml", SARIF="found.sarif")
    (result,) = json.loads((team / "found.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert (ended.returncode, result["ruleId"], result["level"]) == (0, "wrong-weekday", "note")


def test_the_actions_inputs_are_the_documented_ones():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    guide = (ROOT / "docs" / "guide" / "checking-a-plan.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \| .* \| .* \|$", guide, re.MULTILINE) == list(action["inputs"])
    assert [step.get("run", "").split(" ")[0] for step in action["runs"]["steps"]][-1] == "bash"


def test_the_pre_commit_hook_takes_plans_and_leaves_other_markdown_alone():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["entry"], hook["language"], hook["types"]) == ("hub plan check", "python", ["markdown"])
    names = ["plan.md", "plans/2024-plan.md", "README.md", "plans/notes.md"]
    assert [bool(re.search(hook["files"], name)) for name in names] == [True, True, False, False]
