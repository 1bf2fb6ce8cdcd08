"""What people take part in, and how far they come with what they promised."""

from hub.participation.models.bookings import Audience, Booking, BookingQuerySet, BookingTerms
from hub.participation.models.onetoones import (
    Apart,
    Availability,
    AvailabilityException,
    AvailabilityRule,
    CoachingTerms,
    Diary,
    OneToOne,
    OneToOneNote,
    OneToOneQuerySet,
    Preference,
    Proposal,
    ProposedOneToOne,
    Quota,
    SuitingTime,
)

__all__ = [
    "Apart",
    "Audience",
    "Availability",
    "AvailabilityException",
    "AvailabilityRule",
    "Booking",
    "BookingQuerySet",
    "BookingTerms",
    "CoachingTerms",
    "Diary",
    "OneToOne",
    "OneToOneNote",
    "OneToOneQuerySet",
    "Preference",
    "Proposal",
    "ProposedOneToOne",
    "Quota",
    "SuitingTime",
]
