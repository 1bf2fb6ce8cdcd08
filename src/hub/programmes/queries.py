"""Read programmes and cohorts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from hub.programmes.models import Activity, CatalogueTraining, Cohort, Programme, YearPlanLine


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


def locked_cohort(cohort: Cohort) -> Cohort:
    """Give the cohort as it stands now, locked until the transaction ends; for commands that must not run twice at once."""
    return Cohort.objects.select_for_update(of=("self",)).select_related("programme").get(pk=cohort.pk)


def cohorts_of(programme: Programme) -> QuerySet[Cohort]:
    """Give the cohorts of a programme, newest first."""
    return Cohort.objects.filter(programme=programme).order_by("-starts_on", "slug")


def year_plan(programme: Programme, year: int) -> QuerySet[YearPlanLine]:
    """Give the lines of one year's plan in their order."""
    return YearPlanLine.objects.filter(programme=programme, year=year).order_by("position")


def year_plan_years(programme: Programme) -> list[int]:
    """Give the years that have a plan, newest first."""
    return list(YearPlanLine.objects.filter(programme=programme).values_list("year", flat=True).distinct().order_by("-year"))


def activities(programme: Programme) -> QuerySet[Activity]:
    """Give the kinds of activity a programme offers, in their order."""
    return Activity.objects.filter(programme=programme).order_by("position")


def catalogue(programme: Programme) -> QuerySet[CatalogueTraining]:
    """Give the programme's catalogue of trainings, in its order."""
    return CatalogueTraining.objects.filter(programme=programme).order_by("position")
