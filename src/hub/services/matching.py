"""The best placing of Experts into coaches' slots, found by HiGHS.

What is possible and what is better is said in `hub.core.matching`; this only searches. One model is solved several times:
for the most people, then the most 1:1s, then the most days they lie on, then, by halving, for the highest preference nobody
falls below, then for the sum.
Equal problems have equal answers, whatever the order their parts come in: the model is built in a stable order and solved
with one thread and one seed. Another version of HiGHS may choose another of several equally good placings.

Source: issue 5, item 5; the choice of HiGHS was measured: 12 MB, imported only here and when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.matching import (
    Opening,
    Placement,
    Problem,
    Seeker,
    Solution,
    by_day,
    preferences,
    solution,
    sound_problem,
    together,
)

PATIENCE = 60.0  # seconds for each search


class TookTooLong(Refusal):
    """The search was not over in time; nothing was placed."""

    code: ClassVar[str] = "matching-took-too-long"


def place(problem: Problem, *, patience: float = PATIENCE) -> Solution:
    """Give the best placing, and who has none and why. `patience` is in seconds, for each of the few searches.

    Raises BadMatching for a problem that cannot be, TookTooLong.
    """
    liked = preferences(sound_problem(problem))
    model = _modelled(problem, liked)
    if not model.pairs:
        return solution(problem, ())
    people = round(model.best(model.people, patience=patience))
    model.at_least(model.people, people)
    if any(each.wanted > 1 for each in problem.seekers):
        model.at_least(model.given, round(model.best(model.given, patience=patience)))
    else:
        model.at_least(model.given, people)
    if model.days:
        model.at_least(model.days, round(model.best(model.days, patience=patience)))
    values = sorted(set(model.liked))
    low, high = 0, len(values) - 1
    while low < high:  # nobody below values[low] is possible; is the middle, too?
        middle = (low + high + 1) // 2
        if model.is_possible(values[middle], patience=patience):
            low = middle
        else:
            high = middle - 1
    model.floor = values[low]
    model.best(dict(enumerate(map(float, model.liked))), patience=patience)
    return solution(problem, (pair for pair, value in zip(model.pairs, model.values, strict=False) if value > 0.5))


@dataclass
class _Model:
    """Rows over columns: a column is 1 where its pair is placed; after the pairs come those that say one of several is."""

    pairs: list[Placement]
    liked: list[int]
    columns: int
    people: dict[int, float]
    given: dict[int, float]
    days: dict[int, float] = field(default_factory=dict)  # on which somebody has any; empty where none could be crowded
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)  # at least, at most, column by weight
    floor: int = 0
    values: Sequence[float] = ()

    def has_any(self, columns: Iterable[int]) -> int:
        """Give a new column that may be 1 only where one of those is."""
        new, self.columns = self.columns, self.columns + 1
        self.at_least(dict.fromkeys(columns, 1.0) | {new: -1.0}, 0)
        return new

    def at_most(self, columns: Iterable[int], most: int) -> None:
        self.rows.append((0.0, float(most), dict.fromkeys(columns, 1.0)))

    def at_least(self, weights: Mapping[int, float], least: int) -> None:
        self.rows.append((float(least), float("inf"), dict(weights)))

    def is_possible(self, floor: int, *, patience: float) -> bool:
        self.floor, before = floor, self.floor
        found = self._solved({}, patience)
        self.floor = before
        return found is not None

    def best(self, weights: Mapping[int, float], *, patience: float) -> float:
        found = self._solved(weights, patience)
        if found is None:
            raise RuntimeError("a placing that was possible no longer is")
        self.values = found
        return sum(weight * round(found[column]) for column, weight in weights.items())

    def _solved(self, weights: Mapping[int, float], patience: float) -> Sequence[float] | None:
        """Give the values of the columns of the best answer, None where there is no answer at all."""
        import highspy  # half a second of import

        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, len(self.rows)
        lp.col_cost_ = [weights.get(column, 0.0) for column in range(self.columns)]
        lp.col_lower_ = [0.0] * self.columns
        of_pairs = [0.0 if value < self.floor else 1.0 for value in self.liked]
        lp.col_upper_ = of_pairs + [1.0] * (self.columns - len(of_pairs))
        lp.integrality_ = [highspy.HighsVarType.kInteger] * self.columns
        lp.row_lower_ = [least for least, _, _ in self.rows]
        lp.row_upper_ = [most for _, most, _ in self.rows]
        lp.sense_ = highspy.ObjSense.kMaximize
        starts: list[int] = [0]
        columns: list[int] = []
        entries: list[float] = []
        for _, _, row in self.rows:
            columns += row.keys()
            entries += row.values()
            starts.append(len(columns))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, columns, entries
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        # All weights are whole, so an answer less than one from the bound is the best.
        options = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0, "mip_abs_gap": 0.9}
        for name, value in {**options, "time_limit": patience}.items():
            solver.setOptionValue(name, value)
        solver.passModel(lp)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise TookTooLong("Placing everybody took too long. Try it with fewer slots, or fewer people at once.")
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the solver ended with {status}")
        return list(solver.getSolution().col_value)


def _modelled(problem: Problem, liked: Mapping[int, Mapping[int, int]]) -> _Model:
    pairs = [Placement(seeker, opening) for seeker, theirs in liked.items() for opening in theirs]
    column = {pair: number for number, pair in enumerate(pairs)}
    openings = {each.key: each for each in problem.openings}
    model = _Model(
        pairs=pairs,
        liked=[liked[pair.seeker][pair.opening] for pair in pairs],
        columns=len(pairs),
        people={},
        given=dict.fromkeys(range(len(pairs)), 1.0),
    )
    seekers = {each.key: each for each in problem.seekers}
    for key, theirs in liked.items():
        columns = [column[Placement(key, opening)] for opening in theirs]
        model.at_most(columns, seekers[key].wanted)
        if seekers[key].wanted > 1:  # these need a column of their own for "has any at all"
            model.people[model.has_any(columns)] = 1.0
            for group in together([openings[opening] for opening in theirs]):
                model.at_most((column[Placement(key, opening)] for opening in group), 1)
        else:
            model.people |= dict.fromkeys(columns, 1.0)
    _spread(model, seekers, {key: [openings[opening] for opening in theirs] for key, theirs in liked.items()}, column)
    of_opening: dict[int, list[int]] = {}
    of_coach: dict[int, list[Opening]] = {}
    for number, pair in enumerate(pairs):
        of_opening.setdefault(pair.opening, []).append(number)
    for key, numbers in of_opening.items():
        model.at_most(numbers, 1)
        of_coach.setdefault(openings[key].coach, []).append(openings[key])
    for coach, offered in of_coach.items():
        for group in together(offered):
            model.at_most((number for key in group for number in of_opening[key]), 1)
        if coach in problem.most_of_coach:
            model.at_most((number for each in offered for number in of_opening[each.key]), problem.most_of_coach[coach])
    return model


def _spread(
    model: _Model, seekers: Mapping[int, Seeker], could: Mapping[int, Sequence[Opening]], column: Mapping[Placement, int]
) -> None:
    """Count the days on which somebody has a new 1:1 and had none, where any two of somebody could come to lie on one."""
    days: dict[int, float] = {}
    is_needed = False
    for key, theirs in could.items():
        for day, openings in by_day(seekers[key], theirs).items():
            columns = [column[Placement(key, each.key)] for each in openings]
            if day in seekers[key].days:
                is_needed = True
            elif seekers[key].wanted > 1 and len(columns) > 1:
                is_needed = True
                days[model.has_any(columns)] = 1.0
            else:
                days |= dict.fromkeys(columns, 1.0)
    model.days = days if is_needed else {}
