"""Who may enter which page: every address of the Hub, for everybody, by every verb.

`table.py` names every URL name there is; a new one without a row fails the suite, so does a row without an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.safestring import SafeString
from pytest_django.plugin import DjangoDbBlocker

from hub.people.models import RoleKind
from hub.programmes.commands import edit_programme
from hub.site.pages import cards
from tests.matrix.people import AS, KINDS, Company
from tests.matrix.table import EVERYBODY, ITS_PEOPLE, LED_ON, SIGNED_IN, TABLE, TEAM, Five, Row
from tests.matrix.things import a_pair, a_series, address
from tests.scene import IN_SEPTEMBER

__all__ = ["EVERYBODY", "ITS_PEOPLE", "SIGNED_IN", "TABLE", "TEAM", "WITHOUT_TOKEN", "a_pair", "a_series", "address"]

pytestmark = pytest.mark.django_db

FIVE = ("signed out", "sam", "rosa", "ada", "mara")
FOUR = ("signed out", "sam", "ada", "mara")
THEIR_OWN = ("olga", "yara")  # of the programme of others
# Who may is decided alike on both engines: on the second those with pages of their own are asked, so that each is made there.
# Mara last: what she sends may change what is there.
EVERYONE = ("signed out", *(("rosa", *THEIR_OWN) if settings.IS_SCALED else AS), "sam", "ada", "mara")
on_the_first_engine = pytest.mark.skipif(settings.IS_SCALED, reason="the database has no part in it")
TO_SIGN_IN, LET_IN = "to the sign-in", "let in"


def names(resolver: URLResolver) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if not str(each.pattern).startswith("api/"):
                yield from names(each)
        elif isinstance(each, URLPattern):
            yield str(each.name)


@pytest.fixture(scope="module", autouse=True)
def furnished(standing_company: Company, django_db_blocker: DjangoDbBlocker) -> None:
    """What the addresses of the table are about is there from the beginning, in both programmes."""
    with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
        for name, row in TABLE.items():
            address(name, standing_company.scene)
            if row.others:
                address(name, standing_company.of_others)


def answered(five: Five, who: str, row: Row) -> int:
    """What somebody is answered in the scene's own programme: as the one of the five they stand with, or as the row says."""
    return row.but.get(who, five[FIVE.index(AS.get(who, who))])


def answered_by_others(row: Row, who: str) -> int:
    """What somebody is answered in the programme of others: its own as our own in ours, and everybody else as a stranger."""
    assert row.others
    if who in THEIR_OWN:
        return row.public[FIVE.index("mara" if who == "olga" else "ada")]
    return row.others[FIVE.index("signed out" if AS.get(who, who) == "signed out" else "sam")]


@contextmanager
def blank_pages(who: str) -> Iterator[None]:
    """Write no page and draw no card for whoever is not one of the five: it is most of the work, and not what is asked."""
    written, drawn = Template.render, cards.draw_card
    if who not in FIVE:
        Template.render = lambda self, context=None, request=None: SafeString()  # type: ignore[method-assign]
        cards.draw_card = lambda **facts: b""
    try:
        yield
    finally:
        Template.render, cards.draw_card = written, drawn  # type: ignore[method-assign]


def asked(company: Company, where: str, whom: tuple[str, ...] = EVERYONE) -> dict[str, int]:
    told = {}
    for who in whom:
        with blank_pages(who):
            told[who] = company.browser(who).get(where).status_code
    return told


def sent(company: Company, where: str, whom: tuple[str, ...] = EVERYONE) -> dict[str, int | str]:
    told = {}
    for who in whom:
        with blank_pages(who):
            told[who] = outcome(company.browser(who).post(where))
    return told


def outcome(answer: HttpResponse) -> int | str:
    """Say whether a form was refused, and how, or taken, whatever it then said."""
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next="):
        return TO_SIGN_IN
    return LET_IN if answer.status_code in (200, 302, 400, 409, 410, 422, 429) else answer.status_code


def outcome_of(status: int, row: Row, who: str) -> int | str:
    """What is to become of a form, by what is answered to who asks for the page."""
    if status == 302 and AS.get(who, who) == "signed out" and row.public != LED_ON:
        return TO_SIGN_IN
    return status if status in (403, 404) else row.sent.get("whoever is let in", LET_IN)


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert sorted(names(get_resolver())) == sorted(TABLE)


def test_every_kind_of_role_there_is_has_somebody_who_asks() -> None:
    assert {*KINDS.values(), RoleKind.EXPERT} == set(RoleKind)


def test_there_is_no_account_above_the_roles() -> None:
    fields = {field.name for field in get_user_model()._meta.get_fields()}
    assert fields & {"is_staff", "is_superuser", "groups", "user_permissions"} == set()
    assert not any(name == "index" or name.startswith("admin") for name in names(get_resolver()))


@pytest.mark.parametrize("name", TABLE)
def test_a_page_lets_in_whom_it_should(company: Company, name: str) -> None:
    row = TABLE[name]
    wanted = {who: answered(row.public, who, row) for who in EVERYONE}
    assert asked(company, address(name, company.scene)) == wanted


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.takes_post])
def test_a_form_is_taken_from_whom_it_should(company: Company, name: str) -> None:
    row = TABLE[name]
    wanted = {who: outcome_of(answered(row.public, who, row), row, who) for who in EVERYONE}
    wanted |= {who: told for who, told in row.sent.items() if who in EVERYONE}
    assert sent(company, address(name, company.scene)) == wanted


ONLY_SENDS = [name for name, row in TABLE.items() if answered(row.public, "mara", row) == 405 and row.public[0] == 302]


@pytest.mark.parametrize("name", ONLY_SENDS)
def test_who_sends_after_their_session_ended_is_led_to_a_page_that_can_be_read(company: Company, name: str) -> None:
    """Also where the browser says that it came from the address itself, as after a refusal."""
    where = address(name, company.scene)
    led = company.browser("signed out").post(where, headers={"Referer": f"http://testserver{where}"})
    assert (led.status_code, led["Location"]) == (302, "/sign-in/?next=/me/")


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.private])
def test_a_programme_that_is_made_private_is_seen_by_its_own(company: Company, name: str) -> None:
    row = TABLE[name]
    assert row.private
    edit_programme(company.scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    whom = EVERYONE if row.private != row.public else FOUR
    wanted = {who: answered(row.private, who, row) for who in whom}
    assert asked(company, address(name, company.scene), whom) == wanted


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.others])
def test_a_private_programme_of_others_is_for_its_own_and_not_even_said_to_exist(company: Company, name: str) -> None:
    row, where = TABLE[name], address(name, company.of_others)
    wanted = {who: answered_by_others(row, who) for who in EVERYONE}
    whom = (*FIVE, *THEIR_OWN) if row.takes_post else EVERYONE  # where the rest may not send, they may not look either
    assert asked(company, where, whom) == {who: wanted[who] for who in whom}
    if row.takes_post:
        assert sent(company, where) == {who: outcome_of(status, row, who) for who, status in wanted.items()}


@on_the_first_engine
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.public == TEAM])
def test_a_page_of_the_team_sends_who_is_signed_out_to_the_sign_in_and_back(company: Company, name: str) -> None:
    where = address(name, company.scene)
    assert Client().get(where)["Location"] == f"/sign-in/?next={where}"


@on_the_first_engine
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.get and row.public != LED_ON])
def test_asking_for_the_head_of_a_page_gets_what_asking_for_the_page_gets(company: Company, name: str) -> None:
    where, row = address(name, company.scene), TABLE[name]
    seen = {who: company.browser(who).head(where).status_code for who in FOUR}
    assert seen == {who: answered(row.public, who, row) for who in FOUR}


@on_the_first_engine
@pytest.mark.parametrize("name", TABLE)
def test_no_page_takes_a_verb_it_has_no_use_for(company: Company, name: str) -> None:
    where = address(name, company.scene)
    verbs = ("put", "patch", "delete") if TABLE[name].takes_post else ("post", "put", "patch", "delete")
    told = {who: {getattr(company.browser(who), verb)(where).status_code for verb in verbs} for who in FOUR}
    assert told["mara"] == {405}
    assert set().union(*told.values()) <= {302, 403, 404, 405}


WITHOUT_TOKEN = {"stop"}  # RFC 8058: the mail program sends the one click; the address itself is signed


@on_the_first_engine
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.takes_post and name not in WITHOUT_TOKEN])
def test_no_form_is_taken_without_its_token(company: Company, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = company.browser("mara").cookies
    assert client.post(address(name, company.scene)).status_code == 403
