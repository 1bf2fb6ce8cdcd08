"""Who has a place in the sessions that give out places, and somebody's 1:1s: for messages, calendars and feeds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from hub.core.booking import HOLDING, BookingState
from hub.participation import one_to_one_events
from hub.participation.models import Booking, BookingTerms
from hub.participation.queries.onetoones import one_to_ones_of_person
from hub.people.models import Person
from hub.programmes.models import Programme
from hub.schedule.coming import Extra, more_events, where_i_go, where_places_are_given, who_comes


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
    """Give the sessions that are booked, and whether somebody has a place there, or is kept one. Two queries."""
    rows = BookingTerms.objects.all()
    mine = Booking.objects.filter(person=person, state__in=[state.value for state in HOLDING])
    if uids is not None:
        rows, mine = rows.filter(session__uid__in=list(uids)), mine.filter(session__uid__in=list(uids))
    have = {str(uid) for uid in mine.values_list("session__uid", flat=True)}
    return {str(uid): str(uid) in have for uid in rows.values_list("session__uid", flat=True)}


@where_places_are_given
def is_booked(uid: str) -> bool:
    """Say whether a session is booked. One query."""
    return BookingTerms.objects.filter(session__uid=uid).exists()


@more_events
def my_one_to_ones(person: Person, *, at: datetime) -> Iterator[Extra]:
    """Give somebody's 1:1s of the last two months and to come, the cancelled too: a calendar takes those out. One query."""
    for one in one_to_ones_of_person(person, since=at - one_to_one_events.LOOKED_BACK):
        event = one_to_one_events.occurrence_of(one, for_=person)
        yield Extra(event, one_to_one_events.join_url(one), one.state_at)
