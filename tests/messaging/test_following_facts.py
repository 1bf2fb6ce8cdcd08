"""Messages follow the facts: moved, cancelled, deleted, released anew; somebody comes, goes, changes their address."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.outbox import Offset, Outgoing
from hub.kit.models import Job
from hub.messaging import commands
from hub.messaging.commands.reconcile import RECONCILE
from hub.messaging.models import Message, Rule
from hub.messaging.wanted import offset_of
from hub.people.commands import end_role, give_role, put_address_right
from hub.people.commands.merging import merge_people
from hub.people.models import Account, Person, Role, RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session, restore_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.mail import Envelope, MailError, Refused
from tests.messaging.telling import AUGUST, IN_SEPTEMBER, Scene, an_expert

pytestmark = pytest.mark.django_db

TWO_DAYS_BEFORE = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)  # 9:00 in London
TITLE = "In two days: Collaboration Café: Welcome"


def move(scene: Scene, day: date, *, at: datetime) -> None:
    """Move the café of 4 September, wherever it stands, and release that."""
    session = Session.objects.filter(cohort=scene.cohort, kind="cafe", date__isnull=False).order_by("pk")[0]
    edit_session(session, replace(facts_of(session), date=day), seen_at=session.edited_at, by=None, at=at)
    scene.release(at=at)


def test_nothing_is_told_before_a_rule_is_switched_on(scene: Scene) -> None:
    commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST)
    scene.send(at=IN_SEPTEMBER)
    assert (scene.states(), scene.mail.sent) == (Counter(), [])


def test_a_reminder_goes_at_its_time_to_those_who_take_part(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.send(at=TWO_DAYS_BEFORE - timedelta(minutes=1))
    assert scene.received() == []
    scene.send(at=TWO_DAYS_BEFORE)
    assert sorted(scene.received()) == [("ada@example.org", TITLE), ("grace@example.org", TITLE)]


def test_it_goes_once_however_often_the_worker_looks(scene: Scene) -> None:
    scene.rule("session-two-days")
    for minutes in range(0, 50, 10):
        scene.send(at=TWO_DAYS_BEFORE + timedelta(minutes=minutes))
    assert len(scene.mail.sent) == 2


def test_a_session_that_moves_takes_its_reminder_along(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    move(scene, date(2024, 9, 11), at=AUGUST + timedelta(days=1))
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.received() == []
    scene.send(at=TWO_DAYS_BEFORE + timedelta(days=7))
    assert [subject for _, subject in scene.received()] == [TITLE, TITLE]
    assert "Wed 11 September 2024, 15:00–17:00 (London)" in scene.letters()[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_who_has_another_clock_is_told_the_time_by_it_and_nobody_the_same_time_twice(scene: Scene) -> None:
    scene.rule("session-two-days")
    Person.objects.filter(pk=scene.ada.pk).update(zone="Europe/Berlin")
    Person.objects.filter(pk=scene.grace.pk).update(zone="Europe/Lisbon")  # the clock of London
    scene.send(at=TWO_DAYS_BEFORE)
    said = {letter["To"].addresses[0].addr_spec: letter.get_body(("plain",)).get_content() for letter in scene.letters()}  # type: ignore[union-attr]
    assert "By your clock it begins Wed 4 September 2024, 16:00 (Berlin)." in said["ada@example.org"]
    assert "By your clock" not in said["grace@example.org"]


def test_a_session_moved_in_the_very_moment_of_sending_is_told_with_its_new_day_or_later(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    uid = scene.first_session.uid
    move(scene, date(2024, 9, 11), at=TWO_DAYS_BEFORE)
    commands.send_due("mail-0", clock=lambda: TWO_DAYS_BEFORE)  # before anybody reconciled
    assert scene.received() == []
    assert scene.states(subject_key=f"session:{uid}") == Counter({Outgoing.WAITING: 2})
    scene.send(at=TWO_DAYS_BEFORE + timedelta(days=7))
    assert len(scene.received()) == 2


def test_what_is_changed_and_not_released_is_not_told(scene: Scene) -> None:
    scene.rule("session-two-days")
    session = scene.first_session
    edit_session(
        session, replace(facts_of(session), start=time(10), end=time(12)), seen_at=session.edited_at, by=None, at=AUGUST
    )
    scene.send(at=TWO_DAYS_BEFORE)
    said = scene.letters()[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "15:00–17:00" in said
    assert "10:00" not in said


def test_a_cancelled_session_is_not_reminded_of(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    cancel_session(scene.first_session, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.received() == []
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.WITHDRAWN: 2})


def test_who_comes_later_is_reminded_and_who_went_is_not(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    an_expert("Ines Costa", scene.cohort, starts_on=date(2024, 8, 20))
    end_role(Role.objects.get(person=scene.grace), on=date(2024, 8, 25), by=None, at=datetime(2024, 8, 25, tzinfo=UTC))
    scene.send(at=TWO_DAYS_BEFORE)
    assert sorted(address for address, _ in scene.received()) == ["ada@example.org", "ines@example.org"]


def test_a_new_address_is_where_it_goes(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    Account.objects.filter(person=scene.ada).update(email="ada@new.example")
    scene.send(at=TWO_DAYS_BEFORE)
    assert sorted(address for address, _ in scene.received()) == ["ada@new.example", "grace@example.org"]


def test_what_did_not_arrive_where_the_team_had_mistyped_it_comes_once_it_is_put_right(scene: Scene) -> None:
    scene.rule("session-two-days")
    Account.objects.filter(person=scene.ada).update(last_login=None)
    EmailAddress.objects.filter(user__person=scene.ada).update(verified=False)
    scene.mail.verdict = lambda to: Refused("550 no such mailbox", code=550) if to.recipient == "ada@example.org" else None
    scene.send(at=TWO_DAYS_BEFORE)
    Job.objects.filter(name=RECONCILE).delete()
    assert [address for address, _ in scene.received()] == ["grace@example.org"]
    at = TWO_DAYS_BEFORE + timedelta(minutes=1)
    put_address_right(scene.ada.account, "ada@right.example", by=scene.mara, at=at)
    assert Job.objects.get(name=RECONCILE).due_at == at
    scene.send(at=at)
    assert [address for address, _ in scene.received()] == ["grace@example.org", "ada@right.example"]


def an_address(person: Person, email: str) -> None:
    Account.objects.update_or_create(person=person, defaults={"email": email})


def sends_for_a_day(scene: Scene, *, since: datetime) -> None:
    """The worker looks every hour, over and over."""
    for hours in range(24):
        scene.send(at=since + timedelta(hours=hours))


def test_an_address_that_is_added_in_time_brings_what_could_go_nowhere_once(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.ada.account.delete()
    scene.send(at=TWO_DAYS_BEFORE)
    about = {"subject_key": f"session:{scene.first_session.uid}"}
    assert scene.states(**about) == Counter({Outgoing.UNREACHED: 1, Outgoing.SENT: 1})
    scene.send(at=TWO_DAYS_BEFORE + timedelta(hours=1))
    assert scene.states(**about) == Counter({Outgoing.UNREACHED: 1, Outgoing.SENT: 1})
    an_address(scene.ada, "ada@new.example")
    sends_for_a_day(scene, since=TWO_DAYS_BEFORE + timedelta(hours=2))
    assert [address for address, _ in scene.received()] == ["grace@example.org", "ada@new.example"]


def test_an_address_that_is_added_too_late_brings_nothing_any_more(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.ada.account.delete()
    scene.send(at=TWO_DAYS_BEFORE)
    an_address(scene.ada, "ada@new.example")
    scene.send(at=TWO_DAYS_BEFORE + timedelta(hours=25))
    assert [address for address, _ in scene.received()] == ["grace@example.org"]


def test_what_has_no_address_and_is_not_asked_for_any_more_is_not_needed(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.ada.account.delete()
    scene.send(at=TWO_DAYS_BEFORE)
    cancel_session(scene.first_session, by=None, at=TWO_DAYS_BEFORE)
    scene.release(at=TWO_DAYS_BEFORE + timedelta(hours=1))
    scene.reconcile(at=TWO_DAYS_BEFORE + timedelta(hours=1))
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.WITHDRAWN: 1, Outgoing.SENT: 1})


@pytest.mark.parametrize("comes_back", [False, True], ids=["refused at once", "taken, and sent back"])
def test_what_did_not_arrive_goes_to_a_new_address_once_and_never_to_one_it_did_not_arrive_at(
    scene: Scene, *, comes_back: bool
) -> None:
    def verdict(envelope: Envelope) -> MailError | None:
        return Refused("550 no such mailbox", code=550) if envelope.recipient == "ada@example.org" else None

    scene.rule("session-two-days")
    scene.mail.verdict = (lambda envelope: None) if comes_back else verdict
    scene.send(at=TWO_DAYS_BEFORE)
    about = {"person": scene.ada, "subject_key": f"session:{scene.first_session.uid}"}
    if comes_back:
        token = Message.objects.get(**about).token
        commands.note_bounce(token, to="ada@example.org", words="550 mailbox full", at=TWO_DAYS_BEFORE)
    scene.mail.sent.clear()
    sends_for_a_day(scene, since=TWO_DAYS_BEFORE)
    assert scene.received() == []  # the same address would not take it a second time
    an_address(scene.ada, "ADA@example.org")
    scene.send(at=TWO_DAYS_BEFORE + timedelta(minutes=10))
    assert scene.received() == []
    an_address(scene.ada, "ada@new.example")
    scene.reconcile(at=TWO_DAYS_BEFORE + timedelta(minutes=20))
    an_address(scene.ada, "ada@example.org")  # back, before it went
    scene.send(at=TWO_DAYS_BEFORE + timedelta(minutes=20))
    assert (scene.states(**about), scene.received()) == (Counter({Outgoing.UNREACHED: 1}), [])
    an_address(scene.ada, "ada@new.example")
    sends_for_a_day(scene, since=TWO_DAYS_BEFORE + timedelta(minutes=30))
    assert [address for address, _ in scene.received()] == ["ada@new.example"]


def test_what_could_not_be_written_is_not_tried_for_ever_for_the_sake_of_another_address(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    about = {"person": scene.ada, "subject_key": f"session:{scene.first_session.uid}"}
    Message.objects.filter(**about).update(state=Outgoing.REFUSED.value, reply="The Hub could not write this message.")
    an_address(scene.ada, "ada@new.example")
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.states(**about) == Counter({Outgoing.REFUSED: 1})


def test_what_a_person_was_told_is_not_told_once_more_after_their_records_became_one(scene: Scene) -> None:
    scene.rule("session-two-days")
    twin = an_expert("Adah Lindqvist", scene.cohort)
    scene.ada.account.delete()
    scene.send(at=TWO_DAYS_BEFORE)
    merge_people(scene.ada, twin, choices={}, by=None, at=TWO_DAYS_BEFORE)
    sends_for_a_day(scene, since=TWO_DAYS_BEFORE + timedelta(hours=1))
    assert sorted(address for address, _ in scene.received()) == ["adah@example.org", "grace@example.org"]


def test_a_session_added_for_tomorrow_is_not_announced_two_weeks_late(scene: Scene) -> None:
    scene.rule("session-two-weeks")
    move(scene, date(2024, 9, 3), at=IN_SEPTEMBER)
    scene.send(at=IN_SEPTEMBER)
    assert scene.received() == []


def test_a_rule_switched_off_takes_back_what_waits_and_on_again_tells_only_what_comes(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    commands.switch_rule(rule, is_on=False, by=scene.mara, at=AUGUST)
    scene.reconcile(at=AUGUST)
    assert set(scene.states()) == {Outgoing.WITHDRAWN}
    commands.switch_rule(rule, is_on=True, by=scene.mara, at=TWO_DAYS_BEFORE + timedelta(hours=1))
    scene.send(at=TWO_DAYS_BEFORE + timedelta(hours=2))
    assert scene.received() == []  # its time was before the rule was on
    assert Message.objects.filter(state=Outgoing.WAITING.value).count() > 0  # of the sessions to come


def on_the_day(scene: Scene) -> None:
    """The reminder of two days before, at 09:00 on the day itself."""
    rule = scene.rule("session-two-days")
    commands.edit_rule(rule, audience=rule.audience, offset=Offset(clock=time(9)), needs_ok=False, by=scene.mara, at=AUGUST)


def test_in_the_morning_of_the_day_is_told_before_the_session_or_not_at_all(scene: Scene) -> None:
    on_the_day(scene)
    scene.reconcile(at=AUGUST)
    an_expert("Ines Costa", scene.cohort, starts_on=date(2024, 9, 7))
    scene.send(at=datetime(2024, 9, 7, 9, 0, tzinfo=UTC))  # after an outage of three days
    assert scene.received() == []
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.MISSED: 2})


def test_in_the_morning_of_the_day_goes_in_that_morning(scene: Scene) -> None:
    on_the_day(scene)
    scene.send(at=datetime(2024, 9, 4, 8, 0, tzinfo=UTC))
    assert sorted(address for address, _ in scene.received()) == ["ada@example.org", "grace@example.org"]


def test_nobody_is_thanked_for_coming_to_what_was_before_their_time(scene: Scene) -> None:
    scene.rule("session-day-after")
    an_expert("Lin Okoro", scene.cohort, starts_on=date(2024, 9, 4))
    scene.send(at=datetime(2024, 9, 5, 9, 0, tzinfo=UTC))
    an_expert("Ines Costa", scene.cohort, starts_on=date(2024, 9, 7))
    scene.send(at=datetime(2024, 9, 7, 9, 0, tzinfo=UTC))
    assert sorted(address for address, _ in scene.received()) == ["ada@example.org", "grace@example.org", "lin@example.org"]


def test_a_worker_that_was_away_for_too_long_says_so_instead_of_sending(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    commands.send_due("mail-0", clock=lambda: datetime(2024, 9, 4, 15, 0, tzinfo=UTC))
    assert scene.received() == []
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.MISSED: 2})


def test_who_takes_part_twice_is_told_once(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=date(2024, 6, 1), by=None, at=AUGUST)
    scene.rule("session-two-days")
    scene.send(at=TWO_DAYS_BEFORE)
    assert len(scene.received()) == 2


def test_looking_asks_the_database_as_often_for_many_people_as_for_few(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    with CaptureQueriesContext(connection) as few:
        scene.reconcile(at=AUGUST)
    for number in range(12):
        an_expert(f"Expert{number} Number", scene.cohort)
    scene.reconcile(at=AUGUST)
    with CaptureQueriesContext(connection) as many:
        scene.reconcile(at=AUGUST)
    assert len(many) == len(few)


def edit(scene: Scene, rule: Rule, *, needs_ok: bool, at: datetime = AUGUST) -> int:
    return commands.edit_rule(rule, audience=rule.audience, offset=offset_of(rule), needs_ok=needs_ok, by=scene.mara, at=at)


def test_a_rule_that_is_to_be_looked_at_first_sends_no_more_of_what_it_made_by_itself(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    assert edit(scene, rule, needs_ok=True) == 8
    assert scene.states() == Counter({Outgoing.PREPARED: 8})
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.received() == []
    about = f"session:{scene.first_session.uid}"
    commands.release_batch(scene.programme, rule=rule.pk, subject=about, count=2, by=scene.mara, at=TWO_DAYS_BEFORE)
    scene.send(at=TWO_DAYS_BEFORE)
    assert len(scene.received()) == 2


def test_a_rule_that_is_no_longer_looked_at_sends_what_waited_for_a_look(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    edit(scene, rule, needs_ok=True)
    rule.refresh_from_db()
    assert edit(scene, rule, needs_ok=False) == 8
    scene.send(at=TWO_DAYS_BEFORE)
    assert len(scene.received()) == 2


def test_what_somebody_held_or_let_go_stays_so_when_its_rule_is_to_be_looked_at(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    about = {"subject_key": f"session:{scene.first_session.uid}"}
    held, let_go = Message.objects.filter(**about).order_by("pk")
    commands.hold_message(held, by=scene.mara, at=AUGUST)
    commands.release_message(commands.hold_message(let_go, by=scene.mara, at=AUGUST), by=scene.mara, at=AUGUST)
    assert edit(scene, rule, needs_ok=True) == 6
    scene.reconcile(at=AUGUST)
    assert scene.states(**about) == Counter({Outgoing.HELD: 1, Outgoing.WAITING: 1})
    rule.refresh_from_db()
    assert edit(scene, rule, needs_ok=False) == 6
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.states(**about) == Counter({Outgoing.HELD: 1, Outgoing.SENT: 1})


def test_what_was_let_go_after_a_look_stays_so_however_often_the_facts_are_compared(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    edit(scene, rule, needs_ok=True)
    scene.reconcile(at=AUGUST)
    about = f"session:{scene.first_session.uid}"
    commands.release_batch(scene.programme, rule=rule.pk, subject=about, count=2, by=scene.mara, at=AUGUST)
    scene.reconcile(at=AUGUST)
    assert scene.states(subject_key=about) == Counter({Outgoing.WAITING: 2})
    scene.send(at=TWO_DAYS_BEFORE)
    assert len(scene.received()) == 2


def test_one_that_was_made_just_before_its_rule_was_to_be_looked_at_is_not_sent(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    Rule.objects.filter(pk=rule.pk).update(needs_ok=True)  # as if its messages were written by who read the rule before
    commands.send_due("mail-0", clock=lambda: TWO_DAYS_BEFORE)
    assert scene.received() == []
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.PREPARED: 2})


def test_a_session_moved_to_yesterday_by_mistake_and_back_is_reminded_of(scene: Scene) -> None:
    scene.rule("session-two-days")
    mistaken = datetime(2024, 8, 20, 9, 0, tzinfo=UTC)
    scene.reconcile(at=AUGUST)
    about = {"subject_key": f"session:{scene.first_session.uid}"}
    move(scene, date(2024, 8, 21), at=mistaken)
    scene.send(at=mistaken)
    assert scene.states(**about) == Counter({Outgoing.MISSED: 2})
    move(scene, date(2024, 9, 4), at=mistaken + timedelta(minutes=20))
    scene.reconcile(at=mistaken + timedelta(minutes=20))
    assert scene.states(**about) == Counter({Outgoing.WAITING: 2})
    scene.send(at=TWO_DAYS_BEFORE)
    scene.send(at=TWO_DAYS_BEFORE + timedelta(minutes=20))
    assert len(scene.received()) == 2


def test_what_nobody_looked_at_before_a_mistake_is_mended_is_to_be_looked_at_again(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    edit(scene, rule, needs_ok=True)
    mistaken = datetime(2024, 8, 20, 9, 0, tzinfo=UTC)
    scene.reconcile(at=AUGUST)
    move(scene, date(2024, 8, 21), at=mistaken)
    scene.reconcile(at=mistaken)
    move(scene, date(2024, 9, 4), at=mistaken + timedelta(minutes=20))
    scene.reconcile(at=mistaken + timedelta(minutes=20))
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.PREPARED: 2})


def test_what_the_team_let_go_follows_to_another_day_and_to_another_address_without_another_look(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    edit(scene, rule, needs_ok=True)
    scene.reconcile(at=AUGUST)
    about = {"subject_key": f"session:{scene.first_session.uid}"}
    commands.release_batch(scene.programme, rule=rule.pk, subject=about["subject_key"], count=2, by=scene.mara, at=AUGUST)
    mistaken = datetime(2024, 8, 20, 9, 0, tzinfo=UTC)
    move(scene, date(2024, 8, 21), at=mistaken)
    scene.send(at=mistaken)
    move(scene, date(2024, 9, 4), at=mistaken + timedelta(minutes=20))
    scene.send(at=TWO_DAYS_BEFORE)
    sent = Message.objects.get(person=scene.ada, **about)
    commands.note_bounce(sent.token, to="ada@example.org", words="550 no such mailbox", at=TWO_DAYS_BEFORE)
    an_address(scene.ada, "ada@new.example")
    scene.send(at=TWO_DAYS_BEFORE + timedelta(hours=1))
    assert scene.states(**about) == Counter({Outgoing.SENT: 2})
    assert sorted(address for address, _ in scene.received()) == ["ada@example.org", "ada@new.example", "grace@example.org"]


def test_a_message_somebody_held_stays_held_when_its_session_is_cancelled_and_on_again(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    about = {"subject_key": f"session:{scene.first_session.uid}"}
    commands.hold_message(Message.objects.get(person=scene.ada, **about), by=scene.mara, at=AUGUST)
    cancel_session(scene.first_session, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.reconcile(at=AUGUST + timedelta(hours=1))
    assert scene.states(**about) == Counter({Outgoing.WITHDRAWN: 2})
    restore_session(scene.first_session, by=None, at=AUGUST + timedelta(hours=2))
    scene.release(at=AUGUST + timedelta(hours=3))
    scene.send(at=TWO_DAYS_BEFORE)
    assert scene.states(**about) == Counter({Outgoing.HELD: 1, Outgoing.SENT: 1})
    assert [address for address, _ in scene.received()] == ["grace@example.org"]
    commands.release_message(Message.objects.get(person=scene.ada, **about), by=scene.mara, at=TWO_DAYS_BEFORE)
    scene.send(at=TWO_DAYS_BEFORE)
    assert len(scene.received()) == 2  # it goes when somebody lets it


def test_what_nobody_looked_at_in_time_is_too_late_and_a_person_may_still_send_it(scene: Scene) -> None:
    rule = scene.rule("session-two-days")
    rule.needs_ok = True
    rule.save()
    scene.reconcile(at=AUGUST)
    scene.reconcile(at=datetime(2024, 9, 4, 15, 0, tzinfo=UTC))
    about = f"session:{scene.first_session.uid}"
    assert scene.states(subject_key=about) == Counter({Outgoing.MISSED: 2})
    scene.reconcile(at=datetime(2024, 9, 4, 16, 0, tzinfo=UTC))
    assert scene.states(subject_key=about) == Counter({Outgoing.MISSED: 2})
    late = datetime(2024, 9, 4, 17, 0, tzinfo=UTC)
    said = Message.objects.filter(subject_key=about).order_by("pk")[0]
    commands.send_again(said, by=scene.mara, at=late)
    scene.send(at=late)  # the facts are looked at once more, and do not take back what a person said
    assert scene.states(subject_key=about) == Counter({Outgoing.SENT: 1, Outgoing.MISSED: 1})


def a_rule_for(scene: Scene, usual: str, days: int) -> Rule:
    return commands.edit_rule(
        scene.rule(usual), audience="experts" if "session" in usual else "expert", offset=Offset(days=days, clock=time(9)),
        needs_ok=False, by=scene.mara, at=AUGUST,
    )  # fmt: skip


def test_what_goes_seventy_days_after_a_session_goes_then(scene: Scene) -> None:
    a_rule_for(scene, "session-day-after", 70)
    due, about = datetime(2024, 11, 13, 9, 0, tzinfo=UTC), f"session:{scene.first_session.uid}"
    for days in (-71, -10, -9, -1):
        scene.send(at=due + timedelta(days=days))
    assert scene.states(subject_key=about) == Counter({Outgoing.WAITING: 2})
    scene.send(at=due)
    assert scene.states(subject_key=about) == Counter({Outgoing.SENT: 2})


def test_what_goes_seventy_days_after_a_session_goes_a_little_late_where_the_worker_stood_still(scene: Scene) -> None:
    a_rule_for(scene, "session-day-after", 70)
    scene.send(at=datetime(2024, 11, 19, 9, 0, tzinfo=UTC))  # nothing was made before
    assert scene.states(subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.SENT: 2})


def test_what_goes_five_weeks_after_a_part_begins_goes_then(scene: Scene) -> None:
    a_rule_for(scene, "welcome-expert", 35)
    ines = an_expert("Ines Costa", scene.cohort, starts_on=date(2024, 8, 12))
    scene.send(at=AUGUST)
    scene.send(at=datetime(2024, 9, 15, 12, 0, tzinfo=UTC))
    assert scene.states(person=ines) == Counter({Outgoing.WAITING: 1})
    scene.send(at=datetime(2024, 9, 16, 8, 0, tzinfo=UTC))
    assert scene.states(person=ines) == Counter({Outgoing.SENT: 1})


def test_what_waits_is_not_taken_back_because_what_it_speaks_of_is_long_ago(scene: Scene) -> None:
    scene.rule("session-day-after")
    scene.reconcile(at=AUGUST)
    about = f"session:{scene.first_session.uid}"
    for one in Message.objects.filter(subject_key=about, person=scene.ada):
        commands.hold_message(one, by=scene.mara, at=AUGUST)
    Message.objects.filter(subject_key=about).update(until=None)  # as of a letter that makes sense for ever
    months_later = datetime(2024, 12, 20, 9, 0, tzinfo=UTC)
    scene.reconcile(at=months_later)
    assert Outgoing.WITHDRAWN not in scene.states(subject_key=about)


def test_what_a_person_sends_after_all_goes_however_long_ago_it_was(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    months_later = datetime(2024, 12, 20, 9, 0, tzinfo=UTC)
    scene.send(at=months_later)
    late = Message.objects.get(subject_key=f"session:{scene.first_session.uid}", person=scene.ada)
    assert late.state == Outgoing.MISSED
    commands.send_again(late, by=scene.mara, at=months_later)
    scene.send(at=months_later)
    assert scene.received() == [("ada@example.org", TITLE)]
