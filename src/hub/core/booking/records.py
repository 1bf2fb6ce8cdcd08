"""Two bookings of one person for one session: which stays, and where one stands that comes back."""

from __future__ import annotations

from datetime import datetime

from hub.core.booking.places import Taken
from hub.core.booking.states import BookingState, Way

_OF_TWO = {  # one of two, and both alike
    BookingState.BOOKED: ("the place", "with a place each"),
    BookingState.OFFERED: ("the offered place", "with a place offered"),
    BookingState.WAITING: ("the waiting one", "on the waiting list"),
    BookingState.ASKED: ("the one that is asked for", "waiting for the team’s yes"),
}


_STRONGEST_FIRST = (BookingState.BOOKED, BookingState.OFFERED, BookingState.WAITING, BookingState.ASKED)


def strength(state: BookingState, *, asked_at: datetime, is_brought: bool) -> tuple[int, bool, float]:
    """Say how much a booking is worth beside another of the same person in the same session: the greater counts.

    A place outweighs an offered one, that a wait, that a request the team has not answered, and any of them one that is over.
    Of two places one's own outweighs one as a guest, which goes when the bringer's does. Else who asked first is further up.
    Source: lessons, "Booking" (none lost); issue 3, "merging".
    """
    order = len(_STRONGEST_FIRST) - _STRONGEST_FIRST.index(state) if state in _STRONGEST_FIRST else 0
    return order, state.holds_a_place and not is_brought, -asked_at.timestamp()


def say_of_two(title: str, stays: tuple[BookingState, Way], goes: tuple[BookingState, Way]) -> str:
    """Say which of two live bookings of one person for a session stays: "Both have a booking for Yoga: the place stays, …"."""
    (state, way), (other, other_way) = stays, goes
    freed = " and is free for somebody else" if other.holds_a_place else ""
    if stays == goes:
        return f"Both have a booking for {title}, {_OF_TWO[state][1]}: one stays, the other goes{freed}."
    words, lost = (_OF_TWO[each][0] for each in (state, other))
    if way is not other_way:
        words, lost = f"{words} {way.within}", f"{lost} {other_way.within}"
    return f"Both have a booking for {title}: {words} stays, {lost} goes{freed}."


def state_of_returned(state: BookingState, taken: Taken, *, has_begun: bool) -> BookingState:
    """Say where a booking stands that comes back with the record of a person, where `taken` counts it already.

    As it did, unless its place has been given on meanwhile: whoever has it keeps it, and the one that comes back waits, first
    in line. Once the session has begun bookings stay as they are, so nothing changes.
    """
    is_over = taken.places is not None and taken.held > taken.places
    return BookingState.WAITING if state.holds_a_place and is_over and not has_begun else state


def say_returned(name: str, title: str) -> str:
    """Say of a booking that comes back to a full session where it stands then; without a title it is not to be named."""
    session = title or "a session of another programme"
    return f"The place of {name} in {session} has been given on meanwhile: they come back first on its waiting list."
