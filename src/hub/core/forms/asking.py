"""Whom a form goes on asking: who is asked by a part they have is asked as long as they have it.

A form asks by a part where it asks everybody with a role, and where it asked people one by one because of one, as an onboarding
asks the Experts of its cohort. Who was asked by hand, or may answer because anybody may, is asked whatever part they have: the
feedback on a session is theirs who were there. Source: issue 4, "who has not …"; docs/decisions/0014.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

_GOES_ON_AFTER = "alumnus"  # the one part in a cohort that does not end with it


@dataclass(frozen=True, slots=True)
class Part:
    """A dated part in a programme, or in one of its cohorts: from `starts_on` until `ends_on` (exclusive; None: no end known).

    `cohort_last` is the last day of its cohort, `is_cohort_over` whether that is behind us by the cohort's clock.
    """

    kind: str
    starts_on: date
    ends_on: date | None = None
    cohort: int | None = None
    cohort_last: date | None = None
    is_cohort_over: bool = False

    def goes_on(self, *, today: date, is_for_after: bool = False) -> bool:
        """Say whether the part is not over yet; it may begin later. Without an end of its own it ends with its cohort.

        `is_for_after` is said of a form of the same cohort that closes at a time of its own: it may ask for answers when the
        cohort is over, and asks those who stayed until its last day.
        """
        is_bound = self.cohort_last is not None and self.kind != _GOES_ON_AFTER
        has_stayed = is_bound and (self.ends_on is None or (self.cohort_last is not None and self.ends_on > self.cohort_last))
        if has_stayed and is_for_after:
            return True
        if self.ends_on is not None:
            return today < self.ends_on
        return not (is_bound and self.is_cohort_over)


@dataclass(frozen=True, slots=True)
class AskedAs:
    """As what somebody is asked one by one: as who has a part (`kind`) in a cohort, or by hand where `kind` is empty."""

    kind: str = ""
    cohort: int | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody asked this very person, whatever part they have."""
        return not self.kind


BY_HAND = AskedAs()


@dataclass(frozen=True, slots=True)
class Asks:
    """How a form asks: of which cohort it is (None: of the whole programme), whether it closes at a time of its own.

    `kinds` are the parts it asks by, where it asks everybody who has one.
    """

    cohort: int | None
    has_close: bool
    kinds: Collection[str] = ()

    def by_part(self, part: Part, *, today: date) -> bool:
        """Say whether it asks who has a part, as everybody who has such a one: begun, and not over."""
        is_meant = part.kind in self.kinds and self.cohort in (None, part.cohort)
        return is_meant and part.starts_on <= today and self._goes_on(part, today)

    def still(self, asked: AskedAs, parts: Iterable[Part], *, today: date) -> bool:
        """Say whether it still asks somebody who was asked one by one, and has these parts. A part may begin later."""
        return asked.is_by_hand or any(
            (part.kind, part.cohort) == (asked.kind, asked.cohort) and self._goes_on(part, today) for part in parts
        )

    def _goes_on(self, part: Part, today: date) -> bool:
        is_for_after = self.has_close and self.cohort is not None and self.cohort == part.cohort
        return part.goes_on(today=today, is_for_after=is_for_after)


def asked_anew(before: AskedAs, new: AskedAs, *, is_asked_still: bool) -> tuple[AskedAs, bool]:
    """Give as what somebody is asked who is asked again, and whether they hear of it as of something new.

    By hand is more than by a part: it stays. Of two parts the one said last holds. Who was asked no more is asked anew.
    """
    return (before if before.is_by_hand else new), not is_asked_still
