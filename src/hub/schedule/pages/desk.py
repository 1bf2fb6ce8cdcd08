"""The working schedule at the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core.plan.model import Kind
from hub.kit.request import Request
from hub.people.access import team_page
from hub.people.places import cohort_or_404
from hub.programmes.models import Cohort
from hub.schedule.queries.desk import desk_of

ONLY = ("changed", "found")


@team_page
@require_safe
def desk(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Show the working schedule: what differs from the release, what was found, and the way to change each session."""
    place = cohort_or_404(programme, cohort)
    kind, only = request.GET.get("kind", ""), request.GET.get("only", "")
    context = schedule_context(place, kind, only)
    template = "schedule/desk/_schedule.html" if request.htmx else "schedule/desk/schedule.html"
    return render(request, template, context)


def schedule_context(place: Cohort, kind: str, only: str) -> dict[str, Any]:
    """Give what the schedule's part of a page shows; a filter nobody knows is none."""
    kind = kind if kind in set(Kind) else ""
    only = only if only in ONLY else ""
    return {
        "programme": place.programme,
        "cohort": place,
        "desk": desk_of(place, kind=kind, only=only),
        "kind": kind,
        "only": only,
    }
