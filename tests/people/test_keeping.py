"""The team keeps people and organisations: adds them, changes them, says what they are and where they work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.calendar import say_date
from hub.core.consent import Use
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.taking_part import Days
from hub.kit import journal
from hub.people import permissions
from hub.people.commands import (
    AddressTaken,
    BadAffiliation,
    BadRole,
    LastOfTheTeam,
    NobodyChosen,
    add_organisation,
    add_person,
    affiliate,
    answer,
    edit_affiliation,
    edit_organisation,
    edit_person,
    end_affiliation,
    end_role,
    end_roles,
    give_account,
    give_role,
    give_roles,
    organisation_named,
    publish_term,
    stand_in,
    take_back_role,
)
from hub.people.models import Account, Affiliation, Organisation, Person, Role, RoleKind
from hub.programmes.commands import create_programme, edit_programme
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/"
PEOPLE, ORGANISATIONS = f"{TEAM}people/", f"{TEAM}organisations/"
NEW = {"name": "Eva Berg", "kind": "expert", "cohort": "2024", "starts_on": "2024-09-01"}


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


def got(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", unescape(client.get(path).content.decode()))


def sent(client: Client, path: str, given: dict[str, str]) -> tuple[int, str]:
    answer = client.post(path, given, follow=True)
    return answer.status_code, re.sub(r"\s+", " ", unescape(answer.content.decode()))


def test_somebody_is_added_with_what_they_are_and_where_they_work(scene: Scene, mara: Client) -> None:
    status, html = sent(
        mara, f"{PEOPLE}add/", NEW | {"email": "eva@example.org", "organisation": "Polar  Survey", "job": "Diver"}
    )
    assert (status, "Eva Berg was added." in html) == (200, True)
    eva = Person.objects.get(name="Eva Berg")
    assert (eva.account.email, eva.roles.get().cohort, eva.affiliations.get().organisation.name) == (
        "eva@example.org",
        scene.cohort,
        "Polar Survey",
    )


def test_a_name_that_is_here_already_is_asked_about_before_somebody_is_added_twice(scene: Scene, mara: Client) -> None:
    status, html = sent(mara, f"{PEOPLE}add/", NEW | {"name": "LINDQVIST, Ada", "pronouns": "they/them"})
    assert status == 422
    assert "Perhaps they are here already" in html
    assert f"{PEOPLE}{scene.ada.pk}/" in html
    assert 'value="they/them"' in html
    sent(mara, f"{PEOPLE}add/", NEW | {"name": "Ada Lindqvist", "is_somebody_else": "on"})
    assert Person.objects.filter(name="Ada Lindqvist").count() == 2


def test_somebody_known_by_their_address_gets_the_role_and_is_not_added_twice(scene: Scene, mara: Client) -> None:
    status, html = sent(mara, f"{PEOPLE}add/", NEW | {"name": "S. W.", "email": "SAM@example.org"})
    assert (status, "Sam Whitlow was known to the Hub by this address" in html) == (200, True)
    assert Role.objects.get(person=scene.sam).kind == "expert"
    scene.sam.refresh_from_db()
    assert scene.sam.name == "Sam Whitlow"


def test_who_leaves_a_team_whose_last_one_goes_soon_reads_from_which_day_nobody_runs_the_programme(
    scene: Scene, mara: Client
) -> None:
    role = Role.objects.get(person=scene.mara)
    days = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 10, 1)}
    give_role(scene.sam, RoleKind.TEAM, scene.programme, **days, by=None, at=IN_SEPTEMBER)  # type: ignore[arg-type]
    assert "nobody runs the programme" not in got(mara, TEAM)
    status, html = sent(mara, f"{PEOPLE}{scene.mara.pk}/", {"do": "end-role", "key": str(role.pk), "on": "2024-09-20"})
    assert (status, "From 1 October 2024 on nobody is on the team" in html) == (200, True)
    assert "Put somebody on the team: from Tue 1 October 2024 on nobody runs the programme" in got(mara, TEAM)
    give_role(scene.ada, RoleKind.TEAM, scene.programme, starts_on=date(2024, 9, 15), by=scene.mara, at=IN_SEPTEMBER)
    assert "nobody runs the programme" not in got(mara, TEAM)


def test_an_address_somebody_here_wrote_down_and_has_not_proved_is_asked_about_and_given_to_nobody(
    scene: Scene, mara: Client
) -> None:
    EmailAddress.objects.create(user=scene.ada.account, email="ada@polar.example", verified=False)
    typed = NEW | {"name": "A. L.", "email": "ADA@polar.example"}
    status, html = sent(mara, f"{PEOPLE}add/", typed)
    assert (status, "This address stands with somebody here, not proved." in html) == (422, True)
    assert f"{PEOPLE}{scene.ada.pk}/" in html
    status, html = sent(mara, f"{PEOPLE}add/", typed | {"is_somebody_else": "on"})
    assert (status, "ADA@polar.example stands in another record, not proved." in html) == (200, True)
    assert not Account.objects.filter(person__name="A. L.").exists()
    assert EmailAddress.objects.get(email="ada@polar.example").verified is False


def test_of_an_unproved_address_in_a_record_only_others_know_nobody_is_named(scene: Scene, mara: Client) -> None:
    EmailAddress.objects.create(user=scene.sam.account, email="lost@polar.example", verified=False)
    status, html = sent(mara, f"{PEOPLE}add/", NEW | {"email": "lost@polar.example"})
    assert (status, "lost@polar.example stands in another record, not proved." in html) == (200, True)
    assert ("Sam Whitlow" in html, Account.objects.filter(person__name="Eva Berg").exists()) == (False, False)
    assert not Role.objects.filter(person=scene.sam).exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"name": ""}, "Write their name."),
        ({"email": "eva@"}, "Write the address in full"),
        ({"orcid": "1"}, "An ORCID has 16 figures"),
        ({"starts_on": ""}, "Say from which day on."),
        ({"kind": "boss"}, "Choose a role from the list."),
        ({"organisation": "x" * 161}, "at most 160"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nobody_is_added(
    scene: Scene, mara: Client, more: dict[str, str], says: str
) -> None:
    before = Person.objects.count()
    status, html = sent(mara, f"{PEOPLE}add/", NEW | {"job": "Diver"} | more)
    assert (status, says in html, 'value="Diver"' in html) == (422, True, True)
    assert Person.objects.count() == before


def test_a_team_changes_what_is_said_of_somebody(scene: Scene, mara: Client) -> None:
    path = f"{PEOPLE}{scene.ada.pk}/edit/"
    assert 'value="Ada Lindqvist"' in got(mara, path)
    status, html = sent(mara, path, {"name": "Ada Lindqvist", "orcid": "0000-0002-1825-0098", "pronouns": "she/her"})
    assert (status, "typing mistake" in html, 'value="she/her"' in html) == (422, True, True)
    sent(mara, path, {"name": "Åda Lindqvist", "pronouns": "she/her"})
    scene.ada.refresh_from_db()
    assert (scene.ada.name, scene.ada.pronouns, scene.ada.plain_name) == ("Åda Lindqvist", "she/her", "ada lindqvist")
    assert mara.get(f"{PEOPLE}{scene.sam.pk}/edit/").status_code == 404


def test_people_are_found_whatever_the_case_and_marks_of_their_names(scene: Scene, mara: Client) -> None:
    edit_person(scene.ada, name="Dr Ådä O’Łindqvist (Björk)", by=None, at=IN_SEPTEMBER)
    affiliate(scene.ada, add_organisation("Société Générale", by=None, at=IN_SEPTEMBER), by=None, at=IN_SEPTEMBER)
    for words in ("åDA", "ada olindqvist", "bjork", "dr", "SOCIETE", "générale ada"):
        rows = mara.get(PEOPLE, {"q": words}).context["rows"]
        assert [row.person.pk for row in rows] == [scene.ada.pk], words


def test_roles_are_given_and_ended_on_the_page_of_a_person(scene: Scene, mara: Client) -> None:
    path = f"{PEOPLE}{scene.ada.pk}/"
    given = {"do": "give-role", "kind": "coach", "cohort": "", "starts_on": "2024-10-01"}
    status, html = sent(mara, path, given | {"ends_on": "2024-10-01"})
    assert (status, "A role ends after it starts." in html) == (422, True)
    assert "has the role Coach" in sent(mara, path, given)[1]
    role = Role.objects.get(kind="coach")
    early = sent(mara, path, {"do": "end-role", "key": str(role.pk), "on": "2024-10-01"})
    assert (early[0], "A role ends after it starts." in early[1]) == (422, True)
    assert "Coach ends on 1 December 2024." in sent(mara, path, {"do": "end-role", "key": str(role.pk), "on": "2024-12-01"})[1]
    last = sent(
        mara, f"{PEOPLE}{scene.mara.pk}/", {"do": "end-role", "key": str(Role.objects.get(kind="team").pk), "on": "2024-10-01"}
    )
    assert (last[0], "Nobody would be left on the team" in last[1]) == (422, True)


def test_a_role_is_for_an_organisation_they_are_with_on_its_first_day_were_or_will_be(scene: Scene, mara: Client) -> None:
    path = f"{PEOPLE}{scene.ada.pk}/"
    old, new = (add_organisation(name, by=None, at=IN_SEPTEMBER) for name in ("Old Place", "New Place"))
    change = date(2024, 12, 1)
    affiliate(scene.ada, old, ends_on=change, by=None, at=IN_SEPTEMBER)
    affiliate(scene.ada, new, starts_on=change, by=None, at=IN_SEPTEMBER)
    give = mara.get(path).context["stands"].give
    assert [label for _, label in give.fields["organisation"].choices] == [
        "Nobody but themselves",
        "New Place, from 1 December 2024",
        "Old Place, until 1 December 2024",
    ]
    assert give.initial["organisation"] == str(old.pk)  # today
    given = {"do": "give-role", "kind": "expert", "cohort": "", "starts_on": "2024-12-01"}
    status, html = sent(mara, path, given | {"organisation": str(old.pk)})
    assert (status, "On 1 December 2024 they are with New Place, not Old Place." in html) == (422, True)
    assert "Expert for New Place" in sent(mara, path, given | {"organisation": str(new.pk)})[1]
    status, html = sent(mara, path, given | {"starts_on": "2024-11-01", "organisation": str(new.pk)})
    assert (status, "On 1 November 2024 they are with Old Place, not New Place." in html) == (422, True)
    end_affiliation(scene.ada.affiliations.get(organisation=old), on=date(2024, 9, 2), by=None, at=IN_SEPTEMBER)
    past = given | {"starts_on": "2023-09-01", "ends_on": "2024-03-01", "organisation": str(old.pk)}
    assert "Expert for Old Place until 1 March 2024." in sent(mara, path, past)[1]
    status, html = sent(mara, path, past | {"starts_on": "2024-09-20", "ends_on": ""})
    assert (status, "On 20 September 2024 they are not with Old Place." in html) == (422, True)


@pytest.mark.parametrize("kind", [kind for kind in RoleKind if kind != RoleKind.TEAM])
def test_whatever_somebody_is_here_they_are_it_for_the_organisation_the_team_said(
    scene: Scene, mara: Client, kind: RoleKind
) -> None:
    path = f"{PEOPLE}{scene.sam.pk}/"
    give_role(scene.sam, RoleKind.ALUMNUS, scene.programme, starts_on=date(2023, 9, 1), by=None, at=IN_SEPTEMBER)
    studio, other = (add_organisation(name, by=None, at=IN_SEPTEMBER) for name in ("Floe Studio", "Ice Watch"))
    affiliate(scene.sam, studio, by=None, at=IN_SEPTEMBER)
    affiliate(scene.sam, other, starts_on=date(2024, 12, 1), by=None, at=IN_SEPTEMBER)
    given = {"do": "give-role", "kind": str(kind), "cohort": "2024", "starts_on": "2024-10-01"}
    status, html = sent(mara, path, given | {"organisation": str(other.pk)})
    assert (status, "On 1 October 2024 they are with Floe Studio, not Ice Watch." in html) == (422, True)
    status, html = sent(mara, path, given | {"organisation": str(studio.pk)})
    assert (status, f"has the role {kind.label}, Cohort 2024 for Floe Studio." in html) == (200, True)
    role = Role.objects.get(person=scene.sam, kind=kind, cohort=scene.cohort)
    assert role.organisation == studio


def test_a_role_somebody_has_is_not_given_once_more(scene: Scene, mara: Client) -> None:
    path, before = f"{PEOPLE}{scene.ada.pk}/", scene.ada.roles.count()
    given = {"do": "give-role", "kind": "expert", "cohort": "2024", "starts_on": "2024-09-20"}
    for until in ("", "2024-12-01"):
        status, html = sent(mara, path, given | {"ends_on": until})
        assert status == 422
        said = (
            "They have this role from that day on already, without an end."
            if until
            else "They have the role Expert, Cohort 2024 from 1 January 2023 already."
        )
        assert said in html
    assert scene.ada.roles.count() == before
    assert sent(mara, path, given | {"cohort": ""})[0] == 200  # of the programme, another one
    held = scene.ada.roles.get(kind="expert", cohort=scene.cohort)
    end_role(held, on=date(2024, 9, 30), by=None, at=IN_SEPTEMBER)
    assert sent(mara, path, given | {"starts_on": "2024-10-10"})[0] == 200  # again, after a gap


def test_a_role_somebody_has_later_on_is_not_given_from_an_earlier_day(scene: Scene, mara: Client) -> None:
    path, expert = f"{PEOPLE}{scene.sam.pk}/", {"do": "give-role", "kind": "expert", "cohort": "2024"}
    give_role(scene.sam, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    sent(mara, path, expert | {"starts_on": "2024-12-01"})
    says = "the role Expert, Cohort 2024 from 1 December 2024 already. For the days before, give it until then"
    status, html = sent(mara, path, expert | {"starts_on": "2024-09-11"})
    assert (status, f"They have {says}." in html) == (422, True)
    status, html = sent(mara, f"{PEOPLE}add/", NEW | {"name": "Sam", "email": "sam@example.org"})
    assert (status, f"They have {says}." in html) == (422, True)
    days = {"starts_on": date(2024, 9, 11), "by": scene.mara, "at": IN_SEPTEMBER}
    with pytest.raises(BadRole, match=r"Sam Whitlow \(from 1 December 2024\) has the role Expert, Cohort 2024 already") as no:
        give_roles([scene.mara, scene.sam, scene.ada], RoleKind.EXPERT, scene.programme, cohort=scene.cohort, **days)
    assert no.value.sentence.endswith("For the days before, give it until then, or leave them out.")
    assert list(scene.sam.roles.filter(kind="expert").values_list("starts_on", flat=True)) == [date(2024, 12, 1)]
    assert sent(mara, path, expert | {"starts_on": "2024-09-11", "ends_on": "2024-12-01"})[0] == 200


def test_a_role_given_by_mistake_is_taken_back_before_it_begins_and_on_its_first_day(scene: Scene, mara: Client) -> None:
    path = f"{PEOPLE}{scene.ada.pk}/"
    for first in ("2024-09-10", "2025-01-01"):
        sent(mara, path, {"do": "give-role", "kind": "team", "cohort": "", "starts_on": first})
        role = Role.objects.get(person=scene.ada, kind="team")
        assert "Take this role back" in got(mara, path)
        status, html = sent(mara, path, {"do": "take-back-role", "key": str(role.pk)})
        assert (status, "The role Team was taken back from Ada Lindqvist." in html) == (200, True)
        assert f"took back the role Team from {say_date(date.fromisoformat(first))}" in html
    assert not Role.objects.filter(person=scene.ada, kind="team").exists()
    assert not permissions.runs(scene.ada, scene.programme, at=IN_SEPTEMBER)


def test_a_team_hears_where_a_name_stands_openly_when_nobody_was_asked_and_the_last_role_is_taken_back(
    scene: Scene, mara: Client
) -> None:
    edit_programme(scene.programme, about="Ask Nadia Brook.", by=None, at=IN_SEPTEMBER)
    nadia = add_person("Nadia Brook", by=None, at=IN_SEPTEMBER)
    path = f"{PEOPLE}{nadia.pk}/"

    def given_and_taken_back() -> str:
        role = give_role(nadia, RoleKind.ADVISOR, scene.programme, starts_on=IN_SEPTEMBER.date(), by=None, at=IN_SEPTEMBER)
        return sent(mara, path, {"do": "take-back-role", "key": str(role.pk)})[1]

    told = "Everybody reads their name in “The words about the programme” now: take it out there"
    assert told in given_and_taken_back()
    term = publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(nadia, Use.NAME, term, wish=False, by=nadia, at=IN_SEPTEMBER)
    html = given_and_taken_back()
    assert ("was taken back from Nadia Brook." in html, "Everybody reads" in html) == (True, False)


def test_a_role_that_ended_goes_on_when_it_is_given_again_from_its_first_day(scene: Scene, mara: Client) -> None:
    path = f"{PEOPLE}{scene.ada.pk}/"
    coach = {"do": "give-role", "kind": "coach", "cohort": "2024", "starts_on": "2024-01-01"}
    sent(mara, path, coach | {"ends_on": "2024-09-01"})
    for ends_on, until, told in (
        ("2024-12-01", " until 1 December 2024", "until Sun 1 December 2024"),
        ("", "", "without an end"),
    ):
        status, html = sent(mara, path, coach | {"ends_on": ends_on})
        assert (status, f"Ada Lindqvist has the role Coach, Cohort 2024{until}." in html) == (200, True)
        assert f"let the role Coach, Cohort 2024 go on {told}" in html
    assert Role.objects.get(kind="coach").ends_on is None


def test_a_role_given_again_does_not_end_sooner_nor_stand_for_another(scene: Scene, mara: Client) -> None:
    polar, ice = (add_organisation(name, by=None, at=IN_SEPTEMBER) for name in ("Polar Survey", "Ice Watch"))
    for place in (polar, ice):
        affiliate(scene.ada, place, by=None, at=IN_SEPTEMBER)
    path = f"{PEOPLE}{scene.ada.pk}/"
    contact = {"do": "give-role", "kind": "partner-contact", "cohort": "", "starts_on": "2024-01-01"}
    sent(mara, path, contact)
    assert "Partner contact for Polar Survey." in sent(mara, path, contact | {"organisation": str(polar.pk)})[1]
    assert "said whom they stand for in the role Partner contact" in got(mara, path)
    other = sent(mara, path, contact | {"organisation": str(ice.pk)})
    assert (other[0], "From that day on they stand for Polar Survey in this role." in other[1]) == (422, True)
    sooner = sent(mara, path, contact | {"ends_on": "2024-12-01"})
    assert (sooner[0], "from that day on already, without an end. To let it end sooner, end it." in sooner[1]) == (422, True)
    assert Role.objects.filter(kind="partner-contact").values_list("organisation", "ends_on").get() == (polar.pk, None)


def test_who_stands_in_from_a_day_is_not_given_the_role_itself_from_that_day(scene: Scene, mara: Client) -> None:
    first, last = date(2024, 9, 11), date(2024, 9, 20)
    role = Role.objects.get(person=scene.ada, kind="expert")
    stand_in(role, scene.sam, starts_on=first, ends_on=last, by=None, at=IN_SEPTEMBER)
    with pytest.raises(BadRole, match="Give it from another day"):
        give_role(scene.sam, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=first, by=None, at=IN_SEPTEMBER)
    assert Role.objects.get(person=scene.sam).ends_on == last


def test_who_comes_back_by_hand_has_the_role_again_and_who_has_it_keeps_its_end(scene: Scene, mara: Client) -> None:
    again = NEW | {"email": "sam@example.org", "starts_on": "2024-06-01"}
    first = date(2024, 6, 1)
    for ends_on, kept in ((date(2024, 8, 1), None), (date(2025, 1, 1), date(2025, 1, 1))):
        Role.objects.filter(person=scene.sam).delete()
        role = give_role(
            scene.sam, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=first, ends_on=ends_on,
            by=None, at=IN_SEPTEMBER,
        )  # fmt: skip
        assert "and has the role now." in sent(mara, f"{PEOPLE}add/", again)[1]
        assert "and has the role now." in sent(mara, f"{PEOPLE}add/", again | {"starts_on": "2024-09-10"})[1]
        assert Role.objects.filter(person=scene.sam).values_list("pk", "ends_on").get() == (role.pk, kept)


def test_of_several_those_whose_role_ended_have_it_again(scene: Scene) -> None:
    days = {"starts_on": date(2024, 1, 1), "by": None, "at": IN_SEPTEMBER}
    coach = {"kind": RoleKind.COACH, "programme": scene.programme}
    give_role(scene.ada, **coach, **days, ends_on=date(2024, 9, 1))
    people = [scene.ada, scene.mara]
    ended = (("Ada Lindqvist", Days(date(2024, 1, 1), date(2024, 9, 1))),)
    given = [give_roles(people, **coach, cohort=None, **days) for _ in range(2)]
    assert [(each.got, each.longer, each.had) for each in given] == [(1, ended, 0), (0, (), 2)]
    assert list(Role.objects.filter(kind="coach").values_list("ends_on", flat=True)) == [None, None]


def test_of_several_a_role_that_ends_too_soon_goes_on_and_who_stands_in_has_one_of_their_own(
    scene: Scene, mara: Client
) -> None:
    yan, sten, eva = (add_person(name, by=None, at=IN_SEPTEMBER) for name in ("Yan Ito", "Sten Berg", "Eva Holm"))
    expert = {"kind": RoleKind.EXPERT, "programme": scene.programme, "cohort": scene.cohort, "by": None, "at": IN_SEPTEMBER}
    give_role(yan, **expert, starts_on=date(2024, 9, 2), ends_on=date(2024, 12, 20))
    for_ada = scene.ada.roles.get(kind="expert")
    stand_in(for_ada, sten, starts_on=date(2024, 12, 1), ends_on=date(2024, 12, 31), by=None, at=IN_SEPTEMBER)
    give_role(eva, **expert, starts_on=date(2024, 9, 2))
    who = ",".join(str(person.pk) for person in (yan, sten, eva))
    given = {"of": "chosen", "who": who, "do": "give-role", "kind": "expert", "cohort": "2024", "ends_on": ""}
    status, html = sent(mara, f"{PEOPLE}several/", given | {"starts_on": "2024-12-01"})
    assert (status, "Sten Berg stands in for somebody in this role from that day on." in html) == (422, True)
    assert yan.roles.get().ends_on == date(2024, 12, 20)
    status, html = sent(mara, f"{PEOPLE}several/", given | {"starts_on": "2024-12-05"})
    assert status == 200
    assert "1 person got the role Expert." in html
    assert "For Yan Ito (from 2 September 2024 until 20 December 2024) it goes on without an end." in html
    assert "1 person had it already." in html
    held = Role.objects.filter(kind="expert").values_list("starts_on", "ends_on")
    assert list(held.filter(person=yan)) == [(date(2024, 9, 2), None)]
    stands_in, own = (date(2024, 12, 1), date(2024, 12, 31)), (date(2024, 12, 5), None)
    assert list(held.filter(person=sten).order_by("starts_on")) == [stands_in, own]


def test_a_role_that_ends_too_soon_goes_on_from_the_page_of_a_person_and_by_hand(scene: Scene, mara: Client) -> None:
    give_role(scene.sam, RoleKind.COACH, scene.programme, starts_on=date(2024, 9, 2), ends_on=date(2024, 12, 20),
              by=None, at=IN_SEPTEMBER)  # fmt: skip
    given = {"do": "give-role", "kind": "coach", "cohort": "", "starts_on": "2024-12-05", "ends_on": "2025-03-01"}
    status, html = sent(mara, f"{PEOPLE}{scene.sam.pk}/", given)
    assert (status, "Sam Whitlow has the role Coach since 2 September 2024 until 1 March 2025." in html) == (200, True)
    assert scene.sam.roles.values_list("starts_on", "ends_on").get() == (date(2024, 9, 2), date(2025, 3, 1))


def test_a_role_that_goes_on_is_for_the_same_organisation(scene: Scene, mara: Client) -> None:
    path, expert = f"{PEOPLE}{scene.ada.pk}/", {"do": "give-role", "kind": "expert", "cohort": "2024"}
    polar = add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER)
    affiliate(scene.ada, polar, by=None, at=IN_SEPTEMBER)
    status, html = sent(mara, path, expert | {"starts_on": "2024-12-05", "organisation": str(polar.pk)})
    assert (status, "From that day on they stand for nobody but themselves in this role." in html) == (422, True)
    role = scene.ada.roles.get(kind="expert")
    sent(mara, path, {"do": "end-role", "key": str(role.pk), "on": "2024-12-05"})
    assert sent(mara, path, expert | {"starts_on": "2024-12-05", "organisation": str(polar.pk)})[0] == 200
    assert scene.ada.roles.filter(kind="expert").count() == 2


def test_a_role_held_for_a_day_ends_and_is_not_taken_back(scene: Scene, mara: Client) -> None:
    role = give_role(scene.ada, RoleKind.COACH, scene.programme, starts_on=date(2024, 9, 9), by=None, at=IN_SEPTEMBER)
    path = f"{PEOPLE}{scene.ada.pk}/"
    assert "Take this role back" not in got(mara, path)
    assert mara.post(path, {"do": "take-back-role", "key": str(role.pk)}).status_code == 404
    with pytest.raises(BadRole, match="Let it end instead"):
        take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        take_back_role(role, by=scene.ada, at=IN_SEPTEMBER)
    assert Role.objects.filter(pk=role.pk).exists()


def test_the_last_of_a_team_is_not_taken_back(scene: Scene) -> None:
    other = create_programme(slug="river-watch", name="River Watch", is_public=True, by=None, at=IN_SEPTEMBER)
    role = give_role(scene.ada, RoleKind.TEAM, other, starts_on=IN_SEPTEMBER.date(), by=None, at=IN_SEPTEMBER)
    stand_in(role, scene.sam, starts_on=date(2024, 9, 11), ends_on=date(2026, 9, 11), by=None, at=IN_SEPTEMBER)
    for take_away in (lambda: take_back_role(role, by=None, at=IN_SEPTEMBER), lambda: end_role_in_june(role)):
        with pytest.raises(LastOfTheTeam):
            take_away()
    assert Role.objects.filter(programme=other).count() == 2


def end_role_in_june(role: Role) -> None:
    end_role(role, on=date(2025, 6, 1), by=None, at=IN_SEPTEMBER)


def test_who_stands_in_for_a_role_that_is_taken_back_does_not_stand_in(scene: Scene, mara: Client) -> None:
    role = give_role(scene.ada, RoleKind.COACH, scene.programme, starts_on=date(2024, 10, 1), by=None, at=IN_SEPTEMBER)
    stand_in(role, scene.sam, starts_on=date(2024, 10, 2), ends_on=date(2024, 10, 9), by=None, at=IN_SEPTEMBER)
    take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)
    assert not Role.objects.filter(kind="coach").exists()
    told = journal.history_of(scene.sam, person=scene.sam, at=IN_SEPTEMBER).entries
    assert told[0].did == "took back the role Coach from Wed 2 October 2024"
    with pytest.raises(ChangedMeanwhile):
        take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)


def test_who_has_nothing_else_here_leaves_the_list_with_the_role_that_is_taken_back(scene: Scene, mara: Client) -> None:
    role = give_role(scene.sam, RoleKind.COACH, scene.programme, starts_on=date(2024, 10, 1), by=None, at=IN_SEPTEMBER)
    path = f"{PEOPLE}{scene.sam.pk}/"
    assert "so they leave your list of people, too." in got(mara, path)
    status, html = sent(mara, path, {"do": "take-back-role", "key": str(role.pk)})
    assert (status, "The role Coach was taken back from Sam Whitlow." in html) == (200, True)
    assert mara.get(path).status_code == 404


def test_a_role_of_somebody_else_or_of_another_programme_does_not_end_here(scene: Scene, mara: Client) -> None:
    other = create_programme(slug="river-watch", name="River Watch", is_public=True, by=None, at=IN_SEPTEMBER)
    elsewhere = give_role(scene.ada, RoleKind.COACH, other, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    for key in (elsewhere.pk, Role.objects.get(kind="team").pk, "x", ""):
        answer = mara.post(f"{PEOPLE}{scene.ada.pk}/", {"do": "end-role", "key": str(key), "on": "2024-12-01"})
        assert answer.status_code == 404
    assert not Role.objects.filter(ends_on__isnull=False).exists()


def test_where_somebody_works_is_said_and_ended_on_their_page(scene: Scene, mara: Client) -> None:
    polar = add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER)
    path = f"{PEOPLE}{scene.ada.pk}/"
    assert (
        "Ada Lindqvist is with Polar Survey."
        in sent(mara, path, {"do": "join", "organisation": "polar SURVEY", "job": "Diver"})[1]
    )
    status, html = sent(mara, path, {"do": "join", "organisation": "Polar Survey"})
    assert (status, "They are with Polar Survey already." in html) == (422, True)
    affiliation = Affiliation.objects.get()
    assert (affiliation.organisation, affiliation.job) == (polar, "Diver")
    assert "until 1 December 2024" in sent(mara, path, {"do": "leave", "key": str(affiliation.pk), "on": "2024-12-01"})[1]
    affiliation.refresh_from_db()
    assert affiliation.ends_on == date(2024, 12, 1)
    status, html = sent(mara, path, {"do": "join", "organisation": "Polar Survey"})
    assert status == 422
    assert "That they are with Polar Survey until 1 December 2024 stands already. Say from which later day on." in html
    end_affiliation(affiliation, on=date(2024, 9, 2), by=None, at=IN_SEPTEMBER)
    html = sent(mara, path, {"do": "join", "organisation": "Polar Survey"})[1]
    assert "Ada Lindqvist is with Polar Survey again, from 10 September 2024." in html
    assert [each.starts_on for each in Affiliation.objects.order_by("pk")] == [None, date(2024, 9, 10)]
    for first, last in (("2024-11-01", ""), ("2024-08-01", "2024-08-20"), ("2024-08-20", "2024-09-03")):
        status, html = sent(mara, path, {"do": "join", "organisation": "Polar Survey", "starts_on": first, "ends_on": last})
        assert (status, "That they are with" in html or "They are with Polar Survey" in html) == (422, True)
    failed = {"do": "join", "organisation": "Nowhere Ltd", "starts_on": "2024-12-01", "ends_on": "2024-01-01"}
    assert sent(mara, path, failed)[0] == 422
    assert not Organisation.objects.filter(name="Nowhere Ltd").exists()


def test_who_is_with_an_organisation_of_always_is_not_with_it_once_more_from_a_later_day(scene: Scene, mara: Client) -> None:
    quill, path = add_organisation("Quill & Sons", by=None, at=IN_SEPTEMBER), f"{PEOPLE}{scene.ada.pk}/"
    work = affiliate(scene.ada, quill, by=None, at=IN_SEPTEMBER)
    again = {"do": "join", "organisation": "Quill & Sons", "starts_on": "2024-11-01"}
    status, html = sent(mara, path, again)
    assert (status, "They are with Quill & Sons already. To change that, edit what stands." in html) == (422, True)
    assert scene.ada.affiliations.get() == work
    edit_affiliation(work, ends_on=date(2024, 10, 1), by=scene.mara, at=IN_SEPTEMBER)
    assert "Ada Lindqvist is with Quill & Sons." in sent(mara, path, again)[1]
    with pytest.raises(BadAffiliation, match="They are with Quill & Sons from 1 November 2024 already"):
        edit_affiliation(work, ends_on=None, by=scene.mara, at=IN_SEPTEMBER)


def test_organisations_are_listed_with_their_people_experts_and_contacts(scene: Scene, mara: Client) -> None:
    polar = add_organisation("Polar Survey", sector="environment", size="sme", region="Kent", by=None, at=IN_SEPTEMBER)
    affiliate(scene.ada, polar, is_contact=True, by=None, at=IN_SEPTEMBER)
    affiliate(scene.mara, polar, ends_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    eva = add_person("Eva Berg", by=None, at=IN_SEPTEMBER)
    give_role(eva, RoleKind.EXPERT, scene.programme, organisation=polar, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    add_organisation("Éclair", sector="energy", by=None, at=IN_SEPTEMBER)

    def listed(query: str = "") -> list[tuple[str, int, int, list[str]]]:
        rows = mara.get(ORGANISATIONS + query).context["rows"]
        return [(row.organisation.name, row.people, row.experts, [each.name for each in row.contacts]) for row in rows]

    of_polar = ("Polar Survey", 1, 1, ["Ada Lindqvist"])
    assert listed() == [("Éclair", 0, 0, []), of_polar]
    for query in ("?q=SURVEY", "?sector=environment", "?size=sme", "?region=Kent", "?q=polar&sector=environment"):
        assert listed(query) == [of_polar]
    assert listed("?q=eclair") == [("Éclair", 0, 0, [])]
    assert listed("?q=%25") == []
    assert "None is found" in got(mara, f"{ORGANISATIONS}?q=nothing")


def test_an_organisation_that_only_others_work_with_is_not_told(scene: Scene, mara: Client) -> None:
    theirs = add_organisation("Secret Partner", by=None, at=IN_SEPTEMBER)
    stranger = add_person("Of Others", by=None, at=IN_SEPTEMBER)
    affiliate(stranger, theirs, by=None, at=IN_SEPTEMBER)
    give_role(stranger, RoleKind.EXPERT, scene.private, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    assert "Secret Partner" not in got(mara, ORGANISATIONS) + got(mara, f"{PEOPLE}add/")
    assert mara.get(f"{ORGANISATIONS}{theirs.pk}/").status_code == 404
    affiliate(scene.ada, theirs, by=None, at=IN_SEPTEMBER)
    html = got(mara, f"{ORGANISATIONS}{theirs.pk}/")
    assert "Ada Lindqvist" in html
    assert "Of Others" not in html


def test_an_organisation_shows_its_people_past_and_present_and_who_it_sent(scene: Scene, mara: Client) -> None:
    polar = add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER)
    affiliation = affiliate(scene.ada, polar, job="Diver", by=None, at=IN_SEPTEMBER)
    affiliate(scene.mara, polar, ends_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    Role.objects.filter(person=scene.ada).update(organisation=polar)
    path = f"{ORGANISATIONS}{polar.pk}/"
    html = got(mara, path)
    for said in ("Ada Lindqvist", "Diver", "Mara Okafor", "Past", "Cohort 2024"):
        assert said in html
    assert (
        "Ada Lindqvist speaks for Polar Survey."
        in sent(mara, path, {"do": "contact", "key": str(affiliation.pk), "is": "yes"})[1]
    )
    affiliation.refresh_from_db()
    assert affiliation.is_contact
    assert "no longer speaks" in sent(mara, path, {"do": "contact", "key": str(affiliation.pk), "is": "no"})[1]
    assert mara.post(path, {"do": "contact", "key": "9" * 30, "is": "yes"}).status_code == 404


def test_the_facts_of_an_organisation_are_changed_and_a_mistake_keeps_what_was_typed(scene: Scene, mara: Client) -> None:
    status, html = sent(mara, ORGANISATIONS, {"name": "Polar Survey", "website": "nowhere"})
    assert (status, "A website begins with https://." in html, 'value="nowhere"' in html) == (422, True, True)
    assert "Polar Survey was added." in sent(mara, ORGANISATIONS, {"name": "Polar Survey"})[1]
    polar = Organisation.objects.get()
    taken = sent(mara, ORGANISATIONS, {"name": "polar survey"})
    assert (taken[0], "There is an organisation called" in taken[1]) == (422, True)
    sent(mara, f"{ORGANISATIONS}{polar.pk}/", {"name": "Pôlar", "sector": "energy", "size": "larger", "region": "Kent"})
    polar.refresh_from_db()
    assert (polar.name, polar.plain_name, polar.sector, polar.region) == ("Pôlar", "polar", "energy", "Kent")


def test_the_organisations_page_asks_the_database_as_much_for_thirty_as_for_three(scene: Scene, mara: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            mara.get(ORGANISATIONS)
        return len(asked)

    for number in range(30):
        if number == 3:
            before = queries()
        place = add_organisation(f"Organisation {number}", region="Kent", by=None, at=IN_SEPTEMBER)
        affiliate(scene.ada, place, is_contact=True, by=None, at=IN_SEPTEMBER)
    assert queries() == before


def test_what_the_commands_refuse(scene: Scene) -> None:
    polar = organisation_named("Polar Survey", by=None, at=IN_SEPTEMBER)
    affiliation = affiliate(scene.ada, polar, by=None, at=IN_SEPTEMBER)
    day = date(2024, 10, 1)
    with pytest.raises(NotAllowed):
        edit_affiliation(affiliation, is_contact=True, by=scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        edit_affiliation(affiliation, job="Boss", by=scene.sam, at=IN_SEPTEMBER)
    with pytest.raises(AddressTaken):
        give_account(scene.ada, "new@example.org", by=scene.mara, at=IN_SEPTEMBER)
    eva = add_person("Eva Berg", by=None, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        give_account(eva, "eva@example.org", by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(AddressTaken):
        give_account(eva, "ADA@example.org", by=None, at=IN_SEPTEMBER)
    for by, error in ((scene.ada, NotAllowed), (scene.mara, NobodyChosen)):
        with pytest.raises(error):
            give_roles([], RoleKind.COACH, scene.programme, cohort=None, starts_on=day, by=by, at=IN_SEPTEMBER)
        with pytest.raises(error):
            end_roles([], RoleKind.COACH, scene.programme, cohort=None, on=day, by=by, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        give_roles([eva], RoleKind.COACH, scene.programme, cohort=None, starts_on=day, by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(BadRole):
        give_roles([scene.ada], RoleKind.TEAM, scene.programme, cohort=None, starts_on=day, by=scene.mara, at=IN_SEPTEMBER)
    assert Account.objects.filter(person=eva).count() == 0
    assert edit_organisation(polar, name="Polar", by=scene.mara, at=IN_SEPTEMBER).plain_name == "polar"
