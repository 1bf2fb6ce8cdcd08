"""Run the suite on SQLite, then what touches the database again on PostgreSQL. `python -m tests.run [pytest arguments]`.

PostgreSQL comes from a wheel (pgserver), started in a folder of its own and stopped at the end;
HUB_TEST_DATABASE_URL names another server instead. Exits with the first failing run's status.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgresql() -> Iterator[str]:
    """Give the address of a PostgreSQL to test on."""
    if url := os.environ.get("HUB_TEST_DATABASE_URL"):
        yield url
        return
    import pgserver

    folder = Path(tempfile.mkdtemp(prefix="hub-postgresql-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


# Workers, servers and commands in processes of their own compile the program once, also where the machine says that Python
# shall write nothing down beside the sources.
COMPILED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "compiled")}


def pytest(arguments: list[str], **environment: str) -> int:
    """Run pytest over the workers of this machine with a changed environment."""
    workers = os.environ.get("HUB_TEST_WORKERS", "auto")
    command = [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", *arguments]
    return subprocess.run(command, env={**os.environ, **COMPILED, **environment}, check=False).returncode


def with_a_database() -> list[str]:
    """Give the folders of tests that touch the database; the rest needs no second engine.

    Of the attacks those that end in the database: counting at once, odd bytes. Pages escape alike on both.
    """
    plain = {"attacks", "cli", "core", "journeys", "services"}
    folders = [
        each for each in Path("tests").iterdir() if each.is_dir() and each.name not in plain and list(each.glob("test_*.py"))
    ]
    ends_there = [Path("tests/attacks") / f"test_{name}.py" for name in ("signing_in", "odd_requests", "names")]
    return sorted(str(each) for each in [*folders, *ends_there])


def main(arguments: list[str]) -> int:
    """Run both engines."""
    print("── SQLite, and everything that needs no database", flush=True)
    status = pytest(arguments, HUB_TEST_ENGINE="sqlite")
    if status not in (0, 5):
        return status
    print("── PostgreSQL: everything that touches the database", flush=True)
    with postgresql() as url:
        chosen = [] if any(Path(word.partition("::")[0]).exists() for word in arguments) else with_a_database()
        status = pytest([*arguments, *chosen], HUB_TEST_ENGINE="postgresql", HUB_DATABASE_URL=url)
    return 0 if status == 5 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
