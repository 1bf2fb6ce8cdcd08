"""Two people change one thing at a time, each from a page that was open before the other saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from django.test import Client

from hub.core.consent import Use
from hub.people.commands import (
    LinkFacts,
    add_organisation,
    affiliate,
    edit_affiliation,
    edit_organisation,
    edit_person,
    note_needs,
    publish_term,
    set_links,
)
from hub.people.commands import needs as of_needs
from hub.people.models import AccessNeeds, Affiliation, Term
from hub.programmes.commands import save_rules
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def mara(scene: Scene) -> Client:
    return as_(scene.mara)


def opened(client: Client, path: str, *, use: str = "") -> str:
    """The mark of what the page shows, as the browser has it while the page stays open."""
    html = client.get(path).content.decode()
    where = html.index(f'id="{use}"') if use else 0
    found = re.compile(r'name="shown" value="([^"]*)"').search(html, where)
    assert found is not None
    return unescape(found[1])


def typed(html: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(
        rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>|<input[^>]*name="{name}"[^>]*value="([^"]*)"', html, re.S
    )
    return unescape((found[1] or found[2] or "").strip()) if found else ""


def test_what_an_expert_wrote_of_herself_is_not_undone_by_a_team_that_saves_something_else(scene: Scene, mara: Client) -> None:
    path = f"{TEAM}people/{scene.ada.pk}/edit/"
    page = {
        "name": "Ada Lindqvist",
        "pronouns": "",
        "orcid": "",
        "zone": "",
        "about": "",
        "noted": "",
        "shown": opened(mara, path),
    }
    edit_person(scene.ada, about="Ice\nand rivers", by=scene.ada, at=IN_SEPTEMBER)
    note_needs(scene.ada, scene.programme, "Captions", by=scene.mara, at=IN_SEPTEMBER)
    assert mara.post(path, page | {"pronouns": "she/her"}).status_code == 302
    scene.ada.refresh_from_db()
    assert (scene.ada.about, scene.ada.pronouns) == ("Ice\nand rivers", "she/her")
    assert AccessNeeds.objects.get(person=scene.ada).noted == "Captions"


def test_where_both_changed_the_same_both_texts_are_shown_and_nothing_is_lost(scene: Scene, mara: Client) -> None:
    path = f"{TEAM}people/{scene.ada.pk}/edit/"
    page = {
        "name": "Ada Lindqvist",
        "pronouns": "",
        "orcid": "",
        "zone": "",
        "about": "",
        "noted": "",
        "shown": opened(mara, path),
    }
    edit_person(scene.ada, about="Her own words", zone="Europe/Oslo", by=scene.ada, at=IN_SEPTEMBER)
    answered = mara.post(path, page | {"about": "The words of the team", "pronouns": "she/her"})
    html = answered.content.decode()
    assert answered.status_code == 409
    assert "Her own words" in html
    assert [typed(html, name) for name in ("about", "pronouns", "zone")] == ["The words of the team", "she/her", "Europe/Oslo"]
    scene.ada.refresh_from_db()
    assert (scene.ada.about, scene.ada.pronouns) == ("Her own words", "")
    again = {name: typed(html, name) for name in page}
    assert mara.post(path, again).status_code == 302  # they have been told
    scene.ada.refresh_from_db()
    told = (scene.ada.about, scene.ada.pronouns, scene.ada.zone)
    assert told == ("The words of the team", "she/her", "Europe/Oslo")


def test_a_profile_left_open_undoes_nothing_the_team_changed_nor_what_was_said_in_another_tab(scene: Scene) -> None:
    edit_person(scene.ada, access_needs="Captions", by=scene.ada, at=IN_SEPTEMBER)
    of_needs.share_needs(scene.ada, {scene.programme.pk: True}, by=scene.ada, at=IN_SEPTEMBER)
    ada, path = as_(scene.ada), "/me/profile/"
    reads = f"reads_{scene.programme.pk}"
    page = {"name": "Ada Lindqvist", "access_needs": "Captions", reads: "yes", "shown": opened(ada, path)}
    page |= {"link-label_0": "", "link-url_0": ""}
    edit_person(scene.ada, pronouns="she/her", by=scene.mara, at=IN_SEPTEMBER)
    set_links(scene.ada, [LinkFacts("Site", "https://example.org")], by=scene.mara, at=IN_SEPTEMBER)
    of_needs.share_needs(scene.ada, {scene.programme.pk: False}, by=scene.ada, at=IN_SEPTEMBER)
    assert ada.post(path, page | {"about": "Rivers"}).status_code == 302
    scene.ada.refresh_from_db()
    assert (scene.ada.about, scene.ada.pronouns) == ("Rivers", "she/her")
    assert [link.label for link in scene.ada.links.all()] == ["Site"]
    assert AccessNeeds.objects.get(person=scene.ada).is_shared is False


def test_links_both_changed_are_shown_and_what_was_typed_stays(scene: Scene) -> None:
    ada, path = as_(scene.ada), "/me/profile/"
    page = {"name": "Ada Lindqvist", "shown": opened(ada, path)}
    page |= {"link-label_0": "Mine", "link-url_0": "https://example.org/mine"}
    set_links(scene.ada, [LinkFacts("Of the team", "https://example.org/team")], by=scene.mara, at=IN_SEPTEMBER)
    answered = ada.post(path, page)
    html = answered.content.decode()
    assert answered.status_code == 409
    assert "Of the team https://example.org/team" in html
    assert 'value="https://example.org/mine"' in html
    assert ada.post(path, page | {"shown": typed(html, "shown")}).status_code == 302
    assert [link.label for link in scene.ada.links.all()] == ["Mine"]


def test_words_that_lack_the_correction_of_a_colleague_are_not_published_unseen(scene: Scene, mara: Client) -> None:
    path = f"{TEAM}agreements/"
    publish_term(scene.programme, Use.NAME, "One", is_new_meaning=True, by=scene.mara, at=IN_SEPTEMBER)
    shown = opened(mara, path, use="name")
    publish_term(scene.programme, Use.NAME, "One, corrected", is_new_meaning=False, by=scene.mara, at=IN_SEPTEMBER)
    answered = mara.post(path, {"use": "name", "text": "One, with another word", "shown": shown})
    html = answered.content.decode()
    assert answered.status_code == 409
    assert ("One, corrected" in html, "One, with another word" in html) == (True, True)
    newest = Term.objects.filter(use="name").order_by("-number")
    assert newest[0].text == "One, corrected"
    shown = opened(mara, path, use="name")
    assert mara.post(path, {"use": "name", "text": "One, corrected, with another word", "shown": shown}).status_code == 302
    assert newest[0].text == "One, corrected, with another word"


def test_the_facts_of_an_organisation_changed_by_two_are_both_kept(scene: Scene, mara: Client) -> None:
    polar = add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER)
    path = f"{TEAM}organisations/{polar.pk}/"
    page = {"name": "Polar Survey", "sector": "", "size": "", "region": "", "website": "", "shown": opened(mara, path)}
    edit_organisation(polar, region="Kent", by=None, at=IN_SEPTEMBER)
    assert mara.post(path, page | {"sector": "environment"}).status_code == 302
    polar.refresh_from_db()
    assert (polar.region, polar.sector) == ("Kent", "environment")
    answered = mara.post(path, page | {"region": "Essex"})
    assert (answered.status_code, answered.context["form"].meanwhile) == (409, [("Region", "Kent")])


def test_rules_saved_by_a_colleague_meanwhile_are_shown_and_not_replaced(scene: Scene, mara: Client) -> None:
    path = f"{TEAM}rules/"
    shown = opened(mara, path)
    theirs, mine = "months = 3", "months = 4"
    save_rules(scene.programme, theirs, by=None, at=IN_SEPTEMBER)
    answered = mara.post(path, {"toml": mine, "shown": shown})
    assert answered.status_code == 409
    assert ("months = 3" in answered.content.decode(), "months = 4" in answered.content.decode()) == (True, True)
    scene.programme.refresh_from_db()
    assert scene.programme.rules == theirs


def with_polar_survey(scene: Scene, mara: Client) -> tuple[Affiliation, str, dict[str, str]]:
    """That Ada is a diver at Polar Survey; her page, and the form there that changes it, as it was opened."""
    held = affiliate(
        scene.ada, add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER), job="Diver", by=None, at=IN_SEPTEMBER
    )
    path = f"{TEAM}people/{scene.ada.pk}/"
    shown = opened(mara, path)
    return (
        held,
        path,
        {"do": "change-work", "key": str(held.pk), "job": "Diver", "starts_on": "", "ends_on": "", "shown": shown},
    )


def test_days_a_colleague_changed_stay_where_the_job_is_saved(scene: Scene, mara: Client) -> None:
    held, path, page = with_polar_survey(scene, mara)
    edit_affiliation(held, ends_on=date(2024, 12, 1), by=None, at=IN_SEPTEMBER)
    assert mara.post(path, page | {"job": "Lead diver"}).status_code == 302
    held.refresh_from_db()
    assert (held.job, held.ends_on) == ("Lead diver", date(2024, 12, 1))


def test_a_day_both_changed_is_shown_and_what_was_typed_stays(scene: Scene, mara: Client) -> None:
    held, path, page = with_polar_survey(scene, mara)
    edit_affiliation(held, job="Geologist", ends_on=date(2024, 12, 1), by=None, at=IN_SEPTEMBER)
    answered = mara.post(path, page | {"ends_on": "2024-11-01"})
    form = answered.context["stands"].works[0].change
    assert (answered.status_code, form.meanwhile) == (409, [("Until", "1 December 2024")])
    assert [form[name].value() for name in ("job", "starts_on", "ends_on")] == ["Geologist", "", "2024-11-01"]
    held.refresh_from_db()
    assert (held.job, held.ends_on) == ("Geologist", date(2024, 12, 1))
    again = page | {name: form[name].value() for name in ("job", "starts_on", "ends_on")}
    assert mara.post(path, again | {"shown": answered.context["stands"].works[0].shown}).status_code == 302
    held.refresh_from_db()
    assert (held.job, held.ends_on) == ("Geologist", date(2024, 11, 1))


def test_what_is_wrong_with_a_day_is_mended_as_of_what_was_shown_first(scene: Scene, mara: Client) -> None:
    held, path, page = with_polar_survey(scene, mara)
    edit_affiliation(held, job="Geologist", by=None, at=IN_SEPTEMBER)
    wrong = mara.post(path, page | {"starts_on": "2024-11-01", "ends_on": "2024-10-01"})
    assert (wrong.status_code, wrong.context["stands"].works[0].shown) == (422, page["shown"])
    assert mara.post(path, page | {"starts_on": "2024-09-01", "ends_on": "2024-10-01"}).status_code == 302
    held.refresh_from_db()
    assert (held.job, held.starts_on) == ("Geologist", date(2024, 9, 1))
