"""Forgetting a person: the window in which it can be taken back, and who must stay so that a programme is run by somebody.

Sources: issue 3, "erasure with an undo window, frozen counts, and a trace without the data"; GDPR Art. 17 and 12(3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from hub.core.errors import Refusal

LONGEST_WINDOW = 28  # days; what is asked is done within a month


class NotDueYet(Refusal):
    """The window in which an erasure can be taken back has not passed."""

    code: ClassVar[str] = "not-due-yet"


class NothingToTakeBack(Refusal):
    """The erasure was carried out or taken back before."""

    code: ClassVar[str] = "nothing-to-take-back"


class AlreadyForgotten(Refusal):
    """Nothing of the person is left to erase."""

    code: ClassVar[str] = "already-forgotten"


@dataclass(frozen=True, slots=True)
class TeamRole:
    """That somebody is on a team until a day (exclusive) or further notice, and from when: None where they are by now."""

    person: int
    ends_on: date | None
    starts_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or self.ends_on > on)


def due_at(asked_at: datetime, *, days: int) -> datetime:
    """Say when an erasure asked for at a moment is carried out, with a window of so many days of 24 hours.

    Raises ValueError for a window nobody may set.
    """
    if not 0 <= days <= LONGEST_WINDOW:
        raise ValueError(f"a window has from 0 to {LONGEST_WINDOW} days")
    return asked_at + timedelta(days=days)


def check_due(due: datetime, *, at: datetime) -> None:
    """Raises NotDueYet before the window has passed."""
    if at < due:
        raise NotDueYet("This can still be taken back; it is carried out when the window has passed.")


def somebody_stays(team: Iterable[TeamRole], *, without: int, leaving: frozenset[int], on: date) -> bool:
    """Say whether a programme is still run by somebody on a day, without a person and those who leave as well."""
    return any(role.person != without and role.person not in leaving and role.holds(on) for role in team)


def nobody_from(team: Iterable[TeamRole], *, leaving: frozenset[int], on: date) -> date | None:
    """Give the first day, from one on, on which nobody would run a programme; None where somebody does without an end."""
    stays = [role for role in team if role.person not in leaving]
    day = on
    while ends := [role.ends_on for role in stays if role.holds(day)]:
        dated = [each for each in ends if each is not None]
        if len(dated) < len(ends):
            return None
        day = max(dated)
    return day


def ends_by(starts_on: date, ends_on: date | None, *, on: date) -> date:
    """Give the day (exclusive) the role of somebody erased on a day ends: that day at the latest, and a day long at least."""
    last = max(on, starts_on + timedelta(days=1))
    return min(ends_on, last) if ends_on else last
