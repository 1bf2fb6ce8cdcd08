"""Why somebody can't book, or a booking can't be changed."""

from __future__ import annotations

from typing import ClassVar

from hub.core.errors import Refusal


class BadTerms(Refusal):
    """Terms of booking that cannot be; `field` names which."""

    code: ClassVar[str] = "bad-terms"


class NotBookable(Refusal):
    """The session takes no bookings: none are asked for, it has no date, it is cancelled, or it is not released yet."""

    code: ClassVar[str] = "not-bookable"


class NoDateYet(NotBookable):
    """The session has no date and time yet, or none any more: nobody books, but what was booked can be let go."""


class NotForThem(Refusal):
    """The session is not open to any group the person belongs to."""

    code: ClassVar[str] = "not-for-them"


class NotOpenYet(Refusal):
    """The person may book, and not before a day to come."""

    code: ClassVar[str] = "not-open-yet"


class BookingClosed(Refusal):
    """Booking has ended, or the session has begun, and what was asked can be done no more."""

    code: ClassVar[str] = "booking-closed"


class NoSuchWay(Refusal):
    """There are no places in the room, or none online."""

    code: ClassVar[str] = "no-such-way"


class NoPlace(Refusal):
    """All places are taken, and what was asked needs one now."""

    code: ClassVar[str] = "no-place"


class BookedAlready(Refusal):
    """The person has a booking for the session, in whatever state."""

    code: ClassVar[str] = "booked-already"


class OfferOver(Refusal):
    """The time to take the offered place is over."""

    code: ClassVar[str] = "offer-over"


class NoColleague(Refusal):
    """A colleague can't be brought: not here, or not one more."""

    code: ClassVar[str] = "no-colleague"
