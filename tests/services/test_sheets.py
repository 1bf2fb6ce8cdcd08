"""Tables in every shape people bring them, and what is refused, with which sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.errors import Refusal
from hub.kit.tables import to_csv, to_xlsx
from hub.services.sheets import MOST_ROWS, Sheet, TooLargeSheet, UnreadableSheet, from_text, read

ROWS = (("Name", "E-mail"), ("Åda Lindqvist", "ada@example.org"))
TEXT = "Name,E-mail\nÅda Lindqvist,ada@example.org\n"


def a_workbook(*rows: list[object], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden:
        sheet.append(["not", "this"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Seen")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(octets: bytes, *, drop: str = "", **parts: bytes) -> bytes:
    """The same workbook with other parts: `sheet1=…` is xl/worksheets/sheet1.xml."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            name = each.filename.rpartition("/")[2].removesuffix(".xml")
            if each.filename != drop:
                new.writestr(each.filename, parts.get(name, old.read(each)))
    return file.getvalue()


def refusal(octets: bytes | str, name: str = "") -> str:
    with pytest.raises(UnreadableSheet) as no:
        read(octets, name)
    return no.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_in_the_encodings_spreadsheets_write(encoding: str) -> None:
    assert read(TEXT.encode(encoding), "people.csv").rows == ROWS


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_sign_between_cells_is_found(sign: str, end: str) -> None:
    rows = [["Name", "With"], ["Lindqvist, Ada; the first", "Polar\nSurvey"], ["Grace", "Road, and rail"]]
    text = io.StringIO()
    csv.writer(text, delimiter=sign, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [list(row) for row in read(text.getvalue().encode(), "a.csv").rows] == rows


def test_a_file_that_says_its_sign_keeps_its_numbers() -> None:
    assert read(b"sep=;\nName;E-mail\nAda, L;ada@example.org\n", "a.csv").rows == (
        (),
        ("Name", "E-mail"),
        ("Ada, L", "ada@example.org"),
    )


def test_a_quotation_mark_in_a_name_is_no_trouble() -> None:
    assert read(b'Name,With\n"Ada" Lindqvist,Polar\n', "a.csv").rows[1][1] == "Polar"


def test_rows_copied_from_a_spreadsheet_are_read() -> None:
    assert read("Name\tE-mail\r\nÅda Lindqvist\tada@example.org").rows == ROWS
    assert read('Name\tWith\nAda\t"Polar\nSurvey"').rows[1] == ("Ada", "Polar\nSurvey")


@pytest.mark.parametrize(
    "pasted",
    [
        "Ada Lindqvist <ada@example.org>\nGrace Achterberg <grace@example.org>\n",
        "Ada Lindqvist <ada@example.org>, Grace Achterberg <grace@example.org>",
        "Ada Lindqvist <ada@example.org>; Grace Achterberg <grace@example.org>;",
        '"Ada Lindqvist" <ada@example.org>,\n\n "Grace  Achterberg"  <grace@example.org>',
    ],
)
def test_people_copied_from_a_mail_are_read(pasted: str) -> None:
    assert read(pasted) == Sheet(
        (("Name", "E-mail"), ("Ada Lindqvist", "ada@example.org"), ("Grace Achterberg", "grace@example.org")), first=0
    )


def test_names_with_commas_and_bare_addresses_are_read_from_a_mail() -> None:
    assert read("Lindqvist, Ada <ada@example.org>; sam@example.org").rows[1:] == (
        ("Lindqvist, Ada", "ada@example.org"),
        ("", "sam@example.org"),
    )
    assert read("ada@example.org, sam@example.org").rows[1:] == (("", "ada@example.org"), ("", "sam@example.org"))


def test_a_workbook_is_read_with_days_numbers_and_its_first_sheet_that_is_seen() -> None:
    octets = a_workbook(
        ["Name", "Starts", "Number", "Sure"],
        [],
        ["Ada", date(2024, 9, 1), 3.0, True],
        ["Sam", datetime(2024, 9, 1, 10, 30), 1.5],
        hidden=True,
    )
    assert read(octets, "People.XLSX").rows == (
        ("Name", "Starts", "Number", "Sure"),
        (),
        ("Ada", "2024-09-01", "3", "yes"),
        ("Sam", "2024-09-01 10:30", "1.5"),
    )


@pytest.mark.parametrize(
    ("octets", "name", "says"),
    [
        (b"", "a.csv", "This file is empty."),
        (b"\xef\xbb\xbf \n", "a.csv", "This file is empty."),
        (b"%PDF-1.7 ...", "a.csv", "This is a PDF, not a table."),
        (b"\x89PNG\r\n", "a.xlsx", "This is a picture, not a table."),
        (b"Name,E-mail\n", "a.xlsx", "inside it is no workbook"),
        (b"Name,E-mail\n", "a.docx", "“a.docx” is neither"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ...", "a.xls", "of the old kind (.xls), or one with a password"),
        (b"Name\x00,E-mail\n", "a.csv", "This is no text"),
        (b"\x81\x8d\x8f", "a.csv", "This file is no text"),
        (b"\xff\xfeN", "a.csv", "breaks off in the middle of a letter"),
        (b'Name,E-mail\n"Ada,ada@', "a.csv", "opened and never closed"),
        (b"PK\x03\x04 and then nothing", "a.xlsx", "damaged, or its end is missing"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(octets: bytes, name: str, says: str) -> None:
    assert says in refusal(octets, name)


def test_a_workbook_under_another_name_or_without_its_end_is_refused() -> None:
    octets = a_workbook(["Name"], ["Ada"])
    assert "packed like a workbook" in refusal(octets, "people.csv")
    for length in range(30, len(octets) - 1, 97):
        assert "its end is missing" in refusal(octets[:length], "people.xlsx")
    assert "no workbook" in refusal(repacked(octets, drop="xl/workbook.xml"), "people.xlsx")
    assert "nothing in it" not in refusal(repacked(octets, sheet1=b"<worksheet"), "people.xlsx")
    assert "no sheet with anything" in refusal(a_workbook(), "people.xlsx")


def test_a_workbook_that_would_unfold_into_gigabytes_is_left_shut() -> None:
    octets = a_workbook(["Name"], ["Ada"])
    bomb = repacked(octets, sheet1=b"<worksheet>" + b" " * 60_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(TooLargeSheet) as no:
        read(bomb, "people.xlsx")
    assert no.value.sentence == "This file would become far larger than it is when it is opened, so we left it shut."


def test_a_workbook_that_lies_about_its_size_is_unfolded_no_further_than_it_says() -> None:
    bomb = bytearray(repacked(a_workbook(["Name"], ["Ada"]), sheet1=b"<worksheet>" + b" " * 60_000_000))
    for start, size_at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):  # the size in both of its headers
        at = -1
        while (at := bomb.find(start, at + 1)) >= 0:
            if int.from_bytes(bomb[at + size_at : at + size_at + 4], "little") > 50_000_000:
                bomb[at + size_at : at + size_at + 4] = (1000).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(bomb), "people.xlsx")


def test_a_cell_at_the_end_of_the_world_does_not_fill_the_memory() -> None:
    far = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    far += b'<row r="1"><c r="A1"><v>1</v></c></row>'
    far += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    assert "very far from the others" in refusal(repacked(a_workbook(["Name"]), sheet1=far), "people.xlsx")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * (2 * 1024 * 1024 + 1), " 2 MB"),
        ("Name\n" + "Ada\n" * (MOST_ROWS + 1), "more than 5000 rows"),
        ("Name" + "\tx" * 60, "Row 1 has more than 60 columns"),
        ("Name,About\nAda," + "x" * 5001, "A cell of row 2 has more than 5000 letters"),
        ("Name,About\nAda," + "x" * 200_000, "A cell has more than 5000 letters"),
    ],
)
def test_what_is_too_much_is_refused_in_a_sentence(text: str, says: str) -> None:
    assert says in refusal(text)
    assert says in refusal(text.encode(), "a.csv")


def test_as_many_rows_as_we_take_are_taken() -> None:
    assert len(read("Name\n" + "Ada\n" * MOST_ROWS).rows) == MOST_ROWS + 1


@pytest.mark.parametrize("cell", ["=1+1", "+44 20 7946", "-x", "@ada", "＝1", "plain"])
def test_what_we_wrote_we_read_back_as_it_was(cell: str) -> None:
    assert read(to_csv(["Name", "With"], [("Ada", cell)]), "a.csv").rows[1] == ("Ada", cell)
    assert read(to_xlsx(["Name", "With"], [("Ada", cell)]), "a.xlsx").rows[1] == ("Ada", cell)


def test_a_workbook_of_ours_runs_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(["=1", "Number"], [("=cmd|' /C calc'!A0", -1), ("\tx\x07", None)])))
    sheet = book.active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    assert sheet["A2"].value == "=cmd|' /C calc'!A0"
    assert sheet["A2"].quotePrefix
    assert sheet["B2"].value == -1


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a", "a.txt", "a.pdf"]))
def test_any_octets_give_rows_or_a_refusal(octets: bytes, name: str) -> None:
    rows_or_refusal(octets, name)


WHOLE = a_workbook(["Name", "E-mail"], ["Ada", "ada@example.org"])


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_to_a_workbook_gives_rows_or_a_refusal(place: int, damage: bytes) -> None:
    rows_or_refusal(WHOLE[:place] + damage + WHOLE[place + len(damage) :], "a.xlsx")


@given(st.binary(max_size=300))
def test_any_sheet_in_a_workbook_gives_rows_or_a_refusal(part: bytes) -> None:
    rows_or_refusal(repacked(WHOLE, sheet1=b"<worksheet><sheetData>" + part), "a.xlsx")


@given(st.text(max_size=300) | st.text(alphabet="ab\"',;\t\n<>@. =", max_size=60))
def test_any_text_gives_rows_or_a_refusal_and_survives_being_sent_along(text: str) -> None:
    rows_or_refusal(text, "")


def rows_or_refusal(given: bytes | str, name: str) -> None:
    try:
        sheet = read(given, name)
    except Refusal as no:
        assert no.sentence.endswith((".", "”"))
        return
    assert from_text(sheet.to_text()) == sheet
    assert any(cell for row in sheet.rows for cell in row)


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", '{"first":1,"rows":[]}', '{"first":5,"rows":[["a"]]}', '{"first":1,"rows":[[1]]}', "[" * 9999]
)
def test_what_no_form_of_ours_sends_along_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSheet):
        from_text(text)
