"""Two records that are one person, or are not; names people had; and a person who wants to be forgotten."""

from __future__ import annotations

from django.db import models

from hub.people.models.person import Person


class LikelyPair(models.Model):
    """Two records that may be one person, as a background run proposed them; `first` has the smaller key."""

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)  # values of core.names.Reason, surest first
    rank = models.PositiveSmallIntegerField()  # of the surest reason: 0 first
    found_at = models.DateTimeField()
    apart_at = models.DateTimeField(null=True, blank=True)  # somebody said: not the same person
    apart_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likely_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="likely_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Merge(models.Model):
    """That one record was taken into another: enough to undo it. `facts` has the values and rows that were moved."""

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")
    gone_key = models.BigIntegerField()
    facts = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.gone_key} into {self.kept_id}"


class FormerName(models.Model):
    """A name a person had here before it was changed, or that a record taken into theirs had: texts may still say it.

    Known for as long as the person is, so that what hides or forgets their name finds this one, too; shown to them alone.
    `at` is when it stopped being theirs; one of a `merge` goes with it where that is undone.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=120)
    plain_name = models.CharField(max_length=240)  # as of a person: who bears the name today is found by it
    at = models.DateTimeField()
    merge = models.ForeignKey(Merge, null=True, blank=True, on_delete=models.CASCADE, related_name="former_names")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="former_name_once", condition=models.Q(merge__isnull=True))
        ]

    def __str__(self) -> str:
        return self.name


class Erasure(models.Model):
    """That a person is to be forgotten: asked for, carried out when the window to undo has passed, or taken back.

    When it is done nothing but this trace is left: no name, no address, only when and how many rows.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_by_self = models.BooleanField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)  # rows touched by model, frozen

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                name="one_open_erasure",
                condition=models.Q(taken_back_at__isnull=True, done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"erasure asked {self.asked_at:%Y-%m-%d}"
