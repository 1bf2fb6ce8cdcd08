"""What changes who takes part."""

from hub.participation.commands.bookings import (
    accept_place,
    approve,
    book_by_address,
    book_place,
    bring_colleague,
    change_way,
    decline,
    give_place,
    move_up,
    remove_booking,
    swap,
    withdraw,
)
from hub.participation.commands.terms import set_terms, stop_booking

__all__ = [
    "accept_place",
    "approve",
    "book_by_address",
    "book_place",
    "bring_colleague",
    "change_way",
    "decline",
    "give_place",
    "move_up",
    "remove_booking",
    "set_terms",
    "stop_booking",
    "swap",
    "withdraw",
]
