"""One's own commitments: what is earned, still possible, at risk or out of reach, and what one can ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.calendar import day_in
from hub.core.claims import ClaimState
from hub.core.commitments import Forecast, Promise, say, say_promise
from hub.core.errors import Refusal
from hub.participation import commands, exports, queries
from hub.participation.forms_promises import CatchUpForm, ExcuseForm
from hub.participation.models import CatchUp, Excusal
from hub.participation.pages.grid import ask, holding, said
from hub.participation.pages.place import number_of
from hub.participation.queries.forecasts import Mine
from hub.people.access import member_page
from hub.people.models import Person
from hub.people.places import whoever


@dataclass(frozen=True, slots=True)
class Shown:
    """One's commitments in a cohort with the two forms."""

    mine: Mine
    lines: list[tuple[Promise, Forecast, str, str, str]]  # with label, what is asked, how it stands
    excuse: ExcuseForm
    catch_up: CatchUpForm
    may_ask: bool  # the cohort goes on, so there is something to ask about its sessions


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_commitments(request: HttpRequest) -> HttpResponse:
    """Show how one's commitments stand; POST `do=` excuse, catch-up or withdraw, in a `cohort` by its key.

    `do=` close-page and open-page say whether one's `certificate` can be verified.
    """
    person, at = whoever(request), timezone.now()
    do, where = request.POST.get("do", ""), number_of(request.POST.get("cohort"))
    shown, refusal = [], None
    all_mine = queries.mine_of(person, with_past=True, at=at)
    held = queries.places_to_give_back(person, [each.cohort for each in all_mine], at=at)
    for mine in all_mine:
        posted = request.POST if where == mine.cohort.pk else None
        initial = {"watched_on": day_in(at, mine.cohort.zone)}
        key, may_ask = mine.cohort.pk, not queries.is_over(mine.cohort, at=at)
        excused, caught_up = (mine.may_be_excused, mine.may_be_caught_up) if may_ask else ([], [])
        shown.append(
            Shown(
                mine,
                [(promise, each, exports.verdict_label(each), say_promise(promise), say(each)) for promise, each in mine.pairs],
                ExcuseForm(
                    posted if do == "excuse" else None,
                    sessions=said(excused),
                    holds=holding(excused, held),
                    auto_id=f"e{key}-%s",
                ),
                CatchUpForm(
                    posted if do == "catch-up" else None, sessions=said(caught_up), initial=initial, auto_id=f"c{key}-%s"
                ),
                may_ask,
            )
        )
    if do in ("close-page", "open-page"):
        messages.success(request, _open_or_close(request, person, do=do))
        return redirect("my-commitments")
    if request.method == "POST":
        here = next((each for each in shown if each.mine.cohort.pk == where), None)
        if here is None:
            raise Http404
        done = ""
        try:
            if do == "withdraw":
                done = _withdraw(request, here.mine, person)
            elif do in ("excuse", "catch-up"):
                done = ask(here.excuse if do == "excuse" else here.catch_up, here.mine.told, person, person, at)
            else:
                raise BadRequest("This page does nothing of that name.")
        except Refusal as no:
            refusal = no
        if done:
            messages.success(request, done)
            return redirect("my-commitments")
    wrong = refusal or any(each.excuse.errors or each.catch_up.errors for each in shown)
    context = {
        "shown": shown,
        "has_past": not all(each.may_ask for each in shown),
        "certificates": queries.certificates_of_person(person),
        "refusal": refusal,
        "held": held,
        "state": ClaimState,
        "zone": person.clock,
    }
    return render(request, "participation/promises/mine.html", context, status=422 if wrong else 200)


def _open_or_close(request: HttpRequest, person: Person, *, do: str) -> str:
    """Close the page of one's certificate, or open it again."""
    asked = number_of(request.POST.get("certificate"))
    row = next((each for each in queries.certificates_of_person(person) if each.pk == asked), None)
    if row is None:
        raise Http404
    if do == "close-page":
        commands.close_certificate(row, by=person, at=timezone.now())
        return "Closed. Nobody can verify this certificate until you open its page again."
    commands.reopen_certificate(row, by=person, at=timezone.now())
    return "Open again, to whoever has its address or code."


def _withdraw(request: HttpRequest, mine: Mine, person: Person) -> str:
    at = timezone.now()
    excusal, catch_up = number_of(request.POST.get("excusal")), number_of(request.POST.get("catch_up"))
    row: Excusal | CatchUp | None = next((each for each in mine.excusals if each.pk == excusal), None)
    if row is None:
        row = next((each for each in mine.catch_ups if each.pk == catch_up), None)
    if row is None:
        raise Http404
    if isinstance(row, Excusal):
        commands.withdraw_excusal(row, by=person, at=at)
    else:
        commands.withdraw_catch_up(row, by=person, at=at)
    return "Taken back."
