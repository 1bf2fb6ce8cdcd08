"""Two hundred people at once for a few places: exactly the rules, no place given twice, nobody lost, one message each.

There are two runs of a training with places in the room and online, and one the team says yes to each for. People book, give
back, take what is offered, change how they come, swap the run and bring colleagues; the team takes places back. The journal is
replayed against the rules.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field

import pytest

from tests.kit.houses import House, ends
from tests.participation.crowd import BY_YES, FIRST_RUN, PLACES, SHARES
from tests.services.smtp_server import SmtpServer

CROWD = (sys.executable, "-m", "tests.participation.crowd")
SOAK = bool(os.environ.get("HUB_SOAK"))
PEOPLE, PROCESSES, THREADS = 200, 2, 8
HOLDING = {"offered", "booked"}
LIVE = {"asked", "waiting"} | HOLDING


@dataclass(frozen=True)
class Asked:
    """What stays as it is of a booking: its place in the order of asking, for what and whom, and whose colleague that is."""

    place: int
    session: str
    person: str
    brought_by: int | None


@dataclass
class Replay:
    """The journal read again, line by line: where each booking stands, state and way, and what the rules say to each line."""

    asked: dict[int, Asked]
    stands: dict[int, tuple[str, str]] = field(default_factory=dict)

    def line(self, verb: str, pk: int, state: str, way: str) -> None:
        was, was_way = self.stands.get(pk, ("", way))
        ahead = [each for each in self._in(pk, way, {"waiting"}) if each != pk]
        if verb in ("offered", "moved-up"):
            assert pk == min([pk, *ahead], key=lambda each: self.asked[each].place), "somebody was passed over"
        if state == "booked" and (verb in ("booked", "approved") or (verb == "changed-way" and was == "booked")):
            assert ahead == [], "somebody who waits was passed over"
        if verb in ("booked", "queued") and state == "waiting":
            assert len(self._in(pk, way, HOLDING)) == self.places(pk, way), "somebody waits beside a free place"
        if verb == "changed-way":
            assert was == state
            assert was in ("asked", "waiting", "booked")
            assert was_way != way
        else:
            assert was_way == way
        if verb == "booked":
            self._may_begin(pk, state)
        self.stands[pk] = (state, way)
        assert len(self._in(pk, way, HOLDING)) <= self.places(pk, way), "a place was given twice"
        live = Counter((self.asked[each].session, self.asked[each].person) for each in self.stands if self.is_live(each))
        assert live[self.asked[pk].session, self.asked[pk].person] <= 1, "somebody is booked twice"

    def _may_begin(self, pk: int, state: str) -> None:
        booking = self.asked[pk]
        assert (state == "asked") == (booking.session == BY_YES), "the team was not asked"
        if (host := booking.brought_by) is not None:
            assert self.stands[host][0] == "booked"
            assert self.asked[host].brought_by is None
            colleagues = [each for each in self.stands if self.asked[each].brought_by == host and self.is_live(each)]
            assert colleagues == [], "one colleague each"

    def is_live(self, pk: int) -> bool:
        return self.stands[pk][0] in LIVE

    def places(self, pk: int, way: str) -> int:
        room, online = PLACES[self.asked[pk].session]
        return room if way == "room" else online

    def _in(self, pk: int, way: str, states: set[str]) -> list[int]:
        session = self.asked[pk].session
        return [
            each
            for each, stands in self.stands.items()
            if self.asked[each].session == session and stands[1] == way and stands[0] in states
        ]


def _crowd(house: House, seed: int) -> tuple[dict[str, list[list[object]]], Counter[str]]:
    house.start("prepare", str(PEOPLE), command=CROWD).communicate(timeout=240)
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
    did: Counter[str] = Counter()
    for each in acting:
        assert each.stdout is not None
        did.update(json.loads(each.stdout.readline()))
    assert ends(house.start("settle", command=CROWD), seconds=120) == 0
    out, _ = house.start("tell", command=CROWD).communicate(timeout=60)
    told: dict[str, list[list[object]]] = json.loads(out)
    return told, did


@pytest.mark.parametrize("seed", range(12 if SOAK else 1))
@pytest.mark.soak
def test_two_hundred_people_at_once_get_the_places_there_are_by_the_rules(house: House, seed: int) -> None:
    if house.environment["HUB_WORKER"] == "separate":
        pytest.skip("the worker has no part in it")
    with SmtpServer() as server:
        house.environment["HUB_MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        told, did = _crowd(house, seed)
    assert len(set(did)) > len({does for does, _ in SHARES}) // 2, "most kinds succeed for somebody; which, is luck"
    asked: dict[int, Asked] = {}
    for place, (pk, session, person, _, _, brought_by) in enumerate(told["bookings"]):
        asked[pk] = Asked(place, session, person, brought_by)  # type: ignore[index, arg-type]
    assert {each.person for each in asked.values()} >= {f"Expert {n}" for n in range(PEOPLE)}  # nobody is lost

    replay = Replay(asked)
    for verb, pk, facts in told["journal"]:
        replay.line(verb, pk, facts["state"], facts["way"])  # type: ignore[arg-type, index]
    assert replay.stands == {pk: (state, way) for pk, _, _, state, way, _ in told["bookings"]}  # the journal says it as it is
    held = Counter((asked[pk].session, way) for pk, (state, way) in replay.stands.items() if state in HOLDING)
    assert (held[FIRST_RUN, "room"], held[FIRST_RUN, "online"]) == PLACES[FIRST_RUN]
    for pk, (state, way) in replay.stands.items():
        if state == "waiting":
            assert held[asked[pk].session, way] == replay.places(pk, way), "somebody waits beside a free place"
    assert did["take_back"]
    for pk, booking in asked.items():  # colleagues go with who brought them, whoever lets the place go
        if booking.brought_by is not None and replay.is_live(pk):
            assert replay.is_live(booking.brought_by)

    told_once = Counter((happening, subject, name) for happening, subject, _, name in told["messages"])
    assert set(told_once.values()) == {1}
    sent = {(happening, subject) for happening, subject, state, _ in told["messages"] if state == "sent"}
    for pk, (state, _) in replay.stands.items():
        if state in ("booked", "waiting", "lapsed", "declined"):
            assert (f"participation.{state}", f"booking:{pk}") in sent
