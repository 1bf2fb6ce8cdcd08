"""Read what erasing a person needs to know, and how long things are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower

from hub.core.erasure import TeamRole, nobody_from
from hub.core.names import plain
from hub.core.retention import Rule, Sort
from hub.kit import personal
from hub.people.models import (
    Erasure,
    FormerName,
    Merge,
    Person,
    Role,
    RoleKind,
)
from hub.programmes.models import Programme


def open_erasure(person: Person) -> Erasure | None:
    """Give the erasure a person or their team asked for and nobody took back, until it is carried out."""
    return Erasure.objects.filter(person=person, taken_back_at__isnull=True, done_at__isnull=True).first()


def leaving(people: Iterable[int]) -> frozenset[int]:
    """Give those of some people who are to be forgotten."""
    found = Erasure.objects.filter(person__in=list(people), taken_back_at__isnull=True, done_at__isnull=True)
    return frozenset(key for key in found.values_list("person", flat=True) if key is not None)


def nobody_runs_from(programme: Programme, *, on: date) -> date | None:
    """Give the first day, from one on, on which nobody would be on the team of a programme; None where somebody stays.

    Who is to be forgotten does not stay. Two queries.
    """
    held = Role.objects.filter(programme=programme, kind=RoleKind.TEAM, cohort__isnull=True, person__erased_at__isnull=True)
    team = [TeamRole(person, ends_on, begun) for person, ends_on, begun in held.values_list("person", "ends_on", "starts_on")]
    return nobody_from(team, leaving=leaving(role.person for role in team), on=on)


def known_as(person: Person) -> list[str]:
    """Give the words a person was known by here: names (as written and in addresses), identifiers, mail addresses.

    A former name that somebody else of their programmes bears today is left out: there it is the other one's.
    """
    beside = Role.objects.filter(programme__in=Role.objects.filter(person=person).values("programme"), person=OuterRef("pk"))
    bearing = Person.objects.filter(Exists(beside), plain_name=OuterRef("plain_name")).exclude(pk=person.pk)
    borne = bearing.annotate(small=Lower("name")).filter(small=Lower(OuterRef("name")))
    former = FormerName.objects.filter(~Exists(borne), person=person).order_by("pk").values_list("name", flat=True)
    words = [person.name, *former, person.orcid, *personal.addresses_of(person)]
    for facts in Merge.objects.filter(kept=person, undone_at__isnull=True).values_list("facts", flat=True):
        words += known_in(facts)
    words += ["-".join(plain(name).split()) for name in words if " " in name]  # as it stands in the addresses of sessions
    return [word for word in dict.fromkeys(words) if word.strip()]


def known_in(facts: object) -> Iterator[str]:
    """Yield the identifiers and mail addresses that stand in facts, however deep; names are former names of the person."""
    if isinstance(facts, Mapping):
        for name, value in facts.items():
            if name in ("orcid", "email") and isinstance(value, str):
                yield value
            else:
                yield from known_in(value)
    elif isinstance(facts, list):
        for each in facts:
            yield from known_in(each)


def still_named(person: Person, among: Iterable[Programme]) -> list[tuple[str, int]]:
    """Say where words of some programmes name a person, in texts no erasure touches: what kind of thing, and how many."""
    return personal.still_named(known_as(person), programmes=[programme.pk for programme in among])


def erasure_of(pk: int) -> Erasure | None:
    """Find an erasure by its key."""
    return Erasure.objects.filter(pk=pk).first()


def retention_rules() -> list[Rule]:
    """Give for how long this Hub keeps each sort of what is personal."""
    return [
        Rule(Sort.ACCESS_NEEDS, settings.RETENTION_ACCESS_NEEDS_DAYS),
        Rule(Sort.INVITATIONS, settings.RETENTION_INVITATIONS_DAYS),
        Rule(Sort.TOKENS, settings.RETENTION_TOKENS_DAYS),
        Rule(Sort.LIKELY_PAIRS, settings.RETENTION_LIKELY_PAIRS_DAYS),
        Rule(Sort.MERGES, settings.RETENTION_MERGES_DAYS),
        Rule(Sort.SESSIONS, settings.RETENTION_SESSIONS_DAYS),
    ]
