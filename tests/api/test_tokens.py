"""Tokens: a program acts for a person, no further than they may, no longer than they said, and is let go at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from hub.core.errors import NotAllowed
from hub.people.commands import BadToken, make_token, revoke_token
from hub.people.models import Person, Token, TokenScope
from hub.programmes.models import Programme
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/programmes/practitioners-hub/cohorts/2024/working-sessions"
CHAT = {"title": "Fireside chat", "kind": "webinar"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(IN_SEPTEMBER, tick=False) as clock:
        yield clock


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def key_of(person: Person, scope: TokenScope = TokenScope.WRITE, programme: Programme | None = None, days: int = 30) -> str:
    return make_token(person, name="A script", scope=scope, programme=programme, days=days, by=person, at=IN_SEPTEMBER)[1]


def read(key: str) -> int:
    return Client().get(SESSIONS, headers={"Authorization": f"Bearer {key}"}).status_code


def write(key: str) -> int:
    client = Client(enforce_csrf_checks=True)
    sent = client.post(SESSIONS, CHAT, content_type="application/json", headers={"Authorization": f"Bearer {key}"})
    return sent.status_code


def test_a_program_may_what_the_person_may_and_needs_no_cookie(scene: Scene) -> None:
    mara, ada, sam = (key_of(person) for person in (scene.mara, scene.ada, scene.sam))
    assert [read(key) for key in (mara, ada, sam)] == [200, 403, 404]
    assert [write(key) for key in (mara, ada, sam)] == [201, 403, 404]


def test_a_token_to_read_does_not_write(scene: Scene) -> None:
    key = key_of(scene.mara, TokenScope.READ)
    assert (read(key), write(key)) == (200, 403)


def test_a_token_for_one_programme_is_none_for_another(scene: Scene) -> None:
    scene.mara.roles.create(programme=scene.private, kind="team", starts_on=IN_SEPTEMBER.date())
    assert read(key_of(scene.mara, programme=scene.private)) == 403
    assert read(key_of(scene.mara, programme=scene.programme)) == 200


def test_a_token_ends_with_its_days_and_at_once_when_it_is_ended(scene: Scene, clock: time_machine.Coordinates) -> None:
    short, long = key_of(scene.mara, days=1), key_of(scene.mara, days=30)
    revoked = Token.objects.get(digest__isnull=False, expires_at=IN_SEPTEMBER + timedelta(days=30))
    assert (read(short), read(long)) == (200, 200)
    revoke_token(revoked, by=scene.mara, at=IN_SEPTEMBER)
    assert (read(short), read(long)) == (200, 401)
    clock.shift(timedelta(days=1))
    assert read(short) == 401


@pytest.mark.parametrize("key", ["", "hub_", "hub_" + "a" * 43, "é", "x" * 5000])
def test_what_is_no_key_lets_nobody_in(scene: Scene, key: str) -> None:
    key_of(scene.mara)
    assert Client().get(SESSIONS, headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_the_key_is_shown_once_and_kept_nowhere(scene: Scene) -> None:
    mara = as_(scene.mara)
    html = mara.post("/me/tokens/", {"name": "A script", "scope": "read", "programme": "", "days": "30"}).content.decode()
    key = html.split('<code class="key">')[1].split("</code>")[0]
    assert read(key) == 200
    assert key not in mara.get("/me/tokens/").content.decode()
    assert key not in str(list(Token.objects.values()))
    assert key not in mara.get("/me/data/").content.decode()
    mara.post("/me/tokens/", {"do": "revoke", "token": Token.objects.get().pk})
    assert read(key) == 401


def test_nobody_makes_or_ends_the_token_of_another(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        make_token(scene.ada, name="Mine", scope=TokenScope.READ, programme=None, days=1, by=scene.mara, at=IN_SEPTEMBER)
    key_of(scene.mara)
    token = Token.objects.get()
    assert as_(scene.ada).post("/me/tokens/", {"do": "revoke", "token": token.pk}).status_code == 404
    with pytest.raises(NotAllowed):
        revoke_token(token, by=scene.ada, at=IN_SEPTEMBER)


@pytest.mark.parametrize(("name", "days"), [(" ", 1), ("x" * 81, 1), ("A script", 0), ("A script", 367)])
def test_a_token_has_a_name_and_an_end(scene: Scene, name: str, days: int) -> None:
    with pytest.raises(BadToken):
        make_token(scene.mara, name=name, scope=TokenScope.READ, programme=None, days=days, by=scene.mara, at=IN_SEPTEMBER)
    answer = as_(scene.mara).post("/me/tokens/", {"name": name, "scope": "read", "programme": "", "days": days})
    assert answer.status_code == 422
