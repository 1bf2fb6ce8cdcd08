"""How a session may be booked: places, from when for whom, and for how long an offered place is kept.

Source: seeds/000 ("Up to 10 people per session", "EiRs have priority, but must confirm max 2 weeks in advance").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from hub.core.booking.audiences import Tier
from hub.core.booking.refusals import BadTerms, NoSuchWay, NotForThem
from hub.core.booking.states import Way
from hub.core.calendar import day_in, instant
from hub.core.plan.model import Kind, Mode
from hub.core.words import listed

MOST_PLACES = 100_000
MOST_COLLEAGUES = 10  # a person may bring
LONGEST_OFFER = 14 * 24  # hours
EARLIEST = 365  # days before a session that a group may book from
LONGEST_NOTE = 500
LONGEST_CALLED = 120  # letters of what a colleague is called by whoever brings them
_OPENS_AT = time(9)  # wall time of the session on the day a group may book from


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


def check_way(terms: Terms, way: Way) -> None:
    """Raises NoSuchWay where there are no places that way."""
    if way not in terms.ways:
        raise NoSuchWay(f"This session has no places {way.within}.")
