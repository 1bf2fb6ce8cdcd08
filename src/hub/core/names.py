"""Names and numbers of people: how they are compared, and what makes an ORCID one.

Nothing here ever decides that two records are one person: it proposes, with reasons, and a person confirms.
Sources: issue 3, "People and organisations"; ORCID, "Structure of the ORCID Identifier" (ISO/IEC 7064:2003, MOD 11-2).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import ClassVar

from hub.core.errors import Refusal

_ORCID = re.compile(r"^(?:(?:https?://)?(?:www\.)?orcid\.org/)?(\d{4})[- ]?(\d{4})[- ]?(\d{4})[- ]?(\d{3}[\dXx])/?$")
_TITLES = frozenset(["dr", "prof", "professor", "mr", "mrs", "ms", "mx", "miss", "sir", "dame", "phd"])
# Letters that do not come apart into a base and a mark.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
LARGEST_BLOCK = 40  # records that share a key; a larger block says nothing about any two of them


class BadOrcid(Refusal):
    """The identifier is not an ORCID."""

    code: ClassVar[str] = "bad-orcid"


def orcid(written: str) -> str:
    """Give an ORCID in its one form, "0000-0002-1825-0097", however it was written; "" stays empty.

    Raises BadOrcid when it is not sixteen figures in the form of one, or when its check character is wrong.
    """
    text = written.strip()
    if not text:
        return ""
    match = _ORCID.match(text)
    if match is None:
        raise BadOrcid("An ORCID has 16 figures in groups of four, such as 0000-0002-1825-0097.", field="orcid")
    groups = [group.upper() for group in match.groups()]
    digits = "".join(groups)
    total = 0
    for figure in digits[:-1]:
        total = (total + int(figure)) * 2
    expected = (12 - total % 11) % 11
    if digits[-1] != ("X" if expected == 10 else str(expected)):
        raise BadOrcid("This ORCID has a typing mistake: its last character does not fit the others.", field="orcid")
    return "-".join(groups)


def folded(name: str) -> str:
    """Give a name as it is compared: small, without marks, titles, brackets and punctuation, single spaces."""
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", unicodedata.normalize("NFKC", name)).casefold().translate(_PLAIN)
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", ""))
    return " ".join(word for word in words if word not in _TITLES) or " ".join(words)


def plain(words: str) -> str:
    """Give words as they are looked for: small, without marks, single spaces where anything but letters and figures stands.

    Nothing is left out, unlike `folded`: who looks for "Dr" or for what stands in brackets finds it.
    """
    text = unicodedata.normalize("NFKC", words).casefold().translate(_PLAIN)
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", "")))


def address(email: str) -> str:
    """Give a mail address as it is compared: small and without space around. Nothing before the @ is guessed at."""
    return unicodedata.normalize("NFKC", email).strip().lower()


class Reason(StrEnum):
    """Why two records may be one person, the surest first."""

    ORCID = "orcid"
    ADDRESS = "address"
    NAME_AND_ORGANISATION = "name-and-organisation"
    NAME = "name"
    ALIKE = "alike"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "orcid": "The same ORCID",
            "address": "The same address",
            "name-and-organisation": "The same name and organisation",
            "name": "The same name",
            "alike": "Names that differ in a letter, and the same organisation",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is compared of a record: its key, name, addresses, ORCID, and the keys of its organisations past and present."""

    key: int
    name: str
    addresses: frozenset[str] = frozenset()
    orcid: str = ""
    organisations: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pair:
    """Two records that may be one person: keys in rising order, the reasons, surest first."""

    first: int
    second: int
    reasons: tuple[Reason, ...]


def likely_pairs(people: Iterable[Known], *, apart: frozenset[tuple[int, int]] = frozenset()) -> list[Pair]:
    """Propose the records that may be one person, the surest first; pairs in `apart` are known to be two.

    Two records are compared only when they share a key (ORCID, address, folded name, or organisation and most of a name), and a
    key that more than LARGEST_BLOCK records share proposes nothing, unless it is an ORCID or an address. So the work grows
    with the number of records and not with its square. Different ORCIDs are different people.
    """
    records = {each.key: each for each in people}
    by: dict[Reason, dict[Hashable, list[int]]] = {reason: defaultdict(list) for reason in Reason}
    for record in records.values():
        name = folded(record.name)
        words = name.split()
        if record.orcid:
            by[Reason.ORCID][record.orcid].append(record.key)
        for each in record.addresses:
            by[Reason.ADDRESS][address(each)].append(record.key)
        if not words:
            continue
        together = " ".join(sorted(words))  # "Lindqvist, Ada" is "Ada Lindqvist"
        by[Reason.NAME][together].append(record.key)
        for organisation in record.organisations:
            by[Reason.NAME_AND_ORGANISATION][organisation, together].append(record.key)
            for clue in _clues(together):
                by[Reason.ALIKE][organisation, clue].append(record.key)
    reasons: dict[tuple[int, int], set[Reason]] = defaultdict(set)
    for reason, blocks in by.items():
        for first, second in _pairs(reason, blocks):
            pair = (min(first, second), max(first, second))
            if pair in apart or _differ(records[first], records[second]):
                continue
            if reason is not Reason.ALIKE or is_a_slip(folded(records[first].name), folded(records[second].name)):
                reasons[pair].add(reason)
    order = list(Reason)
    found = [Pair(first=a, second=b, reasons=_least(said)) for (a, b), said in reasons.items()]
    return sorted(found, key=lambda pair: (order.index(pair.reasons[0]), pair))


def _clues(name: str) -> Iterator[str]:
    """Give what a name keeps after a slip in one of its letters: each half of it."""
    letters = name.replace(" ", "")
    half = len(letters) // 2
    if half >= 3:
        yield f"{letters[: half - 1]}…"
        yield f"{letters[:half]}…"
        yield f"…{letters[-half:]}"
        yield f"…{letters[-half + 1 :]}"


def _pairs(reason: Reason, blocks: dict[Hashable, list[int]]) -> Iterator[tuple[int, int]]:
    for keys in blocks.values():
        distinct = sorted(set(keys))
        if len(distinct) > LARGEST_BLOCK:
            if reason in (Reason.ORCID, Reason.ADDRESS):  # everybody with the first: a chain is enough to merge along
                yield from ((distinct[0], key) for key in distinct[1:])
            continue
        yield from combinations(distinct, 2)


def _differ(one: Known, other: Known) -> bool:
    return bool(one.orcid and other.orcid and one.orcid != other.orcid)


def _least(said: set[Reason]) -> tuple[Reason, ...]:
    """Leave out what a surer reason says already."""
    if Reason.NAME_AND_ORGANISATION in said:
        said = said - {Reason.NAME, Reason.ALIKE}
    if Reason.NAME in said:
        said = said - {Reason.ALIKE}
    return tuple(reason for reason in Reason if reason in said)


def is_a_slip(one: str, other: str) -> bool:
    """Say whether two folded names differ by one slip of the pen: a letter more, less, another, or two changed places."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and len(a) > 1 and a[2:] == b[2:])
