"""Propose a new cohort from an earlier one. Nothing is written; the same proposal is what the command carries out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from hub.core.box import Box, Known, NothingToBox, make_box
from hub.core.calendar import MonthlyRule
from hub.core.plan.model import Kind
from hub.core.plan.rules import Rules, SeriesRule
from hub.core.yearplan import days_named, plain
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import PlanVersion, Series, Session


def propose_cohort(
    source: Cohort, *, first_month: date, zone: str | None = None, answers: Mapping[str, str] | None = None
) -> Box:
    """Derive a cohort whose first month is that of `first_month` from the plan the source's sessions follow.

    The series are the source's own where it has any, else those of the programme's rules. `Box.open_decisions` names what
    a person must answer before `create_cohort_from` will do it; the rest stands as proposed.

    Raises NothingToBox, BadAnswer, and the refusals of the plan's reader.
    """
    from hub.core.plan.read import read_plan  # the Markdown parser: only where a plan is read

    version = PlanVersion.objects.filter(cohort=source, is_applied=True).order_by("-number").first()
    if version is None:
        raise NothingToBox("This cohort has no plan whose sessions are in the schedule yet; import its plan first.")
    return make_box(
        read_plan(version.text, default_zone=source.zone, default_year=source.starts_on.year),
        new_first=first_month,
        rules=_rules(source),
        zone=zone or source.zone,
        names=_names(source),
        known=tuple(given_away(source.programme)),
        answers=answers,
    )


def first_month_of(cohort: Cohort) -> date:
    """Give the first day of the month a cohort's first chapter is about; a kick-off before it belongs to no chapter."""
    dated = Session.objects.filter(cohort=cohort, chapter_number=1, date__isnull=False).order_by("date")
    first = dated.values_list("date", flat=True).first()
    return (first or cohort.starts_on).replace(day=1)


def given_away(programme: Programme) -> Iterator[Known]:
    """Yield the days the programme's year plans name in their activities, such as a showcase event on 6 March."""
    for year in programmes.year_plan_years(programme):
        for line in programmes.year_plan(programme, year):
            title = plain(line.activity)
            for day in days_named(line.activity, year):
                yield Known(on=day, title=title if len(title) <= 60 else title[:59].rstrip() + "…")


def _rules(source: Cohort) -> Rules:
    """Give the programme's rules with the source's own series in the place of theirs, kind by kind."""
    rules = programmes.rules_of(source.programme)
    own = {
        Kind(row.kind): SeriesRule(
            kind=Kind(row.kind), on=MonthlyRule(row.weekday, tuple(row.nths)), start=row.start, end=row.end
        )
        for row in Series.objects.filter(cohort=source).order_by("pk")
    }
    counts = {rule.kind: rule.count for rule in rules.series}
    kept = [rule for rule in rules.series if rule.kind not in own]
    return replace(rules, series=(*kept, *(replace(rule, count=counts.get(kind)) for kind, rule in own.items())))


def _names(source: Cohort) -> Iterator[str]:
    """Yield the names that must not be taken along: who leads, who belongs to the programme, the partner organisations."""
    yield from (row.name for row in programmes.partner_names(source))
    yield from Session.objects.filter(cohort=source).exclude(led_by="").values_list("led_by", flat=True).distinct()
    yield from Session.objects.filter(cohort=source).exclude(place="").values_list("place", flat=True).distinct()
    for role in source.programme.roles.filter(person__erased_at__isnull=True).select_related("person"):
        yield role.person.name
        yield role.person.name.split(" ")[0]
