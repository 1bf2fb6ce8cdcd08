"""Who gets a place and who waits, until when, and what somebody reads of it. Sources: issue 5, item 1; lessons, "Booking"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.core.booking.audiences import Tier
from hub.core.booking.refusals import BookingClosed, NoPlace, NotForThem, NotOpenYet
from hub.core.booking.states import BookingState, Way
from hub.core.booking.terms import Terms, Window
from hub.core.calendar import say_instant


class Doing(StrEnum):
    """What is done with a booking, by until when it can be. Once the session has begun, nothing: the register says who came."""

    TAKE = "take"  # a place, or another, by oneself: book, say yes to an offer, change how one comes, swap into, bring somebody
    DECIDE = "decide"  # the team says yes or no, gives a place or takes one back, books for somebody
    LEAVE = "leave"  # a place is given back, or the waiting list left


def check_still(frame: Window, doing: Doing, *, at: datetime) -> None:
    """Let something be done with a booking at a moment. Raises BookingClosed.

    People get places by themselves while booking is open. The team decides, and whoever can’t come says so, until the session
    begins. Source: README of participation, "What holds here".
    """
    if doing is Doing.TAKE and at >= frame.closes_at:
        raise BookingClosed(f"Booking ended {say_instant(frame.closes_at, frame.zone)}.")
    if at >= frame.begins_at:
        to_do = " Tell the team if you can’t come." if doing is Doing.LEAVE else " Its bookings stay as they are."
        raise BookingClosed(f"The session has begun.{to_do}")


def can_still(frame: Window, doing: Doing, *, at: datetime) -> bool:
    """Say whether something can still be done with a booking at a moment, for pages that offer only what works."""
    return at < (frame.closes_at if doing is Doing.TAKE else frame.begins_at)


def check_open(frame: Window, tiers: Collection[Tier], *, at: datetime) -> None:
    """Let somebody of these groups book at a moment. Raises NotForThem, NotOpenYet, BookingClosed."""
    opens_at = frame.opens_for(tiers)
    check_still(frame, Doing.TAKE, at=at)
    if opens_at is not None and at < opens_at:
        raise NotOpenYet(f"You may book from {say_instant(opens_at, frame.zone)}.")


@dataclass(frozen=True, slots=True)
class Taken:
    """How one way of being there stands: places in all (None: as many as come), how many are held, how many wait."""

    places: int | None
    held: int = 0
    waiting: int = 0

    @property
    def free(self) -> int | None:
        """Places nobody holds, never less than none; None is as many as come."""
        return None if self.places is None else max(self.places - self.held, 0)

    @property
    def is_full(self) -> bool:
        """Whether who comes now waits: no place is free, or those there are belong to who waits already."""
        return self.free is not None and self.free <= self.waiting

    def say(self) -> str:
        """Say in a line how it stands: "3 of 10 places are free", "Full, 4 are waiting"."""
        if self.places is None:
            return "As many as come"
        if not self.is_full:
            free = self.places - self.held - self.waiting
            return f"{free} of {self.places} places {'is' if free == 1 else 'are'} free"
        return f"Full, {self.waiting} {'is' if self.waiting == 1 else 'are'} waiting" if self.waiting else "Full"


def first_state(taken: Taken, *, is_approved: bool) -> BookingState:
    """Say how a booking begins: asked for where the team approves each, on the waiting list where all places are taken."""
    if is_approved:
        return BookingState.ASKED
    return BookingState.WAITING if taken.is_full else BookingState.BOOKED


def after_approval(taken: Taken, frame: Window, *, at: datetime) -> str:
    """Say which verb a team's yes is: the place, or the end of the waiting list where there is none.

    Raises NoPlace where all are taken and booking has ended: nobody moves up any more, so there is nothing to wait for.
    """
    if at < frame.closes_at:
        return "queued" if taken.is_full else "approved"
    check_free(taken)
    return "approved"


def check_free(taken: Taken) -> None:
    """Raises NoPlace where every place is held. Who waits is passed over: that is for the team alone."""
    if taken.free is not None and taken.free < 1:
        raise NoPlace("All places are taken. Take one back first, or make more.")


def kept_until(terms: Terms, frame: Window, *, at: datetime) -> datetime | None:
    """Say until when a place that became free at a moment is kept for who is offered it; None where it is given at once.

    Never beyond the end of booking. Raises BookingClosed when that is over: a place freed then stays free.
    """
    if at >= frame.closes_at:
        raise BookingClosed("Booking is over, so places that become free stay free.")
    return min(at + timedelta(hours=terms.offer_hours), frame.closes_at) if terms.offer_hours else None


def ends_at(offered_until: datetime, frame: Window) -> datetime:
    """Say when an offer is over: at its time, and with the end of booking where a release has moved that before it."""
    return min(offered_until, frame.closes_at)


def is_left_out(state: BookingState, frame: Window, *, since: datetime, at: datetime) -> bool:
    """Say whether somebody wanted a place, and booking has ended without one: they waited, asked, or did not answer an offer.

    `since` is when the booking came to its state. An offer that was over before booking ended went on to somebody else, of
    which they heard then.
    """
    if at < frame.closes_at:
        return False
    if state is BookingState.LAPSED:
        return since >= frame.closes_at
    return state in (BookingState.ASKED, BookingState.WAITING, BookingState.OFFERED)


def to_move_up(taken: Taken) -> int:
    """Say how many of those who wait may be offered a place now."""
    return taken.waiting if taken.free is None else min(taken.free, taken.waiting)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reads who may or may not book: a sentence, and whether there is anything to press."""

    sentence: str
    can_book: bool
    opens_at: datetime | None = None
    is_full: bool = False  # who books waits
    is_asked: bool = False  # the team says yes or no

    @property
    def action(self) -> str:
        """The words of what one does: "Book a place", or what else there is."""
        if self.is_asked:
            return "Ask for a place"
        return "Join the waiting list" if self.is_full else "Book a place"


def tell(terms: Terms, frame: Window, tiers: Collection[Tier], taken: Mapping[Way, Taken], *, at: datetime) -> Told:
    """Say in plain words what somebody of these groups may book, and from when."""
    try:
        check_open(frame, tiers, at=at)
    except NotOpenYet as no:
        return Told(no.sentence, can_book=False, opens_at=frame.opens_for(tiers))
    except (NotForThem, BookingClosed) as no:
        return Told(no.sentence, can_book=False)
    until = f"until {say_instant(frame.closes_at, frame.zone)}"
    if terms.is_approved:
        return Told(f"You may ask for a place {until}. The team says yes or no to each.", can_book=True, is_asked=True)
    if all(taken[way].is_full for way in terms.ways):
        return Told(f"All places are taken. You may join the waiting list {until}.", can_book=True, is_full=True)
    return Told(f"You may book {until}.", can_book=True)


def say_opens(frame: Window) -> list[str]:
    """Say for each group from when it may book, the first first: "Experts of this cohort: from now on"."""
    order = sorted(
        frame.opens.items(), key=lambda each: (each[1] is not None, each[1] or frame.closes_at, list(Tier).index(each[0]))
    )
    return [f"{tier.label}: {f'from {say_instant(at, frame.zone)}' if at else 'from now on'}" for tier, at in order]
