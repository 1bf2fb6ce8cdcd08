"""Write the plan of an onboarding: make it, edit its steps, choose its survey, and ask who joins later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Literal, TypedDict, Unpack

from django.db import transaction

from hub.admissions.models import OnboardingPlan, OnboardingStep
from hub.admissions.permissions import require_team
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.forms import Audience
from hub.core.onboarding import USUAL, BadStep, StepKind, Ticker, check_step, sound_words
from hub.forms import commands as forms
from hub.forms import library
from hub.forms.models import Form
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.people.models import Person, Role, RoleKind
from hub.people.queries import experts_of
from hub.programmes.models import Cohort
from hub.programmes.queries import locked_cohort

SURVEY = "onboarding-survey"  # the ready-made form an onboarding begins with
_DOING = "change its onboarding"


class OnboardingThere(Refusal):
    """The cohort has an onboarding."""

    code: ClassVar[str] = "onboarding-there"


class StepStays(Refusal):
    """A step the Hub knows is switched off, not deleted; so its place and what was ticked are there when it is wanted again."""

    code: ClassVar[str] = "step-stays"


class OnboardingChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the step, or which form is the survey, since the person began to."""

    code: ClassVar[str] = "onboarding-changed-meanwhile"


class StepFacts(TypedDict, total=False):
    """What a team may set of a step. `days_before` None: no day."""

    title: str
    says: str
    link: str
    ticker: Ticker
    form: Form | None
    days_before: int | None
    is_on: bool


@transaction.atomic
def make_onboarding(cohort: Cohort, *, by: Person | None, at: datetime) -> OnboardingPlan:
    """Make the onboarding of a cohort: the usual steps, and the ready-made survey, published and asked of all its Experts.

    Who becomes an Expert later is asked then. Raises NotAllowed, OnboardingThere.
    """
    require_team(by, cohort.programme, at=at, doing="make its onboarding")
    held = locked_cohort(cohort)
    if OnboardingPlan.objects.filter(cohort=held).exists():
        raise OnboardingThere(f"{held.name} has its onboarding already.")
    made = library.ready_made()[SURVEY]
    survey = forms.create_form(
        held.programme, made.content, audience=Audience.ASKED, cohort=held, kept_days=made.kept_days, by=by, at=at
    )
    forms.publish_form(survey, seen=survey.draft_at, by=by, at=at)
    survey.refresh_from_db()  # it is open now
    plan = OnboardingPlan.objects.create(
        cohort=held,
        survey=survey,
        goal_question=made.keys.get("goal", ""),
        wanted_question=made.keys.get("wanted", ""),
        offered_question=made.keys.get("offered", ""),
        made_at=at,
        made_by=by,
    )
    OnboardingStep.objects.bulk_create(
        OnboardingStep(
            plan=plan,
            kind=usual.kind.value,
            position=number,
            title=usual.title,
            says=usual.says,
            ticker=(usual.kind.ticker or Ticker.TEAM).value,
            days_before=usual.days_before,
        )
        for number, usual in enumerate(USUAL, 1)
    )
    _ask_experts(survey, held, (each.person for each in experts_of([held], at=at)[held.pk]), by=by, at=at)
    journal.record("made", plan, by=by, at=at, part_of=held)
    facts_changed(held.programme, at=at)
    return plan


@transaction.atomic
def add_step(plan: OnboardingPlan, *, by: Person | None, at: datetime, **facts: Unpack[StepFacts]) -> OnboardingStep:
    """Add a step of the team's own, after the others. Raises NotAllowed, BadStep."""
    row = _locked(plan, by, at)
    last = row.steps.order_by("-position").first()
    step = OnboardingStep(plan=row, kind=StepKind.OWN.value, position=last.position + 1 if last else 1)
    step.ticker = Ticker.EXPERT.value
    _set(step, facts)
    step.save()
    journal.record("step-added", step, by=by, at=at, part_of=row, title=step.title, personal=["title"])
    facts_changed(row.cohort.programme, at=at)
    return step


@transaction.atomic
def edit_step(
    step: OnboardingStep, *, seen: str | None = None, by: Person | None, at: datetime, **facts: Unpack[StepFacts]
) -> OnboardingStep:
    """Change a step, or switch it on and off; what was ticked stays.

    `seen` is the `mark` of the step as it was read; without it the last one to save wins.
    Raises NotAllowed, BadStep, OnboardingChangedMeanwhile.
    """
    plan = _locked(step.plan, by, at)
    row = _there(plan, step)
    before, stood = _facts_of(row), row.mark
    _set(row, facts)
    after = _facts_of(row)
    if before == after:
        return row
    if seen is not None and seen != stood:
        raise OnboardingChangedMeanwhile(
            "Somebody else changed this step meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    row.save()
    changed = [name for name in after if before[name] != after[name]]
    journal.record("step-edited", row, by=by, at=at, part_of=plan, title=row.title, fields=changed, personal=["title"])
    facts_changed(plan.cohort.programme, at=at)
    return row


@transaction.atomic
def move_step(step: OnboardingStep, towards: Literal["up", "down"], *, by: Person | None, at: datetime) -> None:
    """Put a step one place earlier or later; at the end of the list nothing happens. Raises NotAllowed, BadStep."""
    plan = _locked(step.plan, by, at)
    _there(plan, step)
    order = list(plan.steps.order_by("position", "pk"))
    here = [each.pk for each in order].index(step.pk)
    there = here + (-1 if towards == "up" else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for number, each in enumerate(order, 1):
        each.position = number
    OnboardingStep.objects.bulk_update(order, ["position"])
    journal.record("step-moved", step, by=by, at=at, part_of=plan, title=step.title, personal=["title"])


@transaction.atomic
def remove_step(step: OnboardingStep, *, by: Person | None, at: datetime) -> None:
    """Delete a step of the team's own, with what was ticked. Raises NotAllowed, BadStep, StepStays."""
    plan = _locked(step.plan, by, at)
    row = _there(plan, step)
    if row.kind != StepKind.OWN:
        raise StepStays("This step can be switched off, and on again when you want it.")
    journal.record("step-removed", row, by=by, at=at, part_of=plan, title=row.title, personal=["title"])
    row.delete()
    facts_changed(plan.cohort.programme, at=at)


@transaction.atomic
def choose_survey(
    plan: OnboardingPlan,
    survey: Form | None,
    *,
    goal: str = "",
    wanted: str = "",
    offered: str = "",
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> OnboardingPlan:
    """Say which form of the programme is the survey, and which of its questions the kick-off is prepared from.

    The Experts are asked to answer it. `seen` is the `survey_mark` of the plan as it was read; without it the last one to save
    wins. Raises NotAllowed, BadStep, OnboardingChangedMeanwhile.
    """
    row = _locked(plan, by, at)
    stood = row.survey_mark
    if survey is not None and survey.programme_id != row.cohort.programme_id:
        raise BadStep("This form is of another programme.", field="survey")
    if survey is not None and (survey.is_anonymous or survey.audience != Audience.ASKED):
        raise BadStep("Take a form that asks people one by one, and by name: the Hub has to see who answered.", field="survey")
    row.survey = survey
    row.goal_question, row.wanted_question, row.offered_question = goal, wanted, offered
    if seen not in (None, stood) and row.survey_mark != stood:
        raise OnboardingChangedMeanwhile(
            "Somebody else changed what stands here of the survey meanwhile, so yours is not saved yet. Compare the two, then "
            "save again."
        )
    row.save()
    if survey is not None:
        _ask_experts(survey, row.cohort, (each.person for each in experts_of([row.cohort], at=at)[row.cohort_id]), by=by, at=at)
    journal.record("survey-chosen", row, by=by, at=at, part_of=row.cohort)
    facts_changed(row.cohort.programme, at=at)
    return row


def ask_newcomers(roles: Iterable[Role], *, by: Person | None, at: datetime) -> None:
    """Ask who became an Expert of a cohort with an onboarding to answer its survey, in the transaction that gave the role."""
    new = [role for role in roles if role.kind == RoleKind.EXPERT and role.cohort_id is not None]
    plans = OnboardingPlan.objects.filter(cohort__in={role.cohort_id for role in new}).select_related(
        "survey__programme", "cohort"
    )
    for plan in plans.order_by("pk"):
        here = {role.person_id for role in new if role.cohort_id == plan.cohort_id}
        those = [each.person for each in experts_of([plan.cohort_id], people=here, at=at)[plan.cohort_id]]
        if those and plan.survey is not None:
            _ask_experts(plan.survey, plan.cohort, those, by=by, at=at)
        facts_changed(plan.cohort.programme_id, at=at)


def _ask_experts(survey: Form, cohort: Cohort, people: Iterable[Person], *, by: Person | None, at: datetime) -> None:
    """Ask Experts as what they are: who leaves the cohort is asked no more."""
    forms.ask_people(survey, people, role=RoleKind.EXPERT, cohort=cohort, by=by, at=at)


def _locked(plan: OnboardingPlan, by: Person | None, at: datetime) -> OnboardingPlan:
    require_team(by, plan.cohort.programme, at=at, doing=_DOING)
    return OnboardingPlan.objects.select_for_update(of=("self",)).select_related("cohort__programme", "survey").get(pk=plan.pk)


def _there(plan: OnboardingPlan, step: OnboardingStep) -> OnboardingStep:
    row = plan.steps.select_for_update(of=("self",)).select_related("form").filter(pk=step.pk).first()
    if row is None:
        raise BadStep("Somebody took this step away meanwhile.")
    return row


def _facts_of(step: OnboardingStep) -> dict[str, object]:
    return {name: getattr(step, name) for name in ("title", "says", "link", "ticker", "form_id", "days_before", "is_on")}


def _set(step: OnboardingStep, facts: StepFacts) -> None:
    """Put what is given into a step. Raises BadStep."""
    words = sound_words(
        title=facts.get("title", step.title), says=facts.get("says", step.says), link=facts.get("link", step.link)
    )
    step.title, step.says, step.link = words["title"], words["says"], words["link"]
    step.ticker = facts.get("ticker", Ticker(step.ticker)).value
    if "form" in facts:
        step.form = facts["form"]
    step.days_before = facts.get("days_before", step.days_before)
    step.is_on = facts.get("is_on", step.is_on)
    kind, ticker = StepKind(step.kind), Ticker(step.ticker)
    if kind is not StepKind.OWN or ticker is not Ticker.HUB:
        step.form = None
    check_step(
        kind,
        title=step.title,
        link=step.link,
        ticker=ticker,
        days_before=step.days_before,
        has_form=step.form is not None,
    )
    if step.form is not None and (step.form.programme_id != step.plan.cohort.programme_id or step.form.is_anonymous):
        raise BadStep("Take a form of this programme that is answered by name.", field="form")
