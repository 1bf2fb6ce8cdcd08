"""Who gets a place, who waits, and who moves up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import (
    BadTerms,
    BookedAlready,
    BookingClosed,
    NoColleague,
    NoPlace,
    NoSuchWay,
    NotBookable,
    NotForThem,
    NotOpenYet,
    OfferOver,
    Terms,
    Tier,
    Way,
)
from hub.core.errors import NotAllowed, NotFromHere, Refusal
from hub.kit import worker
from hub.kit.models import JournalEntry
from hub.participation import commands
from hub.participation.commands.terms import HasBookings
from hub.participation.models import Booking
from hub.people.models import Person, Role, RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session, restore_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_session, mara, sam, some_facts
from tests.participation.places import (
    EARLY,
    EXPERTS_FIRST,
    LATER,
    STARTS,
    a_training,
    an_expert,
    books,
    released,
    somebody,
    states,
    the_cohort,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def refused(kind: type[Refusal], session: Session, person: Person, *, at: datetime = EARLY, way: Way = Way.ONLINE) -> str:
    with pytest.raises(kind) as no:
        books(person, session, at=at, way=way)
    assert not Booking.objects.filter(session=session, person=person).exists()
    return no.value.sentence


# -- who may, and from when


def test_an_expert_gets_a_place_and_the_journal_says_so() -> None:
    training, expert = a_training(), an_expert("Ada Lindqvist")
    booking = books(expert, training)
    assert (booking.state, booking.way, booking.asked_at) == ("booked", "online", EARLY)
    line = JournalEntry.objects.filter(verb="booked").get()
    assert (line.by_id, line.at, line.facts) == (expert.pk, EARLY, {"state": "booked", "way": "online"})


def test_others_book_from_two_weeks_before_and_are_told_when() -> None:
    training, friend = a_training(), somebody("Noor Haddad", RoleKind.COMMUNITY)
    assert refused(NotOpenYet, training, friend) == "You may book from Tue 17 September 2024, 09:00 (London)."
    assert books(friend, training, at=LATER).state == "booked"


def test_an_expert_of_an_earlier_cohort_books_with_the_alumni() -> None:
    training, expert = a_training(), an_expert("Grace Oyelaran")
    Role.objects.filter(person=expert).update(ends_on=date(2024, 8, 1))
    refused(NotOpenYet, training, expert)
    assert books(expert, training, at=LATER).state == "booked"


def test_an_expert_whose_part_begins_later_may_book_already() -> None:
    training, expert = a_training(), an_expert("Ada Lindqvist")
    Role.objects.filter(person=expert).update(starts_on=date(2024, 9, 15))
    assert books(expert, training).state == "booked"


def test_a_stranger_is_told_whom_it_is_for() -> None:
    assert refused(NotForThem, a_training(), sam(), at=LATER) == (
        "This session is for Experts of this cohort, Experts of earlier cohorts, partners and the funder’s network "
        "and the community."
    )


def test_what_is_open_to_everybody_is_open_to_a_stranger() -> None:
    assert books(sam(), a_training(opens={Tier.PUBLIC: None})).state == "booked"


def test_booking_ends_when_the_session_begins_or_as_long_before_as_the_team_says() -> None:
    training, expert = a_training(), an_expert("Ada Lindqvist")
    assert refused(BookingClosed, training, expert, at=STARTS) == "Booking ended Tue 1 October 2024, 14:00 (London)."
    commands.set_terms(training, Terms(online=10, opens=EXPERTS_FIRST, closes_hours=24), by=None, at=BEGUN)
    refused(BookingClosed, training, expert, at=STARTS - 23 * HOUR)
    assert books(expert, training, at=STARTS - 25 * HOUR).state == "booked"


def test_a_session_that_is_moved_opens_and_ends_with_its_new_day_once_it_is_released() -> None:
    training, friend = a_training(), somebody("Noor Haddad", RoleKind.COMMUNITY)
    edit_session(training, some_facts(date=date(2024, 10, 29)), seen_at=training.edited_at, by=None, at=LATER)
    assert books(friend, training, at=LATER).state == "booked"  # a draft moves nothing
    released(training.cohort, at=LATER)
    other = somebody("Iris Berg", RoleKind.COMMUNITY)
    assert refused(NotOpenYet, training, other, at=LATER) == "You may book from Tue 15 October 2024, 09:00 (London)."


def test_a_session_that_is_not_released_cancelled_or_undated_takes_no_bookings() -> None:
    expert = an_expert("Ada Lindqvist")
    draft = a_session(the_cohort(), title="Draft")
    commands.set_terms(draft, Terms(online=3, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    assert refused(NotBookable, draft, expert) == "This session is not released yet, so it can’t be booked."
    undated = a_session(the_cohort(), title="Some day", date=None, start=None, end=None)
    commands.set_terms(undated, Terms(online=3, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    cancel_session(draft, by=None, at=BEGUN)
    released(the_cohort())
    assert refused(NotBookable, draft, expert) == "This session is cancelled."
    assert refused(NotBookable, undated, expert) == "This session has no date and time yet. It can be booked when it has."
    assert refused(NotBookable, a_session(the_cohort(), title="No terms"), expert) == "This session takes no bookings."


def test_a_session_online_has_no_places_in_the_room() -> None:
    sentence = refused(NoSuchWay, a_training(), an_expert("Ada Lindqvist"), way=Way.ROOM)
    assert sentence == "This session has no places in the room."


def test_nobody_is_on_a_list_twice() -> None:
    training, expert = a_training(capacity=1), an_expert("Ada Lindqvist")
    books(expert, training)
    with pytest.raises(BookedAlready):
        books(expert, training)
    late = an_expert("Grace Oyelaran")
    books(late, training)
    with pytest.raises(BookedAlready):
        books(late, training)
    assert Booking.objects.count() == 2


# -- full, and moving up


def a_full_training(*names: str, capacity: int = 1, **terms: object) -> tuple[Session, list[Booking]]:
    training = a_training(capacity=capacity, **terms)
    return training, [books(an_expert(name), training, at=EARLY + n * HOUR) for n, name in enumerate(names)]


def test_who_comes_to_a_full_session_waits() -> None:
    training, _ = a_full_training("Ada", "Grace", "Late")
    assert states(training) == {"Ada": "booked", "Grace": "waiting", "Late": "waiting"}


def test_when_a_place_is_given_back_the_longest_waiting_expert_is_offered_it() -> None:
    training, (held, *_) = a_full_training("Ada", "Grace", "Late")
    commands.withdraw(held, by=held.person, at=EARLY + 5 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "offered", "Late": "waiting"}
    offer = Booking.objects.get(person__name="Grace")
    assert offer.offered_until == EARLY + 53 * HOUR


def test_an_offered_place_is_nobody_elses_until_its_time_is_over() -> None:
    training, (held, *_) = a_full_training("Ada", "Grace")
    commands.withdraw(held, by=held.person, at=EARLY + 5 * HOUR)
    newcomer = books(an_expert("New"), training, at=EARLY + 6 * HOUR)
    assert newcomer.state == "waiting"
    offer = Booking.objects.get(person__name="Grace")
    assert commands.accept_place(offer, by=offer.person, at=EARLY + 7 * HOUR).state == "booked"
    assert states(training) == {"Ada": "withdrawn", "Grace": "booked", "New": "waiting"}


def test_an_offer_nobody_takes_goes_to_who_waits_next_when_the_worker_comes() -> None:
    training, (held, *_) = a_full_training("Ada", "Grace", "Late")
    commands.withdraw(held, by=held.person, at=EARLY + 5 * HOUR)
    due = EARLY + 53 * HOUR
    worker.drain(clock=lambda: due, most=200)
    assert states(training) == {"Ada": "withdrawn", "Grace": "lapsed", "Late": "offered"}


def test_an_offer_is_over_at_its_time_though_the_worker_has_not_come() -> None:
    training, (held, second, _) = a_full_training("Ada", "Grace", "Late")
    commands.withdraw(held, by=held.person, at=EARLY + 5 * HOUR)
    with pytest.raises(OfferOver):
        commands.accept_place(second, by=second.person, at=EARLY + 53 * HOUR)
    commands.move_up(training, at=EARLY + 53 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "lapsed", "Late": "offered"}


def test_who_withdraws_and_returns_goes_to_the_end() -> None:
    training, (held, second, _) = a_full_training("Ada", "Grace", "Late")
    commands.withdraw(second, by=second.person, at=EARLY + 5 * HOUR)
    books(second.person, training, at=EARLY + 6 * HOUR)
    commands.withdraw(held, by=held.person, at=EARLY + 7 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "waiting", "Late": "offered"}


def test_an_offer_ends_when_booking_does_and_a_place_freed_after_stays_free() -> None:
    training, (held, *_) = a_full_training("Ada", "Grace", capacity=1, closes_hours=2)
    commands.withdraw(held, by=held.person, at=STARTS - 5 * HOUR)
    offer = Booking.objects.get(person__name="Grace")
    assert offer.offered_until == STARTS - 2 * HOUR
    commands.accept_place(offer, by=offer.person, at=STARTS - 3 * HOUR)
    late = books(an_expert("Late"), training, at=STARTS - 3 * HOUR)
    commands.withdraw(Booking.objects.get(person__name="Grace"), by=offer.person, at=STARTS - HOUR)
    late.refresh_from_db()
    assert late.state == "waiting"


def test_where_nothing_is_asked_a_freed_place_is_given_at_once() -> None:
    training, (held, *_) = a_full_training("Ada", "Grace", offer_hours=0)
    commands.withdraw(held, by=held.person, at=EARLY + 5 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "booked"}


def test_more_places_go_to_who_waits_and_fewer_take_none_away() -> None:
    training, _ = a_full_training("Ada", "Grace", "Late", offer_hours=0)
    commands.set_terms(training, Terms(online=3, opens=EXPERTS_FIRST, offer_hours=0), by=None, at=EARLY + 9 * HOUR)
    assert states(training) == {"Ada": "booked", "Grace": "booked", "Late": "booked"}
    commands.set_terms(training, Terms(online=1, opens=EXPERTS_FIRST, offer_hours=0), by=None, at=EARLY + 10 * HOUR)
    assert states(training) == {"Ada": "booked", "Grace": "booked", "Late": "booked"}
    assert books(an_expert("New"), training, at=EARLY + 11 * HOUR).state == "waiting"


def test_room_and_online_have_places_of_their_own() -> None:
    training = a_training(capacity=1, room=1)
    a, b, c = (an_expert(name) for name in ("Ada", "Grace", "Late"))
    books(a, training, way=Way.ROOM)
    books(b, training, way=Way.ROOM)
    books(c, training, way=Way.ONLINE)
    assert states(training) == {"Ada": "booked", "Grace": "waiting", "Late": "booked"}
    commands.withdraw(Booking.objects.get(person=c), by=c, at=EARLY + HOUR)
    assert states(training) == {"Ada": "booked", "Grace": "waiting", "Late": "withdrawn"}


def test_a_free_place_is_whose_who_waits_though_nobody_has_given_it_to_them_yet() -> None:
    training, _ = a_full_training("Ada", "Grace")
    cancel_session(training, by=None, at=EARLY)
    released(the_cohort(), at=EARLY)
    commands.set_terms(training, Terms(online=2, opens=EXPERTS_FIRST), by=None, at=EARLY)  # moves nobody up: it is cancelled
    restore_session(training, by=None, at=EARLY)
    released(the_cohort(), at=EARLY)
    assert books(an_expert("Late"), training, at=EARLY + HOUR).state == "waiting"
    assert states(training)["Grace"] == "offered"  # by that booking, at the latest


def test_a_booking_asks_the_database_as_often_however_many_wait() -> None:
    training, _ = a_full_training("Ada", "Grace")

    def asked() -> int:
        expert = an_expert(f"Late {Booking.objects.count()}")
        with CaptureQueriesContext(connection) as found:
            books(expert, training)
        return len(found)

    few = asked()
    for number in range(5):
        books(an_expert(f"Later {number}"), training)
    # what they are in the programme, the lock, what it guards, booking, journal, bell; and here a savepoint and its release
    assert (few, asked()) == (8, 8)


# -- after the end


def test_who_has_been_at_a_session_can_not_swap_it_for_another_run() -> None:
    first, (held,) = a_full_training("Ada", capacity=5)
    second = a_training(capacity=5, on=date(2024, 10, 8))
    for at in (STARTS, STARTS + 5 * HOUR):
        with pytest.raises(BookingClosed) as no:
            commands.swap(held, second, way=Way.ONLINE, by=held.person, at=at)
        assert no.value.sentence == "The session has begun. Tell the team if you can’t come."
    assert (states(first), states(second)) == ({"Ada": "booked"}, {})
    commands.swap(held, second, way=Way.ONLINE, by=held.person, at=STARTS - HOUR)
    assert (states(first), states(second)) == ({"Ada": "withdrawn"}, {"Ada": "booked"})


def test_after_booking_has_ended_nobody_changes_how_they_come_or_swaps_into_the_session() -> None:
    training, (held,) = a_full_training("Ada", capacity=5, room=5, closes_hours=24)
    later = a_training(capacity=5, on=date(2024, 10, 8))
    other = books(an_expert("Grace"), later)
    for at in (STARTS - 24 * HOUR, STARTS + 48 * HOUR):
        with pytest.raises(BookingClosed):
            commands.change_way(held, Way.ROOM, by=held.person, at=at)
    with pytest.raises(BookingClosed) as no:
        commands.swap(other, training, way=Way.ROOM, by=other.person, at=STARTS - 24 * HOUR)
    assert no.value.sentence == "Booking ended Mon 30 September 2024, 14:00 (London)."
    commands.withdraw(held, by=held.person, at=STARTS - HOUR)  # which is possible until it begins
    assert (states(training), states(later)) == ({"Ada": "withdrawn"}, {"Grace": "booked"})


def test_until_the_session_begins_the_team_gives_the_places_that_are_free_though_booking_has_ended() -> None:
    training, (held, waits) = a_full_training("Ada", "Grace", closes_hours=24)
    team, noor, iris = mara(the_cohort().programme), somebody("Noor", RoleKind.COMMUNITY), somebody("Iris", RoleKind.COMMUNITY)
    closed = STARTS - 3 * HOUR
    with pytest.raises(NoPlace):
        commands.book_place(training, noor, way=Way.ONLINE, by=team, at=closed)
    assert states(training) == {"Ada": "booked", "Grace": "waiting"}  # nobody is put on a list that no longer moves
    commands.withdraw(held, by=held.person, at=closed)
    assert commands.give_place(waits, by=team, at=closed).state == "booked"
    commands.remove_booking(waits, by=team, at=closed)
    assert commands.book_place(training, noor, way=Way.ONLINE, by=team, at=closed).state == "booked"
    with pytest.raises(BookingClosed):
        commands.book_place(training, iris, way=Way.ONLINE, by=team, at=STARTS)
    assert states(training) == {"Ada": "withdrawn", "Grace": "removed", "Noor": "booked"}


def test_who_asked_gets_the_team_s_yes_after_booking_has_ended_only_where_a_place_is_free() -> None:
    training, team = a_training(capacity=1, is_approved=True, closes_hours=24), mara(the_cohort().programme)
    first, second = (books(an_expert(name), training) for name in ("Ada", "Grace"))
    assert commands.approve(first, by=team, at=STARTS - HOUR).state == "booked"
    with pytest.raises(NoPlace):
        commands.approve(second, by=team, at=STARTS - HOUR)
    assert states(training) == {"Ada": "booked", "Grace": "asked"}


def test_once_the_session_has_begun_the_team_changes_nothing_about_its_bookings() -> None:
    training, (held, waits) = a_full_training("Ada", "Grace")
    deep = a_training(capacity=1, on=date(2024, 9, 30), is_approved=True)
    asks, team = books(an_expert("Late"), deep), mara(the_cohort().programme)
    before = states(training) | states(deep)
    for command, booking in (
        (commands.approve, asks),
        (commands.decline, asks),
        (commands.give_place, waits),
        (commands.remove_booking, held),
    ):
        with pytest.raises(BookingClosed) as no:
            command(booking, by=team, at=STARTS + 72 * HOUR)
        assert no.value.sentence == "The session has begun. Its bookings stay as they are."
    assert states(training) | states(deep) == before


def test_an_offer_ends_with_booking_also_where_the_session_is_moved_before_its_time() -> None:
    training, (held, waits) = a_full_training("Ada", "Grace", offer_hours=240)
    commands.withdraw(held, by=held.person, at=STARTS - 240 * HOUR)
    assert Booking.objects.get(pk=waits.pk).offered_until == STARTS
    a_day_after = STARTS - 96 * HOUR
    edit_session(training, some_facts(date=date(2024, 9, 26)), seen_at=training.edited_at, by=None, at=STARTS - 200 * HOUR)
    released(training.cohort, at=STARTS - 200 * HOUR)
    with pytest.raises(BookingClosed):
        commands.accept_place(waits, by=waits.person, at=a_day_after)
    assert states(training) == {"Ada": "withdrawn", "Grace": "offered"}
    worker.drain(clock=lambda: a_day_after, most=200)  # before the time the offer was made for
    assert states(training) == {"Ada": "withdrawn", "Grace": "lapsed"}


# -- the team


def test_where_the_team_approves_each_a_person_asks_and_the_team_says() -> None:
    training, team = a_training(capacity=1, is_approved=True), mara(the_cohort().programme)
    asked = [books(an_expert(name), training) for name in ("Ada", "Grace", "Late")]
    assert states(training) == {"Ada": "asked", "Grace": "asked", "Late": "asked"}
    commands.approve(asked[0], by=team, at=EARLY)
    commands.approve(asked[1], by=team, at=EARLY)
    commands.decline(asked[2], reason="  It is for  beginners. ", by=team, at=EARLY)
    assert states(training) == {"Ada": "booked", "Grace": "waiting", "Late": "declined"}
    assert Booking.objects.get(pk=asked[2].pk).reason == "It is for beginners."
    with pytest.raises(NotFromHere):
        commands.decline(asked[0], by=team, at=EARLY)


def test_the_team_books_for_somebody_of_the_programme_before_it_opens_and_never_beyond_the_places() -> None:
    training, team = a_training(capacity=1), mara(the_cohort().programme)
    first, second = somebody("Noor", RoleKind.COMMUNITY), somebody("Iris", RoleKind.COMMUNITY)
    commands.book_place(training, first, way=Way.ONLINE, by=team, at=EARLY)
    commands.book_place(training, second, way=Way.ONLINE, by=team, at=EARLY)
    assert states(training) == {"Noor": "booked", "Iris": "waiting"}
    with pytest.raises(NotForThem):
        commands.book_place(training, sam(), way=Way.ONLINE, by=team, at=EARLY)


def test_only_the_team_books_for_somebody_else_or_decides() -> None:
    training, (held, waits) = a_full_training("Ada", "Grace")
    with pytest.raises(NotAllowed):
        commands.book_place(training, an_expert("New"), way=Way.ONLINE, by=held.person, at=EARLY)
    for command in (commands.approve, commands.decline, commands.give_place, commands.remove_booking):
        with pytest.raises(NotAllowed):
            command(waits, by=held.person, at=EARLY)
    with pytest.raises(NotAllowed):
        commands.withdraw(held, by=waits.person, at=EARLY)
    with pytest.raises(NotAllowed):
        commands.accept_place(waits, by=held.person, at=EARLY)
    assert states(training) == {"Ada": "booked", "Grace": "waiting"}


def test_the_team_gives_a_place_out_of_turn_once_there_is_one() -> None:
    training, (held, _, late) = a_full_training("Ada", "Grace", "Late")
    team = mara(the_cohort().programme)
    with pytest.raises(NoPlace):
        commands.give_place(late, by=team, at=EARLY + 5 * HOUR)
    commands.set_terms(training, Terms(online=2, opens=EXPERTS_FIRST), by=team, at=EARLY + 5 * HOUR)
    assert states(training)["Grace"] == "offered"
    with pytest.raises(NoPlace):
        commands.give_place(late, by=team, at=EARLY + 6 * HOUR)
    commands.give_place(Booking.objects.get(person__name="Grace"), by=team, at=EARLY + 6 * HOUR)
    commands.remove_booking(held, reason="Came last year", by=team, at=EARLY + 7 * HOUR)
    assert states(training) == {"Ada": "removed", "Grace": "booked", "Late": "offered"}


def test_booking_is_stopped_only_where_nobody_has_one() -> None:
    training, (held,) = a_full_training("Ada")
    team = mara(the_cohort().programme)
    with pytest.raises(HasBookings) as no:
        commands.stop_booking(training, by=team, at=EARLY)
    assert no.value.sentence.startswith("1 person has a booking.")
    commands.withdraw(held, by=held.person, at=EARLY)
    commands.stop_booking(training, by=team, at=EARLY)
    refused(NotBookable, training, an_expert("New"))


def test_terms_that_can_not_be_are_refused_where_they_are_wrong() -> None:
    training = a_training()
    for terms, field in (
        ({"online": 0}, "online"),
        ({"online": -1}, "online"),
        ({"room": 100_001}, "room"),
        ({"opens": {}}, "opens"),
        ({"opens": {Tier.PUBLIC: 366}}, "opens"),
        ({"colleagues": 11}, "colleagues"),
        ({"offer_hours": -1}, "offer_hours"),
    ):
        given = {"online": 10, "opens": EXPERTS_FIRST} | terms
        with pytest.raises(BadTerms) as no:
            commands.set_terms(training, Terms(**given), by=None, at=BEGUN)  # type: ignore[arg-type]
        assert no.value.field == field


# -- swapping, the other way, colleagues


def test_a_place_is_swapped_for_one_in_the_other_run_or_kept() -> None:
    first, (held, waits) = a_full_training("Ada", "Grace", offer_hours=0)
    second = a_training(capacity=1, on=date(2024, 10, 8))
    new = commands.swap(held, second, way=Way.ONLINE, by=held.person, at=EARLY + 5 * HOUR)
    assert (new.session_id, new.state) == (second.pk, "booked")
    assert states(first) == {"Ada": "withdrawn", "Grace": "booked"}
    waits.refresh_from_db()
    with pytest.raises(NoPlace) as no:
        commands.swap(waits, second, way=Way.ONLINE, by=waits.person, at=EARLY + 6 * HOUR)
    assert "You keep the one you have" in no.value.sentence
    assert states(first) == {"Ada": "withdrawn", "Grace": "booked"}


def test_colleagues_who_were_brought_go_with_whoever_swaps_their_place() -> None:
    first = a_training(capacity=5, colleagues=1)
    second = a_training(capacity=5, on=date(2024, 10, 8), colleagues=1)
    ada = an_expert("Ada")
    held = books(ada, first)
    commands.bring_colleague(held, name="Ben Okoro", email="ben@example.org", by=ada, at=EARLY + HOUR)
    commands.swap(held, second, way=Way.ONLINE, by=ada, at=EARLY + 2 * HOUR)
    assert states(first) == {"Ada": "withdrawn", "Ben Okoro": "withdrawn"}
    assert states(second) == {"Ada": "booked"}


def test_a_place_online_becomes_one_in_the_room_where_one_is_free() -> None:
    training = a_training(capacity=1, room=1)
    a, b, c = (an_expert(name) for name in ("Ada", "Grace", "Late"))
    held = books(a, training)
    books(b, training, at=EARLY + HOUR)
    commands.change_way(held, Way.ROOM, by=a, at=EARLY + 2 * HOUR)
    assert states(training) == {"Ada": "booked", "Grace": "offered"}
    books(c, training, way=Way.ROOM, at=EARLY + 3 * HOUR)
    offer = commands.accept_place(Booking.objects.get(person=b), by=b, at=EARLY + 3 * HOUR)
    with pytest.raises(NoPlace):
        commands.change_way(offer, Way.ROOM, by=b, at=EARLY + 4 * HOUR)


def test_a_colleague_is_brought_hears_of_it_and_goes_with_who_brought_them() -> None:
    training, (held,) = a_full_training("Ada", capacity=3, colleagues=1)
    guest = commands.bring_colleague(held, name="Bo Berg", email="bo@example.org", by=held.person, at=EARLY)
    assert (guest.state, guest.brought_by_id) == ("booked", held.pk)
    assert [role.kind for role in guest.person.roles.all()] == ["community"]
    with pytest.raises(NoColleague) as no:
        commands.bring_colleague(held, name="Cy", email="cy@example.org", by=held.person, at=EARLY)
    assert no.value.sentence == "You can bring one colleague."
    commands.withdraw(held, by=held.person, at=EARLY + HOUR)
    assert states(training) == {"Ada": "withdrawn", "Bo Berg": "withdrawn"}


def test_a_colleague_loses_the_place_with_who_brought_them_when_the_team_takes_it_back_and_reads_why() -> None:
    training, (held,) = a_full_training("Ada", capacity=3, colleagues=1)
    commands.bring_colleague(held, name="Bo Berg", email="bo@example.org", by=held.person, at=EARLY)
    commands.remove_booking(held, reason="The room is smaller now", by=mara(the_cohort().programme), at=EARLY + HOUR)
    assert states(training) == {"Ada": "removed", "Bo Berg": "removed"}
    assert {each.reason for each in Booking.objects.all()} == {"The room is smaller now"}


def test_a_colleague_who_has_a_place_already_is_not_booked_twice() -> None:
    training, (held, _) = a_full_training("Ada", "Grace", capacity=3, colleagues=1)
    with pytest.raises(BookedAlready) as no:
        commands.bring_colleague(held, name="Grace", email="grace@example.org", by=held.person, at=EARLY)
    assert no.value.sentence == "They have a booking for this session already."
    assert states(training) == {"Ada": "booked", "Grace": "booked"}


def test_where_it_is_not_allowed_nobody_is_brought() -> None:
    _, (held,) = a_full_training("Ada")
    with pytest.raises(NoColleague):
        commands.bring_colleague(held, name="Bo", email="bo@example.org", by=held.person, at=EARLY)


def test_nothing_is_given_back_once_the_session_has_begun() -> None:
    _, (held,) = a_full_training("Ada")
    with pytest.raises(BookingClosed):
        commands.withdraw(held, by=held.person, at=STARTS)
    assert datetime(2024, 10, 1, 13, tzinfo=UTC) == STARTS
