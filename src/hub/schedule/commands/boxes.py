"""Make a cohort from an earlier one: cohort, series, plan and sessions in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from hub.core.box import BoxSeries, Undecided
from hub.core.errors import NotAllowed
from hub.core.plan.write import write_plan
from hub.kit import journal
from hub.people import permissions
from hub.people.models import Person
from hub.programmes import commands as programmes
from hub.programmes.models import Cohort
from hub.schedule.commands.plans import import_plan
from hub.schedule.models import PlanVersion, Series, SeriesException, Session
from hub.schedule.queries.boxes import propose_cohort


@transaction.atomic
def create_cohort_from(
    source: Cohort,
    *,
    slug: str,
    name: str,
    first_month: date,
    answers: Mapping[str, str] | None = None,
    zone: str | None = None,
    about: str = "",
    by: Person | None,
    at: datetime,
) -> Cohort:
    """Add a cohort whose first month is that of `first_month`, with a plan, series and sessions derived from `source`.

    `answers` settles the decisions of `queries.boxes.propose_cohort`, by their keys. The new plan's text is imported like a
    team's own, so that text and sessions say the same. Nothing of the source changes, and nothing is released.

    Raises NotAllowed, Undecided, BadAnswer, NothingToBox, programmes.BadFact, programmes.SlugTaken.
    """
    if by is not None and not permissions.runs(by, source.programme, at=at):
        raise NotAllowed("Only the team of the programme can add a cohort.")
    box = propose_cohort(source, first_month=first_month, zone=zone, answers=answers)
    if box.open_decisions:
        raise Undecided(box.open_decisions)
    cohort = programmes.create_cohort(
        source.programme,
        slug=slug,
        name=name,
        starts_on=box.first_on,
        ends_on=box.last_on,
        zone=zone or source.zone,
        about=about,
        derived_from=source,
        by=by,
        at=at,
    )
    version = import_plan(cohort, write_plan(box.plan), seen=0, note=f"Derived from {source.name}", by=by, at=at)
    PlanVersion.objects.filter(pk=version.pk).update(origin=PlanVersion.Origin.DERIVED)
    for series in box.series:
        _keep_series(cohort, series)
    journal.record("derived", cohort, by=by, at=at, source=source.slug, answers=dict(answers or {}))
    return cohort


def _keep_series(cohort: Cohort, series: BoxSeries) -> Series:
    """Keep the rule with its exceptions, and say of its sessions that they are of it."""
    row = Series.objects.create(
        cohort=cohort,
        title=series.title,
        kind=series.rule.kind.value,
        mode=series.mode.value if series.mode else "",
        weekday=series.rule.on.weekday,
        nths=list(series.rule.on.nths),
        start=series.rule.start,
        end=series.rule.end,
        zone=cohort.zone,
        first_on=series.first_on,
        last_on=series.last_on,
    )
    SeriesException.objects.bulk_create(
        SeriesException(series=row, on=on, moved_to=moved_to, reason=reason[:200]) for on, moved_to, reason in series.exceptions
    )
    Session.objects.filter(cohort=cohort, kind=series.rule.kind.value, date__in=series.dates).update(series=row)
    return row
