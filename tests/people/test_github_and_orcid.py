"""Sign in with GitHub and ORCID, which run beside the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django.fixtures import Settings

from hub import settings as hub_settings
from tests.people.elsewhere import Elsewhere
from tests.people.test_providers import sent_to
from tests.people.test_sign_in import is_in, signed_in_as
from tests.scene import Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
CARBERRY = "0000-0002-1825-0097"
RECORD = {"orcid-identifier": {"uri": f"https://orcid.org/{CARBERRY}", "path": CARBERRY}, "person": {"emails": {"email": []}}}


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def elsewhere(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """Ada has an account at both; GitHub has seen that the first address is hers."""
    who = {"id": 1815, "login": "ada", "name": "Ada L.", "email": None, "html_url": "https://github.example/ada"}
    with Elsewhere(who, record=RECORD) as there:
        there.emails = [{"email": "Ada@example.org", "primary": True, "verified": True}]
        for name in ("GITHUB", "ORCID"):
            monkeypatch.setenv(f"HUB_{name}_ID", there.client_id)
            monkeypatch.setenv(f"HUB_{name}_SECRET", there.secret)
        for adapter, name, address in there.addresses():
            monkeypatch.setattr(adapter, name, address)
        settings.SOCIALACCOUNT_PROVIDERS = hub_settings._providers()
        yield there


def there_and_back(client: Client, provider: str, **more: str) -> tuple[int, str]:
    """Press the button, be at the provider, and come back; status and address one comes to, or the words of the page."""
    begun = client.post(f"/sign-in/with/{provider}/", more)
    assert begun.status_code == 200
    there = requests.get(sent_to(begun.content.decode()), allow_redirects=False, timeout=5)
    answer = client.get(there.headers["Location"].removeprefix("http://testserver"))
    return answer.status_code, answer["Location"] if answer.status_code == 302 else words(answer.content.decode())


def connected() -> list[tuple[str, str, str]]:
    return [(each.provider, each.uid, each.user.person.name) for each in SocialAccount.objects.order_by("pk")]


def test_who_github_vouches_for_comes_in_and_is_connected(scene: Scene, elsewhere: Elsewhere) -> None:
    client = Client()
    assert "Go in with GitHub" in words(client.get("/sign-in/").content.decode())
    assert there_and_back(client, "github") == (302, "/me/")
    assert signed_in_as(client) == "Ada"
    assert connected() == [("github", "1815", "Ada Lindqvist")]
    assert elsewhere.asked[-2:] == ["/github/user", "/github/user/emails"]


@pytest.mark.parametrize(
    "emails",
    [
        [{"email": "ada@example.org", "primary": True, "verified": False}],
        [{"email": "nobody-here@example.org", "primary": True, "verified": True}],
        [],
    ],
    ids=["an address it has not seen proved", "an address nobody here has", "none"],
)
def test_who_github_does_not_vouch_for_stays_outside(
    scene: Scene, elsewhere: Elsewhere, emails: list[dict[str, object]]
) -> None:
    elsewhere.emails = emails
    client = Client()
    there_and_back(client, "github")
    assert (is_in(client), connected()) == (False, [])


def test_an_orcid_lets_in_once_its_person_has_connected_it_and_nobody_before(scene: Scene, elsewhere: Elsewhere) -> None:
    stranger = Client()
    there_and_back(stranger, "orcid")
    assert (is_in(stranger), connected()) == (False, [])

    ada = as_(scene.ada)
    there_and_back(ada, "orcid", process="connect")
    assert connected() == [("orcid", CARBERRY, "Ada Lindqvist")]
    again = Client()
    assert there_and_back(again, "orcid") == (302, "/me/")
    assert signed_in_as(again) == "Ada"

    mara = as_(scene.mara)
    there_and_back(mara, "orcid", process="connect")
    assert connected() == [("orcid", CARBERRY, "Ada Lindqvist")]


def test_a_wrong_secret_lets_nobody_in(scene: Scene, elsewhere: Elsewhere) -> None:
    elsewhere.secret = "another"
    for provider in ("github", "orcid"):
        client = Client()
        status, said = there_and_back(client, provider)
        assert (status, is_in(client)) == (400, False)
        assert "did not" in said
