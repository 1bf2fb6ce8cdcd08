"""Read the Experts of cohorts, those who are to begin with them, and where they stand on what they were asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from hub.core.affiliation import Days, unbroken
from hub.core.consent import Standing, Use
from hub.people.models import Affiliation, Consent, Organisation, Person, Role, RoleKind, day_of
from hub.people.queries.consent import newest_terms
from hub.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class ExpertOf:
    """That somebody is an Expert of a cohort, from a day on: whom they stand for, else the one they are with.

    `left_on` is when an earlier part of theirs there was over, where a gap followed it.
    """

    person: Person
    cohort_id: int
    organisation: Organisation | None
    starts_on: date
    ends_on: date | None = None  # exclusive; None while no end is known
    left_on: date | None = None  # exclusive


def experts_of(
    cohorts: Iterable[Cohort | int], *, people: Collection[int] | None = None, with_past: bool = False, at: datetime
) -> dict[int, list[ExpertOf]]:
    """Give the Experts of some cohorts by name, those whose part begins later with them; who left is out. Two queries.

    `people` keeps only some; `with_past` gives those who left as well. Somebody with several roles is there once, from the
    first day of the earliest until the last day of the latest; what ended before a gap does not count, unless `with_past`.
    They stand for whom the earliest says that has not ended.
    """
    keys = [each if isinstance(each, int) else each.pk for each in cohorts]
    day = day_of(at)
    going_on = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    held = Role.objects.filter(cohort__in=keys, kind=RoleKind.EXPERT, person__erased_at__isnull=True)
    if people is not None:
        held = held.filter(person__in=people)
    every = list(held.select_related("person", "organisation").order_by("starts_on", "pk"))
    roles = every if with_past else [role for role in every if role.ends_on is None or role.ends_on > day]
    over: dict[tuple[int | None, int], list[Days]] = {}
    for role in every if not with_past else ():
        if role.ends_on is not None and role.ends_on <= day:
            over.setdefault((role.cohort_id, role.person_id), []).append(Days(role.starts_on, role.ends_on))
    without = {role.person_id for role in roles if role.organisation_id is None}
    here = Affiliation.objects.filter(going_on, Q(starts_on__isnull=True) | Q(starts_on__lte=day), person__in=without)
    works = {each.person_id: each.organisation for each in here.select_related("organisation").order_by("-pk")}
    found: dict[int, dict[int, ExpertOf]] = {key: {} for key in keys}
    for role in roles:
        assert role.cohort_id is not None  # it is one of these cohorts
        known = found[role.cohort_id].get(role.person_id)
        if known is None:
            works_for = role.organisation or works.get(role.person_id)
            part = unbroken(role.starts_on, over.get((role.cohort_id, role.person_id), ()))
            found[role.cohort_id][role.person_id] = ExpertOf(
                role.person, role.cohort_id, works_for, part.starts_on or role.starts_on, role.ends_on, part.was_until
            )
        elif known.ends_on is not None:
            ends_on = None if role.ends_on is None else max(known.ends_on, role.ends_on)
            found[role.cohort_id][role.person_id] = replace(known, ends_on=ends_on)
    return {
        key: sorted(those.values(), key=lambda each: (each.person.plain_name, each.person.pk)) for key, those in found.items()
    }


def cohorts_as_expert(person: Person, *, with_past: bool = False, at: datetime) -> list[int]:
    """Give the keys of the cohorts somebody is an Expert of, now or soon; `with_past`: or was. One query."""
    going_on = Q() if with_past else Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at))
    held = Role.objects.filter(going_on, person=person, kind=RoleKind.EXPERT, cohort__isnull=False)
    return [key for key in held.order_by("pk").values_list("cohort", flat=True) if key is not None]


def uses_asked(programmes: Collection[int]) -> dict[int, tuple[Use, ...]]:
    """Give the uses some programmes have words for, in the order of the uses. One query."""
    found: dict[int, set[Use]] = {key: set() for key in programmes}
    for term in newest_terms(programmes):
        found[term.programme_id].add(Use(term.use))
    return {key: tuple(use for use in Use if use in uses) for key, uses in found.items()}


def standings_of(people: Collection[int], programmes: Collection[int]) -> dict[tuple[int, int, Use], tuple[Standing, datetime]]:
    """Give where some people stand on each use of some programmes, and since when; who was not asked is left out. One query."""
    rows = Consent.objects.filter(person__in=people, programme__in=programmes)
    return {
        (person, programme, Use(use)): (Standing(standing), since)
        for person, programme, use, standing, since in rows.values_list("person", "programme", "use", "standing", "since")
        if person is not None
    }
