"""Two records that are one person: what is shown before, which facts hold, and what is moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.kit import journal
from hub.kit.held import held_about
from hub.kit.joining import known_counting, pointing_at
from hub.kit.models import JournalEntry
from hub.people.commands import (
    BadChoice,
    LinkFacts,
    add_organisation,
    affiliate,
    answer,
    edit_person,
    give_role,
    merge_people,
    preview_merge,
    set_links,
    stand_in,
    undo_merge,
)
from hub.people.commands.foreseeing import BY_HAND, FIXED, Side
from hub.people.models import (
    Account,
    Affiliation,
    Consent,
    ConsentEntry,
    FeedAddress,
    Link,
    Organisation,
    Person,
    Role,
    RoleKind,
)
from hub.programmes.models import Programme
from tests.factories import BEGUN, a_cohort
from tests.people.merging import (
    LATER,
    NOW,
    a_pair,
    a_record,
    besides_what_is_told,
    everything,
    same_role,
    two_records,
    words,
)

pytestmark = pytest.mark.django_db


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


def may_clash(top: type[models.Model]) -> set[str]:
    """The models of which two rows may not stand side by side once two rows of another have become one."""
    seen, todo = {top}, [top]
    while todo:
        target = todo.pop()
        for column in pointing_at(target):
            meta = column.model._meta
            together = [each.fields for each in meta.constraints if isinstance(each, models.UniqueConstraint)]
            if column.model not in seen and (
                column.unique or any(column.name in fields for fields in (*together, *meta.unique_together))
            ):
                seen.add(column.model)
                todo.append(column.model)
    return {model._meta.label for model in seen - {top}}


def test_of_every_model_whose_rows_may_clash_its_room_says_which_counts_and_why() -> None:
    there, said = may_clash(Person) | may_clash(Organisation), known_counting()
    assert there - said.keys() == set(), "say in the room’s twice.py which of two rows counts (hub.kit.joining.counts)"
    assert said.keys() - there == set(), "nothing of these can clash"
    assert all(each.because for each in said.values())
    assert len(there) > 30


def test_what_is_told_of_which_counts_says_whose_programme_it_is() -> None:
    for label, counting in known_counting().items():
        assert (counting.say is None) == (counting.programme == "")
        if counting.programme:
            apps.get_model(label)._base_manager.values_list(counting.programme).query.get_initial_alias()


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
    stand_in(role, kept, starts_on=date(2024, 9, 1), ends_on=date(2024, 9, 20), by=None, at=BEGUN)
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    theirs = Role.objects.get(person=kept, kind="expert")
    assert (theirs.pk, theirs.stands_in_for, theirs.ends_on) == (role.pk, None, None)
    undo_merge(merge, by=team, at=LATER)
    assert besides_what_is_told(everything(), before) == before


def test_the_same_link_and_the_same_affiliation_are_there_once_and_it_is_said(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    for person in (kept, gone):
        set_links(person, [LinkFacts("Home", "https://ada.example.org/")], by=person, at=BEGUN)
        affiliate(person, polar, ends_on=date(2019, 1, 1), by=None, at=BEGUN)
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
