"""Read what is remembered of names in attendance files: whom each means, since which file, and who said so."""

from __future__ import annotations

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from hub.participation.models import KnownAs
from hub.programmes.models import Programme


def known_names(programme: Programme, *, person: int | None = None) -> QuerySet[KnownAs]:
    """Give the names and addresses that mean somebody, or nobody we count, in files of a programme, by name. One query.

    `person` limits them to those that mean somebody. Each with who said so and the session of the file.
    """
    rows = KnownAs.objects.filter(programme=programme)
    if person is not None:
        rows = rows.filter(person=person)
    rows = rows.select_related("programme", "person", "decided_by", "report__session__cohort")
    return rows.order_by(Lower(Coalesce(NullIf(F("name"), Value("")), F("key"))), "pk")


def known_name(programme: Programme, pk: int) -> KnownAs | None:
    """Find what is remembered of one name in a programme."""
    return known_names(programme).filter(pk=pk).first()
