"""`hub manage` on a database that has no tables yet says what to do, rather than how far Python came."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def manage(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a Hub of its own in a folder."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", "manage", *words],
        env={**others, "HUB_DATA": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_programme_added_before_the_tables_are_there_is_refused_with_what_to_do(tmp_path: Path) -> None:
    done = manage(tmp_path, "add_programme", "river-watch", "River Watch")
    assert (done.returncode, done.stderr) == (
        1,
        "hub: the database has not all of its tables yet. Run “hub manage migrate”, then this again.\n",
    )
