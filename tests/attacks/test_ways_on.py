"""Nobody is led to another site by an address of ours: every `next`, every way back, every redirect a script follows."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from hub.people.commands import invite
from hub.people.models import Account
from tests.matrix import test_pages as matrix
from tests.people.provider import Provider
from tests.people.test_sign_in import ask, code_sent
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://example.com/", "http://example.com", "//example.com", "///example.com", "////example.com/", "/\\example.com", "\\\\example.com",
    "\\/example.com", "/\\/example.com", "/\t/example.com", "/\n/example.com", "/\r/example.com", "\t//example.com", " //example.com",
    "\x00//example.com", "\x01https://example.com", "https:example.com", "https:/example.com",
    "https:///example.com", "http:\\\\example.com", "hTTps://example.com", "https://testserver@example.com/", "https://testserver:80@example.com",
    "//testserver@example.com", "https://example.com#@testserver/", "https://example.com\\@testserver", "https://testserver.example.com",
    "https://example.com/.testserver", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "javascript://testserver/%0aalert(1)",
    "data:text/html,x", "vbscript:x", "ftp://testserver/", "file:///etc/passwd", "blob:https://testserver/x", "webcal://testserver/",
    "https://ｅxample.com", "https://example。com", "//example.com%2f@testserver", "https://[::1]/", "http://[", "//[example.com", "https://localhost@example.com:443/",
    "http://localhost:8000@example.com/", "http://localhost:8000.example.com/", "／／example.com", "⁄⁄example.com", "..//example.com",
    ".", "home", "desk", "example.com", "@example.com", ";//example.com", "?//example.com", "#//example.com", "%2f%2fexample.com", "%5c%5cexample.com",
)  # fmt: skip
HERE = (
    "/%09/example.com/..//example.com",
    "/\u2028/example.com",
    "/.//example.com/..",
    "/me/?next=//example.com",
)  # odd, and of this Hub
OURS = ("testserver", "localhost:8000")


def is_ours(location: str) -> bool:
    """Whether a browser that is sent there stays at the Hub: it drops tabs and line ends and takes a backslash for a slash."""
    seen = (
        "".join(character for character in location if character not in "\t\r\n")
        .strip("".join(map(chr, range(33))))
        .replace("\\", "/")
    )
    parts = urlsplit(urljoin("http://testserver/sign-in/", seen))
    return parts.scheme in ("http", "https") and parts.netloc in OURS


@pytest.fixture
def provider(settings: Settings) -> object:
    with Provider(who={"sub": "1", "email": "mara@example.org", "email_verified": True, "name": "Mara"}) as found:
        settings.SOCIALACCOUNT_PROVIDERS = found.settings()
        yield found


def test_the_reader_of_locations_knows_another_site_when_it_sees_one() -> None:
    assert [each for each in ("/me/", "http://testserver/me/", "?a=b", "me/") if not is_ours(each)] == []
    assert [
        each
        for each in ("//example.com", "/\\example.com", "/\t/example.com", "javascript:x", "http://testserver@example.com/")
        if is_ours(each)
    ] == []


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_nowhere_else(scene: Scene, wanted: str) -> None:
    client = Client()
    page = client.get("/sign-in/", {"next": wanted})
    assert f'name="next" value="{wanted}"' not in page.content.decode()
    ask(client, next=wanted)
    assert is_ours(client.get("/sign-in/code/", {"next": wanted}).get("Location", "/"))
    answer = client.post(f"/sign-in/code/?next={quote(wanted)}", {"code": code_sent(), "next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/team/practitioners-hub/")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_who_is_in_already_is_led_nowhere_else(scene: Scene, wanted: str) -> None:
    client = as_(scene.ada)
    assert client.get("/sign-in/", {"next": wanted})["Location"] == "/me/"
    assert Client().get("/dev/as/ada/", {"next": wanted})["Location"] == "/me/"


@pytest.mark.parametrize("wanted", HERE)
def test_an_odd_address_of_the_hub_stays_one(scene: Scene, wanted: str) -> None:
    assert is_ours(as_(scene.ada).get("/sign-in/", {"next": wanted})["Location"])


@pytest.mark.parametrize("wanted", ELSEWHERE[::6])
def test_no_other_page_follows_where_it_is_told_to_go(scene: Scene, wanted: str) -> None:
    far = []
    given = dict.fromkeys(("next", "redirect", "redirect_to", "url", "return", "continue", "to", "process"), wanted)
    for name, row in matrix.TABLE.items():
        if not row.takes_post or name == "sign-in":
            continue
        where = matrix.address(name, scene)
        for client in (as_(scene.mara), Client()):
            for answer in (client.post(f"{where}?next={quote(wanted)}", given), client.post(where, given, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=wanted.replace("\n", "").replace("\r", "").encode().decode("latin-1"))):  # fmt: skip
                for header in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "Refresh"):
                    if not is_ours(answer.get(header, "/")):
                        far.append((name, header, answer[header]))
    assert far == []


@pytest.mark.parametrize("wanted", ["//example.com/x", "/%5cexample.com", "//example.com/%2f.."])
def test_a_page_for_members_asks_back_for_itself_only(scene: Scene, wanted: str) -> None:
    for answer in (Client().get(f"/me/?next={wanted}"), Client().get("/me/", PATH_INFO="/me/", QUERY_STRING=f"next={wanted}")):
        assert answer["Location"].startswith("/sign-in/?next=/me/")
    part = Client().get("/me/profile/", HTTP_HX_REQUEST="true")
    assert (part.status_code, part["HX-Redirect"]) == (204, "/sign-in/?next=/me/profile/")


@pytest.mark.parametrize("wanted", ELSEWHERE[::3])
def test_an_invitation_leads_home(scene: Scene, wanted: str) -> None:
    Account.objects.filter(person=scene.ada).update(last_login=None)
    _, key = invite(scene.ada, by=scene.mara, at=IN_SEPTEMBER)
    answer = Client().post(f"{reverse('come-in', args=[key])}?next={quote(wanted)}", {"next": wanted})
    assert (answer.status_code, answer["Location"]) == (302, "/me/")


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_coming_back_from_a_provider_leads_nowhere_else(scene: Scene, provider: Provider, wanted: str) -> None:
    client = Client()
    away = client.post(f"/sign-in/with/oidc/?next={quote(wanted)}", {"next": wanted})
    assert provider.url in away.content.decode()
    state, *_ = next(iter(client.session["socialaccount_states"].values()))
    assert is_ours(state.get("next") or "/")
    back = client.get("/sign-in/with/oidc/back/", {"error": "access_denied", "next": wanted})
    assert is_ours(back.get("Location", "/"))


def test_what_is_typed_is_sent_on_to_pages_of_the_hub_only(scene: Scene) -> None:
    for path in ("//example.com/me/profile/", "/me/profile/"):
        client = Client()
        client.generic("POST", "/", b"name=Mara", "application/x-www-form-urlencoded", PATH_INFO=path)
        kept = client.session.get("kept", {})
        assert is_ours(kept.get("path", "/"))
