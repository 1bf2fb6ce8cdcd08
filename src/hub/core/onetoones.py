"""The life of a 1:1, what is left of a quota, and what an Expert's wishes are worth when everybody is placed at once.

Pure: every moment is given. When a coach is there, and who may book, is `core.availability`; the placing `core.matching`.
Source: issue 5, item 5; seeds/000 ("1 hour of individual coaching session").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hub.core.availability import MOST_MINUTES, Quota
from hub.core.errors import Refusal
from hub.core.matching import LIKED_MOST, Opening
from hub.core.states import Moves

LONGEST_TOPIC = 300
LONGEST_NOTE = 10_000
MOST_COUNT = 50
USUAL_QUOTA = Quota(minutes=60)  # "1 hour of individual coaching session"
LARGEST_AT_ONCE = 40 * 200  # Experts × slots; what is larger is placed by the worker
_STEP = 20  # of preference between two ranks
_UNRANKED = 20
_LATEST = 9


class BadQuota(Refusal):
    """A quota that can't be."""

    code: ClassVar[str] = "bad-quota"


class NotYet(Refusal):
    """It hasn't begun, so nobody can say how it went."""

    code: ClassVar[str] = "not-yet"


class KeptApart(Refusal):
    """An Expert and a coach the team keeps apart."""

    code: ClassVar[str] = "kept-apart"


class OneToOneState(StrEnum):
    """Where a 1:1 stands. The label is what everybody reads."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"

    @property
    def label(self) -> str:
        """The words people read."""
        return {"booked": "Booked", "cancelled": "Cancelled", "held": "Held", "missed": "Missed"}[self.value]


# What counts for the quota: also one somebody missed, for the coach was there. The team may give more.
COUNTED = (OneToOneState.BOOKED, OneToOneState.HELD, OneToOneState.MISSED)

MOVES: Moves[OneToOneState] = Moves(
    {
        "moved": (frozenset({OneToOneState.BOOKED}), OneToOneState.BOOKED),
        "cancelled": (frozenset({OneToOneState.BOOKED}), OneToOneState.CANCELLED),
        "held": (frozenset({OneToOneState.BOOKED, OneToOneState.MISSED}), OneToOneState.HELD),
        "missed": (frozenset({OneToOneState.BOOKED, OneToOneState.HELD}), OneToOneState.MISSED),
    }
)


def sound_quota(quota: Quota) -> Quota:
    """Give a quota as it is. Raises BadQuota naming the field."""
    if quota.count is not None and not 0 <= quota.count <= MOST_COUNT:
        raise BadQuota(f"Write how many 1:1s, from 0 to {MOST_COUNT}.", field="count")
    if quota.minutes is not None and not 0 <= quota.minutes <= MOST_COUNT * MOST_MINUTES:
        raise BadQuota("Write how many minutes, such as 60.", field="minutes")
    return quota


@dataclass(frozen=True, slots=True)
class Left:
    """What an Expert has had or booked of their quota, in 1:1s and minutes."""

    quota: Quota
    count: int
    minutes: int

    @property
    def sentence(self) -> str:
        """Say it to the Expert: "You have 60 of 60 minutes of coaching left."."""
        if self.quota.count is None and self.quota.minutes is None:
            return "You may book as many 1:1s as you like."
        parts = []
        if self.quota.minutes is not None:
            parts.append(f"{max(0, self.quota.minutes - self.minutes)} of {self.quota.minutes} minutes of coaching")
        if self.quota.count is not None:
            parts.append(f"{max(0, self.quota.count - self.count)} of {self.quota.count} 1:1s")
        return f"You have {' and '.join(parts)} left."

    @property
    def used(self) -> str:
        """Say it to the team: "30 of 60 minutes", "1 of 2"."""
        parts = []
        if self.quota.minutes is not None:
            parts.append(f"{self.minutes} of {self.quota.minutes} minutes")
        if self.quota.count is not None:
            parts.append(f"{self.count} of {self.quota.count}")
        return ", ".join(parts) or f"{self.minutes} minutes, no limit"

    def wanted(self, minutes: int) -> int:
        """Say how many more 1:1s of a length the quota leaves; one where it sets no limit and none was had."""
        room = []
        if self.quota.count is not None:
            room.append(self.quota.count - self.count)
        if self.quota.minutes is not None:
            room.append((self.quota.minutes - self.minutes) // minutes)
        return max(0, min(room)) if room else int(self.count == 0)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an Expert said: coaches from the one they like most, and moments that suit, none where any does."""

    coaches: tuple[int, ...] = ()
    times: frozenset[datetime] = frozenset()


def likes(wishes: Wishes, openings: Iterable[Opening]) -> dict[int, int]:
    """Say how much an Expert likes each opening they can have, from 0 to LIKED_MOST; what is left out they can't have.

    The coach ranked first is worth LIKED_MOST, each further 20 less, those not ranked 20. Who ranked nobody likes all the
    same, and half as much, so that a wish somebody has goes before none. A moment that was not ticked does not suit, unless
    none was. Sooner is better: each week after the first opening is worth one less, nine at most.
    """
    offered = list(openings)
    first = min((each.starts_at for each in offered), default=None)
    rank = {coach: max(LIKED_MOST - _STEP * place, _UNRANKED) for place, coach in enumerate(wishes.coaches)}
    usual = _UNRANKED if rank else LIKED_MOST // 2
    return {
        each.key: rank.get(each.coach, usual) - min((each.starts_at - first).days // 7, _LATEST)
        for each in offered
        if first is not None and (not wishes.times or each.starts_at in wishes.times)
    }


@dataclass(frozen=True, slots=True)
class Fairness:
    """How the wishes of those who have some came out: how many got the coach they ranked at each place, or another."""

    ranks: tuple[int, ...]
    others: int
    without_wishes: int

    @property
    def sentence(self) -> str:
        """Say it: "3 with the coach they ranked first, 1 second, 2 with another"."""
        names = ("first", "second", "third", "fourth", "fifth")
        said = [
            f"{count} with the coach they ranked {names[place]}" if place < len(names) else f"{count} further down"
            for place, count in enumerate(self.ranks)
            if count
        ]
        said += [f"{self.others} with a coach they did not rank"] if self.others else []
        said += [f"{self.without_wishes} said nothing of coaches"] if self.without_wishes else []
        return "; ".join(said)


def fairness(placed: Sequence[tuple[int, int]], wishes: Mapping[int, Wishes]) -> Fairness:
    """Count how the ranks of placed Experts came out; `placed` are pairs of Expert and coach."""
    ranks: dict[int, int] = {}
    others = without = 0
    for expert, coach in placed:
        wanted: Collection[int] = wishes.get(expert, Wishes()).coaches
        if not wanted:
            without += 1
        elif coach in wanted:
            place = list(wanted).index(coach)
            ranks[place] = ranks.get(place, 0) + 1
        else:
            others += 1
    return Fairness(tuple(ranks.get(place, 0) for place in range(max(ranks, default=-1) + 1)), others, without)
