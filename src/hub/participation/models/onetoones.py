"""One-to-ones: when coaches are there, what Experts may have, each 1:1, and what the two write down of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from hub.core import availability as rules
from hub.core.onetoones import COUNTED, LONGEST_TOPIC, OneToOneState
from hub.people.models import Person
from hub.people.queries import programmes_run_by
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import rules_of

STATES = [(state.value, state.label) for state in OneToOneState]


class Diary(models.Model):
    """The lock of somebody's 1:1s. Whoever books, moves or cancels holds the diaries of both, that of the lower key first."""

    person = models.OneToOneField(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="diary_of_one_to_ones")

    def __str__(self) -> str:
        return f"{self.person_id}"


class AvailabilityQuerySet(models.QuerySet["Availability"]):
    """Availabilities by whether they offer anything."""

    def with_times(self) -> AvailabilityQuerySet:
        """Keep those with a weekly time, or a time on a single day."""
        weekly = AvailabilityRule.objects.filter(availability=OuterRef("pk"))
        single = AvailabilityException.objects.filter(availability=OuterRef("pk"), start__isnull=False)
        return self.filter(Exists(weekly) | Exists(single))


class Availability(models.Model):
    """That a coach is there for 1:1s in a cohort, or (`cohort` empty) in any of a programme, and how. Minutes and hours.

    One without times offers nothing; what is booked still meets by its link and place.
    """

    coach = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="availabilities")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="availabilities")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.CASCADE, related_name="availabilities")
    minutes = models.PositiveSmallIntegerField(default=60)  # the length of a 1:1
    before = models.PositiveSmallIntegerField(default=0)  # kept free
    after = models.PositiveSmallIntegerField(default=0)
    hours_to_book = models.PositiveSmallIntegerField(default=24)
    hours_to_change = models.PositiveSmallIntegerField(default=24)  # to move or cancel
    zone = models.CharField(max_length=64)
    place = models.CharField(max_length=200, blank=True)
    joining_link = models.URLField(max_length=500, blank=True)  # for the coach and whom a 1:1 is with, behind a redirect
    edited_at = models.DateTimeField()

    objects = AvailabilityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coach", "cohort"], condition=Q(cohort__isnull=False), name="availability_in_cohort"
            ),
            models.UniqueConstraint(
                fields=["coach", "programme"], condition=Q(cohort__isnull=True), name="availability_in_programme"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort or self.programme} {self.coach_id}"


class AvailabilityRule(models.Model):
    """A weekly time of a coach: wall times in the zone of its availability, every so many weeks from the first day's week."""

    availability = models.ForeignKey(Availability, on_delete=models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    start = models.TimeField()
    end = models.TimeField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField()
    last_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="availability_ends_after_start"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="availability_last_after_first"),
        ]

    def __str__(self) -> str:
        return f"{self.availability} {self.weekday} {self.start}"


class AvailabilityException(models.Model):
    """A day off (`start` and `end` empty), or one more time on a day."""

    availability = models.ForeignKey(Availability, on_delete=models.CASCADE, related_name="exceptions")
    on = models.DateField()
    start = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["availability", "on"], condition=Q(start__isnull=True), name="availability_day_off_once"
            ),
            models.UniqueConstraint(
                fields=["availability", "on", "start"], condition=Q(start__isnull=False), name="availability_extra_once"
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True) | Q(end__gt=F("start")), name="availability_extra_has_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.availability} {self.on}"


class CoachingTerms(models.Model):
    """How a cohort does 1:1s: what each Expert may have, who reads the outcomes, and until when Experts say their wishes."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="coaching_terms")
    count = models.PositiveSmallIntegerField(null=True, blank=True)  # of 1:1s; empty: no limit
    minutes = models.PositiveIntegerField(null=True, blank=True)
    is_outcome_for_team = models.BooleanField(default=False)  # of outcomes that are written from then on
    wishes_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "coaching terms"

    def __str__(self) -> str:
        return f"{self.cohort}"


class Quota(models.Model):
    """What one Expert may have, where it is not what the cohort's others may."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="quotas")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="coaching_quotas")
    count = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "expert"], name="coaching_quota_once")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.expert_id}"


class Apart(models.Model):
    """That an Expert must not have a coach. Why is for the team alone: neither of the two reads it, in an export neither."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="kept_apart")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="kept_apart")
    coach = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="apart_from+")
    reason = models.CharField(max_length=LONGEST_TOPIC, blank=True)

    class Meta:
        verbose_name = "kept apart"
        verbose_name_plural = "kept apart"
        constraints = [models.UniqueConstraint(fields=["cohort", "expert", "coach"], name="kept_apart_once")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.expert_id} {self.coach_id}"


class OneToOneQuerySet(models.QuerySet["OneToOne"]):
    """1:1s, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> OneToOneQuerySet:
        """Keep one's own, and all of the programmes one runs: that they are, never what only the two read."""
        if person is None:
            return self.none()
        return self.filter(
            Q(coach=person) | Q(expert=person) | Q(cohort__programme__in=programmes_run_by(person, at=at).order_by())
        )

    def counted(self) -> OneToOneQuerySet:
        """Keep those that count for a quota."""
        return self.filter(state__in=[state.value for state in COUNTED])

    def booked(self) -> OneToOneQuerySet:
        """Keep those that are to be held."""
        return self.filter(state=OneToOneState.BOOKED.value)


class OneToOne(models.Model):
    """A time of a coach with an Expert; the instants are UTC, `zone` is the coach's, in which it is said.

    Merging two records of a coach who have 1:1s at the same moment keeps one of these: the preview shows it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="one_to_ones")
    coach = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="one_to_ones_given")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="one_to_ones_had")
    availability = models.ForeignKey(Availability, null=True, on_delete=models.SET_NULL, related_name="one_to_ones")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=STATES)
    state_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)  # of its calendar entry: rises when it moves or is cancelled
    place = models.CharField(max_length=200, blank=True)
    joining_link = models.URLField(max_length=500, blank=True)  # where it is not the coach's usual one
    topic = models.CharField(max_length=LONGEST_TOPIC, blank=True)  # what the Expert asks
    reason = models.CharField(max_length=LONGEST_TOPIC, blank=True)  # why it was cancelled
    outcome = models.TextField(blank=True)  # Markdown; both read and write it
    outcome_at = models.DateTimeField(null=True, blank=True)
    is_outcome_for_team = models.BooleanField(default=False)  # as whoever wrote it was told
    is_to_stay = models.BooleanField(default=False)  # the team said so, though one of the two takes no part by then

    objects = OneToOneQuerySet.as_manager()

    class Meta:
        verbose_name = "1:1"
        verbose_name_plural = "1:1s"
        constraints = [
            models.UniqueConstraint(
                fields=["coach", "starts_at"], condition=Q(state=OneToOneState.BOOKED.value), name="one_to_one_slot_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="one_to_one_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["coach", "starts_at"], name="one_to_one_of_coach"),
            models.Index(fields=["expert", "starts_at"], name="one_to_one_of_expert"),
            models.Index(fields=["cohort", "state", "starts_at"], name="one_to_one_of_cohort"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} {self.coach_id} {self.expert_id}"

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def slot(self) -> rules.Slot:
        """The slot it takes."""
        return rules.Slot(coach=self.coach_id, starts_at=self.starts_at, ends_at=self.ends_at, zone=self.zone)

    def other(self, person: Person | None) -> Person:
        """Give whom it is with, for one of the two; the Expert for anybody else."""
        return self.coach if person is not None and person.pk == self.expert_id else self.expert


class OneToOneNote(models.Model):
    """What one of the two writes down for themselves: nobody else reads it, the team neither."""

    one_to_one = models.ForeignKey(OneToOne, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="one_to_one_notes")
    text = models.TextField()  # Markdown
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name = "1:1 note"
        verbose_name_plural = "1:1 notes"
        constraints = [models.UniqueConstraint(fields=["one_to_one", "author"], name="one_to_one_note_once")]

    def __str__(self) -> str:
        return f"{self.one_to_one} {self.author_id}"


class Preference(models.Model):
    """A coach an Expert would like, and at which place (1 first)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="preferences")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="coach_preferences")
    coach = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="preferred_by+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "expert", "coach"], name="coach_preferred_once")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.expert_id} {self.rank}"


class SuitingTime(models.Model):
    """A moment at which a 1:1 would suit an Expert."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="suiting_times")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="suiting_times")
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cohort", "expert", "starts_at"], name="suiting_time_once")]

    def __str__(self) -> str:
        return f"{self.cohort} {self.expert_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Proposal(models.Model):
    """The placing of everybody that a cohort's team looks at before it holds: one for a cohort, gone once it is confirmed.

    `is_asked` while the worker still searches; `trouble` says why it found none, or who was pinned and had to be let go.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="placing_proposal")
    made_at = models.DateTimeField()
    is_asked = models.BooleanField(default=False)
    trouble = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.cohort}"


class ProposedOneToOne(models.Model):
    """One Expert in one slot of a proposal; a pinned one is kept when everybody is placed again."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="placings")
    expert = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="proposed_one_to_ones")
    availability = models.ForeignKey(Availability, on_delete=models.CASCADE, related_name="proposed")
    starts_at = models.DateTimeField()
    is_pinned = models.BooleanField(default=False)

    class Meta:
        verbose_name = "proposed 1:1"
        verbose_name_plural = "proposed 1:1s"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "availability", "starts_at"], name="proposed_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.expert_id}"


def _weekly(row: Availability) -> tuple[rules.WeeklyRule, ...]:
    return tuple(
        rules.WeeklyRule(
            weekday=each.weekday,
            start=each.start,
            end=each.end,
            first_on=each.first_on,
            last_on=each.last_on,
            zone=row.zone,
            every_weeks=each.every_weeks,
        )
        for each in row.rules.all()
    )


def holidays_of(row: Availability) -> dict[date, str]:
    """Name the public holidays a coach's weekly times fall on, by the country of the programme's rules."""
    said = rules_of(row.programme)
    return rules.holidays_in(_weekly(row), country=said.country, region=said.region)


def availability_of(row: Availability) -> rules.Availability:
    """Give what a coach's rows say, with programme, rules and exceptions at hand. On public holidays no weekly rule holds."""
    exceptions = list(row.exceptions.all())
    return rules.Availability(
        coach=row.coach_id,
        rules=_weekly(row),
        days_off=frozenset(each.on for each in exceptions if each.start is None) | holidays_of(row).keys(),
        extra_days=tuple(
            rules.ExtraDay(on=each.on, start=each.start, end=each.end, zone=row.zone)
            for each in exceptions
            if each.start is not None and each.end is not None
        ),
        minutes=row.minutes,
        before=row.before,
        after=row.after,
        hours_to_book=row.hours_to_book,
        hours_to_move=row.hours_to_change,
        hours_to_cancel=row.hours_to_change,
    )


def seen_of_quota(row: CoachingTerms) -> dict[str, int | None]:
    """Give all that a page shows of what each Expert may have, for its mark (core.meanwhile)."""
    return {"count": row.count, "minutes": row.minutes}
