"""Read where each Expert of a cohort stands with each step. As many queries for fifty Experts of ten cohorts as for one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from hub.admissions.models import OnboardingCall, OnboardingPlan, OnboardingStep, StepMark
from hub.core.calendar import say_date, say_instant
from hub.core.consent import Standing, Use
from hub.core.onboarding import (
    Profile,
    StepKind,
    StepState,
    Ticker,
    Where,
    by_call,
    by_form,
    by_profile,
    by_terms,
    by_tick,
    due_for,
    due_on,
    is_late,
    missing_in,
    progress,
    uses_of,
    with_excuse,
)
from hub.forms.models import Form
from hub.forms.queries import is_open, when_answered
from hub.people.models import Person
from hub.people.queries import ExpertOf, cohorts_as_expert, experts_of, standings_of, uses_asked
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import has_ended
from hub.schedule.models import Session
from hub.schedule.queries.kickoffs import kick_offs


@dataclass(frozen=True, slots=True)
class Cell:
    """One step of one Expert: where it stands, when it is due, and who ticked it."""

    step: OnboardingStep
    where: Where
    due_on: date | None
    is_late: bool
    done_on: date | None
    done_by: str = ""
    wants_no_photo: bool = False
    lacks_photo: bool = False

    @property
    def state(self) -> StepState:
        """Where it stands."""
        return self.where.state

    @property
    def is_open(self) -> bool:
        """Whether it is the Expert's turn."""
        return self.state is StepState.OPEN

    @property
    def word(self) -> str:
        """The one or two words of a cell: "Late", "Done"."""
        return "Late" if self.is_late else self.state.label

    @property
    def says(self) -> str:
        """What a cell says beside its word: the day, whom it waits for, why it is not needed."""
        if self.state is StepState.DONE:
            return say_date(self.done_on, weekday=False) if self.done_on else ""
        return self.where.note


@dataclass(frozen=True, slots=True)
class Line:
    """One Expert's onboarding: each step that is asked, in order."""

    plan: OnboardingPlan
    expert: ExpertOf
    cells: tuple[Cell, ...]

    @property
    def person(self) -> Person:
        """Whose it is."""
        return self.expert.person

    @property
    def done(self) -> int:
        """How many steps are done."""
        return progress(cell.state for cell in self.cells)[0]

    @property
    def total(self) -> int:
        """How many steps are needed."""
        return progress(cell.state for cell in self.cells)[1]

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left."""
        return not any(cell.state.is_left for cell in self.cells)

    @property
    def late(self) -> int:
        """How many steps are late."""
        return sum(cell.is_late for cell in self.cells)

    @property
    def theirs(self) -> tuple[Cell, ...]:
        """What is left for the Expert, the most urgent first."""
        return tuple(sorted((cell for cell in self.cells if cell.is_open), key=lambda each: each.due_on or date.max))

    @property
    def waiting(self) -> tuple[Cell, ...]:
        """What waits for somebody else."""
        return tuple(cell for cell in self.cells if cell.state is StepState.WAITING)

    @property
    def left(self) -> tuple[Cell, ...]:
        """What is still to be done, by whomever."""
        return tuple(cell for cell in self.cells if cell.state.is_left)

    @property
    def settled(self) -> tuple[Cell, ...]:
        """What is done, or not needed."""
        return tuple(cell for cell in self.cells if not cell.state.is_left)


@dataclass(frozen=True, slots=True)
class Board:
    """The onboarding of a cohort: its steps that are on, its Experts (late ones first), and the day everything counts to."""

    plan: OnboardingPlan
    steps: tuple[OnboardingStep, ...]
    lines: tuple[Line, ...]
    anchor: date
    kick_off: Session | None

    @property
    def finished(self) -> int:
        """How many Experts have nothing left."""
        return sum(line.is_finished for line in self.lines)

    @property
    def late(self) -> int:
        """How many Experts have something late."""
        return sum(line.late > 0 for line in self.lines)

    def left(self, step: OnboardingStep) -> tuple[Line, ...]:
        """Give the lines of those who have a step still before them."""
        return tuple(line for line in self.lines if any(cell.step.pk == step.pk and cell.state.is_left for cell in line.cells))

    def due(self, step: OnboardingStep) -> date | None:
        """Give the day a step is due for who did not join late."""
        return due_on(self.anchor, step.days_before)


def plans_of(programmes: Iterable[Programme]) -> QuerySet[OnboardingPlan]:
    """Give the onboardings of some programmes, the cohort that starts first, first."""
    found = OnboardingPlan.objects.filter(cohort__programme__in=list(programmes))
    return found.select_related("cohort__programme", "survey__programme").order_by("cohort__starts_on", "pk")


def plan_of(cohort: Cohort) -> OnboardingPlan | None:
    """Give the onboarding of a cohort; None where the team has made none."""
    rows = OnboardingPlan.objects.filter(cohort=cohort)
    return rows.select_related("cohort__programme", "survey__programme", "survey__cohort").first()


def step_of(plan: OnboardingPlan, key: str) -> OnboardingStep | None:
    """Find a step of an onboarding by its key, switched off or on."""
    if not key.isdecimal() or len(key) > 18:
        return None
    return OnboardingStep.objects.filter(plan=plan, pk=int(key)).select_related("plan__cohort__programme", "form").first()


def board_of(plan: OnboardingPlan, *, at: datetime) -> Board:
    """Give the board of one onboarding."""
    return boards_of([plan], at=at)[0]


def line_of(plan: OnboardingPlan, person: Person, *, at: datetime) -> Line | None:
    """Give one Expert's onboarding; None for who is no Expert of the cohort, now or soon."""
    lines = boards_of([plan], people=[person.pk], at=at)[0].lines
    return lines[0] if lines else None


def lines_of(person: Person, *, at: datetime) -> list[Line]:
    """Give the onboardings of a person that have something left, of cohorts that are not over.

    One query for who is no Expert of any cohort.
    """
    cohorts = cohorts_as_expert(person, at=at)
    if not cohorts:
        return []
    plans = OnboardingPlan.objects.filter(cohort__in=cohorts).select_related("cohort__programme", "survey__programme")
    current = [plan for plan in plans.order_by("cohort__starts_on", "pk") if not has_ended(plan.cohort, at=at)]
    boards = boards_of(current, people=[person.pk], at=at)
    return [line for board in boards for line in board.lines if not line.is_finished]


def boards_of(plans: Sequence[OnboardingPlan], *, people: Collection[int] | None = None, at: datetime) -> list[Board]:
    """Give the boards of some onboardings, in their order; `people` keeps only some Experts. Eleven queries at most."""
    if not plans:
        return []
    facts = _Facts(plans, people, at=at)
    return [facts.board(plan) for plan in plans]


class _Facts:
    """All that the states of steps follow from, read at once."""

    def __init__(self, plans: Sequence[OnboardingPlan], people: Collection[int] | None, *, at: datetime) -> None:
        self.at = at
        cohorts = [plan.cohort_id for plan in plans]
        self.experts = experts_of(cohorts, people=people, at=at)
        persons = {each.person.pk for those in self.experts.values() for each in those}
        programmes = {plan.cohort.programme_id for plan in plans}
        rows = OnboardingStep.objects.filter(plan__in=plans, is_on=True).select_related("form").order_by("position", "pk")
        marks = StepMark.objects.filter(person__in=persons).select_related("done_by")
        self.steps: dict[int, list[OnboardingStep]] = {plan.pk: [] for plan in plans}
        for step in rows.prefetch_related(Prefetch("marks", queryset=marks)):
            self.steps[step.plan_id].append(step)
        calls = OnboardingCall.objects.filter(plan__in=plans)
        self.calls = {(call.plan_id, call.organisation_id): call for call in calls}
        self.kick_offs = kick_offs(cohorts)
        self.uses = uses_asked(programmes)
        self.standings = standings_of(persons, programmes)
        self.forms = {form.pk: form for form in self._asked(plans)}
        self.answered = when_answered(self.forms.values()) if self.forms else {}
        self.open = {key: is_open(form, at=at) for key, form in self.forms.items()}

    def _asked(self, plans: Sequence[OnboardingPlan]) -> list[Form]:
        own = [step.form for steps in self.steps.values() for step in steps if step.form is not None]
        return [*(plan.survey for plan in plans if plan.survey is not None), *own]

    def board(self, plan: OnboardingPlan) -> Board:
        """Give the board of one of them, who has something late first."""
        kick_off = self.kick_offs.get(plan.cohort_id)
        anchor = (kick_off.date if kick_off else None) or plan.cohort.starts_on
        steps = tuple(self.steps[plan.pk])
        marks = {(mark.step_id, mark.person_id): mark for step in steps for mark in step.marks.all()}
        today = self.at.astimezone(ZoneInfo(plan.cohort.zone)).date()
        lines = [
            Line(
                plan,
                each,
                tuple(self._cell(plan, step, each, marks.get((step.pk, each.person.pk)), anchor, today) for step in steps),
            )
            for each in self.experts[plan.cohort_id]
        ]
        lines.sort(key=lambda line: (-line.late, line.is_finished, line.person.plain_name, line.person.pk))
        return Board(plan, steps, tuple(lines), anchor, kick_off)

    def _cell(
        self, plan: OnboardingPlan, step: OnboardingStep, expert: ExpertOf, mark: StepMark | None, anchor: date, today: date
    ) -> Cell:
        wants_no_photo = self._wants_no_photo(plan, expert, mark)
        where = with_excuse(self._where(plan, step, expert, mark, wants_no_photo=wants_no_photo), mark.reason if mark else "")
        due = due_for(
            due_on(anchor, step.days_before), launch_on=max(plan.cohort.starts_on, anchor), joined_on=expert.starts_on
        )
        zone = ZoneInfo(plan.cohort.zone)
        return Cell(
            step,
            where,
            due,
            is_late(where, due, today=today),
            where.on or (where.at.astimezone(zone).date() if where.at else None),
            str(mark.done_by) if mark and mark.done_by and where.by else "",
            wants_no_photo=wants_no_photo,
            lacks_photo=not expert.person.photo,
        )

    def _where(
        self, plan: OnboardingPlan, step: OnboardingStep, expert: ExpertOf, mark: StepMark | None, *, wants_no_photo: bool
    ) -> Where:
        kind, person = StepKind(step.kind), expert.person
        if kind is StepKind.SURVEY or (kind is StepKind.OWN and step.ticker == Ticker.HUB):
            form = plan.survey if kind is StepKind.SURVEY else step.form
            key = form.pk if form else 0
            return by_form(answered_at=self.answered.get((key, person.pk)), is_open=self.open.get(key, False))
        if kind in (StepKind.CODE_OF_CONDUCT, StepKind.CONSENTS):
            programme = plan.cohort.programme_id
            asked = uses_of(kind, self.uses[programme])
            none: tuple[Standing, datetime | None] = (Standing.NOT_ASKED, None)
            return by_terms({use: self.standings.get((person.pk, programme, use), none) for use in asked})
        if kind is StepKind.PROFILE:
            profile = Profile(
                name=person.name,
                organisation=expert.organisation.name if expert.organisation else "",
                zone=person.zone,
                about=person.about,
                has_photo=bool(person.photo),
                wants_no_photo=wants_no_photo,
            )
            return by_profile(missing_in(profile))
        if kind is StepKind.CALL:
            return self._call(plan, expert)
        lacks_link = kind is StepKind.PRIMER and not step.link
        by = mark.done_by_id if mark else None
        return by_tick(Ticker(step.ticker), at=mark.done_at if mark else None, by=by, lacks_link=lacks_link)

    def _call(self, plan: OnboardingPlan, expert: ExpertOf) -> Where:
        call = self.calls.get((plan.pk, expert.organisation.pk if expert.organisation else 0))
        agreed = call.agreed_for if call else None
        return by_call(
            organisation=expert.organisation.name if expert.organisation else "",
            agreed_for=say_instant(agreed, plan.cohort.zone) if agreed else "",
            held_on=call.held_on if call else None,
            is_over=agreed is not None and agreed < self.at,
        )

    def _wants_no_photo(self, plan: OnboardingPlan, expert: ExpertOf, mark: StepMark | None) -> bool:
        said = self.standings.get((expert.person.pk, plan.cohort.programme_id, Use.PHOTO))
        is_refused = said is not None and said[0] in (Standing.REFUSED, Standing.WITHDRAWN)
        return is_refused or (mark is not None and mark.no_photo_at is not None)
