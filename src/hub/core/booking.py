"""Places in a session: who may book from when, who gets a place, who waits, and for how long an offered place is kept.

Pure: every moment is given. A programme lets its Experts book first and opens what is left to others. Two moments end
it: booking ends, and nobody gets a place by themselves any more; the session begins, and bookings stay as they are.
Sources: seeds/000 ("Up to 10 people per session", "EiRs have priority, but must confirm max 2 weeks in advance"); issue 5,
items 1 and "What it must show"; lessons, "Booking".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar

from hub.core.calendar import day_in, instant, say_instant
from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.states import Moves
from hub.core.words import listed

MOST_PLACES = 100_000
MOST_COLLEAGUES = 10  # a person may bring
LONGEST_OFFER = 14 * 24  # hours
EARLIEST = 365  # days before a session that a group may book from
LONGEST_NOTE = 500
_OPENS_AT = time(9)  # wall time of the session on the day a group may book from


class Tier(StrEnum):
    """A group of people who may book from a day on, the nearest to the cohort first."""

    EXPERTS = "experts"
    ALUMNI = "alumni"
    NETWORK = "network"
    COMMUNITY = "community"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The words people read."""
        return _TIERS[self][0]

    @property
    def within(self) -> str:
        """The words within a sentence: "Experts of this cohort"."""
        return _TIERS[self][1]


_TIERS = {
    Tier.EXPERTS: ("Experts of this cohort", "Experts of this cohort"),
    Tier.ALUMNI: ("Experts of earlier cohorts", "Experts of earlier cohorts"),
    Tier.NETWORK: ("Partners and the funder’s network", "partners and the funder’s network"),
    Tier.COMMUNITY: ("The community", "the community"),
    Tier.PUBLIC: ("Everybody", "everybody"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part somebody has or had in the programme, as booking reads it. `is_here` where it is in the session's own cohort."""

    kind: str  # people.RoleKind
    is_here: bool
    has_begun: bool
    is_over: bool


_NETWORK = frozenset({"partner-contact", "funder", "reviewer", "advisor"})


def tiers_of(parts: Iterable[Part]) -> frozenset[Tier]:
    """Give the groups somebody belongs to by their parts in the programme.

    An Expert of the cohort is one from the day they are given the part, though it begins later. Whoever has or had any part in
    the programme is of its community. Everybody is of the public.
    """
    found = {Tier.PUBLIC}
    for part in parts:
        found.add(Tier.COMMUNITY)
        if part.kind == "expert" and part.is_here and not part.is_over:
            found.add(Tier.EXPERTS)
        elif part.kind == "alumnus" or (part.kind == "expert" and part.has_begun):
            found.add(Tier.ALUMNI)
        elif part.kind in _NETWORK and not part.is_over:
            found.add(Tier.NETWORK)
    return frozenset(found)


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


_OF_TWO = {  # one of two, and both alike
    BookingState.BOOKED: ("the place", "with a place each"),
    BookingState.OFFERED: ("the offered place", "with a place offered"),
    BookingState.WAITING: ("the waiting one", "on the waiting list"),
    BookingState.ASKED: ("the one that is asked for", "waiting for the team’s yes"),
}
_STRONGEST_FIRST = (BookingState.BOOKED, BookingState.OFFERED, BookingState.WAITING, BookingState.ASKED)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a session may be booked.

    `room` and `online` are places that way: 0 offers none, None as many as come. `opens` says from which day before the session
    a group may book, at 9:00 there; None is from now on, a group left out may not. `offer_hours` is how long a place that
    became free is kept for who is offered it; 0 gives it without asking. `closes_hours` before the session booking ends.
    """

    room: int | None = 0
    online: int | None = 0
    opens: Mapping[Tier, int | None]
    is_approved: bool = False  # the team says yes to each
    colleagues: int = 0
    offer_hours: int = 48
    closes_hours: int = 0

    def places(self, way: Way) -> int | None:
        """Give how many places there are one way; None is as many as come."""
        return self.room if way is Way.ROOM else self.online

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways there are places."""
        return tuple(way for way in Way if self.places(way) != 0)


def sound_terms(terms: Terms) -> Terms:
    """Give the terms if they can be. Raises BadTerms naming the field."""
    for name, label in (("room", "in the room"), ("online", "online")):
        number = getattr(terms, name)
        if number is not None and not 0 <= number <= MOST_PLACES:
            raise BadTerms(f"There can be 0 to {MOST_PLACES} places {label}.", field=name)
    if not terms.ways:
        raise BadTerms("Say how many places there are, in the room or online.", field="online")
    if not terms.opens:
        raise BadTerms("Say who may book.", field="opens")
    for days in terms.opens.values():
        if days is not None and not 0 <= days <= EARLIEST:
            raise BadTerms(f"Booking opens 0 to {EARLIEST} days before the session.", field="opens")
    for name, most, label in (
        ("colleagues", MOST_COLLEAGUES, "colleagues"),
        ("offer_hours", LONGEST_OFFER, "hours"),
        ("closes_hours", EARLIEST * 24, "hours"),
    ):
        if not 0 <= getattr(terms, name) <= most:
            raise BadTerms(f"This is a number of {label} from 0 to {most}.", field=name)
    return replace(terms, opens={tier: terms.opens[tier] for tier in Tier if tier in terms.opens})


def usual_terms(kind: Kind, mode: Mode | None) -> Terms:
    """Give the terms a team begins from. A training: ten places, Experts first, from two weeks before also others.

    Source: seeds/000, "Trainings … open to current and past EiRs, BridgeAI and Turing Way community. Up to 10 people".
    """
    is_online = mode in (None, Mode.ONLINE, Mode.HYBRID)
    is_in_room = mode in (Mode.IN_PERSON, Mode.HYBRID)
    if kind is Kind.TRAINING:
        opens: dict[Tier, int | None] = {Tier.EXPERTS: None, Tier.ALUMNI: 14, Tier.NETWORK: 14, Tier.COMMUNITY: 14}
        return Terms(room=10 if is_in_room else 0, online=10 if is_online else 0, opens=opens)
    if kind is Kind.WEBINAR:
        return Terms(room=0 if is_online else 50, online=None if is_online else 0, opens={Tier.PUBLIC: None})
    return Terms(room=30 if is_in_room else 0, online=None if is_online else 0, opens={Tier.EXPERTS: None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When who may book one session: moments (aware) for each group, when booking ends and when the session begins."""

    opens: Mapping[Tier, datetime | None]  # None: from now on
    closes_at: datetime  # never after the session begins
    begins_at: datetime
    zone: str

    def opens_for(self, tiers: Collection[Tier]) -> datetime | None:
        """Give from when somebody of these groups may book: the earliest; None is from now on. Raises NotForThem."""
        theirs = [self.opens[tier] for tier in {*tiers, Tier.PUBLIC} if tier in self.opens]
        if not theirs:
            raise NotForThem(f"This session is for {listed([tier.within for tier in self.opens])}.")
        return None if None in theirs else min(each for each in theirs if each is not None)


def window(terms: Terms, *, starts_at: datetime, zone: str) -> Window:
    """Give when a session that starts at a moment may be booked. Days before count back from its day in its zone."""
    day = day_in(starts_at, zone)
    opens = {
        tier: None if days is None else min(instant(day - timedelta(days=days), _OPENS_AT, zone), starts_at)
        for tier, days in terms.opens.items()
    }
    closes_at = starts_at - timedelta(hours=terms.closes_hours)
    return Window(opens=opens, closes_at=closes_at, begins_at=starts_at, zone=zone)


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


def check_way(terms: Terms, way: Way) -> None:
    """Raises NoSuchWay where there are no places that way."""
    if way not in terms.ways:
        raise NoSuchWay(f"This session has no places {way.within}.")


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
