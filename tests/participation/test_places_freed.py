"""A place that becomes free, however it does, is offered to who waits longest: nobody waits beside one for long."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.booking import NotBookable, Terms, Tier, Way
from hub.core.errors import Refusal
from hub.kit import worker
from hub.kit.models import JournalEntry
from hub.messaging.models import Message
from hub.participation import commands, queries
from hub.participation.models import Booking
from hub.people.commands import ask_erasure, carry_out_erasure, end_role, merge_people, undo_merge
from hub.people.models import Merge, Person, Role
from hub.schedule.commands.sessions import cancel_session, edit_session, restore_session
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import mara, sam, some_facts
from tests.participation.places import (
    EARLY,
    EXPERTS_FIRST,
    STARTS,
    a_training,
    an_expert,
    books,
    released,
    states,
)

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def post(settings) -> MemoryTransport:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    return settings.MAIL_TRANSPORT  # type: ignore[no-any-return]


def a_full_training(*names: str, capacity: int = 1, **terms: object) -> tuple[Session, list[Booking]]:
    training = a_training(capacity=capacity, **terms)
    return training, [books(an_expert(name), training, at=EARLY + n * HOUR) for n, name in enumerate(names)]


def the_worker_comes(*, at: datetime) -> None:
    worker.drain(clock=lambda: at, most=500)


def forgotten(person: Person, *, at: datetime) -> datetime:
    """Have somebody forgotten; give when they were."""
    erasure = ask_erasure(person, by=None, at=at)
    carry_out_erasure(erasure, by=None, at=erasure.due_at)
    return erasure.due_at


def moved(training: Session, *, at: datetime, **facts: object) -> None:
    """Change a session, and release it."""
    training.refresh_from_db()
    changed = some_facts(title=training.title, **facts)
    edit_session(training, changed, seen_at=training.edited_at, by=None, at=at)
    released(training.cohort, at=at)


def told(name: str, *, at: datetime) -> list[str]:
    """Let the worker come twice, to compare and to send, and give which letters somebody has got."""
    the_worker_comes(at=at)
    the_worker_comes(at=at)
    rows = Message.objects.filter(state="sent", person__name=name).order_by("pk").select_related("rule")
    return [row.rule.usual for row in rows if row.rule]


# -- whoever had a place is gone


def test_the_place_of_somebody_who_is_forgotten_is_offered_to_who_waits_longest() -> None:
    training, (ada, _) = a_full_training("Ada", "Grace")
    gone = forgotten(ada.person, at=EARLY + DAY)
    the_worker_comes(at=gone)
    assert states(training) == {"Grace": "offered"}


def test_it_is_offered_by_whoever_books_though_the_worker_has_not_come() -> None:
    training, (ada, _) = a_full_training("Ada", "Grace")
    gone = forgotten(ada.person, at=EARLY + DAY)
    assert books(an_expert("Iris"), training, at=gone).state == "waiting"
    assert states(training) == {"Grace": "offered", "Iris": "waiting"}


def test_the_second_place_of_a_person_of_two_records_is_offered_when_they_become_one() -> None:
    training, (ada, again, _) = a_full_training("Ada", "Ada L", "Grace", capacity=2)
    merge_people(ada.person, again.person, choices={}, by=mara(training.cohort.programme), at=EARLY + DAY)
    the_worker_comes(at=EARLY + DAY)
    assert states(training) == {"Ada": "booked", "Grace": "offered"}


def test_the_place_of_a_guest_with_no_part_in_the_programme_is_found_when_the_worker_looks_round() -> None:
    training = a_training(capacity=1, opens={Tier.EXPERTS: None, Tier.PUBLIC: None})
    guest = sam()
    books(guest, training)
    books(an_expert("Grace"), training)
    gone = forgotten(guest, at=EARLY + DAY)  # no programme is told: they have a part in none
    the_worker_comes(at=gone)
    assert states(training) == {"Grace": "offered"}


# -- booking is open again


def test_when_a_release_opens_booking_again_the_place_given_back_meanwhile_is_offered() -> None:
    training, (ada, _) = a_full_training("Ada", "Grace", closes_hours=48)
    late = STARTS - 40 * HOUR
    commands.withdraw(ada, by=ada.person, at=late)
    assert states(training) == {"Ada": "withdrawn", "Grace": "waiting"}
    moved(training, date=date(2024, 10, 29), at=late)
    the_worker_comes(at=late)
    assert states(training) == {"Ada": "withdrawn", "Grace": "offered"}


def test_when_a_session_is_on_again_the_places_made_meanwhile_are_offered() -> None:
    training, _ = a_full_training("Ada", "Grace")
    cancel_session(training, by=None, at=EARLY + DAY)
    released(training.cohort, at=EARLY + DAY)
    commands.set_terms(training, Terms(online=2, opens=EXPERTS_FIRST), by=None, at=EARLY + 2 * DAY)
    the_worker_comes(at=EARLY + 2 * DAY)
    assert states(training) == {"Ada": "booked", "Grace": "waiting"}
    training.refresh_from_db()
    restore_session(training, by=None, at=EARLY + 3 * DAY)
    released(training.cohort, at=EARLY + 3 * DAY)
    the_worker_comes(at=EARLY + 3 * DAY)
    assert states(training) == {"Ada": "booked", "Grace": "offered"}


def test_looking_round_for_places_asks_the_database_as_often_however_many_sessions_there_are() -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as found:
            sessions = queries.sessions_to_see_to(None, at=EARLY + 60 * DAY)
        return len(found), len(sessions)

    def freed(*names: str, on: date) -> None:
        training = a_training(capacity=1, on=on)
        here = [books(an_expert(name), training) for name in names]
        forgotten(here[0].person, at=EARLY)

    freed("Ada", "Grace", on=date(2025, 1, 14))
    first = asked()
    freed("Ines", "Noor", on=date(2025, 1, 15))
    freed("Vera", "Tove", on=date(2025, 1, 16))
    assert (first, asked()) == ((3, 1), (3, 3))


# -- an offer's time does not run while nobody can say yes


def off_and_on_again(training: Session, *, off: datetime, on: datetime) -> None:
    training.refresh_from_db()
    cancel_session(training, by=None, at=off)
    released(training.cohort, at=off)
    the_worker_comes(at=off + HOUR)
    training.refresh_from_db()
    restore_session(training, by=None, at=on)
    released(training.cohort, at=on)


def without_a_time_and_with_one_again(training: Session, *, off: datetime, on: datetime) -> None:
    moved(training, date=None, start=None, end=None, at=off)
    the_worker_comes(at=off + HOUR)
    moved(training, date=date(2024, 10, 1), start=time(14), end=time(16), at=on)


@pytest.mark.parametrize("stands_still", [off_and_on_again, without_a_time_and_with_one_again])
@pytest.mark.parametrize("days", [1, 6])  # before the offer's time is over, and after
def test_who_was_offered_a_place_before_the_session_stood_still_is_offered_it_anew_and_hears_of_it(
    stands_still: Callable[..., None], days: int
) -> None:
    training, (ada, grace, _) = a_full_training("Ada", "Grace", "Iris")
    commands.withdraw(ada, by=ada.person, at=EARLY + 3 * HOUR)
    assert told("Grace", at=EARLY + 3 * HOUR) == ["booking-offered"]
    on = EARLY + days * DAY
    stands_still(training, off=EARLY + 5 * HOUR, on=on)
    assert told("Grace", at=on)[-1] == "booking-offered"
    assert told("Grace", at=on).count("booking-offered") == 2
    assert states(training) == {"Ada": "withdrawn", "Grace": "offered", "Iris": "waiting"}
    assert Booking.objects.get(pk=grace.pk).offered_until == on + 48 * HOUR
    the_worker_comes(at=on + 48 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "lapsed", "Iris": "offered"}
    verbs = JournalEntry.objects.filter(thing="participation.Booking", thing_id=str(grace.pk)).order_by("pk")
    assert [*verbs.values_list("verb", flat=True)] == ["booked", "offered", "put-back", "offered", "lapsed"]


def test_who_says_yes_as_soon_as_the_session_is_on_again_has_the_place_though_the_worker_has_not_come() -> None:
    training, (ada, grace) = a_full_training("Ada", "Grace")
    commands.withdraw(ada, by=ada.person, at=EARLY + 3 * HOUR)
    off_and_on_again(training, off=EARLY + 5 * HOUR, on=EARLY + 6 * DAY)
    commands.accept_place(grace, by=grace.person, at=EARLY + 6 * DAY)
    assert states(training) == {"Ada": "withdrawn", "Grace": "booked"}


def test_an_offer_goes_with_booking_also_where_the_session_stood_still_meanwhile() -> None:
    training, (ada, _) = a_full_training("Ada", "Grace", closes_hours=24)
    commands.withdraw(ada, by=ada.person, at=STARTS - 40 * HOUR)
    off_and_on_again(training, off=STARTS - 39 * HOUR, on=STARTS - 20 * HOUR)
    the_worker_comes(at=STARTS - 20 * HOUR)
    assert states(training) == {"Ada": "withdrawn", "Grace": "lapsed"}
    assert told("Grace", at=STARTS - 20 * HOUR)[-1] == "booking-ended"


# -- whatever happens in whatever order

NAMES = ("Ada", "Grace", "Iris", "Noor", "Vera")
DATES = (date(2024, 9, 10), date(2024, 10, 1), date(2024, 12, 3), date(2025, 2, 4))


@dataclass
class World:
    """A training with few places, five who want one, and a clock."""

    training: Session
    people: dict[str, int]
    clock: datetime = EARLY
    merges: list[int] = field(default_factory=list)

    def book(self, name: str, way: Way) -> None:
        books(self._person(name), self.training, way=way, at=self.clock)

    def withdraw(self, name: str) -> None:
        commands.withdraw(self._booking(name), by=None, at=self.clock)

    def accept(self, name: str) -> None:
        commands.accept_place(self._booking(name), by=self._person(name), at=self.clock)

    def end(self, name: str) -> None:
        for role in Role.objects.filter(person=self._person(name), ends_on=None):
            end_role(role, on=self.clock.date(), by=None, at=self.clock)
            ahead = queries.held_ahead(self.training.cohort.programme, at=self.clock)
            keys = [each.shown.key for each in ahead if not each.shown.allowed]
            commands.give_up_ahead(self.training.cohort.programme, keys, by=None, at=self.clock)

    def erase(self, name: str) -> None:
        self.clock = forgotten(self._person(name), at=self.clock)

    def merge(self, name: str, other: str) -> None:
        team = mara(self.training.cohort.programme)
        done = merge_people(self._person(name), self._person(other), choices={}, by=team, at=self.clock)
        self.merges.append(done.pk)

    def part(self) -> None:
        if self.merges:
            team = mara(self.training.cohort.programme)
            undo_merge(Merge.objects.get(pk=self.merges.pop()), by=team, at=self.clock)

    def move(self, to: date | None) -> None:
        self.training.refresh_from_db()
        when = {"date": to, "start": time(14), "end": time(16)} if to else {"date": None, "start": None, "end": None}
        edit_session(
            self.training, some_facts(title="Systems Thinking", **when), seen_at=self.training.edited_at, by=None, at=self.clock
        )

    def cancel(self) -> None:
        self.training.refresh_from_db()
        cancel_session(self.training, by=None, at=self.clock)

    def restore(self) -> None:
        self.training.refresh_from_db()
        restore_session(self.training, by=None, at=self.clock)

    def release(self) -> None:
        released(self.training.cohort, at=self.clock)

    def places(self, online: int, room: int, closes_hours: int) -> None:
        terms = Terms(online=online, room=room, opens={Tier.EXPERTS: None, Tier.COMMUNITY: None}, closes_hours=closes_hours)
        commands.set_terms(self.training, terms, by=None, at=self.clock)

    def wait(self, hours: int) -> None:
        self.clock += hours * HOUR

    def _person(self, name: str) -> Person:
        return Person.objects.filter(pk=self.people[name]).first() or sam()

    def _booking(self, name: str) -> Booking:
        found = Booking.objects.live().filter(person=self.people[name]).select_related("session__cohort__programme", "person")
        row = found.first()
        if row is None:
            raise NotBookable("They have none.")
        return row


who = st.sampled_from(NAMES)
STEPS = st.one_of(
    st.tuples(st.just("book"), who, st.sampled_from(Way)),
    st.tuples(st.just("book"), who, st.just(Way.ONLINE)),
    st.tuples(st.sampled_from(("withdraw", "accept", "end", "erase")), who),
    st.tuples(st.just("merge"), who, who),
    st.tuples(st.just("move"), st.sampled_from((*DATES, None))),
    st.tuples(st.sampled_from(("part", "cancel", "restore", "release", "release"))),
    st.tuples(st.just("places"), st.integers(1, 3), st.integers(0, 1), st.sampled_from((0, 72))),
    st.tuples(st.just("wait"), st.sampled_from((3, 50, 400))),
)


@settings(
    max_examples=150 if os.environ.get("HUB_SOAK") else 15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=st.lists(STEPS, min_size=4, max_size=16))
def test_in_any_sequence_of_changes_nobody_waits_beside_a_free_place_once_the_worker_has_come(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    with suppress(TakenBack), transaction.atomic():
        training = a_training(capacity=1, room=1, opens={Tier.EXPERTS: None, Tier.COMMUNITY: None}, on=DATES[2])
        world = World(training, {name: an_expert(name).pk for name in NAMES})
        for name in NAMES[:3]:
            world.book(name, Way.ONLINE)
        for name, *given_ in steps:
            world.clock += HOUR / 6
            with suppress(Refusal), transaction.atomic():
                getattr(world, name)(*given_)
        the_worker_comes(at=world.clock)
        with suppress(NotBookable):
            frame = queries.frame_of(training)
            assert frame is not None
            stands = queries.taken_of(training, frame.terms)
            is_open = world.clock < frame.window.closes_at
            offers = Booking.objects.filter(state="offered")
            assert [way for way in frame.terms.ways if is_open and stands[way].free and stands[way].waiting] == []
            assert not offers.filter(offered_until__lte=world.clock).exists()
            assert is_open or not offers.exists()
        assert queries.sessions_to_see_to(None, at=world.clock) == []
        raise TakenBack


class TakenBack(Exception):
    """Ends an example and takes all it wrote back."""
