"""Whether a programme's colour can be read, and the nearest one that can.

The colour is used for text and edges on the Hub's paper, by day and by night. Sources: WCAG 2.2, relative luminance and
success criterion 1.4.3 (text needs a contrast of 4.5 to 1); docs/guide/self-hosting.md, "The programme's colour".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from hub.core.errors import Refusal

PAPER = "#faf7f2"  # the darkest light surface text stands on
NIGHT = "#26221d"  # the lightest dark surface text stands on
NEEDED = 4.5
_STEPS = 256


class BadColour(Refusal):
    """The colour is not written as one."""

    code: ClassVar[str] = "bad-colour"


class PaleColour(Refusal):
    """The colour cannot be read on paper. `ratio` says how far it stands out, `proposal` is the nearest that can be read."""

    code: ClassVar[str] = "pale-colour"

    def __init__(self, colour: str, ratio: float, proposal: str) -> None:
        """Say the ratio and propose the nearest colour that passes."""
        super().__init__(
            f"{colour} stands out from the page by {ratio:.1f} to 1, and text needs {NEEDED} to 1. "
            f"The nearest colour that can be read is {proposal}.",
            field="colour",
        )
        self.ratio = ratio
        self.proposal = proposal


@dataclass(frozen=True, slots=True)
class Shades:
    """A programme's colour as the pages use it, by day and by night."""

    light: str
    dark: str


def _channels(colour: str) -> tuple[int, int, int]:
    """Give red, green and blue, 0 to 255. Raises BadColour."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadColour(f"“{colour[:40]}” is not a colour; write it as #RRGGBB, such as #0f766e.", field="colour")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(channels: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*channels)


def luminance(colour: str) -> float:
    """Give the relative luminance of #RRGGBB, 0 for black to 1 for white. Raises BadColour."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Give the contrast of two colours, 1 (the same) to 21 (black on white), whichever way round. Raises BadColour."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, *, against: str) -> str:
    """Give the colour itself where it can be read against another, else the first that can on its way to black or white.

    The way goes to the end that is farther from the background, so there is always one. Raises BadColour.
    """
    if ratio(colour, against) >= NEEDED:
        return _written(_channels(colour))
    end = 0 if ratio("#000000", against) >= ratio("#ffffff", against) else 255
    for step in range(1, _STEPS + 1):
        red, green, blue = (round(channel + (end - channel) * step / _STEPS) for channel in _channels(colour))
        mixed = _written((red, green, blue))
        if ratio(mixed, against) >= NEEDED:
            return mixed
    return _written((end, end, end))


def shades(colour: str) -> Shades:
    """Give the colour for paper and for the dark, each readable there. Raises BadColour."""
    return Shades(light=nearest(colour, against=PAPER), dark=nearest(colour, against=NIGHT))


def checked(colour: str) -> str:
    """Give a colour that may be saved, in lower case. Raises BadColour, PaleColour."""
    found = ratio(colour, PAPER)
    if found < NEEDED:
        raise PaleColour(colour, found, nearest(colour, against=PAPER))
    return colour.lower()
