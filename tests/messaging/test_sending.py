"""Every message leaves once, or visibly waits for a person."""

from __future__ import annotations

import mailbox
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere
from hub.core.outbox import LEASE, Outgoing
from hub.kit import jobs
from hub.messaging import commands, queries
from hub.messaging.commands.leases import _database_started, claim, clear, mark, put_away, recover
from hub.messaging.models import Message, Rule, Template
from hub.people.commands import end_role, give_role
from hub.people.models import Account, Role, RoleKind
from hub.programmes.models import Programme
from hub.services.mail import Envelope, MailError, Misconfigured, Refused, TryLater, Uncertain
from tests.messaging.telling import AUGUST, Scene, an_expert, somebody

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)  # two days before the café, 9:00 in London


@pytest.fixture
def due(scene: Scene) -> Scene:
    """Two reminders, to Ada and Grace, that are due."""
    scene.rule("session-two-days")
    scene.reconcile(at=NOW)
    return scene


def run(scene: Scene, *, at: datetime = NOW) -> None:
    commands.send_due("mail-0", clock=lambda: at)


def reminders(scene: Scene) -> Counter[Outgoing]:
    return scene.states(subject_key=f"session:{scene.first_session.uid}")


def to_ada(error: MailError):  # type: ignore[no-untyped-def]
    return lambda envelope: error if envelope.recipient == "ada@example.org" else None


def ada_s(scene: Scene) -> Message:
    return Message.objects.get(person=scene.ada, subject_key=f"session:{scene.first_session.uid}")


def test_a_message_that_left_says_when_where_to_and_what_it_said(due: Scene) -> None:
    run(due)
    row = ada_s(due)
    assert (row.state, row.sent_at, row.sent_to, row.sent_subject) == (
        "sent",
        NOW,
        "ada@example.org",
        "In two days: Collaboration Café: Welcome",
    )
    assert "15:00–17:00 (London)" in row.sent_body


def test_answers_go_to_a_person(due: Scene) -> None:
    commands.answer_by(due.programme, due.mara, by=due.mara, at=NOW)
    run(due)
    assert str(due.letters()[0]["Reply-To"]) == "Mara Okafor <mara@example.org>"


def replies(due: Scene) -> tuple[str | None, bool, bool]:
    """Where answers to Ada's letter go, and whether its words and its foot say that somebody reads them."""
    template = Rule.objects.get(programme=due.programme, usual="session-two-days").template
    Template.objects.filter(pk=template.pk).update(body="Hello\n\n{{# if you.can_answer }}Answer this mail.{{/ if }}")
    run(due)
    letter = due.letters()[0]
    said = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    return letter["Reply-To"] and str(letter["Reply-To"]), "Answer this mail." in said, "Answers go to" in said


def test_whoever_left_the_team_reads_no_answers_any_more(due: Scene) -> None:
    commands.answer_by(due.programme, due.mara, by=due.mara, at=AUGUST)
    give_role(somebody("Theo Brandt"), RoleKind.TEAM, due.programme, starts_on=date(2024, 8, 1), by=None, at=AUGUST)
    end_role(Role.objects.get(person=due.mara), on=AUGUST.date(), by=None, at=AUGUST)
    assert replies(due) == ("Theo Brandt <theo@example.org>", True, True)


def test_where_nobody_is_named_answers_go_to_the_contact_address(due: Scene) -> None:
    Programme.objects.update(contact_email="hub@example.org")
    assert replies(due) == ("The Practitioners Hub <hub@example.org>", True, False)


def test_where_nobody_is_named_and_there_is_no_contact_address_whoever_is_on_the_team_longest_reads_answers(due: Scene) -> None:
    give_role(somebody("Abel Adeyemi"), RoleKind.TEAM, due.programme, starts_on=date(2024, 8, 1), by=None, at=AUGUST)
    assert replies(due) == ("Mara Okafor <mara@example.org>", True, True)


def test_where_nobody_at_all_reads_answers_no_letter_says_so(due: Scene) -> None:
    Account.objects.filter(person=due.mara).update(email="")
    assert replies(due) == (None, False, False)


def test_an_address_that_is_refused_is_shown_and_does_not_stop_the_others(due: Scene) -> None:
    due.mail.verdict = to_ada(Refused("550 no such mailbox", code=550, is_bounce=True))
    run(due)
    assert reminders(due) == Counter({Outgoing.REFUSED: 1, Outgoing.SENT: 1})
    assert (ada_s(due).state, ada_s(due).reply) == ("refused", "550 no such mailbox")


def test_a_server_that_says_later_is_asked_again_and_the_message_goes_once(due: Scene) -> None:
    due.mail.before = to_ada(TryLater("451 greylisted", code=451))
    run(due)
    assert (ada_s(due).state, ada_s(due).due_at) == ("waiting", NOW + timedelta(minutes=2))
    due.mail.before = lambda envelope: None
    run(due, at=NOW + timedelta(minutes=1))
    assert ada_s(due).state == "waiting"
    run(due, at=NOW + timedelta(minutes=3))
    run(due, at=NOW + timedelta(minutes=9))
    assert sorted(address for address, _ in due.received()) == ["ada@example.org", "grace@example.org"]


def test_one_that_may_be_out_is_not_sent_again_by_itself(due: Scene) -> None:
    due.mail.verdict = to_ada(Uncertain("the connection broke"))
    run(due)
    for hours in range(1, 48):
        run(due, at=NOW + timedelta(hours=hours))
    assert (ada_s(due).state, [address for address, _ in due.received()]) == ("uncertain", ["grace@example.org"])


def test_a_person_says_of_an_uncertain_one_that_it_arrived(due: Scene) -> None:
    due.mail.verdict = to_ada(Uncertain("the connection broke"))
    run(due)
    commands.say_arrived(ada_s(due), by=due.mara, at=NOW + timedelta(hours=1))
    assert (ada_s(due).state, ada_s(due).sent_at) == ("sent", NOW)


def test_a_person_sends_an_uncertain_one_again_under_the_same_message_id(due: Scene) -> None:
    due.mail.keeps_uncertain = True
    due.mail.verdict = to_ada(Uncertain("the connection broke"))
    run(due)
    due.mail.verdict = lambda envelope: None
    commands.send_again(ada_s(due), by=due.mara, at=NOW + timedelta(hours=1))
    run(due, at=NOW + timedelta(hours=1))
    ids = [each["Message-ID"] for each in due.letters() if "ada@" in str(each["To"])]
    assert (len(ids), len(set(ids))) == (2, 1)


def test_a_worker_that_died_before_the_handing_over_lets_another_send_it(due: Scene) -> None:
    claim(is_chat=False, at=NOW, most=10)  # and dies
    run(due, at=NOW + LEASE / 2)
    assert due.received() == []
    run(due, at=NOW + LEASE + timedelta(seconds=1))
    assert len(due.received()) == 2


def test_a_worker_that_died_while_handing_over_leaves_it_uncertain(due: Scene) -> None:
    class Died(BaseException):
        """What kill -9 looks like from within: nothing after it runs."""

    def die(envelope: Envelope) -> None:
        raise Died

    due.mail.verdict = die
    with pytest.raises(Died):
        run(due)
    due.mail.verdict = lambda envelope: None
    recover(at=NOW + LEASE + timedelta(seconds=1))
    assert reminders(due) == Counter({Outgoing.UNCERTAIN: 1, Outgoing.WAITING: 1})
    run(due, at=NOW + LEASE + timedelta(minutes=1))
    assert reminders(due) == Counter({Outgoing.UNCERTAIN: 1, Outgoing.SENT: 1})


def test_a_worker_that_was_away_for_its_lease_hands_nothing_over_any_more(due: Scene) -> None:
    def slow(envelope: Envelope) -> None:
        """Another worker takes the message over while this one is stuck before the handing over."""
        if not due.mail.sent:
            recover(at=NOW + LEASE + timedelta(minutes=1))
            due.mail.before = lambda envelope: None
            run(due, at=NOW + LEASE + timedelta(minutes=2))

    due.mail.before = slow
    run(due)
    assert sorted(address for address, _ in due.received()) == ["ada@example.org", "grace@example.org"]


def test_when_the_server_can_not_be_reached_all_wait_and_none_is_counted_as_tried_for_ever(due: Scene) -> None:
    due.mail.before = lambda envelope: Misconfigured("535 who are you", code=535)
    run(due)
    assert reminders(due) == Counter({Outgoing.WAITING: 2})
    assert {row.attempts for row in Message.objects.filter(subject_key=f"session:{due.first_session.uid}")} == {0}
    due.mail.before = lambda envelope: None
    run(due, at=NOW + timedelta(minutes=2))
    assert len(due.received()) == 2


def test_somebody_without_an_address_is_shown_as_not_reached(due: Scene) -> None:
    Account.objects.filter(person=due.ada).delete()
    run(due)
    assert (ada_s(due).state, ada_s(due).reply) == ("unreached", "The Hub has no address for them.")
    assert Outgoing(ada_s(due).state).label == "No address"


def test_a_message_that_comes_back_is_known_by_its_message_id(due: Scene) -> None:
    run(due)
    token, to = ada_s(due).token, "ada@example.org"
    assert commands.note_bounce(token, to="somebody@example.org", words="forged", at=NOW) is None
    commands.note_bounce(token, to=to, words="550 mailbox full", at=NOW + timedelta(hours=1))
    assert (ada_s(due).state, ada_s(due).reply) == ("bounced", "550 mailbox full")
    assert commands.note_bounce("nobody-sent-this", to=to, words="", at=NOW) is None
    assert commands.note_bounce(token, to=to, words="again", at=NOW) is None


def test_returned_mails_are_read_from_a_mailbox(due: Scene, tmp_path: Path) -> None:
    run(due)
    sent = next(each for each in due.mail.sent if each.recipient == "ada@example.org")
    report = (
        "From: MAILER-DAEMON@mx.example\nTo: hub@localhost\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {sent.message_id}\nTo: ada@example.org\n\n--b--\n"
    )
    box = mailbox.mbox(str(tmp_path / "returned"))
    box.add(report.encode())
    box.flush()
    said = StringIO()
    call_command("read_bounces", str(tmp_path / "returned"), stdout=said)
    assert (ada_s(due).state, said.getvalue()) == ("bounced", "1 came back.\n")
    assert "no such user" in ada_s(due).reply
    call_command("read_bounces", str(tmp_path / "returned"), stdout=(again := StringIO()))
    assert again.getvalue() == "Nothing of ours came back.\n"


def test_those_that_failed_are_sent_again_and_no_others(due: Scene) -> None:
    due.mail.verdict = to_ada(Refused("550 no such mailbox", code=550))
    run(due)
    due.mail.verdict = lambda envelope: None
    everything = list(Message.objects.filter(programme=due.programme).values_list("pk", flat=True))
    assert commands.send_failed_again(due.programme, everything, by=due.mara, at=NOW + timedelta(days=9)) == 1
    run(due, at=NOW + timedelta(days=9))
    assert Counter(address for address, _ in due.received()) == Counter(["ada@example.org", "grace@example.org"])


def test_a_message_is_held_let_go_and_thrown_away_by_the_team_only(due: Scene) -> None:
    with pytest.raises(NotAllowed):
        commands.hold_message(ada_s(due), by=due.ada, at=NOW)
    commands.hold_message(ada_s(due), by=due.mara, at=NOW)
    run(due)
    assert [address for address, _ in due.received()] == ["grace@example.org"]
    commands.release_message(ada_s(due), by=due.mara, at=NOW + timedelta(minutes=5))
    run(due, at=NOW + timedelta(minutes=5))
    assert len(due.received()) == 2
    with pytest.raises(NotFromHere):
        commands.discard_message(ada_s(due), by=due.mara, at=NOW + timedelta(minutes=6))


def test_what_was_thrown_away_is_not_made_again(due: Scene) -> None:
    commands.discard_message(ada_s(due), by=due.mara, at=NOW)
    due.send(at=NOW)
    assert [address for address, _ in due.received()] == ["grace@example.org"]


def test_of_two_who_decide_at_once_one_is_told(due: Scene) -> None:
    seen = ada_s(due)
    commands.hold_message(seen, by=due.mara, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        commands.discard_message(seen, by=due.mara, at=NOW)


def test_one_message_may_have_words_of_its_own_that_still_follow_the_facts(due: Scene) -> None:
    commands.edit_message(
        ada_s(due), subject="{{ session.title }}, Ada!", body="It is on {{ session.when }}.", by=due.mara, at=NOW
    )
    run(due)
    assert ("ada@example.org", "Collaboration Café: Welcome, Ada!") in due.received()


def test_the_worker_is_asked_for_when_the_first_is_due(due: Scene) -> None:
    waits = jobs.stand_of("send-messages", at=NOW)
    assert waits.is_asked
    run(due)
    assert queries.counts(due.programme)[Outgoing.SENT] == 2


def test_every_run_asks_for_the_facts_as_often_for_many_as_for_few(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=NOW)
    with CaptureQueriesContext(connection) as few:
        run(scene)
    for number in range(8):
        an_expert(f"Late{number} Comer", scene.cohort)
    scene.reconcile(at=NOW)
    with CaptureQueriesContext(connection) as many:
        run(scene)
    per_message = 1  # the mark before the handing over
    assert len(many) - 8 * per_message == len(few) - 2 * per_message


def test_what_fails_unforeseen_after_the_handing_over_is_left_to_a_person_and_the_others_go(due: Scene) -> None:
    def fail(envelope: Envelope) -> None:
        if envelope.recipient == "ada@example.org":
            raise ZeroDivisionError

    due.mail.verdict = fail
    run(due)
    due.mail.verdict = lambda envelope: None
    for hours in (1, 12, 30):
        run(due, at=NOW + timedelta(hours=hours))
    assert (ada_s(due).state, [address for address, _ in due.received()]) == ("uncertain", ["grace@example.org"])


def marked(scene: Scene) -> Counter[bool]:
    """Which of the messages in hand are marked as handed over."""
    return Counter(each.handed_at is not None for each in Message.objects.filter(state=Outgoing.SENDING.value))


def test_that_they_are_out_is_written_for_several_at_once(due: Scene) -> None:
    seen = []
    due.mail.verdict = lambda envelope: seen.append(marked(due))
    run(due)
    assert seen == [Counter({True: 1, False: 1}), Counter({True: 2})]
    assert reminders(due) == Counter({Outgoing.SENT: 2})
    sent = Message.objects.filter(state=Outgoing.SENT.value)
    assert {(each.state_at, each.sent_at, each.handed_at, each.reply) for each in sent} == {(NOW, NOW, None, "250 kept")}


def test_that_one_is_out_is_shown_within_a_second_though_the_others_take_their_time(due: Scene) -> None:
    passed = iter(range(1000))
    seen = []
    due.mail.before = lambda envelope: seen.append(reminders(due))
    commands.send_due("mail-0", clock=lambda: NOW + timedelta(seconds=next(passed)))
    assert seen == [Counter({Outgoing.SENDING: 2}), Counter({Outgoing.SENT: 1, Outgoing.SENDING: 1})]


@mock.patch("hub.messaging.commands.sending._TURN", timedelta(minutes=1))
def test_what_a_slow_server_leaves_is_decided_anew_by_the_facts_of_then(due: Scene) -> None:
    passed = iter(range(0, 10_000, 3))  # seconds that each look at the clock takes

    def withdrawn(envelope: Envelope) -> None:
        """Whoever was not written to yet chooses, meanwhile, not to hear of it."""
        other = due.grace if envelope.recipient == "ada@example.org" else due.ada
        commands.choose(other, due.programme, Topic.REMINDERS, Cadence.OFF, by=other, at=NOW)

    due.mail.before = withdrawn
    commands.send_due("mail-0", clock=lambda: NOW + timedelta(seconds=next(passed)))
    assert reminders(due) == Counter({Outgoing.SENT: 1, Outgoing.UNWANTED: 1})


def test_a_run_that_takes_too_long_leaves_the_others_as_due_as_they_are(due: Scene) -> None:
    passed = iter(range(0, 10_000, 20))
    commands.send_due("mail-0", clock=lambda: NOW + timedelta(seconds=next(passed)))
    assert reminders(due) == Counter({Outgoing.SENT: 1, Outgoing.WAITING: 1})
    (left,) = Message.objects.filter(state=Outgoing.WAITING.value, subject_key=ada_s(due).subject_key)
    assert (left.due_at, left.lease) == (left.send_at, "")
    run(due, at=NOW + timedelta(minutes=5))
    assert reminders(due) == Counter({Outgoing.SENT: 2})


@mock.patch("hub.messaging.commands.sending._TURN", timedelta(minutes=1))
def test_a_server_that_stalls_again_and_again_lets_the_others_wait(due: Scene) -> None:
    for number in range(4):
        an_expert(f"Late{number} Comer", due.cohort)
    due.reconcile(at=NOW)
    passed = iter(range(0, 10_000, 3))
    tried = []

    def stall(envelope: Envelope) -> MailError:
        tried.append(envelope.recipient)
        return TryLater("timed out")

    due.mail.before = stall
    ended = commands.send_due("mail-0", clock=lambda: NOW + timedelta(seconds=next(passed)))
    assert (len(tried), ended.rests_until is not None) == (2, True)
    assert reminders(due) == Counter({Outgoing.WAITING: 6})


class Died(BaseException):
    """What kill -9 looks like from within: nothing after it runs."""


def die_at_the_second(scene: Scene) -> None:
    """Have a worker die while the second of two messages is handed over."""

    def die(envelope: Envelope) -> None:
        if scene.received():
            raise Died

    scene.mail.verdict = die
    with pytest.raises(Died), mock.patch("hub.messaging.commands.sending.put_away", return_value=0):
        run(scene)
    scene.mail.verdict = lambda envelope: None


def test_of_what_a_worker_that_died_had_handed_over_the_last_is_uncertain_and_the_others_are_sent(due: Scene) -> None:
    die_at_the_second(due)
    assert marked(due) == Counter({True: 2})
    recover(at=NOW + LEASE + timedelta(seconds=1))
    assert reminders(due) == Counter({Outgoing.UNCERTAIN: 1, Outgoing.SENT: 1})
    (sent,) = Message.objects.filter(state=Outgoing.SENT.value)
    assert (sent.sent_to, sent.state_at, bool(sent.sent_body)) == (due.received()[0][0], NOW, True)


def test_the_first_of_them_to_be_given_up_is_out_though_the_lease_of_the_last_still_holds(due: Scene) -> None:
    die_at_the_second(due)
    last = Message.objects.filter(state=Outgoing.SENDING.value).order_by("due_at", "pk").last()
    assert last is not None
    Message.objects.filter(pk=last.pk).update(leased_until=NOW + LEASE + timedelta(minutes=1))
    recover(at=NOW + LEASE + timedelta(seconds=1))
    assert reminders(due) == Counter({Outgoing.SENDING: 1, Outgoing.SENT: 1})
    recover(at=NOW + LEASE + timedelta(minutes=2))
    assert reminders(due) == Counter({Outgoing.UNCERTAIN: 1, Outgoing.SENT: 1})


@pytest.mark.parametrize("is_anew", [False, True], ids=["the same", "started anew"])
def test_what_was_cleared_before_the_database_was_started_anew_may_be_out(due: Scene, *, is_anew: bool) -> None:
    messages = claim(is_chat=False, at=NOW, most=10)
    clear(messages[:1])
    started = _database_started()
    if started is None:  # SQLite, which clears nothing: as if it did
        started = NOW
        Message.objects.filter(pk=messages[0].pk).update(cleared_in=started)
    now_started = started + timedelta(milliseconds=1) if is_anew else started
    with mock.patch("hub.messaging.commands.leases._database_started", return_value=now_started):
        recover(at=NOW + LEASE + timedelta(seconds=1))
    becomes = {Outgoing.UNCERTAIN: 1, Outgoing.WAITING: 1} if is_anew else {Outgoing.WAITING: 2}
    assert reminders(due) == Counter(becomes)


def test_that_one_is_out_is_written_also_where_the_next_does_not_go(due: Scene) -> None:
    due.mail.before = lambda envelope: TryLater("421 busy", code=421) if due.received() else None
    run(due)
    assert reminders(due) == Counter({Outgoing.SENT: 1, Outgoing.WAITING: 1})


def test_what_another_worker_has_by_now_is_neither_marked_nor_written_as_sent(due: Scene) -> None:
    first, second = claim(is_chat=False, at=NOW, most=2)
    assert mark(first, at=NOW, sent_to="ada@example.org")
    assert mark(second, at=NOW)
    Message.objects.filter(pk=first.pk).update(lease="another")
    assert not mark(first, at=NOW + timedelta(seconds=5))
    assert put_away({first: "250 kept", second: "250 kept, too"}) == 1
    assert reminders(due) == Counter({Outgoing.SENDING: 1, Outgoing.SENT: 1})
    rows = {each.pk: each for each in Message.objects.filter(pk__in=[first.pk, second.pk])}
    assert (rows[first.pk].handed_at, rows[first.pk].sent_at, rows[first.pk].lease) == (NOW, None, "another")
    assert (rows[second.pk].sent_at, rows[second.pk].reply, rows[second.pk].lease) == (NOW, "250 kept, too", "")
