"""People on their way out: a row for each role, under the heads an import reads, so that a sheet comes back as it went.

What people need to take part, and whatever lets somebody in, is in no export.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet

from hub.core.people_sheet import EXPORTED
from hub.people.models import Affiliation, Organisation, Person, Role, RoleKind, Sector, Size, day_of, with_it_on
from hub.programmes.models import Programme

HEADER = tuple(column.value for column in EXPORTED)


def rows(
    people: QuerySet[Person], programme: Programme, *, role: str = "", cohort: str = "", at: datetime
) -> Iterator[tuple[str, ...]]:
    """Yield a row for each role people have or had in a programme, of one kind or in one cohort where that is asked for.

    The organisation is the one they stand for in the role, else the one they are with at a moment. Three queries, however many
    there are.
    """
    held = Role.objects.filter(programme=programme, person__in=people)
    if role:
        held = held.filter(kind=role)
    if cohort:
        held = held.filter(cohort__slug=cohort)
    works: dict[int, tuple[int, str]] = {}
    for pk, organisation, job in (
        Affiliation.objects.filter(with_it_on(day_of(at)), person__in=people)
        .order_by("-pk")
        .values_list("person", "organisation", "job")
    ):
        works[pk] = (organisation, job)
    organisations = Organisation.objects.in_bulk()
    found = held.order_by("person__plain_name", "person", "starts_on", "pk").values_list(
        "person", "person__name", "person__account__email", "person__pronouns", "person__orcid", "organisation", "kind",
        "cohort__name", "starts_on", "ends_on",
    )  # fmt: skip
    for pk, name, email, pronouns, orcid, stands_for, kind, of, starts_on, ends_on in found.iterator(chunk_size=2000):
        with_it, job = works.get(pk, (None, ""))
        place = organisations.get(stands_for or with_it or 0)
        yield (
            name,
            email or "",
            pronouns,
            orcid,
            place.name if place else "",
            job if place and place.pk == with_it else "",
            Sector(place.sector).label if place and place.sector else "",
            Size(place.size).label if place and place.size else "",
            place.region if place else "",
            place.website if place else "",
            RoleKind(kind).label,
            of or "",
            _day(starts_on),
            _day(ends_on),
        )


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
