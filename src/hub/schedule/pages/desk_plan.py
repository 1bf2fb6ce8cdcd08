"""The plan at the desk: its text beside what it says, saving, files, and the versions compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import Refusal
from hub.core.lines import compare_lines, with_endings_of
from hub.kit.fields import refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.commands import plans
from hub.schedule.commands.plans import PlanChangedMeanwhile
from hub.schedule.forms import PlanForm, UploadForm
from hub.schedule.models import PlanVersion
from hub.schedule.pages.desk_conflict import both_texts
from hub.schedule.pages.desk_place import as_file
from hub.schedule.queries.reading import reading_of
from hub.schedule.queries.versions import text_of_version, version_of, versions_of
from hub.schedule.queries.working import latest_plan


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Show the plan's text beside its timeline and findings; read what is typed, and save it.

    `?version=n` brings an earlier version into the editor. POST `do=check` reads, `do=edit` shows a text unsaved, else saves.
    """
    place = cohort_or_404(programme, cohort)
    if request.method != "POST":
        return _editor(request, place)
    form = PlanForm(request.POST)
    wanted = request.POST.get("do", "save")
    typed = form.data.get("text", "")
    if wanted == "check" and request.htmx:
        return render(request, "schedule/desk/_plan_reading.html", {"cohort": place, "reading": reading_of(place, typed)})
    if not form.is_valid():
        return _unsaved(request, place, form, status=422)
    seen: int = form.cleaned_data["seen"]
    text = with_endings_of(text_of_version(place, seen), form.cleaned_data["text"])
    if wanted in ("check", "edit"):
        return _unsaved(request, place, form)
    by = whoever(request)
    try:
        version = plans.save_plan(place, text, seen=seen, note=form.cleaned_data["note"], by=by, at=timezone.now())
    except PlanChangedMeanwhile as no:
        return both_texts(request, place, no, text_of_version(place, seen))
    except Refusal as no:
        refuse(form, no)
        return _unsaved(request, place, form, status=422)
    if request.htmx:
        return render(request, "schedule/desk/_plan_state.html", {"cohort": place, "version": version})
    messages.success(request, f"Saved as version {version.number}.")
    return redirect("desk-plan", programme, cohort)


def _editor(request: Request, place: Cohort) -> HttpResponse:
    latest = latest_plan(place)
    asked = request.GET.get("version", "")
    given = version_of(place, int(asked)) if asked.isdecimal() and len(asked) < 9 else None
    if asked and given is None:
        raise Http404
    brought = given if given and given != latest else None
    text = given.text if given else latest.text if latest else ""
    return _page(request, place, latest, text, seen=latest.number if latest else 0, brought=brought)


def _unsaved(request: Request, place: Cohort, form: PlanForm, *, status: int = 200) -> HttpResponse:
    """Show the editor with what was typed; nothing of it is lost."""
    latest = latest_plan(place)
    if request.htmx:
        context = {"cohort": place, "version": latest, "form": form}
        return render(request, "schedule/desk/_plan_state.html", context, status=status)
    seen = form.data.get("seen", "")
    number = int(seen) if seen.isdecimal() and len(seen) < 9 else latest.number if latest else 0
    return _page(request, place, latest, form.data.get("text", ""), seen=number, form=form, status=status)


def _page(
    request: Request,
    place: Cohort,
    latest: PlanVersion | None,
    text: str,
    *,
    seen: int,
    form: PlanForm | None = None,
    brought: PlanVersion | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "programme": place.programme,
        "cohort": place,
        "version": latest,
        "text": text,
        "seen": seen,
        "form": form,
        "brought": brought,
        "is_given": form is not None or brought is not None,
        "reading": reading_of(place, text),
        "upload": UploadForm(initial={"seen": seen}),
    }
    return render(request, "schedule/desk/plan.html", context, status=status)


@team_page
@require_safe
def plan_text(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Give the plan's text as a file, byte for byte; `?version=n` an earlier one."""
    place = cohort_or_404(programme, cohort)
    asked = request.GET.get("version", "")
    if asked and not (asked.isdecimal() and len(asked) < 9):
        raise Http404
    version = version_of(place, int(asked)) if asked else latest_plan(place)
    if version is None:
        raise Http404
    return as_file(version.text, f"{programme}-{cohort}-plan-{version.number}.md")


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan_upload(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Take a file as the next version of the plan, exactly as it is."""
    place = cohort_or_404(programme, cohort)
    latest = latest_plan(place)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            text, seen = form.cleaned_data["file"], form.cleaned_data["seen"]
            note = f"From the file {request.FILES['file']}"[:300]
            try:
                version = plans.save_plan(place, text, seen=seen, note=note, by=whoever(request), at=timezone.now())
            except PlanChangedMeanwhile as no:
                return both_texts(request, place, no, text_of_version(place, seen))
            except Refusal as no:
                form.add_error("file", no.sentence)
            else:
                messages.success(request, f"The file is version {version.number} of the plan.")
                return redirect("desk-plan", programme, cohort)
    else:
        form = UploadForm(initial={"seen": latest.number if latest else 0})
    context = {"programme": place.programme, "cohort": place, "form": form}
    return render(request, "schedule/desk/plan_upload.html", context, status=422 if form.errors else 200)


@team_page
@require_safe
def plan_versions(request: Request, programme: str, cohort: str) -> HttpResponse:
    """List the versions of the plan, and show line by line what differs between two of them."""
    place = cohort_or_404(programme, cohort)
    versions = list(versions_of(place))
    numbers = {str(version.number): version for version in versions}
    newest = versions[0] if versions else None
    after = numbers.get(request.GET.get("after", ""), newest)
    earlier = next((version for version in versions if after and version.number < after.number), None)
    before = numbers.get(request.GET.get("before", ""), earlier)
    context: dict[str, Any] = {"programme": place.programme, "cohort": place, "versions": versions}
    if before and after:
        rows = compare_lines(before.text, after.text)
        context |= {"before": before, "after": after, "rows": rows, "is_unified": request.GET.get("view") == "unified"}
    template = "schedule/desk/_plan_difference.html" if request.htmx else "schedule/desk/plan_versions.html"
    return render(request, template, context)
