"""Handlers whose effect is a line in the journal, so that a test can count how often each was run."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

from hub.core.jobs import Every
from hub.kit import jobs
from hub.kit.models import JournalEntry

PROBE = "tests.Probe"


class RepositoryClosed(Exception):
    """A service that will never take this again."""

    permanent = True


def note(verb: str, number: int | str, *, at: datetime, **facts: object) -> None:
    JournalEntry.objects.create(verb=verb, thing=PROBE, thing_id=int(number), at=at, facts=facts)


def effects(verb: str = "probed") -> list[int]:
    found = JournalEntry.objects.filter(thing=PROBE, verb=verb).order_by("pk")
    return list(found.values_list("thing_id", flat=True))


@jobs.handler("probe")
def probe(payload: jobs.Payload, *, at: datetime) -> None:
    note("probed", payload["id"], at=at)


@jobs.handler("probe-every-ten-minutes", every=Every(minutes=10))
def probe_every_ten_minutes(_: jobs.Payload, *, at: datetime) -> None:
    note("ticked", 1, at=at)


@jobs.handler("probe-that-fails")
def probe_that_fails(payload: jobs.Payload, *, at: datetime) -> None:
    note("probed", payload["id"], at=at)
    raise OSError("no way to ada@example.org today")


@jobs.handler("probe-that-is-refused-for-ever", in_steps=True)
def probe_that_is_refused_for_ever(payload: jobs.Payload, *, at: datetime) -> None:
    raise RepositoryClosed("closed")


@jobs.handler("probe-that-is-wanted-again")
def probe_that_is_wanted_again(payload: jobs.Payload, *, at: datetime) -> None:
    """Ask for itself anew while it runs, the first time."""
    if not effects():
        jobs.enqueue("probe-that-is-wanted-again", key="1", payload={"id": 2}, due_at=at)
    note("probed", payload["id"], at=at)


@jobs.handler("probe-that-takes-long")
def probe_that_takes_long(payload: jobs.Payload, *, at: datetime) -> None:
    """Write, say in a file that it has begun, and go on only when another file says so."""
    note("probed", payload["id"], at=at)
    _wait_in(Path(str(payload["folder"])))


@jobs.handler("probe-in-steps-that-takes-long", in_steps=True)
def probe_in_steps_that_takes_long(payload: jobs.Payload, *, at: datetime) -> None:
    """The same in steps: the first step is written for good, so it looks whether it is there."""
    if int(payload["id"]) not in effects():
        note("probed", payload["id"], at=at)
    _wait_in(Path(str(payload["folder"])))


@jobs.handler("probe-that-looks-round", in_steps=True)
def probe_that_looks_round(payload: jobs.Payload, *, at: datetime) -> None:
    """Make a file of its own while it runs; finding one there means that another runs the same job."""
    own = Path(str(payload["folder"])) / f"running-{payload['id']}"
    try:
        own.touch(exist_ok=False)
    except FileExistsError:
        note("clashed", payload["id"], at=at)
        return
    time.sleep(0.02)
    note("probed", payload["id"], at=at, process=os.getpid())
    own.unlink()


def _wait_in(folder: Path) -> None:
    with (folder / "begun").open("a") as file:
        file.write(f"{os.getpid()}\n")
    while not (folder / "go-on").exists():
        time.sleep(0.02)
