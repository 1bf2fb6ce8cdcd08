"""Read programmes and cohorts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from django.db.models import Exists, OuterRef, QuerySet

from hub.core.calendar import day_in
from hub.core.plan.rules import DEFAULT, Rules, read_rules
from hub.core.statements import StatementKind
from hub.core.yearplan import YearPlan, read_year_plan
from hub.programmes.models import Activity, CatalogueTraining, Cohort, PartnerName, Programme, Statement, YearPlanLine


def public_programmes() -> QuerySet[Programme]:
    """Give the programmes everybody may see, by name."""
    return Programme.objects.filter(is_public=True).order_by("name", "slug")


def programme(slug: str) -> Programme | None:
    """Find a programme by its slug, public or not; the caller checks who asks."""
    return Programme.objects.filter(slug=slug).first()


def programmes_among(ids: Iterable[int]) -> QuerySet[Programme]:
    """Give the programmes with these ids (a list or a query of them), by slug."""
    return Programme.objects.filter(pk__in=ids).order_by("slug")


def cohort(programme_slug: str, cohort_slug: str) -> Cohort | None:
    """Find a cohort by its programme's slug and its own, with the programme at hand."""
    return Cohort.objects.select_related("programme").filter(programme__slug=programme_slug, slug=cohort_slug).first()


def cohorts_named(programme_slug: str, cohort_slug: str) -> QuerySet[Cohort]:
    """Give the one cohort of these slugs, or none, as a query that later rooms add their own columns to."""
    return Cohort.objects.filter(programme__slug=programme_slug, slug=cohort_slug)


def locked_programme(programme: Programme) -> Programme:
    """Give the programme as it stands now, locked until the transaction ends; what refers to it is still made meanwhile."""
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def locked_cohort(cohort: Cohort) -> Cohort:
    """Give the cohort as it stands now, locked until the transaction ends; for commands that must not run twice at once."""
    return Cohort.objects.select_for_update(of=("self",)).select_related("programme").get(pk=cohort.pk)


def locked_cohorts(programme: Programme) -> list[Cohort]:
    """Give every cohort of a programme, locked in one order until the transaction ends: nobody changes a session meanwhile."""
    return list(Cohort.objects.select_for_update(of=("self",)).filter(programme=programme).order_by("pk"))


def cohorts_of(programme: Programme) -> QuerySet[Cohort]:
    """Give the cohorts of a programme, newest first."""
    return Cohort.objects.filter(programme=programme).order_by("-starts_on", "slug")


def has_ended(cohort: Cohort, *, at: datetime) -> bool:
    """Say whether the last day of a cohort is over, by its own clock."""
    return cohort.ends_on < day_in(at, cohort.zone)


def cohorts_by_key(keys: Iterable[int]) -> QuerySet[Cohort]:
    """Give cohorts by their keys with their programmes, the newest first."""
    return Cohort.objects.filter(pk__in=list(keys)).select_related("programme").order_by("-starts_on", "pk")


def cohorts_of_all(given: Iterable[Programme]) -> QuerySet[Cohort]:
    """Give the cohorts of several programmes with their programme at hand, newest first."""
    return Cohort.objects.filter(programme__in=given).select_related("programme").order_by("-starts_on", "slug")


def year_plan(programme: Programme, year: int) -> QuerySet[YearPlanLine]:
    """Give the lines of one year's plan in their order."""
    return YearPlanLine.objects.filter(programme=programme, year=year).order_by("position")


def year_plan_years(programme: Programme) -> list[int]:
    """Give the years that have a plan, newest first."""
    return list(YearPlanLine.objects.filter(programme=programme).values_list("year", flat=True).distinct().order_by("-year"))


def having_year_plan(given: Iterable[Programme]) -> set[int]:
    """Give the ids of those among these programmes that have a plan of any year. One query."""
    rows = YearPlanLine.objects.filter(programme__in=[programme.pk for programme in given])
    return set(rows.values_list("programme", flat=True).distinct())


def statement(programme: Programme, kind: StatementKind) -> Statement | None:
    """Give the words of a programme's own that hold, None where it has written none."""
    return statements_of(programme, kind).first()


def statements_of(programme: Programme, kind: StatementKind) -> QuerySet[Statement]:
    """Give every version of a statement, newest first."""
    return Statement.objects.filter(programme=programme, kind=kind.value).order_by("-number")


def newest_statements(given: Iterable[Programme]) -> QuerySet[Statement]:
    """Give the statements of several programmes that hold, by programme."""
    later = Statement.objects.filter(programme=OuterRef("programme"), kind=OuterRef("kind"), number__gt=OuterRef("number"))
    return Statement.objects.filter(~Exists(later), programme__in=given).order_by("programme", "kind")


def activities(programme: Programme) -> QuerySet[Activity]:
    """Give the kinds of activity a programme offers, in their order."""
    return Activity.objects.filter(programme=programme).order_by("position")


def catalogue(programme: Programme) -> QuerySet[CatalogueTraining]:
    """Give the programme's catalogue of trainings, in its order."""
    return CatalogueTraining.objects.filter(programme=programme).order_by("position")


def partner_names(cohort: Cohort) -> QuerySet[PartnerName]:
    """Give the partner organisations of a cohort, in their order."""
    return PartnerName.objects.filter(cohort=cohort).order_by("position", "name")


def partner_names_of(cohorts: Iterable[Cohort]) -> list[PartnerName]:
    """Give the partner organisations of several cohorts, each once, in the order of the cohorts given. One query."""
    order = {cohort.pk: place for place, cohort in enumerate(cohorts)}
    rows = PartnerName.objects.filter(cohort__in=order)
    once: dict[str, PartnerName] = {}
    for partner in sorted(rows, key=lambda each: (order[each.cohort_id], each.position, each.name)):
        once.setdefault(partner.name, partner)
    return list(once.values())


@dataclass(frozen=True, slots=True)
class Words:
    """A text everybody reads: of the programme (its "home", "privacy", "accessibility", "year-plan"), or of a cohort's home."""

    place: str
    cohort: Cohort | None
    text: str


def public_words(programme: Programme) -> list[Words]:
    """Give what a programme says in words of its own, as everybody reads it: those that hold now. Six queries."""
    said = [Words("home", None, f"{programme.tagline}\n\n{programme.about}")]
    said += [Words("cohort", each, f"{each.name}\n\n{each.about}") for each in cohorts_of(programme)]
    said += [Words(each.kind, None, each.text) for each in newest_statements([programme])]
    rows = [
        *YearPlanLine.objects.filter(programme=programme).values_list("activity", "objectives"),
        *Activity.objects.filter(programme=programme).values_list("name", "description", "objectives", "duty_note"),
        *CatalogueTraining.objects.filter(programme=programme).values_list("title", "text", "materials"),
    ]
    return [*said, Words("year-plan", None, "\n\n".join("\n".join(row) for row in rows))]


def rules_of(programme: Programme) -> Rules:
    """Give the rules plans of a programme are checked by: its own, else the Hub's own in the programme's zone."""
    if not programme.rules.strip():
        return replace(DEFAULT, zone=programme.zone)
    return _rules(programme.rules)


@lru_cache(maxsize=64)
def _rules(toml: str) -> Rules:
    return read_rules(toml)


def read_year_plan_text(programme: Programme, text: str) -> YearPlan:
    """Read the tables of a year plan's text. Raises the refusals of the reader."""
    from hub.core.plan.read import read_plan  # the Markdown parser: only where a plan is read

    return read_year_plan(read_plan(text, default_zone=programme.zone))


@dataclass(frozen=True, slots=True)
class RowChange:
    """What an import of a year plan would do to one row: "added", "removed" or "changed"; `table` as people call it."""

    table: str
    verb: str
    title: str


def year_plan_difference(programme: Programme, text: str, *, year: int) -> tuple[RowChange, ...]:
    """Say what `import_year_plan` would change, row by row; nothing is written. Rows are known by what they are called.

    Raises the refusals of the reader.
    """
    found = read_year_plan_text(programme, text)
    stood = _stood(programme, found, year)
    changes: list[RowChange] = []
    if found.lines is not None:
        coming: _Rows = [((line.months, line.activity), (line.objectives, line.comments)) for line in found.lines]
        changes += _rows_changed("year plan", stood["year plan"], coming)
    if found.activities is not None:
        coming = [((offer.name,), (offer.description, offer.objectives, offer.duty_note)) for offer in found.activities]
        changes += _rows_changed("kinds of activity", stood["kinds of activity"], coming)
    if found.catalogue is not None:
        coming = [
            ((taught.title,), (taught.month, taught.text, taught.materials, taught.changes)) for taught in found.catalogue
        ]
        changes += _rows_changed("trainings", stood["trainings"], coming)
    return tuple(changes)


def year_plan_mark(programme: Programme, found: YearPlan, *, year: int) -> str:
    """Give a mark of all that taking a text's tables would replace, another one where any of it is. At most three queries."""
    return blake2b(repr((year, _stood(programme, found, year))).encode(), digest_size=8).hexdigest()


_Rows = Sequence[tuple[tuple[str, ...], tuple[str, ...]]]  # what a row is known by, and the rest of it


def _stood(programme: Programme, found: YearPlan, year: int) -> dict[str, _Rows]:
    """Give the rows that stand where the tables of a text would, by the table as people call it."""
    stood: dict[str, _Rows] = {}
    if found.lines is not None:
        stood["year plan"] = [
            ((row.months, row.activity), (row.objectives, row.comments)) for row in year_plan(programme, year)
        ]
    if found.activities is not None:
        stood["kinds of activity"] = [
            ((row.name,), (row.description, row.objectives, row.duty_note)) for row in activities(programme)
        ]
    if found.catalogue is not None:
        stood["trainings"] = [((row.title,), (row.month, row.text, row.materials, row.changes)) for row in catalogue(programme)]
    return stood


def _rows_changed(table: str, stood: _Rows, coming: _Rows) -> list[RowChange]:
    before, after = dict(stood), dict(coming)

    def title(key: tuple[str, ...]) -> str:
        return " · ".join(part for part in key if part)

    return [
        *(RowChange(table, "removed", title(key)) for key in before if key not in after),
        *(RowChange(table, "added", title(key)) for key in after if key not in before),
        *(RowChange(table, "changed", title(key)) for key in after if key in before and after[key] != before[key]),
    ]
