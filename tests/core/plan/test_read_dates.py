"""Every way people write when something is: understood, or found to be wrong, and never guessed."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import MONTHS, WEEKDAYS
from hub.core.plan.check import check_plan
from hub.core.plan.model import Mode, Plan, Session, Status
from hub.core.plan.read import read_plan


def plan_with(when: str, *, month: str = "July 2023", week: str = "Week 1: ") -> Plan:
    return read_plan(f"# A programme\n\n### Month 1: {month}\n\n- {week}Full meeting - {when}\n")


def entry(when: str, *, month: str = "July 2023") -> Session:
    (only,) = plan_with(when, month=month).entries
    return only


def said(when: str, *, month: str = "July 2023") -> str:
    """The date and times in ISO form, a dash for what is missing; the title must be left whole."""
    only = entry(when, month=month)
    assert (only.title, only.topic) == ("Full meeting", "")
    clocks = "-".join(f"{clock:%H:%M}" if clock else "?" for clock in (only.start, only.end))
    return f"{only.date or '?'} {clocks}"


def codes(plan: Plan) -> list[str]:
    beside_the_point = {"missing-date", "missing-time", "no-unstructured-time", "outside-week", "outside-month", "holiday"}
    return [finding.code for finding in check_plan(plan) if finding.code not in beside_the_point | {"series-count"}]


THE_ISSUES = [
    ("**05 July (15:00 - 17:00)**", "2023-07-05 15:00-17:00"),
    ("**Wednesday 09 August (13:00 - 14:00)**", "2023-08-09 13:00-14:00"),
    ("**9 November 14:00 - 17:00 (BST)**", "2023-11-09 14:00-17:00"),
    ("Monday 23 October 2023 (10:00 - 16:00)", "2023-10-23 10:00-16:00"),
    ("**27 July (9:30 - 16:00) - Hybrid**", "2023-07-27 09:30-16:00"),
    ("**1 November**", "2023-11-01 ?-?"),
]
DATES = [
    "5 July", "05 July", "5th July", "the 5th of July", "5 of July", "July 5", "July 5th", "July the 5th", "5 Jul", "5 Jul.",
    "5 july", "5 JULY", "5 July 2023", "5 July, 2023", "July 5, 2023", "July 5th, 2023", "5 July '23", "Wed 5 July",
    "Weds 5 July", "Wed. 5 July", "Wed, 5 July", "Wednesday, 5th July 2023", "Wednesday the 5th of July",
    "WEDNESDAY 5 JULY 2023", "wednesday 5 july", "Wednesday July 5", "2023-07-05", "Wednesday 2023-07-05", "on 5 July",
    "on Wednesday the 5th of July", "**5 July**", "_5 July_", "**Wednesday** 5 July", "(5 July)", "[5 July]",
]  # fmt: skip
THREE_TO_FIVE = [
    "15:00 - 17:00", "15:00-17:00", "15:00–17:00", "15:00 — 17:00", "15:00−17:00", "15.00 - 17.00", "15h00-17h00", "15h-17h",
    "15-17h", "(15 - 17)", "1500-1700", "1500 - 1700h", "3pm-5pm", "3-5pm", "3 - 5 PM", "3 pm to 5 pm", "3:00pm - 5:00pm",
    "3.00 - 5.00pm", "3 p.m. to 5 p.m.", "from 15:00 to 17:00", "between 15:00 and 17:00", "15:00 until 17:00",
    "15:00 till 17:00", "at 15:00 - 17:00", "(15:00 - 17:00)", "[15:00 - 17:00]", "15:00 to 17", "15 - 17:00",
    ", 15:00 - 17:00", "| 15:00 - 17:00", "15:00 (2 hours)", "15:00, 120 minutes", "at 3pm for 2 hours", "3 pm - 2h",
]  # fmt: skip
OTHER_TIMES = [
    ("9:30-11", "09:30-11:00"),
    ("9.30 - 11", "09:30-11:00"),
    ("9-10:30", "09:00-10:30"),
    ("11-1pm", "11:00-13:00"),
    ("11:30-1pm", "11:30-13:00"),
    ("12-2pm", "12:00-14:00"),
    ("10am-12pm", "10:00-12:00"),
    ("10-12am", "10:00-12:00"),
    ("9am - 1.15pm", "09:00-13:15"),
    ("noon - 2pm", "12:00-14:00"),
    ("midday to 14:00", "12:00-14:00"),
    ("10:00 - noon", "10:00-12:00"),
    ("9:30", "09:30-?"),
    ("9.30", "09:30-?"),
    ("at 9.30", "09:30-?"),
    ("at 9.30am", "09:30-?"),
    ("9am", "09:00-?"),
    ("at noon", "12:00-?"),
    ("15:00 (90 mins)", "15:00-16:30"),
    ("15:00 (1.30 hours)", "15:00-16:30"),
    ("15:00 (1.5 hours)", "15:00-16:30"),
    ("15:00 for an hour", "15:00-16:00"),
    ("15:00 (half an hour)", "15:00-15:30"),
]


@pytest.mark.parametrize(("when", "expected"), THE_ISSUES)
def test_the_forms_of_the_first_real_plan_are_understood(when: str, expected: str):
    assert said(when) == expected


@pytest.mark.parametrize("when", DATES)
def test_a_date_is_the_same_however_it_is_written(when: str):
    assert said(when) == "2023-07-05 ?-?"
    assert codes(plan_with(when)) == []


@pytest.mark.parametrize("when", THREE_TO_FIVE)
def test_a_span_of_time_is_the_same_however_it_is_written(when: str):
    assert said(f"**5 July** {when}") == "2023-07-05 15:00-17:00"
    assert codes(plan_with(f"5 July {when}")) == []


@pytest.mark.parametrize(("when", "expected"), OTHER_TIMES)
def test_half_hours_noon_and_single_times_are_understood(when: str, expected: str):
    assert said(f"5 July {when}") == f"2023-07-05 {expected}"


@pytest.mark.parametrize("when", ["15:00 - 17:00, 5 July", "(15:00-17:00) 5 July", "15:00-17:00 on Wednesday 5 July"])
def test_the_time_may_stand_before_the_date(when: str):
    assert said(when) == "2023-07-05 15:00-17:00"


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.tuples(st.times(), st.times()).map(sorted).filter(lambda pair: pair[0].strftime("%H%M") < pair[1].strftime("%H%M")),
    st.sampled_from(
        ("{weekday} {day} {month} {year}", "{day} {mon} {year}", "{month} {day}, {year}", "{iso}", "{short} {iso}")
    ),
    st.sampled_from(("({a} - {b})", "{a}–{b}", "from {a} to {b}", ", {a}-{b}")),
)
def test_any_date_and_span_written_in_full_is_read_back(day: date, span: list[time], dated: str, timed: str):
    weekday, month = WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    when = dated.format(
        weekday=weekday, short=weekday[:3], day=day.day, month=month, mon=month[:3], year=day.year, iso=day.isoformat()
    )
    begins, ends = (clock.replace(second=0, microsecond=0, tzinfo=None) for clock in span)
    only = entry(f"**{when} {timed.format(a=f'{begins:%H:%M}', b=f'{ends:%H:%M}')}**")
    assert (only.title, only.topic, only.date, only.start, only.end) == ("Full meeting", "", day, begins, ends)


# -- zones


@pytest.mark.parametrize(
    ("when", "zone"),
    [
        ("5 July 15:00-17:00 Europe/Paris", "Europe/Paris"),
        ("5 July (15:00-17:00, Europe/Paris)", "Europe/Paris"),
        ("5 July 15:00-17:00 (Paris)", "Europe/Paris"),
        ("5 July 15:00-17:00 Paris time", "Europe/Paris"),
        ("5 July (15:00-17:00 Paris time)", "Europe/Paris"),
        ("5 July 15:00-17:00 (London)", "Europe/London"),
        ("5 July 15:00-17:00 UK time", "Europe/London"),
        ("5 July 15:00-17:00 (New York time)", "America/New_York"),
        ("5 July 15:00-17:00 America/New_York", "America/New_York"),
        ("5 July 15:00-17:00 America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("5 July 15:00-17:00 UTC", "UTC"),
        ("5 July 15:00-17:00Z", "UTC"),
        ("5 July 15:00-17:00 BST", "Europe/London"),
        ("5 July 15:00-17:00 (UTC+1)", "Europe/London"),
    ],
)
def test_a_zone_that_is_named_is_kept_and_nothing_is_found(when: str, zone: str):
    assert entry(when).zone == zone
    assert said(when) == "2023-07-05 15:00-17:00"
    assert codes(plan_with(when)) == []


@pytest.mark.parametrize("label", ["GMT", "CET", "CEST", "EST", "UTC+2", "GMT-5", "UTC+05:30"])
def test_a_label_that_londons_clocks_do_not_carry_in_july_is_found_and_changes_nothing(label: str):
    assert (entry(f"5 July 15:00-17:00 ({label})").zone, said(f"5 July 15:00-17:00 ({label})")) == (
        "Europe/London",
        "2023-07-05 15:00-17:00",
    )
    assert codes(plan_with(f"5 July 15:00-17:00 ({label})")) == ["zone-abbreviation"]


def test_bst_in_november_is_found_and_gmt_is_not():
    assert codes(plan_with("9 November 14:00 - 17:00 (BST)")) == ["zone-abbreviation"]
    assert codes(plan_with("9 November 14:00 - 17:00 (GMT)")) == []


def test_the_front_matter_names_the_zone_of_a_plan_and_its_labels_are_held_to_it():
    text = "---\nzone: Europe/Paris\n---\n# P\n\n### Month 1: July 2023\n\n- Week 1: Meeting - 5 July 15:00-17:00 CEST\n"
    plan = read_plan(text)
    assert [each.zone for each in plan.entries] == ["Europe/Paris"]
    assert codes(plan) == []
    assert codes(read_plan(text.replace("CEST", "CET"))) == ["zone-abbreviation"]


def test_a_zone_that_does_not_exist_is_found():
    assert codes(plan_with("5 July 15:00-17:00 Europe/Atlantis")) == ["unknown-zone"]


@pytest.mark.parametrize("words", ["(Online)", "Online", "- Online", "(Online/Zoom)", "online", ", online"])
def test_a_word_behind_the_times_that_names_no_place_is_no_zone(words: str):
    only = entry(f"5 July 15:00-17:00 {words}")
    assert (only.zone, only.mode, codes(plan_with(f"5 July 15:00-17:00 {words}"))) == ("Europe/London", Mode.ONLINE, [])


# -- what cannot be, and what may be doubted


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("31 June (15:00 - 17:00)", "31 June"),
        ("Friday 31 June (15:00 - 17:00)", "Friday 31 June"),
        ("29 February 2023", "29 February 2023"),
        ("29 February", "29 February 2023"),
        ("30 February 2024", "30 February 2024"),
        ("0 July", "0 July"),
        ("45 July", "45 July"),
        ("2023-06-31", "2023-06-31"),
        ("5/13/2023", "5/13/2023"),
    ],
)
def test_a_day_that_no_calendar_has_is_found_and_not_guessed(when: str, what: str):
    assert entry(when).date is None
    assert [finding.message for finding in check_plan(plan_with(when)) if finding.code == "impossible-date"] == [
        f"“{what}” cannot be: no calendar or clock has it."
    ]


@pytest.mark.parametrize(
    ("when", "what", "expected"),
    [
        ("5 July (25:00 - 26:00)", "25:00", "2023-07-05 ?-?"),
        ("5 July (15:00 - 25:00)", "25:00", "2023-07-05 15:00-?"),
        ("5 July (15:70 - 16:00)", "15:70", "2023-07-05 ?-?"),
        ("5 July (13pm - 14pm)", "13pm", "2023-07-05 ?-?"),
        ("5 July at 0am", "0am", "2023-07-05 ?-?"),
    ],
)
def test_a_time_that_no_clock_has_is_found_and_the_day_is_kept(when: str, what: str, expected: str):
    assert said(when) == expected
    assert entry(when).written.impossible == what
    assert codes(plan_with(when)) == ["impossible-date"]


@pytest.mark.parametrize("when", ["5/7/2023", "05/07/2023", "5.7.2023", "5/7/23"])
def test_a_date_in_figures_is_read_with_the_day_first_and_doubted(when: str):
    assert said(when) == "2023-07-05 ?-?"
    (finding,) = (finding for finding in check_plan(plan_with(when)) if finding.code == "ambiguous-date")
    assert finding.suggestion == "Write the month in letters: “5 July 2023”."


@pytest.mark.parametrize("when", ["13/07/2023", "13.07.2023", "7/7/2023"])
def test_a_date_in_figures_that_reads_one_way_only_is_not_doubted(when: str):
    assert codes(plan_with(when)) == []


@pytest.mark.parametrize(
    "when",
    ["5-7 July", "5 - 7 July", "5–7 July 2023", "5 & 6 July", "5 and 6 July", "5 to 7 July", "5/6 July", "5 July - 7 July",
     "Wednesday 5 - Thursday 6 July", "5 July and 6 July"],
)  # fmt: skip
def test_of_several_days_the_first_is_read_and_the_others_are_found(when: str):
    assert said(f"{when} (10:00 - 16:00)") == "2023-07-05 10:00-16:00"
    assert codes(plan_with(when)) == ["several-days"]


def test_the_number_of_a_session_before_its_date_is_no_stretch_of_days():
    (only,) = read_plan("# P\n\n### Month 1: July 2023\n\n- Week 1: Reading group 3 - 5 July (15:00 - 17:00)\n").entries
    assert (only.title, only.date, codes(plan_with("5 July"))) == ("Reading group 3", date(2023, 7, 5), [])


def test_three_to_five_without_am_or_pm_is_night_and_found():
    assert said("5 July (3:00 - 5:00)") == "2023-07-05 03:00-05:00"
    (finding,) = (finding for finding in check_plan(plan_with("5 July (3:00 - 5:00)")) if finding.code == "night-hours")
    assert finding.suggestion == "If the afternoon is meant, write 15:00–17:00."


@pytest.mark.parametrize("when", ["5 July (17:00 - 15:00)", "5 July 22:00 - 01:00", "5 July 15:00-15:00"])
def test_a_session_that_ends_before_it_starts_is_kept_as_written_and_found(when: str):
    assert codes(plan_with(when)) == ["end-before-start"]


@pytest.mark.parametrize(
    ("when", "note"),
    [
        ("Date TBC in 2024", "Date TBC in 2024"),
        ("TBC", "TBC"),
        ("tba", "tba"),
        ("date to be confirmed", "date to be confirmed"),
        ("Dates to be announced", "Dates to be announced"),
        ("July TBC", "July TBC"),
        ("week of 10 July", "week of 10 July"),
        ("w/c 10 July", "w/c 10 July"),
    ],
)
def test_what_is_still_open_has_no_date_and_keeps_its_words(when: str, note: str):
    only = entry(when)
    assert said(when) == "? ?-?"
    assert (only.status, only.status_note) == (Status.TO_BE_CONFIRMED, note)
    assert codes(plan_with(when)) == ["to-be-confirmed"]


def test_a_week_that_is_named_proposes_its_wednesday():
    assert entry("w/c 10 July").proposed_date == date(2023, 7, 12)
    assert entry("TBC").proposed_date == date(2023, 7, 5)  # the Wednesday of week 1


def test_a_date_whose_time_is_open_keeps_the_date():
    only = entry("5 July (time TBC)")
    assert (only.date, only.start, only.status_note) == (date(2023, 7, 5), None, "time TBC")


@pytest.mark.parametrize(
    "words",
    ["May the best idea win", "march for science", "a 1:1 with each", "10:1 in favour of plan 9", "version 2.10",
     "24 hours of code", "in 90 minutes", "the 80/20 rule", "what 2023-2024 taught us", "Room 15-17", "3 to 5 people"],
)  # fmt: skip
def test_figures_that_are_no_date_and_no_time_are_left_alone(words: str):
    (only,) = read_plan(f"# P\n\n### Month 1: July 2023\n\n- Week 1: Full meeting about {words}\n").entries
    assert (only.date, only.start, only.end, only.written.impossible) == (None, None, None, None)


# -- years


def years(text: str, **settings: int) -> list[str]:
    return [str(each.date) for each in read_plan(text, **settings).entries]


ACROSS = """\
# From September to February

## Pre-cohort

1. Kick-off: 28 August (10:00 - 12:00)

### Month 1: September

- Week 1: Collaboration Café - **{first} (15:00 - 17:00)**

### Month 4: December

- Week 3: Collaboration Café - **18 December (15:00 - 17:00)**
- Week 5: Full meeting - 2 January (10:00 - 11:00)

### Month 5: January

- Week 3: Collaboration Café - **{last} (15:00 - 17:00)**

### Month 6: February

- Week 1: Collaboration Café - **5 February (15:00 - 17:00)**

## Post-cohort

1. Reunion: 4 March (15:00 - 17:00)
"""
ACROSS_READ = ["2024-08-28", "2024-09-04", "2024-12-18", "2025-01-02", "2025-01-15", "2025-02-05", "2025-03-04"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("4 September 2024", "15 January"),
        ("4 September", "15 January 2025"),
        ("Wednesday 4 September 2024", "Wednesday 15 January"),
    ],
)
def test_one_year_written_anywhere_settles_every_date_across_a_new_year(first: str, last: str):
    assert years(ACROSS.format(first=first, last=last)) == ACROSS_READ


def test_a_year_in_a_chapters_heading_settles_the_others():
    text = ACROSS.format(first="4 September", last="15 January").replace("Month 5: January", "Month 5: January 2025")
    assert years(text) == ACROSS_READ


def test_the_front_matter_settles_the_year_of_the_first_month():
    assert years("---\nyear: 2024\n---\n" + ACROSS.format(first="4 September", last="15 January")) == ACROSS_READ


def test_weekdays_settle_the_year_where_the_text_mentions_just_one_that_fits():
    text = ACROSS.format(first="Wednesday 4 September", last="Wednesday 15 January")
    assert years(text + "\nThe celebration of 2023 was good; that of 2024 will be better.\n") == ACROSS_READ


def test_weekdays_correct_a_year_that_is_only_presumed():
    text = ACROSS.format(first="Wednesday 4 September", last="Wednesday 15 January")
    assert years(text, default_year=2023) == ACROSS_READ


def test_what_nothing_settles_has_no_date_and_is_found_once():
    plan = read_plan(ACROSS.format(first="Wednesday 4 September", last="15 January"))
    assert {each.date for each in plan.entries} == {None}
    assert [(finding.code, finding.line) for finding in check_plan(plan) if finding.code == "no-year"] == [("no-year", 7)]


def test_a_plan_without_a_year_takes_the_one_it_is_given():
    text = ACROSS.format(first="4 September", last="15 January")
    assert years(text, default_year=2024) == ACROSS_READ


def test_a_year_written_wrong_once_is_outvoted_and_found():
    text = ACROSS.format(first="4 September 2024", last="15 January 2025").replace("5 February", "5 February 2024")
    plan = read_plan(text)
    assert [month.year for month in plan.months] == [2024, 2024, 2025, 2025]
    assert [finding.line for finding in check_plan(plan) if finding.code == "outside-month"] == [14, 22]


def test_a_weekday_that_is_wrong_does_not_move_the_year():
    plan = read_plan(ACROSS.format(first="Thursday 4 September 2024", last="15 January"))
    assert str(plan.entries[1].date) == "2024-09-04"
    assert [finding.line for finding in check_plan(plan) if finding.code == "wrong-weekday"] == [9]


# -- where it stands


def test_the_columns_of_a_date_are_those_of_the_line_as_it_is_written():
    line = "- Week 1: [Full](https://example.org/5-july) **meeting** - **5 July (15:00 - 17:00)**"
    (only,) = read_plan(f"# P\n\n### Month 1: July 2023\n\n{line}\n").entries
    written = only.written
    assert written.column is not None
    assert written.end_column is not None
    assert line[written.column - 1 : written.end_column - 1] == written.text == "5 July (15:00 - 17:00)"
