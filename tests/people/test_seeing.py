"""Who knows of whom: oneself, one's team of everybody in its programme, those of a cohort of each other, and nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.people.commands import BadRole, LastOfTheTeam, add_person, end_role, give_role, stand_in
from hub.people.models import Person, Role, RoleKind
from hub.programmes.models import Cohort
from tests.factories import BEGUN, a_cohort, a_programme, ada, mara, sam

pytestmark = pytest.mark.django_db
NOW = BEGUN + timedelta(days=120)  # October 2024


def seen(person: Person | None) -> list[str]:
    return sorted(each.name for each in Person.objects.visible_to(person, at=NOW))


def grace(cohort: Cohort, kind: RoleKind = RoleKind.EXPERT) -> Person:
    person = add_person("Grace Achterberg", by=None, at=BEGUN)
    give_role(person, kind, cohort.programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
    return person


def test_signed_out_nobody_is_known() -> None:
    ada(a_cohort())
    assert seen(None) == []


def test_a_team_knows_of_everybody_in_its_programme_also_of_those_who_left() -> None:
    cohort = a_cohort()
    expert, team = ada(cohort), mara(a_programme())
    end_role(Role.objects.get(person=expert), on=cohort.starts_on + timedelta(days=1), by=team, at=BEGUN)
    sam()
    assert seen(team) == ["Ada Lindqvist", "Mara Okafor"]
    assert seen(mara(a_programme("river-watch"))) == ["Mara Okafor"]


def test_those_who_take_part_in_a_cohort_know_of_each_other() -> None:
    cohort = a_cohort()
    expert, fellow = ada(cohort), grace(cohort)
    assert seen(expert) == seen(fellow) == ["Ada Lindqvist", "Grace Achterberg"]


def test_of_another_cohort_and_of_reviewers_an_expert_knows_nothing() -> None:
    cohort = a_cohort()
    expert = ada(cohort)
    grace(a_cohort("2025", programme=cohort.programme, starts_on=date(2024, 9, 1)))
    reviewer = add_person("Rosa Marchetti", by=None, at=BEGUN)
    give_role(reviewer, RoleKind.REVIEWER, cohort.programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
    assert seen(expert) == ["Ada Lindqvist"]
    assert seen(reviewer) == ["Rosa Marchetti"]


def test_who_is_forgotten_is_known_to_nobody() -> None:
    cohort = a_cohort()
    expert, fellow = ada(cohort), grace(cohort)
    Person.objects.filter(pk=fellow.pk).update(erased_at=NOW)
    assert seen(expert) == ["Ada Lindqvist"]
    fellow.refresh_from_db()
    assert seen(fellow) == []


def test_the_last_of_a_team_can_not_go() -> None:
    team = mara(a_programme())
    role = Role.objects.get(person=team)
    with pytest.raises(LastOfTheTeam):
        end_role(role, on=NOW.date(), by=team, at=NOW)
    give_role(sam(), RoleKind.TEAM, role.programme, starts_on=date(2024, 1, 1), by=team, at=NOW)
    end_role(role, on=NOW.date(), by=team, at=NOW)
    assert seen(team) == ["Mara Okafor"]


def test_a_stand_in_takes_the_part_for_its_days_only() -> None:
    cohort = a_cohort()
    expert, team, other = ada(cohort), mara(a_programme()), sam()
    role = Role.objects.get(person=expert)
    first, last = date(2024, 10, 1), date(2024, 10, 8)

    made = stand_in(role, other, starts_on=first, ends_on=last, by=team, at=BEGUN)

    assert (made.kind, made.cohort, made.stands_in_for) == (role.kind, cohort, role)
    assert seen(other) == ["Ada Lindqvist", "Sam Stranger"]
    assert sorted(each.name for each in Person.objects.visible_to(other, at=NOW + timedelta(days=30))) == ["Sam Stranger"]
    for wrong in (expert, other):
        with pytest.raises(BadRole):
            stand_in(role, wrong, starts_on=first, ends_on=last, by=team, at=BEGUN)
    with pytest.raises(BadRole):
        stand_in(made, team, starts_on=first, ends_on=last, by=team, at=BEGUN)
