"""Say of two likely records that they are two people, or take that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit import journal
from hub.people import permissions
from hub.people.models import (
    LikelyPair,
    Person,
)


@transaction.atomic
def say_apart(pair: LikelyPair, *, by: Person | None, at: datetime) -> LikelyPair:
    """Remember that two records are two people until somebody unsays it; said again it changes nothing.

    Raises NotAllowed, ChangedMeanwhile.
    """
    row = LikelyPair.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=pair.pk).first()
    if row is None:
        raise ChangedMeanwhile("This pair is not there any more. Look at the list again, please.")
    if not permissions.knows_both(by, row.first, row.second, at=at):
        raise NotAllowed("Only a team that knows both says that they are two people.")
    if row.apart_at is None:
        row.apart_at, row.apart_by = at, by
        row.save(update_fields=["apart_at", "apart_by"])
        journal.record("said-apart", row, by=by, at=at, first=row.first_id, second=row.second_id)
    return row


@transaction.atomic
def unsay_apart(pair: LikelyPair, *, by: Person | None, at: datetime) -> LikelyPair:
    """Take back that two records are two people: they are proposed as one again, from now on, and may be merged.

    Where nothing makes them likely any more, the next look lets the pair go like any other.
    Raises NotAllowed, ChangedMeanwhile.
    """
    row = LikelyPair.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=pair.pk).first()
    if row is None or row.apart_at is None:
        raise ChangedMeanwhile("This pair is not among those said apart any more. Look at the list again, please.")
    if not permissions.knows_both(by, row.first, row.second, at=at):
        raise NotAllowed("Only a team that knows both takes back that they are two people.")
    row.apart_at, row.apart_by, row.found_at = None, None, at  # found anew: an old guess would be let go of the next night
    row.save(update_fields=["apart_at", "apart_by", "found_at"])
    journal.record("unsaid-apart", row, by=by, at=at, first=row.first_id, second=row.second_id)
    return row
