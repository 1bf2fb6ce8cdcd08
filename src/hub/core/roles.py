"""What it means that somebody is given a role from a day on who has, had or is to have the same one in the same place.

Nobody has one twice on a day: what they owe would be counted twice, and a second one can't be taken back once it was held.
Source: issue 3, dated roles; a stand-in's role is not a role of their own, and is not asked about here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hub.core import affiliation
from hub.core.taking_part import Days


class Gives(StrEnum):
    """What giving a role comes to."""

    NEW = "new"  # they have none on any of the days
    HELD = "held"  # they have it on all of them
    LONGER = "longer"  # they have it on the first of them, and it ends too soon: it goes on
    IN_THE_WAY = "in-the-way"  # one begins on a later one of them


@dataclass(frozen=True, slots=True)
class Given:
    """What giving a role comes to, and the days of the one that is there; None where it is new."""

    what: Gives
    held: Days | None = None

    def words(self, label: str) -> str:
        """Say which role is there, and how to have it otherwise, after a name or "they have"; "" where it is new."""
        if self.held is None:
            return ""
        there = f"the role {label} {say_days(self.held)} already."
        return f"{there} {BEFORE_IT}." if self.what is Gives.IN_THE_WAY else there


BEFORE_IT = "For the days before, give it until then"


def say_days(days: Days) -> str:
    """Say the days of a role: "from 1 December 2024 until 1 March 2025"."""
    return affiliation.Days(days.starts_on, days.ends_on).words


def gives(held: Iterable[Days], wanted: Days) -> Given:
    """Say what it comes to that a role is given on some days to somebody who has the same one on others."""
    meanwhile = sorted((each for each in held if _meet(each, wanted)), key=lambda each: each.starts_on)
    early = [each for each in meanwhile if each.has_begun(wanted.starts_on)]
    for each in reversed(early):
        if _lasts(each.ends_on, wanted.ends_on):
            return Given(Gives.HELD, each)
    if len(early) < len(meanwhile):
        return Given(Gives.IN_THE_WAY, meanwhile[len(early)])
    return Given(Gives.LONGER, early[-1]) if early else Given(Gives.NEW)


def _meet(one: Days, other: Days) -> bool:
    """Whether there is a day on which both hold."""
    return not one.is_over(other.starts_on) and not other.is_over(one.starts_on)


def _lasts(ends_on: date | None, wanted: date | None) -> bool:
    return ends_on is None or (wanted is not None and wanted <= ends_on)
