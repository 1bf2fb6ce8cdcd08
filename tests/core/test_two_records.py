"""Which of two facts about one person counts, where two records of them become one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.booking import LIVE, BookingState, Taken, Way, say_of_two, say_returned, state_of_returned, strength
from hub.core.claims import ClaimState
from hub.core.claims import strength as strength_of_claim
from hub.core.forms.states import AnswerState
from hub.core.forms.states import strength as strength_of_answer

EARLY = datetime(2024, 9, 2, 9, 0, tzinfo=UTC)
LATE = EARLY + timedelta(days=1)
B, W, K, A = BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED, BookingState.ASKED


def worth(state: BookingState, asked_at: datetime = EARLY, *, is_brought: bool = False) -> tuple[int, bool, float]:
    return strength(state, asked_at=asked_at, is_brought=is_brought)


def test_a_place_outweighs_an_offer_that_a_wait_that_a_request_and_any_of_them_what_is_over() -> None:
    over = [state for state in BookingState if state not in LIVE]
    in_order = [worth(state, EARLY if state in over else LATE) for state in (over[0], A, W, K, B)]
    assert in_order == sorted(in_order)
    assert len({worth(state) for state in over}) == 1


def test_who_asked_first_is_further_up_and_a_place_of_ones_own_outweighs_one_as_a_guest() -> None:
    assert worth(W, EARLY) > worth(W, LATE)
    assert worth(W, EARLY, is_brought=True) > worth(W, LATE)
    assert worth(B, LATE) > worth(B, EARLY, is_brought=True)


@pytest.mark.parametrize(
    ("stays", "goes", "said"),
    [
        ((B, Way.ROOM), (W, Way.ROOM), "Both have a booking for Yoga: the place stays, the waiting one goes."),
        (
            (B, Way.ROOM),
            (B, Way.ONLINE),
            "Both have a booking for Yoga: the place in the room stays, the place online goes and is free for somebody else.",
        ),
        (
            (B, Way.ROOM),
            (B, Way.ROOM),
            "Both have a booking for Yoga, with a place each: one stays, the other goes and is free for somebody else.",
        ),
        ((W, Way.ROOM), (W, Way.ROOM), "Both have a booking for Yoga, on the waiting list: one stays, the other goes."),
    ],
)
def test_the_preview_says_which_booking_counts(
    stays: tuple[BookingState, Way], goes: tuple[BookingState, Way], said: str
) -> None:
    assert say_of_two("Yoga", stays, goes) == said


@pytest.mark.parametrize(
    ("state", "taken", "has_begun", "becomes"),
    [
        (B, Taken(2, held=2), False, B),
        (B, Taken(2, held=3), False, W),
        (K, Taken(2, held=3), False, W),
        (W, Taken(2, held=3), False, W),
        (B, Taken(None, held=300), False, B),
        (B, Taken(2, held=3), True, B),
    ],
)
def test_a_booking_comes_back_as_it_was_unless_its_place_is_taken_before_the_session_begins(
    state: BookingState, taken: Taken, has_begun: bool, becomes: BookingState
) -> None:
    assert state_of_returned(state, taken, has_begun=has_begun) is becomes


def test_what_waits_after_an_undo_is_said_and_a_session_of_others_not_named() -> None:
    assert say_returned("Ada", "“Yoga”").startswith("The place of Ada in “Yoga” has been given on meanwhile")
    assert "in a session of another programme" in say_returned("Ada", "")


def test_accepted_outweighs_open_that_a_no_and_that_what_was_taken_back() -> None:
    in_order = [ClaimState.WITHDRAWN, ClaimState.DECLINED, ClaimState.ASKED, ClaimState.ACCEPTED]
    assert sorted(ClaimState, key=strength_of_claim) == in_order


def test_an_answer_that_was_sent_outweighs_a_draft_and_the_later_the_earlier() -> None:
    draft = strength_of_answer(AnswerState.DRAFT, sent_at=None, saved_at=LATE)
    withdrawn = strength_of_answer(AnswerState.WITHDRAWN, sent_at=LATE, saved_at=LATE)
    sent, later = (strength_of_answer(AnswerState.SENT, sent_at=each, saved_at=EARLY) for each in (EARLY, LATE))
    being_changed = strength_of_answer(AnswerState.DRAFT, sent_at=LATE, saved_at=LATE)
    assert withdrawn < draft < sent < later <= being_changed
