"""Undoing a merge brings bookings back: never more places than there are, and nobody loses one they were given meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from hub.core.booking import BookingState, Way, state_of_returned
from hub.participation.commands.deciding import ring, take
from hub.participation.models import Booking, BookingTerms
from hub.participation.queries.returning import places_returned, stands_of
from hub.people.models import Person


def hold_places(returned: Iterable[Mapping[str, Any]]) -> None:
    """Take the locks of the sessions to which bookings with a place come back, in one order, as every command on them does."""
    sessions = {values["session_id"] for values in places_returned(returned).values()}
    list(BookingTerms.objects.select_for_update().filter(session__in=sessions).order_by("session").values_list("pk"))


def give_way(returned: Iterable[Mapping[str, Any]], *, by: Person | None, at: datetime) -> None:
    """Put bookings that came back to a session whose places are taken on its waiting list, first in line.

    Whoever has been given the place meanwhile keeps it. Called under the locks of `hold_places`.
    """
    rows = Booking.objects.filter(pk__in=places_returned(returned)).select_related("session__cohort", "person").order_by("pk")
    for row in rows:
        stand, state = stands_of([row.session_id], at=at).get(row.session_id), BookingState(row.state)
        if stand is None or state_of_returned(state, stand.taken[Way(row.way)], has_begun=stand.has_begun) is state:
            continue
        waiting = Booking.objects.filter(session=row.session_id, way=row.way, state=BookingState.WAITING.value)
        first = waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
        asked_at = row.asked_at if first is None else min(row.asked_at, first - timedelta(microseconds=1))
        take(row, "gave_way", by=by, at=at, asked_at=asked_at)
        ring(row.session, at=at)
