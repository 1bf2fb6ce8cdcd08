"""Ways in besides signing in: invitations, tokens for programs, and secret addresses of feeds. Secrets are kept hashed."""

from __future__ import annotations

from django.db import models

from hub.people.models.person import Person
from hub.programmes.models import Programme


class Invitation(models.Model):
    """A link that lets a person in once, until it expires."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    invited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email


class TokenScope(models.TextChoices):
    """What a program may do with a token."""

    READ = "read", "Read what I may read"
    WRITE = "write", "Read and write what I may"


class Token(models.Model):
    """A key for a program that acts for a person: shown once, kept hashed, with a scope and an end."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)  # what it is for, in the person's words
    start = models.CharField(max_length=8)  # its first letters, to know it again
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=10, choices=TokenScope.choices)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="+")  # empty: all
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class FeedAddress(models.Model):
    """The secret address of a person's calendar feed; renewing it ends the old one. Kept as it is: it is shown again."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="feed_address")
    secret = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feed addresses"

    def __str__(self) -> str:
        return f"feed of {self.person_id}"
