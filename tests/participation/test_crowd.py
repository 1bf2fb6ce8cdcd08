"""Two hundred people at once for ten places: exactly the rules, no place given twice, nobody lost, one message each."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

import pytest

from tests.kit.houses import House, ends
from tests.services.smtp_server import SmtpServer

CROWD = (sys.executable, "-m", "tests.participation.crowd")
SOAK = bool(os.environ.get("HUB_SOAK"))
PEOPLE, PLACES, PROCESSES, THREADS = 200, 10, 2, 8
LIVE = {"asked", "waiting", "offered", "booked"}


def _crowd(house: House, seed: int) -> dict[str, list[list[object]]]:
    house.start("prepare", str(PEOPLE), str(PLACES), command=CROWD).communicate(timeout=120)
    share = PEOPLE // PROCESSES
    acting = [
        house.start("act", str(n * share), str((n + 1) * share), str(THREADS), f"{seed} {n}", command=CROWD)
        for n in range(PROCESSES)
    ]
    for each in acting:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in acting:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert [ends(each, seconds=240) for each in acting] == [0] * PROCESSES
    assert ends(house.start("settle", command=CROWD), seconds=120) == 0
    out, _ = house.start("tell", command=CROWD).communicate(timeout=60)
    told: dict[str, list[list[object]]] = json.loads(out)
    return told


@pytest.mark.parametrize("seed", range(12 if SOAK else 1))
@pytest.mark.soak
def test_two_hundred_people_at_once_get_ten_places_by_the_rules(house: House, seed: int) -> None:
    if house.environment["HUB_WORKER"] == "separate":
        pytest.skip("the worker has no part in it")
    with SmtpServer() as server:
        house.environment["HUB_MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        told = _crowd(house, seed)
    bookings = {pk: (name, state) for pk, name, state in told["bookings"]}
    assert {name for name, _ in bookings.values()} == {f"Expert {n}" for n in range(PEOPLE)}  # nobody is lost
    live = Counter(name for name, state in bookings.values() if state in LIVE)
    assert set(live.values()) <= {1}

    place = {pk: number for number, pk in enumerate(told["order"])}  # in which they asked
    stands: dict[object, str] = {}
    for verb, pk, facts in told["journal"]:
        if verb in ("offered", "moved-up"):
            waiting = [each for each, state in stands.items() if state == "waiting"]
            assert pk == min(waiting, key=lambda each: place[each]), "somebody was passed over"
        stands[pk] = facts["state"]  # type: ignore[call-overload,index]
        held = sum(state in ("booked", "offered") for state in stands.values())
        assert held <= PLACES, "a place was given twice"
        if verb == "booked" and stands[pk] == "waiting":
            assert held == PLACES, "somebody waits beside a free place"
    assert stands == {pk: state for pk, (_, state) in bookings.items()}  # the journal says it as it is
    states = Counter(state for _, state in bookings.values())
    assert states["booked"] + states["offered"] == PLACES

    told_once = Counter((happening, subject, name) for happening, subject, _, name in told["messages"])
    assert set(told_once.values()) == {1}
    sent = {(happening, subject) for happening, subject, state, _ in told["messages"] if state == "sent"}
    for pk, (_, state) in bookings.items():
        if state in ("booked", "waiting", "lapsed"):
            assert (f"participation.{state}", f"booking:{pk}") in sent
