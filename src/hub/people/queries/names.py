"""All names people bear or bore."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from hub.people.models import FormerName, Person, Role, RoleKind


@dataclass(slots=True)
class NamesEver:
    """Somebody's name, those they had before with the moment each was given up, and those of records taken into theirs."""

    key: int
    name: str
    former: list[tuple[str, datetime]] = field(default_factory=list)
    taken_over: list[str] = field(default_factory=list)


def names_ever_of(kinds: Collection[RoleKind], programmes: Collection[int]) -> list[NamesEver]:
    """Give whoever has or had a role of some kinds in some programmes, with all of their names. Two queries."""
    held = Role.objects.filter(kind__in=kinds, programme__in=programmes).order_by().values("person")
    found = {key: NamesEver(key, name) for key, name in Person.objects.filter(pk__in=held).values_list("pk", "name")}
    for row in FormerName.objects.filter(person__in=found).order_by("at", "pk"):
        if row.merge_id is None:
            found[row.person_id].former.append((row.name, row.at))
        else:
            found[row.person_id].taken_over.append(row.name)
    return list(found.values())


def lock_person(key: int) -> None:
    """Have whoever writes the first row of something about a person wait until this transaction ends."""
    Person.objects.select_for_update(no_key=True).get(pk=key)
