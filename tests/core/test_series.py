"""Series: a rule's days with exceptions, holidays and clashes, and how sessions follow a changed rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import MonthlyRule
from hub.core.plan.model import Kind, Mode
from hub.core.series import (
    MOST_DATES,
    BadSeries,
    ExceptionDate,
    SeriesDate,
    SeriesRule,
    align,
    carried,
    date_of,
    days_of,
    facts_by,
    follow,
    series_dates,
    sound_rule,
)
from hub.core.sessions import LONGEST_SLUG, SessionFacts, free_slug, slug_for

CAFES = SeriesRule(
    title="Collaboration Café",
    kind=Kind.CAFE,
    on=MonthlyRule(2, (1, 3)),
    start=time(15),
    end=time(17),
    zone="Europe/London",
    first_on=date(2024, 9, 1),
    last_on=date(2025, 2, 28),
    mode=Mode.ONLINE,
)
TWELVE = (
    date(2024, 9, 4), date(2024, 9, 18), date(2024, 10, 2), date(2024, 10, 16), date(2024, 11, 6), date(2024, 11, 20),
    date(2024, 12, 4), date(2024, 12, 18), date(2025, 1, 1), date(2025, 1, 15), date(2025, 2, 5), date(2025, 2, 19),
)  # fmt: skip
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
RULES = st.builds(
    lambda weekday, nths, first, length: replace(
        CAFES, on=MonthlyRule(weekday, tuple(nths)), first_on=first, last_on=first + timedelta(days=length)
    ),
    st.integers(0, 6),
    st.lists(st.sampled_from((1, 2, 3, 4, 5, -1)), min_size=1, max_size=6, unique=True),
    DAYS,
    st.integers(0, 700),
)


def exceptions_for(rule: SeriesRule) -> st.SearchStrategy[list[ExceptionDate]]:
    """Some of the rule's days, left out or moved by up to three weeks."""
    each = st.builds(
        lambda on, by, reason: ExceptionDate(on=on, moved_to=on + timedelta(days=by) if by else None, reason=reason),
        st.sampled_from(list(days_of(rule)) or [rule.first_on]),
        st.integers(-20, 20),
        st.sampled_from(("", "bank holiday")),
    )
    return st.lists(each, max_size=6, unique_by=lambda exception: exception.on)


RULES_WITH_EXCEPTIONS = RULES.flatmap(lambda rule: st.tuples(st.just(rule), exceptions_for(rule)))


def test_the_series_of_the_programme_shows_its_twelve_days_and_the_one_that_is_a_holiday() -> None:
    dates = series_dates(CAFES)

    assert tuple(each.on for each in dates) == TWELVE
    assert tuple(each.held_on for each in dates) == TWELVE
    assert {each.on: each.holiday for each in dates if each.holiday} == {date(2025, 1, 1): "New Year's Day"}


def test_exceptions_leave_a_day_out_or_hold_it_on_another_and_say_why() -> None:
    dates = series_dates(
        CAFES,
        [
            ExceptionDate(on=date(2025, 1, 1), moved_to=date(2025, 1, 8), reason="bank holiday"),
            ExceptionDate(on=date(2024, 12, 18), reason="close to Christmas"),
            ExceptionDate(on=date(2024, 12, 19), reason="no day of the rule"),
        ],
        busy={date(2025, 1, 8): ("Full meeting, 14:00–16:00",), date(2025, 1, 1): ("Nobody",)},
        standing={date(2025, 1, 15)},
    )

    assert dates[7:10] == (
        SeriesDate(on=date(2024, 12, 18), held_on=None, reason="close to Christmas", is_exception=True),
        SeriesDate(
            on=date(2025, 1, 1),
            held_on=date(2025, 1, 8),
            reason="bank holiday",
            clashes=("Full meeting, 14:00–16:00",),
            is_exception=True,
        ),
        SeriesDate(on=date(2025, 1, 15), held_on=date(2025, 1, 15), is_there=True),
    )
    assert [each.is_left_out for each in dates[7:10]] == [True, False, False]
    assert len(dates) == 12


def test_two_dates_held_on_one_day_clash_with_each_other() -> None:
    dates = series_dates(CAFES, [ExceptionDate(on=date(2024, 9, 4), moved_to=date(2024, 9, 18))])

    assert [each.clashes for each in dates[:3]] == [
        ("The series is held twice on Wed 18 September 2024",),
        ("The series is held twice on Wed 18 September 2024",),
        (),
    ]


@given(RULES_WITH_EXCEPTIONS)
def test_every_day_of_the_rule_comes_once_in_order_and_is_what_its_exception_says(
    case: tuple[SeriesRule, list[ExceptionDate]],
) -> None:
    rule, exceptions = case
    moved = {each.on: each.moved_to for each in exceptions}

    dates = series_dates(rule, exceptions)

    assert [each.on for each in dates] == list(days_of(rule))
    assert all(each.held_on == moved.get(each.on, each.on) for each in dates)
    assert all(each.is_exception == (each.on in moved) for each in dates)
    assert all(rule.first_on <= each.on <= rule.last_on and rule.on.gives(each.on) for each in dates)


@given(RULES)
def test_a_sound_rule_is_left_as_it_is_and_a_rule_without_a_day_is_refused(rule: SeriesRule) -> None:
    if not list(days_of(rule)):
        with pytest.raises(BadSeries) as no:
            sound_rule(rule)
        assert no.value.field == "last_on"
    else:
        sound = sound_rule(rule)
        assert sound_rule(sound) == sound
        assert list(days_of(sound)) == list(days_of(rule))


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"title": "  "}, "title", "Write a title, such as “Collaboration Café”."),
        ({"end": time(15)}, "end", "It starts at 15:00, so it can’t end at 15:00. Write a later time."),
        ({"zone": "BST"}, "zone", "“BST” is not a time zone we know. Write its place, such as Europe/London."),
        ({"on": MonthlyRule(2, ())}, "on", "Say which days of the month, such as “1st and 3rd Wednesday”."),
        ({"on": MonthlyRule(2, (6,))}, "on", "Say which days of the month, such as “1st and 3rd Wednesday”."),
        ({"on": MonthlyRule(7, (1,))}, "on", "Say which days of the month, such as “1st and 3rd Wednesday”."),
        ({"last_on": date(2024, 8, 31)}, "last_on", "The last day comes before the first. Choose a later one."),
        (
            {"last_on": date(2024, 9, 3)},
            "last_on",
            "There is no 1st and 3rd Wednesday between Sun 1 September 2024 and Tue 3 September 2024. Choose other days.",
        ),
        ({"last_on": date(2199, 1, 1)}, "last_on", "That is more than 400 dates. Choose an earlier last day."),
        ({"first_on": date(24, 9, 1)}, "first_on", "The year 24 is hardly meant. Write one like 2024."),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(change: dict[str, object], field: str, sentence: str) -> None:
    with pytest.raises(BadSeries) as no:
        sound_rule(replace(CAFES, **change))  # type: ignore[arg-type]

    assert (no.value.field, no.value.sentence) == (field, sentence)


def test_a_rule_is_tidied() -> None:
    assert sound_rule(replace(CAFES, title=" Collaboration\nCafé ", on=MonthlyRule(2, (3, -1, 1, 3)))) == replace(
        CAFES, on=MonthlyRule(2, (1, 3, -1))
    )


def test_more_dates_than_anybody_reads_are_refused_where_they_are_counted_too() -> None:
    with pytest.raises(BadSeries):
        series_dates(replace(CAFES, last_on=date(2099, 1, 1)))
    assert MOST_DATES == 400


def test_a_session_is_the_date_it_is_held_on_then_the_rules_own_day_then_the_nearest() -> None:
    dates = series_dates(
        CAFES, [ExceptionDate(on=date(2024, 9, 4), moved_to=date(2024, 9, 11)), ExceptionDate(on=date(2024, 12, 18))]
    )
    found = date_of(
        dates,
        {
            "moved": date(2024, 9, 11),
            "on its day": date(2024, 9, 18),
            "left out": date(2024, 12, 18),
            "strayed": date(2024, 10, 9),
            "far": date(2024, 7, 1),
            "undated": None,
            "second on that day": date(2024, 9, 18),
        },
    )

    assert {key: each.on for key, each in found.items()} == {
        "moved": date(2024, 9, 4),
        "on its day": date(2024, 9, 18),
        "left out": date(2024, 12, 18),
        "strayed": date(2024, 10, 2),
    }


@given(RULES_WITH_EXCEPTIONS, st.lists(st.none() | DAYS, max_size=8))
def test_no_two_sessions_are_the_same_date(case: tuple[SeriesRule, list[ExceptionDate]], days: list[date | None]) -> None:
    dates = series_dates(*case)
    found = date_of(dates, dict(enumerate(days)))

    assert len({each.on for each in found.values()}) == len(found)
    assert all(days[key] is not None for key in found)


@given(RULES, RULES)
def test_days_of_a_new_rule_stand_for_those_of_the_old_in_their_month_each_once(old: SeriesRule, new: SeriesRule) -> None:
    before, after = list(days_of(old)), list(days_of(new))
    aligned = align(before, after)

    assert set(aligned) <= set(before)
    assert set(aligned.values()) <= set(after)
    assert len(set(aligned.values())) == len(aligned)
    assert all((day.year, day.month) == (to.year, to.month) for day, to in aligned.items())
    assert all(aligned[day] == day for day in before if day in after)


def test_first_and_third_wednesdays_become_second_and_last_tuesdays_month_by_month() -> None:
    tuesdays = replace(CAFES, on=MonthlyRule(1, (2, -1)))

    assert list(align(TWELVE[:4], list(days_of(tuesdays))).items()) == [
        (date(2024, 9, 4), date(2024, 9, 10)),
        (date(2024, 9, 18), date(2024, 9, 24)),
        (date(2024, 10, 2), date(2024, 10, 8)),
        (date(2024, 10, 16), date(2024, 10, 29)),
    ]


def test_what_was_held_on_another_day_stays_there_and_what_was_left_out_is_that_very_day() -> None:
    aligned = {date(2024, 9, 4): date(2024, 9, 5), date(2024, 9, 18): date(2024, 9, 19), date(2024, 10, 2): date(2024, 10, 3)}

    assert carried(
        [
            ExceptionDate(on=date(2024, 9, 4), moved_to=date(2024, 9, 9), reason="away"),
            ExceptionDate(on=date(2024, 9, 18), moved_to=date(2024, 9, 19)),
            ExceptionDate(on=date(2024, 10, 2), reason="strike"),
        ],
        aligned,
    ) == (
        ExceptionDate(on=date(2024, 9, 5), moved_to=date(2024, 9, 9), reason="away"),
        ExceptionDate(on=date(2024, 10, 2), reason="strike"),
    )


def test_facts_the_rule_made_follow_it_and_those_made_by_hand_stay() -> None:
    after = replace(CAFES, title="Café", start=time(10), end=time(11), mode=Mode.HYBRID)
    by_rule = facts_by(CAFES, date(2024, 9, 4))

    assert follow(by_rule, CAFES, after) == facts_by(after, date(2024, 9, 4))
    by_hand = replace(by_rule, title="Welcome café", end=time(16), mode=Mode.IN_PERSON, topic="Metrics", place="Leeds")
    assert follow(by_hand, CAFES, after) == by_hand
    assert follow(replace(by_rule, topic="Metrics"), CAFES, after) == replace(
        facts_by(after, date(2024, 9, 4)), topic="Metrics"
    )


@given(RULES, RULES, DAYS)
def test_a_session_follows_a_rule_and_back_to_where_it_was(old: SeriesRule, new: SeriesRule, day: date) -> None:
    facts = facts_by(old, day)

    assert follow(follow(facts, old, new), new, old) == facts
    assert follow(facts, old, old) == facts


def test_addresses_name_kind_and_day_or_the_title_and_never_meet() -> None:
    cafe = facts_by(CAFES, date(2024, 9, 4))

    assert slug_for(cafe, ()) == "cafe-2024-09-04"
    assert slug_for(cafe, {"cafe-2024-09-04", "cafe-2024-09-04-2"}) == "cafe-2024-09-04-3"
    assert slug_for(SessionFacts(title="Été: Les Données!", kind=Kind.OTHER), ()) == "ete-les-donnees"
    assert slug_for(SessionFacts(title="会議", kind=Kind.MEETING), ()) == "meeting"


@given(st.text("ab-", max_size=100), st.integers(0, 12))
def test_a_free_slug_is_short_and_new_however_many_are_taken(base: str, count: int) -> None:
    taken: set[str] = set()
    for _ in range(count):
        slug = free_slug(base, taken)
        assert slug not in taken
        assert 0 < len(slug) <= LONGEST_SLUG + len(f"-{count}")
        taken.add(slug)
