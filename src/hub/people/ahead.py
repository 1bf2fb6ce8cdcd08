"""What people have ahead by a part that is over by then: each room says so of its own things, the page of a person shows it.

A room registers a function in its `AppConfig.ready`, and the page of its own on which a team decides; people never ask a later
room, they are told. Nothing is given up by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.core.ahead import Claim, say_claims
from hub.people.models import Person
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """One thing somebody has ahead, though the part they got it by is over by then.

    `is_over` where it is over now. `allowed` says why it stays theirs all the same; where it is empty the team decides.
    """

    key: str  # by which the room knows it again: "booking-12"
    person: Person
    claim: Claim
    what: str  # "Systems Thinking, Tue 1 October 2024"
    url: str  # where the team sees it
    starts_at: datetime
    is_over: bool
    allowed: str = ""
    note: str = ""  # what else the team should know before it decides


@dataclass(frozen=True, slots=True)
class Heap:
    """What a room knows of, soonest first; a team decides on a page of it, which also takes what was decided elsewhere."""

    page: str
    things: tuple[Ahead, ...]

    @property
    def undecided(self) -> tuple[Ahead, ...]:
        """What the team decides on: not what they may keep anyway."""
        return tuple(each for each in self.things if not each.allowed)

    @property
    def say(self) -> str:
        """How much of what there is to decide: "2 places and a 1:1"."""
        return say_claims(each.claim for each in self.undecided)


Finder = Callable[[Programme, Collection[int], datetime], Iterable[Ahead]]
Page = Callable[[Programme, Collection[int]], str]
_rooms: dict[str, tuple[Finder, Page]] = {}


def register(room: str, finder: Finder, *, page: Page) -> None:
    """Let a room say what people have ahead in it, and where a team decides; a second registration replaces the first."""
    _rooms[room] = (finder, page)


def of(programme: Programme, people: Collection[int], *, at: datetime) -> list[Heap]:
    """Give what some people have ahead in a programme though their part is over by then, room by room; empty heaps left out."""
    heaps = [Heap(page(programme, people), tuple(finder(programme, people, at))) for finder, page in _rooms.values()]
    return [heap for heap in heaps if heap.things]
