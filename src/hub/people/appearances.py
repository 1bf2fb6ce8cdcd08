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

DESK = "/team/"  # how the addresses of a team's own pages begin


@dataclass(frozen=True, slots=True)
class Appearance:
    """A place where somebody appears by a use: what it is, its address, and what a person must do after a withdrawal.

    `to_do` is empty where the Hub itself takes them out at once. A place at the team's desk is told to the team alone: the
    words there are its own, and may be none of the person's business. `by_code` is a page that is theirs to show: listed
    nowhere, it is reached by its address or code alone, and names them until they close it, whatever else they allow.
    """

    what: str
    url: str
    to_do: str = ""
    by_code: bool = False

    @property
    def is_at_desk(self) -> bool:
        """Whether it is a page of the team's own."""
        return self.url.startswith(DESK)


Finder = Callable[[Use, Programme, Person | None, Organisation | None, datetime], Iterable[Appearance]]
ByCode = Callable[[Person], Iterable[Appearance]]
_finders: dict[str, Finder] = {}
_by_code: dict[str, ByCode] = {}


def register(room: str, finder: Finder) -> None:
    """Let a room say where people appear in it; a second registration of a room replaces the first."""
    _finders[room] = finder


def register_by_code(room: str, finder: ByCode) -> None:
    """Let a room say which open pages name a person to whoever has their address or code."""
    _by_code[room] = finder


def by_code(person: Person) -> list[Appearance]:
    """Give every page that names a person now to whoever has its address or code, room by room."""
    return [place for finder in _by_code.values() for place in finder(person)]


def of(
    use: Use, programme: Programme, *, person: Person | None = None, organisation: Organisation | None = None, at: datetime
) -> list[Appearance]:
    """Give every place where somebody appears by a use at a moment, room by room."""
    return [place for finder in _finders.values() for place in finder(use, programme, person, organisation, at)]
