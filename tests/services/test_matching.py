"""Placing Experts into the coaches' slots: by example, against every placing there is, and how long it may take."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.availability import Busy
from hub.core.errors import Refusal
from hub.core.matching import (
    BadMatching,
    Opening,
    Placement,
    Problem,
    Reason,
    Score,
    Seeker,
    preferences,
    score,
    solution,
    sound_problem,
    together,
)
from hub.services.matching import TookTooLong, place

NINE = datetime(2024, 10, 27, 9, tzinfo=UTC)
THEO, TESS = 1, 2
ADA, GRACE, IDA = 1, 2, 3
ZONES = ["UTC", "Asia/Tokyo", "Pacific/Auckland"]  # in the first, all hours of a problem lie on one day; in the others on two
NAMES = {ADA: "Ada", GRACE: "Grace", IDA: "Ida"}


def an_opening(key: int, hour: float, coach: int = THEO, hours: float = 1) -> Opening:
    start = NINE + timedelta(hours=hour)
    return Opening(key=key, coach=coach, starts_at=start, ends_at=start + timedelta(hours=hours))


def a_seeker(key: int, likes: dict[int, int] | None = None, **facts: object) -> Seeker:
    return Seeker(key=key, name=NAMES.get(key, f"Expert {key}"), likes=likes or {}, **facts)  # type: ignore[arg-type]


def busy(hour: float, hours: float = 1) -> Busy:
    start = NINE + timedelta(hours=hour)
    return Busy(starts_at=start, ends_at=start + timedelta(hours=hours))


def placed(seekers: list[Seeker], openings: list[Opening], **facts: object) -> list[tuple[int, int]]:
    found = place(Problem(seekers=tuple(seekers), openings=tuple(openings), **facts))  # type: ignore[arg-type]
    return [(each.seeker, each.opening) for each in found.placements]


def test_that_everybody_has_a_1_to_1_weighs_more_than_that_one_has_the_best() -> None:
    openings = [an_opening(10, 0), an_opening(11, 1)]
    assert placed([a_seeker(ADA, {10: 100, 11: 1}), a_seeker(GRACE, {10: 1})], openings) == [(ADA, 11), (GRACE, 10)]


def test_that_nobody_is_far_off_weighs_more_than_the_sum() -> None:
    openings = [an_opening(10, 0), an_opening(11, 1)]
    fair = [a_seeker(ADA, {10: 100, 11: 40}), a_seeker(GRACE, {10: 50, 11: 10})]
    assert placed(fair, openings) == [(ADA, 11), (GRACE, 10)]
    equal = [a_seeker(ADA, {10: 90, 11: 40}), a_seeker(GRACE, {10: 50, 11: 40})]
    assert placed(equal, openings) == [(ADA, 10), (GRACE, 11)]


def test_a_coach_they_must_not_have_and_a_time_they_are_busy_are_kept_free() -> None:
    openings = [an_opening(10, 0), an_opening(11, 1), an_opening(20, 0, TESS)]
    ada = a_seeker(ADA, otherwise=5, not_with=frozenset({TESS}), busy=(busy(-0.5),))
    assert placed([ada], openings) == [(ADA, 11)]


def test_nobody_is_twice_at_one_time_and_no_coach_is() -> None:
    side_by_side = [an_opening(10, 0), an_opening(20, 0.5, TESS), an_opening(21, 1, TESS)]
    assert placed([a_seeker(ADA, {10: 1, 20: 100, 21: 1}, wanted=2)], side_by_side) == [(ADA, 10), (ADA, 21)]
    crossing = [an_opening(10, 0), an_opening(11, 0.5), an_opening(12, 1)]
    assert [slot for _, slot in placed([a_seeker(key, otherwise=3) for key in (ADA, GRACE, IDA)], crossing)] == [10, 12]


def test_all_have_one_before_anybody_has_two_and_a_coach_gives_no_more_than_they_said() -> None:
    openings = [an_opening(key, key) for key in range(4)]
    seekers = [a_seeker(ADA, otherwise=100, wanted=3), a_seeker(GRACE, {0: 1})]
    assert placed(seekers, openings) == [(ADA, 1), (ADA, 2), (ADA, 3), (GRACE, 0)]
    assert [seeker for seeker, _ in placed(seekers, openings, most_of_coach={THEO: 1})] == [ADA]
    assert len(placed(seekers, openings, most_of_coach={THEO: 2, TESS: 9})) == 2


def test_nobody_has_two_on_one_day_though_they_like_those_best() -> None:
    openings = [an_opening(10, 0), an_opening(11, 2), an_opening(12, 24), an_opening(13, 48)]
    assert placed([a_seeker(ADA, {10: 100, 11: 100, 12: 1}, wanted=2)], openings) == [(ADA, 10), (ADA, 12)]
    assert placed([a_seeker(ADA, {10: 100, 12: 1}, days=frozenset({NINE.date()}))], openings) == [(ADA, 12)]


def test_where_there_is_no_other_way_two_on_one_day_go_before_one_fewer_and_it_is_said() -> None:
    openings = (an_opening(10, 0), an_opening(11, 2), an_opening(12, 24))
    seekers = (a_seeker(ADA, {10: 5, 11: 5, 12: 5}, wanted=2), a_seeker(GRACE, {12: 5}))
    found = place(Problem(seekers=seekers, openings=openings))
    assert found.placements == (Placement(ADA, 10), Placement(ADA, 11), Placement(GRACE, 12))
    assert (found.score.crowded, found.crowded) == (1, ("Ada has more than one 1:1 on Sun 27 October 2024.",))


def test_a_day_is_the_experts_by_their_own_clock() -> None:
    openings = [an_opening(10, 0), an_opening(11, 13), an_opening(12, 16)]  # 9:00, 22:00 and, the next day, 1:00 in UTC
    likes = {10: 1, 11: 100, 12: 100}
    assert placed([a_seeker(ADA, likes, wanted=2)], openings) == [(ADA, 11), (ADA, 12)]
    assert placed([a_seeker(ADA, likes, wanted=2, zone="Europe/Paris")], openings) == [(ADA, 11), (ADA, 12)]
    assert placed([a_seeker(ADA, likes, wanted=2, zone="Asia/Tokyo")], openings) == [(ADA, 10), (ADA, 11)]


def test_who_has_none_is_told_why() -> None:
    openings = (an_opening(10, 0), an_opening(11, 1))
    seekers = (
        a_seeker(1, {10: 5}),
        a_seeker(2, otherwise=5, not_with=frozenset({THEO})),
        a_seeker(3, otherwise=5, busy=(busy(0, 2),)),
        a_seeker(4, {99: 5}),
        a_seeker(5, {10: 4}),
        a_seeker(6, {11: 3}, wanted=2),
        a_seeker(7, wanted=0),
    )
    found = place(Problem(seekers=seekers, openings=openings))
    assert [(each.seeker, each.got, each.reason) for each in found.unplaced] == [
        (2, 0, Reason.NOT_WITH),
        (3, 0, Reason.BUSY),
        (4, 0, Reason.NONE_CHOSEN),
        (5, 0, Reason.GONE),
        (6, 1, Reason.GONE),
    ]
    assert [each.sentence for each in found.unplaced] == [
        "Grace has no 1:1: all slots are with coaches they must not have.",
        "Ida has no 1:1: they are busy at every slot.",
        "Expert 4 has no 1:1: they chose no slot at which they are free.",
        "Expert 5 has no 1:1: no more of the one slot they could have is left for them.",
        "Expert 6 has 1 of 2 1:1s: no more of the one slot they could have is left for them.",
    ]
    assert found.score == Score(people=2, given=2, crowded=0, worst=3, total=8)
    nothing = place(Problem(seekers=seekers[:1], openings=()))
    assert (nothing.unplaced[0].reason, nothing.score) == (Reason.NOTHING_OFFERED, Score(0, 0, 0, None, 0))


def test_of_nobody_and_of_nothing_there_is_an_empty_placing() -> None:
    assert placed([], [an_opening(10, 0)]) == []
    assert placed([a_seeker(ADA)], [an_opening(10, 0)]) == []
    assert placed([a_seeker(ADA, otherwise=0)], [an_opening(10, 0)]) == [(ADA, 10)]
    assert placed([a_seeker(ADA, otherwise=1)], [an_opening(10, 0)], most_of_coach={THEO: 0}) == []


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        (Problem(seekers=(a_seeker(1), a_seeker(1)), openings=()), "seekers"),
        (Problem(seekers=(), openings=(an_opening(1, 0), an_opening(1, 1))), "openings"),
        (Problem(seekers=(), openings=(an_opening(1, 0, hours=0),)), "openings"),
        (Problem(seekers=(a_seeker(1, {1: 101}),), openings=()), "likes"),
        (Problem(seekers=(a_seeker(1, otherwise=-1),), openings=()), "likes"),
        (Problem(seekers=(a_seeker(1, wanted=21),), openings=()), "wanted"),
        (Problem(seekers=(), openings=(), most_of_coach={1: -1}), "most_of_coach"),
        (Problem(seekers=tuple(map(a_seeker, range(401))), openings=tuple(an_opening(n, n) for n in range(250))), "seekers"),
    ],
)
def test_a_problem_that_cannot_be_is_refused_naming_what_of_it(problem: Problem, field: str) -> None:
    with pytest.raises(BadMatching) as no:
        sound_problem(problem)
    assert no.value.field == field


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(9, 10)], "There is no such Expert or slot."),
        ([(ADA, 99)], "There is no such Expert or slot."),
        ([(ADA, 12)], "Ada cannot have this slot: they are busy, did not choose it, or must not have its coach."),
        ([(ADA, 10), (GRACE, 10)], "Two Experts have the same slot."),
        ([(ADA, 10), (ADA, 11), (ADA, 20)], "Ada has more 1:1s than the quota leaves."),
        ([(ADA, 11), (ADA, 20)], "Ada has two 1:1s at the same time."),
        ([(ADA, 20), (GRACE, 21)], "A coach has two 1:1s at the same time."),
        ([(ADA, 10), (GRACE, 11)], "A coach has more 1:1s than they give."),
    ],
)
def test_a_placing_made_by_hand_is_held_to_the_same_rules(pairs: list[tuple[int, int]], words: str) -> None:
    openings = (an_opening(10, 0), an_opening(11, 1), an_opening(12, 9), an_opening(20, 1, TESS), an_opening(21, 1.5, TESS))
    seekers = (a_seeker(ADA, otherwise=1, wanted=2, busy=(busy(9),)), a_seeker(GRACE, otherwise=1))
    problem = Problem(seekers=seekers, openings=openings, most_of_coach={THEO: 1})
    with pytest.raises(Refusal) as no:
        solution(problem, [Placement(*pair) for pair in pairs])
    assert no.value.sentence == words
    assert score(problem, [Placement(ADA, 10), Placement(GRACE, 20)]) == Score(2, 2, 0, 1, 2)


# -- against every placing there is


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    openings = tuple(
        an_opening(key, draw(st.integers(0, 6)) / 2, draw(st.integers(1, 2)), draw(st.sampled_from([0.5, 1, 1.5])))
        for key in range(draw(st.integers(0, 5)))
    )
    seekers = tuple(
        a_seeker(
            key,
            draw(st.dictionaries(st.integers(0, 4), st.integers(0, 4), max_size=5)),
            otherwise=draw(st.none() | st.integers(0, 4)),
            wanted=draw(st.sampled_from([1, 1, 2, 2, 3, 0])),
            busy=tuple(busy(draw(st.integers(0, 6)) / 2) for _ in range(draw(st.integers(0, 1)))),
            not_with=draw(st.frozensets(st.integers(1, 2), max_size=1)),
            zone=draw(st.sampled_from(ZONES)),
            days=draw(st.frozensets(st.sampled_from([NINE.date(), NINE.date() + timedelta(days=1)]), max_size=1)),
        )
        for key in range(draw(st.integers(0, 4)))
    )
    most = draw(st.dictionaries(st.integers(1, 2), st.integers(0, 2), max_size=2))
    return Problem(seekers=seekers, openings=openings, most_of_coach=most)


def all_placings(problem: Problem) -> Iterator[list[Placement]]:
    """Give each slot to nobody or to one Expert, in every way."""

    def rest(number: int) -> Iterator[list[Placement]]:
        if number == len(problem.openings):
            yield []
            return
        for others in rest(number + 1):
            yield others
            for seeker in problem.seekers:
                yield [Placement(seeker.key, problem.openings[number].key), *others]

    return rest(0)


def is_allowed(problem: Problem, placing: list[Placement]) -> bool:
    openings, seekers = {each.key: each for each in problem.openings}, {each.key: each for each in problem.seekers}
    for number, one in enumerate(placing):
        opening, seeker = openings[one.opening], seekers[one.seeker]
        if seeker.likes.get(one.opening, seeker.otherwise) is None or opening.coach in seeker.not_with:
            return False
        if any(each.starts_at < opening.ends_at and opening.starts_at < each.ends_at for each in seeker.busy):
            return False
        for other in placing[:number]:
            beside = openings[other.opening]
            is_at_once = beside.starts_at < opening.ends_at and opening.starts_at < beside.ends_at
            if is_at_once and (other.seeker == one.seeker or beside.coach == opening.coach):
                return False
    of_coaches = [openings[each.opening].coach for each in placing]
    return all([each.seeker for each in placing].count(seeker.key) <= seeker.wanted for seeker in problem.seekers) and all(
        of_coaches.count(coach) <= most for coach, most in problem.most_of_coach.items()
    )


def crowded(problem: Problem, placing: list[Placement]) -> int:
    openings, had = {each.key: each for each in problem.openings}, {each.key: set(each.days) for each in problem.seekers}
    zones, count = {each.key: ZoneInfo(each.zone) for each in problem.seekers}, 0
    for each in placing:
        day = openings[each.opening].starts_at.astimezone(zones[each.seeker]).date()
        count += day in had[each.seeker]
        had[each.seeker].add(day)
    return count


def rank(problem: Problem, placing: list[Placement]) -> tuple[int, int, int, int, int]:
    seekers = {each.key: each for each in problem.seekers}
    values = [seekers[each.seeker].likes.get(each.opening, seekers[each.seeker].otherwise) or 0 for each in placing]
    people = len({each.seeker for each in placing})
    return people, len(placing), -crowded(problem, placing), min(values, default=-1), sum(values)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_placing_is_as_good_as_the_best_of_all_there_are(problem: Problem) -> None:
    found = place(problem)
    assert is_allowed(problem, list(found.placements))
    best = max(rank(problem, each) for each in all_placings(problem) if is_allowed(problem, each))
    assert found.score.rank == best == rank(problem, list(found.placements))


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_a_placing_by_hand_is_refused_where_it_is_not_allowed(problem: Problem, data: st.DataObject) -> None:
    pairs = [Placement(seeker.key, opening.key) for seeker in problem.seekers for opening in problem.openings]
    placing = data.draw(st.lists(st.sampled_from(pairs), unique_by=lambda each: each.opening)) if pairs else []
    if is_allowed(problem, placing):
        assert score(problem, placing).rank == rank(problem, placing)
    else:
        with pytest.raises(BadMatching):
            score(problem, placing)


def a_large_problem(seed: int, experts: int = 40, slots: int = 200, **facts: object) -> Problem:
    chance = random.Random(seed)
    openings = tuple(an_opening(key, 24 * (key // 40) + key % 8, coach=key % 5) for key in range(slots))
    seekers = tuple(
        a_seeker(
            key,
            {slot: chance.randint(1, 5) for slot in chance.sample(range(slots), 30)},
            busy=tuple(busy(24 * day + chance.randint(0, 8), 2) for day in range(5)),
            not_with=frozenset({chance.randint(0, 9)}),
            **facts,
        )
        for key in range(experts)
    )
    return Problem(seekers=seekers, openings=openings)


def test_equal_problems_have_equal_answers_whatever_the_order_of_their_parts() -> None:
    problem = a_large_problem(3, experts=15, slots=60)
    shuffled = replace(problem, seekers=problem.seekers[::-1], openings=problem.openings[20:] + problem.openings[:20])
    assert place(problem) == place(shuffled) == place(problem)


def test_40_experts_are_placed_in_200_slots() -> None:
    found = place(a_large_problem(1))
    assert (found.score.people, found.unplaced) == (40, ())


def test_a_search_that_is_not_over_in_time_places_nobody() -> None:
    with pytest.raises(TookTooLong):
        place(a_large_problem(1), patience=0)


def test_preferences_are_in_the_order_of_keys_and_of_time() -> None:
    problem = Problem(
        seekers=(a_seeker(GRACE, otherwise=1), a_seeker(ADA, {1: 2})),
        openings=(an_opening(2, 5), an_opening(1, 6), an_opening(3, 0)),
    )
    assert [(key, list(theirs)) for key, theirs in preferences(problem).items()] == [(ADA, [1]), (GRACE, [3, 2, 1])]
    assert together([an_opening(1, 0), an_opening(2, 0.5), an_opening(3, 1), an_opening(4, 5)]) == [(1, 2), (2, 3)]


def ran(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_the_solver_is_loaded_only_when_somebody_is_placed() -> None:
    program = "import sys, hub.services.matching; print('highspy' in sys.modules, 'numpy' in sys.modules)"
    assert ran(program).split() == ["False", "False"]


def test_the_solver_says_nothing_on_its_own() -> None:
    program = (
        "from datetime import UTC, datetime\n"
        "from hub.core.matching import Opening, Problem, Seeker\n"
        "from hub.services.matching import place\n"
        "start, end = datetime(2024, 10, 1, 9, tzinfo=UTC), datetime(2024, 10, 1, 10, tzinfo=UTC)\n"
        "opening = Opening(key=1, coach=1, starts_at=start, ends_at=end)\n"
        "print(place(Problem(seekers=(Seeker(key=1, name='Ada', otherwise=1),), openings=(opening,))).score.people)\n"
    )
    assert ran(program) == "1\n"
