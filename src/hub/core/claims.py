"""What an Expert asks of the team about one session: to be excused from it, or that catching up on it counts.

Source: issue 5, item 3 ("excusals with reason; catch-up by watching and a note where the cohort's policy says so").
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.states import Moves

LONGEST_WORDS = 1000


class ClaimState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The word people read."""
        return {"asked": "Asked", "accepted": "Accepted", "declined": "Declined", "withdrawn": "Taken back"}[self.value]


_ANY = frozenset(ClaimState)

MOVES: Moves[ClaimState] = Moves(
    {
        "accepted": (_ANY - {ClaimState.ACCEPTED}, ClaimState.ACCEPTED),
        "declined": (frozenset({ClaimState.ASKED, ClaimState.ACCEPTED}), ClaimState.DECLINED),
        "withdrawn": (frozenset({ClaimState.ASKED}), ClaimState.WITHDRAWN),
        "asked_again": (frozenset({ClaimState.DECLINED, ClaimState.WITHDRAWN}), ClaimState.ASKED),
    }
)


_WEAKEST_FIRST = (ClaimState.WITHDRAWN, ClaimState.DECLINED, ClaimState.ASKED, ClaimState.ACCEPTED)


def strength(state: ClaimState) -> int:
    """Say how much a request is worth beside another of the same person about the same session: the greater counts.

    What the team accepted holds; what it has yet to answer may be accepted; a no outweighs only what was taken back.
    """
    return _WEAKEST_FIRST.index(state)


class BadClaim(Refusal):
    """A request that cannot be made; `field` names what of it."""

    code: ClassVar[str] = "bad-claim"


class NoCatchUp(Refusal):
    """A session that can't be caught up on: no commitment allows it, or there is nothing to catch up on."""

    code: ClassVar[str] = "no-catch-up"


def check_words(words: str, *, field: str, needed: str) -> str:
    """Give words with the space around lines taken off. Raises BadClaim where there are none, or too many."""
    kept = "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n"))
    if not kept:
        raise BadClaim(needed, field=field)
    if len(kept) > LONGEST_WORDS:
        raise BadClaim(f"There is room for {LONGEST_WORDS} characters, and these are {len(kept)}.", field=field)
    return kept
