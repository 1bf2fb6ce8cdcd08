"""Who comes to the sessions that are not simply for the whole cohort. A later room that gives out places says so here.

Messages, calendars and feeds ask; a session nobody speaks of is for everybody who takes part in its cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from hub.kit.rooms import load_modules
from hub.people.models import Person
from hub.programmes.models import Programme

Comes = Callable[..., Mapping[str, frozenset[int]]]
Mine = Callable[..., Mapping[str, bool]]
Gives = Callable[[str], bool]
_comes: list[Comes] = []
_mine: list[Mine] = []
_gives: list[Gives] = []


def who_comes(give: Comes) -> Comes:
    """Register what gives, for a programme, who has a place in each session (by UID, in words) that gives out places."""
    _comes.append(give)
    return give


def where_i_go(give: Mine) -> Mine:
    """Register what gives, for a person, sessions (by UID) that give out places, and whether they have one there."""
    _mine.append(give)
    return give


def where_places_are_given(give: Gives) -> Gives:
    """Register what says whether a session (by UID) gives out places; who changes that calls `cohort_public_changed`."""
    _gives.append(give)
    return give


def comers(programme: Programme, *, at: datetime) -> dict[str, frozenset[int]]:
    """Give who has a place in which session of a programme; a session that gives out none is not in it."""
    load_modules("coming")
    found: dict[str, frozenset[int]] = {}
    for give in _comes:
        found |= give(programme, at=at)
    return found


def places_of(person: Person, uids: Collection[str] | None = None) -> dict[str, bool]:
    """Give the sessions that give out places, all or these, and whether a person has one, by UID."""
    load_modules("coming")
    found: dict[str, bool] = {}
    for give in _mine:
        found |= give(person, uids=uids)
    return found


def gives_places(uid: str) -> bool:
    """Say whether a session gives out places, for its page to lead there."""
    load_modules("coming")
    return any(give(uid) for give in _gives)
