"""The room of a session: what the team prepares for it, and who checked in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.core.room import How
from hub.schedule.models import Session


class RoomPlan(models.Model):
    """What the team prepares for the moment itself: questions for breakout rooms, and links that are needed there."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="room_plan")
    questions = models.TextField(blank=True)  # Markdown
    links = models.JSONField(default=list, blank=True)  # [words, address]; never one that lets people into the call
    edited_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.session}"


class CheckIn(models.Model):
    """That a person said, during a session, that they are there."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="check_ins")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="check_ins")
    at = models.DateTimeField()
    how = models.CharField(max_length=8, choices=[(how.value, how.label) for how in How])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="check_in_once")]

    def __str__(self) -> str:
        return f"{self.session} {self.person_id}"


def seen_of_plan(row: RoomPlan | None) -> dict[str, object]:
    """Give all that a page shows of what is prepared, for its mark (core.meanwhile): nothing prepared is nothing written."""
    return {"questions": row.questions if row else "", "links": [tuple(each) for each in row.links] if row else []}
