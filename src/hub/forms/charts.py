"""Where everything stands in the pictures of a summary. Pure geometry: templates draw it, a table beside each says the same.

Pictures are WIDE units wide, so that their letters keep a size people read on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from hub.core.calendar import say_date
from hub.core.forms import Kind, Tally
from hub.core.forms.days import say_span, spans_of
from hub.core.forms.model import DAY_NAMES, DAYS, PARTS, Option

WIDE = 420
_BAR_ROW = 46
_LETTERS = 44  # of a label that fit above a bar
_TALL = 150  # of a distribution's columns
MOST_TEXTS = 60
MOST_DAYS = 30  # bars of a question for a day; more are added up
LEVELS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words (cut to what fits), how often, of a hundred, and where it stands."""

    label: str
    full: str
    count: int
    share: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a distribution, counted from the left."""

    label: str
    full: str
    count: int
    share: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat-map; `level` from 0 (nobody) to LEVELS."""

    count: int
    level: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """Where its number stands."""
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row of a heat-map."""

    label: str
    full: str
    y: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The words above a column of a heat-map."""

    label: str
    full: str
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn of a question: `form` is "bars", "scale", "heat" or "texts".

    A week with dates below it is two drawings: `dates` has a height of its own. Where bars stand for several answers each
    (days of a month), `listed` are those of the table beside, and `note` says so.
    """

    tally: Tally
    form: str
    says: str  # the picture in a sentence, for who does not see it
    height: int = 0
    bars: tuple[Bar, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[HeatRow, ...] = ()
    heads: tuple[Head, ...] = ()
    mean: str = ""
    mean_x: int = 0
    dates: tuple[Bar, ...] = ()
    dates_height: int = 0
    dates_say: str = ""
    listed: tuple[Bar, ...] = ()
    note: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What was written, as much of it as a page shows."""
        return self.tally.texts[:MOST_TEXTS]

    @property
    def more(self) -> int:
        """How many texts are not shown."""
        return max(len(self.tally.texts) - MOST_TEXTS, 0)


def picture(tally: Tally) -> Picture:
    """Draw what a question's answers are."""
    match tally.question.kind:
        case Kind.SCALE:
            return _scale(tally)
        case Kind.MATRIX:
            return _matrix(tally)
        case Kind.AVAILABILITY:
            return _week(tally)
        case Kind.DATE:
            return _days(tally)
        case Kind.ONE | Kind.SEVERAL | Kind.CONSENT:
            return _bars(tally, tally.bars)
        case _:
            return Picture(tally=tally, form="texts", says="")


def _share(count: int, of: int) -> int:
    return round(100 * count / of) if of else 0


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else f"{words[: letters - 1].rstrip()}…"


def _of_bars(rows: Iterable[tuple[str, str, int]], answered: int) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            _cut(label, _LETTERS),
            label,
            count,
            _share(count, answered),
            at * _BAR_ROW,
            round(WIDE * count / answered) if answered else 0,
        )
        for at, (_, label, count) in enumerate(rows)
    )


def _bars(tally: Tally, rows: Iterable[tuple[str, str, int]]) -> Picture:
    bars = _of_bars(rows, tally.answered)
    most = max(bars, key=lambda each: each.count, default=None)
    says = (
        f"{tally.answered} answered. Most often: {most.full}, {most.count}."
        if most and most.count
        else "Nobody chose anything yet."
    )
    return Picture(tally=tally, form="bars", says=says, height=max(len(bars) * _BAR_ROW, 1), bars=bars, listed=bars)


def _days(tally: Tally) -> Picture:
    days = {date.fromisoformat(key): count for key, count in tally.counts.items()}
    span, found = spans_of(days, most=MOST_DAYS)
    drawn = _bars(tally, [(begins.isoformat(), say_span(begins, span), count) for begins, count in found])
    if span == "day":
        return drawn
    each = [(day.isoformat(), say_date(day), count) for day, count in sorted(days.items())]
    note = f"{len(days)} days are too many to draw, so the picture counts by {span}. The table has every day."
    return replace(drawn, says=f"Counted by {span}. {drawn.says}", listed=_of_bars(each, tally.answered), note=note)


def _scale(tally: Tally) -> Picture:
    numbers = list(tally.question.scale)
    step = WIDE // len(numbers)
    top = max([tally.counts.get(str(number), 0) for number in numbers] + [1])
    columns = []
    for at, number in enumerate(numbers):
        count = tally.counts.get(str(number), 0)
        height = round(_TALL * count / top)
        columns.append(
            Column(
                str(number),
                tally.question.end(number),
                count,
                _share(count, tally.answered),
                at * step + 4,
                24 + _TALL - height,
                step - 8,
                height,
            )
        )
    mean = tally.mean
    place = round((mean - numbers[0] + 0.5) * step) if mean is not None else 0
    says = f"{tally.answered} answered; the mean is {mean:.1f}." if mean is not None else "Nobody answered yet."
    return Picture(
        tally=tally,
        form="scale",
        says=says,
        height=24 + _TALL + 46,
        columns=tuple(columns),
        mean=f"{mean:.1f}" if mean is not None else "",
        mean_x=place,
    )


def _heat(tally: Tally, rows: Iterable[tuple[Option, list[int]]], heads: list[str]) -> Picture:
    listed = list(rows)
    top = max([count for _, counts in listed for count in counts] + [1])
    step = WIDE // max(len(heads), 1)
    high, row_high, letters = 34, 62, max(int(step / 8), 3)
    found = []
    for at, (row, counts) in enumerate(listed):
        y = 24 + at * row_high
        cells = tuple(
            Cell(count, -(-LEVELS * count // top), place * step + 2, y + 22, step - 4, high)
            for place, count in enumerate(counts)
        )
        found.append(HeatRow(_cut(row.label, _LETTERS + 8), row.label, y, cells))
    shown = tuple(Head(_cut(head, letters), head, place * step + step // 2) for place, head in enumerate(heads))
    return Picture(
        tally=tally,
        form="heat",
        says=f"{tally.answered} answered; the darker a cell, the more chose it.",
        height=24 + len(found) * row_high,
        rows=tuple(found),
        heads=shown,
    )


def _matrix(tally: Tally) -> Picture:
    question = tally.question
    rows = ((row, [tally.cell(row.key, column.key) for column in question.columns]) for row in question.rows)
    return _heat(tally, rows, [column.label for column in question.columns])


def _week(tally: Tally) -> Picture:
    days = DAYS[:5]
    rows = ((Option(part, part.capitalize()), [tally.counts.get(f"{day}-{part}", 0) for day in days]) for part in PARTS)
    named = [(day.isoformat(), say_date(day), tally.counts.get(day.isoformat(), 0)) for day in tally.question.days]
    dates = _bars(tally, named)
    if not tally.question.has_grid:
        return dates
    drawn = _heat(tally, rows, list(DAY_NAMES[:5]))
    return replace(drawn, dates=dates.bars, dates_height=dates.height, dates_say=dates.says)
