"""From when until when somebody is with an organisation, and what it means that they are named with it once more.

Source: issue 3. Who left and is named with it again has come back; the days they were there stay.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hub.core.calendar import say_date


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one affiliation: `ends_on` is exclusive, None is open where nobody knows or it goes on."""

    starts_on: date | None
    ends_on: date | None

    def is_over(self, day: date) -> bool:
        """Whether it has ended by a day."""
        return self.ends_on is not None and self.ends_on <= day

    @property
    def words(self) -> str:
        """Say them: "from 1 December 2024", "until 1 December 2024", both, or nothing where they are open."""
        since = f"from {say_date(self.starts_on, weekday=False)}" if self.starts_on else ""
        return " ".join(filter(None, (since, f"until {say_date(self.ends_on, weekday=False)}" if self.ends_on else "")))

    def meets(self, other: Days) -> bool:
        """Whether there is a day on which both hold; without a first day it is of always."""
        return not (self._is_before(other) or other._is_before(self))

    def _is_before(self, other: Days) -> bool:
        return other.starts_on is not None and self.is_over(other.starts_on)

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.starts_on is None or self.starts_on <= day) and not self.is_over(day)


OF_ALWAYS = Days(None, None)


@dataclass(frozen=True, slots=True)
class Begins:
    """An affiliation that begins: of always (None) where they never were there, or anew after it was over."""

    starts_on: date | None = None
    was_until: date | None = None


Its = TypeVar("Its")


def stands_for(organisations: Sequence[Its]) -> Its | None:
    """Give whom somebody stands for in a role where nobody said: the one they are with on its first day; of several none."""
    return organisations[0] if len(organisations) == 1 else None


def begins(held: Collection[Days], *, on: date) -> Begins | None:
    """Say what begins where somebody is named with an organisation from a day on; None where they are with it then, or later.

    A day on which an affiliation held that has ended since says nothing new: an old sheet brings nobody back.
    """
    if not held:
        return Begins()
    ends = [each.ends_on for each in held if each.ends_on is not None and each.is_over(on)]
    if len(ends) < len(held):
        return None
    return Begins(on, max(ends))


def unbroken(starts_on: date, earlier: Iterable[Days]) -> Begins:
    """Say from when somebody is there without a gap who is there from a day on, and until when they were there before the gap.

    An earlier part joins where it ends on the day the next begins, or later: who comes to stand for somebody else has not
    left. `was_until` is exclusive, None where they were never there before.
    """
    first = starts_on
    for days in sorted(earlier, key=lambda each: each.ends_on or date.max, reverse=True):
        if days.ends_on is not None and days.ends_on < first:
            return Begins(first, days.ends_on)
        first = min(first, days.starts_on or first)
    return Begins(first)
