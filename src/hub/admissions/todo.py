"""What an onboarding asks of the team, for This week: calls, what is late, the summary, and the agenda of the kick-off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse

from hub.admissions.models import OnboardingCall
from hub.admissions.queries import Board, boards_of, plans_of, shared_with
from hub.core.calendar import day_in
from hub.core.onboarding import StepKind, StepState
from hub.forms.queries import counts_of
from hub.kit import todo
from hub.kit.todo import Todo
from hub.people.models import Person
from hub.programmes.models import Programme

_PART = "Onboarding"
_NAMED = 2  # people named one by one before they are counted
_AGENDA_BY = timedelta(days=7)  # before the kick-off
_OVER = timedelta(days=60)  # after the kick-off, and after the last who joined, it asks nothing of the team any more


@todo.source(_PART)
def onboarding(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give what is to be done for the onboardings of a programme. As many queries for ten cohorts as for one."""
    plans = list(plans_of([programme]))
    if not plans:
        return
    shared = shared_with(plans)
    held = set(OnboardingCall.objects.filter(plan__in=plans, held_on__isnull=False).values_list("plan", "organisation"))
    agreed = {
        (plan, organisation): moment
        for plan, organisation, moment in OnboardingCall.objects.filter(
            plan__in=plans, held_on__isnull=True, agreed_for__isnull=False
        ).values_list("plan", "organisation", "agreed_for")
    }
    counts = counts_of([plan.survey for plan in plans if plan.survey is not None])
    for board in boards_of(plans, at=at):
        if max(board.anchor, *(line.expert.starts_on for line in board.lines), date.min) + _OVER < at.date():
            continue
        yield from _calls(board, held, agreed)
        yield from _late(board)
        yield from _summary(board, counts, is_shared=board.plan.pk in shared)
        yield from _agenda(board, at=at)


def _calls(board: Board, held: set[tuple[int, int]], agreed: dict[tuple[int, int], datetime | None]) -> Iterator[Todo]:
    step = next((each for each in board.steps if each.kind == StepKind.CALL), None)
    if step is None:
        return
    plan, cohort = board.plan, board.plan.cohort
    seen = set()
    for line in board.lines:
        organisation = line.expert.organisation
        cell = next(each for each in line.cells if each.step.pk == step.pk)
        if organisation is None or organisation.pk in seen or not cell.state.is_left or (plan.pk, organisation.pk) in held:
            continue
        seen.add(organisation.pk)
        moment = agreed.get((plan.pk, organisation.pk))
        yield Todo(
            what=f"Hold the onboarding call with {organisation.name}" if moment else f"Agree a call with {organisation.name}",
            about=f"Onboarding, {cohort.name}",
            url=reverse("desk-onboarding-call", args=[cohort.programme.slug, cohort.slug, organisation.pk]),
            action="Note it",
            part=_PART,
            due_on=day_in(moment, cohort.zone) if moment else cell.due_on,
        )


def _late(board: Board) -> Iterator[Todo]:
    cohort = board.plan.cohort
    for step in board.steps:
        late = [
            line.person
            for line in board.lines
            for cell in line.cells
            if cell.step.pk == step.pk and cell.is_late and cell.state is StepState.OPEN
        ]
        if late:
            yield Todo(
                what=f"Remind those who have not: {step.title}",
                about=f"Onboarding, {cohort.name}",
                url=reverse("desk-onboarding", args=[cohort.programme.slug, cohort.slug]) + f"?step={step.pk}",
                action="See who",
                part=_PART,
                due_on=board.due(step),
                waits_for=_named(late),
            )


def _summary(board: Board, counts: dict[int, int], *, is_shared: bool) -> Iterator[Todo]:
    plan, cohort = board.plan, board.plan.cohort
    if plan.survey is None or is_shared or not board.lines or counts.get(plan.survey.pk, 0) < plan.survey.smallest_group:
        return
    yield Todo(
        what="Share what the survey says with the cohort",
        about=f"Onboarding, {cohort.name}",
        url=reverse("desk-onboarding-summary", args=[cohort.programme.slug, cohort.slug]),
        action="Look at it",
        part=_PART,
        due_on=board.anchor,
    )


def _agenda(board: Board, *, at: datetime) -> Iterator[Todo]:
    plan, cohort, session = board.plan, board.plan.cohort, board.kick_off
    is_over = session is not None and session.ends_at is not None and session.ends_at < at
    if plan.agenda_put_at is not None or is_over or not board.lines:
        return
    yield Todo(
        what="Put the agenda into the kick-off" if session else "Set the kick-off",
        about=f"Kick-off, {cohort.name}",
        url=reverse("desk-kick-off", args=[cohort.programme.slug, cohort.slug]),
        action="Prepare it",
        part=_PART,
        due_on=board.anchor - _AGENDA_BY,
    )


def _named(people: Sequence[Person]) -> str:
    names = [str(person) for person in people]
    if len(names) <= _NAMED:
        return " and ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


@todo.things("admissions.OnboardingPlan", within=lambda programme: plans_of([programme]).order_by().values("pk"))
def spots(programme: Programme, keys: set[int]) -> dict[int, todo.Spot]:
    """Say where each onboarding is, for what changed. One query."""
    return {
        plan.pk: todo.Spot(
            f"Onboarding, {plan.cohort.name}",
            reverse("desk-onboarding", args=[plan.cohort.programme.slug, plan.cohort.slug]),
        )
        for plan in plans_of([programme]).filter(pk__in=keys)
    }
