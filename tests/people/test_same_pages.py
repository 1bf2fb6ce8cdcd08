"""Two records of one person that nobody proposed: a team finds them by hand, compares and merges them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.choices import Cadence, Topic
from hub.messaging.commands import choose
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    ask_erasure,
    end_role,
    find_duplicates,
    give_role,
    merge_people,
    say_apart,
)
from hub.people.models import LikelyPair, Merge, Person, RoleKind
from tests.people.merging import a_record
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
LIST = "/team/practitioners-hub/people/duplicates/"


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def second(scene: Scene) -> Person:
    """A second record of Ada, under a name nobody would propose: the one before she married."""
    return a_record(scene.programme, "Ada Holm", about="Ice")


def finding(one: Person, words: str = "") -> str:
    return reverse("desk-same", args=["practitioners-hub", one.pk]) + (f"?q={words}" if words else "")


def comparing(one: Person, other: Person) -> str:
    return reverse("desk-same-as", args=["practitioners-hub", one.pk, other.pk])


def found(client: Client, one: Person, words: str) -> list[str]:
    return [each.row.person.name for each in client.get(finding(one, words)).context["others"]]


def html(client: Client, path: str, status: int = 200) -> str:
    answered = client.get(path)
    assert answered.status_code == status
    return answered.content.decode()


def test_a_team_merges_two_records_nobody_proposed_and_takes_it_back(scene: Scene, second: Person) -> None:
    mara = as_(scene.mara)
    find_duplicates(at=IN_SEPTEMBER)
    assert LikelyPair.objects.count() == 0
    assert f'href="{finding(scene.ada)}"' in html(mara, reverse("desk-person", args=["practitioners-hub", scene.ada.pk]))
    assert found(mara, scene.ada, "holm") == ["Ada Holm"]
    assert f'href="{comparing(scene.ada, second)}"' in html(mara, finding(scene.ada, "holm"))
    page = html(mara, comparing(scene.ada, second))
    for said in ("Nobody proposed these two.", "This record stays", "ada@example.org", "<b>Roles</b>", "Ice"):
        assert said in page
    assert Merge.objects.count() == 0
    chosen = {"keep": scene.ada.pk, "name": "kept", "about": "gone", "do": "merge"}
    answered = mara.post(comparing(scene.ada, second), chosen)
    merge = Merge.objects.get()
    assert answered["Location"] == f"{LIST}?merged={merge.pk}"
    one = Person.objects.get(name="Ada Lindqvist")
    assert (one.about, Person.objects.filter(name="Ada Holm").exists()) == ("Ice", False)
    mara.post(LIST, {"do": "undo", "merge": merge.pk})
    assert Person.objects.get(name="Ada Holm") == second


def test_the_other_record_may_stay_and_what_is_not_chosen_is_asked_for(scene: Scene, second: Person) -> None:
    mara = as_(scene.mara)
    assert mara.get(comparing(scene.ada, second)).context["kept"] == scene.ada
    assert mara.get(f"{comparing(scene.ada, second)}?keep={second.pk}").context["kept"] == second
    answered = mara.post(comparing(scene.ada, second), {"keep": second.pk, "do": "merge"})
    assert (answered.status_code, answered.context["kept"], Merge.objects.count()) == (422, second, 0)


def test_people_are_found_by_name_organisation_and_address_and_never_themselves(scene: Scene, second: Person) -> None:
    affiliate(second, add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER), by=None, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    assert found(mara, second, "ada") == ["Ada Lindqvist"]
    assert found(mara, scene.ada, "polar survey") == ["Ada Holm"]
    assert found(mara, second, "ada@example.org") == ["Ada Lindqvist"]
    assert found(mara, second, "nobody") == []
    assert "Nobody else is found" in html(mara, finding(second, "nobody"))
    assert mara.get(finding(second)).context["others"] == []


def test_only_whom_a_team_knows_is_found_compared_and_merged(scene: Scene, second: Person) -> None:
    hidden = a_record(scene.private, "Ada Elsewhere")
    unknown = add_person("Ada Nowhere", by=None, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    assert found(mara, scene.ada, "ada") == ["Ada Holm"]
    for other in (hidden, unknown, scene.ada):
        assert mara.get(comparing(scene.ada, other)).status_code == 404
        assert mara.post(comparing(scene.ada, other), {"keep": scene.ada.pk, "do": "merge"}).status_code == 404
        assert mara.get(comparing(hidden, scene.ada)).status_code == 404
    assert mara.get(finding(hidden, "ada")).status_code == 404
    role = give_role(scene.mara, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    assert found(mara, scene.ada, "ada") == ["Ada Elsewhere", "Ada Holm"]  # one team of both programmes
    assert mara.get(comparing(scene.ada, hidden)).status_code == 200
    assert mara.get(comparing(hidden, scene.ada)).status_code == 404  # not of this programme
    give_role(scene.sam, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    end_role(role, on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    assert found(mara, scene.ada, "ada") == ["Ada Holm"]


def test_what_refuses_a_proposed_pair_refuses_one_chosen_by_hand(scene: Scene, second: Person) -> None:
    mara = as_(scene.mara)
    chosen = {"keep": scene.ada.pk, "name": "kept", "about": "gone", "do": "merge"}
    role = give_role(second, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    answered = mara.post(comparing(scene.ada, second), chosen)
    assert (answered.status_code, "has a part in The Masterclass" in answered.content.decode()) == (403, True)
    role.delete()
    ask_erasure(second, by=second, at=IN_SEPTEMBER)
    answered = mara.post(comparing(scene.ada, second), chosen)
    assert (answered.status_code, Merge.objects.count()) == (422, 0)
    assert "One of the two has asked to be forgotten." in answered.content.decode()


def test_that_they_were_said_to_be_two_people_is_said_and_can_be_taken_back(scene: Scene) -> None:
    second = a_record(scene.programme, "Ada Lindqvist")
    find_duplicates(at=IN_SEPTEMBER)
    pair = say_apart(LikelyPair.objects.get(), by=scene.mara, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    assert "Said to be two people" in html(mara, finding(scene.ada, "ada"))
    page = html(mara, comparing(scene.ada, second))
    assert "Mara Okafor said so" in page
    assert "Merge them" not in page
    assert mara.post(comparing(scene.ada, second), {"keep": scene.ada.pk, "do": "merge"}).status_code == 422
    assert Merge.objects.count() == 0
    answered = mara.post(comparing(scene.ada, second), {"do": "unsay"})
    assert answered["Location"] == f"{LIST}{pair.pk}/"
    assert "Merge them" in html(mara, f"{LIST}{pair.pk}/")
    assert mara.get(comparing(scene.ada, second))["Location"] == f"{LIST}{pair.pk}/"  # a pair that is proposed has its page


def test_taking_back_what_is_not_there_any_more_merges_nobody(scene: Scene, second: Person) -> None:
    answered = as_(scene.mara).post(
        comparing(scene.ada, second), {"do": "unsay", "keep": scene.ada.pk, "name": "kept", "about": "gone"}
    )
    assert (answered["Location"], Merge.objects.count()) == (comparing(scene.ada, second), 0)


def test_the_preview_says_which_choice_of_mail_holds_and_only_counts_those_of_other_teams(scene: Scene, second: Person) -> None:
    for programme in (scene.programme, scene.private):
        for person in (scene.ada, second):
            give_role(person, RoleKind.COACH, programme, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
        choose(scene.ada, programme, Topic.NEWS, Cadence.WEEKLY, by=scene.ada, at=IN_SEPTEMBER)
        choose(second, programme, Topic.NEWS, Cadence.OFF, by=second, at=IN_SEPTEMBER)
    page = html(as_(scene.mara), comparing(scene.ada, second))
    for said in (
        "What they hear by mail",
        '<td data-label="Record that stays">Once a week</td>',
        '<td data-label="Record that goes">Never</td>',
        'data-tone="quiet" >Never</span>',
        "And 1 in programmes of other teams, where the rarer holds as well.",
    ):
        assert said in page
    assert page.count("News of the programme") == 1
    choose(scene.ada, scene.programme, Topic.NEWS, Cadence.OFF, by=scene.ada, at=IN_SEPTEMBER)
    choose(scene.ada, scene.private, Topic.NEWS, Cadence.OFF, by=scene.ada, at=IN_SEPTEMBER)
    assert "What they hear by mail" not in html(as_(scene.mara), comparing(scene.ada, second))


def test_a_search_asks_the_database_as_much_for_twenty_as_for_one_and_shows_no_more(scene: Scene, second: Person) -> None:
    mara = as_(scene.mara)
    merge_people(a_record(scene.programme), a_record(scene.programme), choices={}, by=None, at=IN_SEPTEMBER)

    def asked() -> int:
        mara.get(finding(scene.mara, "ada"))
        with CaptureQueriesContext(connection) as queries:
            mara.get(finding(scene.mara, "ada"))
        return len(queries)

    few = asked()
    for number in range(25):
        a_record(scene.programme, f"Ada {chr(97 + number) * 5}")
    assert asked() == few
    page = mara.get(finding(scene.mara, "ada"))
    assert (len(page.context["others"]), "The first 20 by name." in page.content.decode()) == (20, True)
