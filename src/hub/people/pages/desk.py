"""The team's people: found by name, role and cohort; one person with their history, and what they agreed to."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.people import queries
from hub.people.access import person_of, team_page
from hub.people.models import RoleKind
from hub.programmes import queries as programmes
from hub.programmes.models import Programme

ON_A_PAGE = 50


def _programme(slug: str) -> Programme:
    found = programmes.programme(slug)
    if found is None:
        raise Http404
    return found


@team_page
@require_safe
def people(request: HttpRequest, programme: str) -> HttpResponse:
    """List the people of a programme, present and past; `?q=` finds by name or organisation, `?role=` and `?cohort=` filter."""
    place = _programme(programme)
    words = request.GET.get("q", "").strip()[:80]
    role = request.GET.get("role", "")
    cohort = request.GET.get("cohort", "")
    found = queries.people_of(
        place, person_of(request), words=words, role=role if role in RoleKind.values else "", cohort=cohort, at=timezone.now()
    )
    pages = Paginator(found, ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "programme": place,
        "page": page,
        "rows": queries.with_facts(list(page.object_list), place),
        "words": words,
        "role": role,
        "cohort": cohort,
        "roles": RoleKind.choices,
        "cohorts": programmes.cohorts_of(place),
        "is_filtered": bool(words or role or cohort),
    }
    return render(request, "people/people.html", context)


@team_page
@require_safe
def person(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show one person: roles across cohorts, where they work, what they agreed to, what is still to do."""
    place = _programme(programme)
    found = queries.person_of_programme(place, person_of(request), pk, at=timezone.now())
    if found is None:
        raise Http404
    context = {
        "programme": place,
        "one": found,
        "roles": queries.roles_of(found),
        "affiliations": queries.affiliations_of(found),
        "standings": queries.standings(found, place),
        "ledger": queries.ledger(found, place),
    }
    return render(request, "people/person.html", context)
