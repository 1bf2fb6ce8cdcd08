"""The sessions people made something of: where their day goes they are cancelled, never taken away with what was made.

A later room says so here of what it keeps to sessions: how they are booked, notes, questions for their room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hub.kit.rooms import load_modules
from hub.programmes.models import Cohort
from hub.schedule.queries.runsheets import touched_run_sheets

Touches = Callable[[Cohort], Iterable[int]]
_touches: list[Touches] = []


def keeps_sessions(touches: Touches) -> Touches:
    """Register what gives the keys of a cohort's sessions of which a room keeps something, in constant queries."""
    _touches.append(touches)
    return touches


def touched_sessions(cohort: Cohort) -> frozenset[int]:
    """Give the keys of a cohort's sessions people made something of, in any room."""
    load_modules("touched")
    return touched_run_sheets(cohort).union(*(touches(cohort) for touches in _touches))
