"""Read the onboarding of cohorts: where each Expert stands, what is told back, and what the kick-off is prepared from."""

from hub.admissions.queries.boards import (
    Board,
    Cell,
    Line,
    board_of,
    boards_of,
    line_of,
    lines_of,
    plan_of,
    plans_of,
    step_of,
)
from hub.admissions.queries.calls import CallRow, call_of, calls_of
from hub.admissions.queries.kickoff import KickOff, Room, kick_off_of, members_of
from hub.admissions.queries.summaries import Told, mark_of, shared_with, told_of, would_share
from hub.schedule.queries.kickoffs import kick_offs

__all__ = [
    "Board",
    "CallRow",
    "Cell",
    "KickOff",
    "Line",
    "Room",
    "Told",
    "board_of",
    "boards_of",
    "call_of",
    "calls_of",
    "kick_off_of",
    "kick_offs",
    "line_of",
    "lines_of",
    "mark_of",
    "members_of",
    "plan_of",
    "plans_of",
    "shared_with",
    "step_of",
    "told_of",
    "would_share",
]
