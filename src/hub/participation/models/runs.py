"""What was learnt from a run of a training: what to change next time, and the form that asked who was there."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.forms.models import Form
from hub.schedule.models import Session


class RunNote(models.Model):
    """What a team wants to do otherwise next time, and where people said how it was."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="run_note")
    text = models.TextField(blank=True)  # Markdown
    form = models.ForeignKey(Form, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.session}"
