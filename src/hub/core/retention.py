"""How long what is personal is kept when nobody asks for anything: one rule for each sort, in days.

Sources: issue 3, "retention rules with automatic anonymisation"; GDPR Art. 5(1)(e).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Sort(StrEnum):
    """What is kept for a time."""

    ACCESS_NEEDS = "access-needs"
    INVITATIONS = "invitations"
    TOKENS = "tokens"
    LIKELY_PAIRS = "likely-pairs"
    MERGES = "merges"
    SESSIONS = "sessions"


_WHAT = {
    Sort.ACCESS_NEEDS: "What you need to take part",
    Sort.INVITATIONS: "An invitation and the address it went to",
    Sort.TOKENS: "A token: what it was for, and when it was last used",
    Sort.LIKELY_PAIRS: "A guess that two records are one person, which nobody has looked at",
    Sort.MERGES: "What a second record of yours held, so that joining them can be undone",
    Sort.SESSIONS: "That a browser is signed in",
}
_END = {
    Sort.ACCESS_NEEDS: "your last role has ended (one without an end ends with its cohort)",
    Sort.INVITATIONS: "it has run out",
    Sort.TOKENS: "it has ended",
    Sort.LIKELY_PAIRS: "it was made",
    Sort.MERGES: "they were joined",
    Sort.SESSIONS: "the sign-in has run out",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days of 24 hours something is kept after it has come to its end."""

    sort: Sort
    days: int

    def __post_init__(self) -> None:
        """Raises ValueError for days that cannot be."""
        if self.days < 0:
            raise ValueError(f"kept for {self.days} days")

    @property
    def what(self) -> str:
        """What is kept, in words for whom it is about."""
        return _WHAT[self.sort]

    @property
    def how_long(self) -> str:
        """For how long: "90 days after it has run out"."""
        if not self.days:
            return f"until {_END[self.sort]}"
        return f"{self.days} {'day' if self.days == 1 else 'days'} after {_END[self.sort]}"

    def before(self, at: datetime) -> datetime:
        """Give the moment: what came to its end at it or before it is kept no longer at `at`."""
        return at - timedelta(days=self.days)


def over_from(ends_on: date | None, *, cohort_last: date | None) -> date | None:
    """Give the first day a role is over, by its own end or, where it has none, by the last day of its cohort.

    None for one that goes on: without an end, on a whole programme.
    """
    if ends_on is not None or cohort_last is None:
        return ends_on
    return cohort_last + timedelta(days=1)


def needs_kept_until(role_ends: Iterable[date | None], *, added_on: date | None, rule: Rule) -> date | None:
    """Give the first day on which somebody's access needs are kept no longer; None for as long as a role goes on.

    `role_ends` are the days (exclusive) their roles are over (`over_from`), None for one that goes on. Who never had a role is
    counted from the day their record was made; where nobody knows that either, nothing is kept.
    """
    ends = list(role_ends)
    if None in ends:
        return None
    last = max((day for day in ends if day is not None), default=added_on)
    return date.min if last is None else last + timedelta(days=rule.days)
