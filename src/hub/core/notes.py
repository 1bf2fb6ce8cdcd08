"""Shared notes of a session: how long a text may be, which saved ones are kept, and how notes leave the house.

Notes leave once two people of the team have looked: who proposes what to take out, and a second one who approves. When a name
may no longer stand in them they ask to be approved again; the name is gone at once.
Sources: issue 5, item 6; core.merge; core.anonymise; domain research, section 2.3.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar

from hub.core.anonymise import Proposal, Removal, Someone, Why, apply, propose
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.states import Moves

LONGEST = 200_000  # octets of UTF-8
LARGE = 50_000  # octets from which on the worker looks for what to take out
ALL_KEPT = timedelta(days=7)  # as long every saved text is kept
COARSE_AFTER = timedelta(days=90)  # from then on one a day is
_FINE = timedelta(minutes=15)


class NotesTooLong(Refusal):
    """There is no room for so many words."""

    code: ClassVar[str] = "notes-too-long"


class NothingToShare(Refusal):
    """There are no notes yet."""

    code: ClassVar[str] = "nothing-to-share"


class SamePerson(Refusal):
    """Who proposed what to take out cannot approve it as well."""

    code: ClassVar[str] = "same-person"


class NotApproved(Refusal):
    """The notes can't be shown before a second person has approved them."""

    code: ClassVar[str] = "not-approved"


def sound_text(text: str) -> str:
    """Give notes as they are kept: line ends even, no NUL. Raises NotesTooLong."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    size = len(even.encode("utf-8", "replace"))
    if size > LONGEST:
        raise NotesTooLong(
            f"These notes have {size // 1000} kB, and there is room for {LONGEST // 1000} kB. Nothing of it is saved: keep a "
            "copy, then take something out or put it into a document of its own.",
            field="text",
        )
    return even.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved text by its number and when (aware) it was saved."""

    number: int
    saved_at: datetime


def to_thin(versions: Iterable[Kept], *, needed: Iterable[int] = (), at: datetime) -> frozenset[int]:
    """Give the numbers of the saved texts that are kept no longer.

    All of the last seven days stay, then the last one of each quarter of an hour, after ninety days that of each day (UTC).
    The first and the newest stay always, and those `needed`.
    """
    ordered = sorted(versions, key=lambda each: each.number)
    stays = {each.number for each in (ordered[:1] + ordered[-1:])} | set(needed)
    last: dict[tuple[object, ...], int] = {}
    for each in ordered:
        age = at - each.saved_at
        if age < ALL_KEPT:
            stays.add(each.number)
        elif age < COARSE_AFTER:
            last["quarter", each.saved_at.timestamp() // _FINE.total_seconds()] = each.number
        else:
            last["day", each.saved_at.timestamp() // 86_400] = each.number
    return frozenset(each.number for each in ordered) - stays - frozenset(last.values())


# -- how notes leave


class ExportState(StrEnum):
    """Where the way of notes out of the house stands."""

    PREPARING = "preparing"
    DRAFT = "draft"
    PROPOSED = "proposed"
    SENT_BACK = "sent-back"
    APPROVED = "approved"
    ASKS_AGAIN = "asks-again"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """What the team reads."""
        return _LABELS[self.value]


_LABELS = {
    "preparing": "Being looked through",
    "draft": "To be decided",
    "proposed": "Waits for a second person",
    "sent-back": "Sent back",
    "approved": "Approved",
    "asks-again": "To be approved again",
    "replaced": "Replaced",
}
IN_THE_WORKS = (ExportState.PREPARING, ExportState.DRAFT, ExportState.PROPOSED, ExportState.SENT_BACK)
STANDING = (ExportState.APPROVED, ExportState.ASKS_AGAIN)

MOVES: Moves[ExportState] = Moves(
    {
        "prepared": (frozenset({ExportState.PREPARING}), ExportState.DRAFT),
        "proposed": (frozenset({ExportState.DRAFT, ExportState.SENT_BACK}), ExportState.PROPOSED),
        "sent_back": (frozenset({ExportState.PROPOSED}), ExportState.SENT_BACK),
        "approved": (frozenset({ExportState.PROPOSED, ExportState.ASKS_AGAIN}), ExportState.APPROVED),
        "asked_again": (frozenset({ExportState.APPROVED}), ExportState.ASKS_AGAIN),
        "replaced": (frozenset({*IN_THE_WORKS, *STANDING}), ExportState.REPLACED),
    }
)


def check_second(proposed_by: int | None, by: int | None) -> None:
    """Let the second person pass; keys of persons, None for nobody. Raises SamePerson."""
    if by is None or by == proposed_by:
        raise SamePerson("Somebody else of the team approves what you proposed: four eyes see more than two.")


@dataclass(frozen=True, slots=True)
class Around:
    """What the anonymiser is told of a session: who may be spoken of, and how one joins it or its neighbours."""

    people: tuple[Someone, ...]
    links: tuple[str, ...] = ()
    passcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A piece of a text and what was decided: it goes (`is_out`), or it stays. What stands there is not kept twice."""

    start: int
    end: int
    line: int
    why: Why
    replacement: str
    is_certain: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """Notes as they may leave now. `is_new` where something must go that nobody has decided on yet."""

    text: str
    is_new: bool


def digest(text: str) -> str:
    """Give what tells one text from another."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def look_through(text: str, around: Around) -> Proposal:
    """Say what to take out of notes. Time grows with the length of the text."""
    return propose(text, people=around.people, links=around.links, passcodes=around.passcodes)


def decided_on(proposal: Proposal, *, keep: Collection[tuple[int, int]] = ()) -> tuple[Decided, ...]:
    """Give what was decided: all goes but those guesses that stand at one of the places of `keep`."""
    return tuple(
        Decided(
            start=each.start,
            end=each.end,
            line=each.line,
            why=each.why,
            replacement=each.replacement,
            is_certain=each.is_certain,
            is_out=each.is_certain or (each.start, each.end) not in keep,
        )
        for each in proposal.removals
    )


def leaving(text: str, decided: Sequence[Decided], around: Around) -> Leaving:
    """Give notes as they may leave now: without what was decided on, what never leaves, and whoever may not be named today.

    A guess somebody kept stays, until it is more than a guess. Raises ChangedMeanwhile where a place lies outside the text.
    """
    fresh = look_through(text, around).removals
    gone = {(each.start, each.end) for each in decided if each.is_out}
    kept = {(each.start, each.end) for each in decided if not each.is_out}
    due = [each for each in fresh if each.is_certain or (each.start, each.end) not in kept]
    is_new = any(not _is_within(each, gone) for each in due)
    taken = sorted((each.start, each.end) for each in due)
    earlier = [_removal(text, piece) for each in decided if each.is_out for piece in _besides(each, taken)]
    return Leaving(apply(text, [*due, *earlier], links=around.links, passcodes=around.passcodes), is_new)


def settled(text: str, decided: Sequence[Decided], around: Around, *, keep: Collection[int]) -> tuple[Decided, ...]:
    """Give decisions as a person makes them: of the guesses those at the places in `keep` stay, all else goes.

    Looked through anew: what has become certain since goes, kept or not, and what is new goes until somebody decides.
    """
    guesses = [each for each in decided if not each.is_certain]
    stays = {(each.start, each.end) for place, each in enumerate(guesses) if place in keep}
    made = [replace(each, is_out=each.is_certain or (each.start, each.end) not in stays) for each in decided]
    return decided_again(text, made, around)


def decided_again(text: str, decided: Sequence[Decided], around: Around) -> tuple[Decided, ...]:
    """Give the decisions with what must go today as well, as a second approval makes them."""
    kept = {(each.start, each.end) for each in decided if not each.is_out}
    again = decided_on(look_through(text, around), keep=kept)
    there = {(each.start, each.end) for each in again}
    return (*again, *(each for each in decided if each.is_out and (each.start, each.end) not in there))


def _is_within(removal: Removal, gone: Collection[tuple[int, int]]) -> bool:
    if (removal.start, removal.end) in gone:
        return True
    return any(start <= removal.start and removal.end <= end for start, end in gone)


def _besides(each: Decided, taken: Sequence[tuple[int, int]]) -> Iterator[Decided]:
    """Yield what of a piece is not taken by others (sorted, none overlapping); all of it where none of it is."""
    at = each.start
    number = max(0, bisect_right(taken, (each.start, each.start)) - 1)
    while number < len(taken) and taken[number][0] < each.end:
        start, end = taken[number]
        if start > at:
            yield replace(each, start=at, end=start, replacement=each.replacement if at == each.start else "")
        at = max(at, end)
        number += 1
    if at < each.end:
        yield replace(each, start=at, end=each.end, replacement=each.replacement if at == each.start else "")


def _removal(text: str, each: Decided) -> Removal:
    if not 0 <= each.start < each.end <= len(text):
        raise ChangedMeanwhile("The notes were changed since this was proposed. Look at them again.")
    return Removal(
        start=each.start,
        end=each.end,
        line=each.line,
        why=each.why,
        words_of_why=each.why.label,
        replacement=each.replacement,
        is_certain=each.is_certain,
        said=text[each.start : each.end],
    )


def to_facts(decided: Iterable[Decided]) -> list[dict[str, Any]]:
    """Give decisions as JSON-ready data. No word of the notes is among it."""
    return [
        {
            "start": each.start,
            "end": each.end,
            "line": each.line,
            "why": each.why.value,
            "replacement": each.replacement,
            "is_certain": each.is_certain,
            "is_out": each.is_out,
        }
        for each in decided
    ]


def from_facts(facts: Iterable[Mapping[str, Any]]) -> tuple[Decided, ...]:
    """Read decisions back."""
    return tuple(Decided(**{**each, "why": Why(each["why"])}) for each in facts)
