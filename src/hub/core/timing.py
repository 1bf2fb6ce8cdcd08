"""The agenda of a session with clock times: what begins when, what is on now and what comes next.

A part has the shortest time its plan gives; what is left goes first to the parts without minutes, then lengthens those with a
range, five minutes each in turn. Parts without minutes that follow one another share one stretch of time, for nobody knows
where one ends. Parts that need more than the session has are not cut: they run over, and that is said.
Sources: issue 5, item 6 ("agenda with timing, group and individual parts"); seeds/001 (2 August, 30 + 30 + 30 of 120 minutes;
9 August, 60–90 of 60); the handbook of The Turing Way (what a café is made of).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hub.core.occurrence import Part
from hub.core.plan.model import Kind, Who

STEP = 5  # minutes by which parts with a range grow in turn
_LONGEST = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One part with its times (UTC). `depth` is 0 for a part of the agenda, 1 for a part of a part.

    `starts_at` and `ends_at` are None where no time is left for it. `is_about` says that the plan gives no minutes, or a range;
    `is_shared` that other rows have the same stretch of time.
    """

    part: Part
    depth: int
    starts_at: datetime | None
    ends_at: datetime | None
    is_about: bool = False
    is_shared: bool = False

    @property
    def who(self) -> Who | None:
        """Whom it is for."""
        return self.part.who

    @property
    def minutes(self) -> int | None:
        """How long it is, in whole minutes; None without times."""
        return None if not self.starts_at or not self.ends_at else int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """An agenda in time. `minutes` is what the session has (None while its end is open), `low` and `high` what its parts need.

    `high` is None while a part has no minutes. `rest` are the minutes no part takes; `over` those they run over at the least.
    """

    rows: tuple[Row, ...]
    minutes: int | None
    low: int
    high: int | None
    rest: int = 0
    over: int = 0

    @property
    def said(self) -> str:
        """What a person should know of how the parts fit: "The parts add up to 60–90 min in 60." Empty where they do."""
        if self.minutes is None or not self.rows:
            return ""
        needed = f"{self.low}–{self.high}" if self.high not in (None, self.low) else f"{self.low}"
        if self.high is None and self.low >= self.minutes:
            return f"The parts with a time add up to {needed} min in {self.minutes}; none is left for the others."
        if self.high is not None and self.high > self.minutes:
            return f"The parts add up to {needed} min in {self.minutes}."
        return f"{self.rest} of {self.minutes} min are not given to any part." if self.rest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What is on at a moment, from the part of the agenda inward, and what begins next."""

    on: tuple[Row, ...]
    next: Row | None


@dataclass(frozen=True, slots=True)
class _Need:
    """What a part needs: minutes at least, and at most (None: the plan does not say)."""

    low: int
    high: int | None


def timing(agenda: Sequence[Part], *, starts_at: datetime, ends_at: datetime | None) -> Timing:
    """Give an agenda its clock times within a session, given as aware moments. Minutes count real time, also at a clock change.

    Raises ValueError for naive moments and for an end before the start.
    """
    if starts_at.tzinfo is None or (ends_at is not None and ends_at.tzinfo is None):
        raise ValueError("a session's moments are aware")
    begin = starts_at.astimezone(UTC)
    minutes = None if ends_at is None else int((ends_at.astimezone(UTC) - begin).total_seconds() // 60)
    if minutes is not None and minutes < 0:
        raise ValueError(f"a session cannot end before it starts: {minutes=}")
    needs = list(map(_need, agenda))
    low = sum(each.low for each in needs)
    high = _sum_of_highs(needs)
    given = _shared_out(needs, minutes)
    return Timing(
        rows=tuple(_rows(agenda, given, begin, depth=0)),
        minutes=minutes,
        low=low,
        high=high,
        rest=0 if minutes is None or high is None else max(0, minutes - sum(each or 0 for each in given)),
        over=0 if minutes is None else max(0, low - minutes),
    )


def moment(timing: Timing, *, at: datetime) -> Moment:
    """Say what is on at an aware moment, and which part of the agenda begins next. An end is no longer part of its time."""
    on = tuple(row for row in timing.rows if row.starts_at and row.ends_at and row.starts_at <= at < row.ends_at)
    coming = (row for row in timing.rows if row.depth == 0 and row.starts_at and row.ends_at and row.starts_at > at)
    return Moment(on=on, next=min(coming, key=lambda row: row.starts_at or at, default=None))


def agenda_of(kind: Kind, agenda: Sequence[Part], *, minutes: int | None) -> tuple[Part, ...]:
    """Give the agenda as planned, or for a café without one what a café is made of."""
    return tuple(agenda) or (cafe_agenda(minutes or 120) if kind is Kind.CAFE else ())


def cafe_agenda(minutes: int = 120) -> tuple[Part, ...]:
    """Give what a café is made of: arriving, rounds of quiet work with breaks, a discussion, a close.

    Two hours have three rounds of 20 and 5 minutes and half an hour of discussion; fewer minutes fewer rounds. Below 20 there
    is nothing to divide. The handbook's two tables give welcome and introductions 10 minutes together, or 5 each: the same.
    Source: Turing Way handbook, Collaboration Café.
    """
    if minutes < 20:
        return ()
    rounds = max((minutes - 45) // 25, 1 if minutes >= 50 else 0)
    work = [
        each
        for _ in range(rounds)
        for each in (
            Part(text="Work on your own goal", who=Who.INDIVIDUAL, minutes_low=20, minutes_high=20),
            Part(text="Break", minutes_low=5, minutes_high=5),
        )
    ]
    talk = minutes - 15 - 25 * rounds
    return (
        Part(
            text="Arriving",
            who=Who.GROUP,
            minutes_low=10,
            minutes_high=10,
            parts=(
                Part(text="Welcome and code of conduct", who=Who.GROUP, minutes_low=5, minutes_high=5),
                Part(text="Introductions and what each of us wants to do", who=Who.GROUP, minutes_low=5, minutes_high=5),
            ),
        ),
        *work,
        Part(text="Open discussion", who=Who.GROUP, minutes_low=talk, minutes_high=talk),
        Part(text="Close", who=Who.GROUP, minutes_low=5, minutes_high=5),
    )


def _need(part: Part) -> _Need:
    """Say what a part needs: its own minutes, otherwise those of its parts together."""
    low, high = part.minutes_low, part.minutes_high
    if low is None and high is None:
        inner = list(map(_need, part.parts))
        return _Need(sum(each.low for each in inner), _sum_of_highs(inner)) if inner else _Need(0, None)
    first = max(0, min(low if low is not None else high or 0, _LONGEST))
    last = max(0, min(high if high is not None else first, _LONGEST))
    return _Need(min(first, last), max(first, last))


def _sum_of_highs(needs: Sequence[_Need]) -> int | None:
    highs = [each.high for each in needs]
    return None if None in highs else sum(each or 0 for each in highs)


def _runs(needs: Sequence[_Need]) -> list[list[int]]:
    """Give the runs of neighbouring parts without any minutes, by their places; a part of known least stands alone."""
    runs: list[list[int]] = []
    for place, need in enumerate(needs):
        if need.high is not None:
            continue
        last = runs[-1] if runs else []
        if need.low == 0 and last and last[-1] == place - 1 and needs[last[-1]].low == 0:
            last.append(place)
        else:
            runs.append([place])
    return runs


def _shared_out(needs: Sequence[_Need], minutes: int | None) -> list[int | None]:
    """Give each part its minutes; 0 for all of a run but its first, which has the run's, and None where none are left."""
    given: list[int | None] = [each.low for each in needs]
    left = None if minutes is None else minutes - sum(each.low for each in needs)
    runs = _runs(needs)
    for number, run in enumerate(runs):
        done = sum(map(len, runs[:number]))
        total = sum(map(len, runs))
        extra = 0 if left is None or left <= 0 else left * (done + len(run)) // total - left * done // total
        given[run[0]] = needs[run[0]].low + extra or None
        for place in run[1:]:
            given[place] = 0 if given[run[0]] else None
    if left is None or left <= 0 or runs:
        return given
    growing = [place for place, need in enumerate(needs) if need.high is not None and need.high > need.low]
    while left > 0 and growing:
        for place in list(growing):
            now, most = given[place] or 0, needs[place].high or 0
            step = min(STEP, left, most - now)
            given[place] = now + step
            left -= step
            if now + step == most:
                growing.remove(place)
    return given


def _rows(parts: Sequence[Part], given: Sequence[int | None], begin: datetime, *, depth: int) -> Iterator[Row]:
    needs = list(map(_need, parts))
    shared = {place: run for run in _runs(needs) for place in run}
    at, span = begin, 0
    for place, part in enumerate(parts):
        is_first = place not in shared or shared[place][0] == place
        if is_first:
            at += timedelta(minutes=span)
            span = given[place] or 0
        has_time = given[place] is not None
        end = at + timedelta(minutes=span)
        yield Row(
            part=part,
            depth=depth,
            starts_at=at if has_time else None,
            ends_at=end if has_time else None,
            is_about=needs[place].high != needs[place].low,
            is_shared=len(shared.get(place, ())) > 1,
        )
        if part.parts:
            within = _shared_out(list(map(_need, part.parts)), span) if has_time else [None] * len(part.parts)
            yield from _rows(part.parts, within, at, depth=depth + 1)
