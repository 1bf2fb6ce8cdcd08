"""Who sees what of me."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.people import appearances, queries, reach
from hub.people.access import own_page, person_of


@own_page
@require_safe
def who_sees(request: HttpRequest) -> HttpResponse:
    """Show who may know of the person who asks, and what of them, programme by programme."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    at = timezone.now()
    reaches = reach.reach_of(me, at=at)
    context = {
        "reaches": reaches,
        "by_code": appearances.by_code(me),
        "photo": reach.photo_reach(me, at=at),
        "has_needs": bool(me.access_needs),
        "needs": reach.needs_reach(me, at=at),
        "team_everywhere": reach.teams_that_know(me, at=at).values("person").distinct().count(),
        "fellow_words": reach.fellow_words(),
        "may_see_as": reach.may_see_as(me, at=at).count(),
        "named": queries.still_named(me, [each.programme for each in reaches]),
        "erasure": queries.open_erasure(me),
    }
    return render(request, "people/who_sees.html", context)
