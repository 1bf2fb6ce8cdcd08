"""The team's people: found by name, role and cohort; one person with their history, and what they agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.consent import Means, Standing, Use
from hub.core.errors import Refusal
from hub.kit import journal, todo
from hub.people import ahead, commands, permissions, queries
from hub.people.access import person_of, team_page
from hub.people.forms import AnswerForm
from hub.people.models import Person, RoleKind
from hub.people.pages import keeping
from hub.people.pages.sheets import Wanted
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes
from hub.programmes.models import Programme

ON_A_PAGE = 50


@team_page
@require_safe
def people(request: HttpRequest, programme: str) -> HttpResponse:
    """List the people of a programme, present and past.

    `?q=` finds by name, organisation, address or ORCID; `?role=`, `?cohort=` and `?here=` filter.
    """
    place = programme_or_404(programme)
    wanted = Wanted.of(request.GET)
    words, role, cohort, here = wanted.words, wanted.role, wanted.cohort, wanted.here
    at = timezone.now()
    found = wanted.people(place, person_of(request), at)
    keys = queries.keys_of_few(found) if words else None
    pages: Paginator[Any] = Paginator(found if keys is None else keys, ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    on_page = list(page.object_list)
    context = {
        "programme": place,
        "page": page,
        "rows": queries.with_facts(on_page if keys is None else queries.people_by_keys(on_page), place, at=at),
        "words": words,
        "role": role,
        "cohort": cohort,
        "roles": RoleKind.choices,
        "cohorts": programmes.cohorts_of(place),
        "here": here or "",
        "heres": [(each.value, each.label) for each in queries.Here],
        "is_filtered": bool(words or role or cohort or here),
        "query": urlencode(
            {name: value for name, value in (("q", words), ("role", role), ("cohort", cohort), ("here", here)) if value}
        ),
        "exports": ("xlsx", "csv", "json"),
        "likely": queries.likely_pairs_of(place, person_of(request), at=at).count(),
    }
    return render(request, "people/people.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show one person: roles across cohorts, where they work, every answer; POST records what the team was told.

    Of somebody who only answered, and has no part here, the team sees what they answered and nothing else.
    """
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    found = queries.person_of_programme(place, by, pk, at=at)
    if found is None:
        return _without_a_part(request, place, pk, by, at)
    stands = keeping.standing(request, place, found, by, at)
    if isinstance(stands, str):
        messages.success(request, stands)
        if queries.person_of_programme(place, by, pk, at=timezone.now()) is None:  # their only role here was taken back
            return redirect("desk-people", programme)
        return redirect("desk-person", programme, pk)
    standings = queries.standings(found, place, at=at)
    is_answer = request.method == "POST" and request.POST.get("do") not in keeping.DOES
    form = _recorded(request, place, found, standings, by, at, is_answer=is_answer)
    if isinstance(form, HttpResponse):
        return form
    mail, can_invite = queries.mail_goes_to(found), permissions.can_invite(by, found, at=at)
    context = {
        "programme": place,
        "one": found,
        "mail": mail,
        "can_put_right": mail and can_invite and permissions.can_put_address_right(by, found, at=at),
        "links": queries.links_of(found),
        "stands": stands,
        "standings": standings,
        "ledger": queries.ledger(found, place),
        "form": form,
        "history": journal.history_of(
            found,
            person=by,
            at=at,
            where=partial(todo.where_in, place),
            within=todo.of_programme(place),
            besides=queries.lines_of_needs_kept_from(place),
        ),
        "needs": queries.needs_told(by, place, [found.pk], at=at).get(found.pk),
        "can_invite": can_invite,
        "can_see_as": permissions.can_see_as(by, found, at=at),
        "erasure": queries.open_erasure(found),
        "ahead": ahead.of(place, [found.pk], at=at),
    }
    status = 409 if stands.is_other else 422 if form.errors or stands.is_wrong else 200
    return render(request, "people/person.html", context, status=status)


def _without_a_part(request: HttpRequest, place: Programme, pk: int, by: Person | None, at: datetime) -> HttpResponse:
    """Show what somebody answered who has no part here, and record what they told the team since. Raises Http404."""
    found = queries.who_answered(place, by, pk, at=at)
    if found is None:
        raise Http404
    standings = queries.standings(found, place, at=at)
    form = _recorded(request, place, found, standings, by, at, is_answer=request.method == "POST")
    if isinstance(form, HttpResponse):
        return form
    context = {
        "programme": place,
        "one": found,
        "standings": standings,
        "ledger": queries.ledger(found, place),
        "form": form,
    }
    return render(request, "people/answered.html", context, status=422 if form.errors else 200)


def _recorded(
    request: HttpRequest,
    place: Programme,
    found: Person,
    standings: Sequence[queries.Asked],
    by: Person | None,
    at: datetime,
    *,
    is_answer: bool,
) -> AnswerForm | HttpResponse:
    """Write down what the team was told and lead on; give the form where nothing was sent, or something in it is wrong."""
    terms = {str(each.term.pk): each.term for each in standings}
    offered = [(key, Use(term.use).label) for key, term in terms.items()]
    form = AnswerForm(request.POST if is_answer else None, terms=offered)
    if not (form.is_bound and form.is_valid()):
        return form
    told = form.cleaned_data
    term = terms[told["term"]]
    use = Use(term.use)
    try:
        now = commands.answer(
            found, use, term, wish=told["wish"] == "yes", means=Means(told["means"]), note=told["note"], by=by, at=at
        )
    except Refusal as no:
        form.add_error(no.field if no.field in form.fields else None, no.sentence)
        return form
    messages.success(request, f"Recorded: {use.label}.")
    if now.standing == Standing.WITHDRAWN:
        return redirect("desk-withdrawn", place.slug, found.pk, term.use)
    return redirect("desk-person", place.slug, found.pk)
