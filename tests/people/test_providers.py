"""Sign in with an account elsewhere, against a provider of OpenID Connect that runs beside the test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django.fixtures import Settings

from hub.people.models import Account, Person
from tests.people.provider import Provider
from tests.people.test_sign_in import is_in, signed_in_as
from tests.scene import Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/with/oidc/"


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """Ada has an account there, and it vouches for her address."""
    who = {"sub": "ada-there", "email": "Ada@example.org", "email_verified": True, "name": "Ada L."}
    with Provider(who) as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        yield provider


def sent_to(page: str) -> str:
    """Where the page on the way leads."""
    found = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page)
    assert found
    return unescape(found[1])


def there_and_back(client: Client, **more: str) -> tuple[int, str]:
    """Press the button, be at the provider, and come back; status and address one comes to, or the words of the page."""
    begun = client.post(SIGN_IN, more)
    assert begun.status_code == 200
    there = requests.get(sent_to(begun.content.decode()), allow_redirects=False, timeout=5)
    back = there.headers["Location"].removeprefix("http://testserver")
    answer = client.get(back)
    return answer.status_code, answer["Location"] if answer.status_code == 302 else words(answer.content.decode())


def test_who_the_provider_vouches_for_comes_in_and_is_connected(scene: Scene, provider: Provider) -> None:
    client = Client()
    assert "Go in with Polar Survey" in words(client.get("/sign-in/").content.decode())
    assert there_and_back(client) == (302, "/me/")
    assert signed_in_as(client) == "Ada"
    assert [(each.provider, each.uid, each.user.person) for each in SocialAccount.objects.all()] == [
        ("oidc", "ada-there", scene.ada)
    ]


def test_one_goes_on_to_where_one_was_going_and_never_to_another_site(scene: Scene, provider: Provider) -> None:
    assert there_and_back(Client(), next="/practitioners-hub/") == (302, "/practitioners-hub/")
    assert there_and_back(Client(), next="https://example.com/") == (302, "/me/")


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email": "nobody@example.org"}])
def test_who_it_does_not_vouch_for_or_nobody_knows_stays_outside(
    scene: Scene, provider: Provider, claims: dict[str, object]
) -> None:
    provider.who |= claims
    client = Client()
    status, said = there_and_back(client)
    assert status == 200
    assert "We don’t know you yet" in said
    assert not is_in(client)
    assert (SocialAccount.objects.count(), Account.objects.count(), Person.objects.count()) == (0, 3, 3)


def test_a_provider_lets_in_by_the_address_mail_goes_to_and_by_another_once_it_is_proved(
    scene: Scene, provider: Provider
) -> None:
    ada = Account.objects.get(person=scene.ada)
    EmailAddress.objects.filter(user=ada).update(verified=False)
    EmailAddress.objects.create(user=ada, email="larry@example.org", verified=False)
    provider.who |= {"sub": "larry", "email": "larry@example.org"}
    there_and_back(client := Client())
    assert not is_in(client)
    EmailAddress.objects.filter(user=ada, email="larry@example.org").update(verified=True)
    for sub, email in (("larry", "larry@example.org"), ("ada-there", "ada@example.org")):
        provider.who |= {"sub": sub, "email": email}
        there_and_back(client := Client())
        assert signed_in_as(client) == "Ada"


def test_addresses_of_trusted_domains_need_no_word_of_the_provider(
    scene: Scene, provider: Provider, settings: Settings
) -> None:
    del provider.who["email_verified"]
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings(verified_email=["example.org"])
    client = Client()
    there_and_back(client)
    assert signed_in_as(client) == "Ada"
    provider.who |= {"sub": "mallory", "email": "mara@example.com"}
    other = Client()
    there_and_back(other)
    assert not is_in(other)


def test_one_connects_an_account_elsewhere_oneself_and_takes_it_away(scene: Scene, provider: Provider) -> None:
    provider.who = {"sub": "sam-there", "email": "elsewhere@example.net"}
    client = as_(scene.sam)
    assert "Connect Polar Survey" in words(client.get("/me/sign-in/").content.decode())
    begun = client.post(f"{SIGN_IN}?process=connect&next=/me/sign-in/")
    there = requests.get(sent_to(begun.content.decode()), allow_redirects=False, timeout=5)
    assert client.get(there.headers["Location"].removeprefix("http://testserver"))["Location"] == "/me/sign-in/"
    other = Client()
    there_and_back(other)
    assert signed_in_as(other) == "Sam"
    client.post("/me/sign-in/disconnect/", {"account": str(SocialAccount.objects.get().pk)})
    assert SocialAccount.objects.count() == 0


def test_nobody_takes_away_what_somebody_else_connected(scene: Scene, provider: Provider) -> None:
    there_and_back(Client())
    as_(scene.sam).post("/me/sign-in/disconnect/", {"account": str(SocialAccount.objects.get().pk)})
    assert SocialAccount.objects.count() == 1


def test_who_cancels_there_is_told_so_and_nothing_happened(scene: Scene, provider: Provider) -> None:
    provider.refuses = True
    client = Client()
    status, said = there_and_back(client)
    assert status == 400
    assert "That did not work" in said
    assert not is_in(client)


def test_an_answer_somebody_else_began_or_that_is_used_twice_lets_nobody_in(scene: Scene, provider: Provider) -> None:
    client, victim = Client(), Client()
    begun = client.post(SIGN_IN)
    there = requests.get(sent_to(begun.content.decode()), allow_redirects=False, timeout=5)
    back = there.headers["Location"].removeprefix("http://testserver")
    assert victim.get(back).status_code == 400
    assert not is_in(victim)
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    assert client.get(back).status_code == 400
    assert not is_in(client)


def test_a_wrong_secret_is_refused_by_the_provider_and_said(scene: Scene, provider: Provider, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["secret"] = "another"
    status, said = there_and_back(Client())
    assert status == 400
    assert "That did not work" in said


def test_a_provider_that_is_away_is_said_to_be(scene: Scene, settings: Settings) -> None:
    with Provider({}) as gone:
        settings.SOCIALACCOUNT_PROVIDERS = gone.settings()
    answer = Client().post(SIGN_IN)
    assert answer.status_code == 502
    assert "That did not work" in words(answer.content.decode())
