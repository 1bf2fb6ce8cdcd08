"""A changed plan is compared with what it said before: the same sessions are found again, and both hands' words stand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.core.plan.diff import TOPICS, match, merge_facts

Facts = dict[str, Any]


def entry(title: str = "Collaboration Café", day: date | None = date(2024, 9, 4), **facts: Any) -> Facts:
    """The facts of one entry as a plan gives them."""
    return {
        "title": title,
        "topic": "",
        "kind": "cafe",
        "state": "scheduled",
        "status_note": "",
        "date": day.isoformat() if day else None,
        "start": "15:00",
        "end": "17:00",
        "zone": "Europe/London",
        "proposed_date": None,
        "mode": "",
        "place": "",
        "led_by": "",
        "agenda": [],
        "chapter": f"Month {day.month}" if day else "Month 9",
        "chapter_number": 1,
        "week": (day.day - 1) // 7 + 1 if day else None,
        "place_in_chapter": 1,
        "attended": None,
        "anchor": None,
        **facts,
    }


def cafes(count: int) -> list[Facts]:
    """A café every second week."""
    return [entry(day=date(2024, 9, 4) + timedelta(days=14 * number)) for number in range(count)]


def test_a_cafe_that_moves_is_still_that_cafe() -> None:
    before = cafes(6)
    after = [*before[:2], entry(day=date(2024, 10, 1)), *before[3:]]
    assert match(before, after) == {index: index for index in range(6)}


def test_a_cafe_put_between_others_is_the_only_new_one() -> None:
    before = cafes(4)
    after = [before[0], entry(day=date(2024, 9, 11)), *before[1:]]
    assert match(before, after) == {0: 0, 1: 2, 2: 3, 3: 4}


def test_a_session_under_another_name_on_the_same_day_is_the_same_session() -> None:
    before = [entry("Kick-off", kind="kick-off"), entry("Systems Thinking", date(2024, 9, 19), kind="workshop")]
    after = [before[0], entry("Systems Mapping", date(2024, 9, 19), kind="workshop")]
    assert match(before, after) == {0: 0, 1: 1}


def test_what_happens_once_may_move_any_distance() -> None:
    before = [entry("Celebration", date(2024, 9, 4), kind="celebration"), *cafes(2)]
    after = [*cafes(2), entry("Celebration", date(2025, 2, 4), kind="celebration")]
    assert match(before, after)[0] == 2


def test_a_cafe_of_another_season_is_another_cafe() -> None:
    before = [*cafes(3), entry(day=date(2024, 10, 30))]
    after = [*cafes(3), entry(day=date(2025, 2, 5))]
    assert match(before, after) == {0: 0, 1: 1, 2: 2}


def test_a_date_that_becomes_known_does_not_make_another_session() -> None:
    before = [entry("Wrap-up", None, kind="wrap-up", anchor="2024-09-11", week=2)]
    after = [entry("Wrap-up", date(2024, 9, 12), kind="wrap-up")]
    assert match(before, after) == {0: 0}


_entries = st.lists(
    st.builds(
        entry,
        st.sampled_from(["Café", "Workshop", "Kick-off", "Full meeting"]),
        st.dates(date(2024, 7, 1), date(2025, 2, 28)) | st.none(),
        topic=st.sampled_from(["", "Mapping", "Skills"]),
        kind=st.sampled_from(["cafe", "workshop", "meeting"]),
    ),
    max_size=12,
)


@given(_entries, _entries)
def test_no_session_becomes_two_and_no_two_become_one(before: list[Facts], after: list[Facts]) -> None:
    pairs = match(before, after)
    assert len(set(pairs.values())) == len(pairs)
    assert all(0 <= here < len(before) and 0 <= there < len(after) for here, there in pairs.items())


@given(_entries, st.randoms(use_true_random=False))
def test_a_plan_in_another_order_has_the_same_sessions(before: list[Facts], random: Any) -> None:
    after = list(before)
    random.shuffle(after)
    assert {here: after[there] for here, there in match(before, after).items()} == dict(enumerate(before))


@given(_entries.filter(bool), st.data())
def test_one_line_taken_out_takes_one_session_out(before: list[Facts], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(before) - 1))
    after = [*before[:gone], *before[gone + 1 :]]
    pairs = match(before, after)
    assert len(pairs) == len(after)


_places = st.sampled_from(["", "Aster House", "Briar House"])
_days = st.dates(date(2024, 9, 1), date(2024, 9, 30))


@given(_places, _places, _places, st.sampled_from([None, "plan", "web"]))
def test_a_word_stands_unless_the_other_hand_alone_changed_it(base: str, plan: str, web: str, choice: str | None) -> None:
    merged = merge_facts(entry(place=base), entry(place=plan), entry(place=web), {"place": choice} if choice else {})
    if web in (base, plan):
        expected, conflicts = plan, ()
    elif plan == base:
        expected, conflicts = web, ()
    else:
        expected, conflicts = (plan if choice == "plan" else web), (() if choice else ("place",))
    assert (merged.facts["place"], merged.conflicts) == (expected, conflicts)
    assert merged.kept == (("place",) if expected != plan else ())


@given(_days, _days, _days)
def test_a_sessions_times_are_always_of_one_hand(base: date, plan: date, web: date) -> None:
    sides = entry(day=base, start="10:00"), entry(day=plan, start="11:00"), entry(day=web, start="12:00")
    merged = merge_facts(*sides)
    whens = [tuple(side[name] for name in TOPICS["when"]) for side in sides]
    assert tuple(merged.facts[name] for name in TOPICS["when"]) in whens


def test_where_an_entry_stands_is_the_plans_word() -> None:
    merged = merge_facts(entry(), entry(chapter="Month 2", week=3), entry(place="Aster House"))
    assert (merged.facts["chapter"], merged.facts["week"], merged.facts["place"]) == ("Month 2", 3, "Aster House")
