"""What is remembered of names in attendance files: forget one, or say that it means somebody else.

Registers that were kept stay as they are; it is the next file that is read in another way.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit import journal
from hub.participation.models import KnownAs
from hub.participation.permissions import require_team
from hub.people.models import Person
from hub.people.queries.reached import having_a_part

_DOING = "say whom names in files mean"


@transaction.atomic
def forget_name(known: KnownAs, *, by: Person | None, at: datetime) -> None:
    """Forget whom a name or an address in files means; the next file asks. Raises NotAllowed, ChangedMeanwhile."""
    row = _locked(known, by=by, at=at)
    journal.record("forgot-name", row, by=by, at=at)  # of nobody's history, and without the name
    row.delete()


@transaction.atomic
def settle_name(known: KnownAs, person: Person | None, *, by: Person | None, at: datetime) -> KnownAs:
    """Say that a name or an address in files means somebody else, None for nobody we count.

    Raises NotAllowed, ChangedMeanwhile.
    """
    row = _locked(known, by=by, at=at)
    if person is not None and not having_a_part(row.programme, {person.pk}):
        raise NotAllowed("Only somebody with a part in the programme can be counted. Bring them in first.")
    row.person, row.decided_at, row.decided_by = person, at, by
    row.save(update_fields=["person", "decided_at", "decided_by"])
    journal.record("changed-name", row, by=by, at=at)
    return row


def _locked(known: KnownAs, *, by: Person | None, at: datetime) -> KnownAs:
    require_team(by, known.programme, at=at, doing=_DOING)
    rows = KnownAs.objects.select_for_update(of=("self",)).select_related("programme")
    row = rows.filter(pk=known.pk).first()
    if row is None:
        raise ChangedMeanwhile("This name is forgotten already.")
    return row
