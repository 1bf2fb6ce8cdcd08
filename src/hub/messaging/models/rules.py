"""Templates and rules: what is written, to whom, and when, as data."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from hub.messaging.models.channels import TOPICS, Hook
from hub.programmes.models import Programme


class Template(models.Model):
    """A letter in Markdown with variables. `happening` names what it speaks of, and so which variables it may use."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="letter_templates")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    happening = models.CharField(max_length=60, blank=True)  # empty: of nothing in particular
    topic = models.CharField(max_length=20, choices=TOPICS)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "slug"], name="template_slug_once")]

    def __str__(self) -> str:
        return self.title


class Rule(models.Model):
    """What happened or is due → to whom → when. `days`, `hours` and `clock` are core.outbox.Offset; `hook` writes to a chat."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="message_rules")
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="rules")
    usual = models.CharField(max_length=60, blank=True)  # which of the usual rules it was made from
    happening = models.CharField(max_length=60)
    audience = models.CharField(max_length=60, blank=True)
    hook = models.ForeignKey(Hook, null=True, blank=True, on_delete=models.CASCADE, related_name="rules")
    days = models.SmallIntegerField(default=0)
    hours = models.SmallIntegerField(default=0)
    clock = models.TimeField(null=True, blank=True)
    needs_ok = models.BooleanField(default=True)  # a person looks at each batch before it goes
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True, blank=True)  # or was; what happened before is not told. None: it never was on
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(audience="") | models.Q(hook__isnull=False), name="rule_goes_to_somebody"
            ),
            models.UniqueConstraint(fields=["programme", "usual"], name="rule_usual_once", condition=~models.Q(usual="")),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.happening} {self.audience}"
