"""Series at the desk: their dates before they are saved, with holidays and clashes, and days left out or moved."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.series import SeriesRule
from hub.people.access import team_page
from hub.programmes.models import Cohort
from hub.schedule.commands.series import create_series, edit_series, hold_on, leave_out, remove_series
from hub.schedule.forms import ExceptionForm, SeriesForm, refuse
from hub.schedule.models import Series
from hub.schedule.pages.desk_place import cohort_or_404, up_to_4_mb, whoever
from hub.schedule.queries.series import preview_series, rule_of, series_of


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """List the series with their dates; POST shows the dates of a new one, `do=save` saves it."""
    place = cohort_or_404(programme, cohort)
    if request.method != "POST":
        start = {"zone": place.zone, "kind": "cafe", "first_on": place.starts_on, "last_on": place.ends_on}
        return _page(request, place, SeriesForm(initial=start))
    form = SeriesForm(request.POST)
    if form.is_valid() and request.POST.get("do") == "save":
        try:
            made = create_series(place, _rule(form), by=whoever(request), at=timezone.now())
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{made.title} is in the schedule.")
            return redirect("desk-series", programme, cohort)
    return _page(request, place, form)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_series(request: HttpRequest, programme: str, cohort: str, pk: int) -> HttpResponse:
    """Change one series: its rule (shown before it is saved), a day left out or moved (`do=except`), or take it away."""
    place = cohort_or_404(programme, cohort)
    found = Series.objects.filter(cohort=place, pk=pk).select_related("cohort__programme").first()
    if found is None:
        raise Http404
    rule = rule_of(found)
    initial = {name: getattr(rule, name) for name in ("title", "kind", "start", "end", "zone", "first_on", "last_on")}
    initial |= {"on": rule.on.say(), "mode": rule.mode.value if rule.mode else ""}
    form, excepting = SeriesForm(initial=initial), ExceptionForm()
    if request.method == "POST":
        wanted = request.POST.get("do", "")
        by, at = whoever(request), timezone.now()
        if wanted == "except":
            excepting = ExceptionForm(request.POST)
            form = SeriesForm(initial=initial)
            if excepting.is_valid() and _excepted(found, request.POST.get("on", ""), excepting, by=by, at=at):
                messages.success(request, f"{found.title} is changed.")
                return redirect("desk-series-edit", programme, cohort, found.pk)
        elif wanted == "remove":
            remove_series(found, by=by, at=at)
            messages.success(request, f"{found.title} is taken away.")
            return redirect("desk-series", programme, cohort)
        else:
            form = SeriesForm(request.POST)
            if form.is_valid() and wanted == "save":
                try:
                    edit_series(found, _rule(form), by=by, at=at)
                except Refusal as no:
                    refuse(form, no)
                else:
                    messages.success(request, f"{form.cleaned_data['title']} is saved.")
                    return redirect("desk-series", programme, cohort)
    return _page(request, place, form, found, excepting)


def _excepted(found: Series, on: str, form: ExceptionForm, **who: Any) -> bool:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Http404 from None
    moved_to, reason = form.cleaned_data["moved_to"], form.cleaned_data["reason"]
    try:
        if moved_to:
            hold_on(found, day, moved_to, reason=reason, **who)
        else:
            leave_out(found, day, reason=reason, **who)
    except Refusal as no:
        refuse(form, no)
        return False
    return True


def _rule(form: SeriesForm) -> SeriesRule:
    data = form.cleaned_data
    return SeriesRule(**data | {"kind": Kind(data["kind"]), "mode": Mode(data["mode"]) if data["mode"] else None})


def _page(
    request: HttpRequest,
    place: Cohort,
    form: SeriesForm,
    found: Series | None = None,
    excepting: ExceptionForm | None = None,
) -> HttpResponse:
    dates = None
    rule = rule_of(found) if found else None
    if form.is_bound and form.is_valid():
        rule = _rule(form)
    if rule is not None and not form.errors:
        try:
            dates = preview_series(place, rule, series=found)
        except Refusal as no:
            if form.is_bound:
                refuse(form, no)
    context = {
        "programme": place.programme,
        "cohort": place,
        "form": form,
        "dates": dates,
        "one": found,
        "excepting": excepting,
        "listed": () if found else series_of(place),
    }
    is_wrong = bool(form.errors or (excepting and excepting.errors))
    return render(request, "schedule/desk/series.html", context, status=422 if is_wrong else 200)
