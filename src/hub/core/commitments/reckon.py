"""The forecast: how a promise stands for one person, or for each person of a cohort in one pass.

Who was at which gathering is kept as bits of whole numbers, the first gathering lowest, so that a person costs a few
operations for each promise whatever the number of gatherings, and one and many persons are reckoned by the same lines.

Source: the module's door; issue 5 ("the forecast agrees with brute force over all futures").
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from hub.core.calendar import day_in
from hub.core.commitments.model import (
    Count,
    Gathering,
    Override,
    Promise,
    Quantity,
    Share,
    Standing,
    Things,
    Window,
    window_of,
)

SOON = timedelta(days=28)  # a thing not made is at risk from then on before it is due

K = TypeVar("K", bound=Hashable)


class Verdict(StrEnum):
    """How a promise stands.

    Earned: reached, whatever happens. Out of reach (`LOST`): not even by coming to all that is left, with every register
    not taken yet in one's favour and all catch-ups that are allowed. At risk, of what lies between: it takes a catch-up, or
    something was missed and at least `Promise.at_risk_from` of what is left is needed. So "all of them" is on course while
    none was missed. A thing to be made is at risk four weeks before it is due and lost when it was due.
    """

    EARNED = "earned"
    POSSIBLE = "possible"
    AT_RISK = "at-risk"
    LOST = "lost"

    @property
    def label(self) -> str:
        """The words people read."""
        return {"earned": "Earned", "possible": "Possible", "at-risk": "At risk", "lost": "Out of reach"}[self.value]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How a promise stands for one person; all numbers are gatherings, or things made.

    `earned` are those come to and the catch-ups that count, `needed` what was promised of those `planned` (the excused ones
    left out), `held` those over, of which `unknown` have no register yet, and `to_come` the rest. `catchable` more may be
    caught up, and `unplanned` are promised but in no schedule yet. `last_on` is the last day of the promise's window. The bits
    of `asks` (see Marks) are the gatherings asked for: none that only an extension lets count, none of who was let off.
    """

    promise: Promise
    quantity: Quantity
    verdict: Verdict
    earned: int
    needed: int
    planned: int
    held: int
    to_come: int
    unknown: int
    came: int
    caught_up: int
    missed: int
    excused: int
    catchable: int
    unplanned: int
    last_on: date | None
    is_waived: bool
    asks: int

    @property
    def still_needed(self) -> int:
        """How many more are needed."""
        return 0 if self.is_waived else max(0, self.needed - self.earned)

    @property
    def next_needed(self) -> int:
        """How many of the `to_come` next are needed if no register or catch-up brings more; all, where even that is short."""
        return min(self.still_needed, self.to_come)

    @property
    def possible(self) -> int:
        """The most that can still be reached."""
        return self.earned + self.to_come + self.unknown + self.unplanned + self.catchable


@dataclass(frozen=True, slots=True)
class Marks:
    """What is written down of one person: bit `n` of a number is the cohort's gathering number `n`, counted from 0.

    Where several say something of one gathering, the first of came, caught up, excused, missed holds.
    """

    came: int = 0
    caught_up: int = 0
    excused: int = 0
    missed: int = 0


def marks_of(people: Iterable[K], gatherings: Sequence[Gathering], rows: Iterable[tuple[K, int, Standing]]) -> dict[K, Marks]:
    """Give each person's marks from rows of person, gathering and standing, in one pass.

    Rows of strangers and of gatherings not among these are left aside; so is what only time tells (unknown, to come).
    """
    bits = {each.id: 1 << number for number, each in enumerate(gatherings)}
    found = {person: [0, 0, 0, 0] for person in people}
    places = {Standing.CAME: 0, Standing.CAUGHT_UP: 1, Standing.EXCUSED: 2, Standing.MISSED: 3}
    for person, gathering, standing in rows:
        place, bit, four = places.get(standing), bits.get(gathering), found.get(person)
        if place is not None and bit is not None and four is not None:
            four[place] |= bit
    return {person: Marks(*four) for person, four in found.items()}


def standing_of(gathering: Gathering, recorded: Standing | None, *, at: datetime) -> Standing:
    """Say how somebody stands to a gathering at an aware moment: what is written down, else what time and register tell."""
    if recorded not in (None, Standing.UNKNOWN, Standing.TO_COME):
        return recorded
    if not gathering.is_over(at):
        return Standing.TO_COME
    return Standing.MISSED if gathering.has_register else Standing.UNKNOWN


def forecast(
    promise: Promise,
    gatherings: Sequence[Gathering],
    standings: Mapping[int, Standing],
    *,
    at: datetime,
    override: Override | None = None,
    made: int = 0,
    cohort: Window | None = None,
) -> Forecast:
    """Say how a promise stands for one person at an aware moment.

    `standings` are what is written down, by gathering; of those it does not name, time and register tell. `made` is how many
    things of the promise were made by then; `cohort` are the days it has where it says none. Raises ValueError for two
    gatherings with one id, or a negative `made`.
    """
    marks = marks_of((0,), gatherings, ((0, gathering, standing) for gathering, standing in standings.items()))
    overrides = {} if override is None else {(0, promise.key): override}
    made_by_them = {(0, promise.key): made}
    return forecast_many((promise,), gatherings, marks, at=at, overrides=overrides, made=made_by_them, cohort=cohort)[0][0]


def forecast_many(
    promises: Sequence[Promise],
    gatherings: Sequence[Gathering],
    marks: Mapping[K, Marks],
    *,
    at: datetime,
    overrides: Mapping[tuple[K, str], Override] | None = None,
    made: Mapping[tuple[K, str], int] | None = None,
    cohort: Window | None = None,
) -> dict[K, tuple[Forecast, ...]]:
    """Say how every promise stands for every person of a cohort at an aware moment, in the order of the promises.

    `marks` are as `marks_of` gives them for the same `gatherings`; `overrides` and `made` are by person and key of the
    promise, and name only those who have some. `cohort` are the days of the cohort, which a promise has where it says none; if
    these are open too, it never closes. Raises ValueError for two gatherings with one id, two promises with one key, or a
    negative `made`.
    """
    if len({each.id for each in gatherings}) != len(gatherings):
        raise ValueError("two gatherings with one id")
    if len({each.key for each in promises}) != len(promises):
        raise ValueError("two promises with one key")
    field = _Field(gatherings, at)
    usual = {promise.key: _Course(promise, Override(), field, cohort) for promise in promises}
    others: dict[tuple[str, Override], _Course] = {}
    overrides, made = overrides or {}, made or {}
    told: dict[K, tuple[Forecast, ...]] = {}
    for person, each in marks.items():
        forecasts = []
        for promise in promises:
            key = promise.key
            course = usual[key]
            if overrides and (override := overrides.get((person, key))) is not None:
                found = others.get((key, override))
                course = found or others.setdefault((key, override), _Course(promise, override, field, cohort))
            forecasts.append(course.of_things(made.get((person, key), 0)) if course.is_made else course.of(each))
        told[person] = tuple(forecasts)
    return told


class _Field:
    """The gatherings at a moment, as bits."""

    def __init__(self, gatherings: Sequence[Gathering], at: datetime) -> None:
        self.gatherings = gatherings
        self.days = [each.day for each in gatherings]
        self.at = at
        self.over = self.registered = 0
        for number, each in enumerate(gatherings):
            if each.is_over(at):
                self.over |= 1 << number
                self.registered |= each.has_register << number


class _Course:
    """A promise as it holds for everybody with the same override: which gatherings it asks for, and until when."""

    def __init__(self, promise: Promise, override: Override, field: _Field, cohort: Window | None) -> None:
        window = window_of(promise, cohort)
        first = max(filter(None, (window.first_on, override.starts_on)), default=None)
        until = min(filter(None, (window.until_on, override.ends_on)), default=None)
        last = max(until, override.extended_until) if until and override.extended_until else until
        today = day_in(field.at, window.zone)
        self.promise = promise
        self.quantity = override.quantity or promise.quantity
        self.is_waived = override.is_waived
        self.is_made = isinstance(promise.of, Things)
        self.is_open = last is None or today < last
        self.last_on = last - timedelta(days=1) if last else None
        self.days_left = (last - today).days if last else None
        self.over, self.registered = field.over, field.registered
        self.asked = self.extra = 0  # those of the window, and those only an extension lets count
        if isinstance(promise.of, Things):
            return
        for number, each in enumerate(field.gatherings):
            if not promise.of.holds(each):
                continue
            day = field.days[number] or max(filter(None, (today, first)))
            if first and day < first:
                continue
            if field.days[number] and any(away.holds_on(day) for away in override.away):
                continue
            if until is None or day < until:
                self.asked |= 1 << number
            elif last and day < last:
                self.extra |= 1 << number

    def of(self, marks: Marks) -> Forecast:
        """Give the forecast of one person."""
        asked, promise = self.asked, self.promise
        within = asked | self.extra
        came = marks.came & within
        caught = marks.caught_up & within & ~came
        let_off = marks.excused & within & ~came & ~caught
        rest = within & ~(came | caught | let_off)
        lost = rest & (marks.missed | self.registered)
        rest &= ~lost
        unknown = (rest & self.over).bit_count()
        to_come = rest.bit_count() - unknown
        came_to, caught_up = came.bit_count(), (caught & asked).bit_count()  # nobody was asked to be at the others
        not_there, excused = (lost & asked).bit_count(), (let_off & asked).bit_count()
        total = asked.bit_count()
        credited = catchable = 0
        if promise.is_catch_up_allowed:
            limit = promise.most_catch_ups
            credited = caught_up if limit is None else min(caught_up, limit)
            if self.is_open:
                catchable = not_there if limit is None else min(not_there, limit - credited)
        needed, unplanned = self._needed(total, excused)
        earned, missed = came_to + credited, not_there + caught_up - credited
        return Forecast(
            promise,
            self.quantity,
            self._verdict(needed - earned, to_come + unknown + unplanned, catchable, missed),
            earned,
            needed,
            total - excused,
            came_to + caught_up + not_there + unknown,
            to_come,
            unknown,
            came_to,
            credited,
            missed,
            excused,
            catchable,
            unplanned,
            self.last_on,
            self.is_waived,
            0 if self.is_waived else asked,
        )

    def of_things(self, made: int) -> Forecast:
        """Give the forecast of things to be made."""
        if made < 0:
            raise ValueError(f"impossible count: {made=}")
        needed = self.quantity.number if isinstance(self.quantity, Count) else 1
        left = max(0, needed - made) if self.is_open else 0
        if self.is_waived or made >= needed:
            verdict = Verdict.EARNED
        elif not self.is_open:
            verdict = Verdict.LOST
        else:
            is_soon = self.days_left is not None and self.days_left <= SOON.days
            verdict = Verdict.AT_RISK if is_soon else Verdict.POSSIBLE
        return Forecast(
            self.promise,
            self.quantity,
            verdict,
            made,
            needed,
            needed,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            left,
            self.last_on,
            self.is_waived,
            0,
        )

    def _verdict(self, short: int, left: int, catchable: int, missed: int) -> Verdict:
        if self.is_waived or short <= 0:
            return Verdict.EARNED
        if short > left:
            return Verdict.AT_RISK if short <= left + catchable else Verdict.LOST
        share = self.promise.at_risk_from
        is_tight = missed > 0 and short * share.denominator >= left * share.numerator
        return Verdict.AT_RISK if is_tight else Verdict.POSSIBLE

    def _needed(self, total: int, excused: int) -> tuple[int, int]:
        """Give how many are needed, and how many of these no schedule has yet."""
        quantity = self.quantity
        if isinstance(quantity, Share):
            share = quantity.of
            return -(-(total - excused) * share.numerator // share.denominator), 0
        if isinstance(quantity, Count):
            unplanned = max(0, quantity.number - total) if self.is_open else 0
            return min(quantity.number, max(quantity.number, total) - excused), unplanned
        return total - excused, 0
