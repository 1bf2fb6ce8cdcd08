"""What a withdrawal that a team recorded did: from where the Hub took somebody out, and what is left to people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.consent import Use
from hub.people import organisations as read
from hub.people import queries
from hub.people.access import person_of, team_page
from hub.people.pages.agreements import taken_back
from hub.people.places import programme_or_404


@team_page
@require_safe
def person_withdrawn(request: HttpRequest, programme: str, pk: int, use: str) -> HttpResponse:
    """Say what it did that a person took a yes back."""
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    found = queries.person_of_programme(place, by, pk, at=at) or queries.who_answered(place, by, pk, at=at)
    if found is None or use not in set(Use):
        raise Http404
    return render(request, "people/withdrawn_at_desk.html", taken_back(found, Use(use), place, to_team=True, at=at))


@team_page
@require_safe
def organisation_withdrawn(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Say what it did that an organisation took its logo back."""
    place = programme_or_404(programme)
    found = read.organisation_of(place, pk)
    if found is None:
        raise Http404
    return render(request, "people/withdrawn_at_desk.html", taken_back(found, Use.LOGO, place, to_team=True, at=timezone.now()))
