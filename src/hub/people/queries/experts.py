"""Read the Experts of cohorts, those who are to begin with them, and where they stand on what they were asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from hub.core.affiliation import Days as WorkDays
from hub.core.affiliation import unbroken
from hub.core.consent import Standing, Use
from hub.core.taking_part import Days, gaps
from hub.people.models import Affiliation, Consent, Organisation, Person, Role, RoleKind, day_of
from hub.people.queries.consent import newest_terms
from hub.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class ExpertOf:
    """That somebody is an Expert of a cohort, from a day on: whom they stand for, else the one they are with.

    `left_on` is when an earlier part of theirs there was over, where a gap followed it; `away` are the days between these
    parts, where those who left are read as well.
    """

    person: Person
    cohort_id: int
    organisation: Organisation | None
    starts_on: date
    ends_on: date | None = None  # exclusive; None while no end is known
    left_on: date | None = None  # exclusive
    away: tuple[Days, ...] = ()

    @property
    def parts(self) -> tuple[Days, ...]:
        """The days they are an Expert of the cohort, the earliest first."""
        begins = (self.starts_on, *(each.ends_on for each in self.away if each.ends_on is not None))
        ends = (*(each.starts_on for each in self.away), self.ends_on)
        return tuple(Days(first, until) for first, until in zip(begins, ends, strict=True))


def experts_of(
    cohorts: Iterable[Cohort | int], *, people: Collection[int] | None = None, with_past: bool = False, at: datetime
) -> dict[int, list[ExpertOf]]:
    """Give the Experts of some cohorts by name, those whose part begins later with them; who left is out. Two queries.

    `people` keeps only some; `with_past` gives those who left as well. Somebody with several roles is there once, from the
    first day of the earliest until the last day of the latest; what ended before a gap does not count, unless `with_past`: then
    the gap is `away`. They stand for whom the earliest says that has not ended; of one that is over, the latest.
    """
    keys = [each if isinstance(each, int) else each.pk for each in cohorts]
    day = day_of(at)
    going_on = Q(ends_on__isnull=True) | Q(ends_on__gt=day)
    held = Role.objects.filter(cohort__in=keys, kind=RoleKind.EXPERT, person__erased_at__isnull=True)
    if people is not None:
        held = held.filter(person__in=people)
    every = list(held.select_related("person", "organisation").order_by("starts_on", "pk"))
    roles = every if with_past else [role for role in every if role.ends_on is None or role.ends_on > day]
    over: dict[tuple[int | None, int], list[WorkDays]] = {}
    for role in every if not with_past else ():
        if role.ends_on is not None and role.ends_on <= day:
            over.setdefault((role.cohort_id, role.person_id), []).append(WorkDays(role.starts_on, role.ends_on))
    without = {role.person_id for role in roles if role.organisation_id is None}
    here = Affiliation.objects.filter(going_on, Q(starts_on__isnull=True) | Q(starts_on__lte=day), person__in=without)
    works = {each.person_id: each.organisation for each in here.select_related("organisation").order_by("-pk")}
    theirs: dict[tuple[int | None, int], list[Role]] = {}
    for role in roles:
        theirs.setdefault((role.cohort_id, role.person_id), []).append(role)
    found: dict[int, list[ExpertOf]] = {key: [] for key in keys}
    for (cohort, person), parts in theirs.items():
        assert cohort is not None  # it is one of these cohorts
        found[cohort].append(_expert(cohort, parts, over.get((cohort, person), ()), works, day))
    for those in found.values():
        those.sort(key=lambda each: (each.person.plain_name, each.person.pk))
    return found


def _expert(
    cohort: int, parts: list[Role], over: Collection[WorkDays], works: Mapping[int, Organisation], day: date
) -> ExpertOf:
    """Make one of the parts somebody has in a cohort, the earliest first."""
    days = [Days(each.starts_on, each.ends_on) for each in parts]
    stands = next((role for role, each in zip(parts, days, strict=True) if not each.is_over(day)), parts[-1])
    since = unbroken(days[0].starts_on, over)
    ends = [each.ends_on for each in days if each.ends_on is not None]
    return ExpertOf(
        parts[0].person,
        cohort,
        stands.organisation or works.get(stands.person_id),
        since.starts_on or days[0].starts_on,
        max(ends) if len(ends) == len(days) else None,
        since.was_until,
        gaps(days),
    )


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
