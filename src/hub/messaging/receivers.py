"""What this room does when earlier ones tell of a change: only rows are written, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.core.choices import Cadence, is_rarer
from hub.core.outbox import CHANGEABLE, COMING_BACK
from hub.kit.joining import Change
from hub.messaging.commands import facts_changed
from hub.messaging.models import Choice, Message
from hub.people.models import Person, Role


def parts_changed(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Who takes part is not as it was: look at the messages of the programme again."""
    facts_changed(programme, at=at)


def roles_changed(sender: Any, *, roles: Sequence[Role], at: datetime, **_: Any) -> None:
    """Roles of a programme began or ended: the same."""
    if roles:
        parts_changed(sender, programme=roles[0].programme_id, at=at)


def merging(sender: Any, *, kept: Person, gone: Person, at: datetime, **_: Any) -> list[Change]:
    """Two records become one: what one of them was told already is not told to the other again.

    Of two messages with one key the record that stays keeps its own, so one that still waits, or may come back, makes room for
    one that is out.
    Of two choices the rarer holds: who stopped a topic hears no more of it, whichever record stays. Gives what that changes.
    """
    told = {(row.rule_key, row.subject_key) for row in Message.objects.filter(person=gone).exclude(state__in=_may_still_go())}
    idle = Message.objects.filter(person=kept, state__in=_may_still_go())
    twice = [row.pk for row in idle if (row.rule_key, row.subject_key) in told]
    Message.objects.filter(pk__in=twice).delete()
    return _rarer_choices(kept, gone)


def _rarer_choices(kept: Person, gone: Person) -> list[Change]:
    theirs = {(row.programme_id, row.topic): row for row in Choice.objects.filter(person=gone)}
    changes = []
    for mine in Choice.objects.filter(person=kept).order_by("pk"):
        other = theirs.get((mine.programme_id, mine.topic))
        if other is not None and is_rarer(Cadence(other.cadence), Cadence(mine.cadence)):
            before, after = ({"cadence": row.cadence, "since": row.since} for row in (mine, other))
            changes.append(Change(Choice, mine.pk, before, after, is_loose=True))  # they may choose anew meanwhile
    return changes


def _may_still_go() -> list[str]:
    return [state.value for state in (*CHANGEABLE, *COMING_BACK)]
