"""What people choose to hear, and the chat channels a programme writes to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.core.choices import Cadence, Topic
from hub.programmes.models import Programme

TOPICS = [(topic.value, topic.label) for topic in Topic]


class Choice(models.Model):
    """How often somebody hears of a topic of a programme. No row: at once."""

    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="choices")
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, choices=TOPICS)
    cadence = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Cadence])
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "programme", "topic"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.cadence}"


class HookKind(models.TextChoices):
    """Which chat it is."""

    SLACK = "slack", "Slack"
    MATTERMOST = "mattermost", "Mattermost"
    TEAMS = "teams", "Microsoft Teams"
    TEAMS_LEGACY = "teams-legacy", "Microsoft Teams (old connector)"
    MATRIX = "matrix", "Matrix"


class Hook(models.Model):
    """A chat channel a programme's rules can write to. The address lets in whoever has it, so it is never shown again."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="hooks")
    kind = models.CharField(max_length=12, choices=HookKind.choices)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    room = models.CharField(max_length=200, blank=True)  # Matrix: the room's id
    key = models.CharField(max_length=300, blank=True)  # Matrix: the access token
    is_on = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    well_at = models.DateTimeField(null=True, blank=True)  # when it last took a message
    failed_at = models.DateTimeField(null=True, blank=True)  # when it last did not, since then
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "chat channel"
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="hook_name_once")]

    def __str__(self) -> str:
        return self.name


class Correspondent(models.Model):
    """Whom answers go to that people write to messages the Hub sends by itself."""

    programme = models.OneToOneField(Programme, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return str(self.person)
