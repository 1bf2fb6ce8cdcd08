"""One's own bookings, and what one may book."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.participation import queries
from hub.people.access import member_page
from hub.people.places import whoever


@member_page
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    """List the bookings of who asks and the sessions they may book, now or later; POSTs go to a session's own page."""
    person, at = whoever(request), timezone.now()
    context = {
        "bookings": queries.bookings_of_person(person, at=at),
        "offers": queries.offers_to(person, at=at),
        "person": person,
        "zone": person.clock,
    }
    return render(request, "participation/mine.html", context)
