"""Tables that leave the Hub: the one writer of CSV, and of workbooks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

# What a spreadsheet may run as a formula, or takes for one after throwing away what nobody sees before it.
_FORMULA = re.compile("[\t\r\n]|[\\s\u200b-\u200f\u2060-\u2064\ufeff]*[=+\\-@＝＋－＠]")
Cell = str | int | float | date | None
FIRST_DAY = date(1900, 3, 1)  # spreadsheets count days rightly from here on
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Give a table as CSV that spreadsheets open rightly: UTF-8 with a byte-order mark, CRLF, None as an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are left alone, days are in ISO.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_guarded(cell) for cell in header])
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _guarded(cell: Cell) -> Cell:
    if isinstance(cell, str):
        kept = cell.replace("\x00", "")
        return f"'{kept}" if _FORMULA.match(kept) else kept
    return cell


def to_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Give a table as a workbook. Every text is a text to the spreadsheet, whatever it begins with, so nothing is run.

    A day is a day to it, or text where it is too long ago for spreadsheets to count. Rows are written as they come; only the
    packed file is held in memory.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Table")
    assert not isinstance(sheet, Worksheet)  # write-only

    def cell(value: Cell, *, is_head: bool = False) -> Any:
        if isinstance(value, date) and value < FIRST_DAY:
            value = value.isoformat()
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, _UNWRITABLE.sub("", value)[:32_767])
        made.data_type = "s"
        if _FORMULA.match(value):
            made.quotePrefix = True
        if is_head:
            made.font = Font(bold=True)
        return made

    sheet.freeze_panes = "A2"
    sheet.sheet_format.defaultColWidth = 12  # a day fits; narrower, it is shown as ####
    sheet.append([cell(each, is_head=True) for each in header])
    for row in rows:
        sheet.append([cell(each) for each in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
