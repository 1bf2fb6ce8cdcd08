"""1:1s: who may book which time of a coach, who moves and cancels it until when, and who reads what is written down."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core import load
from hub.core.availability import BadAvailability, Elsewhere, NotOffered, Quota, QuotaUsedUp, Taken, TooLate
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere
from hub.core.onetoones import BadQuota, KeptApart, NotYet
from hub.kit import journal
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.commands import Manner, Weekly
from hub.participation.models import Availability, OneToOne
from hub.people.commands import ask_erasure, carry_out_erasure, give_role, merge_people, undo_merge
from hub.people.models import Person, RoleKind
from tests.factories import BEGUN, a_cohort, a_session, ada, mara, sam
from tests.participation.coaching import FIRST, LINK, NOW, SECOND, WEEK_AFTER, a_coach, talks, there
from tests.participation.places import a_training, an_expert, books, released, somebody, the_cohort

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LAST = datetime(2024, 10, 29, 14, 0, tzinfo=UTC)  # the clocks have gone back


def free(expert: Person, *, at: datetime = NOW) -> list[datetime]:
    return [each.slot.starts_at for each in queries.offers_for(expert, the_cohort(), at=at)]


# -- when coaches are there


def test_whoever_has_no_part_as_coach_is_not_there_for_one_to_ones() -> None:
    of, expert = the_cohort(), an_expert("Ada Lindqvist")
    with pytest.raises(NotAllowed):
        commands.set_availability(expert, of.programme, of, Manner(zone="Europe/London"), [], by=expert, at=NOW)
    with pytest.raises(NotAllowed):
        there_by_another = a_coach()
        commands.set_availability(there_by_another, of.programme, of, Manner(zone="Europe/London"), [], by=expert, at=NOW)


def test_a_day_off_takes_its_slots_away_and_an_extra_day_gives_some() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach(), hours=1)
    before = free(expert)
    commands.add_exception(row, on=date(2024, 9, 17), by=row.coach, at=NOW)
    extra = {"on": date(2024, 9, 19), "start": time(9), "end": time(10)}
    commands.add_exception(row, **extra, by=row.coach, at=NOW)
    assert free(expert) == sorted({*before, datetime(2024, 9, 19, 8, 0, tzinfo=UTC)} - {FIRST})


def test_nobody_is_offered_a_one_to_one_on_christmas_day_unless_the_coach_adds_the_day() -> None:
    of, ines, expert = the_cohort(), a_coach(), an_expert("Ada Lindqvist")
    wednesdays = Weekly(weekday=2, start=time(14), end=time(15), first_on=date(2024, 12, 11), last_on=date(2025, 1, 8))
    row = commands.set_availability(ines, of.programme, of, Manner(zone="Europe/London"), [wednesdays], by=ines, at=BEGUN)
    christmas = datetime(2024, 12, 25, 14, 0, tzinfo=UTC)
    assert [(each.month, each.day) for each in free(expert)] == [(12, 11), (12, 18), (1, 8)]  # nor on New Year's Day
    with pytest.raises(NotOffered):
        talks(expert, row, christmas)
    commands.add_exception(row, on=date(2024, 12, 25), start=time(14), end=time(15), by=ines, at=NOW)
    assert talks(expert, row, christmas).starts_at == christmas


def test_times_too_short_for_a_one_to_one_are_refused_and_what_was_said_stays() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    before = free(expert)
    short = Weekly(weekday=1, start=time(14), end=time(14, 30), first_on=date(2024, 9, 10), last_on=date(2024, 10, 29))
    with pytest.raises(BadAvailability):
        commands.set_availability(
            row.coach, row.programme, row.cohort, Manner(zone="Europe/London"), [short], by=row.coach, at=NOW
        )
    assert free(expert) == before


def test_what_is_said_for_a_whole_programme_holds_for_each_of_its_cohorts() -> None:
    of = the_cohort()
    facilitator, expert = somebody("Theo Brandt", RoleKind.TEAM), an_expert("Ada Lindqvist")
    weekly = Weekly(weekday=1, start=time(14), end=time(15), first_on=date(2024, 9, 17), last_on=date(2024, 9, 17))
    row = commands.set_availability(
        facilitator, of.programme, None, Manner(zone="Europe/London"), [weekly], by=facilitator, at=NOW
    )
    assert free(expert) == [FIRST]
    one = commands.book_one_to_one(row, expert, of, starts_at=FIRST, by=expert, at=NOW)
    assert (one.coach, one.cohort, one.state) == (facilitator, of, "booked")


# -- booking


def test_an_expert_books_a_free_slot_and_nobody_else_gets_it() -> None:
    expert, other, row = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), there(a_coach())
    one = talks(expert, row, topic="  Naming   a maintainer ")
    assert (one.starts_at, one.ends_at, one.zone, one.topic) == (FIRST, SECOND, "Europe/London", "Naming a maintainer")
    with pytest.raises(Taken):
        talks(other, row)
    assert FIRST not in free(other)
    assert JournalEntry.objects.get(verb="booked").facts == {"starts_at": FIRST.isoformat()}


def test_only_the_expert_and_the_team_book_and_only_for_experts_of_the_cohort() -> None:
    expert, row, stranger = an_expert("Ada Lindqvist"), there(a_coach()), sam()
    with pytest.raises(NotAllowed):
        commands.book_one_to_one(row, expert, the_cohort(), starts_at=FIRST, by=stranger, at=NOW)
    with pytest.raises(NotAllowed):
        talks(stranger, row)
    team = mara(row.programme)
    late = FIRST - HOUR  # the team needs no notice
    assert commands.book_one_to_one(row, expert, the_cohort(), starts_at=FIRST, by=team, at=late).expert == expert


def test_notice_is_kept_and_said_in_words() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach(), hours_to_book=48)
    with pytest.raises(TooLate) as no:
        talks(expert, row, at=FIRST - 47 * HOUR)
    assert no.value.sentence == (
        "This 1:1 starts on Tue 17 September 2024, 14:00 (London) and can be booked until 2 days before. "
        "Write to the coach instead."
    )
    assert talks(expert, row, at=FIRST - 48 * HOUR).state == "booked"


def test_a_time_the_coach_does_not_offer_is_refused() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    with pytest.raises(NotOffered):
        talks(expert, row, FIRST + timedelta(minutes=30))


def test_one_hour_is_what_an_expert_may_have_unless_the_team_says_otherwise() -> None:
    expert, row, of = an_expert("Ada Lindqvist"), there(a_coach()), the_cohort()
    assert queries.lefts_of(of, [expert.pk])[expert.pk].sentence == "You have 60 of 60 minutes of coaching left."
    talks(expert, row)
    assert queries.lefts_of(of, [expert.pk])[expert.pk].sentence == "You have 0 of 60 minutes of coaching left."
    with pytest.raises(QuotaUsedUp):
        talks(expert, row, WEEK_AFTER)
    commands.set_quota(of, Quota(count=2), expert=expert, by=None, at=NOW)
    talks(expert, row, WEEK_AFTER)
    assert queries.lefts_of(of, [expert.pk])[expert.pk].used == "2 of 2"
    commands.set_quota(of, None, expert=expert, by=None, at=NOW)
    assert queries.lefts_of(of, [expert.pk])[expert.pk].used == "120 of 60 minutes"


def test_only_the_team_sets_quotas_and_only_of_experts() -> None:
    of, coach = the_cohort(), a_coach()
    with pytest.raises(NotAllowed):
        commands.set_quota(of, Quota(count=2), by=coach, at=NOW)
    with pytest.raises(BadQuota):
        commands.set_quota(of, Quota(count=2), expert=coach, by=None, at=NOW)
    with pytest.raises(BadQuota):
        commands.set_quota(of, Quota(count=51), by=None, at=NOW)


def test_a_missed_one_counts_and_a_cancelled_one_does_not() -> None:
    expert, row, of = an_expert("Ada Lindqvist"), there(a_coach()), the_cohort()
    commands.cancel_one_to_one(talks(expert, row), by=expert, at=NOW)
    assert queries.lefts_of(of, [expert.pk])[expert.pk].minutes == 0
    commands.mark_missed(talks(expert, row), by=row.coach, at=SECOND)
    assert queries.lefts_of(of, [expert.pk])[expert.pk].minutes == 60


def test_an_expert_is_not_at_two_places_at_once() -> None:
    of, expert = the_cohort(), an_expert("Ada Lindqvist")
    row, other = there(a_coach()), there(a_coach("Jon Aster"))
    commands.set_quota(of, Quota(count=5), by=None, at=NOW)
    talks(expert, row)
    with pytest.raises(Elsewhere):
        talks(expert, other)
    assert free(expert)[0] == SECOND


def test_what_the_expert_takes_part_in_is_kept_free_as_released() -> None:
    of, expert = the_cohort(), an_expert("Ada Lindqvist")
    row = there(a_coach())
    a_session(of, title="Café", date=date(2024, 9, 17), start=time(14, 30), end=time(15, 30))
    assert free(expert)[:2] == [FIRST, SECOND]  # a draft keeps nothing free
    released(of)
    assert free(expert)[0] == WEEK_AFTER
    with pytest.raises(Elsewhere) as no:
        talks(expert, row)
    assert no.value.sentence == "You are at Café then. Choose another time."


def test_a_session_that_gives_out_places_keeps_free_who_booked_it_and_nobody_else() -> None:
    going, staying, row = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), there(a_coach())
    books(going, a_training(on=date(2024, 9, 17)), at=BEGUN)
    assert (free(going)[0], free(staying)[0]) == (WEEK_AFTER, FIRST)
    assert talks(staying, row).state == "booked"


def test_who_is_kept_apart_is_not_offered_and_not_told_why() -> None:
    of, expert, row = the_cohort(), an_expert("Ada Lindqvist"), there(a_coach())
    commands.keep_apart(of, expert, row.coach, reason="They were married", by=None, at=NOW)
    assert free(expert) == []
    with pytest.raises(KeptApart) as no:
        talks(expert, row)
    assert no.value.sentence == "This coach can’t be booked here. Choose another one."
    apart = queries.aparts_of(of)[0]
    assert journal.history_of(apart, person=expert, at=NOW).entries == ()
    commands.let_together(apart, by=None, at=NOW)
    assert talks(expert, row).state == "booked"


# -- moving and cancelling


def test_an_expert_moves_with_notice_and_the_old_slot_is_free_again() -> None:
    expert, other, row = an_expert("Ada Lindqvist"), an_expert("Bo Ferrer"), there(a_coach())
    one = commands.move_one_to_one(talks(expert, row), starts_at=SECOND, by=expert, at=NOW)
    assert (one.starts_at, one.state, one.sequence) == (SECOND, "booked", 1)
    assert talks(other, row).starts_at == FIRST
    with pytest.raises(Taken):
        commands.move_one_to_one(one, starts_at=FIRST, by=expert, at=NOW)


def test_later_than_the_notice_only_the_coach_and_the_team_move_or_cancel() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one, late = talks(expert, row), FIRST - HOUR
    with pytest.raises(TooLate):
        commands.move_one_to_one(one, starts_at=WEEK_AFTER, by=expert, at=late)
    with pytest.raises(TooLate):
        commands.cancel_one_to_one(one, by=expert, at=late)
    moved = commands.move_one_to_one(one, starts_at=WEEK_AFTER, by=row.coach, at=late)
    assert commands.cancel_one_to_one(moved, reason="I am ill", by=mara(row.programme), at=late).sequence == 2
    with pytest.raises(NotFromHere):
        commands.cancel_one_to_one(moved, by=row.coach, at=late)


NEW = "https://meet.example.org/new-room-of-ines-9902"


def stops_and_is_there_again(row: Availability, **manner: Any) -> Availability:
    commands.remove_availability(row, by=row.coach, at=NOW)
    return there(row.coach, joining_link=NEW, **manner)


def test_a_one_to_one_stays_with_its_link_while_the_coach_offers_none_and_goes_where_the_coach_is_when_there_again() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one, own = talks(expert, row), talks(an_expert("Bo Ferrer"), row, SECOND)
    commands.set_link(own, joining_link=f"{LINK}/own", by=row.coach, at=NOW)
    commands.remove_availability(row, by=row.coach, at=NOW)
    kept = queries.one_to_one_of(expert, one.pk)
    assert kept is not None
    assert (queries.link_of(kept), queries.offers_to_move(kept, at=NOW)) == (LINK, [])
    assert queries.availabilities_for(the_cohort()) == []
    there(row.coach, joining_link=NEW)
    links = [queries.link_of(each) for each in queries.one_to_ones_given(row.coach)]
    assert links == [NEW, f"{LINK}/own"]


def test_a_one_to_one_booked_before_the_coach_stopped_moves_to_a_time_they_offer_again() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    again = stops_and_is_there_again(row, minutes=30)
    kept = queries.one_to_one_of(expert, one.pk)
    assert kept is not None
    assert WEEK_AFTER in [each.slot.starts_at for each in queries.offers_to_move(kept, at=NOW)]
    moved = commands.move_one_to_one(kept, starts_at=WEEK_AFTER, by=expert, at=NOW)
    assert (moved.availability, moved.minutes, queries.link_of(moved)) == (again, 30, NEW)


@pytest.mark.parametrize("was_lost", [False, True])
def test_one_booked_of_a_whole_programme_follows_the_coach_to_the_cohort_they_are_there_for_next(was_lost: bool) -> None:
    expert, of, coach = an_expert("Ada Lindqvist"), the_cohort(), a_coach()
    give_role(coach, RoleKind.COACH, of.programme, starts_on=date(2024, 6, 3), by=None, at=BEGUN)
    weekly = Weekly(weekday=1, start=time(14), end=time(16), first_on=date(2024, 9, 10), last_on=date(2024, 10, 29))
    manner = Manner(zone="Europe/London", joining_link=LINK)
    row = commands.set_availability(coach, of.programme, None, manner, [weekly], by=coach, at=BEGUN)
    one = commands.book_one_to_one(row, expert, of, starts_at=FIRST, by=expert, at=NOW)
    commands.remove_availability(row, by=coach, at=NOW)
    if was_lost:  # as a stop left it in earlier versions
        OneToOne.objects.update(joining_link=LINK)
        row.delete()
    again = there(coach, joining_link=NEW)
    one.refresh_from_db()
    assert (one.availability, queries.link_of(one)) == ((None, LINK) if was_lost else (again, NEW))
    moved = commands.move_one_to_one(one, starts_at=WEEK_AFTER, by=expert, at=NOW)
    assert (moved.availability, queries.link_of(moved)) == (again, NEW)


def test_nobody_else_moves_cancels_or_marks() -> None:
    expert, row, other = an_expert("Ada Lindqvist"), there(a_coach()), an_expert("Bo Ferrer")
    one = talks(expert, row)
    for does in (
        lambda: commands.move_one_to_one(one, starts_at=SECOND, by=other, at=NOW),
        lambda: commands.cancel_one_to_one(one, by=other, at=NOW),
        lambda: commands.mark_held(one, by=expert, at=SECOND),
        lambda: commands.set_link(one, joining_link=LINK, by=expert, at=NOW),
        lambda: commands.write_note(one, text="Hm", by=other, at=NOW),
        lambda: commands.write_outcome(one, text="Hm", seen=None, by=mara(row.programme), at=SECOND),
    ):
        with pytest.raises(NotAllowed):
            does()


def test_how_it_went_is_said_once_it_has_begun_and_may_be_put_right() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    with pytest.raises(NotYet):
        commands.mark_held(one, by=row.coach, at=FIRST - HOUR)
    assert commands.mark_missed(one, by=row.coach, at=SECOND).state == "missed"
    assert commands.mark_held(one, by=row.coach, at=SECOND).state == "held"


# -- what is written down


def test_a_note_is_read_by_its_author_alone() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    note = commands.write_note(one, text="She is worried about funding", by=row.coach, at=SECOND)
    assert note is not None
    told = [queries.note_of(one, each) for each in (row.coach, expert)]
    assert told == [note, None]
    readers = [row.coach, expert, mara(row.programme)]
    assert [len(journal.history_of(note, person=each, at=SECOND).entries) for each in readers] == [1, 0, 0]
    assert commands.write_note(one, text=" ", by=row.coach, at=SECOND) is None


def test_an_outcome_is_for_both_and_for_the_team_only_where_who_wrote_it_was_told() -> None:
    of, expert, row = the_cohort(), an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    with pytest.raises(NotYet):
        commands.write_outcome(one, text="Early", seen=None, by=expert, at=NOW)
    kept = commands.write_outcome(one, text="Between us", seen=None, by=expert, at=SECOND)
    commands.share_outcomes(of, with_team=True, by=None, at=SECOND)
    assert OneToOne.objects.get(pk=one.pk).is_outcome_for_team is False  # as Ada was told
    with pytest.raises(ChangedMeanwhile):
        commands.write_outcome(one, text="Over it", seen=None, by=row.coach, at=SECOND + HOUR)
    after = commands.write_outcome(kept, text="For all", seen=SECOND, by=row.coach, at=SECOND + HOUR)
    assert (after.outcome, after.is_outcome_for_team) == ("For all", True)


# -- load, erasure, merging


def test_the_load_reads_what_is_booked_or_held() -> None:
    of, expert, row = the_cohort(), an_expert("Ada Lindqvist"), there(a_coach())
    commands.set_quota(of, Quota(count=5), by=None, at=NOW)
    talks(expert, row)
    commands.cancel_one_to_one(talks(expert, row, WEEK_AFTER), by=expert, at=NOW)
    assert queries.minutes_of_one_to_ones(of) == {expert.pk: (load.OneToOne(FIRST, SECOND, "Europe/London"),)}


def test_what_an_erasure_leaves_of_a_one_to_one_is_that_it_was_and_one_to_come_is_cancelled() -> None:
    of, expert, row = the_cohort(), an_expert("Ada Lindqvist"), there(a_coach())
    commands.set_quota(of, Quota(count=5), by=None, at=NOW)
    was, comes = talks(expert, row, topic="My illness"), talks(expert, row, LAST)
    commands.write_outcome(was, text="She rests", seen=None, by=expert, at=SECOND)
    commands.mark_held(was, by=row.coach, at=SECOND)
    commands.write_note(was, text="Mine. Ada Lindqvist rests; ask ada, or ada.lindqvist@example.org.", by=row.coach, at=SECOND)
    commands.write_note(was, text="Hers", by=expert, at=SECOND)
    erasure = ask_erasure(expert, by=None, at=SECOND)
    carry_out_erasure(erasure, by=None, at=erasure.due_at)
    was.refresh_from_db()
    assert (was.state, was.minutes, was.topic, was.outcome) == ("held", 60, "", "")
    assert [each.text for each in was.notes.all()] == ["Mine. erased rests; ask erased, or erased."]
    comes.refresh_from_db()
    assert (comes.state, comes.sequence) == ("cancelled", 1)


def test_two_records_of_an_expert_become_one_with_all_their_one_to_ones_and_part_again() -> None:
    of, row = the_cohort(), there(a_coach())
    kept, gone = an_expert("Ada Lindqvist"), an_expert("Ada L")
    team, jon = mara(row.programme), a_coach("Jon Aster")
    for each, moment in ((kept, FIRST), (gone, SECOND)):
        commands.set_quota(of, Quota(count=3), expert=each, by=None, at=NOW)
        commands.write_note(talks(each, row, moment), text=f"Of {each}", by=each, at=NOW)
        commands.keep_apart(of, each, jon, by=None, at=NOW)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert [one.starts_at for one in queries.one_to_ones_had(kept)] == [FIRST, SECOND]
    assert queries.lefts_of(of, [kept.pk])[kept.pk].used == "2 of 3"
    assert (len(queries.noted_by(kept)), len(queries.aparts_of(of))) == (2, 1)
    undo_merge(merge, by=team, at=NOW)
    assert [one.starts_at for one in queries.one_to_ones_had(kept)] == [FIRST]


def test_slots_and_lists_ask_as_often_for_many_as_for_few() -> None:
    expert = an_expert("Ada Lindqvist")

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert free(expert)
            queries.one_to_ones_in(the_cohort())
            queries.lefts_of(the_cohort(), [expert.pk])
        return len(asked)

    there(a_coach())
    few = count()
    for number in range(4):
        row = there(a_coach(f"Coach {number}"))
        talks(an_expert(f"Expert {number}"), row)
    assert count() == few


def test_another_cohort_has_a_quota_of_its_own() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    talks(expert, row)
    other = a_cohort("2025", starts_on=date(2025, 9, 1), ends_on=date(2026, 2, 28))
    assert queries.lefts_of(other, [expert.pk])[expert.pk].minutes == 0
    assert ada(other) not in [one.expert for one in queries.one_to_ones_in(the_cohort())]
