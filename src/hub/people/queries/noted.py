"""Read whom notes may speak of, and who of them may be named. Applied in the query: who was not asked may not."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from hub.core.anonymise import Someone
from hub.core.consent import Use
from hub.people.models import Account, Merge, Person, Role
from hub.people.queries.forgetting import known_in
from hub.programmes.models import Programme


def people_in_notes(programme: Programme, *, besides: Collection[int] = ()) -> tuple[Someone, ...]:
    """Give everybody notes of a programme may speak of: who has or had a part in it, and others by key.

    May be named who allows it in this programme now. Four queries, however many there are.
    """
    named = Person.objects.allowing(Use.NAME, programme).filter(pk=OuterRef("pk"))
    part = Role.objects.filter(programme=programme, person=OuterRef("pk"))
    people = Person.objects.filter(Q(Exists(part)) | Q(pk__in=list(besides)), erased_at__isnull=True)
    allowed = set(people.filter(Exists(named)).values_list("pk", flat=True))
    rows = list(people.order_by("pk"))
    addresses = dict(Account.objects.filter(person__in=people.values("pk")).values_list("person", "email"))
    former: dict[int, list[str]] = {}
    for key, facts in Merge.objects.filter(kept__in=people.values("pk"), undone_at__isnull=True).values_list("kept", "facts"):
        former.setdefault(key, []).extend(known_in(facts))
    return tuple(
        Someone(
            name=row.name,
            may_be_named=row.pk in allowed,
            other_names=tuple(
                each for each in dict.fromkeys(former.get(row.pk, ())) if "@" not in each and not each[:1].isdigit()
            ),
            addresses=tuple(
                dict.fromkeys(
                    filter(None, [addresses.get(row.pk, ""), *(each for each in former.get(row.pk, ()) if "@" in each)])
                )
            ),
            pronouns=row.pronouns,
        )
        for row in rows
        if row.name
    )
