"""Read the people of a programme as its team lists and finds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from hub.core.asking import Part, part_on, uses_asked_of
from hub.core.consent import Use
from hub.core.names import BadOrcid, orcid, plain
from hub.people.models import (
    Affiliation,
    Consent,
    Organisation,
    Person,
    Role,
    RoleKind,
    day_of,
    held_at,
    with_it_on,
)
from hub.people.queries.consent import CLOSED, has_something_to_answer, uses_worded
from hub.people.queries.forgetting import leaving
from hub.programmes.models import Cohort, Programme

FEW = 1_000  # of people found: so many keys are fetched at once


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the team's list: what they are in the programme, where they work, what they have still to answer."""

    person: Person
    roles: tuple[Role, ...]
    organisations: tuple[str, ...]
    open_questions: int
    is_leaving: bool  # asked to be forgotten, and not yet


class Here(StrEnum):
    """How somebody stands in a programme, to find people by."""

    NOW = "now"
    PAST = "past"
    OPEN = "open"

    @property
    def label(self) -> str:
        """What people read."""
        return {"now": "Here now", "past": "No longer here", "open": "With something to answer"}[self]


def people_of(
    programme: Programme,
    by: Person | None,
    *,
    words: str = "",
    role: str = "",
    cohort: str = "",
    here: Here | None = None,
    at: datetime,
) -> QuerySet[Person]:
    """Find the people of a programme that somebody may know of, by name.

    Each word is looked for in name and organisation; one with an @ in the address mail goes to; an ORCID is one. `here` is
    read of the roles that `role` and `cohort` leave.
    """
    held = Role.objects.filter(programme=programme)
    if role:
        held = held.filter(kind=role)
    if cohort:
        held = held.filter(cohort__slug=cohort)
    # The words first: looking at a name is cheap, asking of ten thousand who may know of them is not. And where nearly all
    # may have a role that counts, each is asked for one: a page is read along the index of names, as far as it reaches.
    said = Person.objects.filter(says(words)) if words else Person.objects.all()
    has_one = Q(pk__in=held.values("person")) if role or cohort else Q(Exists(held.filter(person=OuterRef("pk"))))
    found = said.visible_to(by, at=at).filter(has_one)
    if here in (Here.NOW, Here.PAST):
        now = Q(pk__in=held.filter(held_at(at)).values("person"))
        found = found.filter(now if here is Here.NOW else ~now)
    if here is Here.OPEN:
        found = found.filter(has_something_to_answer(programme, at=at))
    return found.order_by("plain_name", "pk")


def keys_of_few(found: QuerySet[Person]) -> list[int] | None:
    """Give the keys of people that are found, in their order; None where they are more than FEW. One query.

    How many there are and who stands on which page is then known at once: to count, and to fetch a page, would each look
    through all names again.
    """
    keys = list(found.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def people_by_keys(keys: Iterable[int]) -> list[Person]:
    """Give people by keys that were found for who asks, in that order. One query, none for nobody."""
    wanted = list(keys)
    people = Person.objects.in_bulk(wanted)
    return [people[key] for key in wanted if key in people]  # who is gone since is gone


def says(words: str) -> Q:
    """Give the condition that somebody has each of some words; Q() for none, what nobody meets where nothing is a word."""
    found, rest = Q(), []
    for word in words.split()[:6]:
        if "@" in word:
            found &= Q(account__email__icontains=word)
        elif number := _orcid(word):
            found &= Q(orcid=number)
        else:
            rest.append(word)
    looked_for = plain(" ".join(rest)).split()[:6]
    if rest and not looked_for:
        return Q(pk__in=[])
    for word in looked_for:
        called = Organisation.objects.filter(plain_name__contains=word)  # each once, and not for everybody who is with it
        there = Affiliation.objects.filter(organisation__in=called).values("person")
        found &= Q(plain_name__contains=word) | Q(pk__in=there)
    return found


def _orcid(word: str) -> str:
    try:
        return orcid(word)
    except BadOrcid:
        return ""


def with_facts(people: list[Person], programme: Programme, *, at: datetime) -> list[Row]:
    """Give rows for a page of people, with whom they work at a moment. Five queries, however many there are."""
    keys = [person.pk for person in people]
    roles: dict[int, list[Role]] = {key: [] for key in keys}
    for role in Role.objects.filter(person__in=keys, programme=programme).select_related("cohort").order_by("starts_on", "pk"):
        roles[role.person_id].append(role)
    works: dict[int, list[str]] = {key: [] for key in keys}
    held = Affiliation.objects.filter(with_it_on(day_of(at)), person__in=keys)
    for key, name in held.order_by("pk").values_list("person", "organisation__name"):
        works[key].append(name)
    worded = set(uses_worded(programme))
    answered: dict[int, set[Use]] = {key: set() for key in keys}
    closed = Consent.objects.filter(person__in=keys, programme=programme, standing__in=CLOSED)
    for key, use in closed.values_list("person", "use"):
        if key is not None:
            answered[key].add(Use(use))
    gone_soon = leaving(keys)
    return [
        Row(
            person,
            tuple(roles[person.pk]),
            tuple(works[person.pk]),
            len(worded.intersection(uses_asked_of(_parts(roles[person.pk], at=at))) - answered[person.pk]),
            person.pk in gone_soon,
        )
        for person in people
    ]


def _parts(roles: Iterable[Role], *, at: datetime) -> list[Part]:
    day = day_of(at)
    return [
        part_on(day, role.kind, ends_on=role.ends_on, cohort_last=role.cohort.ends_on if role.cohort else None)
        for role in roles
    ]


@dataclass(frozen=True, slots=True)
class HeldByMany:
    """A role several people have: what it is, in which cohort, and how many have it."""

    kind: RoleKind
    cohort: Cohort | None
    count: int

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.kind.label}, {self.cohort.name}" if self.cohort else self.kind.label


def roles_held(people: Iterable[Person], programme: Programme, *, at: datetime) -> dict[str, HeldByMany]:
    """Give the roles in a programme that have not ended for some people, by a key ("expert:2024"). One query."""
    keys = [person.pk for person in people]
    going_on = Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at)), programme=programme, person__in=keys)
    held: dict[str, set[int]] = {}
    rows: dict[str, Role] = {}
    for role in going_on.select_related("cohort").order_by("kind", "cohort__starts_on", "pk"):
        key = f"{role.kind}:{role.cohort.slug if role.cohort else ''}"
        rows.setdefault(key, role)
        held.setdefault(key, set()).add(role.person_id)
    return {key: HeldByMany(RoleKind(role.kind), role.cohort, len(held[key])) for key, role in rows.items()}


@dataclass(frozen=True, slots=True)
class GivenToMany:
    """A role several people were given: those of them that can be taken back, and those that are held for a day or more."""

    kind: RoleKind
    cohort: Cohort | None
    can: tuple[Role, ...]
    cannot: tuple[Role, ...]

    @property
    def label(self) -> str:
        """What people read."""
        return f"{self.kind.label}, {self.cohort.name}" if self.cohort else self.kind.label


def roles_to_take_back(people: Iterable[Person], programme: Programme, *, at: datetime) -> dict[str, GivenToMany]:
    """Give the roles in a programme that have not ended for some people, by the keys of `roles_held`. One query.

    A role can be taken back on the day it begins, and before.
    """
    day, keys = day_of(at), [person.pk for person in people]
    going_on = Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), programme=programme, person__in=keys)
    found: dict[str, list[Role]] = {}
    rows = going_on.select_related("cohort", "person", "programme")
    for role in rows.order_by("kind", "cohort__starts_on", "person__plain_name", "pk"):
        found.setdefault(f"{role.kind}:{role.cohort.slug if role.cohort else ''}", []).append(role)
    return {
        key: GivenToMany(
            RoleKind(roles[0].kind),
            roles[0].cohort,
            tuple(role for role in roles if role.starts_on >= day),
            tuple(role for role in roles if role.starts_on < day),
        )
        for key, roles in found.items()
    }


def named_like(programme: Programme, by: Person | None, name: str, *, at: datetime) -> list[Person]:
    """Give up to five people of a programme whose name has all the words of a name."""
    return list(people_of(programme, by, at=at).filter(_has_words(name))[:5]) if plain(name) else []


def _has_words(name: str) -> Q:
    found = Q()
    for word in plain(name).split()[:6]:
        found &= Q(plain_name__contains=word)
    return found


def called(programme: Programme, by: Person | None, words: str, *, at: datetime) -> list[Person]:
    """Find the people of a programme that somebody may know of by their whole name, or by an address. Two at most."""
    held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    address = EmailAddress.objects.filter(user__person=OuterRef("pk"), email__iexact=words.strip())
    theirs = Q(plain_name=plain(words)) | Q(Exists(address))
    return list(Person.objects.visible_to(by, at=at).filter(theirs, Exists(held)).order_by("pk")[:2])


def person_of_programme(programme: Programme, by: Person | None, pk: int, *, at: datetime) -> Person | None:
    """Find a person of a programme, present or past, whom somebody may know of."""
    held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
    return Person.objects.visible_to(by, at=at).filter(Exists(held), pk=pk).first()


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """Give where a person works and worked, newest first."""
    found = Affiliation.objects.filter(person=person).select_related("organisation")
    return found.order_by(F("starts_on").desc(nulls_last=True), "-pk")
