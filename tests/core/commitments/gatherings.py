"""Cohorts to forecast for: the cafés of the second cohort, and small ones to try every future of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction

from hub.core.calendar import MonthlyRule, instant
from hub.core.commitments import OWN_PROMISES, Gathering, Promise, Share, Standing, Which
from hub.core.plan.model import Kind, Mode
from hub.core.series import ExceptionDate, SeriesRule, series_dates

LONDON = "Europe/London"
IN_PERSON_DAYS, CAFES, CASE_STUDY = OWN_PROMISES
HALF = replace(CAFES, is_catch_up_allowed=False, most_catch_ups=None)
NEW_YEAR = date(2025, 1, 1)
SERIES = SeriesRule(
    title="Collaboration Café",
    kind=Kind.CAFE,
    on=MonthlyRule(2, (1, 3)),
    start=time(15),
    end=time(17),
    zone=LONDON,
    first_on=date(2024, 9, 1),
    last_on=date(2025, 2, 28),
    mode=Mode.ONLINE,
)


def a_gathering(number: int, day: date | None, start: time = time(15), end: time = time(17), **facts: object) -> Gathering:
    zone = str(facts.get("zone", LONDON))
    given = {
        "kind": Kind.CAFE,
        "mode": Mode.ONLINE,
        "starts_at": day and instant(day, start, zone),
        "ends_at": day and instant(day, end, zone),
    }
    return Gathering(id=number, on=day, **given | facts)  # type: ignore[arg-type]


def the_cafes(*, without_new_year: bool = True) -> list[Gathering]:
    """The cafés of the second cohort as their series gives them; their number is their place in it, from 1."""
    left_out = [ExceptionDate(on=NEW_YEAR, reason="Bank holiday")] if without_new_year else []
    days = [each.held_on for each in series_dates(SERIES, left_out) if each.held_on]
    return [a_gathering(number, day) for number, day in enumerate(days, 1)]


def with_registers(gatherings: list[Gathering]) -> list[Gathering]:
    return [replace(each, has_register=True) for each in gatherings]


def came_to(*numbers: int) -> dict[int, Standing]:
    return dict.fromkeys(numbers, Standing.CAME)


def a_share(numerator: int, denominator: int, **facts: object) -> Promise:
    given = {"of": Which(kinds=frozenset({Kind.CAFE})), "quantity": Share(Fraction(numerator, denominator))}
    return Promise(key="cafes", one="café", many="cafés", **given | facts)  # type: ignore[arg-type]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
