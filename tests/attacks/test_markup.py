"""Programs smuggled into what people write: whatever stands in the database, no page of the Hub runs it.

The fields are found by looking at the models: every text a person can write is filled with every attack there is, and every page is
read as a browser reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from hub.core.consent import Use
from hub.core.release import NothingToRelease
from hub.core.statements import StatementKind
from hub.kit import prose
from hub.kit.fresh import shelf
from hub.people.commands import LinkFacts, add_organisation, affiliate, answer, make_token, publish_term, set_links
from hub.people.models import TokenScope
from hub.programmes.commands import publish_statement
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import add_material, cancel_session
from hub.schedule.models import Release, Session
from tests.attacks.html import Page, programs
from tests.attacks.test_headers import walked
from tests.matrix import test_pages as matrix
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db
MARK = "pwn"

PAYLOADS = (
    "<script>pwn()</script>",
    "</script><script>pwn()</script>",
    "<ScRiPt src=//example.com/pwn.js></sCrIpT>",
    "<<script>pwn()//<</script>",
    "<img src=x onerror=pwn()>",
    "<img src=x onerror\n=\npwn()>",
    "<img/src='x'/onerror=pwn()>",
    "\"><img src=x onerror=pwn()>",
    "' onmouseover='pwn()' x='",
    "\" autofocus onfocus=\"pwn()\" x=\"",
    "` onerror=pwn() `",
    "<svg onload=pwn()>",
    "<svg><script>pwn()</script></svg>",
    "<svg><animate onbegin=pwn() attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:pwn() /><a><text>x</text></a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=pwn()>",
    "<math href=javascript:pwn()>x</math>",
    "<iframe srcdoc='<script>pwn()</script>'></iframe>",
    "<object data=javascript:pwn()></object><embed src=javascript:pwn()>",
    "<base href=//example.com/pwn/>",
    "<meta http-equiv=refresh content='0;url=javascript:pwn()'>",
    "<style>@import '//example.com/pwn.css';*{background:url(javascript:pwn())}</style>",
    "<p style=\"background:url('javascript:pwn()')\">x</p>",
    "<form action=javascript:pwn()><button formaction=javascript:pwn()>x</button></form>",
    "<details open ontoggle=pwn()>", "<body onload=pwn()>", "<video><source onerror=pwn()></video>", "<input autofocus onfocus=pwn()>",
    "<!--<img src=\"--><img src=x onerror=pwn()//\">", "<![CDATA[<script>pwn()</script>]]>", "<noscript><p title=\"</noscript><img src=x onerror=pwn()>\">",
    "<template><script>pwn()</script></template>", "<div hx-get='/pwn' hx-trigger='load' hx-on:load='pwn()'>x</div>",
    "[x](javascript:pwn())", "[x](JaVaScRiPt:pwn())", "[x](java\tscript:pwn())", "[x](&#106;avascript:pwn())", "[x](&#x6A&#x61&#x76&#x61script:pwn())",
    "[x](\x01javascript:pwn())", "[x]( javascript:pwn())", "[x](javascript&colon;pwn())", "[x](vbscript:pwn())", "[x](data:text/html,<script>pwn()</script>)",
    "[x](data:text/html;base64,cHduKCk=)", "![x](javascript:pwn())", "![x](data:image/svg+xml,<svg onload=pwn()>)", "![x\" onerror=\"pwn()](https://example.com/x)",
    "<javascript:pwn()>", "<data:text/html,pwn>", "[x][pwn]\n\n[pwn]: javascript:pwn()", "[x](https://example.com \"pwn\\\" onclick=\\\"pwn()\")",
    "[x](<javascript:pwn()>)", "[![x](x)](javascript:pwn())", "[x](//example.com/pwn)", "[a](b \"' onmouseover=pwn()\")",
    "```pwn\" onclick=\"pwn()\n</code><script>pwn()</script>\n```", "`</code><script>pwn()</script>`", "|a|\n|-|\n|<img src=x onerror=pwn()>|",
    "~~<img src=x onerror=pwn()>~~", "<a href=\"https://example.com\" style=\"x\" onclick=\"pwn()\">x</a>", "&lt;script&gt;pwn()&lt;/script&gt;",
    "\u2028<script>pwn()</script>", "\ufeff<script>pwn()</script>", "＜script＞pwn()＜/script＞", "{{ pwn }}{% load pwn %}{{ 7*7 }}", "pwn\u202e<script>",
)  # fmt: skip

# Words of the program, not of people: what they are is held by commands, choices and constraints of the database.
NOT_WRITTEN = {
    "slug", "zone", "colour", "digest", "start", "secret", "plain_name", "email", "contact_email", "password", "orcid", "verb", "thing",
    "part_of", "photo", "logo", "cache_key", "value", "key", "state", "lease", "error", "holder", "rules", "vevent", "vevents", "vtimezones",
    "months", "month", "website", "url", "joining_link", "kind",
}  # fmt: skip


def written_fields() -> Iterator[tuple[type[models.Model], list[models.Field[Any, Any]]]]:
    for model in apps.get_models():
        if model.__module__.startswith("hub.") and model._meta.app_label != "kit":
            texts = [field for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
            fields = [field for field in texts if not field.choices and not field.unique and field.name not in NOT_WRITTEN]
            if fields:
                yield model, fields


def poison(scene: Scene) -> int:
    """Write every attack into every text of every row; those with room for little get one after the other. Gives how many texts."""
    turn, count = cycle(PAYLOADS), 0
    for model, fields in written_fields():
        for row in model._default_manager.all():
            for field in fields:
                if model.__name__ == "PlanVersion" and field.name == "text":
                    continue  # the plan goes through its own reader: test_a_plan_full_of_programs
                if field.max_length is None:
                    text = "\n\n".join(each.replace("\x00", "") for each in PAYLOADS)
                else:
                    text = next(each for each in turn if len(each) <= field.max_length)
                setattr(row, field.name, text)
                count += 1
            row.save(update_fields=[field.name for field in fields])
    return count


@pytest.fixture
def poisoned(scene: Scene) -> Scene:
    """The scene with one of everything people write, and all of it an attack; released, so that the public reads it too."""
    at = IN_SEPTEMBER
    for kind in StatementKind:
        publish_statement(scene.programme, kind, "Words", seen=0, by=scene.mara, at=at)
    term = publish_term(scene.programme, Use.NAME, "Words", is_new_meaning=False, by=scene.mara, at=at)
    for person in (scene.mara, scene.ada):  # so that the public reads what they say of themselves
        set_links(person, [LinkFacts("Site", "https://example.org/")], by=person, at=at)
        answer(person, Use.NAME, term, wish=True, by=person, at=at)
    affiliate(scene.ada, add_organisation(name="Polar Survey", by=scene.mara, at=at), job="Glaciologist", by=scene.mara, at=at)
    make_token(scene.mara, name="A script", scope=TokenScope.READ, programme=None, days=9, by=scene.mara, at=at)
    add_material(scene.session, title="Slides", url="https://example.org/slides", by=scene.mara, at=at)
    cancel_session(
        Session.objects.filter(cohort=scene.cohort, date__isnull=False).order_by("-date")[0], note="x", by=scene.mara, at=at
    )
    matrix.a_series(scene)
    matrix.a_pair(scene)
    assert poison(scene) > 80
    for row in Session.objects.filter(cohort=scene.cohort):
        row.agenda = [
            {**part, "text": PAYLOADS[n % len(PAYLOADS)], "led_by": PAYLOADS[n * 7 % len(PAYLOADS)]}
            for n, part in enumerate(row.agenda)
        ]
        row.save(update_fields=["agenda"])
    release_schedule(
        scene.cohort, note="\n\n".join(PAYLOADS)[:2000], seen=Release.objects.latest("number").number, by=scene.mara, at=at
    )
    shelf.clear()
    return scene


def test_every_kind_of_text_people_write_is_attacked() -> None:
    named = {f"{model.__name__}.{field.name}" for model, fields in written_fields() for field in fields}
    assert {
        "Person.about",
        "Session.summary",
        "Term.text",
        "Statement.text",
        "Cohort.about",
        "Programme.about",
        "Release.note",
    } <= named


@pytest.mark.parametrize("who", ["mara", "ada", "nobody"])
def test_no_page_runs_what_people_wrote(poisoned: Scene, who: str) -> None:
    pages = walked(poisoned, getattr(poisoned, who, None))
    showing = [at for at, html in pages if MARK in html]
    assert len(showing) > {"mara": 60, "ada": 30, "nobody": 30}[who]
    assert {at: programs(html) for at, html in pages if programs(html)} == {}
    assert [
        at for at, html in pages if "{{ pwn }}" in html and "49" in "".join(Page(html).texts).partition("{{ pwn }}")[2][:30]
    ] == []


# A mail as it looks, in a frame whose sandbox runs no program: it has styles of its own, and its frame is titled by a name.
IN_A_SANDBOX = {"desk-message", "desk-message-html"}


def test_no_page_of_the_matrix_runs_what_people_wrote(poisoned: Scene) -> None:
    found = {}
    for name in IN_A_SANDBOX:
        html = as_(poisoned.mara).get(matrix.address(name, poisoned)).content.decode()
        assert "<object" not in html
        assert "<embed" not in html
    browsers = [as_(person) for person in (poisoned.mara, poisoned.ada, None)]
    for name, row in sorted(matrix.TABLE.items(), key=lambda each: each[0] == "dev-as"):  # which makes one somebody else
        if row.get and name not in IN_A_SANDBOX:
            for browser in browsers:
                answer = browser.get(matrix.address(name, poisoned))
                if answer.get("Content-Type", "").startswith("text/html") and programs(answer.content.decode()):
                    found[name] = programs(answer.content.decode())
    assert found == {}


def test_data_for_search_engines_stays_data(poisoned: Scene) -> None:
    client = Client()
    for where in (
        "/practitioners-hub/",
        "/practitioners-hub/2024/",
        f"/practitioners-hub/2024/sessions/{poisoned.session.slug}/",
    ):
        html = client.get(where).content.decode()
        blocks = html.split('<script type="application/ld+json">')[1:]
        assert blocks
        for block in blocks:
            inside = block.partition("</script>")[0]
            assert "<" not in inside
            assert MARK in str(json.loads(inside))


def test_what_programs_read_is_well_formed_and_holds_no_markup_of_its_own(poisoned: Scene) -> None:
    atom = Client().get("/practitioners-hub/2024/atom.xml").content
    for element in ElementTree.fromstring(atom).iter():
        assert not element.tag.lower().endswith(("script", "iframe"))
        if element.get("type") == "html":
            assert programs(element.text or "") == []
    assert MARK.encode() in atom
    assert MARK in json.dumps(Client().get("/practitioners-hub/2024/schedule.json").json())
    ElementTree.fromstring(Client().get("/sitemap.xml").content)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markdown_never_becomes_a_program(payload: str) -> None:
    for text in (
        payload,
        f"> {payload}",
        f"- {payload}",
        f"**{payload}**",
        f"[{payload}](https://example.org)",
        f"# {payload}",
        payload * 30,
    ):
        for html in (prose.to_html(text), prose.to_inline_html(text)):
            assert programs(html) == []
            assert not {"img", "svg", "form", "input", "button", "video", "body", "meta", "template", "noscript"} & {
                tag for tag, _ in Page(html).elements
            }
            assert all(set(attributes) <= {"href", "title", "rel", "start"} for _, attributes in Page(html).elements)
            assert all("noopener" in attributes["rel"] for tag, attributes in Page(html).elements if tag == "a")


@pytest.mark.parametrize("url", ["javascript:pwn()", "JAVASCRIPT:pwn()", "java\nscript:pwn()", "data:text/html,pwn", "vbscript:pwn", "//example.com/pwn", "https:pwn", "file:///etc/passwd", "http://a@b:c/", "https://example.org/\"onclick=pwn()"])  # fmt: skip
def test_no_form_takes_an_address_that_is_a_program(scene: Scene, url: str) -> None:
    client = as_(scene.mara)
    desk = f"/team/{scene.programme.slug}/{scene.cohort.slug}"
    session = f"{desk}/sessions/{scene.session.slug}/"
    client.post(f"{session}materials/", {"title": "x", "url": url, "kind": "material"})
    client.post(f"/team/{scene.programme.slug}/organisations/", {"name": "Pwn", "website": url})
    client.post("/me/profile/", {"name": "Mara Okafor", "links": f"x {url}", "link-0-url": url, "link-0-label": "x"})
    api = f"/api/v1/programmes/{scene.programme.slug}"
    client.post(f"{api}/cohorts/{scene.cohort.slug}/working-sessions/{scene.session.slug}/materials", {"title": "x", "url": url}, content_type="application/json")  # fmt: skip
    client.patch(api, {"website": url}, content_type="application/json")
    client.put(
        f"{api}/cohorts/{scene.cohort.slug}/partners",
        {"partners": [{"name": "x", "website": url}]},
        content_type="application/json",
    )
    with suppress(NothingToRelease):
        release_schedule(scene.cohort, note="", seen=1, by=scene.mara, at=IN_SEPTEMBER)
    shelf.clear()
    for where in (f"{session}materials/", "/practitioners-hub/", "/practitioners-hub/2024/", f"/practitioners-hub/2024/sessions/{scene.session.slug}/", "/me/profile/", f"/team/{scene.programme.slug}/organisations/"):  # fmt: skip
        assert programs(client.get(where).content.decode()) == []


REFLECTED = ("q", "kind", "view", "role", "cohort", "region", "sector", "size", "next", "year", "version", "before", "after", "page", "who", "do", "error", "error_description", "state")  # fmt: skip


@pytest.mark.parametrize("name", [name for name, row in matrix.TABLE.items() if row.get and not name.endswith("-card")])
def test_no_page_runs_what_stands_in_its_address(scene: Scene, name: str) -> None:
    where, browser = matrix.address(name, scene), as_(scene.mara)
    for number, payload in enumerate(PAYLOADS[::4] + PAYLOADS[7:10]):
        for parameters in (REFLECTED, (("q",), ("kind",))[number % 2]):
            query = "&".join(f"{each}={quote(payload, errors='replace')}" for each in parameters)
            answer = browser.get(f"{where}?{query}")
            if answer.get("Content-Type", "").startswith("text/html"):
                assert programs(answer.content.decode()) == []


@pytest.mark.parametrize("name", [name for name, row in matrix.TABLE.items() if row.takes_post])
def test_no_refusal_runs_what_was_typed(scene: Scene, name: str) -> None:
    """Every field a page's form has, filled with attacks: what is shown again is shown as text."""
    where = matrix.address(name, scene)
    for person in (scene.mara, None):
        client = as_(person)
        first = client.get(where)
        html = first.content.decode() if first.get("Content-Type", "").startswith("text/html") else ""
        fields = {
            attributes["name"]
            for tag, attributes in Page(html).elements
            if tag in ("input", "textarea", "select") and attributes.get("name")
        }
        payloads = (*PAYLOADS[:12:3], '" onfocus=pwn() autofocus x="')
        for number, payload in enumerate(payloads if person else payloads[:1]):
            sent = dict.fromkeys(fields - {"csrfmiddlewaretoken"}, payload)
            for does in ({}, ({"do": "save"}, {"do": "import"}, {"do": "check"}, {"do": "contact"}, {"do": "book"})[number]):
                answer = client.post(where, sent | does)
                assert answer.status_code < 500
                if answer.get("Content-Type", "").startswith("text/html"):
                    assert programs(answer.content.decode()) == []
