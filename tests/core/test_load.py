"""The load of each Expert by month, what is left free of it, and what the team is warned of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.calendar import instant
from hub.core.commitments import Gathering
from hub.core.load import (
    Asked,
    BadLoad,
    LoadWarning,
    OneToOne,
    Strain,
    agreed_minutes,
    bits_of,
    loads,
    minutes_by_month,
    say_hours,
    say_month,
    spread,
    warnings_of,
    within_parts,
)
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.taking_part import Days

LONDON = "Europe/London"
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2024, month, 1) for month in (9, 10, 11, 12))
AUTUMN = {"first_on": SEPTEMBER, "until_on": DECEMBER}


def a_session(number: int, day: date | None, start: time = time(15), end: time = time(17), **facts: object) -> Gathering:
    zone = str(facts.get("zone", LONDON))
    given_ = {
        "kind": Kind.CAFE,
        "mode": Mode.ONLINE,
        "starts_at": day and instant(day, start, zone),
        "ends_at": day and instant(day, end, zone),
    }
    return Gathering(id=number, on=day, **given_ | facts)  # type: ignore[arg-type]


def test_a_fifth_of_a_post_is_32_hours_and_a_half_a_month() -> None:
    assert say_hours(agreed_minutes(Fraction(1, 5))) == "32 h 30"
    assert say_hours(agreed_minutes(Fraction("0.2"), week_hours=Fraction(30))) == "26 h"
    for post in (Fraction(-1, 5), Fraction(6, 5)):
        with pytest.raises(BadLoad):
            agreed_minutes(post)
    with pytest.raises(BadLoad):
        agreed_minutes(Fraction(1), week_hours=Fraction(0))


def test_an_experts_month_is_what_they_are_expected_at_and_booked_and_how_they_get_there() -> None:
    sessions = [
        a_session(1, date(2024, 10, 2)),
        a_session(2, date(2024, 10, 16)),
        a_session(3, date(2024, 10, 23), time(10), time(16), kind=Kind.WORKSHOP, mode=Mode.IN_PERSON),
        a_session(4, date(2024, 10, 23), time(16, 30), time(18), kind=Kind.MEETING, mode=Mode.IN_PERSON),
        a_session(5, date(2024, 10, 24), time(9, 30), time(16), kind=Kind.WORKSHOP, mode=Mode.HYBRID),
        a_session(6, date(2024, 10, 25), kind=Kind.TRAINING),
        a_session(7, date(2024, 10, 30), state=SessionState.CANCELLED),
        a_session(8, date(2024, 10, 31), kind=Kind.REST),
    ]
    ada = Asked(
        sessions=bits_of(sessions, {1, 2, 3, 4, 5, 7, 8, 99}),
        in_room=bits_of(sessions, {5}),
        one_to_ones=(OneToOne(instant(date(2024, 11, 5), time(10), LONDON), instant(date(2024, 11, 5), time(11), LONDON)),),
        writing=spread(10 * 60, (OCTOBER, NOVEMBER)),
        agreed=26 * 60,
    )
    grace = replace(ada, in_room=0, one_to_ones=(), travel=0, agreed=None)
    told = loads(sessions, {"Ada": ada, "Grace": grace}, **AUTUMN, travel=180)
    september, october, november = told["Ada"].months
    assert (september.total, september.left, say_month(september)) == (
        0,
        26 * 60,
        "26 h of 26 h are left, and 4 of 4 weeks are free.",
    )
    assert (october.sessions, october.travel, october.one_to_ones, october.writing) == (18 * 60, 2 * 180, 0, 5 * 60)
    assert october.free_weeks == (date(2024, 10, 7), date(2024, 10, 28))
    assert say_month(october) == "3 h more than the 26 h agreed are asked, and 2 of 5 weeks are free."
    assert (november.one_to_ones, november.writing, november.sessions) == (60, 300, 0)
    assert november.free_weeks == (date(2024, 11, 11), date(2024, 11, 18), date(2024, 11, 25))
    assert [(each.travel, each.left) for each in told["Grace"].months] == [(0, None)] * 3
    assert say_month(told["Grace"].months[1]) == "23 h are asked, and 2 of 5 weeks are free."


def test_the_team_is_warned_before_a_release() -> None:
    days = [date(2024, 10, 2) + timedelta(days=7 * week) for week in range(5)]
    sessions = [a_session(n, day, time(9), time(15, 18)) for n, day in enumerate(days)] + [a_session(9, None)]
    ada = Asked(sessions=bits_of(sessions, range(10)), agreed=26 * 60)
    load = loads(sessions, {"Ada": ada}, **AUTUMN)["Ada"]
    assert warnings_of(load, "Ada") == (
        LoadWarning(Strain.OVER, OCTOBER, 330, "In October Ada has 31 h 30 of sessions for 26 h agreed."),
        LoadWarning(Strain.NO_FREE_WEEK, OCTOBER, 5, "In October Ada has no week without a session."),
        LoadWarning(
            Strain.UNTIMED, None, 1, "1 session counts nothing for Ada yet: without a date, or without a start and an end."
        ),
    )
    travelling = loads(
        [replace(each, mode=Mode.IN_PERSON) for each in sessions],
        {"Ada": replace(ada, writing={OCTOBER: 30})},
        first_on=date(2024, 1, 1),
        until_on=date(2025, 7, 1),
        travel=60,
    )
    assert warnings_of(travelling["Ada"], "Ada")[0].sentence == (
        "In October 2024 Ada has 37 h (31 h 30 of sessions, 5 h of travel, 30 min of writing) for 26 h agreed."
    )
    assert warnings_of(loads(sessions, {"Ada": Asked(agreed=0)}, **AUTUMN)["Ada"], "Ada") == ()


def test_over_a_clock_change_the_hours_that_pass_count() -> None:
    night = {"start": time(0, 30), "end": time(4)}
    sessions = [
        a_session(0, date(2024, 10, 26), **night),
        a_session(1, date(2024, 10, 27), **night),
        a_session(2, date(2025, 3, 30), **night),
    ]
    told = loads(sessions, {n: Asked(sessions=1 << n) for n in range(3)}, first_on=OCTOBER, until_on=date(2025, 4, 1))
    assert [sum(month.sessions for month in told[n].months) for n in range(3)] == [210, 270, 150]


def test_instants_in_one_zone_are_not_subtracted_by_their_wall_times() -> None:
    start, end = (datetime(2024, 10, 27, hour, tzinfo=ZoneInfo(LONDON)) for hour in (0, 4))
    assert minutes_by_month(start, end, LONDON) == {OCTOBER: 300}
    one = OneToOne(start, end)
    assert loads([], {1: Asked(one_to_ones=(one,))}, **AUTUMN)[1].months[1].one_to_ones == 300


def test_a_session_over_a_months_end_is_split_where_it_is_held() -> None:
    start, end = datetime(2024, 10, 31, 22, tzinfo=UTC), datetime(2024, 11, 1, 1, tzinfo=UTC)
    assert minutes_by_month(start, end, LONDON) == {OCTOBER: 120, NOVEMBER: 60}
    assert minutes_by_month(start, end, "America/New_York") == {OCTOBER: 180}
    assert minutes_by_month(start, end, "Pacific/Auckland") == {NOVEMBER: 180}
    assert minutes_by_month(end, start, LONDON) == {}


def test_what_has_no_date_or_no_end_counts_nothing_and_is_said() -> None:
    sessions = [
        a_session(0, None, state=SessionState.TO_BE_CONFIRMED),
        replace(a_session(1, date(2024, 10, 2)), starts_at=None, ends_at=None),
        replace(a_session(2, date(2024, 10, 9)), ends_at=None),
        a_session(3, None, kind=Kind.INDIVIDUAL),
    ]
    load = loads(sessions, {1: Asked(sessions=0b1111)}, **AUTUMN)[1]
    assert (load.untimed, sum(month.total for month in load.months)) == (3, 0)
    assert load.months[1].free_weeks == (date(2024, 10, 14), date(2024, 10, 21), date(2024, 10, 28))


def test_months_beyond_the_cohorts_are_told_where_something_is_asked() -> None:
    sessions = [a_session(0, date(2025, 1, 8)), a_session(1, date(2024, 9, 1))]
    told = loads(sessions, {"Ada": Asked(sessions=0b11), "Grace": Asked(writing={date(2025, 2, 14): 60})}, **AUTUMN)
    assert [month.month for month in told["Ada"].months] == [SEPTEMBER, OCTOBER, NOVEMBER, date(2025, 1, 1)]
    assert [(month.month, month.total, month.weeks) for month in told["Grace"].months[3:]] == [(date(2025, 2, 1), 60, 0)]
    assert warnings_of(told["Grace"], "Grace") == ()
    with pytest.raises(ValueError, match="no days"):
        loads([], {}, first_on=OCTOBER, until_on=OCTOBER)


def test_only_weeks_within_the_cohort_can_be_free() -> None:
    load = loads([], {1: Asked()}, first_on=date(2024, 9, 20), until_on=date(2024, 10, 8))[1]
    assert [month.free_weeks for month in load.months] == [
        (date(2024, 9, 16), date(2024, 9, 23)),
        (date(2024, 9, 30), date(2024, 10, 7)),
    ]


def test_a_session_that_ends_at_midnight_takes_no_week_of_the_next_day() -> None:
    sunday = a_session(0, date(2024, 10, 6), time(20), time(23))
    until_monday = replace(sunday, ends_at=instant(date(2024, 10, 7), time(0), LONDON))
    over_midnight = replace(sunday, ends_at=instant(date(2024, 10, 7), time(0, 1), LONDON))
    free = [loads([each], {1: Asked(sessions=1)}, **AUTUMN)[1].months[1].free_weeks for each in (until_monday, over_midnight)]
    assert [len(each) for each in free] == [4, 3]


@pytest.mark.parametrize(("minutes", "words"), [(0, "0 h"), (45, "45 min"), (60, "1 h"), (1890, "31 h 30"), (-65, "−1 h 05")])
def test_minutes_are_said_as_hours(minutes: int, words: str) -> None:
    assert say_hours(minutes) == words


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_writing_is_spread_evenly_and_whole(minutes: int, count: int) -> None:
    each = spread(minutes, [date(2024, month, 5) for month in range(1, count + 1)])
    assert sum(each.values()) == minutes
    assert max(each.values()) - min(each.values()) <= 1
    assert {month.day for month in each} == {1}


def test_writing_needs_a_month() -> None:
    assert spread(0, ()) == {}
    for minutes, months in ((60, ()), (-1, (OCTOBER,))):
        with pytest.raises(BadLoad):
            spread(minutes, months)


@pytest.mark.parametrize(
    ("parts", "months"),
    [
        ([(date(2024, 9, 1), None)], [SEPTEMBER, OCTOBER, NOVEMBER]),
        ([(date(2024, 9, 30), date(2024, 11, 2))], [SEPTEMBER, OCTOBER, NOVEMBER]),
        ([(date(2024, 10, 1), date(2024, 11, 1))], [OCTOBER]),
        ([(date(2024, 12, 1), None)], []),
        ([(date(2024, 8, 1), date(2024, 9, 1))], []),
        ([(date(2024, 10, 5), date(2024, 10, 5))], []),
        ([(date(2024, 9, 1), date(2024, 9, 20)), (date(2024, 11, 4), None)], [SEPTEMBER, NOVEMBER]),
    ],
)
def test_writing_is_asked_in_the_months_somebody_has_a_part_in(
    parts: list[tuple[date, date | None]], months: list[date]
) -> None:
    writing = spread(180, (SEPTEMBER, OCTOBER, NOVEMBER))
    assert within_parts(writing, [Days(*each) for each in parts]) == dict.fromkeys(months, 60)


@st.composite
def a_held_session(draw: st.DrawFn, number: int) -> Gathering:
    day = draw(
        st.sampled_from([date(2024, 10, 26), date(2024, 10, 27), date(2024, 10, 31), date(2025, 3, 30), date(2025, 3, 31)])
    )
    zone = draw(st.sampled_from([LONDON, "America/New_York", "Pacific/Auckland"]))
    start = instant(day, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))), zone)
    length = timedelta(minutes=draw(st.integers(15, 600)))
    mode = draw(st.sampled_from(Mode))
    return Gathering(id=number, kind=Kind.CAFE, mode=mode, on=day, starts_at=start, ends_at=start + length, zone=zone)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_pass_over_a_cohort_agrees_with_walking_through_each_minute(data: st.DataObject) -> None:
    sessions = [data.draw(a_held_session(number)) for number in range(data.draw(st.integers(0, 5)))]
    people = {
        person: Asked(sessions=data.draw(st.integers(0, 31)), in_room=data.draw(st.integers(0, 31)), agreed=600)
        for person in range(3)
    }
    told = loads(sessions, people, first_on=OCTOBER, until_on=date(2025, 5, 1), travel=100)
    for person, asked in people.items():
        minutes: dict[date, int] = {}
        days = set()
        for number, each in enumerate(sessions):
            if not asked.sessions >> number & 1 or each.starts_at is None or each.ends_at is None:
                continue
            moment = each.starts_at
            while moment < each.ends_at:
                month = moment.astimezone(ZoneInfo(each.zone)).date().replace(day=1)
                minutes[month] = minutes.get(month, 0) + 1
                moment += timedelta(minutes=1)
            if each.mode is Mode.IN_PERSON or (each.mode is Mode.HYBRID and asked.in_room >> number & 1):
                days.add(each.on)
        assert {month.month: month.sessions for month in told[person].months if month.sessions} == minutes
        assert sum(month.travel for month in told[person].months) == 100 * len(days)
        assert all(month.left == 600 - month.total for month in told[person].months)
