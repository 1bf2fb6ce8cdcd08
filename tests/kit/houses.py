"""A Hub of its own for tests that start real processes, kill them and race them: its database, and what runs on it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from hub.core.jobs import LEASE

ROOT = Path(__file__).resolve().parents[2]
AFTER_THE_LEASE = LEASE.total_seconds() + 5
WORKING = (sys.executable, "-m", "tests.kit.working")
HUB = (sys.executable, "-c", "import sys; from hub.cli import main; sys.exit(main(sys.argv[1:]))")
KINDS = ("embedded", "separate") if settings.IS_SCALED else ("embedded",)


@dataclass
class House:
    """A database of its own and the processes started on it."""

    folder: Path
    environment: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    teller: subprocess.Popen[str] | None = None

    def start(self, *words: str, ahead: float = 0, command: tuple[str, ...] = WORKING) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*command, *words],
            env=self.environment | {"HUB_TESTS_AHEAD": str(ahead)},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def serve(self, *, ahead: float = 0) -> subprocess.Popen[str]:
        """Start the whole Hub, a server with its processes, where nothing else listens."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.environment["HUB_PORT"] = str(free.getsockname()[1])
        return self.start("serve", ahead=ahead)

    def run(self, *words: str) -> str:
        process = self.start(*words)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return out

    def ask(self, name: str, number: int = 1) -> None:
        self.run("ask", name, str(number), str(self.folder))

    def told(self) -> dict[str, Any]:
        teller = self.teller = self.teller or self.start("tell")
        assert teller.stdin is not None
        assert teller.stdout is not None
        teller.stdin.write("\n")
        teller.stdin.flush()
        told: dict[str, Any] = json.loads(teller.stdout.readline())
        return told

    def states(self, name: str) -> list[str]:
        return [state for job, state in self.told()["jobs"].items() if job.startswith(f"{name} ")]

    def effects(self) -> list[list[Any]]:
        effects: list[list[Any]] = self.told()["effects"]
        return effects

    def begun(self) -> list[int]:
        path = self.folder / "begun"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def let_go_on(self) -> None:
        (self.folder / "go-on").touch()


def environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "HUB_DATA": str(folder / "data"),
        "HUB_DATABASE_URL": url,
        "HUB_STATIC": str(folder / "static"),
        "HUB_LOG_LEVEL": "ERROR",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }


def on_server(words: str) -> None:
    with psycopg.connect(os.environ["HUB_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(words)  # type: ignore[arg-type]


def named(database: str) -> str:
    return urlunsplit(urlsplit(os.environ["HUB_DATABASE_URL"])._replace(path=f"/{database}"))


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with its tables and nothing in it, to copy: a path, or a name on the server."""
    folder, name = tmp_path_factory.mktemp("empty"), f"hub_empty_{uuid4().hex[:12]}"
    if settings.IS_SCALED:
        on_server(f"CREATE DATABASE {name}")
    path = str(folder / "hub.sqlite3")
    url = named(name) if settings.IS_SCALED else f"sqlite:///{path}"
    subprocess.run([*HUB, "manage", "migrate", "-v0"], env=environment(url, folder), cwd=ROOT, check=True)
    yield name if settings.IS_SCALED else path
    if settings.IS_SCALED:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path, empty_house: str) -> Iterator[House]:
    name = f"hub_workers_{uuid4().hex[:12]}"
    if settings.IS_SCALED:
        on_server(f"CREATE DATABASE {name} TEMPLATE {empty_house}")
    else:
        shutil.copy(empty_house, tmp_path / "hub.sqlite3")
    url = named(name) if settings.IS_SCALED else f"sqlite:///{tmp_path / 'hub.sqlite3'}"
    built = House(tmp_path, environment(url, tmp_path) | {"HUB_WORKER": request.param})
    try:
        yield built
    finally:
        for process in built.running:
            kill(process)
        if settings.IS_SCALED:
            on_server(f"DROP DATABASE {name} WITH (FORCE)")


def kill(process: subprocess.Popen[str]) -> None:
    """End a process and those it started at once, as kill -9 does, in whatever they are at."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for(true: Callable[[], bool], *, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def ends(process: subprocess.Popen[str], *, seconds: float = 40) -> int:
    return process.wait(timeout=seconds)
