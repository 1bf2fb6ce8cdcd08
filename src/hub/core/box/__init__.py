"""Cohort in a box: a new cohort from an earlier one, every date derived again, nothing stale taken along.

`make_box` is pure: the same plan, rules, days and answers give the same box. Sources: issue 2, "Cohort in a box"; seeds/000.
"""

from hub.core.box.make import make_box
from hub.core.box.model import BadAnswer, Box, BoxSeries, Decision, Known, Moved, NothingToBox, Option, Undecided
from hub.core.box.scrub import Scrubber

__all__ = [
    "BadAnswer",
    "Box",
    "BoxSeries",
    "Decision",
    "Known",
    "Moved",
    "NothingToBox",
    "Option",
    "Scrubber",
    "Undecided",
    "make_box",
]
