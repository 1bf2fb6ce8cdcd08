"""What is mine: the page a person starts on, and the places they may enter."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.people import queries as people
from hub.people.access import member_page, person_of
from hub.site import navigation


@member_page
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Say what is next for the person who asks."""
    person = person_of(request)
    assert person is not None  # the decorator let them in
    return render(
        request, "site/me.html", {"roles": people.roles_at(person, at=timezone.now()).select_related("programme", "cohort")}
    )


@member_page
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List the places the person may enter, for the palette."""
    person = person_of(request)
    assert person is not None  # the decorator let them in
    response = JsonResponse({"places": [asdict(place) for place in navigation.places(person, at=timezone.now())]})
    response["Cache-Control"] = "private, no-store"
    return response
