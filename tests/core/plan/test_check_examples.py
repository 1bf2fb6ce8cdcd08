"""Each code by example: a clean plan spoiled in one way has that finding and no other, and mended has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from hub.core.plan.check import check_plan
from hub.core.plan.model import (
    Accepted,
    Blemish,
    Kind,
    Minutes,
    Mode,
    Plan,
    Row,
    Session,
    Severity,
    Status,
    Table,
    TableKind,
    Who,
)
from hub.core.plan.rules import CODES, DEFAULT
from tests.core.plan.building import a_cafe, a_clean_plan, a_month, a_part, an_entry, changed, entry_on, numbered, without

FIRST_CAFE, SECOND_CAFE, MAPPING_DAY, JOURNEYS, REGULATION, NOVEMBER_CAFE, WRAP_UP = 12, 14, 16, 23, 37, 42, 50


def found(plan: Plan) -> set[tuple[str, int | None]]:
    return {(finding.code, finding.line) for finding in check_plan(plan)}


def with_agenda(line: int, *parts: str, who: Who | None = Who.GROUP) -> Plan:
    plan = a_clean_plan()
    agenda = entry_on(plan, line).agenda
    more = tuple(a_part(text, line=line + 1, who=who) for text in parts)
    return changed(plan, line, agenda=(*agenda, *more))


def spoiled(line: int, **changes: object) -> Callable[[], Plan]:
    return lambda: changed(a_clean_plan(), line, **changes)


def without_unstructured_time() -> Plan:
    return changed(changed(a_clean_plan(), FIRST_CAFE, agenda=()), SECOND_CAFE, agenda=())


def with_a_table(*cells: str) -> Plan:
    header = ("Month", "Activity", "Objectives")
    table = Table(kind=TableKind.YEAR_PLAN, header=header, rows=(Row(cells=cells, line=72),), line=70)
    return replace(a_clean_plan(), tables=(table,))


def with_a_blemish(code: str, **facts: str) -> Callable[[], Plan]:
    return lambda: replace(a_clean_plan(), blemishes=(Blemish(code=code, line=60, facts=tuple(facts.items())),))


def accepting(code: str, reason: str = "The room is free only then.") -> Callable[[], Plan]:
    return spoiled(WRAP_UP, accepted=(Accepted(code=code, reason=reason, line=WRAP_UP),))


def without_years() -> Plan:
    plan = a_clean_plan()
    months = tuple(replace(month, year=None) for month in plan.months)
    return replace(plan, months=months)


def without_the_session_on_regulation() -> Plan:
    return changed(a_clean_plan(), REGULATION, title="A day together")


def with_the_writing_first() -> Plan:
    return changed(a_clean_plan(), MAPPING_DAY, agenda=(a_part("Case study writing", line=17, who=Who.INDIVIDUAL),))


def with_a_topic_held_early() -> Plan:
    plan = a_clean_plan()
    road_map = replace(plan.stages[1], topics=(a_part("Mapping user journeys", line=6), *plan.stages[1].topics))
    return replace(plan, stages=(plan.stages[0], road_map))


def with_four_in_person_days() -> Plan:
    plan = a_clean_plan()
    for line in (JOURNEYS, WRAP_UP):
        plan = changed(plan, line, mode=Mode.IN_PERSON)
    return plan


EXAMPLES: list[tuple[str, int | None, Callable[[], Plan]]] = [
    ("impossible-date", WRAP_UP, spoiled(WRAP_UP, date=None, written_impossible="31 June")),
    ("wrong-weekday", WRAP_UP, spoiled(WRAP_UP, written_weekday=3)),
    ("end-before-start", WRAP_UP, spoiled(WRAP_UP, start=time(15), end=time(4))),
    ("end-before-start", WRAP_UP, spoiled(WRAP_UP, start=time(15), end=time(15))),
    ("two-at-once", WRAP_UP, spoiled(WRAP_UP, date=date(2023, 12, 20), week=3)),
    ("zone-abbreviation", WRAP_UP, spoiled(WRAP_UP, written_zone="BST")),
    ("unknown-zone", WRAP_UP, spoiled(WRAP_UP, written_zone="Europe/Londno")),
    ("outside-month", WRAP_UP, spoiled(WRAP_UP, date=date(2024, 1, 9))),
    ("outside-week", WRAP_UP, spoiled(WRAP_UP, date=date(2023, 12, 27), week=1)),
    ("stated-duration", WRAP_UP, spoiled(WRAP_UP, stated_minutes=120)),
    ("missing-date", WRAP_UP, spoiled(WRAP_UP, date=None)),
    ("missing-time", WRAP_UP, spoiled(WRAP_UP, start=None, end=None)),
    ("missing-time", WRAP_UP, spoiled(WRAP_UP, end=None)),
    ("no-year", 10, without_years),
    ("several-days", 60, with_a_blemish("several-days", dates="12-13 December")),
    ("ambiguous-date", 60, with_a_blemish("ambiguous-date", date="05/12/2023", better="5 December 2023")),
    ("to-be-confirmed", WRAP_UP, spoiled(WRAP_UP, date=None, status=Status.TO_BE_CONFIRMED)),
    ("night-hours", WRAP_UP, spoiled(WRAP_UP, start=time(3), end=time(4))),
    ("holiday", WRAP_UP, spoiled(WRAP_UP, date=date(2023, 12, 25), week=4)),
    ("off-series", NOVEMBER_CAFE, spoiled(NOVEMBER_CAFE, date=date(2023, 11, 14))),
    ("series-time", NOVEMBER_CAFE, spoiled(NOVEMBER_CAFE, start=time(14), end=time(16))),
    ("series-duration", NOVEMBER_CAFE, spoiled(NOVEMBER_CAFE, end=time(18))),
    ("series-count", None, lambda: without(a_clean_plan(), NOVEMBER_CAFE)),
    ("training-on-series-day", FIRST_CAFE + 1, lambda: with_agenda(FIRST_CAFE, "Introduction to **Systems Thinking**")),
    ("training-on-series-day", FIRST_CAFE, spoiled(FIRST_CAFE, topic="Open leadership")),
    ("order", MAPPING_DAY, with_the_writing_first),
    ("agenda-overflow", WRAP_UP, spoiled(WRAP_UP, agenda=(a_part("Feedback", minutes=Minutes(low=45, high=75)),))),
    ("in-person-days", WRAP_UP, with_four_in_person_days),
    ("in-person-days", None, spoiled(MAPPING_DAY, mode=None)),
    ("month-hours", 44, spoiled(WRAP_UP, start=None, end=None, kind=Kind.INDIVIDUAL, stated_minutes=29 * 60)),
    ("uncovered-topic", 6, without_the_session_on_regulation),
    ("outside-stage", JOURNEYS, with_a_topic_held_early),
    ("no-unstructured-time", 10, without_unstructured_time),
    ("unbalanced-emphasis", 60, with_a_blemish("unbalanced-emphasis")),
    ("indentation", 60, with_a_blemish("indentation")),
    ("unknown-directive", 60, with_a_blemish("unknown-directive", directive="acept order")),
    ("nothing-read", None, lambda: replace(a_clean_plan(), stages=(), months=(), before=(), after=(), tables=())),
    ("unread-table", 60, with_a_blemish("unread-table", rows="3")),
    ("short-row", 72, lambda: with_a_table("May", "Call")),
    ("empty-cell", 72, lambda: with_a_table("May", "", "Meet people")),
    ("needless-acceptance", WRAP_UP, accepting("off-series")),
    ("acceptance-without-reason", WRAP_UP, accepting("off-series", reason=" ")),
    ("unknown-code", WRAP_UP, accepting("off-siries")),
]


def test_a_clean_plan_has_no_findings():
    assert check_plan(a_clean_plan()) == ()


@pytest.mark.parametrize(("code", "line", "plan"), EXAMPLES, ids=[code for code, _, _ in EXAMPLES])
def test_a_plan_spoiled_in_one_way_has_that_finding_and_no_other(code: str, line: int | None, plan: Callable[[], Plan]):
    assert found(plan()) == {(code, line)}


def test_every_code_of_the_registry_has_an_example():
    assert {code for code, _, _ in EXAMPLES} == set(CODES)


@pytest.mark.parametrize(("code", "line", "plan"), EXAMPLES, ids=[code for code, _, _ in EXAMPLES])
def test_every_finding_says_what_and_what_to_do_and_has_its_severity(code: str, line: int | None, plan: Callable[[], Plan]):
    (finding,) = check_plan(plan())
    assert finding.severity == CODES[code].severity
    assert finding.message.endswith((".", "tell."))
    assert finding.suggestion.endswith((".", "”."))


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_rule_that_is_off_is_not_found(code: str):
    rules = replace(DEFAULT, severities=((code, None),))
    plans = [plan() for each, _, plan in EXAMPLES if each == code]
    assert [check_plan(plan, rules) for plan in plans] == [() for _ in plans]


def message(plan: Plan) -> tuple[str, str]:
    (finding,) = check_plan(plan)
    return finding.message, finding.suggestion


def test_a_wrong_weekday_offers_the_right_one_and_the_nearest_day_that_fits():
    assert message(spoiled(WRAP_UP, written_weekday=3)()) == (
        "says Thursday, but 12 December 2023 is a Tuesday.",
        "Write “Tuesday 12 December”, or “Thursday 14 December” if the weekday is right.",
    )


def test_a_wrong_zone_says_what_the_clocks_keep():
    assert message(spoiled(WRAP_UP, written_zone="BST")()) == (
        "names BST in December, when London keeps GMT.",
        "Write the place, not the abbreviation: 15:00–16:00 (London).",
    )


def test_a_cafe_on_a_wrong_day_is_offered_the_free_day_of_the_series_in_its_week():
    assert message(spoiled(NOVEMBER_CAFE, date=date(2023, 11, 14))()) == (
        "is a café on Tue 14 November 2023, but cafés are on the 1st and 3rd Wednesday.",
        "Move it to Wed 15 November 2023.",
    )


def test_too_few_cafes_name_the_days_that_are_free():
    assert message(without(a_clean_plan(), NOVEMBER_CAFE)) == (
        "The plan has 11 cafés; the rules ask for 12.",
        "Days of the series that are still free: Wed 15 November 2023.",
    )


def test_a_cafe_without_a_date_is_offered_the_day_of_its_week():
    findings = check_plan(changed(a_clean_plan(), NOVEMBER_CAFE, date=None))
    assert [(finding.code, finding.suggestion) for finding in findings] == [
        ("missing-date", "The series offers Wed 15 November 2023, 15:00–17:00."),
    ]


def test_an_undated_gathering_is_told_which_days_its_week_has():
    assert message(changed(a_clean_plan(), WRAP_UP, date=None))[1] == (
        "Week 2 is Mon 11 December – Sun 17 December 2023: write a day and a time in it,"
        " or “date to be confirmed” while it is open."
    )


def test_an_afternoon_written_with_a_morning_hour_is_recognised():
    assert message(spoiled(WRAP_UP, start=time(15), end=time(4))())[1] == "If the afternoon is meant, write 15:00–16:00."


@pytest.mark.parametrize("label", ["GMT", "UTC", "gmt", "Europe/London"])
def test_a_zone_that_is_right_is_not_found(label: str):
    assert check_plan(changed(a_clean_plan(), WRAP_UP, written_zone=label)) == ()


@pytest.mark.parametrize("label", ["GMT", "CET"])
def test_in_summer_london_keeps_none_of_these(label: str):
    assert found(changed(a_clean_plan(), MAPPING_DAY, written_zone=label)) == {("zone-abbreviation", MAPPING_DAY)}


@pytest.mark.parametrize(
    ("month", "week", "day"),
    [(8, 1, date(2023, 7, 31)), (7, 5, date(2023, 7, 31)), (8, 5, date(2023, 9, 1)), (9, 1, date(2023, 9, 1))],
)
def test_a_day_at_the_edge_of_two_months_may_stand_in_either(month: int, week: int, day: date):
    entry = an_entry(Kind.MEETING, "Full meeting", day, 10, 11, month=month, week=week, year=2023, line=11)
    plan = a_clean_plan()
    months = tuple(replace(each, sessions=(entry,)) if each.month == month else each for each in plan.months)
    assert check_plan(replace(plan, months=months)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Feedback about training / coaching sessions in the summer",
        "Review of objectives and the knowledge map",
        "Catch up on the stakeholder mapping",
        "Discussion of the workflow of writing",
        "Workshop planning",
        "Prepare the metrics for the report",
    ],
)
def test_a_cafe_that_speaks_about_trainings_holds_none(text: str):
    assert check_plan(with_agenda(NOVEMBER_CAFE, text)) == ()


def test_what_each_does_alone_is_no_training():
    assert check_plan(with_agenda(NOVEMBER_CAFE, "Workshop on systems thinking", who=Who.INDIVIDUAL)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Discussion on open leadership",
        "**Skills/Knowledge Gap Mapping** - delivered by the skills team",
        "[Superbloom](https://example.org/a-long-address-of-a-page-that-says-nothing-more) Workshop: **Product Stategy**",
        "Product (open science and practices) strategy and road mapping",
        "Workshop facilitated by Fruto",
        "Choosing licences",
    ],
)
def test_a_training_inside_a_cafe_is_found_at_the_line_that_names_it(text: str):
    assert found(with_agenda(NOVEMBER_CAFE, text)) == {("training-on-series-day", NOVEMBER_CAFE + 1)}


def test_what_is_accepted_with_a_reason_is_silent():
    reason = Accepted(code="series-duration", reason="The launch takes an hour more.", line=NOVEMBER_CAFE)
    assert check_plan(changed(a_clean_plan(), NOVEMBER_CAFE, end=time(18), accepted=(reason,))) == ()


def test_what_is_accepted_without_a_reason_is_not():
    bare = Accepted(code="series-duration", reason="", line=NOVEMBER_CAFE + 1)
    assert found(changed(a_clean_plan(), NOVEMBER_CAFE, end=time(18), accepted=(bare,))) == {
        ("series-duration", NOVEMBER_CAFE),
        ("acceptance-without-reason", NOVEMBER_CAFE + 1),
    }


def test_an_acceptance_counts_for_its_own_entry_alone():
    reason = Accepted(code="series-duration", reason="The launch takes an hour more.", line=FIRST_CAFE)
    plan = changed(a_clean_plan(), FIRST_CAFE, end=time(18), accepted=(reason,))
    assert found(changed(plan, NOVEMBER_CAFE, end=time(18))) == {("series-duration", NOVEMBER_CAFE)}


def test_a_cafe_lost_to_a_holiday_is_not_missed():
    cafes = [date(2024, 12, 4), date(2024, 12, 18), date(2025, 1, 15)]
    findings = check_plan(of_cafes((2024, 12), (2025, 1), days=cafes))
    assert findings == ()


def test_a_cafe_on_new_years_day_is_found():
    cafes = [date(2024, 12, 4), date(2024, 12, 18), date(2025, 1, 1), date(2025, 1, 15)]
    findings = check_plan(of_cafes((2024, 12), (2025, 1), days=cafes))
    assert [(finding.code, finding.message) for finding in findings] == [
        ("holiday", "is on a public holiday: Wed 1 January 2025 is New Year's Day."),
    ]


def of_cafes(*months: tuple[int, int], days: list[date]) -> Plan:
    """A draft of as many months, with cafés on those days."""
    talk = a_part("Unstructured discussion")
    chapters = [
        a_month(number, year, month, *(a_cafe(day, talk) for day in days if (day.year, day.month) == (year, month)))
        for number, (year, month) in enumerate(months, start=1)
    ]
    return numbered(Plan(title="A draft", months=tuple(chapters)))


def test_a_draft_of_two_months_is_not_asked_for_twelve_cafes_or_in_person_days():
    days = [date(2023, 7, 5), date(2023, 7, 19), date(2023, 8, 2), date(2023, 8, 16)]
    assert check_plan(of_cafes((2023, 7), (2023, 8), days=days)) == ()


def test_of_a_plan_without_months_it_is_only_said_that_nothing_was_read():
    assert [found.code for found in check_plan(Plan(title="Only a title"))] == ["nothing-read"]


def test_a_cancelled_entry_is_not_checked():
    plan = changed(a_clean_plan(), WRAP_UP, status=Status.CANCELLED, date=date(2023, 12, 25), written_weekday=4)
    assert check_plan(plan) == ()


def test_of_three_at_once_the_two_later_ones_are_found():
    plan = a_clean_plan()
    for line in (JOURNEYS, WRAP_UP):
        plan = changed(plan, line, date=date(2023, 7, 27), start=time(15), end=time(17), month=7, week=4)
    clashes = [(finding.line, finding.message) for finding in check_plan(plan) if finding.code == "two-at-once"]
    where = "is at the same time as “Stakeholder mapping day” on line 16: Thu 27 July 2023, 15:00–17:00 and 10:00–16:00."
    assert clashes == [(JOURNEYS, where), (WRAP_UP, where)]


def test_sessions_in_two_zones_are_compared_as_moments():
    plan = changed(
        a_clean_plan(), WRAP_UP, zone="America/New_York", start=time(10), end=time(11), date=date(2023, 12, 20), week=3
    )
    assert found(plan) == {("two-at-once", WRAP_UP)}


def test_sessions_that_only_touch_are_not_at_once():
    assert check_plan(changed(a_clean_plan(), WRAP_UP, date=date(2023, 12, 20), start=time(17), end=time(18), week=3)) == ()


def test_findings_come_in_the_order_of_lines_and_those_of_the_whole_plan_last():
    plan = changed(without(a_clean_plan(), NOVEMBER_CAFE), FIRST_CAFE, end=time(18))
    plan = changed(plan, WRAP_UP, written_weekday=3)
    assert [finding.line for finding in check_plan(plan)] == [FIRST_CAFE, WRAP_UP, None]


def test_the_rules_zone_counts_where_the_plan_names_none():
    plan = changed(a_clean_plan(), WRAP_UP, written_zone="GMT")
    (finding,) = check_plan(plan, replace(DEFAULT, zone="Europe/Paris"))
    assert finding.message == "names GMT in December, when Paris keeps CET."


def test_a_severity_can_be_changed():
    rules = replace(DEFAULT, severities=(("missing-time", Severity.ERROR),))
    (finding,) = check_plan(changed(a_clean_plan(), WRAP_UP, start=None, end=None), rules)
    assert finding.severity is Severity.ERROR


def test_a_one_to_one_needs_no_date_and_a_rest_week_no_time():
    plan = a_clean_plan()
    months = tuple(
        replace(month, sessions=(Session(title="1:1", kind=Kind.ONE_TO_ONE), Session(title="Rest", kind=Kind.REST)))
        for month in plan.months
    )
    assert check_plan(replace(plan, months=months)) == ()
