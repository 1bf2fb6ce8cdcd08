"""The life of a form and of an answer to it. Source: issue 4, "save and come back"; lessons, "save, return, withdraw"."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.states import Moves


class FormState(StrEnum):
    """Where a form stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.capitalize()


FORM_MOVES: Moves[FormState] = Moves(
    {
        "opened": (frozenset({FormState.DRAFT, FormState.CLOSED}), FormState.OPEN),
        "closed": (frozenset({FormState.OPEN}), FormState.CLOSED),
    }
)


class AnswerState(StrEnum):
    """Where an answer stands. What was sent stands while it is being changed, until it is sent again."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """What people read."""
        return {"draft": "Not sent yet", "sent": "Sent", "withdrawn": "Withdrawn"}[self.value]


ANSWER_MOVES: Moves[AnswerState] = Moves(
    {
        "begun": (frozenset({AnswerState.WITHDRAWN}), AnswerState.DRAFT),
        "sent": (frozenset({AnswerState.DRAFT, AnswerState.SENT}), AnswerState.SENT),
        "withdrawn": (frozenset({AnswerState.DRAFT, AnswerState.SENT}), AnswerState.WITHDRAWN),
    }
)


def strength(state: AnswerState, *, sent_at: datetime | None, saved_at: datetime) -> tuple[bool, float, bool, float]:
    """Say how much an answer is worth beside another of the same person to the same form: the greater counts.

    What was sent and stands outweighs what was not, the one sent last of two; else one not withdrawn, and the one saved last.
    Source: issue 3, "merging".
    """
    is_open = state is not AnswerState.WITHDRAWN
    sent = sent_at.timestamp() if sent_at is not None and is_open else None
    return sent is not None, sent or 0.0, is_open, saved_at.timestamp()


class Audience(StrEnum):
    """Who may answer."""

    ASKED = "asked"
    ROLES = "roles"
    ANYBODY = "anybody"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "asked": "The people who are asked, one by one",
            "roles": "Everybody with a role",
            "anybody": "Anybody who has the address",
        }[self.value]


class NotOpen(Refusal):
    """The form takes no answers now."""

    code: ClassVar[str] = "not-open"


def takes_answers(state: FormState, opens_at: datetime | None, closes_at: datetime | None, *, at: datetime) -> bool:
    """Say whether a form takes answers at a moment: open, begun, and not over (the end is exclusive)."""
    return state is FormState.OPEN and (opens_at is None or opens_at <= at) and (closes_at is None or at < closes_at)


def closed_at(state: FormState, state_at: datetime, closes_at: datetime | None, *, at: datetime) -> datetime | None:
    """Say since when a form has been over: its time or the team closed it, whichever came first. None where it is not over.

    `state_at` is when it came to its state.
    """
    ends = [state_at] if state is FormState.CLOSED else []
    if closes_at is not None and closes_at <= at and state is not FormState.DRAFT:
        ends.append(closes_at)
    return min(ends, default=None)
