"""The year plan as a picture: each line a bar over the months it takes, which may run over New Year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.calendar import MONTHS
from hub.programmes.models import YearPlanLine

_HALF = 7  # bars from here on are named on their left, where the room is


@dataclass(frozen=True, slots=True)
class Span:
    """A line of the year plan and the columns its bar takes: January is 1, the January after is 13; None where unreadable."""

    line: YearPlanLine
    first: int | None
    last: int | None

    @property
    def months(self) -> str:
        """The months in full, "June to August", or as they are written where they can't be read."""
        if self.first is None or self.last is None:
            return self.line.months
        first, last = MONTHS[(self.first - 1) % 12], MONTHS[(self.last - 1) % 12]
        return first if self.first == self.last else f"{first} to {last}"

    @property
    def is_late(self) -> bool:
        """Whether it begins so late in the year that its name stands before its bar."""
        return self.first is not None and self.first > _HALF


def spans(lines: Iterable[YearPlanLine]) -> list[Span]:
    """Place each line: "September to February" takes columns 9 to 14."""
    placed = []
    for line in lines:
        first, last = line.first_month, line.last_month or line.first_month
        if first is not None and last is not None and last < first:
            last += 12
        placed.append(Span(line, first, last))
    return placed


def columns(placed: Iterable[Span]) -> list[str]:
    """Name the months of the picture: a whole year, and as many of the next as a bar needs. None where no bar can be drawn."""
    ends = [span.last for span in placed if span.last]
    return [MONTHS[index % 12][:3] for index in range(max(12, *ends))] if ends else []
