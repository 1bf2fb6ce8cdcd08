"""Who may change a schedule: the team of its programme."""

from __future__ import annotations

from datetime import datetime

from hub.core.errors import NotAllowed
from hub.people import permissions
from hub.people.models import Person
from hub.programmes.models import Programme


def can_change(by: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person may change the programme's plans, series and sessions; the program itself (None) may."""
    return by is None or permissions.runs(by, programme, at=at)


def require_team(by: Person | None, programme: Programme, *, at: datetime, doing: str) -> None:
    """Let the team of the programme pass. `doing` ends the sentence: "change its sessions". Raises NotAllowed."""
    if not can_change(by, programme, at=at):
        raise NotAllowed(f"Only the team of the programme can {doing}.")
