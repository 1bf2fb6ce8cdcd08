"""Whether somebody keeps a place when the part they got it by is over, and how what they have ahead is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hub.core.ahead import Claim, Standing, again_from, booked_as, say_claims, standing
from hub.core.booking import Terms, Tier, Window, window

STARTS = datetime(2024, 10, 1, 13, 0, tzinfo=UTC)
EARLY, LATE = STARTS - timedelta(days=20), STARTS - timedelta(days=3)
EXPERTS_FIRST = Terms(
    online=10, opens={Tier.EXPERTS: None, Tier.ALUMNI: 14, Tier.NETWORK: 14, Tier.COMMUNITY: 14}, closes_hours=24
)
WAS_EXPERT = frozenset({Tier.ALUMNI, Tier.COMMUNITY, Tier.PUBLIC})
EXPERT = WAS_EXPERT | {Tier.EXPERTS}


def framed(terms: Terms = EXPERTS_FIRST) -> Window:
    return window(terms, starts_at=STARTS, zone="Europe/London")


def test_a_place_is_booked_as_one_of_the_group_nearest_to_the_cohort_that_may_book_by_then() -> None:
    assert booked_as(framed(), EXPERT, at=EARLY) is Tier.EXPERTS
    assert booked_as(framed(), WAS_EXPERT, at=EARLY) is None
    assert booked_as(framed(), WAS_EXPERT, at=None) is Tier.ALUMNI  # the team books before booking opens
    assert booked_as(framed(), WAS_EXPERT, at=LATE) is Tier.ALUMNI
    assert booked_as(framed(Terms(online=None, opens={Tier.PUBLIC: None})), frozenset(), at=EARLY) is Tier.PUBLIC


@pytest.mark.parametrize(
    ("got_as", "tiers", "at", "stands"),
    [
        (Tier.EXPERTS, EXPERT, EARLY, Standing.THEIRS),
        (Tier.EXPERTS, WAS_EXPERT, EARLY, Standing.OVER),
        (Tier.EXPERTS, WAS_EXPERT, LATE, Standing.ALLOWED),
        (Tier.ALUMNI, WAS_EXPERT, EARLY, Standing.THEIRS),
        (Tier.NETWORK, frozenset({Tier.PUBLIC}), LATE, Standing.OVER),
        (None, frozenset({Tier.PUBLIC}), EARLY, Standing.THEIRS),
    ],
)
def test_a_place_stays_with_who_is_of_its_group_and_with_who_may_book_it_anew(
    got_as: Tier | None, tiers: frozenset[Tier], at: datetime, stands: Standing
) -> None:
    assert standing(framed(), got_as, tiers, at=at) is stands


def test_the_day_from_which_it_may_be_booked_anew_is_said_and_for_others_there_is_none() -> None:
    assert again_from(framed(), WAS_EXPERT) == datetime(2024, 9, 17, 8, 0, tzinfo=UTC)  # 9:00 in London, two weeks before
    assert again_from(framed(Terms(online=5, opens={Tier.EXPERTS: None})), WAS_EXPERT) is None


@given(
    opens=some.dictionaries(some.sampled_from(Tier), some.none() | some.integers(0, 60), min_size=1),
    tiers=some.frozensets(some.sampled_from(Tier)),
    days=some.integers(1, 80),
)
def test_whoever_could_book_at_a_moment_keeps_a_place_got_as_anything(
    opens: dict[Tier, int | None], tiers: frozenset[Tier], days: int
) -> None:
    frame, at = framed(Terms(online=5, opens=opens)), STARTS - timedelta(days=days)
    may_book = booked_as(frame, tiers, at=at) is not None
    for got_as in Tier:
        stands = standing(frame, got_as, tiers, at=at)
        assert (stands is not Standing.OVER) == (may_book or got_as in {*tiers, Tier.PUBLIC})


def test_what_is_ahead_is_said_in_one_line() -> None:
    assert say_claims([Claim.HAD, Claim.PLACE, Claim.PLACE]) == "2 places and a 1:1"
    assert say_claims([Claim.GIVEN, Claim.GIVEN, Claim.WAITING]) == "a place they wait for and 2 1:1s to give"
    assert say_claims([]) == ""
