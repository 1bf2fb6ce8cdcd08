"""Read whom notes may speak of, and who of them may be named. Applied in the query: who was not asked may not."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from hub.core.anonymise import Someone
from hub.core.consent import Use
from hub.people.models import Account, Merge, Person, Role
from hub.people.queries.forgetting import known_in
from hub.people.queries.seen import former_names_in
from hub.programmes.models import Programme


def people_in_notes(programme: Programme, *, besides: Collection[int] = ()) -> tuple[Someone, ...]:
    """Give everybody notes of a programme may speak of: who has or had a part in it, and others by key.

    May be named who allows it in this programme now. Four queries, however many there are.
    """
    named = Person.objects.allowing(Use.NAME, programme).filter(pk=OuterRef("pk"))
    part = Role.objects.filter(programme=programme, person=OuterRef("pk"))
    people = Person.objects.filter(Q(Exists(part)) | Q(pk__in=list(besides)), erased_at__isnull=True).exclude(name="")
    keys = people.values("pk")
    former: dict[int, list[str]] = {}
    for key, name in former_names_in(programme).filter(person__in=keys).order_by("pk").values_list("person", "name"):
        former.setdefault(key, []).append(name)
    addresses: dict[int, list[str]] = {}
    accounts = Account.objects.filter(person__in=keys).order_by("pk", "emailaddress__pk")
    for key, *theirs in accounts.values_list("person", "email", "emailaddress__email"):
        addresses.setdefault(key, []).extend(filter(None, theirs))
    for key, facts in Merge.objects.filter(kept__in=keys, undone_at__isnull=True).values_list("kept", "facts"):
        addresses.setdefault(key, []).extend(each for each in known_in(facts) if "@" in each)
    return tuple(
        Someone(
            name=row.name,
            may_be_named=row.is_allowed,  # type: ignore[attr-defined]
            other_names=tuple(former.get(row.pk, ())),
            addresses=tuple(dict.fromkeys(addresses.get(row.pk, ()))),
            pronouns=row.pronouns,
        )
        for row in people.annotate(is_allowed=Exists(named)).order_by("pk")
    )
