"""What lets somebody in is told to nobody else: not to a log, not to another site, not in an error."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from hub.kit.logs import JsonFormatter
from hub.people.commands import invite, make_feed_address, make_token
from hub.people.models import Account, TokenScope
from tests.people.test_sign_in import MARA, another, code_sent
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db
BEARER = "Bearer "


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the least, as `hub serve` writes it."""
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    level, names = root.level, ("django", "django.request", "django.db.backends", "allauth", "hub", "asyncio")
    levels = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in names:
        if name != "django.db.backends":  # statements are logged in debugging only, which no server runs with
            logging.getLogger(name).setLevel(logging.DEBUG)
    yield told
    root.removeHandler(handler)
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def an_invitation(scene: Scene) -> str:
    Account.objects.filter(person=scene.ada).update(last_login=None)
    return invite(scene.ada, by=scene.mara, at=IN_SEPTEMBER)[1]


def breaking(*_: object, **__: object) -> None:
    raise RuntimeError("it broke")


def test_a_secret_of_an_address_stands_in_no_log(scene: Scene, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    key = an_invitation(scene)
    secret = make_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER).secret
    client = Client(raise_request_exception=False)
    statuses = [client.get(f"/come-in/{key}/").status_code, client.get(f"/calendars/{secret}.ics").status_code]
    for where in (
        f"/come-in/{key}/",
        f"/come-in/{key}x/",
        f"/calendars/{secret}.ics",
        f"/calendars/{secret}x.ics",
        f"/calendars/{secret}",
        f"/come-in/{key}",
    ):
        for query in ("", f"?next=/come-in/{key}/"):
            statuses += [client.get(where + query).status_code, client.put(where + query).status_code]
            client.get(where, HTTP_HOST="example.com")
            client.get("/nowhere/", HTTP_REFERER=f"http://testserver{where}")
    Client(enforce_csrf_checks=True).post(f"/come-in/{key}/")
    with monkeypatch.context() as patch:
        patch.setattr("hub.people.commands.invitation_of", breaking)
        patch.setattr("hub.schedule.pages.mine.person_of_feed", breaking)
        statuses += [client.get(f"/come-in/{key}/").status_code, client.get(f"/calendars/{secret}.ics").status_code]
    assert {200, 301, 404, 405, 410, 500} - set(statuses) - {301} == set()
    logged = log.getvalue()
    assert logged.count("/come-in/…") > 3
    assert logged.count("/calendars/…") > 3
    assert (key in logged, secret in logged, key[:12] in logged, secret[:12] in logged) == (False, False, False, False)


def test_a_token_stands_in_no_log(scene: Scene, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    _, key = make_token(scene.mara, name="x", scope=TokenScope.READ, programme=None, days=9, by=scene.mara, at=IN_SEPTEMBER)
    client = Client(raise_request_exception=False, HTTP_AUTHORIZATION=BEARER + key)
    api = "/api/v1/programmes/practitioners-hub/rules"
    statuses = [
        client.get(api).status_code,
        client.get("/api/v1/nowhere").status_code,
        client.put(api, {"toml": ""}).status_code,
    ]
    statuses.append(Client(raise_request_exception=False, HTTP_AUTHORIZATION=BEARER + key + "x").get(api).status_code)
    with monkeypatch.context() as patch:
        patch.setattr("hub.people.queries.token_of_key", breaking)
        broken = client.get(api)
    assert [*statuses, broken.status_code] == [200, 404, 403, 401, 500]
    assert key not in log.getvalue()
    assert key[:16] not in log.getvalue()
    assert key not in broken.content.decode()
    assert "it broke" in log.getvalue()


def test_codes_addresses_and_what_was_typed_stand_in_no_log(scene: Scene, log: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"email": MARA})
    code = code_sent()
    client.post("/sign-in/code/", {"code": another(code)})
    client.post("/sign-in/code/", {"code": code})
    as_(scene.ada).post("/me/profile/", {"name": "", "access_needs": "something-private"})
    assert [
        word
        for word in (code, another(code), "something-private", client.session.session_key or "none")
        if word in log.getvalue()
    ] == []


@pytest.mark.parametrize("page", ["come-in", "used", "calendar", "wrong-calendar"])
def test_a_page_behind_a_secret_address_tells_no_other_site_where_one_came_from(scene: Scene, page: str) -> None:
    key = an_invitation(scene)
    secret = make_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER).secret
    answers = {
        "come-in": lambda: Client().get(f"/come-in/{key}/"),
        "used": lambda: Client().get(f"/come-in/{key}x/"),
        "calendar": lambda: Client().get(f"/calendars/{secret}.ics"),
        "wrong-calendar": lambda: Client().get(f"/calendars/{secret}x.ics"),
    }
    answer = answers[page]()
    assert answer["Referrer-Policy"] in ("no-referrer", "strict-origin")  # neither ever sends more than the host
    assert "https://" not in re.sub(r'href="https://(?:localhost|testserver)[^"]*"', "", answer.content.decode()).replace(
        "https://schema.org", ""
    )


def test_a_browser_that_hides_where_it_came_from_can_still_take_an_invitation(scene: Scene) -> None:
    """From a page with `no-referrer` a browser sends a form with the origin `null`, which the check against forgery refuses."""
    assert Client().get(f"/come-in/{an_invitation(scene)}/")["Referrer-Policy"] != "no-referrer"


def test_pages_that_show_a_secret_are_kept_by_nobody(scene: Scene) -> None:
    Account.objects.filter(person=scene.ada).update(last_login=None)
    made = as_(scene.mara).post("/me/tokens/", {"name": "x", "scope": "read", "days": "9"})
    assert "hub_" in made.content.decode()
    invited = as_(scene.mara).post(f"/team/practitioners-hub/people/{scene.ada.pk}/invite/", {"email": "ada@example.org"})
    assert "/come-in/" in invited.content.decode()
    calendar = as_(scene.ada).post("/me/calendar/", {"do": "make"}, follow=True)
    keys = [as_(scene.ada).get(where) for where in ("/me/sign-in/app/", "/me/data.json", "/me/sign-in/")]
    for answer in (made, invited, calendar, *keys):
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]


def test_an_error_shows_nothing_of_the_settings_or_the_code(
    scene: Scene, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.people.queries.tokens_of", breaking)
    monkeypatch.setattr("hub.programmes.queries.public_programmes", breaking)
    client = as_(scene.mara)
    client.raise_request_exception = False
    for where in ("/me/tokens/", "/api/v1/programmes"):
        answer = client.get(where)
        assert answer.status_code == 500
        told = answer.content.decode()
        for word in (
            "Traceback",
            "RuntimeError",
            "it broke",
            settings.SECRET_KEY,
            "site-packages",
            "settings",
            "sqlite",
            "postgres",
            "Mara",
        ):
            assert word not in told
    assert settings.DEBUG is False


def test_a_secret_never_comes_back_from_the_database(scene: Scene) -> None:
    token, key = make_token(scene.mara, name="x", scope=TokenScope.READ, programme=None, days=9, by=scene.mara, at=IN_SEPTEMBER)
    invitation = an_invitation(scene)
    for where in ("/me/data.json", "/me/data/", "/me/tokens/", f"/team/practitioners-hub/people/{scene.ada.pk}/"):
        told = as_(scene.mara).get(where).content.decode() + as_(scene.ada).get(where).content.decode()
        assert (key in told, invitation in told, token.digest in told) == (False, False, False)
    assert json.dumps(key) not in json.dumps(list(type(token).objects.values()), default=str)
