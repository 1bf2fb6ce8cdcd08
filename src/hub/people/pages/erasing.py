"""Being forgotten: what it means, asking for it, and keeping one's data after all; by oneself, or by the team."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import NotAllowed, Refusal
from hub.kit import personal
from hub.kit.home import home_zone
from hub.people import commands, permissions, queries
from hub.people.access import own_page, person_of, team_page
from hub.people.models import Person
from hub.programmes import queries as programmes


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me(request: HttpRequest) -> HttpResponse:
    """Say what being forgotten means; POST `do=erase` asks for it, `do=keep` takes it back."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    refusal = None
    if request.method == "POST":
        refusal = _done(request, me, by=me)
        if refusal is None:
            return redirect("my-data")
    return _page(request, me, refusal, "people/erase_me.html")


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def erase_person(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """The same for somebody of the team's programme, where the team was asked to."""
    place = programmes.programme(programme)
    by, at = person_of(request), timezone.now()
    person = queries.person_of_programme(place, by, pk, at=at) if place else None
    if place is None or person is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _done(request, person, by=by)
        if refusal is None:
            return redirect("desk-person", programme, pk)
    return _page(request, person, refusal, "people/erase_person.html", programme=place)


def _done(request: HttpRequest, person: Person, *, by: Person | None) -> Refusal | None:
    """Do what was sent; gives the refusal where there is one."""
    at, wish = timezone.now(), request.POST.get("do", "")
    whose = "your" if by is not None and by.pk == person.pk else "their"
    try:
        if wish == "erase":
            commands.ask_erasure(person, by=by, at=at)
            messages.success(request, f"Asked for. From now on the Hub shows {whose} name to nobody in public.")
        elif wish == "keep":
            asked = queries.open_erasure(person)
            if asked is not None:
                commands.take_back_erasure(asked, by=by, at=at)
            messages.success(request, f"Taken back: {whose} data stays, and all is as it was.")
        else:
            return Refusal("Choose one of the two: erase, or keep.")
    except Refusal as no:
        return no
    return None


def _page(request: HttpRequest, person: Person, refusal: Refusal | None, template: str, **more: object) -> HttpResponse:
    at = timezone.now()
    by = person_of(request)
    asked = queries.open_erasure(person)
    is_mine = by is not None and by.pk == person.pk
    where = programmes.programmes_among(person.roles.values_list("programme", flat=True).distinct())
    if not is_mine:
        where = where.filter(pk__in=queries.programmes_run_by(by, at=at).values("pk"))
    context = {
        "one": person,
        "erasure": asked,
        "may_ask": permissions.can_ask_erasure(by, person, at=at),
        "may_keep": asked is not None and permissions.can_take_back_erasure(by, asked, at=at),
        "days": settings.ERASURE_DAYS,
        "stays": personal.reasons_to_stay(),
        "named": queries.still_named(person, where),
        "zone": by.clock if by else home_zone(),
        "refusal": refusal.sentence if refusal else "",
        **more,
    }
    status = 200 if refusal is None else 403 if isinstance(refusal, NotAllowed) else 422
    return render(request, template, context, status=status)
