"""Real workers in processes of their own: killed in the middle, two at once, told to stop; on a database nobody else uses."""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.kit.houses import AFTER_THE_LEASE, HUB, House, ends, wait_for


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


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the system does not say here who started whom")
def test_a_process_of_the_server_that_is_killed_is_replaced(house: House) -> None:
    port = free_port()
    house.environment |= {"HUB_PORT": str(port), "HUB_WORKERS": "1"}
    server = house.start("serve", command=HUB)
    wait_for(lambda: _is_well(port))
    (killed,) = _children(server.pid)
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: killed not in _children(server.pid) and _is_well(port))
    server.send_signal(signal.SIGTERM)
    assert ends(server) == 0


def _children(pid: int) -> list[int]:
    """Give the processes one started; Python's own, which tracks what they share, is none."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and "resource_tracker" not in (each / "cmdline").read_text():
                found.append(int(each.name))
    return found


def _is_well(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(not settings.IS_SCALED, reason="SQLite has no connections to share")
def test_processes_of_a_server_share_no_connection(house: House) -> None:
    first, second = house.run("fork").split()
    assert first != second
