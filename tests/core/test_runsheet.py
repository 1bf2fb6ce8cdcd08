"""Countdowns, and which tasks the facts ask for: examples, and what holds for any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.plan.model import Kind, Mode
from hub.core.runsheet import (
    FURTHEST,
    MOST_LINES,
    TASK_MOVES,
    Applies,
    BadLine,
    Changes,
    Gathering,
    Line,
    Owner,
    Standing,
    TaskState,
    Wanted,
    due_of,
    own_countdown,
    reconcile,
    say_offset,
    sound_lines,
    wanted,
)

DAY = date(2024, 9, 4)
TODAY = date(2024, 8, 1)
HOST = Line(key="confirm-host", what="Confirm who hosts it", days=-21)
NOTES = Line(key="notes", what="Share the notes", days=3, owner=Owner.LEADER)
COUNTDOWN = {Kind.CAFE: (HOST, NOTES)}


def a_gathering(**facts: object) -> Gathering:
    given_ = {"session": 1, "kind": Kind.CAFE, "mode": Mode.ONLINE, "day": DAY, "is_on": True}
    return Gathering(**given_ | facts)  # type: ignore[arg-type]


def stand(asked: list[Wanted], **settled: bool) -> dict[tuple[int, str], Standing]:
    return {each.key: Standing(says=each, **settled) for each in asked}


def told(kind: Kind, mode: Mode | None) -> list[tuple[int, str]]:
    asked = wanted([a_gathering(kind=kind, mode=mode)], {kind: own_countdown(kind)})
    return [(each.days, each.line) for each in asked]


def test_a_cafe_online_has_the_six_lines_the_issue_names() -> None:
    assert told(Kind.CAFE, Mode.ONLINE) == [
        (-21, "confirm-host"),
        (-7, "remind-speakers"),
        (-2, "send-joining-link"),
        (1, "attendance"),
        (3, "notes"),
        (7, "recording"),
    ]


def test_where_people_meet_in_person_there_is_a_room_to_book_and_nothing_to_record() -> None:
    assert told(Kind.WORKSHOP, Mode.IN_PERSON) == [
        (-42, "book-room"),
        (-28, "access-needs"),
        (-21, "confirm-host"),
        (-21, "travel"),
        (-14, "catering"),
        (-7, "remind-speakers"),
        (-7, "materials"),
        (-2, "send-directions"),
        (1, "feedback"),
        (1, "attendance"),
        (3, "notes"),
    ]


def test_a_hybrid_session_has_the_tasks_of_both_ways() -> None:
    for kind in Kind:
        both = set(told(kind, Mode.ONLINE)) | set(told(kind, Mode.IN_PERSON))
        assert set(told(kind, Mode.HYBRID)) == both


@pytest.mark.parametrize("kind", [Kind.REST, Kind.INDIVIDUAL])
def test_where_nobody_meets_there_is_nothing_to_prepare(kind: Kind) -> None:
    assert own_countdown(kind) == ()


def test_every_gathering_has_a_countdown_that_is_sound_and_in_order() -> None:
    for kind in Kind:
        lines = own_countdown(kind)
        assert sound_lines(lines) == lines
        assert bool(lines) == kind.is_gathering


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-42, "6 weeks before"),
        (-7, "a week before"),
        (-2, "2 days before"),
        (-1, "the day before"),
        (0, "on the day"),
        (1, "the day after"),
        (10, "10 days after"),
        (21, "3 weeks after"),
    ],
)
def test_an_offset_is_said_as_people_say_it(days: int, said: str) -> None:
    assert say_offset(days) == said


def test_a_session_without_a_day_asks_for_its_tasks_without_days() -> None:
    asked = wanted([a_gathering(day=None)], COUNTDOWN)
    assert [(each.line, each.due_on) for each in asked] == [("confirm-host", None), ("notes", None)]


def test_a_cancelled_session_asks_for_nothing() -> None:
    assert wanted([a_gathering(is_on=False)], COUNTDOWN) == []


def test_a_session_that_moves_takes_its_open_tasks_along_and_leaves_those_that_are_done() -> None:
    before = wanted([a_gathering()], COUNTDOWN)
    there = stand(before)
    there[1, "confirm-host"] = replace(there[1, "confirm-host"], is_open=False)
    after = wanted([a_gathering(day=DAY + timedelta(days=7))], COUNTDOWN)

    assert reconcile(after, there, today=TODAY) == Changes(update=(after[1],))
    assert after[1].due_on == DAY + timedelta(days=10)


def test_a_date_somebody_fixed_and_an_owner_somebody_chose_stay() -> None:
    (asked,) = wanted([a_gathering()], {Kind.CAFE: (HOST,)})
    chosen = replace(asked, due_on=date(2024, 8, 20), owner_id=7)
    there = {asked.key: Standing(says=chosen, is_fixed=True, is_handed_over=True)}
    moved = wanted([a_gathering(day=date(2024, 10, 2))], {Kind.CAFE: (replace(HOST, what="Find a host"),)})

    assert reconcile(moved, there, today=TODAY) == Changes(update=(replace(chosen, what="Find a host"),))


def test_what_nobody_asks_for_any_more_goes_unless_it_is_done() -> None:
    before = wanted([a_gathering()], COUNTDOWN)
    there = stand(before)
    there[1, "notes"] = replace(there[1, "notes"], is_open=False)
    assert reconcile([], there, today=TODAY) == Changes(remove=((1, "confirm-host"),))


def test_a_plan_brought_in_late_makes_no_tasks_that_were_due_before() -> None:
    asked = wanted([a_gathering()], COUNTDOWN)
    the_day_after = DAY + timedelta(days=1)
    changes = reconcile(asked, {}, today=the_day_after, over={1})
    assert [each.line for each in changes.create] == ["notes"]


def test_a_session_still_to_come_has_tasks_that_are_late_already() -> None:
    changes = reconcile(wanted([a_gathering()], COUNTDOWN), {}, today=DAY - timedelta(days=3))
    assert [each.line for each in changes.create] == ["confirm-host", "notes"]


gatherings = st.lists(
    st.builds(
        Gathering,
        session=st.integers(1, 5),
        kind=st.sampled_from(list(Kind)),
        mode=st.sampled_from([None, *Mode]),
        day=st.none() | st.dates(date(2024, 1, 1), date(2024, 12, 31)),
        is_on=st.booleans(),
    ),
    unique_by=lambda each: each.session,
)
standings = st.dictionaries(
    st.tuples(st.integers(1, 5), st.sampled_from(["confirm-host", "notes", "materials", "gone"])),
    st.tuples(st.booleans(), st.booleans(), st.booleans()),
)


@given(gatherings, standings)
def test_after_one_reconciling_there_is_nothing_left_to_reconcile(
    facts: list[Gathering], held: dict[tuple[int, str], tuple[bool, bool, bool]]
) -> None:
    asked = wanted(facts, {kind: own_countdown(kind) for kind in Kind})
    there = {
        (session, line): Standing(
            says=Wanted(session=session, line=line, what="Old", note="", days=1, due_on=None, owner=Owner.TEAM, owner_id=None),
            is_open=is_open,
            is_fixed=is_fixed,
            is_handed_over=is_handed,
        )
        for (session, line), (is_open, is_fixed, is_handed) in held.items()
    }
    changes = reconcile(asked, there, today=TODAY)
    after = {key: each for key, each in there.items() if key not in changes.remove}
    after |= {each.key: replace(after[each.key], says=each) for each in changes.update}
    after |= {each.key: Standing(says=each) for each in changes.create}

    assert reconcile(asked, after, today=TODAY) == Changes()
    assert {key for key, each in after.items() if each.is_open} == {
        each.key for each in asked if each.key not in there or there[each.key].is_open
    }
    assert {key: each for key, each in after.items() if not each.is_open} == {
        key: each for key, each in there.items() if not each.is_open
    }


@given(st.none() | st.dates(), st.integers(-FURTHEST, FURTHEST))
def test_a_due_day_is_so_many_days_from_the_session_wherever_the_calendar_has_one(day: date | None, days: int) -> None:
    due = due_of(day, days)
    if day is None or not date.min.toordinal() <= day.toordinal() + days <= date.max.toordinal():
        assert due is None
    else:
        assert due is not None and (due - day).days == days


def test_a_new_line_gets_a_key_the_same_words_always_get_and_in_which_no_word_stands() -> None:
    music = Line(key="", what=" Choose  the music ", days=-30)
    (one,) = sound_lines([music])
    again = sound_lines(
        [HOST, replace(music, what="choose the music"), replace(music, days=-1), Line(key="", what="会", days=0)]
    )
    assert one.what == "Choose the music"
    assert [line.key for line in again[:3]] == [one.key, "confirm-host", f"{one.key}-2"]
    assert "music" not in one.key
    assert len({line.key for line in again}) == 4


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (replace(HOST, what=" \n "), "what"),
        (replace(HOST, what="x" * 121), "what"),
        (replace(HOST, note="x" * 301), "note"),
        (replace(HOST, days=FURTHEST + 1), "days"),
        (replace(HOST, key="Not a key"), None),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_the_field_it_is_about(line: Line, field: str | None) -> None:
    with pytest.raises(BadLine) as no:
        sound_lines([line])
    assert no.value.field == field


def test_a_sheet_has_each_key_once_and_an_end() -> None:
    with pytest.raises(BadLine):
        sound_lines([HOST, replace(HOST, days=-3)])
    with pytest.raises(BadLine):
        sound_lines([Line(key="", what="Do it", days=0)] * (MOST_LINES + 1))


def test_a_line_says_for_which_sessions_it_holds() -> None:
    held = {each: [mode for mode in (None, *Mode) if each.holds(mode)] for each in Applies}
    assert held == {
        Applies.ALWAYS: [None, Mode.ONLINE, Mode.HYBRID, Mode.IN_PERSON],
        Applies.IN_PERSON: [Mode.HYBRID, Mode.IN_PERSON],
        Applies.ONLINE: [None, Mode.ONLINE, Mode.HYBRID],
    }


def test_a_task_is_ticked_or_skipped_once_and_can_be_opened_again() -> None:
    assert {state: TASK_MOVES.possible(state) for state in TaskState} == {
        TaskState.OPEN: ("ticked", "skipped"),
        TaskState.DONE: ("reopened",),
        TaskState.SKIPPED: ("reopened",),
    }
