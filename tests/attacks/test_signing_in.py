"""Ways round the sign-in: half-done ones, somebody else's code, a key used twice, a session that should have ended."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from hub.people.commands import ask_erasure, carry_out_erasure, make_feed_address, make_token
from hub.people.models import Account, Erasure, TokenScope
from tests.attacks.passkeys import Passkey
from tests.kit.houses import House
from tests.matrix import test_pages as matrix
from tests.people.test_doors import app_code, with_an_app
from tests.people.test_sign_in import MARA, ask, code_sent, come_in, is_in
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db
MINE = [name for name, row in matrix.TABLE.items() if row.public == matrix.SIGNED_IN]
TEAMS = [name for name, row in matrix.TABLE.items() if row.public == matrix.TEAM]
RULES = "/api/v1/programmes/practitioners-hub/rules"


def gets_nowhere(client: Client, scene: Scene) -> None:
    """Whatever a half-done sign-in asks for, it is nobody who asks."""
    for name in (*MINE, *TEAMS):
        answer = client.get(matrix.address(name, scene))
        assert (name, answer.status_code) == (name, 302)
        assert answer["Location"].startswith("/sign-in/?next=")
    assert client.get(RULES).status_code == 401
    assert client.put(RULES, {"toml": ""}, content_type="application/json").status_code == 401
    assert client.post("/me/tokens/", {"name": "x", "scope": "write", "days": "9"}).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_sign_in_that_waits_for_its_code_opens_nothing(scene: Scene) -> None:
    client = Client()
    ask(client)
    gets_nowhere(client, scene)


def test_a_sign_in_that_waits_for_its_second_step_opens_nothing(scene: Scene) -> None:
    first = Client()
    come_in(first)
    with_an_app(first)
    client = Client()
    assert come_in(client) == "/sign-in/second-step/"
    gets_nowhere(client, scene)
    for where in (
        "/sign-in/code/",
        "/sign-in/passkey/",
        "/sign-in/go-on/",
        "/sign-in/",
        "/come-in/x/",
        "/sign-in/with/oidc/back/",
        "/me/sign-in/again/",
        "/me/sign-in/recovery-codes/",
    ):
        client.get(where)
        client.post(where, {"code": "000000"})
        assert not is_in(client)


def test_a_second_step_cannot_be_skipped_by_beginning_again(scene: Scene) -> None:
    first = Client()
    come_in(first)
    with_an_app(first)
    client = Client()
    assert come_in(client) == "/sign-in/second-step/"
    client.post("/sign-in/", {"do": "anew"})
    assert not is_in(client)
    ask(client)
    client.post("/sign-in/code/", {"code": code_sent(), "next": "/me/"})
    assert not is_in(client)


def test_a_code_of_one_browser_is_none_in_another_and_none_for_another_person(scene: Scene) -> None:
    mine, theirs = Client(), Client()
    ask(mine)
    code = code_sent()
    ask(theirs, "ada@example.org")
    ada = code_sent()
    if ada != code:
        assert theirs.post("/sign-in/code/", {"code": code}).status_code == 422
        assert mine.post("/sign-in/code/", {"code": ada}).status_code == 422
    assert not is_in(mine)
    assert not is_in(theirs)
    theirs.post("/sign-in/code/", {"code": ada})
    assert theirs.get("/me/tokens/").wsgi_request._person == scene.ada  # type: ignore[attr-defined]


def test_a_code_to_prove_an_address_is_no_way_in(scene: Scene) -> None:
    client = as_(scene.ada)
    ask(other := Client(), MARA)
    client.post("/me/sign-in/addresses/", {"action_add": "", "email": "new@example.org"})
    assert mail.outbox[-1].to == ["new@example.org"]
    proof = code_sent()
    other.post("/sign-in/code/", {"code": proof})
    assert not is_in(other)
    assert not EmailAddress.objects.filter(user__person=scene.mara, email="new@example.org").exists()


def test_an_apps_code_is_taken_once(scene: Scene) -> None:
    start = timezone.now() + timedelta(minutes=5)
    first = Client()
    come_in(first)
    secret = with_an_app(first)
    with time_machine.travel(start, tick=False):
        code = app_code(secret)
        one, two = Client(), Client()
        come_in(one)
        come_in(two)
        one.post("/sign-in/second-step/", {"code": code})
        again = two.post("/sign-in/second-step/", {"code": code})
        assert (is_in(one), again.status_code, is_in(two)) == (True, 422, False)


def test_tries_at_the_second_step_run_out_and_a_new_browser_brings_no_new_ones(scene: Scene) -> None:
    first = Client()
    come_in(first)
    secret = with_an_app(first)
    tried = 0
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        right = app_code(secret)
        for _ in range(3):
            client = Client()
            assert come_in(client) == "/sign-in/second-step/"
            for number in range(10):
                answer = client.post("/sign-in/second-step/", {"code": f"{(int(right) + number + 7) % 1_000_000:06}"})
                tried += "did not fit" in answer.content.decode()
        client.post("/sign-in/second-step/", {"code": right})
        assert not is_in(client)
    assert tried <= 5


# -- passkeys


@pytest.fixture
def passkey(scene: Scene) -> Passkey:
    """A passkey of Mara's, made by an authenticator of software."""
    client = Client()
    come_in(client)
    key = Passkey()
    page = client.get("/me/sign-in/passkey/").content.decode()
    answer = client.post("/me/sign-in/passkey/", {"name": "Mine", "passwordless": "on", "credential": key.made_for(page)})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return key


def options(client: Client) -> dict[str, object]:
    answer: dict[str, object] = client.get(
        "/sign-in/passkey/", HTTP_X_REQUESTED_WITH="XMLHttpRequest", HTTP_ACCEPT="application/json"
    ).json()
    return answer


def test_a_passkey_lets_its_person_in(scene: Scene, passkey: Passkey) -> None:
    client = Client()
    client.post("/sign-in/passkey/", {"credential": passkey.answers(options(client))})
    assert is_in(client)


def test_a_passkeys_answer_is_taken_once_and_for_its_own_challenge_only(scene: Scene, passkey: Passkey) -> None:
    client, other = Client(), Client()
    said = passkey.answers(options(client))
    options(other)
    other.post("/sign-in/passkey/", {"credential": said})  # for another browser's challenge
    assert not is_in(other)
    client.post("/sign-in/passkey/", {"credential": said})
    assert is_in(client)
    client.post("/sign-out/")
    client.post("/sign-in/passkey/", {"credential": said})  # once more, without a challenge
    assert not is_in(client)
    options(client)
    client.post("/sign-in/passkey/", {"credential": said})  # once more, for another challenge
    assert not is_in(client)


@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://example.com"},
        {"origin": "https://testserver.example.com"},
        {"kind": "webauthn.create"},
        {"rp": "example.com"},
        {"flags": 0},
        {"sign": False},
    ],
)
def test_a_passkeys_answer_for_another_site_or_bent_is_none(scene: Scene, passkey: Passkey, bent: dict[str, object]) -> None:
    client = Client()
    answer = client.post("/sign-in/passkey/", {"credential": passkey.answers(options(client), **bent)})
    assert answer.status_code < 500
    assert not is_in(client)


@pytest.mark.parametrize("said", ["", "{", "[]", "null", "0", '{"id": "x"}', '{"id": "", "rawId": 5, "response": {}}', "[" * 5000, '"\\u0000"', json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}})])  # fmt: skip
def test_what_is_no_passkeys_answer_breaks_nothing(scene: Scene, passkey: Passkey, said: str) -> None:
    client = Client(raise_request_exception=False)
    options(client)
    assert client.post("/sign-in/passkey/", {"credential": said}).status_code in (200, 302, 400, 422)
    assert not is_in(client)
    inside = as_(scene.ada)
    inside.raise_request_exception = False
    inside.get("/me/sign-in/passkey/")
    assert inside.post("/me/sign-in/passkey/", {"name": "x", "credential": said}).status_code in (302, 400, 422)


# -- sessions


def test_a_session_ends_at_the_server_when_one_signs_out(scene: Scene) -> None:
    client = as_(scene.ada)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(thief)
    client.post("/sign-out/")
    assert (is_in(thief), thief.get(RULES).status_code) == (False, 401)


def test_a_session_ended_from_elsewhere_ends(scene: Scene) -> None:
    here, there = Client(), Client()
    come_in(here)
    come_in(there)
    is_in(here), is_in(there)
    here.post("/me/sign-in/end/")
    assert (is_in(here), is_in(there)) == (True, False)


def everything_that_lets_in(scene: Scene) -> list[int]:
    """What Ada's session, her token and her calendar answer."""
    session = as_(scene.ada)
    token = make_token(scene.ada, name="x", scope=TokenScope.READ, programme=None, days=9, by=scene.ada, at=IN_SEPTEMBER)[1]
    secret = make_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER).secret
    return [session, token, secret]  # type: ignore[list-item]


def told(session: Client, token: str, secret: str) -> list[int]:
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    return [session.get("/me/").status_code, session.get(RULES).status_code, Client().get(RULES, **bearer).status_code, Client().get(f"/calendars/{secret}.ics").status_code]  # fmt: skip


def test_nothing_of_a_closed_account_lets_anybody_in(scene: Scene) -> None:
    ways = everything_that_lets_in(scene)
    assert told(*ways) == [200, 403, 403, 200]  # type: ignore[arg-type]
    Account.objects.filter(person=scene.ada).update(is_active=False)
    assert told(*ways) == [302, 401, 401, 404]  # type: ignore[arg-type]


def test_nothing_of_somebody_who_was_forgotten_lets_anybody_in(scene: Scene) -> None:
    ways = everything_that_lets_in(scene)
    ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    carry_out_erasure(Erasure.objects.get(person=scene.ada), by=None, at=IN_SEPTEMBER + timedelta(days=30))
    assert told(*ways) == [302, 401, 401, 404]  # type: ignore[arg-type]


def test_a_session_is_none_after_two_weeks(scene: Scene) -> None:
    client = Client()
    come_in(client)
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert not is_in(client)


# -- many at once


CROWD = (sys.executable, "-m", "tests.attacks.crowd")


def at_once(house: House, word: str) -> dict[str, int]:
    """What two processes, each with threads, did at the same moment on a Hub of their own, together."""
    made = house.start("make", str(house.folder), command=CROWD)
    made.communicate(timeout=120)
    assert made.returncode == 0
    crowd = [house.start(word, str(house.folder), command=CROWD) for _ in range(2)]
    for process in crowd:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in crowd:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [json.loads(process.communicate(timeout=120)[0]) for process in crowd]
    return {name: sum(each[name] for each in told) for name in told[0]}


def test_tries_made_at_once_in_one_browser_are_counted_one_by_one(house: House) -> None:
    """All with one cookie: the session alone, which each reads and writes whole, would count some of them as one."""
    told = at_once(house, "code")
    assert (told["all"], told["broken"]) == (60, 0)
    assert 1 <= told["wrong"] <= 5


def test_no_flood_of_other_addresses_washes_a_count_away(scene: Scene) -> None:
    for _ in range(3):
        ask(Client())
    for number in range(700):
        cache.set(f"somebody-elses-{number}", [1], 3600)
    assert Client(REMOTE_ADDR="10.0.0.9").post("/sign-in/", {"email": MARA}).status_code == 422
    assert len(mail.outbox) == 3


def test_codes_asked_for_at_once_are_counted_one_by_one(house: House) -> None:
    told = at_once(house, "ask")
    assert (told["all"], told["broken"]) == (60, 0)
    assert 1 <= told["sent"] <= 3
