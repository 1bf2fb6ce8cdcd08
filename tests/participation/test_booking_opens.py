"""Who may book hears when booking opens for them: one letter for all that opens at a moment, of each session once."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.booking import Terms, Tier, Way
from hub.core.choices import Cadence, Topic
from hub.core.errors import Refusal
from hub.core.outbox import Offset
from hub.core.plan.model import Kind
from hub.messaging.commands import choose, discard_message, edit_rule, reconcile_messages, send_due
from hub.messaging.models import Message, Rule
from hub.messaging.queries import batches
from hub.participation import commands
from hub.participation.messages_opening import opens
from hub.people.commands import end_role, give_role
from hub.people.models import Person, RoleKind
from hub.programmes.models import Programme
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_programme, a_session, some_facts
from tests.participation.places import EARLY, STARTS, a_training, an_expert, books, released, somebody, the_cohort

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING = datetime(2024, 6, 4, 8, 0, tzinfo=UTC)  # nine in London, the day after the team said how the training is booked
ALUMNI = datetime(2024, 9, 17, 8, 0, tzinfo=UTC)  # two weeks before the training


@pytest.fixture(autouse=True)
def post(settings) -> MemoryTransport:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    return settings.MAIL_TRANSPORT  # type: ignore[no-any-return]


def the_rule(programme: Programme) -> Rule:
    return Rule.objects.get(programme=programme, usual="booking-opens")


def by_itself(programme: Programme) -> None:
    """Let the letter go without somebody's look, so that a test is about whom it reaches when."""
    edit_rule(the_rule(programme), audience="may-book", offset=Offset(), needs_ok=False, by=None, at=BEGUN)


def heard(*, at: datetime) -> list[tuple[str, str]]:
    """Let the worker come, and give who has heard what so far, by the subject of the mail."""
    reconcile_messages(a_programme(), at=at)
    send_due("mail-0", clock=lambda: at)
    rows = Message.objects.filter(state="sent", rule__usual="booking-opens").order_by("sent_at", "person__name", "pk")
    return [(row.person.name, row.sent_subject.removeprefix("You may book now: ")) for row in rows if row.person]


def training_on(day: date, title: str, **terms: object) -> Session:
    """A training of another title, released and booked as `a_training` is."""
    session = a_session(the_cohort(), title=title, kind=Kind.TRAINING, date=day, start=time(14), end=time(16))
    released(session.cohort)
    return with_terms(session, **terms)


def with_terms(session: Session, *, at: datetime = BEGUN, **terms: object) -> Session:
    given: dict[str, object] = {"online": 10, "opens": {Tier.EXPERTS: None, Tier.COMMUNITY: 14}}
    commands.set_terms(session, Terms(**given | terms), by=None, at=at)  # type: ignore[arg-type]
    return session


def moved(session: Session, day: date, *, at: datetime) -> None:
    """Move a session, and release that."""
    row = Session.objects.get(pk=session.pk)
    edit_session(row, some_facts(title=row.title, kind=Kind.TRAINING, date=day), seen_at=row.edited_at, by=None, at=at)
    released(session.cohort, at=at)


def test_each_group_hears_when_its_own_places_open_and_nobody_before() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    an_expert("Ada")
    somebody("Noor", RoleKind.ALUMNUS)
    somebody("Finn", RoleKind.FUNDER)
    assert heard(at=MORNING - HOUR) == []
    assert heard(at=MORNING) == [("Ada", training.title)]
    assert heard(at=ALUMNI - HOUR) == [("Ada", training.title)]
    everybody = [("Ada", training.title), ("Finn", training.title), ("Noor", training.title)]
    assert heard(at=ALUMNI) == everybody
    assert heard(at=STARTS - HOUR) == everybody


def test_the_team_looks_at_the_letter_first_and_it_is_one_for_all_that_opens() -> None:
    training = a_training()
    training_on(date(2024, 10, 8), "Naming")
    an_expert("Ada")
    an_expert("Grace")
    reconcile_messages(training.cohort.programme, at=BEGUN)
    assert [(each.title, each.count, each.send_at) for each in batches(training.cohort.programme)] == [
        ("Booking opens for you", 2, MORNING)
    ]
    assert heard(at=MORNING) == []


def test_thirty_sessions_opened_in_an_afternoon_are_one_letter_that_lists_them() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    an_expert("Ada")
    for number in range(1, 30):
        training_on(date(2024, 10, 1) + number * DAY, f"Course {number}", at=BEGUN + number * timedelta(minutes=5))
    assert heard(at=MORNING) == [("Ada", "30 sessions")]
    (message,) = Message.objects.filter(state="sent")
    lines = [line for line in message.sent_body.splitlines() if line.startswith("• ")]
    assert len(lines) == 30
    assert lines[0] == (
        "• Systems Thinking: Tue 1 October 2024, 14:00–16:00 (London). 10 places online. Others may book from "
        "Tue 17 September 2024, 09:00 (London). Booking ends Tue 1 October 2024, 14:00 (London)."
    )


def test_what_changes_before_the_moment_changes_when_people_hear() -> None:
    training = a_training()
    programme = training.cohort.programme
    by_itself(programme)
    somebody("Noor", RoleKind.COMMUNITY)
    assert heard(at=EARLY) == []
    moved(training, date(2024, 10, 15), at=EARLY)
    assert heard(at=ALUMNI + HOUR) == []
    with_terms(training, opens={Tier.EXPERTS: None, Tier.COMMUNITY: 21}, at=ALUMNI + HOUR)
    assert heard(at=datetime(2024, 9, 24, 7, tzinfo=UTC)) == []
    assert heard(at=datetime(2024, 9, 24, 8, tzinfo=UTC)) == [("Noor", training.title)]


def test_a_session_that_is_cancelled_or_booked_no_more_is_told_to_nobody() -> None:
    training, other = a_training(), training_on(date(2024, 10, 1), "Naming")
    by_itself(training.cohort.programme)
    somebody("Noor", RoleKind.COMMUNITY)
    assert heard(at=EARLY) == []
    assert Message.objects.get(rule__usual="booking-opens").state == "waiting"
    cancel_session(training, by=None, at=EARLY)
    released(training.cohort, at=EARLY)
    commands.stop_booking(other, by=None, at=EARLY)
    assert heard(at=EARLY) == []
    assert Message.objects.get(rule__usual="booking-opens").state == "withdrawn"
    assert heard(at=ALUMNI) == []


def test_nobody_hears_before_the_session_is_released() -> None:
    session = a_session(the_cohort(), title="Naming", kind=Kind.TRAINING, date=date(2024, 10, 1), start=time(14), end=time(16))
    with_terms(session)
    by_itself(session.cohort.programme)
    an_expert("Ada")
    assert heard(at=EARLY) == []
    released(session.cohort, at=EARLY)
    assert heard(at=EARLY + 22 * HOUR) == []
    assert heard(at=EARLY + 23 * HOUR) == [("Ada", "Naming")]


def test_who_has_booked_hears_nothing_nor_who_gave_the_place_back() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    ada, grace = an_expert("Ada"), an_expert("Grace")
    an_expert("Ines")
    books(ada, training, at=BEGUN)
    commands.withdraw(books(grace, training, at=BEGUN), by=grace, at=BEGUN + HOUR)
    assert heard(at=MORNING) == [("Ines", training.title)]


def test_who_is_of_two_groups_hears_once_when_the_first_of_them_may_book() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    ada = an_expert("Ada")
    give_role(ada, RoleKind.ALUMNUS, a_programme(), cohort=None, starts_on=date(2024, 6, 3), by=None, at=BEGUN)
    assert heard(at=MORNING) == [("Ada", training.title)]
    assert heard(at=ALUMNI) == [("Ada", training.title)]


def test_an_expert_who_comes_late_hears_of_all_that_is_open_in_one_letter() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    training_on(date(2024, 10, 8), "Naming", at=BEGUN + 5 * DAY)
    training_on(date(2024, 10, 9), "Asking", at=BEGUN + 9 * DAY)
    assert heard(at=EARLY) == []
    an_expert("Ada")
    assert heard(at=EARLY) == [("Ada", "3 sessions")]
    with_terms(training_on(date(2024, 10, 10), "Telling"), at=EARLY)
    assert heard(at=EARLY + HOUR) == [("Ada", "3 sessions"), ("Ada", "Telling")]


def test_whose_part_ends_before_the_moment_hears_nothing() -> None:
    training = a_training()
    by_itself(training.cohort.programme)
    finn = somebody("Finn", RoleKind.FUNDER)
    with_terms(training, opens={Tier.NETWORK: 14})
    assert heard(at=EARLY) == []
    end_role(finn.roles.get(), on=date(2024, 9, 10), by=None, at=EARLY)
    assert heard(at=ALUMNI) == []


def test_what_is_open_to_everybody_is_told_to_nobody() -> None:
    training = a_training(opens={Tier.PUBLIC: None})
    by_itself(training.cohort.programme)
    an_expert("Ada")
    assert heard(at=EARLY) == []


def test_a_full_session_is_said_to_be_one_and_what_was_told_is_told_no_more_when_it_moves() -> None:
    training = a_training(capacity=1)
    by_itself(training.cohort.programme)
    books(an_expert("Ada"), training)
    somebody("Noor", RoleKind.COMMUNITY)
    assert heard(at=ALUMNI) == [("Noor", training.title)]
    assert "All places are taken, so who books now waits." in Message.objects.get(person__name="Noor").sent_body
    moved(training, date(2024, 10, 15), at=ALUMNI + HOUR)
    assert heard(at=datetime(2024, 10, 1, 9, tzinfo=UTC)) == [("Noor", training.title)]


def test_who_stopped_hearing_of_the_schedule_hears_nothing_and_who_hears_weekly_hears_with_the_rest_and_once() -> None:
    training = a_training()
    programme = training.cohort.programme
    by_itself(programme)
    ada, grace = an_expert("Ada"), an_expert("Grace")
    choose(ada, programme, Topic.SCHEDULE, Cadence.OFF, by=ada, at=BEGUN)
    choose(grace, programme, Topic.SCHEDULE, Cadence.WEEKLY, by=grace, at=BEGUN)
    assert heard(at=MORNING) == []
    monday = datetime(2024, 6, 10, 7, tzinfo=UTC)
    send_due("mail-0", clock=lambda: monday)
    rows = Message.objects.filter(rule__usual="booking-opens").order_by("person__name").values_list("person__name", "state")
    assert list(rows) == [("Ada", "unwanted"), ("Grace", "sent")]
    moved(training, date(2024, 10, 15), at=EARLY)
    heard(at=EARLY)
    assert list(rows) == [("Ada", "unwanted"), ("Grace", "sent")]


def test_a_letter_the_team_threw_away_is_not_made_again() -> None:
    training = a_training()
    programme = training.cohort.programme
    an_expert("Ada")
    reconcile_messages(programme, at=MORNING)
    (message,) = Message.objects.filter(rule__usual="booking-opens")
    discard_message(message, by=None, at=MORNING)
    reconcile_messages(programme, at=EARLY)
    assert list(Message.objects.filter(rule__usual="booking-opens").values_list("state")) == [("discarded",)]


def test_the_queries_do_not_grow_with_sessions_people_or_letters() -> None:
    training = a_training()
    programme = training.cohort.programme
    by_itself(programme)
    an_expert("Ada")

    def asked(at: datetime) -> int:
        with CaptureQueriesContext(connection) as few:
            assert list(opens(programme, subjects=None, at=at))
        return len(few)

    heard(at=MORNING)
    before = asked(MORNING)
    for number in range(6):
        training_on(date(2024, 10, 2) + number * DAY, f"Course {number}", at=BEGUN + number * DAY)
        an_expert(f"Expert {number}")
        somebody(f"Friend {number}", RoleKind.COMMUNITY)
    heard(at=EARLY)
    assert (before, asked(EARLY)) == (12, 12)


_STEPS = st.tuples(st.sampled_from(["move", "terms", "cancel", "book", "join", "leave", "open"]), st.integers(0, 3))


@pytest.mark.soak
@settings(
    max_examples=150 if os.environ.get("HUB_SOAK") else 6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(_STEPS, min_size=3, max_size=8))
def test_whatever_a_team_does_nobody_hears_of_a_session_twice_or_of_one_they_could_not_book(
    steps: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        programme = _a_story()
        at = MORNING
        for what, which in steps:
            with suppress(Refusal), transaction.atomic():
                _does(what, which, at=at)
            heard(at=at + HOUR)
            told = [row for row in Message.objects.filter(state="sent", told__gt="") if row.sent_at == at + HOUR]
            for row in told:
                assert row.person is not None
                tries = transaction.savepoint()
                for session in Session.objects.filter(pk__in=row.told.split()):
                    commands.book_place(session, row.person, way=Way.ONLINE, by=row.person, at=at + HOUR)
                transaction.savepoint_rollback(tries)
            at += 11 * DAY
        reconcile_messages(programme, at=at)
        pairs = [(row.person_id, key) for row in Message.objects.filter(state="sent") for key in row.told.split()]
        assert len(pairs) == len(set(pairs))
        assert not reconcile_messages(programme, at=at).create
        transaction.set_rollback(True)


def _a_story() -> Programme:
    first = training_on(date(2024, 10, 1), "Course 0")
    training_on(date(2024, 10, 8), "Course 1", opens={Tier.ALUMNI: 30, Tier.EXPERTS: 20, Tier.COMMUNITY: 5})
    by_itself(first.cohort.programme)
    an_expert("Ada")
    somebody("Noor", RoleKind.ALUMNUS)
    somebody("Finn", RoleKind.COMMUNITY)
    return first.cohort.programme


def _does(what: str, which: int, *, at: datetime) -> None:
    sessions, people = list(Session.objects.order_by("pk")), list(Person.objects.order_by("pk"))
    session, person = sessions[which % len(sessions)], people[which % len(people)]
    if what == "move":
        moved(session, (at + (20 + 9 * which) * DAY).date(), at=at)
    elif what == "terms":
        days = (None, 40, 3, 14)[which]
        with_terms(session, opens={Tier.EXPERTS: days, Tier.COMMUNITY: 14, Tier.ALUMNI: None if which == 1 else 30}, at=at)
    elif what == "cancel":
        cancel_session(session, by=None, at=at)
        released(session.cohort, at=at)
    elif what == "book":
        books(person, session, at=at)
    elif what == "join":
        an_expert(f"Late {at:%j}")
    elif what == "leave":
        for role in person.roles.filter(ends_on__isnull=True):
            end_role(role, on=at.date(), by=None, at=at)
    elif what == "open":
        training_on((at + 30 * DAY).date(), f"Course {at:%j}", at=at)
