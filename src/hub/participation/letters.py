"""Which usual letters people rely on once they book places or 1:1s, or promise to take part.

A programme's first ones switch them on, and the first that everybody may book those for guests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from hub.core.booking import Tier
from hub.messaging.commands import begin_telling
from hub.messaging.queries import on_without, usual_off
from hub.participation.models import Audience, Availability, BookingTerms, Commitment
from hub.people.models import Person
from hub.programmes.models import Programme

OF_PLACES = ("place-cancelled", "place-moved")
OF_COLLEAGUES = ("colleague-asked", "colleague-withdrawn")
OF_BOOKINGS = (
    "booking-confirmed",
    "booking-waiting",
    "booking-offered",
    "booking-lapsed",
    "booking-ended",
    "booking-declined",
    "booking-cancelled",
    *OF_PLACES,
    *OF_COLLEAGUES,
    "booking-asked",
    "booking-opens",
    "guests-invitations",
)
OF_PUBLIC_BOOKINGS = ("guests-two-days",)  # who comes for one session reads shortly before it how to join
OF_COMMITMENTS = ("request-answered", "certificate-issued")
OF_ONE_TO_ONES = ("one-to-one-booked", "one-to-one-cancelled")
# Letters people rely on that came later than others: which, and beside which one that was there before. Of each line the last
# letter is the only usual one about what happens, so that a team that took it away is known by its words.
CAME_LATER = (
    (OF_PLACES, "booking-cancelled"),
    (("colleague-asked",), "booking-confirmed"),
    (("colleague-withdrawn",), "booking-confirmed"),
)


def tell_of_bookings(row: BookingTerms, *, by: Person | None, at: datetime) -> None:
    """Switch the letters about bookings on, where `row` are the first terms of their programme."""
    programme = row.session.cohort.programme
    if not BookingTerms.objects.filter(session__cohort__programme=programme).exclude(pk=row.pk).exists():
        begin_telling(programme, OF_BOOKINGS, by=by, at=at)


def tell_what_came_later(*, at: datetime) -> None:
    """Switch on letters that came with a release of the Hub where the letter beside them was on before there were such.

    Each once: what a team switched off or took away stays so.
    """
    for letters, beside in CAME_LATER:
        for programme in on_without(beside, lacks=letters[-1]):
            begin_telling(programme, letters, by=None, at=at)


def tell_of_public_bookings(row: BookingTerms, *, by: Person | None, at: datetime) -> None:
    """Switch on what guests are told before a session, where `row` are the first terms of their programme for everybody."""
    programme = row.session.cohort.programme
    if not _for_everybody(programme).exclude(terms=row).exists():
        begin_telling(programme, OF_PUBLIC_BOOKINGS, by=by, at=at)


def tell_of_one_to_ones(row: Availability, *, by: Person | None, at: datetime) -> None:
    """Switch the letters about 1:1s on, where `row` is the first time a coach is there in its programme."""
    if not Availability.objects.filter(programme=row.programme).exclude(pk=row.pk).exists():
        begin_telling(row.programme, OF_ONE_TO_ONES, by=by, at=at)


def tell_of_commitments(row: Commitment, *, by: Person | None, at: datetime) -> None:
    """Switch the letters that answer an Expert on, where `row` is the first commitment of its programme."""
    programme = row.cohort.programme
    if not Commitment.objects.filter(cohort__programme=programme).exclude(pk=row.pk).exists():
        begin_telling(programme, OF_COMMITMENTS, by=by, at=at)


def silent_about_bookings(programme: Programme) -> Sequence[str]:
    """Name the letters about bookings that are off, so that nobody is told. Two queries."""
    relied_on = (*OF_BOOKINGS, *OF_PUBLIC_BOOKINGS) if _for_everybody(programme).exists() else OF_BOOKINGS
    return usual_off(programme, relied_on)


def _for_everybody(programme: Programme) -> QuerySet[Audience]:
    return Audience.objects.filter(terms__session__cohort__programme=programme, tier=Tier.PUBLIC.value)


def silent_about_one_to_ones(programme: Programme) -> Sequence[str]:
    """Name the letters about 1:1s that are off, so that nobody is told. One query."""
    return usual_off(programme, OF_ONE_TO_ONES)
