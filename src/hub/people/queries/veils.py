"""Whose names may not stand in what somebody reads of a programme's own words: the veil, by who reads.

Those who take part in a cohort read its words as they were written; everybody else reads no name of who does not allow theirs.
Every page, calendar and message that shows such words asks here. Source: docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.core.veil import Veil
from hub.people.models import FELLOWS, Person
from hub.people.queries.persons import taking_part_in
from hub.people.queries.reached import parts_in
from hub.people.queries.seen import names_withheld, stand_ins
from hub.programmes.models import Cohort, Programme


def veils(programmes: Iterable[int]) -> dict[int, Veil]:
    """Give, for each of some programmes, the veil over whoever has or had a part in it and doesn't allow their name in it.

    One query, none for no programme.
    """
    withheld: dict[int, list[tuple[str, str, str]]] = {key: [] for key in programmes}
    for key, name, kind, former, _ in names_withheld(set(withheld)) if withheld else ():
        withheld[key].append((name, kind, former))
    return {key: Veil(stand_ins(those)) for key, those in withheld.items()}


def veils_in(
    person: Person | None, places: Iterable[tuple[int, int | None]], *, at: datetime
) -> dict[tuple[int, int | None], Veil]:
    """Give the veil over what somebody reads of each of some places: none where they take part.

    A place is a programme and a cohort by key, or None: the whole programme. Two queries at most, however many places.
    """
    found = set(places)
    theirs = taking_part_in(person, found, at=at)
    drawn = veils(programme for programme, cohort in found if (programme, cohort) not in theirs)
    return {each: Veil() if each in theirs else drawn[each[0]] for each in found}


def veils_for(person: Person | None, cohorts: Iterable[Cohort], *, at: datetime) -> dict[int, Veil]:
    """Give the veil over what somebody reads of some cohorts, by key: none where they take part. Two queries at most."""
    drawn = veils_in(person, ((each.programme_id, each.pk) for each in cohorts), at=at)
    return {cohort: veil for (_, cohort), veil in drawn.items() if cohort is not None}


def veil_for(person: Person | None, cohort: Cohort, *, at: datetime) -> Veil:
    """Give the veil over what somebody reads of a cohort: none where they take part in it. Two queries at most."""
    return veils_for(person, [cohort], at=at)[cohort.pk]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads the words of a programme as they were written, by cohort; and the veil for everybody else."""

    veil: Veil
    whole: frozenset[int]  # who takes part in all of it, by key
    parts: Mapping[int, frozenset[int]]

    def among(self, cohort: int | None) -> frozenset[int]:
        """Give who takes part in a cohort, by key; None: in the whole programme."""
        return self.whole if cohort is None else self.whole | self.parts.get(cohort, frozenset())


def readers_of(programme: Programme, *, at: datetime) -> Readers:
    """Give who reads the words of a programme as they were written, and the veil for everybody else. Two queries."""
    held: dict[int | None, set[int]] = {}
    for person, kind, cohort in parts_in(programme, at=at):
        if kind in FELLOWS:
            held.setdefault(cohort, set()).add(person)
    whole = frozenset(held.pop(None, ()))
    parts = {cohort: frozenset(people) for cohort, people in held.items() if cohort is not None}
    return Readers(veils([programme.pk])[programme.pk], whole, parts)
