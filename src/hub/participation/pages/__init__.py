"""The pages of the room."""

from hub.participation.pages.certificates import certificate, certificate_check, certificate_pdf, certificates
from hub.participation.pages.desk import booking_terms, bookings
from hub.participation.pages.grid import grid, grid_export, participant
from hub.participation.pages.load import load
from hub.participation.pages.mine import my_bookings
from hub.participation.pages.my_commitments import my_commitments
from hub.participation.pages.places import book_by_mail, session_places
from hub.participation.pages.promises import commitment, commitment_add, commitments
from hub.participation.pages.registers import attendance, my_register
from hub.participation.pages.reports import attendance_files, attendance_report

__all__ = [
    "attendance",
    "attendance_files",
    "attendance_report",
    "book_by_mail",
    "booking_terms",
    "bookings",
    "certificate",
    "certificate_check",
    "certificate_pdf",
    "certificates",
    "commitment",
    "commitment_add",
    "commitments",
    "grid",
    "grid_export",
    "load",
    "my_bookings",
    "my_commitments",
    "my_register",
    "participant",
    "session_places",
]
