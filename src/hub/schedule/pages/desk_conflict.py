"""Two people saved the same plan: the second sees both texts, and loses nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hub.core.lines import compare_lines, merge
from hub.programmes.models import Cohort
from hub.schedule.commands.plans import PlanChangedMeanwhile


def both_texts(request: HttpRequest, place: Cohort, no: PlanChangedMeanwhile, base: str) -> HttpResponse:
    """Show both texts with what differs between them, and both changes put together where that can be done line by line."""
    if no.theirs is None:
        raise Http404  # a version was named though the cohort has no plan: no page of ours asks that
    merged = merge(base, no.mine, no.theirs.text)
    context = {
        "programme": place.programme,
        "cohort": place,
        "theirs": no.theirs,
        "mine": no.mine,
        "merged": merged if merged not in (no.mine, no.theirs.text) else None,
        "rows": compare_lines(no.theirs.text, no.mine),
        "refusal": no,
    }
    return render(request, "schedule/desk/plan_conflict.html", context, status=409)
