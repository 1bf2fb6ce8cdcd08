"""Two records that were one person: a merge is taken back, also with what other rooms bring one day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from hub.core.consent import Means, Use
from hub.core.errors import NotFromHere, Refusal
from hub.kit.joining import NotAsItWas
from hub.people.commands import (
    LinkFacts,
    ToBeForgotten,
    add_organisation,
    add_person,
    affiliate,
    answer,
    ask_erasure,
    edit_person,
    end_role,
    give_role,
    merge_people,
    preview_merge,
    publish_term,
    set_links,
    stand_in,
    take_back_erasure,
    undo_merge,
)
from hub.people.commands.foreseeing import Side
from hub.people.models import (
    Account,
    Affiliation,
    FeedAddress,
    Invitation,
    Merge,
    Person,
    Role,
    RoleKind,
    Term,
    Token,
)
from hub.programmes.models import Cohort, Programme
from tests.factories import BEGUN, a_cohort, a_programme, mara
from tests.people.merging import (
    LATER,
    NOW,
    a_pair,
    a_record,
    besides_what_is_told,
    everything,
    later_rooms,
    two_records,
    words,
)

pytestmark = pytest.mark.django_db


# -- taking it back


def test_an_undo_is_done_once_and_leaves_nothing_of_what_was_kept_for_it(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert undo_merge(merge, by=team, at=LATER) == gone
    merge.refresh_from_db()
    assert (merge.undone_at, merge.facts) == (LATER, {})
    with pytest.raises(NotFromHere, match="undone already"):
        undo_merge(merge, by=team, at=LATER)


def test_what_came_since_and_was_not_moved_stays_with_the_record_that_stayed(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    edit_person(kept, about="Rivers", by=team, at=NOW)
    give_role(kept, RoleKind.COACH, programme, starts_on=date(2024, 10, 1), by=team, at=NOW)
    undo_merge(merge, by=team, at=LATER)
    assert Role.objects.get(kind="coach").person == kept
    assert [person.about for person in Person.objects.filter(pk__in=(kept.pk, gone.pk)).order_by("pk")] == ["Rivers", ""]


def test_a_merge_is_not_undone_while_the_person_is_to_be_forgotten(programme: Programme, team: Person) -> None:
    """The record that comes back would be named again, and stay when the other goes."""
    kept, gone = two_records(programme)
    term = publish_term(programme, Use.NAME, "May we name you?", is_new_meaning=True, by=team, at=BEGUN)
    for month, one in enumerate((kept, gone), 1):
        give_role(one, RoleKind.EXPERT, programme, starts_on=date(2024, month, 1), by=team, at=BEGUN)
        answer(one, Use.NAME, term, wish=True, means=Means.PAPER, note="signed", by=team, at=BEGUN)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    asked = ask_erasure(kept, by=team, at=NOW)
    before = everything()
    with pytest.raises(ToBeForgotten, match="is to be forgotten"):
        undo_merge(merge, by=team, at=LATER)
    assert everything() == before
    assert list(Person.objects.allowing(Use.NAME, programme)) == []
    take_back_erasure(asked, by=team, at=LATER)
    assert undo_merge(merge, by=team, at=LATER) == gone
    assert set(Person.objects.allowing(Use.NAME, programme)) == {kept, gone}


def test_what_stands_in_the_way_of_an_undo_is_said(programme: Programme, team: Person) -> None:
    def refusal(merge: Merge) -> str:
        before = everything()
        with pytest.raises(NotAsItWas) as no:
            undo_merge(merge, by=team, at=LATER)
        assert everything() == before
        return no.value.sentence

    kept, gone = a_record(programme), a_record(programme, "Ada L.", email="a.lindqvist@example.org")
    merge = merge_people(kept, gone, choices={"name": "gone"}, by=team, at=NOW)

    with transaction.atomic():
        edit_person(kept, name="Ada Berg", by=team, at=NOW)
        assert refusal(merge) == "This can’t be undone: the name has been changed since."
        transaction.set_rollback(True)
    with transaction.atomic():
        role = Role.objects.filter(person=kept).order_by("-pk")[0]
        end_role(role, on=date(2024, 10, 2), by=team, at=NOW)
        said = "“Community member, The Practitioners Hub, from 4 January 2024 to 2 October 2024” (role) has been changed since."
        assert refusal(merge) == f"This can’t be undone: {said}"
        Role.objects.filter(pk=role.pk).delete()
        assert refusal(merge) == "This can’t be undone: a row that was moved is not there any more (role)."
        transaction.set_rollback(True)
    with transaction.atomic():
        third = a_record(programme)
        merge_people(third, Person.objects.get(pk=kept.pk), choices={}, by=team, at=NOW)
        merge.refresh_from_db()
        assert refusal(merge).endswith("has itself been merged into another since. Undo that first.")
        transaction.set_rollback(True)
    undo_merge(Merge.objects.get(), by=team, at=LATER)


def test_an_address_somebody_else_has_taken_stands_in_the_way(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    EmailAddress.objects.filter(email="a.lindqvist@example.org").delete()  # they took it away themselves
    add_person("Anna Lindqvist", email="A.Lindqvist@example.org", by=None, at=NOW)
    with pytest.raises(NotAsItWas, match="a row that was moved is not there any more"):
        undo_merge(merge, by=team, at=LATER)
    assert not Person.objects.filter(pk=gone.pk).exists()


def test_merges_are_undone_in_any_order_that_leaves_no_doubt(programme: Programme, team: Person) -> None:
    first, second, third = (a_record(programme) for _ in range(3))
    before = everything()
    inner = merge_people(second, third, choices={}, by=team, at=NOW)
    outer = merge_people(first, second, choices={}, by=team, at=NOW)
    undo_merge(outer, by=team, at=LATER)
    undo_merge(inner, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before
    one = merge_people(first, second, choices={}, by=team, at=NOW)
    other = merge_people(first, third, choices={}, by=team, at=NOW)
    undo_merge(one, by=team, at=LATER)
    undo_merge(other, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before


class TakenBack(Exception):
    """The example is over."""


DAYS = st.sampled_from([date(2024, 1, 1), date(2024, 2, 1)])
RECORD = st.fixed_dictionaries(
    {
        "facts": st.fixed_dictionaries(
            {},
            optional={
                "pronouns": st.just("they/them"),
                "about": st.text("aå ø\n’", max_size=5),
                "zone": st.just("Europe/Oslo"),
            },
        ),
        "has_orcid": st.booleans(),
        "has_account": st.booleans(),
        "has_feed": st.booleans(),
        "roles": st.sets(st.tuples(st.sampled_from([RoleKind.EXPERT, RoleKind.COACH]), st.booleans(), DAYS), max_size=3),
        "links": st.sets(st.sampled_from(["https://a.example/", "https://b.example/"])),
        "affiliations": st.sets(st.one_of(st.none(), DAYS)),
        "answers": st.dictionaries(st.sampled_from([Use.NAME, Use.QUOTE]), st.lists(st.booleans(), min_size=1, max_size=2)),
        "keys": st.integers(0, 2),
        "pair": st.sampled_from(["", "likely", "apart"]),
        "stands_in": st.booleans(),
    }
)


def fill(person: Person, facts: dict[str, Any], programme: Programme, terms: dict[Use, Term], other: Person, name: str) -> None:
    cohort = Cohort.objects.get()
    for kind, in_cohort, day in facts["roles"]:
        until = min((later for *which, later in facts["roles"] if which == [kind, in_cohort] and later > day), default=None)
        of = cohort if in_cohort else None
        give_role(person, kind, programme, cohort=of, starts_on=day, ends_on=until, by=None, at=BEGUN)
    set_links(person, [LinkFacts(url, url) for url in sorted(facts["links"])], by=person, at=BEGUN)
    organisation = Affiliation._meta.get_field("organisation").related_model._default_manager.get()
    for day in facts["affiliations"]:
        until = min((later for later in facts["affiliations"] if later and (day is None or later > day)), default=None)
        affiliate(person, organisation, starts_on=day, ends_on=until, job=name, by=None, at=BEGUN)
    for use, answers in facts["answers"].items():
        for wish in answers:
            answer(person, use, terms[use], wish=wish, by=person, at=BEGUN)
    if facts["has_feed"]:
        FeedAddress.objects.create(person=person, secret=f"{name}'s secret", made_at=BEGUN)
    for number in range(facts["keys"]):
        digest = f"{name} {number}"
        Token.objects.create(
            person=person, name="a script", start="hub_", digest=digest, scope="read", made_at=BEGUN, expires_at=LATER
        )
        Invitation.objects.create(
            person=other, email="x@example.org", digest=digest, invited_at=BEGUN, expires_at=LATER, invited_by=person
        )
    if facts["pair"]:
        a_pair(person, other, **({"apart_at": NOW, "apart_by": person} if facts["pair"] == "apart" else {}))
    if facts["stands_in"]:
        stand_in(
            Role.objects.get(person=other, kind="expert"),
            person,
            starts_on=date(2024, 2, 1),
            ends_on=date(2024, 3, 1),
            by=None,
            at=BEGUN,
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    one=RECORD,
    two=RECORD,
    same_name=st.booleans(),
    choices=st.dictionaries(st.sampled_from(["name", "about", "orcid", "zone"]), st.sampled_from(["kept", "gone"])),
)
def test_what_is_merged_and_undone_is_as_it_was(
    one: dict[str, Any], two: dict[str, Any], choices: dict[str, Side], *, same_name: bool
) -> None:
    with suppress(TakenBack), transaction.atomic():
        programme = a_programme()
        a_cohort(programme=programme)
        add_organisation("Polar Survey", by=None, at=BEGUN)
        team, other = mara(programme), a_record(programme, "Grace Achterberg")
        give_role(other, RoleKind.EXPERT, programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
        terms = {use: words(programme, use) for use in (Use.NAME, Use.QUOTE)}
        both = []
        for facts, name, orcid in (
            (one, "Ada", "0000-0002-1825-0097"),
            (two, "Ada" if same_name else "Åda", "0000-0002-1694-233X"),
        ):
            key = str(len(both))
            given_facts = facts["facts"] | ({"orcid": orcid} if facts["has_orcid"] else {})
            person = a_record(programme, name, email=f"a{key}@example.org" if facts["has_account"] else "", **given_facts)
            with suppress(Refusal):  # standing in from the day of a role of their own
                fill(person, facts, programme, terms, other, key)
            both.append(person)
        kept, gone = both
        a_pair(kept, gone)
        before = everything()
        merge = merge_people(kept, gone, choices=choices, by=team, at=NOW)
        assert not any(str(gone.pk) == str(row.get("person_id")) for rows in everything().values() for row in rows.values())
        undo_merge(merge, by=team, at=LATER)
        assert besides_what_is_told(everything(), before) == before
        connection.check_constraints()
        raise TakenBack


# -- what other rooms bring one day


@pytest.fixture(scope="module")
def rooms(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, type[models.Model]]]:
    with django_db_blocker.unblock(), later_rooms() as made:
        yield made


@pytest.mark.usefixtures("rooms")
def test_what_another_room_brings_is_moved_unasked_and_comes_back(
    rooms: dict[str, type[models.Model]], programme: Programme, team: Person
) -> None:
    address, diary, leaf, walk, thanks = (
        rooms[name]._default_manager for name in ("Address", "Diary", "Leaf", "Walk", "Thanks")
    )
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    other = a_record(programme, "Grace Achterberg")
    for person in (kept, gone):
        account = Account.objects.get(person=person)
        address.create(user=account, email=account.email, primary=True)
        address.create(user=account, email="both@example.org")
        book = diary.create(person=person, text=f"Dear diary of {person.pk}", price=Decimal("12.50"))
        for number in (1, 2) if person == kept else (2, 3):
            leaf.create(diary=book, number=number)
        thanks.create(giver=person, taker=other)
        thanks.create(giver=other, taker=person)
    thanks.create(giver=gone, taker=gone)
    for people in ((kept, other), (gone, other), (kept, gone)):
        made: Any = walk.create()
        made.people.set(people)
    before = everything()

    shown = {each.name: (each.count, len(each.collisions)) for each in preview_merge(kept, gone).relations}
    assert [shown[f"people.{name}"] for name in ("Diary.person", "Leaf.diary", "Thanks.giver", "Walk_people.person")] == [
        (0, 1),
        (1, 1),
        (1, 2),
        (1, 1),
    ]
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    account = Account.objects.get()
    assert sorted(address.filter(user=account).values_list("email", "primary")) == [
        ("a.lindqvist@example.org", False),
        ("ada@example.org", True),
        ("both@example.org", False),
    ]
    assert [book.text for book in diary.all()] == [f"Dear diary of {kept.pk}"]  # type: ignore[attr-defined]
    assert sorted(leaf.values_list("number", flat=True)) == [1, 2, 3]
    assert sorted(thanks.values_list("giver", "taker")) == sorted(
        [(kept.pk, other.pk), (other.pk, kept.pk), (kept.pk, kept.pk)]
    )
    assert [{person.pk for person in each.people.all()} for each in walk.order_by("pk")] == [  # type: ignore[attr-defined]
        {kept.pk, other.pk},
        {kept.pk, other.pk},
        {kept.pk},
    ]
    undo_merge(merge, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before
