"""Looking for records that are one person: what is proposed, what no longer is, and what is never proposed again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.core.jobs import Daily
from hub.core.names import Reason
from hub.kit import jobs
from hub.kit.models import Job, JournalEntry
from hub.kit.worker import drain
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    edit_person,
    find_duplicates,
    give_role,
    look_again,
    merge_people,
    say_apart,
)
from hub.people.commands.duplicates import Looked
from hub.people.models import Invitation, LikelyPair, Person, RoleKind
from tests.factories import BEGUN, a_programme, mara, sam
from tests.people.merging import a_record

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 10, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def pairs() -> list[tuple[str, str, list[str]]]:
    return [(row.first.name, row.second.name, row.reasons) for row in LikelyPair.objects.order_by("rank", "pk")]


def test_each_reason_is_found_and_the_surest_comes_first() -> None:
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    ada, slip = (add_person(name, by=None, at=BEGUN) for name in ("Ada Lindqvist", "Ada Lindqvisd"))
    affiliate(ada, polar, by=None, at=BEGUN)
    give_role(slip, RoleKind.EXPERT, a_programme(), organisation=polar, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    add_person("Grace Achterberg", by=None, at=BEGUN)
    add_person("Dr Gräce Achterberg", by=None, at=BEGUN)
    add_person("Theo Brandt", email="theo@example.org", by=None, at=BEGUN)
    invited = add_person("T. B.", by=None, at=BEGUN)
    Invitation.objects.create(person=invited, email="Theo@Example.org", digest="x", invited_at=BEGUN, expires_at=LATER)
    assert find_duplicates(at=NOW) == Looked(new=3, gone=0, changed=0)
    assert pairs() == [
        ("Theo Brandt", "T. B.", ["address"]),
        ("Grace Achterberg", "Dr Gräce Achterberg", ["name"]),
        ("Ada Lindqvist", "Ada Lindqvisd", ["alike"]),
    ]
    assert set(LikelyPair.objects.values_list("found_at", flat=True)) == {NOW}


def test_a_second_look_changes_nothing_where_nothing_changed() -> None:
    for _ in range(2):
        add_person("Ada Lindqvist", by=None, at=BEGUN)
    find_duplicates(at=NOW)
    before = list(LikelyPair.objects.values())
    assert find_duplicates(at=LATER) == Looked(new=0, gone=0, changed=0)
    assert list(LikelyPair.objects.values()) == before


def test_what_is_no_longer_likely_goes_and_what_is_surer_says_so() -> None:
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    ada, _, grace, _ = (add_person(name, by=None, at=BEGUN) for name in ("Ada L", "Ada L", "Grace A", "Grace A"))
    find_duplicates(at=NOW)
    edit_person(grace, name="Grace Berg", by=None, at=NOW)
    for person in Person.objects.filter(name="Ada L"):
        affiliate(person, polar, by=None, at=NOW)
    assert find_duplicates(at=LATER) == Looked(new=0, gone=1, changed=1)
    row = LikelyPair.objects.get()
    assert (row.first, row.reasons, row.rank) == (ada, ["name-and-organisation"], 2)
    assert (row.rank, row.found_at) == (list(Reason).index(Reason.NAME_AND_ORGANISATION), NOW)


def test_two_who_are_apart_are_remembered_and_never_proposed_again() -> None:
    for _ in range(3):
        add_person("Ada Lindqvist", by=None, at=BEGUN)
    find_duplicates(at=NOW)
    pair = say_apart(LikelyPair.objects.order_by("pk")[0], by=None, at=NOW)
    assert find_duplicates(at=LATER) == Looked(new=0, gone=0, changed=0)
    Person.objects.update(name="Nobody else is called so")
    Person.objects.filter(pk=pair.first_id).update(name="Ada Berg")
    assert find_duplicates(at=LATER).gone == 1
    pair.refresh_from_db()
    assert (pair.apart_at, pair.reasons) == (NOW, ["name"])
    Person.objects.update(name="Ada Lindqvist")
    assert find_duplicates(at=LATER) == Looked(new=1, gone=0, changed=0)
    assert LikelyPair.objects.filter(apart_at__isnull=False).get() == pair


def test_who_is_forgotten_is_proposed_with_nobody() -> None:
    add_person("Ada Lindqvist", by=None, at=BEGUN)
    forgotten = add_person("Ada Lindqvist", by=None, at=BEGUN)
    Person.objects.filter(pk=forgotten.pk).update(erased_at=NOW)
    assert find_duplicates(at=NOW) == Looked(new=0, gone=0, changed=0)


def test_after_a_merge_the_one_who_stays_is_proposed_with_the_others() -> None:
    programme = a_programme()
    one, other, third = (a_record(programme) for _ in range(3))
    find_duplicates(at=NOW)
    merge_people(one, third, choices={}, by=None, at=NOW)
    find_duplicates(at=LATER)
    assert [(row.first, row.second) for row in LikelyPair.objects.all()] == [(one, other)]


def test_a_look_asks_as_much_for_many_people_as_for_few() -> None:
    def asked() -> int:
        LikelyPair.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            find_duplicates(at=NOW)
        return len(queries)

    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    for number in range(4):
        affiliate(add_person(f"Expert {chr(97 + number // 2) * 6}", by=None, at=BEGUN), polar, by=None, at=BEGUN)
    few = asked()
    for number in range(4, 40):
        affiliate(add_person(f"Expert {chr(97 + number // 2) * 6}", by=None, at=BEGUN), polar, by=None, at=BEGUN)
    assert asked() == few
    assert LikelyPair.objects.count() == 20


def test_a_team_asks_for_a_look_and_asking_twice_is_one() -> None:
    programme = a_programme()
    team = mara(programme)
    a_record(programme)
    a_record(programme)
    with pytest.raises(NotAllowed):
        look_again(by=sam(), at=NOW)
    assert jobs.stand_of("find-duplicates", at=NOW) == jobs.Stand(None, is_asked=False)
    look_again(by=team, at=NOW)
    look_again(by=team, at=NOW)
    assert Job.objects.count() == 1
    assert JournalEntry.objects.filter(verb="asked", by=team).count() == 2
    assert jobs.stand_of("find-duplicates", at=NOW) == jobs.Stand(None, is_asked=True)
    drain(clock=lambda: LATER)
    assert jobs.stand_of("find-duplicates", at=LATER) == jobs.Stand(LATER, is_asked=False)
    assert pairs() == [("Ada Lindqvist", "Ada Lindqvist", ["name"])]


def test_it_is_looked_every_day_unasked() -> None:
    assert isinstance(jobs.handlers()["find-duplicates"].every, Daily)
