"""Real workers in processes of their own: killed in the middle, two at once, told to stop; on a database nobody else uses."""

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
        )
        self.running.append(process)
        return process

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


@pytest.fixture(scope="module")
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
            if process.poll() is None:
                process.kill()
            process.communicate()
        if settings.IS_SCALED:
            on_server(f"DROP DATABASE {name} WITH (FORCE)")


def wait_for(true: Callable[[], bool], *, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def ends(process: subprocess.Popen[str], *, seconds: float = 40) -> int:
    return process.wait(timeout=seconds)


@pytest.mark.parametrize("name", ["probe-that-takes-long", "probe-in-steps-that-takes-long"])
def test_a_worker_killed_in_the_middle_leaves_a_job_that_another_does_once(house: House, name: str) -> None:
    house.ask(name)
    killed = house.start("work")
    wait_for(lambda: len(house.begun()) == 1)
    killed.kill()
    assert ends(killed) == -signal.SIGKILL
    assert house.states(name) == ["running"]
    house.let_go_on()

    house.start("work", ahead=AFTER_THE_LEASE)
    wait_for(lambda: house.states(name) == ["done"])
    assert (len(house.begun()), house.effects()) == (2, [["probed", 1]])


def test_two_workers_at_once_never_run_one_job_at_the_same_time_nor_twice(house: House) -> None:
    workers = [house.start("work") for _ in range(2)]
    house.ask("probe-that-looks-round", 40)
    wait_for(lambda: set(house.states("probe-that-looks-round")) == {"done"})
    told = house.told()
    assert house.effects() == [["probed", number] for number in range(1, 41)]
    if house.environment["HUB_WORKER"] == "embedded":
        assert len(told["processes"]) == 1
    assert {each.poll() for each in workers} == {None}


def test_two_who_reach_for_the_same_jobs_at_the_same_moment_get_each_once(house: House) -> None:
    house.ask("probe-that-looks-round", 40)
    both = [house.start("race") for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.communicate("go\n", timeout=60)
    assert [each.returncode for each in both] == [0, 0]
    assert house.effects() == [["probed", number] for number in range(1, 41)]
    assert set(house.states("probe-that-looks-round")) == {"done"}


def test_a_worker_told_to_stop_finishes_what_it_is_at(house: House) -> None:
    house.ask("probe-that-takes-long")
    worker = house.start("work")
    wait_for(lambda: len(house.begun()) == 1)
    worker.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert worker.poll() is None
    house.let_go_on()
    assert ends(worker) == 0
    assert (house.states("probe-that-takes-long"), house.effects()) == (["done"], [["probed", 1]])
    assert house.told()["turn"] == [""]


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        port: int = any_port.getsockname()[1]
        return port


def test_a_server_works_beside_answering_where_the_worker_is_embedded_and_ends_cleanly(house: House) -> None:
    port = free_port()
    house.environment |= {"HUB_PORT": str(port), "HUB_WORKERS": "2"}
    server = house.start("serve", command=HUB)
    wait_for(lambda: _answers(port))
    if house.environment["HUB_WORKER"] == "embedded":
        wait_for(lambda: house.states("forget-old-jobs") == ["done"])
        assert [bool(holder) for holder in house.told()["turn"]] == [True]
    server.send_signal(signal.SIGTERM)
    assert ends(server) == 0
    assert house.told()["turn"] == ([""] if house.environment["HUB_WORKER"] == "embedded" else [])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(not settings.IS_SCALED, reason="SQLite has no connections to share")
def test_processes_of_a_server_share_no_connection(house: House) -> None:
    first, second = house.run("fork").split()
    assert first != second
