"""What stands in people's calendars is what is released, for those who take part."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from hub.core.choices import Cadence, Topic
from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.models import Message
from hub.people.commands import end_role, give_role
from hub.people.models import Account, Role, RoleKind
from hub.schedule.commands.sessions import add_session, cancel_session, edit_session, restore_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.mail import Uncertain
from tests.factories import some_facts
from tests.messaging.calendars import calendars
from tests.messaging.telling import AUGUST, Scene, an_expert

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
CAFES = {date(2024, 9, 4), date(2024, 9, 18), date(2024, 9, 26), date(2024, 10, 2)}


def days(scene: Scene, address: str) -> set[date]:
    return {begins.date() for begins in calendars(scene)[address].there().values()}


@pytest.fixture
def invited(scene: Scene) -> Scene:
    """The released sessions stand in the calendars of the Experts."""
    scene.rule("calendar-invitations")
    scene.send(at=AUGUST)
    return scene


def test_whoever_takes_part_has_the_released_sessions_in_their_calendar(invited: Scene) -> None:
    assert days(invited, "ada@example.org") == days(invited, "grace@example.org") == CAFES
    assert set(calendars(invited)) == {"ada@example.org", "grace@example.org"}


def test_an_invitation_is_sent_once(invited: Scene) -> None:
    before = len(invited.mail.sent)
    for hours in range(1, 5):
        invited.send(at=AUGUST + timedelta(hours=hours))
    assert len(invited.mail.sent) == before == 8


def test_an_invitation_somebody_holds_is_held_when_the_session_moves(scene: Scene) -> None:
    rule = scene.rule("calendar-invitations")
    scene.reconcile(at=AUGUST)
    session = scene.first_session
    hers = Message.objects.get(rule=rule, person=scene.ada, subject_key__startswith=f"invite:{session.uid}:")
    commands.hold_message(hers, by=None, at=AUGUST)
    facts = replace(facts_of(session), start=time(10), end=time(12))
    edit_session(session, facts, seen_at=session.edited_at, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.send(at=AUGUST + timedelta(hours=2))
    assert days(scene, "grace@example.org") == CAFES
    assert days(scene, "ada@example.org") == CAFES - {session.date}


def test_only_who_has_the_session_that_changed_hears_of_it(invited: Scene) -> None:
    before = len(invited.mail.sent)
    session = invited.first_session
    edit_session(
        session, replace(facts_of(session), start=time(10), end=time(12)), seen_at=session.edited_at, by=None, at=AUGUST
    )
    invited.send(at=AUGUST + timedelta(hours=1))
    assert len(invited.mail.sent) == before  # it is a draft
    invited.release(at=AUGUST + timedelta(hours=2))
    invited.send(at=AUGUST + timedelta(hours=2))
    assert len(invited.mail.sent) == before + 2
    begins = calendars(invited)["ada@example.org"].there()[str(session.uid)]
    assert begins == datetime(2024, 9, 4, 10, tzinfo=LONDON)


def test_a_cancelled_session_leaves_the_calendars_and_comes_back_when_it_is_on_again(invited: Scene) -> None:
    session = invited.first_session
    cancel_session(session, by=None, at=AUGUST)
    invited.release(at=AUGUST + timedelta(hours=1))
    invited.send(at=AUGUST + timedelta(hours=1))
    assert days(invited, "ada@example.org") == CAFES - {date(2024, 9, 4)}
    session.refresh_from_db()
    restore_session(session, by=None, at=AUGUST + timedelta(hours=2))
    invited.release(at=AUGUST + timedelta(hours=3))
    invited.send(at=AUGUST + timedelta(hours=3))
    assert days(invited, "ada@example.org") == CAFES


def changed(scene: Scene, session: Session, *, at: datetime, **facts: object) -> None:
    """Change a session, release that, and let the worker send."""
    session.refresh_from_db()
    edit_session(session, replace(facts_of(session), **facts), seen_at=session.edited_at, by=None, at=at)  # type: ignore[arg-type]
    scene.release(at=at)
    scene.send(at=at)


def said_last_to(scene: Scene, address: str) -> tuple[str, str]:
    """Subject and words of the last mail somebody got."""
    letter = [each for each in scene.letters() if each["To"].addresses[0].addr_spec == address][-1]
    return str(letter["Subject"]), " ".join(letter.get_body(("plain",)).get_content().partition("-- ")[0].split())  # type: ignore[union-attr]


def test_who_has_a_session_in_their_calendar_reads_that_it_has_changed_and_who_is_new_does_not(invited: Scene) -> None:
    assert not [subject for _, subject in invited.received() if subject.startswith("Changed")]
    before = len(invited.mail.sent)
    an_expert("Noor Haddad", invited.cohort)
    changed(invited, invited.first_session, at=AUGUST + timedelta(hours=1), start=time(10), end=time(12))
    now = ", Wed 4 September 2024, 10:00–12:00 (London)"
    told = {to: subject for to, subject in invited.received()[before:] if subject.endswith(now)}
    title = told["noor@example.org"].removesuffix(now)
    assert told == {
        "ada@example.org": f"Changed: {title}{now}",
        "grace@example.org": f"Changed: {title}{now}",
        "noor@example.org": f"{title}{now}",
    }
    assert "This session has changed. It is now:" in said_last_to(invited, "ada@example.org")[1]


def test_an_invitation_sent_anew_to_another_address_is_not_called_changed(invited: Scene) -> None:
    Account.objects.filter(person=invited.ada).update(email="ada@new.example")
    invited.send(at=AUGUST + timedelta(hours=1))
    assert [
        subject[:7] for to, subject in invited.received() if to == "ada@new.example" and subject.startswith("Changed")
    ] == []
    assert days(invited, "ada@new.example") == CAFES


NO_TIME: dict[str, object] = {"start": None, "end": None}
OPEN = [
    pytest.param({"date": None, **NO_TIME}, "Date to be confirmed", id="its day"),
    pytest.param({"date": date(2024, 9, 11), **NO_TIME}, "Wed 11 September 2024, time to be confirmed", id="its time"),
]


@pytest.mark.parametrize(("lost", "when"), OPEN)
def test_a_session_that_loses_its_day_or_time_leaves_the_calendars_and_comes_back_with_a_new_one(
    invited: Scene, lost: dict[str, object], when: str
) -> None:
    session, before = invited.first_session, len(invited.mail.sent)
    changed(invited, session, at=AUGUST + timedelta(hours=1), **lost)
    assert days(invited, "ada@example.org") == days(invited, "grace@example.org") == CAFES - {date(2024, 9, 4)}
    assert said_last_to(invited, "ada@example.org") == (
        f"Time open again: Collaboration Café: Welcome, {when}",
        "The time of Collaboration Café: Welcome is open again. It was to be on Wed 4 September 2024, 15:00–17:00 (London); "
        f"now: {when}. Your calendar takes it out until the time is fixed. The session’s page "
        f"(http://localhost:8000/practitioners-hub/2024/sessions/{session.slug}/)",
    )
    invited.send(at=AUGUST + timedelta(hours=2))
    assert len(invited.mail.sent) == before + 2
    changed(invited, session, at=AUGUST + timedelta(days=1), date=date(2024, 9, 12), start=time(10), end=time(12))
    assert days(invited, "ada@example.org") == (CAFES - {date(2024, 9, 4)}) | {date(2024, 9, 12)}
    entry = calendars(invited)["ada@example.org"].entries[str(session.uid)]
    assert (entry.is_there, entry.begins) == (True, datetime(2024, 9, 12, 10, tzinfo=LONDON))
    assert len(invited.mail.sent) == before + 4


def test_who_left_before_the_day_was_lost_hears_that_they_no_longer_take_part(invited: Scene) -> None:
    gone = AUGUST + timedelta(days=2)
    end_role(Role.objects.get(person=invited.grace), on=gone.date(), by=None, at=gone)
    changed(invited, invited.first_session, at=gone, date=None, **NO_TIME)
    assert days(invited, "grace@example.org") == set()
    said = [
        (str(each["To"].addresses[0].addr_spec), str(each["Subject"]))
        for each in invited.letters()
        if "Welcome" in each["Subject"]
    ]
    assert said[-2:] == [
        ("ada@example.org", "Time open again: Collaboration Café: Welcome, Date to be confirmed"),
        ("grace@example.org", "Cancelled: Collaboration Café: Welcome, Wed 4 September 2024, 15:00–17:00 (London)"),
    ]


def test_a_session_that_was_open_and_is_cancelled_then_leaves_as_a_cancelled_one(invited: Scene) -> None:
    session = invited.first_session
    edit_session(
        session, replace(facts_of(session), date=None, start=None, end=None), seen_at=session.edited_at, by=None, at=AUGUST
    )
    session.refresh_from_db()
    cancel_session(session, by=None, at=AUGUST)
    invited.release(at=AUGUST + timedelta(hours=1))
    invited.send(at=AUGUST + timedelta(hours=1))
    assert days(invited, "ada@example.org") == CAFES - {date(2024, 9, 4)}
    assert said_last_to(invited, "ada@example.org")[0].startswith("Cancelled: Collaboration Café: Welcome, Wed 4 September")


@pytest.mark.parametrize("is_said_to_have_arrived", [False, True], ids=["nobody knows", "a person knows"])
def test_what_was_perhaps_sent_leaves_the_calendar_with_its_session(scene: Scene, *, is_said_to_have_arrived: bool) -> None:
    scene.rule("calendar-invitations")
    scene.mail.keeps_uncertain = True
    scene.mail.verdict = lambda envelope: Uncertain("the line broke") if envelope.recipient == "ada@example.org" else None
    scene.send(at=AUGUST)
    scene.mail.verdict = lambda envelope: None
    if is_said_to_have_arrived:
        for message in Message.objects.filter(state=Outgoing.UNCERTAIN.value):
            commands.say_arrived(message, by=scene.mara, at=AUGUST + timedelta(minutes=5))
    assert days(scene, "ada@example.org") == CAFES
    cancel_session(scene.first_session, by=None, at=AUGUST + timedelta(hours=1))
    scene.release(at=AUGUST + timedelta(hours=2))
    scene.send(at=AUGUST + timedelta(hours=2))
    assert days(scene, "ada@example.org") == CAFES - {date(2024, 9, 4)}


def test_whoever_was_left_out_of_an_invitation_hears_nothing_when_its_session_is_cancelled(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.reconcile(at=AUGUST)
    uid = scene.first_session.uid
    mine = Message.objects.get(person=scene.ada, subject_key=f"invite:{uid}:0:request")
    commands.discard_message(mine, by=scene.mara, at=AUGUST)
    scene.send(at=AUGUST)
    Account.objects.filter(person=scene.ada).update(email="ada@new.example")
    cancel_session(scene.first_session, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.send(at=AUGUST + timedelta(hours=1))
    took_out = Message.objects.filter(calendar_method="CANCEL").values_list("person__name", "calendar_uid")
    assert list(took_out) == [("Grace Amara", str(uid))]
    assert days(scene, "ada@new.example") == CAFES - {date(2024, 9, 4)}
    assert [to for to, subject in scene.received() if subject.startswith("Cancelled")] == ["grace@example.org"]


def test_who_leaves_the_cohort_loses_what_is_to_come_and_gets_it_back_on_return(invited: Scene) -> None:
    gone = AUGUST + timedelta(days=2)
    end_role(Role.objects.get(person=invited.grace), on=gone.date(), by=None, at=gone)
    invited.send(at=gone)
    assert days(invited, "grace@example.org") == set()
    assert days(invited, "ada@example.org") == CAFES
    back = AUGUST + timedelta(days=5)
    give_role(invited.grace, RoleKind.EXPERT, invited.programme, cohort=invited.cohort, starts_on=back.date(), by=None, at=back)
    invited.send(at=back)
    assert days(invited, "grace@example.org") == CAFES


def test_a_new_session_comes_and_an_old_one_is_not_sent_after_it_was(scene: Scene) -> None:
    scene.rule("calendar-invitations", at=datetime(2024, 9, 10, tzinfo=UTC))
    scene.send(at=datetime(2024, 9, 10, tzinfo=UTC))
    assert days(scene, "ada@example.org") == CAFES - {date(2024, 9, 4)}
    add_session(scene.cohort, some_facts(title="Extra", date=date(2024, 9, 20)), by=None, at=datetime(2024, 9, 11, tzinfo=UTC))
    scene.release(at=datetime(2024, 9, 11, tzinfo=UTC))
    scene.send(at=datetime(2024, 9, 11, tzinfo=UTC))
    assert days(scene, "ada@example.org") == (CAFES - {date(2024, 9, 4)}) | {date(2024, 9, 20)}


def test_who_chose_never_keeps_no_session_in_their_calendar_that_is_off(invited: Scene) -> None:
    commands.choose(invited.ada, invited.programme, Topic.INVITATIONS, Cadence.OFF, by=invited.ada, at=AUGUST)
    cancel_session(invited.first_session, by=None, at=AUGUST)
    add_session(invited.cohort, some_facts(title="Extra", date=date(2024, 9, 20)), by=None, at=AUGUST)
    invited.release(at=AUGUST + timedelta(hours=1))
    invited.send(at=AUGUST + timedelta(hours=1))
    assert days(invited, "ada@example.org") == CAFES - {date(2024, 9, 4)}
    assert days(invited, "grace@example.org") == (CAFES - {date(2024, 9, 4)}) | {date(2024, 9, 20)}


@pytest.mark.parametrize("cadence", [Cadence.AT_ONCE, Cadence.DAILY])
def test_who_takes_never_back_has_a_calendar_that_is_right_again(invited: Scene, cadence: Cadence) -> None:
    hour = timedelta(hours=1)
    commands.choose(invited.ada, invited.programme, Topic.INVITATIONS, Cadence.OFF, by=invited.ada, at=AUGUST + hour)
    session = invited.first_session
    moved = replace(facts_of(session), date=date(2024, 9, 5))
    edit_session(session, moved, seen_at=session.edited_at, by=None, at=AUGUST + 2 * hour)
    add_session(invited.cohort, some_facts(title="Extra", date=date(2024, 9, 20)), by=None, at=AUGUST + 2 * hour)
    invited.release(at=AUGUST + 3 * hour)
    invited.send(at=AUGUST + 3 * hour)
    right = calendars(invited)["grace@example.org"].there()
    assert calendars(invited)["ada@example.org"].there() != right
    commands.choose(invited.ada, invited.programme, Topic.INVITATIONS, cadence, by=invited.ada, at=AUGUST + 4 * hour)
    before = len(invited.mail.sent)
    for hours in range(5, 60, 5):
        invited.send(at=AUGUST + hours * hour)
    assert calendars(invited)["ada@example.org"].there() == right
    if cadence is Cadence.AT_ONCE:
        assert len(invited.mail.sent) == before + 2


def test_a_reminder_nobody_wanted_at_its_time_is_not_sent_when_they_want_to_hear_again(scene: Scene) -> None:
    scene.rule("session-two-days")
    commands.choose(scene.ada, scene.programme, Topic.REMINDERS, Cadence.OFF, by=scene.ada, at=AUGUST)
    at = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)
    scene.send(at=at)
    commands.choose(scene.ada, scene.programme, Topic.REMINDERS, Cadence.AT_ONCE, by=scene.ada, at=at + timedelta(hours=1))
    scene.send(at=at + timedelta(hours=2))
    assert [address for address, _ in scene.received()] == ["grace@example.org"]


def test_a_new_address_gets_what_is_to_come_once_and_is_kept_right(invited: Scene) -> None:
    later = datetime(2024, 9, 10, tzinfo=UTC)  # the first café is over
    Account.objects.filter(person=invited.ada).update(email="ada@new.example")
    invited.send(at=later)
    assert days(invited, "ada@new.example") == CAFES - {date(2024, 9, 4)}
    before = len(invited.mail.sent)
    invited.send(at=later + timedelta(hours=1))
    assert len(invited.mail.sent) == before
    session = Session.objects.get(cohort=invited.cohort, date=date(2024, 9, 18))
    edit_session(session, replace(facts_of(session), date=date(2024, 9, 19)), seen_at=session.edited_at, by=None, at=later)
    cancel_session(Session.objects.get(cohort=invited.cohort, date=date(2024, 9, 26)), by=None, at=later)
    invited.release(at=later + timedelta(hours=2))
    invited.send(at=later + timedelta(hours=2))
    assert days(invited, "ada@new.example") == {date(2024, 9, 19), date(2024, 10, 2)}


def test_invitations_that_did_not_arrive_go_to_the_new_address(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.send(at=AUGUST)
    for message in Message.objects.filter(person=scene.ada, state=Outgoing.SENT.value):
        commands.note_bounce(message.token, to="ada@example.org", words="550 no such mailbox", at=AUGUST)
    Account.objects.filter(person=scene.ada).update(email="ada@new.example")
    before = len(scene.mail.sent)
    for hours in range(1, 4):
        scene.send(at=AUGUST + timedelta(hours=hours))
    assert (days(scene, "ada@new.example"), len(scene.mail.sent)) == (CAFES, before + 4)


def test_who_has_no_address_yet_is_invited_when_they_have_one(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.ada.account.delete()
    scene.send(at=AUGUST)
    Account.objects.create(person=scene.ada, email="ada@new.example")
    for hours in range(1, 4):
        scene.send(at=AUGUST + timedelta(hours=hours))
    assert (days(scene, "ada@new.example"), len(scene.mail.sent)) == (CAFES, 8)


def test_no_joining_link_and_no_other_guest_stands_in_an_invitation(invited: Scene) -> None:
    text = b"\n".join(each.message for each in invited.mail.sent if each.recipient == "ada@example.org")
    assert b"grace@example.org" not in text


def test_who_invites_stays_the_same_whoever_reads_the_answers(invited: Scene) -> None:
    commands.answer_by(invited.programme, invited.mara, by=invited.mara, at=AUGUST)
    cancel_session(invited.first_session, by=None, at=AUGUST)
    invited.release(at=AUGUST + timedelta(hours=1))
    invited.send(at=AUGUST + timedelta(hours=1))
    organisers = {
        str(event["ORGANIZER"])
        for letter in invited.letters()
        for part in letter.walk()
        if part.get_content_type() == "text/calendar"
        for event in Calendar.from_ical(part.get_content()).walk("VEVENT")
    }
    assert organisers == {"mailto:hub@localhost"}
    assert str(invited.letters()[-1]["Reply-To"]) == "Mara Okafor <mara@example.org>"
