"""Records that may be one person: the list, one pair side by side, pairs said to be two people, and what was merged."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.kit import jobs
from hub.kit.joining import name_of_gone
from hub.people import commands, queries
from hub.people.access import person_of, team_page
from hub.people.commands.duplicates import LOOK
from hub.people.models import Merge
from hub.people.pages.comparing import compared, key_of
from hub.people.places import programme_or_404

ON_A_PAGE = 50
MERGES_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge that stands: the record it left, the name of the other, and what stood in the way of undoing it.

    `not_now` says beforehand why it can't be undone as long as the person is to be forgotten, "" where they are not; `foretold`
    what would not come back as it was.
    """

    merge: Merge
    gone: str
    refusal: str
    not_now: str
    foretold: list[str]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, programme: str) -> HttpResponse:
    """List the pairs that may be one person, those said to be two, and the merges that can be undone.

    POST asks for a look, undoes a merge (`do=undo`), or takes back that two are apart (`do=unsay`).
    """
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    merges = queries.merges_of(place, by, at=at)
    refused: dict[int, str] = {}
    if request.method == "POST" and request.POST.get("do") == "undo":
        merge = merges.filter(pk=key_of(request.POST.get("merge", ""))).first()
        if merge is None:
            raise Http404
        foretold = queries.foretold_partings([merge], by=by, at=at).get(merge.pk, [])
        try:
            back = commands.undo_merge(merge, by=by, at=at)
        except Refusal as no:
            refused[merge.pk] = no.sentence
        else:
            how = f". {' '.join(foretold)}" if foretold else ", as they were."
            messages.success(request, f"Undone: {merge.kept.name} and {back.name} are two records again{how}")
            return redirect("desk-duplicates", programme)
    elif request.method == "POST" and request.POST.get("do") == "unsay":
        pair = queries.pairs_apart_of(place, by, at=at).filter(pk=key_of(request.POST.get("pair", ""))).first()
        if pair is None:
            raise Http404
        commands.unsay_apart(pair, by=by, at=at)
        messages.success(request, "Taken back. Compare them: merge them, or say again that they are two people.")
        return redirect("desk-duplicate", programme, pair.pk)
    elif request.method == "POST":
        commands.look_again(by=by, at=at)
        messages.success(request, "Everybody’s records are being compared. Look here again in a moment.")
        return redirect("desk-duplicates", programme)
    pages = Paginator(queries.likely_pairs_of(place, by, at=at), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    apart = Paginator(queries.pairs_apart_of(place, by, at=at), ON_A_PAGE).get_page(request.GET.get("apart"))
    merged = Paginator(merges, MERGES_ON_A_PAGE).get_page(request.GET.get("merges"))
    listed = list(merged.object_list)
    if not {row.pk for row in listed} >= refused.keys():  # one of another page, from a page left open
        listed += merges.filter(pk__in=refused)
    leaving = queries.leaving(row.kept_id for row in listed)
    changed = queries.foretold_partings(listed, by=by, at=at)
    recent = [
        MergeRow(
            row,
            name_of_gone(row.facts, "name"),
            refused.get(row.pk, ""),
            commands.NOT_UNDONE_NOW if row.kept_id in leaving else "",
            changed.get(row.pk, []),
        )
        for row in listed
    ]
    just_now = key_of(request.GET.get("merged", ""))
    context = {
        "programme": place,
        "page": page,
        "rows": queries.with_reasons(list(page.object_list), place, at=at),
        "apart": apart,
        "rows_apart": queries.with_reasons(list(apart.object_list), place, at=at),
        "merged": merged,
        "recent": recent,
        "just_now": next((row for row in recent if row.merge.pk == just_now), None),
        "stand": jobs.stand_of(LOOK, at=at),
    }
    return render(request, "people/duplicates.html", context, status=422 if refused else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, programme: str, pair: int) -> HttpResponse:
    """Show two records side by side (`?keep=` says which stays); POST merges them, `do=apart` says that they are two people."""
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    found = queries.likely_pairs_of(place, by, at=at).filter(pk=pair).first()
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "apart":
        commands.say_apart(found, by=by, at=at)
        messages.success(request, f"Remembered: {found.first.name} and {found.second.name} are two people.")
        return redirect("desk-duplicates", programme)
    return compared(request, place, found.first, found.second, pair=found, by=by, at=at)
