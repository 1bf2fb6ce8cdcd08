"""Tables that leave the Hub: the one writer of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | float | None


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Give a table as CSV that spreadsheets open rightly: UTF-8 with a byte-order mark, CRLF, None as an empty cell.

    Text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are left alone.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_guarded(cell) for cell in header])
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _guarded(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell.replace("\x00", "")
    return cell
