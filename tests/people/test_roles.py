"""Dated roles: what a person is, from a day on, until a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.people import commands, permissions, queries
from hub.people.models import Person, RoleKind
from hub.programmes.models import Programme

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 7, 1, 9, 0, tzinfo=UTC)


def mara_on_the_team(programme: Programme, *, starts_on: date, ends_on: date | None = None) -> Person:
    mara = commands.add_person("Mara Okafor", email="mara@example.org", by=None, at=NOW)
    commands.give_role(mara, RoleKind.TEAM, programme, starts_on=starts_on, ends_on=ends_on, by=None, at=NOW)
    return mara


@pytest.fixture
def programme() -> Programme:
    return Programme.objects.create(slug="practitioners-hub", name="Practitioners Hub")


def test_who_is_on_the_team_runs_the_programme_from_the_first_day_until_the_last(programme: Programme) -> None:
    mara = mara_on_the_team(programme, starts_on=date(2023, 7, 1), ends_on=date(2023, 7, 3))

    runs = [permissions.runs(mara, programme, at=NOW + timedelta(days=days)) for days in (-1, 0, 1, 2)]

    assert runs == [False, True, True, False]


def test_an_expert_belongs_to_the_programme_and_does_not_run_it(programme: Programme) -> None:
    ada = commands.add_person("Ada Lindqvist", email="ada@example.org", by=None, at=NOW)
    commands.give_role(ada, RoleKind.EXPERT, programme, starts_on=date(2023, 6, 1), by=None, at=NOW)

    assert (permissions.belongs(ada, programme, at=NOW), permissions.runs(ada, programme, at=NOW)) == (True, False)


def test_nobody_belongs_to_what_they_have_no_role_in(programme: Programme) -> None:
    sam = commands.add_person("Sam Novak", email="sam@example.org", by=None, at=NOW)

    assert [permissions.belongs(who, programme, at=NOW) for who in (sam, None)] == [False, False]
    assert list(queries.programmes_run_by(sam, at=NOW)) == []


def test_giving_a_role_twice_changes_nothing(programme: Programme) -> None:
    mara = mara_on_the_team(programme, starts_on=date(2023, 7, 1))
    commands.give_role(mara, RoleKind.TEAM, programme, starts_on=date(2023, 7, 1), by=None, at=NOW)

    assert queries.roles_of(mara).count() == 1


def test_two_people_cannot_sign_in_with_one_address_whatever_its_case(programme: Programme) -> None:
    commands.add_person("Ada Lindqvist", email="ada@example.org", by=None, at=NOW)

    with pytest.raises(commands.AddressTaken) as no:
        commands.add_person("Another Ada", email="ADA@example.org", by=None, at=NOW)

    assert no.value.field == "email"
    assert list(Person.objects.values_list("name", flat=True)) == ["Ada Lindqvist"]
