"""What this room writes when something happens in an earlier one, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hub.kit import jobs
from hub.participation.commands.sharing import ASK_AGAIN
from hub.participation.queries.notes import approved_in


def consents_changed(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Who may be named is not as it was: have the approved notes of the programme looked at again."""
    if approved_in(programme):
        jobs.enqueue(ASK_AGAIN, key=str(programme), payload={"programme": programme}, due_at=at)
