"""Where a page of this room is, and who asks."""

from __future__ import annotations

from django.http import Http404
from django.urls import NoReverseMatch, reverse

from hub.admissions import queries
from hub.admissions.models import OnboardingPlan
from hub.programmes.models import Cohort


def plan_or_404(cohort: Cohort) -> OnboardingPlan:
    """Find the onboarding of a cohort."""
    found = queries.plan_of(cohort)
    if found is None:
        raise Http404
    return found


def address(name: str, *arguments: str | int) -> str:
    """Give the address of a page; empty where the room that has it is not built in."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
