"""Addresses of the room."""

from django.urls import path

from hub.participation import pages

_SESSION = "<slug:programme>/<slug:cohort>/sessions/<slug:slug>/"

urlpatterns = [
    path("me/bookings/", pages.my_bookings, name="my-bookings"),
    path("book/<str:signed>/", pages.book_by_mail, name="book-by-mail"),
    path(f"team/{_SESSION}bookings/", pages.bookings, name="desk-bookings"),
    path(f"team/{_SESSION}bookings/terms/", pages.booking_terms, name="desk-booking-terms"),
    path(f"{_SESSION}places/", pages.session_places, name="session-places"),
    # the room
    path("join/<uuid:uid>/", pages.join, name="join"),
    path("check-in/", pages.check_in, name="check-in"),
    path("check-in/<str:code>/", pages.check_in_by_code, name="check-in-code"),
    path(f"team/{_SESSION}room/", pages.desk_room, name="desk-room"),
    path(f"team/{_SESSION}notes/", pages.desk_notes, name="desk-notes"),
    path(f"team/{_SESSION}notes/approved.md", pages.desk_notes_file, name="desk-notes-file"),
    path(f"team/{_SESSION}run/", pages.desk_run, name="desk-run"),
    path("team/<slug:programme>/trainings/", pages.desk_trainings, name="desk-trainings"),
    path(f"{_SESSION}room/", pages.room, name="session-room"),
    path(f"{_SESSION}room/code/", pages.room_code, name="session-room-code"),
    path(f"{_SESSION}room/notes/", pages.room_notes, name="session-room-notes"),
    path(f"{_SESSION}notes/", pages.public_notes, name="session-notes"),
]
