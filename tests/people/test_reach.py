"""Who sees what of me: told from the rules that decide it, and held against them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from random import Random

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.consent import Use
from hub.core.errors import Refusal
from hub.kit.fresh import shelf
from hub.people import permissions, queries
from hub.people.commands import (
    add_person,
    answer,
    ask_erasure,
    edit_person,
    give_role,
    note_needs,
    open_account,
    publish_term,
    share_needs,
)
from hub.people.models import Person, RoleKind, Term
from hub.people.reach import Reach, fellow_words, fellows_of, may_see_as, photo_reach, reach_of, teams_that_know
from hub.programmes.commands import create_programme, edit_programme
from hub.programmes.models import Programme
from tests.factories import BEGUN, a_cohort
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
PAGE = "/me/who-sees/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def the_name_is_asked_for(scene: Scene) -> Term:
    return publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)


def only(person: Person) -> Reach:
    (found,) = reach_of(person, at=IN_SEPTEMBER)
    return found


def page(person: Person) -> str:
    return " ".join(as_(person).get(PAGE).content.decode().split())


def by_chance(seed: int) -> tuple[list[Programme], list[Person]]:
    """Fourteen people with parts in three programmes, past, present and to come; the first of them erased."""
    chance = Random(seed)
    programmes = [create_programme(slug=f"p{n}", name=f"P{n}", by=None, at=BEGUN) for n in range(3)]
    cohorts = [a_cohort(f"c{n}", programme=programme) for n, programme in enumerate(programmes * 2)]
    people = [add_person(f"Person {n}", by=None, at=BEGUN) for n in range(14)]
    kinds = [RoleKind.TEAM, RoleKind.TEAM, RoleKind.EXPERT, RoleKind.COACH, RoleKind.REVIEWER]
    for person in people:
        for _ in range(chance.randint(0, 3)):
            cohort = chance.choice(cohorts)
            starts = date(2024, 1, 1) + timedelta(days=chance.randint(0, 300))
            with suppress(Refusal):  # the same role twice
                give_role(
                    person,
                    chance.choice(kinds),
                    cohort.programme,
                    cohort=chance.choice([None, cohort]),
                    starts_on=starts,
                    ends_on=chance.choice([None, None, starts + timedelta(days=chance.randint(1, 300))]),
                    by=None,
                    at=BEGUN,
                )
    Person.objects.filter(pk=people[0].pk).update(erased_at=IN_SEPTEMBER)
    return programmes, list(Person.objects.filter(pk__in=[person.pk for person in people]).order_by("pk"))


@pytest.mark.parametrize("seed", range(4))
def test_whoever_is_counted_is_exactly_who_may_see_and_look(seed: int) -> None:
    _, people = by_chance(seed)
    met = 0
    for one in people[1:]:
        seers = {other.pk for other in people if one in Person.objects.visible_to(other, at=IN_SEPTEMBER)} - {one.pk}
        told = {role.person_id for way in (teams_that_know, fellows_of) for role in way(one, at=IN_SEPTEMBER)}
        assert told == seers
        lookers = {other.pk for other in people[1:] if permissions.can_see_as(other, one, at=IN_SEPTEMBER)}
        assert {other.pk for other in may_see_as(one, at=IN_SEPTEMBER)} == lookers
        met += len(seers)
    assert met > 3


@pytest.mark.parametrize("seed", range(4))
def test_whom_a_team_knows_and_who_is_on_it_are_the_same_asked_together_and_apart(seed: int) -> None:
    programmes, people = by_chance(seed)
    for one in people:
        run = {each.pk for each in queries.programmes_run_by(one, at=IN_SEPTEMBER)}
        beside = Person.objects.visible_to(one, at=IN_SEPTEMBER).filter(roles__programme__in=run)
        assert set(Person.objects.known_to_team(one, at=IN_SEPTEMBER)) == set(beside)
        for programme in programmes:
            apart = (permissions.belongs(one, programme, at=IN_SEPTEMBER), permissions.runs(one, programme, at=IN_SEPTEMBER))
            assert permissions.belongs_and_runs(one, programme, at=IN_SEPTEMBER) == apart


def photographed(scene: Scene) -> None:
    """Ada gave a photo; Grace is an Expert beside her, Finn pays, and runs a programme Ada has no part in."""
    Person.objects.filter(pk=scene.ada.pk).update(photo="photos/ada.webp", photo_alt="Ada on a ship")
    scene.ada.refresh_from_db()
    grace, finn = (add_person(name, email=f"{name[:4]}@example.org", by=None, at=BEGUN) for name in ("Grace Hill", "Finn Roy"))
    give_role(grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    give_role(finn, RoleKind.FUNDER, scene.programme, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    give_role(finn, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=BEGUN)


def seers(scene: Scene) -> set[str]:
    """Who is given Ada's photo, by name, and "everybody" where who is signed out is."""
    found = {str(each) for each in Person.objects.all() if queries.sees_photo(each, scene.ada.photo, at=IN_SEPTEMBER)}
    found |= {"everybody"} if queries.sees_photo(None, scene.ada.photo, at=IN_SEPTEMBER) else set()
    return found - {"Ada Lindqvist"}


@pytest.mark.parametrize("is_public", [True, False])
@pytest.mark.parametrize("allows", [(), (Use.NAME,), (Use.PHOTO,), (Use.NAME, Use.PHOTO)])
def test_of_the_photo_the_page_says_who_can_fetch_it_and_nobody_else_can(
    scene: Scene, allows: tuple[Use, ...], is_public: bool
) -> None:
    photographed(scene)
    edit_programme(scene.programme, is_public=is_public, by=None, at=IN_SEPTEMBER)
    for use in allows:
        term = publish_term(scene.programme, use, "We show you.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
        answer(scene.ada, use, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    told = photo_reach(scene.ada, at=IN_SEPTEMBER)
    assert told
    known = {"Mara Okafor", "Grace Hill"}
    assert (told.team, told.fellows) == (1, 1)
    pages = [" ".join(as_(scene.ada).get(where).content.decode().split()) for where in (PAGE, "/me/photo/")]
    said = "because you agreed to be shown with name and photo in The Practitioners Hub"
    if len(allows) == 2 and is_public:
        assert seers(scene) == {"everybody", "Sam Whitlow", "Finn Roy"} | known
        assert (told.public, told.among) == ((scene.programme,), ())
        assert [said in page for page in pages] == [True, True]
        return
    is_shown = len(allows) == 2
    assert seers(scene) == known | ({"Finn Roy"} if is_shown else set())
    assert (told.public, told.among) == ((), (scene.programme,) if is_shown else ())
    assert [said in page for page in pages] == [False, False]
    for page in pages:
        assert "<b>1 other</b> in your cohorts" in page
        assert "<b>1 other person</b> on the teams of your programmes" in page
        assert ("<b>All people of The Practitioners Hub</b>" in page) is is_shown


def test_of_no_photo_the_page_says_nobody_and_of_one_to_be_forgotten_nobody_in_public(scene: Scene) -> None:
    assert photo_reach(scene.ada, at=IN_SEPTEMBER) is None
    assert "<b>Nobody</b>: you have given none." in page(scene.ada)
    photographed(scene)
    for use in (Use.NAME, Use.PHOTO):
        term = publish_term(scene.programme, use, "We show you.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
        answer(scene.ada, use, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    assert seers(scene) == {"Mara Okafor", "Grace Hill"}
    assert "Not the public</b>: in no public programme" in page(scene.ada)


def test_who_was_not_asked_is_public_to_nobody_and_known_to_team_and_cohort(scene: Scene) -> None:
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    give_role(grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    found = only(scene.ada)
    assert (found.programme, found.team, found.is_named, found.places, found.name) == (scene.programme, 1, False, (), None)
    assert [(each.cohort, each.others) for each in found.fellows] == [(scene.cohort, 1)]
    said = page(scene.ada)
    assert "the programme has not asked you, which counts as no" in said
    assert "<b>1 other</b> in Cohort 2024" in said
    assert "<b>1 other person</b> on the team" in said


def test_a_yes_shows_where_the_name_stands_and_a_no_takes_it_away(scene: Scene) -> None:
    term = the_name_is_asked_for(scene)
    assert "you have not answered, which counts as no" in page(scene.ada)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    found = only(scene.ada)
    assert found.is_named
    assert [(place.what, place.url) for place in found.places] == [("The Experts of Cohort 2024", "/practitioners-hub/2024/")]
    said = page(scene.ada)
    assert "<b>Everybody</b>, because you agreed to appear by name" in said
    assert f'href="/me/agreements/#term-{term.pk}"' in said
    assert "The Experts of Cohort 2024" in said
    answer(scene.ada, Use.NAME, term, wish=False, by=scene.ada, at=IN_SEPTEMBER)
    said = page(scene.ada)
    assert "you said no" in said
    assert "The Experts of Cohort 2024" not in said


def test_of_a_programme_that_is_not_public_everybody_means_its_people(scene: Scene) -> None:
    answer(scene.ada, Use.NAME, the_name_is_asked_for(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    said = page(scene.ada)
    assert "<b>All its people</b>, for it is not public" in said
    assert "<b>Everybody</b>" not in said


def test_who_is_to_be_forgotten_is_named_nowhere_whatever_they_agreed_to(scene: Scene) -> None:
    answer(scene.ada, Use.NAME, the_name_is_asked_for(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    found = only(scene.ada)
    assert (found.is_named, found.places) == (False, ())
    said = page(scene.ada)
    assert "You are to be forgotten" in said
    assert "<b>Everybody</b>" not in said


def test_a_part_that_has_ended_is_known_to_the_team_and_no_more_to_the_cohort(scene: Scene) -> None:
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    give_role(
        grace,
        RoleKind.EXPERT,
        scene.programme,
        cohort=scene.cohort,
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 9, 1),
        by=None,
        at=BEGUN,
    )
    found = only(grace)
    assert (found.team, found.fellows) == (1, ())
    assert [(each.cohort, each.others) for each in only(scene.ada).fellows] == [(scene.cohort, 0)]


def test_what_somebody_needs_is_said_to_be_read_by_the_teams_or_by_nobody(scene: Scene) -> None:
    assert "<b>Nobody</b>: you have said nothing." in page(scene.ada)
    edit_person(scene.ada, access_needs="Captions", by=scene.ada, at=IN_SEPTEMBER)
    said = page(scene.ada)
    assert "<b>Nobody</b>: you have not let a team read it." in said
    share_needs(scene.ada, {scene.programme.pk: True}, by=scene.ada, at=IN_SEPTEMBER)
    assert "<b>1 other person</b> on the team of The Practitioners Hub: what you said" in page(scene.ada)
    note_needs(scene.ada, scene.programme, "A ramp", by=scene.mara, at=IN_SEPTEMBER)
    assert "The Practitioners Hub: what you said, and what it noted itself" in page(scene.ada)


def test_somebody_without_a_role_is_told_that_nobody_knows_of_them(scene: Scene) -> None:
    assert reach_of(scene.sam, at=IN_SEPTEMBER) == []
    assert "Nobody sees you here" in page(scene.sam)


def test_a_name_that_a_team_wrote_itself_is_told_of(scene: Scene) -> None:
    assert "Where a team wrote your name itself" not in page(scene.ada)
    edit_programme(scene.programme, about="Ask Ada Lindqvist.", by=None, at=IN_SEPTEMBER)
    said = page(scene.ada)
    assert "Where a team wrote your name itself" in said
    assert "<li>1 programme</li>" in said


def test_the_team_alone_reads_the_address_mail_goes_to_and_nobody_another_one(scene: Scene) -> None:
    EmailAddress.objects.create(user=scene.ada.account, email="ada@home.example", verified=True)
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    open_account(grace, "grace@example.org")
    give_role(grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    scene.ada.account.last_login = IN_SEPTEMBER
    scene.ada.account.save()
    team = ("practitioners-hub",)
    paths = [
        *(reverse(name, args=team) for name in ("team-home", "desk-people", "desk-terms", "desk-statements")),
        *(reverse(name, args=[*team, scene.ada.pk]) for name in ("desk-person", "desk-person-erase", "desk-invite")),
        "/practitioners-hub/2024/",
    ]
    shown = {}
    for reader in (scene.mara, grace):
        for path in paths:
            said = as_(reader).get(path).content.decode()
            assert "ada@home.example" not in said
            shown[reader.name, path] = "ada@example.org" in said
    page = reverse("desk-person", args=[*team, scene.ada.pk])
    assert [each for each, is_shown in shown.items() if is_shown] == [("Mara Okafor", page)]


def test_more_people_cohorts_and_roles_cost_no_more_queries(scene: Scene) -> None:
    def queries() -> int:
        client = as_(scene.ada)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PAGE).status_code == 200
        return len(caught)

    answer(scene.ada, Use.NAME, the_name_is_asked_for(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    before = queries()
    for number in range(3):
        cohort = a_cohort(f"more-{number}", programme=scene.programme)
        for person in (scene.ada, add_person(f"Expert {number}", by=None, at=BEGUN)):
            give_role(person, RoleKind.EXPERT, scene.programme, cohort=cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    assert queries() == before


def test_my_page_profile_and_agreements_lead_there(scene: Scene) -> None:
    for path in ("/me/", "/me/profile/", "/me/agreements/", "/me/data/"):
        assert f'href="{PAGE}"' in as_(scene.ada).get(path).content.decode()


def test_nobody_reads_it_with_the_eyes_of_another(scene: Scene) -> None:
    mara = as_(scene.mara)
    mara.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert mara.get(PAGE).status_code == 403


def test_those_of_a_cohort_are_called_by_what_they_are() -> None:
    assert fellow_words() == ["Team", "Expert", "Facilitator", "Coach", "Technical writer"]
