"""Many Experts at the same moment for the same few slots: none given twice, and nobody at two places."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

import pytest

from tests.kit.houses import House, ends

CROWD = (sys.executable, "-m", "tests.participation.one_to_one_crowd")
PEOPLE, PROCESSES, THREADS = 12, 2, 6


@pytest.mark.soak
def test_no_slot_is_given_twice_and_nobody_is_at_two_places(house: House) -> None:
    if house.environment["HUB_WORKER"] == "separate":
        pytest.skip("the worker has no part in it")
    house.start("prepare", str(PEOPLE), command=CROWD).communicate(timeout=60)
    share = PEOPLE // PROCESSES
    acting = [house.start("act", str(n * share), str((n + 1) * share), str(THREADS), command=CROWD) for n in range(PROCESSES)]
    for each in acting:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in acting:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert [ends(each, seconds=120) for each in acting] == [0] * PROCESSES
    out, _ = house.start("tell", command=CROWD).communicate(timeout=60)
    told: dict[str, Any] = json.loads(out)
    coach_at = Counter((coach, moment) for coach, _, moment in told["booked"])
    expert_at = Counter((expert, moment) for _, expert, moment in told["booked"])
    of_expert = Counter(expert for _, expert, _ in told["booked"])
    assert set(coach_at.values()) == {1}
    assert set(expert_at.values()) == {1}
    assert max(of_expert.values()) <= 2  # the quota
    assert told["booked"]  # how many is chance: a slot may be held by who gives it back just when the others ask
    assert told["all"] > len(told["booked"])  # some were cancelled meanwhile
