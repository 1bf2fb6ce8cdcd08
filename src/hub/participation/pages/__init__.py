"""The pages of the room."""

from hub.participation.pages.desk import booking_terms, bookings
from hub.participation.pages.mine import my_bookings
from hub.participation.pages.places import book_by_mail, session_places
from hub.participation.pages.reports import attendance_files, attendance_report

__all__ = [
    "attendance_files",
    "attendance_report",
    "book_by_mail",
    "booking_terms",
    "bookings",
    "my_bookings",
    "session_places",
]
