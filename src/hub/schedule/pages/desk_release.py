"""Releasing at the desk: what the public would learn, a note for it, and the releases so far."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.release import ReleasedMeanwhile
from hub.kit.fields import refuse
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import cohort_or_404, whoever
from hub.schedule.cautions import cautions
from hub.schedule.commands.releases import release_schedule
from hub.schedule.forms import ReleaseForm
from hub.schedule.queries.desk import findings_of
from hub.schedule.queries.public import difference_since_release, releases_of


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show what a release would tell the public, and release."""
    place = cohort_or_404(programme, cohort)
    form = ReleaseForm(request.POST) if request.method == "POST" else None
    status, is_late = 200, False
    if form is not None and form.is_valid():
        note, seen = form.cleaned_data["note"], form.cleaned_data["seen"]
        try:
            made = release_schedule(place, note=note, seen=seen, by=whoever(request), at=timezone.now())
        except ReleasedMeanwhile as no:
            refuse(form, no)
            status, is_late = 409, True
        except Refusal as no:
            refuse(form, no)
            status = 422
        else:
            messages.success(request, f"Release {made.number} is out: everybody sees this schedule now.")
            return redirect("desk-release", programme, cohort)
    elif form is not None:
        status = 422
    releases = list(releases_of(place).select_related("released_by"))
    last = releases[0] if releases else None
    number = last.number if last else 0
    if form is None or is_late:
        # Who was told that another release came out has now seen it; their note stays.
        errors = form.errors if form is not None else None
        form = (
            ReleaseForm({"note": form.data.get("note", ""), "seen": number}) if form else ReleaseForm(initial={"seen": number})
        )
        if errors:
            form._errors = errors  # type: ignore[attr-defined]  # a bound form keeps its own words there
    changes = difference_since_release(place)
    context = {
        "programme": place.programme,
        "cohort": place,
        "form": form,
        "releases": releases,
        "last": last,
        "difference": changes,
        "reading": findings_of(place),
        "cautions": [] if changes.is_empty else cautions(place, at=timezone.now()),
    }
    return render(request, "schedule/desk/release.html", context, status=status)
