"""What is read of taking part."""

from hub.participation.queries.bookings import (
    Frame,
    Offered,
    booking_seen_by,
    bookings_of_person,
    bookings_of_session,
    frame_of,
    frames_of,
    groups_of,
    my_booking,
    offers_to,
    session_of,
    sessions_to_book,
    sessions_with_lapsed,
    taken_of,
    taken_of_many,
    terms_for_team,
)

__all__ = [
    "Frame",
    "Offered",
    "booking_seen_by",
    "bookings_of_person",
    "bookings_of_session",
    "frame_of",
    "frames_of",
    "groups_of",
    "my_booking",
    "offers_to",
    "session_of",
    "sessions_to_book",
    "sessions_with_lapsed",
    "taken_of",
    "taken_of_many",
    "terms_for_team",
]
