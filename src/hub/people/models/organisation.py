"""Organisations, and who works where from when until when."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models.functions import Lower


class Sector(models.TextChoices):
    """What an organisation does; the funder's priority sectors first. Source: seeds/000."""

    AGRICULTURE = "agriculture", "Agriculture and food processing"
    CONSTRUCTION = "construction", "Construction"
    CREATIVE = "creative", "Creative industries"
    TRANSPORT = "transport", "Transport, with logistics and warehousing"
    HEALTH = "health", "Health"
    ENERGY = "energy", "Energy"
    ENVIRONMENT = "environment", "Environment"
    GOVERNMENT = "government", "Government"
    ACADEMIA = "academia", "Academia"
    OTHER = "other", "Other"


PRIORITY_SECTORS = (Sector.AGRICULTURE, Sector.CONSTRUCTION, Sector.CREATIVE, Sector.TRANSPORT)


class Size(models.TextChoices):
    """How large an organisation is: up to 249 people, or more. Source: EU recommendation 2003/361."""

    SME = "sme", "Small or medium (up to 249 people)"
    LARGER = "larger", "Larger (250 people and more)"


class Organisation(models.Model):
    """An organisation people come from: one row, whatever its part in which programme."""

    name = models.CharField(max_length=160)
    plain_name = models.CharField(max_length=320, blank=True)  # core.names.plain of it, written with it: looked for, sorted by
    sector = models.CharField(max_length=20, choices=Sector.choices, blank=True)
    size = models.CharField(max_length=10, choices=Size.choices, blank=True)
    region = models.CharField(max_length=80, blank=True)
    website = models.URLField(max_length=300, blank=True)
    logo = models.CharField(max_length=200, blank=True, db_index=True)  # the name of a stored file
    logo_alt = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="organisation_name_whatever_case")]

    @property
    def short_size(self) -> str:
        """How large it is in a word, for tables."""
        return {"sme": "SME", "larger": "Larger"}.get(self.size, "")

    def __str__(self) -> str:
        return self.name


def with_it_on(day: date) -> models.Q:
    """Give the condition that an affiliation holds on a day: begun or of always, and not ended."""
    begun = models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=day)
    return begun & (models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=day))


class Affiliation(models.Model):
    """That a person is with an organisation, from a day on, until a day (exclusive); open ends where nobody knows."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="affiliations")
    job = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_contact = models.BooleanField(default=False)  # speaks for the organisation: signs, gives its logo

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(starts_on__isnull=True)
                | models.Q(ends_on__gt=models.F("starts_on")),
                name="affiliation_ends_after_start",
            ),
            models.UniqueConstraint(fields=["person", "organisation", "starts_on"], name="affiliation_once"),
            models.UniqueConstraint(
                fields=["person", "organisation"],
                name="affiliation_of_always_once",  # no database of ours holds two empty days for the same
                condition=models.Q(starts_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.organisation}"
