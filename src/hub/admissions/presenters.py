"""How the journal of an onboarding reads, and who may read it: the team of its programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub.admissions import permissions
from hub.admissions.models import OnboardingPlan
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.people.models import Person

_PLAINLY = {
    ("made", "admissions.OnboardingPlan"): "made the onboarding, its survey with it",
    ("survey-chosen", "admissions.OnboardingPlan"): "chose the survey of the onboarding",
    ("rooms-changed", "admissions.OnboardingPlan"): "changed who is in which breakout room",
    ("agenda-put", "admissions.OnboardingPlan"): "put the agenda into the kick-off",
    ("taken-back", "admissions.SharedSummary"): "took the summary of the survey back",
    ("no-photo", "admissions.StepMark"): "said that they want no photo",
    ("photo-after-all", "admissions.StepMark"): "may want a photo after all",
}
_OF_STEP = {
    ("step-added", "admissions.OnboardingStep"): "added the step",
    ("step-moved", "admissions.OnboardingStep"): "moved the step",
    ("step-removed", "admissions.OnboardingStep"): "deleted the step",
    ("ticked", "admissions.StepMark"): "ticked",
    ("unticked", "admissions.StepMark"): "took the tick back from",
    ("asked-after-all", "admissions.StepMark"): "said that it is needed after all:",
}
_FIELDS = {
    "title": "what it is called",
    "says": "what it says",
    "link": "its link",
    "ticker": "who ticks it",
    "form_id": "its form",
    "days_before": "when it is due",
    "is_on": "whether it is asked",
}


@journal.readers("admissions.OnboardingPlan")
def reads_plan(plan: OnboardingPlan, person: Person | None, *, at: datetime) -> bool:
    """Let the team read the history of its onboardings."""
    return permissions.can_read_plan(person, plan, at=at)


def _saying(words: str) -> Callable[[Line], Told]:
    return lambda _: Told(words)


def _titled(words: str) -> Callable[[Line], Told]:
    return lambda line: Told(f"{words} “{line.facts.get('title', '')}”")


for (_verb, _thing), _words in _PLAINLY.items():
    journal.presenter(_verb, _thing)(_saying(_words))
for (_verb, _thing), _words in _OF_STEP.items():
    journal.presenter(_verb, _thing)(_titled(_words))


@journal.presenter("step-edited", "admissions.OnboardingStep")
def _edited(line: Line) -> Told:
    fields = ", ".join(_FIELDS.get(name, name) for name in line.facts.get("fields", ()))
    return Told(f"changed the step “{line.facts.get('title', '')}”: {fields}")


@journal.presenter("excused", "admissions.StepMark")
def _excused(line: Line) -> Told:
    return Told(f"said that “{line.facts.get('title', '')}” is not needed: {line.facts.get('reason', '')}")


@journal.presenter("call-held", "admissions.OnboardingCall")
def _held(line: Line) -> Told:
    return Told(f"noted that the call with {line.facts.get('organisation', '')} was held")


@journal.presenter("call-noted", "admissions.OnboardingCall")
def _noted(line: Line) -> Told:
    return Told(f"noted something on the call with {line.facts.get('organisation', '')}")


@journal.presenter("shared", "admissions.SharedSummary")
def _shared(line: Line) -> Told:
    return Told(f"told the cohort what {line.facts.get('count', 0)} answers to the survey say")


@journal.presenter("rooms-proposed", "admissions.OnboardingPlan")
def _rooms(line: Line) -> Told:
    count = line.facts.get("rooms", 0)
    return Told(f"had {count} breakout room{'' if count == 1 else 's'} proposed")
