"""What I agreed to: the words, my answers, and taking a yes back as easily as it was given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.consent import Standing, Use
from hub.core.errors import NotAllowed, Refusal
from hub.people import appearances, commands, queries
from hub.people.access import member_page, person_of
from hub.people.models import Organisation, Person
from hub.programmes import queries as programmes
from hub.programmes.models import Programme


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: HttpRequest) -> HttpResponse:
    """Show what each of my programmes asks, and take my answer: `do=yes`, or `do=no`, which takes a yes back."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    at = timezone.now()
    refusal, status, wrong = "", 200, 0
    if request.method == "POST":
        if request.POST.get("organisation"):
            return _of_organisation(request, me, at)
        term = queries.term_asked_of(me, request.POST.get("term", ""), at=at)
        wish = {"yes": True, "no": False}.get(request.POST.get("do", ""))
        if term is None or wish is None:
            raise Http404
        use = Use(term.use)
        try:
            now = commands.answer(me, use, term, wish=wish, by=me, at=at)
        except NotAllowed:
            raise Http404 from None
        except Refusal as no:
            refusal, status, wrong = no.sentence, 422, term.pk
        else:
            if now.standing == Standing.WITHDRAWN:
                return redirect("withdrawn", term.programme.slug, use.value)
            said = "You agreed" if wish else "You said no"
            messages.success(request, f"{said}: {use.label}. You can change it here at any time.")
            return redirect("agreements")
    context = {
        "asked": queries.asked_of(me, at=at),
        "organisations": queries.asked_of_contact(me, at=at),
        "refusal": refusal,
        "wrong": wrong,
    }
    return render(request, "people/agreements.html", context, status=status)


def _of_organisation(request: HttpRequest, me: Person, at: datetime) -> HttpResponse:
    """Take the answer of an organisation a person speaks for. Raises Http404."""
    sent = (request.POST["organisation"], request.POST.get("term", ""))
    asked = {(str(one.pk), str(each.term.pk)): (one, each) for one, each in queries.asked_of_contact(me, at=at)}
    wish = {"yes": True, "no": False}.get(request.POST.get("do", ""))
    if sent not in asked or wish is None:
        raise Http404
    organisation, each = asked[sent]
    try:
        now = commands.answer_for_organisation(organisation, each.term, wish=wish, by=me, at=at)
    except Refusal as no:
        messages.error(request, no.sentence)
    else:
        if now.standing == Standing.WITHDRAWN:
            return redirect("withdrawn-logo", each.term.programme.slug, organisation.pk)
        messages.success(
            request, f"{organisation.name} {'allows' if wish else 'does not allow'} its logo. You can change it here."
        )
    return redirect("agreements")


@member_page
@require_safe
def withdrawn(request: HttpRequest, programme: str, use: str) -> HttpResponse:
    """Say what a withdrawal did: from where the person is gone, and what others still have to do."""
    me: Person | None = person_of(request)
    assert me is not None  # the decorator let them in
    found = programmes.programme(programme)
    if found is None or use not in set(Use):
        raise Http404
    return render(request, "people/withdrawn.html", taken_back(me, Use(use), found, at=timezone.now()))


@member_page
@require_safe
def withdrawn_logo(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Say to who speaks for an organisation what taking its logo back did."""
    me = person_of(request)
    asked = (
        [one for one, each in queries.asked_of_contact(me, at=timezone.now()) if each.term.programme.slug == programme]
        if me
        else []
    )
    one = next((one for one in asked if one.pk == pk), None)
    found = programmes.programme(programme)
    if one is None or found is None:
        raise Http404
    return render(request, "people/withdrawn.html", taken_back(one, Use.LOGO, found, at=timezone.now()))


def taken_back(
    whose: Person | Organisation, use: Use, programme: Programme, *, to_team: bool = False, at: datetime
) -> dict[str, Any]:
    """Give what a page says of a withdrawal: where the Hub took them out, and what is left to people. Raises Http404.

    What is left on pages of the team alone is counted, and listed to the team.
    """
    if not queries.has_withdrawn(whose, use, programme):
        raise Http404
    of: dict[str, Any] = {"person": whose} if isinstance(whose, Person) else {"organisation": whose}
    tasks = list(queries.open_tasks(whose, use, programme))
    told = [task for task in tasks if to_team or not task.where.startswith(appearances.DESK)]
    return {
        "whose": whose,
        "use": use,
        "programme": programme,
        "gone": [place for place in appearances.of(use, programme, **of, at=at) if not place.to_do],
        "tasks": told,
        "at_desk": len(tasks) - len(told),
    }
