"""Who comes to the sessions that are not simply for the whole cohort. A later room that gives out places says so here.

Messages, calendars and feeds ask; a session nobody speaks of is for everybody who takes part in its cohort.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Mode
from hub.kit.fresh import Key
from hub.kit.rooms import load_modules
from hub.people.models import Person
from hub.programmes.models import Cohort, Programme


@dataclass(frozen=True, slots=True)
class Extra:
    """Something of one person's own for their calendar. `url` is its address there, `stamp` (aware) when it last changed.

    `page` is where they see it on the Hub, and `cohort` what it belongs to.
    """

    occurrence: Occurrence
    url: str
    stamp: datetime
    page: str
    cohort: Cohort

    @property
    def key(self) -> Key:
        """What its calendar text depends on."""
        facts = self.occurrence
        when = (facts.starts_at.isoformat() if facts.starts_at else "", facts.ends_at.isoformat() if facts.ends_at else "")
        how = (facts.title, facts.place, facts.mode.value if facts.mode else "", self.stamp.isoformat())
        return (facts.uid, facts.sequence, facts.state.value, *when, facts.zone, *how)


Comes = Callable[..., Mapping[str, frozenset[int]]]
Mine = Callable[..., Mapping[str, bool]]
Leads = Callable[[str], Collection[str]]
More = Callable[..., Iterable[Extra]]
_comes: list[Comes] = []
_mine: list[Mine] = []
Lessons = Callable[[int], Sequence[tuple[str, str]]]
_leads: list[Leads] = []
LeadsMe = Callable[..., Collection[str]]
_leads_me: list[LeadsMe] = []
_lessons: list[Lessons] = []
_more: list[More] = []

PLACES, NOTES = "places", "notes"
MY_PLACE, REGISTER = "my-place", "register"


def who_comes(give: Comes) -> Comes:
    """Register what gives, for a programme, who has a place in each session (by UID, in words) that gives out places."""
    _comes.append(give)
    return give


def where_i_go(give: Mine) -> Mine:
    """Register what gives, for a person, sessions (by UID) that give out places, and whether they have one there."""
    _mine.append(give)
    return give


def what_it_leads_to(give: Leads) -> Leads:
    """Register what gives, for a session by UID, which pages of a later room its own leads everybody to: PLACES, NOTES.

    Who changes that calls `cohort_public_changed`.
    """
    _leads.append(give)
    return give


def what_it_leads_me_to(give: LeadsMe) -> LeadsMe:
    """Register what gives what a session's page leads one person to: `f(person, uid, *, at)` gives MY_PLACE, REGISTER.

    MY_PLACE where they have a place or wait for one, REGISTER where its register is theirs to keep.
    """
    _leads_me.append(give)
    return give


def more_events(give: More) -> More:
    """Register what gives what a person's own calendar holds besides sessions: `f(person, *, at)`, in constant queries.

    No joining link is among it: the address leads to one, for whoever may have it.
    """
    _more.append(give)
    return give


def extras_of(person: Person, *, at: datetime) -> list[Extra]:
    """Give what a person's own calendar holds besides sessions, in a stable order."""
    load_modules("coming")
    found = [each for give in _more for each in give(person, at=at)]
    return sorted(found, key=lambda each: (each.occurrence.starts_at or each.stamp, each.occurrence.uid))


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


def leads_to(uid: str) -> frozenset[str]:
    """Say which pages of later rooms a session's page leads everybody to."""
    load_modules("coming")
    return frozenset(name for give in _leads for name in give(uid))


def leads_me_to(person: Person | None, uid: str, *, at: datetime) -> frozenset[str]:
    """Say what a session's page leads somebody to beside what everybody is led to; nothing for who is not signed in."""
    if person is None:
        return frozenset()
    load_modules("coming")
    return frozenset(name for give in _leads_me for name in give(person, uid, at=at))


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
