"""Where a page is, and who asks: what the pages of every room find by their address."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from hub.people.access import person_of
from hub.people.models import Person
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


def programme_or_404(slug: str) -> Programme:
    """Find the programme an address names; the page's decorator looks who asks."""
    found = programmes.programme(slug)
    if found is None:
        raise Http404
    return found


def cohort_or_404(programme: str, cohort: str) -> Cohort:
    """Find the cohort an address names, with its programme at hand; the page's decorator looks who asks."""
    found = programmes.cohort(programme, cohort)
    if found is None:
        raise Http404
    return found


def whoever(request: HttpRequest) -> Person:
    """Give the person who asks; the page's decorator has let in nobody else."""
    person = person_of(request)
    assert person is not None
    return person
