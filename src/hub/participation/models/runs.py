"""What was learnt from a run of a training: what to change next time, and the form that asked who was there."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.forms.models import Form
from hub.schedule.models import Session


class RunNote(models.Model):
    """What a team wants to do otherwise next time, where people said how it was, and which training it was.

    `training` is the title of one of the catalogue: importing a year plan writes the catalogue anew, and the title stays. None
    leaves it to the words of the session; empty is for a run of none.
    """

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="run_note")
    text = models.TextField(blank=True)  # Markdown
    form = models.ForeignKey(Form, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    training = models.CharField(max_length=300, null=True, blank=True)  # none said differs from said to be none
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.session}"


def seen_of_run(row: RunNote | None) -> dict[str, object]:
    """Give all that a page shows of a run, for its mark (core.meanwhile): nobody said is nothing written."""
    return {
        "text": row.text if row else "",
        "form": row.form_id if row else None,
        "training": row.training if row else None,
    }
