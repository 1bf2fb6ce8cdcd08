"""Requests no browser makes: forged hosts and proxies' words, paths that play tricks, queries that mean nothing.

Whatever is sent, the answer is never that something broke on our side.
"""

from __future__ import annotations

import inspect
import re
import sys
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.core import mail
from django.test import Client
from django.urls import resolve

from tests.matrix import test_pages as matrix
from tests.people.test_sign_in import MARA
from tests.scene import Scene, as_

pytestmark = pytest.mark.django_db

READ = re.compile(r"""\.get(?:list)?\(\s*["'](\w+)["']""")
ODD = (
    "\x00",
    "9" * 30,
    "9" * 18,
    "-1",
    "²",
    "٣",
    "\ud800",
    "home",
    "desk",
    "\r\nA: b",
    "2024-13-45",
    "<script>{{ 7*7 }}",
    "é" * 3000,
)
PAGES = [name for name, row in matrix.TABLE.items() if row.get and not name.endswith("-card")]
TRICKS = (
    "//", "///", "//example.com", "//example.com/%2e%2e", "/%2e%2e/%2e%2e/etc/passwd", "/../../etc/passwd", "/..%2f..%2fetc/passwd",
    "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/..%5c..%5csettings.py", "/static/%00", "/static/a\x00b.css",
    "/pictures/photos/..%2f..%2fhub.sqlite3", "/pictures/photos/%2e%2e.webp", "/pictures/photos/a%00.webp", "/pictures/photos/a%0A.webp",
    "/come-in/%00/", "/come-in/..%2f/", "/come-in/%F0%9F%A6%AD/", "/dev/as/%00/", "/dev/as/%25/", "/dev/as/%FF/", "/dev/mail/" + "9" * 40 + "/",
    "/team/practitioners-hub/people/" + "9" * 5000 + "/", "/team/practitioners-hub/people/" + "9" * 19 + "/",
    "/team/practitioners-hub/organisations/" + "9" * 30 + "/", "/team/practitioners-hub/people/duplicates/" + "9" * 30 + "/",
    "/team/practitioners-hub/people/export/../../", "/team/practitioners-hub/people/export/php", "/%00", "/%FF%FE", "/" + "a" * 20_000,
    "/" + "a/" * 5_000, "/%E2%80%AE", "/\u202e/", "/;/", "/practitioners-hub/;a=b/", "/api/v1/%00", "/api/v1/programmes/%00",
    "/api/v1/programmes/" + "a" * 9000, "/api/v1/programmes/practitioners-hub/cohorts/2024/releases/" + "9" * 40,
    "/api/v1/programmes/practitioners-hub/cohorts/2024/sessions/%00", "/api/v1/programmes/practitioners-hub/cohorts/%FF/plan",
    "/me/sign-in/passkey/" + "9" * 30 + "/remove/", "/me/agreements/practitioners-hub/nothing/", "/sign-in/with/%00/", "/sign-in/with/..%2f/",
    "/robots.txt%00", "/healthz%0d%0aA:b", "/favicon.ico%2f..",
)  # fmt: skip


def encoded(word: str) -> str:
    return quote(word.encode("utf-8", "surrogatepass"))


def quiet(client: Client) -> Client:
    """A browser that is shown an answer where something breaks, as on a real server."""
    client.raise_request_exception = False
    return client


def parameters(where: str) -> list[str]:
    """Every word a page may read from its address: those its module names, and `next`, `page` and the provider's."""
    page = inspect.unwrap(resolve(where).func)
    return sorted({*READ.findall(inspect.getsource(sys.modules[page.__module__])), "next", "page", "code", "state", "process"})


@pytest.mark.parametrize("name", PAGES)
def test_no_query_breaks_a_page(scene: Scene, name: str) -> None:
    where = matrix.address(name, scene)
    broken = []
    browsers = [quiet(as_(person)) for person in ((scene.mara,) if name.startswith("desk") else (scene.mara, None))]
    for each in parameters(where):
        for word in ODD:
            for browser in browsers:
                answer = browser.get(f"{where}?{each}={encoded(word)}")
                broken += [(each, word[:20], answer.status_code)] if answer.status_code >= 500 else []
    assert broken == []


@pytest.mark.parametrize("path", TRICKS, ids=lambda path: path[:40].encode("unicode_escape").decode())
def test_no_path_breaks_the_hub_or_leads_out_of_it(scene: Scene, path: str) -> None:
    octets = unquote_to_bytes(path.encode()).decode("iso-8859-1")  # as a server hands it on
    for person in (scene.mara, None):
        for verb in ("GET", "HEAD", "POST"):
            answer = quiet(as_(person)).generic(verb, "/", PATH_INFO=octets)
            assert answer.status_code in (301, 302, 400, 401, 404, 405, 410, 422), (verb, answer.status_code)
            assert not answer.get("Location", "").startswith(("//", "http"))
            assert b"root:" not in answer.content


@pytest.mark.parametrize(
    "where", ["/dev/as/%00/", "/practitioners-hub/?q=%00", "/team/practitioners-hub/people/?cohort=a%00b", "/?a=\x00"]
)
def test_an_address_with_a_character_no_database_keeps_is_refused_in_words(scene: Scene, where: str) -> None:
    answer = as_(scene.mara).get(where)
    assert (answer.status_code, "doesn’t make sense to us" in answer.content.decode()) == (400, True)
    assert as_(scene.mara).get(where.replace("\x00", "%2500").replace("%00", "%2500")).status_code in (200, 404)


HOSTS = ("example.com", "testserver.example.com", "testserver:80@example.com", "a b", "testserver\x00", "..", "[::1")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_is_not_ours_gets_nothing_but_a_sentence(scene: Scene, host: str) -> None:
    for where in ("/", "/sign-in/", "/practitioners-hub/", "/api/v1/programmes", "/sitemap.xml", "/nowhere/"):
        answer = quiet(Client()).get(where, HTTP_HOST=host)
        assert answer.status_code == 400
        assert "doesn’t make sense to us" in answer.content.decode()
        assert "example.com" not in answer.content.decode() + str(answer.headers)
    assert quiet(Client()).post("/sign-in/", {"email": MARA}, HTTP_HOST=host).status_code == 400
    assert mail.outbox == []


PROXYS = {
    "HTTP_X_FORWARDED_HOST": "example.com",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_PORT": "4443",
    "HTTP_FORWARDED": "for=1.2.3.4;host=example.com;proto=https",
    "HTTP_X_ORIGINAL_URL": "/team/practitioners-hub/",
    "HTTP_X_REWRITE_URL": "/team/practitioners-hub/",
    "HTTP_X_HOST": "example.com",
    "HTTP_X_FORWARDED_PREFIX": "/example",
    "HTTP_X_SCRIPT_NAME": "/example",
}


def without_token(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def test_without_a_proxy_nobody_believes_what_one_would_say(scene: Scene) -> None:
    for where in ("/", "/sign-in/", "/practitioners-hub/2024/", "/practitioners-hub/2024/schedule.ics", "/nowhere/"):
        plain, told = Client().get(where), Client().get(where, **PROXYS)
        assert (told.status_code, without_token(told.content)) == (plain.status_code, without_token(plain.content))
        assert not told.wsgi_request.is_secure()
        assert told.wsgi_request.get_host() == "testserver"
    Client().post("/sign-in/", {"email": MARA}, **PROXYS)
    assert "example" not in str(mail.outbox[0].body)


def test_without_a_proxy_a_new_forwarded_address_buys_no_new_tries(scene: Scene) -> None:
    said = [Client().post("/sign-in/", {"email": f"{n}@example.org"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(40)]
    assert [answer.status_code for answer in said] == [302] * 30 + [422] * 10


def test_no_header_and_no_field_makes_another_verb_of_a_request(scene: Scene) -> None:
    client = quiet(as_(scene.mara))
    plan = f"/api/v1/programmes/{scene.programme.slug}/cohorts/{scene.cohort.slug}/plan"
    for name in ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD"):
        assert client.get("/sign-out/", **{name: "POST"}).status_code == 405
        assert client.post(plan, {"_method": "PUT"}, **{name: "PUT"}).status_code == 405
    assert client.get("/sign-out/?_method=POST").status_code == 405
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize("verb", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "GE\x00T", "é"])
def test_verbs_nobody_uses_do_nothing(scene: Scene, verb: str) -> None:
    client = quiet(as_(scene.mara))
    for where in ("/", "/me/", "/team/practitioners-hub/people/", "/me/tokens/", "/sign-in/"):
        assert client.generic(verb, where).status_code in (302, 400, 403, 405)


HEADERS = {
    "HTTP_IF_NONE_MATCH": '"\x00", W/"', "HTTP_IF_MODIFIED_SINCE": "Sat, 99 Foo 99999 99:99:99 GMT", "HTTP_ACCEPT_ENCODING": "gzip;q=é",
    "HTTP_RANGE": "bytes=-9999999999999", "HTTP_COOKIE": "sessionid=\x00; csrftoken==;;; messages=[[", "HTTP_AUTHORIZATION": "Bearer \x00é",
    "HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://[::1", "HTTP_REFERER": "http://[::1", "HTTP_ORIGIN": "null",
    "HTTP_USER_AGENT": "\r\n<script>\x00" + "a" * 9000, "HTTP_ACCEPT": "*" * 9000, "CONTENT_TYPE": "multipart/form-data; boundary=",
    "CONTENT_LENGTH": "-1",
}  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_breaks_a_page(scene: Scene, header: str) -> None:
    """Each page meets some of the headers and each header some of the pages: what reads them is the same for all."""
    broken, browsers = [], [quiet(as_(person)) for person in (scene.mara, None)]
    for name in PAGES[list(HEADERS).index(header) % 4 :: 4]:
        for browser in browsers:
            answer = browser.get(matrix.address(name, scene), **{header: HEADERS[header]})
            broken += [(name, answer.status_code)] if answer.status_code >= 500 else []
    assert broken == []


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_breaks_the_sign_in(scene: Scene, header: str) -> None:
    client = quiet(Client())
    answer = client.post("/sign-in/", {"email": MARA}, **{header: HEADERS[header]})
    assert answer.status_code in (302, 400, 422)
    assert quiet(as_(scene.mara)).post("/me/profile/", {"name": "Mara"}, **{header: HEADERS[header]}).status_code < 500
