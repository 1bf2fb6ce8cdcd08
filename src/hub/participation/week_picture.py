"""A coach's week as a picture: days across, hours down, a block for each weekly time. Only numbers; a template draws it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.calendar import WEEKDAYS
from hub.participation.models import AvailabilityRule

WIDE, HIGH = 44, 16  # of a day, of an hour
LEFT, TOP = 34, 18  # for the words


@dataclass(frozen=True, slots=True)
class Block:
    """One weekly time: where it stands, and its words."""

    x: int
    y: float
    height: float
    words: str
    is_each_week: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A line or a word of the frame."""

    x: int
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole of it."""

    width: int
    height: int
    blocks: tuple[Block, ...]
    days: tuple[Mark, ...]
    hours: tuple[Mark, ...]
    words: str


def week_picture(rules: Iterable[AvailabilityRule]) -> Picture | None:
    """Draw the weekly times of a coach, from the hour of the first to that of the last; None where there are none."""
    rows = sorted(rules, key=lambda each: (each.weekday, each.start))
    if not rows:
        return None
    first = min(each.start.hour for each in rows)
    last = max(each.end.hour + (each.end.minute > 0) for each in rows)
    blocks = tuple(
        Block(
            x=LEFT + each.weekday * WIDE + 2,
            y=TOP + (each.start.hour + each.start.minute / 60 - first) * HIGH,
            height=(each.end.hour - each.start.hour + (each.end.minute - each.start.minute) / 60) * HIGH,
            words=say_rule(each),
            is_each_week=each.every_weeks == 1,
        )
        for each in rows
    )
    return Picture(
        width=LEFT + 7 * WIDE,
        height=TOP + (last - first) * HIGH + 4,
        blocks=blocks,
        days=tuple(Mark(LEFT + number * WIDE + WIDE // 2, TOP - 6, name[:3]) for number, name in enumerate(WEEKDAYS)),
        hours=tuple(Mark(LEFT - 4, TOP + (hour - first) * HIGH, f"{hour}:00") for hour in range(first, last + 1)),
        words="; ".join(each.words for each in blocks),
    )


def say_rule(rule: AvailabilityRule) -> str:
    """Say a weekly time: "Tuesday 14:00–16:00", "every 2 weeks" where it is not each."""
    often = "" if rule.every_weeks == 1 else f", every {rule.every_weeks} weeks"
    return f"{WEEKDAYS[rule.weekday]} {rule.start:%H:%M}–{rule.end:%H:%M}{often}"
