"""From wall times to instants: files give none of the zone, so whoever reads them says whose clock it was.

Sources: docs/decisions/0003 (wall time and zone are the truth); PEP 495 on times that happen twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hub.core.attendance import Line
from hub.core.calendar import is_zone, place_of
from hub.services.reports.model import Finding, Report


def in_zone(report: Report, zone: str) -> Report:
    """Give a report with instants (UTC) for its wall times, on the clock of `zone`; times that are instants stay.

    In the hour that happens twice the reading that fits the stated minutes is taken, else the first; in the hour that never
    happens a time moves on by the gap. Both are findings. Raises ValueError for a zone that does not exist.
    """
    if not is_zone(zone):
        raise ValueError(f"no such zone: {zone}")
    clock = _Clock(zone)
    rows: list[Line] = []
    findings = list(report.findings)
    for line in report.rows:
        joined, left, doubt = _instants(line, clock)
        if joined is not None and left is not None and left < joined:
            findings.append(
                Finding(
                    line.number, f"Line {line.number}: the time of leaving lies before that of joining; times were left out."
                )
            )
            joined = left = None
        elif doubt:
            findings.append(Finding(line.number, f"Line {line.number}: {doubt}"))
        rows.append(line if joined is line.joined and left is line.left else replace(line, joined=joined, left=left))
    return replace(
        report,
        rows=tuple(rows),
        findings=tuple(sorted(findings, key=lambda each: each.line)),
        starts=clock.first(report.starts),
        ends=clock.last(report.ends),
    )


class _Clock:
    """A zone's clock: what instants a wall time may mean."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.place = place_of(zone)
        self.readings = lru_cache(maxsize=100_000)(self._readings)

    def _readings(self, wall: datetime) -> tuple[tuple[datetime, ...], bool]:
        """Give the instants a wall time may mean, and whether it never happens."""
        one, other = (wall.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
        first, second = one.astimezone(UTC), other.astimezone(UTC)
        if first == second:
            return (first,), False
        if first < second:
            return (first, second), False
        return (first,), True

    def of(self, wall: datetime | None) -> tuple[tuple[datetime, ...], bool]:
        """Give the instants of a time, which may be none, or an instant already."""
        if wall is None:
            return (), False
        return ((wall,), False) if wall.tzinfo is not None else self.readings(wall)

    def first(self, wall: datetime | None) -> datetime | None:
        """Give the first reading."""
        return next(iter(self.of(wall)[0]), None)

    def last(self, wall: datetime | None) -> datetime | None:
        """Give the last reading."""
        return next(reversed(self.of(wall)[0]), None)


def _instants(line: Line, clock: _Clock) -> tuple[datetime | None, datetime | None, str]:
    """Give the instants of a row, and a sentence where its times say more than one thing, or nothing."""
    joined, never_joined = clock.of(line.joined)
    left, never_left = clock.of(line.left)
    doubt = ""
    if never_joined or never_left:
        doubt = f"its time falls in the hour the clocks of {clock.place} leave out; it was moved on."
    if max(len(joined), len(left)) < 2:
        return next(iter(joined), None), next(iter(left), None), doubt
    if not joined or not left:
        return (
            next(iter(joined), None),
            next(iter(left), None),
            f"its time happens twice in {clock.place}, when the clocks go back; the first was taken.",
        )
    pairs = [(start, end) for start in joined for end in left if start <= end]
    if not pairs:
        return joined[0], left[0], doubt
    if line.minutes is None or line.is_summary:
        start, end = pairs[0]
        words = "the first was taken"
    else:
        stated = timedelta(minutes=line.minutes)
        start, end = min(pairs, key=lambda pair: abs(pair[1] - pair[0] - stated))
        words = "the reading that fits its minutes was taken"
    return start, end, f"its times happen twice in {clock.place}, when the clocks go back; {words}."
