"""Importing the plan at the desk: what it would change, what both sides changed, and the import itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.lines import with_endings_of
from hub.kit.fields import refuse
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.commands import plans
from hub.schedule.commands.plans import PlanChangedMeanwhile
from hub.schedule.forms import PlanForm
from hub.schedule.pages.desk_conflict import both_texts
from hub.schedule.queries.imports import ImportProposal
from hub.schedule.queries.versions import text_of_version
from hub.schedule.queries.working import latest_plan

CHOICE = "choice:"  # begins the name of the field that settles a conflict


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_import(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show what importing the plan would change; POST `do=import` imports it, `do=propose` shows that of a text as typed."""
    place = cohort_or_404(programme, cohort)
    latest = latest_plan(place)
    if request.method != "POST":
        given = {"text": latest.text if latest else "", "seen": latest.number if latest else 0, "note": ""}
        return _page(request, place, PlanForm(given), {})
    form = PlanForm(request.POST)
    choices = {name.removeprefix(CHOICE): str(value) for name, value in request.POST.items() if name.startswith(CHOICE)}
    if not form.is_valid() or request.POST.get("do") != "import":
        return _page(request, place, form, choices)
    text, seen, note = _text(place, form), form.cleaned_data["seen"], form.cleaned_data["note"]
    try:
        version = plans.import_plan(
            place, text, seen=seen, choices={key: value for key, value in choices.items() if value}, note=note,
            by=whoever(request), at=timezone.now(),
        )  # fmt: skip
    except PlanChangedMeanwhile as no:
        return both_texts(request, place, no, text_of_version(place, seen))
    except Refusal as no:
        refuse(form, no)
        return _page(request, place, form, choices)
    messages.success(request, f"Version {version.number} of the plan is in the schedule. The public sees it after a release.")
    return redirect("desk", programme, cohort)


def _text(place: Cohort, form: PlanForm) -> str:
    """Give the text as typed, with the line endings of the version it began from: a browser sends its own."""
    return with_endings_of(text_of_version(place, form.cleaned_data["seen"]), form.cleaned_data["text"])


def _page(request: HttpRequest, place: Cohort, form: PlanForm, choices: dict[str, str]) -> HttpResponse:
    proposal: ImportProposal | None = None
    if form.is_valid():
        try:
            proposal = plans.propose_import(place, _text(place, form), choices=choices, at=timezone.now())
        except Refusal as no:
            refuse(form, no)
    latest = latest_plan(place)
    is_kept = latest is not None and latest.is_applied and latest.text == form.data.get("text", "").replace("\r\n", "\n")
    context = {
        "programme": place.programme,
        "cohort": place,
        "form": form,
        "is_done": proposal is not None and proposal.is_empty and is_kept,
        "text": form.data.get("text", ""),
        "seen": form.data.get("seen", ""),
        "proposal": proposal,
        "conflicts": [(each, choices.get(each.key, "web")) for each in proposal.conflicts] if proposal else [],
    }
    return render(request, "schedule/desk/plan_import.html", context, status=422 if form.errors else 200)
