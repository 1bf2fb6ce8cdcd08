"""What this room keeps to sessions, so that none is taken away with it."""

from __future__ import annotations

from hub.participation.models import (
    Attendance,
    AttendanceReport,
    Booking,
    BookingTerms,
    CatchUp,
    CheckIn,
    Excusal,
    NotesExport,
    NotesVersion,
    Register,
    RoomPlan,
    RunNote,
    SessionNotes,
)
from hub.programmes.models import Cohort
from hub.schedule.touched import keeps_sessions

KEPT = (
    BookingTerms,
    Booking,
    Attendance,
    AttendanceReport,
    Register,
    CheckIn,
    Excusal,
    CatchUp,
    RoomPlan,
    SessionNotes,
    NotesVersion,
    NotesExport,
    RunNote,
)


@keeps_sessions
def sessions_with_something(cohort: Cohort) -> frozenset[int]:
    """Give the sessions of a cohort that are booked, have a register, notes or anything else of this room. One query."""
    first, *others = (model.objects.filter(session__cohort=cohort).order_by().values_list("session") for model in KEPT)
    return frozenset(key for (key,) in first.union(*others))
