"""What a box is: the new cohort's plan, what moved where, and the decisions a person takes before it stands.

Source: issue 2, "Cohort in a box"; docs/decisions/0003 (what "Week N" means).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Mode, Plan
from hub.core.plan.rules import SeriesRule

OPEN = "open"  # the answer that leaves a date to be agreed


class NothingToBox(Refusal):
    """The earlier plan has no months to derive a cohort from."""

    code: ClassVar[str] = "nothing-to-box"


class BadAnswer(Refusal):
    """An answer is none of a decision's options, or answers no decision; `field` is the key."""

    code: ClassVar[str] = "bad-answer"


class Undecided(Refusal):
    """Decisions only a person can take are still open; `keys` names them."""

    code: ClassVar[str] = "undecided"

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        """Name the decisions that are open, in their order."""
        listed = "; ".join(f"{each.subject} ({each.key})" for each in decisions)
        super().__init__(f"Somebody must decide before the new cohort can stand: {listed}.", field=decisions[0].key)
        self.keys = tuple(each.key for each in decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A day the programme has already given to something, such as an event of its year plan."""

    on: date
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to settle a decision. `date` is the day it leads to, where it leads to one."""

    key: str
    label: str
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something the calendar or the rules leave to a person.

    `key` names it in answers; an answer is an option's key or, where `takes_date`, any day as YYYY-MM-DD. A decision that
    is not needed stands as proposed until somebody answers it. `answer` is what was answered, None where nothing was.
    """

    key: str
    subject: str
    sentence: str
    options: tuple[Option, ...]
    proposed: str
    is_needed: bool = True
    takes_date: bool = False
    answer: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the new cohort waits for it."""
        return self.is_needed and self.answer is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A session of the new cohort beside what it came from: for the person who looks, never part of the new plan."""

    title: str
    kind: Kind
    was: str
    now: str
    date: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSeries:
    """The series of the new cohort: its rule, and the days left out or held elsewhere with the reason."""

    rule: SeriesRule
    title: str
    mode: Mode | None
    first_on: date
    last_on: date
    dates: tuple[date, ...]
    exceptions: tuple[tuple[date, date | None, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A cohort in a box. `left_behind` says, in sentences, what of the earlier plan was not taken along."""

    plan: Plan
    first_on: date
    last_on: date
    series: tuple[BoxSeries, ...]
    decisions: tuple[Decision, ...]
    moves: tuple[Moved, ...]
    left_behind: tuple[str, ...]

    @property
    def open_decisions(self) -> tuple[Decision, ...]:
        """The decisions the new cohort waits for, in their order."""
        return tuple(decision for decision in self.decisions if decision.is_open)

    @property
    def proposed_answers(self) -> dict[str, str]:
        """What would be answered if every proposal were taken."""
        return {decision.key: decision.proposed for decision in self.decisions}
