"""The outbox: letters somebody wrote to several people, and every message with where it stands."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from hub.core.outbox import Outgoing
from hub.messaging.models.channels import TOPICS, Hook
from hub.messaging.models.rules import Rule
from hub.people.models import Person
from hub.programmes.models import Cohort, Programme

_in_hand = models.Q(state=Outgoing.SENDING.value)


class Mailing(models.Model):
    """A letter by hand, to people in `audiences` (names of groups) and `besides`, never to those in `without`."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="mailings")
    topic = models.CharField(max_length=20, choices=TOPICS)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    audiences = models.JSONField(default=list)
    besides: models.ManyToManyField[Person, models.Model] = models.ManyToManyField(Person, related_name="+", blank=True)
    without: models.ManyToManyField[Person, models.Model] = models.ManyToManyField(Person, related_name="+", blank=True)
    send_at = models.DateTimeField(null=True, blank=True)  # None: when somebody says so
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    edited_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True, blank=True)  # the messages were made, to be looked at
    released_at = models.DateTimeField(null=True, blank=True)  # somebody said: send
    released_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.subject or "A letter without a subject"


def new_token() -> str:
    """Make the token a message is known by outside, for ever: its Message-ID, and what a chat knows it again by."""
    return uuid.uuid4().hex


class Message(models.Model):
    """One message to one recipient, keyed (rule, subject, recipient): see core.outbox.

    Its words are made when it goes, from the facts as they are then; `own_subject` and `own_body` are a person's words for
    this one. What was sent is kept in `sent_subject` and `sent_body`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, db_index=False, related_name="messages")
    cohort = models.ForeignKey(Cohort, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="+")
    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="messages")
    mailing = models.ForeignKey(
        Mailing, null=True, blank=True, on_delete=models.CASCADE, db_index=False, related_name="messages"
    )
    rule_key = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=160)
    happening = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=20, choices=TOPICS)
    person = models.ForeignKey(
        settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="messages"
    )
    hook = models.ForeignKey(Hook, null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="messages")
    send_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=14, default=Outgoing.WAITING.value)
    state_at = models.DateTimeField()
    due_at = models.DateTimeField()  # when it is tried next: send_at, later where the other side put it off
    word = models.CharField(max_length=10, blank=True)  # what a person said of it last, as core.outbox.Word
    is_insisted = models.BooleanField(default=False)  # a person said to send it, whatever its time: facts move it no more
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    cleared_in = models.DateTimeField(null=True, blank=True)  # in hand, to be handed over in a moment: see commands.leases
    handed_at = models.DateTimeField(null=True, blank=True)  # in hand, and from then on it may be out
    token = models.CharField(max_length=32, default=new_token)
    reply = models.CharField(max_length=300, blank=True)  # what the other side said last
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.CharField(max_length=254, blank=True)
    not_at = models.TextField(blank=True)  # addresses, one a line, it did not arrive at before it went to another
    own_subject = models.CharField(max_length=200, blank=True)
    own_body = models.TextField(blank=True)
    sent_subject = models.CharField(max_length=250, blank=True)
    sent_body = models.TextField(blank=True)  # plain text
    told = models.TextField(blank=True)  # the keys of what it told of, apart by spaces, where its fact says so: `Fact.tells`
    calendar_uid = models.CharField(max_length=64, blank=True)  # the session it put into a calendar,
    calendar_sequence = models.PositiveIntegerField(null=True, blank=True)  # as of which change,
    calendar_method = models.CharField(max_length=10, blank=True)  # or took out of it
    carried_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, db_index=False, related_name="carries"
    )
    made_at = models.DateTimeField()

    class Meta:
        # A message that goes out changes rows, and each index with them: what is mostly empty is indexed only where it is not.
        constraints = [
            models.UniqueConstraint(fields=["token"], name="message_token"),
            models.UniqueConstraint(
                fields=["rule_key", "subject_key", "person"], name="message_once", condition=models.Q(person__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["rule_key", "subject_key", "hook"], name="message_in_chat_once", condition=models.Q(hook__isnull=False)
            ),
            models.CheckConstraint(
                condition=(_in_hand & models.Q(leased_until__isnull=False))
                | (~_in_hand & models.Q(leased_until__isnull=True, cleared_in__isnull=True, handed_at__isnull=True)),
                name="message_in_hand_with_lease",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) | models.Q(hook__isnull=True), name="message_to_one"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="message_due"),
            models.Index(fields=["programme", "state", "-state_at"], name="message_in_outbox"),
            models.Index(fields=["person", "-state_at"], name="message_of_a_person"),
            models.Index(fields=["rule"], name="message_of_a_rule", condition=models.Q(rule__isnull=False)),
            models.Index(fields=["mailing"], name="message_of_a_mailing", condition=models.Q(mailing__isnull=False)),
            models.Index(fields=["cohort"], name="message_of_a_cohort", condition=models.Q(cohort__isnull=False)),
            models.Index(fields=["hook"], name="message_to_a_hook", condition=models.Q(hook__isnull=False)),
            models.Index(fields=["carried_by"], name="message_in_a_digest", condition=models.Q(carried_by__isnull=False)),
            models.Index(
                fields=["calendar_uid"], name="message_in_a_calendar", condition=models.Q(calendar_sequence__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_key} {self.subject_key}"
