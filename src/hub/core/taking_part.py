"""Who is meant by what is told of a day: who takes part on it, not who does on the day it is told.

Roles are given months before a cohort begins, and their ends are known before they come. What is told of a whole cohort, or
written to a group of it, concerns whoever takes part or is to.
Sources: seeds/001, pre-cohort steps and the kick-off; issue 4, items 1 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a part, by the clock of this Hub: `ends_on` is exclusive, None where nobody knows an end."""

    starts_on: date
    ends_on: date | None = None

    def has_begun(self, on: date) -> bool:
        """Whether it has begun by a day."""
        return self.starts_on <= on

    def is_over(self, on: date) -> bool:
        """Whether it has ended by a day; one that is to begin goes on."""
        return self.ends_on is not None and self.ends_on <= on

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.has_begun(day) and not self.is_over(day)

    def counts_for(self, day: date, *, cohort_first: date) -> bool:
        """Say whether it counts for what its cohort does on a day.

        That is so where it holds on that day. What a cohort does before its own first day, such as a kick-off, is for those who
        begin with it: for that counts, too, a part that has begun by the first day. Who joins later is not meant by it.
        """
        return self.has_begun(max(day, cohort_first)) and not self.is_over(day)


def gaps(parts: Iterable[Days]) -> tuple[Days, ...]:
    """Give the days between parts on which none holds: somebody left, and came back. Parts that touch or overlap are one."""
    found: list[Days] = []
    until: date | None = None
    for number, days in enumerate(sorted(parts, key=lambda each: each.starts_on)):
        if number and until is None:
            break
        if until is not None and until < days.starts_on:
            found.append(Days(until, days.starts_on))
        until = None if days.ends_on is None else max(until or days.ends_on, days.ends_on)
    return tuple(found)
