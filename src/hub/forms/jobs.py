"""What the worker does for this room: let go of answers that were kept for their time."""

from __future__ import annotations

from datetime import datetime

from hub.forms import commands
from hub.kit import jobs


@jobs.handler("let-go-answers", every=jobs.nightly(3, 30))
def let_go_answers(_: jobs.Payload, *, at: datetime) -> None:
    """Freeze the numbers and purge what was answered, form by form."""
    commands.let_go_answers(by=None, at=at)
