"""The pages of the room."""

from hub.participation.pages.desk import booking_terms, bookings
from hub.participation.pages.desk_room import desk_notes, desk_notes_file, desk_room, desk_run, desk_trainings
from hub.participation.pages.joining import join
from hub.participation.pages.mine import my_bookings
from hub.participation.pages.notes import public_notes, room_notes
from hub.participation.pages.places import book_by_mail, session_places
from hub.participation.pages.room import check_in, check_in_by_code, room, room_code

__all__ = [
    "book_by_mail",
    "booking_terms",
    "bookings",
    "check_in",
    "check_in_by_code",
    "desk_notes",
    "desk_notes_file",
    "desk_room",
    "desk_run",
    "desk_trainings",
    "join",
    "my_bookings",
    "public_notes",
    "room",
    "room_code",
    "room_notes",
    "session_places",
]
