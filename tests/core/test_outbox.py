"""Which messages the facts ask for, by example and by property."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.outbox import (
    CHANGEABLE,
    COMING_BACK,
    MOVES,
    UNDELIVERED,
    BadOffset,
    Changes,
    Key,
    Offset,
    Outgoing,
    Planned,
    Wanted,
    Word,
    looks_back,
    next_try,
    over_after,
    reconcile,
    stands_after,
    too_late_after,
)

NOW = datetime(2024, 9, 2, 12, tzinfo=UTC)
KEY = Key("rule:1", "session:a", "person:7")
LATER = NOW + timedelta(days=2)


def there(state: Outgoing, *, send_at: datetime = LATER) -> dict[Key, Planned]:
    return {KEY: Planned(send_at, None, state)}


def test_what_is_asked_for_and_not_there_is_made() -> None:
    assert reconcile([Wanted(KEY, LATER)], {}, at=NOW) == Changes(create=(Wanted(KEY, LATER),))


def test_what_is_there_as_asked_for_is_left_alone() -> None:
    assert reconcile([Wanted(KEY, LATER)], there(Outgoing.WAITING), at=NOW).is_empty


def test_what_is_asked_for_at_another_time_moves() -> None:
    moved = Wanted(KEY, LATER + timedelta(days=7))
    assert reconcile([moved], there(Outgoing.WAITING), at=NOW) == Changes(update=(moved,))


def test_what_is_no_longer_asked_for_is_withdrawn_and_comes_back_when_it_is_again() -> None:
    assert reconcile([], there(Outgoing.WAITING), at=NOW) == Changes(withdraw=(KEY,))
    assert reconcile([Wanted(KEY, LATER)], there(Outgoing.WITHDRAWN), at=NOW) == Changes(back=(Wanted(KEY, LATER),))


def test_what_was_too_late_comes_back_when_the_facts_give_it_another_time() -> None:
    missed = {KEY: Planned(NOW - timedelta(days=2), NOW - timedelta(days=1), Outgoing.MISSED)}
    again = Wanted(KEY, LATER, LATER + timedelta(days=1))
    assert reconcile([Wanted(KEY, NOW - timedelta(days=2), NOW - timedelta(days=1))], missed, at=NOW).is_empty
    assert reconcile([again], missed, at=NOW) == Changes(back=(again,))


def test_who_is_told_too_late_in_their_digest_is_not_told_again_and_again() -> None:
    told = {KEY: Planned(NOW, LATER, Outgoing.MISSED)}  # over for who hears once a week, though not for the others
    assert reconcile([Wanted(KEY, NOW, LATER)], told, at=NOW).is_empty


def test_what_a_person_held_comes_back_held_and_the_rest_where_its_rule_begins() -> None:
    held, plain = Planned(LATER, None, Outgoing.WITHDRAWN, word=Word.HELD), Planned(LATER, None, Outgoing.WITHDRAWN)
    assert stands_after(held, Wanted(KEY, LATER)) == (Outgoing.HELD, Word.HELD)
    assert stands_after(plain, Wanted(KEY, LATER)) == (Outgoing.WAITING, Word.NONE)
    assert stands_after(plain, Wanted(KEY, LATER, needs_ok=True)) == (Outgoing.PREPARED, Word.NONE)


@pytest.mark.parametrize("state", sorted(COMING_BACK))
def test_what_was_let_go_after_a_look_is_asked_about_again_only_where_it_was_not_seen_so(state: Outgoing) -> None:
    let_go = Planned(LATER, None, state, word=Word.RELEASED)
    is_asked_again = state in (Outgoing.WITHDRAWN, Outgoing.UNREACHED)
    after = (Outgoing.PREPARED, Word.NONE) if is_asked_again else (Outgoing.WAITING, Word.RELEASED)
    assert stands_after(let_go, Wanted(KEY, LATER, needs_ok=True)) == after


@pytest.mark.parametrize("state", sorted(UNDELIVERED))
def test_what_did_not_arrive_goes_once_more_where_there_is_another_address_and_it_is_in_time(state: Outgoing) -> None:
    wanted = Wanted(KEY, NOW, LATER)
    elsewhere = {KEY: Planned(NOW, LATER, state, has_new_address=True)}
    assert reconcile([wanted], {KEY: Planned(NOW, LATER, state)}, at=NOW).is_empty
    assert reconcile([wanted], elsewhere, at=NOW) == Changes(back=(wanted,))
    assert reconcile([wanted], elsewhere, at=LATER + timedelta(hours=1)).is_empty


def test_a_rule_that_has_its_messages_looked_at_has_those_it_made_before_looked_at_and_the_other_way_round() -> None:
    looked_at = Wanted(KEY, LATER, needs_ok=True)
    for state in (Outgoing.WAITING, Outgoing.GATHERED):
        assert reconcile([looked_at], there(state), at=NOW) == Changes(prepare=(KEY,))
    assert reconcile([Wanted(KEY, LATER)], there(Outgoing.PREPARED), at=NOW) == Changes(let_go=(KEY,))
    let_go = {KEY: Planned(LATER, None, Outgoing.WAITING, word=Word.RELEASED)}
    assert reconcile([looked_at], let_go, at=NOW).is_empty
    for needs_ok in (True, False):
        assert reconcile([Wanted(KEY, LATER, needs_ok=needs_ok)], there(Outgoing.HELD), at=NOW).is_empty


@pytest.mark.parametrize("state", [state for state in Outgoing if state.is_settled])
def test_what_is_settled_is_never_made_again_whatever_the_facts_say(state: Outgoing) -> None:
    assert reconcile([Wanted(KEY, LATER + timedelta(days=7))], there(state), at=NOW).is_empty
    assert reconcile([], there(state), at=NOW).is_empty


def test_what_somebody_has_in_hand_is_left_to_them() -> None:
    assert reconcile([], there(Outgoing.SENDING), at=NOW).is_empty
    assert reconcile([Wanted(KEY, NOW)], there(Outgoing.SENDING), at=NOW).is_empty


def test_what_would_be_too_late_is_not_made() -> None:
    assert reconcile([Wanted(KEY, NOW - timedelta(days=3), NOW - timedelta(days=2))], {}, at=NOW).is_empty


def test_what_waits_for_a_digest_that_comes_too_late_goes_by_itself() -> None:
    waits = {KEY: Planned(NOW, None, Outgoing.GATHERED, digest_at=LATER)}
    assert reconcile([Wanted(KEY, NOW, over_at=LATER)], waits, at=NOW).is_empty
    assert reconcile([Wanted(KEY, NOW, over_at=LATER - timedelta(hours=1))], waits, at=NOW) == Changes(alone=(KEY,))


KEYS = st.sampled_from([Key(rule, subject, person) for rule in "ab" for subject in "xy" for person in "12"])
TIMES = st.integers(-5, 5).map(lambda days: NOW + timedelta(days=days))
WANTED = st.builds(Wanted, KEYS, TIMES, st.none() | TIMES, st.none() | TIMES, st.booleans())
PLANNED = st.builds(
    Planned, TIMES, st.none() | TIMES, st.sampled_from(Outgoing), st.none() | TIMES, st.sampled_from(Word), st.booleans()
)
ROWS = st.dictionaries(KEYS, PLANNED)


def carried_out(rows: dict[Key, Planned], changes: Changes) -> dict[Key, Planned]:
    after = dict(rows)
    for each in changes.create:
        after[each.key] = Planned(each.send_at, each.until, each.begins)
    for each in changes.update:
        after[each.key] = replace(rows[each.key], send_at=each.send_at, until=each.until)
    for each in changes.back:
        stands, word = stands_after(rows[each.key], each)
        after[each.key] = Planned(each.send_at, each.until, stands, word=word)
    for keys, state in ((changes.prepare, Outgoing.PREPARED), (changes.let_go, Outgoing.WAITING)):
        for key in keys:
            after[key] = replace(after[key], state=state, digest_at=None)
    for key in changes.withdraw:
        after[key] = Planned(rows[key].send_at, rows[key].until, Outgoing.WITHDRAWN)
    for key in changes.alone:
        after[key] = replace(after[key], state=Outgoing.WAITING, digest_at=None)
    return after


@given(st.lists(WANTED, max_size=6), ROWS)
def test_doing_it_once_is_enough_and_leaves_just_what_is_asked_for(wanted: list[Wanted], rows: dict[Key, Planned]) -> None:
    after = carried_out(rows, reconcile(wanted, rows, at=NOW))
    assert reconcile(wanted, after, at=NOW).is_empty
    asked = {each.key: each for each in reversed(wanted)}
    waiting = {key for key, row in after.items() if row.state in CHANGEABLE}
    assert waiting <= set(asked)
    for key in waiting:
        assert (after[key].send_at, after[key].until) == (asked[key].send_at, asked[key].until)
    for key, row in rows.items():
        if row.state.is_settled or row.state is Outgoing.SENDING:
            assert after[key] == row
        if row.word is Word.HELD and row.state in (Outgoing.HELD, *COMING_BACK):
            assert after[key].state in (Outgoing.HELD, *COMING_BACK)  # what a person stopped goes by nobody else's word


# -- when


def test_two_weeks_before_keeps_its_wall_time_when_the_clocks_change() -> None:
    session = datetime(2024, 11, 6, 15, tzinfo=UTC)  # 15:00 in London, GMT
    assert Offset(days=-14).moment(session, "Europe/London") == datetime(2024, 10, 23, 14, tzinfo=UTC)  # 15:00, BST


def test_a_time_of_day_is_meant_in_the_zone_of_the_thing() -> None:
    session = datetime(2024, 9, 4, 14, tzinfo=UTC)
    assert Offset(days=-1, clock=time(9)).moment(session, "Europe/Berlin") == datetime(2024, 9, 3, 7, tzinfo=UTC)


def test_hours_are_real_hours() -> None:
    session = datetime(2024, 9, 4, 14, tzinfo=UTC)
    assert Offset(hours=-1).moment(session, "Europe/London") == datetime(2024, 9, 4, 13, tzinfo=UTC)
    assert Offset().moment(session, "Europe/London") == session


@pytest.mark.parametrize("wrong", [{"days": 500}, {"hours": 1, "clock": time(9)}])
def test_a_distance_that_can_not_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadOffset):
        Offset(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (Offset(), "at once"),
        (Offset(clock=time(9)), "on the day, at 09:00"),
        (Offset(days=-14, clock=time(9)), "2 weeks before, at 09:00"),
        (Offset(days=-7), "1 week before"),
        (Offset(days=-1), "1 day before"),
        (Offset(days=3, clock=time(10)), "3 days after, at 10:00"),
        (Offset(hours=-1), "1 hour before"),
    ],
)
def test_a_distance_is_said_as_people_do(offset: Offset, words: str) -> None:
    assert offset.say() == words


def test_a_reminder_is_too_late_once_what_it_reminds_of_has_begun() -> None:
    begins = NOW + timedelta(hours=5)
    assert too_late_after(NOW, Offset(days=-1), moment=begins, over_at=begins) == begins
    assert too_late_after(NOW, Offset(days=-14), moment=NOW + timedelta(days=14)) == NOW + timedelta(hours=24)
    assert too_late_after(NOW, Offset(days=3), moment=NOW) == NOW + timedelta(days=7)


def test_in_the_morning_of_the_day_reminds_of_the_afternoon_and_follows_what_was_before_it() -> None:
    morning, on_the_day = NOW.replace(hour=9), Offset(clock=time(9))
    afternoon, dawn = NOW.replace(hour=15), NOW.replace(hour=8)
    assert too_late_after(morning, on_the_day, moment=afternoon, over_at=afternoon) == afternoon
    assert too_late_after(morning, on_the_day, moment=dawn, over_at=dawn) == morning + timedelta(days=7)
    assert too_late_after(morning, on_the_day, moment=afternoon) == morning + timedelta(days=7)  # a release is never over


def test_who_chose_to_hear_late_is_told_until_the_thing_itself_is_over() -> None:
    begins = NOW + timedelta(days=14)
    assert over_after(NOW, Offset(days=-14), moment=begins, over_at=begins) == begins
    assert over_after(NOW, Offset(days=-14), moment=begins) == begins
    assert over_after(NOW, Offset(), moment=NOW, over_at=begins) == begins  # an offer that is kept for a while
    assert over_after(NOW, Offset(days=1), moment=NOW - timedelta(days=1), over_at=NOW - timedelta(days=1)) is None


def test_a_server_that_says_later_is_asked_again_more_and_more_rarely_and_never_after_it_is_too_late() -> None:
    waits = [next_try(attempt, at=NOW, until=None) for attempt in range(1, 9)]
    assert [wait - NOW if wait else None for wait in waits] == [
        timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1),
        timedelta(hours=4), timedelta(hours=12), timedelta(hours=24), None,
    ]  # fmt: skip
    assert next_try(4, at=NOW, until=NOW + timedelta(minutes=30)) is None


def test_a_message_that_may_be_out_is_never_sent_again_but_by_a_person() -> None:
    leads = {verb: MOVES.after(verb, Outgoing.UNCERTAIN) for verb in MOVES.possible(Outgoing.UNCERTAIN)}
    assert leads == {"sent": Outgoing.SENT, "bounced": Outgoing.BOUNCED, "sent_again": Outgoing.WAITING}


def test_who_tells_of_what_was_looks_back_sixty_days_and_further_only_where_a_rule_lies_further_after() -> None:
    ordinary = [Offset(days=-14), Offset(), Offset(days=1), Offset(days=51), Offset(days=-400)]
    assert looks_back([]) == looks_back(ordinary) == timedelta(days=60)
    assert looks_back([*ordinary, Offset(days=70)]) == timedelta(days=79)
    assert looks_back([Offset(hours=24 * 70)]) == timedelta(days=79)


@given(st.integers(-400, 400), st.integers(0, 7 * 24 - 1))
def test_what_may_still_be_made_of_a_moment_is_looked_at(days: int, hours_late: int) -> None:
    offset, moment = Offset(days=days, clock=time(23)), datetime(2024, 9, 4, 0, 30, tzinfo=UTC)
    at = offset.moment(moment, "Pacific/Auckland") + timedelta(hours=hours_late)
    assert moment >= at - looks_back([offset])
