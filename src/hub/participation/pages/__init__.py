"""The pages of the room."""

from hub.participation.pages.certificates import (
    certificate,
    certificate_check,
    certificate_pdf,
    certificates,
)
from hub.participation.pages.coaching import (
    my_coaching,
    my_coaching_times,
)
from hub.participation.pages.desk import (
    booking_terms,
    bookings,
    bookings_export,
    bookings_sheet,
)
from hub.participation.pages.desk_ahead import (
    desk_ahead,
)
from hub.participation.pages.desk_onetoones import (
    desk_one_to_one,
    desk_one_to_ones,
)
from hub.participation.pages.desk_placing import (
    desk_placing,
)
from hub.participation.pages.desk_room import (
    desk_notes,
    desk_notes_file,
    desk_room,
    desk_run,
    desk_trainings,
)
from hub.participation.pages.grid import (
    grid,
    grid_export,
    participant,
)
from hub.participation.pages.joining import (
    join,
)
from hub.participation.pages.load import (
    load,
)
from hub.participation.pages.mine import (
    my_bookings,
)
from hub.participation.pages.my_commitments import (
    my_commitments,
)
from hub.participation.pages.names import (
    known_names,
)
from hub.participation.pages.notes import (
    public_notes,
    room_notes,
)
from hub.participation.pages.onetoones import (
    my_one_to_ones,
    my_wishes,
    one_to_one,
    one_to_one_join,
)
from hub.participation.pages.places import (
    book_by_mail,
    session_places,
)
from hub.participation.pages.promises import (
    commitment,
    commitment_add,
    commitments,
)
from hub.participation.pages.registers import (
    attendance,
    my_register,
)
from hub.participation.pages.reports import (
    attendance_files,
    attendance_report,
    my_attendance_files,
    my_attendance_report,
)
from hub.participation.pages.room import (
    check_in,
    check_in_by_code,
    room,
    room_code,
)

__all__ = [
    "attendance",
    "attendance_files",
    "attendance_report",
    "book_by_mail",
    "booking_terms",
    "bookings",
    "bookings_export",
    "bookings_sheet",
    "certificate",
    "certificate_check",
    "certificate_pdf",
    "certificates",
    "check_in",
    "check_in_by_code",
    "commitment",
    "commitment_add",
    "commitments",
    "desk_ahead",
    "desk_notes",
    "desk_notes_file",
    "desk_one_to_one",
    "desk_one_to_ones",
    "desk_placing",
    "desk_room",
    "desk_run",
    "desk_trainings",
    "grid",
    "grid_export",
    "join",
    "known_names",
    "load",
    "my_attendance_files",
    "my_attendance_report",
    "my_bookings",
    "my_coaching",
    "my_coaching_times",
    "my_commitments",
    "my_one_to_ones",
    "my_register",
    "my_wishes",
    "one_to_one",
    "one_to_one_join",
    "participant",
    "public_notes",
    "room",
    "room_code",
    "room_notes",
    "session_places",
]
