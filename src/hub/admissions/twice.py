"""Which of two rows of this room counts where two records of a person become one."""

from __future__ import annotations

from typing import Any

from hub.kit.joining import counts, fills


def _mark(row: Any) -> tuple[bool, bool]:
    return row.done_at is not None, row.excused_at is not None


def _both_marked(stays: Any, goes: Any) -> str:
    words = {(True, True): "done", (True, False): "done", (False, True): "not needed", (False, False): "still to do"}
    one, other = words[_mark(stays)], words[_mark(goes)]
    if one == other:
        return f"Both have the step “{stays.step.title}”, {one}."
    return f"Both have the step “{stays.step.title}”: {one} counts, {other} goes."


counts(
    "admissions.StepMark",
    because="a step that is done is done, and one that is not needed needs nobody; a wish for no photo holds",
    rank=_mark,
    takes=fills("no_photo_at"),
    say=_both_marked,
    programme="step__plan__cohort__programme",
)
counts("admissions.BreakoutPlace", because="one breakout room is as good as another, and the team moves people as it likes")
counts(  # of two organisations that become one
    "admissions.OnboardingCall",
    because="a call that was held outweighs one that is agreed for, and that one nothing was said of",
    rank=lambda row: (row.held_on is not None, row.agreed_for is not None),
    takes=fills("with_whom", "notes"),
)
counts(
    "admissions.SharedAnswer",
    because="that of the answer that counts, which is the one sent last (forms.twice)",
    rank=lambda row: row.sent_at,
)
