"""What changes who takes part."""

from hub.participation.commands.attendance import close_register, correct_attendance, mark_attendance, reopen_register
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
from hub.participation.commands.certificates import issue_certificates, revoke_certificate
from hub.participation.commands.claims import (
    accept_catch_up,
    accept_excusal,
    ask_excusal,
    claim_catch_up,
    decline_catch_up,
    decline_excusal,
    withdraw_catch_up,
    withdraw_excusal,
)
from hub.participation.commands.load import set_agreed, set_load_terms
from hub.participation.commands.promises import (
    add_promise,
    edit_promise,
    remove_override,
    remove_promise,
    set_made,
    set_override,
    use_own_promises,
)
from hub.participation.commands.terms import set_terms, stop_booking

__all__ = [
    "accept_catch_up",
    "accept_excusal",
    "accept_place",
    "add_promise",
    "approve",
    "ask_excusal",
    "book_by_address",
    "book_place",
    "bring_colleague",
    "change_way",
    "claim_catch_up",
    "close_register",
    "correct_attendance",
    "decline",
    "decline_catch_up",
    "decline_excusal",
    "edit_promise",
    "give_place",
    "issue_certificates",
    "mark_attendance",
    "move_up",
    "remove_booking",
    "remove_override",
    "remove_promise",
    "reopen_register",
    "revoke_certificate",
    "set_agreed",
    "set_load_terms",
    "set_made",
    "set_override",
    "set_terms",
    "stop_booking",
    "swap",
    "use_own_promises",
    "withdraw",
    "withdraw_catch_up",
    "withdraw_excusal",
]
