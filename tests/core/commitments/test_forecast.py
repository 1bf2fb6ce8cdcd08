"""What a forecast says of the programme's own promises: by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest

from hub.core.commitments import (
    All,
    Count,
    Gathering,
    Override,
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
from tests.core.commitments.gatherings import (
    CAFES,
    CASE_STUDY,
    HALF,
    IN_PERSON_DAYS,
    LONDON,
    NEW_YEAR,
    a_gathering,
    a_share,
    came_to,
    noon,
    the_cafes,
    with_registers,
)

BEFORE = noon(date(2024, 8, 1))
AFTER = noon(date(2025, 4, 1))
CHRISTMAS = noon(date(2024, 12, 24))  # eight cafés are over


def test_with_1_january_left_out_there_are_11_cafes_and_6_are_needed() -> None:
    told = forecast(HALF, the_cafes(), {}, at=BEFORE)
    assert (told.planned, told.needed, told.to_come, told.verdict) == (11, 6, 11, Verdict.POSSIBLE)
    assert say(told) == "No café has been held yet. You need 6 of the next 11."


def test_with_1_january_cancelled_it_is_the_same_and_with_it_held_6_of_12_are_needed() -> None:
    twelve = the_cafes(without_new_year=False)
    cancelled = [replace(each, state=SessionState.CANCELLED) if each.on == NEW_YEAR else each for each in twelve]
    not_counted = [replace(each, is_counted=False) if each.on == NEW_YEAR else each for each in twelve]
    told = [forecast(HALF, each, {}, at=BEFORE) for each in (cancelled, not_counted, twelve)]
    assert [(each.planned, each.needed) for each in told] == [(11, 6), (11, 6), (12, 6)]


def test_an_expert_reads_how_many_of_the_next_are_needed() -> None:
    cafes = the_cafes(without_new_year=False)
    at = noon(date(2024, 12, 5))  # seven of twelve are over
    told = forecast(HALF, with_registers(cafes[:7]) + cafes[7:], came_to(1, 2, 3, 7), at=at)
    assert say(told) == "You have been at 4 of 7 cafés. You need 2 of the next 5."
    assert say_for_team(told, "Ada") == "Possible. Ada has been at 4 of 7 cafés. They need 2 of the next 5."
    assert (told.still_needed, told.next_needed, told.possible) == (2, 2, 9)


@pytest.mark.parametrize(
    ("came", "verdict", "words"),
    [
        (6, Verdict.EARNED, "You have been at 6 of 8 cafés. That meets what was asked: 6 of 11 cafés."),
        (5, Verdict.POSSIBLE, "You have been at 5 of 8 cafés. You need 1 of the next 3."),
        (4, Verdict.POSSIBLE, "You have been at 4 of 8 cafés. You need 2 of the next 3."),
        (3, Verdict.AT_RISK, "You have been at 3 of 8 cafés. You need each of the next 3."),
        (
            2,
            Verdict.LOST,
            "You have been at 2 of 8 cafés. 6 of 11 cafés were asked, and at most 5 can be reached. Talk with the team.",
        ),
    ],
)
def test_at_christmas_three_cafes_are_left(came: int, verdict: Verdict, words: str) -> None:
    cafes = the_cafes()
    told = forecast(HALF, with_registers(cafes), came_to(*range(1, came + 1)), at=CHRISTMAS)
    assert (told.verdict, say(told)) == (verdict, words)


def test_it_is_at_risk_once_three_quarters_of_what_is_left_are_needed() -> None:
    cafes = with_registers(the_cafes())
    verdicts = [forecast(HALF, cafes, {}, at=each.ends_at or BEFORE).verdict for each in cafes[:6]]
    assert verdicts == [Verdict.POSSIBLE] * 2 + [Verdict.AT_RISK] * 3 + [Verdict.LOST]
    third = forecast(HALF, cafes, {}, at=noon(date(2024, 10, 3)))
    assert say(third) == "You have been at 0 of 3 cafés. You need 6 of the next 8. You can miss 2 more."
    careless = replace(HALF, at_risk_from=Fraction(1))
    assert forecast(careless, cafes, {}, at=noon(date(2024, 10, 3))).verdict is Verdict.POSSIBLE


def test_a_cafe_whose_register_is_not_taken_is_neither_earned_nor_missed() -> None:
    cafes = with_registers(the_cafes())
    cafes[7] = replace(cafes[7], has_register=False)
    told = forecast(HALF, cafes, came_to(1, 2), at=CHRISTMAS)
    assert (told.held, told.missed, told.unknown, told.to_come, told.verdict) == (8, 5, 1, 3, Verdict.AT_RISK)
    assert say(told) == (
        "You have been at 2 of 8 cafés. Who was at 1 of these is not written down yet."
        " You need each of the next 3 and to have been at 1 of those not written down yet."
    )
    assert forecast(HALF, with_registers(cafes), came_to(1, 2), at=CHRISTMAS).verdict is Verdict.LOST


def test_an_excused_cafe_leaves_the_denominator_and_who_comes_nevertheless_came() -> None:
    cafes = with_registers(the_cafes())
    excused = dict.fromkeys((1, 2), Standing.EXCUSED)
    told = forecast(HALF, cafes, excused, at=CHRISTMAS)
    assert (told.planned, told.needed, told.excused, told.held) == (9, 5, 2, 6)
    told = forecast(HALF, cafes, excused | came_to(1, 3, 4), at=CHRISTMAS)
    assert (told.planned, told.needed, told.excused, told.earned) == (10, 5, 1, 3)
    assert say(told) == (
        "You have been at 3 of 7 cafés. You have been excused from 1 more, which does not count. You need 2 of the next 3."
    )


def test_two_cafes_may_be_caught_up_and_a_third_stays_missed() -> None:
    cafes = with_registers(the_cafes())
    caught = dict.fromkeys((1, 2, 3), Standing.CAUGHT_UP)
    told = forecast(CAFES, cafes, caught | came_to(4), at=CHRISTMAS)
    assert (told.earned, told.caught_up, told.missed, told.catchable, told.verdict) == (3, 2, 5, 0, Verdict.AT_RISK)
    assert say(told) == "You have been at 1 of 8 cafés and caught up on 2. You need each of the next 3."
    assert forecast(HALF, cafes, caught | came_to(4), at=CHRISTMAS).earned == 1
    no_limit = replace(CAFES, most_catch_ups=None)
    assert forecast(no_limit, cafes, caught | came_to(4), at=CHRISTMAS).earned == 4


def test_what_may_still_be_caught_up_keeps_a_promise_from_being_lost() -> None:
    cafes = with_registers(the_cafes())
    told = forecast(CAFES, cafes, came_to(1), at=CHRISTMAS)
    assert (told.verdict, told.catchable, told.possible) == (Verdict.AT_RISK, 2, 6)
    assert say(told) == "You have been at 1 of 8 cafés. You need each of the next 3 and to catch up on 2 you missed."
    assert say(forecast(CAFES, cafes, came_to(1, 2, 3, 4), at=CHRISTMAS)) == (
        "You have been at 4 of 8 cafés. You need 2 of the next 3. You can catch up on 2 you missed."
    )
    over = replace(CAFES, window=Window(until_on=date(2025, 3, 1)))
    assert forecast(over, cafes, came_to(1, 2, 3, 4), at=AFTER).verdict is Verdict.LOST
    extended = Override(extended_until=date(2025, 4, 2))
    assert forecast(over, cafes, came_to(1, 2, 3, 4), at=AFTER, override=extended).verdict is Verdict.AT_RISK


def test_all_in_person_days_are_on_course_until_one_is_missed() -> None:
    days = [
        a_gathering(1, date(2024, 9, 12), kind=Kind.KICK_OFF, mode=Mode.IN_PERSON),
        a_gathering(2, date(2024, 11, 12), kind=Kind.WORKSHOP, mode=Mode.HYBRID),
        a_gathering(3, None, kind=Kind.CELEBRATION, mode=Mode.IN_PERSON, state=SessionState.TO_BE_CONFIRMED),
        a_gathering(4, date(2024, 10, 2), mode=Mode.ONLINE),
    ]
    told = forecast(IN_PERSON_DAYS, days, came_to(1), at=noon(date(2024, 10, 1)))
    assert (told.needed, told.planned, told.to_come, told.verdict) == (3, 3, 2, Verdict.POSSIBLE)
    assert say(told) == "You have been at 1 of 1 in-person day. You need each of the next 2."
    told = forecast(IN_PERSON_DAYS, with_registers(days), came_to(1), at=AFTER)
    assert (told.verdict, told.to_come, told.missed) == (Verdict.LOST, 1, 1)
    unknown = forecast(IN_PERSON_DAYS, days, came_to(1), at=AFTER)
    assert (unknown.verdict, unknown.unknown) == (Verdict.POSSIBLE, 1)


def test_an_undated_session_is_possible_until_the_window_has_closed() -> None:
    undated = [a_gathering(1, None, state=SessionState.TO_BE_CONFIRMED)]
    window = Window(first_on=date(2024, 9, 1), until_on=date(2025, 3, 1))
    told = [
        forecast(replace(HALF, window=window), undated, {}, at=at)
        for at in (BEFORE, datetime(2025, 2, 28, 23, 59, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC))
    ]
    assert [(each.planned, each.to_come) for each in told] == [(1, 1), (1, 1), (0, 0)]
    assert say(told[2]) == "No café is planned, so none is asked yet."


def test_who_starts_late_promised_a_share_of_what_is_left() -> None:
    cafes = with_registers(the_cafes())
    told = forecast(HALF, cafes, came_to(1), at=CHRISTMAS, override=Override(starts_on=date(2024, 11, 6)))
    assert (told.planned, told.needed, told.earned, told.held) == (7, 4, 0, 4)
    early = forecast(HALF, cafes, came_to(1), at=CHRISTMAS, override=Override(ends_on=date(2024, 11, 6)))
    assert (early.planned, early.needed, early.earned, early.to_come, early.verdict) == (4, 2, 1, 0, Verdict.LOST)


def test_who_was_away_for_some_days_promised_a_share_of_what_lies_before_and_after() -> None:
    cafes = with_registers(the_cafes())
    away = Days(cafes[1].on, cafes[4].on)  # the second, third and fourth; the fifth is on the day they are back
    told = forecast(HALF, cafes, came_to(1, 3), at=CHRISTMAS, override=Override(away=(away,)))
    every = forecast(HALF, cafes, came_to(1, 3), at=CHRISTMAS)
    assert (every.planned - told.planned, every.earned, told.earned) == (3, 2, 1)
    assert (told.needed, told.asks & 0b11111) == (-(-told.planned // 2), 0b10001)


def test_an_extension_gives_more_time_and_asks_for_no_more() -> None:
    cafes = with_registers(the_cafes())
    autumn = replace(HALF, window=Window(first_on=date(2024, 9, 1), until_on=date(2025, 1, 1)))
    at = noon(date(2025, 1, 2))
    told = forecast(autumn, cafes, came_to(1, 2, 3), at=at)
    assert (told.planned, told.needed, told.to_come, told.verdict) == (8, 4, 0, Verdict.LOST)
    more = Override(extended_until=date(2025, 2, 6))
    told = forecast(autumn, cafes, came_to(1, 2, 3), at=at, override=more)
    assert (told.planned, told.needed, told.to_come, told.verdict) == (8, 4, 2, Verdict.POSSIBLE)
    assert (told.last_on, say(told)) == (date(2025, 2, 5), "You have been at 3 of 8 cafés. You need 1 of the next 2.")
    told = forecast(autumn, cafes, came_to(1, 2, 3, 10), at=at + timedelta(days=60), override=more)
    assert (told.earned, told.held, told.verdict) == (4, 9, Verdict.EARNED)
    watched = came_to(1, 2, 3) | {10: Standing.CAUGHT_UP}  # there is nothing to catch up on: nobody was asked to be there
    told = forecast(replace(CAFES, window=autumn.window), cafes, watched, at=at + timedelta(days=60), override=more)
    assert (told.earned, told.missed) == (3, 5)
    told = forecast(replace(CAFES, window=autumn.window), the_cafes(), watched, at=at + timedelta(days=60), override=more)
    assert (told.earned, told.unknown) == (3, 6)


def test_another_quantity_and_a_waived_promise_are_one_persons_own() -> None:
    cafes = with_registers(the_cafes())
    fewer = forecast(HALF, cafes, came_to(1, 2), at=CHRISTMAS, override=Override(quantity=Count(2)))
    assert (fewer.verdict, say(fewer)) == (
        Verdict.EARNED,
        "You have been at 2 of 8 cafés. That meets what was asked: 2 cafés.",
    )
    every = forecast(HALF, cafes, {}, at=CHRISTMAS, override=Override(quantity=All()))
    assert (every.needed, every.verdict) == (11, Verdict.LOST)
    waived = forecast(HALF, cafes, {}, at=AFTER, override=Override(is_waived=True))
    assert (waived.verdict, waived.still_needed, waived.is_waived) == (Verdict.EARNED, 0, True)
    assert say(waived) == "The team has let you off: no café is asked."
    assert say_for_team(waived, "Ada") == "Waived. The team has let them off: no café is asked."


def test_more_than_the_schedule_has_yet_is_not_out_of_reach() -> None:
    one = [a_gathering(1, date(2024, 9, 12), mode=Mode.IN_PERSON, has_register=True)]
    two = replace(IN_PERSON_DAYS, quantity=Count(2), window=Window(until_on=date(2025, 3, 1)))
    told = forecast(two, one, came_to(1), at=CHRISTMAS)
    assert (told.needed, told.unplanned, told.verdict) == (2, 1, Verdict.POSSIBLE)
    assert say(told) == "You have been at 1 of 1 in-person day. You need 1 that is not planned yet."
    assert forecast(two, one, came_to(1), at=AFTER).verdict is Verdict.LOST
    assert say(forecast(two, one, {1: Standing.EXCUSED}, at=CHRISTMAS)) == (
        "You have been excused from 1 in-person day, which does not count. You need 1 that is not planned yet."
    )


def test_a_case_study_is_at_risk_four_weeks_before_it_is_due_and_lost_when_it_was() -> None:
    due = replace(CASE_STUDY, window=Window(until_on=date(2025, 2, 1)))
    verdicts = {
        day: forecast(due, [], {}, at=noon(day)).verdict
        for day in (date(2025, 1, 3), date(2025, 1, 4), date(2025, 1, 31), date(2025, 2, 1))
    }
    assert list(verdicts.values()) == [Verdict.POSSIBLE, Verdict.AT_RISK, Verdict.AT_RISK, Verdict.LOST]
    assert say(forecast(due, [], {}, at=BEFORE)) == (
        "Your case study is not made yet; Fri 31 January 2025 is the last day for it."
    )
    assert say(forecast(due, [], {}, at=AFTER)) == (
        "Your case study is not made yet, and Fri 31 January 2025 was the last day for it."
    )
    more = Override(extended_until=date(2025, 5, 1))
    assert forecast(due, [], {}, at=AFTER, override=more).verdict is Verdict.POSSIBLE
    made = forecast(due, [], {}, at=AFTER, made=1)
    assert (made.verdict, say(made), say_for_team(made, "Ada")) == (
        Verdict.EARNED,
        "Your case study is made.",
        "Earned. Ada’s case study is made.",
    )
    assert say(forecast(replace(due, quantity=Count(3)), [], {}, at=BEFORE, made=1)) == (
        "You have made 1 of 3 case studies; Fri 31 January 2025 is the last day for it."
    )
    assert say(forecast(CASE_STUDY, [], {}, at=AFTER)) == "Your case study is not made yet."


def test_a_change_of_schedule_changes_the_forecast() -> None:
    cafes = with_registers(the_cafes())
    assert forecast(HALF, cafes, came_to(1, 2), at=CHRISTMAS).verdict is Verdict.LOST
    more = [*cafes, a_gathering(12, date(2025, 2, 26)), a_gathering(13, date(2025, 3, 5))]
    told = forecast(HALF, more, came_to(1, 2), at=CHRISTMAS)
    assert (told.planned, told.needed, told.to_come, told.verdict) == (13, 7, 5, Verdict.AT_RISK)


@pytest.mark.parametrize("day", [date(2024, 10, 26), date(2024, 10, 27), date(2025, 3, 30), date(2025, 3, 31)])
def test_a_session_is_over_at_its_wall_time_on_both_sides_of_a_clock_change(day: date) -> None:
    session = [a_gathering(1, day)]
    ends = session[0].ends_at or BEFORE
    assert ends.hour == (17 if day in (date(2024, 10, 27), date(2025, 3, 29)) else 16)
    told = [forecast(HALF, session, {}, at=at) for at in (ends - timedelta(seconds=1), ends)]
    assert [(each.to_come, each.unknown) for each in told] == [(1, 0), (0, 1)]


def test_a_session_without_times_is_over_when_its_day_is_where_it_is_held() -> None:
    timeless = Gathering(id=1, kind=Kind.CAFE, on=date(2024, 10, 27), zone=LONDON)
    assert timeless.over_at == datetime(2024, 10, 28, tzinfo=UTC)
    assert replace(timeless, on=date(2024, 10, 26)).over_at == datetime(2024, 10, 26, 23, tzinfo=UTC)
    assert replace(timeless, zone="America/New_York").over_at == datetime(2024, 10, 28, 4, tzinfo=UTC)
    assert replace(timeless, on=None).over_at is None


def test_a_window_takes_a_session_by_its_day_where_it_is_held() -> None:
    late = a_gathering(1, date(2024, 10, 31), time(22), time(23, 30), zone="America/New_York")  # 1 November in London
    october = replace(HALF, window=Window(first_on=date(2024, 10, 1), until_on=date(2024, 11, 1)))
    assert forecast(october, [replace(late, on=None)], {}, at=BEFORE).planned == 1
    assert forecast(october, [late], {}, at=BEFORE).planned == 1


def test_a_standing_is_what_is_written_down_or_what_time_and_register_tell() -> None:
    cafe = the_cafes()[0]
    over = cafe.ends_at or BEFORE
    told = [
        standing_of(cafe, None, at=BEFORE),
        standing_of(cafe, None, at=over),
        standing_of(replace(cafe, has_register=True), None, at=over),
        standing_of(replace(cafe, has_register=True), Standing.TO_COME, at=over),
        standing_of(cafe, Standing.CAME, at=BEFORE),
        standing_of(cafe, Standing.EXCUSED, at=over),
    ]
    assert [each.label for each in told] == ["To come", "Not known yet", "Missed", "Missed", "Came", "Excused"]


def test_what_nobody_meets_for_and_what_fits_not_every_list_is_not_asked() -> None:
    which = Which(kinds=frozenset({Kind.CAFE, Kind.WORKSHOP}), modes=frozenset({Mode.ONLINE}), series=frozenset({7}))
    day = date(2024, 9, 4)
    sessions = [
        a_gathering(1, day, series=7),
        a_gathering(2, day, series=8),
        a_gathering(3, day, series=7, mode=None),
        a_gathering(4, day, series=7, kind=Kind.MEETING),
        a_gathering(5, day, series=7, kind=Kind.WORKSHOP, is_counted=False),
        a_gathering(6, day, series=7, kind=Kind.REST),
    ]
    assert [each.id for each in sessions if which.holds(each)] == [1]
    assert [each.id for each in sessions if Which().holds(each)] == [1, 2, 3, 4]


def test_a_cohort_is_forecast_in_one_pass_each_by_their_own_promises() -> None:
    cafes = with_registers(the_cafes())
    rows = [
        ("Ada", 1, Standing.CAME),
        ("Ada", 2, Standing.CAME),
        ("Grace", 2, Standing.EXCUSED),
        ("Sam", 1, Standing.CAME),  # a stranger to the cohort
        ("Ada", 99, Standing.CAME),  # no gathering of it
        ("Grace", 3, Standing.TO_COME),
    ]
    marks = marks_of(("Ada", "Grace"), cafes, rows)
    told = forecast_many(
        (HALF, CASE_STUDY),
        cafes,
        marks,
        at=CHRISTMAS,
        overrides={
            ("Grace", "cafes"): Override(starts_on=date(2024, 12, 1)),
            ("Grace", "case-study"): Override(is_waived=True),
        },
        made={("Ada", "case-study"): 1},
    )
    assert {name: [(each.earned, each.needed, each.verdict) for each in both] for name, both in told.items()} == {
        "Ada": [(2, 6, Verdict.LOST), (1, 1, Verdict.EARNED)],
        "Grace": [(0, 3, Verdict.AT_RISK), (0, 1, Verdict.EARNED)],
    }


def test_nothing_planned_asks_nothing() -> None:
    told = forecast(HALF, [], {}, at=BEFORE)
    assert (told.verdict, say(told)) == (Verdict.EARNED, "No café is planned, so none is asked yet.")
    excused = forecast(HALF, the_cafes()[:1], {1: Standing.EXCUSED}, at=BEFORE)
    assert say(excused) == "You have been excused from every café, so none is asked."
    assert say_for_team(excused, "Ada") == "Not asked. Ada has been excused from every café, so none is asked."


def test_impossible_facts_are_an_error_of_the_program() -> None:
    cafe = the_cafes()[0]
    with pytest.raises(ValueError, match="two gatherings with one id"):
        forecast(HALF, [cafe, cafe], {}, at=BEFORE)
    with pytest.raises(ValueError, match="two promises with one key"):
        forecast_many((HALF, CAFES), [cafe], {}, at=BEFORE)
    with pytest.raises(ValueError, match="made=-1"):
        forecast(CASE_STUDY, [], {}, at=BEFORE, made=-1)


def test_a_share_is_rounded_up_exactly() -> None:
    cafes = the_cafes(without_new_year=False)
    needed = [
        forecast(a_share(*each), cafes[:11], {}, at=BEFORE).needed for each in ((1, 2), (1, 3), (2, 11), (1, 100), (1, 1))
    ]
    assert needed == [6, 4, 2, 1, 11]


def test_a_promise_without_days_of_its_own_closes_with_its_cohort() -> None:
    cohort = Window(first_on=date(2024, 9, 1), until_on=date(2025, 3, 1), zone=LONDON)
    days = [date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 28), date(2025, 3, 1), date(2026, 3, 1)]
    study = [forecast(CASE_STUDY, [], {}, at=noon(day), cohort=cohort).verdict for day in days]
    assert study == [Verdict.POSSIBLE, Verdict.AT_RISK, Verdict.AT_RISK, Verdict.LOST, Verdict.LOST]
    # after the last café and before the end, what was missed can still be caught up on
    cafes = with_registers(the_cafes())[:4]
    told = [forecast(CAFES, cafes, {}, at=noon(day), cohort=cohort) for day in days]
    assert [each.verdict for each in told] == [*[Verdict.AT_RISK] * 3, Verdict.LOST, Verdict.LOST]
    assert say(told[2]) == "You have been at 0 of 4 cafés. You need to catch up on 2 you missed."
    assert (
        say(told[3]) == "You have been at 0 of 4 cafés. 2 of 4 cafés were asked, and none can be reached. Talk with the team."
    )
    assert forecast(CAFES, cafes, {}, at=noon(days[4])).verdict is Verdict.AT_RISK  # no end is known
    # an end of its own stands, be it earlier or later; only what is open has the cohort's
    late = replace(CASE_STUDY, window=Window(until_on=date(2025, 5, 1), zone=LONDON))
    assert forecast(late, [], {}, at=noon(date(2025, 4, 30)), cohort=cohort).verdict is Verdict.AT_RISK
    begins = replace(CASE_STUDY, window=Window(first_on=date(2024, 10, 1), zone=LONDON))
    assert forecast(begins, [], {}, at=noon(days[3]), cohort=cohort).verdict is Verdict.LOST


def test_an_extension_reaches_beyond_the_cohort_where_the_promise_says_no_day() -> None:
    cohort = Window(first_on=date(2024, 9, 1), until_on=date(2025, 3, 1), zone=LONDON)
    more = Override(extended_until=date(2025, 6, 1))
    assert forecast(CASE_STUDY, [], {}, at=noon(date(2025, 3, 1)), override=more, cohort=cohort).verdict is Verdict.POSSIBLE
    assert forecast(CASE_STUDY, [], {}, at=noon(date(2025, 6, 1)), override=more, cohort=cohort).verdict is Verdict.LOST


def test_what_is_held_before_or_after_the_cohort_is_not_asked_unless_the_promise_says_such_days() -> None:
    cohort = Window(first_on=date(2024, 9, 1), until_on=date(2025, 3, 1), zone=LONDON)
    days = [a_gathering(n, day) for n, day in enumerate((date(2024, 8, 31), date(2024, 9, 1), date(2025, 3, 1)), 1)]
    every = a_share(1, 1)
    assert forecast(every, days, {}, at=BEFORE, cohort=cohort).planned == 1
    longer = replace(every, window=Window(first_on=date(2024, 8, 1), until_on=date(2025, 4, 1), zone=LONDON))
    assert forecast(longer, days, {}, at=BEFORE, cohort=cohort).planned == 3
    undated = [a_gathering(1, None)]
    assert [forecast(every, undated, {}, at=at, cohort=cohort).planned for at in (CHRISTMAS, AFTER)] == [1, 0]
