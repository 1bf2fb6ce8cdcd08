"""What the room has done in the background."""

from __future__ import annotations

from datetime import datetime, time

from hub.core.jobs import Daily
from hub.kit import jobs
from hub.people.commands.duplicates import LOOK
from hub.people.commands.duplicates import find_duplicates as find


@jobs.handler(LOOK, every=Daily(time(3, 40)))
def find_duplicates(_: jobs.Payload, *, at: datetime) -> None:
    """Look for records that may be one person."""
    find(at=at)
