"""Attendance: who was there, for how long, whom a line of a file may mean, and which way of knowing counts.

A file only proposes. An exact address is sure, a name alone never decides, what a person decided before is remembered and
settles a name only while nobody else may be called so, and who dialled in by phone or sat in a room is always a person's word.
Sources: issue 5, item 2; lessons, "Attendance and commitments".
"""

from hub.core.attendance.gathering import gather, split, unite
from hub.core.attendance.matching import propose, reconsider
from hub.core.attendance.model import Candidate, Likeness, Line, Match, Part, Presence, Sort, Sureness
from hub.core.attendance.naming import Named, folded_key, read_name
from hub.core.attendance.session import counted, say_elsewhere
from hub.core.attendance.standing import Attended, CorrectionWithoutReason, How, Known, enough, needed_minutes, standing, weight

__all__ = [
    "Attended",
    "Candidate",
    "CorrectionWithoutReason",
    "How",
    "Known",
    "Likeness",
    "Line",
    "Match",
    "Named",
    "Part",
    "Presence",
    "Sort",
    "Sureness",
    "counted",
    "enough",
    "folded_key",
    "gather",
    "needed_minutes",
    "propose",
    "read_name",
    "reconsider",
    "say_elsewhere",
    "split",
    "standing",
    "unite",
    "weight",
]
