"""What the load of Experts is reckoned with: hours agreed, travel, and the writing of a case study."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hub.programmes.models import Cohort


class Agreed(models.Model):
    """What an Expert's organisation agreed to for a cohort, in minutes a month. `post` is the share of a post it came from."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="agreed")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="agreed_hours")
    minutes = models.PositiveIntegerField()
    post = models.CharField(max_length=12, blank=True)  # "0.2" or "1/5", as the team wrote it
    travel = models.PositiveSmallIntegerField(null=True, blank=True)  # minutes a travel day; empty: the cohort's
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "agreed hours"
        constraints = [models.UniqueConstraint(fields=["cohort", "person"], name="agreed_once_for_a_person")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.person_id}"


class LoadTerms(models.Model):
    """What every Expert of a cohort is reckoned to need besides sessions: a travel day, and the case study, in minutes."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="load_terms")
    travel = models.PositiveSmallIntegerField(default=0)  # minutes a travel day
    writing = models.PositiveIntegerField(default=0)  # minutes in all, spread over the months
    writing_from = models.DateField(null=True, blank=True)  # the first day of a month
    writing_to = models.DateField(null=True, blank=True)  # the first day of the last month
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "load terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(writing=0) | Q(writing_from__isnull=False, writing_to__gte=F("writing_from")),
                name="load_terms_writing_has_months",
            )
        ]

    def __str__(self) -> str:
        return f"{self.cohort}"


def seen_of_agreed(row: Agreed | None) -> dict[str, Any] | None:
    """Give all that a page shows of what was agreed, for its mark (core.meanwhile); None where nothing was."""
    return None if row is None else {"minutes": row.minutes, "post": row.post, "travel": row.travel}


def seen_of_load_terms(row: LoadTerms | None) -> dict[str, Any] | None:
    """Give all that a page shows of what travel and writing take, for its mark (core.meanwhile); None where nobody said."""
    names = ("travel", "writing", "writing_from", "writing_to")
    return None if row is None or row.pk is None else {name: getattr(row, name) for name in names}
