"""Cohort in a box, for the team: what a new cohort made from an earlier one would be, and making it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from hub.api.frame import WRITES, In, Out, asker, run_cohort, signed_in
from hub.api.programmes import CohortOut, Slug, SlugText, Zone
from hub.core.box import Box
from hub.core.plan.model import Day
from hub.schedule.commands.boxes import create_cohort_from
from hub.schedule.queries.boxes import propose_cohort

router = Router(tags=["cohort in a box"], auth=signed_in)
PATH = "/programmes/{programme}/cohorts/{cohort}/box"
Answers = Annotated[
    dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=200)]],
    Field(max_length=500, description="By the key of a decision: an option's key, or a day as YYYY-MM-DD where one is taken"),
]


class BoxIn(In):
    """The first month of the new cohort, any day of it, and what is decided so far."""

    first_month: date
    zone: Zone | None = None
    answers: Answers = {}


class NewCohortIn(BoxIn):
    """A cohort to make from an earlier one."""

    slug: SlugText
    name: Annotated[str, Field(min_length=1, max_length=120)]
    about: Annotated[str, Field(max_length=20_000)] = ""


class OptionOut(Out):
    """One way to settle a decision."""

    key: str
    label: str
    date: Day | None


class DecisionOut(Out):
    """Something the calendar or the rules leave to a person; those not needed stand as proposed."""

    key: str
    subject: str
    sentence: str
    options: list[OptionOut]
    proposed: str
    is_needed: bool
    takes_date: bool
    is_open: bool
    answer: str | None


class MovedOut(Out):
    """A session of the new cohort beside what it came from."""

    title: str
    kind: str
    was: str
    now: str
    date: Day | None
    reason: str


class BoxOut(Out):
    """What would be made: nothing has been written. `left_behind` says what of the earlier plan was not taken along."""

    first_on: date
    last_on: date
    decisions: list[DecisionOut]
    sessions: list[MovedOut]
    left_behind: list[str]


def _box(box: Box) -> BoxOut:
    return BoxOut(
        first_on=box.first_on,
        last_on=box.last_on,
        decisions=[DecisionOut.model_validate(each) for each in box.decisions],
        sessions=[MovedOut.model_validate(each) for each in box.moves],
        left_behind=list(box.left_behind),
    )


@router.post(f"{PATH}/propose", response={200: BoxOut, **WRITES}, summary="See a cohort made from this one")
def propose(request: HttpRequest, programme: Slug, cohort: Slug, body: BoxIn) -> BoxOut:
    """Say what a cohort made from this one would be, and what a person must decide first. Nothing is written."""
    found = run_cohort(request, programme, cohort)
    return _box(propose_cohort(found, first_month=body.first_month, zone=body.zone, answers=body.answers))


@router.post(PATH, response={201: CohortOut, **WRITES}, summary="Make a cohort from this one")
def make(request: HttpRequest, programme: Slug, cohort: Slug, body: NewCohortIn) -> Status[CohortOut]:
    """Make a cohort with its plan, series and sessions. 422 names the decisions that are still open."""
    found = run_cohort(request, programme, cohort)
    made = create_cohort_from(found, **body.model_dump(), by=asker(request), at=timezone.now())
    return Status(201, CohortOut.model_validate(made))
