from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import Line, Presence, gather, split, unite

THREE = datetime(2024, 9, 4, 14, tzinfo=UTC)
WINDOW = (THREE, THREE + timedelta(hours=2))


def at(minute: float) -> datetime:
    return THREE + timedelta(minutes=minute)


def a_line(start: float | None = None, end: float | None = None, **facts: object) -> Line:
    given_ = {
        "number": 1,
        "name": "Ada Example",
        "joined": None if start is None else at(start),
        "left": None if end is None else at(end),
    }
    return Line(**given_ | facts)  # type: ignore[arg-type]


def minutes(*lines: Line) -> list[tuple[str, int | None]]:
    return [(each.key, each.minutes) for each in gather(lines, window=WINDOW)]


def test_who_came_back_is_present_for_both_times() -> None:
    assert minutes(a_line(0, 30), a_line(40, 60)) == [("name:ada example", 50)]


def test_two_people_of_one_name_are_split_by_their_times_and_who_came_back_stays_one() -> None:
    lines = [a_line(0, 30), a_line(0, 50), a_line(35, 60), a_line(55, 90)]
    (presence,) = gather(lines, window=WINDOW)
    first, other = split(presence, window=WINDOW)
    assert [(each.minutes, each.key, each.notes, each.apart) for each in (first, other)] == [(55, "", (), ()), (85, "", (), ())]
    assert unite([first, other], window=WINDOW).spans == presence.spans
    with pytest.raises(ValueError, match="nothing to split"):
        split(first)


def test_minutes_without_times_are_split_too_and_so_are_first_and_last_times() -> None:
    (loose,) = gather([a_line(minutes=60), a_line(minutes=90)])
    assert [each.minutes for each in split(loose)] == [60, 90]
    (summed,) = gather([a_line(0, 100, minutes=60, is_summary=True), a_line(0, 110, minutes=90, is_summary=True)])
    assert summed.notes == ("Two were here at once under this name: one person with two devices, or two people.",)
    assert [each.minutes for each in split(summed)] == [60, 90]
    (known,) = gather([a_line(minutes=60, address="ada@x.example"), a_line(minutes=90, address="ada@x.example")])
    assert known.apart == ()


SAME = "A file has several rows alike for this name: one person written down twice, or several people."
ALIKE = [
    pytest.param({"start": 0, "end": 60}, 60, id="times"),
    pytest.param({"minutes": 60}, 60, id="minutes alone"),
    pytest.param({"start": 0, "end": 100, "minutes": 60, "is_summary": True}, 60, id="first and last"),
    pytest.param({"start": 0, "is_open": True}, None, id="only joined"),
]


@pytest.mark.parametrize(("said", "counted"), ALIKE)
def test_two_rows_of_a_file_that_say_the_same_of_a_name_may_be_two_people_or_one(
    said: dict[str, object], counted: int | None
) -> None:
    both = [a_line(**said, number=2), a_line(**said, number=3)]  # type: ignore[arg-type]
    (presence,) = gather(both, window=WINDOW)
    assert (presence.minutes, SAME in presence.notes, presence.lines) == (counted, True, (2, 3))
    assert [each.minutes for each in split(presence, window=WINDOW)] == [counted, counted]
    assert unite(split(presence, window=WINDOW), window=WINDOW).minutes == counted


@pytest.mark.parametrize(("said", "counted"), ALIKE)
def test_a_file_that_is_given_twice_and_a_row_with_an_address_are_nobody_else(
    said: dict[str, object], counted: int | None
) -> None:
    again = [a_line(**said, number=2), a_line(**said, number=2, file=1)]  # type: ignore[arg-type]
    addressed = [a_line(**said, number=number, address="ada@x.example") for number in (2, 3)]  # type: ignore[arg-type]
    for lines in (again, addressed):
        (presence,) = gather(lines, window=WINDOW)
        assert (presence.minutes, SAME in presence.notes, presence.apart) == (counted, False, ())


def test_two_tickets_of_a_name_without_an_address_may_be_two_people_and_one_ticket_is_one() -> None:
    tickets = [a_line(number=number, key=key, was_there=None) for number, key in ((2, "a"), (3, "b"), (4, "b"))]
    (two,) = gather(tickets)
    assert (two.tickets, SAME in two.notes, len(split(two))) == (("a", "b"), True, 2)
    assert [(each.minutes, each.was_there) for each in split(two)] == [(None, None), (None, None)]
    (one,) = gather(tickets[1:])
    assert (one.notes, one.apart) == ((), ())
    given_back = replace(tickets[0], was_there=False)
    (left,) = gather([given_back, tickets[1]])
    assert (left.notes, left.apart) == ((), ())


def test_three_alike_and_one_who_came_later_are_three_people_at_most() -> None:
    (presence,) = gather([*(a_line(0, 30, number=number) for number in (2, 3, 4)), a_line(40, 60, number=5)], window=WINDOW)
    assert sorted(each.minutes or 0 for each in split(presence, window=WINDOW)) == [30, 30, 50]
    (crowd,) = gather([a_line(0, 30, number=number) for number in range(5000)], window=WINDOW)
    assert (len(crowd.apart), len(crowd.lines)) == (20, 5000)


def test_where_only_joining_or_only_first_and_last_are_known_no_minutes_are_invented() -> None:
    (joined,) = gather([a_line(0, is_open=True)], window=WINDOW)
    (spanned,) = gather([a_line(0, 60, is_summary=True)], window=WINDOW)
    assert [(each.minutes, each.was_there, each.notes) for each in (joined, spanned)] == [
        (None, True, ("Only the time of joining is known, so there are no minutes.",)),
        (None, True, ("Only the first and the last time are known, so there are no minutes.",)),
    ]


def test_two_devices_at_once_count_once_and_say_so() -> None:
    (presence,) = gather([a_line(0, 60, number=2), a_line(10, 50, number=3)])
    assert (presence.minutes, presence.lines, presence.notes) == (
        60,
        (2, 3),
        ("Two were here at once under this name: one person with two devices, or two people.",),
    )
    (known,) = gather([a_line(0, 60, address="ada@x.example"), a_line(10, 50, address="ADA@x.example ")])
    assert (known.minutes, known.notes) == (60, ())


def test_a_call_that_was_started_again_gives_several_files_and_one_presence() -> None:
    first = [a_line(0, 30, address="ada@x.example"), a_line(0, 35, name="Ben Sample")]
    second = [a_line(40, 90, address="ada@x.example"), a_line(50, 90, name="Sample, Ben (Guest)")]
    assert minutes(*first, *second) == [("ada@x.example", 80), ("name:ben sample", 75)]


def test_the_same_name_at_two_addresses_and_without_one_is_three_presences() -> None:
    lines = [
        a_line(0, 10, name="Ada Example", address="ada@x.example"),
        a_line(0, 20, name="Ada Example", address="ada@y.example"),
        a_line(0, 30, name="Ada Example"),
    ]
    assert minutes(*lines) == [("ada@x.example", 10), ("ada@y.example", 20), ("name:ada example", 30)]


def test_who_waited_outside_is_not_there() -> None:
    assert minutes(a_line(0, 10, is_waiting_room=True)) == []
    assert minutes(a_line(0, 10, is_waiting_room=True), a_line(10, 20)) == [("name:ada example", 10)]


def test_who_has_no_time_of_leaving_stayed_to_the_end() -> None:
    (presence,) = gather([a_line(90)], window=WINDOW)
    assert (presence.minutes, presence.notes) == (30, ("There was no time of leaving; it counts until the end.",))
    (without,) = gather([a_line(90), a_line(0, 100, name="Ben")])[:1]
    assert without.minutes == 10


def test_minutes_and_one_time_give_the_other() -> None:
    assert minutes(a_line(10, minutes=20)) == [("name:ada example", 20)]
    assert minutes(a_line(None, 30, minutes=20), a_line(5, 15)) == [("name:ada example", 25)]


def test_where_only_minutes_are_stated_they_are_taken_and_the_same_ones_once() -> None:
    stated = a_line(minutes=40)
    assert minutes(stated, stated) == [("name:ada example", 40)]
    (presence,) = gather([stated, a_line(minutes=30)])
    assert (presence.minutes, presence.notes) == (
        40,
        ("Files state different minutes and no times; the most is taken, because the others may lie within it.",),
    )


def test_first_and_last_times_hold_the_minutes_between_them() -> None:
    summary = a_line(0, 100, minutes=60, is_summary=True)
    assert minutes(summary) == [("name:ada example", 60)]
    assert minutes(summary, a_line(0, 40)) == [("name:ada example", 60)]
    assert minutes(summary, a_line(0, 80)) == [("name:ada example", 80)]
    assert minutes(summary, a_line(100, 110)) == [("name:ada example", 70)]
    assert minutes(summary, a_line(110, 170, minutes=30, is_summary=True)) == [("name:ada example", 90)]
    assert minutes(summary, a_line(50, 110, minutes=50, is_summary=True)) == [("name:ada example", 60)]


def test_time_outside_of_the_window_is_told_and_told_apart() -> None:
    (presence,) = gather([a_line(-30, 150)], window=WINDOW)
    assert (presence.minutes, presence.minutes_within) == (180, 120)
    (elsewhere,) = gather([a_line(-90, -30)], window=WINDOW)
    assert (elsewhere.minutes, elsewhere.minutes_within) == (60, 0)
    (summary,) = gather([a_line(-60, 60, minutes=90, is_summary=True)], window=WINDOW)
    assert (summary.minutes, summary.minutes_within) == (90, 60)


def test_a_part_of_a_minute_does_not_count() -> None:
    assert minutes(a_line(0, 0.9), a_line(1, 2.2)) == [("name:ada example", 2)]


def test_over_the_hour_that_happens_twice_instants_count_what_truly_passed() -> None:
    line = Line(
        number=1,
        name="Ada",
        joined=datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # 01:30 in London, the first time
        left=datetime(2024, 10, 27, 1, 30, tzinfo=UTC),  # 01:30, the second
    )
    assert [each.minutes for each in gather([line])] == [60]


def test_several_tickets_on_one_address_are_several_people() -> None:
    tickets = [
        a_line(name="Ada Example", address="ada@x.example", key="101", was_there=None),
        a_line(name="Guest Example", address="ada@x.example", key="102", was_there=True),
    ]
    assert [(each.key, each.was_there, each.tickets, each.shares_address) for each in gather(tickets)] == [
        ("ada@x.example ada example", None, ("101",), True),
        ("ada@x.example guest example", True, ("102",), True),
    ]


def test_who_did_not_come_was_there_for_no_minutes_unless_another_line_saw_them() -> None:
    absent = a_line(was_there=False)
    assert [(each.was_there, each.minutes) for each in gather([absent])] == [(False, 0)]
    assert [(each.was_there, each.minutes) for each in gather([absent, a_line(0, 5)])] == [(True, 5)]


def test_a_sign_in_line_says_that_somebody_was_there_and_not_how_long() -> None:
    assert [(each.was_there, each.minutes, each.minutes_within) for each in gather([a_line()], window=WINDOW)] == [
        (True, None, None)
    ]


def test_a_line_of_nobody_cannot_be_gathered() -> None:
    with pytest.raises(ValueError, match="line 7 has neither name nor address"):
        gather([Line(number=7)])


def test_presences_a_person_says_are_one_are_united_and_no_minute_counts_twice() -> None:
    one, other = gather([a_line(0, 60, address="ada@x.example"), a_line(30, 90)], window=WINDOW)
    both = unite([one, other], window=WINDOW)
    assert (both.key, both.minutes, both.minutes_within, both.lines) == ("ada@x.example", 90, 90, (1,))
    assert unite([one]) == replace(one, seconds_within=None)
    with pytest.raises(ValueError, match="nobody to unite"):
        unite([])


NAMES = ["Ada Example", "Example, Ada", "Ben (Benjamin Sample)", "ben", "+44 20 7946 0***", "Boardroom", "🙂"]
ADDRESSES = ["", "", "ada@x.example", "ADA@X.example", "ben@y.example"]
lines = st.lists(
    st.builds(
        lambda number, name, address, start, length, facts: a_line(
            start,
            None if start is None or length is None else start + length,
            number=number,
            name=name,
            address=address,
            **facts,
        ),
        st.integers(1, 40),
        st.sampled_from(NAMES),
        st.sampled_from(ADDRESSES),
        st.none() | st.integers(-60, 200),
        st.none() | st.integers(-5, 90),
        st.fixed_dictionaries(
            {
                "minutes": st.none() | st.integers(0, 90),
                "is_waiting_room": st.booleans(),
                "is_summary": st.booleans(),
                "was_there": st.sampled_from([True, True, False, None]),
                "key": st.sampled_from(["", "", "101", "102"]),
            }
        ),
    ),
    max_size=12,
)


@given(lines, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(some: list[Line], random: object) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert gather(shuffled, window=WINDOW) == gather(some, window=WINDOW)


@given(lines)
def test_reading_a_file_again_changes_nothing(some: list[Line]) -> None:
    assert gather([*some, *some], window=WINDOW) == gather(some, window=WINDOW)


def longest(presence: Presence, some: Sequence[Line]) -> int:
    """The most minutes some lines can mean: every minute that one of them covers, and what is stated without times."""
    covered: set[int] = set()
    stated = 0
    for line in some:
        if line.is_waiting_room or line.was_there is False or line.number not in presence.lines:
            continue
        start, end, said = line.joined, line.left, line.minutes
        if start is None or (end is not None and end < start):
            stated = max(stated, said or 0)
            continue
        if end is None:
            end = start + timedelta(minutes=said) if said is not None else max(WINDOW[1], start)
        first = int((start - THREE).total_seconds()) // 60
        covered |= set(range(first, first + int((end - start).total_seconds()) // 60))
    return max(len(covered), stated)


@given(lines)
def test_minutes_never_exceed_the_union_of_times(some: list[Line]) -> None:
    for presence in gather(some, window=WINDOW):
        assert (presence.minutes or 0) <= longest(presence, some)
        assert (presence.minutes_within or 0) <= min(120, presence.minutes or 0)


@given(lines, lines)
def test_more_lines_never_take_minutes_away(some: list[Line], more: list[Line]) -> None:
    before = {each.key: each.seconds or 0 for each in gather(some, window=WINDOW) if not each.tickets}
    after = {each.key: each.seconds or 0 for each in gather([*some, *more], window=WINDOW)}
    assert all(after[key] >= seconds for key, seconds in before.items() if key in after)


@given(lines)
def test_uniting_does_not_hang_on_the_order_but_for_the_name(some: list[Line]) -> None:
    presences = gather(some, window=WINDOW)[:3]
    totals = {
        (united.seconds, united.seconds_within, united.spans, united.stated, united.was_there, united.lines)
        for order in permutations(presences)
        if order
        for united in [unite(order, window=WINDOW)]
    }
    assert len(totals) == min(1, len(presences))
