"""The picture a page is shared with: what it is called, when it is, and the shapes of its kinds.

Drawn in the Hub's own letters and colours, by day. Nothing of it is fetched; what the letters do not cover is left out.
Source: the Open Graph protocol, https://ogp.me; sizes as the large services cut them (1200 × 630).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hub.core.contrast import shades
from hub.core.plan.model import Kind

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
_MARGIN = 84
_PANEL = 340  # the coloured side of a session's card
_FONTS = Path(__file__).parent / "static" / "hub" / "fonts"
_FINE = 4  # shapes are drawn so many times larger and made small, for soft edges
_PAPER, _INK, _INK_2, _LINE = "#faf7f2", "#1c1a17", "#57524a", "#e7e0d5"
_TITLE_SIZES = (84, 70, 58, 48)
_TITLE_LINES = 3

# What the two files of letters cover, as tokens.css says it.
_LATIN = ((0x00, 0xFF), (0x131, 0x131), (0x152, 0x153), (0x2000, 0x206F), (0x20AC, 0x20AC), (0x2122, 0x2122))
_MORE = ((0x100, 0x2BA), (0x1E00, 0x1E9F), (0x1EF2, 0x1EFF), (0x20A0, 0x20AB), (0x20AD, 0x20C0))

# Colour and ground by day, as kinds.css has them.
_HUES = {
    Kind.KICK_OFF: ("#2e944e", "#ddf4e1"),
    Kind.CAFE: ("#b56700", "#ffe8d6"),
    Kind.MEETING: ("#048f90", "#d3f5f4"),
    Kind.WORKSHOP: ("#8b67c3", "#efe9fe"),
    Kind.TRAINING: ("#3d7ece", "#e2eefe"),
    Kind.WEBINAR: ("#6b72cf", "#e8ecfe"),
    Kind.ONE_TO_ONE: ("#b95689", "#fee5f0"),
    Kind.INDIVIDUAL: ("#7c834c", "#ecefe0"),
    Kind.REST: ("#6a818f", "#e7eef2"),
    Kind.WRAP_UP: ("#a261a6", "#f8e6f9"),
    Kind.CELEBRATION: ("#c35651", "#ffe6e4"),
    Kind.OTHER: ("#847c70", "#efece9"),
}


@dataclass(frozen=True, slots=True)
class Beats:
    """A month of a cohort's rhythm: its short name, and the kinds of its dated entries in order."""

    month: str
    kinds: tuple[Kind, ...]


def draw_card(
    *, over: str, title: str, under: str = "", colour: str = "", kind: Kind | None = None, months: Sequence[Beats] = ()
) -> bytes:
    """Draw a card as PNG, 1200 × 630: a small line `over`, the title, a line `under`; then a kind's shape, or months of shapes.

    `colour` is the programme's own (#rrggbb). Long titles are set smaller, then cut with an ellipsis. Takes about 60 ms.
    """
    from PIL import Image, ImageDraw

    card = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, 15, HEIGHT), fill=shades(colour).light if colour else "#0f766e")
    room = WIDTH - 2 * _MARGIN
    if kind is not None:
        hue, ground = _HUES[kind]
        pen.rectangle((WIDTH - _PANEL, 0, WIDTH, HEIGHT), fill=ground)
        _shape(card, kind, (WIDTH - _PANEL // 2 - 100, HEIGHT // 2 - 100), 200, hue)
        room -= _PANEL - _MARGIN // 2
    _mark(card, (_MARGIN, _MARGIN - 6), 44)
    _write(pen, (_MARGIN + 62, _MARGIN - 4), _fitted(over, 32, 600, room - 62), 32, 600, _INK)
    size, lines = _title(title, room)
    bottom = HEIGHT - _MARGIN - (120 if months else 0)
    said = _said(under, room, 2 if months or len(lines) < _TITLE_LINES else 1)
    block = round(len(lines) * size * 1.14) + (18 + 44 * len(said) if said else 0)
    top = max(_MARGIN + 84, (bottom + _MARGIN + 64 - block) // 2)
    for line in lines:
        _write(pen, (_MARGIN, top), line, size, 700, _INK)
        top += round(size * 1.14)
    for index, line in enumerate(said):
        _write(pen, (_MARGIN, top + 18 + 44 * index), line, 34, 400, _INK_2)
    _rhythm(card, pen, months)
    out = io.BytesIO()
    card.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _rhythm(card: Image.Image, pen: ImageDraw.ImageDraw, months: Sequence[Beats]) -> None:
    shown = months[:12]
    if not shown:
        return
    wide = min((WIDTH - 2 * _MARGIN) // len(shown), 160)
    for index, month in enumerate(shown):
        left, ground = _MARGIN + index * wide, HEIGHT - _MARGIN - 34
        pen.rectangle((left, ground, left + wide - 14, ground + 1), fill="#bdb5a8")
        _write(pen, (left, ground + 12), month.month, 24, 500, _INK_2)
        in_a_row = max(1, (wide - 14) // 34)
        for place, kind in enumerate(month.kinds[: 3 * in_a_row]):
            row, column = divmod(place, in_a_row)
            _shape(card, kind, (left + column * 34, ground - 38 - row * 34), 26, _HUES[kind][0])


@lru_cache(maxsize=64)
def _letters(file: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.truetype(_FONTS / f"inter-{file}-opsz-normal.woff2", size)
    font.set_variation_by_axes([min(32, max(14, size)), weight])
    return font


def _within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


def _runs(text: str) -> list[tuple[str, str]]:
    """Split words by the file that has their letters; a character in neither is left out."""
    runs: list[tuple[str, str]] = []
    for char in " ".join(text.split()):
        file = "latin" if _within(char, _LATIN) else "latin-ext" if _within(char, _MORE) else ""
        if file and runs and runs[-1][0] == file:
            runs[-1] = (file, runs[-1][1] + char)
        elif file:
            runs.append((file, char))
    return runs


def _length(text: str, size: int, weight: int) -> float:
    return sum(_letters(file, size, weight).getlength(run) for file, run in _runs(text))


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, weight: int, colour: str) -> None:
    left, top = float(at[0]), at[1] + size  # the words stand on a line: the two files' heights differ
    for file, run in _runs(text):
        font = _letters(file, size, weight)
        pen.text((left, top), run, font=font, fill=colour, anchor="ls")
        left += font.getlength(run)


def _fitted(text: str, size: int, weight: int, room: int) -> str:
    """Give as much of the words as fits on a line, with an ellipsis where some are left out."""
    if _length(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _length(text[:middle].rstrip() + "…", size, weight) <= room else (low, middle - 1)
    kept = text[:low]
    if " " in kept and not text[low : low + 1].isspace():
        kept = kept[: kept.rindex(" ")]  # at a word, where there is more than one
    return kept.rstrip(" ,;:–-") + "…"


def _title(title: str, room: int) -> tuple[int, list[str]]:
    """Give the largest size at which the title fits, and its lines; at the smallest the last line is cut."""
    for size in _TITLE_SIZES:
        lines = _lines(title, size, room)
        if len(lines) <= _TITLE_LINES and all(_length(line, size, 700) <= room for line in lines):
            return size, _evened(title, size, room, len(lines))
    rest = " ".join(lines[_TITLE_LINES - 1 :])
    return size, [_fitted(line, size, 700, room) for line in [*lines[: _TITLE_LINES - 1], rest]]


def _said(under: str, room: int, most: int) -> list[str]:
    """Break the line under the title into at most so many, the last one cut where it must be."""
    lines = _lines(under, 34, room, 400)
    return [_fitted(line, 34, 400, room) for line in [*lines[: most - 1], " ".join(lines[most - 1 :])] if line]


def _lines(title: str, size: int, room: float, weight: int = 700) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        if lines and _length(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _evened(title: str, size: int, room: int, count: int) -> list[str]:
    """Break into as many lines, of lengths as even as words allow."""
    for share in (0.5, 0.6, 0.7, 0.8, 0.9):
        lines = _lines(title, size, share * room)
        if len(lines) == count and all(_length(line, size, 700) <= room for line in lines):
            return lines
    return _lines(title, size, room)


Draw = Callable[["ImageDraw.ImageDraw", float], None]


def _ring(x: float, y: float, r: float, width: float = 0) -> Draw:
    def draw(pen: ImageDraw.ImageDraw, unit: float) -> None:
        half = width / 2
        box = [unit * each for each in (x - r - half, y - r - half, x + r + half, y + r + half)]
        if width:
            pen.ellipse(box, outline=255, width=round(width * unit))
        else:
            pen.ellipse(box, fill=255)

    return draw


def _polygon(*points: tuple[float, float]) -> Draw:
    return lambda pen, unit: pen.polygon([(x * unit, y * unit) for x, y in points], fill=255)


def _handle(pen: ImageDraw.ImageDraw, unit: float) -> None:
    box = [unit * each for each in (7.05, 4.2, 14.65, 11.8)]
    pen.arc(box, -78, 78, fill=255, width=round(1.8 * unit))


def _dome(pen: ImageDraw.ImageDraw, unit: float) -> None:
    pen.pieslice([unit, 5.5 * unit, 15 * unit, 19.5 * unit], 180, 360, fill=255)


def _line(pen: ImageDraw.ImageDraw, unit: float) -> None:
    pen.rounded_rectangle([0, 6.7 * unit, 16 * unit, 9.3 * unit], radius=1.3 * unit, fill=255)


def _square(pen: ImageDraw.ImageDraw, unit: float) -> None:
    pen.rounded_rectangle([2 * unit, 2 * unit, 14 * unit, 14 * unit], radius=1.5 * unit, fill=255)


_STAR: tuple[tuple[float, float], ...] = (
    (8, 0.8), (9.6, 4.5), (13.3, 3.1), (11.9, 6.8), (15.4, 8.4), (11.9, 10), (13.3, 13.7), (9.6, 12.2),
    (8, 15.4), (6.4, 12.2), (2.7, 13.7), (4.1, 10), (0.6, 8.4), (4.1, 6.8), (2.7, 3.1), (6.4, 4.5),
)  # fmt: skip
_SHAPES: dict[Kind, tuple[Draw, ...]] = {
    Kind.KICK_OFF: (_polygon((3, 1.6), (14.4, 8), (3, 14.4)),),
    Kind.CAFE: (_ring(6.6, 8, 5.6), _handle),
    Kind.MEETING: (_ring(5.4, 8, 4.4), _ring(10.6, 8, 4.4, 1.7)),
    Kind.WORKSHOP: (_square,),
    Kind.TRAINING: (_polygon((8, 0.8), (15.2, 8), (8, 15.2), (0.8, 8)),),
    Kind.WEBINAR: (_dome,),
    Kind.ONE_TO_ONE: (_ring(4, 8, 3.3), _ring(12, 8, 3.3)),
    Kind.INDIVIDUAL: (_ring(8, 8, 5.6, 2.2),),
    Kind.REST: (_line,),
    Kind.WRAP_UP: (_polygon((2, 2), (14, 2), (14, 14)),),
    Kind.CELEBRATION: (_polygon(*_STAR),),
    Kind.OTHER: (_polygon((4.3, 1.6), (11.7, 1.6), (15.4, 8), (11.7, 14.4), (4.3, 14.4), (0.6, 8)),),
}


@lru_cache(maxsize=64)
def _stencil(kind: Kind, size: int) -> Image.Image:
    from PIL import Image, ImageDraw

    large = Image.new("L", (size * _FINE, size * _FINE))
    pen = ImageDraw.Draw(large)
    for draw in _SHAPES[kind]:
        draw(pen, size * _FINE / 16)
    return large.resize((size, size), Image.Resampling.LANCZOS)


def _shape(card: Image.Image, kind: Kind, at: tuple[int, int], size: int, colour: str) -> None:
    card.paste(colour, (*at, at[0] + size, at[1] + size), _stencil(kind, size))


def _mark(card: Image.Image, at: tuple[int, int], size: int) -> None:
    """Draw the Hub's four shapes."""
    part = size // 2 - 2
    for index, (kind, colour) in enumerate(
        ((None, "#0f766e"), (Kind.TRAINING, "#b56700"), (Kind.WORKSHOP, "#8b67c3"), (Kind.WEBINAR, "#c35651"))
    ):
        row, column = divmod(index, 2)
        left, top = at[0] + column * (size // 2 + 2), at[1] + row * (size // 2 + 2)
        if kind is None:
            _dot(card, (left, top), part, colour)
        else:
            _shape(card, kind, (left, top), part, colour)


def _dot(card: Image.Image, at: tuple[int, int], size: int, colour: str) -> None:
    from PIL import Image, ImageDraw

    large = Image.new("L", (size * _FINE, size * _FINE))
    ImageDraw.Draw(large).ellipse((0, 0, size * _FINE - 1, size * _FINE - 1), fill=255)
    card.paste(colour, (*at, at[0] + size, at[1] + size), large.resize((size, size), Image.Resampling.LANCZOS))
