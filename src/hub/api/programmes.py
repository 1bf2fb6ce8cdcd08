"""Programmes, their cohorts and their year plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Status
from pydantic import Field

from hub.api.frame import READS, WRITES, In, Out, asker, public_programme, run_programme, signed_in
from hub.programmes import commands, queries
from hub.programmes.models import Activity, CatalogueTraining, Cohort, Programme, YearPlanLine

router = Router(tags=["programmes"])
Slug = Annotated[str, Path(pattern=r"^[-a-zA-Z0-9_]+$", max_length=60)]
SlugText = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Zone = Annotated[str, Field(max_length=64, description="A name of the time-zone database, such as Europe/London.")]


class ProgrammeOut(Out):
    """A programme."""

    slug: str
    name: str
    tagline: str
    about: str
    website: str
    zone: str


class CohortOut(Out):
    """A cohort."""

    slug: str
    name: str
    about: str
    zone: str
    starts_on: date
    ends_on: date


class ProgrammeWithCohorts(ProgrammeOut):
    """A programme and its cohorts, newest first."""

    cohorts: list[CohortOut]


class YearPlanLineOut(Out):
    """A line of the year plan, Markdown as the team wrote it."""

    months: str
    first_month: int | None
    last_month: int | None
    activity: str
    objectives: str
    comments: str


class ActivityOut(Out):
    """A kind of activity, and whether it is mandatory."""

    name: str
    description: str
    objectives: str
    is_mandatory: bool | None
    share_percent: int | None


class TrainingOut(Out):
    """A training of the catalogue."""

    month: str
    title: str
    materials: str
    changes: str


class YearPlanOut(Out):
    """What a programme plans before dates exist."""

    year: int
    years: list[int]
    lines: list[YearPlanLineOut]
    activities: list[ActivityOut]
    catalogue: list[TrainingOut]


class CohortIn(In):
    """A new cohort."""

    slug: SlugText
    name: Annotated[str, Field(min_length=1, max_length=120)]
    about: Annotated[str, Field(max_length=20_000)] = ""
    starts_on: date
    ends_on: date
    zone: Zone | None = None


def _cohort(row: Cohort) -> CohortOut:
    return CohortOut.model_validate(row)


def _programme(row: Programme) -> ProgrammeOut:
    return ProgrammeOut.model_validate(row)


@router.get("/programmes", response={200: list[ProgrammeOut]}, summary="Programmes everybody may see")
def list_programmes(request: HttpRequest) -> list[Programme]:
    """List the public programmes, by name."""
    return list(queries.public_programmes())


@router.get("/programmes/{programme}", response={200: ProgrammeWithCohorts, **READS}, summary="A programme and its cohorts")
def get_programme(request: HttpRequest, programme: Slug) -> ProgrammeWithCohorts:
    """Give a public programme with its cohorts, newest first."""
    found = public_programme(programme)
    return ProgrammeWithCohorts(**_programme(found).model_dump(), cohorts=[_cohort(row) for row in queries.cohorts_of(found)])


@router.get("/programmes/{programme}/year-plan", response={200: YearPlanOut, **READS}, summary="A year's plan")
def get_year_plan(
    request: HttpRequest, programme: Slug, year: Annotated[int | None, Query(ge=1900, le=2200)] = None
) -> YearPlanOut:
    """Give the plan of a year (the newest without one), the kinds of activity and the catalogue of trainings."""
    found = public_programme(programme)
    years = queries.year_plan_years(found)
    chosen = year or (years[0] if years else timezone.now().year)
    lines: list[YearPlanLine] = list(queries.year_plan(found, chosen))
    activities: list[Activity] = list(queries.activities(found))
    catalogue: list[CatalogueTraining] = list(queries.catalogue(found))
    return YearPlanOut(
        year=chosen,
        years=years,
        lines=[YearPlanLineOut.model_validate(row) for row in lines],
        activities=[ActivityOut.model_validate(row) for row in activities],
        catalogue=[TrainingOut.model_validate(row) for row in catalogue],
    )


@router.post("/programmes/{programme}/cohorts", response={201: CohortOut, **WRITES}, auth=signed_in, summary="Add a cohort")
def add_cohort(request: HttpRequest, programme: Slug, body: CohortIn) -> Status[Cohort]:
    """Add an empty cohort to a programme you run. A cohort from an earlier one: see `/box`."""
    found = run_programme(request, programme)
    row = commands.create_cohort(
        found,
        slug=body.slug,
        name=body.name,
        about=body.about,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        zone=body.zone,
        by=asker(request),
        at=timezone.now(),
    )
    return Status(201, row)
