"""Late, today, this week: where a thing stands, seen from a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.week import Stretch, horizon, last_of_week, say_near, stretch_of, week_of

WEDNESDAY = date(2024, 9, 11)


@dataclass(frozen=True)
class Thing:
    due_on: date | None
    waits_for: str = ""


@pytest.mark.parametrize(
    ("due_on", "stretch"),
    [
        (date(2024, 9, 10), Stretch.LATE),
        (date(2024, 9, 11), Stretch.TODAY),
        (date(2024, 9, 12), Stretch.WEEK),
        (date(2024, 9, 15), Stretch.WEEK),  # Sunday
        (date(2024, 9, 16), Stretch.LATER),
        (date(2024, 9, 29), Stretch.LATER),
        (date(2024, 9, 30), None),
        (None, Stretch.ANY_DAY),
    ],
)
def test_a_thing_stands_where_its_day_puts_it(due_on: date | None, stretch: Stretch | None) -> None:
    assert stretch_of(due_on, waits=False, today=WEDNESDAY) is stretch


def test_what_waits_for_others_stands_with_the_waiting_even_when_it_is_late() -> None:
    days = [date(2024, 9, 1), WEDNESDAY, None, date(2024, 9, 29)]
    assert {stretch_of(day, waits=True, today=WEDNESDAY) for day in days} == {Stretch.WAITING}
    assert stretch_of(date(2024, 9, 30), waits=True, today=WEDNESDAY) is None


def test_stretches_come_in_the_order_people_read_and_each_soonest_first() -> None:
    late, later, waits = Thing(date(2024, 9, 2)), Thing(date(2024, 9, 20)), Thing(None, "Ada")
    earlier, far = Thing(date(2024, 9, 1)), Thing(date(2025, 1, 1))
    week = week_of([later, late, waits, earlier, far], today=WEDNESDAY)
    assert [(part.stretch, part.things) for part in week.parts] == [
        (Stretch.LATE, (earlier, late)),
        (Stretch.WAITING, (waits,)),
        (Stretch.LATER, (later,)),
    ]
    assert (week.count, week.beyond) == (4, 1)
    assert week.things(Stretch.TODAY) == ()


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.lists(st.builds(Thing, st.none() | days, st.sampled_from(["", "Ada"]))), days)
def test_nothing_is_lost_and_nothing_stands_twice(things: list[Thing], today: date) -> None:
    week = week_of(things, today=today)
    assert week.count + week.beyond == len(things)
    shown = [thing for part in week.parts for thing in part.things]
    assert all(thing.due_on is None or thing.due_on <= horizon(today) for thing in shown)


@given(days, days)
def test_the_later_a_day_the_later_its_stretch(today: date, day: date) -> None:
    order = [Stretch.LATE, Stretch.TODAY, Stretch.WEEK, Stretch.LATER, None]
    here = stretch_of(day, waits=False, today=today)
    after = stretch_of(day + timedelta(days=1), waits=False, today=today)
    assert order.index(here) <= order.index(after)
    assert last_of_week(today).weekday() == 6


@pytest.mark.parametrize(
    ("days", "said"), [(-3, "3 days ago"), (-1, "yesterday"), (0, "today"), (1, "tomorrow"), (5, "in 5 days")]
)
def test_how_far_a_day_is_is_said_as_people_say_it(days: int, said: str) -> None:
    assert say_near(WEDNESDAY + timedelta(days=days), today=WEDNESDAY) == said
