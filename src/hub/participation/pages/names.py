"""The names and addresses in attendance files whose meaning is remembered: look through them, put one right, forget one."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.participation import commands, queries
from hub.participation.models import KnownAs
from hub.participation.pages.place import number_of
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.people.queries import called, person_of_programme

ON_A_PAGE = 50
_NOT_FOUND = "Nobody of the programme is called that, or two are. Write the address, or bring them in under People first."


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def known_names(request: HttpRequest, programme: str) -> HttpResponse:
    """List whom names in attendance files mean; `?person=` those of one person.

    POST names one by `known` and says what to `do`: forget it, or that it means somebody else (`means`, by `name`) or nobody.
    """
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    only = number_of(request.GET.get("person"))
    person = person_of_programme(place, by, only, at=at) if only else None
    if only and person is None:
        raise Http404
    refused: tuple[int, str, str] | None = None
    if request.method == "POST":
        known = queries.known_name(place, number_of(request.POST.get("known")))
        if known is None:
            raise BadRequest("There is no such name.")
        try:
            wrong = _done(request, known, by, at)
        except Refusal as no:
            wrong = no.sentence
        if not wrong:
            return redirect(request.get_full_path())
        refused = (known.pk, request.POST.get("name", "")[:254], wrong)
    pages = Paginator(queries.known_names(place, person=person.pk if person else None), ON_A_PAGE)
    context = {
        "programme": place,
        "one": person,
        "page": pages.get_page(request.GET.get("page")),
        "refused": refused,
    }
    return render(request, "participation/reports/names.html", context, status=422 if refused else 200)


def _done(request: HttpRequest, known: KnownAs, by: Person, at: datetime) -> str:
    """Do what was asked of a name; gives what is wrong with it in a sentence, "" where it was done."""
    do = request.POST.get("do")
    if do == "forget":
        commands.forget_name(known, by=by, at=at)
        messages.success(request, f"Forgotten. The next file that names {known.said} asks.")
        return ""
    if do == "nobody":
        commands.settle_name(known, None, by=by, at=at)
        messages.success(request, f"{known.said} is nobody we count, from the next file on.")
        return ""
    if do != "means":
        raise BadRequest("This page does nothing of that name.")
    found = called(known.programme, by, request.POST.get("name", ""), at=at)
    if len(found) != 1:
        return _NOT_FOUND
    commands.settle_name(known, found[0], by=by, at=at)
    messages.success(request, f"{known.said} means {found[0]} from the next file on.")
    return ""
