"""The journal: who did what to which thing, and when. Written by commands only, through `kit.journal.record`."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class JournalEntry(models.Model):
    """One line of the journal. Persons stand in it by reference only, so that erasing a person works."""

    verb = models.CharField(max_length=60)  # past tense: "released", "moved"
    thing = models.CharField(max_length=60)  # "schedule.Session"
    thing_id = models.BigIntegerField()
    by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["thing", "thing_id", "at"], name="journal_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing} {self.thing_id}"
