"""The team's side of a cohort's 1:1s: all of them, quotas, who has none, who is kept apart, and what Experts are asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.availability import NotOffered
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import mark_of_all
from hub.core.onetoones import OneToOneState
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_onetoones import ApartForm, AskForm, BookForm, ExpertQuotaForm, QuotaForm
from hub.participation.letters import silent_about_one_to_ones
from hub.participation.models import CoachingTerms, OneToOne
from hub.participation.models.onetoones import seen_of_quota
from hub.participation.pages.slots import day_named, days_of
from hub.participation.queries import Held
from hub.people.access import team_page
from hub.people.ahead import Ahead
from hub.people.models import Person
from hub.people.places import cohort_or_404, whoever
from hub.people.queries import experts_of
from hub.programmes.models import Cohort


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_one_to_ones(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show the 1:1s of a cohort; each POST says in `do` what is changed: quotas, wishes, who is kept apart, or one 1:1."""
    of, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    do = request.POST.get("do", "") if request.method == "POST" else ""
    experts = [each.person for each in experts_of([of], at=at)[of.pk]]
    rows = queries.availabilities_for(of)
    coaches = list({row.coach_id: row.coach for row in rows}.values())
    terms = queries.coaching_terms(of)
    forms: dict[str, Any] = {
        "quota": QuotaForm(
            request.POST if do == "quota" else None,
            prefix="quota",
            initial=_may_have(terms),
        ),
        "own-quota": ExpertQuotaForm(request.POST if do == "own-quota" else None, prefix="own", experts=experts),
        "ask": AskForm(request.POST if do == "ask" else None, prefix="ask"),
        "apart": ApartForm(request.POST if do == "apart" else None, prefix="apart", experts=experts, coaches=coaches),
    }
    refusal: Refusal | None = None
    if request.method == "POST":
        form = forms.get(do)
        try:
            done = _do(request, do, form, of, {each.pk: each for each in (*experts, *coaches)}, by, at)
        except Refusal as no:
            done = ""
            if do == "quota" and isinstance(no, ChangedMeanwhile):
                forms["quota"].show_theirs(no, _may_have(queries.coaching_terms(of)))
            elif form is not None:
                refuse(form, no)
            else:
                refusal = no
        if done:
            messages.success(request, done)
            return redirect("desk-one-to-ones", programme, cohort)
    all_of_them = queries.one_to_ones_in(of)
    lefts = queries.lefts_of(of, [each.pk for each in experts])
    wishes = queries.wishes_of(of)
    held = queries.held_ahead(of.programme, cohort=of, at=at)
    free = Counter(each.slot.coach for each in queries.free_slots(rows, at=at, until=at + queries.SEEN_AHEAD))
    context = {
        "programme": of.programme,
        "cohort": of,
        "coming": [(one, _leavers(one, held)) for one in all_of_them if one.ends_at > at and one.state == "booked"],
        "over": [one for one in reversed(all_of_them) if one.ends_at <= at or one.state != "booked"],
        "outcomes": [one for one in all_of_them if one.outcome and one.is_outcome_for_team],
        "coaches": [(coach, free[coach.pk]) for coach in coaches],
        "quotas": [(each, lefts[each.pk], each.pk in wishes) for each in experts],
        "unplaced": [each for each in experts if lefts[each.pk].count == 0 and lefts[each.pk].wanted(1)],
        "aparts": queries.aparts_of(of),
        "terms": terms,
        "asks": terms.wishes_until if terms.wishes_until is not None and terms.wishes_until > at else None,
        "said": len(set(wishes) & {each.pk for each in experts}),
        "proposal": queries.proposal_of(of),
        "forms": {name.replace("-", "_"): form for name, form in forms.items()},
        "refusal": refusal,
        "zone": of.zone,
        "silent": silent_about_one_to_ones(of.programme) if coaches else [],
    }
    is_wrong = refusal is not None or any(form.errors for form in forms.values())
    return render(
        request,
        "participation/one_to_ones/desk.html",
        context,
        status=forms["quota"].status if forms["quota"].errors else 422 if is_wrong else 200,
    )


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_one_to_one(request: HttpRequest, programme: str, cohort: str, pk: int) -> HttpResponse:
    """Show the team when a 1:1 may be held instead; POST moves it. What the two write, and where they meet, is not here."""
    of, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    one = queries.one_to_one_seen_by(by, pk, at=at)
    if one is None or one.cohort_id != of.pk:
        raise Http404
    form = BookForm(request.POST if request.method == "POST" else None, prefix="move")
    if form.is_bound and form.is_valid():
        slot = form.chosen()
        try:
            if slot is None:
                raise NotOffered("There is no 1:1 at this time. Choose one of those that are offered.")
            commands.move_one_to_one(one, starts_at=slot[1], by=by, at=at)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"The 1:1 of {one.expert} with {one.coach} is moved. Both get a new invitation.")
            return redirect("desk-one-to-ones", programme, cohort)
    is_open = one.state == OneToOneState.BOOKED and one.starts_at > at
    offers = queries.offers_to_move(one, at=at, with_notice=False) if is_open else []
    context = {
        "programme": of.programme,
        "cohort": of,
        "when": (one.starts_at, one.ends_at),
        "expert": one.expert,
        "coach": one.coach,
        "is_open": is_open,
        "form": form,
        "days": days_of(offers, of.zone, after=day_named(request.GET.get("from", ""))),
        "zone": of.zone,
    }
    answer = render(request, "participation/one_to_ones/desk_move.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _do(request: HttpRequest, do: str, form: Any, of: Cohort, people: dict[int, Person], by: Person, at: datetime) -> str:
    """Do what was asked, and say it; empty where a form is to be mended. Raises Refusal, BadRequest."""
    if form is not None and not form.is_valid():
        return ""
    data = form.cleaned_data if form is not None else {}
    if do == "quota":
        commands.set_quota(of, form.quota(), seen=form.seen_mark, by=by, at=at)
        return "Saved. What is booked stays booked."
    if do == "own-quota":
        expert = people[int(data["expert"])]
        commands.set_quota(of, form.quota(), expert=expert, by=by, at=at)
        return f"Saved for {expert}."
    if do == "usual-quota":
        expert = _named(request, "expert", people)
        commands.set_quota(of, None, expert=expert, by=by, at=at)
        return f"{expert} has what the others have."
    if do in ("outcomes", "no-outcomes"):
        commands.share_outcomes(of, with_team=do == "outcomes", by=by, at=at)
        return "From now on the team reads outcomes." if do == "outcomes" else "From now on only the two read outcomes."
    if do == "ask":
        commands.ask_wishes(of, until=form.moment(of.zone), by=by, at=at)
        return "The Experts are asked."
    if do == "stop-asking":
        commands.ask_wishes(of, until=None, by=by, at=at)
        return "Nobody is asked any more. What they said is kept."
    if do == "apart":
        commands.keep_apart(of, people[int(data["expert"])], people[int(data["coach"])], reason=data["reason"], by=by, at=at)
        return "They are kept apart. 1:1s that are booked stay booked."
    if do == "together":
        found = next((each for each in queries.aparts_of(of) if str(each.pk) == request.POST.get("apart")), None)
        if found is None:
            raise Http404
        commands.let_together(found, by=by, at=at)
        return "They may meet again."
    if do == "cancel":
        key = request.POST.get("one", "")
        one = queries.one_to_one_seen_by(by, int(key), at=at) if key.isdecimal() and len(key) < 18 else None
        if one is None or one.cohort_id != of.pk:
            raise Http404
        commands.cancel_one_to_one(one, reason=request.POST.get("reason", ""), by=by, at=at)
        return f"The 1:1 of {one.expert} with {one.coach} is cancelled. Both hear of it."
    raise BadRequest("This page does nothing of that name.")


def _leavers(one: OneToOne, held: Iterable[Held]) -> list[Ahead]:
    """Give which of the two take no part in a 1:1 by then."""
    return [each.shown for each in held if isinstance(each.row, OneToOne) and each.row.pk == one.pk]


def _named(request: HttpRequest, name: str, people: dict[int, Person]) -> Person:
    key = request.POST.get(name, "")
    found = people.get(int(key)) if key.isdecimal() and len(key) < 18 else None
    if found is None:
        raise Http404
    return found


def _may_have(terms: CoachingTerms) -> dict[str, Any]:
    """Give what the form begins with: what each Expert may have, and its mark."""
    quota = seen_of_quota(terms)
    return quota | {"seen": mark_of_all(quota)}
