"""Shared notes of a session: the text as it stands, every text that was saved, and how notes leave the house."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.notes import IN_THE_WORKS, STANDING, ExportState
from hub.schedule.models import Session


def _deed() -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class SessionNotes(models.Model):
    """The notes of a session as they stand. Whoever saves holds this row's lock; `version` is the number of the newest text."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="shared_notes")
    text = models.TextField(blank=True)  # Markdown
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = _deed()

    class Meta:
        verbose_name_plural = "session notes"

    def __str__(self) -> str:
        return f"{self.session}"


class NotesVersion(models.Model):
    """A text that was saved: what a person sent, or what became of it and of what others had written meanwhile (`is_merged`).

    Never changed; old ones are thinned (core.notes.to_thin).
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="notes_versions")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    is_merged = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = _deed()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="notes_version_number")]

    def __str__(self) -> str:
        return f"{self.session} {self.number}"


class NotesExport(models.Model):
    """Notes on their way out: of which text, what is taken out of it (places only, no words), who proposed and who approved."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="notes_exports")
    version = models.ForeignKey(NotesVersion, on_delete=models.RESTRICT, related_name="exports")
    digest = models.CharField(max_length=64)  # of the text when it was looked through: another text asks for another look
    accepted = models.JSONField(default=list, blank=True)  # core.notes.Decided as facts
    state = models.CharField(max_length=12, choices=[(each.value, each.label) for each in ExportState])
    state_at = models.DateTimeField()
    proposed_by = _deed()
    proposed_at = models.DateTimeField(null=True, blank=True)
    approved_by = _deed()
    approved_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)  # why it was sent back
    is_public = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state__in=[state.value for state in IN_THE_WORKS]),
                name="notes_export_one_in_the_works",
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state__in=[state.value for state in STANDING]), name="notes_export_one_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.state}"

    @property
    def label(self) -> str:
        """Where it stands, in the team's words."""
        return ExportState(self.state).label
