"""A programme's colour can be read, by day and by night."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.contrast import NEEDED, NIGHT, PAPER, BadColour, PaleColour, checked, luminance, nearest, ratio, shades

colours = st.tuples(*[st.integers(0, 255)] * 3).map(lambda channels: "#{:02x}{:02x}{:02x}".format(*channels))


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#ffffff", "#000000") == pytest.approx(21)
    assert luminance("#ffffff") == pytest.approx(1)


def test_a_known_pair_has_the_ratio_the_standard_gives() -> None:
    assert round(ratio("#767676", "#ffffff"), 2) == 4.54


def test_a_readable_colour_is_kept_in_small_letters() -> None:
    assert checked("#0F766E") == "#0f766e"


def test_a_pale_colour_is_refused_with_its_ratio_and_the_nearest_that_can_be_read() -> None:
    with pytest.raises(PaleColour) as refused:
        checked("#f5c518")
    assert refused.value.field == "colour"
    assert f"{ratio('#f5c518', PAPER):.1f} to 1" in refused.value.sentence
    assert refused.value.proposal in refused.value.sentence
    assert checked(refused.value.proposal) == refused.value.proposal


@pytest.mark.parametrize("written", ["", "teal", "#12345", "#12345g", "0f766e", "#0f766e\n"])
def test_what_is_no_colour_is_refused(written: str) -> None:
    with pytest.raises(BadColour):
        checked(written)


@given(colours)
def test_both_shades_of_any_colour_can_be_read(colour: str) -> None:
    both = shades(colour)
    assert ratio(both.light, PAPER) >= NEEDED
    assert ratio(both.dark, NIGHT) >= NEEDED


@given(colours)
def test_a_colour_that_can_be_read_is_its_own_nearest(colour: str) -> None:
    found = nearest(colour, against=PAPER)
    assert (found == colour) == (ratio(colour, PAPER) >= NEEDED)
    assert nearest(found, against=PAPER) == found
