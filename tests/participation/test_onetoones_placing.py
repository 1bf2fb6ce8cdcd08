"""Placing everybody: the team asks, looks at a proposal, pins and changes, and confirms all of it or nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.availability import Quota
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.matching import BadMatching, Opening
from hub.core.onetoones import LARGEST_AT_ONCE, Wishes, fairness, likes
from hub.kit import todo, worker
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.commands.placing import NobodyToPlace, WishesClosed
from hub.participation.models import OneToOne, Proposal
from hub.people.commands import end_role
from hub.people.models import Person, Role, RoleKind
from hub.services.matching import TookTooLong
from tests.factories import mara
from tests.participation.coaching import FIRST, NOW, SECOND, WEEK_AFTER, a_coach, talks, there
from tests.participation.places import an_expert, the_cohort
from tests.participation.rooms import somebody_here
from tests.scene import as_

pytestmark = pytest.mark.django_db
UNTIL = datetime(2024, 9, 14, 18, 0, tzinfo=UTC)


def asked() -> Person:
    """The cohort's Experts are asked what suits them; give who asks."""
    team = mara(the_cohort().programme)
    commands.ask_wishes(the_cohort(), until=UNTIL, by=team, at=NOW)
    return team


def wishes(expert: Person, *coaches: Person, times: tuple[datetime, ...] = ()) -> None:
    commands.say_wishes(the_cohort(), coaches=[each.pk for each in coaches], times=times, by=expert, at=NOW)


def proposed(team: Person) -> Proposal:
    return commands.place_everybody(the_cohort(), by=team, at=NOW)


def placed(proposal: Proposal) -> dict[str, tuple[str, datetime]]:
    return {str(row.expert): (str(row.availability.coach), row.starts_at) for row in queries.placings_of(proposal)}


def test_everybody_is_placed_by_what_they_like_and_confirmed_in_one_go() -> None:
    ines, jon = there(a_coach(), hours=1).coach, there(a_coach("Jon Aster"), hours=1).coach
    one, two, team = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), asked()
    wishes(one, jon, ines, times=(FIRST,))
    wishes(two, ines, times=(FIRST,))
    proposal = proposed(team)
    assert placed(proposal) == {"Ada Lindqvist": ("Jon Aster", FIRST), "Bo Ferrer": ("Ines Moreau", FIRST)}
    standing = queries.standing_of(proposal, queries.field_of(the_cohort(), at=NOW))
    assert standing.score is not None
    assert (standing.score.people, standing.score.worst, standing.unplaced, standing.trouble) == (2, 100, (), "")
    assert standing.fairness.sentence == "2 with the coach they ranked first"
    assert OneToOne.objects.count() == 0
    made = commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert {(str(each.expert), each.coach_id, each.starts_at) for each in made} == {
        ("Ada Lindqvist", jon.pk, FIRST),
        ("Bo Ferrer", ines.pk, FIRST),
    }
    assert queries.proposal_of(the_cohort()) is None
    assert JournalEntry.objects.filter(verb="booked").count() == 2


def test_once_a_placing_is_confirmed_nobody_is_asked_any_more_what_suits_them() -> None:
    there(a_coach())
    expert, team = an_expert("Ada Lindqvist"), asked()
    assert [each.what for each in todo.own_todos(expert, at=NOW)] == ["Say which times suit you for 1:1s"]
    proposal = proposed(team)
    commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert queries.coaching_terms(the_cohort()).wishes_until is None
    assert todo.own_todos(expert, at=NOW) == []
    assert JournalEntry.objects.filter(verb="stopped-wishes").count() == 1


def test_slots_of_several_lengths_never_give_anybody_more_than_the_quota() -> None:
    there(a_coach())
    there(a_coach("Jon Aster"), minutes=20)
    expert, team = an_expert("Ada Lindqvist"), mara(the_cohort().programme)
    commands.set_quota(the_cohort(), Quota(minutes=80), by=team, at=NOW)
    proposal = proposed(team)
    made = commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert made
    assert queries.lefts_of(the_cohort(), [expert.pk])[expert.pk].minutes <= 80


def test_two_of_one_expert_are_spread_over_days_also_beside_what_is_pinned() -> None:
    row = there(a_coach())
    expert, team = an_expert("Ada Lindqvist"), asked()
    commands.set_quota(the_cohort(), Quota(count=2), by=team, at=NOW)
    wishes(expert, times=(FIRST, SECOND, WEEK_AFTER))
    proposal = proposed(team)
    days = [each.starts_at.date() for each in queries.placings_of(proposal)]
    assert days == [FIRST.date(), WEEK_AFTER.date()]
    commands.pin(queries.placings_of(proposal)[0], is_pinned=True, by=team, at=NOW)
    assert [each.starts_at.date() for each in queries.placings_of(proposed(team))] == days
    first, later = queries.placings_of(proposal)
    commands.put_in_slot(proposal, expert, availability=row.pk, starts_at=SECOND, instead_of=later, by=team, at=NOW)
    standing = queries.standing_of(proposal, queries.field_of(the_cohort(), at=NOW))
    assert (standing.crowded, standing.trouble) == (("Ada Lindqvist has more than one 1:1 on Tue 17 September 2024.",), "")
    assert {each.starts_at for each in queries.placings_of(proposal)} == {first.starts_at, SECOND}


def test_a_placing_keeps_off_the_day_of_a_1_to_1_somebody_has_booked() -> None:
    row = there(a_coach())
    expert, team = an_expert("Ada Lindqvist"), asked()
    commands.set_quota(the_cohort(), Quota(count=2), by=team, at=NOW)
    talks(expert, row, FIRST)
    wishes(expert, times=(SECOND, WEEK_AFTER))
    assert placed(proposed(team)) == {"Ada Lindqvist": ("Ines Moreau", WEEK_AFTER)}


def test_who_finds_no_slot_is_said_with_the_reason() -> None:
    row, of = there(a_coach(), hours=1), the_cohort()
    ada, bo, cy, team = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), an_expert("Cy Okoro"), asked()
    wishes(ada, times=(FIRST,))
    wishes(bo, times=(FIRST,))
    commands.keep_apart(of, cy, row.coach, reason="Family", by=team, at=NOW)
    standing = queries.standing_of(proposed(team), queries.field_of(of, at=NOW))
    said = {each.sentence for each in standing.unplaced}
    assert "Cy Okoro has no 1:1: all slots are with coaches they must not have." in said
    assert len(said) == 2
    assert "Family" not in str(said)


def leaves(expert: Person, *, on: date) -> None:
    end_role(Role.objects.get(person=expert), on=on, by=None, at=NOW)


def test_who_leaves_is_placed_on_a_day_before_and_is_said_where_there_is_none() -> None:
    row, team = there(a_coach(), hours=1), mara(the_cohort().programme)
    ada, bo, cy = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), an_expert("Cy Okoro")
    leaves(ada, on=FIRST.date())
    leaves(bo, on=WEEK_AFTER.date())
    proposal = proposed(team)
    assert placed(proposal) == {"Bo Ferrer": ("Ines Moreau", FIRST), "Cy Okoro": ("Ines Moreau", WEEK_AFTER)}
    standing = queries.standing_of(proposal, queries.field_of(the_cohort(), at=NOW))
    assert [each.sentence for each in standing.unplaced] == [
        "Ada Lindqvist has no 1:1: they take no part any more by the first slot."
    ]
    mine = next(each for each in queries.placings_of(proposal) if each.expert == bo)
    last = datetime(2024, 10, 1, 13, 0, tzinfo=UTC)
    with pytest.raises(BadMatching, match="Bo Ferrer cannot have this slot: they are busy or take no part by then"):
        commands.put_in_slot(proposal, bo, availability=row.pk, starts_at=last, instead_of=mine, by=team, at=NOW)
    leaves(cy, on=FIRST.date())
    with pytest.raises(BadMatching, match="Cy Okoro cannot have this slot"):
        commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert OneToOne.objects.count() == 0


def test_what_is_pinned_stays_when_everybody_is_placed_again() -> None:
    row = there(a_coach())
    expert, team = an_expert("Ada Lindqvist"), mara(row.programme)
    an_expert("Bo Ferrer")
    proposal = proposed(team)
    first = next(each for each in queries.placings_of(proposal) if each.expert == expert)
    commands.put_in_slot(proposal, expert, availability=row.pk, starts_at=WEEK_AFTER, instead_of=first, by=team, at=NOW)
    again = proposed(team)
    assert placed(again)["Ada Lindqvist"] == ("Ines Moreau", WEEK_AFTER)
    assert {each.expert.name for each in queries.placings_of(again)} == {"Ada Lindqvist", "Bo Ferrer"}
    kept = next(each for each in queries.placings_of(again) if each.expert == expert)
    assert kept.is_pinned
    commands.pin(kept, is_pinned=False, by=team, at=NOW)
    commands.take_out(kept, by=team, at=NOW)
    assert set(placed(again)) == {"Bo Ferrer"}


def test_who_was_pinned_and_has_used_up_the_quota_is_let_go_by_name_and_the_rest_is_placed_again() -> None:
    row = there(a_coach())
    grace, bo, team = an_expert("Grace Okoye"), an_expert("Bo Ferrer"), somebody_here("Mara Okafor", RoleKind.TEAM)
    proposal = proposed(team)
    mine = next(each for each in queries.placings_of(proposal) if each.expert == grace)
    commands.pin(mine, is_pinned=True, by=team, at=NOW)
    talks(grace, row, WEEK_AFTER)
    standing = queries.standing_of(proposal, queries.field_of(the_cohort(), at=NOW))
    assert [(each.row, each.why) for each in standing.gone] == [(mine, "Grace Okoye has nothing left of the quota.")]
    assert "free" not in standing.trouble
    with pytest.raises(BadMatching) as no:
        commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert no.value.sentence.startswith("Grace Okoye has nothing left of the quota. Place again")
    theirs = next(each for each in queries.placings_of(proposal) if each.expert == bo)
    later = WEEK_AFTER + (SECOND - FIRST)
    commands.put_in_slot(proposal, bo, availability=row.pk, starts_at=later, instead_of=theirs, by=team, at=NOW)
    with pytest.raises(BadMatching) as no:
        commands.put_in_slot(proposal, grace, availability=row.pk, starts_at=SECOND, by=team, at=NOW)
    assert no.value.sentence == "Grace Okoye has nothing left of the quota."
    again = proposed(team)
    assert (placed(again), again.trouble) == (
        {"Bo Ferrer": ("Ines Moreau", later)},
        "Let go: Grace Okoye has nothing left of the quota.",
    )
    with time_machine.travel(NOW, tick=False):
        page = as_(team).get("/team/practitioners-hub/2024/one-to-ones/place/").content.decode()
    assert "Let go: Grace Okoye has nothing left of the quota." in page


def test_of_two_pinned_the_later_is_let_go_where_the_quota_has_room_for_one() -> None:
    row = there(a_coach())
    grace, team = an_expert("Grace Okoye"), mara(row.programme)
    commands.set_quota(the_cohort(), Quota(count=2), by=team, at=NOW)
    for each in queries.placings_of(proposed(team)):
        commands.pin(each, is_pinned=True, by=team, at=NOW)
    commands.set_quota(the_cohort(), Quota(count=1), by=team, at=NOW)
    again = proposed(team)
    assert [(each.expert, each.is_pinned) for each in queries.placings_of(again)] == [(grace, True)]
    assert again.trouble.startswith("Let go: Grace Okoye on Tue ")
    assert again.trouble.endswith("can’t stand: Grace Okoye has more 1:1s than the quota leaves.")


def test_a_change_that_breaks_a_rule_is_refused_and_nothing_changes() -> None:
    row = there(a_coach())
    expert, other, team = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), mara(row.programme)
    proposal = proposed(team)
    before = placed(proposal)
    taken = before["Bo Ferrer"][1]
    mine = next(each for each in queries.placings_of(proposal) if each.expert == expert)
    with pytest.raises(BadMatching):
        commands.put_in_slot(proposal, expert, availability=row.pk, starts_at=taken, instead_of=mine, by=team, at=NOW)
    with pytest.raises(NotAllowed):
        commands.put_in_slot(proposal, other, availability=row.pk, starts_at=WEEK_AFTER, by=other, at=NOW)
    assert placed(proposal) == before


def test_a_proposal_of_which_a_slot_was_taken_meanwhile_books_nothing() -> None:
    row, team = there(a_coach()), mara(the_cohort().programme)
    ada, bo = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer")
    proposal = proposed(team)
    where = placed(proposal)["Ada Lindqvist"][1]
    one = talks(bo, row, where)
    with pytest.raises(BadMatching):
        commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    assert list(OneToOne.objects.all()) == [one]
    standing = queries.standing_of(proposal, queries.field_of(the_cohort(), at=NOW))
    assert sorted(str(each.row.expert) for each in standing.gone) == ["Ada Lindqvist", "Bo Ferrer"]  # Bo has had theirs
    assert placed(proposed(team)) == {"Ada Lindqvist": ("Ines Moreau", SECOND if where == FIRST else FIRST)}
    assert ada != bo


def test_a_proposal_that_was_made_again_is_looked_at_before_it_is_confirmed() -> None:
    row = there(a_coach())
    an_expert("Ada Lindqvist")
    team = mara(row.programme)
    seen = proposed(team).made_at
    again = commands.place_everybody(the_cohort(), by=team, at=WEEK_AFTER)
    with pytest.raises(ChangedMeanwhile):
        commands.confirm_proposal(again, seen=seen, by=team, at=WEEK_AFTER)


def test_only_the_team_places_and_only_where_there_is_somebody_to_place() -> None:
    expert = an_expert("Ada Lindqvist")
    with pytest.raises(NotAllowed):
        proposed(expert)
    with pytest.raises(NobodyToPlace):
        proposed(mara(the_cohort().programme))


def test_wishes_are_said_while_the_team_asks_and_by_experts_alone() -> None:
    row, expert = there(a_coach()), an_expert("Ada Lindqvist")
    with pytest.raises(WishesClosed):
        wishes(expert, row.coach)
    asked()
    with pytest.raises(NotAllowed):
        wishes(row.coach, row.coach)
    wishes(expert, row.coach, times=(FIRST,))
    wishes(expert, times=(SECOND,))  # what was said before is replaced
    assert queries.wishes_of(the_cohort()) == {expert.pk: Wishes((), frozenset({SECOND}))}
    with pytest.raises(WishesClosed) as no:
        commands.say_wishes(the_cohort(), coaches=[], times=[], by=expert, at=UNTIL)
    assert no.value.sentence == "The time to say what suits you was over on Sat 14 September 2024, 19:00 (London)."


def test_a_large_placing_is_left_to_the_worker() -> None:
    of, team = the_cohort(), mara(the_cohort().programme)
    for number in range(3):
        an_expert(f"Expert {number}")
    for number in range(9):
        coach = a_coach(f"Coach {number}")
        weekly = [
            commands.Weekly(weekday=day, start=time(9), end=time(19), first_on=date(2024, 9, 10), last_on=date(2025, 2, 28))
            for day in range(5)
        ]
        manner = commands.Manner(zone="Europe/London", minutes=30, after=0)
        commands.set_availability(coach, of.programme, of, manner, weekly, by=coach, at=NOW)
    for number in range(3, 9):
        an_expert(f"Expert {number}")
    assert queries.field_of(of, at=NOW).size > LARGEST_AT_ONCE
    proposal = proposed(team)
    assert (proposal.is_asked, placed(proposal)) == (True, {})
    with pytest.raises(ChangedMeanwhile):
        commands.confirm_proposal(proposal, seen=proposal.made_at, by=team, at=NOW)
    worker.drain(clock=lambda: NOW, most=20)
    proposal.refresh_from_db()
    assert (proposal.is_asked, len(placed(proposal)), proposal.trouble) == (False, 9, "")


def test_a_search_that_takes_too_long_says_so_in_words_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    there(a_coach())
    an_expert("Ada Lindqvist")
    team = mara(the_cohort().programme)
    proposal = proposed(team)
    before = placed(proposal)
    monkeypatch.setattr(commands.placing, "SOON", 0.0)
    monkeypatch.setattr("hub.services.matching.PATIENCE", 0.0)
    try:
        proposed(team)
    except TookTooLong as no:
        assert no.sentence == "Placing everybody took too long. Try it with fewer slots, or fewer people at once."
    assert placed(proposal) == before


def test_placing_asks_as_often_for_many_as_for_few() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queried:
            assert queries.field_of(the_cohort(), at=NOW).problem.seekers
        return len(queried)

    there(a_coach())
    an_expert("Ada Lindqvist")
    few = count()
    for number in range(3):
        there(a_coach(f"Coach {number}"))
        an_expert(f"Expert {number}")
    assert count() == few


def test_a_rank_is_worth_more_than_none_and_a_time_not_ticked_is_not_had() -> None:
    openings = [Opening(key=key, coach=coach, starts_at=FIRST, ends_at=SECOND) for key, coach in ((0, 7), (1, 8), (2, 9))]
    assert likes(Wishes((7, 8)), openings) == {0: 100, 1: 80, 2: 20}
    assert likes(Wishes(), openings) == {0: 50, 1: 50, 2: 50}
    assert likes(Wishes((7,), frozenset({SECOND})), openings) == {}
    later = Opening(key=3, coach=7, starts_at=WEEK_AFTER, ends_at=WEEK_AFTER + (SECOND - FIRST))
    assert likes(Wishes((7, 8)), [*openings, later]) == {0: 100, 1: 80, 2: 20, 3: 99}
    assert fairness([(1, 7), (2, 8), (3, 9)], {1: Wishes((7,)), 2: Wishes((7, 8))}).sentence == (
        "1 with the coach they ranked first; 1 with the coach they ranked second; 1 said nothing of coaches"
    )
