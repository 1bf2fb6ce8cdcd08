"""Two records that are one person: what is moved, what holds, what is taken back, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import connection, models, transaction
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from hub.core.consent import Means, Standing, Use
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere, Refusal
from hub.kit import journal, worker
from hub.kit.held import held_about
from hub.kit.joining import NotAsItWas, pointing_at
from hub.kit.models import JournalEntry
from hub.people import queries
from hub.people.commands import (
    BadChoice,
    LinkFacts,
    NotTwoRecords,
    SignedInAsThisOne,
    ToBeForgotten,
    add_organisation,
    add_person,
    affiliate,
    answer,
    ask_erasure,
    digest_of,
    edit_person,
    end_role,
    give_role,
    make_token,
    merge_people,
    preview_merge,
    prove_address,
    publish_term,
    say_apart,
    set_links,
    stand_in,
    take_back_erasure,
    undo_merge,
    withdraw,
)
from hub.people.commands.merging import BY_HAND, FIXED, Side
from hub.people.models import (
    Account,
    Affiliation,
    Consent,
    ConsentEntry,
    Erasure,
    FeedAddress,
    Invitation,
    LikelyPair,
    Link,
    Merge,
    Person,
    Role,
    RoleKind,
    Term,
    Token,
    TokenScope,
)
from hub.programmes.commands import create_programme
from hub.programmes.models import Cohort, Programme
from tests.factories import BEGUN, a_cohort, a_programme, mara
from tests.people.merging import a_record, besides_what_is_told, everything, later_rooms

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 10, 1, 9, 30, 15, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def programme(db: None) -> Programme:
    return a_programme()


@pytest.fixture
def team(programme: Programme) -> Person:
    return mara(programme)


def two_records(programme: Programme, **facts: Any) -> tuple[Person, Person]:
    return a_record(programme), a_record(programme, **facts)


def words(programme: Programme, use: Use = Use.NAME) -> Term:
    return publish_term(programme, use, "We show your name.", is_new_meaning=True, by=None, at=BEGUN)


def a_pair(one: Person, other: Person, **facts: Any) -> LikelyPair:
    first, second = sorted((one.pk, other.pk))
    return LikelyPair.objects.create(first_id=first, second_id=second, rank=3, reasons=["name"], found_at=BEGUN, **facts)


# -- nothing is forgotten


def test_every_relation_to_a_person_is_moved_or_named_with_a_reason(programme: Programme) -> None:
    there = {f"{column.model._meta.label}.{column.name}" for column in pointing_at(Person)}
    shown = [each.name for each in preview_merge(*two_records(programme)).relations]
    previewed = set(shown)
    assert len(previewed) == len(shown)
    assert previewed - {"kit.JournalEntry.thing_id", "kit.JournalEntry.part_of_id"} == there
    assert BY_HAND.keys() <= there
    assert all(BY_HAND.values())
    assert len(there) > 20


def test_no_relation_is_of_a_kind_that_could_not_be_moved() -> None:
    assert [column for target in (Person, Account, Role) for column in pointing_at(target) if column.primary_key] == []
    by_expression = [
        constraint.name
        for column in pointing_at(Person)
        for constraint in column.model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.expressions and column.name in repr(constraint)
    ]
    assert by_expression == []


def test_every_fact_of_a_person_is_in_the_preview(programme: Programme) -> None:
    fields = preview_merge(*two_records(programme)).fields
    assert [each.name for each in fields] == [column.name for column in Person._meta.concrete_fields]
    assert {each.name for each in fields if each.is_fixed} == FIXED


def test_a_preview_writes_nothing(programme: Programme) -> None:
    kept, gone = two_records(programme)
    a_pair(kept, gone)
    before = everything()
    preview_merge(kept, gone)
    assert everything() == before


# -- which facts hold


def test_what_the_record_that_stays_says_holds_and_where_it_says_nothing_the_other(programme: Programme, team: Person) -> None:
    kept = a_record(programme, about="Rivers")
    gone = a_record(programme, "Ada L.", pronouns="she/her", about="Ice", orcid="0000-0002-1825-0097")
    shown = {each.name: (each.default, each.holds) for each in preview_merge(kept, gone).fields if each.differs}
    assert shown == {
        "id": ("kept", kept.pk),
        "name": ("kept", "Ada Lindqvist"),
        "plain_name": ("kept", "ada lindqvist"),
        "about": ("kept", "Rivers"),
        "pronouns": ("gone", "she/her"),
        "orcid": ("gone", "0000-0002-1825-0097"),
    }
    merge_people(kept, gone, choices={"name": "gone"}, by=team, at=NOW)
    one = Person.objects.get(pk=kept.pk)
    assert (one.name, one.about, one.pronouns, one.orcid) == ("Ada L.", "Rivers", "she/her", "0000-0002-1825-0097")
    assert not Person.objects.filter(pk=gone.pk).exists()


def test_one_is_here_since_the_first_record_was(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    Person.objects.filter(pk=gone.pk).update(added_at=BEGUN - timedelta(days=400))
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert Person.objects.get(pk=kept.pk).added_at == BEGUN - timedelta(days=400)


@pytest.mark.parametrize("whose", ["kept", "gone"])
def test_the_words_for_the_photo_say_the_name_that_holds_and_say_the_other_again_once_it_is_undone(
    programme: Programme, team: Person, whose: Side
) -> None:
    kept, gone = a_record(programme, "Ada Lindqvist"), a_record(programme, "Eva Berg")
    Person.objects.filter(pk=kept.pk).update(photo="a.webp", photo_alt="Ada at sea")
    Person.objects.filter(pk=gone.pk).update(photo="b.webp", photo_alt="Portrait of Eva Berg")
    for row in (kept, gone):
        row.refresh_from_db()
    other: Side = "gone" if whose == "kept" else "kept"
    merge = merge_people(kept, gone, choices={"name": whose, "photo": other}, by=team, at=NOW)
    one = Person.objects.get(pk=kept.pk)
    assert (one.name, one.photo_alt) == {
        "kept": ("Ada Lindqvist", "Portrait of Ada Lindqvist"),
        "gone": ("Eva Berg", "Eva at sea"),
    }[whose]
    undo_merge(merge, by=team, at=LATER)
    assert sorted(Person.objects.exclude(photo="").values_list("name", "photo_alt")) == [
        ("Ada Lindqvist", "Ada at sea"),
        ("Eva Berg", "Portrait of Eva Berg"),
    ]


def test_the_words_for_a_photo_go_with_the_photo(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    Person.objects.filter(pk=kept.pk).update(photo="a.webp", photo_alt="Ada at sea")
    Person.objects.filter(pk=gone.pk).update(photo="b.webp", photo_alt="Ada on land")
    merge_people(kept, gone, choices={"photo": "gone"}, by=team, at=NOW)
    one = Person.objects.get(pk=kept.pk)
    assert (one.photo, one.photo_alt) == ("b.webp", "Ada on land")


@pytest.mark.parametrize(
    ("choices", "field"),
    [({"id": "gone"}, "id"), ({"erased_at": "gone"}, "erased_at"), ({"shoe": "kept"}, "shoe"), ({"name": "both"}, "name")],
)
def test_what_is_not_there_to_be_chosen_is_refused(
    programme: Programme, team: Person, choices: dict[str, Side], field: str
) -> None:
    kept, gone = two_records(programme)
    with pytest.raises(BadChoice) as no:
        merge_people(kept, gone, choices=choices, by=team, at=NOW)
    assert no.value.field == field
    assert Person.objects.filter(pk=gone.pk).exists()


# -- what is moved


def test_all_that_pointed_at_the_record_that_goes_points_at_the_one_that_stays(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    affiliate(gone, polar, by=None, at=BEGUN)
    set_links(gone, [LinkFacts("Home", "https://ada.example.org/")], by=gone, at=BEGUN)
    answer(gone, Use.NAME, words(programme), wish=False, by=gone, at=BEGUN)
    edit_person(gone, about="Ice", by=gone, at=BEGUN)
    shown = {each.name: each.count for each in preview_merge(kept, gone).relations if each.count}
    assert shown == {
        "kit.JournalEntry.about": 2,
        "kit.JournalEntry.by": 3,
        "kit.JournalEntry.thing_id": 3,
        "people.Affiliation.person": 1,
        "people.Consent.person": 1,
        "people.ConsentEntry.person": 1,
        "people.ConsentEntry.recorded_by": 1,
        "people.Link.person": 1,
        "people.Role.person": 1,
    }
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    for model in (Affiliation, Link, Consent, ConsentEntry):
        assert list(model._default_manager.values_list("person", flat=True)) == [kept.pk]
    assert Role.objects.filter(person=kept).count() == 2
    assert not JournalEntry.objects.filter(Q(by=gone.pk) | Q(thing="people.Person", thing_id=gone.pk)).exists()


def test_an_erasure_after_a_merge_finds_the_lines_about_both_records(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    journal.record("noted", gone, by=team, at=BEGUN, personal=("note",), note="likes ice")
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    journal.forget(Person.objects.get(pk=kept.pk), at=LATER)
    assert JournalEntry.objects.get(verb="noted").facts == {"note": "erased"}


def test_nobody_sees_the_record_that_went(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert set(Person.objects.visible_to(team, at=NOW).values_list("pk", flat=True)) == {kept.pk, team.pk}


def same_role(programme: Programme, *people: Person, kind: RoleKind = RoleKind.EXPERT, cohort: Cohort | None = None) -> None:
    for person in people:
        give_role(person, kind, programme, cohort=cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)


@pytest.mark.parametrize("in_cohort", [True, False])
def test_both_in_one_role_from_the_same_day_are_in_it_once_and_it_is_said(
    programme: Programme, team: Person, *, in_cohort: bool
) -> None:
    kept, gone = two_records(programme)
    same_role(programme, kept, gone, cohort=a_cohort(programme=programme) if in_cohort else None)
    relation = next(each for each in preview_merge(kept, gone).relations if each.name == "people.Role.person")
    assert [(each.label, each.stays.pk, each.goes.pk) for each in relation.collisions] == [
        ("Role", Role.objects.get(person=kept, kind="expert").pk, Role.objects.get(person=gone, kind="expert").pk)
    ]
    assert relation.collisions[0].constraint == ("role_once" if in_cohort else "role_in_programme_once")
    assert relation.count == 1
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert sorted(Role.objects.filter(person=kept).values_list("kind", flat=True)) == ["community", "community", "expert"]
    undo_merge(merge, by=team, at=LATER)
    assert Role.objects.filter(kind="expert").count() == 2


def test_who_stood_in_for_a_role_that_was_there_twice_stands_in_for_the_one_that_stays(
    programme: Programme, team: Person
) -> None:
    kept, gone = two_records(programme)
    same_role(programme, kept, gone)
    other = a_record(programme, "Grace Achterberg")
    role = Role.objects.get(person=gone, kind="expert")
    made = stand_in(role, other, starts_on=date(2024, 9, 10), ends_on=date(2024, 9, 20), by=None, at=BEGUN)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    made.refresh_from_db()
    assert made.stands_in_for == Role.objects.get(person=kept, kind="expert")
    undo_merge(merge, by=team, at=LATER)
    made.refresh_from_db()
    assert made.stands_in_for == role


def test_who_stood_in_for_themselves_from_the_first_day_simply_has_the_role(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    same_role(programme, gone)
    role = Role.objects.get(person=gone, kind="expert")
    mine = stand_in(role, kept, starts_on=date(2024, 9, 1), ends_on=date(2024, 9, 20), by=None, at=BEGUN)
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    mine.refresh_from_db()
    assert mine.stands_in_for is None
    undo_merge(merge, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before


def test_the_same_link_and_the_same_affiliation_are_there_once_and_it_is_said(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    for person in (kept, gone):
        set_links(person, [LinkFacts("Home", "https://ada.example.org/")], by=person, at=BEGUN)
        affiliate(person, polar, by=None, at=BEGUN)
        affiliate(person, polar, starts_on=date(2020, 1, 1), job=person.name, by=None, at=BEGUN)
    said = [
        (each.name, sorted(collision.constraint for collision in each.collisions), each.count)
        for each in preview_merge(kept, gone).relations
        if each.collisions
    ]
    assert said == [
        ("people.Affiliation.person", ["affiliation_of_always_once", "affiliation_once"], 0),
        ("people.Link.person", ["link_once"], 0),
    ]
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert (Link.objects.count(), Affiliation.objects.count()) == (1, 2)


def test_of_two_accounts_that_of_the_record_that_stays_does_and_the_other_is_remembered(
    programme: Programme, team: Person
) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    theirs = Account.objects.filter(person=gone).values().get()
    relation = next(each for each in preview_merge(kept, gone).relations if each.name == "people.Account.person")
    assert [(str(each.stays), str(each.goes)) for each in relation.collisions] == [
        ("ada@example.org", "a.lindqvist@example.org")
    ]
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert [account.email for account in Account.objects.all()] == ["ada@example.org"]
    assert "a.lindqvist@example.org" in str(merge.facts)
    told = JournalEntry.objects.get(verb="to-be-told")
    assert told.facts == {"what": "merged", "addresses": ["a.lindqvist@example.org", "ada@example.org"]}
    assert (told.about, told.personal) == (kept, ["addresses"])
    undo_merge(merge, by=team, at=LATER)
    assert Account.objects.filter(person=gone).values().get() == theirs
    assert JournalEntry.objects.filter(verb="to-be-told").count() == 2


def test_the_only_account_moves_and_signing_in_meanwhile_is_no_change(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme), a_record(programme, email="ada@example.org")
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert Account.objects.get().person == kept
    Account.objects.update(last_login=LATER)
    undo_merge(merge, by=team, at=LATER)
    assert Account.objects.get().person == gone


def test_no_secret_of_an_account_that_went_is_shown_with_what_is_held(programme: Programme, team: Person) -> None:
    kept = a_record(programme, email="ada@example.org")
    gone = a_record(programme, email="a.lindqvist@example.org")
    for person in (kept, gone):
        FeedAddress.objects.create(person=person, secret=f"secret-{person.pk}", made_at=BEGUN)
    secrets = [Account.objects.get(person=gone).password, f"secret-{gone.pk}"]
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    shown = str(held_about(Person.objects.get(pk=kept.pk)))
    assert [secret in str(merge.facts) for secret in secrets] == [True, True]
    assert [secret in shown for secret in secrets] == [False, False]
    assert "a.lindqvist@example.org" in shown


# -- consent


@pytest.mark.parametrize(
    ("ours", "theirs", "holds"),
    [
        ("given", "given", "given"),
        ("given", None, "not-asked"),
        (None, "given", "not-asked"),
        ("given", "refused", "refused"),
        ("refused", "given", "refused"),
        ("withdrawn", "given", "withdrawn"),
        ("given", "withdrawn", "withdrawn"),
        ("refused", None, "refused"),
        (None, "withdrawn", "withdrawn"),
    ],
)
def test_the_strictest_consent_holds_until_the_person_answers(
    programme: Programme, team: Person, ours: str | None, theirs: str | None, holds: str
) -> None:
    kept, gone = two_records(programme)
    term = words(programme)
    for person, said in ((kept, ours), (gone, theirs)):
        if said is not None:
            answer(person, Use.NAME, term, wish=said != "refused", by=person, at=BEGUN)
        if said == "withdrawn":
            withdraw(person, Use.NAME, programme, by=person, at=BEGUN)
    entries = ConsentEntry.objects.count()
    version = Programme.objects.get(pk=programme.pk).public_version
    previewed = [(each.use, each.holds.value) for each in preview_merge(kept, gone).consents]
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert previewed == [(Use.NAME, holds)]
    assert [row.standing for row in Consent.objects.filter(person=kept)] == [holds]
    assert ConsentEntry.objects.filter(person=kept).count() == entries
    assert queries.allows(kept, Use.NAME, programme) == (holds == "given")
    merged = Programme.objects.get(pk=programme.pk).public_version
    assert merged > version
    undo_merge(merge, by=team, at=LATER)
    assert Programme.objects.get(pk=programme.pk).public_version > merged
    assert besides_what_is_told(everything(), before) == before


def test_a_record_that_never_had_a_part_in_a_programme_takes_no_yes_back_there(
    programme: Programme, team: Person, elsewhere: Programme
) -> None:
    kept, gone = two_records(programme)
    for person in (gone, team):
        kind = RoleKind.TEAM if person == team else RoleKind.EXPERT
        give_role(person, kind, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    answer(gone, Use.NAME, words(elsewhere), wish=True, by=gone, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert queries.allows(kept, Use.NAME, elsewhere)


def test_of_two_yeses_the_one_to_older_words_counts(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    old = words(programme)
    answer(gone, Use.NAME, old, wish=True, by=gone, at=BEGUN)
    new = publish_term(programme, Use.NAME, "We show your name!", is_new_meaning=False, by=None, at=BEGUN)
    answer(kept, Use.NAME, new, wish=True, by=kept, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert [(row.standing, row.term) for row in Consent.objects.all()] == [("given", old)]


def test_who_answers_after_a_merge_is_taken_at_their_word_and_it_can_not_be_undone(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    term = words(programme)
    for person in (kept, gone):
        answer(person, Use.NAME, term, wish=True, by=person, at=BEGUN)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    withdraw(kept, Use.NAME, programme, by=kept, at=NOW)
    with pytest.raises(NotAsItWas, match=r"“Appear by name” \(consent\) has been changed since"):
        undo_merge(merge, by=team, at=LATER)
    assert not queries.allows(kept, Use.NAME, programme)


def test_a_yes_confirmed_after_a_merge_counts(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    term = words(programme)
    answer(gone, Use.NAME, term, wish=True, by=gone, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert [each.standing for each in queries.standings(kept, programme)] == [Standing.NOT_ASKED]
    answer(kept, Use.NAME, term, wish=True, by=kept, at=LATER)
    assert queries.allows(kept, Use.NAME, programme)


# -- apart


def test_two_who_are_said_to_be_apart_are_not_merged(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    pair = a_pair(kept, gone)
    say_apart(pair, by=team, at=NOW)
    said_again = say_apart(pair, by=team, at=LATER)
    assert (said_again.apart_at, said_again.apart_by) == (NOW, team)
    with pytest.raises(NotTwoRecords, match="two people"):
        merge_people(kept, gone, choices={}, by=team, at=LATER)


@pytest.mark.parametrize("beside", [None, "likely", "apart"])
@pytest.mark.parametrize("place", ["before", "after"])
def test_who_is_known_to_be_somebody_else_stays_so_after_a_merge(
    programme: Programme, team: Person, beside: str | None, place: str
) -> None:
    other = a_record(programme, "Ada Lindqvist-Berg") if place == "before" else None
    kept, gone = two_records(programme)
    other = other or a_record(programme, "Ada Lindqvist-Berg")
    a_pair(kept, gone)
    a_pair(gone, other, apart_at=BEGUN, apart_by=gone)
    if beside:
        a_pair(kept, other, apart_at=BEGUN - timedelta(days=1) if beside == "apart" else None)
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    row = LikelyPair.objects.get()
    assert (row.first_id, row.second_id) == tuple(sorted((kept.pk, other.pk)))
    assert row.apart_at == (BEGUN - timedelta(days=1) if beside == "apart" else BEGUN)
    assert row.apart_by_id == (None if beside == "apart" else kept.pk)
    undo_merge(merge, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before


# -- who may


def test_only_a_team_that_knows_both_merges_says_apart_and_undoes(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    elsewhere = a_programme("river-watch", name="River Watch")
    stranger = mara(elsewhere)
    half = mara(elsewhere)
    give_role(gone, RoleKind.COMMUNITY, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    cohort = a_cohort(programme=programme)
    fellow = a_record(programme, "Grace Achterberg")
    for person in (fellow, kept, gone):
        give_role(person, RoleKind.EXPERT, programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
    pair = a_pair(kept, gone)
    for by in (stranger, half, fellow, kept):
        with pytest.raises(NotAllowed):
            merge_people(kept, gone, choices={}, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            say_apart(pair, by=by, at=NOW)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    for by in (fellow, kept):
        with pytest.raises(NotAllowed):
            undo_merge(merge, by=by, at=NOW)
    undo_merge(merge, by=team, at=NOW)


def test_a_merge_puts_nobody_on_a_team_they_could_not_be_put_on_by_hand(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    elsewhere = a_programme("river-watch", name="River Watch")
    give_role(gone, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    for one, other in ((kept, gone), (gone, kept)):
        with pytest.raises(NotAllowed, match="River Watch"):
            merge_people(one, other, choices={}, by=team, at=NOW)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_nobody_merges_away_the_record_they_are_signed_in_with(programme: Programme, team: Person) -> None:
    other = a_record(programme, "Mara Okafor")
    with pytest.raises(SignedInAsThisOne):
        merge_people(other, team, choices={}, by=team, at=NOW)
    merge_people(team, other, choices={}, by=team, at=NOW)
    assert Role.objects.filter(person=team).count() == 2


def test_who_asked_to_be_forgotten_is_not_merged_before_that_is_settled(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    asked = Erasure.objects.create(person=gone, asked_at=BEGUN, due_at=LATER, asked_by_self=True)
    for one, other in ((kept, gone), (gone, kept)):
        with pytest.raises(ToBeForgotten):
            merge_people(one, other, choices={}, by=team, at=NOW)
    asked.taken_back_at = NOW
    asked.save()
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_one_record_is_not_merged_with_itself_nor_one_that_is_gone_with_another(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    with pytest.raises(NotTwoRecords):
        merge_people(kept, kept, choices={}, by=team, at=NOW)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        merge_people(kept, gone, choices={}, by=team, at=NOW)


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
    for one in (kept, gone):
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
    for kind, in_cohort, day in sorted(facts["roles"]):
        give_role(person, kind, programme, cohort=cohort if in_cohort else None, starts_on=day, by=None, at=BEGUN)
    set_links(person, [LinkFacts(url, url) for url in sorted(facts["links"])], by=person, at=BEGUN)
    organisation = Affiliation._meta.get_field("organisation").related_model._default_manager.get()
    for day in facts["affiliations"]:
        affiliate(person, organisation, starts_on=day, job=name, by=None, at=BEGUN)
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


# -- at any size


def test_a_preview_asks_as_much_for_many_rows_as_for_few_and_a_merge_writes_them_together(
    programme: Programme, team: Person
) -> None:
    def asked(rows: int) -> tuple[int, int]:
        kept, gone = two_records(programme)
        for person in (kept, gone):
            for number in range(rows):
                same = date(2024, 2, 1) + timedelta(days=number)
                give_role(person, RoleKind.COACH, programme, starts_on=same, by=None, at=BEGUN)
                other = same if person == kept else same + timedelta(days=100)
                give_role(person, RoleKind.WRITER, programme, starts_on=other, by=None, at=BEGUN)
            set_links(person, [LinkFacts("A", f"https://a.example/{number}") for number in range(rows)], by=None, at=BEGUN)
        with CaptureQueriesContext(connection) as reading:
            preview_merge(kept, gone)
        with CaptureQueriesContext(connection) as writing:
            merge_people(kept, gone, choices={}, by=team, at=NOW)
        return len(reading), len(writing)

    asked(2)
    few, many = asked(2), asked(10)
    assert few == many
    assert few[0] < 165  # one for each relation that there is


# -- ways in


@pytest.fixture
def elsewhere(db: None) -> Programme:
    return create_programme(slug="elsewhere", name="Elsewhere", by=None, at=BEGUN)


def test_no_way_into_the_record_that_goes_leads_into_the_one_that_stays(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    for person in (kept, gone):
        prove_address(person.account, by=None, at=BEGUN)
    key = Authenticator.objects.create(user=gone.account, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=gone.account, provider="oidc", uid="somebody")
    token, secret = make_token(gone, name="a script", scope=TokenScope.READ, programme=None, days=90, by=gone, at=NOW)
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    account = Account.objects.get(person=kept)
    shown = [(each.email, each.verified, each.primary) for each in EmailAddress.objects.filter(user=account).order_by("pk")]
    assert shown == [("ada@example.org", True, True), ("a.lindqvist@example.org", False, False)]
    left = [model.objects.count() for model in (Authenticator, SocialAccount, Token, Account)]
    assert left == [0, 0, 0, 1]
    assert queries.token_of_key(digest_of(secret), at=NOW) is None
    Client().post("/sign-in/", {"email": "a.lindqvist@example.org"})
    assert mail.outbox[-1].subject == "Nobody here has this address"
    undo_merge(merge, by=team, at=LATER)
    after = besides_what_is_told(everything(), before)
    browsing = {"kit.Cached", "sessions.Session"}  # of the attempt to sign in
    assert {label: rows for label, rows in after.items() if label not in browsing} == {
        label: rows for label, rows in before.items() if label not in browsing
    }
    assert (Authenticator.objects.get().pk, Token.objects.get().pk) == (key.pk, token.pk)


@pytest.mark.parametrize("who_signs_in", ["kept", "gone"])
def test_nobody_is_merged_into_a_programme_of_others(
    programme: Programme, team: Person, elsewhere: Programme, who_signs_in: str
) -> None:
    kept = a_record(programme, email="ada@example.org" if who_signs_in == "kept" else "")
    gone = a_record(programme, email="ada@example.net" if who_signs_in == "gone" else "")
    other = gone if who_signs_in == "kept" else kept
    give_role(other, RoleKind.EXPERT, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    with pytest.raises(NotAllowed, match=elsewhere.name):
        merge_people(kept, gone, choices={}, by=team, at=NOW)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_both_addresses_are_told_by_mail_of_a_merge_and_of_taking_it_back(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert mail.outbox == []
    worker.drain(clock=lambda: NOW, most=20)
    undo_merge(merge, by=team, at=LATER)
    worker.drain(clock=lambda: LATER, most=20)
    both = ["a.lindqvist@example.org", "ada@example.org"]
    assert sorted((message.to[0], "taken back" in str(message.body)) for message in mail.outbox) == sorted(
        (each, True) for each in both * 2
    )
    assert ["made one of them" in str(message.body) for message in mail.outbox] == [True, True, False, False]
