"""A promise as data, the gatherings it is about, how one person stands to each, and what differs for one person.

Source: seeds/000, the table of activities (M, M: 50 %, O); lessons, "Per-person date overrides exist from day one".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar, TypeAlias

from hub.core.calendar import day_in, instant, is_zone
from hub.core.errors import Refusal
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.taking_part import Days

LONGEST_NOUN = 60
MOST = 1000  # of anything that is counted
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadPromise(Refusal):
    """A promise, or what differs in it for one person, that cannot be; `field` names what of it."""

    code: ClassVar[str] = "bad-promise"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of what is planned, above 0 and at most 1; rounded up to whole gatherings."""

    of: Fraction


@dataclass(frozen=True, slots=True)
class Count:
    """So many, however many there are."""

    number: int


@dataclass(frozen=True, slots=True)
class All:
    """Every one that is planned."""


Quantity: TypeAlias = Share | Count | All


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """Which gatherings a promise is about: those that fit every list that is not empty."""

    kinds: frozenset[Kind] = frozenset()
    modes: frozenset[Mode] = frozenset()
    series: frozenset[int] = frozenset()

    def holds(self, gathering: Gathering) -> bool:
        """Say whether a gathering is one of them: people meet, it is counted, and it is not cancelled."""
        return (
            gathering.kind.is_gathering
            and gathering.is_counted
            and gathering.state is not SessionState.CANCELLED
            and (not self.kinds or gathering.kind in self.kinds)
            and (not self.modes or gathering.mode in self.modes)
            and (not self.series or gathering.series in self.series)
        )


@dataclass(frozen=True, slots=True)
class Things:
    """Things to be made, such as case studies. `key` names them where facts of what was made come from."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days a promise is about, from `first_on` until before `until_on`; None is open.

    A gathering lies on the day it starts in its own zone. The window has closed once it is `until_on` in `zone`.
    """

    first_on: date | None = None
    until_on: date | None = None
    zone: str = "Europe/London"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is asked of each Expert. `one` and `many` are its words ("café", "cafés"). Where it has no window, or one that is
    open, the cohort's own days stand in.

    `most_catch_ups` None is no limit. `at_risk_from` is the share of what is left from which a promise is at risk once
    something was missed. An optional activity is no promise.
    """

    key: str
    one: str
    many: str
    of: Which | Things
    quantity: Quantity
    window: Window | None = None
    is_catch_up_allowed: bool = False
    most_catch_ups: int | None = None
    at_risk_from: Fraction = Fraction(3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What differs for one person in one promise: they start late, leave early (`ends_on`: from then on not there), are away
    for some days between and come back, have more time, promised another quantity, or are let off.
    """

    starts_on: date | None = None
    ends_on: date | None = None
    away: tuple[Days, ...] = ()
    extended_until: date | None = None
    quantity: Quantity | None = None
    is_waived: bool = False


class Standing(StrEnum):
    """How one person stands to one gathering."""

    CAME = "came"
    MISSED = "missed"
    EXCUSED = "excused"
    CAUGHT_UP = "caught-up"
    UNKNOWN = "unknown"
    TO_COME = "to-come"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "came": "Came",
            "missed": "Missed",
            "excused": "Excused",
            "caught-up": "Caught up",
            "unknown": "Not known yet",
            "to-come": "To come",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """The facts of a session a promise asks for. `on` is its wall date in `zone`, the instants are aware.

    `has_register` says that whoever came is written down, so that all others missed it. Not `is_counted`: it is extra, and
    coming to it neither helps nor is asked.
    """

    id: int
    kind: Kind
    mode: Mode | None = None
    series: int | None = None
    on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str = "Europe/London"
    state: SessionState = SessionState.SCHEDULED
    is_counted: bool = True
    has_register: bool = False

    @property
    def day(self) -> date | None:
        """The day it is held in its zone; None while that is open."""
        return day_in(self.starts_at, self.zone) if self.on is None and self.starts_at is not None else self.on

    @property
    def over_at(self) -> datetime | None:
        """The instant it is over: its end, else the end of its day in its zone; None while its day is open."""
        if self.ends_at is not None:
            return self.ends_at.astimezone(UTC)
        day = self.day
        return None if day is None or day == date.max else instant(day + timedelta(days=1), time(0), self.zone)

    def is_over(self, at: datetime) -> bool:
        """Say whether it is over at an aware moment. A day that is still open is not."""
        over = self.over_at
        return over is not None and over <= at


def window_of(promise: Promise, cohort: Window | None) -> Window:
    """Give the days a promise is about: its own, and those of its cohort where it says none."""
    own, whole = promise.window, cohort or Window()
    if own is None:
        return whole
    return replace(own, first_on=own.first_on or whole.first_on, until_on=own.until_on or whole.until_on)


def sound_promise(promise: Promise) -> Promise:
    """Give a promise tidied: its words without outer space, no limit of catch-ups where there are none.

    Raises BadPromise naming the field: no key or words, a share outside 0 to 1, a number below 1, a share of things to be
    made, kinds nobody meets for, a window that ends before it begins or in a year hardly meant, an unknown zone.
    """
    one, many = (" ".join(words.split()) for words in (promise.one, promise.many))
    if not _KEY.fullmatch(promise.key):
        raise BadPromise(f"“{promise.key}” is no key of a promise: small letters, digits and hyphens.", field="key")
    for name, words in (("one", one), ("many", many)):
        if not words or len(words) > LONGEST_NOUN:
            raise BadPromise("Say what is counted, such as “café” and “cafés”.", field=name)
    _sound_quantity(promise.quantity)
    if isinstance(promise.of, Things):
        if not isinstance(promise.quantity, Count):
            raise BadPromise("Of things to be made, say how many: there is nothing to take a share of.", field="quantity")
        if promise.is_catch_up_allowed:
            raise BadPromise("Only a session can be caught up.", field="is_catch_up_allowed")
    elif any(not kind.is_gathering for kind in promise.of.kinds):
        raise BadPromise("Nobody meets for own time or a rest week; choose kinds of sessions.", field="kinds")
    window = promise.window
    if window and not is_zone(window.zone):
        raise BadPromise(f"“{window.zone}” is not a time zone we know. Write its place, such as Europe/London.", field="zone")
    if window and window.first_on and window.until_on and window.until_on <= window.first_on:
        raise BadPromise("The window ends before it begins. Choose a later end.", field="until_on")
    if window:
        _sound_days(first_on=window.first_on, until_on=window.until_on)
    limit = promise.most_catch_ups if promise.is_catch_up_allowed else None
    if limit is not None and not 0 <= limit <= MOST:
        raise BadPromise(f"Write how many catch-ups count, from 0 to {MOST}.", field="most_catch_ups")
    if not 0 < promise.at_risk_from <= 1:
        raise BadPromise("The share from which it is at risk lies above 0 and is at most 1.", field="at_risk_from")
    return replace(promise, one=one, many=many, most_catch_ups=limit)


def sound_override(promise: Promise, override: Override, *, cohort: Window | None = None) -> Override:
    """Give what differs for one person as it is; `cohort` are the cohort's days, which a promise without its own has.

    Raises BadPromise where it cannot be, or could change nothing.
    """
    start, end = override.starts_on, override.ends_on
    _sound_days(starts_on=start, ends_on=end, extended_until=override.extended_until)
    if start and end and end <= start:
        raise BadPromise("They would leave before they start. Choose a later day.", field="ends_on")
    if override.quantity is not None:
        _sound_quantity(override.quantity)
        if isinstance(promise.of, Things) and not isinstance(override.quantity, Count):
            raise BadPromise("Of things to be made, say how many: there is nothing to take a share of.", field="quantity")
    until = window_of(promise, cohort).until_on
    if override.extended_until and (end or until) is None:
        raise BadPromise("This promise has no end to extend. Give it a window first.", field="extended_until")
    if override.extended_until and until and override.extended_until <= until:
        raise BadPromise("An extension ends after the promise does. Choose a later day.", field="extended_until")
    return override


def _sound_days(**days: date | None) -> None:
    for name, day in days.items():
        if day and not 1900 <= day.year <= 2200:
            raise BadPromise(f"The year {day.year} is hardly meant. Write one like 2024.", field=name)


def _sound_quantity(quantity: Quantity) -> None:
    if isinstance(quantity, Share) and not 0 < quantity.of <= 1:
        raise BadPromise("A share lies above 0 and is at most 1, such as 50 %.", field="quantity")
    if isinstance(quantity, Count) and not 1 <= quantity.number <= MOST:
        raise BadPromise(f"Write how many, from 1 to {MOST}.", field="quantity")


def read_quantity(text: str) -> Quantity:
    """Read "all", "half", "50 %", "2/3" or "2". Raises BadPromise for any other words."""
    words = " ".join(text.lower().split())
    if words in {"all", "every", "every one", "m"}:
        return All()
    if words in {"half", "half of them"}:
        return Share(Fraction(1, 2))
    quantity: Quantity | None = None
    if found := re.fullmatch(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%", words, re.ASCII):
        quantity = Share(Fraction(f"{found[1]}.{found[2] or 0}") / 100)
    elif found := re.fullmatch(r"(\d{1,4}) ?/ ?(\d{1,4})", words, re.ASCII):
        quantity = Share(Fraction(int(found[1]), int(found[2]))) if int(found[2]) else None
    elif re.fullmatch(r"\d{1,4}", words, re.ASCII):
        quantity = Count(int(words))
    if quantity is None:
        raise BadPromise(f"“{text.strip()[:40]}” is no quantity. Write “all”, “half”, “50 %”, “2/3” or “2”.", field="quantity")
    _sound_quantity(quantity)
    return quantity


OWN_PROMISES: tuple[Promise, ...] = (
    Promise(
        key="in-person-days",
        one="in-person day",
        many="in-person days",
        of=Which(modes=frozenset({Mode.IN_PERSON, Mode.HYBRID})),
        quantity=All(),
    ),
    Promise(
        key="cafes",
        one="café",
        many="cafés",
        of=Which(kinds=frozenset({Kind.CAFE})),
        quantity=Share(Fraction(1, 2)),
        is_catch_up_allowed=True,
        most_catch_ups=2,
    ),
    Promise(key="case-study", one="case study", many="case studies", of=Things("case-study"), quantity=Count(1)),
)
"""The Hub's own promises, those of seeds/000, which a team begins with and changes as it likes.

How many cafés may be caught up is the Hub's choice; the seed is silent.
"""
