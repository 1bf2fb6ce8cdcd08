"""The demo, as somebody starts it who has an older one beside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hub.cli.demo import invitation


def load(folder: Path) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", "import sys; from hub.cli import main; sys.exit(main(['demo', '--load-only']))"],
        env={**os.environ, "HUB_DATA": str(folder), "HUB_DATABASE_URL": "", "HUB_STATIC": str(folder / "static")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_each_of_the_cast_is_named_once_with_an_address_to_sign_in_by() -> None:
    addresses = [line.rsplit(maxsplit=1)[-1] for line in invitation("http://localhost") if "/dev/as/" in line]
    assert addresses[:2] == ["http://localhost/dev/as/mara/", "http://localhost/dev/as/ada/"]
    assert len(addresses) == len(set(addresses))


def test_an_older_demo_is_made_anew_and_todays_is_left_as_it_is(tmp_path: Path) -> None:
    load(tmp_path)
    assert "is loaded already" in load(tmp_path)
    (mark,) = [path for path in tmp_path.iterdir() if path.is_file() and "hub demo" in path.read_text(errors="ignore")]
    mark.write_text(mark.read_text().replace("Tables: ", "Tables: not "))
    database = tmp_path / "hub.sqlite3"
    database.write_bytes(b"")
    mark.write_text("Everything in this folder was made by “hub demo”.\n")

    assert "of an older Hub; starting over" in load(tmp_path)
    assert "is loaded already" in load(tmp_path)
