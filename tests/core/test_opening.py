"""Which letter tells somebody that they may book, whatever moves meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.booking import Taken, Terms, Tier, Way, window
from hub.core.opening import Earlier, Slot, openings, opens_as, say_opening, say_places, slots_of, yours_until

STARTS = datetime(2024, 10, 1, 13, 0, tzinfo=UTC)
LONDON = "Europe/London"
FIRST: dict[Tier, int | None] = {Tier.EXPERTS: None, Tier.ALUMNI: 14, Tier.COMMUNITY: 7}


def on(month: int, day: int, hour: int = 8) -> datetime:
    """A moment; eight in UTC is nine in London in summer."""
    return datetime(2024, month, day, hour, tzinfo=UTC)


SAID = on(9, 1, 12)  # when the team said who may book, at noon


def opened(opens: dict[Tier, int | None] = FIRST, *, said: datetime = SAID, closes_hours: int = 0) -> dict[Tier, datetime]:
    frame = window(Terms(online=10, opens=opens, closes_hours=closes_hours), starts_at=STARTS, zone=LONDON)
    return openings(frame, said=dict.fromkeys(opens, said), released_at=on(8, 1), zone=LONDON)


def test_a_group_hears_on_its_day_and_what_is_open_from_now_on_is_told_the_next_morning() -> None:
    assert opened() == {Tier.EXPERTS: on(9, 2), Tier.ALUMNI: on(9, 17), Tier.COMMUNITY: on(9, 24)}


def test_a_group_whose_day_was_over_when_the_team_said_so_hears_the_next_morning_too() -> None:
    assert opened(said=on(9, 20, 12)) == {Tier.EXPERTS: on(9, 21), Tier.ALUMNI: on(9, 21), Tier.COMMUNITY: on(9, 24)}


def test_what_would_be_told_after_booking_has_ended_is_told_at_once_and_a_group_that_never_could_is_not() -> None:
    assert opened({Tier.EXPERTS: None}, said=on(9, 30, 20), closes_hours=12) == {Tier.EXPERTS: on(9, 30, 20)}
    assert opened({Tier.EXPERTS: None, Tier.ALUMNI: 1}, closes_hours=72) == {Tier.EXPERTS: on(9, 2)}


@pytest.mark.parametrize(
    ("tiers", "tier"),
    [
        ({Tier.EXPERTS, Tier.COMMUNITY, Tier.PUBLIC}, Tier.EXPERTS),
        ({Tier.ALUMNI, Tier.COMMUNITY, Tier.PUBLIC}, Tier.ALUMNI),
        ({Tier.NETWORK, Tier.PUBLIC}, None),
        ({Tier.PUBLIC}, None),
    ],
)
def test_somebody_of_several_groups_books_as_the_one_that_may_first(tiers: set[Tier], tier: Tier | None) -> None:
    assert opens_as(opened(), tiers) is tier


def test_who_could_book_before_as_everybody_can_hears_nothing_and_who_comes_with_everybody_does() -> None:
    assert opens_as(opened({Tier.EXPERTS: 7, Tier.PUBLIC: 14}), {Tier.EXPERTS, Tier.PUBLIC}) is None
    assert opens_as(opened({Tier.EXPERTS: 7, Tier.PUBLIC: 7}), {Tier.EXPERTS, Tier.PUBLIC}) is Tier.EXPERTS


def test_places_are_somebodys_own_until_the_next_group_that_is_not_theirs_may_book() -> None:
    frame = window(Terms(online=10, opens=FIRST), starts_at=STARTS, zone=LONDON)
    assert yours_until(frame, {Tier.EXPERTS, Tier.COMMUNITY}, first=on(9, 2)) == on(9, 17)
    assert yours_until(frame, {Tier.ALUMNI, Tier.COMMUNITY}, first=on(9, 17)) is None


def test_a_line_says_how_many_places_whose_and_until_when() -> None:
    terms = Terms(room=1, online=None, opens=FIRST)
    frame = window(terms, starts_at=STARTS, zone=LONDON)
    free = {way: Taken(terms.places(way)) for way in Way}
    assert say_opening(terms, frame, free, until=on(9, 17)) == (
        "1 place in the room and as many as come online. Others may book from Tue 17 September 2024, 09:00 (London). "
        "Booking ends Tue 1 October 2024, 14:00 (London)."
    )
    assert say_places(Terms(online=None, opens=FIRST)) == "Places for as many as come"
    full = Terms(online=2, opens=FIRST)
    assert say_opening(full, frame, {Way.ONLINE: Taken(2, held=2)}, until=None) == (
        "2 places online. All places are taken, so who books now waits. Booking ends Tue 1 October 2024, 14:00 (London)."
    )
    asked = Terms(online=2, opens=FIRST, is_approved=True)
    assert "The team says yes or no to each." in say_opening(asked, frame, {Way.ONLINE: Taken(2, held=2)}, until=None)


def test_who_comes_late_hears_of_all_that_is_open_in_one_letter_and_of_what_is_to_come_at_its_moment() -> None:
    opens = {1: on(9, 2), 2: on(9, 5), 3: on(9, 20)}
    assert slots_of(opens, [], at=on(9, 10)) == {1: Slot(on(9, 5)), 2: Slot(on(9, 5)), 3: Slot(on(9, 20))}


def test_what_was_told_stays_with_its_letter_though_the_session_moves() -> None:
    letters = [Earlier(Slot(on(9, 2)), frozenset({1}))]
    assert slots_of({1: on(9, 20)}, letters, at=on(9, 10)) == {1: Slot(on(9, 2))}


def test_what_waits_in_a_letter_that_stands_stays_in_it_when_more_opens() -> None:
    letters = [Earlier(Slot(on(9, 5)), None)]
    opens = {1: on(9, 2), 2: on(9, 5), 3: on(9, 10)}
    assert slots_of(opens, letters, at=on(9, 12)) == {1: Slot(on(9, 5)), 2: Slot(on(9, 5)), 3: Slot(on(9, 10))}


def test_what_opens_at_a_moment_something_was_told_of_already_is_told_in_a_letter_of_its_own() -> None:
    letters = [Earlier(Slot(on(9, 2)), frozenset({1}))]
    assert slots_of({1: on(9, 2), 2: on(9, 2)}, letters, at=on(9, 3)) == {1: Slot(on(9, 2)), 2: Slot(on(9, 2), 1)}


_MOMENTS = st.integers(0, 12).map(lambda days: on(9, 1) + timedelta(days=days))


@given(st.lists(st.tuples(st.dictionaries(st.integers(1, 5), _MOMENTS), st.booleans()), max_size=8))
def test_whatever_opens_moves_or_closes_nobody_is_told_of_a_session_twice_and_all_that_is_open_is_told(
    days: list[tuple[dict[int, datetime], bool]],
) -> None:
    told: list[int] = []
    letters: dict[Slot, Earlier] = {}
    for number, (opens, sends) in enumerate(days):
        at = on(9, 1) + timedelta(days=number, hours=1)
        slots = slots_of(opens, list(letters.values()), at=at)
        assert slots.keys() == opens.keys()
        letters = {slot: each for slot, each in letters.items() if each.told is not None}
        for slot in {slot for slot in slots.values() if slot.moment <= at and slot not in letters}:
            about = frozenset(session for session, where in slots.items() if where == slot)
            letters[slot] = Earlier(slot, about if sends else None)
            told += about if sends else ()
        assert len(told) == len(set(told))
        if sends:
            assert {session for session, moment in opens.items() if moment <= at} <= set(told)
