"""Free slots as pages of this room show them: by day of the reader's own clock, with the coach's beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from hub.core.calendar import day_in, place_of
from hub.participation.queries import Offer

DAYS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot to choose: what its field sends, the reader's times, the coach's where their clock is another, and with whom."""

    value: str
    times: str
    there: str
    coach: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day by the reader's clock, and the slots that begin on it."""

    on: date
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Some days of slots, and which day further ones begin on."""

    days: tuple[Day, ...]
    later: date | None
    is_later: bool


def value_of(offer: Offer) -> str:
    """Give what names a slot in a form."""
    return f"{offer.availability.pk}@{offer.slot.starts_at.isoformat()}"


def times_of(offer: Offer, zone: str) -> str:
    """Say when a slot is by a clock: "14:00–15:00"."""
    here = ZoneInfo(zone)
    return f"{offer.slot.starts_at.astimezone(here):%H:%M}–{offer.slot.ends_at.astimezone(here):%H:%M}"


def days_of(offers: Iterable[Offer], zone: str, *, after: date | None = None) -> Days:
    """Put slots by day, DAYS_AT_ONCE of them from a day on."""
    named = [(day_in(each.slot.starts_at, zone), each) for each in offers]
    days = [
        Day(on, tuple(choice_of(each, zone) for _, each in group))
        for on, group in groupby(named, key=lambda pair: pair[0])
        if after is None or on >= after
    ]
    more = days[DAYS_AT_ONCE].on if len(days) > DAYS_AT_ONCE else None
    return Days(tuple(days[:DAYS_AT_ONCE]), more, after is not None)


def choice_of(offer: Offer, zone: str) -> Choice:
    """Give a slot as a form offers it."""
    there = offer.slot.zone
    times = times_of(offer, zone)
    other = times_of(offer, there)
    is_same = times == other and day_in(offer.slot.starts_at, zone) == day_in(offer.slot.starts_at, there)
    return Choice(value_of(offer), times, "" if is_same else f"{other} in {place_of(there)}", str(offer.availability.coach))


def day_named(words: str) -> date | None:
    """Read a day of an address; None for what is none."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
