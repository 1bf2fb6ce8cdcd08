"""When people hear that they may book: the moment a session opens to their group, and which letter tells of it.

A letter lists every session that opens to somebody at the same moment. What a team opens "from now on" is told the next
morning, so that thirty sessions opened in an afternoon are one letter. Nobody hears of a session twice, though it moves, they
come to another group, or what it opens from is another day by then. Pure: every moment is given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple

from hub.core.booking import Taken, Terms, Tier, Way, Window
from hub.core.calendar import day_in, instant, say_instant
from hub.core.words import listed

_MORNING = time(9)


class Slot(NamedTuple):
    """What a letter about openings is known by: its moment; a second one for who was told something at that moment already."""

    moment: datetime
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """A letter about openings there is for somebody. `told` are the sessions it told of; None: it is not out."""

    slot: Slot
    told: frozenset[int] | None


def openings(frame: Window, *, said: Mapping[Tier, datetime], released_at: datetime, zone: str) -> dict[Tier, datetime]:
    """Give from when each group may book a session and hears of it; a group that never could is left out.

    That is its day, where the team said so and released the session before. What is open from the moment somebody said so or
    released it is told at nine the next morning, by a zone; at once where booking has ended by then.
    """
    found = {}
    for tier, opens_at in frame.opens.items():
        since = max(said[tier], released_at)
        bookable = since if opens_at is None else max(since, opens_at)
        if bookable != opens_at:
            morning = _next_morning(bookable, zone)
            bookable = morning if morning < frame.closes_at else bookable
        if bookable < frame.closes_at:
            found[tier] = bookable
    return found


def _next_morning(moment: datetime, zone: str) -> datetime:
    day = day_in(moment, zone)
    today = instant(day, _MORNING, zone)
    return today if today > moment else instant(day + timedelta(days=1), _MORNING, zone)


def opens_as(opens: Mapping[Tier, datetime], tiers: Collection[Tier]) -> Tier | None:
    """Say as which of their groups somebody may book first; None where they may not, or could before as everybody can."""
    mine = [tier for tier in Tier if tier in tiers and tier in opens and tier is not Tier.PUBLIC]
    first = min(mine, key=lambda tier: opens[tier], default=None)
    if first is None or (Tier.PUBLIC in opens and opens[Tier.PUBLIC] < opens[first]):
        return None
    return first


def slots_of(opens: Mapping[int, datetime], earlier: Sequence[Earlier], *, at: datetime) -> dict[int, Slot]:
    """Say which letter tells somebody of each session, by when they may book it (`opens`) and which letters there are.

    A session that was told of stays with the letter that did. One to come is told at its moment. Those that are open and were
    not told are with the letter that stands for them, in whatever state (to be looked at, thrown away, not taken…); else all of
    them are in one, so that who comes late does not get a letter for each day they missed.
    """
    told: dict[int, Slot] = {}
    for letter in sorted(earlier, key=lambda each: each.slot):
        for session in letter.told or ():
            told.setdefault(session, letter.slot)
    standing = sorted(letter.slot for letter in earlier if letter.told is None and letter.slot.moment <= at)
    found, left = {}, {}
    for session, moment in opens.items():
        stands = next((slot for slot in standing if slot.moment >= moment), None) if moment <= at else Slot(moment)
        if session in told:
            found[session] = told[session]
        elif stands is not None:
            found[session] = stands
        else:
            left[session] = moment
    if left:
        slot = Slot(max(left.values()))
        out = {letter.slot for letter in earlier if letter.told is not None}
        while slot in out:
            slot = slot._replace(turn=slot.turn + 1)
        found |= dict.fromkeys(left, slot)
    return found


def yours_until(frame: Window, tiers: Collection[Tier], *, first: datetime) -> datetime | None:
    """Say until when the places are for somebody's own groups alone, from a moment on; None where nobody else comes later."""
    others = [moment for tier, moment in frame.opens.items() if moment is not None and tier not in tiers and moment > first]
    return min((each for each in others if each < frame.closes_at), default=None)


def say_places(terms: Terms) -> str:
    """Say how many places a session has: "10 places online", "Places for as many as come"."""
    if all(terms.places(way) is None for way in terms.ways):
        return "Places for as many as come"
    said = []
    for way in terms.ways:
        places = terms.places(way)
        number = "as many as come" if places is None else f"{places} place{'' if places == 1 else 's'}"
        said.append(f"{number} {way.within}")
    return listed(said)


def say_opening(terms: Terms, frame: Window, taken: Mapping[Way, Taken], *, until: datetime | None) -> str:
    """Say what somebody may book, in a line: how many places, whose they are until when, and when booking ends."""
    said = [say_places(terms)]
    if terms.is_approved:
        said.append("The team says yes or no to each")
    elif all(taken[way].is_full for way in terms.ways):
        said.append("All places are taken, so who books now waits")
    elif until is not None:
        said.append(f"Others may book from {say_instant(until, frame.zone)}")
    said.append(f"Booking ends {say_instant(frame.closes_at, frame.zone)}")
    return f"{'. '.join(said)}."
