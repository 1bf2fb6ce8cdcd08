"""The onboarding of the demo's cohorts: that of the first is finished, of the second nearly, and that of today goes on.

Whoever is an Expert of a cohort is taken through it; what they answer is invented, here or in the examples.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.admissions.models import OnboardingPlan
    from hub.core.forms import Content, Question, Typed
    from hub.people.models import Person
    from hub.programmes.models import Cohort

PRIMER = "https://zenodo.org/records/10358146"
KEPT_DAYS = 3650  # the demo is of years past, and is looked at today
_GOALS = (
    "A map of who uses our data, that my whole team has seen.",
    "Two colleagues who publish their first open workflow.",
    "A plan for our skills that the board has read.",
    "Fewer forms, and guidance people find before they need it.",
    "One reproducible report, from raw numbers to the page.",
    "To know whom to ask, in every other sector here.",
)
_SUPPORT = (
    "Somebody who has brought a board on their side.",
    "A second pair of eyes on our licences.",
    "An hour with people who have done user research.",
)
_ABOUT = "Here to learn how others do it, and to bring it home."


def onboard(cohort: Cohort, mara: Person, *, answered: Mapping[str, Typed], made_at: datetime, unfinished: int) -> None:
    """Make a cohort's onboarding and take its Experts through it; the last `unfinished` of them have steps left.

    `answered` says by name what somebody typed into the survey. Nothing is done for a cohort without Experts.
    """
    from hub.admissions import commands
    from hub.core.onboarding import StepKind
    from hub.forms.commands import edit_settings
    from hub.people.queries import experts_of

    experts = [each.person for each in experts_of([cohort], at=made_at)[cohort.pk]]
    if not experts:
        return
    plan = commands.make_onboarding(cohort, by=mara, at=made_at)
    if plan.survey is not None:
        edit_settings(plan.survey, kept_days=KEPT_DAYS, by=mara, at=made_at)
    steps = {StepKind(step.kind): step for step in plan.steps.select_related("plan__cohort__programme")}
    commands.edit_step(steps[StepKind.PRIMER], link=PRIMER, by=mara, at=made_at)
    finished = max(len(experts) - unfinished, 0)
    for number, person in enumerate(experts):
        at = made_at + timedelta(days=3 + number, hours=number)
        if number < finished + 1:  # the next after them has begun
            commands.tick(steps[StepKind.PRIMER], person, by=person, at=at)
        if number < finished:
            _complete(person, at=at)
            if not person.photo:
                commands.want_no_photo(steps[StepKind.PROFILE], person, wish=True, by=person, at=at)
            _answer(plan, person, number, typed=answered.get(person.name), at=at)
    _hold_calls(plan, experts[:finished], mara, on=(made_at + timedelta(days=7)).date(), at=made_at + timedelta(days=20))
    _share(plan, mara, at=made_at + timedelta(days=30))
    commands.propose_rooms(plan, by=mara, at=made_at + timedelta(days=31))


def _complete(person: Person, *, at: datetime) -> None:
    from hub.people.commands import edit_person

    edit_person(person, zone=person.zone or "Europe/London", about=person.about or _ABOUT, by=person, at=at)
    person.refresh_from_db()


def _answer(plan: OnboardingPlan, person: Person, number: int, *, typed: Typed | None, at: datetime) -> None:
    from hub.forms.commands import save_answer, send_answer, start_answer
    from hub.forms.queries import contents

    assert plan.survey is not None
    said = contents(plan.survey)
    answer = start_answer(plan.survey, person, by=person, at=at)
    save_answer(answer, typed or _typed(said[max(said)], number, goal=plan.goal_question), by=person, at=at)
    send_answer(answer, by=person, at=at)


def _typed(content: Content, number: int, *, goal: str) -> dict[str, list[str]]:
    """Give what one of them types: choices turn with their number; who they need nothing for, and consents, are left out."""
    typed: dict[str, list[str]] = {goal: [_GOALS[number % len(_GOALS)]]}
    for place, question in enumerate(content.asked):
        if question.key != goal and not question.is_sensitive and question.only_if is None:
            typed |= _said(question, number + place)
    return typed


def _said(question: Question, turn: int) -> dict[str, list[str]]:
    from hub.core.forms import Kind

    options: tuple[Any, ...] = question.options
    match question.kind:
        case Kind.ONE:
            return {question.key: [options[turn % len(options)].key]}
        case Kind.SEVERAL:
            return {question.key: sorted({options[turn % len(options)].key, options[(turn + 2) % len(options)].key})}
        case Kind.SCALE:
            return {question.key: [str(question.scale[turn % len(question.scale)])]}
        case Kind.MATRIX:
            columns = question.columns
            return {
                f"{question.key}.{row.key}": [columns[(turn + n) % len(columns)].key] for n, row in enumerate(question.rows)
            }
        case Kind.AVAILABILITY:
            slots = question.slots
            return {question.key: [slots[(turn * 2 + n) % len(slots)].key for n in range(3)]}
        case Kind.LONG if question.is_shared:
            return {question.key: [_SUPPORT[turn % len(_SUPPORT)]]}
        case _:
            return {}


def _hold_calls(plan: OnboardingPlan, finished: list[Person], mara: Person, *, on: date, at: datetime) -> None:
    from hub.admissions.commands import note_call
    from hub.people.queries import experts_of

    keys = {person.pk for person in finished}
    held = {each.organisation: each for each in experts_of([plan.cohort_id], at=at)[plan.cohort_id] if each.person.pk in keys}
    for organisation, expert in held.items():
        if organisation is not None:
            note_call(
                plan,
                organisation,
                held_on=on,
                with_whom=f"{expert.person.name} and a colleague",
                notes="Goals agreed, a contact named, and **when they can give the time**.",
                by=mara,
                at=at,
            )


def _share(plan: OnboardingPlan, mara: Person, *, at: datetime) -> None:
    from hub.admissions.commands import share_summary
    from hub.admissions.queries import would_share

    found = would_share(plan, at=at)
    if found is not None and not found.is_withheld:
        note = "Thank you. The themes of the first months follow from what you chose here."
        share_summary(plan, note=note, count=found.count, by=mara, at=at)
