"""The team's page of what a cohort asks of its Experts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from hub.core.commitments import Things, say_promise
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import mark_of_all
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_promises import PromiseForm
from hub.participation.models import Commitment
from hub.participation.models.promises import promise_of, seen_of_commitment
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.queries.working import series_titles


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitments(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """List what is asked of each Expert; POST `do=own` takes over the Hub's own."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    refusal = None
    if request.method == "POST":
        if request.POST.get("do") != "own":
            raise BadRequest("This page does nothing of that name.")
        try:
            made = commands.use_own_promises(place, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"{len(made)} commitments hold now. Change them as you like.")
            return redirect("desk-commitments", programme, cohort)
    told = queries.forecast_of(place, at=at)
    rows = []
    for number, (row, promise) in enumerate(zip(told.commitments, told.promises, strict=True)):
        counts: dict[str, int] = {}
        for one in told.participants:
            label = one.forecasts[number].verdict.label
            counts[label] = counts.get(label, 0) + 1
        planned = [each for _, each in told.columns if not isinstance(promise.of, Things) and promise.of.holds(each)]
        is_things = isinstance(promise.of, Things)
        rows.append((row, promise, say_promise(promise), is_things, len(planned), list(counts.items())))
    context = {"programme": place.programme, "cohort": place, "rows": rows, "refusal": refusal, "series": series_titles(place)}
    return render(request, "participation/promises/list.html", context, status=422 if refusal else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment_add(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Ask one thing more of each Expert."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    key = _new_key(place, request.POST.get("many", ""))
    posted = request.POST if request.method == "POST" else None
    form = PromiseForm(posted, series=series_titles(place), key=key, initial={"at_risk": 75, "quantity": "half"})
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            promise = form.promise(zone=place.zone)
            commands.add_promise(place, promise, is_catch_up_trusted=data["is_catch_up_trusted"], by=by, at=at)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"Asked of each Expert: {say_promise(promise)}.")
            return redirect("desk-commitments", programme, cohort)
    context = {"programme": place.programme, "cohort": place, "form": form, "commitment": None}
    return render(request, "participation/promises/edit.html", context, status=422 if form.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, programme: str, cohort: str, key: str) -> HttpResponse:
    """Change what is asked of each Expert; POST `do=remove` asks it no more."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    row = queries.commitment_of(place, key)
    if row is None:
        raise Http404
    if request.POST.get("do") == "remove":
        commands.remove_promise(row, by=by, at=at)
        messages.success(request, f"No longer asked: {row.many}.")
        return redirect("desk-commitments", programme, cohort)
    posted = request.POST if request.method == "POST" else None
    form = PromiseForm(posted, series=series_titles(place), key=row.key, initial=_asked(row))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            told = form.promise(zone=place.zone, things=row.things)
            commands.edit_promise(row, told, is_catch_up_trusted=data["is_catch_up_trusted"], seen=form.seen_mark, by=by, at=at)
        except ChangedMeanwhile as no:
            row = queries.commitment_of(place, key)
            if row is None:
                raise Http404 from no
            form.show_theirs(no, _asked(row))
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"Asked of each Expert: {say_promise(told)}.")
            return redirect("desk-commitments", programme, cohort)
    context = {
        "programme": place.programme,
        "cohort": place,
        "form": form,
        "commitment": row,
        "says": say_promise(promise_of(row, place.zone)),
    }
    return render(request, "participation/promises/edit.html", context, status=form.status)


def _asked(row: Commitment) -> dict[str, Any]:
    """Give what the form begins with: what is asked, and its mark."""
    filled = PromiseForm.filled(promise_of(row, row.cohort.zone), is_catch_up_trusted=row.is_catch_up_trusted)
    return filled | {"seen": mark_of_all(seen_of_commitment(row))}


def _new_key(cohort: Cohort, many: str) -> str:
    """Give a key for a new commitment, by its word: "cafes", "cafes-2" where that is taken."""
    taken = {row.key for row, _ in queries.commitments_of(cohort)}
    stem = slugify(many)[:50].strip("-_").replace("_", "-") or "commitment"
    key, number = stem, 1
    while key in taken or key == "add":
        number += 1
        key = f"{stem}-{number}"
    return key
