"""Records that may be one person: the list, one pair side by side, pairs said to be two people, and what was merged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.kit import jobs
from hub.kit.joining import Collision, name_of_gone
from hub.people import commands, queries
from hub.people.access import person_of, team_page
from hub.people.commands.duplicates import LOOK
from hub.people.commands.merging import ConsentOutcome, Preview, in_words
from hub.people.forms import MergeForm
from hub.people.models import Account, FeedAddress, Merge, Person
from hub.programmes import queries as programmes
from hub.programmes.models import Programme

ON_A_PAGE = 50
MERGES_ON_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge that stands: the record it left, the name of the other, and what stands in the way of undoing it."""

    merge: Merge
    gone: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Moving:
    """Rows of one sort that move, in words, and what is there already."""

    label: str
    count: int
    twice: tuple[str, ...]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates(request: HttpRequest, programme: str) -> HttpResponse:
    """List the pairs that may be one person, those said to be two, and the merges that can be undone.

    POST asks for a look, undoes a merge (`do=undo`), or takes back that two are apart (`do=unsay`).
    """
    place = _programme(programme)
    by, at = person_of(request), timezone.now()
    merges = queries.merges_of(place, by, at=at)
    refused: dict[int, str] = {}
    if request.method == "POST" and request.POST.get("do") == "undo":
        merge = merges.filter(pk=_key(request.POST.get("merge", ""))).first()
        if merge is None:
            raise Http404
        try:
            back = commands.undo_merge(merge, by=by, at=at)
        except Refusal as no:
            refused[merge.pk] = no.sentence
        else:
            messages.success(request, f"Undone: {merge.kept.name} and {back.name} are two records again, as they were.")
            return redirect("desk-duplicates", programme)
    elif request.method == "POST" and request.POST.get("do") == "unsay":
        pair = queries.pairs_apart_of(place, by, at=at).filter(pk=_key(request.POST.get("pair", ""))).first()
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
    recent = [MergeRow(row, name_of_gone(row.facts, "name"), refused.get(row.pk, "")) for row in merged.object_list]
    if not {row.merge.pk for row in recent} >= refused.keys():  # one of another page, from a page left open
        older = merges.filter(pk__in=refused)
        recent += [MergeRow(row, name_of_gone(row.facts, "name"), refused[row.pk]) for row in older]
    just_now = _key(request.GET.get("merged", ""))
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
    place = _programme(programme)
    by, at = person_of(request), timezone.now()
    found = queries.likely_pairs_of(place, by, at=at).filter(pk=pair).first()
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "apart":
        commands.say_apart(found, by=by, at=at)
        messages.success(request, f"Remembered: {found.first.name} and {found.second.name} are two people.")
        return redirect("desk-duplicates", programme)
    wish = _key((request.POST if request.method == "POST" else request.GET).get("keep", ""))
    kept = {found.first_id: found.first, found.second_id: found.second}.get(wish) or queries.which_stays(found, by)
    gone = found.second if kept.pk == found.first_id else found.first
    preview = commands.preview_merge(kept, gone)
    offered = [each for each in preview.fields if each.differs and not each.is_fixed]
    form = MergeForm(request.POST if request.method == "POST" else None, keep=kept.pk, fields=offered)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            merge = commands.merge_people(kept, gone, choices=form.choices(), by=by, at=at)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
            status = 403 if isinstance(no, NotAllowed) else 409 if isinstance(no, ChangedMeanwhile) else 422
        else:
            return redirect(f"{reverse('desk-duplicates', args=[programme])}?merged={merge.pk}")
    elif form.is_bound:
        status = 422
    compared = queries.with_reasons([found], place, at=at)[0]
    rows = {row.person.pk: (row, address) for row, address in compared.records}
    context = {
        "programme": place,
        "pair": found,
        "reasons": compared.reasons,
        "kept": kept,
        "gone": gone,
        "records": [(rows[kept.pk], True), (rows[gone.pk], False)],
        "form": form,
        "same": [each.label for each in preview.fields if not each.differs and each.kept and not each.is_fixed],
        "since": next(each.holds for each in preview.fields if each.name == "added_at"),
        **_moves(preview),
        **_consents(preview, by, at),
    }
    return render(request, "people/duplicate.html", context, status=status)


def _moves(preview: Preview) -> dict[str, object]:
    """Say what moves, sort by sort; what only says who did something is counted together."""
    moving = []
    for each in preview.relations:
        if each.is_theirs and (each.count or each.collisions):
            moving.append(Moving(each.label, each.count, tuple(map(_both_have, each.collisions))))
    return {"moving": moving, "mentions": sum(each.count for each in preview.relations if not each.is_theirs)}


def _both_have(collision: Collision) -> str:
    """Say what becomes of something both have and only one can."""
    stays, goes = in_words(collision.stays), in_words(collision.goes)
    if collision.model is Account:
        return f"{stays} stays. Nobody signs in with {goes} any more; the address is remembered."
    if collision.model is FeedAddress:
        return "Both have one. That of the record that stays goes on working; the other ends."
    if stays == goes:
        return f"Both have it, and it is there once afterwards: {stays}"
    return f"Only one of these can be: {stays} stays, and {goes} goes."


def _consents(preview: Preview, by: Person | None, at: datetime) -> dict[str, object]:
    """Show the consents to programmes of the one who asks; of others only how many there are."""
    mine = set(queries.programmes_run_by(by, at=at))
    shown: list[ConsentOutcome] = [each for each in preview.consents if each.programme in mine]
    return {"consents": shown, "other_consents": len(preview.consents) - len(shown)}


def _programme(slug: str) -> Programme:
    found = programmes.programme(slug)
    if found is None:
        raise Http404
    return found


def _key(written: str) -> int:
    """Read a key as it stands in a form or an address; 0, which no row has, where it is none."""
    return int(written) if written.isdecimal() and len(written) <= 18 else 0
