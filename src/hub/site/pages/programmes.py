"""What the public sees first: the Hub's home, each programme's, and its year plan."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.people import permissions
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.programmes.models import Programme


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programmes of this Hub and what happens next in them."""
    return render(request, "site/home.html", {"programmes": programmes.public_programmes()})


def _programme(request: HttpRequest, slug: str) -> Programme:
    """Give a programme that is public, or whose people ask. Raises Http404."""
    found = programmes.programme(slug)
    if found is None or not (found.is_public or permissions.belongs(person_of(request), found, at=timezone.now())):
        raise Http404
    return found


@public_page
@require_safe
def programme_home(request: HttpRequest, programme: str) -> HttpResponse:
    """Say what a programme is, for whom, and what happens next."""
    found = _programme(request, programme)
    return render(request, "site/programme.html", {"programme": found, "here": "programme"})


@public_page
@require_safe
def year_plan(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what a programme plans for the year, before dates exist."""
    found = _programme(request, programme)
    return render(request, "site/year_plan.html", {"programme": found, "here": "year-plan"})
