"""Which series a commitment counts, when a series changes: the days that follow count as well, and none goes unseen."""

from __future__ import annotations

from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.words import listed
from hub.participation.models import Commitment


class StillCounted(Refusal):
    """A series can't go while a commitment counts its sessions and names it."""

    code: ClassVar[str] = "still-counted"


def follow_series(cohort: int, series: int, follower: int) -> None:
    """Let the commitments of a cohort that count a series count the one its later days are in now, too."""
    for row in _counting(cohort, series):
        row.series = [*row.series, follower]
        row.save(update_fields=["series"])


def require_uncounted(cohort: int, series: int) -> None:
    """Raises StillCounted where a commitment of a cohort counts a series: without it another number would be asked."""
    if names := [f"“{row.many}”" for row in _counting(cohort, series)]:
        raise StillCounted(
            f"What each Expert promises of {listed(names)} is counted by this series. Say under Commitments which sessions "
            "count instead, then take it away."
        )


def _counting(cohort: int, series: int) -> list[Commitment]:
    rows = Commitment.objects.select_for_update().filter(cohort=cohort).order_by("pk")
    return [row for row in rows if series in row.series]
