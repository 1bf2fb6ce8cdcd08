"""Addresses of the room."""

from django.urls import path

from hub.participation import pages

_COHORT = "<slug:programme>/<slug:cohort>/"
_SESSION = "<slug:programme>/<slug:cohort>/sessions/<slug:slug>/"

urlpatterns = [
    path("me/bookings/", pages.my_bookings, name="my-bookings"),
    path("book/<str:signed>/", pages.book_by_mail, name="book-by-mail"),
    path("team/<slug:programme>/people/ahead/", pages.desk_ahead, name="desk-ahead"),
    path(f"team/{_SESSION}bookings/", pages.bookings, name="desk-bookings"),
    path(f"team/{_SESSION}bookings/export/<slug:form>/", pages.bookings_export, name="desk-bookings-export"),
    path(f"team/{_SESSION}bookings/sheet/", pages.bookings_sheet, name="desk-bookings-sheet"),
    path(f"team/{_SESSION}bookings/terms/", pages.booking_terms, name="desk-booking-terms"),
    path(f"team/{_SESSION}attendance/files/", pages.attendance_files, name="desk-attendance-files"),
    path(f"team/{_SESSION}attendance/files/<int:report>/", pages.attendance_report, name="desk-attendance-report"),
    path("me/commitments/", pages.my_commitments, name="my-commitments"),
    path("me/certificates/<slug:code>/", pages.certificate_pdf, name="certificate-pdf"),
    path(f"me/sessions/{_COHORT}<slug:slug>/attendance/", pages.my_register, name="my-register"),
    path(f"me/sessions/{_COHORT}<slug:slug>/attendance/files/", pages.my_attendance_files, name="my-attendance-files"),
    path(
        f"me/sessions/{_COHORT}<slug:slug>/attendance/files/<int:report>/",
        pages.my_attendance_report,
        name="my-attendance-report",
    ),
    path("certificates/", pages.certificate_check, name="certificate-check"),
    path("certificates/<str:code>/", pages.certificate, name="certificate"),
    path(f"team/{_SESSION}attendance/", pages.attendance, name="desk-attendance"),
    path(f"team/{_COHORT}attendance/", pages.grid, name="desk-attendance-grid"),
    path(f"team/{_COHORT}attendance/export/<slug:form>/", pages.grid_export, name="desk-attendance-export"),
    path(f"team/{_COHORT}attendance/<int:person>/", pages.participant, name="desk-participant"),
    path(f"team/{_COHORT}commitments/", pages.commitments, name="desk-commitments"),
    path(f"team/{_COHORT}commitments/add/", pages.commitment_add, name="desk-commitment-add"),
    path(f"team/{_COHORT}commitments/<slug:key>/", pages.commitment, name="desk-commitment"),
    path(f"team/{_COHORT}load/", pages.load, name="desk-load"),
    path(f"team/{_COHORT}certificates/", pages.certificates, name="desk-certificates"),
    path("me/coaching/", pages.my_coaching, name="my-coaching"),
    path("me/coaching/<slug:programme>/", pages.my_coaching_times, name="my-coaching-programme"),
    path("me/coaching/<slug:programme>/<slug:cohort>/", pages.my_coaching_times, name="my-coaching-times"),
    path("me/one-to-ones/", pages.my_one_to_ones, name="my-one-to-ones"),
    path("me/one-to-ones/<slug:programme>/<slug:cohort>/wishes/", pages.my_wishes, name="my-wishes"),
    path("one-to-ones/<int:pk>/", pages.one_to_one, name="one-to-one"),
    path("one-to-ones/<int:pk>/join/", pages.one_to_one_join, name="one-to-one-join"),
    path("team/<slug:programme>/<slug:cohort>/one-to-ones/", pages.desk_one_to_ones, name="desk-one-to-ones"),
    path("team/<slug:programme>/<slug:cohort>/one-to-ones/<int:pk>/", pages.desk_one_to_one, name="desk-one-to-one"),
    path("team/<slug:programme>/<slug:cohort>/one-to-ones/place/", pages.desk_placing, name="desk-placing"),
    path(f"{_SESSION}places/", pages.session_places, name="session-places"),
    # the room
    path("join/<uuid:uid>/", pages.join, name="join"),
    path("check-in/", pages.check_in, name="check-in"),
    path("check-in/<str:code>/", pages.check_in_by_code, name="check-in-code"),
    path(f"team/{_SESSION}room/", pages.desk_room, name="desk-room"),
    path(f"team/{_SESSION}notes/", pages.desk_notes, name="desk-notes"),
    path(f"team/{_SESSION}notes/approved.md", pages.desk_notes_file, name="desk-notes-file"),
    path(f"team/{_SESSION}run/", pages.desk_run, name="desk-run"),
    path("team/<slug:programme>/known-names/", pages.known_names, name="desk-known-names"),
    path("team/<slug:programme>/trainings/", pages.desk_trainings, name="desk-trainings"),
    path(f"{_SESSION}room/", pages.room, name="session-room"),
    path(f"{_SESSION}room/code/", pages.room_code, name="session-room-code"),
    path(f"{_SESSION}room/notes/", pages.room_notes, name="session-room-notes"),
    path(f"{_SESSION}notes/", pages.public_notes, name="session-notes"),
]
