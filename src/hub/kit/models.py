"""The journal (who did what to which thing, and when) and background jobs; written through `journal` and `jobs` only."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.core.jobs import JobState


class JournalEntry(models.Model):
    """One line of the journal. Persons stand in it by reference; facts that hold what is personal are named in `personal`.

    `part_of` is the thing whose history the line belongs to as well: a session, for a material that may be gone by now.
    """

    verb = models.CharField(max_length=60)  # past tense: "released", "moved"
    thing = models.CharField(max_length=60)  # "schedule.Session"
    thing_id = models.BigIntegerField()
    part_of = models.CharField(max_length=60, blank=True)
    part_of_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    personal = models.JSONField(default=list)  # names of the facts an erasure blanks
    blanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "line of the journal"
        verbose_name_plural = "lines of the journal"
        indexes = [
            models.Index(fields=["thing", "thing_id", "at"], name="journal_of_a_thing"),
            models.Index(fields=["part_of", "part_of_id", "at"], name="journal_of_a_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing} {self.thing_id}"


class Cached(models.Model):
    """A row of Django's cache (`CACHES`), which rate limits and codes are kept in; nothing else reads or writes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kit_cache"
        verbose_name = "cache row"

    def __str__(self) -> str:
        return self.cache_key


class Job(models.Model):
    """Background work: what (`name`), which (`key`, unique for the name), on what (`payload`, ids only), and where it stands.

    `lease` marks who runs it and `leased_until` when others may take it over. `again_at` is set where it was asked for anew
    while it ran.
    """

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=JobState.WAITING.value)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)  # the last one; addresses are taken out

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], name="job_once"),
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING.value, leased_until__isnull=False)
                | (~models.Q(state=JobState.RUNNING.value) & models.Q(leased_until__isnull=True)),
                name="job_runs_with_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class Turn(models.Model):
    """Whose turn it is to look after the jobs: one process holds it, and says so again before `until` passes."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=32, blank=True)
    until = models.DateTimeField()
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.holder}"
