"""Two records of one person become one: what counts is what says more, whichever record stays; and no place is taken twice."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.attendance import How, Known, weight
from hub.core.booking import HOLDING, LIVE, BookingState
from hub.core.claims import ClaimState
from hub.kit import worker
from hub.messaging.commands import adopt_usual, switch_rule
from hub.messaging.models import Message, Rule
from hub.participation import commands, queries
from hub.participation.models import Attendance, Booking, CatchUp, Excusal, Made, OneToOneNote
from hub.people.commands import merge_people, preview_merge, undo_merge
from hub.people.models import LikelyPair, Merge, Person, RoleKind
from hub.people.queries import foretold_partings
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, mara
from tests.participation.coaching import FIRST, NOW, a_coach, talks, there
from tests.participation.places import EARLY, STARTS, a_training, an_expert, books, somebody, states, with_account
from tests.participation.promising import after, cafes, own_promises
from tests.people.merging import besides_what_is_told, everything
from tests.scene import as_

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUPLICATES = "/team/practitioners-hub/people/duplicates/"


@pytest.fixture(autouse=True)
def post(settings) -> MemoryTransport:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    return settings.MAIL_TRANSPORT  # type: ignore[no-any-return]


def again(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def merged(kept: Person, gone: Person, *, by: Person | None = None, at: Any = EARLY + DAY) -> Merge:
    return merge_people(again(kept), again(gone), choices={}, by=by, at=at)


def the_worker_comes(*, at: Any) -> None:
    for _ in range(3):
        worker.drain(clock=lambda: at, most=500)


def in_a_full_training() -> tuple[Session, Person, Person, Person]:
    """Ada has a place and so has Bo; Grace waits; Ada's other record waits last."""
    training = a_training(capacity=2)
    ada, bo, grace, other = (with_account(an_expert(name)) for name in ("Ada", "Bo", "Grace", "Ada L"))
    for number, person in enumerate((ada, bo, grace, other)):
        books(person, training, at=EARLY + number * HOUR)
    return training, ada, other, grace


# -- whichever record stays


@pytest.mark.parametrize("stays", ["who has the place", "who waits"])
def test_nobody_loses_a_place_to_the_wait_of_their_other_record(stays: str, post: MemoryTransport) -> None:
    training, ada, other, _ = in_a_full_training()
    adopt_usual(training.cohort.programme, by=None, at=BEGUN)
    for rule in Rule.objects.filter(usual__in=("calendar-invitations", "booking-confirmed")):
        Rule.objects.filter(pk=rule.pk).update(needs_ok=False)
        switch_rule(rule, is_on=True, by=None, at=BEGUN)
    the_worker_comes(at=EARLY + 4 * HOUR)
    kept, gone = (ada, other) if stays == "who has the place" else (other, ada)
    merged(kept, gone, by=mara(training.cohort.programme))
    the_worker_comes(at=EARLY + DAY)
    the_worker_comes(at=EARLY + DAY + HOUR)
    assert Booking.objects.live().get(person=kept.pk).state == "booked"
    assert Booking.objects.get(person__name="Grace").state == "waiting"
    assert Message.objects.filter(person=kept.pk, calendar_method="REQUEST").exists()
    assert not Message.objects.filter(calendar_method="CANCEL").exists()
    assert not [each for each in post.sent if b"Cancelled" in each.message]


def test_where_both_had_a_place_the_freed_one_is_offered_to_who_waits_longest() -> None:
    training = a_training(capacity=2)
    ada, other = an_expert("Ada"), an_expert("Ada L")
    for person in (other, ada, an_expert("Grace")):
        books(person, training)
    merged(ada, other, by=mara(training.cohort.programme))
    the_worker_comes(at=EARLY + DAY)
    assert states(training) == {"Ada": "booked", "Grace": "offered"}


def test_a_colleague_brought_by_the_booking_that_goes_is_brought_by_the_one_that_stays() -> None:
    training = a_training(capacity=3, colleagues=1)
    ada, other = an_expert("Ada"), an_expert("Ada L")
    own = books(ada, training)
    guest = commands.bring_colleague(own, name="Bo", email="bo@example.org", by=ada, at=EARLY)
    place = books(other, training)
    Booking.objects.filter(pk=own.pk).update(state="waiting")
    merge = merged(ada, other, by=mara(training.cohort.programme))
    guest.refresh_from_db()
    assert guest.brought_by_id == place.pk
    undo_merge(merge, by=None, at=EARLY + DAY)
    guest.refresh_from_db()
    assert guest.brought_by_id == own.pk


class TakenBack(Exception):
    """The example is over."""


MARK = st.tuples(st.sampled_from(How), st.booleans(), st.one_of(st.none(), st.integers(1, 120)), st.integers(0, 3))


def put(row: models.Model, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(
    bookings=st.tuples(st.sampled_from(LIVE), st.sampled_from(LIVE)),
    hours=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    marks=st.tuples(MARK, MARK),
    claims=st.tuples(st.sampled_from(ClaimState), st.sampled_from(ClaimState)),
    numbers=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    first_stays=st.booleans(),
)
def test_of_any_two_standings_the_stronger_counts_whichever_record_stays_and_an_undo_brings_both_back(
    bookings: Any, hours: Any, marks: Any, claims: Any, numbers: Any, *, first_stays: bool
) -> None:
    with suppress(TakenBack), transaction.atomic():
        cohort, (cafe,), training = own_promises(), cafes(1), a_training(capacity=5)
        both = [an_expert("Ada"), an_expert("Ada L")]
        rows = [books(person, training) for person in both]
        for n, person in enumerate(both):
            how, came, minutes, hour = marks[n]
            put(rows[n], state=bookings[n].value, asked_at=EARLY + hours[n] * HOUR)
            Attendance.objects.create(
                session=cafe, person=person, how=how, came=came, minutes=minutes, at=after(cafe) + hour * HOUR, reason="seen"
            )
            said = {"session": cafe, "person": person, "state": claims[n], "state_at": BEGUN, "asked_at": BEGUN}
            Excusal.objects.create(reason="ill", **said)
            CatchUp.objects.create(watched_on=date(2024, 9, 5), note="seen", **said)
            Made.objects.create(cohort=cohort, person=person, key="case-study", number=numbers[n], edited_at=BEGUN)
        team = mara(cohort.programme)
        before = everything()
        kept, gone = both if first_stays else reversed(both)
        merge = merged(kept, gone, by=team)

        order = [BookingState.ASKED, BookingState.WAITING, BookingState.OFFERED, BookingState.BOOKED]
        place = Booking.objects.get(session=training)
        assert place.state == max(bookings, key=order.index)
        if bookings[0] is bookings[1]:
            assert place.asked_at == EARLY + min(hours) * HOUR
        holds = max(
            (
                Known(how=how, was_there=came, minutes=minutes, at=after(cafe) + hour * HOUR, reason="seen")
                for how, came, minutes, hour in marks
            ),
            key=weight,
        )
        there = Attendance.objects.get(session=cafe)
        assert (there.came, there.how) == (holds.was_there, holds.how)
        claim = max(claims, key=["withdrawn", "declined", "asked", "accepted"].index)
        assert {Excusal.objects.get().state, CatchUp.objects.get().state} == {claim.value}
        assert Made.objects.get().number == max(numbers)
        assert {row.person_id for row in (place, there, Excusal.objects.get(), Made.objects.get())} == {kept.pk}

        undo_merge(merge, by=team, at=EARLY + DAY)
        assert besides_what_is_told(everything(), before) == before
        connection.check_constraints()
        raise TakenBack


def test_minutes_of_a_file_stay_with_a_mark_that_says_none() -> None:
    (cafe,) = cafes(1)
    ada, other = an_expert("Ada"), an_expert("Ada L")
    commands.mark_attendance(cafe, {ada: True}, by=None, at=after(cafe))
    commands.mark_attendance(cafe, {other: True}, how=How.FILE, minutes={other: 118}, by=None, at=after(cafe))
    merged(ada, other, at=after(cafe) + DAY)
    row = Attendance.objects.get()
    assert (row.came, row.how, row.minutes) == (True, "register", 118)


@pytest.mark.parametrize("stays", [0, 1])
def test_a_booked_one_to_one_keeps_its_joining_link_whichever_record_of_the_coach_stays(stays: int) -> None:
    ines, other = a_coach("Ines"), a_coach("Ines M")
    there(ines, joining_link="")
    row = there(other, joining_link="https://meet.example.org/room")
    one = talks(an_expert("Ada"), row, FIRST)
    both = [ines, other]
    merge = merged(both[stays], both[1 - stays], at=NOW)
    one.refresh_from_db()
    assert queries.link_of(one) == "https://meet.example.org/room"
    undo_merge(merge, by=None, at=NOW)
    links = [each.joining_link for each in queries.availabilities_for(row.cohort)]
    assert sorted(links) == ["", "https://meet.example.org/room"]


def test_what_both_wrote_down_of_a_one_to_one_for_themselves_is_one_text() -> None:
    ines, other = a_coach("Ines"), a_coach("Ines M")
    one = talks(an_expert("Ada"), there(ines), FIRST)
    commands.write_note(one, text="She leads a team.", by=ines, at=NOW)
    OneToOneNote.objects.create(one_to_one=one, author=other, text="Ask about maps.", edited_at=NOW)
    merged(ines, other, at=NOW)
    assert OneToOneNote.objects.get().text == "She leads a team.\n\nAsk about maps."


# -- what is said before


def test_the_preview_says_which_counts() -> None:
    _, ada, other, _ = in_a_full_training()
    (cafe,) = cafes(1)
    commands.mark_attendance(cafe, {other: False}, how=How.FILE, by=None, at=after(cafe))
    commands.mark_attendance(cafe, {ada: True}, how=How.FILE, minutes={ada: 118}, by=None, at=after(cafe))
    team = with_account(somebody("Mara", RoleKind.TEAM))
    first, second = sorted((ada.pk, other.pk))
    pair = LikelyPair.objects.create(first_id=first, second_id=second, rank=3, reasons=["name"], found_at=BEGUN)
    html = as_(team).get(f"{DUPLICATES}{pair.pk}/?keep={other.pk}").content.decode()
    assert "Both have a booking for “Systems Thinking”: the place stays, the waiting one goes." in html
    assert "“Café 1”: there, 118 minutes (from a file) counts, not there (from a file) goes." in html


def test_a_preview_asks_as_often_for_many_that_clash_as_for_few() -> None:
    team = with_account(somebody("Mara", RoleKind.TEAM))
    browser = as_(team)

    def asked(number: int) -> int:
        ada, other = an_expert(f"Ada {number}"), an_expert(f"Ada L {number}")
        for n in range(number):
            training = a_training(capacity=5, on=date(2024, 10, 1 + n))
            for person in (ada, other):
                books(person, training)
        first, second = sorted((ada.pk, other.pk))
        pair = LikelyPair.objects.create(first_id=first, second_id=second, rank=3, reasons=["name"], found_at=BEGUN)
        browser.get(f"{DUPLICATES}{pair.pk}/")
        with CaptureQueriesContext(connection) as found:
            assert "Both have" in browser.get(f"{DUPLICATES}{pair.pk}/").content.decode()
        return len(found)

    assert asked(1) == asked(3)


# -- undoing it


def given_on() -> tuple[Session, Merge, Person]:
    """Both records of Ada had a place; they were merged, and Grace took the one that became free; Iris waits."""
    training = a_training(capacity=2)
    team = with_account(somebody("Mara", RoleKind.TEAM))
    ada, other, grace, iris = (an_expert(name) for name in ("Ada", "Ada L", "Grace", "Iris"))
    for number, person in enumerate((ada, other, grace, iris)):
        books(person, training, at=EARLY + number * HOUR)
    merge = merged(ada, other, by=team)
    the_worker_comes(at=EARLY + DAY)
    commands.accept_place(Booking.objects.get(person=grace), by=grace, at=EARLY + DAY)
    return training, merge, team


def test_whose_place_was_given_on_comes_back_first_on_the_waiting_list() -> None:
    training, merge, team = given_on()
    undo_merge(merge, by=team, at=EARLY + 2 * DAY)
    assert states(training) == {"Ada": "booked", "Ada L": "waiting", "Grace": "booked", "Iris": "waiting"}
    commands.withdraw(Booking.objects.get(person__name="Grace"), by=None, at=EARLY + 2 * DAY)
    assert states(training)["Ada L"] == "offered"
    assert states(training)["Iris"] == "waiting"


def test_they_are_first_in_line_though_somebody_asked_before_them() -> None:
    training, merge, team = given_on()
    Booking.objects.filter(person__name="Iris").update(asked_at=EARLY - DAY)
    undo_merge(merge, by=team, at=EARLY + 2 * DAY)
    waiting = Booking.objects.filter(session=training, state="waiting").order_by("asked_at")
    assert [row.person.name for row in waiting.select_related("person")] == ["Ada L", "Iris"]


def test_a_place_nobody_took_meanwhile_comes_back_as_it_was() -> None:
    training = a_training(capacity=2)
    ada, other = an_expert("Ada"), an_expert("Ada L")
    for person in (ada, other):
        books(person, training)
    before = everything()
    merge = merged(ada, other)
    assert foretold_partings([merge], by=None, at=EARLY + DAY) == {}
    undo_merge(merge, by=None, at=EARLY + DAY)
    assert besides_what_is_told(everything(), before) == before


def test_once_the_session_has_begun_bookings_come_back_as_they_were() -> None:
    training, merge, _ = given_on()
    undo_merge(merge, by=None, at=STARTS + HOUR)
    held = Booking.objects.filter(session=training, state__in=[state.value for state in HOLDING])
    assert sorted(row.person.name for row in held.select_related("person")) == ["Ada", "Ada L", "Grace"]


def test_the_list_says_before_the_button_whose_place_was_given_on_and_what_came_of_it_after() -> None:
    _, merge, team = given_on()
    said = "The place of Ada L in “Systems Thinking” has been given on meanwhile: they come back first on its waiting list."
    with time_machine.travel(EARLY + 2 * DAY, tick=False):
        browser = as_(team)
        assert f"If this is undone: {said}" in browser.get(DUPLICATES).content.decode()
        html = browser.post(DUPLICATES, {"do": "undo", "merge": merge.pk}, follow=True).content.decode()
    assert f"Undone: Ada and Ada L are two records again. {said}" in html


def test_a_session_of_another_team_is_not_named_before_an_undo() -> None:
    _, merge, _ = given_on()
    stranger = somebody("Sam", RoleKind.COMMUNITY)
    ((sentence,),) = foretold_partings([merge], by=stranger, at=EARLY + 2 * DAY).values()
    assert "a session of another programme" in sentence


def test_merges_are_foretold_in_as_many_questions_for_many_as_for_few() -> None:
    _, merge, team = given_on()

    def asked(merges: list[Merge]) -> int:
        with CaptureQueriesContext(connection) as found:
            foretold_partings(merges, by=team, at=EARLY + 2 * DAY)
        return len(found)

    merge = Merge.objects.select_related("kept").get(pk=merge.pk)
    assert asked([merge]) == asked([merge, merge, merge])


def test_what_both_have_is_found_by_the_row_that_stays_whichever_it_is() -> None:
    _, ada, other, _ = in_a_full_training()
    (relation,) = [
        each for each in preview_merge(again(other), again(ada)).relations if each.name == "participation.Booking.person"
    ]
    (collision,) = relation.collisions
    assert isinstance(collision.stays, Booking)
    assert (relation.count, collision.stays.state, collision.stays.person_id) == (1, "booked", ada.pk)
