"""Being forgotten, as it is asked for and taken back on pages; and what a person reads of how long things are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.kit import worker
from hub.kit.fresh import shelf
from hub.people import queries
from hub.people.commands import add_person, answer, ask_erasure, give_role, publish_term
from hub.people.models import Erasure, RoleKind
from tests.factories import a_session
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
DATA, MINE = "/me/data/", "/me/data/erase/"
PEOPLE = "/team/practitioners-hub/people/"
COHORT = "/practitioners-hub/2024/"
DUE = IN_SEPTEMBER + timedelta(days=14)
SAID = "Tue 24 September 2024, 12:00 (London)"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def page(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_who_asks_is_gone_from_public_pages_reads_when_it_happens_and_can_change_their_mind(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    ada, reader = as_(scene.ada), Client()
    assert "Ada Lindqvist" in page(reader, COHORT)
    assert f'href="{MINE}"' in page(ada, DATA)
    assert "Keep my data" in page(ada, MINE)
    assert Erasure.objects.count() == 0  # a look asks for nothing

    asked = ada.post(MINE, {"do": "erase"}, follow=True)
    assert asked.redirect_chain == [(DATA, 302)]
    html = asked.content.decode()
    assert ("You are to be forgotten" in html, SAID in html, "See what would happen" in html) == (True, True, False)
    assert "Ada Lindqvist" not in page(reader, COHORT)

    kept = ada.post(MINE, {"do": "keep"}, follow=True).content.decode()
    assert "Taken back: your data stays, and all is as it was." in kept
    assert "You are to be forgotten" not in kept
    assert "Ada Lindqvist" in page(reader, COHORT)


def test_nobody_erases_anybody_without_saying_so(scene: Scene) -> None:
    for sent in ({}, {"do": "anything"}):
        assert as_(scene.ada).post(MINE, sent).status_code == 422
    assert Erasure.objects.count() == 0


def test_the_last_of_a_team_reads_why_not_and_what_to_do(scene: Scene) -> None:
    refused = as_(scene.mara).post(MINE, {"do": "erase"})
    assert refused.status_code == 422
    assert "Nobody would be left to run The Practitioners Hub. Put somebody else on its team first." in refused.content.decode()


def test_a_team_asks_for_a_person_and_they_are_told_and_can_keep_their_data(scene: Scene) -> None:
    mara, ada, path = as_(scene.mara), as_(scene.ada), f"{PEOPLE}{scene.ada.pk}/"
    assert f'href="{path}erase/"' in page(mara, path)
    html = mara.post(f"{path}erase/", {"do": "erase"}, follow=True).content.decode()
    assert f"To be erased on {SAID}" in html
    assert "To be erased" in page(mara, PEOPLE)
    assert "Keep this person" in page(mara, f"{path}erase/")
    for where in (DATA, "/me/"):
        assert "Keep my data" in page(ada, where)
    ada.post(MINE, {"do": "keep"})
    assert "To be erased" not in page(mara, PEOPLE)


def test_who_wants_what_their_team_asked_for_makes_it_their_own(scene: Scene) -> None:
    ada = as_(scene.ada)
    assert "I want to be forgotten" not in page(ada, MINE)
    ask_erasure(scene.ada, by=scene.mara, at=IN_SEPTEMBER)
    assert "I want to be forgotten" in page(ada, MINE)
    ada.post(MINE, {"do": "erase"})
    assert "I want to be forgotten" not in page(ada, MINE)
    assert as_(scene.mara).post(f"{PEOPLE}{scene.ada.pk}/erase/", {"do": "keep"}).status_code == 403


def test_a_team_does_not_keep_who_asked_themselves(scene: Scene) -> None:
    ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    mara, path = as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/erase/"
    assert "Keep this person" not in page(mara, path)
    assert mara.post(path, {"do": "keep"}).status_code == 403
    assert queries.open_erasure(scene.ada) is not None


def test_a_team_is_not_offered_to_erase_who_takes_part_elsewhere_too(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.REVIEWER, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    mara, path = as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/erase/"
    assert "Only they themselves can ask for this" in page(mara, path)
    refused = mara.post(path, {"do": "erase"})
    assert (refused.status_code, Erasure.objects.count()) == (403, 0)
    assert mara.get(f"{PEOPLE}{scene.sam.pk}/erase/").status_code == 404


def test_where_others_wrote_the_name_is_said_for_ones_own_programmes_only(scene: Scene) -> None:
    a_session(scene.cohort, title="Fireside chat", date=date(2024, 10, 10), led_by="Ada Lindqvist, British Antarctic Survey")
    a_session(scene.private.cohorts.get(), title="Secret chat", led_by="Ada Lindqvist")
    for client, path in ((as_(scene.ada), MINE), (as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/erase/")):
        html = page(client, path)
        assert "1 session<" in html
    assert "your name still stands" not in page(as_(scene.sam), MINE)


def test_after_it_the_browser_is_signed_out_and_the_team_finds_nobody(scene: Scene) -> None:
    ada = as_(scene.ada)
    ada.post(MINE, {"do": "erase"})
    with time_machine.travel(DUE - timedelta(days=1), tick=False):
        ada, mara = as_(scene.ada), as_(scene.mara)
        assert ada.get(DATA).status_code == 200
    with time_machine.travel(DUE, tick=False):
        worker.drain(clock=lambda: DUE, most=50)
        assert ada.get(DATA).status_code == 302
        assert "Ada" not in page(mara, PEOPLE)
        assert mara.get(f"{PEOPLE}{scene.ada.pk}/").status_code == 404


def test_people_read_for_how_long_each_thing_is_kept(scene: Scene) -> None:
    html = page(as_(scene.ada), DATA)
    for said in (
        "180 days after your last role has ended",
        "90 days after it has run out",
        "400 days after it has ended",
        "until the sign-in has run out",
    ):
        assert said in html
    assert "That somebody agreed or refused" in page(as_(scene.ada), MINE)


def test_the_list_of_people_asks_as_much_whoever_is_to_be_forgotten(scene: Scene) -> None:
    mara = as_(scene.mara)

    def asked() -> int:
        mara.get(PEOPLE)
        with CaptureQueriesContext(connection) as found:
            mara.get(PEOPLE)
        return len(found)

    before = asked()
    for number in range(20):
        person = add_person(f"Expert {number:02}", by=None, at=IN_SEPTEMBER)
        give_role(
            person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER
        )
        ask_erasure(person, by=None, at=IN_SEPTEMBER)
    assert asked() == before
