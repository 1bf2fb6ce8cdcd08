"""Tables as people have them: a spreadsheet file, CSV of any kind, rows copied from a spreadsheet, addresses from a mail.

Whatever the octets are, `read` gives rows of text or a refusal with a sentence. What a file is its octets say, not its name.
Nothing is expanded before we know how large it becomes: a workbook of a few kilobytes may unfold into gigabytes.
Sources: lessons, "People"; ECMA-376 (office files); Unicode, "byte order marks".
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Protocol

from hub.core.errors import Refusal

MOST_OCTETS = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_UNFOLDED = 40 * 1024 * 1024  # octets of a workbook's parts that we read, together
MOST_TIMES = 200  # how many times larger than packed a part may be, once it is larger than a harmless megabyte
MOST_REPEATED = 600 * 1024 * 1024  # the longest shared text times the cells that may repeat it
MOST_CELLS = 1_000_000  # in the rectangle from the first cell to the last: the reader makes room for all of them

_TEXT = (".csv", ".tsv", ".tab", ".txt", "")
_WORKBOOK = (".xlsx", ".xlsm")
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "an RTF text",
}
_PARTS = re.compile(r"^(?:\[Content_Types\]\.xml|_rels/[^/]*\.rels|xl/(?!media|embeddings|drawings|charts).*\.(?:xml|rels))$")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{0,9})(\d{1,12})["']""")
_GUARDED = re.compile(
    "^'(?=[\t\r\n]|[\\s\u200b-\u200f\u2060-\u2064\ufeff]*[=+\\-@＝＋－＠])"
)  # the apostrophe our own export puts before what looks like a formula
_ADDRESS = r"[^\s<>,;:\"@]+@[^\s<>,;:\"@]+"
_MAIL = re.compile(
    rf"^\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<name>[^<>\"@]*?))\s*<\s*(?P<address>{_ADDRESS})\s*>\s*$|^\s*<?(?P<bare>{_ADDRESS})>?\s*$"
)
MAIL_HEAD = ("Name", "E-mail")


class UnreadableSheet(Refusal):
    """The file or text is no table we can read."""

    code = "unreadable-sheet"


class TooLargeSheet(UnreadableSheet):
    """The table is larger than we take, or would be once unfolded."""

    code = "too-large-sheet"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a table of one kind may have: columns, letters in a cell; and `keep`, which columns people are told to keep."""

    columns: int
    cell: int
    keep: str


OF_PEOPLE = Limits(columns=60, cell=5_000, keep="those that tell of people")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of text, empty ones too, so that each keeps its number; `first` is the number people count the first row as."""

    rows: tuple[tuple[str, ...], ...]
    first: int = 1

    def to_text(self) -> str:
        """Give the sheet as one text that `from_text` reads back exactly, to be sent along with a form."""
        return json.dumps({"first": self.first, "rows": self.rows}, ensure_ascii=False, separators=(",", ":"))


def read(given: bytes | str, filename: str = "", *, limits: Limits = OF_PEOPLE) -> Sheet:
    """Read a file's octets, or a text that was pasted. Raises UnreadableSheet, TooLargeSheet."""
    if isinstance(given, str):
        if len(given.encode("utf-8", "surrogatepass")) > MOST_OCTETS:
            raise TooLargeSheet("That is more than 2 MB of text. Paste it in parts, or upload it as a file in parts.")
        return _of_text(given.removeprefix("\ufeff"), limits, is_pasted=True)
    if len(given) > MOST_OCTETS:
        raise TooLargeSheet("This file is larger than 2 MB. Leave out pictures and other sheets, or bring it in parts.")
    if not given.strip(b"\x00 \t\r\n"):
        raise UnreadableSheet("This file is empty.")
    ending = PurePath(filename.replace("\\", "/")).suffix.lower()
    if given.startswith(_OLD_OFFICE):
        raise UnreadableSheet(
            "This is a workbook of the old kind (.xls), or one with a password. Save it as .xlsx without one."
        )
    if given.startswith(b"PK"):
        if ending not in _WORKBOOK:
            raise UnreadableSheet(f"This file is called “{_said(filename)}”, and inside it is packed like a workbook (.xlsx).")
        return _of_workbook(given, limits)
    for start, what in _OTHERS.items():
        if given.startswith(start):
            raise UnreadableSheet(f"This is {what}, not a table. Bring an .xlsx or .csv file.")
    if ending in _WORKBOOK:
        raise UnreadableSheet(
            f"This file is called “{_said(filename)}”, and inside it is no workbook. Perhaps it is CSV: call it .csv."
        )
    if ending not in _TEXT:
        raise UnreadableSheet(f"We read .xlsx and .csv files, and “{_said(filename)}” is neither.")
    return _of_text(_decoded(given), limits, is_pasted=False)


class Uploaded(Protocol):
    """A file somebody sent: what it is called, how many octets it has, and those."""

    name: str | None
    size: int | None

    def read(self) -> bytes:
        """Give its octets."""
        ...


def read_given(*, file: Uploaded | None, text: str, carried: str, limits: Limits = OF_PEOPLE) -> Sheet:
    """Read what a form brought: a file first, else what the page carried along from before, else pasted text.

    `field` of what is raised names what it speaks of, None what was carried. Raises UnreadableSheet, TooLargeSheet.
    """
    try:
        if file:
            if (file.size or 0) > MOST_OCTETS:
                raise TooLargeSheet("This file is larger than 2 MB. Leave out pictures, or bring it in parts.")
            return read(file.read(), file.name or "", limits=limits)
        if carried:
            return from_text(carried, limits=limits)
        if not text.strip():
            raise UnreadableSheet("Choose a file, or paste some rows.")
        return read(text, limits=limits)
    except UnreadableSheet as no:
        no.field = "file" if file else None if carried else "text"
        raise


def from_text(text: str, *, limits: Limits = OF_PEOPLE) -> Sheet:
    """Read back what `Sheet.to_text` gave. Raises UnreadableSheet, TooLargeSheet: a browser may send anything."""
    try:
        given = json.loads(text)
        first, rows = given["first"], given["rows"]
        if not isinstance(first, int) or not 0 <= first <= 1 or not isinstance(rows, list):
            raise ValueError
        if not all(isinstance(row, list) and all(isinstance(cell, str) for cell in row) for row in rows):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError) as no:
        raise UnreadableSheet("The table did not come back whole. Upload or paste it again.") from no
    return _bounded(rows, limits, first=first, is_ours=True)


def _said(filename: str) -> str:
    return PurePath(filename.replace("\\", "/")).name[:60]


# -- text


def _decoded(octets: bytes) -> str:
    """Give the text of octets: by their mark, else UTF-8, else as Windows writes it in Western Europe."""
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, encoding in marks:
        if octets.startswith(mark):
            try:
                return octets[len(mark) :].decode(encoding)
            except UnicodeDecodeError as no:
                raise UnreadableSheet(
                    "This file breaks off in the middle of a letter, or is not the text it says it is."
                ) from no
    for encoding in ("utf-8", "cp1252"):
        try:
            return octets.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSheet("This file is no text: bring an .xlsx file, or save it as “CSV UTF-8”.")


def _of_text(text: str, limits: Limits, *, is_pasted: bool) -> Sheet:
    if "\x00" in text:
        raise UnreadableSheet("This is no text: it has characters no text has. Bring an .xlsx file, or save it as “CSV UTF-8”.")
    if not text.strip():
        raise UnreadableSheet("Paste some rows first." if is_pasted else "This file is empty.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (mails := _mails(text)) is not None:
        return _bounded([MAIL_HEAD, *mails], limits, first=0)
    declared = re.match(r"sep=([,;\t])\n", text)  # Excel's own way of saying it
    if declared:
        return _bounded([(), *_records(text[declared.end() :], declared[1], limits)], limits)
    return _bounded(_records(text, _delimiter(text), limits), limits)


def _delimiter(text: str) -> str:
    """Give the sign between cells: the one that divides every one of the first rows, and those into the most cells."""

    def says(delimiter: str) -> tuple[int, int]:
        widths = []
        try:
            for record in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
                if record:
                    widths.append(len(record))
                if len(widths) == 20:
                    break
        except csv.Error:
            pass
        return (min(widths), widths[0]) if widths else (0, 0)

    return max(("\t", ";", ","), key=says)


def _records(text: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    """Yield the records of a CSV text; an unclosed quotation mark means that the end is missing."""

    def reader(*, is_strict: bool) -> Iterator[list[str]]:
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=is_strict)

    try:
        found = _some(reader(is_strict=True))
    except csv.Error as no:
        if "unexpected end" in str(no):
            raise UnreadableSheet(
                "A quotation mark is opened and never closed, so the end of the table seems to be missing."
            ) from no
        try:
            found = _some(reader(is_strict=False))
        except csv.Error as never:
            raise TooLargeSheet(f"A cell has more than {limits.cell} letters; perhaps a quotation mark is missing.") from never
    return iter(found)


def _some(records: Iterator[list[str]]) -> list[list[str]]:
    """Take as many records as we look at: one more than we allow, so that too many are noticed."""
    found = []
    for record in records:
        found.append(record)
        if len(found) > 2 * MOST_ROWS:
            break
    return found


def _mails(text: str) -> list[tuple[str, str]] | None:
    """Give names and addresses where a text is nothing but those, as mail programs copy them; None where it is more."""
    if "@" not in text or "\t" in text:
        return None
    for signs in ("\n;", "\n;,"):  # first as “Lindqvist, Ada <ada@…>; …”, then with commas between people
        pieces = _split(text, signs)
        if len(pieces) > 2 * MOST_ROWS:
            return None
        found = [_MAIL.match(piece) for piece in pieces]
        if found and all(found):
            return [
                (" ".join((each["quoted"] or each["name"] or "").split()), each["address"] or each["bare"])
                for each in found
                if each
            ]
    return None


def _split(text: str, signs: str) -> list[str]:
    """Split a text at signs that stand outside of quotation marks; pieces of nothing are left out."""
    pieces: list[str] = []
    piece: list[str] = []
    is_quoted = False
    for char in text:
        if char == '"':
            is_quoted = not is_quoted
        if char == "\n":
            is_quoted = False
        if char in signs and not is_quoted:
            pieces.append("".join(piece))
            piece = []
        else:
            piece.append(char)
    pieces.append("".join(piece))
    return [each for each in pieces if each.strip()]


# -- workbooks


def _of_workbook(octets: bytes, limits: Limits) -> Sheet:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    safe = _unfolded(octets)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(safe)) as book:
            names = [
                each.name
                for each in book.sheets_metadata
                if each.typ == SheetTypeEnum.WorkSheet and each.visible == SheetVisibleEnum.Visible
            ]
            for name in names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=2 * MOST_ROWS)
                if any(cell != "" for row in rows for cell in row):
                    return _bounded([[_cell(cell) for cell in row] for row in rows], limits)
    except Refusal:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as no:  # a panic of the reader is no Exception
        raise _broken() from no
    raise UnreadableSheet("This workbook has no sheet with anything in it.")


def _broken() -> UnreadableSheet:
    return UnreadableSheet(
        "This workbook cannot be opened: it is damaged, or its end is missing. Save it anew and bring it again."
    )


def _unfolded(octets: bytes) -> bytes:
    """Give a workbook's parts that hold its cells, not packed any more, each no larger than it said it was.

    What a packed file says of its own size may be a lie, so no part is unfolded further than that.
    """
    safe, seen, strings, values = io.BytesIO(), set(), 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed, zipfile.ZipFile(safe, "w", zipfile.ZIP_STORED) as plain:
            entries = [each for each in packed.infolist() if _PARTS.match(each.filename)]
            if not any(each.filename == "xl/workbook.xml" for each in entries):
                raise UnreadableSheet("Inside this file is no workbook, though it is packed like one.")
            swollen = [each for each in entries if each.file_size > max(1024 * 1024, MOST_TIMES * max(each.compress_size, 1))]
            if swollen or sum(each.file_size for each in entries) > MOST_UNFOLDED or len(entries) > 2_000:
                raise _swollen()
            for each in entries:
                is_plain = each.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) and not each.flag_bits & 1
                if each.filename in seen or not is_plain:
                    raise _broken()
                seen.add(each.filename)
                with packed.open(each) as file:
                    part = file.read(each.file_size)  # with a length, or it would unfold everything before it counts
                if each.filename.startswith("xl/worksheets/"):
                    _no_far_cells(part)
                    values += part.count(b"v>")
                elif each.filename.endswith("sharedStrings.xml"):
                    strings = max(map(len, part.split(b"si>")))
                plain.writestr(zipfile.ZipInfo(each.filename), part)
    except (Refusal, MemoryError):
        raise
    except Exception as no:  # what is damaged fails in many ways
        raise _broken() from no
    if strings * values > MOST_REPEATED:
        raise _swollen()
    return safe.getvalue()


def _swollen() -> TooLargeSheet:
    return TooLargeSheet("This file would become far larger than it is when it is opened, so we left it shut.")


def _no_far_cells(part: bytes) -> None:
    """Refuse a sheet with a cell so far off that the rectangle around all of them would fill the memory."""
    if b"\x00" in part:
        raise _broken()
    right = down = 1
    for column, row in _PLACE.findall(part):
        place = 0
        for letter in column.upper():
            place = place * 26 + letter - 64
        right, down = max(right, place), max(down, int(row))
    if right * down > MOST_CELLS:
        raise TooLargeSheet(
            "A cell of this sheet stands very far from the others. Copy the rows you mean into a new workbook and bring that."
        )


def _cell(value: object) -> str:
    """Give a cell's value as people would type it: days as 2024-09-01, whole numbers without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


# -- bounds


def _bounded(
    rows: Iterator[list[str]] | Sequence[Sequence[str]], limits: Limits, *, first: int = 1, is_ours: bool = False
) -> Sheet:
    """Trim cells and what is empty at the ends, and refuse what is too much. `is_ours`: it went through here before."""
    kept: list[tuple[str, ...]] = []
    letters = 0
    for number, row in enumerate(rows, first):
        cells = [cell.replace("\x00", "").strip() for cell in row]
        if not is_ours:
            cells = [_GUARDED.sub("", cell).strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > limits.columns:
            raise TooLargeSheet(f"Row {number} has more than {limits.columns} columns. Keep {limits.keep}.")
        if any(len(cell) > limits.cell for cell in cells):
            raise TooLargeSheet(
                f"A cell of row {number} has more than {limits.cell} letters; perhaps a quotation mark is missing."
            )
        letters += sum(map(len, cells))
        kept.append(tuple(cells))
    while kept and not kept[-1]:
        kept.pop()
    if not kept:
        raise UnreadableSheet("There is nothing in this table.")
    if len(kept) > MOST_ROWS + 1:
        raise TooLargeSheet(f"This table has more than {MOST_ROWS} rows. Bring it in parts.")
    if letters > MOST_OCTETS:
        raise TooLargeSheet(f"There is more than 2 MB of text in this table. Of its columns, keep {limits.keep}.")
    return Sheet(tuple(kept), first)
