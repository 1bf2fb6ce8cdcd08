"""Where a page of this room is, and who asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse

from hub.admissions import queries
from hub.admissions.models import OnboardingPlan
from hub.people.access import person_of
from hub.people.models import Person
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort


def cohort_or_404(programme: str, cohort: str) -> Cohort:
    """Find the cohort an address names, with its programme at hand."""
    found = programmes.cohort(programme, cohort)
    if found is None:
        raise Http404
    return found


def plan_or_404(cohort: Cohort) -> OnboardingPlan:
    """Find the onboarding of a cohort."""
    found = queries.plan_of(cohort)
    if found is None:
        raise Http404
    return found


def whoever(request: HttpRequest) -> Person:
    """Give the person who asks; the page's decorator has let in nobody else."""
    person = person_of(request)
    assert person is not None
    return person


def address(name: str, *arguments: str | int) -> str:
    """Give the address of a page; empty where the room that has it is not built in."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
