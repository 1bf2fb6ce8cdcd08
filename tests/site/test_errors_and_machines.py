"""What is said when something is wrong, and what programs read."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from hub.core.statements import StatementKind
from hub.kit import worker
from hub.programmes.commands import edit_programme, publish_statement
from hub.site import pages
from tests.factories import BEGUN
from tests.scene import Scene, as_
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def test_an_address_that_leads_nowhere_says_so_and_leads_on(scene: Scene) -> None:
    for address in ("/nowhere/", "/practitioners-hub/1999/", "/practitioners-hub/2024/sessions/none/", "/a/b/c/d/e/"):
        html = page(Client(), address, status=404)
        assert each(html, "h1") == ["There is no such page"]
        assert {"/", "/sign-in/"} <= set(links(html))


def test_a_page_that_is_not_there_is_not_to_be_indexed_and_names_no_address_of_its_own(scene: Scene) -> None:
    html = page(Client(), "/nowhere/", status=404)
    assert '<meta name="robots" content="noindex">' in html
    assert 'rel="canonical"' not in html


def test_a_forged_form_is_refused_in_words(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"email": "mara@example.org", "password": "mara likes long passwords"})
    assert answer.status_code == 403
    assert each(answer.content.decode(), "h1") == ["This form waited too long"]


def test_a_request_that_makes_no_sense_is_answered_in_words(db: None) -> None:
    request = RequestFactory().get("/")
    request.user = None  # type: ignore[assignment]
    answer = pages.bad_request(request, SuspiciousOperation("no"))
    assert answer.status_code == 400
    assert "nothing was changed" in words(answer.content.decode())


def test_when_the_hub_itself_breaks_it_says_so_without_the_database() -> None:
    answer = pages.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert each(answer.content.decode(), "h1") == ["Something broke on our side"]
    assert '<link rel="stylesheet" href="/static/hub/css/hub.css">' in answer.content.decode()
    assert finders.find("hub/css/hub.css")


def test_a_broken_page_gives_the_words_and_not_the_traceback(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> object:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("hub.programmes.queries.public_programmes", breaks)
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
    assert "secret of the inside" not in answer.content.decode()


def test_the_process_says_that_it_answers_and_whether_its_database_is_ready(db: None) -> None:
    worker.take_turn("a worker", at=timezone.now())
    assert [Client().get(address).content for address in ("/healthz", "/readyz")] == [b"ok\n", b"ready\n"]


def test_a_worker_that_does_not_run_is_noted_and_no_reason_to_go_elsewhere(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\nnote: no worker has run yet\n")
    worker.take_turn("a worker", at=timezone.now() - timedelta(minutes=42))
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\nnote: no worker has run for 42 minutes\n")


def test_a_database_that_does_not_answer_is_not_ready(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> object:
        raise DatabaseError("gone")

    monkeypatch.setattr("hub.site.pages.machines.MigrationExecutor", breaks)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_crawlers_are_asked_to_leave_alone_what_is_behind_a_sign_in(db: None) -> None:
    lines = Client().get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /team/", "Disallow: /me/", "Disallow: /dev/"} <= set(lines)
    assert lines[-1] == "Sitemap: http://localhost:8000/sitemap.xml"


def test_the_sitemap_lists_each_public_page_and_each_answers(scene: Scene) -> None:
    answer = Client().get("/sitemap.xml")
    assert answer["Content-Type"] == "application/xml"
    tree = ElementTree.fromstring(answer.content)
    base = "http://localhost:8000"
    paths = [(found.text or "").removeprefix(base) for found in tree.findall("s:url/s:loc", NAMESPACE)]
    of_it = ("", "year-plan/", "privacy/", "accessibility/", "2024/")
    assert paths[:6] == ["/", *(f"/practitioners-hub/{path}" for path in of_it)]
    assert [Client().get(path).status_code for path in paths] == [200] * len(paths)
    assert sum("/sessions/" in path for path in paths) == 6
    assert not any("masterclass" in path for path in paths)
    changed = {found.text for found in tree.findall("s:url/s:lastmod", NAMESPACE)}
    assert changed == {"2024-06-03T09:00:00Z"}


def test_the_sitemap_says_since_when_a_statement_holds(scene: Scene) -> None:
    publish_statement(scene.programme, StatementKind.PRIVACY, "Little.", seen=0, by=None, at=BEGUN + timedelta(days=3))
    sitemap = Client().get("/sitemap.xml").content.decode()
    assert re.findall(r"<loc>\S*/privacy/</loc><lastmod>([^<]+)", sitemap) == ["2024-06-06T09:00:00Z"]
    assert "accessibility/</loc><lastmod>" not in sitemap


def test_what_becomes_private_leaves_the_sitemap(scene: Scene) -> None:
    edit_programme(scene.programme, is_public=False, by=None, at=BEGUN)
    assert Client().get("/sitemap.xml").content.decode().count("<loc>") == 1


def test_the_demos_pages_are_nowhere_but_in_the_demo(scene: Scene, settings: Settings) -> None:
    addresses = ("/dev/", "/dev/gallery/", "/dev/as/mara/")
    for is_demo, statuses in ((False, [404, 404, 404]), (True, [200, 200, 302])):
        settings.DEMO = is_demo
        assert [as_(None).get(address).status_code for address in addresses] == statuses


def test_every_answer_carries_the_policy_that_nothing_is_inline(scene: Scene) -> None:
    for address in ("/", "/practitioners-hub/", "/nowhere/", "/robots.txt", "/practitioners-hub/2024/schedule.ics"):
        answer = Client().get(address)
        assert answer["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
