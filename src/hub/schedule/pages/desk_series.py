"""Series at the desk: their dates before they are saved, with holidays and clashes, and days left out or moved."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.calendar import say_date
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.series import SeriesDate, SeriesRule
from hub.kit.fields import refuse
from hub.people.access import team_page, up_to_4_mb
from hub.people.models import Person
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.commands.series import create_series, edit_series, hold_on, leave_out, remove_series
from hub.schedule.forms import ExceptionForm, SeriesEditForm, SeriesForm
from hub.schedule.models import Series
from hub.schedule.queries.series import dates_of, mark_of, preview_series, rule_of, series_of


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """List the series with their dates; POST shows the dates of a new one, `do=save` saves it."""
    place = cohort_or_404(programme, cohort)
    start = {"zone": place.zone, "kind": "cafe", "first_on": place.starts_on, "last_on": place.ends_on}
    form = SeriesForm(request.POST) if request.method == "POST" else SeriesForm(initial=start)
    if form.is_bound and form.is_valid() and request.POST.get("do") == "save":
        try:
            made = create_series(place, _rule(form), by=whoever(request), at=timezone.now())
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{made.title} is in the schedule.")
            return redirect("desk-series", programme, cohort)
    context = {
        "programme": place.programme,
        "cohort": place,
        "form": form,
        "dates": _dates(place, form, None),
        "listed": series_of(place),
    }
    return render(request, "schedule/desk/series.html", context, status=422 if form.errors else 200)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_series(request: HttpRequest, programme: str, cohort: str, pk: int) -> HttpResponse:
    """Change one series: its rule (shown before it is saved), a day left out or moved (`do=except`), or take it away."""
    place = cohort_or_404(programme, cohort)
    found = Series.objects.filter(cohort=place, pk=pk).select_related("cohort__programme").first()
    if found is None:
        raise Http404
    wanted = request.POST.get("do", "") if request.method == "POST" else ""
    of_rule = request.method == "POST" and wanted in ("save", "preview", "remove")
    form = SeriesEditForm(request.POST if of_rule and wanted != "remove" else None, initial=_initial(found))
    days = [(each.on.isoformat(), _said(each)) for each in dates_of(found)]
    excepting = ExceptionForm(request.POST if wanted == "except" else None, days=days)
    status, refusal = 200, ""
    try:
        if _done(request, place, found, wanted, form, excepting, by=whoever(request), at=timezone.now()):
            return redirect("desk-series" if wanted in ("save", "remove") else request.path, *_back(wanted, programme, cohort))
    except ChangedMeanwhile as no:
        status, refusal = 409, no.sentence
        found.refresh_from_db()
    except Refusal as no:
        if wanted == "remove":
            status, refusal = 422, no.sentence
        else:
            refuse(excepting if wanted == "except" else form, no)
    context: dict[str, Any] = {
        "programme": place.programme,
        "cohort": place,
        "one": found,
        "seen": mark_of(found),
        "form": form,
        "excepting": excepting,
        "dates": _dates(place, form, found),
        "refusal": refusal,
        "is_changed": status == 409,
    }
    if form.errors or excepting.errors:
        status = 422
    return render(request, "schedule/desk/series_edit.html", context, status=status)


def _back(wanted: str, programme: str, cohort: str) -> tuple[str, ...]:
    return (programme, cohort) if wanted in ("save", "remove") else ()


def _done(
    request: HttpRequest,
    place: Cohort,
    found: Series,
    wanted: str,
    form: SeriesEditForm,
    excepting: ExceptionForm,
    *,
    by: Person | None,
    at: datetime,
) -> bool:
    """Do what was asked for, and say so; False where there is nothing to do or the input is not right yet."""
    seen = request.POST.get("seen", "")
    if wanted == "remove":
        remove_series(found, seen=seen, by=by, at=at)
        messages.success(request, f"{found.title} is taken away. What the plan or the public knows of it is cancelled.")
        return True
    if wanted == "save" and form.is_valid():
        edit_series(found, _rule(form), from_on=form.cleaned_data["from_on"], seen=seen, by=by, at=at)
        messages.success(request, f"{form.cleaned_data['title']} is saved.")
        return True
    if wanted == "except" and excepting.is_valid():
        given = excepting.cleaned_data
        on, reason = date.fromisoformat(given["on"]), given["reason"]
        if given["moved_to"]:
            hold_on(found, on, given["moved_to"], reason=reason, by=by, at=at)
            messages.success(request, f"{say_date(on)} is held on {say_date(given['moved_to'])}.")
        else:
            leave_out(found, on, reason=reason, by=by, at=at)
            messages.success(request, f"{say_date(on)} is left out.")
        return True
    return False


def _said(each: SeriesDate) -> str:
    if each.is_left_out:
        return f"{say_date(each.on)} (left out)"
    return say_date(each.on) if each.held_on in (None, each.on) else f"{say_date(each.on)} (held on {say_date(each.held_on)})"


def _initial(found: Series) -> dict[str, Any]:
    rule = rule_of(found)
    facts = {name: getattr(rule, name) for name in ("title", "kind", "start", "end", "zone", "first_on", "last_on")}
    return facts | {"on": rule.on.say(), "mode": rule.mode.value if rule.mode else ""}


def _rule(form: SeriesForm) -> SeriesRule:
    data = {name: form.cleaned_data[name] for name in SeriesForm.base_fields}
    return SeriesRule(**data | {"kind": Kind(data["kind"]), "mode": Mode(data["mode"]) if data["mode"] else None})


def _dates(place: Cohort, form: SeriesForm, found: Series | None) -> tuple[SeriesDate, ...] | None:
    """Give the dates of the rule as typed, else those of the series; None where there is no rule that can be read."""
    is_typed = form.is_bound and form.is_valid()
    if not is_typed and found is None:
        return None
    try:
        return preview_series(place, _rule(form) if is_typed or found is None else rule_of(found), series=found)
    except Refusal as no:
        if form.is_bound:
            refuse(form, no)
        return None
