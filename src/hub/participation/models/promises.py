"""Commitments of a cohort, what differs for one Expert, and what they ask of the team: excusals and catch-ups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.claims import LONGEST_WORDS, ClaimState
from hub.core.commitments import All, Count, Override, Promise, Quantity, Share, Things, Which, Window
from hub.core.commitments.model import LONGEST_NOUN
from hub.core.plan.model import Kind, Mode
from hub.people.models import Person
from hub.people.queries import programmes_run_by
from hub.programmes.models import Cohort
from hub.schedule.models import Session

SHARE, COUNT, EVERY = "share", "count", "all"
MEASURES = [(SHARE, "A share"), (COUNT, "A number"), (EVERY, "All")]
CLAIM_STATES = [(state.value, state.label) for state in ClaimState]
LONGEST_KEY = 60


class Commitment(models.Model):
    """What a cohort asks of each of its Experts: core.commitments.Promise as columns; empty lists are "any"."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="commitments")
    key = models.SlugField(max_length=LONGEST_KEY)
    position = models.PositiveSmallIntegerField(default=0)
    one = models.CharField(max_length=LONGEST_NOUN)
    many = models.CharField(max_length=LONGEST_NOUN)
    kinds = models.JSONField(default=list, blank=True)
    modes = models.JSONField(default=list, blank=True)
    series = models.JSONField(default=list, blank=True)  # keys of series
    things = models.SlugField(max_length=LONGEST_KEY, blank=True)  # what is made; empty: sessions
    measure = models.CharField(max_length=6, choices=MEASURES)
    number = models.PositiveSmallIntegerField(default=1)  # of a count; above the line of a share
    of = models.PositiveSmallIntegerField(default=1)  # below the line of a share
    first_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)  # exclusive
    is_catch_up_allowed = models.BooleanField(default=False)
    is_catch_up_trusted = models.BooleanField(default=False)  # counts at once; else when the team accepts it
    most_catch_ups = models.PositiveSmallIntegerField(null=True, blank=True)
    at_risk_percent = models.PositiveSmallIntegerField(default=75)  # of what is left
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "key"], name="commitment_key_once_in_cohort"),
            models.CheckConstraint(condition=Q(of__gte=1), name="commitment_share_has_a_whole"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} {self.key}"


class CommitmentOverride(models.Model):
    """What differs for one Expert in one commitment, and why. An empty `measure` leaves the quantity as it is."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="overrides")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="commitment_overrides")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    extended_until = models.DateField(null=True, blank=True)  # exclusive
    measure = models.CharField(max_length=6, choices=MEASURES, blank=True)
    number = models.PositiveSmallIntegerField(default=1)
    of = models.PositiveSmallIntegerField(default=1)
    is_waived = models.BooleanField(default=False)
    reason = models.CharField(max_length=LONGEST_WORDS)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["commitment", "person"], name="override_once_for_a_person")]

    def __str__(self) -> str:
        return f"{self.commitment} {self.person_id}"


class ClaimQuerySet(models.QuerySet[Any]):
    """Excusals or catch-ups, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> ClaimQuerySet:
        """Keep one's own, and all of the programmes one runs."""
        if person is None:
            return self.none()
        run = Q(session__cohort__programme__in=programmes_run_by(person, at=at).order_by())
        return self.filter(Q(person=person) | run)


class Claim(models.Model):
    """What excusals and catch-ups have in common: one for a person and session, and where it stands."""

    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="%(class)ss")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=CLAIM_STATES, default=ClaimState.ASKED.value)
    state_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.PERSON_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.CharField(max_length=LONGEST_WORDS, blank=True)  # from the team to the person

    objects = ClaimQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.session} {self.person_id} {self.state}"


class Excusal(Claim):
    """That somebody is to be excused from a session, and why."""

    reason = models.CharField(max_length=LONGEST_WORDS)  # from the person to the team

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "session"], name="excusal_once_in_session")]


class CatchUp(Claim):
    """That somebody watched the recording of a session they missed, and what they noted."""

    watched_on = models.DateField()
    note = models.CharField(max_length=LONGEST_WORDS)  # from the person to the team

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "session"], name="catch_up_once_in_session")]


class Made(models.Model):
    """How many things of a sort ("case-study") an Expert of a cohort has made."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="things_made")
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="things_made")
    key = models.SlugField(max_length=LONGEST_KEY)
    number = models.PositiveSmallIntegerField()
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "things made"
        constraints = [models.UniqueConstraint(fields=["cohort", "person", "key"], name="made_once_for_a_person")]

    def __str__(self) -> str:
        return f"{self.number} {self.key}"


def quantity_of(measure: str, number: int, of: int) -> Quantity:
    """Give the quantity some columns say."""
    if measure == SHARE:
        return Share(Fraction(number, of))
    return Count(number) if measure == COUNT else All()


def quantity_columns(quantity: Quantity) -> dict[str, str | int]:
    """Give a quantity as columns."""
    if isinstance(quantity, Share):
        return {"measure": SHARE, "number": quantity.of.numerator, "of": quantity.of.denominator}
    return {"measure": COUNT, "number": quantity.number, "of": 1} if isinstance(quantity, Count) else {
        "measure": EVERY, "number": 1, "of": 1
    }  # fmt: skip


def promise_of(row: Commitment, zone: str) -> Promise:
    """Give the promise a row says; days are those of the cohort's zone."""
    which = Which(
        kinds=frozenset(map(Kind, row.kinds)), modes=frozenset(map(Mode, row.modes)), series=frozenset(map(int, row.series))
    )
    has_window = row.first_on is not None or row.until_on is not None
    return Promise(
        key=row.key,
        one=row.one,
        many=row.many,
        of=Things(row.things) if row.things else which,
        quantity=quantity_of(row.measure, row.number, row.of),
        window=Window(first_on=row.first_on, until_on=row.until_on, zone=zone) if has_window else None,
        is_catch_up_allowed=row.is_catch_up_allowed,
        most_catch_ups=row.most_catch_ups,
        at_risk_from=Fraction(row.at_risk_percent, 100),
    )


def promise_columns(promise: Promise) -> dict[str, Any]:
    """Give a promise as columns, its key left out."""
    of, window = promise.of, promise.window or Window()
    return {
        "one": promise.one,
        "many": promise.many,
        "kinds": _in_order(of.kinds) if isinstance(of, Which) else [],
        "modes": _in_order(of.modes) if isinstance(of, Which) else [],
        "series": sorted(of.series) if isinstance(of, Which) else [],
        "things": of.key if isinstance(of, Things) else "",
        **quantity_columns(promise.quantity),
        "first_on": window.first_on,
        "until_on": window.until_on,
        "is_catch_up_allowed": promise.is_catch_up_allowed,
        "most_catch_ups": promise.most_catch_ups,
        "at_risk_percent": int(promise.at_risk_from * 100),
    }


def _in_order(words: Iterable[Kind | Mode]) -> list[str]:
    return sorted(each.value for each in words)


def override_of(row: CommitmentOverride) -> Override:
    """Give what a row says differs for one person."""
    return Override(
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        extended_until=row.extended_until,
        quantity=quantity_of(row.measure, row.number, row.of) if row.measure else None,
        is_waived=row.is_waived,
    )


def seen_of_commitment(row: Commitment) -> dict[str, Any]:
    """Give all that a page shows of a commitment, for its mark (core.meanwhile)."""
    return promise_columns(promise_of(row, "UTC")) | {"is_catch_up_trusted": row.is_catch_up_trusted}


def seen_of_override(row: CommitmentOverride | None) -> dict[str, Any] | None:
    """Give all that a page shows of what differs for one person, for its mark (core.meanwhile); None where nothing does."""
    names = ("starts_on", "ends_on", "extended_until", "measure", "number", "of", "is_waived", "reason")
    return None if row is None else {name: getattr(row, name) for name in names}


def seen_of_made(number: int) -> dict[str, Any]:
    """Give what a page shows of the things somebody made, for its mark (core.meanwhile): nobody said is none made."""
    return {"number": number}
