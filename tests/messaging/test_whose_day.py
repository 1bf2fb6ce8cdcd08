"""What is told of a session is told to who takes part on its day: whoever is to begin, until whoever leaves has left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Way
from hub.core.consent import Use
from hub.core.plan.model import Kind
from hub.messaging.happenings import audiences_of
from hub.messaging.models import Message, Rule
from hub.participation.commands import book_place, set_terms, withdraw
from hub.participation.models import Booking
from hub.people.commands import end_role, give_role
from hub.people.models import Person, Role, RoleKind
from hub.schedule.commands.sessions import edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from tests.admissions.onboarding import words
from tests.factories import a_session
from tests.messaging.calendars import Entry, calendars
from tests.messaging.telling import AUGUST, Scene, an_expert, somebody
from tests.participation.places import EXPERTS_FIRST

pytestmark = pytest.mark.django_db

CAFES = {date(2024, 9, 4), date(2024, 9, 18), date(2024, 9, 26), date(2024, 10, 2)}
KICK_OFF = date(2024, 8, 27)


def days(scene: Scene, address: str) -> set[date]:
    held = calendars(scene).get(address)
    return {begins.date() for begins in held.there().values()} if held else set()


def told(scene: Scene, address: str, about: str) -> list[str]:
    return [subject for to, subject in scene.received() if to == address and about in subject]


def live(scene: Scene, *, until: date, since: datetime = AUGUST) -> None:
    """Let the worker look every morning until a day."""
    at = since + timedelta(hours=1)
    while at.date() <= until:
        scene.send(at=at)
        at += timedelta(days=1)


def to_begin(scene: Scene, name: str = "Bo Lund", *, on: date | None = None) -> Person:
    """Somebody who was given their role in June: it begins with the cohort, as "Bring people in" has it, or later."""
    return an_expert(name, scene.cohort, starts_on=on or scene.cohort.starts_on)


def a_kick_off(scene: Scene) -> Session:
    """A kick-off some days before the cohort's first day, released."""
    kick_off = a_session(scene.cohort, title="Kick-off", kind=Kind.KICK_OFF, date=KICK_OFF, start=time(10), end=time(12))
    scene.release(at=AUGUST)
    return kick_off


def people_of(scene: Scene, group: str, *, at: datetime = AUGUST) -> set[int]:
    (found,) = [each for each in audiences_of(scene.programme, at=at) if each.name == group]
    return set(found.people())


def test_who_begins_with_the_cohort_is_invited_and_reminded_before_its_first_day(scene: Scene) -> None:
    to_begin(scene)
    a_kick_off(scene)
    scene.rule("calendar-invitations")
    scene.rule("session-two-weeks")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 8, 31))
    assert days(scene, "bo@example.org") == CAFES | {KICK_OFF}
    assert told(scene, "bo@example.org", "In two days") == ["In two days: Kick-off"]
    assert [each for each in told(scene, "bo@example.org", "Welcome on Wed 4 September") if "Collaboration Café" in each]
    live(scene, since=datetime(2024, 9, 1, 9, tzinfo=UTC), until=date(2024, 9, 4))
    assert len(told(scene, "bo@example.org", "In two days")) == 2
    assert scene.received().count(("bo@example.org", "In two days: Kick-off")) == 1


def test_who_came_to_the_kick_off_is_thanked_though_the_cohort_has_not_begun(scene: Scene) -> None:
    to_begin(scene)
    a_kick_off(scene)
    scene.rule("session-day-after")
    scene.send(at=datetime(2024, 8, 28, 10, 0, tzinfo=UTC))
    assert told(scene, "bo@example.org", "Kick-off") == ["Thank you for Kick-off"]


def test_who_joins_later_is_told_of_what_comes_from_their_first_day_on_and_of_nothing_before(scene: Scene) -> None:
    to_begin(scene, on=date(2024, 9, 18))
    a_kick_off(scene)
    scene.rule("calendar-invitations")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 9, 16))
    assert days(scene, "bo@example.org") == CAFES - {date(2024, 9, 4)}
    assert len(told(scene, "bo@example.org", "In two days")) == 1


def test_a_letter_in_summer_to_a_cohort_reaches_those_who_will_be_in_it(scene: Scene) -> None:
    bo, coach = to_begin(scene), an_expert("Theo Brandt", scene.cohort)
    give_role(coach, RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=AUGUST)
    end_role(Role.objects.get(person=scene.grace), on=AUGUST.date(), by=None, at=AUGUST)
    end_role(Role.objects.get(person=coach, kind="expert"), on=AUGUST.date(), by=None, at=AUGUST)
    assert people_of(scene, "experts:2024") == {scene.ada.pk, bo.pk}
    assert people_of(scene, "taking-part:2024") == {scene.ada.pk, bo.pk, coach.pk}
    assert people_of(scene, "part:coach") == {coach.pk}


def test_a_letter_to_the_team_goes_to_who_runs_the_programme_now(scene: Scene) -> None:
    bo = to_begin(scene)
    give_role(bo, RoleKind.TEAM, scene.programme, starts_on=date(2024, 9, 1), by=None, at=AUGUST)
    assert people_of(scene, "part:team") == {scene.mara.pk}
    assert people_of(scene, "part:team", at=datetime(2024, 9, 1, 12, tzinfo=UTC)) == {scene.mara.pk, bo.pk}


def test_who_is_to_begin_is_among_those_who_have_not_agreed_yet(scene: Scene) -> None:
    words(scene.programme, Use.TAKING_PART)
    bo = to_begin(scene)
    assert people_of(scene, "not-agreed:taking-part") == {scene.ada.pk, scene.grace.pk, bo.pk}


def test_who_is_to_begin_hears_what_changed_in_the_schedule_and_who_left_does_not(scene: Scene) -> None:
    to_begin(scene)
    end_role(Role.objects.get(person=scene.grace), on=AUGUST.date(), by=None, at=AUGUST)
    scene.rule("schedule-released")
    session = scene.first_session
    edit_session(session, replace(facts_of(session), start=time(14)), seen_at=session.edited_at, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.send(at=AUGUST + timedelta(hours=2))
    assert sorted(to for to, _ in scene.received()) == ["ada@example.org", "bo@example.org"]


def test_nobody_is_invited_or_reminded_of_what_is_after_their_last_day(scene: Scene) -> None:
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 10), by=None, at=AUGUST)
    scene.rule("calendar-invitations")
    scene.rule("session-two-weeks")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 9, 30))
    assert days(scene, "ada@example.org") == {date(2024, 9, 4)}
    assert len(told(scene, "ada@example.org", "")) == 3  # the invitation, and both reminders of that day
    assert told(scene, "ada@example.org", "Cancelled") == []
    assert days(scene, "grace@example.org") == CAFES


def test_once_a_last_day_is_known_a_calendar_loses_what_is_after_it_and_nothing_more_on_the_day(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.send(at=AUGUST)
    known = AUGUST + timedelta(days=3)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 10), by=None, at=known)
    scene.send(at=known)
    assert days(scene, "ada@example.org") == {date(2024, 9, 4)}
    assert len(told(scene, "ada@example.org", "Cancelled")) == 3
    live(scene, since=known, until=date(2024, 9, 12))
    assert len(told(scene, "ada@example.org", "")) == 4 + 3


def test_who_left_the_day_after_a_session_is_thanked_for_it_and_told_of_no_cancellation(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.rule("session-day-after")
    scene.send(at=AUGUST)
    left = datetime(2024, 9, 5, 7, 0, tzinfo=UTC)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=None, at=left)
    session = scene.first_session
    edit_session(session, replace(facts_of(session), start=time(14)), seen_at=session.edited_at, by=None, at=left)
    scene.release(at=left)
    scene.send(at=datetime(2024, 9, 5, 10, 0, tzinfo=UTC))
    assert told(scene, "ada@example.org", "Thank you") == ["Thank you for Collaboration Café: Welcome"]
    assert not [subject for subject in told(scene, "ada@example.org", "Wed 4 September") if subject.startswith("Cancelled")]


def a_training(scene: Scene) -> Session:
    """A training of 1 October, 14:00, that gives out places to everybody; released."""
    training = a_session(
        scene.cohort, title="Open Talk", kind=Kind.TRAINING, date=date(2024, 10, 1), start=time(14), end=time(16)
    )
    scene.release(at=AUGUST)
    set_terms(training, Terms(online=10, opens=dict.fromkeys(EXPERTS_FIRST)), by=None, at=AUGUST)
    Rule.objects.update(is_on=False)  # what the first session that is booked switches on
    return training


def a_guest(scene: Scene) -> Person:
    """Somebody of the community, with no part in the cohort."""
    person = somebody("Guy Duarte")
    give_role(person, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 6, 1), by=None, at=AUGUST)
    return person


def booked_and_invited(scene: Scene, *rules: str) -> tuple[Session, Person, Booking]:
    """A training in which Ada, an Expert, and a guest have a place, and stands in their calendars; the guest, and her place."""
    training, guest = a_training(scene), a_guest(scene)
    for rule in rules or ("calendar-invitations", "guests-invitations"):
        scene.rule(rule)
    hers = book_place(training, scene.ada, way=Way.ONLINE, by=scene.ada, at=AUGUST)
    book_place(training, guest, way=Way.ONLINE, by=guest, at=AUGUST)
    scene.send(at=AUGUST + timedelta(hours=1))
    return training, guest, hers


def entry_of(scene: Scene, address: str, session: Session) -> Entry:
    return calendars(scene)[address].entries[str(session.uid)]


def moved(scene: Scene, session: Session, *, to: time, at: datetime) -> None:
    session.refresh_from_db()
    facts = replace(facts_of(session), start=to, end=time(to.hour + 2))
    edit_session(session, facts, seen_at=session.edited_at, by=None, at=at)
    scene.release(at=at)
    scene.send(at=at)


LATER = AUGUST + timedelta(days=1)
WHICH = [
    pytest.param(("calendar-invitations", "guests-invitations"), id="guests are invited, too"),
    pytest.param(("calendar-invitations",), id="guests are not invited"),
]


@pytest.mark.parametrize("rules", WHICH)
def test_an_expert_who_leaves_and_keeps_a_place_reads_of_no_cancellation_and_is_kept_right_once(
    scene: Scene, rules: tuple[str, ...]
) -> None:
    training, _, _ = booked_and_invited(scene, *rules)
    end_role(Role.objects.get(person=scene.ada), on=LATER.date(), by=None, at=LATER)
    scene.send(at=LATER)
    about = "Open Talk"
    assert len(told(scene, "ada@example.org", about)) == 1  # the invitation
    assert days(scene, "ada@example.org") == {date(2024, 10, 1)}
    moved(scene, training, to=time(10), at=LATER + timedelta(hours=1))
    assert len(told(scene, "ada@example.org", about)) == 2
    assert told(scene, "ada@example.org", about)[-1].startswith("Changed: Open Talk")
    assert (entry_of(scene, "ada@example.org", training).sequence, entry_of(scene, "ada@example.org", training).is_there) == (
        1,
        True,
    )


def test_a_guest_with_a_place_who_becomes_an_expert_keeps_it_and_reads_of_no_cancellation(scene: Scene) -> None:
    training, guest, _ = booked_and_invited(scene)
    give_role(guest, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=LATER.date(), by=None, at=LATER)
    scene.send(at=LATER)
    assert len(told(scene, "guy@example.org", "Open Talk")) == 1
    assert days(scene, "guy@example.org") == CAFES | {date(2024, 10, 1)}
    moved(scene, training, to=time(10), at=LATER + timedelta(hours=1))
    assert len(told(scene, "guy@example.org", "Open Talk")) == 2
    assert entry_of(scene, "guy@example.org", training).sequence == 1


def test_who_left_and_gives_the_place_back_loses_it_in_the_calendar_and_only_then(scene: Scene) -> None:
    training, _, hers = booked_and_invited(scene)
    end_role(Role.objects.get(person=scene.ada), on=LATER.date(), by=None, at=LATER)
    scene.send(at=LATER)
    hers.refresh_from_db()
    withdraw(hers, by=scene.ada, at=LATER + timedelta(hours=1))
    scene.send(at=LATER + timedelta(hours=1))
    assert [each.partition(":")[0] for each in told(scene, "ada@example.org", "Open Talk")[1:]] == ["Cancelled"]
    assert not entry_of(scene, "ada@example.org", training).is_there


def test_a_training_whose_time_is_open_again_is_not_called_cancelled_to_who_left_and_keeps_a_place(scene: Scene) -> None:
    training, _, _ = booked_and_invited(scene)
    end_role(Role.objects.get(person=scene.ada), on=LATER.date(), by=None, at=LATER)
    facts = replace(facts_of(training), start=None, end=None)
    edit_session(training, facts, seen_at=training.edited_at, by=None, at=LATER)
    scene.release(at=LATER)
    scene.send(at=LATER)
    assert told(scene, "ada@example.org", "Open Talk")[-1].startswith("Time open again")


BEFORE = datetime(2024, 9, 29, 8, 30, tzinfo=UTC)  # two days before the training


@pytest.mark.parametrize("becomes", ["a guest", "an Expert"])
def test_who_passes_from_one_group_to_another_between_two_reminders_gets_one(scene: Scene, becomes: str) -> None:
    _, guest, _ = booked_and_invited(scene, "session-two-days", "guests-two-days")
    scene.send(at=BEFORE)
    after = BEFORE + timedelta(hours=1)
    if becomes == "a guest":
        end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 30), by=None, at=after)
    else:
        give_role(guest, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 30), by=None, at=after)
    for hours in range(1, 40, 4):
        scene.send(at=BEFORE + timedelta(hours=hours))
    assert Counter(to for to, subject in scene.received() if subject == "In two days: Open Talk") == Counter(
        {"ada@example.org": 1, "guy@example.org": 1}
    )


def test_who_passes_to_another_group_before_its_reminder_gets_that_of_the_group(scene: Scene) -> None:
    booked_and_invited(scene, "session-two-days", "guests-two-days")
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 20), by=None, at=LATER)
    scene.send(at=BEFORE)
    hers = Message.objects.filter(person=scene.ada, state="sent", sent_subject="In two days: Open Talk")
    assert [each.rule.usual for each in hers.select_related("rule") if each.rule] == ["guests-two-days"]


def test_looking_whether_somebody_was_told_as_another_asks_as_often_for_many_people_as_for_few(scene: Scene) -> None:
    training, _, _ = booked_and_invited(scene, "session-two-days", "guests-two-days")
    scene.send(at=BEFORE)
    with CaptureQueriesContext(connection) as few:
        scene.reconcile(at=BEFORE)
    for number in range(6):
        person = an_expert(f"Expert{number} Number", scene.cohort)
        book_place(training, person, way=Way.ONLINE, by=person, at=BEFORE)
    scene.reconcile(at=BEFORE)
    with CaptureQueriesContext(connection) as many:
        scene.reconcile(at=BEFORE)
    assert len(many) == len(few)
