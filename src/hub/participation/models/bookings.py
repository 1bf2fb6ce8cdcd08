"""Bookings: the terms of a session, the groups that may book it, and each person's claim on a place."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.core.booking import LIVE, LONGEST_CALLED, LONGEST_NOTE, BookingState, Terms, Tier, Way
from hub.core.meanwhile import mark_of_all
from hub.people.models import Person
from hub.people.queries import programmes_run_by
from hub.schedule.models import Session

STATES = [(state.value, state.label) for state in BookingState]
WAYS = [(way.value, way.label) for way in Way]
TIERS = [(tier.value, tier.label) for tier in Tier]


class BookingTerms(models.Model):
    """That a session may be booked, and how. Whoever books, withdraws or offers holds this row's lock while it is decided."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="booking_terms")
    room = models.PositiveIntegerField(null=True, blank=True)  # places; empty is as many as come, 0 none
    online = models.PositiveIntegerField(null=True, blank=True)
    is_approved = models.BooleanField(default=False)  # the team says yes to each
    colleagues = models.PositiveSmallIntegerField(default=0)  # a person may bring
    offer_hours = models.PositiveSmallIntegerField(default=48)  # 0: a place that becomes free is given at once
    closes_hours = models.PositiveSmallIntegerField(default=0)  # before the session
    edited_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "booking terms"
        constraints = [models.CheckConstraint(condition=~Q(room=0, online=0), name="booking_terms_some_places")]

    def __str__(self) -> str:
        return f"{self.session}"


class Audience(models.Model):
    """A group of people who may book a session, so many days before it or (`days_before` empty) from now on."""

    terms = models.ForeignKey(BookingTerms, on_delete=models.CASCADE, related_name="audiences")
    tier = models.CharField(max_length=12, choices=TIERS)
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    said_at = models.DateTimeField()  # when the team said so: nobody is told that booking opened before

    class Meta:
        constraints = [models.UniqueConstraint(fields=["terms", "tier"], name="audience_once")]

    def __str__(self) -> str:
        return f"{self.terms} {self.tier}"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings, cut by who asks."""

    def visible_to(self, person: Person | None, *, at: datetime) -> BookingQuerySet:
        """Keep one's own, those one brought a colleague by, and all of the programmes one runs."""
        if person is None:
            return self.none()
        theirs = Q(person=person) | Q(brought_by__person=person)
        return self.filter(theirs | Q(session__cohort__programme__in=programmes_run_by(person, at=at).order_by()))

    def live(self) -> BookingQuerySet:
        """Keep those by which somebody has, or may still get, a place."""
        return self.filter(state__in=[state.value for state in LIVE])


class Booking(models.Model):
    """A person's claim on a place in a session. Who gives one back and comes again begins a new one, at the end."""

    # Without an index of its own: that of the order begins with it.
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings", db_index=False)
    person = models.ForeignKey(settings.PERSON_MODEL, on_delete=models.CASCADE, related_name="bookings")
    way = models.CharField(max_length=10, choices=WAYS)
    state = models.CharField(max_length=12, choices=STATES)
    state_at = models.DateTimeField()
    asked_at = models.DateTimeField()  # the order of the waiting list
    offered_until = models.DateTimeField(null=True, blank=True)
    got_as = models.CharField(max_length=12, choices=TIERS, blank=True)  # the group they booked as; empty: by the team's word
    brought_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="brings")
    called = models.CharField(
        max_length=LONGEST_CALLED, blank=True
    )  # by whoever brings them, who reads no other name of theirs
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)  # from the person to the team
    reason = models.CharField(max_length=LONGEST_NOTE, blank=True)  # from the team to the person, of a no

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(state__in=[state.value for state in LIVE]),
                name="booking_once_in_session",
            ),
            models.CheckConstraint(
                condition=Q(state=BookingState.OFFERED.value) | Q(offered_until__isnull=True), name="booking_kept_only_offered"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state", "way", "asked_at"], name="booking_in_order"),
            models.Index(fields=["offered_until"], name="booking_kept_until", condition=Q(offered_until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.person_id}"

    @property
    def said_of_them(self) -> str:
        """Where it stands, in words for whoever brings them along."""
        return BookingState(self.state).of_another

    @property
    def for_team(self) -> str:
        """Where it stands, in the team's words."""
        return BookingState(self.state).for_team


def terms_of(row: BookingTerms, audiences: list[Audience]) -> Terms:
    """Give the terms a row and its audiences say."""
    return Terms(
        room=row.room,
        online=row.online,
        opens={Tier(each.tier): each.days_before for each in audiences},
        is_approved=row.is_approved,
        colleagues=row.colleagues,
        offer_hours=row.offer_hours,
        closes_hours=row.closes_hours,
    )


def mark_of_terms(terms: Terms | None) -> str:
    """Give what tells terms from any other, "" where a session takes no bookings. A form gives back that of what it showed."""
    if terms is None:
        return mark_of_all(None)
    names = ("room", "online", "is_approved", "colleagues", "offer_hours", "closes_hours")
    opens = sorted((tier.value, days) for tier, days in terms.opens.items())
    return mark_of_all({name: getattr(terms, name) for name in names} | {"opens": opens})
