"""Names that are more than names: line ends, formulas, templates, marks that turn text round; in everything that leaves the Hub."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar
from openpyxl import load_workbook

from hub.core.release import NothingToRelease
from hub.kit.fresh import shelf
from hub.people.commands import add_organisation, affiliate, edit_person
from hub.people.models import Account, Person
from hub.programmes.commands import edit_programme
from hub.programmes.models import Cohort, PartnerName, Programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release, Session
from tests.matrix import test_pages as matrix
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db

INJECTED = "X-Pwned"
NAMES = (
    "Ada\r\nX-Pwned: 1", "Ada\nBcc: x@example.com", "Ada\r\n\r\n<script>", "Ada\x0b\x0cX-Pwned: 1", "Ada\u2028X-Pwned:1", "Ada\x85X-Pwned:1", "Ada%0d%0aX-Pwned:1",
    "{{ 7*7 }}", "{% load static %}{% debug %}", "{{ settings.SECRET_KEY }}", "{# #}", "${7*7}", "<%= 7*7 %>", "%(name)s %s %n", "{0.__class__}",
    "Ada \"; filename=\"x.exe", "Ada' OR '1'='1", "Ada\\", "Ada;X=1:mailto:x@example.com", "Ada, <x@example.com>", "\u202eadA", "\u2066Ada\u2069", "Ada\u200b",
    "Ada\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:pwned", "Ada\\nATTENDEE:mailto:x@example.com", "\"Ada\";CN=x", "]]>", "</title><script>", "<!--", "--><script>",
)  # fmt: skip
FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(\"http://example.com\",\"x\")", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    "＝1+1", "＋1", "－1", "＠x", ";=1+1", ",=1+1", "\"=1+1", "'=1+1", "\u200b=1+1", "%0A=1+1", "\ufeff=1+1", "\xa0=1+1", "|=1+1",
)  # fmt: skip
STARTS_A_FORMULA = re.compile(r"^[\s\x00-\x20\ufeff\u200b\u200e\u200f\u2060]*[=+\-@＝＋－＠]")


def headers_of(answer: object) -> str:
    return str(answer.serialize_headers().decode("latin-1", "replace"))  # type: ignore[attr-defined]


def released(scene: Scene) -> None:
    with suppress(NothingToRelease):
        release_schedule(scene.cohort, note="", seen=Release.objects.latest("number").number, by=scene.mara, at=IN_SEPTEMBER)
    shelf.clear()


def name_everything(scene: Scene, name: str) -> None:
    """Give everything there is a name, as deep as a database keeps it: what commands would take away is there as well."""
    Person.objects.update(name=name)
    Programme.objects.update(name=name, tagline=name)
    Cohort.objects.update(name=name)
    Session.objects.filter(cohort=scene.cohort).update(title=name, place=name, led_by=name, topic=name, summary=name)
    released(scene)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_adds_a_header_or_a_line_to_what_programs_read(scene: Scene, name: str) -> None:
    name_everything(scene, name)
    for where in ("/practitioners-hub/2024/schedule.ics", f"/practitioners-hub/2024/sessions/{scene.session.slug}.ics"):
        answer = Client().get(where)
        text = answer.content.decode()
        assert f"\n{text}".count("\nBEGIN:VEVENT\r\n") == len(Calendar.from_ical(text).walk("VEVENT")) >= 1
        lines = text.replace("\r\n ", "").split("\r\n")
        assert [line for line in lines if line.startswith(("X-Pwned", "Bcc", "ATTENDEE", "SUMMARY:pwned"))] == []
        assert [line for line in lines if line and not re.match(r"^[A-Z-]+(?:;[A-Z-]+=(?:\"[^\"]*\"|[^\";:]*))*:", line)] == []
        assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x85\u2028]", text.replace("\r\n", ""))


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_a_template_or_a_header_of_a_page(scene: Scene, name: str) -> None:
    name_everything(scene, name)
    browser = as_(scene.mara)
    for page, row in sorted(matrix.TABLE.items(), key=lambda each: each[0] == "dev-as"):  # which makes one somebody else
        if row.get and not page.endswith("-card"):
            answer = browser.get(matrix.address(page, scene))
            assert answer.status_code < 500
            assert f"\n{INJECTED}:" not in headers_of(answer)
            assert all("\n" not in value and "\r" not in value for value in answer.headers.values())
            if "Content-Disposition" in answer:
                assert re.fullmatch(r'(?:inline|attachment)(?:; filename="[\w.-]+")?', answer["Content-Disposition"])
            if "{{ 7*7 }}" in name and answer.get("Content-Type", "").startswith("text/html"):
                assert re.search(r">\s*49\s*<", answer.content.decode()) is None
            if "SECRET_KEY" in name:
                assert b"only-for-tests" not in answer.content


@pytest.mark.parametrize("name", NAMES)
def test_no_name_adds_a_header_or_somebody_to_a_mail(scene: Scene, name: str) -> None:
    name_everything(scene, name)
    Account.objects.filter(person=scene.ada).update(last_login=None)
    as_(scene.mara).post(f"/team/practitioners-hub/people/{scene.ada.pk}/invite/", {"email": "ada@example.org"})
    Client().post("/sign-in/", {"email": "mara@example.org"})
    as_(scene.ada).post("/me/sign-in/addresses/", {"action_add": "", "email": "new@example.org"})
    assert len(mail.outbox) == 3
    for message in mail.outbox:
        sent = message.message()
        assert len(message.recipients()) == 1
        assert message.recipients()[0] in ("ada@example.org", "mara@example.org", "new@example.org")
        assert set(sent.keys()) <= {
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
            "Reply-To",
        }
        assert sent["Reply-To"] in (None, "mara@example.org")
        assert "\n" not in message.subject
        # Secret links and codes are random, and may well hold a 49 of their own.
        words = re.sub(r"https?://\S+|\b[\dA-Z]{3}-?[\dA-Z]{3}\b", "", str(message.body))
        assert not re.search(r"(?<!\d)49(?!\d)", words)
        assert "&#" not in words


@pytest.mark.parametrize("email", ["ada@example.org\nBcc: x@example.com", "ada@example.org\r\nSubject: x", "ada@example.org,x@example.com", "Ada <x@example.com>", "ada@example.org;x@example.com", "ada@example.org\x00", "\"a\nb\"@example.org", "ada@example.org%0aBcc:x", "a" * 65 + "@example.org", "ada@exam ple.org", "\u202eada@example.org", "ada@ｅxample.org"])  # fmt: skip
def test_no_address_is_two_or_carries_a_header(scene: Scene, email: str) -> None:
    grace = as_(scene.mara)
    grace.post(
        "/team/practitioners-hub/people/add/", {"name": "Grace", "email": email, "kind": "expert", "starts_on": "2024-09-01"}
    )
    Client().post("/sign-in/", {"email": email})
    as_(scene.ada).post("/me/sign-in/addresses/", {"action_add": "", "email": email})
    for message in mail.outbox:
        assert len(message.recipients()) == 1
        assert not re.search(r"[\s,;<>\x00]", message.recipients()[0])
        assert "Bcc" not in message.message()
        assert message.recipients()[0] != "x@example.com"


# -- formulas


def tables(scene: Scene) -> dict[str, list[list[str]]]:
    desk = as_(scene.mara)
    found = {}
    for name, client, where in (("people", desk, "/team/practitioners-hub/people/export/csv"), ("schedule", Client(), "/practitioners-hub/2024/schedule.csv")):  # fmt: skip
        text = client.get(where).content.decode("utf-8-sig")
        found[name] = list(csv.reader(io.StringIO(text, newline="")))
    return found


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(scene: Scene, text: str) -> None:
    affiliate(
        scene.ada,
        add_organisation(name=f"Polar {text}", by=scene.mara, at=IN_SEPTEMBER),
        job=text.strip() or "x",
        by=scene.mara,
        at=IN_SEPTEMBER,
    )
    Person.objects.filter(pk=scene.ada.pk).update(name=text, pronouns=text, about=text, access_needs=text)
    Session.objects.filter(cohort=scene.cohort).update(title=text, place=text, led_by=text, topic=text)
    released(scene)
    bare = text.strip("\t\r\n \x00")
    seen = 0
    for rows in tables(scene).values():
        assert {len(row) for row in rows} == {len(rows[0])}  # nothing broke out of its cell
        for row in rows:
            for cell in row:
                assert not STARTS_A_FORMULA.match(cell), cell
                seen += bare in cell
    assert seen > 3
    book = load_workbook(io.BytesIO(as_(scene.mara).get("/team/practitioners-hub/people/export/xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
    assert any(bare in str(cell.value) for cell in cells)
    assert book.active.sheet_state == "visible"


# -- file names


@pytest.mark.parametrize("name", ["../../etc/passwd.md", "..\\..\\x.md", "/etc/passwd", "C:\\x.md", "x\x00.md", "x\r\nA: b.md", "\"><script>pwn()</script>.md", "{{ 7*7 }}.md", "=cmd.md", "a" * 5000 + ".md", "", ".", "\u202edm.exe", "con.md", "x.md/", "x%00.md", "x;.md", "'; DROP TABLE x;--.md"])  # fmt: skip
def test_no_file_name_is_a_path_or_a_program(scene: Scene, name: str) -> None:
    client = as_(scene.mara)
    client.raise_request_exception = False
    for where, field, more in (
        ("/team/practitioners-hub/2024/plan/upload/", "file", {"seen": "1"}),
        ("/team/practitioners-hub/people/import/", "file", {"role": "expert", "starts_on": "2024-09-01"}),
        ("/me/photo/", "picture", {"alt": "x"}),
    ):
        body, kind = multipart(field, name, b"# Plan\n\n### Month 1: September 2024\n", more)
        answer = client.post(where, body, content_type=kind)
        assert answer.status_code in (200, 302, 400, 422), (where, answer.status_code)
        assert f"\n{INJECTED}" not in headers_of(answer)
        assert b"<script>pwn" not in answer.content
    for where in ("/team/practitioners-hub/2024/plan/versions/", "/team/practitioners-hub/2024/plan/"):
        answer = client.get(where)
        assert answer.status_code == 200
        assert b"<script>pwn" not in answer.content


def multipart(field: str, name: str, data: bytes, more: dict[str, str]) -> tuple[bytes, str]:
    """A form with a file, written by hand: a browser's own writer would mend the name."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in more.items()]
    written = name.replace('"', "%22").encode("utf-8", "surrogatepass") if "\r" not in name else name.encode()
    head = (
        b'--b\r\nContent-Disposition: form-data; name="'
        + field.encode()
        + b'"; filename="'
        + written
        + b'"\r\nContent-Type: text/plain\r\n\r\n'
    )
    return b"".join([*parts, head, data, b"\r\n--b--\r\n"]), "multipart/form-data; boundary=b"


def test_the_names_that_commands_write_hold_no_line_ends(scene: Scene) -> None:
    edit_person(scene.ada, name="Ada\r\nX-Pwned: 1\x0b\x85", by=scene.ada, at=IN_SEPTEMBER)
    assert not re.search(r"[\r\n\x0b\x85]", Person.objects.get(pk=scene.ada.pk).name)
    made = add_organisation(name="Polar\r\nX-Pwned: 1", by=scene.mara, at=IN_SEPTEMBER)
    assert not re.search(r"[\r\n]", made.name)
    edit_programme(scene.programme, name="One\r\nX", tagline="One\r\nX-Pwned: 1", by=scene.mara, at=IN_SEPTEMBER)
    row = Programme.objects.get(pk=scene.programme.pk)
    assert (row.name, row.tagline) == ("One X", "One X-Pwned: 1")
    api = "/api/v1/programmes/practitioners-hub/cohorts"
    told = {"slug": "2025", "name": "Two\nX", "starts_on": "2025-09-01", "ends_on": "2026-02-28"}
    assert as_(scene.mara).post(api, told, content_type="application/json").json()["name"] == "Two X"
    as_(scene.mara).put(f"{api}/2024/partners", {"partners": [{"name": "Polar\u2028X"}]}, content_type="application/json")
    assert PartnerName.objects.get().name == "Polar X"
