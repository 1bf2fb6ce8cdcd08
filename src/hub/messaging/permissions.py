"""Who may write to people: the team of the programme. Who hears what: people themselves."""

from __future__ import annotations

from datetime import datetime

from hub.core.errors import NotAllowed
from hub.people import permissions
from hub.people.models import Person
from hub.programmes.models import Programme


def can_write(by: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether somebody may see the outbox and write to the programme's people; the program itself (None) may."""
    return by is None or permissions.runs(by, programme, at=at)


def require_team(by: Person | None, programme: Programme, *, at: datetime, doing: str) -> None:
    """Let the team of the programme pass. `doing` ends the sentence: "send its messages". Raises NotAllowed."""
    if not can_write(by, programme, at=at):
        raise NotAllowed(f"Only the team of the programme can {doing}.")
