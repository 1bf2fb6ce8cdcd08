"""Book places, give them back, and decide who gets one. Each holds the session's lock while it decides.

Until when each can be done is one rule, `core.booking.check_still`: people take places while booking is open; the team decides,
and whoever can't come gives a place back, until the session begins; then bookings stay as they are.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from hub.core.ahead import booked_as
from hub.core.booking import (
    LONGEST_CALLED,
    LONGEST_NOTE,
    BookedAlready,
    BookingState,
    Doing,
    NoColleague,
    NoPlace,
    NotForThem,
    OfferOver,
    Tier,
    Way,
    after_approval,
    check_free,
    check_open,
    check_still,
    check_way,
    first_state,
)
from hub.core.errors import NotAllowed, NotFromHere
from hub.kit.compiled import inserted
from hub.participation.commands.deciding import (
    locked_frame,
    locked_places,
    locked_to_leave,
    move_up_waiting,
    record,
    ring,
    see_to,
    see_to_what_was_left,
    take,
)
from hub.participation.models import Booking
from hub.participation.permissions import can_run, can_withdraw, require_team
from hub.participation.queries.bookings import Frame, groups_of, taken_of
from hub.people.commands.bringing import bring_person
from hub.people.models import Person, RoleKind, day_of
from hub.people.queries import account_at, roles_of
from hub.schedule.models import Session

# The constraint that keeps one live booking for a person and session, as PostgreSQL and as SQLite name it.
_HOLDS_ONE = ("booking_once_in_session", "participation_booking.session_id, participation_booking.person_id")


@transaction.atomic
def book_place(session: Session, person: Person, *, way: Way, note: str = "", by: Person | None, at: datetime) -> Booking:
    """Give `person` a place in a session, or one on its waiting list; where the team approves each, ask for it.

    The team may book for anybody in its programme, also before booking opens and, where a place is free, after it has ended
    until the session begins; never more than there are places.
    Raises NotAllowed, NotBookable, NotForThem, NotOpenYet, BookingClosed, NoSuchWay, NoPlace, BookedAlready.
    """
    programme = session.cohort.programme
    is_for_another = by is not None and by.pk != person.pk
    if is_for_another and not can_run(by, programme, at=at):
        raise NotAllowed("Only the team can book for somebody else.")
    tiers = groups_of(person, session.cohort, at=at)  # read before the lock, so that nobody waits for it
    frame, taken = locked_places(session, way, at=at)
    if not is_for_another:
        check_open(frame.window, tiers, at=at)
    elif len(tiers) == 1:
        raise NotForThem("They have no part in this programme yet. Bring them in first.")
    check_way(frame.terms, way)
    if is_for_another and at >= frame.window.closes_at:
        check_still(frame.window, Doing.DECIDE, at=at)
        check_free(taken)  # nobody moves up any more, so nobody is put on the list
        state = BookingState.BOOKED
    else:
        state = first_state(taken, is_approved=frame.terms.is_approved and not is_for_another)
    got_as = booked_as(frame.window, tiers, at=None if is_for_another else at)
    booking = _made(session, person, way, state, note=note, got_as=got_as, by=by, at=at)
    if taken.free and taken.waiting:  # a place became free by no booking command, and the worker has not come yet
        move_up_waiting(frame, at=at)
    ring(session, at=at)
    return booking


@transaction.atomic
def book_by_address(session: Session, *, email: str, name: str, way: Way, at: datetime) -> Booking:
    """Book for who reads mail at an address, which a link has just proved; who is new is of the community from now on.

    Raises NotBookable, NotForThem, NotOpenYet, BookingClosed, NoSuchWay, BookedAlready, and the refusals of `bring_person`.
    """
    frame, taken = locked_places(session, way, at=at)
    if Tier.PUBLIC not in frame.terms.opens:
        raise NotForThem("Sign in to book a place here.")
    check_open(frame.window, [Tier.PUBLIC], at=at)
    check_way(frame.terms, way)
    person = _at_address(session, email=email, name=name, at=at)
    state = first_state(taken, is_approved=frame.terms.is_approved)
    booking = _made(session, person, way, state, got_as=Tier.PUBLIC, by=person, at=at)
    see_to(frame, at=at)
    return booking


@transaction.atomic
def accept_place(booking: Booking, *, by: Person | None, at: datetime) -> Booking:
    """Say yes to an offered place. Raises NotAllowed, NotBookable, BookingClosed, OfferOver, NotFromHere."""
    if by is None or by.pk != booking.person_id:
        raise NotAllowed("Whom a place is offered says yes to it themselves.")
    frame, row = _held(booking, at=at)
    check_still(frame.window, Doing.TAKE, at=at)
    if row.state == BookingState.LAPSED:
        raise OfferOver("The time to say yes is over, and the place is kept for you no longer. You may book again.")
    take(row, "accepted", by=by, at=at)
    see_to(frame, at=at)
    return row


@transaction.atomic
def withdraw(booking: Booking, *, by: Person | None, at: datetime) -> Booking:
    """Give a place back, or leave the waiting list: whose it is, who brought them, or the team. Colleagues brought go too.

    A place given back is offered to who waits longest. Works without a date, too.

    Raises NotAllowed, NotBookable, BookingClosed, NotFromHere.
    """
    if not can_withdraw(by, booking, at=at):
        raise NotAllowed("Only whose place it is, and the team, can give it back.")
    frame, row = _held_to_leave(booking, Doing.LEAVE, at=at)
    _let_go(row, "withdrawn", by=by, at=at)
    see_to_what_was_left(frame, row, at=at)
    return row


def _let_go(row: Booking, verb: str, *, by: Person | None, at: datetime, **values: str) -> None:
    """Let a place go, and with it those of the colleagues who were brought along."""
    take(row, verb, by=by, at=at, **values)
    for each in Booking.objects.live().filter(brought_by=row).select_related("session", "person").order_by("pk"):
        take(each, verb, by=by, at=at, **values)


@transaction.atomic
def approve(booking: Booking, *, by: Person | None, at: datetime) -> Booking:
    """Say yes to who asked: the place, or the end of the waiting list where all are taken and booking is still open.

    Raises NotAllowed, NotBookable, BookingClosed, NoPlace, NotFromHere.
    """
    frame, row = _to_decide(booking, by=by, at=at)
    taken = taken_of(row.session, frame.terms)[Way(row.way)]
    take(row, after_approval(taken, frame.window, at=at), by=by, at=at)
    see_to(frame, at=at)
    return row


@transaction.atomic
def decline(booking: Booking, *, reason: str = "", by: Person | None, at: datetime) -> Booking:
    """Say no to who asked, with a reason they read; also while the session has no date.

    Raises NotAllowed, NotBookable, BookingClosed, NotFromHere.
    """
    frame, row = _to_take_back(booking, by=by, at=at)
    take(row, "declined", by=by, at=at, reason=_one_line(reason))
    see_to_what_was_left(frame, row, at=at)
    return row


@transaction.atomic
def give_place(booking: Booking, *, by: Person | None, at: datetime) -> Booking:
    """Give somebody who waits, or is offered one, a place now, out of turn; also after booking has ended.

    Raises NotAllowed, NotBookable, BookingClosed, NoPlace, NotFromHere.
    """
    frame, row = _to_decide(booking, by=by, at=at)
    if row.state == BookingState.WAITING:
        check_free(taken_of(row.session, frame.terms)[Way(row.way)])
    take(row, "given", by=by, at=at)
    see_to(frame, at=at)
    return row


@transaction.atomic
def remove_booking(booking: Booking, *, reason: str = "", by: Person | None, at: datetime) -> Booking:
    """Take a place back, or take somebody off the waiting list, with a reason they read.

    Colleagues who were brought along lose theirs as well, and read the same reason. Works without a date, too.

    Raises NotAllowed, NotBookable, BookingClosed, NotFromHere.
    """
    frame, row = _to_take_back(booking, by=by, at=at)
    _let_go(row, "removed", by=by, at=at, reason=_one_line(reason))
    see_to_what_was_left(frame, row, at=at)
    return row


@transaction.atomic
def change_way(booking: Booking, way: Way, *, by: Person | None, at: datetime) -> Booking:
    """Change a place in the room for one online, or the other way round, where one is free.

    Who waits, waits for the other from now on, where they stand by when they asked.
    Raises NotAllowed, NotBookable, BookingClosed, NoSuchWay, NoPlace, NotFromHere.
    """
    if not can_withdraw(by, booking, at=at):
        raise NotAllowed("Only whose place it is, and the team, can change it.")
    frame, row = _held(booking, at=at)
    check_still(frame.window, Doing.TAKE, at=at)
    check_way(frame.terms, way)
    if not BookingState(row.state).is_live or row.state == BookingState.OFFERED:
        raise NotFromHere("Say yes to the place first, then change it.")
    if row.way == way.value:
        return row
    if row.state == BookingState.BOOKED and taken_of(row.session, frame.terms)[way].is_full:
        raise NoPlace(f"All places {way.within} are taken. You keep the place you have.")
    before = row.way
    row.way = way.value
    row.save(update_fields=["way"])
    record(row, "changed_way", by=by, at=at, before=before)
    see_to(frame, at=at)
    return row


@transaction.atomic
def swap(booking: Booking, to: Session, *, way: Way, by: Person | None, at: datetime) -> Booking:
    """Give a place in one session for a place in another: both or neither. Gives the new booking.

    Colleagues brought lose their places, as when it is given back: the other session may have none for them. So the one is not
    to have begun, and booking is to be open in the other.
    Raises NotAllowed, NotBookable, NotForThem, NotOpenYet, BookingClosed, NoSuchWay, NoPlace, BookedAlready, NotFromHere.
    """
    if by is None or by.pk != booking.person_id:
        raise NotAllowed("Only whose place it is can swap it.")
    tiers = groups_of(by, to.cohort, at=at)
    first, second = sorted([booking.session, to], key=lambda each: each.pk)  # so that two who swap never wait for each other
    frames = {each.pk: locked_frame(each, at=at) for each in (first, second)}
    row = _again(booking)
    there = frames[to.pk]
    check_still(frames[row.session_id].window, Doing.LEAVE, at=at)
    check_open(there.window, tiers, at=at)
    check_way(there.terms, way)
    if there.terms.is_approved or taken_of(to, there.terms)[way].is_full:
        raise NoPlace("There is no free place in the other session. You keep the one you have, and may book there too.")
    _let_go(row, "withdrawn", by=by, at=at)
    got_as = booked_as(there.window, tiers, at=at)
    new = _made(to, by, way, BookingState.BOOKED, note=row.note, got_as=got_as, by=by, at=at)
    for frame in frames.values():
        see_to(frame, at=at)
    return new


@transaction.atomic
def bring_colleague(booking: Booking, *, name: str, email: str, by: Person | None, at: datetime) -> Booking:
    """Book a place for a colleague of somebody who has one; who is new becomes a community member of the programme.

    Whoever brings them reads the name they wrote, never the one stored for the address: it may be no colleague's.

    Raises NotAllowed, NotBookable, NoColleague, BookingClosed, BookedAlready, and the refusals of `bring_person`.
    """
    if by is None or by.pk != booking.person_id:
        raise NotAllowed("Only whose place it is can bring a colleague.")
    frame, row = _held(booking, at=at)
    if frame.terms.colleagues == 0:
        raise NoColleague("Nobody can be brought to this session.")
    if row.state != BookingState.BOOKED or row.brought_by_id is not None:
        raise NoColleague("You can bring a colleague once you have a place of your own.")
    if Booking.objects.live().filter(brought_by=row).count() >= frame.terms.colleagues:
        most = frame.terms.colleagues
        raise NoColleague(f"You can bring {'one colleague' if most == 1 else f'{most} colleagues'}.")
    check_still(frame.window, Doing.TAKE, at=at)
    if not name.strip():
        raise NoColleague("Write their name.", field="name")
    if not email.strip():
        raise NoColleague("Write their address: they hear of it there.", field="email")
    colleague = _at_address(row.session, email=email, name=name, at=at)
    state = first_state(taken_of(row.session, frame.terms)[Way(row.way)], is_approved=frame.terms.is_approved)
    guest = _made(row.session, colleague, Way(row.way), state, brought_by=row, called=name, by=by, at=at)
    see_to(frame, at=at)
    return guest


@transaction.atomic
def move_up(session: Session, *, at: datetime) -> None:
    """See to offers whose time is over and to places that are free, as the worker does. Raises NotBookable."""
    see_to(locked_frame(session, at=at), at=at)


def _to_decide(booking: Booking, *, by: Person | None, at: datetime) -> tuple[Frame, Booking]:
    """Let the team pass, take the session's lock, and read the booking under it.

    Raises NotAllowed, NotBookable, BookingClosed.
    """
    _must_decide(by, booking, at=at)
    frame, row = _held(booking, at=at)
    check_still(frame.window, Doing.DECIDE, at=at)
    return frame, row


def _to_take_back(booking: Booking, *, by: Person | None, at: datetime) -> tuple[Frame | None, Booking]:
    """Do what `_to_decide` does for a place that is let go: also while the session has no date."""
    _must_decide(by, booking, at=at)
    return _held_to_leave(booking, Doing.DECIDE, at=at)


def _must_decide(by: Person | None, booking: Booking, *, at: datetime) -> None:
    require_team(by, booking.session.cohort.programme, at=at, doing="decide who gets a place")


def _held(booking: Booking, *, at: datetime) -> tuple[Frame, Booking]:
    """Take the session's lock, then read the booking as it is under it."""
    frame = locked_frame(booking.session, at=at)
    return frame, _again(booking)


def _held_to_leave(booking: Booking, doing: Doing, *, at: datetime) -> tuple[Frame | None, Booking]:
    """Take the session's lock to let a place go, which can be done without a date: what has none has not begun."""
    frame = locked_to_leave(booking.session, at=at)
    if frame is not None:
        check_still(frame.window, doing, at=at)
    return frame, _again(booking)


def _again(booking: Booking) -> Booking:
    return Booking.objects.select_related("session__cohort__programme", "person", "brought_by").get(pk=booking.pk)


def _at_address(session: Session, *, email: str, name: str, at: datetime) -> Person:
    """Give whoever has an address, with a part in the programme; who has none becomes a community member."""
    programme = session.cohort.programme
    account = account_at(email.strip())
    if account is not None and roles_of(account.person).filter(programme=programme).exists():
        return account.person
    person, _ = bring_person(
        programme, name=name, email=email, kind=RoleKind.COMMUNITY, cohort=None, starts_on=day_of(at), by=None, at=at
    )
    return person


def _made(
    session: Session,
    person: Person,
    way: Way,
    state: BookingState,
    *,
    note: str = "",
    got_as: Tier | None = None,
    brought_by: Booking | None = None,
    called: str = "",
    by: Person | None,
    at: datetime,
) -> Booking:
    values = {
        "session_id": session.pk,
        "person_id": person.pk,
        "way": way.value,
        "state": state.value,
        "state_at": at,
        "asked_at": at,
        "offered_until": None,
        "got_as": got_as.value if got_as else "",
        "brought_by_id": brought_by.pk if brought_by else None,
        "called": " ".join(called.split())[:LONGEST_CALLED],
        "note": _one_line(note),
        "reason": "",
    }
    try:  # where it fails, the whole command does: nothing of it stands
        booking = inserted(Booking, values, session=session, person=person, brought_by=brought_by)
    except IntegrityError as twice:
        if not any(words in str(twice) for words in _HOLDS_ONE):
            raise
        whose = "You have" if by is not None and by.pk == person.pk else "They have"
        raise BookedAlready(f"{whose} a booking for this session already.") from twice
    record(booking, "booked", by=by, at=at)
    return booking


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NOTE]
