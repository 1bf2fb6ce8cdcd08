"""Addresses of the room."""

from django.urls import path

from hub.participation import pages

_SESSION = "<slug:programme>/<slug:cohort>/sessions/<slug:slug>/"

urlpatterns = [
    path("me/bookings/", pages.my_bookings, name="my-bookings"),
    path("book/<str:signed>/", pages.book_by_mail, name="book-by-mail"),
    path(f"team/{_SESSION}bookings/", pages.bookings, name="desk-bookings"),
    path(f"team/{_SESSION}bookings/terms/", pages.booking_terms, name="desk-booking-terms"),
    path(f"team/{_SESSION}attendance/files/", pages.attendance_files, name="desk-attendance-files"),
    path(f"team/{_SESSION}attendance/files/<int:report>/", pages.attendance_report, name="desk-attendance-report"),
    path(f"{_SESSION}places/", pages.session_places, name="session-places"),
]
