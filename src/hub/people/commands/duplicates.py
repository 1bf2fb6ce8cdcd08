"""Look for records that are one person: the proposals, kept in step with what everybody's records say now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction

from hub.core.errors import NotAllowed
from hub.core.names import Known, Reason, likely_pairs
from hub.kit import jobs, journal
from hub.kit.joining import pointing_at
from hub.people import permissions
from hub.people.models import Account, Affiliation, LikelyPair, Person, Role

LOOK = "find-duplicates"
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look changed: how many pairs are new, how many are no longer likely, and how many have other reasons."""

    new: int
    gone: int
    changed: int


@transaction.atomic
def find_duplicates(*, at: datetime) -> Looked:
    """Compare everybody with everybody once, without comparing each two, and keep the likely pairs in step.

    Pairs that somebody said are two people stay as they are for good. Queries do not grow with the people, except that rows are
    written some hundred at a time. Nothing is decided here, so nothing is said in the journal.
    """
    order = list(Reason)
    there = {(row.first_id, row.second_id): row for row in LikelyPair.objects.all()}
    apart = frozenset(key for key, row in there.items() if row.apart_at is not None)
    likely = {(pair.first, pair.second): pair.reasons for pair in likely_pairs(_everybody(), apart=apart)}
    new = [
        LikelyPair(first_id=key[0], second_id=key[1], reasons=_told(said), rank=order.index(said[0]), found_at=at)
        for key, said in likely.items()
        if key not in there
    ]
    changed = []
    for key, said in likely.items():
        row = there.get(key)
        if row is not None and row.reasons != _told(said):
            row.reasons, row.rank = _told(said), order.index(said[0])
            changed.append(row)
    stale = [row.pk for key, row in there.items() if key not in likely and key not in apart]
    # Somebody may say meanwhile that two are apart: that is neither written over nor taken away.
    LikelyPair.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    LikelyPair.objects.bulk_update(changed, ["reasons", "rank"], batch_size=_AT_ONCE)
    for start in range(0, len(stale), _AT_ONCE):
        LikelyPair.objects.filter(pk__in=stale[start : start + _AT_ONCE], apart_at__isnull=True).delete()
    return Looked(len(new), len(stale), len(changed))


@transaction.atomic
def look_again(*, by: Person | None, at: datetime) -> None:
    """Ask for a look at everybody's records now, in the background; asked for again while it waits, it is one look.

    Raises NotAllowed.
    """
    if not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team looks for duplicates.")
    job = jobs.enqueue(LOOK, key="asked", payload={}, due_at=at)
    journal.record("asked", job, by=by, at=at, job=LOOK)


def _told(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.value for reason in reasons]


def _everybody() -> Iterator[Known]:
    """Give what is compared of everybody who is not erased."""
    addresses: dict[int, set[str]] = defaultdict(set)
    organisations: dict[int, set[int]] = defaultdict(set)
    for found in _addresses():
        for person, address in found:
            addresses[person].add(address)
    stands_for = Role.objects.filter(organisation__isnull=False)
    for pairs in (Affiliation.objects.values_list("person", "organisation"), stands_for.values_list("person", "organisation")):
        for person, organisation in pairs:
            if organisation is not None:
                organisations[person].add(organisation)
    for key, name, orcid in Person.objects.filter(erased_at__isnull=True).values_list("pk", "name", "orcid").order_by("pk"):
        yield Known(
            key=key,
            name=name,
            addresses=frozenset(addresses[key]),
            orcid=orcid,
            organisations=frozenset(organisations[key]),
        )


def _addresses() -> Iterator[models.QuerySet[models.Model, tuple[int, str]]]:
    """Give person and address of every row that has one and belongs to a person or an account, whatever app it is of."""
    for target, way in ((Person, ""), (Account, "__person")):
        for column in pointing_at(target):
            if str(column.remote_field.related_name or "").endswith("+"):
                continue
            for field in column.model._meta.local_concrete_fields:
                if isinstance(field, models.EmailField):
                    rows = column.model._base_manager.filter(**{f"{column.name}__isnull": False}).exclude(**{field.name: ""})
                    yield rows.values_list(f"{column.name}{way}", field.name)
