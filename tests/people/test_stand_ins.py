"""Somebody takes a role over for some days, from the person's page."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hub.people.commands import add_person, give_role
from hub.people.models import Person, Role, RoleKind
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def grace(scene: Scene) -> Person:
    person = add_person("Grace Hopper", email="grace@example.org", by=None, at=BEGUN)
    give_role(person, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    return person


def sent(scene: Scene, who: str, starts: str = "2024-09-16", ends: str = "2024-09-30") -> tuple[int, str]:
    role = Role.objects.get(person=scene.ada)
    said = {"do": "stand-in", "key": role.pk, "person": who, "starts_on": starts, "ends_on": ends}
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        client = as_(scene.mara)
        page = f"/team/practitioners-hub/people/{scene.ada.pk}/"
        answered = client.post(page, said)
        return answered.status_code, words((client.get(page) if answered.status_code == 302 else answered).content.decode())


@pytest.mark.parametrize("who", ["Grace Hopper", " grace  hopper ", "Grace@Example.org"])
def test_the_team_says_who_stands_in_by_name_or_address(scene: Scene, grace: Person, who: str) -> None:
    status, page = sent(scene, who)
    assert status == 302
    assert "Grace Hopper stands in for Ada Lindqvist until 30 September 2024." in page
    made = Role.objects.get(person=grace, kind="expert")
    assert (made.stands_in_for, made.cohort) == (Role.objects.get(person=scene.ada), scene.cohort)
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        theirs = words(as_(scene.mara).get(f"/team/practitioners-hub/people/{grace.pk}/").content.decode())
    assert "Stands in for Ada Lindqvist" in theirs


@pytest.mark.parametrize(
    ("who", "starts", "ends", "said"),
    [
        ("Nobody Known", "2024-09-16", "2024-09-30", "Nobody of this programme has this name or address; add them first."),
        ("Ada Lindqvist", "2024-09-16", "2024-09-30", "Nobody stands in for themselves."),
        ("Grace Hopper", "2024-09-30", "2024-09-16", "A stand-in starts before they end, within the days of the role."),
        ("", "2024-09-16", "2024-09-30", "Say who stands in."),
        ("Sam Whitlow", "2024-09-16", "2024-09-30", "Nobody of this programme has this name or address; add them first."),
    ],
)
def test_what_can_not_be_is_said_beside_the_field_and_stays(
    scene: Scene, grace: Person, who: str, starts: str, ends: str, said: str
) -> None:
    status, page = sent(scene, who, starts, ends)
    assert status == 422
    assert said in page
    assert Role.objects.filter(stands_in_for__isnull=False).count() == 0


def test_of_two_of_a_name_the_address_says_which(scene: Scene, grace: Person) -> None:
    other = add_person("Grace Hopper", by=None, at=BEGUN)
    give_role(other, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    assert "Several people here have this name; write the mail address." in sent(scene, "Grace Hopper")[1]
    assert sent(scene, "grace@example.org")[0] == 302
