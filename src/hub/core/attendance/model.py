"""What a file says of one person, what all files together say, and whom that may mean.

Sources: issue 5, item 2; the forms of the files stand in `hub.services.reports`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Span = tuple[datetime, datetime]  # from, to
Stated = tuple[datetime | None, datetime | None, int]  # first, last, seconds somewhere between
Part = tuple[tuple[Span, ...], tuple[Stated, ...]]  # what one of several under a name may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a file: somebody came and went, or was there so many minutes, or did not come.

    `number` is the line people count in the file. Times are wall times as the file gives them (no zone), or instants once a
    zone was said; all lines that are gathered together are of one sort. `left` None with `joined` means until the end.
    `minutes` are whole ones as stated, a part of one left out. `is_summary`: the times are the first and the last, and the
    minutes lie somewhere between; without `minutes` they are not known. `is_open`: the file has nothing that could say when
    somebody left, so joining tells of no minutes. `was_there` None means the file does not say (somebody has a ticket). `key`
    is the file's own number for the row where it has one that stays. `file` counts the files that are read together.
    """

    number: int
    name: str = ""
    address: str = ""
    joined: datetime | None = None
    left: datetime | None = None
    minutes: int | None = None
    is_guest: bool = False
    is_waiting_room: bool = False
    is_summary: bool = False
    is_open: bool = False
    was_there: bool | None = True
    key: str = ""
    note: str = ""
    file: int = 0


class Sort(StrEnum):
    """What stands behind a name: one person, a telephone or device without a name, or a room in which anybody may have sat."""

    PERSON = "person"
    PHONE = "phone"
    ROOM = "room"

    @property
    def label(self) -> str:
        """The words people read."""
        return {"person": "Person", "phone": "A phone or a device", "room": "A room"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What all lines of one meeting say of one address or one name.

    `spans` never overlap and are in order. `stated` are minutes without exact times: (first, last, seconds), the times None
    where none are given. `seconds` is the union of all that, None where nothing says how long; `seconds_within` the part that
    lies in the window. `also` are other names it went by. `key` is what a decision about it is remembered by. `notes` are
    sentences on what is doubtful. `apart` are the parts of a name that was there several times at once, whose minutes came
    without times several times, or of which several rows of a file say the same: one person's, or each another's. It is empty
    where there is no such doubt.
    """

    key: str
    name: str
    address: str = ""
    also: tuple[str, ...] = ()
    sort: Sort = Sort.PERSON
    was_there: bool | None = True
    is_guest: bool = False
    spans: tuple[Span, ...] = ()
    stated: tuple[Stated, ...] = ()
    seconds: int | None = None
    seconds_within: int | None = None
    lines: tuple[int, ...] = ()
    tickets: tuple[str, ...] = ()
    shares_address: bool = False  # other names came with the same address, as when one person takes several tickets
    notes: tuple[str, ...] = ()
    apart: tuple[Part, ...] = ()

    @property
    def minutes(self) -> int | None:
        """Whole minutes present, a part of one left out; None where nothing says how long."""
        return None if self.seconds is None else self.seconds // 60

    @property
    def minutes_within(self) -> int | None:
        """Whole minutes present within the window; None where that is not known."""
        return None if self.seconds_within is None else self.seconds_within // 60

    @property
    def first(self) -> datetime | None:
        """When it came, as far as times are given."""
        return min([span[0] for span in self.spans] + [start for start, _, _ in self.stated if start], default=None)

    @property
    def last(self) -> datetime | None:
        """When it went, as far as times are given."""
        return max([span[1] for span in self.spans] + [end for _, end, _ in self.stated if end], default=None)


class Sureness(StrEnum):
    """How far a file settles who somebody is. Only the first two need no person."""

    SURE = "sure"
    REMEMBERED = "remembered"
    PROPOSED = "proposed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "sure": "The same address",
            "remembered": "As decided before",
            "proposed": "Perhaps",
            "unknown": "Nobody we expect",
        }[self.value]

    @property
    def is_settled(self) -> bool:
        """Whether it counts without being asked."""
        return self in (Sureness.SURE, Sureness.REMEMBERED)


class Likeness(StrEnum):
    """Why a name may mean somebody, the likeliest first."""

    REMEMBERED = "remembered"
    ADDRESS = "address"
    NAME = "name"
    TOGETHER = "together"
    ALSO = "also"
    PART = "part"
    INITIAL = "initial"
    SLIP = "slip"
    SHORT = "short"
    ONE = "one"

    @property
    def label(self) -> str:
        """The reason in words."""
        return {
            "remembered": "Decided so before",
            "address": "The address is theirs",
            "name": "The same name",
            "together": "The same letters, written together",
            "also": "The name in brackets is the same",
            "part": "The same name, but for a part of it",
            "initial": "The same but for an initial",
            "slip": "The names differ in a letter",
            "short": "A short form that fits, and the rest is the same",
            "one": "Only one part of a name is given, and it fits",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody a presence may be, and why. `name` is the name they are known by that fits."""

    person: int
    likeness: Likeness
    name: str = ""

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self.likeness.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whom a presence means. `person` is settled only where `sureness` is, and None then means nobody we count.

    `candidates` are in order of likeness. `twins` are keys of other presences with the same name: perhaps the same person.
    `why` is a sentence on what keeps it from being settled, where there is one.
    """

    presence: Presence
    sureness: Sureness
    person: int | None = None
    candidates: tuple[Candidate, ...] = ()
    twins: tuple[str, ...] = ()
    why: str = ""
