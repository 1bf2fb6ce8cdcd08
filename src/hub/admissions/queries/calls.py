"""Read the calls with the organisations of a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.admissions.models import OnboardingCall, OnboardingPlan
from hub.admissions.queries.boards import Board
from hub.people.models import Organisation, Person
from hub.people.queries import experts_of


@dataclass(frozen=True, slots=True)
class CallRow:
    """An organisation with its Experts in a cohort, and the call with it; None before anything is noted."""

    organisation: Organisation
    experts: tuple[Person, ...]
    call: OnboardingCall | None

    @property
    def is_held(self) -> bool:
        """Whether the call was held."""
        return self.call is not None and self.call.held_on is not None


def calls_of(board: Board) -> list[CallRow]:
    """Give the organisations of a board, those whose call is still to be held first. One query."""
    there = {call.organisation_id: call for call in OnboardingCall.objects.filter(plan=board.plan)}
    people: dict[int, list[Person]] = {}
    organisations: dict[int, Organisation] = {}
    for line in board.lines:
        if (organisation := line.expert.organisation) is not None:
            organisations[organisation.pk] = organisation
            people.setdefault(organisation.pk, []).append(line.person)
    rows = [CallRow(each, tuple(people[key]), there.get(key)) for key, each in organisations.items()]
    return sorted(rows, key=lambda row: (row.is_held, row.organisation.plain_name, row.organisation.pk))


def call_of(plan: OnboardingPlan, organisation: int, *, at: datetime) -> CallRow | None:
    """Give one organisation with its call; None where nobody of it is an Expert of the cohort. Three queries."""
    theirs = [
        each
        for each in experts_of([plan.cohort_id], at=at)[plan.cohort_id]
        if each.organisation is not None and each.organisation.pk == organisation
    ]
    if not theirs or theirs[0].organisation is None:
        return None
    call = OnboardingCall.objects.filter(plan=plan, organisation=organisation).select_related("edited_by").first()
    return CallRow(theirs[0].organisation, tuple(each.person for each in theirs), call)
