"""Where a page of the desk is, and who asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from hub.people.access import person_of
from hub.people.models import Person
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Session
from hub.schedule.queries.working import session_for_team


def cohort_or_404(programme: str, cohort: str) -> Cohort:
    """Find the cohort an address names, with its programme at hand."""
    found = programmes.cohort(programme, cohort)
    if found is None:
        raise Http404
    return found


def session_or_404(place: Cohort, slug: str) -> Session:
    """Find the session of a cohort an address names."""
    found = session_for_team(place, slug)
    if found is None:
        raise Http404
    return found


def programme_or_404(programme: str) -> Programme:
    """Find the programme an address names."""
    found = programmes.programme(programme)
    if found is None:
        raise Http404
    return found


def whoever(request: HttpRequest) -> Person:
    """Give the person who asks; a page of the team has let in nobody else."""
    person = person_of(request)
    assert person is not None
    return person


def as_file(text: str, name: str) -> HttpResponse:
    """Answer with a text as a file, byte for byte."""
    response = HttpResponse(text.encode(), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response
