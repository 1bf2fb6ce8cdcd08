"""What people take part in, and how far they come with what they promised."""

from hub.participation.models.attendance import (
    Attendance,
    AttendanceQuerySet,
    Register,
)
from hub.participation.models.bookings import (
    Audience,
    Booking,
    BookingQuerySet,
    BookingTerms,
)
from hub.participation.models.certificates import (
    Certificate,
)
from hub.participation.models.load import (
    Agreed,
    LoadTerms,
)
from hub.participation.models.notes import (
    NotesExport,
    NotesVersion,
    SessionNotes,
)
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
from hub.participation.models.promises import (
    CatchUp,
    Commitment,
    CommitmentOverride,
    Excusal,
    Made,
)
from hub.participation.models.reports import (
    AttendanceReport,
    KnownAs,
    ReportPresence,
)
from hub.participation.models.room import (
    CheckIn,
    RoomPlan,
)
from hub.participation.models.runs import (
    RunNote,
)

__all__ = [
    "Agreed",
    "Apart",
    "Attendance",
    "AttendanceQuerySet",
    "AttendanceReport",
    "Audience",
    "Availability",
    "AvailabilityException",
    "AvailabilityRule",
    "Booking",
    "BookingQuerySet",
    "BookingTerms",
    "CatchUp",
    "Certificate",
    "CheckIn",
    "CoachingTerms",
    "Commitment",
    "CommitmentOverride",
    "Diary",
    "Excusal",
    "KnownAs",
    "LoadTerms",
    "Made",
    "NotesExport",
    "NotesVersion",
    "OneToOne",
    "OneToOneNote",
    "OneToOneQuerySet",
    "Preference",
    "Proposal",
    "ProposedOneToOne",
    "Quota",
    "Register",
    "ReportPresence",
    "RoomPlan",
    "RunNote",
    "SessionNotes",
    "SuitingTime",
]
