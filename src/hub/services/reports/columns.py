"""Which columns of a table we understand, by their heads and what stands below, and which may hold a time nobody read.

A column that may say when somebody came, went or how long they stayed is never passed over in silence: minutes that are known
only because it was not read would be invented.
Sources: issue 5, item 2, "each file is taken right or refused with the line".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from itertools import pairwise

from hub.services.reports.heads import Column, Told, hints_at_lasting, is_known, is_of_something_else, likely_of
from hub.services.reports.moments import Written, is_absent, minutes_of, read_written, seconds_of
from hub.services.reports.octets import Record
from hub.services.reports.rows import Table

_LOOKED_AT = 200  # cells of a column
_MOST = 0.8  # of the cells of a column that must be of one form before a likely head is believed
_SOME = 0.5  # that must be before a column is worth asking about
_PIECE = r"\d{1,4}\s?[^\W\d]{1,12}\.?"
_LOOKS_LASTING = re.compile(
    rf"^(?:{_PIECE}(?:[\s,]*(?:[^\W\d]{{1,4}}\s)?{_PIECE})+|\d{{1,4}}\s+[^\W\d]{{1,12}}\.?)$"
)  # "1 ó 5 p", "65 perc"
_CLOCK = re.compile(r"^\d{1,3}:\d{2}(?::\d{2})?$")
_FIGURE = re.compile(r"^\d{1,6}(?:[.,]\d{1,3})?$")
_LONGEST = 24 * 60  # minutes that a number may be
_COMING = (Column.JOINED, Column.FIRST_JOIN)
_GOING = (Column.LEFT, Column.LAST_LEAVE)
_LASTING = (Column.MINUTES, Column.TOTAL, Column.DURATION)


def table_of(heads: Record, records: list[Record], columns: Mapping[Column, int], *, is_summary: bool = False) -> Table:
    """Make a table of a row of heads and what stands under it: `columns` are those whose heads we know word for word.

    `is_summary`: its times are the first and the last, whatever its heads are called.
    """
    known = dict(columns)
    told: dict[int, tuple[Told, float]] = {}
    for place, head in enumerate(heads.cells):
        if place not in known.values() and head and not is_known(head) and (form := _form_of(head, records, place)) is not None:
            told[place] = form
    for place, (stands, share) in told.items():
        column = likely_of(heads.cells[place], stands) if share >= _MOST else None
        if column is not None and column not in known and not _says_already(column, known):
            known[column] = place
    lasts = any(column in known for column in _LASTING)
    unread = {
        place: form
        for place, (form, _) in told.items()
        if place not in known.values() and not (lasts and is_of_something_else(heads.cells[place]))
    }
    asks = any(column in known for column in _COMING) and not lasts and not any(column in known for column in _GOING)
    times = [place for place, form in unread.items() if form in (Told.TIMES, Told.CLOCKS)]
    lengths = [
        place
        for place, form in unread.items()
        if form is Told.DURATIONS
        or (form is Told.CLOCKS and place not in times)
        or (form is Told.NUMBERS and (asks or hints_at_lasting(heads.cells[place])))
    ]
    is_first_and_last = is_summary or Column.FIRST_JOIN in known or Column.LAST_LEAVE in known
    may_last = bool(lengths) or any(unread[place] is Told.CLOCKS for place in times)
    return Table(
        heads,
        known,
        records,
        unread_times=tuple(heads.cells[place] for place in times),
        unread_lengths=tuple(heads.cells[place] for place in lengths),
        is_summary=is_first_and_last and may_last and not lasts,
        is_open=not any(_says_anything(records, known[column]) for column in _GOING if column in known),
    )


def _says_anything(records: Sequence[Record], place: int) -> bool:
    return any(place < len(record.cells) and not is_absent(record.cells[place]) for record in records)


def _says_already(column: Column, known: Mapping[Column, int]) -> bool:
    """Say whether a table has a column of that meaning under another name."""
    return any(column in group and any(each in known for each in group) for group in (_COMING, _GOING, _LASTING))


def _form_of(head: str, records: Sequence[Record], place: int) -> tuple[Told, float] | None:
    """Say of what form the cells of a column are, and what share of them; None for words and for nothing."""
    cells = [record.cells[place] for record in records if place < len(record.cells)]
    said = [cell for cell in cells if cell and not is_absent(cell)][:_LOOKED_AT]
    if not said:
        return None
    shares = {
        Told.CLOCKS: sum(bool(_CLOCK.match(cell)) for cell in said),
        Told.TIMES: sum(_is_time(cell) for cell in said),
        Told.DURATIONS: sum(_is_length(cell) for cell in said),
        Told.NUMBERS: sum(_is_figure(cell, most=None if hints_at_lasting(head) else _LONGEST) for cell in said),
    }
    form = max(shares, key=lambda each: shares[each])
    if shares[form] < len(said) * _SOME or (form is Told.NUMBERS and _is_counted_through(said)):
        return None
    return form, shares[form] / len(said)


def _is_time(cell: str) -> bool:
    written = read_written(cell)
    if isinstance(written, time):
        return ":" in cell or "h" in cell.casefold()  # 12.50 is a number, too
    return isinstance(written, Written) and written.clock is not None


def _is_length(cell: str) -> bool:
    return not cell.isdecimal() and (seconds_of(cell) is not None or bool(_LOOKS_LASTING.match(cell)))


def _is_figure(cell: str, *, most: int | None) -> bool:
    found = minutes_of(cell) if _FIGURE.match(cell) else None
    return found is not None and (most is None or found <= most)


def _is_counted_through(cells: Sequence[str]) -> bool:
    """Say whether numbers only count the rows: 1, 2, 3."""
    figures = [int(cell) for cell in cells if cell.isdecimal()]
    return len(figures) > 1 and len(figures) == len(cells) and all(other == one + 1 for one, other in pairwise(figures))
