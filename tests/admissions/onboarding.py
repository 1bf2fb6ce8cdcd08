"""A cohort in its onboarding, made by the commands of the program: August 2024, the kick-off on 3 September."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from hub.admissions import queries
from hub.admissions.commands import make_onboarding
from hub.admissions.models import OnboardingPlan, OnboardingStep
from hub.admissions.queries import Cell, Line
from hub.core.consent import Use
from hub.core.forms import Kind as Asks
from hub.core.forms import Question
from hub.core.onboarding import StepKind
from hub.core.plan.model import Kind
from hub.forms.commands import save_answer, send_answer, start_answer
from hub.forms.models import Answer, Form
from hub.forms.queries import contents
from hub.people.commands import add_person, answer, edit_person, give_role, organisation_named, prove_address, publish_term
from hub.people.models import Person, RoleKind, Term
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Session
from tests.factories import BEGUN, a_cohort, a_programme, a_session
from tests.factories import mara as a_team

IN_JULY = datetime(2024, 7, 15, 9, 0, tzinfo=UTC)  # the onboarding is made
IN_AUGUST = datetime(2024, 8, 22, 9, 0, tzinfo=UTC)  # primer (13 Aug) and call (20 Aug) were due, the rest is to come
KICK_OFF = date(2024, 9, 3)


@dataclass(frozen=True, slots=True)
class Scene:
    """The programme and its cohort with a kick-off, who runs it, two Experts of two organisations, and the onboarding."""

    programme: Programme
    cohort: Cohort
    mara: Person
    ada: Person
    grace: Person
    plan: OnboardingPlan

    @property
    def survey(self) -> Form:
        """The survey that was made with it."""
        assert self.plan.survey is not None
        return self.plan.survey

    @property
    def kick_off(self) -> Session:
        """The kick-off session."""
        return Session.objects.get(cohort=self.cohort, kind=Kind.KICK_OFF.value)

    def step(self, kind: StepKind) -> OnboardingStep:
        """The step of a kind."""
        return self.plan.steps.select_related("plan__cohort__programme").get(kind=kind.value)

    def line(self, person: Person, *, at: datetime = IN_AUGUST) -> Line:
        """Where an Expert stands."""
        line = queries.line_of(self.plan, person, at=at)
        assert line is not None
        return line

    def cell(self, person: Person, kind: StepKind, *, at: datetime = IN_AUGUST) -> Cell:
        """Where an Expert stands with a step."""
        return next(cell for cell in self.line(person, at=at).cells if cell.step.kind == kind)


def an_expert(
    name: str, cohort: Cohort, organisation: str = "", *, starts_on: date | None = None, at: datetime = BEGUN
) -> Person:
    """An Expert of the cohort with an address, who stands for an organisation; their part begins with the cohort."""
    first = name.split(maxsplit=1)[0].lower()
    person = add_person(name, email=f"{first}@example.org", by=None, at=at)
    prove_address(person.account, by=None, at=at)
    of = organisation_named(organisation, by=None, at=at) if organisation else None
    begins = starts_on or cohort.starts_on
    give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, organisation=of, starts_on=begins, by=None, at=at)
    return person


def words(programme: Programme, *uses: Use) -> dict[Use, Term]:
    """The programme's words for some uses."""
    return {
        use: publish_term(programme, use, f"About {use.label}.", is_new_meaning=True, by=None, at=BEGUN)
        for use in uses or (Use.TAKING_PART, Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION, Use.PHOTO, Use.QUOTE)
    }


def says(person: Person, programme: Programme, use: Use, *, wish: bool = True, at: datetime = IN_AUGUST) -> None:
    """Somebody answers what a programme asks."""
    term = programme.terms.filter(use=use.value).order_by("-number")[0]
    answer(person, use, term, wish=wish, by=person, at=at)


def a_scene() -> Scene:
    """Mara has made the onboarding in July; Ada of Polar Survey and Grace of Road Freight begin on 1 September."""
    programme = a_programme()
    cohort = a_cohort(programme=programme)
    a_session(cohort, title="Kick-off", kind=Kind.KICK_OFF, date=KICK_OFF, start=time(10, 30), end=time(12, 0))
    mara = a_team(programme)
    words(programme)
    ada = an_expert("Ada Lindqvist", cohort, "Polar Survey")
    grace = an_expert("Grace Amara", cohort, "Road Freight")
    plan = make_onboarding(cohort, by=mara, at=IN_JULY)
    return Scene(programme, cohort, mara, ada, grace, plan)


def typed_for(
    survey: Form, *, goal: str = "To map our users", wants: int = 0, offers: int = 0, plan: OnboardingPlan
) -> dict[str, list[str]]:
    """A whole answer to the survey as somebody types it: the first choice everywhere; `wants` and `offers` count options."""
    said = contents(survey)
    content = said[max(said)]
    typed: dict[str, list[str]] = {}
    for question in content.asked:
        if question.key == plan.goal_question:
            typed[question.key] = [goal]
        elif question.key in (plan.wanted_question, plan.offered_question):
            place = wants if question.key == plan.wanted_question else offers
            typed[question.key] = [question.options[place].key]
        elif question.is_required:
            typed |= _first(question)
    return typed


def _first(question: Question) -> dict[str, list[str]]:
    return {question.key: [question.options[0].key if question.kind in (Asks.ONE, Asks.SEVERAL) else "Something"]}


def answers(scene: Scene, person: Person, *, at: datetime = IN_AUGUST, **typed: object) -> Answer:
    """Somebody answers the survey and sends it."""
    begun = start_answer(scene.survey, person, by=person, at=at)
    save_answer(begun, typed_for(scene.survey, plan=scene.plan, **typed), by=person, at=at)  # type: ignore[arg-type]
    return send_answer(begun, by=person, at=at)


def completes_profile(person: Person, *, at: datetime = IN_AUGUST) -> None:
    """Somebody says all of themselves but what they look like."""
    edit_person(person, zone="Europe/London", about="Cares for ice.", by=person, at=at)


def more_experts(scene: Scene, count: int, *, first: int = 1) -> list[Person]:
    """Further Experts, each of an organisation of their own, numbered from `first`."""
    return [an_expert(f"N{number} Expert", scene.cohort, f"Organisation {number}") for number in range(first, first + count)]
