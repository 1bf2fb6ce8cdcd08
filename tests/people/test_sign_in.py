"""Sign in, sign out, and be one of the demo's cast."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.scene import Scene, a_scene, as_
from tests.site.reading import links, words

pytestmark = pytest.mark.django_db
MARA = {"email": "mara@example.org", "password": "mara likes long passwords"}


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def signed_in_as(client: Client) -> str:
    answer = client.get("/me/")
    return words(answer.content.decode()).split(" ", 2)[1] if answer.status_code == 200 else "nobody"


def test_who_knows_the_password_comes_in_whatever_the_case_of_their_address(scene: Scene) -> None:
    client = Client()
    answer = client.post("/sign-in/", {**MARA, "email": " Mara@Example.org "})
    assert answer.status_code == 302
    assert client.get("/me/").status_code == 200


def test_the_team_starts_at_its_home_and_everybody_else_with_what_is_next(scene: Scene) -> None:
    ada = {"email": "ada@example.org", "password": "ada likes long passwords"}
    assert [Client().post("/sign-in/", each)["Location"] for each in (MARA, ada)] == ["/team/practitioners-hub/", "/me/"]


@pytest.mark.parametrize(
    "wrong",
    [{"password": "something else"}, {"email": "nobody@example.org"}, {"email": "mara@example.org\x00"}, {"email": ""}],
)
def test_who_does_not_is_told_what_to_do_and_keeps_their_address(scene: Scene, wrong: dict[str, str]) -> None:
    client = Client()
    answer = client.post("/sign-in/", {**MARA, **wrong})
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session
    if "password" in wrong:
        html = answer.content.decode()
        assert "This address and password don’t belong together." in words(html)
        assert 'value="mara@example.org"' in html
        assert "something else" not in html


def test_an_unknown_address_is_refused_in_the_same_words_as_a_wrong_password(scene: Scene) -> None:
    unknown = Client().post("/sign-in/", {**MARA, "email": "nobody@example.org"})
    wrong = Client().post("/sign-in/", {**MARA, "password": "no"})
    assert words(unknown.content.decode()) == words(wrong.content.decode())


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/practitioners-hub/", "/practitioners-hub/"),
        ("https://example.com/", "/team/practitioners-hub/"),
        ("//example.com/", "/team/practitioners-hub/"),
        ("javascript:alert(1)", "/team/practitioners-hub/"),
    ],
)
def test_one_is_led_on_to_where_one_was_going_and_never_to_another_site(scene: Scene, wanted: str, led_to: str) -> None:
    assert Client().post("/sign-in/", {**MARA, "next": wanted})["Location"] == led_to


def test_who_is_signed_in_already_is_not_asked_again(scene: Scene) -> None:
    answer = as_(scene.ada).get("/sign-in/", {"next": "/practitioners-hub/"})
    assert (answer.status_code, answer["Location"]) == (302, "/practitioners-hub/")


def test_signing_out_ends_the_session_and_needs_a_press(scene: Scene) -> None:
    client = as_(scene.ada)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/me/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/"
    assert client.get("/me/").status_code == 302


def test_in_the_demo_one_may_be_any_of_the_cast(scene: Scene, settings: Settings) -> None:
    settings.DEMO = True
    client = Client()
    cast = client.get("/dev/").content.decode()
    assert [link for link in links(cast) if "/dev/as/" in link] == ["/dev/as/mara/", "/dev/as/ada/", "/dev/as/sam/"]
    assert "Sam Whitlow Signed in, with no role anywhere." in words(cast)
    for name in ("ada", "Sam", "mara"):
        assert client.get(f"/dev/as/{name}/").status_code == 302
        assert signed_in_as(client) == name.capitalize()
    assert client.get("/dev/as/nobody/").status_code == 404


def test_being_one_of_the_cast_leads_on_but_never_to_another_site(scene: Scene, settings: Settings) -> None:
    settings.DEMO = True
    assert Client().get("/dev/as/ada/", {"next": "/practitioners-hub/"})["Location"] == "/practitioners-hub/"
    assert Client().get("/dev/as/ada/", {"next": "https://example.com/"})["Location"] == "/me/"
