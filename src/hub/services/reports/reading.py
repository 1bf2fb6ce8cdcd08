"""What a file is, by its structure and its heads, and then how it is read.

Sources: issue 5, item 2; style, "Import" (read, then propose: nothing is saved while reading).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hub.services.reports.heads import Column, columns_of
from hub.services.reports.model import MOST_ROWS, BadReport, Report
from hub.services.reports.moments import Order
from hub.services.reports.notes import is_notes, read_notes
from hub.services.reports.octets import (
    Record,
    check_octets,
    delimiter_said,
    ends_with_line,
    is_workbook,
    records,
    text_of,
    workbook_records,
)
from hub.services.reports.rows import Reading
from hub.services.reports.tables import LOOKED_AT, find_heads, read_tables, score_of
from hub.services.reports.teams import read_sections, sections_of
from hub.services.reports.webinar import is_webinar, read_webinar

_SEPARATORS = ("\t", ";", ",")


def read_report(data: bytes, *, name: str = "", is_day_first: bool | None = None, near: date | None = None) -> Report:
    """Read who was there from a file's octets. `name` is the file's, for sentences only: structure says what it is.

    `is_day_first` says how 4/5/2024 is meant, and `near` the day of the session, by which that can be told; without either, all
    dates of the file together and its language say, and where they do not, times are left out with a finding. Times are wall
    times of the host's zone, see `in_zone`. Minutes are whole ones, a part of one left out.

    Raises BadReport, with the line, for what is empty, of no known form, cut off, or larger than we take.
    """
    try:
        return _read(data, Order(given=is_day_first, near=near))
    except BadReport as no:
        if name:
            called = name.replace("\\", "/").rsplit("/", 1)[-1][:60]
            raise BadReport(f"“{called}”: {no.sentence}", line=no.line, field=no.field) from no
        raise


def _read(data: bytes, order: Order) -> Report:
    check_octets(data)
    if is_workbook(data):
        return _of_records(workbook_records(data), Reading(order))
    text = text_of(data)
    if is_notes(text):
        return read_notes(text)
    said = delimiter_said(text)
    delimiter = said or max(_SEPARATORS, key=lambda each: _fit(list(records(text, each, most=LOOKED_AT))))
    found = list(records(text, delimiter))
    if said:
        found = found[1:]
    return _of_records(found, Reading(order, is_whole=ends_with_line(text)))


def _fit(found: Sequence[Record]) -> tuple[int, int, int]:
    """Say how well a separator fits: how many heads it finds, numbered sections or a webinar, and how many cells."""
    place = find_heads(found)
    score = 0 if place is None else score_of(found[place], is_first=True)
    sections = sections_of(found)
    heads = [record for number in (2, 3) if number in sections for record in sections[number].said[:1]]
    widest = max((record.width for record in heads), default=0)
    best = max([score, *(len(columns_of(record.cells)) for record in heads)])
    return best, widest, max((record.width for record in found), default=0)


def _of_records(found: list[Record], reading: Reading) -> Report:
    while found and found[-1].is_blank:
        found.pop()
        reading.is_whole = True  # a line of nothing follows the last row
    if not found:
        raise BadReport("This file is empty.")
    if len(found) > MOST_ROWS + LOOKED_AT:
        raise BadReport(f"This file has more than {MOST_ROWS:,} rows. Bring it in parts.", line=found[MOST_ROWS].line)
    if sections := sections_of(found):
        return read_sections(sections, reading)
    if _breaks_off(found):
        last = found[-1].line
        raise BadReport(f"This file breaks off on line {last}, before the list of participants: its end is missing.", line=last)
    if is_webinar(found):
        return read_webinar(found, reading)
    return read_tables(found, reading)


def _breaks_off(found: Sequence[Record]) -> bool:
    """Say whether a file has the head of a report and ends before its table: Teams' summary, or the two rows of Zoom."""
    first = next(record for record in found if not record.is_blank)
    is_summary = first.width == 1 and first.cells[0].startswith(("1.", "1)")) and all(record.width <= 2 for record in found)
    columns = columns_of(first.cells)
    words = {cell.casefold() for cell in first.cells}
    is_block = "topic" in words and Column.NAME not in columns and find_heads(found) is None
    return is_summary or is_block
