"""A session's register: how a mark came about, when one may be made, and whose session it is.

Source: issue 5, item 2 ("corrections with reason; facilitators see their own sessions"); lessons, "Attendance and commitments".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
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


def led(sessions: Iterable[tuple[int, str]], name: str) -> frozenset[int]:
    """Give those of some sessions (key, led by) that name somebody."""
    return frozenset(key for key, led_by in sessions if led_by and leads(led_by, name))
