"""A session's register: how a mark came about, when one may be made, and whose session it is.

Source: issue 5, item 2 ("corrections with reason; facilitators see their own sessions"); lessons, "Attendance and commitments".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar

from hub.core.attendance import How
from hub.core.calendar import instant
from hub.core.errors import Refusal
from hub.core.names import folded
from hub.core.occurrence import Occurrence, SessionState

EARLY = timedelta(hours=1)  # before a session begins its register opens: people come early
LONGEST_REASON = 500
MOST_MINUTES = 24 * 60
_BETWEEN = re.compile(r"[,;&/+]|\band\b", re.IGNORECASE)


class NoRegister(Refusal):
    """A session that has no register now: not released, cancelled, without a date, or not begun."""

    code: ClassVar[str] = "no-register"


class RegisterClosed(Refusal):
    """The register is closed, so a mark is a correction and needs a reason."""

    code: ClassVar[str] = "register-closed"


class RegisterOpen(Refusal):
    """The register is not closed, so it cannot be opened again."""

    code: ClassVar[str] = "register-open"


class NoReason(Refusal):
    """A correction without a reason."""

    code: ClassVar[str] = "no-reason"


class BadMark(Refusal):
    """A mark that cannot be: for somebody without a part in the programme, or of impossible minutes."""

    code: ClassVar[str] = "bad-mark"


def check_register(occurrence: Occurrence | None, *, at: datetime) -> Occurrence:
    """Give a released session whose register may be filled at an aware moment: from an hour before it begins.

    A session with a day and no time is one from the beginning of its day. Raises NoRegister.
    """
    if occurrence is None:
        raise NoRegister("This session is not released, so it has no register yet.")
    if occurrence.state is SessionState.CANCELLED:
        raise NoRegister("This session is cancelled, so nobody could come.")
    if occurrence.date is None:
        raise NoRegister("This session has no date yet. Its register can be filled on its day.")
    begins = register_opens(occurrence)
    if begins is not None and at < begins:
        raise NoRegister("This session has not begun. Its register opens an hour before it does.")
    return occurrence


def check_closing(occurrence: Occurrence | None, *, at: datetime) -> Occurrence:
    """Give a released session whose register may be closed at an aware moment: once it has begun, for nobody missed it before.

    Raises NoRegister.
    """
    session = check_register(occurrence, at=at)
    if not is_closed(at, session):
        raise NoRegister("This session has not begun, so nobody missed it yet. Close its register once it has.")
    return session


def register_opens(occurrence: Occurrence) -> datetime | None:
    """Give the moment from which a register may be filled; None without a date."""
    begins = _begins(occurrence)
    return begins - EARLY if begins is not None and occurrence.starts_at is not None else begins


def is_closed(closed_at: datetime | None, occurrence: Occurrence | None) -> bool:
    """Say whether a register that was closed at a moment is closed for its session as it is released now.

    Closed before the session begins, it was closed for another time: the session was moved since, so nobody missed it yet and
    its register is asked for again. So it is while a session has no date. One that is released no more stays as it was left.
    """
    begins = _begins(occurrence) if occurrence is not None else closed_at
    return closed_at is not None and begins is not None and begins <= closed_at


def _begins(occurrence: Occurrence) -> datetime | None:
    """Give when a session begins; with a day and no time, when its day does. None without a date."""
    if occurrence.date is None or occurrence.starts_at is not None:
        return occurrence.starts_at
    return instant(occurrence.date, time(0), occurrence.zone)


class Noted(StrEnum):
    """What became of somebody's check-in in the register."""

    IN = "in"
    LATE = "late"
    OTHERWISE = "otherwise"

    @property
    def sentence(self) -> str:
        """Say it to who checked in."""
        return {
            "in": "You are checked in.",
            "late": "The register was closed already; your check-in is noted, and the team sees it.",
            "otherwise": "Your check-in is noted. The register says that you did not come: tell the team if that is not so.",
        }[self.value]


def noted(how: How | None, *, came: bool | None) -> Noted:
    """Say what became of a check-in by the mark the register has of the person: how it is known, and whether they came.

    Without a mark, or with one a file alone speaks of, it came after the register was closed and waits to be taken in. What
    the team said of the person stays.
    """
    if came:
        return Noted.IN
    return Noted.LATE if how in (None, How.FILE) else Noted.OTHERWISE


def check_reason(reason: str) -> str:
    """Give a reason on one line. Raises NoReason where nothing is said."""
    words = " ".join(reason.split())[:LONGEST_REASON]
    if not words:
        raise NoReason("Write why: whoever reads the register later asks.", field="reason")
    return words


def check_minutes(minutes: int | None) -> int | None:
    """Give the minutes somebody was there. Raises BadMark for what no day has."""
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise BadMark(f"Write the minutes they were there, from 0 to {MOST_MINUTES}.", field="minutes")
    return minutes


def leads(led_by: str, name: str) -> bool:
    """Say whether "led by" names somebody: all words of their name, in order, as whole words; marks and capitals aside.

    A name of one word must stand alone between commas or "and": "Theo" is not "Theo Brandt".
    """
    wanted = folded(name)
    if " " in wanted:
        return f" {wanted} " in f" {folded(led_by)} "
    return bool(wanted) and wanted in {folded(each) for each in _BETWEEN.split(led_by)}


@dataclass(frozen=True, slots=True)
class Bearer:
    """Somebody who leads, or led, with the names they bear or bore; each since when, None since they are known."""

    key: int
    names: tuple[tuple[str, datetime | None], ...]

    def named_by(self, led_by: str) -> tuple[str, datetime | None] | None:
        """Give the name, folded, by which "led by" means them, and since when they bear it: of several the longest, oldest."""
        found = [(folded(name), since) for name, since in self.names if leads(led_by, name)]
        return min(found, key=lambda each: (-len(each[0]), each[1] is not None, each[1] or _BEGINNING), default=None)


_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


def names_since(
    name: str, former: Iterable[tuple[str, datetime]], taken_over: Iterable[str]
) -> tuple[tuple[str, datetime | None], ...]:
    """Give the names of somebody, each since when: `former` ones until a moment, those `taken_over` from other records."""
    found: list[tuple[str, datetime | None]] = [(each, None) for each in taken_over]
    since: datetime | None = None
    for each, until in sorted(former, key=lambda one: one[1]):
        found.append((each, since))
        since = until
    return (*found, (name, since))


def led(sessions: Iterable[tuple[int, str]], mine: Bearer, others: Iterable[Bearer]) -> frozenset[int]:
    """Give those of some sessions (key, led by) that mean somebody by a name they bear or bore.

    A name is nobody's to take: where another who leads bore it earlier, or is meant by a longer one, the session is theirs.
    """
    rest = [each for each in others if each.key != mine.key]
    found = set()
    for key, led_by in sessions:
        name = mine.named_by(led_by) if led_by else None
        if name is not None and not any(_goes_before(each.named_by(led_by), name) for each in rest):
            found.add(key)
    return frozenset(found)


def _goes_before(other: tuple[str, datetime | None] | None, mine: tuple[str, datetime | None]) -> bool:
    if other is None:
        return False
    if other[0] != mine[0]:
        return f" {mine[0]} " in f" {other[0]} "
    return mine[1] is not None and (other[1] is None or other[1] < mine[1])
