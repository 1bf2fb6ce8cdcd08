"""Move a row from one state to the next: one conditional UPDATE, so that of two people at once one is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from hub.core.errors import ChangedMeanwhile
from hub.core.states import Moves


def move(row: models.Model, verb: str, *, along: Moves[Any], at: datetime, **values: Any) -> None:
    """Take a row along a verb of its table, with other values in the same UPDATE; the row in hand is kept in step.

    The row has `state` and `state_at`. The command that calls it writes the journal. Raises NotFromHere, and
    ChangedMeanwhile where the row is no longer in the state it was read in.
    """
    before = row.state  # type: ignore[attr-defined]
    after = along.after(verb, along.state(before))
    values |= {"state": after.value, "state_at": at}
    if type(row)._base_manager.filter(pk=row.pk, state=before).update(**values) != 1:
        raise ChangedMeanwhile("Somebody changed this a moment ago. Look again, then decide.")
    for name, value in values.items():
        setattr(row, name, value)
