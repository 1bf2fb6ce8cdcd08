"""What the survey says, before and after it is told back to the cohort."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.admissions import commands, queries
from hub.admissions.forms import ShareForm
from hub.admissions.pages.place import plan_or_404
from hub.admissions.showing import figures
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.kit.fields import refuse
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding_summary(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show what would be told, and what is told; POST `do=share` tells it with a note, `do=take-back` stops."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    plan = plan_or_404(place)
    found, told = queries.would_share(plan, at=at), queries.told_of(plan)
    now = {"count": found.count if found else 0, "seen": queries.mark_of(found)}
    form, status = ShareForm(initial=now | {"note": told.summary.note if told else ""}), 200
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in ("share", "take-back"):
            raise BadRequest("This page does nothing of that name.")
        form = ShareForm(request.POST if do == "share" else now)
        if form.is_valid():
            try:
                if do == "share":
                    commands.share_summary(plan, **form.cleaned_data, by=by, at=at)
                else:
                    commands.take_back_summary(plan, by=by, at=at)
            except ChangedMeanwhile as no:
                form = ShareForm(now | {"note": form.cleaned_data["note"]})
                form.is_valid()
                refuse(form, no)
                status = 409
            except Refusal as no:
                refuse(form, no)
                status = 422
            else:
                said = "The cohort sees it now." if do == "share" else "The cohort sees it no more."
                messages.success(request, said)
                return redirect("desk-onboarding-summary", programme, cohort)
        else:
            status = 422
    context = {
        "programme": place.programme,
        "cohort": place,
        "plan": plan,
        "found": found,
        "figures": figures(found.tallies) if found else [],
        "told": told,
        "form": form,
    }
    return render(request, "admissions/desk/summary.html", context, status=status)
