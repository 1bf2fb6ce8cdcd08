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
from hub.participation.commands.notes import Saved, save_notes, thin_notes
from hub.participation.commands.room import check_in, prepare_room
from hub.participation.commands.runs import note_run
from hub.participation.commands.sharing import (
    approve_sharing,
    ask_again,
    begin_sharing,
    prepare_sharing,
    propose_sharing,
    send_back_sharing,
    show_notes,
)
from hub.participation.commands.terms import set_terms, stop_booking

__all__ = [
    "Saved",
    "accept_place",
    "approve",
    "approve_sharing",
    "ask_again",
    "begin_sharing",
    "book_by_address",
    "book_place",
    "bring_colleague",
    "change_way",
    "check_in",
    "decline",
    "give_place",
    "move_up",
    "note_run",
    "prepare_room",
    "prepare_sharing",
    "propose_sharing",
    "remove_booking",
    "save_notes",
    "send_back_sharing",
    "set_terms",
    "show_notes",
    "stop_booking",
    "swap",
    "thin_notes",
    "withdraw",
]
