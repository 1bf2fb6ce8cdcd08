"""A new cohort from an earlier one: every date derived again, and the decisions a person must take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.box import BadAnswer, Box, Known, NothingToBox, make_box
from hub.core.calendar import MONTHS, MonthlyRule, week_label
from hub.core.plan.model import (
    AgendaItem,
    Kind,
    Link,
    LinkKind,
    Mode,
    Month,
    Plan,
    Prose,
    Session,
    Stage,
    Status,
    Step,
    Week,
    Who,
)

CAFES = MonthlyRule(2, (1, 3))
SEPTEMBER = date(2024, 9, 1)
ANSWERS = {
    "cafe-2025-01-01": "leave-out",
    "trainings-on-cafe-days": "own-day",
    "kick-off": "keep",
    "workshop-month-2-week-3": "move",
    "workshop-month-4-week-4": "move",
}


def an_entry(kind: Kind, title: str, day: date | None = None, start: str = "", end: str = "", **more: object) -> Session:
    clocks = {"start": time.fromisoformat(start) if start else None, "end": time.fromisoformat(end) if end else None}
    return Session(kind=kind, title=title, date=day, **clocks, **more)  # type: ignore[arg-type]


def a_cafe(day: date | None, start: str = "15:00", end: str = "17:00", **more: object) -> Session:
    return an_entry(Kind.CAFE, "Collaboration Café", day, start, end, **more)


def a_chapter(number: int, month: int, *entries: Session, year: int = 2023, tail: str = "") -> Month:
    filed = [
        replace(each, year=year, month=month, week=week_label(each.date)[2] if each.date else each.week) for each in entries
    ]
    weeks = [
        Week(number=n, label=f"Week {n}", sessions=tuple(each for each in filed if each.week == n))
        for n in sorted({each.week for each in filed if each.week})
    ]
    title = f"Month {number}: {MONTHS[month - 1]}{tail}"
    loose = tuple(each for each in filed if not each.week)
    return Month(number=number, month=month, year=year, title=title, weeks=tuple(weeks), sessions=loose)


def a_plan() -> Plan:
    """The first cohort as the programme ran it, with what makes it hard: off its series, undated, trainings inside cafés."""
    slides = Link(text="Slides", url="https://slides.example/2023", kind=LinkKind.MATERIAL)
    skills = AgendaItem(
        text="Skills gap mapping, by the Turing Skills Team", who=Who.GROUP, led_by="Turing Skills Team", line=91
    )
    alone = AgendaItem(text="Reflect on your own work", who=Who.INDIVIDUAL, line=92)
    workshop = AgendaItem(text="Workshop facilitated by Fruto", who=Who.GROUP)
    return Plan(
        title="Practitioners Hub",
        year=2023,
        settings=(("zone", "Europe/London"), ("year", "2023")),
        stages=(
            Stage(
                title="Mapping", first_month=1, last_month=3, topics=(AgendaItem(text="[Map](https://map.example/) in 2023"),)
            ),
        ),
        before=(
            Step(number=1, text="Send the [primer](https://zenodo.org/records/1)"),
            Step(
                number=2,
                text="Kick-off: **27 June (10:30–12:00)**",
                session=an_entry(Kind.KICK_OFF, "Kick-off", date(2023, 6, 27), "10:30", "12:00", line=10),
            ),
        ),
        months=(
            a_chapter(
                1,
                7,
                a_cafe(date(2023, 7, 5)),
                an_entry(Kind.REST, "No full cohort meeting", week=2),
                a_cafe(date(2023, 7, 19), topic="Stakeholder mapping and engagement", line=63),
                an_entry(
                    Kind.WORKSHOP,
                    "Panel day 2023",
                    date(2023, 7, 27),
                    "09:30",
                    "16:00",
                    mode=Mode.HYBRID,
                    place="The Old Mill",
                    attended=22,
                    links=(slides,),
                ),
            ),
            a_chapter(
                2,
                8,
                a_cafe(date(2023, 8, 2)),
                an_entry(Kind.MEETING, "Full cohort meeting", date(2023, 8, 9), "13:00", "14:00"),
                an_entry(
                    Kind.WORKSHOP,
                    "Introduction to user journey mapping",
                    date(2023, 8, 16),
                    "15:00",
                    "17:00",
                    led_by="Fruto",
                    agenda=(workshop,),
                ),
                an_entry(Kind.ONE_TO_ONE, "1:1 coaching", week=5),
            ),
            a_chapter(
                3, 9, a_cafe(date(2023, 9, 6), led_by="Mara"), a_cafe(date(2023, 9, 20), agenda=(skills, alone), line=90)
            ),
            a_chapter(
                4,
                10,
                a_cafe(date(2023, 10, 4)),
                an_entry(Kind.MEETING, "Full cohort meeting", week=2),
                a_cafe(date(2023, 10, 18)),
                an_entry(
                    Kind.WORKSHOP,
                    "Systems thinking workshop",
                    date(2023, 10, 23),
                    "10:00",
                    "16:00",
                    mode=Mode.IN_PERSON,
                    led_by="Digital Catapult",
                ),
            ),
            a_chapter(
                5,
                11,
                a_cafe(date(2023, 11, 1), "", ""),
                an_entry(Kind.WORKSHOP, "In-person meeting", date(2023, 11, 9), "14:00", "17:00", mode=Mode.IN_PERSON),
                a_cafe(date(2023, 11, 14), "14:00", "17:00", topic="Stories from the office"),
            ),
            a_chapter(
                6,
                12,
                a_cafe(None, "", "", week=1),
                an_entry(Kind.WRAP_UP, "Wrap-up meetings", week=2),
                an_entry(
                    Kind.CELEBRATION,
                    "Celebration",
                    status=Status.TO_BE_CONFIRMED,
                    status_note="Date TBC in 2024",
                ),
                tail=" - Concluding weeks of 2023",
            ),
        ),
        after=(Step(number=1, text="Write to Mara (mara@example.org)"),),
        prose=(
            Prose(heading="Welcome", level=2, text="We meet twice a month.\n\nIn 2023 five organisations took part."),
            Prose(heading="Our partners of 2023", level=2, text="Polar Survey sends Ada."),
        ),
    )


def a_box(answers: dict[str, str] | None = None, **more: object) -> Box:
    return make_box(a_plan(), new_first=SEPTEMBER, names=["Polar Survey"], answers=answers or {}, **more)  # type: ignore[arg-type]


def days(box: Box, *kinds: Kind) -> list[date]:
    return sorted(entry.date for entry in box.plan.entries if entry.date and entry.kind in kinds)


def entry(box: Box, title: str) -> Session:
    return next(each for each in box.plan.entries if each.title == title)


def test_the_cafes_of_september_to_february_are_the_twelve_the_rule_gives_but_for_new_years_day() -> None:
    box = a_box(ANSWERS)
    assert days(box, Kind.CAFE) == [
        date(2024, 9, 4),
        date(2024, 9, 18),
        date(2024, 10, 2),
        date(2024, 10, 16),
        date(2024, 11, 6),
        date(2024, 11, 20),
        date(2024, 12, 4),
        date(2024, 12, 18),
        date(2025, 1, 15),
        date(2025, 2, 5),
        date(2025, 2, 19),
    ]
    assert {(each.start, each.end) for each in box.plan.entries if each.kind is Kind.CAFE} == {(time(15), time(17))}
    assert box.series[0].exceptions == ((date(2025, 1, 1), None, "New Year's Day"),)


def test_new_years_day_waits_for_a_person_who_may_leave_it_out_move_it_or_keep_it() -> None:
    decision = next(each for each in a_box().decisions if each.key == "cafe-2025-01-01")
    assert decision.is_open
    assert decision.proposed == "leave-out"
    assert decision.sentence == (
        "Wed 1 January 2025 is a public holiday (New Year's Day). The rule gives 12 cafés; the programme asks for 12."
    )
    assert [(option.key, option.label) for option in decision.options] == [
        ("leave-out", "Leave it out: 11 cafés instead of 12"),
        ("move", "Hold it on Wed 8 January 2025, 15:00–17:00"),
        ("keep", "Keep it on Wed 1 January 2025, 15:00–17:00"),
    ]


def test_a_cafe_that_is_moved_says_so_and_accepts_to_be_off_its_series() -> None:
    box = a_box(ANSWERS | {"cafe-2025-01-01": "move"})
    moved = next(each for each in box.plan.entries if each.date == date(2025, 1, 8))
    assert (moved.kind, [each.code for each in moved.accepted]) == (Kind.CAFE, ["off-series"])
    assert box.series[0].exceptions == ((date(2025, 1, 1), date(2025, 1, 8), "New Year's Day"),)
    assert len(box.series[0].dates) == 12


def test_any_day_may_be_given_instead_of_an_option() -> None:
    box = a_box(ANSWERS | {"cafe-2025-01-01": "2025-01-07", "celebration": "2025-03-05"})
    assert date(2025, 1, 7) in days(box, Kind.CAFE)
    assert (entry(box, "Celebration").date, entry(box, "Celebration").status) == (date(2025, 3, 5), Status.PLANNED)
    assert box.last_on == date(2025, 3, 5)


@pytest.mark.parametrize("answer", ["", "later", "2025-02-30"])
def test_what_is_no_answer_is_refused_with_those_there_are(answer: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        a_box({"cafe-2025-01-01": answer})
    assert refused.value.field == "cafe-2025-01-01"
    assert refused.value.sentence == (
        f"The café of Wed 1 January 2025: “{answer}” is no answer. "
        "There are: leave-out, move, keep or a day such as 2025-01-08."
    )


def test_a_person_must_decide_what_the_calendar_cannot_and_the_rest_stands_as_proposed() -> None:
    box = a_box()
    assert [each.key for each in box.open_decisions] == [
        "cafe-2025-01-01",
        "trainings-on-cafe-days",
        "kick-off",
        "workshop-month-2-week-3",
        "workshop-month-4-week-4",
    ]
    assert [each.key for each in box.decisions if not each.is_needed] == [
        "cafe-2024-12-18",
        "meeting-month-4-week-2",
        "wrap-up-month-6-week-2",
        "celebration",
    ]
    assert a_box(ANSWERS).open_decisions == ()
    assert a_box(a_box().proposed_answers).plan == a_box(ANSWERS).plan


def test_the_rest_keeps_its_month_week_weekday_and_times() -> None:
    box = a_box(ANSWERS)
    kick_off, panel, systems = entry(box, "Kick-off"), entry(box, "Panel day"), entry(box, "Systems thinking workshop")
    assert (kick_off.date, kick_off.start, kick_off.end) == (date(2024, 8, 27), time(10, 30), time(12))  # Tue of week 4
    assert (panel.date, panel.start, panel.end, panel.mode) == (date(2024, 9, 26), time(9, 30), time(16), Mode.HYBRID)
    assert (systems.date, systems.mode) == (date(2024, 12, 16), Mode.IN_PERSON)  # 23 December was too near Christmas
    assert box.first_on == date(2024, 8, 27)
    assert [(week.number, [each.title for each in week.sessions]) for week in box.plan.months[0].weeks] == [
        (1, ["Collaboration Café"]),
        (2, ["No full cohort meeting"]),
        (3, ["Collaboration Café", "Stakeholder mapping"]),
        (4, ["Panel day"]),
    ]
    assert [month.title for month in box.plan.months] == [
        "Month 1: September 2024",
        "Month 2: October 2024",
        "Month 3: November 2024",
        "Month 4: December 2024",
        "Month 5: January 2025",
        "Month 6: February 2025 – Concluding weeks",
    ]


def test_a_workshop_that_would_fall_on_a_cafe_is_moved_takes_its_place_or_stays_open() -> None:
    decision = next(each for each in a_box().decisions if each.key == "workshop-month-2-week-3")
    assert decision.sentence == "Wed 16 October 2024 has “Collaboration Café” at the same time (15:00–17:00)."
    assert [option.key for option in decision.options] == ["move", "instead", "open"]

    def placed(answer: str) -> tuple[date | None, bool]:
        box = a_box(ANSWERS | {decision.key: answer})
        return entry(box, "Introduction to user journey mapping").date, date(2024, 10, 16) in days(box, Kind.CAFE)

    assert placed("move") == (date(2024, 10, 17), True)
    assert placed("instead") == (date(2024, 10, 16), False)
    assert placed("open") == (None, True)
    assert placed("2024-10-15") == (date(2024, 10, 15), True)


def test_trainings_inside_cafes_get_days_of_their_own_stay_or_go() -> None:
    own = a_box(ANSWERS)
    trainings = [(each.title, each.date) for each in own.plan.entries if each.kind is Kind.TRAINING]
    assert trainings == [
        ("Stakeholder mapping", date(2024, 9, 19)),
        ("Skills and knowledge gap mapping", date(2024, 11, 21)),
    ]
    after = next(each for each in own.plan.entries if each.date == date(2024, 11, 20))
    assert [part.text for part in after.agenda] == ["Reflect on your own work"]
    assert {each.topic for each in own.plan.entries if each.kind is Kind.CAFE} == {"", "Stories from the office"}

    kept = a_box(ANSWERS | {"trainings-on-cafe-days": "keep"})
    inside = next(each for each in kept.plan.entries if each.date == date(2024, 9, 18))
    assert (inside.topic, [each.code for each in inside.accepted]) == (
        "Stakeholder mapping and engagement",
        ["training-on-series-day"],
    )
    assert [each for each in kept.plan.entries if each.kind is Kind.TRAINING] == []

    gone = a_box(ANSWERS | {"trainings-on-cafe-days": "leave-out"})
    assert [each for each in gone.plan.entries if each.kind is Kind.TRAINING] == []
    assert "The training “Skills and knowledge gap mapping” is left out." in gone.left_behind


def test_a_cafe_off_its_series_goes_back_to_the_rule_with_what_it_was_about() -> None:
    box = a_box(ANSWERS)
    back = next(each for each in box.plan.entries if each.topic == "Stories from the office")
    assert (back.date, back.start, back.end) == (date(2025, 1, 15), time(15), time(17))


def test_a_week_the_new_month_has_not_comes_a_week_earlier_and_is_asked_about() -> None:
    july = a_chapter(1, 8, an_entry(Kind.MEETING, "Late talk", date(2023, 8, 31), "10:00", "11:00"))
    box = make_box(Plan(title="Plan", months=(july,)), new_first=date(2024, 9, 1))
    (decision,) = box.decisions
    assert decision.sentence == "Thu 26 September 2024 stands in week 4, because September 2024 has no week 5."
    assert (entry(box, "Late talk").date, decision.proposed, decision.is_open) == (date(2024, 9, 26), "keep", True)


def test_a_day_the_year_plan_has_given_away_is_shown() -> None:
    known = [Known(on=date(2024, 9, 4), title="Showcase event"), Known(on=date(2024, 9, 26), title="Open day")]
    box = a_box(known=known)
    said = {each.key: each.sentence for each in box.decisions}
    assert said["cafe-2024-09-04"].startswith("Wed 4 September 2024 has “Showcase event” in the year plan.")
    assert said["workshop-month-1-week-4"] == "Thu 26 September 2024 has “Open day” in the year plan."


def test_two_sessions_at_one_time_are_told_apart() -> None:
    july = a_chapter(
        1,
        7,
        an_entry(Kind.MEETING, "First", date(2023, 7, 11), "10:00", "12:00"),
        an_entry(Kind.MEETING, "Second", date(2023, 7, 11), "11:00", "13:00"),
    )
    box = make_box(Plan(title="Plan", months=(july,)), new_first=date(2025, 7, 1))
    (decision,) = box.decisions
    assert (decision.subject, decision.sentence) == ("Second", "Tue 8 July 2025 has “First” at the same time (10:00–12:00).")
    assert entry(box, "Second").date == date(2025, 7, 9)


def test_nothing_of_the_earlier_cohort_is_taken_along() -> None:
    said = repr(a_box(ANSWERS).plan)
    for stale in ("2023", "http", "Mara", "Fruto", "Digital Catapult", "Turing Skills Team", "Old Mill", "Polar", "@", "22"):
        assert stale not in said.replace("2022", ""), stale
    for each in a_box(ANSWERS).plan.entries:
        assert (each.led_by, each.place, each.attended, each.all_links) == (None, None, None, ())


def test_what_was_left_behind_is_told() -> None:
    assert a_box(ANSWERS).left_behind == (
        "Links, recordings and materials: 1.",
        "Who leads: 3 sessions. Ask again.",
        "Where the sessions in person are held. Ask again for “Panel day”, “Systems thinking workshop”, “In-person meeting”.",
        "How many people came.",
        "Text that speaks of the earlier cohort: 2 paragraphs.",
    )
    assert a_box(ANSWERS).plan.prose == (Prose(heading="Welcome", level=2, text="We meet twice a month."),)


def test_a_cancelled_session_stays_where_it_was() -> None:
    july = a_chapter(1, 7, an_entry(Kind.MEETING, "Talk", date(2023, 7, 11), "10:00", "12:00", status=Status.CANCELLED))
    box = make_box(Plan(title="Plan", months=(july,)), new_first=date(2025, 7, 1))
    assert (box.plan.entries, box.left_behind) == ((), ("“Talk” was cancelled and is not taken along.",))


def test_a_plan_without_months_is_nothing_to_derive_from() -> None:
    with pytest.raises(NothingToBox):
        make_box(Plan(title="Plan"), new_first=SEPTEMBER)
    with pytest.raises(NothingToBox):
        make_box(Plan(title="Plan", months=(Month(number=1, month=7, year=None, title="July"),)), new_first=SEPTEMBER)


months = st.integers(0, 12 * 8).map(lambda n: date(2020 + n // 12, n % 12 + 1, 1))


@given(months)
def test_in_any_year_each_cafe_is_on_its_rule_nothing_overlaps_and_no_old_year_is_left(first: date) -> None:
    box = make_box(a_plan(), new_first=first, answers=make_box(a_plan(), new_first=first).proposed_answers)
    assert box.open_decisions == ()
    for session in box.plan.entries:
        if session.kind is Kind.CAFE and session.date and not session.accepted:
            assert CAFES.gives(session.date)
        if session.kind in (Kind.WORKSHOP, Kind.TRAINING) and session.date and not session.accepted:
            assert not CAFES.gives(session.date)
    dated = sorted((each.date, each.start, each.end) for each in box.plan.entries if each.date and each.start and each.end)
    for (day, _, end), (next_day, start, _) in pairwise(dated):
        assert day < next_day or end <= start
    if first.year > 2024:
        assert "2023" not in repr(box.plan)


@given(months)
def test_each_session_that_needed_no_decision_keeps_weekday_week_and_month_of_the_cohort(first: date) -> None:
    box = make_box(a_plan(), new_first=first)
    asked = {decision.subject for decision in box.decisions}
    old = {each.title: each for each in a_plan().entries if each.date and each.kind is not Kind.CAFE}
    for session in box.plan.entries:
        was = old.get(session.title)
        if was is None or was.date is None or session.date is None or session.title in asked:
            continue
        assert session.date.weekday() == was.date.weekday()
        assert week_label(session.date)[2] == week_label(was.date)[2]
        year, month, _ = week_label(session.date)
        old_year, old_month, _ = week_label(was.date)
        assert (year - first.year) * 12 + month - first.month == (old_year - 2023) * 12 + old_month - 7


def test_the_same_plan_and_answers_give_the_same_box() -> None:
    assert a_box(ANSWERS) == a_box(dict(reversed(ANSWERS.items())))
    assert timedelta(0) == a_box().last_on - date(2025, 2, 28)
