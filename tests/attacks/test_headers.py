"""What every answer carries, and what no page may hold: the strict policy, and nothing inline for it to block."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.attacks.html import programs, third_parties
from tests.matrix import test_pages as matrix
from tests.matrix.test_links import STARTS, answers, is_a_way_out, links
from tests.people.test_sign_in import ask, code_sent
from tests.scene import Scene, as_

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SCALED = {
    "HUB_BASE_URL": "https://hub.example.org",
    "HUB_BEHIND_PROXY": "1",
    "HUB_DATABASE_URL": "postgresql://hub:secret@127.0.0.1:1/hub",  # nothing listens there
    "HUB_SECRET_KEY": "of-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
}
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def scaled(tmp_path: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "DJANGO_", "PYTEST"))}
    return subprocess.run(
        [sys.executable, "-c", "import sys; from hub.cli import main; sys.exit(main(sys.argv[1:]))", *words],
        env=kept | SCALED | {"HUB_DATA": str(tmp_path), "PYTHONPATH": str(ROOT / "src")} | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def policy(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


def walked(scene: Scene, person: object) -> list[tuple[str, str]]:
    """Every page of the Hub somebody is led to, with its HTML."""
    client = as_(person)  # type: ignore[arg-type]
    waiting = [*STARTS, *(["/me/"] if person else [])]
    known, pages = set(waiting), []
    while waiting:
        at = waiting.pop()
        if at.startswith("/static/"):
            continue
        _, text = answers(client, at)
        if text.lstrip().lower().startswith("<!doctype html"):
            pages.append((at, text))
        for address, _ in sorted(links(text, at)) if text.startswith("<") else ():
            if address not in known and not is_a_way_out(address):
                known.add(address)
                waiting.append(address)
        assert len(known) < 1500
    return pages


def test_the_deploy_check_has_nothing_to_say_and_needs_no_database(tmp_path: Path) -> None:
    ran = scaled(tmp_path, "manage", "check", "--deploy", "--fail-level", "WARNING")
    assert (ran.returncode, ran.stdout.strip(), ran.stderr.strip()) == (
        0,
        "System check identified no issues (1 silenced).",
        "",
    )


def test_under_https_cookies_are_only_for_https_and_for_nobodys_script(tmp_path: Path) -> None:
    names = (
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE",
        "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG", "SECURE_PROXY_SSL_HEADER",
    )  # fmt: skip
    said = scaled(
        tmp_path,
        "manage",
        "shell",
        "-v0",
        "-c",
        f"from django.conf import settings as s; print([getattr(s, n) for n in {names}])",
    )
    told = "[True, True, True, 'Lax', 'Lax', 31536000, True, False, ('HTTP_X_FORWARDED_PROTO', 'https')]"
    assert said.stdout.strip() == told


def test_the_cookies_that_are_sent_carry_their_flags(scene: Scene, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/sign-in/", secure=True)
    ask(client)
    client.post("/sign-in/code/", {"code": code_sent()})
    session, forgery = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert (session["secure"], session["httponly"], session["samesite"], session["domain"]) == (True, True, "Lax", "")
    assert (forgery["secure"], forgery["samesite"], forgery["domain"]) == (True, "Lax", "")


def test_over_https_the_browser_is_told_to_stay_there(scene: Scene, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    for where in ("/", "/sign-in/", "/nowhere/", "/api/v1/programmes"):
        assert Client().get(where, secure=True)["Strict-Transport-Security"].startswith("max-age=31536000; includeSubDomains")


@pytest.mark.parametrize("name", matrix.TABLE)
def test_every_answer_carries_the_strict_policy(scene: Scene, name: str) -> None:
    where = matrix.address(name, scene)
    for client in (as_(scene.mara), as_(scene.ada), as_(scene.sam), Client()):
        for answer in (client.get(where), client.post(where)):
            held = {header: answer.headers.get(header) for header in EXPECTED}
            assert (answer.status_code, held) == (answer.status_code, EXPECTED)
            rules = policy(answer["Content-Security-Policy"])
            assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == ["'none'"]
            assert rules["script-src"] == rules["style-src"] == rules["form-action"] == ["'self'"]
            assert "unsafe" not in answer["Content-Security-Policy"]
            assert "object-src" not in rules or rules["object-src"] == ["'none'"]
            assert {"camera=()", "microphone=()", "geolocation=()"} <= set(answer["Permissions-Policy"].split(", "))
            assert answer["Referrer-Policy"] in (
                "strict-origin-when-cross-origin",
                "strict-origin",
                "no-referrer",
                "same-origin",
            )
        client.cookies.clear()


@pytest.mark.parametrize(
    "where", ["/nowhere/", "/api/v1/nowhere", "/api/v1/programmes", "/static/nothing.css", "/healthz", "/%00"]
)
def test_so_do_answers_that_are_no_pages(scene: Scene, where: str) -> None:
    answer = Client(raise_request_exception=False).get(where)
    assert {header: answer.headers.get(header) for header in EXPECTED} == EXPECTED
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_no_page_the_team_is_led_to_holds_a_program_or_a_style_of_its_own(scene: Scene) -> None:
    pages = walked(scene, scene.mara)
    assert len(pages) > 60
    assert {at: programs(html) for at, html in pages if programs(html)} == {}


def test_no_page_anybody_is_led_to_hands_its_window_to_another_site(scene: Scene) -> None:
    careless, seen = [], 0
    for person in (scene.mara, scene.ada, None):
        for at, html in walked(scene, person):
            for link in third_parties(html):
                seen += 1
                if not {"noopener", "noreferrer"} & set(link.get("rel", "").split()):
                    careless.append((at, link.get("href")))
    assert seen > 10
    assert sorted(set(careless)) == []


def test_the_reader_of_pages_sees_what_it_is_to_see() -> None:
    bad = (
        "<script>a()</script>", "<script src=//x.org/a.js></script>", "<p onclick=a()>", "<p style='color:red'>", "<a href='java\nscript:a()'>",
        "<a href='&#106;avascript:a()'>", "<img src='data:text/html,x'>", "<iframe src=/>", "<base href=/>", "<svg><set onbegin=a()>",
        "<meta http-equiv=refresh content='0;url=x'>", "<form action='vbscript:a'>", "<link rel=stylesheet href=//x.org/a.css>",
    )  # fmt: skip
    assert [html for html in bad if not programs(html)] == []
    good = '<script type="application/ld+json">{}</script><script src="/static/a.js"></script><a href="/a">a</a><img src="data:image/png;base64,x">'
    assert programs(good) == []
    assert re.fullmatch("https.*", third_parties('<a href="https://x.org">x</a><a href="/a">a</a>')[0]["href"])
