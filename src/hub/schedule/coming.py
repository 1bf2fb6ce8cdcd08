"""Who comes to the sessions that are not simply for the whole cohort. A later room that gives out places says so here.

Messages, calendars and feeds ask; a session nobody speaks of is for everybody who takes part in its cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Mode
from hub.kit.rooms import load_modules
from hub.people.models import Person
from hub.programmes.models import Programme

Comes = Callable[..., Mapping[str, frozenset[int]]]
Mine = Callable[..., Mapping[str, bool]]
Gives = Callable[[str], bool]
_comes: list[Comes] = []
_mine: list[Mine] = []
Lessons = Callable[[int], Sequence[tuple[str, str]]]
_gives: list[Gives] = []
_tells_notes: list[Gives] = []
_lessons: list[Lessons] = []


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


def where_notes_are_read(give: Gives) -> Gives:
    """Register what says whether everybody may read notes of a session (by UID); a change calls `cohort_public_changed`."""
    _tells_notes.append(give)
    return give


def has_notes(uid: str) -> bool:
    """Say whether everybody may read notes of a session, for its page to lead there."""
    load_modules("coming")
    return any(give(uid) for give in _tells_notes)


def what_was_learnt(give: Lessons) -> Lessons:
    """Register what gives, for a cohort by key, what to change next time: the session in words, and Markdown."""
    _lessons.append(give)
    return give


def lessons_of(cohort: int) -> list[tuple[str, str]]:
    """Give what to change next time, from the runs of a cohort, for whoever makes the next one."""
    load_modules("coming")
    return [lesson for give in _lessons for lesson in give(cohort)]


def is_joined(occurrence: Occurrence) -> bool:
    """Say whether people join a session from afar."""
    is_on = occurrence.state is not SessionState.CANCELLED and occurrence.kind.is_gathering
    return is_on and occurrence.mode in (Mode.ONLINE, Mode.HYBRID)


def join_url(occurrence: Occurrence) -> str:
    """Give the short way into the call of a session, which asks who one is. It is no secret, and it is not the link."""
    return settings.BASE_URL + reverse("join", args=[occurrence.uid])
