"""What every command on a booking begins and ends with: the session's lock, and the places that became free.

Source: lessons, "Booking": two withdrawals move two different people up, and no two ways of moving up ever both fire.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.core.booking import (
    MOVES,
    BookingClosed,
    BookingState,
    NotBookable,
    Way,
    kept_until,
    to_move_up,
)
from hub.kit import jobs, journal
from hub.kit.states import move
from hub.messaging.commands import facts_changed
from hub.participation.models import Booking, BookingTerms
from hub.participation.queries.bookings import Frame, framed, taken_of
from hub.people.models import Person
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now

LAPSE = "lapse-offers"


def locked_terms(session: Session) -> BookingTerms:
    """Take the lock of a session's bookings: whoever else books it waits. Raises NotBookable where it takes none."""
    rows = BookingTerms.objects.select_for_update(of=("self",)).filter(session=session)
    row = rows.select_related("session__cohort__programme").prefetch_related("audiences").first()
    if row is None:
        raise NotBookable("This session takes no bookings.")
    return row


def locked_frame(session: Session, *, at: datetime) -> Frame:
    """Take the lock, and give how the session may be booked, offers whose time is over seen to. Raises NotBookable."""
    row = locked_terms(session)
    frame = framed(row, row.audiences.all(), released_now(session))
    _lapse(frame, at=at)
    return frame


def take(booking: Booking, verb: str, *, by: Person | None, at: datetime, **values: Any) -> None:
    """Take a booking along a verb, and write it down. Raises NotFromHere, ChangedMeanwhile."""
    if booking.offered_until is not None:
        values.setdefault("offered_until", None)
    move(booking, verb, along=MOVES, at=at, **values)
    record(booking, verb, by=by, at=at)


def record(booking: Booking, verb: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    """Write into the journal what became of a booking, as part of its session and about its person."""
    journal.record(
        verb.replace("_", "-"),
        booking,
        by=by,
        at=at,
        part_of=booking.session,
        about=booking.person,
        way=booking.way,
        state=booking.state,
        **facts,
    )


def move_up_waiting(frame: Frame, *, at: datetime) -> Sequence[Booking]:
    """Offer the free places of a session to who waits longest, or give them at once where the terms say so."""
    try:
        until = kept_until(frame.terms, frame.window, at=at)
    except BookingClosed:
        return []
    moved: list[Booking] = []
    for way, taken in taken_of(frame.session, frame.terms).items():
        if count := to_move_up(taken):
            moved += _longest_waiting(frame.session, way, count)
    for booking in moved:
        if until is None:
            take(booking, "moved_up", by=None, at=at)
        else:
            take(booking, "offered", by=None, at=at, offered_until=until)
    if moved and until is not None:
        jobs.enqueue(LAPSE, key=f"{frame.session.pk} {until.isoformat()}", payload={"session": frame.session.pk}, due_at=until)
    return moved


def see_to(frame: Frame, *, at: datetime) -> None:
    """End a command: who waits moves up, and messages are made those the facts ask for."""
    move_up_waiting(frame, at=at)
    facts_changed(frame.session.cohort.programme_id, at=at)


def _longest_waiting(session: Session, way: Way, count: int) -> list[Booking]:
    rows = Booking.objects.filter(session=session, way=way.value, state=BookingState.WAITING.value)
    return list(rows.select_related("session", "person").order_by("asked_at", "pk")[:count])


def _lapse(frame: Frame, *, at: datetime) -> None:
    """Let offers go whose time is over, though the worker has not come to them; what that frees is offered on."""
    rows = Booking.objects.filter(session=frame.session, state=BookingState.OFFERED.value, offered_until__lte=at)
    over = list(rows.select_related("session", "person").order_by("offered_until", "pk"))
    for booking in over:
        take(booking, "lapsed", by=None, at=at)
    if over:
        move_up_waiting(frame, at=at)
