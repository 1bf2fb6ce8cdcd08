"""Addresses of the room."""

from django.urls import path

from hub.participation import pages

_SESSION = "<slug:programme>/<slug:cohort>/sessions/<slug:slug>/"

urlpatterns = [
    path("me/bookings/", pages.my_bookings, name="my-bookings"),
    path("book/<str:signed>/", pages.book_by_mail, name="book-by-mail"),
    path(f"team/{_SESSION}bookings/", pages.bookings, name="desk-bookings"),
    path(f"team/{_SESSION}bookings/terms/", pages.booking_terms, name="desk-booking-terms"),
    path("me/coaching/", pages.my_coaching, name="my-coaching"),
    path("me/coaching/<slug:programme>/", pages.my_coaching_times, name="my-coaching-programme"),
    path("me/coaching/<slug:programme>/<slug:cohort>/", pages.my_coaching_times, name="my-coaching-times"),
    path("me/one-to-ones/", pages.my_one_to_ones, name="my-one-to-ones"),
    path("me/one-to-ones/<slug:programme>/<slug:cohort>/wishes/", pages.my_wishes, name="my-wishes"),
    path("one-to-ones/<int:pk>/", pages.one_to_one, name="one-to-one"),
    path("one-to-ones/<int:pk>/join/", pages.one_to_one_join, name="one-to-one-join"),
    path("team/<slug:programme>/<slug:cohort>/one-to-ones/", pages.desk_one_to_ones, name="desk-one-to-ones"),
    path("team/<slug:programme>/<slug:cohort>/one-to-ones/place/", pages.desk_placing, name="desk-placing"),
    path(f"{_SESSION}places/", pages.session_places, name="session-places"),
]
