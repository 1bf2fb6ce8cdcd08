"""Attendance: who came to a session, and whether its register is complete."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.attendance import How
from hub.core.register import LONGEST_REASON, Bearer, led, names_since
from hub.people.models import Person, RoleKind
from hub.people.queries import names_ever_of, programmes_run_by, roles_at
from hub.schedule.models import Session
from hub.schedule.queries.working import leaders_among

HOWS = [(how.value, how.label) for how in How]
LEADING = (RoleKind.FACILITATOR, RoleKind.COACH)


def sessions_led_by(person: Person | None, *, at: datetime) -> frozenset[int]:
    """Give the keys of the sessions whose register is somebody's to keep: those that name them, in the cohorts they lead in.

    By a name they had before as well, and by none that another leader bore earlier. Four queries at most. A role on a whole
    programme leads in each of its cohorts.
    """
    held = list(roles_at(person, at=at).filter(kind__in=LEADING).values_list("programme", "cohort"))
    if person is None or not held:
        return frozenset()
    cohorts = [cohort for _, cohort in held if cohort]
    named = leaders_among(cohorts, [programme for programme, cohort in held if cohort is None])
    if not named:
        return frozenset()
    bearers = {each.key: each for each in _bearers({programme for programme, _ in held})}
    return led(named, bearers[person.pk], bearers.values())


def _bearers(programmes: Collection[int]) -> list[Bearer]:
    """Give everybody who leads or led in some programmes, with all of their names. Two queries."""
    return [
        Bearer(each.key, names_since(each.name, each.former, each.taken_over)) for each in names_ever_of(LEADING, programmes)
    ]


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    """Attendance, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> AttendanceQuerySet:
        """Keep one's own, that of the sessions one leads, and all of the programmes one runs."""
        if person is None:
            return self.none()
        run = Q(session__cohort__programme__in=programmes_run_by(person, at=at).order_by())
        return self.filter(Q(person=person) | Q(session__in=sessions_led_by(person, at=at)) | run)


class Attendance(models.Model):
    """Whether a person came to a session, as it stands now; how it changed is in the journal."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="attendance")
    how = models.CharField(max_length=12, choices=HOWS)
    came = models.BooleanField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # they were there
    at = models.DateTimeField()  # when it was written down
    by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)  # of a correction

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "attendance"
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="attendance_once_in_session")]

    def __str__(self) -> str:
        return f"{self.session} {self.person_id} {'came' if self.came else 'missed'}"


class Register(models.Model):
    """A session's register. Once it is closed, whoever is not marked missed it."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="register")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"register of {self.session}"
