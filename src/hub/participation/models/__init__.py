"""What people take part in, and how far they come with what they promised."""

from hub.participation.models.bookings import Audience, Booking, BookingQuerySet, BookingTerms
from hub.participation.models.notes import NotesExport, NotesVersion, SessionNotes
from hub.participation.models.room import CheckIn, RoomPlan
from hub.participation.models.runs import RunNote

__all__ = [
    "Audience",
    "Booking",
    "BookingQuerySet",
    "BookingTerms",
    "CheckIn",
    "NotesExport",
    "NotesVersion",
    "RoomPlan",
    "RunNote",
    "SessionNotes",
]
