"""In which stretch of time a thing to do stands, seen from a day: late, today, this week, later.

A week runs from Monday to Sunday, as in the plan. Days are those of the programme's zone; the caller says which day it is.
Source: issue 4, item 6, "what must be done, by whom, what is late, what changed"; look.md, "late, today, this week, waiting".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

AHEAD = 14  # days after this week that count as later


class Stretch(StrEnum):
    """When a thing is to be done, in the order people read."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    WAITING = "waiting"
    ANY_DAY = "any-day"
    LATER = "later"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "late": "Late",
            "today": "Today",
            "week": "This week",
            "waiting": "Waiting for others",
            "any-day": "No day set",
            "later": "Later",
        }[self.value]


class Dated(Protocol):
    """What may be due on a day, and may wait for somebody else."""

    @property
    def due_on(self) -> date | None:
        """The day it is due; None where it has none."""

    @property
    def waits_for(self) -> str:
        """Whom it waits for, empty where it is one's own to do."""


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """The things of one stretch, soonest first."""

    stretch: Stretch
    things: tuple[T, ...]


@dataclass(frozen=True, slots=True)
class Week(Generic[T]):
    """Things by stretch, empty stretches left out; `beyond` counts those due after all of them."""

    parts: tuple[Part[T], ...]
    beyond: int

    @property
    def count(self) -> int:
        """How many things are shown."""
        return sum(len(part.things) for part in self.parts)

    def things(self, stretch: Stretch) -> tuple[T, ...]:
        """Give the things of a stretch, none where it is empty."""
        return next((part.things for part in self.parts if part.stretch is stretch), ())


def last_of_week(today: date) -> date:
    """Give the Sunday of the week a day is in."""
    return today + timedelta(days=6 - today.weekday())


def horizon(today: date) -> date:
    """Give the last day that is shown: two weeks after this week's Sunday."""
    return last_of_week(today) + timedelta(days=AHEAD)


def stretch_of(due_on: date | None, *, waits: bool, today: date) -> Stretch | None:
    """Say in which stretch a thing stands, None beyond the horizon.

    What waits for somebody else is not the team's to do today: it stands with the waiting, late or not.
    """
    if due_on is not None and due_on > horizon(today):
        return None
    if waits:
        return Stretch.WAITING
    if due_on is None:
        return Stretch.ANY_DAY
    if due_on < today:
        return Stretch.LATE
    if due_on == today:
        return Stretch.TODAY
    return Stretch.WEEK if due_on <= last_of_week(today) else Stretch.LATER


def week_of(things: Iterable[T], *, today: date) -> Week[T]:
    """Group things by stretch, each in the order of its days, those without a day last; of one day as they were given."""
    held: dict[Stretch, list[T]] = {stretch: [] for stretch in Stretch}
    beyond = 0
    for thing in things:
        stretch = stretch_of(thing.due_on, waits=bool(thing.waits_for), today=today)
        if stretch is None:
            beyond += 1
        else:
            held[stretch].append(thing)
    parts = [
        Part(stretch, tuple(sorted(each, key=lambda thing: thing.due_on or date.max))) for stretch, each in held.items() if each
    ]
    return Week(tuple(parts), beyond)


def say_near(day: date, *, today: date) -> str:
    """Say how far a day is, as people do: "3 days ago", "yesterday", "today", "tomorrow", "in 5 days"."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    return near or (f"in {days} days" if days > 0 else f"{-days} days ago")
