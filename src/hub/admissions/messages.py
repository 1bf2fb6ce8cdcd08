"""What messages can tell of an onboarding: that a step is due; and the groups "who still have to …", for letters.

Source: issue 4, items 1 and 8; lessons, “"Who has not …" drives reminders everywhere”.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache, partial

from django.conf import settings
from django.urls import reverse

from hub.admissions.models import OnboardingStep
from hub.admissions.queries import Board, Cell, Line, boards_of, plans_of
from hub.core.calendar import instant, say_date
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.onboarding import StepState
from hub.core.outbox import Offset
from hub.messaging.happenings import Audience, Fact, Happening, Usual, audiences, register
from hub.people.queries.reached import team_of
from hub.programmes.models import Programme
from hub.programmes.queries import has_ended

_MORNING = time(9)
_EVER = datetime.min.replace(tzinfo=UTC)


def steps(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give each step of each cohort with the day it is due; who joined after its first day has a subject of their own.

    "not-done" are those whose turn it is: nobody is reminded of what waits for somebody else, nor of a step twice because their
    first day is another one (`thing`), but who left and came back is asked anew. The team is told as long as
    anybody has it before them. Thirteen queries at any size.
    """
    wanted = None if subjects is None else set(subjects)
    plans = list(plans_of([programme]))
    team = [person.pk for person in team_of(programme, at=at)] if plans else []
    for board in boards_of(plans, at=at):
        for step in board.steps:
            for subject, due, lines, counted in _by_due(board, step):
                if due is not None and (wanted is None or subject in wanted):
                    yield _fact(board, step, subject, due, lines, counted, team)


def _by_due(board: Board, step: OnboardingStep) -> Iterator[tuple[str, date | None, list[Line], list[Line]]]:
    """Yield the Experts of a step with the day it is due: all that began with the cohort, then each who joined later.

    A subject goes by when somebody joined, not by whether their day is another one: that changes with the kick-off and the
    step, and who was told under one subject would be told again under the other. The team hears of each day once: last is whom
    it hears of.
    """
    usual, launch_on = board.due(step), board.plan.cohort.starts_on
    key = f"step:{step.pk}"
    cells = [(line, _cell(line, step)) for line in board.lines]
    with_them = [line for line, cell in cells if cell.due_on == usual]
    yield key, usual, [line for line, _ in cells if line.expert.starts_on <= launch_on], with_them
    for line, cell in cells:
        if line.expert.starts_on > launch_on:
            yield f"{key}:{line.person.pk}", cell.due_on, [line], [] if cell.due_on == usual else [line]


def _cell(line: Line, step: OnboardingStep) -> Cell:
    return next(cell for cell in line.cells if cell.step.pk == step.pk)


def _fact(
    board: Board, step: OnboardingStep, subject: str, due: date, lines: list[Line], counted: list[Line], team: list[int]
) -> Fact:
    cohort = board.plan.cohort
    left = [line for line in counted if _cell(line, step).state.is_left]
    page = settings.BASE_URL + reverse("my-onboarding", args=[cohort.programme.slug, cohort.slug])
    return Fact(
        subject=subject,
        moment=instant(due, _MORNING, cohort.zone),
        zone=cohort.zone,
        audiences={
            "not-done": [line.person.pk for line in lines if _cell(line, step).state is StepState.OPEN],
            "team": team if left else [],
        },
        values={
            "step.title": step.title,
            "step.says": step.says,
            "step.due": say_date(due),
            "step.link": f"{page}#step-{step.pk}",
            "step.left": str(len(left)),
            "cohort.name": cohort.name,
            "onboarding.link": page,
            "board.link": settings.BASE_URL + reverse("desk-onboarding", args=[cohort.programme.slug, cohort.slug]),
        },
        cohort_id=cohort.pk,
        thing=f"step:{step.pk}",
        anew={line.person.pk: _before_they_left(line, cohort.zone) for line in lines},
    )


def _before_they_left(line: Line, zone: str) -> tuple[datetime, datetime]:
    """Give the time in which what was told somebody was of an earlier part of theirs; an empty one where there was none."""
    left_on = line.expert.left_on
    return _EVER, instant(left_on, time.min, zone) if left_on else _EVER


register(
    Happening(
        name="admissions.step",
        label="a step of the onboarding is due",
        names_somebody=True,
        variables={
            "step.title": Variable("what is to be done", "Answer the survey"),
            "step.says": Variable("why, in a sentence; may be empty", "Your goals, interests and logistics."),
            "step.due": Variable("the day it is due", "Fri 23 August 2024"),
            "step.link": Variable("where they do it", "https://example.org/me/onboarding/hub/2024/#step-3", kind="url"),
            "step.left": Variable("how many have it still before them", "3"),
            "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
            "onboarding.link": Variable("their own onboarding", "https://example.org/me/onboarding/hub/2024/", kind="url"),
            "board.link": Variable("the team’s page", "https://example.org/team/hub/2024/onboarding/", kind="url"),
        },
        audiences={"not-done": "The Experts whose turn it is", "team": "The team, while anybody has it before them"},
        facts=steps,
        usual=(
            Usual(
                slug="onboarding-week-before",
                title="A week before a step of the onboarding is due",
                topic=Topic.TASKS,
                audience="not-done",
                offset=Offset(days=-7, clock=_MORNING),
                subject="{{ step.title }}, by {{ step.due }}",
                body=(
                    "Hello {{ you.first_name }},\n\nbefore {{ cohort.name }} begins, one thing is still before you: "
                    "**{{ step.title }}**, by {{ step.due }}.\n\n{{# if step.says }}{{ step.says }}\n\n{{/ if }}"
                    "[{{ step.title }}]({{ step.link }})\n\n"
                    "{{# if you.can_answer }}If something is in the way, answer this mail: a person reads it.{{/ if }}"
                ),
            ),
            Usual(
                slug="onboarding-three-days-after",
                title="Three days after, to those who have not",
                topic=Topic.TASKS,
                audience="not-done",
                offset=Offset(days=3, clock=_MORNING),
                needs_ok=True,
                subject="Still to do: {{ step.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\n**{{ step.title }}** was due on {{ step.due }}. "
                    "It takes little time, and we plan the kick-off with it.\n\n"
                    "[What is left for you]({{ onboarding.link }})\n\n"
                    "{{# if you.can_answer }}If it can’t be done, tell us: answer this mail, and a person reads it.{{/ if }}"
                ),
            ),
            Usual(
                slug="onboarding-team-day-after",
                title="The day after, to the team: how many have not",
                topic=Topic.DESK,
                audience="team",
                offset=Offset(days=1, clock=_MORNING),
                subject="{{ step.left }} in {{ cohort.name }} have not: {{ step.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\n**{{ step.title }}** was due on {{ step.due }}. "
                    "In {{ cohort.name }} it is still to be done for {{ step.left }}.\n\n"
                    "[Who waits for what]({{ board.link }})"
                ),
            ),
        ),
    )
)


def group_name(step: OnboardingStep | None, cohort_slug: str) -> str:
    """Give the name of the group of those who still have a step before them; without a step, anything at all."""
    return f"onboarding:{cohort_slug}:{step.pk}" if step is not None else f"onboarding:{cohort_slug}"


@audiences("onboarding")
def groups(programme: Programme, *, at: datetime) -> Iterator[Audience]:
    """Give, for each cohort with an onboarding, who has anything left, and who has which step; not what is not needed.

    Who is in them is read for all at once, when the first is asked for.
    """
    plans = list(plans_of([programme]).prefetch_related("steps"))
    boards = cache(lambda: {board.plan.pk: board for board in boards_of(plans, at=at)})
    for plan in plans:
        cohort, is_over = plan.cohort, has_ended(plan.cohort, at=at)
        yield Audience(
            name=group_name(None, cohort.slug),
            label=f"Experts of {cohort.name} who have not finished their onboarding",
            people=partial(_who_has_left, boards, plan.pk, None),
            is_over=is_over,
        )
        for step in sorted((each for each in plan.steps.all() if each.is_on), key=lambda each: (each.position, each.pk)):
            yield Audience(
                name=group_name(step, cohort.slug),
                label=f"Experts of {cohort.name} who have not: {step.title}",
                people=partial(_who_has_left, boards, plan.pk, step.pk),
                is_over=is_over,
            )


def _who_has_left(boards: Callable[[], Mapping[int, Board]], plan: int, step: int | None) -> frozenset[int]:
    return frozenset(
        line.person.pk
        for line in boards()[plan].lines
        if any(cell.state.is_left for cell in line.cells if step is None or cell.step.pk == step)
    )
