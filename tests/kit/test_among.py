"""Rows by many keys at once, in one parameter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.kit.among import among
from hub.people.commands import add_person
from hub.people.models import Account, Person

pytestmark = pytest.mark.django_db
AT = datetime(2024, 9, 2, 9, 0, tzinfo=UTC)


def somebody(name: str) -> Person:
    return add_person(name, email=f"{name.lower()}@example.org", by=None, at=AT)


def test_people_are_found_by_key_and_by_what_refers_to_them() -> None:
    ada, grace, _ = somebody("Ada"), somebody("Grace"), somebody("Ines")
    keys = [ada.pk, grace.pk, 10**12]
    assert set(Person.objects.filter(among("pk", keys))) == {ada, grace}
    emails = Account.objects.filter(among("person", keys), is_active=True).values_list("email", flat=True)
    assert set(emails) == {"ada@example.org", "grace@example.org"}
    assert set(Person.objects.exclude(among("pk", keys)).values_list("name", flat=True)) == {"Ines"}


def test_among_none_is_nobody() -> None:
    somebody("Ada")
    assert not Person.objects.filter(among("pk", [])).exists()


def test_ten_thousand_keys_are_one_parameter() -> None:
    ada = somebody("Ada")
    with CaptureQueriesContext(connection) as asked:
        assert list(Person.objects.filter(among("pk", range(ada.pk, ada.pk + 10_000)))) == [ada]
    assert len(asked) == 1
