"""What every command on a booking begins and ends with: the session's lock, and the places that became free.

Source: lessons, "Booking": two withdrawals move two different people up, and no two ways of moving up ever both fire.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from hub.core.booking import (
    HOLDING,
    MOVES,
    BookingClosed,
    BookingState,
    NoDateYet,
    NotBookable,
    Taken,
    Terms,
    Way,
    kept_until,
    to_move_up,
)
from hub.kit import jobs, journal
from hub.kit.compiled import HERE, kept
from hub.kit.states import move
from hub.messaging.commands import facts_changed
from hub.participation.models import Booking, BookingTerms
from hub.participation.queries.bookings import Frame, frame, guarded, taken_of
from hub.people.models import Person
from hub.schedule.models import Session
from hub.schedule.queries.told import stood_still

LAPSE = "lapse-offers"
SEE_TO = "see-to-places"


# What is done between taking the lock and letting it go is what everybody who books at once waits for: few, small statements.
# What the lock guards is read after it is held, in a statement of its own: PostgreSQL reads as of the statement's beginning.
_lock = kept(
    lambda: (
        BookingTerms.objects.select_for_update()
        .filter(session=HERE)
        .values_list("room", "online", "is_approved", "colleagues", "offer_hours", "closes_hours")
    )
)


def locked_frame(session: Session, *, at: datetime) -> Frame:
    """Take the lock of a session's bookings, whoever else books it waits; and let offers go whose time is over.

    Gives how the session may be booked. Raises NotBookable where it takes no bookings.
    """
    return _lock_and_read(session, at=at)[0]


def locked_to_leave(session: Session, *, at: datetime) -> Frame | None:
    """Take the lock as `locked_frame` does, also where the session has no date now, which is None: then places are only let go.

    Raises NotBookable where it is cancelled, or takes no bookings at all.
    """
    try:
        return locked_frame(session, at=at)
    except NoDateYet:
        return None  # the lock is held all the same


def locked_places(session: Session, way: Way, *, at: datetime) -> tuple[Frame, Taken]:
    """Do what `locked_frame` does, and say how the places stand one way for who comes now. Raises NotBookable.

    Who waits is counted only while a place is free: where none is, whoever comes waits too.
    """
    now, held = _lock_and_read(session, at=at)
    taken = Taken(now.terms.places(way), sum(held.get((way, state), 0) for state in HOLDING))
    return now, taken_of(session, now.terms)[way] if taken.free else taken


def _lock_and_read(session: Session, *, at: datetime) -> tuple[Frame, Mapping[tuple[Way, BookingState], int]]:
    rows = _lock(session.pk)
    if not rows:
        raise NotBookable("This session takes no bookings.")
    room, online, is_approved, colleagues, offer_hours, closes_hours = rows[0]
    there = guarded(session)
    terms = Terms(
        room=room,
        online=online,
        opens=there.opens,
        is_approved=bool(is_approved),
        colleagues=colleagues,
        offer_hours=offer_hours,
        closes_hours=closes_hours,
    )
    now = frame(session, terms, there.occurrence)
    if any(state is BookingState.OFFERED for _, state in there.held) and _end_offers(now, at=at):
        there = guarded(session)
    return now, there.held


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
    """End a command that may have made a place free: who waits moves up, and messages are made those the facts ask for."""
    move_up_waiting(frame, at=at)
    ring(frame.session, at=at)


def see_to_what_was_left(frame: Frame | None, booking: Booking, *, at: datetime) -> None:
    """End a command that let a place go, as `see_to` does. While the session has no date nobody moves up: that is for the
    release which gives it one.
    """
    if frame is not None:
        move_up_waiting(frame, at=at)
    ring(booking.session, at=at)


def places_may_be_free(programme: int, *, at: datetime) -> None:
    """Have the worker see to the places of a programme, by its key: something other than a booking command changed who holds
    one, or when one is booked. For the transaction that changed it, which must not wait for the locks of sessions.
    """
    jobs.ring(SEE_TO, key=programme, payload={"programme": programme}, at=at, where=lambda: bool(_has_hopes(programme)))


_hopes = (BookingState.WAITING.value, BookingState.OFFERED.value)
_has_hopes = kept(
    lambda: Booking.objects.filter(session__cohort__programme=HERE, state__in=_hopes).order_by().values_list("pk")[:1]
)


def ring(session: Session, *, at: datetime) -> None:
    """Say that bookings of a session are others now, for messages to follow."""
    facts_changed(session.cohort.programme_id, at=at)


def _longest_waiting(session: Session, way: Way, count: int) -> list[Booking]:
    rows = Booking.objects.filter(session=session, way=way.value, state=BookingState.WAITING.value)
    return list(rows.select_related("session", "person").order_by("asked_at", "pk")[:count])


def _end_offers(frame: Frame, *, at: datetime) -> bool:
    """Let offers go whose time is over, though the worker has not come to them; what that frees is offered on.

    All are over once booking has ended: a release may have moved that before the time they were made for. Before that, the
    time of an offer does not run while its session is cancelled or without a time, when nobody could say yes: whoever had it
    is on the list again where they were, and the place is offered anew.
    """
    rows = Booking.objects.filter(session=frame.session, state=BookingState.OFFERED.value)
    rows = rows.annotate(stood_still=stood_still(since="state_at"))
    has_ended = at >= frame.window.closes_at
    if not has_ended:
        rows = rows.filter(Q(offered_until__lte=at) | Q(stood_still=True))
    over: list[Any] = list(rows.select_related("session", "person").order_by("offered_until", "pk"))
    for booking in over:
        take(booking, "put_back" if booking.stood_still and not has_ended else "lapsed", by=None, at=at)
    if over:
        move_up_waiting(frame, at=at)
    return bool(over)
