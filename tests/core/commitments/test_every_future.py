"""The forecast against every future there is, and what holds for any forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import product
from math import ceil
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.core.commitments import (
    All,
    Count,
    Gathering,
    Marks,
    Override,
    Promise,
    Share,
    Standing,
    Verdict,
    Which,
    Window,
    forecast,
    forecast_many,
    marks_of,
    say,
    say_for_team,
    standing_of,
)
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.taking_part import Days
from tests.core.commitments.gatherings import a_gathering

CAME, MISSED, EXCUSED, CAUGHT_UP = Standing.CAME, Standing.MISSED, Standing.EXCUSED, Standing.CAUGHT_UP
UNKNOWN, TO_COME = Standing.UNKNOWN, Standing.TO_COME
RANK = [Verdict.LOST, Verdict.AT_RISK, Verdict.POSSIBLE, Verdict.EARNED]
# Around the ends of October and March, where a day has 25 or 23 hours.
DAYS = st.sampled_from([date(2024, 10, 26), date(2024, 10, 27), date(2024, 10, 28), date(2025, 3, 29), date(2025, 3, 30)])
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland"])
MOMENTS = st.sampled_from(
    [datetime(2024, 10, 27, hour, minute, tzinfo=UTC) for hour in (0, 1, 2, 15, 23) for minute in (0, 30)]
    + [datetime(2025, 3, day, hour, tzinfo=UTC) for day in (29, 30, 31) for hour in (1, 12, 23)]
    + [datetime(2024, 8, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)]
)
QUANTITIES = (
    st.builds(lambda part, whole: Share(Fraction(min(part, whole), whole)), st.integers(1, 7), st.integers(1, 7))
    | st.builds(Count, st.integers(1, 5))
    | st.just(All())
)
DAYS = st.dates(date(2024, 10, 25), date(2025, 4, 2))
BOUNDS = st.none() | DAYS


@st.composite
def a_session(draw: st.DrawFn, number: int) -> Gathering:
    day, start = draw(st.none() | DAYS), draw(st.sampled_from([0, 1, 2, 9, 22]))
    session = a_gathering(
        number,
        day,
        time(start),
        time(start + 1, 30),
        zone=draw(ZONES),
        kind=draw(st.sampled_from([Kind.CAFE, Kind.CAFE, Kind.CAFE, Kind.MEETING])),
        state=draw(st.sampled_from([*SessionState, SessionState.SCHEDULED, SessionState.SCHEDULED])),
        is_counted=draw(st.integers(0, 9)) > 0,
        has_register=draw(st.booleans()),
    )
    return replace(session, ends_at=None) if draw(st.integers(0, 4)) == 0 else session


@dataclass(frozen=True)
class Case:
    promise: Promise
    gatherings: list[Gathering]
    standings: dict[int, Standing]
    override: Override
    at: datetime
    cohort: Window | None = None

    def told(self, standings: dict[int, Standing] | None = None):  # type: ignore[no-untyped-def]
        given_ = self.standings if standings is None else standings
        return forecast(self.promise, self.gatherings, given_, at=self.at, override=self.override, cohort=self.cohort)

    def with_(self, gathering: int, standing: Standing) -> dict[int, Standing]:
        return self.standings | {gathering: standing}

    def standing(self, gathering: Gathering) -> Standing:
        return standing_of(gathering, self.standings.get(gathering.id), at=self.at)


@st.composite
def cases(draw: st.DrawFn, most: int = 6) -> Case:
    gatherings = [draw(a_session(number)) for number in range(1, draw(st.integers(0, most)) + 1)]
    first, until = draw(BOUNDS), draw(BOUNDS)
    may_catch_up = draw(st.booleans())
    promise = Promise(
        key="cafes",
        one="café",
        many="cafés",
        of=Which(kinds=frozenset({Kind.CAFE})),
        quantity=draw(QUANTITIES),
        window=Window(first_on=first, until_on=until) if first or until else None,
        is_catch_up_allowed=may_catch_up,
        most_catch_ups=draw(st.none() | st.integers(0, 3)) if may_catch_up else None,
        at_risk_from=draw(st.sampled_from([Fraction(1, 2), Fraction(3, 4), Fraction(1)])),
    )
    standings = draw(st.dictionaries(st.integers(1, most), st.sampled_from([CAME, MISSED, EXCUSED, CAUGHT_UP]), max_size=most))
    override = Override(
        starts_on=draw(st.none() | BOUNDS),
        ends_on=draw(st.none() | BOUNDS),
        away=tuple(Days(min(both), max(both)) for both in draw(st.lists(st.tuples(DAYS, DAYS), max_size=2))),
        extended_until=draw(st.none() | BOUNDS),
        quantity=draw(st.none() | QUANTITIES),
    )
    days = st.builds(Window, first_on=BOUNDS, until_on=BOUNDS, zone=ZONES)
    return Case(promise, gatherings, standings, override, draw(MOMENTS), draw(st.none() | days))


# -- the same rules once more, slowly: a list of what is asked, one of what an extension adds, and every future of both


@dataclass
class Slow:
    """What a case comes to by walking through it; `asked` and `extra` are (gathering, standing)."""

    asked: list[Standing]
    extra: list[Standing]
    is_open: bool
    quantity: object
    limit: int

    def earned(self, asked: list[Standing], extra: list[Standing]) -> int:
        return asked.count(CAME) + extra.count(CAME) + min(asked.count(CAUGHT_UP), self.limit)

    def needed(self) -> int:
        planned = [each for each in self.asked if each is not EXCUSED]
        if isinstance(self.quantity, Share):
            return ceil(self.quantity.of * len(planned))
        if isinstance(self.quantity, Count):
            # an excused one is let off, unless enough others are there
            number, let_off = self.quantity.number, self.asked.count(EXCUSED)
            return number - let_off if len(self.asked) < number else min(number, len(planned))
        return len(planned)

    def to_be_planned(self) -> int:
        return max(0, self.quantity.number - len(self.asked)) if isinstance(self.quantity, Count) and self.is_open else 0

    def outcomes(self, *, kindly: bool):  # type: ignore[no-untyped-def]
        """Yield each future as (how many of those to come were come to, how much is earned).

        `kindly`: registers may still say "came", sessions may be added, and what was missed may be caught up.
        """
        both = self.asked + self.extra
        open_ = [n for n, each in enumerate(both) if each is TO_COME or (kindly and each is UNKNOWN)]
        catchable = [n for n, each in enumerate(self.asked) if each is MISSED and kindly and self.is_open and self.limit]
        for came in product((CAME, MISSED), repeat=len(open_)):
            for caught in product((CAUGHT_UP, MISSED), repeat=len(catchable)):
                future = list(both)
                for n, each in (*zip(open_, came, strict=True), *zip(catchable, caught, strict=True)):
                    future[n] = each
                asked, extra = future[: len(self.asked)], future[len(self.asked) :]
                attended = sum(both[n] is TO_COME for n, each in zip(open_, came, strict=True) if each is CAME)
                for added in {0, self.to_be_planned()} if kindly else {0}:
                    yield attended, self.earned(asked, extra) + added


def slowly(case: Case) -> Slow:
    promise, override = case.promise, case.override
    window, days = promise.window, case.cohort or Window()
    first = window.first_on if window and window.first_on else days.first_on
    close = window.until_on if window and window.until_on else days.until_on
    firsts = [day for day in (first, override.starts_on) if day]
    untils = [day for day in (close, override.ends_on) if day]
    until = min(untils) if untils else None
    last = max(until, override.extended_until) if until and override.extended_until else until
    today = case.at.astimezone(ZoneInfo(window.zone if window else days.zone)).date()
    asked, extra = [], []
    for each in case.gatherings:
        if each.kind is not Kind.CAFE or not each.is_counted or each.state is SessionState.CANCELLED:
            continue
        day = each.on
        if day and any(day < first for first in firsts):
            continue
        if day and any(away.starts_on <= day < away.ends_on for away in override.away if away.ends_on):
            continue
        day = day or max([today, *firsts])
        if until is None or day < until:
            asked.append(case.standing(each))
        elif last and day < last:
            extra.append(case.standing(each))
    limit = (10**6 if promise.most_catch_ups is None else promise.most_catch_ups) if promise.is_catch_up_allowed else 0
    return Slow(asked, extra, last is None or today < last, override.quantity or promise.quantity, limit)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_forecast_agrees_with_every_future(case: Case) -> None:
    slow, told = slowly(case), case.told()
    earned = [each for _, each in slow.outcomes(kindly=True)]
    reached = [each >= slow.needed() for each in earned]
    assert (told.earned, told.needed, told.possible) == (slow.earned(slow.asked, slow.extra), slow.needed(), max(earned))
    assert (told.verdict is Verdict.EARNED) == all(reached)
    assert (told.verdict is Verdict.LOST) == (not any(reached))
    by_coming = [attended for attended, each in slow.outcomes(kindly=False) if each >= slow.needed()]
    if by_coming:
        assert told.next_needed == min(by_coming)
    else:
        assert told.next_needed == told.to_come < told.still_needed


@settings(max_examples=100, deadline=None)
@given(cases(), st.data())
def test_coming_to_a_session_never_makes_a_forecast_worse(case: Case, data: st.DataObject) -> None:
    assume(case.gatherings)
    session = data.draw(st.sampled_from(case.gatherings)).id
    before, after = case.told(), case.told(case.with_(session, CAME))
    assert RANK.index(after.verdict) >= RANK.index(before.verdict)
    assert after.still_needed <= before.still_needed


@settings(max_examples=100, deadline=None)
@given(cases(), st.data())
def test_excusing_somebody_or_catching_up_never_makes_it_worse_than_missing_it(case: Case, data: st.DataObject) -> None:
    assume(case.gatherings)
    session = data.draw(st.sampled_from(case.gatherings)).id
    missed = case.told(case.with_(session, MISSED))
    for better in (EXCUSED, CAUGHT_UP):
        told = case.told(case.with_(session, better))
        assert RANK.index(told.verdict) >= RANK.index(missed.verdict)
        assert told.still_needed <= missed.still_needed


@settings(max_examples=100, deadline=None)
@given(cases(), st.dates(date(2025, 4, 3), date(2025, 5, 1)))
def test_an_extension_never_makes_it_worse_and_asks_for_no_more(case: Case, until: date) -> None:
    plain = replace(case, override=replace(case.override, extended_until=None)).told()
    more = replace(case, override=replace(case.override, extended_until=until)).told()
    assert RANK.index(more.verdict) >= RANK.index(plain.verdict)
    assert (more.needed, more.planned) == (plain.needed, plain.planned)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_numbers_of_a_forecast_add_up_and_can_be_said(case: Case) -> None:
    told = case.told()
    slow = slowly(case)
    assert told.planned + told.excused == len(slow.asked) == told.asks.bit_count()
    assert told.held == told.came + told.caught_up + told.missed + told.unknown
    assert told.earned == told.came + told.caught_up
    assert say(told).endswith(".")
    assert say_for_team(told, "Ada").startswith(f"{told.verdict.label if told.needed else 'Not asked'}. ")


@settings(max_examples=50, deadline=None)
@given(st.lists(cases(4), min_size=1, max_size=4), MOMENTS)
def test_a_cohort_together_is_forecast_as_each_alone(all_cases: list[Case], at: datetime) -> None:
    gatherings = all_cases[0].gatherings
    promises = [replace(case.promise, key=f"promise-{n}") for n, case in enumerate(all_cases)]
    people = list(enumerate(all_cases))
    rows = [(n, gathering, standing) for n, case in people for gathering, standing in case.standings.items()]
    overrides = {(n, promises[n].key): case.override for n, case in people}
    told = forecast_many(promises, gatherings, marks_of(range(len(people)), gatherings, rows), at=at, overrides=overrides)
    assert told == {
        n: tuple(
            forecast(promise, gatherings, case.standings, at=at, override=overrides.get((n, promise.key)))
            for promise in promises
        )
        for n, case in people
    }


def test_of_5_000_people_and_200_sessions_each_is_told_the_right_numbers() -> None:
    first = date(2024, 9, 2)
    sessions = [
        a_gathering(n, first + timedelta(days=n), mode=Mode.IN_PERSON if n % 20 == 0 else Mode.ONLINE, has_register=True)
        for n in range(200)
    ]
    half = Promise(key="half", one="café", many="cafés", of=Which(kinds=frozenset({Kind.CAFE})), quantity=Share(Fraction(1, 2)))
    days = replace(half, key="days", of=Which(modes=frozenset({Mode.IN_PERSON})), quantity=All())
    marks = {person: Marks(came=(1 << (person % 201)) - 1) for person in range(5000)}
    told = forecast_many((half, days), sessions, marks, at=datetime(2025, 9, 1, tzinfo=UTC))
    assert [(each[0].earned, each[0].verdict is Verdict.EARNED, each[1].earned) for each in told.values()] == [
        (n % 201, n % 201 >= 100, (n % 201 + 19) // 20) for n in range(5000)
    ]
