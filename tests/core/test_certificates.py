"""The code of a certificate can be read out, typed badly and still be found; a wrong one is never another's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.certificates import ALPHABET, BadCode, new_code, read_code

RANDOM = st.binary(min_size=16, max_size=32)
CODE = new_code(bytes(range(16)))


@given(RANDOM)
def test_a_code_has_three_groups_of_four_letters_nobody_takes_for_others(randomness: bytes) -> None:
    groups = new_code(randomness).split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert set(ALPHABET) & set("01OIL") == set()


@given(RANDOM, st.sampled_from(["{}", " {} ", "https://hub.example.org/verify/{}/", "{}?from=qr", "/certificates/{}#top"]))
def test_a_code_is_read_however_it_is_typed(randomness: bytes, written: str) -> None:
    code = new_code(randomness)
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", " – "),
        code.replace("-", "‑"),
    ):
        assert read_code(written.format(typed)) == code


def test_full_width_letters_are_letters() -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in CODE)
    assert read_code(wide) == CODE


@given(RANDOM, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_always_found(randomness: bytes, place: int, letter: str) -> None:
    letters = new_code(randomness).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    if wrong != letters:
        with pytest.raises(BadCode, match="typing mistake"):
            read_code(wrong)


@given(RANDOM, st.integers(0, 9))
def test_two_letters_that_changed_places_are_found(randomness: bytes, place: int) -> None:
    letters = new_code(randomness).replace("-", "")
    swapped = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    if swapped != letters:
        with pytest.raises(BadCode, match="typing mistake"):
            read_code(swapped)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write the code that stands on the certificate, such as 7KQ2-M4XR-9TDW."),
        ("ABCD-EFG0-HJKM", "No code has “0” in it. Codes have no 0, O, 1, I or L; look again at these places."),
        ("ABCD", "A code has 12 letters and figures, and this one has 4."),
    ],
)
def test_a_refused_code_says_what_is_amiss(typed: str, said: str) -> None:
    with pytest.raises(BadCode) as no:
        read_code(typed)
    assert (no.value.sentence, no.value.field) == (said, "code")


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_refused(typed: str) -> None:
    try:
        assert read_code(read_code(typed)) == read_code(typed)
    except BadCode as no:
        assert no.sentence.endswith(".")


def test_too_little_randomness_makes_no_code_and_different_octets_different_codes() -> None:
    with pytest.raises(ValueError, match="16 random octets"):
        new_code(b"short")
    assert len({new_code(number.to_bytes(16, "big")) for number in range(2_000)}) == 2_000
