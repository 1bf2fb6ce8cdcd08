"""An agenda gets its clock times: the seeds' own days, and what holds for any agenda."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.occurrence import Part
from hub.core.plan.model import Kind, Who
from hub.core.timing import Row, Timing, agenda_of, cafe_agenda, moment, timing

LONDON = ZoneInfo("Europe/London")
START = datetime(2023, 8, 2, 15, 0, tzinfo=LONDON)


def a_part(text: str, low: int | None = None, high: int | None = None, *parts: Part, who: Who | None = None) -> Part:
    return Part(text=text, minutes_low=low, minutes_high=high if high is not None else low, who=who, parts=parts)


def timed(*parts: Part, minutes: int | None = 120, start: datetime = START) -> Timing:
    end = None if minutes is None else (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(LONDON)
    return timing(parts, starts_at=start, ends_at=end)


def told(it: Timing) -> list[str]:
    def clock(at: datetime | None) -> str:
        return f"{at.astimezone(LONDON):%H:%M}" if at else "…"

    return [f"{'  ' * row.depth}{clock(row.starts_at)}–{clock(row.ends_at)} {row.part.text}" for row in it.rows]


def test_three_half_hours_leave_half_an_hour_of_two_hours_that_nobody_planned() -> None:
    it = timed(a_part("GitHub", 30), a_part("Catch up", 30), a_part("Case studies", 30))
    assert told(it) == ["15:00–15:30 GitHub", "15:30–16:00 Catch up", "16:00–16:30 Case studies"]
    assert (it.rest, it.over, it.said) == (30, 0, "30 of 120 min are not given to any part.")


def test_two_parts_of_30_to_45_minutes_just_fit_an_hour_and_that_is_said() -> None:
    it = timed(a_part("Fireside", 30, 45), a_part("Catch up", 30, 45), minutes=60)
    assert told(it) == ["15:00–15:30 Fireside", "15:30–16:00 Catch up"]
    assert (it.rest, it.over, it.said) == (0, 0, "The parts add up to 60–90 min in 60.")


def test_parts_with_a_range_share_what_is_left_in_steps_of_five_minutes() -> None:
    it = timed(a_part("Fireside", 30, 45), a_part("Catch up", 30, 45), minutes=75)
    assert told(it) == ["15:00–15:40 Fireside", "15:40–16:15 Catch up"]


def test_parts_that_need_more_than_there_is_run_over() -> None:
    it = timed(a_part("Talk", 50), a_part("Questions", 40), minutes=60)
    assert told(it) == ["15:00–15:50 Talk", "15:50–16:30 Questions"]
    assert (it.over, it.said) == (30, "The parts add up to 90 min in 60.")


def test_parts_without_minutes_share_the_stretch_they_stand_in() -> None:
    it = timed(a_part("Welcome", 10), a_part("Workshop"), a_part("Writing"), a_part("Close", 10))
    assert told(it) == ["15:00–15:10 Welcome", "15:10–16:50 Workshop", "15:10–16:50 Writing", "16:50–17:00 Close"]
    assert [(row.is_about, row.is_shared) for row in it.rows] == [(False, False), (True, True), (True, True), (False, False)]
    assert it.said == ""


def test_two_stretches_without_minutes_share_what_is_left_by_their_parts() -> None:
    it = timed(a_part("One"), a_part("Break", 30), a_part("Two"), a_part("Three"))
    assert told(it) == ["15:00–15:30 One", "15:30–16:00 Break", "16:00–17:00 Two", "16:00–17:00 Three"]


def test_where_nothing_is_left_a_part_without_minutes_has_no_time() -> None:
    it = timed(a_part("Talk", 60), a_part("Anything else"), minutes=60)
    assert told(it) == ["15:00–16:00 Talk", "…–… Anything else"]
    assert it.said == "The parts with a time add up to 60 min in 60; none is left for the others."


def test_parts_of_a_part_lie_within_it_and_give_it_their_length() -> None:
    it = timed(a_part("Talks", None, None, a_part("Ada", 5), a_part("Grace", 3)), a_part("Rest"), minutes=60)
    assert told(it) == ["15:00–15:08 Talks", "  15:00–15:05 Ada", "  15:05–15:08 Grace", "15:08–16:00 Rest"]


def test_while_the_end_is_open_only_parts_with_minutes_have_times() -> None:
    it = timed(a_part("Welcome", 10), a_part("Workshop"), a_part("Close", 5), minutes=None)
    assert told(it) == ["15:00–15:10 Welcome", "…–… Workshop", "15:10–15:15 Close"]
    assert (it.minutes, it.said) == (None, "")


def test_minutes_are_real_ones_on_the_night_the_clocks_change() -> None:
    it = timed(a_part("Late", 60), a_part("Later", 60), start=datetime(2023, 10, 29, 0, 30, tzinfo=LONDON))
    assert told(it) == ["00:30–01:30 Late", "01:30–01:30 Later"]
    assert [row.minutes for row in it.rows] == [60, 60]


def test_at_any_moment_it_is_said_what_is_on_and_what_is_next() -> None:
    it = timed(a_part("Talks", None, None, a_part("Ada", 5), a_part("Grace", 3)), a_part("Close", 10), minutes=60)
    talks, ada, grace, close = it.rows

    def at(minutes: int) -> tuple[tuple[Row, ...], Row | None]:
        now = moment(it, at=START + timedelta(minutes=minutes))
        return now.on, now.next

    assert at(-1) == ((), talks)
    assert at(0) == ((talks, ada), close)
    assert at(5) == ((talks, grace), close)
    assert at(8) == ((close,), None)
    assert at(18) == ((), None)


def test_a_cafe_without_an_agenda_has_the_handbooks() -> None:
    it = timed(*agenda_of(Kind.CAFE, (), minutes=120))
    assert told(it) == [
        "15:00–15:10 Arriving",
        "  15:00–15:05 Welcome and code of conduct",
        "  15:05–15:10 Introductions and what each of us wants to do",
        "15:10–15:30 Work on your own goal",
        "15:30–15:35 Break",
        "15:35–15:55 Work on your own goal",
        "15:55–16:00 Break",
        "16:00–16:20 Work on your own goal",
        "16:20–16:25 Break",
        "16:25–16:55 Open discussion",
        "16:55–17:00 Close",
    ]
    assert (it.said, [row.who for row in it.rows][3:5]) == ("", [Who.INDIVIDUAL, None])


def test_no_other_kind_is_given_an_agenda_and_a_cafes_own_stays() -> None:
    own = (a_part("Only this", 20),)
    assert agenda_of(Kind.CAFE, own, minutes=120) == own
    assert agenda_of(Kind.TRAINING, (), minutes=120) == ()


@given(st.integers(0, 600))
def test_a_cafe_of_any_length_is_filled_to_the_minute(minutes: int) -> None:
    parts = cafe_agenda(minutes)
    assert sum(part.minutes_low or 0 for part in parts) == (minutes if minutes >= 20 else 0)
    assert all((part.minutes_low or 0) > 0 for part in parts)


MINUTES = st.none() | st.integers(-5, 100)
PARTS = st.recursive(
    st.builds(Part, text=st.just("x"), minutes_low=MINUTES, minutes_high=MINUTES),
    lambda inner: st.builds(
        Part, text=st.just("y"), minutes_low=MINUTES, minutes_high=MINUTES, parts=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)


@given(st.lists(PARTS, max_size=6), st.none() | st.integers(0, 300))
def test_of_any_agenda_the_parts_follow_one_another_and_end_in_time_unless_it_is_said(
    parts: list[Part], minutes: int | None
) -> None:
    it = timed(*parts, minutes=minutes)
    tops = [row for row in it.rows if row.depth == 0]
    assert [row.part for row in tops] == parts
    at = START.astimezone(UTC)
    for row, before in zip(tops, [None, *tops], strict=False):
        if row.starts_at and row.ends_at:
            is_same = before is not None and row.is_shared and before.is_shared and before.starts_at == row.starts_at
            assert row.starts_at == (before.starts_at if is_same and before else at)
            at = row.ends_at
    if minutes is not None:
        end = START.astimezone(UTC) + timedelta(minutes=minutes)
        assert at <= end or it.over > 0
        assert it.over == 0 or it.said != ""
        if it.high is not None and not it.over:
            assert at == end - timedelta(minutes=it.rest)


def test_moments_without_a_zone_and_ends_before_the_start_cannot_be() -> None:
    with pytest.raises(ValueError, match="aware"):
        timing((), starts_at=datetime(2024, 1, 1), ends_at=None)
    with pytest.raises(ValueError, match="before it starts"):
        timing((), starts_at=START, ends_at=START - timedelta(hours=1))
