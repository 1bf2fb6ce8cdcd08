"""Two records that are one person: which consent holds, and who is known to be somebody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hub.core.consent import Standing, Use
from hub.kit.joining import NotAsItWas
from hub.people import queries
from hub.people.commands import (
    NotTwoRecords,
    answer,
    give_role,
    merge_people,
    preview_merge,
    publish_term,
    say_apart,
    undo_merge,
    withdraw,
)
from hub.people.models import (
    Consent,
    ConsentEntry,
    LikelyPair,
    Person,
    RoleKind,
)
from hub.programmes.models import Programme
from tests.factories import BEGUN
from tests.people.merging import (
    LATER,
    NOW,
    a_pair,
    a_record,
    besides_what_is_told,
    everything,
    two_records,
    words,
)

pytestmark = pytest.mark.django_db


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
    assert [each.standing for each in queries.standings(kept, programme, at=NOW)] == [Standing.NOT_ASKED]
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
