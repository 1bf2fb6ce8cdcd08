"""Who keeps a register: whoever "led by" means, by a name they bear or bore, and nobody who takes that name on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from hub.participation.models.attendance import sessions_led_by
from hub.people.commands import add_person, edit_person, give_role, merge_people
from hub.people.models import Person, RoleKind
from tests.factories import BEGUN
from tests.participation.places import an_expert, somebody, with_account
from tests.participation.promising import after, cafes, own_promises, theo
from tests.scene import as_

pytestmark = pytest.mark.django_db


def test_a_new_name_takes_nobody_their_sessions_and_gives_nobody_those_of_others() -> None:
    cohort, leader = own_promises(), with_account(theo())
    cafe, _ = cafes(2)
    ines = with_account(somebody("Ines Moreau", RoleKind.COACH, cohort))
    an_expert("Ada Lindqvist")
    at = after(cafe)
    mine = sessions_led_by(leader, at=at)
    assert (cafe.pk in mine, sessions_led_by(ines, at=at)) == (True, frozenset())
    register = f"/me/sessions/practitioners-hub/2024/{cafe.slug}/attendance/"
    with time_machine.travel(at, tick=False):
        edit_person(leader, name="Thea Brandt-Olsen", by=leader, at=at)
        edit_person(ines, name="Theo Brandt", by=ines, at=at + timedelta(minutes=1))
        assert [as_(each).get(register).status_code for each in (leader, ines)] == [200, 404]
    leader, ines = (Person.objects.get(pk=each.pk) for each in (leader, ines))
    assert (sessions_led_by(leader, at=at), sessions_led_by(ines, at=at)) == (mine, frozenset())


def test_who_leads_still_does_under_the_name_of_the_record_theirs_was_merged_into() -> None:
    cohort, leader = own_promises(), theo()
    cafe, _ = cafes(2)
    at = after(cafe)
    other = somebody("Theodor Brandt", RoleKind.FACILITATOR, cohort)
    merge_people(other, leader, choices={}, by=None, at=at)
    assert cafe.pk in sessions_led_by(Person.objects.get(pk=other.pk), at=at)


def test_part_of_a_longer_name_of_another_leader_is_not_meant() -> None:
    cohort = own_promises()
    (cafe,) = cafes(1, led_by="Ana Maria Lopez")
    maria, lopez = (somebody(name, RoleKind.COACH, cohort) for name in ("Ana Maria", "Ana Maria Lopez"))
    assert [sessions_led_by(each, at=after(cafe)) for each in (maria, lopez)] == [frozenset(), frozenset({cafe.pk})]


def test_two_who_were_always_called_alike_both_lead() -> None:
    cohort, leader = own_promises(), theo()
    cafe, _ = cafes(2)
    namesake = add_person("Theo Brandt", by=None, at=BEGUN)
    give_role(namesake, RoleKind.COACH, cohort.programme, cohort=cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    assert [cafe.pk in sessions_led_by(each, at=after(cafe)) for each in (leader, namesake)] == [True, True]
