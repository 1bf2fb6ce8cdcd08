"""Files and bodies that are not what they say: bombs, giants, lies, and things nested without end, sent to the pages themselves."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hub.people.commands import organisation_named
from hub.people.models import Person
from hub.schedule.models import PlanVersion
from tests.attacks.test_who_may import differences, everything
from tests.matrix import test_pages as matrix
from tests.matrix.test_api import TABLE as OPERATIONS
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.services.test_pictures import a_picture

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
SHEET_XML = '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
LAUGHS = "<!DOCTYPE lolz [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def a_workbook(*, rows: str = "", doctype: str = "", more: dict[str, bytes] | None = None) -> bytes:
    """A workbook written by hand, so that it can be anything."""
    parts = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": SHEET_XML.format(doctype=doctype, rows=rows).encode(),
        **(more or {}),
    }  # fmt: skip
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return told.getvalue()


def a_cell(words: str, place: str = "A1") -> str:
    return f'<row r="1"><c r="{place}" t="inlineStr"><is><t>{words}</t></is></c></row>'


def a_png(width: int, height: int) -> bytes:
    """A PNG that says it is as large as that, and is not."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 1000)) + chunk(b"IEND", b"")


def a_gif() -> bytes:
    told = io.BytesIO()
    Image.new("P", (9, 9)).save(told, "GIF")
    return told.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="pwn()"><script>pwn()</script></svg>'
HTML = b"<!doctype html><script>pwn()</script>"
PICTURES = {
    "an SVG": SVG,
    "an SVG called PNG": SVG,
    "HTML": HTML,
    "a PNG that ends in HTML": a_picture() + HTML,
    "a bomb": a_png(60_000, 60_000),
    "a thin bomb": a_png(2_000_000_000, 1),
    "a broken one": a_picture()[:200],
    "a GIF": a_gif(),
    "a workbook": a_workbook(),
    "too much": a_picture() + b"\x00" * (9 * MB),
    "nothing": b"",
    "text": b"hello" * 100,
    "Pillow's own": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "a program": b"%!PS-Adobe-3.0 EPSF-3.0\n/pwn",
}


@pytest.mark.parametrize("what", PICTURES)
def test_what_is_no_picture_is_refused_by_the_pages_and_a_polyglot_is_washed(scene: Scene, what: str) -> None:
    organisation = organisation_named("Polar Survey", by=scene.mara, at=IN_SEPTEMBER)
    for where, person in (
        ("/me/photo/", scene.ada),
        (f"/team/practitioners-hub/organisations/{organisation.pk}/logo/", scene.mara),
    ):
        begun = time.monotonic()
        file = SimpleUploadedFile("me.png", PICTURES[what], content_type="image/png")
        client = as_(person)
        answer = client.post(where, {"picture": file, "alt": "x", "use": "on"})
        assert time.monotonic() - begun < 5
        if what == "a PNG that ends in HTML":
            assert answer.status_code == 302
            stored = Person.objects.get(pk=scene.ada.pk).photo if person is scene.ada else ""
            if stored:
                shown = client.get(f"/pictures/{stored}")
                assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/webp", "nosniff")
                assert b"script" not in b"".join(shown.streaming_content)  # type: ignore[attr-defined]
        else:
            assert answer.status_code == 422
            assert Person.objects.get(pk=scene.ada.pk).photo == ""


SHEETS = {
    "laughs": a_workbook(doctype=LAUGHS, rows=a_cell("&a11;")),
    "a file of the server": a_workbook(doctype=OUTSIDE, rows=a_cell("&x;")),
    "a zip bomb": a_workbook(more={"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 4_000_000 + b"</sst>"}),
    "a bomb in a picture": a_workbook(rows=a_cell("Name"), more={"xl/media/a.png": b"\x00" * (60 * MB)}),
    "a last cell": a_workbook(rows=a_cell("x", "XFD1048576")),
    "ten thousand parts": a_workbook(rows=a_cell("x"), more={f"xl/x{n}.xml": b"<a/>" for n in range(10_000)}),
    "ways out": a_workbook(rows=a_cell("x"), more={"../../../../tmp/pwned.xml": b"x", "/etc/pwned": b"x"}),
    "deep": a_workbook(rows="<a>" * 100_000),
    "no workbook": b"PK\x03\x04" + b"\x00" * 5000,
    "an old one": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5000,
    "a program": b"\x7fELF" + b"\x00" * 5000,
    "HTML": HTML,
    "quotes": b'"' * MB,
    "commas": b"," * MB,
    "heads": ",".join(f"Name{n}" for n in range(20_000)).encode(),
    "two MB and more": b"Name\r\n" + b"a" * (2 * MB + 5),
}


@pytest.mark.parametrize("what", SHEETS)
def test_no_sheet_holds_the_hub_up_or_reads_a_file_of_it(scene: Scene, what: str) -> None:
    before = everything()
    for name in ("a.xlsx", "a.csv"):
        begun = time.monotonic()
        file = SimpleUploadedFile(name, SHEETS[what])
        sent = {"file": file, "role": "expert", "starts_on": "2024-09-01", "do": "propose"}
        answer = as_(scene.mara).post("/team/practitioners-hub/people/import/", sent)
        assert time.monotonic() - begun < 15
        assert answer.status_code in (200, 413, 422)
        assert b"root:" not in answer.content
        assert b"lollol" not in answer.content
    assert differences(before) == {}


PLANS = {
    "a workbook": a_workbook(), "a picture": a_picture(), "not UTF-8": b"\xff\xfe\x00a", "NUL": b"# Plan\x00", "five MB": b"a" * (5 * MB), "nothing": b"",
}  # fmt: skip


@pytest.mark.parametrize("what", PLANS)
def test_what_is_no_plan_becomes_no_version(scene: Scene, what: str) -> None:
    count = PlanVersion.objects.count()
    file = SimpleUploadedFile("plan.md", PLANS[what], content_type="text/markdown")
    answer = as_(scene.mara).post("/team/practitioners-hub/2024/plan/upload/", {"file": file, "seen": "1"})
    assert answer.status_code in (413, 422)
    assert PlanVersion.objects.count() == count


DEEP = {
    "lists": "- a\n" + "".join(f"{'  ' * n}- a\n" for n in range(1, 2000)), "quotes": ">" * 20_000, "brackets": "[" * 50_000, "stars": "*a" * 50_000,
    "links": "[a](" * 20_000, "images": "![" * 30_000, "backticks": "".join("`" * n + "a" for n in range(1, 400)), "tables": "|a" * 5_000 + "\n" + "|-" * 5_000,
    "angles": "<" * 50_000, "references": "[a]: /a\n" * 5_000, "heads": "# a\n" * 3_000, "underscores": "_" * 50_000, "entities": "&#" * 30_000,
}  # fmt: skip


@pytest.mark.parametrize("what", DEEP)
def test_no_text_nests_so_deep_that_a_page_breaks_or_hangs(scene: Scene, what: str) -> None:
    client = as_(scene.mara)
    client.raise_request_exception = False
    for where, sent in (
        ("/team/practitioners-hub/2024/plan/", {"text": DEEP[what], "seen": "1", "do": "check"}),
        ("/team/practitioners-hub/agreements/", {"use": "name", "text": DEEP[what][:19_000]}),
        ("/team/practitioners-hub/agreements/", {"use": "photo", "text": DEEP[what][:19_000]}),
    ):
        begun = time.monotonic()
        answer = client.post(where, sent)
        assert time.monotonic() - begun < 20, where
        assert answer.status_code in (200, 302, 422), (where, answer.status_code)
    assert client.get("/team/practitioners-hub/agreements/").status_code == 200
    assert as_(scene.ada).get("/me/agreements/").status_code == 200


@pytest.mark.parametrize("name", [name for name, row in matrix.TABLE.items() if row.takes_post])
def test_no_form_breaks_on_too_much(scene: Scene, name: str) -> None:
    where = matrix.address(name, scene)
    for person in (scene.mara, None):
        client = as_(person)
        client.raise_request_exception = False
        for sent in (
            {f"field{n}": "x" for n in range(1500)},
            {"name": "a" * (5 * MB), "text": "x"},
            {"text": "\x00"},
            {"name": "\ud800x".encode("utf-8", "surrogatepass").decode("latin-1")},
            {"do": "a" * 100_000},
        ):
            answer = client.post(where, sent)
            assert answer.status_code < 500, (name, answer.status_code)
            assert answer.status_code != 200 or len(answer.content) < 8 * MB


JSONS = {
    "deep lists": "[" * 100_000, "deep and closed": "[" * 900 + "]" * 900, **{f"objects {n} deep": '{"a":' * n + "1" + "}" * n for n in (60, 500, 800, 850, 900, 950)}, "deep in a field": '{"text": ' + "[" * 940 + "]" * 940 + "}",
    "a long number": '{"seen": ' + "9" * 10_000 + "}", "not a number": '{"seen": NaN, "text": "x"}', "endless": '{"seen": 1e999, "text": "x"}', "twice": '{"text": "a", "text": 5}',
    "half of a pair": '{"text": "\\ud800"}', "NUL": '{"text": "\\u0000"}', "nothing": "", "null": "null", "a text": '"x"', "not UTF-8": "\xff\xfe", "many": "{" + ",".join(f'"k{n}":1' for n in range(50_000)) + "}",
    "five MB": '{"text": "' + "a" * (5 * MB) + '"}', "a prototype": '{"__proto__": {"a": 1}, "__class__": "x", "constructor": 1}',
}  # fmt: skip
WRITING = [each for each, row in OPERATIONS.items() if row.is_teams and row.body]


@pytest.mark.parametrize("what", JSONS)
def test_no_body_breaks_the_api(scene: Scene, what: str) -> None:
    before, client = everything(), as_(scene.mara)
    client.raise_request_exception = False
    matrix.a_series(scene)
    before = everything()
    for operation in WRITING:
        verb, path = operation.split(" ", 1)
        where = f"/api/v1{path.format(programme='practitioners-hub', cohort=scene.cohort.slug, slug=scene.session.slug, number=1, pk=matrix.a_series(scene).pk)}"
        answer = getattr(client, verb.lower())(where, JSONS[what].encode("latin-1"), content_type="application/json")
        assert answer.status_code in (400, 404, 413, 422), (operation, answer.status_code)
        assert {"code", "message"} <= set(answer.json())
    assert differences(before) == {}


def test_a_body_nests_forty_levels_at_most(scene: Scene) -> None:
    where = f"/api/v1/programmes/practitioners-hub/cohorts/{scene.cohort.slug}/plan/check"
    told = [
        as_(scene.mara).post(where, '{"a":' * deep + "1" + "}" * deep, content_type="application/json") for deep in (39, 40)
    ]
    assert [answer.status_code for answer in told] == [422, 400]


def test_a_body_that_lies_about_its_length_or_kind_breaks_nothing(scene: Scene) -> None:
    client = as_(scene.mara)
    client.raise_request_exception = False
    for where in (
        "/team/practitioners-hub/people/import/",
        "/team/practitioners-hub/2024/plan/upload/",
        "/me/photo/",
        "/me/profile/",
        "/sign-in/",
    ):
        for kind in (
            "multipart/form-data",
            "multipart/form-data; boundary=" + "a" * 300,
            "multipart/form-data; boundary=\x00",
            "multipart/form-data; boundary=x; charset=utf-7",
            "application/x-www-form-urlencoded; charset=nothing",
            "application/json",
        ):
            for body in (
                b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n',
                b"\xff" * 100,
                b"--x\r\n\r\n" * 5000,
            ):
                assert client.generic("POST", where, body, kind).status_code < 500
    assert Client().get("/").status_code == 200
