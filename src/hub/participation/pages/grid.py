"""The team's grid of Experts and sessions, with how each commitment stands; one Expert's page; and what waits for an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.calendar import day_in
from hub.core.claims import ClaimState
from hub.core.commitments import Forecast, Gathering, Promise, Standing, say_for_team, say_promise
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import mark_of_all
from hub.core.occurrence import Occurrence
from hub.core.words import listed
from hub.kit.fields import refuse
from hub.participation import commands, exports, queries
from hub.participation.forms_promises import CatchUpForm, ExcuseForm, MadeForm, OverrideForm
from hub.participation.models import CatchUp, CommitmentOverride, Excusal
from hub.participation.models.promises import override_of, seen_of_made, seen_of_override
from hub.participation.pages.files import TYPES, as_file
from hub.participation.pages.place import number_of
from hub.participation.queries.forecasts import CohortForecast, Mine, Participant
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort

ON_A_PAGE = 50
SHOWS = (("", "Everybody"), ("at-risk", "At risk"), ("lost", "Out of reach"))


def shown_of(told: CohortForecast, show: str) -> tuple[Participant, ...]:
    """Give the Experts a filter keeps."""
    return {"at-risk": told.at_risk, "lost": told.lost}.get(show, told.participants)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One Expert of the grid."""

    one: Participant
    verdicts: list[tuple[Promise, Forecast, str]]
    cells: tuple[Standing | None, ...]


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show Experts and sessions; `?show=` filters. POST `do=` accept or decline an `excusal` or a `catch-up`."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            done = answer_claim(request, place, by, at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, done)
            return redirect("desk-attendance-grid", programme, cohort)
    told = queries.forecast_of(place, at=at)
    show = request.GET.get("show", "")
    page = Paginator(shown_of(told, show), ON_A_PAGE).get_page(request.GET.get("page"))
    excusals, catch_ups = queries.claims_asked(place)
    heads = [(each, told.occurrences[each.id], each.id in told.closed) for _, each in told.columns]
    counts = {"": len(told.participants), "at-risk": len(told.at_risk), "lost": len(told.lost)}
    context = {
        "programme": place.programme,
        "cohort": place,
        "told": told,
        "heads": heads,
        "page": page,
        "rows": [_row(told, one) for one in page.object_list],
        "show": show,
        "shows": [(value, label, counts[value]) for value, label in SHOWS],
        "excusals": excusals,
        "catch_ups": catch_ups,
        "with_place": queries.excused_with_a_place(excusals) if excusals else (),
        "legend": list(Standing),
        "exports": tuple(TYPES),
        "refusal": refusal,
    }
    return render(request, "participation/promises/grid.html", context, status=422 if refusal else 200)


def _row(told: CohortForecast, one: Participant) -> GridRow:
    pairs = zip(told.promises, one.forecasts, strict=True)
    return GridRow(one, [(promise, each, exports.verdict_label(each)) for promise, each in pairs], told.cells(one))


def answer_claim(request: HttpRequest, cohort: Cohort, by: Person, at: datetime) -> str:
    """Say yes or no to a request of an Expert of the cohort, and give the words for it. Raises Refusal, Http404, BadRequest."""
    do, words = request.POST.get("do"), request.POST.get("answer", "")
    if do not in ("accept", "decline"):
        raise BadRequest("This page does nothing of that name.")
    if key := number_of(request.POST.get("excusal")):
        excusal = _claim(Excusal, key, cohort, by, at)
        if do == "accept":
            commands.accept_excusal(excusal, by=by, at=at)
            has = queries.excused_with_a_place([excusal])
            return f"{excusal.person} is excused.{' They still have a place there.' if has else ''}"
        commands.decline_excusal(excusal, answer=words, by=by, at=at)
        return f"{excusal.person} is not excused."
    catch_up = _claim(CatchUp, number_of(request.POST.get("catch_up")), cohort, by, at)
    if do == "accept":
        commands.accept_catch_up(catch_up, by=by, at=at)
        return f"The catch-up of {catch_up.person} counts."
    commands.decline_catch_up(catch_up, answer=words, by=by, at=at)
    return f"The catch-up of {catch_up.person} does not count."


def _claim(model: Any, key: int, cohort: Cohort, by: Person, at: datetime) -> Any:
    rows = model.objects.visible_to(by, at=at).filter(pk=key, session__cohort=cohort)
    found = rows.select_related("session__cohort__programme", "person").first()
    if found is None:
        raise Http404
    return found


@team_page
@require_safe
def grid_export(request: HttpRequest, programme: str, cohort: str, form: str) -> HttpResponse:
    """Give the grid as a file, filtered as the page is."""
    place, at = cohort_or_404(programme, cohort), timezone.now()
    told = queries.forecast_of(place, at=at)
    people = shown_of(told, request.GET.get("show", ""))
    return as_file(form, f"{place.slug}-attendance", exports.header(told), exports.rows(told, people), at=at)


@dataclass(frozen=True, slots=True)
class Asked:
    """One commitment on an Expert's page."""

    promise: Promise
    forecast: Forecast
    label: str
    says: str
    asked: str
    form: OverrideForm
    override: CommitmentOverride | None
    made: MadeForm | None
    things: str


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def participant(request: HttpRequest, programme: str, cohort: str, person: int) -> HttpResponse:
    """Show one Expert's commitments; POST `do=` differ, same, made, excuse, catch-up, accept or decline."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    told = queries.forecast_of(place, people=[person], at=at)
    one = told.one(person)
    if one is None:
        raise Http404
    mine = _mine(told, one)
    do = request.POST.get("do", "")
    held = queries.places_to_give_back(one.person, [place], at=at)
    holds = holding(mine.may_be_excused, held)
    excuse = ExcuseForm(request.POST if do == "excuse" else None, sessions=said(mine.may_be_excused), holds=holds, is_own=False)
    initial = {"watched_on": day_in(at, place.zone)}
    catch_up = CatchUpForm(request.POST if do == "catch-up" else None, sessions=said(mine.may_be_caught_up), initial=initial)
    refusal, asked = None, _asked(request, told, one)
    if request.method == "POST":
        done = ""
        try:
            if do in ("accept", "decline"):
                done = answer_claim(request, place, by, at)
            elif do in ("differ", "same", "made"):
                done = _differ(do, request.POST.get("commitment", ""), asked, one, place, by, at)
            elif do == "excuse" or do == "catch-up":
                done = ask(excuse if do == "excuse" else catch_up, told, one.person, by, at)
            else:
                raise BadRequest("This page does nothing of that name.")
        except Refusal as no:
            refusal = no
        if done:
            messages.success(request, done)
            return redirect("desk-participant", programme, cohort, person)
    statuses = {form.status for each in asked for form in (each.form, each.made) if form is not None}
    if refusal or excuse.errors or catch_up.errors:
        statuses.add(422)
    context = {
        "programme": place.programme,
        "cohort": place,
        "told": told,
        "one": one,
        "mine": mine,
        "asked": asked,
        "excuse": excuse,
        "catch_up": catch_up,
        "held": held,
        "refusal": refusal,
        "state": ClaimState,
    }
    status = next((each for each in (409, 422) if each in statuses), 200)
    return render(request, "participation/promises/participant.html", context, status=status)


def _mine(told: CohortForecast, one: Participant) -> Mine:
    keys, cohorts = [one.person.pk], [told.cohort.pk]
    return Mine(told, one, tuple(queries.claims_of(Excusal, keys, cohorts)), tuple(queries.claims_of(CatchUp, keys, cohorts)))


def said(sessions: list[tuple[Gathering, Occurrence]]) -> list[tuple[int, str]]:
    """Give sessions as a form offers them."""
    return [(each.id, f"{it.say_title}, {it.say_when}") for each, it in sessions]


def holding(sessions: list[tuple[Gathering, Occurrence]], held: Collection[int]) -> str:
    """Name those of some sessions in which somebody has a place, in words; "" for none."""
    return listed([f"{it.say_title}, {it.say_when}" for each, it in sessions if each.id in held])


def ask(form: ExcuseForm | CatchUpForm, told: CohortForecast, person: Person, by: Person, at: datetime) -> str:
    """Ask for an excusal or a catch-up with a form, and give the words for it; "" where something in it is amiss."""
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    session = queries.session_by_key(told.cohort, data["session"])
    if session is None:
        raise Http404
    try:
        if isinstance(form, ExcuseForm):
            back = data.get("gives_place_back", False)
            made: Excusal | CatchUp = commands.ask_excusal(
                session, person, reason=data["reason"], gives_place_back=back, by=by, at=at
            )
        else:
            made = commands.claim_catch_up(session, person, watched_on=data["watched_on"], note=data["note"], by=by, at=at)
    except Refusal as no:
        refuse(form, no)
        return ""
    if made.state == ClaimState.ASKED:
        return "The team says yes or no. Until then nothing changes."
    return "It counts." if isinstance(made, CatchUp) else f"{person} is excused."


def _asked(request: HttpRequest, told: CohortForecast, one: Participant) -> list[Asked]:
    chosen, do = request.POST.get("commitment", ""), request.POST.get("do", "")
    found = []
    for row, promise, forecast in zip(told.commitments, told.promises, one.forecasts, strict=True):
        override = told.overrides.get((one.person.pk, row.key))
        posted = request.POST if chosen == row.key else None
        made = None
        if row.things:
            number = told.made.get((one.person.pk, row.things), 0)
            made = MadeForm(posted if do == "made" else None, initial=_so_many(number), auto_id=f"made-{row.pk}-%s")
        found.append(
            Asked(
                promise,
                forecast,
                exports.verdict_label(forecast),
                say_for_team(forecast, one.person.name),
                say_promise(promise),
                OverrideForm(posted if do == "differ" else None, initial=_different(override), auto_id=f"differ-{row.pk}-%s"),
                override,
                made,
                row.things,
            )
        )
    return found


def _differ(do: str, key: str, asked: list[Asked], one: Participant, cohort: Cohort, by: Person, at: datetime) -> str:
    each = next((each for each in asked if each.promise.key == key), None)
    row = queries.commitment_of(cohort, key)
    if each is None or row is None:
        raise Http404
    if do == "same":
        if override := queries.override_row(row, one.person.pk):
            commands.remove_override(override, by=by, at=at)
        return f"Asked of {one.person} as of everybody."
    if do == "made":
        if each.made is None or not each.made.is_valid():
            return ""
        number, form = each.made.cleaned_data["number"] or 0, each.made
        try:
            commands.set_made(cohort, one.person, each.things, number, seen=form.seen_mark, by=by, at=at)
        except ChangedMeanwhile as no:
            form.show_theirs(no, _so_many(queries.made_by(cohort, one.person.pk, each.things)))
            return ""
        return "Saved."
    if not each.form.is_valid():
        return ""
    differs, reason = each.form.override(), each.form.cleaned_data["reason"]
    try:
        commands.set_override(row, one.person, differs, reason=reason, seen=each.form.seen_mark, by=by, at=at)
    except ChangedMeanwhile as no:
        each.form.show_theirs(no, _different(queries.override_row(row, one.person.pk)))
        return ""
    except Refusal as no:
        refuse(each.form, no)
        return ""
    return f"This differs for {one.person} now."


def _different(row: CommitmentOverride | None) -> dict[str, Any]:
    """Give what the form begins with: what differs for them, and its mark."""
    filled = OverrideForm.filled(override_of(row), row.reason) if row else {}
    return filled | {"seen": mark_of_all(seen_of_override(row))}


def _so_many(number: int) -> dict[str, Any]:
    """Give what the form begins with: how many they made, and its mark."""
    return {"number": number, "seen": mark_of_all(seen_of_made(number))}
