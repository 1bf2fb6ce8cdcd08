"""Photos and logos: given by who may, shown to who may see them now, and gone at once when that ends."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.kit import worker
from hub.kit.fresh import shelf
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    answer,
    answer_for_organisation,
    edit_organisation,
    edit_person,
    end_affiliation,
    give_role,
    prove_address,
    publish_term,
    set_logo,
    set_photo,
    take_back_affiliation,
    take_logo_away,
    withdraw,
)
from hub.people.models import Account, Affiliation, Organisation, Person, Role, RoleKind, Term
from hub.people.queries import shows_logo_of
from hub.programmes.commands import edit_programme
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db


def a_file(name: str = "me.png", form: str = "PNG") -> SimpleUploadedFile:
    told = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(told, form)
    return SimpleUploadedFile(name, told.getvalue(), "image/png")


@pytest.fixture
def scene(db: None, settings: Settings, tmp_path: Path) -> Iterator[Scene]:
    settings.MEDIA_ROOT = tmp_path
    shelf.clear()
    yield a_scene()
    shelf.clear()


def with_a_photo(scene: Scene) -> str:
    """Ada uploads a photo; gives its address."""
    answered = as_(scene.ada).post("/me/photo/", {"picture": a_file(), "alt": "Ada on a ship"})
    assert answered.status_code == 302
    return f"/pictures/{Person.objects.get(pk=scene.ada.pk).photo}"


def agrees(scene: Scene, person: Person, *uses: Use) -> None:
    for use in uses:
        term = publish_term(scene.programme, use, "May we?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
        answer(person, use, term, wish=True, by=person, at=IN_SEPTEMBER)


def seen(scene: Scene, address: str) -> list[int]:
    """What signed out, Sam, another Expert, Ada and Mara get."""
    return [as_(each).get(address).status_code for each in (None, scene.sam, _grace(scene), scene.ada, scene.mara)]


def _grace(scene: Scene) -> Person:
    """Another Expert of the cohort."""
    if found := Person.objects.filter(name="Grace Hopper").first():
        return found
    grace = add_person("Grace Hopper", email="grace@example.org", by=None, at=BEGUN)
    give_role(grace, RoleKind.EXPERT, scene.cohort.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    prove_address(Account.objects.get(person=grace), by=None, at=BEGUN)
    return grace


def test_a_photo_is_seen_by_those_who_know_its_person_until_they_allow_it_in_public(scene: Scene) -> None:
    address = with_a_photo(scene)
    assert seen(scene, address) == [404, 404, 200, 200, 200]
    agrees(scene, scene.ada, Use.PHOTO)
    assert seen(scene, address) == [404, 404, 200, 200, 200]  # a face without a name is still a face
    agrees(scene, scene.ada, Use.NAME)
    assert seen(scene, address) == [200, 200, 200, 200, 200]
    page = Client().get("/practitioners-hub/2024/").content.decode()
    assert f'src="{address}" alt="Ada on a ship"' in page
    withdraw(scene.ada, Use.PHOTO, scene.programme, by=scene.ada, at=IN_SEPTEMBER)
    assert seen(scene, address) == [404, 404, 200, 200, 200]
    page = Client().get("/practitioners-hub/2024/").content.decode()
    assert address not in page
    assert "Ada Lindqvist" in page


def test_who_is_called_otherwise_now_is_not_read_out_by_their_old_name_beside_their_photo(scene: Scene) -> None:
    as_(scene.ada).post("/me/photo/", {"picture": a_file(), "alt": ""})
    agrees(scene, scene.ada, Use.NAME, Use.PHOTO)
    edit_person(scene.ada, name="Bo Lindqvist", by=scene.ada, at=IN_SEPTEMBER)
    page = Client().get("/practitioners-hub/2024/").content.decode()
    assert 'alt="Portrait of Bo Lindqvist"' in page
    assert "Ada Lindqvist" not in page
    as_(scene.ada).post("/me/photo/", {"alt": "Bo on a boat to Bodø"})
    edit_person(scene.ada, name="Cy Lindqvist", by=scene.ada, at=IN_SEPTEMBER)
    assert Person.objects.get(pk=scene.ada.pk).photo_alt == "Cy on a boat to Bodø"
    as_(scene.ada).post("/me/photo/", {"alt": "Cy Lindqvist, whom all call Cy"})
    edit_person(scene.ada, name="Bo Cy", by=scene.ada, at=IN_SEPTEMBER)
    assert Person.objects.get(pk=scene.ada.pk).photo_alt == "Bo Cy, whom all call Bo"


def test_a_logo_says_the_name_its_organisation_has_now(scene: Scene) -> None:
    polar = add_organisation("Polar Survey", by=scene.mara, at=BEGUN)
    set_logo(polar, a_file().read(), alt="", by=scene.mara, at=BEGUN)
    edit_organisation(polar, name="Ice Survey", by=scene.mara, at=IN_SEPTEMBER)
    assert Organisation.objects.get(pk=polar.pk).logo_alt == "Logo of Ice Survey"


def test_a_photo_allowed_in_a_private_programme_is_not_for_everybody(scene: Scene) -> None:
    address = with_a_photo(scene)
    agrees(scene, scene.ada, Use.NAME, Use.PHOTO)
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    assert seen(scene, address) == [404, 404, 200, 200, 200]


def test_who_is_still_to_begin_is_not_pictured_before_their_first_day(scene: Scene) -> None:
    address = with_a_photo(scene)
    agrees(scene, scene.ada, Use.NAME, Use.PHOTO)
    Role.objects.filter(person=scene.ada).update(starts_on=date(2024, 9, 11))
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        assert seen(scene, address) == [404, 404, 404, 200, 200]
    with time_machine.travel(datetime(2024, 9, 11, 11, 0, tzinfo=UTC), tick=False):
        assert seen(scene, address) == [200, 200, 200, 200, 200]


def test_a_photo_a_private_programme_shows_to_its_people_is_one_all_of_them_can_fetch(scene: Scene) -> None:
    address = with_a_photo(scene)
    agrees(scene, scene.ada, Use.NAME, Use.PHOTO)
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    give_role(scene.sam, RoleKind.FUNDER, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    page = as_(scene.sam).get("/practitioners-hub/2024/").content.decode()
    assert f'src="{address}"' in page
    assert as_(scene.sam).get(address).status_code == 200
    withdraw(scene.ada, Use.PHOTO, scene.programme, by=scene.ada, at=IN_SEPTEMBER)
    assert as_(scene.sam).get(address).status_code == 404


def test_who_has_it_is_asked_anew_each_time_and_not_sent_it_again(scene: Scene) -> None:
    address = with_a_photo(scene)
    agrees(scene, scene.ada, Use.NAME, Use.PHOTO)
    client = Client()
    first = client.get(address)
    assert (first["Content-Type"], first["Cache-Control"], first["X-Content-Type-Options"]) == (
        "image/webp",
        "private, no-cache",
        "nosniff",
    )
    tag = first["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    withdraw(scene.ada, Use.PHOTO, scene.programme, by=scene.ada, at=IN_SEPTEMBER)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_a_new_photo_takes_the_place_of_the_old_one_whose_file_is_deleted(scene: Scene) -> None:
    old = with_a_photo(scene).removeprefix("/pictures/")
    new = with_a_photo(scene).removeprefix("/pictures/")
    worker.drain(clock=lambda: IN_SEPTEMBER.replace(year=2030), most=20)
    assert (default_storage.exists(old), default_storage.exists(new)) == (False, True)
    as_(scene.ada).post("/me/photo/", {"do": "remove"})
    worker.drain(clock=lambda: IN_SEPTEMBER.replace(year=2030), most=20)
    assert not default_storage.exists(new)
    assert Person.objects.get(pk=scene.ada.pk).photo == ""


def test_words_alone_can_be_changed_and_a_photo_without_words_gets_some(scene: Scene) -> None:
    client = as_(scene.ada)
    client.post("/me/photo/", {"picture": a_file(), "alt": ""})
    assert Person.objects.get(pk=scene.ada.pk).photo_alt == "Portrait of Ada Lindqvist"
    client.post("/me/photo/", {"alt": "At <sea>"})
    assert Person.objects.get(pk=scene.ada.pk).photo_alt == "At <sea>"
    assert "At &lt;sea&gt;" in client.get("/me/photo/").content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a picture"),
        ({"alt": "Words alone"}, "Choose a picture first."),
        ({"picture": SimpleUploadedFile("me.png", b"<svg onload=alert(1)>", "image/png")}, "This is no JPEG, PNG or WebP"),
        ({"picture": SimpleUploadedFile("../../me.html.png", b"", "image/png")}, "The file is empty."),
        ({"picture": None, "alt": "a" * 201}, "200 letters at most."),
    ],
)
def test_what_is_no_photo_is_said_beside_the_field(scene: Scene, sent: dict[str, object], said: str) -> None:
    answered = as_(scene.ada).post("/me/photo/", {name: value for name, value in sent.items() if value is not None})
    assert answered.status_code == 422
    assert said in answered.content.decode()
    assert Person.objects.get(pk=scene.ada.pk).photo == ""


def test_nobody_gives_somebody_else_a_face_but_their_team(scene: Scene) -> None:
    for by in (scene.sam, _grace(scene)):
        with pytest.raises(NotAllowed):
            set_photo(scene.ada, a_file().read(), alt="", by=by, at=IN_SEPTEMBER)
    set_photo(scene.ada, a_file().read(), alt="", by=scene.mara, at=IN_SEPTEMBER)


@pytest.mark.parametrize(
    "path", ["/pictures/photos/..webp", "/pictures/photos/../secret.webp", "/pictures/other/x.webp", "/pictures/photos/x.png"]
)
def test_no_other_file_is_given_away(scene: Scene, path: str) -> None:
    assert as_(scene.mara).get(path).status_code == 404


# -- logos


@pytest.fixture
def polar(scene: Scene) -> Organisation:
    found = add_organisation("Polar Survey", by=None, at=BEGUN)
    affiliate(scene.ada, found, is_contact=True, by=None, at=BEGUN)
    return found


def test_a_logo_is_shown_once_the_contact_person_allows_it_and_no_longer(scene: Scene, polar: Organisation) -> None:
    answered = as_(scene.mara).post(
        f"/team/practitioners-hub/organisations/{polar.pk}/logo/", {"picture": a_file(), "alt": "A polar bear"}
    )
    assert answered.status_code == 302
    address = f"/pictures/{Organisation.objects.get(pk=polar.pk).logo}"
    assert seen(scene, address) == [404, 404, 404, 200, 200]
    term = publish_term(scene.programme, Use.LOGO, "May we show it?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    contact = as_(scene.ada)
    assert "Polar Survey" in contact.get("/me/agreements/").content.decode()
    sent = {"organisation": polar.pk, "term": term.pk, "do": "yes"}
    assert as_(_grace(scene)).post("/me/agreements/", sent).status_code == 404
    assert contact.post("/me/agreements/", sent).status_code == 302
    assert seen(scene, address) == [200] * 5
    assert f'src="{address}" alt="A polar bear"' in Client().get("/practitioners-hub/2024/").content.decode()
    contact.post("/me/agreements/", sent | {"do": "no"})
    assert seen(scene, address) == [404, 404, 404, 200, 200]
    assert address not in Client().get("/practitioners-hub/2024/").content.decode()


def test_who_spoke_for_an_organisation_once_sees_no_more_of_its_logo_than_others(scene: Scene, polar: Organisation) -> None:
    publish_term(scene.programme, Use.LOGO, "May we show it?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    set_logo(polar, a_file().read(), alt="A polar bear", by=scene.ada, at=IN_SEPTEMBER)
    address, ada = f"/pictures/{Organisation.objects.get(pk=polar.pk).logo}", as_(scene.ada)
    assert (ada.get(address).status_code, "Polar Survey" in ada.get("/me/agreements/").content.decode()) == (200, True)
    end_affiliation(Affiliation.objects.get(), on=timezone.now().date(), by=None, at=IN_SEPTEMBER)
    assert (ada.get(address).status_code, "Polar Survey" in ada.get("/me/agreements/").content.decode()) == (404, False)
    with pytest.raises(NotAllowed):
        set_logo(polar, a_file().read(), alt="", by=scene.ada, at=timezone.now())


def test_only_a_team_and_who_speaks_for_it_change_a_logo(scene: Scene, polar: Organisation) -> None:
    for by in (scene.sam, _grace(scene)):
        with pytest.raises(NotAllowed):
            set_logo(polar, a_file().read(), alt="", by=by, at=IN_SEPTEMBER)
    for by in (scene.ada, scene.mara):
        set_logo(polar, a_file().read(), alt="", by=by, at=IN_SEPTEMBER)


DESK = "/team/practitioners-hub/"


def a_shown_logo(scene: Scene, polar: Organisation) -> str:
    """Give the page of an organisation whose contact person, Ada, allowed its logo; it is there, and shown."""
    term = publish_term(scene.programme, Use.LOGO, "May we show it?", is_new_meaning=True, by=None, at=BEGUN)
    set_logo(polar, a_file().read(), alt="A polar bear", by=scene.ada, at=BEGUN)
    answer_for_organisation(polar, term, wish=True, by=scene.ada, at=BEGUN)
    return f"{DESK}organisations/{polar.pk}/"


def warned_of(mara: Client, page: str) -> list[bool]:
    """Say whether the organisation's page and the agreements say that nobody answers for the logo."""
    said = (("Nobody speaks for Polar Survey any more", page), ("Logos nobody answers for", f"{DESK}agreements/"))
    return [words in mara.get(path).content.decode() for words, path in said]


def test_the_team_sees_that_nobody_is_left_who_may_take_a_shown_logo_back_and_names_another(
    scene: Scene, polar: Organisation
) -> None:
    page, mara, grace = a_shown_logo(scene, polar), as_(scene.mara), _grace(scene)
    affiliation = affiliate(grace, polar, by=None, at=BEGUN)
    assert warned_of(mara, page) == [False, False]
    end_affiliation(Affiliation.objects.get(person=scene.ada), on=timezone.now().date(), by=None, at=IN_SEPTEMBER)
    assert warned_of(mara, page) == [True, True]
    assert f'href="{page}#logo">Polar Survey' in mara.get(f"{DESK}agreements/").content.decode()
    mara.post(page, {"do": "contact", "key": str(affiliation.pk), "is": "yes"})
    assert warned_of(mara, page) == [False, False]
    mara.post(page, {"do": "contact", "key": str(affiliation.pk), "is": "no"})
    days = {"starts_on": date(2024, 9, 1), "ends_on": None}
    give_role(grace, RoleKind.PARTNER_CONTACT, scene.programme, organisation=polar, **days, by=None, at=BEGUN)
    assert warned_of(mara, page) == [False, False]


def test_a_team_records_the_no_of_an_organisation_whose_contact_left_though_nobody_here_is_with_it(
    scene: Scene, polar: Organisation
) -> None:
    page, mara = a_shown_logo(scene, polar), as_(scene.mara)
    affiliate(add_person("Leila Amari", by=None, at=BEGUN), polar, by=None, at=BEGUN)  # whom other programmes know
    take_back_affiliation(Affiliation.objects.get(person=scene.ada), by=None, at=IN_SEPTEMBER)
    assert warned_of(mara, page) == [True, True]
    assert "say on a person’s page" in mara.get(page).content.decode()
    term = Term.objects.get(use=Use.LOGO)
    told = {"do": "answer", "term": term.pk, "wish": "no", "means": "call", "note": "Call on 10 September"}
    assert mara.post(page, told, follow=True).status_code == 200
    assert not shows_logo_of(polar, scene.programme)
    assert warned_of(mara, page) == [False, False]


def test_nobody_is_warned_of_a_logo_that_is_allowed_and_not_there(scene: Scene, polar: Organisation) -> None:
    page = a_shown_logo(scene, polar)
    take_logo_away(polar, by=scene.ada, at=BEGUN)
    end_affiliation(Affiliation.objects.get(), on=timezone.now().date(), by=None, at=IN_SEPTEMBER)
    assert warned_of(as_(scene.mara), page) == [False, False]


# -- who else is shown in public


def test_the_team_is_named_on_the_programmes_page_while_it_allows_that(scene: Scene) -> None:
    assert "Mara Okafor" not in Client().get("/practitioners-hub/").content.decode()
    agrees(scene, scene.mara, Use.NAME)
    assert "Mara Okafor" in Client().get("/practitioners-hub/").content.decode()
    withdraw(scene.mara, Use.NAME, scene.programme, by=scene.mara, at=IN_SEPTEMBER)
    assert "Mara Okafor" not in Client().get("/practitioners-hub/").content.decode()
