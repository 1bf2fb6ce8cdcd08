"""Who has a place hears once that the session is cancelled, moved or back on, whatever their calendar is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.core.booking import Terms, Tier, Way
from hub.core.choices import Cadence, Topic
from hub.core.plan.model import Kind
from hub.messaging.commands import choose, remove_rule, remove_template, switch_rule
from hub.messaging.happenings import Facts
from hub.messaging.models import Message, Rule, Template
from hub.participation import commands
from hub.participation.booking_facts import cancelled, moved
from hub.participation.jobs import begin_telling_what_came_later
from hub.participation.letters import OF_COLLEAGUES
from hub.participation.models import Booking
from hub.people.commands import give_role
from hub.people.models import Person, RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session, restore_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_session
from tests.messaging.telling import AUGUST, Scene, a_telling_scene, an_expert, somebody
from tests.participation.places import EXPERTS_FIRST

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
USUAL = ("place-cancelled", "place-moved", "booking-cancelled", "calendar-invitations", "guests-invitations")


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.MAIL_TRANSPORT = MemoryTransport()
    return a_telling_scene(settings.MAIL_TRANSPORT)


def a_training(scene: Scene, *, places: int = 1) -> Session:
    """A released training in the cohort, with few places; whoever may book may at once."""
    session = a_session(
        scene.cohort, title="Systems Thinking", kind=Kind.TRAINING, date=date(2024, 10, 1), start=time(14), end=time(16)
    )
    scene.release(at=BEGUN + 2 * HOUR)
    opens: dict[Tier, int | None] = dict.fromkeys(EXPERTS_FIRST)
    commands.set_terms(session, Terms(online=places, opens=opens), by=None, at=AUGUST)
    return session


def books(person: Person, session: Session, *, at: datetime = AUGUST) -> None:
    commands.book_place(session, person, way=Way.ONLINE, by=person, at=at)


def a_guest(scene: Scene) -> Person:
    """Somebody of the community, who takes no part in the cohort."""
    guest = somebody("Guy Guest")
    give_role(guest, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 6, 1), by=None, at=BEGUN)
    return guest


def works(scene: Scene, *, at: datetime) -> list[tuple[str, str]]:
    """Let the worker come for two days, and give who got which letter about places, in the order of names."""
    before = set(Message.objects.values_list("pk", flat=True))
    for hours in range(0, 50, 7):
        scene.send(at=at + hours * HOUR)
    found = Message.objects.filter(state="sent", rule__usual__in=USUAL).exclude(pk__in=before)
    return sorted((str(each.person), each.rule.usual) for each in found.select_related("person", "rule") if each.rule)


def changes(scene: Scene, session: Session, what: str, *, at: datetime) -> None:
    """Cancel, restore or move a session a day on or back, and release it."""
    session.refresh_from_db()
    if what == "cancel":
        cancel_session(session, by=None, at=at)
    elif what == "restore":
        restore_session(session, by=None, at=at)
    else:
        days = timedelta(days=-1 if what == "back" else 1)
        facts = replace(facts_of(session), date=session.date + days) if session.date else facts_of(session)
        edit_session(session, facts, seen_at=session.edited_at, by=None, at=at)
    scene.release(at=at)


def test_with_the_letters_about_bookings_alone_everybody_with_a_place_or_waiting_hears_each_change(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    books(scene.grace, training)
    scene.send(at=AUGUST + HOUR)
    told, at = [], AUGUST + 2 * HOUR
    for what in ("move", "cancel", "restore", "cancel"):
        changes(scene, training, what, at=at)
        told.append(works(scene, at=at + HOUR))
        at += timedelta(days=3)
    both = [("Ada Lindqvist", "place-cancelled"), ("Grace Amara", "booking-cancelled")]
    moved = [("Ada Lindqvist", "place-moved")]
    assert told == [moved, both, moved, both]


def test_a_cancellation_is_told_though_something_else_was_released_since(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    books(scene.grace, training)
    scene.send(at=AUGUST + HOUR)
    at = AUGUST + 2 * HOUR
    changes(scene, training, "cancel", at=at)
    changes(scene, scene.first_session, "move", at=at + HOUR)
    assert works(scene, at=at + 2 * HOUR) == [("Ada Lindqvist", "place-cancelled"), ("Grace Amara", "booking-cancelled")]


def test_who_hears_of_it_through_their_calendar_gets_no_second_mail(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    training, guest = a_training(scene, places=5), a_guest(scene)
    for person in (scene.ada, guest):
        books(person, training)
    invited = works(scene, at=AUGUST + HOUR)
    assert ("Ada Lindqvist", "calendar-invitations") in invited
    assert ("Guy Guest", "guests-invitations") in invited
    at = AUGUST + timedelta(days=4)
    for what in ("move", "cancel", "restore", "cancel"):
        changes(scene, training, what, at=at)
        told = works(scene, at=at + HOUR)
        assert told == [("Ada Lindqvist", "calendar-invitations"), ("Guy Guest", "guests-invitations")]
        at += timedelta(days=4)


def test_who_chose_never_to_be_invited_hears_by_the_letter_about_their_place(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    training, guest = a_training(scene, places=5), a_guest(scene)
    for person in (scene.ada, guest):
        choose(person, scene.programme, Topic.INVITATIONS, Cadence.OFF, by=person, at=AUGUST)
        books(person, training)
    works(scene, at=AUGUST + HOUR)
    changes(scene, training, "move", at=AUGUST + timedelta(days=4))
    assert works(scene, at=AUGUST + timedelta(days=4, hours=1)) == [
        ("Ada Lindqvist", "place-moved"),
        ("Guy Guest", "place-moved"),
    ]
    changes(scene, training, "cancel", at=AUGUST + timedelta(days=8))
    assert works(scene, at=AUGUST + timedelta(days=8, hours=1)) == [
        ("Ada Lindqvist", "place-cancelled"),
        ("Guy Guest", "place-cancelled"),
    ]


def test_what_concerns_nobody_who_comes_is_told_nobody_and_neither_is_what_was_before_they_booked(scene: Scene) -> None:
    training = a_training(scene)
    changes(scene, training, "move", at=AUGUST + HOUR)
    books(scene.ada, training, at=AUGUST + 2 * HOUR)
    works(scene, at=AUGUST + 3 * HOUR)
    training.refresh_from_db()
    edit_session(
        training, replace(facts_of(training), summary="More."), seen_at=training.edited_at, by=None, at=AUGUST + 60 * HOUR
    )
    scene.release(at=AUGUST + 60 * HOUR)
    assert works(scene, at=AUGUST + 61 * HOUR) == []


def test_another_place_and_a_day_that_is_open_again_are_told_in_words_of_their_own(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    scene.send(at=AUGUST + HOUR)
    count = len(scene.mail.sent)
    for hours, facts in ((2, {"place": "Room 4, Library"}), (9, {"date": None, "start": None, "end": None})):
        training.refresh_from_db()
        at = AUGUST + hours * HOUR
        edit_session(training, replace(facts_of(training), **facts), seen_at=training.edited_at, by=None, at=at)
        scene.release(at=at)
        scene.send(at=at + HOUR)
    elsewhere, opened = scene.letters()[count:]
    first = elsewhere.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "has changed. It is now:" in first
    assert "It was:" not in first
    second = opened.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "It was: Tue 1 October 2024, 14:00–16:00 (London)" in second
    assert str(opened["Subject"]).startswith("Changed: Systems Thinking")


def told_to(scene: Scene, person: Person, *, at: datetime) -> list[str]:
    """Let the worker come, and give the words of the letters about places somebody got, under their subject."""
    before = set(Message.objects.values_list("pk", flat=True))
    works(scene, at=at)
    found = Message.objects.filter(state="sent", rule__usual__in=USUAL, person=person).exclude(pk__in=before)
    return [f"{each.sent_subject}\n{each.sent_body}" for each in found.order_by("pk")]


def test_of_two_moves_before_anybody_was_told_they_hear_from_when_they_know_to_when_it_is(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    scene.send(at=AUGUST + HOUR)
    for hours in (2, 3):
        changes(scene, training, "move", at=AUGUST + hours * HOUR)
    (said,) = told_to(scene, scene.ada, at=AUGUST + 4 * HOUR)
    assert "It was: Tue 1 October 2024" in said
    assert "Thu 3 October 2024" in said
    assert "2 October" not in said


def test_what_was_moved_and_moved_back_or_cancelled_and_restored_before_anybody_was_told_is_told_nobody(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    scene.send(at=AUGUST + HOUR)
    changes(scene, training, "move", at=AUGUST + 2 * HOUR)
    changes(scene, training, "back", at=AUGUST + 3 * HOUR)
    assert told_to(scene, scene.ada, at=AUGUST + 4 * HOUR) == []
    changes(scene, training, "cancel", at=AUGUST + 80 * HOUR)
    changes(scene, training, "restore", at=AUGUST + 81 * HOUR)
    assert told_to(scene, scene.ada, at=AUGUST + 82 * HOUR) == []


def test_what_was_told_is_known_so_moving_back_is_told_from_there(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    scene.send(at=AUGUST + HOUR)
    changes(scene, training, "move", at=AUGUST + 2 * HOUR)
    told_to(scene, scene.ada, at=AUGUST + 3 * HOUR)
    changes(scene, training, "back", at=AUGUST + 80 * HOUR)
    (said,) = told_to(scene, scene.ada, at=AUGUST + 81 * HOUR)
    assert "It was: Wed 2 October 2024" in said


def test_a_cancellation_names_the_day_they_know_where_a_move_before_it_was_never_told(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    scene.send(at=AUGUST + HOUR)
    changes(scene, training, "move", at=AUGUST + 2 * HOUR)
    changes(scene, training, "cancel", at=AUGUST + 3 * HOUR)
    (said,) = told_to(scene, scene.ada, at=AUGUST + 4 * HOUR)
    assert said.startswith("Cancelled: Systems Thinking, Tue 1 October 2024")
    assert "2 October" not in said


@pytest.mark.parametrize(("what", "facts"), [("move", moved), ("cancel", cancelled)])
def test_many_with_places_cost_as_many_queries_as_one(scene: Scene, what: str, facts: Facts) -> None:
    training = a_training(scene, places=9)
    books(scene.ada, training)
    scene.rule("calendar-invitations")
    scene.send(at=AUGUST + HOUR)
    changes(scene, training, what, at=AUGUST + 2 * HOUR)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = list(facts(scene.programme, subjects=None, at=AUGUST + 3 * HOUR, since=BEGUN))
        return len(found), len(queries)

    one, queries = asked()
    Booking.objects.bulk_create(
        Booking(
            session=training,
            person=an_expert(f"Bo{number} Berg", scene.cohort),
            way="online",
            state="booked",
            state_at=AUGUST,
            asked_at=AUGUST,
        )
        for number in range(4)
    )
    assert (one, asked()) == (1, (5, queries))


def test_who_was_told_of_a_cancellation_before_it_had_a_number_is_not_told_again(scene: Scene) -> None:
    training = a_training(scene)
    books(scene.ada, training)
    books(scene.grace, training)
    scene.send(at=AUGUST + HOUR)
    changes(scene, training, "cancel", at=AUGUST + 2 * HOUR)
    scene.send(at=AUGUST + 3 * HOUR)
    told = Message.objects.get(person=scene.grace, rule__usual="booking-cancelled")
    Message.objects.filter(pk=told.pk).update(subject_key=told.subject_key.rpartition(":")[0])
    assert works(scene, at=AUGUST + 4 * HOUR) == []


def test_a_programme_that_told_of_bookings_before_tells_who_has_a_place_unasked_and_what_its_team_removed_stays_so(
    scene: Scene,
) -> None:
    a_training(scene)
    rules = Rule.objects.filter(usual__in=("place-cancelled", "place-moved"))
    words = list(rules.values_list("template", flat=True))
    rules.delete()
    Template.objects.filter(pk__in=words).delete()
    night = datetime(2024, 8, 2, 3, 0, tzinfo=UTC)
    begin_telling_what_came_later({}, at=night)
    assert list(rules.order_by("usual").values_list("usual", "is_on")) == [("place-cancelled", True), ("place-moved", True)]
    for rule in rules.all():
        remove_rule(switch_rule(rule, is_on=False, by=None, at=night), by=None, at=night)
    begin_telling_what_came_later({}, at=night + timedelta(days=1))
    assert not rules.exists()


def test_letters_to_colleagues_come_to_a_running_programme_once_each_and_not_again_where_letter_and_words_were_removed(
    scene: Scene,
) -> None:
    a_training(scene)
    rules = Rule.objects.filter(usual__in=OF_COLLEAGUES)
    words = list(rules.values_list("template", flat=True))
    rules.delete()
    Template.objects.filter(pk__in=words).delete()
    night = datetime(2024, 8, 2, 3, 0, tzinfo=UTC)
    begin_telling_what_came_later({}, at=night)
    assert list(rules.order_by("usual").values_list("usual", "is_on")) == [(each, True) for each in OF_COLLEAGUES]
    gone = rules.get(usual="colleague-asked")
    template = gone.template
    remove_rule(switch_rule(gone, is_on=False, by=None, at=night), by=None, at=night)
    remove_template(template, by=None, at=night)
    begin_telling_what_came_later({}, at=night + timedelta(days=1))
    assert list(rules.values_list("usual", flat=True)) == ["colleague-withdrawn"]


@pytest.mark.parametrize("takes_back", ["hers", "theirs"])
def test_a_colleague_hears_that_a_place_is_asked_for_them_and_that_it_is_taken_back(scene: Scene, takes_back: str) -> None:
    training = a_training(scene, places=6)
    held = commands.book_place(training, scene.ada, way=Way.ONLINE, by=scene.ada, at=AUGUST)
    opens: dict[Tier, int | None] = dict.fromkeys(EXPERTS_FIRST)
    commands.set_terms(training, Terms(online=6, opens=opens, is_approved=True, colleagues=2), by=None, at=AUGUST)
    kim = commands.bring_colleague(held, name="Kim Colleague", email="kim@example.org", by=scene.ada, at=AUGUST)
    lea = commands.bring_colleague(held, name="Lea Colleague", email="lea@example.org", by=scene.ada, at=AUGUST)

    def told(booking: Booking) -> list[str]:
        sent = Message.objects.filter(state="sent", person=booking.person).order_by("pk")
        return [each.rule.usual for each in sent.select_related("rule") if each.rule]

    scene.send(at=AUGUST + HOUR)
    assert told(kim) == ["colleague-asked"]
    sent = next(each.message for each in scene.mail.sent if each.recipient == "kim@example.org")
    body = message_from_bytes(sent, policy=policy.default).get_body(("plain",))
    assert body is not None
    letter = " ".join(body.get_content().split())
    assert "Ada Lindqvist would like to bring you along" in letter
    assert "as a community member" in letter
    commands.withdraw(lea, by=lea.person, at=AUGUST + 2 * HOUR)
    commands.withdraw(held if takes_back == "hers" else kim, by=scene.ada, at=AUGUST + 3 * HOUR)
    scene.send(at=AUGUST + 4 * HOUR)
    assert told(kim) == ["colleague-asked", "colleague-withdrawn"]
    assert told(lea) == ["colleague-asked"]  # she did it herself
