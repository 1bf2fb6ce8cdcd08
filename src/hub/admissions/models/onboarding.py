"""Onboarding as rows: the steps of a cohort, what is ticked for whom, calls, the summary told back, and breakout rooms."""

from __future__ import annotations

from hashlib import blake2b

from django.db import models
from django.db.models import Q

from hub.core.onboarding import StepKind, Ticker
from hub.forms.models import Answer, Form
from hub.people.models import Organisation, Person
from hub.programmes.models import Cohort


class OnboardingPlan(models.Model):
    """The onboarding of a cohort: its survey, and which of the survey's questions say what the kick-off is prepared from.

    A question is named by its key; empty where the survey has no such question.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="onboarding")
    survey = models.ForeignKey(Form, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    goal_question = models.CharField(max_length=20, blank=True)
    wanted_question = models.CharField(max_length=20, blank=True)
    offered_question = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    agenda_put_at = models.DateTimeField(null=True, blank=True)  # when its agenda went into the kick-off session

    def __str__(self) -> str:
        return f"{self.cohort} onboarding"

    @property
    def survey_mark(self) -> str:
        """What tells this choice of a survey and its questions from any other: a form gives back the mark of what it showed."""
        return _mark(self.survey_id, self.goal_question, self.wanted_question, self.offered_question)


class OnboardingStep(models.Model):
    """A step of a cohort's onboarding, due `days_before` the kick-off; None: whenever. Switched off, nobody is asked."""

    plan = models.ForeignKey(OnboardingPlan, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in StepKind])
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    says = models.TextField(blank=True)  # why, in a sentence or two
    link = models.CharField(max_length=500, blank=True)
    ticker = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Ticker])
    form = models.ForeignKey(Form, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")  # whose answer ticks it
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind"], condition=~Q(kind=StepKind.OWN.value), name="onboarding_step_of_a_kind_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def mark(self) -> str:
        """What tells this state of it from any other: a form gives back the mark of what it showed."""
        return _mark(self.title, self.says, self.link, self.ticker, self.form_id, self.days_before, self.is_on)


def _mark(*facts: object) -> str:
    return blake2b(repr(facts).encode(), digest_size=8).hexdigest()


class StepMark(models.Model):
    """What somebody said of a step for one Expert: that it is done, that it is not needed and why, that they want no photo."""

    step = models.ForeignKey(OnboardingStep, on_delete=models.CASCADE, related_name="marks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="onboarding_marks")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    excused_at = models.DateTimeField(null=True, blank=True)
    excused_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # why it is not needed; the Expert reads it
    no_photo_at = models.DateTimeField(null=True, blank=True)  # when they said that they want none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "person"], name="onboarding_mark_once"),
            models.CheckConstraint(
                condition=Q(excused_at__isnull=True) | ~Q(reason=""), name="onboarding_mark_not_needed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id} {self.person_id}"


class OnboardingCall(models.Model):
    """The call with an organisation: agreed for a moment, held on a day, with whom, and what the team noted.

    One serves all Experts of the organisation. `agreed_for` is said in the cohort's zone.
    """

    plan = models.ForeignKey(OnboardingPlan, on_delete=models.CASCADE, related_name="calls")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="onboarding_calls")
    agreed_for = models.DateTimeField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    with_whom = models.CharField(max_length=300, blank=True)
    notes = models.TextField(blank=True)  # Markdown, read by the team
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "organisation"], name="onboarding_call_of_organisation_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.organisation_id}"


class SharedSummary(models.Model):
    """The survey added up and told back to the cohort, as it was at one moment; its rows are the answers it is made of."""

    plan = models.ForeignKey(OnboardingPlan, on_delete=models.CASCADE, related_name="summaries")
    note = models.TextField(blank=True)  # Markdown: what the team says to it
    needed = models.PositiveSmallIntegerField()  # the survey's smallest group when it was shared
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "shared summaries"
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(taken_back_at__isnull=True), name="one_summary_is_shared")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.shared_at:%Y-%m-%d}"


class SharedAnswer(models.Model):
    """What of an answer stands in a summary: only what may be shared. It counts while the answer stands as it was sent."""

    summary = models.ForeignKey(SharedSummary, on_delete=models.CASCADE, related_name="answers")
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="answers_shared")
    version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["summary", "answer"], name="shared_answer_once")]

    def __str__(self) -> str:
        return f"{self.summary_id} {self.answer_id}"


class BreakoutPlace(models.Model):
    """In which breakout room of the kick-off an Expert is."""

    plan = models.ForeignKey(OnboardingPlan, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="breakout_places")
    room = models.PositiveSmallIntegerField()  # from 1

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="one_breakout_room_each")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id} {self.room}"
