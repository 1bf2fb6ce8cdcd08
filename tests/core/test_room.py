"""From when to when one joins and checks in, and the code that is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.room import TURN, Stage, WrongCode, code_of, is_code_of, read_code, to_check_in, to_join

STARTS, ENDS = datetime(2024, 10, 1, 13, 0, tzinfo=UTC), datetime(2024, 10, 1, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = b"of this house"


def test_one_joins_from_an_hour_before_to_the_end() -> None:
    span = to_join(STARTS, ENDS)
    said = [span.stage(at=at) for at in (STARTS - 61 * MINUTE, STARTS - 60 * MINUTE, ENDS - MINUTE, ENDS)]
    assert said == [Stage.TO_COME, Stage.ON, Stage.ON, Stage.OVER]


def test_one_checks_in_from_a_quarter_of_an_hour_before_until_half_an_hour_after() -> None:
    span = to_check_in(STARTS, ENDS)
    said = [span.stage(at=at) for at in (STARTS - 16 * MINUTE, STARTS - 15 * MINUTE, ENDS + 29 * MINUTE, ENDS + 30 * MINUTE)]
    assert said == [Stage.TO_COME, Stage.ON, Stage.ON, Stage.OVER]


def test_a_session_whose_end_is_open_is_taken_to_last_three_hours() -> None:
    assert to_join(STARTS, None).closes_at == STARTS + timedelta(hours=3)


def test_a_code_holds_for_its_turn_and_the_next_and_no_longer() -> None:
    code = code_of(SECRET, "a-session", at=STARTS)
    assert [is_code_of(code, SECRET, "a-session", at=STARTS + turns * TURN) for turns in (-1, 0, 1, 2)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_code_is_of_one_session_and_one_house() -> None:
    code = code_of(SECRET, "a-session", at=STARTS)
    assert not is_code_of(code, SECRET, "another", at=STARTS)
    assert not is_code_of(code, b"of another house", "a-session", at=STARTS)


@given(st.text(max_size=20), st.datetimes(timezones=st.just(UTC), min_value=datetime(2001, 1, 1)))
def test_a_code_is_read_however_it_is_typed(uid: str, at: datetime) -> None:
    code = code_of(SECRET, uid, at=at)
    assert [read_code(typed) for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", ""))] == [code] * 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" - ", "Write the code that is shown in the session, such as K7Q-2MX."),
        ("K7O-2MX", "No code has “O” in it. Codes have no 0, O, 1, I or L; look again at these places."),
        ("K7Q-2M", "A code has 6 letters and figures, and this one has 5."),
    ],
)
def test_a_code_that_cannot_be_is_told_what_is_amiss(typed: str, sentence: str) -> None:
    with pytest.raises(WrongCode) as no:
        read_code(typed)
    assert no.value.sentence == sentence


@given(st.text())
def test_whatever_is_typed_is_a_code_or_is_refused(typed: str) -> None:
    try:
        assert read_code(read_code(typed)) == read_code(typed)
    except WrongCode as no:
        assert no.sentence.endswith(".")
