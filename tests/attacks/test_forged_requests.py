"""Requests another site makes a browser send: no form and no call of the API is taken without the Hub's own token."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hub.people.commands import invite
from hub.people.models import Account
from tests.attacks.test_who_may import as_sent, differences, everything
from tests.matrix import test_pages as matrix
from tests.matrix.test_api import TABLE as OPERATIONS
from tests.people.test_sign_in import MARA, is_in
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db
ELSEWHERE = ({"HTTP_ORIGIN": "https://example.com"}, {"HTTP_ORIGIN": "null"}, {"HTTP_REFERER": "https://example.com/"}, {})


def a_browser(scene: Scene, *, signed_in: bool = True) -> Client:
    client = Client(enforce_csrf_checks=True)
    if signed_in:
        client.cookies = as_(scene.mara).cookies
    return client


def callbacks(resolver: URLResolver) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            found += callbacks(each)
        elif isinstance(each, URLPattern):
            found.append((str(each.pattern), each.callback))
    return found


def test_every_page_without_the_outer_check_makes_it_itself(scene: Scene) -> None:
    exempt = [pattern for pattern, page in callbacks(get_resolver()) if getattr(page, "csrf_exempt", False)]
    held = [name for name, row in matrix.TABLE.items() if row.takes_post and name not in matrix.WITHOUT_TOKEN]
    assert exempt != []  # the API, and the pages that take what is large
    browser = a_browser(scene)
    for name in held:
        where = matrix.address(name, scene)
        for origin in ELSEWHERE:
            for body in ({}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "a" * 64}):
                answer = browser.post(where, body, **origin)
                assert (name, answer.status_code) == (name, 403)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""]
)
def test_no_kind_of_content_goes_round_the_check(scene: Scene, kind: str) -> None:
    addresses = {
        name: matrix.address(name, scene)
        for name, row in matrix.TABLE.items()
        if row.takes_post and name not in matrix.WITHOUT_TOKEN
    }
    before, browser = everything(), a_browser(scene)
    for name, where in addresses.items():
        answer = browser.post(where, b"do=save", content_type=kind)
        assert (name, answer.status_code) == (name, 403)
    assert differences(before) == {}


@pytest.mark.parametrize("operation", [each for each, row in OPERATIONS.items() if row.is_teams and not each.startswith("GET")])
def test_no_cookie_alone_writes_through_the_api(scene: Scene, operation: str) -> None:
    verb, path = operation.split(" ", 1)
    where = f"/api/v1{path.format(programme='practitioners-hub', cohort=scene.cohort.slug, slug=scene.session.slug, number=1, pk=matrix.a_series(scene).pk)}"
    before, browser = everything(), a_browser(scene)
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        for origin in ELSEWHERE:
            answer = getattr(browser, verb.lower())(
                where, as_sent(OPERATIONS[operation].body) if kind == "application/json" else "x", content_type=kind, **origin
            )
            assert answer.status_code in (401, 403)
    assert differences(before) == {}


def test_another_persons_token_against_forgery_is_none(scene: Scene) -> None:
    mine = a_browser(scene)
    mine.get("/me/profile/")
    theirs = Client(enforce_csrf_checks=True)
    page = theirs.get("/sign-in/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    assert mine.post("/me/profile/", {"name": "Pwned", "csrfmiddlewaretoken": token[1]}).status_code == 403


def test_nobody_is_signed_in_by_another_site(scene: Scene) -> None:
    Account.objects.filter(person=scene.ada).update(last_login=None)
    _, key = invite(scene.ada, by=scene.mara, at=IN_SEPTEMBER)
    for where, body in (("/sign-in/", {"email": MARA}), ("/sign-in/code/", {"code": "123456"}), (reverse("come-in", args=[key]), {}), ("/sign-in/passkey/", {"credential": "{}"}), ("/sign-in/second-step/", {"code": "1"}), ("/sign-in/with/oidc/", {}), ("/sign-in/with/github/", {})):  # fmt: skip
        for origin in ELSEWHERE:
            client = a_browser(scene, signed_in=False)
            assert client.post(where, body, **origin).status_code == 403
            assert not is_in(client)
    assert not is_in(a_browser(scene, signed_in=False))


def test_no_look_at_a_page_writes_anything(scene: Scene) -> None:
    """Another site can make a browser look at any page: that must change nothing."""
    for name in matrix.TABLE:
        matrix.address(name, scene)  # which may make what the address is about
    before, mara, ada = everything(), as_(scene.mara), as_(scene.ada)
    for name, row in matrix.TABLE.items():
        if row.get and name != "dev-as":  # in the demo only, and said to be the one
            where = matrix.address(name, scene)
            mara.get(where)
            mara.get(
                f"{where}?_method=POST&do=save&do=erase&do=remove&do=undo&do=make&do=renew&do=import&do=revoke&do=done&do=book"
            )
            ada.head(f"{where}?do=save&do=withdraw")
    assert differences(before) == {}
