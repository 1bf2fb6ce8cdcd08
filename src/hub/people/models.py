"""People, their accounts, and their dated roles on a programme or a cohort."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

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
    FUNDER = "funder", "Funder"


class Person(models.Model):
    """A human being: one row, whatever roles they have and had."""

    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, blank=True)  # empty: the programme's

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Make accounts by address."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find an account by its address, whatever its case."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """The means to sign in: an address and a password, for one person."""

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
    """What a person is to a programme (`cohort` empty) or to one cohort of it, from a day on, until a day (exclusive)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="roles")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="role_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "cohort", "kind", "starts_on"], name="role_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind} {self.cohort or self.programme}"
