"""Attendance files: what one says of a session until a person has said who is who, and what was decided before.

Names and addresses of a file stay only until it is taken over or laid aside; what remains is who decided, and counts.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.attendance import Sort, Sureness
from hub.programmes.models import Programme
from hub.schedule.models import Session

SORTS = [(sort.value, sort.label) for sort in Sort]
SURENESSES = [(sureness.value, sureness.label) for sureness in Sureness]


class AttendanceReport(models.Model):
    """One or several files of one session, read together: a call that was restarted gives several."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance_reports")
    kinds = models.CharField(max_length=120)  # "Zoom meeting, Zoom meeting"
    findings = models.JSONField(default=list)  # [file, line, sentence]: what could not be taken right
    elsewhere = models.CharField(max_length=500, blank=True)  # that nothing in a file lies within the session, in a sentence
    is_vouched = models.BooleanField(default=False)  # the team said that it is the right file all the same
    least_minutes = models.PositiveSmallIntegerField(default=0)  # who stayed less does not count as there
    lines = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)  # taken over, or laid aside
    settled_by = models.ForeignKey(settings.PERSON_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    is_taken_over = models.BooleanField(default=False)
    came = models.PositiveIntegerField(default=0)  # people it said came, where the register agrees
    others = models.PositiveIntegerField(default=0)  # presences nobody is counted for

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=False) | Q(is_taken_over=False), name="attendance_report_taken_over_settled"
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.kinds}"

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing of it is used before somebody says that it is the right file."""
        return bool(self.elsewhere) and not self.is_vouched


class ReportPresence(models.Model):
    """Somebody a report says was there, and whom that means. `is_decided` where a person, or an exact address, settled it."""

    report = models.ForeignKey(AttendanceReport, on_delete=models.CASCADE, related_name="presences")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=400, blank=True)  # empty where its name is another's too: nothing is remembered by it
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=320, blank=True)
    also = models.JSONField(default=list)  # other names it went by
    sort = models.CharField(max_length=10, choices=SORTS)
    was_there = models.BooleanField(null=True)
    minutes = models.PositiveIntegerField(null=True)
    times = models.JSONField(default=dict)  # spans and stated minutes, to unite two; and parts, to split one
    notes = models.JSONField(default=list)  # what is doubtful about its times, in sentences
    sureness = models.CharField(max_length=12, choices=SURENESSES)
    why = models.CharField(max_length=300, blank=True)
    candidates = models.JSONField(default=list)  # [key of a person, reason]
    twins = models.JSONField(default=list)  # numbers of others of the same name
    person = models.ForeignKey(
        settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="report_presences"
    )
    is_decided = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="presence_once_in_report")]

    def __str__(self) -> str:
        return f"{self.report} {self.number}"

    @property
    def may_be_split(self) -> bool:
        """Whether several may have been there under its name."""
        return bool(self.times.get("apart"))


class KnownAs(models.Model):
    """Whom a name or address in files means in a programme, once somebody has said so; `person` empty: nobody we count.

    `key` is what it is known again by, `name` how the file wrote it, `report` the file it was decided for.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=400)
    name = models.CharField(max_length=300, blank=True)
    report = models.ForeignKey(AttendanceReport, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="known_as")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "known as"
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="known_as_once")]

    def __str__(self) -> str:
        return f"{self.programme} {self.key}"

    @property
    def address(self) -> str:
        """The address it is known by; "" where it is known by a name."""
        return self.key if "@" in self.key.partition(" ")[0] else ""

    @property
    def said(self) -> str:
        """How the file wrote it: the name, else the address."""
        return self.name or self.key.removeprefix("name:")
