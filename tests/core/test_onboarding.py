"""Where a step stands, when it is due, and the kick-off that is made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.consent import Standing, Use
from hub.core.kickoff import (
    LEAST_BREAKOUT,
    LENGTH,
    Member,
    agenda,
    as_parts,
    by_room,
    explain,
    propose_rooms,
    rooms_for,
    timed,
)
from hub.core.onboarding import (
    USUAL,
    BadStep,
    NotTickable,
    Profile,
    StepKind,
    StepState,
    Ticker,
    Where,
    by_call,
    by_form,
    by_profile,
    by_terms,
    by_tick,
    check_step,
    check_tick,
    due_for,
    due_on,
    is_late,
    missing_in,
    progress,
    sound_words,
    terms_left,
    uses_of,
    with_excuse,
)
from hub.core.words import listed

NOON = datetime(2024, 8, 20, 12, 0, tzinfo=UTC)
KICK_OFF = date(2024, 9, 3)


# -- where a step stands


def test_the_usual_steps_are_those_of_the_plan_in_their_order() -> None:
    assert [usual.kind.value for usual in USUAL] == ["primer", "call", "survey", "code-of-conduct", "consents", "profile"]
    assert all(usual.kind.ticker is not None for usual in USUAL)


def test_a_primer_waits_for_the_team_until_it_has_a_link_and_then_for_the_expert() -> None:
    without = by_tick(Ticker.EXPERT, at=None, by=None, lacks_link=True)
    assert (without.state, without.note) == (StepState.WAITING, "Waits for the team, who will put the link here")
    assert by_tick(Ticker.EXPERT, at=None, by=None).state is StepState.OPEN
    assert by_tick(Ticker.EXPERT, at=NOON, by=7, lacks_link=True) == Where(state=StepState.DONE, at=NOON, by=7)


def test_what_the_team_ticks_is_never_the_experts_turn() -> None:
    assert by_tick(Ticker.TEAM, at=None, by=None).state is StepState.WAITING


def test_a_survey_that_is_closed_waits_for_the_team() -> None:
    assert by_form(answered_at=None, is_open=True).state is StepState.OPEN
    assert by_form(answered_at=None, is_open=False).state is StepState.WAITING
    assert by_form(answered_at=NOON, is_open=False) == Where(state=StepState.DONE, at=NOON)


@pytest.mark.parametrize(
    ("standings", "state", "note"),
    [
        ({}, StepState.NOT_NEEDED, "The programme has no words for it yet"),
        ({Use.TAKING_PART: Standing.GIVEN, Use.PHOTO: Standing.REFUSED}, StepState.DONE, ""),
        ({Use.TAKING_PART: Standing.GIVEN, Use.PHOTO: Standing.NOT_ASKED}, StepState.OPEN, "1 of 2 still to answer"),
        ({Use.TAKING_PART: Standing.REFUSED}, StepState.OPEN, "Answered with no, and nobody takes part without it"),
        ({Use.TAKING_PART: Standing.WITHDRAWN}, StepState.OPEN, "Answered with no, and nobody takes part without it"),
        ({Use.TAKING_PART: Standing.ASK_AGAIN}, StepState.OPEN, "The words changed; they ask again"),
        ({Use.CODE_OF_CONDUCT: Standing.NOT_ASKED}, StepState.OPEN, ""),
    ],
)
def test_needed_uses_are_agreed_to_and_free_ones_answered_either_way(
    standings: dict[Use, Standing], state: StepState, note: str
) -> None:
    where = by_terms({use: (standing, NOON) for use, standing in standings.items()})
    assert (where.state, where.note) == (state, note)


def test_consents_are_done_when_the_last_of_them_was_answered() -> None:
    later = NOON + timedelta(days=2)
    where = by_terms({Use.TAKING_PART: (Standing.GIVEN, NOON), Use.NAME: (Standing.REFUSED, later)})
    assert where == Where(state=StepState.DONE, at=later)


def test_the_code_of_conduct_is_asked_in_its_own_step_alone_and_a_logo_in_none() -> None:
    asked = (Use.TAKING_PART, Use.CODE_OF_CONDUCT, Use.NAME, Use.LOGO)
    assert uses_of(StepKind.CODE_OF_CONDUCT, asked) == (Use.CODE_OF_CONDUCT,)
    assert uses_of(StepKind.CONSENTS, asked) == (Use.TAKING_PART, Use.NAME)


@given(st.dictionaries(st.sampled_from(Use), st.sampled_from(Standing)))
def test_what_is_left_of_the_terms_is_what_does_not_allow_or_is_not_answered(standings: dict[Use, Standing]) -> None:
    left = set(terms_left(standings))
    for use, standing in standings.items():
        assert (use in left) == (standing is not Standing.GIVEN if use.is_needed else standing.is_open)


def a_profile(**facts: object) -> Profile:
    whole = {"name": "Ada", "organisation": "Polar Survey", "zone": "Europe/London", "about": "Ice.", "has_photo": True}
    return Profile(**{**whole, "wants_no_photo": False, **facts})  # type: ignore[arg-type]


def test_a_profile_is_complete_with_a_photo_or_the_word_that_there_is_none() -> None:
    assert missing_in(a_profile()) == ()
    assert missing_in(a_profile(has_photo=False, wants_no_photo=True)) == ()
    assert missing_in(a_profile(has_photo=False)) == ("a photo, or that you want none",)
    assert missing_in(a_profile(zone="", about=" \n")) == ("your time zone", "a few words about you")


def test_what_only_the_team_can_say_of_a_profile_waits_for_the_team() -> None:
    assert by_profile(missing_in(a_profile(organisation=""))).state is StepState.WAITING
    both = by_profile(missing_in(a_profile(organisation="", zone="")))
    assert (both.state, both.note) == (StepState.OPEN, "Missing: your organisation and your time zone")


def test_a_call_is_agreed_then_held() -> None:
    unknown = by_call(organisation="", agreed_for="", held_on=None)
    asked = by_call(organisation="Polar Survey", agreed_for="", held_on=None)
    agreed = by_call(organisation="Polar Survey", agreed_for="Tue 20 August 2024, 15:00", held_on=None)
    passed = by_call(organisation="Polar Survey", agreed_for="Tue 20 August 2024, 15:00", held_on=None, is_over=True)
    held = by_call(organisation="Polar Survey", agreed_for="Tue 20 August 2024, 15:00", held_on=date(2024, 8, 20))
    assert [each.note for each in (unknown, asked, agreed, passed)] == [
        "Waits for the team, who say which organisation it is",
        "Waits for the team, who agree a time with Polar Survey",
        "Agreed for Tue 20 August 2024, 15:00",
        "Was agreed for Tue 20 August 2024, 15:00; the team notes how it went",
    ]
    assert held == Where(state=StepState.DONE, on=date(2024, 8, 20))


def test_what_is_done_stays_done_though_it_was_not_needed() -> None:
    assert with_excuse(Where(state=StepState.OPEN), "Was in the first cohort") == Where(
        state=StepState.NOT_NEEDED, note="Was in the first cohort"
    )
    done = Where(state=StepState.DONE, at=NOON)
    assert with_excuse(done, "Was in the first cohort") == done
    assert with_excuse(Where(state=StepState.OPEN), "") == Where(state=StepState.OPEN)


# -- when it is due


def test_a_step_is_due_so_many_days_before_the_kick_off_or_whenever() -> None:
    assert due_on(KICK_OFF, 14) == date(2024, 8, 20)
    assert due_on(KICK_OFF, None) is None


def test_who_joins_after_the_launch_has_a_week_for_what_was_due_before() -> None:
    planned = date(2024, 8, 20)
    joins = date(2024, 10, 1)
    assert due_for(planned, launch_on=KICK_OFF, joined_on=KICK_OFF) == planned
    assert due_for(planned, launch_on=KICK_OFF, joined_on=joins) == date(2024, 10, 8)
    assert due_for(date(2024, 12, 1), launch_on=KICK_OFF, joined_on=joins) == date(2024, 12, 1)
    assert due_for(None, launch_on=KICK_OFF, joined_on=joins) is None


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        (StepState.OPEN, date(2024, 8, 19), True),
        (StepState.WAITING, date(2024, 8, 19), True),
        (StepState.OPEN, date(2024, 8, 20), False),  # the day itself is not over
        (StepState.DONE, date(2024, 8, 1), False),
        (StepState.NOT_NEEDED, date(2024, 8, 1), False),
        (StepState.OPEN, None, False),
    ],
)
def test_late_is_what_is_left_after_its_day(state: StepState, due: date | None, late: bool) -> None:
    assert is_late(Where(state=state), due, today=date(2024, 8, 20)) is late


@given(st.lists(st.sampled_from(StepState)))
def test_progress_counts_what_is_done_of_what_is_needed(states: list[StepState]) -> None:
    done, total = progress(states)
    assert 0 <= done <= total == len([each for each in states if each is not StepState.NOT_NEEDED])


# -- what may be written


@pytest.mark.parametrize(
    ("ticker", "own", "team", "sentence"),
    [
        (Ticker.HUB, True, True, "The Hub sees by itself when this is done; nobody ticks it."),
        (Ticker.EXPERT, False, True, "Only the Expert can say that this is done. Where it can’t be, mark it as not needed."),
        (Ticker.TEAM, True, False, "The team ticks this step."),
    ],
)
def test_nobody_ticks_what_is_not_theirs(ticker: Ticker, own: bool, team: bool, sentence: str) -> None:
    with pytest.raises(NotTickable) as no:
        check_tick(ticker, is_their_own=own, is_team=team)
    assert no.value.sentence == sentence


def test_the_expert_and_the_team_tick_what_is_theirs() -> None:
    check_tick(Ticker.EXPERT, is_their_own=True, is_team=False)
    check_tick(Ticker.TEAM, is_their_own=False, is_team=True)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": ""}, "title"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "www.example.org"}, "link"),
        ({"kind": StepKind.PRIMER, "ticker": Ticker.TEAM}, "ticker"),
        ({"ticker": Ticker.HUB}, "form"),
        ({"days_before": 400}, "days_before"),
        ({"days_before": -1}, "days_before"),
    ],
)
def test_a_step_that_can_not_be_is_refused_at_its_field(facts: dict[str, object], field: str) -> None:
    sound = {"title": "Sign", "link": "", "ticker": Ticker.EXPERT, "days_before": 3, "has_form": False}
    with pytest.raises(BadStep) as no:
        check_step(**{"kind": StepKind.OWN, **sound, **facts})  # type: ignore[arg-type]
    assert no.value.field == field


def test_words_are_tidied_and_only_notes_keep_their_lines() -> None:
    assert sound_words(title=" Read\nthe\x00 primer ", notes="One\r\nTwo ") == {"title": "Read the primer", "notes": "One\nTwo"}
    with pytest.raises(BadStep) as no:
        sound_words(reason="x" * 301)
    assert (no.value.field, no.value.sentence) == ("reason", "This has 301 characters and there is room for 300.")


def test_things_are_listed_as_people_say_them() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


# -- the kick-off


def test_the_agenda_is_that_of_the_plan() -> None:
    items = agenda(5)
    assert [(item.title, item.minutes) for item in items] == [
        ("Welcome, code of conduct and an ice-breaker", 15),
        ("Introductions of the Experts", 15),
        ("The funder and the skills team introduce themselves", 10),
        ("Breakout rooms", 40),
        ("Next steps", 10),
    ]
    assert len(items[3].questions) == 2
    assert [begins for _, begins in timed(items, time(10, 30))] == ["10:30", "10:45", "11:00", "11:10", "11:50"]
    assert [begins for _, begins in timed(items, None)] == ["+0", "+15", "+30", "+40", "+80"]


@given(st.integers(0, 500))
def test_the_minutes_of_an_agenda_always_add_up_to_an_hour_and_a_half(experts: int) -> None:
    items = agenda(experts)
    assert sum(item.minutes for item in items) == LENGTH == 90
    assert items[3].minutes >= LEAST_BREAKOUT
    assert all(item.minutes > 0 for item in items)
    assert sum(part.minutes_high or 0 for part in as_parts(items)) == LENGTH


def test_the_agenda_says_how_long_each_expert_has() -> None:
    assert [agenda(count)[1].says for count in (0, 5, 14, 50)] == [
        "Nobody is an Expert of this cohort yet.",
        "About 3 minutes each: who, from where, and one goal.",
        "About 2½ minutes each: who, from where, and one goal.",
        "Only 42 seconds each: name and organisation now, more in the breakout rooms.",
    ]


def test_no_agenda_is_for_fewer_than_nobody() -> None:
    with pytest.raises(ValueError, match="-1"):
        agenda(-1)


wishes = st.frozensets(st.sampled_from(["drafts", "talks", "contacts", "advice"]), max_size=3)
crowds = st.lists(
    st.builds(
        Member,
        key=st.integers(1, 10_000),
        name=st.just("Somebody"),
        organisation=st.sampled_from(["", "Polar Survey", "Road Freight", "Mills"]),
        wants=wishes,
        offers=wishes,
    ),
    max_size=16,
    unique_by=lambda each: each.key,
)


@given(crowds, st.integers(1, 6), st.randoms(use_true_random=False))
def test_everybody_is_in_one_room_sizes_differ_by_one_at_most_and_order_does_not_matter(
    crowd: list[Member], rooms: int, shuffling: object
) -> None:
    proposed = propose_rooms(crowd, rooms)
    assert sorted(key for room in proposed for key in room) == sorted(each.key for each in crowd)
    sizes = [len(room) for room in proposed]
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert len(proposed) == min(rooms, len(crowd))
    other = list(crowd)
    shuffling.shuffle(other)  # type: ignore[attr-defined]
    assert propose_rooms(other, rooms) == proposed


def test_people_of_one_organisation_are_parted_before_wishes_are_met() -> None:
    crowd = [
        Member(key=1, name="Ada", organisation="Polar Survey", wants=frozenset({"drafts"})),
        Member(key=2, name="Bo", organisation="Polar Survey", offers=frozenset({"drafts"})),
        Member(key=3, name="Cy", organisation="Mills"),
        Member(key=4, name="Di", organisation="Road Freight"),
    ]
    assert all(not {1, 2} <= set(room) for room in propose_rooms(crowd, 2))


def test_who_wants_something_meets_who_offers_it() -> None:
    crowd = [
        Member(key=1, name="Ada", organisation="A", wants=frozenset({"drafts"})),
        Member(key=2, name="Bo", organisation="B", wants=frozenset({"contacts"})),
        Member(key=3, name="Cy", organisation="C", offers=frozenset({"contacts"})),
        Member(key=4, name="Di", organisation="D", offers=frozenset({"drafts"})),
    ]
    assert propose_rooms(crowd, 2) == ((1, 4), (2, 3))


def test_a_room_says_why_its_people_are_together() -> None:
    why = explain(
        [
            Member(key=1, name="Ada", organisation="A", wants=frozenset({"drafts", "talks"})),
            Member(key=2, name="Bo", organisation="A", offers=frozenset({"drafts"})),
        ]
    )
    assert [(each.giver, each.taker, each.what) for each in why.helps] == [(2, 1, "drafts")]
    assert why.unmet == ((1, "talks"),)
    assert why.together == ((1, 2),)


def test_rooms_are_for_four_or_fewer() -> None:
    assert [rooms_for(count) for count in (0, 1, 4, 5, 8, 9, 50)] == [1, 1, 1, 2, 2, 3, 13]
    assert by_room({7: 2, 3: 1, 9: 2}) == {1: (3,), 2: (7, 9)}
    with pytest.raises(ValueError, match="0"):
        propose_rooms([], 0)
