"""Consent: the last answer counts, silence is no, and new words are asked about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.consent import Answer, Entry, Standing, Terms, Use, answer_to, needed_for_taking_part, standing, strictest

JUNE = datetime(2023, 6, 1, 9, tzinfo=UTC)
FIRST = Terms(newest=1, holds_from=1)


def said(*answers: tuple[Answer, int]) -> list[Entry]:
    return [Entry(answer=answer, term=term, at=JUNE + timedelta(days=day)) for day, (answer, term) in enumerate(answers)]


GIVEN, REFUSED, WITHDRAWN = Answer


def test_who_was_never_asked_has_not_agreed() -> None:
    assert standing([], FIRST) is Standing.NOT_ASKED
    assert not Standing.NOT_ASKED.allows


def test_the_last_answer_counts() -> None:
    assert standing(said((GIVEN, 1)), FIRST) is Standing.GIVEN
    assert standing(said((GIVEN, 1), (WITHDRAWN, 1)), FIRST) is Standing.WITHDRAWN
    assert standing(said((REFUSED, 1), (GIVEN, 1)), FIRST) is Standing.GIVEN


def test_new_words_of_another_meaning_are_asked_about_and_do_not_count_meanwhile() -> None:
    changed = Terms(newest=2, holds_from=2)
    assert standing(said((GIVEN, 1)), changed) is Standing.ASK_AGAIN
    assert not Standing.ASK_AGAIN.allows
    assert standing(said((GIVEN, 1), (GIVEN, 2)), changed) is Standing.GIVEN


def test_a_corrected_spelling_asks_nobody_again() -> None:
    assert standing(said((GIVEN, 1)), Terms(newest=2, holds_from=1)) is Standing.GIVEN


def test_who_said_no_is_not_asked_again_for_new_words() -> None:
    assert standing(said((REFUSED, 1)), Terms(newest=3, holds_from=3)) is Standing.REFUSED


def test_without_words_nobody_can_have_agreed() -> None:
    assert standing(said((GIVEN, 1)), None) is Standing.NOT_ASKED


@pytest.mark.parametrize(
    ("wish", "now", "entry"),
    [
        (True, Standing.NOT_ASKED, Answer.GIVEN),
        (True, Standing.ASK_AGAIN, Answer.GIVEN),
        (True, Standing.WITHDRAWN, Answer.GIVEN),
        (True, Standing.GIVEN, None),
        (False, Standing.GIVEN, Answer.WITHDRAWN),
        (False, Standing.ASK_AGAIN, Answer.WITHDRAWN),
        (False, Standing.NOT_ASKED, Answer.REFUSED),
        (False, Standing.REFUSED, None),
        (False, Standing.WITHDRAWN, None),
    ],
)
def test_a_wish_makes_the_entry_that_it_takes(wish: bool, now: Standing, entry: Answer | None) -> None:
    assert answer_to(now, wish=wish) is entry


@given(st.lists(st.tuples(st.sampled_from(Answer), st.integers(1, 3)), max_size=6), st.booleans())
def test_after_a_wish_one_stands_as_one_wished(answers: list[tuple[Answer, int]], wish: bool) -> None:
    terms = Terms(newest=3, holds_from=2)
    entries = said(*answers)
    entry = answer_to(standing(entries, terms), wish=wish)
    after = standing([*entries, *said((entry, 3))] if entry else entries, terms)
    assert after.allows is wish
    assert not after.is_open


@given(st.sampled_from(Standing), st.sampled_from(Standing), st.sampled_from(Standing))
def test_two_records_of_one_person_never_allow_more_than_either(one: Standing, other: Standing, third: Standing) -> None:
    joined = strictest(one, other)
    assert joined in (one, other)
    assert joined.allows == (one.allows and other.allows)
    assert joined is strictest(other, one)
    assert strictest(joined, third) is strictest(one, strictest(other, third))


def test_taking_part_needs_the_three_agreements_and_no_other() -> None:
    assert needed_for_taking_part({}, tuple(Use)) == (Use.TAKING_PART, Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION)
    said = {Use.TAKING_PART: Standing.GIVEN, Use.CODE_OF_CONDUCT: Standing.WITHDRAWN}
    assert needed_for_taking_part(said, tuple(Use)) == (Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION)


def test_a_part_needs_only_the_agreements_it_asks_for() -> None:
    asked = (Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION, Use.NAME)
    assert needed_for_taking_part({Use.DATA_PROTECTION: Standing.GIVEN}, asked) == (Use.CODE_OF_CONDUCT,)


def test_terms_that_hold_from_later_than_they_go_are_impossible() -> None:
    with pytest.raises(ValueError, match="impossible terms"):
        Terms(newest=1, holds_from=2)
