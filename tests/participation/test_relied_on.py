"""Who books a place or a 1:1 is told what becomes of it, though the team never thought of letters."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Tier
from hub.core.letters import Letter
from hub.kit import todo
from hub.messaging.commands import reconcile_messages, send_due, switch_rule
from hub.messaging.happenings import happenings, variables_for
from hub.messaging.models import Message, Rule
from hub.participation import commands
from hub.participation.letters import OF_BOOKINGS, OF_ONE_TO_ONES, silent_about_bookings, silent_about_one_to_ones
from hub.participation.models import Booking
from hub.people.commands import add_person
from hub.people.models import Person, RoleKind
from hub.programmes.models import Programme
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_programme, a_session, some_facts
from tests.participation.coaching import a_coach, talks, there
from tests.participation.places import EARLY, STARTS, a_training, an_expert, books, released, somebody, the_cohort, with_account
from tests.scene import as_

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def post(settings) -> MemoryTransport:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    return settings.MAIL_TRANSPORT  # type: ignore[no-any-return]


def told(programme: Programme, *, at: datetime) -> list[tuple[str, str]]:
    """Let the worker come, and give who has got which letter."""
    reconcile_messages(programme, at=at)
    send_due("mail-0", clock=lambda: at)
    rows = Message.objects.filter(state="sent").order_by("pk").select_related("person", "rule")
    return [(str(row.person), row.rule.usual) for row in rows if row.rule]


def test_the_first_session_that_can_be_booked_has_its_people_told_what_becomes_of_it() -> None:
    training = a_training(capacity=1)
    programme = training.cohort.programme
    ada, grace = an_expert("Ada"), an_expert("Grace")
    place = books(ada, training)
    books(grace, training)
    confirmed = [("Ada", "booking-confirmed"), ("Grace", "booking-waiting")]
    assert told(programme, at=EARLY + HOUR) == confirmed

    commands.withdraw(place, by=ada, at=EARLY + 2 * HOUR)
    assert told(programme, at=EARLY + 3 * HOUR) == [*confirmed, ("Grace", "booking-offered")]
    assert silent_about_bookings(programme) == []


def test_letters_switched_off_stay_off_when_another_session_can_be_booked_and_the_pages_say_so() -> None:
    training = a_training(capacity=1)
    programme = training.cohort.programme
    for rule in Rule.objects.filter(programme=programme, usual__in=["booking-lapsed", "booking-offered"]):
        switch_rule(rule, is_on=False, by=None, at=EARLY)
    other = a_training(capacity=1, on=training.date + timedelta(days=7))
    assert silent_about_bookings(programme) == ["A place becomes free", "An offer is over"]
    assert set(Rule.objects.filter(programme=programme, is_on=True).values_list("usual", flat=True)) == {*OF_BOOKINGS} - {
        "booking-lapsed",
        "booking-offered",
    }
    browser = as_(with_account(somebody("Mara Okafor", RoleKind.TEAM)))
    for page in ("bookings", "bookings/terms"):
        said = browser.get(f"/team/{programme.slug}/2024/sessions/{other.slug}/{page}/").content.decode()
        assert "“A place becomes free” and “An offer is over”" in said


def test_letters_switched_off_stay_off_when_the_only_session_is_booked_no_more_and_then_is_again() -> None:
    training = a_training(capacity=1)
    programme = training.cohort.programme
    (rule,) = Rule.objects.filter(programme=programme, usual="booking-offered")
    switch_rule(rule, is_on=False, by=None, at=EARLY)
    commands.stop_booking(training, by=None, at=EARLY + HOUR)
    commands.set_terms(training, Terms(online=1, opens={Tier.EXPERTS: None}), by=None, at=EARLY + 2 * HOUR)
    assert silent_about_bookings(programme) == ["A place becomes free"]


def test_who_waits_for_a_session_hears_when_it_is_cancelled_and_nobody_is_offered_its_places() -> None:
    training = a_training(capacity=1)
    programme = training.cohort.programme
    ada, grace, ines = an_expert("Ada"), an_expert("Grace"), an_expert("Ines")
    place = books(ada, training)
    books(grace, training)
    books(ines, training)
    commands.withdraw(place, by=ada, at=EARLY)
    cancel_session(training, by=None, at=EARLY + HOUR)
    released(training.cohort, at=EARLY + 2 * HOUR)
    assert told(programme, at=EARLY + 3 * HOUR) == [("Grace", "booking-cancelled"), ("Ines", "booking-cancelled")]


def test_who_wanted_a_place_and_has_none_when_booking_ends_is_told_once() -> None:
    training = a_training(capacity=1, closes_hours=24, offer_hours=10)
    programme, closed = training.cohort.programme, STARTS - 24 * HOUR
    ada, grace, ines, bo = (an_expert(name) for name in ("Ada", "Grace", "Ines", "Bo"))
    place = books(ada, training)
    for person in (grace, ines, bo):
        books(person, training)
    first = told(programme, at=EARLY)
    commands.withdraw(place, by=ada, at=closed - 15 * HOUR)  # offered to Grace, who does not answer, and then to Ines
    commands.move_up(training, at=closed - 5 * HOUR)
    before = told(programme, at=closed - HOUR)
    assert sorted(before[len(first) :]) == [("Grace", "booking-lapsed"), ("Ines", "booking-offered")]
    ended = [("Bo", "booking-ended"), ("Ines", "booking-ended")]
    assert sorted(told(programme, at=closed)[len(before) :]) == ended
    commands.move_up(training, at=closed + HOUR)  # the worker comes to the offer of Ines
    assert sorted(told(programme, at=closed + 2 * HOUR)[len(before) :]) == ended
    assert sorted(told(programme, at=STARTS + 2 * HOUR)[len(before) :]) == ended


def test_who_asked_and_was_never_answered_is_told_when_booking_ends_and_who_has_a_place_is_not() -> None:
    training = a_training(capacity=5, is_approved=True)
    programme = training.cohort.programme
    ada, grace = an_expert("Ada"), an_expert("Grace")
    first = books(ada, training)
    books(grace, training)
    commands.approve(first, by=None, at=EARLY)
    assert told(programme, at=STARTS - HOUR) == []  # a week later is too late to say so
    assert told(programme, at=STARTS) == [("Grace", "booking-ended")]


def test_nobody_is_told_of_the_end_of_booking_where_the_session_is_cancelled_or_moved_on() -> None:
    gone, moved = a_training(capacity=1), a_training(capacity=1, on=date(2024, 10, 2))
    for session in (gone, moved):
        for name in ("Ada", "Grace"):
            person = Person.objects.filter(name=name).first() or an_expert(name)
            books(person, session)
    cancel_session(gone, by=None, at=EARLY)
    edit_session(moved, some_facts(date=date(2024, 10, 29)), seen_at=moved.edited_at, by=None, at=EARLY)
    released(gone.cohort, at=EARLY)
    assert [usual for _, usual in told(gone.cohort.programme, at=STARTS + 26 * HOUR) if usual == "booking-ended"] == []


@pytest.mark.parametrize(
    ("capacity", "others", "said"), [(None, 0, "."), (5, 0, ": somebody else may want it."), (1, 1, ": somebody waits for it.")]
)
def test_a_confirmation_says_that_somebody_waits_only_where_somebody_does(capacity: int | None, others: int, said: str) -> None:
    training = a_training(capacity=capacity)
    books(an_expert("Ada"), training)
    for number in range(others):
        books(an_expert(f"Late {number}"), training)
    booked = happenings()["participation.booked"]
    (fact,), (usual,) = booked.facts(training.cohort.programme, subjects=None, at=EARLY), booked.usual
    known = variables_for(booked.name)
    text = Letter(usual.subject, usual.body, known).fill({name: fact.values.get(name, "") for name in known}).text
    assert text.rstrip().endswith(f"give the place back ({fact.values['booking.place_link']}){said}")


@pytest.mark.parametrize("capacity", [0, 1])
def test_whoever_is_brought_along_reads_by_whom_and_each_letter_leads_to_where_the_place_is(capacity: int) -> None:
    training = a_training(capacity=1 + capacity, colleagues=1)
    grace = an_expert("Grace Achterberg")
    brought = commands.bring_colleague(books(grace, training), name="Vera Blum", email="vera@example.org", by=grace, at=EARLY)
    happened = happenings()["participation.booked" if capacity else "participation.waiting"]
    fact = next(
        each
        for each in happened.facts(training.cohort.programme, subjects=None, at=EARLY)
        if each.subject == f"booking:{brought.pk}"
    )
    (usual,), known = happened.usual, variables_for(happened.name)
    text = Letter(usual.subject, usual.body, known).fill({name: fact.values.get(name, "") for name in known}).text
    assert "Grace Achterberg brings you along" in text or "Grace Achterberg would like to bring you along" in text
    assert f"/sessions/{training.slug}/places/)" in text
    assert ("waiting list" in text) == (capacity == 0)


def letter_of(name: str, booking: Booking, *, at: datetime = EARLY) -> str:
    """The usual letter of a happening about one booking, to somebody who can answer it."""
    happened, programme = happenings()[name], booking.session.cohort.programme
    facts = happened.facts(programme, subjects=[f"booking:{booking.pk}"], at=at)
    (fact,), (usual,), known = facts, happened.usual, variables_for(name)
    values = {"you.can_answer": "yes", **fact.values}
    return Letter(usual.subject, usual.body, known).fill({each: values.get(each, "") for each in known}).text


@pytest.mark.parametrize(("capacity", "name"), [(2, "participation.booked"), (1, "participation.waiting")])
def test_a_colleague_the_hub_knew_reads_in_the_first_letter_what_part_they_were_given(capacity: int, name: str) -> None:
    training = a_training(capacity=capacity, colleagues=1)
    vera = with_account(add_person("Vera Blum", email="vera@example.org", by=None, at=BEGUN))
    grace = an_expert("Grace Achterberg")
    mine = books(grace, training)
    brought = commands.bring_colleague(mine, name="Vera", email="vera@example.org", by=grace, at=EARLY)
    assert brought.person == vera
    text = letter_of(name, brought)
    assert "With this you are in The Practitioners Hub as a community member: you may book what is open to" in text
    assert "what you need to take part it reads only where you say so." in text
    assert "/me/who-sees/" in text
    assert "If this surprises you, answer this mail" in text
    if name == "participation.booked":
        assert "With this you are in" not in letter_of(name, mine)


def test_a_colleague_with_a_part_in_the_programme_reads_of_their_place_alone() -> None:
    training = a_training(capacity=3, colleagues=2)
    grace = an_expert("Grace Achterberg")
    mine = books(grace, training)
    somebody("Finn Berg", RoleKind.FUNDER)
    finn = commands.bring_colleague(mine, name="Finn", email="finn.berg@example.org", by=grace, at=EARLY)
    somebody("Vera Blum", RoleKind.COMMUNITY)
    vera = commands.bring_colleague(mine, name="Vera", email="vera.blum@example.org", by=grace, at=EARLY)
    for brought in (finn, vera):
        text = letter_of("participation.booked", brought)
        assert "Grace Achterberg brings you along." in text
        assert "With this you are in" not in text


def test_parts_of_colleagues_are_read_in_one_query_for_many() -> None:
    training = a_training(capacity=20, colleagues=3)
    programme = training.cohort.programme

    def asked() -> int:
        with CaptureQueriesContext(connection) as queried:
            list(happenings()["participation.booked"].facts(programme, subjects=None, at=EARLY))
        return len(queried)

    def brings(name: str) -> None:
        person = an_expert(name)
        guest = name.lower()
        commands.bring_colleague(
            books(person, training), name=f"Guest of {name}", email=f"{guest}@guests.example", by=person, at=EARLY
        )

    brings("Ada")
    few = asked()
    for name in ("Grace", "Bo", "Cy"):
        brings(name)
    assert asked() == few


def test_the_first_coach_who_is_there_has_both_told_of_their_one_to_ones() -> None:
    row = there(a_coach())
    programme = row.programme
    assert silent_about_one_to_ones(programme) == []
    assert set(Rule.objects.filter(programme=programme, is_on=True).values_list("usual", flat=True)) == {*OF_ONE_TO_ONES}
    one = talks(an_expert("Ada Lindqvist"), row)
    at = one.state_at + HOUR
    booked = [("Ada Lindqvist", "one-to-one-booked"), ("Ines Moreau", "one-to-one-booked")]
    assert sorted(told(programme, at=at)) == booked
    there(a_coach("Theo Marsh"))
    assert Rule.objects.filter(programme=programme, usual__in=OF_ONE_TO_ONES).count() == len(OF_ONE_TO_ONES)


def test_a_programme_that_gives_no_places_has_no_letters_of_them() -> None:
    programme = a_programme()
    assert list(Rule.objects.filter(programme=programme)) == []
    assert len(silent_about_bookings(programme)) == len(OF_BOOKINGS)


def test_the_team_sees_in_this_week_who_asks_for_a_place_until_it_answers() -> None:
    training = a_training(is_approved=True)
    programme = training.cohort.programme
    team = somebody("Mara Okafor", RoleKind.TEAM)

    def asked() -> list[tuple[str, str]]:
        return [(each.what, each.url) for each in todo.todos(programme, by=team, at=EARLY) if each.part == "Bookings"]

    assert asked() == []
    one, other = (books(an_expert(name), training) for name in ("Ada", "Grace"))
    url = f"/team/{programme.slug}/2024/sessions/{training.slug}/bookings/"
    assert asked() == [("Say yes or no to the 2 who ask for a place", url)]
    commands.approve(one, by=team, at=EARLY)
    assert asked() == [("Say yes or no to the one who asks for a place", url)]
    commands.decline(other, by=team, at=EARLY)
    assert asked() == []


def test_a_place_kept_for_somebody_is_the_first_thing_theirs_to_do_until_they_say_yes_or_it_is_over() -> None:
    training = a_training(capacity=1)
    ada, grace = an_expert("Ada"), an_expert("Grace")
    place = books(ada, training)
    waits = books(grace, training)

    def mine(*, at: datetime) -> list[tuple[str, str]]:
        return [(each.what, each.url) for each in todo.own_todos(grace, at=at) if each.part == "Bookings"]

    assert mine(at=EARLY) == []
    commands.withdraw(place, by=ada, at=EARLY)
    url = f"/practitioners-hub/2024/sessions/{training.slug}/places/"
    assert mine(at=EARLY) == [("Take the place kept for you until Wed 4 September 2024, 10:00 (London)", url)]
    assert mine(at=EARLY + 48 * HOUR) == []
    commands.accept_place(waits, by=grace, at=EARLY + HOUR)
    assert mine(at=EARLY + HOUR) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time, and in memory refuses the second")
def test_two_first_sessions_opened_at_once_are_both_open_and_their_letters_are_there_once() -> None:
    cohort = the_cohort()
    sessions = [a_session(cohort, title=title, date=date(2024, 10, day)) for day, title in ((1, "One"), (2, "Two"))]
    together = threading.Barrier(2, timeout=10)

    def opens(session: Session) -> bool:
        together.wait()
        try:
            commands.set_terms(session, Terms(online=3, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(opens, sessions)) == [True, True]
    assert Rule.objects.filter(usual__in=OF_BOOKINGS, is_on=True).count() == len(OF_BOOKINGS)
