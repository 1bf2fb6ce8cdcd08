"""What people take part in, and how far they come with what they promised."""

from hub.participation.models.attendance import Attendance, AttendanceQuerySet, Register
from hub.participation.models.bookings import Audience, Booking, BookingQuerySet, BookingTerms
from hub.participation.models.certificates import Certificate
from hub.participation.models.load import Agreed, LoadTerms
from hub.participation.models.notes import NotesExport, NotesVersion, SessionNotes
from hub.participation.models.promises import CatchUp, Commitment, CommitmentOverride, Excusal, Made
from hub.participation.models.reports import AttendanceReport, KnownAs, ReportPresence
from hub.participation.models.room import CheckIn, RoomPlan
from hub.participation.models.runs import RunNote

__all__ = [
    "Agreed",
    "Attendance",
    "AttendanceQuerySet",
    "AttendanceReport",
    "Audience",
    "Booking",
    "BookingQuerySet",
    "BookingTerms",
    "CatchUp",
    "Certificate",
    "CheckIn",
    "Commitment",
    "CommitmentOverride",
    "Excusal",
    "KnownAs",
    "LoadTerms",
    "Made",
    "NotesExport",
    "NotesVersion",
    "Register",
    "ReportPresence",
    "RoomPlan",
    "RunNote",
    "SessionNotes",
]
