"""Certificates of participation: what each says, frozen when it was issued, and whether it still stands."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.programmes.models import Cohort


class Certificate(models.Model):
    """A certificate. `facts` is all it says (core.certificates.CertificateFacts) and never changes."""

    code = models.CharField(max_length=20, unique=True)  # core.certificates.new_code
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="certificates")
    facts = models.JSONField()
    signed_by = models.JSONField(default=list, blank=True)  # name and role of each; beside the facts, since they are others'
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was revoked
    closed_at = models.DateTimeField(null=True, blank=True)  # whose it is lets nobody verify it for now; it stands all the same

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"], condition=Q(revoked_at__isnull=True), name="certificate_one_stands"
            )
        ]

    def __str__(self) -> str:
        return self.code
