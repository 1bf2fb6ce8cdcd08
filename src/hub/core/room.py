"""The moment of a session: from when to when one joins the call and checks in, and the code that is shown in the room.

A code is short, is read from a screen, and holds for its turn and the one after, so that nobody types against the clock.
Source: issue 5, items 2, 6 and 8 ("self check-in during the session (code or QR)", "a short sign-in redirect").
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar

from hub.core.certificates import ALPHABET
from hub.core.errors import Refusal

JOINS_BEFORE = timedelta(minutes=60)
CHECKS_IN_BEFORE = timedelta(minutes=15)
CHECKS_IN_AFTER = timedelta(minutes=30)
UNSAID = timedelta(hours=3)  # how long a session is taken to be whose end the plan leaves open
TURN = timedelta(minutes=10)  # for which one code is shown
_LETTERS = 6  # 31 ** 6 is more than 2 ** 29
_DASHES = re.compile(r"[\s\-‐‑‒–—―−_.]+")


class NotNow(Refusal):
    """It is too early, or too late."""

    code: ClassVar[str] = "not-now"


class WrongCode(Refusal):
    """What was typed is the code of no session that is on."""

    code: ClassVar[str] = "wrong-code"


class BadPlan(Refusal):
    """The team's words for a room cannot stand as they are; `field` names the input."""

    code: ClassVar[str] = "bad-room-plan"


class How(StrEnum):
    """How somebody checked in."""

    ROOM = "room"
    CODE = "code"

    @property
    def label(self) -> str:
        """What people read."""
        return {"room": "In the session’s room", "code": "By the code shown there"}[self.value]


class Stage(StrEnum):
    """Where a span of time stands at a moment."""

    TO_COME = "to-come"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something is possible; the end is exclusive. Both are aware."""

    opens_at: datetime
    closes_at: datetime

    def stage(self, *, at: datetime) -> Stage:
        """Say where it stands at a moment."""
        if at < self.opens_at:
            return Stage.TO_COME
        return Stage.ON if at < self.closes_at else Stage.OVER


def to_join(starts_at: datetime, ends_at: datetime | None) -> Span:
    """Say from when to when the joining link is handed out: from an hour before to the end."""
    return Span(starts_at - JOINS_BEFORE, ends_at or starts_at + UNSAID)


def to_check_in(starts_at: datetime, ends_at: datetime | None) -> Span:
    """Say from when to when one checks in: from a quarter of an hour before until half an hour after."""
    return Span(starts_at - CHECKS_IN_BEFORE, (ends_at or starts_at + UNSAID) + CHECKS_IN_AFTER)


def meeting(starts_at: datetime, ends_at: datetime | None) -> Span:
    """Give the session's own time."""
    return Span(starts_at, ends_at or starts_at + UNSAID)


def code_of(secret: bytes, uid: str, *, at: datetime) -> str:
    """Give the code a session shows at an aware moment, "K7Q-2MX". Who does not have the secret can't tell the next one."""
    return _made(secret, uid, _turn(at))


def is_code_of(typed: str, secret: bytes, uid: str, *, at: datetime) -> bool:
    """Say whether a code, as `read_code` gives it, is the one shown at a moment or the one before."""
    return any(hmac.compare_digest(typed, _made(secret, uid, turn)) for turn in (_turn(at), _turn(at) - 1))


def read_code(typed: str) -> str:
    """Give a code in its one form, however it was typed. Raises WrongCode, saying what is amiss."""
    letters = _DASHES.sub("", unicodedata.normalize("NFKC", typed[:100])).upper()
    if not letters:
        raise WrongCode("Write the code that is shown in the session, such as K7Q-2MX.", field="code")
    if strange := sorted({letter for letter in letters if letter not in ALPHABET}):
        said = ", ".join(f"“{letter}”" for letter in strange[:3])
        raise WrongCode(f"No code has {said} in it. Codes have no 0, O, 1, I or L; look again at these places.", field="code")
    if len(letters) != _LETTERS:
        raise WrongCode(f"A code has {_LETTERS} letters and figures, and this one has {len(letters)}.", field="code")
    return f"{letters[:3]}-{letters[3:]}"


def _turn(at: datetime) -> int:
    return int((at - datetime(2000, 1, 1, tzinfo=UTC)) // TURN)


def _made(secret: bytes, uid: str, turn: int) -> str:
    number = int.from_bytes(hmac.digest(secret, f"check-in {uid} {turn}".encode(), sha256)[:16], "big")
    drawn = []
    for _ in range(_LETTERS):
        number, place = divmod(number, len(ALPHABET))
        drawn.append(ALPHABET[place])
    return f"{''.join(drawn[:3])}-{''.join(drawn[3:])}"
