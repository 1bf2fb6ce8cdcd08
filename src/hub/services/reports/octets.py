"""From octets to records: encodings, separators, quotation marks, and the line each record begins on.

Sources: Unicode, "byte order marks"; RFC 4180; what call tools and spreadsheet programs really write.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.services.reports.model import MOST_OCTETS, MOST_ROWS, BadReport
from hub.services.sheets import UnreadableSheet
from hub.services.sheets import read as read_sheet

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_STARTS = {
    b"\xd0\xcf\x11\xe0": "a workbook of the old kind (.xls), or one with a password. Save it as .xlsx or .csv",
    b"%PDF": "a PDF. Export the report as .csv",
    b"\x89PNG": "a picture. Export the report as .csv",
    b"\xff\xd8\xff": "a picture. Export the report as .csv",
    b"GIF8": "a picture. Export the report as .csv",
    b"{\\rtf": "an RTF text. Save it as plain text",
    b"<!DOCTYPE": "a web page. Export the report as .csv",
    b"<html": "a web page. Export the report as .csv",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells, trimmed, and the line it begins on."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it, as in a line of commas."""
        return not any(self.cells)

    @property
    def width(self) -> int:
        """How many cells there are up to the last that says something."""
        width = len(self.cells)
        while width and not self.cells[width - 1]:
            width -= 1
        return width


def check_octets(data: bytes) -> None:
    """Refuse what is empty, too long, or no text by its first octets. Raises BadReport."""
    if len(data) > MOST_OCTETS:
        raise BadReport(f"This file is larger than {MOST_OCTETS // 2**20} MB. Bring it in parts.")
    if not data.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise BadReport("This file is empty.")
    for start, what in _STARTS.items():
        if data[:16].lstrip().startswith(start):
            raise BadReport(f"This is {what}.")


def is_workbook(data: bytes) -> bool:
    """Say whether the octets are packed as a workbook is."""
    return data.startswith(b"PK")


def workbook_records(data: bytes) -> list[Record]:
    """Give the rows of the first sheet that has any. Raises BadReport."""
    try:
        sheet = read_sheet(data, "report.xlsx")
    except UnreadableSheet as no:
        raise BadReport(no.sentence) from no
    return [Record(number, row) for number, row in enumerate(sheet.rows, sheet.first)]


def text_of(data: bytes) -> str:
    """Give the text of octets: by their mark, by where their noughts stand, as UTF-8, or as Windows writes in Western Europe.

    Raises BadReport where the text is cut in the middle of a letter, or is none.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _sound(_decoded(data[len(mark) :], encoding))
    unmarked = _of_noughts(data)
    if unmarked is not None:
        return _sound(_decoded(data, unmarked))
    try:
        return _sound(data.decode("utf-8"))
    except UnicodeDecodeError as no:
        if no.reason == "unexpected end of data" and no.start >= len(data) - 3 and max(data[: no.start], default=0) > 127:
            raise _cut(data[: no.start].count(b"\n") + 1) from no
    try:
        return _sound(data.decode("cp1252"))
    except UnicodeDecodeError as no:
        raise BadReport("This file is no text: export the report as .csv, or save it as “CSV UTF-8”.") from no


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as no:
        before = data[: no.start].decode(encoding, "replace")
        line = before.count("\n") + 1
        if no.start >= len(data) - 3:
            raise _cut(line) from no
        raise BadReport(f"Line {line} is not the text the file says it is.", line=line) from no


def _of_noughts(data: bytes) -> str | None:
    """Say which of the two ways of UTF-16 a text without a mark is written in, None where it is not."""
    head = data[:2000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 > even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 4 > odd else None


def _cut(line: int) -> BadReport:
    return BadReport(f"This file breaks off in the middle of a letter on line {line}: its end is missing.", line=line)


def _sound(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise BadReport(f"Line {line} has characters that no text has. Export the report as .csv.", line=line)
    if not text.strip(' \n\t,;"\u00a0'):
        raise BadReport("This file is empty.")
    return text


def delimiter_said(text: str) -> str | None:
    """Give the separator a first line such as "sep=;" names, as a spreadsheet program writes it."""
    said = re.match(r"sep=([,;\t])\n", text)
    return said[1] if said else None


def records(text: str, delimiter: str, *, most: int | None = None) -> Iterator[Record]:
    """Yield the records of a text; lines with nothing on them too. Raises BadReport: a quotation mark is never closed.

    With `most`, only so many are read and nothing is refused.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line, count, total = 1, 0, text.count("\n") + (not ends_with_line(text))
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as no:  # a cell longer than any: a quotation mark swallowed the rest
            if most is not None:
                return
            raise _unclosed(line) from no
        if cells is None:
            break
        count += 1
        if most is not None and count > most:
            return
        if count > MOST_ROWS + 1000:
            raise BadReport(f"This file has more than {MOST_ROWS:,} rows. Bring it in parts.", line=line)
        if reader.line_num >= total and most is None:
            _check_closed(text, line, delimiter)
        yield Record(line, tuple([cell.strip() for cell in cells]))
        line = reader.line_num + 1


def _check_closed(text: str, line: int, delimiter: str) -> None:
    """Refuse a last record that only ends because the text does."""
    last = "\n".join(text.split("\n")[line - 1 :])
    if '"' not in last:
        return
    try:
        list(csv.reader(io.StringIO(last, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as no:
        if "unexpected end" in str(no):
            raise _unclosed(line) from no


def _unclosed(line: int) -> BadReport:
    return BadReport(
        f"A quotation mark is opened on line {line} and never closed, so the end of the file seems to be missing.", line=line
    )


def ends_with_line(text: str) -> bool:
    """Say whether the last line is ended, so that nothing of it can be missing."""
    return text.endswith("\n")
