"""Which of two rows of this room counts where two records of a person become one."""

from __future__ import annotations

from typing import Any

from hub.core.forms.states import AnswerState, strength
from hub.kit.joining import counts


def _answer(row: Any) -> tuple[bool, float, bool, float]:
    return strength(AnswerState(row.state), sent_at=row.sent_at, saved_at=row.saved_at)


def _both_answered(stays: Any, goes: Any) -> str:
    one, other = (AnswerState(row.state).label.lower() for row in (stays, goes))
    if one == other:
        return f"Both have an answer to “{stays.form.slug}”, {one}: the later stays, the other goes."
    return f"Both have an answer to “{stays.form.slug}”: the one that is {one} stays, the one that is {other} goes."


counts(
    "forms.Answer",
    because="what was sent outweighs what was not, and the later the earlier",
    rank=_answer,
    say=_both_answered,
    programme="form__programme",
)
counts(
    "forms.Asked",
    because="who is asked by hand is asked whatever becomes of their part",
    rank=lambda row: row.role == "",
)
counts("forms.Taken", because="to have answered twice is to have answered")
