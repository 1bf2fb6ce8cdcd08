"""Read records that may be one person, and merges."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub.core.names import Reason
from hub.people import events
from hub.people.models import (
    Account,
    LikelyPair,
    Merge,
    Person,
    Role,
)
from hub.people.queries.desk import Row, says, with_facts
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two records that may be one person, why, and what tells them apart: their rows and addresses."""

    pair: LikelyPair
    reasons: tuple[str, ...]
    records: tuple[tuple[Row, str], ...]  # each with the address it signs in with, "" where it can't


def known_to_team(by: Person | None, *, at: datetime) -> QuerySet[Person]:
    """Give whom somebody knows of as one of a team: everybody with a role, once or now, in a programme they run."""
    return Person.objects.known_to_team(by, at=at)


def likely_pairs_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[LikelyPair]:
    """Give the pairs nobody has said are two people, of whom somebody may know both and one is of a programme; surest first."""
    return _pairs_of(programme, by, at=at).filter(apart_at__isnull=True).order_by("rank", "found_at", "pk")


def pairs_apart_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[LikelyPair]:
    """Give the pairs somebody said are two people, known to somebody as `likely_pairs_of` says; last said first."""
    found = _pairs_of(programme, by, at=at).filter(apart_at__isnull=False)
    return found.select_related("first", "second", "apart_by").order_by("-apart_at", "-pk")


def _pairs_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[LikelyPair]:
    known = known_to_team(by, at=at)  # asked of each pair: there are few, and of people there may be ten thousand
    here = Role.objects.filter(programme=programme)
    is_here = Exists(here.filter(person=OuterRef("first"))) | Exists(here.filter(person=OuterRef("second")))
    are_known = Exists(known.filter(pk=OuterRef("first"))), Exists(known.filter(pk=OuterRef("second")))
    return LikelyPair.objects.filter(is_here, *are_known).select_related("first", "second")


def with_reasons(pairs: list[LikelyPair], programme: Programme, *, at: datetime) -> list[PairRow]:
    """Give rows for a page of pairs. Five queries, however many there are."""
    records = records_of([person for pair in pairs for person in (pair.first, pair.second)], programme, at=at)
    return [PairRow(pair, reasons_of(pair), (records[pair.first_id], records[pair.second_id])) for pair in pairs]


def reasons_of(pair: LikelyPair) -> tuple[str, ...]:
    """Say why two records may be one person."""
    return tuple(Reason(reason).label for reason in pair.reasons)


def records_of(people: Iterable[Person], programme: Programme, *, at: datetime) -> dict[int, tuple[Row, str]]:
    """Give what tells records apart, by their keys: the row, and the address they sign in with, "" where they can't."""
    by_key = {person.pk: person for person in people}
    addresses = dict(Account.objects.filter(person__in=by_key).values_list("person", "email"))
    rows = with_facts(list(by_key.values()), programme, at=at)
    return {row.person.pk: (row, addresses.get(row.person.pk, "")) for row in rows}


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody a record may be the same as, in the eyes of somebody: their record, and what was said of the two before."""

    row: Row
    address: str  # they sign in with; "" where they can't
    pair: LikelyPair | None

    @property
    def is_apart(self) -> bool:
        """Whether somebody said that they are two people."""
        return self.pair is not None and self.pair.apart_at is not None


def others_called(
    person: Person, words: str, by: Person | None, programme: Programme, *, most: int, at: datetime
) -> tuple[list[Other], bool]:
    """Find whom a team knows by some words, in any programme it runs, to say that they are the same person as another record.

    Gives at most so many, by name, and whether there are more. As many queries for one as for `most`.
    """
    found = known_to_team(by, at=at).filter(says(words)).exclude(pk=person.pk).order_by("plain_name", "pk")
    people = list(found[: most + 1])
    records = records_of(people[:most], programme, at=at)
    pairs = {pair.first_id + pair.second_id - person.pk: pair for pair in pairs_with(person, people[:most])}
    return [Other(*records[each.pk], pairs.get(each.pk)) for each in people[:most]], len(people) > most


def pairs_with(person: Person, others: Iterable[Person]) -> list[LikelyPair]:
    """Give what was proposed, or said, of somebody and each of some others. One query."""
    keys = [other.pk for other in others]
    pairs = LikelyPair.objects.filter(Q(first=person, second__in=keys) | Q(first__in=keys, second=person))
    return list(pairs.select_related("first", "second", "apart_by").order_by("pk"))


def which_stays(one: Person, other: Person, by: Person | None) -> Person:
    """Propose which of two records stays: that of who asks, one with an account, signed in last, with more roles, the older.

    Who signed in last is who still reads the mail that goes there: after a change of employer the new record, not the old.
    """
    both = (one, other)
    if by is not None and by in both:
        return by
    able = dict(Account.objects.filter(person__in=both, is_active=True).values_list("person", "last_login"))
    roles = Role.objects.filter(person__in=both).values_list("person").annotate(count=Count("pk")).order_by()
    counts: dict[int, int] = dict(roles)

    def rank(person: Person) -> tuple[bool, float, int, int]:
        signed_in = able.get(person.pk)
        return person.pk in able, signed_in.timestamp() if signed_in else 0.0, counts.get(person.pk, 0), -person.pk

    return max(both, key=rank)


def merges_of(programme: Programme, by: Person | None, *, at: datetime) -> QuerySet[Merge]:
    """Give the merges that stand and can be undone still, of people of a programme somebody may know of, newest first."""
    here = Role.objects.filter(person=OuterRef("kept"), programme=programme)
    found = Merge.objects.filter(Exists(here), undone_at__isnull=True, kept__in=known_to_team(by, at=at).values("pk"))
    return found.exclude(facts={}).select_related("kept", "by").order_by("-at", "-pk")


def foretold_partings(merges: Collection[Merge], *, by: Person | None, at: datetime) -> dict[int, list[str]]:
    """Say by key of a merge, each with who was kept at hand, what would not come back as it was if it was undone now."""
    found: dict[int, list[str]] = {}
    heard: Any = events.parting_foretold.send(sender=Merge, merges=merges, by=by, at=at)
    for _, sentences in heard:
        for key, some in sentences.items():
            found.setdefault(key, []).extend(some)
    return found
