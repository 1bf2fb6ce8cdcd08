"""What somebody has ahead by a part that is over by then: what they still hold, and what they may hold by another part.

Pure: every moment is given. Nothing is given up by itself; the team decides. A place is somebody's by the group they booked it
as. Whoever is of that group no more keeps it where a group they are of may book by now, as anybody of that group could.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from hub.core.booking import NotForThem, Tier, Window
from hub.core.words import listed


class Claim(StrEnum):
    """What somebody can have ahead."""

    PLACE = "place"
    WAITING = "waiting"  # on a waiting list, or for the team's yes
    HAD = "had"  # a 1:1, as its Expert
    GIVEN = "given"  # a 1:1, as its coach


_ONE = {Claim.PLACE: "a place", Claim.WAITING: "a place they wait for", Claim.HAD: "a 1:1", Claim.GIVEN: "a 1:1 to give"}
_MANY = {Claim.PLACE: "places", Claim.WAITING: "places they wait for", Claim.HAD: "1:1s", Claim.GIVEN: "1:1s to give"}


def say_claims(claims: Iterable[Claim]) -> str:
    """Say how much of what there is: "2 places and a 1:1"."""
    counts = Counter(claims)
    return listed([_ONE[each] if counts[each] == 1 else f"{counts[each]} {_MANY[each]}" for each in Claim if counts[each]])


def booked_as(frame: Window, tiers: Collection[Tier], *, at: datetime | None) -> Tier | None:
    """Give the group by which somebody of these books at a moment, the nearest to the cohort; None where none may yet.

    Without a moment, as for the team that books before booking opens, it is any the session is for.
    """
    for tier in Tier:
        if tier in frame.opens and (tier in tiers or tier is Tier.PUBLIC):
            opens_at = frame.opens[tier]
            if at is None or opens_at is None or opens_at <= at:
                return tier
    return None


class Standing(StrEnum):
    """Whether somebody keeps a place by the groups they are of on its day."""

    THEIRS = "theirs"  # by the group they booked as, or by the team's word
    ALLOWED = "allowed"  # by another group, which may book by now
    OVER = "over"  # by none


def standing(frame: Window, got_as: Tier | None, tiers: Collection[Tier], *, at: datetime) -> Standing:
    """Say how a place got as one of a group stands. `got_as` None: by the team's word, which holds until the team says else."""
    if got_as is None or got_as is Tier.PUBLIC or got_as in tiers:
        return Standing.THEIRS
    return Standing.OVER if booked_as(frame, tiers, at=at) is None else Standing.ALLOWED


def again_from(frame: Window, tiers: Collection[Tier]) -> datetime | None:
    """Give from when somebody of these groups may book anew, None where they never may."""
    try:
        return frame.opens_for(tiers)
    except NotForThem:
        return None
