"""Two records of one person that nobody proposed: found by hand, from the page of one of them."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.people import commands, queries
from hub.people.access import person_of, team_page
from hub.people.models import Person
from hub.people.pages.comparing import compared
from hub.people.places import programme_or_404
from hub.programmes.models import Programme

MOST = 20


@team_page
@require_safe
def same(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Find whom a record may be the same person as: `?q=` is looked for among everybody the team knows."""
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    one = _known(place, pk, by, at)
    words = " ".join(request.GET.get("q", "")[:80].split())
    others, has_more = queries.others_called(one, words, by, place, most=MOST, at=at) if words else ([], False)
    context = {"programme": place, "one": one, "words": words, "others": others, "has_more": has_more, "most": MOST}
    return render(request, "people/same.html", context)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def same_as(request: HttpRequest, programme: str, pk: int, other: int) -> HttpResponse:
    """Show two records side by side; POST merges them. Where it was said that they are two people, say so (`do=unsay`).

    Who may is asked as for a proposed pair: the team knows both, and the first is of the programme.
    """
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    one = _known(place, pk, by, at)
    second = queries.known_to_team(by, at=at).filter(pk=other).exclude(pk=one.pk).first()
    if second is None:
        raise Http404
    pair = next(iter(queries.pairs_with(one, [second])), None)
    if pair is not None and pair.apart_at is None:
        return redirect("desk-duplicate", programme, pair.pk)
    if request.method == "POST" and request.POST.get("do") == "unsay":
        if pair is None:  # an old one that nothing made likely: let go meanwhile
            return redirect("desk-same-as", programme, pk, other)
        commands.unsay_apart(pair, by=by, at=at)
        messages.success(request, "Taken back. Compare them: merge them, or say again that they are two people.")
        return redirect("desk-duplicate", programme, pair.pk)
    if pair is not None:
        records = queries.records_of([one, second], place, at=at)
        context = {"programme": place, "one": one, "other": second, "pair": pair, "records": list(records.values())}
        return render(request, "people/same_apart.html", context, status=422 if request.method == "POST" else 200)
    return compared(request, place, one, second, of=one, by=by, at=at)


def _known(place: Programme, pk: int, by: Person | None, at: datetime) -> Person:
    """Find a person of a programme whom a team may merge. Raises Http404."""
    found = queries.person_of_programme(place, by, pk, at=at)
    if found is None or found.erased_at is not None:
        raise Http404
    return found
