"""The groups of people a session may be booked by, the nearest to the cohort first. Source: seeds/000; issue 5, item 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Tier(StrEnum):
    """A group of people who may book from a day on, the nearest to the cohort first."""

    EXPERTS = "experts"
    ALUMNI = "alumni"
    NETWORK = "network"
    COMMUNITY = "community"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The words people read."""
        return _TIERS[self][0]

    @property
    def within(self) -> str:
        """The words within a sentence: "Experts of this cohort"."""
        return _TIERS[self][1]


_TIERS = {
    Tier.EXPERTS: ("Experts of this cohort", "Experts of this cohort"),
    Tier.ALUMNI: ("Experts of earlier cohorts", "Experts of earlier cohorts"),
    Tier.NETWORK: ("Partners and the funder’s network", "partners and the funder’s network"),
    Tier.COMMUNITY: ("The community", "the community"),
    Tier.PUBLIC: ("Everybody", "everybody"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part somebody has or had in the programme, as booking reads it. `is_here` where it is in the session's own cohort."""

    kind: str  # people.RoleKind
    is_here: bool
    has_begun: bool
    is_over: bool


_NETWORK = frozenset({"partner-contact", "funder", "reviewer", "advisor"})


def tiers_of(parts: Iterable[Part]) -> frozenset[Tier]:
    """Give the groups somebody belongs to by their parts in the programme.

    An Expert of the cohort is one from the day they are given the part, though it begins later. Whoever has or had any part in
    the programme is of its community. Everybody is of the public.
    """
    found = {Tier.PUBLIC}
    for part in parts:
        found.add(Tier.COMMUNITY)
        if part.kind == "expert" and part.is_here and not part.is_over:
            found.add(Tier.EXPERTS)
        elif part.kind == "alumnus" or (part.kind == "expert" and part.has_begun):
            found.add(Tier.ALUMNI)
        elif part.kind in _NETWORK and not part.is_over:
            found.add(Tier.NETWORK)
    return frozenset(found)
