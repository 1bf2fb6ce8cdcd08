"""People, the accounts they sign in with, and their dated roles on a programme or a cohort."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from hub.kit.home import home_zone
from hub.kit.journal import NOBODY
from hub.people.models.organisation import Organisation
from hub.people.models.seeing import PersonQuerySet
from hub.programmes.models import Cohort, Programme


class RoleKind(models.TextChoices):
    """What a person is to a programme or a cohort."""

    TEAM = "team", "Team"
    EXPERT = "expert", "Expert"
    REVIEWER = "reviewer", "Reviewer"
    FACILITATOR = "facilitator", "Facilitator"
    COACH = "coach", "Coach"
    WRITER = "writer", "Technical writer"
    PARTNER_CONTACT = "partner-contact", "Partner contact"
    COMMUNITY = "community", "Community member"
    FUNDER = "funder", "Funder"
    ALUMNUS = "alumnus", "Alumnus"
    ADVISOR = "advisor", "Advisor"

    @property
    def plural(self) -> str:
        """Several of them, as people read it: "Partner contacts"."""
        return {"team": "The team", "coach": "Coaches", "alumnus": "Alumni"}.get(self.value, f"{self.label}s")


class Person(models.Model):
    """A human being: one row, whatever roles they have and had. `erased_at` is set when nothing else is left of them."""

    name = models.CharField(max_length=120)
    plain_name = models.CharField(max_length=240, blank=True)  # core.names.plain of it, written with it: looked for, sorted by
    pronouns = models.CharField(max_length=40, blank=True)
    orcid = models.CharField(max_length=19, blank=True)  # "0000-0002-1825-0097", checked by the command
    zone = models.CharField(max_length=64, blank=True)  # empty: this Hub's
    about = models.TextField(blank=True)  # Markdown, shown where the name is
    photo = models.CharField(max_length=200, blank=True, db_index=True)  # the name of a stored file
    photo_alt = models.CharField(max_length=200, blank=True)
    access_needs = models.TextField(blank=True)  # their own words; AccessNeeds says which teams read them
    added_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["orcid"], condition=~models.Q(orcid=""), name="person_orcid_once"),
            models.CheckConstraint(  # whoever takes a name away takes this away too
                condition=~models.Q(name="") | models.Q(plain_name=""), name="person_without_name_not_found"
            ),
        ]
        indexes = [models.Index(fields=["plain_name", "id"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name or NOBODY

    @property
    def clock(self) -> str:
        """The zone by whose clock they read: their own, or this Hub's."""
        return self.zone or home_zone()


class Link(models.Model):
    """An address on the web a person shows: what it is, and where."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(max_length=60)
    url = models.URLField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "url"], name="link_once")]

    def __str__(self) -> str:
        return self.label


class AccountManager(BaseUserManager["Account"]):
    """Make accounts by address."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find an account by its address, whatever its case."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """The means to sign in, for one person: the address mail goes to. Codes, passkeys and providers hang on it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_whatever_case")]

    def __str__(self) -> str:
        return self.email


class Role(models.Model):
    """What a person is to a programme (`cohort` empty) or to one cohort of it, from a day on, until a day (exclusive).

    `organisation` is whom they stand for in it, whatever its kind; `stands_in_for` the role somebody takes over for a while.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind.choices)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="roles")
    stands_in_for = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="stand_ins")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="role_ends_after_start",
            ),
            models.UniqueConstraint(fields=["person", "programme", "cohort", "kind", "starts_on"], name="role_once"),
            models.UniqueConstraint(
                fields=["person", "programme", "kind", "starts_on"],
                name="role_in_programme_once",  # SQLite takes two empty cohorts for different ones
                condition=models.Q(cohort__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["programme", "kind"], name="role_of_a_kind")]

    @property
    def label(self) -> str:
        """What people read: "Expert, Cohort 2024"; needs the cohort at hand."""
        kind = RoleKind(self.kind).label
        return f"{kind}, {self.cohort.name}" if self.cohort else kind

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.cohort or self.programme}"
