"""One's own bookings, and what one may book."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.booking import BookingState, is_left_out
from hub.participation import queries
from hub.participation.models import Booking
from hub.participation.pages.place import whoever
from hub.people.access import member_page


@member_page
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    """List the bookings of who asks and the sessions they may book, now or later; POSTs go to a session's own page."""
    person, at = whoever(request), timezone.now()
    context = {
        "bookings": _with_end(queries.bookings_of_person(person, since=at), at),
        "offers": queries.offers_to(person, at=at),
        "person": person,
        "zone": person.clock,
    }
    return render(request, "participation/mine.html", context)


def _with_end(bookings: list[Booking], at: datetime) -> list[tuple[Booking, bool]]:
    """Give each booking with whether booking has ended and left it without a place."""
    windows = {each.session.pk: each.window for each in queries.frames_of({row.session.cohort for row in bookings})}
    return [
        (
            row,
            row.session_id in windows
            and is_left_out(BookingState(row.state), windows[row.session_id], since=row.state_at, at=at),
        )
        for row in bookings
    ]
