"""Place everybody: the proposal, who is left and why, how fair it is; pin, change, place again, confirm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.calendar import say_instant
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.matching import preferences
from hub.participation import commands, queries
from hub.participation.forms_onetoones import slot_named
from hub.participation.models import Proposal, ProposedOneToOne
from hub.participation.pages.slots import value_of
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_placing(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show the proposal of a cohort; POST `do=` place, pin, unpin, out, put, confirm or drop. `?expert=` shows their slots."""
    of, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done, to = _do(request, of, by, at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, done)
            return redirect(to, programme, cohort)
    proposal = queries.proposal_of(of)
    field = queries.field_of(of, at=at)
    standing = queries.standing_of(proposal, field) if proposal is not None and not proposal.is_asked else None
    context = {
        "programme": of.programme,
        "cohort": of,
        "proposal": proposal,
        "standing": standing,
        "field": field,
        "seekers": len(field.problem.seekers),
        "openings": len(field.problem.openings),
        "spoke": set(field.wishes),
        "asks": until if (until := queries.coaching_terms(of).wishes_until) is not None and until > at else None,
        "wished": len(set(field.wishes) & set(field.experts)),
        "zone": of.zone,
        "refusal": refusal,
        "chosen": _chosen(request, field, standing) if standing is not None else None,
        "seen": proposal.made_at.isoformat() if proposal is not None else "",
    }
    return render(request, "participation/one_to_ones/placing.html", context, status=422 if refusal else 200)


def _do(request: HttpRequest, of: Cohort, by: Person, at: datetime) -> tuple[str, str]:
    """Do what was asked; give what to say, and which page is next. Raises Refusal, BadRequest."""
    do = request.POST.get("do", "")
    if do == "place":
        made = commands.place_everybody(of, by=by, at=at)
        return ("Being worked out. Look again in a minute." if made.is_asked else "Here is the best placing."), "desk-placing"
    proposal = queries.proposal_of(of)
    if do not in ("confirm", "drop", "put", "pin", "unpin", "out"):
        raise BadRequest("This page does nothing of that name.")
    if proposal is None:
        raise ChangedMeanwhile("The proposal was confirmed or thrown away meanwhile.")
    if do == "confirm":
        new = commands.confirm_proposal(proposal, seen=_moment(request.POST.get("seen", "")), by=by, at=at)
        done = f"{len(new)} 1:1{'' if len(new) == 1 else 's'} booked. Everybody hears of theirs."
        return f"{done} Nobody is asked any more what suits them.", "desk-one-to-ones"
    if do == "drop":
        commands.drop_proposal(proposal, by=by, at=at)
        return "Thrown away. Nothing is booked.", "desk-placing"
    if do == "put":
        return _put(request, proposal, by, at), "desk-placing"
    row = _row_or_404(request, proposal)
    if do in ("pin", "unpin"):
        commands.pin(row, is_pinned=do == "pin", by=by, at=at)
        return (f"{row.expert} stays there when you place again." if do == "pin" else "Let go."), "desk-placing"
    commands.take_out(row, by=by, at=at)
    return f"{row.expert} is out of that slot.", "desk-placing"


def _put(request: HttpRequest, proposal: Proposal, by: Person, at: datetime) -> str:
    slot, key = slot_named(request.POST.get("slot", "")), request.POST.get("expert", "")
    experts = queries.field_of(proposal.cohort, at=at).experts
    expert = experts.get(int(key)) if key.isdecimal() and len(key) < 18 else None
    if slot is None or expert is None:
        raise Http404
    instead = _row_or_404(request, proposal) if request.POST.get("row") else None
    commands.put_in_slot(proposal, expert, availability=slot[0], starts_at=slot[1], instead_of=instead, by=by, at=at)
    return f"{expert} is in the slot you chose, and stays there when you place again."


def _row_or_404(request: HttpRequest, proposal: Proposal) -> ProposedOneToOne:
    found = next((each for each in queries.placings_of(proposal) if str(each.pk) == request.POST.get("row")), None)
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest, field: Any, standing: Any) -> dict[str, Any] | None:
    """Give the slots an Expert could have instead, the most liked first; those of others in the proposal are left out."""
    key = request.GET.get("expert", "")
    expert = field.experts.get(int(key)) if key.isdecimal() and len(key) < 18 else None
    if expert is None:
        return None
    row = request.GET.get("row", "")
    used = {value_of(each.offer) for each in standing.placed}
    could = preferences(field.problem).get(expert.pk, {})
    slots = [
        (value_of(offer), f"{say_instant(offer.slot.starts_at, offer.slot.zone)} with {offer.availability.coach}", liked)
        for opening, liked in could.items()
        for offer in [field.offers[opening]]
        if value_of(offer) not in used
    ]
    mine = next((each.row for each in standing.placed if str(each.row.pk) == row and each.row.expert_id == expert.pk), None)
    return {"expert": expert, "row": mine, "slots": sorted(slots, key=lambda each: -each[2])[:200]}


def _moment(words: str) -> datetime:
    try:
        return datetime.fromisoformat(words)
    except ValueError as wrong:
        raise BadRequest("The page says when the proposal it shows was made.") from wrong
