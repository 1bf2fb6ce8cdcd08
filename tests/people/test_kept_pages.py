"""Public pages are kept until something they show changes: whatever changes who is who makes them anew, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from hub.core.consent import Use
from hub.kit import journal
from hub.kit.fresh import shelf
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    answer,
    edit_organisation,
    edit_person,
    end_role,
    end_roles,
    give_role,
    give_roles,
    publish_term,
    stand_in,
    take_back_role,
)
from hub.people.models import Person, Role, RoleKind
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene

pytestmark = pytest.mark.django_db
COHORT, HOME = "/practitioners-hub/2024/", "/practitioners-hub/"
FIRST = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def public(path: str) -> str:
    return Client().get(path).content.decode()


def named_by_the_team(scene: Scene) -> tuple[Person, str]:
    """Somebody without any part here, whom the team wrote into a session; and the session's address, seen once."""
    theo = add_person("Theo Brandvold", by=None, at=BEGUN)
    session = scene.session
    session.led_by = theo.name
    session.save()
    release_schedule(scene.cohort, note="", seen=Release.objects.latest("number").number, by=None, at=IN_SEPTEMBER)
    path = f"{COHORT}sessions/{session.slug}/"
    assert "Theo Brandvold" in public(path)
    return theo, path


def test_who_gets_a_role_with_others_is_asked_before_they_are_named_again(scene: Scene) -> None:
    theo, path = named_by_the_team(scene)
    give_roles([theo], RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=FIRST, by=None, at=IN_SEPTEMBER)
    assert "Theo Brandvold" not in public(path)


def test_who_stands_in_is_asked_before_they_are_named_again(scene: Scene) -> None:
    theo, path = named_by_the_team(scene)
    days = {"starts_on": FIRST, "ends_on": FIRST + timedelta(days=14)}
    stand_in(Role.objects.get(person=scene.ada), theo, **days, by=scene.mara, at=IN_SEPTEMBER)
    assert "Theo Brandvold" not in public(path)


def agrees_to_the_name(scene: Scene, person: Person) -> None:
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=BEGUN)
    answer(person, Use.NAME, term, wish=True, by=person, at=BEGUN)


def test_who_no_longer_runs_a_programme_is_no_longer_said_to(scene: Scene) -> None:
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    role = give_role(grace, RoleKind.TEAM, scene.programme, starts_on=FIRST, by=None, at=BEGUN)
    agrees_to_the_name(scene, grace)
    assert "Grace Hill" in public(HOME)
    end_role(role, on=IN_SEPTEMBER.date(), by=scene.mara, at=IN_SEPTEMBER)
    assert "Grace Hill" not in public(HOME)


def test_an_expert_to_be_is_shown_from_their_first_day_on(scene: Scene) -> None:
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    days = {"starts_on": date(2024, 10, 1), "ends_on": date(2024, 10, 2)}
    give_role(grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, **days, by=None, at=BEGUN)
    agrees_to_the_name(scene, grace)
    shown = []
    for day in (10, 30, 31, 60):
        with time_machine.travel(datetime(2024, 9, 1, 12, tzinfo=UTC) + timedelta(days=day - 1), tick=False):
            shown.append("Grace Hill" in public(COHORT))
    assert shown == [False, False, True, True]


def test_who_was_made_an_expert_by_mistake_is_not_shown_for_good(scene: Scene) -> None:
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    today = IN_SEPTEMBER.date()
    role = give_role(grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=today, by=None, at=BEGUN)
    agrees_to_the_name(scene, grace)
    assert "Grace Hill" in public(COHORT)
    take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)
    assert "Grace Hill" not in public(COHORT)


def test_an_orcid_that_is_taken_away_is_gone_from_public_pages(scene: Scene) -> None:
    edit_person(scene.ada, orcid="0000-0002-1825-0097", by=scene.ada, at=BEGUN)
    agrees_to_the_name(scene, scene.ada)
    assert "0000-0002-1825-0097" in public(COHORT)
    edit_person(scene.ada, orcid="", by=scene.ada, at=IN_SEPTEMBER)
    assert "0000-0002-1825-0097" not in public(COHORT)


def test_an_organisation_is_called_by_its_new_name(scene: Scene) -> None:
    polar = add_organisation("Polar Watch", by=None, at=BEGUN)
    grace = add_person("Grace Hill", by=None, at=BEGUN)
    give_role(
        grace, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, organisation=polar, starts_on=FIRST, by=None, at=BEGUN
    )
    agrees_to_the_name(scene, grace)
    assert "Polar Watch" in public(COHORT)
    edit_organisation(polar, name="Ice Watch", by=scene.mara, at=IN_SEPTEMBER)
    assert ("Polar Watch" in public(COHORT), "Ice Watch" in public(COHORT)) == (False, True)


def test_experts_of_one_organisation_made_together_stand_for_it_and_each_has_it_told_in_their_history(scene: Scene) -> None:
    polar, ice = (add_organisation(name, by=None, at=BEGUN) for name in ("Polar Watch", "Ice Watch"))
    both, one = (add_person(name, by=None, at=BEGUN) for name in ("Grace Hill", "Imani Okoro"))
    lone = add_person("Leila Amari", by=None, at=BEGUN)
    for person, place in ((one, polar), (both, polar), (both, ice)):
        affiliate(person, place, by=None, at=BEGUN)
    kept = affiliate(lone, polar, by=None, at=BEGUN)
    people = [one, both, lone]
    give_roles(people, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=FIRST, by=None, at=BEGUN)
    roles = Role.objects.filter(person__in=people).order_by("person__name")
    assert [(role.person.name, role.organisation) for role in roles] == [
        ("Grace Hill", None),
        ("Imani Okoro", polar),
        ("Leila Amari", kept.organisation),
    ]

    on = date(2024, 12, 1)
    end_roles(people, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, on=on, by=scene.mara, at=IN_SEPTEMBER)
    for person in people:
        told = journal.history_of(person, person=scene.mara, at=IN_SEPTEMBER).entries
        assert [entry.did for entry in told][:2] == [
            "ended the role Expert, Cohort 2024 on Sun 1 December 2024",
            "gave the role Expert, Cohort 2024",
        ]
