"""Commitments as data and how they stand: by the released schedule, the registers, excusals and catch-ups."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Tier, Way
from hub.core.claims import BadClaim, NoCatchUp
from hub.core.commitments import BadPromise, Count, Override, Promise, Share, Standing, Things, Verdict, Which, say
from hub.core.errors import NotAllowed, NotFromHere
from hub.core.plan.model import Kind, Mode
from hub.participation import commands, queries
from hub.participation.commands.promises import HasPromises
from hub.participation.models import CatchUp, Commitment, Excusal, Made
from hub.participation.queries.forecasts import Mine
from hub.people.commands import end_role, give_role
from hub.people.models import Person, RoleKind
from hub.people.queries import roles_of
from hub.programmes.models import Cohort
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_programme, a_session, mara, sam, some_facts
from tests.participation.places import a_training, an_expert, books, released, somebody, the_cohort
from tests.participation.promising import FIRST_CAFE, FORTNIGHT, LATE, a_day_together, after, cafes, held, own_promises

pytestmark = pytest.mark.django_db

AFTERWARDS = datetime(2025, 3, 5, 12, tzinfo=UTC)  # the cohort ended on 28 February


def standing(cohort: Cohort, person: Person, *, at: datetime) -> dict[str, tuple[Verdict, int, int, int]]:
    """Verdict, earned, needed and to come, by commitment."""
    one = queries.forecast_of(cohort, at=at).one(person.pk)
    assert one is not None
    return {each.promise.key: (each.verdict, each.earned, each.needed, each.to_come) for each in one.forecasts}


def test_the_hubs_own_commitments_are_taken_over_once_by_the_team() -> None:
    cohort, ada = the_cohort(), an_expert("Ada")
    with pytest.raises(NotAllowed):
        commands.use_own_promises(cohort, by=ada, at=BEGUN)
    made = commands.use_own_promises(cohort, by=mara(cohort.programme), at=BEGUN)
    assert [row.key for row in made] == ["in-person-days", "cafes", "case-study"]
    with pytest.raises(HasPromises):
        commands.use_own_promises(cohort, by=None, at=BEGUN)


def test_a_commitment_keeps_all_that_it_says() -> None:
    cohort = the_cohort()
    promise = Promise(
        key="trainings",
        one="training",
        many="trainings",
        of=Which(kinds=frozenset({Kind.TRAINING, Kind.WEBINAR})),
        quantity=Share(Fraction(2, 3)),
        is_catch_up_allowed=True,
        most_catch_ups=1,
        at_risk_from=Fraction(1, 2),
    )
    row = commands.add_promise(cohort, promise, is_catch_up_trusted=True, by=None, at=BEGUN)
    assert queries.commitments_of(cohort) == [(row, promise)]
    with pytest.raises(BadPromise):
        commands.add_promise(cohort, promise, by=None, at=BEGUN)
    made = Promise(key="trainings", one="note", many="notes", of=Things("note"), quantity=Count(2))
    commands.edit_promise(row, made, is_catch_up_trusted=True, by=None, at=BEGUN)
    assert queries.commitments_of(cohort)[0][1] == made
    assert Commitment.objects.get().is_catch_up_trusted is False  # nothing made is caught up on
    commands.remove_promise(row, by=None, at=BEGUN)
    assert queries.commitments_of(cohort) == []


def test_half_of_the_cafes_is_two_of_four_and_a_forecast_says_what_is_needed_next() -> None:
    sessions, cohort, ada, grace = cafes(4), own_promises(), an_expert("Ada"), an_expert("Grace")
    held(sessions[0], ada)
    now = after(sessions[0])
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 2, 3)
    assert standing(cohort, grace, at=now)["cafes"] == (Verdict.POSSIBLE, 0, 2, 3)
    held(sessions[1], ada)
    held(sessions[2])
    now = after(sessions[2])
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.EARNED, 2, 2, 1)
    assert standing(cohort, grace, at=now)["cafes"] == (Verdict.AT_RISK, 0, 2, 1)
    one = queries.forecast_of(cohort, at=now).one(grace.pk)
    assert one is not None
    assert say(one.forecasts[1]) == "You have been at 0 of 3 cafés. You need the next one and to catch up on 1 you missed."


def test_a_session_without_a_closed_register_is_not_known_and_neither_earned_nor_missed() -> None:
    (first, *_), cohort, ada = cafes(2), own_promises(), an_expert("Ada")
    told = queries.forecast_of(cohort, at=after(first))
    assert told.cells(told.participants[0]) == (Standing.UNKNOWN, Standing.TO_COME)
    commands.close_register(first, by=None, at=after(first))
    told = queries.forecast_of(cohort, at=after(first))
    assert told.cells(told.participants[0]) == (Standing.MISSED, Standing.TO_COME)
    assert ada == told.participants[0].person


def test_a_changed_schedule_changes_the_forecast_once_it_is_released() -> None:
    sessions, cohort, ada = cafes(4), own_promises(), an_expert("Ada")
    held(sessions[0])
    held(sessions[1], ada)
    now = after(sessions[1])
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 2, 2)
    cancel_session(sessions[2], by=None, at=now)
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 2, 2)  # a draft changes nothing
    released(cohort, at=now)
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.AT_RISK, 1, 2, 1)
    a_session(cohort, title="One more", date=date(2024, 12, 4))
    edit_session(
        sessions[3], some_facts(title="Café 4", date=date(2024, 10, 23)), seen_at=sessions[3].edited_at, by=None, at=now
    )
    released(cohort, at=now)
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 2, 2)


def test_who_comes_late_is_asked_for_half_of_what_lies_within_and_who_leaves_early_too() -> None:
    sessions, cohort = cafes(6), own_promises()
    late, usual = somebody("Late", RoleKind.COMMUNITY), an_expert("Usual")
    give_role(late, RoleKind.EXPERT, a_programme(), cohort=cohort, starts_on=date(2024, 10, 1), by=None, at=BEGUN)
    held(sessions[0], usual)
    now = after(sessions[0])
    assert standing(cohort, usual, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 3, 5)
    assert standing(cohort, late, at=now)["cafes"] == (Verdict.POSSIBLE, 0, 2, 4)  # those of 2 October on
    told = queries.forecast_of(cohort, at=now)
    one = told.one(late.pk)
    assert one is not None
    assert told.cells(one) == (None, None, *[Standing.TO_COME] * 4)
    role = roles_of(usual).get(kind=RoleKind.EXPERT)
    end_role(role, on=date(2024, 10, 3), by=None, at=now)
    assert standing(cohort, usual, at=now)["cafes"] == (Verdict.POSSIBLE, 1, 2, 2)
    row = queries.commitment_of(cohort, "cafes")
    assert row is not None
    commands.set_override(row, late, Override(starts_on=FIRST_CAFE + FORTNIGHT), reason="Sat in before", by=None, at=now)
    assert standing(cohort, late, at=now)["cafes"] == (Verdict.POSSIBLE, 0, 3, 5)  # what the team says stands


def test_who_left_and_came_back_is_asked_for_nothing_held_between() -> None:
    sessions, cohort, ada = cafes(6), own_promises(), an_expert("Ada")  # 4 September, and every other Wednesday
    grace = an_expert("Grace")
    end_role(roles_of(ada).get(kind=RoleKind.EXPERT), on=date(2024, 9, 18), by=None, at=after(sessions[0]))
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=cohort, starts_on=date(2024, 10, 30), by=None, at=after(sessions[0]))
    held(sessions[0], ada)
    for session in sessions[1:4]:
        held(session, grace)
        assert [line.person.name for line in queries.register_of(session, at=after(session)).lines] == ["Grace"]
    assert [line.person.name for line in queries.register_of(sessions[4], at=BEGUN).lines] == ["Ada", "Grace"]
    for now in (after(sessions[3]), after(sessions[4])):  # before she is back, and after
        told = queries.forecast_of(cohort, at=now)
        one = told.one(ada.pk)
        assert one is not None
        assert told.cells(one)[:4] == (Standing.CAME, None, None, None)
        half = next(each for each in one.forecasts if each.promise.key == "cafes")
        assert (half.planned, half.needed, half.missed) == (3, 2, 0)
    months = {each.month: each.sessions for each in queries.load_of(cohort, at=BEGUN).people[0].load.months}
    assert {month: months[month] for month in (date(2024, 9, 1), date(2024, 10, 1))} == {
        date(2024, 9, 1): 120,  # the first alone
        date(2024, 10, 1): 120,  # that of the 30th, on the day she is back
    }


def test_what_the_team_lets_differ_for_one_expert_holds_for_them_alone() -> None:
    cafes(4)
    cohort, ada, grace = own_promises(), an_expert("Ada"), an_expert("Grace")
    row = queries.commitment_of(cohort, "cafes")
    assert row is not None
    commands.set_override(row, ada, Override(quantity=Count(1)), reason="Half a post", by=None, at=BEGUN)
    assert [standing(cohort, who, at=BEGUN)["cafes"][2] for who in (ada, grace)] == [1, 2]
    made = commands.set_override(row, ada, Override(is_waived=True), reason="Parental leave", by=None, at=BEGUN)
    assert standing(cohort, ada, at=BEGUN)["cafes"][0] is Verdict.EARNED
    for override, reason, error in ((Override(), "Why", BadPromise), (Override(is_waived=True), " ", BadClaim)):
        with pytest.raises(error):
            commands.set_override(row, ada, override, reason=reason, by=None, at=BEGUN)
    with pytest.raises(BadPromise):
        commands.set_override(row, sam(), Override(is_waived=True), reason="No Expert", by=None, at=BEGUN)
    commands.remove_override(made, by=None, at=BEGUN)
    assert standing(cohort, ada, at=BEGUN)["cafes"][:3] == (Verdict.POSSIBLE, 0, 2)


def test_an_expert_asks_to_be_excused_and_the_team_says_yes_or_no() -> None:
    sessions, cohort, ada, team = cafes(4), own_promises(), an_expert("Ada"), mara(the_cohort().programme)
    held(sessions[0])
    now = after(sessions[0])
    asked = commands.ask_excusal(sessions[0], ada, reason="I was ill", by=ada, at=now)
    assert asked.state == "asked"
    assert standing(cohort, ada, at=now)["cafes"][2] == 2
    with pytest.raises(NotAllowed):
        commands.accept_excusal(asked, by=ada, at=now)
    with pytest.raises(NotFromHere):
        commands.ask_excusal(sessions[0], ada, reason="Really", by=ada, at=now)
    commands.decline_excusal(asked, answer="Catch up, please", by=team, at=now)
    again = commands.ask_excusal(sessions[0], ada, reason="I was in hospital", by=ada, at=now)
    commands.accept_excusal(again, by=team, at=now)
    told = queries.forecast_of(cohort, at=now)
    assert told.cells(told.participants[0])[0] is Standing.EXCUSED
    assert standing(cohort, ada, at=now)["cafes"] == (Verdict.POSSIBLE, 0, 2, 3)  # half of three, rounded up
    assert Excusal.objects.count() == 1


def test_the_team_excuses_somebody_at_once_and_nobody_asks_for_somebody_else() -> None:
    (first, second), ada, grace = cafes(2), an_expert("Ada"), an_expert("Grace")
    team = mara(the_cohort().programme)
    assert commands.ask_excusal(first, ada, reason="Told us by phone", by=team, at=BEGUN).state == "accepted"
    with pytest.raises(NotAllowed):
        commands.ask_excusal(second, ada, reason="For a friend", by=grace, at=BEGUN)
    held(second, grace)
    with pytest.raises(BadClaim):
        commands.ask_excusal(second, grace, reason="I was there", by=grace, at=after(second))
    mine = commands.ask_excusal(second, ada, reason="Ill", by=ada, at=after(second))
    with pytest.raises(NotAllowed):
        commands.withdraw_excusal(mine, by=grace, at=after(second))
    assert commands.withdraw_excusal(mine, by=ada, at=after(second)).state == "withdrawn"


def test_a_cafe_is_caught_up_by_watching_and_a_note_and_an_in_person_day_is_not() -> None:
    sessions, day, cohort, ada = cafes(2), a_day_together(), own_promises(), an_expert("Ada")
    held(sessions[0])
    now = after(sessions[0])
    given = {"note": "What I take from it", "by": ada, "at": now}
    on = FIRST_CAFE
    for session, watched, error in (
        (sessions[1], on, NoCatchUp),  # still to come
        (day, on, NoCatchUp),
        (sessions[0], on - timedelta(days=1), BadClaim),
        (sessions[0], now.date() + timedelta(days=1), BadClaim),
    ):
        with pytest.raises(error):
            commands.claim_catch_up(session, ada, watched_on=watched, **given)  # type: ignore[arg-type]
    held(day)
    with pytest.raises(NoCatchUp) as no:
        commands.claim_catch_up(day, ada, watched_on=day.date, note="Watched", by=ada, at=after(day))  # type: ignore[arg-type]
    assert no.value.sentence == "This session can’t be caught up on."
    claim = commands.claim_catch_up(sessions[0], ada, watched_on=on, **given)  # type: ignore[arg-type]
    assert (claim.state, standing(cohort, ada, at=now)["cafes"][1]) == ("asked", 0)
    commands.accept_catch_up(claim, by=None, at=now)
    assert standing(cohort, ada, at=now)["cafes"][:2] == (Verdict.EARNED, 1)
    commands.decline_catch_up(claim, answer="Too short", by=None, at=now)
    assert standing(cohort, ada, at=now)["cafes"][1] == 0


def test_where_the_cohort_trusts_it_a_catch_up_counts_at_once() -> None:
    sessions, cohort, ada = cafes(2), own_promises(), an_expert("Ada")
    row = queries.commitment_of(cohort, "cafes")
    assert row is not None
    promise = dict(queries.commitments_of(cohort))[row]
    commands.edit_promise(row, promise, is_catch_up_trusted=True, by=None, at=BEGUN)
    held(sessions[0])
    now = after(sessions[0])
    commands.claim_catch_up(sessions[0], ada, watched_on=FIRST_CAFE, note="Watched", by=ada, at=now)
    assert CatchUp.objects.get().state == "accepted"
    assert standing(cohort, ada, at=now)["cafes"][:2] == (Verdict.EARNED, 1)


def test_a_case_study_is_earned_when_the_team_says_it_is_made() -> None:
    cohort, ada, team = own_promises(), an_expert("Ada"), mara(the_cohort().programme)
    assert standing(cohort, ada, at=LATE)["case-study"][0] is Verdict.POSSIBLE
    commands.set_made(cohort, ada, "case-study", 1, by=team, at=LATE)
    assert standing(cohort, ada, at=LATE)["case-study"][0] is Verdict.EARNED
    commands.set_made(cohort, ada, "case-study", 0, by=team, at=LATE)
    assert [row.number for row in Made.objects.all()] == [0]
    for key, number in (("poem", 1), ("case-study", -1)):
        with pytest.raises(BadPromise):
            commands.set_made(cohort, ada, key, number, by=team, at=LATE)
    with pytest.raises(NotAllowed):
        commands.set_made(cohort, ada, "case-study", 1, by=ada, at=LATE)


def test_a_cancelled_first_of_january_leaves_eleven_cafes_and_six_are_needed() -> None:
    sessions, cohort, ada = cafes(12), own_promises(), an_expert("Ada")
    assert standing(cohort, ada, at=BEGUN)["cafes"][2] == 6
    cancel_session(sessions[8], by=None, at=BEGUN)
    released(cohort)
    assert standing(cohort, ada, at=BEGUN)["cafes"][2:] == (6, 11)


def test_a_forecast_asks_as_much_of_the_database_for_thirty_experts_as_for_three() -> None:
    sessions, cohort = cafes(6), own_promises()
    counts = []
    for name, more in (("First", 3), ("Later", 27)):
        people = [an_expert(f"{name} {number}") for number in range(more)]
        commands.mark_attendance(sessions[len(counts)], dict.fromkeys(people, True), by=None, at=LATE)
        with CaptureQueriesContext(connection) as asked:
            told = queries.forecast_of(cohort, at=LATE)
        counts.append((len(told.participants), len(asked)))
    assert counts == [(3, 11), (30, 11)]


def test_two_cohorts_are_told_apart_in_as_many_queries() -> None:
    from tests.factories import a_cohort

    first, other = own_promises(), own_promises(a_cohort("2025", starts_on=date(2024, 9, 1)))
    one, two = cafes(2, cohort=first), cafes(4, cohort=other)
    ada = an_expert("Ada", first)
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=other, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    held(one[0], ada)
    held(two[0])
    with CaptureQueriesContext(connection) as asked:
        told = queries.forecasts_of([first, other], at=after(one[0]))
    assert [each.participants[0].forecasts[1].earned for each in told] == [1, 0]
    assert len(asked) == 11


def test_what_says_no_last_day_is_at_risk_before_its_cohort_ends_and_out_of_reach_after_it() -> None:
    sessions, cohort, ada = cafes(4), own_promises(), an_expert("Ada")
    for session in sessions:
        held(session)
    noons = [datetime(2025, *day, 12, tzinfo=UTC) for day in ((1, 31), (2, 1), (2, 28), (3, 1))]
    told = [standing(cohort, ada, at=noon) for noon in noons]
    assert [each["case-study"][0] for each in told] == [Verdict.POSSIBLE, Verdict.AT_RISK, Verdict.AT_RISK, Verdict.LOST]
    assert [each["cafes"][0] for each in told] == [*[Verdict.AT_RISK] * 3, Verdict.LOST]
    row = queries.commitment_of(cohort, "case-study")
    assert row is not None
    before = Override(extended_until=date(2025, 3, 1))
    with pytest.raises(BadPromise):  # no later than the cohort's own end
        commands.set_override(row, ada, before, reason="Ill in winter", by=None, at=noons[3])
    more = Override(extended_until=date(2025, 4, 1))
    commands.set_override(row, ada, more, reason="Ill in winter", by=None, at=noons[3])
    assert standing(cohort, ada, at=datetime(2025, 3, 31, 12, tzinfo=UTC))["case-study"][0] is Verdict.AT_RISK
    assert standing(cohort, ada, at=datetime(2025, 4, 1, 12, tzinfo=UTC))["case-study"][0] is Verdict.LOST
    commands.set_made(cohort, ada, "case-study", 1, by=None, at=LATE)
    claim = commands.claim_catch_up(sessions[0], ada, watched_on=date(2025, 3, 2), note="Late", by=None, at=AFTERWARDS)
    assert claim.state == "accepted"  # late, and it counts as the team says so
    assert standing(cohort, ada, at=AFTERWARDS)["cafes"][:2] == (Verdict.LOST, 1)
    commands.claim_catch_up(sessions[1], ada, watched_on=date(2025, 3, 2), note="Late", by=None, at=AFTERWARDS)
    assert standing(cohort, ada, at=AFTERWARDS)["cafes"][:2] == (Verdict.EARNED, 2)
    assert standing(cohort, ada, at=AFTERWARDS)["case-study"][0] is Verdict.EARNED


def test_a_cohort_ends_in_its_own_zone_also_for_what_says_no_day() -> None:
    from tests.factories import a_cohort

    cohort, ada = the_cohort(), an_expert("Ada")
    far = own_promises(a_cohort("auckland", starts_on=date(2024, 9, 1)))
    Cohort.objects.filter(pk=far.pk).update(zone="Pacific/Auckland")
    far.refresh_from_db()
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=far, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    evening = datetime(2025, 2, 28, 11, 30, tzinfo=UTC)  # half past midnight on 1 March in Auckland
    assert [
        standing(own_promises(cohort), ada, at=evening)["case-study"][0],
        standing(far, ada, at=evening)["case-study"][0],
    ] == [
        Verdict.AT_RISK,
        Verdict.LOST,
    ]


def with_places(session: Session, *, room: int = 10) -> Session:
    """The session gives out places to Experts."""
    way = {"room": room} if session.mode == Mode.IN_PERSON else {"online": room}
    commands.set_terms(session, Terms(opens={Tier.EXPERTS: None}, **way), by=None, at=BEGUN)
    return session


def mine(person: Person, *, at: datetime) -> Mine:
    (found,) = queries.mine_of(person, at=at)
    return found


def test_an_in_person_day_all_are_asked_to_is_excused_also_to_who_took_none_of_its_places() -> None:
    day, ada, grace = with_places(a_day_together()), an_expert("Ada"), an_expert("Grace")
    own_promises()
    books(grace, day, way=Way.ROOM)
    assert day.starts_at is not None
    for person in (ada, grace):  # before it: both are asked, and both may ask to be excused
        before = mine(person, at=day.starts_at)
        assert [standing for _, _, standing in before.sessions] == [Standing.TO_COME]
        assert [gathering.id for gathering, _ in before.may_be_excused] == [day.pk]
        assert before.me.forecasts[0].next_needed == 1
    held(day, grace)
    told = mine(ada, at=after(day))
    assert (told.me.forecasts[0].verdict, told.sessions[0][2]) == (Verdict.LOST, Standing.MISSED)
    assert [gathering.id for gathering, _ in told.may_be_excused] == [day.pk]
    commands.ask_excusal(day, ada, reason="The day was full", by=None, at=after(day))
    told = mine(ada, at=after(day))
    assert (told.me.forecasts[0].verdict, told.sessions[0][2]) == (Verdict.EARNED, Standing.EXCUSED)


def test_a_session_with_places_is_asked_of_nobody_without_one_where_no_commitment_asks_for_it() -> None:
    training, cohort, ada, grace = a_training(), own_promises(), an_expert("Ada"), an_expert("Grace")
    books(grace, training)
    day = with_places(a_day_together())
    row = queries.commitment_of(cohort, "in-person-days")
    assert row is not None
    commands.set_override(row, ada, Override(is_waived=True), reason="Lives abroad", by=None, at=BEGUN)
    told = queries.forecast_of(cohort, at=BEGUN)
    ids = [each.id for _, each in told.columns]
    assert ids == [training.pk, day.pk]
    assert {one.person.name: told.cells(one) for one in told.participants} == {
        "Ada": (None, None),  # let off from the day, and the training is for who likes
        "Grace": (Standing.TO_COME, Standing.TO_COME),
    }
    assert mine(ada, at=BEGUN).may_be_excused == []


def test_who_starts_earlier_as_the_team_says_sees_the_sessions_that_are_asked_of_them_then() -> None:
    cafes(4)
    cohort, late = own_promises(), somebody("Late", RoleKind.COMMUNITY)
    give_role(late, RoleKind.EXPERT, a_programme(), cohort=cohort, starts_on=date(2024, 10, 1), by=None, at=BEGUN)
    row = queries.commitment_of(cohort, "cafes")
    assert row is not None
    commands.set_override(row, late, Override(starts_on=FIRST_CAFE + FORTNIGHT), reason="Sat in before", by=None, at=BEGUN)
    told = queries.forecast_of(cohort, at=BEGUN)
    assert told.cells(told.participants[0]) == (None, *[Standing.TO_COME] * 3)
