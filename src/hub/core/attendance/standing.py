"""Which of several ways of knowing counts, and from how many minutes a session counts as attended.

Sources: issue 5, item 2 ("corrections with reason"); lessons, "Attendance and commitments" (files only propose).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import ClassVar

from hub.core.errors import Refusal


class CorrectionWithoutReason(Refusal):
    """A correction says why, or it is none."""

    code: ClassVar[str] = "correction-without-reason"


class How(StrEnum):
    """How we know that somebody was there, or was not. What stands first outweighs what comes after."""

    REGISTER = "register"
    CORRECTION = "correction"
    CHECK_IN = "check-in"
    FILE = "file"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "register": "The team’s register",
            "correction": "A correction",
            "check-in": "Checked in themselves",
            "file": "From a file",
        }[self.value]

    @property
    def is_said_by_team(self) -> bool:
        """Whether somebody of the team said it of this very person."""
        return self in (How.REGISTER, How.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One way in which we know of somebody and a session. `source` names a file; `was_there` None says nothing.

    Raises CorrectionWithoutReason.
    """

    how: How
    was_there: bool | None
    at: datetime
    minutes: int | None = None
    reason: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Hold that who corrects says why."""
        if self.how is How.CORRECTION and not self.reason.strip():
            raise CorrectionWithoutReason("Say in a few words why this is corrected.", field="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What holds of somebody and a session: whether they were there (None: nobody knows), how long, and how we know.

    `others` are ways that say otherwise and do not count.
    """

    was_there: bool | None = None
    minutes: int | None = None
    how: How | None = None
    reason: str = ""
    others: tuple[How, ...] = ()


def standing(known: Iterable[Known]) -> Attended:
    """Say what holds of all that is known, in whatever order and however often it is said.

    What the team said of the person outweighs what they said themselves, and that outweighs files. Of what the team said the
    later holds, so that a correction mends a register and a register taken anew mends a correction; at one moment the register.
    Of several files one that saw them outweighs those that did not, and the most minutes count: files may tell of the same
    ones. A file read again replaces what it said. Minutes come from what counts, else from files where the person was there.
    """
    latest: dict[str, Known] = {}
    said: list[Known] = []
    for each in known:
        if each.how is How.FILE and each.source:
            before = latest.get(each.source)
            if before is None or _order(each) > _order(before):
                latest[each.source] = each
        else:
            said.append(each)
    told = [each for each in (*said, *latest.values()) if each.was_there is not None]
    if not told:
        return Attended()
    holds = max(told, key=weight)
    files = [each.minutes for each in told if each.how is How.FILE and each.was_there and each.minutes is not None]
    minutes = holds.minutes
    if holds.how is How.FILE or (minutes is None and holds.was_there):
        minutes = max(files, default=holds.minutes)
    if holds.was_there is False:
        minutes = 0
    others = {each.how for each in told if each.was_there != holds.was_there}
    return Attended(
        was_there=holds.was_there,
        minutes=minutes,
        how=holds.how,
        reason=holds.reason,
        others=tuple(how for how in How if how in others),
    )


def _order(each: Known) -> tuple[datetime, bool, int]:
    return each.at, bool(each.was_there), each.minutes or 0


def weight(each: Known) -> tuple[object, ...]:
    """Order what is known by what counts, the same whatever the order it comes in: the greatest holds."""
    rank = 2 if each.how.is_said_by_team else 1 if each.how is How.CHECK_IN else 0
    if rank == 0:
        return rank, bool(each.was_there), each.minutes or 0, each.at, each.reason
    return rank, each.at, each.how is How.REGISTER, bool(each.was_there), each.minutes or 0, each.reason


def needed_minutes(*, of_minutes: int, share: Fraction) -> int:
    """Give the whole minutes that make a share of a session, rounded up: half of 45 is 23.

    Raises ValueError for a share outside of 0 to 1, or a length below nought.
    """
    if not 0 <= share <= 1 or of_minutes < 0:
        raise ValueError(f"no such share: {share=} {of_minutes=}")
    return ceil(share * of_minutes)


def enough(minutes: int | None, *, of_minutes: int, share: Fraction) -> bool:
    """Say whether somebody who was there so many whole minutes attended a session that lasted `of_minutes`.

    Where nothing says how long (a register, a sign-in line), having been there is enough. Raises ValueError as
    `needed_minutes` does.
    Source: the share is a cohort's own; rounding as of shares of a series, up.
    """
    needed = needed_minutes(of_minutes=of_minutes, share=share)
    return minutes is None or minutes >= needed
