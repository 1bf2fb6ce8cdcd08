"""Sign in with a code, sign out, and be one of the demo's cast."""

from __future__ import annotations

import re
import smtplib
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from hub.people.commands import add_person
from hub.people.models import Account
from tests.factories import BEGUN
from tests.scene import Scene, a_scene, as_
from tests.site.reading import links, words

pytestmark = pytest.mark.django_db
MARA = "mara@example.org"


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def code_sent() -> str:
    """The code of the newest mail."""
    found = re.search(r"^ +(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def ask(client: Client, email: str = MARA, **more: str) -> None:
    answer = client.post("/sign-in/", {"email": email, **more})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/code/")


def come_in(client: Client, email: str = MARA, **more: str) -> str:
    """Sign in with a code; gives where one is led."""
    ask(client, email, **more)
    answer = client.post("/sign-in/code/", {"code": code_sent(), **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def signed_in_as(client: Client) -> str:
    answer = client.get("/me/")
    return words(answer.content.decode()).split(" ", 2)[1] if answer.status_code == 200 else "nobody"


def test_the_code_from_the_mail_lets_one_in_and_proves_the_address(scene: Scene) -> None:
    client = Client()
    EmailAddress.objects.update(verified=False)
    ask(client, " Mara@Example.org ")
    assert [message.to for message in mail.outbox] == [["mara@example.org"]]
    assert not is_in(client)
    client.post("/sign-in/code/", {"code": code_sent()})
    assert is_in(client)
    assert EmailAddress.objects.get(email=MARA).verified


def test_the_team_starts_at_its_home_and_everybody_else_with_what_is_next(scene: Scene) -> None:
    assert [come_in(Client(), email) for email in (MARA, "ada@example.org")] == ["/team/practitioners-hub/", "/me/"]


def test_nothing_in_the_mail_can_be_followed_so_that_a_scanner_uses_nothing_up(scene: Scene) -> None:
    ask(Client())
    assert "://" not in str(mail.outbox[-1].body)


def test_a_wrong_code_is_told_apart_and_five_of_them_end_it(scene: Scene) -> None:
    client = Client()
    ask(client)
    right = code_sent()
    for _ in range(4):
        answer = client.post("/sign-in/code/", {"code": another(right)})
        assert answer.status_code == 422
        assert "That is not the code." in words(answer.content.decode())
    assert client.post("/sign-in/code/", {"code": another(right)}).status_code == 302
    assert client.post("/sign-in/code/", {"code": right})["Location"] == "/sign-in/"
    assert not is_in(client)


def test_a_code_may_be_typed_as_people_type(scene: Scene) -> None:
    client = Client()
    ask(client)
    code = code_sent()
    client.post("/sign-in/code/", {"code": f" {code[:3]} {code[3:]} "})
    assert is_in(client)


def test_a_code_works_for_a_quarter_of_an_hour_in_one_browser_and_once(scene: Scene) -> None:
    client = Client()
    ask(client)
    code = code_sent()
    assert Client().post("/sign-in/code/", {"code": code})["Location"] == "/sign-in/"
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        client.post("/sign-in/code/", {"code": code})
        assert not is_in(client)
    come_in(client)
    used = code_sent()
    client.post("/sign-out/")
    assert client.post("/sign-in/code/", {"code": used})["Location"] == "/sign-in/"


def test_another_code_takes_the_place_of_the_first(scene: Scene) -> None:
    client = Client()
    ask(client)
    first = code_sent()
    client.post("/sign-in/code/", {"action": "resend"})
    second = code_sent()
    if first != second:
        client.post("/sign-in/code/", {"code": first})
        assert not is_in(client)
    client.post("/sign-in/code/", {"code": second})
    assert is_in(client)


def test_who_mistyped_their_address_starts_again(scene: Scene) -> None:
    client = Client()
    ask(client, "nobody@example.org")
    assert client.get("/sign-in/")["Location"] == "/sign-in/code/"
    client.post("/sign-in/", {"do": "anew"})
    assert client.get("/sign-in/").status_code == 200
    assert come_in(client)


def test_an_unknown_address_is_answered_as_a_known_one_and_told_by_mail(scene: Scene) -> None:
    known, unknown = Client(), Client()
    seen = []
    for client, email in ((known, MARA), (unknown, "nobody@example.org")):
        answer = client.post("/sign-in/", {"email": email})
        page = client.get("/sign-in/code/")
        seen.append((answer.status_code, answer["Location"], words(page.content.decode()).replace(email, "…")))
    assert seen[0] == seen[1]
    assert [(message.to, message.subject) for message in mail.outbox[1:]] == [
        (["nobody@example.org"], "Nobody here has this address")
    ]
    assert unknown.post("/sign-in/code/", {"code": ""}).status_code == 422
    assert not is_in(unknown)


@pytest.mark.parametrize("email", ["", "mara", "mara@example.org\x00", "a" * 300 + "@example.org"])
def test_what_is_no_address_is_said_beside_it_and_stays(scene: Scene, email: str) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"email": email, "next": "/practitioners-hub/"})
    assert answer.status_code == 422
    assert mail.outbox == []
    html = answer.content.decode()
    assert 'aria-invalid="true"' in html
    assert 'value="/practitioners-hub/"' in html


def test_where_mail_does_not_go_out_it_is_said_and_nothing_is_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    answer = Client().post("/sign-in/", {"email": MARA})
    assert answer.status_code == 422
    assert "We could not send the mail just now." in words(answer.content.decode())
    assert f'value="{MARA}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/practitioners-hub/", "/practitioners-hub/"),
        ("https://example.com/", "/team/practitioners-hub/"),
        ("//example.com/", "/team/practitioners-hub/"),
        ("/\\example.com", "/team/practitioners-hub/"),
        ("javascript:alert(1)", "/team/practitioners-hub/"),
    ],
)
def test_one_is_led_on_to_where_one_was_going_and_never_to_another_site(scene: Scene, wanted: str, led_to: str) -> None:
    assert come_in(Client(), next=wanted) == led_to
    assert "example.com" not in Client().get("/sign-in/", {"next": wanted}).content.decode()


def test_who_is_signed_in_already_is_not_asked_again(scene: Scene) -> None:
    answer = as_(scene.ada).get("/sign-in/", {"next": "/practitioners-hub/"})
    assert (answer.status_code, answer["Location"]) == (302, "/practitioners-hub/")


def test_who_signs_in_gets_a_new_session_so_that_none_can_be_planted(scene: Scene) -> None:
    client = Client()
    ask(client)
    planted = client.session.session_key
    client.post("/sign-in/code/", {"code": code_sent()})
    assert is_in(client)
    other = Client()
    other.cookies["sessionid"] = str(planted)
    assert not is_in(other)


def test_a_closed_account_is_answered_as_an_unknown_one(scene: Scene) -> None:
    Account.objects.filter(email=MARA).update(is_active=False)
    ask(Client())
    assert mail.outbox[-1].subject == "Nobody here has this address"


def test_any_address_of_a_person_lets_them_in(scene: Scene) -> None:
    account = Account.objects.get(email=MARA)
    EmailAddress.objects.create(user=account, email="okafor@example.net", verified=True, primary=False)
    client = Client()
    come_in(client, "okafor@example.net")
    assert signed_in_as(client) == "Mara"


def test_the_address_mail_goes_to_lets_in_beside_one_that_was_proved(scene: Scene) -> None:
    ivo = add_person("Ivo Marsh", email="ivo@example.org", by=None, at=BEGUN)
    EmailAddress.objects.create(user=ivo.account, email="marsh@example.net", verified=True, primary=False)
    client = as_(ivo)  # he came in by an invitation, which proves no address
    said = words(client.get("/me/sign-in/addresses/").content.decode())
    assert "ivo@example.org Mail goes here Not proved yet" in said
    assert "The one mail goes to lets you in, and any other once you have proved it." in said
    for address in ("ivo@example.org", "marsh@example.net"):
        come_in(other := Client(), address)
        assert signed_in_as(other) == "Ivo"


def test_a_person_is_added_with_an_address_nobody_has_proved(scene: Scene) -> None:
    person = add_person("Grace Hopper", email="Grace@Example.org", by=None, at=BEGUN)
    address = EmailAddress.objects.get(user__person=person)
    assert (address.email, address.primary, address.verified) == ("grace@example.org", True, False)
    assert not person.account.has_usable_password()


def test_one_address_gets_ten_codes_an_hour_whoever_asks(scene: Scene) -> None:
    at = timezone.now()
    for minute in range(12):
        with time_machine.travel(at + timedelta(minutes=minute)):
            Client(REMOTE_ADDR=f"10.0.0.{minute}").post("/sign-in/", {"email": MARA})
    assert len(mail.outbox) == 10
    with time_machine.travel(at + timedelta(minutes=70)):
        ask(Client())
    assert len(mail.outbox) == 11


def test_two_thousand_tries_from_one_place_send_few_mails_and_let_nobody_in(scene: Scene) -> None:
    client = Client()
    refused = 0
    with time_machine.travel(timezone.now(), tick=False):
        for number in range(1000):
            refused += client.post("/sign-in/", {"email": f"guess{number}@example.org"}).status_code == 422
        assert len(mail.outbox) == 30
        assert refused == 970
    come_in(other := Client(REMOTE_ADDR="10.9.9.9"))
    assert is_in(other)
    ask(victim := Client(REMOTE_ADDR="10.9.9.8"), "ada@example.org")
    right = code_sent()
    for _ in range(1000):
        victim.post("/sign-in/code/", {"code": another(right)})
    assert not is_in(victim)


def test_signing_out_ends_the_session_and_needs_a_press(scene: Scene) -> None:
    client = as_(scene.ada)
    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)
    assert client.post("/sign-out/")["Location"] == "/"
    assert not is_in(client)


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
