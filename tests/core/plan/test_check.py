"""The check as a whole: no noise on any clean plan, any plan at all survives it, and it stays quick."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import holiday, week_label
from hub.core.plan.check import check_plan
from hub.core.plan.model import Accepted, AgendaItem, Kind, Minutes, Mode, Month, Plan, Session, Status, Who, Written
from hub.core.plan.rules import CODES
from tests.core.plan.building import CAFES, a_cafe, a_clean_plan, a_month, a_part, an_entry, changed, numbered

TALK = a_part("Unstructured discussion", who=Who.GROUP, minutes=Minutes(low=20, high=40))


@st.composite
def clean_plans(draw: st.DrawFn) -> Plan:
    """A whole cohort from any month on: its cafés (none on a holiday), two in-person days, other sessions off the café days."""
    year, first = draw(st.integers(2015, 2040)), draw(st.integers(1, 12))
    chapters = []
    for number in range(1, 7):
        index = first + number - 2
        this_year, month = year + index // 12, index % 12 + 1
        days = CAFES.dates(date(this_year, month, 1), date(this_year, month, 28))
        entries = [a_cafe(day, TALK) for day in days if not holiday(day)]
        free = [
            day
            for day in (date(this_year, month, 8) + timedelta(days=more) for more in range(20))
            if not CAFES.gives(day) and not holiday(day)
        ]
        kind = draw(st.sampled_from([Kind.WORKSHOP, Kind.TRAINING, Kind.MEETING, Kind.WEBINAR]))
        start = draw(st.integers(8, 18))
        entries.append(
            an_entry(
                kind,
                draw(st.sampled_from(["Systems thinking", "A visit", "Metrics", "Reading together"])),
                draw(st.sampled_from(free)),
                start,
                start + draw(st.integers(1, 5)),
                agenda=() if draw(st.booleans()) else (TALK,),
                mode=Mode.IN_PERSON if number in (1, 4) else draw(st.sampled_from([None, Mode.ONLINE])),
            )
        )
        entries.append(Session(kind=Kind.ONE_TO_ONE, title="1:1 coaching", week=draw(st.integers(1, 4))))
        chapters.append(a_month(number, this_year, month, *entries))
    return numbered(Plan(title="A cohort", months=tuple(chapters)))


@given(clean_plans())
def test_no_clean_plan_has_findings(plan: Plan):
    assert check_plan(plan) == ()


days = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.dates(date(2023, 7, 1), date(2023, 8, 31))
clocks = st.none() | st.times()
minutes = st.none() | st.builds(lambda low, more: Minutes(low=low, high=low + more), st.integers(0, 600), st.integers(0, 60))
texts = st.text(max_size=20) | st.sampled_from(
    ["Systems thinking", "workshop", "case study writing", "User Journey (draft) mapping"]
)
parts = st.builds(AgendaItem, text=texts, who=st.none() | st.sampled_from(list(Who)), minutes=minutes, line=st.integers(0, 90))
accepted = st.builds(Accepted, code=st.sampled_from([*CODES, "nothing"]), reason=texts, line=st.integers(0, 90))
writings = st.builds(
    Written,
    line=st.integers(0, 90),
    weekday=st.none() | st.integers(0, 6),
    zone=st.none() | st.sampled_from(["BST", "GMT", "Europe/Paris", "Mars/Base", "+01"]),
    impossible=st.none() | st.just("31 June"),
)
entries = st.builds(
    Session,
    title=texts,
    topic=texts,
    kind=st.sampled_from(list(Kind)),
    date=days,
    start=clocks,
    end=clocks,
    zone=st.sampled_from(["Europe/London", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Nowhere/At_All"]),
    proposed_date=days,
    mode=st.none() | st.sampled_from(list(Mode)),
    status=st.sampled_from(list(Status)),
    stated_minutes=st.none() | st.integers(0, 3000),
    agenda=st.lists(parts, max_size=2).map(tuple),
    accepted=st.lists(accepted, max_size=1).map(tuple),
    year=st.none() | st.integers(2022, 2024),
    month=st.none() | st.integers(1, 12),
    week=st.none() | st.integers(0, 9),
    line=st.integers(0, 90),
    written=writings,
)
chapters = st.builds(
    Month,
    number=st.none() | st.integers(0, 9),
    month=st.integers(1, 12),
    year=st.none() | st.integers(2022, 2024),
    title=texts,
    sessions=st.lists(entries, max_size=3).map(tuple),
)


@given(st.builds(Plan, title=texts, months=st.lists(chapters, max_size=4).map(tuple)))
def test_any_plan_is_checked_and_every_finding_is_one_of_the_registry(plan: Plan):
    findings = check_plan(plan)
    assert {finding.code for finding in findings} <= set(CODES)
    assert all(finding.message for finding in findings)


@given(st.builds(Plan, title=texts, months=st.lists(chapters, max_size=4).map(tuple)))
def test_checking_twice_finds_the_same(plan: Plan):
    assert check_plan(plan) == check_plan(plan)


def test_two_at_once_is_what_comparing_each_with_each_would_find():
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(8, 16), st.integers(1, 4)), min_size=2, max_size=8))
    def compare(spans: list[tuple[int, int, int]]) -> None:
        day = date(2023, 7, 24)
        sessions = tuple(
            an_entry(Kind.MEETING, "Meeting", day + timedelta(days=which), start, start + hours, line=line, year=2023, month=7)
            for line, (which, start, hours) in enumerate(spans, start=1)
        )
        plan = Plan(title="Meetings", months=(Month(number=1, month=7, year=2023, title="July", sessions=sessions),))
        found = {finding.line for finding in check_plan(plan) if finding.code == "two-at-once"}
        expected = {
            later.line for later in sessions for earlier in sessions if earlier.line < later.line and _overlap(earlier, later)
        }
        assert found == expected

    compare()


def _overlap(one: Session, other: Session) -> bool:
    assert one.start and one.end and other.start and other.end
    return one.date == other.date and one.start < other.end and other.start < one.end


def _large(count: int) -> Plan:
    """A plan of that many sessions over as many years as it takes, all on the same days again and again."""
    template = a_clean_plan()
    months: list[Month] = []
    number = 0
    while number < count:
        for month in template.months:
            sessions = tuple(replace(entry, line=number + step) for step, entry in enumerate(month.all_sessions, start=1))
            months.append(replace(month, weeks=(), sessions=sessions, line=number))
            number += len(sessions)
    return replace(template, months=tuple(months))


def _seconds(plan: Plan) -> float:
    best = 9.0
    for _ in range(3):
        begin = perf_counter()
        check_plan(plan)
        best = min(best, perf_counter() - begin)
    return best


def test_the_cost_grows_with_the_plan_and_not_with_its_square():
    small, large = _large(500), _large(4000)
    check_plan(small)  # the first check loads the holidays
    assert _seconds(large) < 8 * 4 * max(_seconds(small), 0.005)


def test_a_week_is_counted_by_its_wednesday():
    plan = changed(a_clean_plan(), 50, date=date(2023, 12, 1), start=time(15), end=time(16), month=11, week=5)
    assert week_label(date(2023, 12, 1)) == (2023, 11, 5)
    assert check_plan(plan) == ()


def test_a_week_no_month_has_is_no_reason_to_fail() -> None:
    from hub.core.calendar import week_of_month

    assert [week_of_month(2024, 9, number) for number in (0, 5, 6, 99)] == [None, None, None, None]
