"""Who has a place in the sessions that give out places, and somebody's 1:1s: for messages, calendars and feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Value
from django.urls import reverse

from hub.core.booking import HOLDING, BookingState
from hub.participation import one_to_one_events
from hub.participation.models import Booking, BookingTerms
from hub.participation.permissions import can_keep_register
from hub.participation.queries.notes import public_notes
from hub.participation.queries.onetoones import one_to_ones_of_person
from hub.participation.queries.runs import lessons_of
from hub.people.models import Person
from hub.programmes.models import Programme
from hub.schedule.coming import (
    MY_PLACE,
    NOTES,
    PLACES,
    REGISTER,
    Extra,
    more_events,
    what_it_leads_me_to,
    what_it_leads_to,
    what_was_learnt,
    where_i_go,
    who_comes,
)
from hub.schedule.queries.told import session_of_uid


@who_comes
def booked(programme: Programme, *, at: datetime) -> dict[str, frozenset[int]]:
    """Give who has a place in each session of a programme that is booked. Two queries."""
    rows = BookingTerms.objects.filter(session__cohort__programme=programme)
    found: dict[str, set[int]] = {str(uid): set() for uid in rows.values_list("session__uid", flat=True)}
    if found:
        places = Booking.objects.filter(session__cohort__programme=programme, state=BookingState.BOOKED.value)
        for uid, person in places.values_list("session__uid", "person"):
            found.setdefault(str(uid), set()).add(person)
    return {uid: frozenset(people) for uid, people in found.items()}


@where_i_go
def my_places(person: Person, *, uids: Collection[str] | None) -> dict[str, bool]:
    """Give the sessions that are booked, and whether somebody has a place there, or is kept one. One query."""
    mine = Booking.objects.filter(session=OuterRef("session"), person=person, state__in=[state.value for state in HOLDING])
    rows = BookingTerms.objects.filter(session__uid__in=list(uids)) if uids is not None else BookingTerms.objects.all()
    return {str(uid): has for uid, has in rows.annotate(has=Exists(mine)).values_list("session__uid", "has")}


@what_it_leads_to
def pages_of(uid: str) -> list[str]:
    """Say whether a session is booked, and whether everybody may read its notes. One query."""
    booked = BookingTerms.objects.filter(session__uid=uid).values_list(Value(PLACES))
    return [name for (name,) in booked.union(public_notes(uid).values_list(Value(NOTES)))]


@what_it_leads_me_to
def pages_of_mine(person: Person, uid: str, *, at: datetime) -> list[str]:
    """Say whether somebody has a place in a session or waits for one, and whether they keep its register. Five queries."""
    session = session_of_uid(UUID(uid))
    has = Booking.objects.live().filter(session__uid=uid, person=person).exists()
    keeps = session is not None and can_keep_register(person, session, at=at)
    return [name for name, holds in ((MY_PLACE, has), (REGISTER, keeps)) if holds]


@what_was_learnt
def lessons(cohort: int) -> list[tuple[str, str]]:
    """Give what to change next time, from the runs of a cohort. One query."""
    return [(f"{each.title}: {each.topic}" if each.topic else each.title, text) for each, text in lessons_of(cohort)]


@more_events
def my_one_to_ones(person: Person, *, at: datetime) -> Iterator[Extra]:
    """Give somebody's 1:1s of the last two months and to come, the cancelled too: a calendar takes those out. One query."""
    for one in one_to_ones_of_person(person, since=at - one_to_one_events.LOOKED_BACK):
        event = one_to_one_events.occurrence_of(one, for_=person)
        page = reverse("one-to-one", args=[one.pk])
        yield Extra(event, one_to_one_events.join_url(one), one.state_at, page, one.cohort)
