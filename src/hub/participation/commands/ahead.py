"""Decide what becomes of what people have ahead by a part that is over by then: given up, or theirs all the same.

Giving up is what the team does one by one elsewhere, and does what it does there: places go to who waits, 1:1s are cancelled,
everybody hears of theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from hub.core.ahead import Claim
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.kit import journal
from hub.participation.commands.bookings import remove_booking
from hub.participation.commands.deciding import record
from hub.participation.commands.onetoones import cancel_one_to_one, hold_diaries
from hub.participation.models import Booking, OneToOne
from hub.participation.permissions import require_team
from hub.participation.queries.ahead import Held, held_ahead
from hub.people.models import Person
from hub.programmes.models import Programme


class NothingChosen(Refusal):
    """What is to be decided names nothing."""

    code = "nothing-chosen"


@transaction.atomic
def give_up_ahead(programme: Programme, keys: Collection[str], *, by: Person | None, at: datetime) -> int:
    """Give up some of what people have ahead by parts that are over by then (`Ahead.key`); give how much it was.

    All or nothing. Raises NotAllowed, NothingChosen, ChangedMeanwhile, and what `remove_booking` and `cancel_one_to_one` raise.
    """
    chosen = _chosen(programme, keys, by=by, at=at)
    # Sessions are locked in the order of their keys, then all diaries at once: so two who decide never wait for each other.
    places = [each.row for each in chosen if isinstance(each.row, Booking)]
    for booking in sorted(places, key=lambda row: (row.session_id, row.pk)):
        reason = f"By then you no longer take part in {booking.session.cohort.name}."
        remove_booking(booking, reason=reason, by=by, at=at)
    meetings = {each.row.pk: (each.row, each) for each in chosen if isinstance(each.row, OneToOne)}
    hold_diaries({key for one, _ in meetings.values() for key in (one.coach_id, one.expert_id)})
    for one, held in meetings.values():
        does = "coaches" if held.shown.claim is Claim.GIVEN else "takes part"
        reason = f"By then {held.shown.person} no longer {does} in {one.cohort.name}."
        cancel_one_to_one(one, reason=reason, by=by, at=at)
    return len(places) + len(meetings)


@transaction.atomic
def keep_ahead(programme: Programme, keys: Collection[str], *, by: Person | None, at: datetime) -> int:
    """Say that some of what people have ahead stays theirs by the team's word; give how much it was. All or nothing.

    Raises NotAllowed, NothingChosen, ChangedMeanwhile.
    """
    rows = {each.shown.key: each.row for each in _chosen(programme, keys, by=by, at=at)}
    for row in rows.values():
        if isinstance(row, Booking):
            row.got_as = ""
            row.save(update_fields=["got_as"])
            record(row, "kept", by=by, at=at)
        else:
            row.is_to_stay = True
            row.save(update_fields=["is_to_stay"])
            journal.record("kept", row, by=by, at=at, part_of=row.cohort, about=row.expert)
    return len(rows)


def _chosen(programme: Programme, keys: Collection[str], *, by: Person | None, at: datetime) -> Sequence[Held]:
    """Give what some keys name. Raises NotAllowed, NothingChosen, ChangedMeanwhile where any of it is not to be decided now."""
    require_team(by, programme, at=at, doing="decide what becomes of what people have ahead")
    if not keys:
        raise NothingChosen("Nothing is ticked, so nothing was done. Tick what you mean.")
    found = [each for each in held_ahead(programme, at=at) if not each.shown.allowed and each.shown.key in keys]
    if len({each.shown.key for each in found}) != len(set(keys)):
        raise ChangedMeanwhile("Some of this was decided or changed a moment ago. Look again, please.")
    return found
