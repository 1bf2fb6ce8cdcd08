"""Taking a yes back: every place it touched, and what is left to people; by oneself, by a contact person, by the team."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client
from PIL import Image

from hub.core.consent import NotTheirsToGive, Use
from hub.core.statements import StatementKind
from hub.kit.fresh import shelf
from hub.people import appearances
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    answer,
    answer_for_organisation,
    edit_person,
    end_role,
    give_role,
    open_account,
    prove_address,
    publish_term,
    set_logo,
    set_photo,
)
from hub.people.models import ConsentEntry, Organisation, Person, Role, RoleKind, Term, WithdrawalTask
from hub.programmes.commands import edit_programme, publish_statement
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import add_material
from hub.schedule.models import Release
from tests.factories import BEGUN, a_cohort
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
DESK = "/team/practitioners-hub"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def a_picture() -> bytes:
    told = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(told, "PNG")
    return told.getvalue()


def agrees(scene: Scene, person: Person, use: Use) -> None:
    term = publish_term(scene.programme, use, f"About {use.label}.", is_new_meaning=True, by=None, at=BEGUN)
    answer(person, use, term, wish=True, by=person, at=BEGUN)


def places(scene: Scene, use: Use, **whose: Person | Organisation) -> list[tuple[str, str]]:
    for row in (scene.programme, *whose.values()):
        row.refresh_from_db()
    return [(place.url, place.to_do) for place in appearances.of(use, scene.programme, **whose, at=IN_SEPTEMBER)]  # type: ignore[arg-type]


def tasks() -> list[tuple[str, str]]:
    return list(WithdrawalTask.objects.order_by("pk").values_list("what", "where"))


def says_no(client: Client, use: Use) -> str:
    """Press "Take it back" and give what the page then says."""
    term = ConsentEntry.objects.filter(use=use.value).latest("pk").term_id
    answered = client.post("/me/agreements/", {"term": term, "do": "no"}, follow=True)
    assert answered.redirect_chain == [(f"/me/agreements/practitioners-hub/{use.value}/", 302)]
    return " ".join(answered.content.decode().split())


def led_by(scene: Scene, name: str) -> str:
    """Let the first café be led by somebody, released; gives its address."""
    session = scene.session
    session.led_by = name
    session.save()
    seen = Release.objects.latest("number").number
    release_schedule(scene.cohort, note="", seen=seen, by=None, at=IN_SEPTEMBER)
    return f"/practitioners-hub/2024/sessions/{session.slug}/"


def test_a_name_stands_on_homes_in_sessions_and_in_words_somebody_has_to_change(scene: Scene) -> None:
    session = led_by(scene, "Mara Okafor")
    edit_programme(scene.programme, about="Ask Mara  Okafor.", by=None, at=BEGUN)
    publish_statement(scene.programme, StatementKind.PRIVACY, "Write to mara okafor.", seen=0, by=None, at=BEGUN)
    assert places(scene, Use.NAME, person=scene.mara) == [
        (session, ""),
        ("/practitioners-hub/", ""),
        ("/practitioners-hub/", "Take the name out: the words about the programme"),
        ("/practitioners-hub/privacy/", "Take the name out: the privacy statement"),
    ]
    assert places(scene, Use.NAME, person=scene.ada) == [("/practitioners-hub/2024/", "")]

    agrees(scene, scene.mara, Use.NAME)
    said = says_no(as_(scene.mara), Use.NAME)
    assert tasks() == [
        ("Take the name out: the words about the programme", "/practitioners-hub/"),
        ("Take the name out: the privacy statement", "/practitioners-hub/privacy/"),
    ]
    assert f'<li><a href="{session}">' in said
    assert '<li><a href="/practitioners-hub/privacy/">Take the name out: the privacy statement</a></li>' in said
    desk = as_(scene.mara).get(f"{DESK}/agreements/").content.decode()
    assert "Take the name out: the privacy statement" in desk


def test_a_name_they_had_before_is_found_where_it_still_stands(scene: Scene) -> None:
    session = led_by(scene, "Mara Okafor")
    edit_programme(scene.programme, about="Ask Mara Okafor.", by=None, at=BEGUN)
    edit_person(scene.mara, name="Mara King", by=scene.mara, at=IN_SEPTEMBER)
    assert places(scene, Use.NAME, person=scene.mara) == [
        (session, ""),
        ("/practitioners-hub/", ""),
        ("/practitioners-hub/", "Take the name out: the words about the programme"),
    ]


def test_who_begins_later_stands_on_no_home_and_has_no_face_in_a_session_before_that_day(scene: Scene) -> None:
    session = led_by(scene, "Ada Lindqvist")
    for use in (Use.NAME, Use.PHOTO):
        agrees(scene, scene.ada, use)
    set_photo(scene.ada, a_picture(), alt="Ada at sea", by=scene.ada, at=BEGUN)
    Role.objects.filter(person=scene.ada).update(starts_on=date(2024, 10, 1))
    assert places(scene, Use.NAME, person=scene.ada) == [(session, "")]  # her name stands there in the team's own words
    assert places(scene, Use.PHOTO, person=scene.ada) == []
    assert "Ada at sea" not in Client().get(session).content.decode()


def test_a_photo_stands_where_the_name_does_and_nowhere_without_it(scene: Scene) -> None:
    session = led_by(scene, "Ada Lindqvist")
    agrees(scene, scene.ada, Use.PHOTO)
    set_photo(scene.ada, a_picture(), alt="Ada", by=scene.ada, at=BEGUN)
    assert places(scene, Use.PHOTO, person=scene.ada) == []
    agrees(scene, scene.ada, Use.NAME)
    assert places(scene, Use.PHOTO, person=scene.ada) == [("/practitioners-hub/2024/", ""), (session, "")]
    assert '<li><a href="/practitioners-hub/2024/">The Experts of Cohort 2024</a></li>' in says_no(as_(scene.ada), Use.PHOTO)


def test_who_is_in_a_recording_no_program_knows(scene: Scene) -> None:
    agrees(scene, scene.ada, Use.RECORDING)
    session = scene.session
    add_material(session, title="The film", url="https://example.org/film", kind="recording", by=None, at=BEGUN)
    add_material(session, title="Slides of it", url="https://example.org/paper", by=None, at=BEGUN)
    says_no(as_(scene.ada), Use.RECORDING)
    said = f"See whether they are in the recording of {session.title}, Cohort 2024, and take them out of it"
    assert tasks() == [(said, f"/practitioners-hub/2024/sessions/{session.slug}/")]


def test_who_no_longer_agrees_to_what_taking_part_needs_is_talked_with(scene: Scene) -> None:
    agrees(scene, scene.ada, Use.CODE_OF_CONDUCT)
    says_no(as_(scene.ada), Use.CODE_OF_CONDUCT)
    said = "Talk with them: nobody is “Expert, Cohort 2024” without this. End the role if they stop"
    assert tasks() == [(said, "")]


def a_partner_with_a_contact(scene: Scene) -> tuple[Organisation, Person]:
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    set_logo(polar, a_picture(), alt="A bear", by=None, at=BEGUN)
    pia = add_person("Pia Nakamori", by=None, at=BEGUN)
    prove_address(open_account(pia, "pia@example.org"), by=None, at=BEGUN)
    affiliate(pia, polar, is_contact=True, by=None, at=BEGUN)
    starts = date(2024, 9, 1)
    give_role(pia, RoleKind.PARTNER_CONTACT, scene.programme, cohort=scene.cohort, starts_on=starts, by=None, at=BEGUN)
    publish_term(scene.programme, Use.LOGO, "We show your logo.", is_new_meaning=True, by=None, at=BEGUN)
    return polar, pia


def logos(path: str) -> int:
    return Client().get(path).content.decode().count('alt="A bear"')


def test_who_speaks_for_an_organisation_gives_its_logo_and_reads_where_it_stood_once_taken_back(scene: Scene) -> None:
    polar, pia = a_partner_with_a_contact(scene)
    homes = ("/practitioners-hub/", "/practitioners-hub/2024/")
    term = Term.objects.get(use="logo")
    client = as_(pia)
    assert [logos(home) for home in homes] == [0, 0]
    client.post("/me/agreements/", {"organisation": polar.pk, "term": term.pk, "do": "yes"})
    assert [logos(home) for home in homes] == [1, 1]

    answered = client.post("/me/agreements/", {"organisation": polar.pk, "term": term.pk, "do": "no"}, follow=True)
    assert answered.redirect_chain == [(f"/me/agreements/practitioners-hub/logo/{polar.pk}/", 302)]
    said = answered.content.decode()
    assert [f'<li><a href="{home}">' in said for home in homes] == [True, True]
    assert "The Practitioners Hub no longer has the agreement of Polar Survey." in said
    assert [logos(home) for home in homes] == [0, 0]
    assert as_(scene.ada).get(f"/me/agreements/practitioners-hub/logo/{polar.pk}/").status_code == 404


def test_who_is_added_as_the_partner_contact_of_an_organisation_is_asked_for_its_logo_while_they_are(scene: Scene) -> None:
    for programme in (scene.programme, scene.private):
        publish_term(programme, Use.LOGO, "We show your logo.", is_new_meaning=True, by=None, at=BEGUN)
    sent = {
        "name": "Pia Nakamori", "email": "pia@example.org", "kind": "partner-contact", "cohort": "2024",
        "starts_on": "2024-09-01", "organisation": "Polar Survey",
    }  # fmt: skip
    mara = as_(scene.mara)
    mara.post("/team/practitioners-hub/people/add/", sent)
    pia, polar = Person.objects.get(name="Pia Nakamori"), Organisation.objects.get(name="Polar Survey")
    prove_address(pia.account, by=None, at=BEGUN)
    set_logo(polar, a_picture(), alt="A bear", by=None, at=BEGUN)
    give_role(scene.sam, RoleKind.EXPERT, scene.private, organisation=polar, starts_on=BEGUN.date(), by=None, at=BEGUN)

    assert "Polar Survey" in as_(pia).get("/me/agreements/").content.decode()
    assert "The Masterclass" not in as_(pia).get("/me/agreements/").content.decode()  # she is nothing there
    ours, theirs = Term.objects.get(programme=scene.programme), Term.objects.get(programme=scene.private)
    as_(pia).post("/me/agreements/", {"organisation": polar.pk, "term": ours.pk, "do": "yes"})
    assert logos("/practitioners-hub/") == 1
    with pytest.raises(NotTheirsToGive):
        answer_for_organisation(polar, theirs, wish=True, by=pia, at=IN_SEPTEMBER)
    listed = words(mara.get("/team/practitioners-hub/organisations/").content.decode())
    assert "Pia Nakamori" in listed
    page = words(mara.get(f"/team/practitioners-hub/organisations/{polar.pk}/").content.decode())
    assert ("Partner contact" in page, "Make contact" in page) == (True, False)

    end_role(Role.objects.get(person=pia), on=date(2024, 9, 10), by=None, at=IN_SEPTEMBER)
    assert "Polar Survey" not in as_(pia).get("/me/agreements/").content.decode()
    with pytest.raises(NotTheirsToGive):
        answer_for_organisation(polar, ours, wish=False, by=pia, at=IN_SEPTEMBER)


def test_a_team_records_what_an_organisation_said_of_its_logo_and_where_that_is_found_again(scene: Scene) -> None:
    polar, _ = a_partner_with_a_contact(scene)
    page, mara = f"{DESK}/organisations/{polar.pk}/", as_(scene.mara)
    term = Term.objects.get(use="logo")
    told = {"do": "answer", "term": term.pk, "wish": "yes", "means": "mail", "note": "Mail of 3 June"}
    wrong = mara.post(page, told | {"note": ""})
    assert wrong.status_code == 422
    assert "Say where this answer can be found again." in wrong.content.decode()
    assert logos("/practitioners-hub/2024/") == 0

    assert mara.post(page, told).headers["Location"] == page
    entry = ConsentEntry.objects.get(organisation=polar)
    assert (entry.answer, entry.means, entry.note, entry.recorded_by) == ("given", "mail", "Mail of 3 June", scene.mara)
    assert logos("/practitioners-hub/2024/") == 1

    answered = mara.post(page, told | {"wish": "no", "note": "Call of 4 June"}, follow=True)
    assert answered.redirect_chain == [(f"{page}taken-back/", 302)]
    gone = '<li><a href="/practitioners-hub/2024/">The partner organisations of Cohort 2024</a></li>'
    assert gone in answered.content.decode()
    assert logos("/practitioners-hub/2024/") == 0
    assert "Call of 4 June" in mara.get(page).content.decode()


def test_a_team_that_records_a_withdrawal_reads_what_it_did(scene: Scene) -> None:
    agrees(scene, scene.ada, Use.NAME)
    page, mara = f"{DESK}/people/{scene.ada.pk}/", as_(scene.mara)
    term = ConsentEntry.objects.get().term_id
    told = {"term": term, "wish": "no", "means": "call", "note": "Call of 4 June"}
    assert mara.get(f"{page}taken-back/name/").status_code == 404
    answered = mara.post(page, told, follow=True)
    assert answered.redirect_chain == [(f"{page}taken-back/name/", 302)]
    said = answered.content.decode()
    assert "Ada Lindqvist took it back: Appear by name" in said
    assert '<li><a href="/practitioners-hub/2024/">The Experts of Cohort 2024</a></li>' in said


def test_what_is_called_nothing_we_ask_is_no_page(scene: Scene) -> None:
    for path in ("/me/agreements/practitioners-hub/nonsense/", "/me/agreements/nowhere/name/"):
        assert as_(scene.ada).get(path).status_code == 404
    assert as_(scene.mara).get(f"{DESK}/people/{scene.ada.pk}/taken-back/nonsense/").status_code == 404


def test_a_no_to_words_that_are_asked_again_takes_back_and_leads_to_what_it_did_for_oneself_and_the_team(scene: Scene) -> None:
    for person in (scene.ada, scene.mara):
        agrees(scene, person, Use.NAME)
    publish_term(scene.programme, Use.NAME, "We name you in print.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    assert "The Experts of Cohort 2024" in says_no(as_(scene.ada), Use.NAME)
    told = {"term": Term.objects.latest("pk").pk, "wish": "no", "means": "call", "note": "Call of 4 June"}
    page = f"{DESK}/people/{scene.mara.pk}/"
    answered = as_(scene.mara).post(page, told, follow=True)
    assert answered.redirect_chain == [(f"{page}taken-back/name/", 302)]
    answered = as_(scene.mara).post(page, told | {"wish": "yes"}, follow=True)
    assert answered.redirect_chain == [(page, 302)]


def test_a_first_no_takes_nothing_back_and_leads_nowhere_else(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.NAME, "We name you.", is_new_meaning=True, by=None, at=BEGUN)
    answered = as_(scene.ada).post("/me/agreements/", {"term": term.pk, "do": "no"}, follow=True)
    assert answered.redirect_chain == [("/me/agreements/", 302)]


def test_who_is_on_the_team_until_a_day_to_come_stands_on_the_home_and_who_was_does_not(scene: Scene) -> None:
    home = ("/practitioners-hub/", "")
    grace = add_person("Grace Amara", by=None, at=BEGUN)
    for ends_on, there in ((date(2024, 9, 1), False), (date(2024, 12, 1), True)):
        begins = date(2023, 1, 1) if not there else date(2024, 9, 2)
        give_role(grace, RoleKind.TEAM, scene.programme, starts_on=begins, ends_on=ends_on, by=None, at=BEGUN)
        assert (home in places(scene, Use.NAME, person=grace)) is there


def test_a_new_yes_leaves_nothing_to_do_and_a_part_that_is_over_made_no_task(scene: Scene) -> None:
    over = a_cohort("2022", programme=scene.programme, starts_on=date(2022, 9, 1), ends_on=date(2023, 2, 28))
    given = {"cohort": over, "starts_on": date(2022, 9, 1), "by": None, "at": BEGUN}
    give_role(scene.ada, RoleKind.EXPERT, scene.programme, **given)
    agrees(scene, scene.ada, Use.TAKING_PART)
    term = Term.objects.get(use=Use.TAKING_PART.value)
    answer(scene.ada, Use.TAKING_PART, term, wish=False, by=scene.ada, at=IN_SEPTEMBER)
    assert [what for what, _ in tasks()] == [
        "Talk with them: nobody is “Expert, Cohort 2024” without this. End the role if they stop"
    ]
    agreements = f"{DESK}/agreements/"
    assert "Talk with them" in as_(scene.mara).get(agreements).content.decode()
    answer(scene.ada, Use.TAKING_PART, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    assert "Talk with them" not in as_(scene.mara).get(agreements).content.decode()
    assert not WithdrawalTask.objects.filter(done_at__isnull=True).exists()
