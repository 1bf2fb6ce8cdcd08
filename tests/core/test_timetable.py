from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.occurrence import Occurrence, Part, SessionState
from hub.core.plan.model import Kind
from hub.core.timetable import (
    chapter_months,
    coming,
    count_kinds,
    is_all_over,
    is_over,
    month_days,
    moved_from,
    of_kinds,
    placed_day,
    shares,
    timetable,
)

JULY = "Month 1: July 2023"
AUGUST = "Month 2: August 2023"


def a_session(**facts: Any) -> Occurrence:
    """A café of the first cohort, on 5 July where nothing else is said."""
    given: dict[str, Any] = {
        "uid": "u",
        "slug": "cafe",
        "title": "Collaboration Café",
        "kind": Kind.CAFE,
        "state": SessionState.SCHEDULED,
        "zone": "Europe/London",
        "date": date(2023, 7, 5),
        "start": time(15),
        "end": time(17),
        "chapter": JULY,
    }
    return Occurrence(**{**given, **facts})


def undated(**facts: Any) -> Occurrence:
    return a_session(**{"date": None, "start": None, "end": None, **facts})


def shape(*sessions: Occurrence) -> list[tuple[str, list[tuple[date | None, int]]]]:
    return [(month.name, [(week.monday, len(week.sessions)) for week in month.weeks]) for month in timetable(sessions)]


def test_sessions_stand_in_the_week_of_their_month() -> None:
    assert shape(
        a_session(), a_session(date=date(2023, 7, 7)), a_session(date=date(2023, 7, 19)), a_session(date=date(2023, 8, 2))
    ) == [("July 2023", [(date(2023, 7, 3), 2), (date(2023, 7, 17), 1)]), ("August 2023", [(date(2023, 7, 31), 1)])]


def test_an_undated_entry_stands_in_the_week_the_plan_gives_it() -> None:
    assert shape(a_session(), undated(week=2), a_session(date=date(2023, 7, 19))) == [
        ("July 2023", [(date(2023, 7, 3), 1), (date(2023, 7, 10), 1), (date(2023, 7, 17), 1)])
    ]


def test_a_proposed_day_places_an_entry_without_dating_it() -> None:
    it = undated(proposed_date=date(2023, 8, 30), chapter=AUGUST, week=5)
    assert (placed_day(it, (2023, 8)), it.date) == (date(2023, 8, 30), None)


def test_what_has_neither_day_nor_week_stands_with_what_follows_it() -> None:
    assert shape(a_session(), undated(chapter=""), a_session(date=date(2023, 8, 2))) == [
        ("July 2023", [(date(2023, 7, 3), 1)]),
        ("August 2023", [(None, 1), (date(2023, 7, 31), 1)]),
    ]


def test_what_follows_everything_and_has_no_day_is_a_chapter_of_its_own() -> None:
    months = timetable([a_session(), undated(status_note="Date TBC in 2024")])
    assert [(month.name, month.key, month.note) for month in months] == [
        ("July 2023", "2023-07", "Month 1"),
        ("Date still open", "date-open", ""),
    ]


def test_the_plans_own_count_of_months_is_told_only_where_it_is_one() -> None:
    months = timetable([a_session(chapter="Pre-cohort"), a_session(date=date(2023, 7, 19))])
    mixed = timetable([a_session(), a_session(date=date(2023, 7, 31), chapter=AUGUST)])
    assert [month.note for month in (*months, *mixed)] == ["Month 1", ""]


def test_a_chapter_without_a_year_follows_the_one_before_across_the_new_year() -> None:
    sessions = [
        a_session(chapter="Month 4: December", date=date(2024, 12, 4)),
        undated(chapter="Month 5: January", week=1),
        undated(chapter="Month 6: February", week=1),
    ]
    assert chapter_months(sessions) == {
        "Month 4: December": (2024, 12),
        "Month 5: January": (2025, 1),
        "Month 6: February": (2025, 2),
    }


def test_a_chapter_that_names_no_month_is_that_of_its_first_dated_session() -> None:
    assert chapter_months([undated(chapter="Pre-cohort"), a_session(chapter="Pre-cohort")]) == {"Pre-cohort": (2023, 7)}


@pytest.mark.parametrize("chapter", ["July 0000", "July 99999", "Month 999: 99 July", "", "MAY 2023 to JUNE"])
def test_odd_names_of_chapters_are_no_trouble(chapter: str) -> None:
    assert [len(month.sessions) for month in timetable([undated(chapter=chapter, week=9), undated(chapter=chapter, week=1)])]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.dates(date(2023, 6, 1), date(2024, 2, 29))),
            st.one_of(st.none(), st.integers(-1, 7)),
            st.sampled_from(["", JULY, AUGUST, "Month 6: December", "Pre-cohort", "May 0000"]),
        ),
        max_size=30,
    )
)
def test_every_session_is_in_the_timetable_once_and_months_rise(rows: list[tuple[date | None, int | None, str]]) -> None:
    rows.sort(key=lambda row: row[0] or date.max)
    sessions = [
        a_session(slug=f"s-{number}", date=day, start=None, end=None, week=week, chapter=chapter)
        for number, (day, week, chapter) in enumerate(rows)
    ]
    months = timetable(sessions)
    assert sorted(each.slug for month in months for each in month.sessions) == sorted(each.slug for each in sessions)
    keys = [(month.year, month.month) for month in months if month.year and month.month]
    assert keys == sorted(set(keys))
    dated = [each.slug for month in months for each in month.sessions if each.date]
    assert sorted(dated) == sorted(each.slug for each in sessions if each.date)


def test_a_session_is_over_at_its_end_and_a_day_without_times_at_its_midnight() -> None:
    it, day = a_session(), a_session(start=None, end=None, zone="Pacific/Auckland")
    assert [
        is_over(it, datetime(2023, 7, 5, 15, 59, tzinfo=UTC)),
        is_over(it, datetime(2023, 7, 5, 16, 0, tzinfo=UTC)),
        is_over(day, datetime(2023, 7, 5, 11, 59, tzinfo=UTC)),
        is_over(day, datetime(2023, 7, 5, 12, 0, tzinfo=UTC)),
        is_over(undated(), datetime(2033, 1, 1, tzinfo=UTC)),
    ] == [False, True, False, True, False]


def test_only_a_schedule_with_dates_can_be_over() -> None:
    later = datetime(2033, 1, 1, tzinfo=UTC)
    assert [is_all_over([a_session(), undated()], later), is_all_over([undated()], later), is_all_over([], later)] == [
        True,
        False,
        False,
    ]


def test_what_comes_next_leaves_out_the_cancelled_the_undated_and_rest() -> None:
    at = datetime(2023, 7, 5, 16, 30, tzinfo=UTC)
    sessions = [
        a_session(slug="over"),
        undated(slug="open"),
        a_session(slug="rest", date=date(2023, 7, 12), kind=Kind.REST),
        a_session(slug="off", date=date(2023, 7, 13), state=SessionState.CANCELLED),
        a_session(slug="next", date=date(2023, 7, 19)),
        a_session(slug="then", date=date(2023, 7, 20)),
        a_session(slug="later", date=date(2023, 7, 21)),
    ]
    assert [each.slug for each in coming(sessions, at, 2)] == ["next", "then"]


def test_a_session_moved_is_told_from_its_newest_other_time() -> None:
    now = a_session(date=date(2023, 11, 14))
    same, first, older = (
        a_session(date=date(2023, 11, 14)),
        a_session(date=date(2023, 11, 15)),
        a_session(date=date(2023, 11, 1)),
    )
    assert [moved_from(now, [same, first, older]), moved_from(now, [same]), moved_from(now, [undated()])] == [first, None, None]


def test_the_minutes_of_an_agenda_are_the_middle_of_what_the_plan_gives() -> None:
    parts = (
        Part(text="Talk", minutes_low=30, minutes_high=30),
        Part(text="Write", minutes_low=30, minutes_high=45),
        Part(text="Whatever else"),
        Part(text="Close", minutes_low=10),
    )
    assert [(each.part.text, each.minutes) for each in shares(a_session(agenda=parts))] == [
        ("Talk", 30),
        ("Write", 38),
        ("Close", 10),
    ]


def test_kinds_are_counted_in_their_own_order_and_filtered_by() -> None:
    sessions = [a_session(kind=Kind.WORKSHOP), a_session(), a_session()]
    assert count_kinds(sessions) == ((Kind.CAFE, 2), (Kind.WORKSHOP, 1))
    assert (of_kinds(sessions, (Kind.WORKSHOP,)), of_kinds(sessions, ())) == ((sessions[0],), tuple(sessions))


@pytest.mark.parametrize(("year", "month", "weeks"), [(2023, 7, 6), (2021, 2, 4), (2024, 2, 5), (2023, 12, 5), (2026, 3, 6)])
def test_a_month_has_whole_weeks_from_monday(year: int, month: int, weeks: int) -> None:
    found = month_days(year, month)
    days = [day for week in found for day in week]
    assert (len(found), {week[0].weekday() for week in found}, days) == (
        weeks,
        {0},
        [days[0] + timedelta(days=number) for number in range(7 * weeks)],
    )
    assert [day.day for day in days if day.month == month] == list(
        range(1, max(day.day for day in days if day.month == month) + 1)
    )
