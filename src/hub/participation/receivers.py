"""What this room writes when something happens in an earlier one, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from hub.participation.commands import cancel_with_the_gone
from hub.people.events import parts_changed


@receiver(parts_changed, dispatch_uid="participation.cancel-with-the-gone")
def cancel_their_one_to_ones(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Cancel the 1:1s to come of somebody who was erased, so that the other one hears of it."""
    cancel_with_the_gone(programme, by=None, at=at)
