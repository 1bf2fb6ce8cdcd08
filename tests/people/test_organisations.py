"""Organisations: one row each, whoever writes its name how; people come and go, and their days are kept."""

from __future__ import annotations

from datetime import date

import pytest

from hub.core.errors import NotAllowed
from hub.people import permissions
from hub.people.commands import (
    BadAffiliation,
    BadOrganisation,
    OrganisationThere,
    add_organisation,
    affiliate,
    edit_organisation,
    end_affiliation,
)
from hub.people.models import PRIORITY_SECTORS, Affiliation, Sector
from tests.factories import BEGUN, a_cohort, a_programme, ada, mara, sam

pytestmark = pytest.mark.django_db


def test_the_funders_sectors_come_first() -> None:
    assert list(Sector)[:4] == list(PRIORITY_SECTORS)


def test_an_organisation_is_there_once_however_its_name_is_written() -> None:
    team = mara(a_programme())
    add_organisation("Polar Survey", sector="environment", size="larger", region="East", by=team, at=BEGUN)
    with pytest.raises(OrganisationThere):
        add_organisation("POLAR  survey", by=team, at=BEGUN)


def test_what_an_organisation_can_not_be_is_said_at_its_field() -> None:
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    for facts, field in (
        ({"sector": "magic"}, "sector"),
        ({"size": "tiny"}, "size"),
        ({"website": "polar"}, "website"),
        ({"name": ""}, "name"),
    ):
        with pytest.raises(BadOrganisation) as no:
            edit_organisation(polar, by=None, at=BEGUN, **facts)  # type: ignore[arg-type]
        assert no.value.field == field


def test_only_a_team_keeps_organisations() -> None:
    expert = ada(a_cohort())
    with pytest.raises(NotAllowed):
        add_organisation("Polar Survey", by=expert, at=BEGUN)


def test_an_expert_who_changes_employer_keeps_the_days_of_both() -> None:
    expert = ada(a_cohort())
    polar, freight = (add_organisation(name, by=None, at=BEGUN) for name in ("Polar Survey", "Road Freight"))
    first = affiliate(expert, polar, job="Data lead", starts_on=date(2023, 1, 1), by=expert, at=BEGUN)
    end_affiliation(first, on=date(2023, 10, 1), by=expert, at=BEGUN)
    affiliate(expert, freight, starts_on=date(2023, 10, 1), by=expert, at=BEGUN)
    assert list(Affiliation.objects.order_by("starts_on").values_list("organisation__name", "starts_on", "ends_on")) == [
        ("Polar Survey", date(2023, 1, 1), date(2023, 10, 1)),
        ("Road Freight", date(2023, 10, 1), None),
    ]


def test_days_that_can_not_be_and_doubles_are_refused() -> None:
    expert, polar = ada(a_cohort()), add_organisation("Polar Survey", by=None, at=BEGUN)
    with pytest.raises(BadAffiliation):
        affiliate(expert, polar, starts_on=date(2024, 2, 1), ends_on=date(2024, 1, 1), by=expert, at=BEGUN)
    affiliate(expert, polar, by=expert, at=BEGUN)
    with pytest.raises(BadAffiliation):
        affiliate(expert, polar, by=expert, at=BEGUN)


def test_who_speaks_for_an_organisation_is_for_a_team_to_say() -> None:
    expert, team, polar = ada(a_cohort()), mara(a_programme()), add_organisation("Polar Survey", by=None, at=BEGUN)
    with pytest.raises(NotAllowed):
        affiliate(expert, polar, is_contact=True, by=expert, at=BEGUN)
    affiliate(expert, polar, is_contact=True, ends_on=date(2024, 7, 1), by=team, at=BEGUN)
    assert permissions.speaks_for(expert, polar, at=BEGUN)
    assert not permissions.speaks_for(sam(), polar, at=BEGUN)
    assert not permissions.speaks_for(expert, polar, at=BEGUN.replace(month=8))
