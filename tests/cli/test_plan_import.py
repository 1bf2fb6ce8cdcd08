"""`hub plan import` and `hub plan export`, as a person types them: in a folder of their own, in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAN = """# River Watch

### Month 1: September 2024

- Week 1: Café: **Wednesday 4 September 2024 (15:00–17:00)** - Online
- Week 4: Mapping Workshop: **Thursday 26 September 2024 (10:00–16:00)** - In person
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.md").write_text(PLAN, encoding="utf-8")
    return tmp_path


def hub(folder: Path, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
    environment |= {"HUB_DATA": str(folder / "data"), "HUB_DEBUG": "1", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *words],
        cwd=folder,
        env=environment,
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plan_becomes_a_programme_with_a_schedule_by_one_command(folder: Path) -> None:
    place = ("--programme", "river-watch", "--cohort", "2024")
    asked = hub(folder, "plan", "import", "plan.md", *place)
    assert asked.returncode == 1
    assert "Café – Added: Wed 4 September 2024, 15:00–17:00 (London)" in asked.stdout
    assert asked.stderr == "hub: nothing was changed. Add --yes to take the plan over.\n"
    assert hub(folder, "plan", "export", *place).stderr == "hub: there is no programme “river-watch” here.\n"

    done = hub(folder, "plan", "import", "plan.md", *place, "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == (
        "Imported as version 1 of the plan: 2 entries. The public sees them after a release."
    )

    changed = PLAN.replace("26 September", "19 September")
    (folder / "plan.md").write_text(changed, encoding="utf-8")
    again = hub(folder, "plan", "import", "plan.md", *place, "--yes")
    assert [line.strip()[0] for line in again.stdout.splitlines()[:2]] == ["→", "1"]
    assert hub(folder, "plan", "import", "plan.md", *place).stdout.endswith(
        "Nothing to import: the schedule says what the plan says.\n"
    )

    assert hub(folder, "plan", "export", *place).stdout == changed
    assert hub(folder, "plan", "export", *place, "--output", "out.md").returncode == 0
    assert (folder / "out.md").read_text(encoding="utf-8") == changed


def test_an_export_is_byte_for_byte_what_was_imported(folder: Path) -> None:
    written = b"\xef\xbb\xbf" + PLAN.replace("\n", "\r\n").encode() + b"  \r\n\ttail"
    (folder / "plan.md").write_bytes(written)
    place = ("--programme", "river-watch", "--cohort", "2024")
    assert hub(folder, "plan", "import", "plan.md", *place, "--yes").returncode == 0
    hub(folder, "plan", "export", *place, "--output", "out.md")
    assert (folder / "out.md").read_bytes() == written


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "hub: plan.md: there is no such file."),
        (b"\xff\xfe\x00", "hub: plan.md: this is not UTF-8 text; save it as UTF-8."),
        (b"", "hub: plan.md: This is not a plan I can read, because it is empty."),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_makes_nothing(folder: Path, content: bytes | None, sentence: str) -> None:
    (folder / "plan.md").unlink()
    if content is not None:
        (folder / "plan.md").write_bytes(content)
    ran = hub(folder, "plan", "import", "plan.md", "--programme", "river-watch", "--cohort", "2024", "--yes")
    assert (ran.returncode, ran.stderr.strip()) == (2, sentence)
    assert not (folder / "data").exists()


def test_an_address_that_cannot_be_is_refused_with_a_sentence(folder: Path) -> None:
    ran = hub(folder, "plan", "import", "plan.md", "--programme", "River Watch!", "--cohort", "2024", "--yes")
    assert ran.returncode == 1
    assert ran.stderr.startswith("hub: ")
    assert "Traceback" not in ran.stderr
