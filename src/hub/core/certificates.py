"""Certificates of participation: what one says, and the code by which anybody can see that it is true.

A code is unguessable by the randomness it is given, short enough to be read out, and knows its own typing mistakes.
Source: issue 5, item 3 ("certificates of participation … with a page where they can be verified").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.core.commitments import Forecast
from hub.core.errors import Refusal

# No 0 and O, no 1, I and L: what is read aloud or from paper is never one for the other. 31 is a prime, so that a check
# character weighted by place finds every wrong character and every two that changed places.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PRIME = len(ALPHABET)
_DRAWN = 11  # 31 ** 11 is more than 2 ** 54
_GROUP = 4
LEAST_RANDOMNESS = 16
_DASHES = re.compile(r"[\s\-‐‑‒–—―−_.]+")


class BadCode(Refusal):
    """What was typed is no code of a certificate."""

    code: ClassVar[str] = "bad-code"


def new_code(randomness: bytes) -> str:
    """Make the code of a certificate, "7KQ2-M4XR-9TDW", of at least LEAST_RANDOMNESS random octets.

    The same octets make the same code; who calls draws them from the system's own source. Raises ValueError for too few.
    """
    if len(randomness) < LEAST_RANDOMNESS:
        raise ValueError(f"a code needs {LEAST_RANDOMNESS} random octets, not {len(randomness)}")
    number = int.from_bytes(randomness, "big") % _PRIME**_DRAWN
    drawn = []
    for _ in range(_DRAWN):
        number, place = divmod(number, _PRIME)
        drawn.append(ALPHABET[place])
    return _grouped("".join(drawn) + _check("".join(drawn)))


def read_code(typed: str) -> str:
    """Give the code in its one form, however it was typed: small letters, spaces, any dashes, or the whole address.

    Raises BadCode, saying what is amiss.
    """
    last = unicodedata.normalize("NFKC", typed).strip().split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2]
    letters = _DASHES.sub("", last).upper()
    if not letters:
        raise BadCode("Write the code that stands on the certificate, such as 7KQ2-M4XR-9TDW.", field="code")
    strange = sorted({letter for letter in letters if letter not in ALPHABET})
    if strange:
        said = ", ".join(f"“{letter}”" for letter in strange[:3])
        raise BadCode(f"No code has {said} in it. Codes have no 0, O, 1, I or L; look again at these places.", field="code")
    if len(letters) != _DRAWN + 1:
        raise BadCode(f"A code has {_DRAWN + 1} letters and figures, and this one has {len(letters)}.", field="code")
    if _check(letters[:-1]) != letters[-1]:
        raise BadCode("This code has a typing mistake. Compare it with the certificate, letter by letter.", field="code")
    return _grouped(letters)


def _check(drawn: str) -> str:
    return ALPHABET[sum(place * ALPHABET.index(letter) for place, letter in enumerate(drawn, 1)) % _PRIME]


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


class NotOver(Refusal):
    """Something that counts is still to come, and a certificate never changes."""

    code: ClassVar[str] = "not-over"


def still_to_come(forecasts: Iterable[Forecast], *, ended: date, today: date) -> str:
    """Say what of somebody's commitments is still to come: "9 cafés, 1 in-person day"; nothing where all is over.

    After the day their part ended nothing comes any more, not even a session that never got a day. Things to be made are not
    waited for.
    """
    if today > ended:
        return ""
    left = [each for each in forecasts if not each.is_waived and each.to_come]
    return ", ".join(f"{each.to_come} {each.promise.one if each.to_come == 1 else each.promise.many}" for each in left)


def check_over(name: str, forecasts: Iterable[Forecast], *, ended: date, today: date) -> None:
    """Let somebody's certificate be issued once all that counts for them is over. Raises NotOver."""
    if left := still_to_come(forecasts, ended=ended, today=today):
        raise NotOver(
            f"Of {name}, this is still to come: {left}. A certificate never changes, so issue it after that.", field="people"
        )


def period(began: date, ended: date, *, today: date) -> tuple[date, date]:
    """Give from when to when somebody took part, as a certificate says it on a day: never beyond that day."""
    return began, max(began, min(ended, today))


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One commitment as the certificate tells it: "Collaboration Cafés, half of 11", and "8 attended"."""

    promised: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs: name, and what makes the signature worth something."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """All that a certificate says. Texts are plain, dates are days, `address` leads to the page that verifies `code`.

    `colour` is the programme's own, as "#0f766e"; `language` a BCP 47 tag of the words given ("en-GB").
    """

    programme: str
    cohort: str
    name: str
    began_on: date
    ended_on: date
    issued_on: date
    address: str
    code: str
    organisation: str = ""
    role: str = "Expert in Residence"
    promises: tuple[Promise, ...] = ()
    signed_by: tuple[Signer, ...] = ()
    colour: str = "#0f766e"
    language: str = "en-GB"
