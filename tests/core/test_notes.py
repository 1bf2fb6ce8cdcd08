"""Which saved texts stay, and how notes leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.anonymise import Someone
from hub.core.errors import NotFromHere
from hub.core.notes import (
    LONGEST,
    MOVES,
    Around,
    ExportState,
    Kept,
    NotesTooLong,
    SamePerson,
    check_second,
    decided_on,
    from_facts,
    leaving,
    look_through,
    settled,
    sound_text,
    to_facts,
    to_thin,
)

AT = datetime(2024, 12, 1, 12, 0, tzinfo=UTC)
LINK = "https://meet.example.org/rooms/quiet-owl-77"
ADA, GRACE = Someone(name="Ada Lindqvist", may_be_named=True), Someone(name="Grace Oyelaran")
AROUND = Around((ADA, GRACE), (LINK,))
TEXT = f"""# Notes

Ada Lindqvist spoke first, then Grace Oyelaran.

- Grace will write to Tomas Berg
- {LINK}
- the budget 🤫
"""


def test_notes_are_kept_with_even_line_ends_and_up_to_200_kb() -> None:
    assert sound_text("a\r\nb\rc\x00") == "a\nb\nc"
    assert len(sound_text("é" * (LONGEST // 2))) == LONGEST // 2
    with pytest.raises(NotesTooLong):
        sound_text("é" * (LONGEST // 2) + "x")


def test_old_texts_are_thinned_to_one_in_a_quarter_of_an_hour_then_one_a_day() -> None:
    def kept(number: int, **ago: int) -> Kept:
        return Kept(number, AT - timedelta(**ago))

    versions = [
        kept(1, days=200),
        kept(2, days=100, hours=3),
        kept(3, days=100, hours=2),
        kept(4, days=20, minutes=14),
        kept(5, days=20, minutes=13),
        kept(6, days=20, minutes=2),
        kept(7, days=1, minutes=2),
        kept(8, days=1, minutes=1),
    ]
    assert to_thin(versions, at=AT) == {2, 4, 5}
    assert to_thin(versions, needed=[4], at=AT) == {2, 5}


@given(st.lists(st.integers(0, 300 * 24 * 60), max_size=60))
def test_the_first_and_the_newest_text_always_stay(minutes: list[int]) -> None:
    ordered = sorted(minutes, reverse=True)
    versions = [Kept(number, AT - timedelta(minutes=each)) for number, each in enumerate(ordered)]
    gone = to_thin(versions, at=AT)
    assert not gone & {0, len(versions) - 1}
    assert to_thin([each for each in versions if each.number not in gone], at=AT) == frozenset()  # once is enough


def test_what_never_leaves_and_who_did_not_say_yes_is_out_of_what_leaves() -> None:
    said = leaving(TEXT, decided_on(look_through(TEXT, AROUND)), AROUND)
    assert not said.is_new
    assert "Ada Lindqvist" in said.text
    for word in ("Oyelaran", "Grace", "Tomas", LINK, "budget"):
        assert word not in said.text


def test_a_guess_somebody_keeps_stays_and_nothing_else() -> None:
    decided = decided_on(look_through(TEXT, AROUND))
    guesses = [TEXT[each.start : each.end] for each in decided if not each.is_certain]
    kept = settled(TEXT, decided, AROUND, keep={guesses.index("Tomas Berg")})
    said = leaving(TEXT, kept, AROUND)
    assert not said.is_new
    assert "Tomas Berg" in said.text
    assert "Grace" not in said.text


def test_what_may_be_a_passcode_goes_unless_somebody_keeps_it() -> None:
    text = "The code has 1200 lines, and the passcode changed: 471199\n"
    decided = decided_on(look_through(text, AROUND))
    assert leaving(text, decided, AROUND).text == "The code has (passcode removed) lines, and the (passcode removed)\n"
    kept = settled(text, decided, AROUND, keep={0})
    assert leaving(text, kept, AROUND).text == "The code has 1200 lines, and the (passcode removed)\n"
    assert not leaving(text, kept, AROUND).is_new


def test_a_consent_that_ends_takes_the_name_out_at_once_and_asks_again() -> None:
    decided = decided_on(look_through(TEXT, AROUND))
    today = replace(AROUND, people=(replace(ADA, may_be_named=False), GRACE))
    said = leaving(TEXT, decided, today)
    assert said.is_new
    assert "Ada" not in said.text
    assert not leaving(TEXT, settled(TEXT, decided, today, keep=()), today).is_new


def test_a_consent_that_is_given_later_lets_nothing_in_that_was_approved_without() -> None:
    decided = decided_on(look_through(TEXT, AROUND))
    today = replace(AROUND, people=(ADA, replace(GRACE, may_be_named=True)))
    assert leaving(TEXT, decided, today).text == leaving(TEXT, decided, AROUND).text


_PIECES = st.sampled_from(
    ["Ada Lindqvist", "Grace Oyelaran", "Grace", "said", "\n", "- ", LINK, " 🤫\n", "ada@example.org", "and "]
)


@given(st.lists(_PIECES, max_size=25), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_whoever_may_not_be_named_today_is_never_in_what_leaves(
    pieces: list[str], ada_then: bool, grace_then: bool, ada_now: bool, grace_now: bool
) -> None:
    text = " ".join(pieces)

    def told(ada: bool, grace: bool) -> Around:
        return Around((replace(ADA, may_be_named=ada), replace(GRACE, may_be_named=grace)), (LINK,))

    decided = from_facts(to_facts(decided_on(look_through(text, told(ada_then, grace_then)))))
    now = told(ada_now, grace_now)
    said = leaving(text, decided, now)
    assert LINK not in said.text
    assert "🤫" not in said.text
    for name, may in (("Lindqvist", ada_then and ada_now), ("Oyelaran", grace_then and grace_now)):
        assert may or name not in said.text
    assert not leaving(text, settled(text, decided, now, keep=()), now).is_new


def test_decisions_are_kept_without_a_word_of_the_notes() -> None:
    facts = to_facts(decided_on(look_through(TEXT, AROUND)))
    assert not any(word in str(facts) for word in ("Grace", "Oyelaran", "Tomas", "quiet-owl", "budget"))


def test_who_proposed_does_not_approve_and_nobody_does_not_either() -> None:
    check_second(1, 2)
    for by in (1, None):
        with pytest.raises(SamePerson):
            check_second(1, by)


def test_nothing_is_approved_before_it_is_proposed() -> None:
    assert [state for state in ExportState if "approved" in MOVES.possible(state)] == [
        ExportState.PROPOSED,
        ExportState.ASKS_AGAIN,
    ]
    with pytest.raises(NotFromHere):
        MOVES.after("approved", ExportState.DRAFT)
