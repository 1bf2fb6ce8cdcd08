"""What happened in a programme, and in each of its cohorts: for its team."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.kit import journal
from hub.people.access import person_of, team_page
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes


@team_page
@require_safe
def desk_history(request: HttpRequest, programme: str) -> HttpResponse:
    """Tell the newest of what happened in a programme; `?cohort=` tells it of one cohort."""
    place = programme_or_404(programme)
    cohorts = list(programmes.cohorts_of(place))
    asked = request.GET.get("cohort", "")
    cohort = next((each for each in cohorts if each.slug == asked), None)
    if asked and cohort is None:
        raise Http404
    told = journal.history_of(cohort or place, person=person_of(request), at=timezone.now())
    context = {"programme": place, "cohorts": cohorts, "chosen": cohort, "history": told}
    return render(request, "schedule/desk/history.html", context)
