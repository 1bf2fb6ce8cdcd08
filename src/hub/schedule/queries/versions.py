"""Read the versions of a cohort's plan."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from hub.programmes.models import Cohort
from hub.schedule.models import PlanVersion


def versions_of(cohort: Cohort) -> QuerySet[PlanVersion]:
    """Give the versions of a plan, newest first, without their texts, with who saved them and the releases they went into."""
    return (
        PlanVersion.objects.filter(cohort=cohort)
        .defer("text")
        .select_related("saved_by")
        .prefetch_related("releases")
        .order_by("-number")
    )


def version_of(cohort: Cohort, number: int) -> PlanVersion | None:
    """Find a version of a plan by its number, with who saved it."""
    return PlanVersion.objects.filter(cohort=cohort, number=number).select_related("saved_by").first()


def applied_version(cohort: Cohort) -> PlanVersion | None:
    """Give the newest version whose words the sessions follow; None before the first import."""
    return PlanVersion.objects.filter(cohort=cohort, is_applied=True).order_by("-number").first()


def text_of_version(cohort: Cohort, number: int) -> str:
    """Give the text of a version; empty for 0, which is no version, and for one there is not."""
    version = version_of(cohort, number) if number else None
    return version.text if version else ""


def newest_versions(cohorts: Iterable[Cohort], *, is_applied: bool = False) -> dict[int, PlanVersion]:
    """Give the newest version of each cohort's plan by the cohort's id; of those that are applied where that is asked.

    One query.
    """
    among = PlanVersion.objects.filter(is_applied=True) if is_applied else PlanVersion.objects.all()
    later = among.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    newest = among.filter(~Exists(later), cohort__in=[cohort.pk for cohort in cohorts])
    return {row.cohort_id: row for row in newest}
