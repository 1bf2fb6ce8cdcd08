"""Placing all Experts into the coaches' slots at once: the problem, what is best, and why somebody has none.

The search itself is `hub.services.matching`; this says what may be and what is better, so that a placing made by hand, or
changed before it is confirmed, is held to the same rules.

Best is, one after the other: the most Experts with a 1:1; the most 1:1s; the fewest on a day their Expert has one already;
the highest preference of the least liked 1:1 anybody is given; the highest sum of preferences. A day is the Expert's, by
their own clock. Source: issue 5, item 5 ("by preference and fairness").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from hub.core.availability import Busy
from hub.core.calendar import day_in, say_date
from hub.core.errors import Refusal

LIKED_MOST = 100
MOST_WANTED = 20
MOST_PAIRS = 100_000  # of somebody and a slot they could have


class BadMatching(Refusal):
    """A placing that cannot be asked for, or cannot be; `field` names what of it."""

    code: ClassVar[str] = "bad-matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A free slot of a coach, by aware instants."""

    key: int
    coach: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """An Expert to be placed: how many 1:1s at most (what their quota leaves), and what they like.

    `likes` gives a preference from 0 to LIKED_MOST for a slot, more is better; `otherwise` that of all slots it does not
    name, None where they cannot have those. `not_with` are coaches they must not have.
    `zone` names the clock their days go by, `days` are those on which they have a 1:1 already.
    """

    key: int
    name: str
    likes: Mapping[int, int] = field(default_factory=dict)
    otherwise: int | None = None
    wanted: int = 1
    busy: tuple[Busy, ...] = ()
    not_with: frozenset[int] = frozenset()
    zone: str = "UTC"
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Whom to place where. `most_of_coach` says how many 1:1s a coach gives at most; unnamed: all their slots."""

    seekers: tuple[Seeker, ...]
    openings: tuple[Opening, ...]
    most_of_coach: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Placement:
    """One Expert in one slot, by their keys."""

    seeker: int
    opening: int


@dataclass(frozen=True, slots=True)
class Score:
    """How good a placing is: the earlier of these weighs more.

    `crowded` counts 1:1s on a day on which their Expert has one already. `worst` is None where nobody is placed.
    """

    people: int
    given: int
    crowded: int
    worst: int | None
    total: int

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        """What two placings are compared by; more is better."""
        return self.people, self.given, -self.crowded, -1 if self.worst is None else self.worst, self.total


class Reason(StrEnum):
    """Why somebody has fewer 1:1s than they want."""

    NOTHING_OFFERED = "nothing-offered"
    NOT_WITH = "not-with"
    BUSY = "busy"
    NONE_CHOSEN = "none-chosen"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Somebody with fewer 1:1s than they want, and why in words for the team."""

    seeker: int
    got: int
    reason: Reason
    sentence: str


@dataclass(frozen=True, slots=True)
class Solution:
    """A placing: who is where, in order of their keys, who is not, and how good it is.

    `crowded` says in words who has more than one 1:1 on a day.
    """

    placements: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...]
    score: Score
    crowded: tuple[str, ...] = ()


def sound_problem(problem: Problem) -> Problem:
    """Give the problem as it is. Raises BadMatching naming the field.

    Two with one key, a slot that ends before it starts, a preference or number that cannot be, a problem too large.
    """
    if len({each.key for each in problem.seekers}) != len(problem.seekers):
        raise BadMatching("Somebody is named twice.", field="seekers")
    if len({each.key for each in problem.openings}) != len(problem.openings):
        raise BadMatching("A slot is named twice.", field="openings")
    if any(each.ends_at <= each.starts_at for each in problem.openings):
        raise BadMatching("A slot ends before it starts.", field="openings")
    if any(most < 0 for most in problem.most_of_coach.values()):
        raise BadMatching("A coach gives 0 or more 1:1s.", field="most_of_coach")
    for each in problem.seekers:
        given = [*each.likes.values(), *([] if each.otherwise is None else [each.otherwise])]
        if any(not 0 <= preference <= LIKED_MOST for preference in given):
            raise BadMatching(f"A preference of {each.name} does not lie between 0 and {LIKED_MOST}.", field="likes")
        if not 0 <= each.wanted <= MOST_WANTED:
            raise BadMatching(f"{each.name} can have from 0 to {MOST_WANTED} 1:1s.", field="wanted")
    if len(problem.seekers) * len(problem.openings) > MOST_PAIRS:
        raise BadMatching(
            f"{len(problem.seekers)} Experts and {len(problem.openings)} slots are too many to place at once.", field="seekers"
        )
    return problem


def preferences(problem: Problem) -> dict[int, dict[int, int]]:
    """Give for each Expert the slots they could have alone and how much they like each, all in a stable order.

    The order is that of keys for Experts and of time for slots, whatever the order they were given in.
    """
    openings = sorted(problem.openings, key=lambda each: (each.starts_at, each.ends_at, each.coach, each.key))
    found: dict[int, dict[int, int]] = {}
    for seeker in sorted(problem.seekers, key=lambda each: each.key):
        free = _free_of(seeker, _allowed(seeker, openings))
        found[seeker.key] = {
            each.key: liked for each in free if (liked := seeker.likes.get(each.key, seeker.otherwise)) is not None
        }
    return found


def _allowed(seeker: Seeker, openings: Iterable[Opening]) -> list[Opening]:
    return [each for each in openings if each.coach not in seeker.not_with]


def _free_of(seeker: Seeker, openings: Sequence[Opening]) -> list[Opening]:
    return [
        each
        for each in openings
        if not any(busy.starts_at < each.ends_at and each.starts_at < busy.ends_at for busy in seeker.busy)
    ]


def together(openings: Sequence[Opening]) -> list[tuple[int, ...]]:
    """Give the keys of slots of which one may be chosen, for each moment at which several are; slots of one person or coach."""
    groups: list[tuple[int, ...]] = []
    going_on: list[Opening] = []
    for each in sorted(openings, key=lambda each: (each.starts_at, each.ends_at, each.key)):
        going_on = [*(other for other in going_on if other.ends_at > each.starts_at), each]
        if len(going_on) > 1:
            groups.append(tuple(other.key for other in going_on))
    return groups


def by_day(seeker: Seeker, openings: Iterable[Opening]) -> dict[date, list[Opening]]:
    """Give slots by the day they begin on, by the Expert's clock; the days in order."""
    found: dict[date, list[Opening]] = {}
    for each in sorted(openings, key=lambda each: each.starts_at):
        found.setdefault(day_in(each.starts_at, seeker.zone), []).append(each)
    return found


def _crowded(seeker: Seeker, openings: Iterable[Opening]) -> dict[date, int]:
    """Give the days with more than one 1:1 of an Expert, and how many of a placing's are too many there."""
    days = by_day(seeker, openings)
    return {day: over for day, theirs in days.items() if (over := len(theirs) - (day not in seeker.days))}


def score(problem: Problem, placements: Iterable[Placement]) -> Score:
    """Say how good a placing is. Raises BadMatching where it breaks a rule, whoever made it."""
    placed = tuple(placements)
    seekers, openings = {each.key: each for each in problem.seekers}, {each.key: each for each in problem.openings}
    liked, of_seeker, of_coach = preferences(problem), dict[int, list[Opening]](), dict[int, list[Opening]]()
    values = []
    for each in placed:
        if each.seeker not in seekers or each.opening not in openings:
            raise BadMatching("There is no such Expert or slot.", field="placements")
        value, name = liked[each.seeker].get(each.opening), seekers[each.seeker].name
        if value is None:
            raise BadMatching(f"{name} cannot have this slot: they are busy, did not choose it, or must not have its coach.")
        values.append(value)
        of_seeker.setdefault(each.seeker, []).append(openings[each.opening])
        of_coach.setdefault(openings[each.opening].coach, []).append(openings[each.opening])
    if len({each.opening for each in placed}) != len(placed):
        raise BadMatching("Two Experts have the same slot.")
    for key, theirs in of_seeker.items():
        if len(theirs) > seekers[key].wanted:
            raise BadMatching(f"{seekers[key].name} has more 1:1s than the quota leaves.")
        if together(theirs):
            raise BadMatching(f"{seekers[key].name} has two 1:1s at the same time.")
    for coach, theirs in of_coach.items():
        if together(theirs):
            raise BadMatching("A coach has two 1:1s at the same time.")
        if len(theirs) > problem.most_of_coach.get(coach, len(theirs)):
            raise BadMatching("A coach has more 1:1s than they give.")
    crowded = sum(sum(_crowded(seekers[key], theirs).values()) for key, theirs in of_seeker.items())
    return Score(len(of_seeker), len(placed), crowded, min(values, default=None), sum(values))


def solution(problem: Problem, placements: Iterable[Placement]) -> Solution:
    """Give a placing with its score and who is left. Raises BadMatching where it breaks a rule."""
    placed = tuple(sorted(placements))
    scored, liked = score(problem, placed), preferences(problem)
    openings, got = {each.key: each for each in problem.openings}, dict[int, list[Opening]]()
    for each in placed:
        got.setdefault(each.seeker, []).append(openings[each.opening])
    seekers = sorted(problem.seekers, key=lambda each: each.key)
    unplaced = tuple(
        _unplaced(problem, seeker, len(got.get(seeker.key, ())), len(liked[seeker.key]))
        for seeker in seekers
        if len(got.get(seeker.key, ())) < seeker.wanted
    )
    crowded = tuple(
        f"{seeker.name} has more than one 1:1 on {say_date(day)}."
        for seeker in seekers
        for day in _crowded(seeker, got.get(seeker.key, ()))
    )
    return Solution(placed, unplaced, scored, crowded)


def _unplaced(problem: Problem, seeker: Seeker, got: int, could: int) -> Unplaced:
    allowed = _allowed(seeker, problem.openings)
    if not problem.openings:
        reason, why = Reason.NOTHING_OFFERED, "no slot is offered"
    elif not allowed:
        reason, why = Reason.NOT_WITH, "all slots are with coaches they must not have"
    elif not _free_of(seeker, allowed):
        reason, why = Reason.BUSY, "they are busy at every slot"
    elif not could:
        reason, why = Reason.NONE_CHOSEN, "they chose no slot at which they are free"
    else:
        many = "the one slot" if could == 1 else f"the {could} slots"
        reason, why = Reason.GONE, f"no more of {many} they could have is left for them"
    has = f"{seeker.name} has no 1:1" if not got else f"{seeker.name} has {got} of {seeker.wanted} 1:1s"
    return Unplaced(seeker.key, got, reason, f"{has}: {why}.")
