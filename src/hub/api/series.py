"""Series, for the team: rules that show their dates before they are kept, and the days they leave out or move."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from hub.api.frame import TEAM_READS, WRITES, In, Out, WallTime, asker, run_cohort, signed_in
from hub.api.programmes import Slug
from hub.api.working import Key
from hub.core.calendar import MonthlyRule
from hub.core.plan.model import Kind, Mode
from hub.core.series import ExceptionDate, SeriesDate, SeriesRule
from hub.programmes.models import Cohort
from hub.schedule.commands import series as commands
from hub.schedule.models import Series
from hub.schedule.queries import series as queries

router = Router(tags=["series"], auth=signed_in)
PATH = "/programmes/{programme}/cohorts/{cohort}/series"
Nth = Annotated[int, Field(ge=-1, le=5, description="1 to 5, or -1 for the last of the month")]
Reason = Annotated[str, Field(max_length=200)]


class ExceptionIn(In):
    """A day the rule gives: left out, or held on another day."""

    on: date
    moved_to: date | None = None
    reason: Reason = ""


class RuleIn(In):
    """What a series gives: sessions on weekdays of each month, at wall times in `zone`, from a day to a day, both included."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Kind = Kind.CAFE
    weekday: Annotated[int, Field(ge=0, le=6, description="Monday is 0")]
    nths: Annotated[list[Nth], Field(min_length=1, max_length=6)]
    start: WallTime
    end: WallTime
    zone: Annotated[str, Field(max_length=64)] | None = Field(None, description="Without it the cohort's")
    first_on: date
    last_on: date
    mode: Mode | None = None


class NewSeriesIn(RuleIn):
    """A new series, and the days it leaves out or moves."""

    exceptions: Annotated[list[ExceptionIn], Field(max_length=200)] = []


class SeriesEditIn(RuleIn):
    """A series as it is to be. With `from_on`, earlier sessions stay as they are."""

    from_on: date | None = None


class SeriesDateOut(Out):
    """A day the rule gives, and the day it is held; null where it is left out. `clashes` say what else is then."""

    on: date
    held_on: date | None
    reason: str
    holiday: str | None
    clashes: list[str]
    is_exception: bool
    is_there: bool
    slug: str | None = Field(None, description="The session of that day, once there is one")


class SeriesOut(Out):
    """A series with its dates."""

    id: int
    title: str
    kind: str
    weekday: int
    nths: list[int]
    start: WallTime
    end: WallTime
    zone: str
    first_on: date
    last_on: date
    mode: str
    dates: list[SeriesDateOut]


class LeaveOutIn(In):
    """A day to leave out, and why."""

    on: date
    reason: Reason = ""


class HoldOnIn(LeaveOutIn):
    """A day of the rule to hold on another day, and why."""

    moved_to: date


def _rule(body: RuleIn, cohort: Cohort) -> SeriesRule:
    return SeriesRule(
        title=body.title,
        kind=body.kind,
        on=MonthlyRule(body.weekday, tuple(sorted(set(body.nths)))),
        start=body.start,
        end=body.end,
        zone=body.zone or cohort.zone,
        first_on=body.first_on,
        last_on=body.last_on,
        mode=body.mode,
    )


def _exceptions(given: list[ExceptionIn]) -> list[ExceptionDate]:
    return [ExceptionDate(on=each.on, moved_to=each.moved_to, reason=each.reason) for each in given]


def _date(each: SeriesDate, slug: str | None = None) -> SeriesDateOut:
    return SeriesDateOut(
        on=each.on,
        held_on=each.held_on,
        reason=each.reason,
        holiday=each.holiday,
        clashes=list(each.clashes),
        is_exception=each.is_exception,
        is_there=each.is_there,
        slug=slug,
    )


def _shown(shown: queries.ShownSeries) -> SeriesOut:
    row = shown.series
    return SeriesOut(
        id=row.pk,
        title=row.title,
        kind=row.kind,
        weekday=row.weekday,
        nths=row.nths,
        start=row.start,
        end=row.end,
        zone=row.zone,
        first_on=row.first_on,
        last_on=row.last_on,
        mode=row.mode,
        dates=[_date(held.date, held.session.slug if held.session else None) for held in shown.dates],
    )


def _one(cohort: Cohort, pk: int) -> queries.ShownSeries:
    found = next((each for each in queries.series_of(cohort) if each.series.pk == pk), None)
    if found is None:
        raise Http404(f"There is no series {pk} in this cohort.")
    return found


def _found(request: HttpRequest, programme: str, cohort: str, pk: int) -> tuple[Cohort, Series]:
    place = run_cohort(request, programme, cohort)
    return place, _one(place, pk).series


@router.get(PATH, response={200: list[SeriesOut], **TEAM_READS}, summary="Series with their dates")
def list_series(request: HttpRequest, programme: Slug, cohort: Slug) -> list[SeriesOut]:
    """List the series of a cohort, each with the dates its rule gives and the sessions held on them."""
    return [_shown(each) for each in queries.series_of(run_cohort(request, programme, cohort))]


@router.post(f"{PATH}/preview", response={200: list[SeriesDateOut], **WRITES}, summary="See the dates before saving")
def preview_series(request: HttpRequest, programme: Slug, cohort: Slug, body: NewSeriesIn) -> list[SeriesDateOut]:
    """Give the dates a rule would make, with holidays and clashes. Nothing is written."""
    place = run_cohort(request, programme, cohort)
    return [_date(each) for each in queries.preview_series(place, _rule(body, place), exceptions=_exceptions(body.exceptions))]


@router.post(PATH, response={201: SeriesOut, **WRITES}, summary="Add a series")
def add_series(request: HttpRequest, programme: Slug, cohort: Slug, body: NewSeriesIn) -> Status[SeriesOut]:
    """Add a series and its sessions; sessions of the kind that stand on its days already are taken in."""
    place = run_cohort(request, programme, cohort)
    exceptions = _exceptions(body.exceptions)
    row = commands.create_series(place, _rule(body, place), exceptions=exceptions, by=asker(request), at=timezone.now())
    return Status(201, _shown(_one(place, row.pk)))


@router.put(f"{PATH}/{{pk}}", response={200: SeriesOut, **WRITES}, summary="Change a series")
def edit_series(request: HttpRequest, programme: Slug, cohort: Slug, pk: Key, body: SeriesEditIn) -> SeriesOut:
    """Change the rule: all its sessions, or with `from_on` those from a day on."""
    place, row = _found(request, programme, cohort, pk)
    commands.edit_series(row, _rule(body, place), from_on=body.from_on, by=asker(request), at=timezone.now())
    return _shown(_one(place, pk))


@router.delete(f"{PATH}/{{pk}}", response={204: None, **WRITES}, summary="Remove a series")
def remove_series(request: HttpRequest, programme: Slug, cohort: Slug, pk: Key) -> Status[None]:
    """Remove a series; what the public has heard of is cancelled, the rest goes."""
    commands.remove_series(_found(request, programme, cohort, pk)[1], by=asker(request), at=timezone.now())
    return Status(204, None)


@router.post(f"{PATH}/{{pk}}/leave-out", response={200: SeriesOut, **WRITES}, summary="Leave a date out")
def leave_out(request: HttpRequest, programme: Slug, cohort: Slug, pk: Key, body: LeaveOutIn) -> SeriesOut:
    """Leave out one day of the rule."""
    place, row = _found(request, programme, cohort, pk)
    commands.leave_out(row, body.on, reason=body.reason, by=asker(request), at=timezone.now())
    return _shown(_one(place, pk))


@router.post(f"{PATH}/{{pk}}/hold-on", response={200: SeriesOut, **WRITES}, summary="Hold a date on another day")
def hold_on(request: HttpRequest, programme: Slug, cohort: Slug, pk: Key, body: HoldOnIn) -> SeriesOut:
    """Hold one day of the rule on another day."""
    place, row = _found(request, programme, cohort, pk)
    commands.hold_on(row, body.on, body.moved_to, reason=body.reason, by=asker(request), at=timezone.now())
    return _shown(_one(place, pk))
