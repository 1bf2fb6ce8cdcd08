"""The steps of an onboarding, and its survey, as the team sets them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.admissions import commands, queries
from hub.admissions.forms import StepForm, SurveyForm
from hub.admissions.models import OnboardingPlan, OnboardingStep
from hub.admissions.pages.place import plan_or_404
from hub.core.errors import NotAllowed, Refusal
from hub.core.forms import Audience
from hub.core.onboarding import StepKind, Ticker
from hub.forms.models import Form
from hub.forms.queries import contents, forms_of
from hub.kit.fields import differing, refuse
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Programme


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding_steps(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show the steps; POST `do=` up, down, on, off or remove changes one, `do=add` adds one, `do=survey` sets the survey."""
    place = cohort_or_404(programme, cohort)
    plan = plan_or_404(place)
    offered = {str(form.pk): form for form in forms_of(place.programme) if not form.is_anonymous}
    do = request.POST.get("do", "") if request.method == "POST" else ""
    step_form = StepForm(
        request.POST if do == "add" else None, offered=_named(offered), initial={"is_on": True, "ticker": Ticker.EXPERT.value}
    )
    survey_form = _survey_form(plan, offered, request if do == "survey" else None)
    seen = request.POST.get("seen") if do == "survey" else plan.survey_mark
    status, theirs = 422, None
    if request.method == "POST":
        if do not in ("add", "survey", "up", "down", "on", "off", "remove"):
            raise BadRequest("This page does nothing of that name.")
        try:
            if _does(request, plan, do, step_form, survey_form, offered):
                return redirect("desk-onboarding-steps", programme, cohort)
        except commands.OnboardingChangedMeanwhile as no:
            refuse(survey_form, no)
            plan = plan_or_404(place)
            theirs = differing(survey_form, _survey_form(plan, offered, None).initial)
            seen, status = plan.survey_mark, 409
    context = {
        "programme": place.programme,
        "cohort": place,
        "plan": plan,
        "board": queries.board_of(plan, at=timezone.now()),
        "steps": [(each, Ticker(each.ticker).label) for each in plan.steps.select_related("form").order_by("position", "pk")],
        "form": step_form,
        "survey_form": survey_form,
        "seen": seen,
        "theirs": theirs,
    }
    is_wrong = step_form.errors or survey_form.errors
    return render(request, "admissions/desk/steps.html", context, status=status if is_wrong else 200)


def _does(
    request: HttpRequest, plan: OnboardingPlan, do: str, step_form: StepForm, survey_form: SurveyForm, offered: dict[str, Form]
) -> bool:
    """Do what a POST asks, and say whether it was done; what is wrong stands in the forms.

    Raises Http404, PermissionDenied, OnboardingChangedMeanwhile.
    """
    by, at = whoever(request), timezone.now()
    form = survey_form if do == "survey" else step_form
    if do in ("add", "survey") and not form.is_valid():
        return False
    step = None if do in ("add", "survey") else queries.step_of(plan, request.POST.get("step", ""))
    if step is None and do not in ("add", "survey"):
        raise Http404
    try:
        if step is None:
            told = dict(form.cleaned_data)
            if do == "add":
                told |= {"ticker": Ticker(told["ticker"]), "form": offered.get(told["form"])}
                commands.add_step(plan, by=by, at=at, **told)
            else:
                seen = request.POST.get("seen")
                commands.choose_survey(plan, offered.get(told.pop("survey")), seen=seen, by=by, at=at, **told)
        elif do in ("on", "off"):
            commands.edit_step(step, is_on=do == "on", by=by, at=at)
        elif do == "remove":
            commands.remove_step(step, by=by, at=at)
        else:
            commands.move_step(step, "up" if do == "up" else "down", by=by, at=at)
    except NotAllowed as no:
        raise PermissionDenied from no
    except commands.OnboardingChangedMeanwhile:
        raise
    except Refusal as no:
        if not form.is_bound:
            messages.error(request, no.sentence)
            return True
        refuse(form, no)
        return False
    messages.success(request, "Saved.")
    return True


def _named(offered: dict[str, Form]) -> list[tuple[str, str]]:
    return [(key, form.title) for key, form in offered.items()]


def _survey_form(plan: OnboardingPlan, offered: dict[str, Form], request: HttpRequest | None) -> SurveyForm:
    asking = [(key, form.title) for key, form in offered.items() if form.audience == Audience.ASKED]
    chosen = offered.get(request.POST.get("survey", "")) if request else None  # a colleague may have chosen another meanwhile
    questions: dict[str, str] = {}
    for survey in (plan.survey, chosen):
        said = contents(survey) if survey else {}
        questions |= {each.key: each.label for each in said[max(said)].asked} if said else {}
    now = {
        "survey": str(plan.survey_id or ""),
        "goal": plan.goal_question,
        "wanted": plan.wanted_question,
        "offered": plan.offered_question,
    }
    return SurveyForm(request.POST if request else None, surveys=asking, questions=list(questions.items()), initial=now)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding_step(request: HttpRequest, programme: str, cohort: str, step: int) -> HttpResponse:
    """Change one step."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    plan = plan_or_404(place)
    found = queries.step_of(plan, str(step))
    if found is None:
        raise Http404
    form = _step_form(found, place.programme, request)
    seen, status, theirs = request.POST.get("seen") if form.is_bound else found.mark, 422, None
    if form.is_bound and form.is_valid():
        told = dict(form.cleaned_data)
        if "ticker" in told:
            chosen = {str(each.pk): each for each in forms_of(place.programme)}
            told |= {"ticker": Ticker(told["ticker"]), "form": chosen.get(told["form"])}
        try:
            commands.edit_step(found, seen=seen, by=by, at=at, **told)
        except commands.OnboardingChangedMeanwhile as no:
            refuse(form, no)
            found = queries.step_of(plan, str(step)) or found
            theirs = differing(form, _said_of(found))
            seen, status = found.mark, 409
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{told['title']}: saved.")
            return redirect("desk-onboarding-steps", programme, cohort)
    context = {"programme": place.programme, "cohort": place, "plan": plan, "step": found, "form": form}
    context |= {"ticked_by": Ticker(found.ticker).label, "seen": seen, "theirs": theirs}
    return render(request, "admissions/desk/step.html", context, status=status if form.errors else 200)


def _step_form(step: OnboardingStep, programme: Programme, request: HttpRequest) -> StepForm:
    offered = [(str(form.pk), form.title) for form in forms_of(programme) if not form.is_anonymous]
    posted = request.POST if request.method == "POST" else None
    return StepForm(posted, offered=offered, is_fixed=step.kind != StepKind.OWN, initial=_said_of(step))


def _said_of(step: OnboardingStep) -> dict[str, object]:
    """Give what the form of a step begins with."""
    now = {name: getattr(step, name) for name in ("title", "says", "link", "ticker", "days_before", "is_on")}
    return now | {"form": str(step.form_id or "")}
