"""Somebody takes a role over for some days, from the person's page."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hub.kit import journal
from hub.people.commands import BadRole, add_person, end_role, end_roles, give_role, stand_in
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


@pytest.mark.parametrize("is_of_several", [False, True])
def test_who_stands_in_does_not_stay_when_the_role_ends(scene: Scene, grace: Person, is_of_several: bool) -> None:
    role = Role.objects.get(person=scene.ada)
    later = add_person("Imani Okoro", by=None, at=BEGUN)
    for person, first, last in ((grace, date(2024, 9, 16), date(2024, 11, 30)), (later, date(2024, 12, 1), date(2024, 12, 9))):
        stand_in(role, person, starts_on=first, ends_on=last, by=scene.mara, at=IN_SEPTEMBER)
    on = date(2024, 10, 1)
    if is_of_several:
        assert (
            end_roles([scene.ada], RoleKind.EXPERT, scene.programme, cohort=scene.cohort, on=on, by=None, at=IN_SEPTEMBER) == 1
        )
    else:
        end_role(role, on=on, by=scene.mara, at=IN_SEPTEMBER)
    experts = Role.objects.filter(kind="expert").order_by("pk").values_list("person", "ends_on")
    assert list(experts) == [(scene.ada.pk, on), (grace.pk, on)]
    told = [journal.history_of(each, person=each, at=IN_SEPTEMBER).entries[0].did for each in (grace, later)]
    assert told == [
        "ended the role Expert, Cohort 2024 on Tue 1 October 2024",
        "took back the role Expert, Cohort 2024 from Sun 1 December 2024",
    ]


def test_who_stands_in_keeps_to_their_days_when_the_role_ends_later_and_never_outlasts_it(scene: Scene, grace: Person) -> None:
    role = Role.objects.get(person=scene.ada)
    made = stand_in(role, grace, starts_on=date(2024, 9, 16), ends_on=date(2024, 9, 30), by=scene.mara, at=IN_SEPTEMBER)
    end_role(role, on=date(2024, 12, 1), by=scene.mara, at=IN_SEPTEMBER)
    made.refresh_from_db()
    assert made.ends_on == date(2024, 9, 30)
    with pytest.raises(BadRole, match="does not have it longer than it goes on"):
        end_role(made, on=date(2024, 12, 2), by=scene.mara, at=IN_SEPTEMBER)


def test_of_two_of_a_name_the_address_says_which(scene: Scene, grace: Person) -> None:
    other = add_person("Grace Hopper", by=None, at=BEGUN)
    give_role(other, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    assert "Several people here have this name; write the mail address." in sent(scene, "Grace Hopper")[1]
    assert sent(scene, "grace@example.org")[0] == 302
