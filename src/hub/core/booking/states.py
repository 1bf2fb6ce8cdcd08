"""Where a booking stands, which way somebody is there, and the words for both."""

from __future__ import annotations

from enum import StrEnum

from hub.core.states import Moves


class Way(StrEnum):
    """How somebody is there: each way has places of its own."""

    ROOM = "room"
    ONLINE = "online"

    @property
    def label(self) -> str:
        """The words people read."""
        return {"room": "In the room", "online": "Online"}[self.value]

    @property
    def within(self) -> str:
        """The words within a sentence: "a place in the room"."""
        return {"room": "in the room", "online": "online"}[self.value]


class BookingState(StrEnum):
    """Where a booking stands. The label is what its own person reads."""

    ASKED = "asked"  # the team decides
    WAITING = "waiting"
    OFFERED = "offered"  # a place is kept until the person says yes, or the time is over
    BOOKED = "booked"
    WITHDRAWN = "withdrawn"  # by the person
    LAPSED = "lapsed"  # nobody took the offered place in time
    DECLINED = "declined"  # the team said no
    REMOVED = "removed"  # the team took the place back

    @property
    def label(self) -> str:
        """The words its own person reads."""
        return _STATES[self][0]

    @property
    def of_another(self) -> str:
        """The words whoever brings them along reads."""
        return _OF_ANOTHER.get(self, self.label)

    @property
    def for_team(self) -> str:
        """The words the team reads."""
        return _STATES[self][1]

    @property
    def holds_a_place(self) -> bool:
        """Whether nobody else can have the place."""
        return self in (BookingState.BOOKED, BookingState.OFFERED)

    @property
    def is_live(self) -> bool:
        """Whether the person still has, or may get, a place by it; of those there is one for a person and session."""
        return self in LIVE


_STATES = {
    BookingState.ASKED: ("Asked for", "Pending approval"),
    BookingState.WAITING: ("On the waiting list", "Waiting list"),
    BookingState.OFFERED: ("A place is kept for you", "Offered"),
    BookingState.BOOKED: ("You have a place", "Booked"),
    BookingState.WITHDRAWN: ("Withdrawn", "Withdrawn"),
    BookingState.LAPSED: ("The time to say yes is over", "Offer lapsed"),
    BookingState.DECLINED: ("There is no place for you this time", "Declined"),
    BookingState.REMOVED: ("The team took the place back", "Taken back"),
}


_OF_ANOTHER = {BookingState.BOOKED: "Has a place", BookingState.OFFERED: "A place is kept for them"}


_BROUGHT = {
    BookingState.BOOKED: "{} has a place.",
    BookingState.WAITING: "{} is on the waiting list.",
    BookingState.ASKED: "A place is asked for {}. The team says yes or no.",
}


_LEFT = {  # to whose it was, and to whoever brought them
    BookingState.BOOKED: ("The place is given back.", "The place of {} is given back."),
    BookingState.OFFERED: ("The place is given back.", "The place kept for {} is given back."),
    BookingState.WAITING: ("You are off the waiting list.", "{} is off the waiting list."),
    BookingState.ASKED: ("Your question is taken back.", "The question for {} is taken back."),
}


def say_brought(name: str, state: BookingState) -> str:
    """Say to whoever brings a colleague along where their booking stands. It is one that was just made."""
    return _BROUGHT[state].format(name)


def say_left(was: BookingState, *, name: str = "") -> str:
    """Say what became of a live booking that is withdrawn, by where it stood; `name` is whose it is where not the reader's."""
    own, of_another = _LEFT[was]
    return of_another.format(name) if name else own


HOLDING = (BookingState.BOOKED, BookingState.OFFERED)
LIVE = (BookingState.ASKED, BookingState.WAITING, BookingState.OFFERED, BookingState.BOOKED)


MOVES: Moves[BookingState] = Moves(
    {
        "approved": (frozenset({BookingState.ASKED}), BookingState.BOOKED),
        "queued": (frozenset({BookingState.ASKED}), BookingState.WAITING),
        "declined": (frozenset({BookingState.ASKED}), BookingState.DECLINED),
        "offered": (frozenset({BookingState.WAITING}), BookingState.OFFERED),
        "moved_up": (frozenset({BookingState.WAITING}), BookingState.BOOKED),
        "accepted": (frozenset({BookingState.OFFERED}), BookingState.BOOKED),
        "put_back": (frozenset({BookingState.OFFERED}), BookingState.WAITING),  # nobody could say yes: the session stood still
        "gave_way": (
            frozenset({BookingState.BOOKED, BookingState.OFFERED}),
            BookingState.WAITING,
        ),  # came back to a full session
        "lapsed": (frozenset({BookingState.OFFERED}), BookingState.LAPSED),
        "given": (frozenset({BookingState.WAITING, BookingState.OFFERED}), BookingState.BOOKED),
        "withdrawn": (frozenset(LIVE), BookingState.WITHDRAWN),
        "removed": (frozenset(LIVE), BookingState.REMOVED),
    }
)
