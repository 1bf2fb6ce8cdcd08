"""Where a person or an organisation appears: each room says so for its own pages, and a withdrawal shows the list.

A room registers a function in its `AppConfig.ready`; people never ask a later room, they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.core.consent import Use
from hub.people.models import Organisation, Person
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Appearance:
    """A place where somebody appears by a use: what it is, its address, and what a person must do after a withdrawal.

    `to_do` is empty where the Hub itself takes them out at once.
    """

    what: str
    url: str
    to_do: str = ""


Finder = Callable[[Use, Programme, Person | None, Organisation | None, datetime], Iterable[Appearance]]
_finders: dict[str, Finder] = {}


def register(room: str, finder: Finder) -> None:
    """Let a room say where people appear in it; a second registration of a room replaces the first."""
    _finders[room] = finder


def of(
    use: Use, programme: Programme, *, person: Person | None = None, organisation: Organisation | None = None, at: datetime
) -> list[Appearance]:
    """Give every place where somebody appears by a use at a moment, room by room."""
    return [place for finder in _finders.values() for place in finder(use, programme, person, organisation, at)]
