"""The pages of the room."""

from hub.participation.pages.coaching import my_coaching, my_coaching_times
from hub.participation.pages.desk import booking_terms, bookings
from hub.participation.pages.desk_onetoones import desk_one_to_ones
from hub.participation.pages.desk_placing import desk_placing
from hub.participation.pages.mine import my_bookings
from hub.participation.pages.onetoones import my_one_to_ones, my_wishes, one_to_one, one_to_one_join
from hub.participation.pages.places import book_by_mail, session_places

__all__ = [
    "book_by_mail",
    "booking_terms",
    "bookings",
    "desk_one_to_ones",
    "desk_placing",
    "my_bookings",
    "my_coaching",
    "my_coaching_times",
    "my_one_to_ones",
    "my_wishes",
    "one_to_one",
    "one_to_one_join",
    "session_places",
]
