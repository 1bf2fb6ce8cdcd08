"""When background work is due: states of a job, how long to wait before it is tried again, and the periods it comes back in.

Source: docs/architecture.md, "Work in the background"; docs/decisions/0009.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hub.core.calendar import instant

LEASE = timedelta(minutes=5)  # who runs a job says so again before this is over; then others may take it
WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(WAITS) + 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = timedelta(days=1)


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # for its time
    RUNNING = "running"  # by whom holds the lease
    FAILED = "failed"  # and will be tried again
    DONE = "done"
    GIVEN_UP = "given-up"  # a person must look


def next_try(attempts: int, *, is_permanent: bool, at: datetime) -> datetime | None:
    """Say when a job that failed at `at` for the `attempts`th time is tried again; None gives it up.

    Half a minute at first, a day at last; a permanent failure is given up at once.
    """
    if is_permanent or attempts >= MOST_ATTEMPTS:
        return None
    return at + WAITS[max(attempts, 1) - 1]


@dataclass(frozen=True, slots=True)
class Every:
    """A period of so many minutes, counted from midnight UTC of 1 January 1970; a day at most."""

    minutes: int

    def __post_init__(self) -> None:
        """Raises ValueError for a period that is none, or longer than a day."""
        if not timedelta() < timedelta(minutes=self.minutes) <= _LONGEST:
            raise ValueError("a period has at least one minute and at most a day")

    def period(self, at: datetime) -> datetime:
        """Give the beginning of the period `at` lies in."""
        length = timedelta(minutes=self.minutes)
        return _EPOCH + (at - _EPOCH) // length * length


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day from a wall time on, in a zone; on the day that has the time twice, from the first."""

    clock: time
    zone: str = "Europe/London"

    def period(self, at: datetime) -> datetime:
        """Give the moment the period `at` lies in began: today's, or yesterday's while today's is to come."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        begun = instant(day, self.clock, self.zone)
        return begun if begun <= at else instant(day - timedelta(days=1), self.clock, self.zone)


Period = Every | Daily
