"""Two rows that become one: what points at the row that goes is moved to the one that stays, found by looking at the models.

Every foreign key of every installed app is looked at, one-to-one and many-to-many with it, and the journal: what is added later
is never forgotten. A plan is read first, so that a preview and the real thing are the same code. Where a row that would move is
there already, the two become one in turn: the one that counts, by what its room says (`counting`). What is written down is
enough to take everything back. Source: issue 3, "merging".
"""

from hub.kit.joining.carrying import NotAsItWas, join, name_of_gone, part
from hub.kit.joining.counting import Counting, counts, fills, known_counting
from hub.kit.joining.planning import Change, Collision, Joining, Move, plan_joining, pointing_at

__all__ = [
    "Change",
    "Collision",
    "Counting",
    "Joining",
    "Move",
    "NotAsItWas",
    "counts",
    "fills",
    "join",
    "known_counting",
    "name_of_gone",
    "part",
    "plan_joining",
    "pointing_at",
]
