"""An Expert's own onboarding: what is left, in order, and what the cohort's survey says."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.admissions import commands, permissions, queries
from hub.admissions.models import OnboardingPlan
from hub.admissions.pages.place import address, plan_or_404
from hub.admissions.queries import Cell
from hub.admissions.showing import figures
from hub.core.errors import NotAllowed, Refusal
from hub.core.onboarding import StepKind, Ticker
from hub.people.access import member_page
from hub.people.models import Person
from hub.people.permissions import belongs
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.programmes.queries import has_ended

_DONE = {"tick": "Done. Thank you.", "untick": "It is open again.", "no-photo": "Noted: no photo.", "photo": "Noted."}


@dataclass(frozen=True, slots=True)
class Way:
    """A step with the way to do it: where it leads, in which words, and whether it is ticked here."""

    cell: Cell
    url: str
    action: str
    tick: str  # the words of the button that ticks it; empty where nobody does here

    @property
    def is_there(self) -> bool:
        """Whether something can be done here."""
        return bool(self.url or self.tick)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_onboarding(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show what is left for the Expert who asks; POST `do=` tick, untick, no-photo or photo, for one `step`."""
    place, person, at = _cohort_of(request, programme, cohort), whoever(request), timezone.now()
    plan = plan_or_404(place)
    if not permissions.is_onboarding(person, place, at=at):
        raise PermissionDenied
    refusal = None
    if request.method == "POST":
        do, step = request.POST.get("do", ""), queries.step_of(plan, request.POST.get("step", ""))
        if do not in _DONE:
            raise BadRequest("This page does nothing of that name.")
        if step is None:
            raise Http404
        try:
            if do in ("tick", "untick"):
                (commands.tick if do == "tick" else commands.untick)(step, person, by=person, at=at)
            else:
                commands.want_no_photo(step, person, wish=do == "no-photo", by=person, at=at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _DONE[do])
            return redirect("my-onboarding", programme, cohort)
    line = queries.line_of(plan, person, at=at)
    assert line is not None  # they are an Expert of it
    ways = [_way(plan, cell) for cell in line.theirs]
    context = {
        "programme": place.programme,
        "cohort": place,
        "line": line,
        "ways": ways,
        "first": next((way for way in ways if way.is_there), None),  # the one primary action
        "refusal": refusal,
        "has_summary": queries.told_of(plan) is not None,
        "is_over": has_ended(place, at=at),
        "kick_off": queries.kick_offs([place]).get(place.pk),
    }
    return render(request, "admissions/mine.html", context, status=422 if refusal else 200)


@member_page
@require_safe
def my_onboarding_summary(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show what is told back of the survey to who takes part in the cohort."""
    place, person = _cohort_of(request, programme, cohort), whoever(request)
    told = queries.told_of(plan_or_404(place))
    if told is None:
        raise Http404
    if not permissions.can_read_summary(person, told.summary, at=timezone.now()):
        raise PermissionDenied
    context = {"programme": place.programme, "cohort": place, "told": told, "figures": figures(told.tallies)}
    return render(request, "admissions/told.html", context)


def _cohort_of(request: HttpRequest, programme: str, cohort: str) -> Cohort:
    """Find the cohort for who has a part in the programme, now or soon; for others there is none."""
    place, person, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    if not (belongs(person, place.programme, at=at) or _is_to_begin(person, place)):
        raise Http404
    return place


def _is_to_begin(person: Person, cohort: Cohort) -> bool:
    return permissions.is_onboarding(person, cohort, at=timezone.now())


def _way(plan: OnboardingPlan, cell: Cell) -> Way:
    step = cell.step
    match StepKind(step.kind):
        case StepKind.SURVEY:
            survey = plan.survey
            return Way(cell, address("form", survey.programme.slug, survey.slug) if survey else "", "Answer the survey", "")
        case StepKind.CODE_OF_CONDUCT:
            return Way(cell, reverse("agreements"), "Read and agree", "")
        case StepKind.CONSENTS:
            return Way(cell, reverse("agreements"), "Answer", "")
        case StepKind.PROFILE:
            return Way(cell, reverse("profile"), "Complete it", "")
        case StepKind.PRIMER:
            return Way(cell, step.link, "Open the primer", "I have read it")
        case _:
            if step.ticker == Ticker.HUB:
                form = step.form
                return Way(cell, address("form", plan.cohort.programme.slug, form.slug) if form else "", "Answer it", "")
            return Way(cell, step.link, "Open it", "Done")
