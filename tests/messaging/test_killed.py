"""Workers, the whole Hub and mail servers killed at random moments: every message is out once, or visibly uncertain.

None is lost, and none is out twice.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.kit.houses import ROOT, House, kill
from tests.services.smtp_server import read_log

OUTBOX = (sys.executable, "-m", "tests.messaging.outbox_process")
BETWEEN = 15 * 60  # seconds the clock goes on after each kill: the leases of the dead run out
SOAK = bool(os.environ.get("HUB_SOAK"))
KILLS, MESSAGES = (200, 4000) if SOAK else (4, 60)
VICTIMS = ("worker", "mail server", "worker and mail server", "hub")  # the hub: its server, and every worker it has
PATIENCE = 1.0  # seconds the Hub waits for an answer; a mail server that stalls takes twice as long
FAULTS = (
    "drop-accepted=0.02",
    "drop-unaccepted=0.02",
    "drop-mid-data=0.02",
    "drop-before-data=0.01",
    "later=0.02",
    "garbage=0.01",
    "stall-rcpt=0.01",
    "stall-data=0.01",
    "stall-verdict=0.01",
)


class Server:
    """A mail server in a process of its own, which may be killed and started again on the same port with the same log."""

    def __init__(self, folder: Path, *, faults: tuple[str, ...]) -> None:
        self.log = folder / "taken.jsonl"
        self.faults = [word for fault in faults for word in ("--chance", fault)]
        self.port, self.seed = 0, 0
        self.start()

    def start(self) -> None:
        self.seed += 1
        command = [sys.executable, "-m", "tests.services.smtp_server", "--log", str(self.log), "--port", str(self.port)]
        command += ["--seed", str(self.seed), *self.faults, "--delay", "0.001", "--stall", str(2 * PATIENCE)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def taken(self) -> int:
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0


def told(house: House) -> dict[str, str]:
    process = house.start("tell", command=OUTBOX)
    out, _ = process.communicate(timeout=120)
    states: dict[str, str] = json.loads(out)
    return states


def let_work(house: House, server: Server, victim: str, chance: random.Random, *, ahead: float) -> None:
    """Let mail flow and kill a victim at some moment: the worker, the mail server, both, or the whole Hub at once."""
    before = server.taken()
    working = [house.serve(ahead=ahead)] if victim == "hub" else []
    if victim != "hub" or house.environment["HUB_WORKER"] == "separate":
        working.append(house.start("work", ahead=ahead))
    until = time.monotonic() + 20
    while server.taken() == before and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(chance.random() * 0.3)
    if "mail server" in victim:
        server.kill()
    if victim == "mail server":
        time.sleep(chance.random())
    for process in chance.sample(working, len(working)):
        kill(process)
    if "mail server" in victim:
        server.start()


def finish(house: House, server: Server, *, ahead: float) -> dict[str, str]:
    """Let workers of later and later times see to what was put off, until nothing waits any more."""
    states = told(house)
    for _ in range(40):
        if not {"waiting", "sending"} & set(states.values()):
            return states
        worker = house.start("work", ahead=ahead)
        assert worker.stdout is not None
        worker.stdout.readline()  # it runs
        seen, quiet = server.taken(), 0
        while quiet < 20:
            time.sleep(0.25)
            now = server.taken()
            quiet, seen = (quiet + 1 if now == seen else 0), now
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=60)
        ahead += 26 * 3600
        states = told(house)
    raise AssertionError(f"still waiting: {Counter(states.values())}")


@pytest.mark.soak  # in its long form: 200 kills
def test_whoever_is_killed_when_no_message_is_lost_and_none_is_out_twice(house: House, tmp_path: Path) -> None:
    chance = random.Random(f"{house.environment['HUB_WORKER']} {KILLS}")
    server = Server(tmp_path, faults=FAULTS)
    house.environment |= {"HUB_MAIL_URL": f"smtp://127.0.0.1:{server.port}", "HUB_TESTS_PATIENCE": str(PATIENCE)}
    try:
        made = house.start("prepare", str(MESSAGES), command=OUTBOX)
        made.communicate(timeout=600)
        assert made.returncode == 0
        victims = [victim for _ in range(KILLS // len(VICTIMS)) for victim in chance.sample(VICTIMS, len(VICTIMS))]
        for turn, victim in enumerate(victims):
            let_work(house, server, victim, chance, ahead=turn * BETWEEN)
        states = finish(house, server, ahead=(KILLS + 1) * BETWEEN)
        taken = Counter(line["message_id"] for line in read_log(server.log))
    finally:
        server.kill()
    assert len(states) == MESSAGES
    assert set(states.values()) <= {"sent", "uncertain", "refused"}
    assert [each for each, times in taken.items() if times > 1] == []
    assert [each for each, state in states.items() if state == "sent" and not taken[each]] == []  # lost
    assert [each for each, state in states.items() if state == "refused" and taken[each]] == []  # told wrongly
    refused = sum(state == "refused" for state in states.values())
    assert refused >= MESSAGES // 10
    print(f"{KILLS} kills: {Counter(states.values())}")
