from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import Attended, CorrectionWithoutReason, How, Known, enough, needed_minutes, standing

NOON = datetime(2024, 9, 4, 12, tzinfo=UTC)


def known(way: How, was_there: bool | None = True, *, hour: int = 0, **facts: object) -> Known:
    given_ = {"reason": "She told us" if way is How.CORRECTION else "", "source": "one.csv" if way is How.FILE else ""}
    return Known(how=way, was_there=was_there, at=NOON + timedelta(hours=hour), **given_ | facts)  # type: ignore[arg-type]


def test_of_nothing_known_nothing_holds() -> None:
    assert standing([]) == Attended()
    assert standing([known(How.FILE, None)]) == Attended()


@pytest.mark.parametrize(
    ("stronger", "weaker"),
    [
        (How.REGISTER, How.CHECK_IN),
        (How.REGISTER, How.FILE),
        (How.CORRECTION, How.CHECK_IN),
        (How.CORRECTION, How.FILE),
        (How.CHECK_IN, How.FILE),
    ],
)
def test_what_the_team_said_outweighs_a_check_in_and_that_outweighs_a_file_whichever_came_later(
    stronger: How, weaker: How
) -> None:
    for hour in (-1, 0, 1):
        holds = standing([known(weaker, False, hour=hour), known(stronger, True)])
        assert (holds.was_there, holds.how, holds.others) == (True, stronger, (weaker,))


def test_a_correction_after_the_register_mends_it_and_a_register_taken_anew_mends_the_correction() -> None:
    register, correction = known(How.REGISTER, False), known(How.CORRECTION, True, hour=1)
    assert standing([register, correction]).how is How.CORRECTION
    assert standing([register, correction, known(How.REGISTER, False, hour=2)]).was_there is False
    assert standing([known(How.REGISTER, False), known(How.CORRECTION, True)]).how is How.REGISTER


def test_a_correction_says_why() -> None:
    with pytest.raises(CorrectionWithoutReason) as no:
        known(How.CORRECTION, reason="  ")
    assert (no.value.sentence, no.value.field) == ("Say in a few words why this is corrected.", "reason")
    holds = standing([known(How.FILE, False, minutes=0), known(How.CORRECTION, True, reason="Sat with Grace")])
    assert (holds.was_there, holds.reason, holds.minutes) == (True, "Sat with Grace", None)


def test_a_file_that_is_read_again_replaces_what_it_said() -> None:
    first = known(How.FILE, True, minutes=90)
    again = known(How.FILE, True, hour=1, minutes=40)
    assert standing([first, first]) == standing([first])
    assert standing([again, first]).minutes == 40


def test_of_several_files_one_that_saw_somebody_counts_and_the_most_minutes() -> None:
    holds = standing(
        [
            known(How.FILE, False, source="webinar.csv"),
            known(How.FILE, True, minutes=30, source="one.csv"),
            known(How.FILE, True, minutes=50, source="two.csv"),
        ]
    )
    assert holds == Attended(was_there=True, minutes=50, how=How.FILE, others=(How.FILE,))


def test_who_checked_in_has_the_minutes_of_the_file() -> None:
    assert standing([known(How.CHECK_IN), known(How.FILE, minutes=45)]) == Attended(
        was_there=True, minutes=45, how=How.CHECK_IN
    )


def test_who_was_not_there_was_there_for_no_minutes() -> None:
    assert standing([known(How.FILE, minutes=45), known(How.REGISTER, False)]).minutes == 0


ways = st.lists(
    st.builds(
        lambda way, was_there, hour, minutes, source: known(
            way, was_there, hour=hour, minutes=minutes, **({"source": source} if way is How.FILE else {})
        ),
        st.sampled_from(list(How)),
        st.sampled_from([True, False, None]),
        st.integers(0, 3),
        st.none() | st.integers(0, 90),
        st.sampled_from(["one.csv", "two.csv"]),
    ),
    max_size=4,
)


@given(ways)
def test_neither_order_nor_repetition_changes_what_holds(said: list[Known]) -> None:
    holds = standing(said)
    assert {standing(order) for order in permutations(said)} == {holds}
    assert standing([*said, *said]) == holds


@pytest.mark.parametrize(
    ("minutes", "of_minutes", "share", "is_enough"),
    [
        (60, 120, Fraction(1, 2), True),
        (59, 120, Fraction(1, 2), False),
        (22, 45, Fraction(1, 2), False),
        (23, 45, Fraction(1, 2), True),
        (0, 120, Fraction(0), True),
        (120, 120, Fraction(1), True),
        (119, 120, Fraction(1), False),
        (0, 0, Fraction(1), True),
        (None, 120, Fraction(1), True),
    ],
)
def test_a_session_counts_from_a_share_on_rounded_up_to_whole_minutes(
    minutes: int | None, of_minutes: int, share: Fraction, is_enough: bool
) -> None:
    assert enough(minutes, of_minutes=of_minutes, share=share) is is_enough


@pytest.mark.parametrize(("of_minutes", "share"), [(-1, Fraction(1, 2)), (60, Fraction(-1, 2)), (60, Fraction(3, 2))])
def test_a_share_that_cannot_be_is_no_share(of_minutes: int, share: Fraction) -> None:
    with pytest.raises(ValueError, match="no such share"):
        needed_minutes(of_minutes=of_minutes, share=share)


@given(st.integers(0, 600), st.fractions(0, 1))
def test_the_minutes_needed_are_the_fewest_that_make_the_share(of_minutes: int, share: Fraction) -> None:
    needed = needed_minutes(of_minutes=of_minutes, share=share)
    assert needed >= share * of_minutes > needed - 1
