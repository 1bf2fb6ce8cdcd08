"""The call with an organisation: agreed, held, noted."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.admissions import commands, queries
from hub.admissions.forms import CallForm
from hub.admissions.pages.place import plan_or_404
from hub.admissions.queries import CallRow
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.kit.fields import refuse
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding_call(request: HttpRequest, programme: str, cohort: str, organisation: int) -> HttpResponse:
    """Note the call with an organisation: when it is agreed for, when it was held, with whom, and what was said."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    plan = plan_or_404(place)
    row = queries.call_of(plan, organisation, at=at)
    if row is None:
        raise Http404
    form = (
        CallForm(request.POST, zone=place.zone)
        if request.method == "POST"
        else CallForm(initial=_told(row, place), zone=place.zone)
    )
    status, theirs = 200, None
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            commands.note_call(
                plan,
                row.organisation,
                agreed_for=told["agreed_for"],
                held_on=told["held_on"],
                with_whom=told["with_whom"],
                notes=told["notes"],
                seen_at=told["seen_at"],
                by=by,
                at=at,
            )
        except ChangedMeanwhile as no:
            refuse(form, no)
            status, theirs = 409, row.call
            form.data = form.data.copy()  # type: ignore[attr-defined]  # saving again puts theirs aside, knowingly
            form.data["seen_at"] = row.call.edited_at.isoformat() if row.call else ""  # type: ignore[index]
        except Refusal as no:
            refuse(form, no)
            status = 422
        else:
            messages.success(request, f"The call with {row.organisation.name} is noted.")
            return redirect("desk-onboarding", programme, cohort)
    elif form.is_bound:
        status = 422
    context = {"programme": place.programme, "cohort": place, "row": row, "form": form, "theirs": theirs}
    return render(request, "admissions/desk/call.html", context, status=status)


def _told(row: CallRow, cohort: Cohort) -> dict[str, object]:
    call = row.call
    if call is None:
        return {"seen_at": ""}
    local = call.agreed_for.astimezone(ZoneInfo(cohort.zone)) if call.agreed_for else None
    return {
        "agreed_on": local.date() if local else None,
        "agreed_at": local.time() if local else None,
        "held_on": call.held_on,
        "with_whom": call.with_whom,
        "notes": call.notes,
        "seen_at": call.edited_at.isoformat(),
    }
