"""People choose what they hear and how often; what is gathered goes once, with the facts of the moment it goes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.models import Min

from hub.core.choices import Cadence, DutyMail, Topic
from hub.core.errors import NotAllowed
from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.models import Message
from hub.messaging.posting import stop_url
from hub.messaging.previews import preview_of
from hub.messaging.queries import heard_by, parts_of
from hub.messaging.wanted import offset_of
from hub.people.models import Account
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.mail import MailError, Refused, Uncertain
from tests.messaging.telling import AUGUST, Scene, an_expert

pytestmark = pytest.mark.django_db

MONDAY = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)  # 9:00 in London: two days before the café
TUESDAY_EIGHT = datetime(2024, 9, 3, 7, 0, tzinfo=UTC)  # 8:00 in London
NEXT_MONDAY_EIGHT = datetime(2024, 9, 9, 7, 0, tzinfo=UTC)


def choose(scene: Scene, cadence: Cadence, topic: Topic = Topic.REMINDERS, *, at: datetime = AUGUST) -> None:
    commands.choose(scene.ada, scene.programme, topic, cadence, by=scene.ada, at=at)


def to_ada(scene: Scene) -> list[str]:
    return [subject for address, subject in scene.received() if address == "ada@example.org"]


def test_who_chose_never_hears_nothing_and_the_others_do(scene: Scene) -> None:
    choose(scene, Cadence.OFF)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    assert [address for address, _ in scene.received()] == ["grace@example.org"]
    assert Message.objects.get(person=scene.ada, state=Outgoing.UNWANTED.value).reply == "They chose not to hear of this."


def test_the_choice_holds_when_the_message_goes_not_when_it_was_made(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    choose(scene, Cadence.OFF, at=MONDAY)
    scene.send(at=MONDAY)
    assert to_ada(scene) == []


def test_who_hears_once_a_day_gets_one_mail_the_next_morning(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    choose(scene, Cadence.DAILY, Topic.SCHEDULE)
    scene.rule("session-two-days")
    scene.rule("schedule-released")
    cancel_session(Session.objects.get(cohort=scene.cohort, date=date(2024, 9, 26)), by=None, at=MONDAY)
    scene.release(at=MONDAY)
    scene.send(at=MONDAY)
    assert to_ada(scene) == []
    scene.send(at=TUESDAY_EIGHT)
    assert to_ada(scene) == ["The Practitioners Hub: your day, Tue 3 September 2024"]
    said = scene.letters()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "In two days: Collaboration Café: Welcome" in said
    assert "what changed in the schedule" in said
    scene.send(at=TUESDAY_EIGHT + timedelta(days=1))
    assert len(to_ada(scene)) == 1
    assert Message.objects.filter(person=scene.ada, state=Outgoing.GATHERED.value).count() == 0


def test_a_week_is_told_on_monday(scene: Scene) -> None:
    choose(scene, Cadence.WEEKLY, Topic.SCHEDULE)
    scene.rule("schedule-released")
    cancel_session(scene.first_session, by=None, at=MONDAY)
    scene.release(at=MONDAY)
    scene.send(at=MONDAY)
    scene.send(at=NEXT_MONDAY_EIGHT - timedelta(minutes=1))
    assert to_ada(scene) == []
    scene.send(at=NEXT_MONDAY_EIGHT)
    assert to_ada(scene) == ["The Practitioners Hub: your week, Mon 9 September 2024"]


@pytest.mark.parametrize("rule", ["session-two-days", "session-two-weeks"])
@pytest.mark.parametrize("cadence", [Cadence.AT_ONCE, Cadence.DAILY, Cadence.WEEKLY])
def test_however_often_somebody_hears_they_are_told_of_each_session_once_and_before_it_begins(
    scene: Scene, cadence: Cadence, rule: str
) -> None:
    choose(scene, cadence)
    scene.rule(rule)
    told: dict[str, list[datetime]] = {}
    scene.reconcile(at=AUGUST)
    while (moment := Message.objects.filter(state=Outgoing.WAITING.value).aggregate(first=Min("due_at"))["first"]) is not None:
        before = len(scene.mail.sent)
        scene.send(at=moment)
        for letter in scene.letters()[before:]:
            if letter["To"].addresses[0].addr_spec == "ada@example.org":
                said = letter.get_body(("plain",)).get_content().replace("\n", " ")  # type: ignore[union-attr]
                for session in cafes(scene):
                    if f" {session.date.day} {session.date:%B} 2024, " in said:
                        told.setdefault(str(session.date), []).append(moment)
    assert {day: len(moments) for day, moments in told.items()} == {str(each.date): 1 for each in cafes(scene)}
    assert all(moment.date() < date.fromisoformat(day) for day, (moment,) in told.items())
    assert Message.objects.filter(person=scene.ada, state=Outgoing.MISSED.value).count() == 0


def cafes(scene: Scene) -> list[Session]:
    return list(Session.objects.filter(cohort=scene.cohort, date__isnull=False).exclude(kind="rest").order_by("date"))


def test_a_reminder_the_weekly_mail_would_come_too_late_for_goes_by_itself(scene: Scene) -> None:
    choose(scene, Cadence.WEEKLY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    assert to_ada(scene) == ["In two days: Collaboration Café: Welcome"]
    assert Message.objects.filter(happening="digest").count() == 0


def test_a_session_that_moves_before_the_weekly_mail_is_told_at_once(scene: Scene) -> None:
    choose(scene, Cadence.WEEKLY)
    scene.rule("session-two-weeks")
    due = datetime(2024, 8, 21, 8, 0, tzinfo=UTC)
    scene.send(at=due)
    assert to_ada(scene) == []
    session = scene.first_session
    facts = replace(facts_of(session), date=date(2024, 8, 25))  # a Sunday, and the weekly mail is on Monday
    edit_session(session, facts, seen_at=session.edited_at, by=None, at=due + timedelta(days=1))
    scene.release(at=due + timedelta(days=1))
    scene.send(at=due + timedelta(days=1))
    assert len(to_ada(scene)) == 1
    scene.send(at=due + timedelta(days=5))
    assert len(to_ada(scene)) == 1


def test_what_a_worker_that_was_away_can_not_tell_in_time_is_shown_as_too_late(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    commands.send_due("mail-0", clock=lambda: datetime(2024, 9, 4, 15, 0, tzinfo=UTC))
    said = Message.objects.get(person=scene.ada, subject_key=f"session:{scene.first_session.uid}")
    assert (said.state, said.reply) == ("missed", "Its time was over before it could go.")


def test_a_letters_own_headings_stand_below_the_one_a_digest_gives_it(scene: Scene) -> None:
    choose(scene, Cadence.DAILY, Topic.NEWS)
    letter = commands.write_mailing(
        scene.programme,
        subject="News",
        body="# Summer\n\nIt was long.\n\n## July\n\nAnd warm.",
        topic=Topic.NEWS,
        besides=[scene.ada.pk],
        by=scene.mara,
        at=MONDAY,
    )
    commands.prepare_mailing(letter, by=scene.mara, at=MONDAY)
    commands.send_mailing(letter, count=1, by=scene.mara, at=MONDAY)
    scene.send(at=MONDAY)
    scene.send(at=TUESDAY_EIGHT)
    html = scene.letters()[-1].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert re.findall(r"<(h\d)[^>]*>([^<]*)<", html) == [("h2", "News"), ("h3", "Summer"), ("h4", "July")]


def test_what_is_off_meanwhile_is_not_in_the_digest_and_an_empty_one_does_not_go(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    cancel_session(scene.first_session, by=None, at=MONDAY)
    scene.release(at=MONDAY + timedelta(hours=1))
    scene.send(at=TUESDAY_EIGHT)
    assert to_ada(scene) == []
    assert scene.states(person=scene.ada, subject_key=f"session:{scene.first_session.uid}") == Counter({Outgoing.WITHDRAWN: 1})


def test_never_takes_what_was_gathered_out_of_the_digest(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    choose(scene, Cadence.OFF, at=MONDAY + timedelta(hours=1))
    scene.send(at=TUESDAY_EIGHT)
    assert to_ada(scene) == []


def test_a_digest_that_may_be_out_keeps_what_it_carried_until_somebody_says(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    scene.mail.verdict = lambda envelope: Uncertain("the connection broke")
    scene.send(at=TUESDAY_EIGHT)
    digest = Message.objects.get(happening="digest")
    carried = Message.objects.get(carried_by=digest)
    assert (digest.state, carried.state) == ("uncertain", "gathered")
    commands.say_arrived(digest, by=scene.mara, at=TUESDAY_EIGHT + timedelta(hours=1))
    carried.refresh_from_db()
    assert carried.state == "sent"


def test_a_digest_that_is_refused_goes_again_with_all_it_carried(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    scene.mail.verdict = lambda envelope: Refused("550 full")
    scene.send(at=TUESDAY_EIGHT)
    scene.mail.verdict = lambda envelope: None
    refused = Message.objects.get(happening="digest", state=Outgoing.REFUSED.value)
    commands.send_again(refused, by=scene.mara, at=TUESDAY_EIGHT + timedelta(hours=1))
    commands.send_due("mail-0", clock=lambda: TUESDAY_EIGHT + timedelta(hours=1))
    assert len(to_ada(scene)) == 1
    assert Message.objects.filter(person=scene.ada, state=Outgoing.GATHERED.value).count() == 0


def test_duty_mail_can_not_be_stopped_and_nobody_chooses_for_another(scene: Scene) -> None:
    with pytest.raises(DutyMail):
        choose(scene, Cadence.OFF, Topic.DUTY)
    with pytest.raises(NotAllowed):
        commands.choose(scene.ada, scene.programme, Topic.NEWS, Cadence.OFF, by=scene.mara, at=AUGUST)


def test_each_mail_that_can_be_stopped_says_how_with_one_click(scene: Scene) -> None:
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    letter = scene.letters()[0]
    stop = str(letter["List-Unsubscribe"]).strip("<>")
    assert stop.startswith("http://localhost:8000/stop/")
    assert stop in letter.get_body(("plain",)).get_content().replace("\n", "")  # type: ignore[union-attr]


def test_a_daily_mail_says_why_it_comes_and_how_it_is_stopped_with_one_click(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    scene.send(at=TUESDAY_EIGHT)
    letter = scene.letters()[-1]
    stop, said = str(letter["List-Unsubscribe"]).strip("<>"), letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert stop == stop_url(scene.ada, scene.programme, Cadence.DAILY)
    assert f"Stop these: {stop}" in said.replace("\n", " ")
    assert "you chose to hear some of what The Practitioners Hub tells once a day." in said.replace("\n", " ")
    assert stop in letter.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_a_letter_to_one_more_person_is_not_made_for_who_came_after_it_was_sent(scene: Scene) -> None:
    mailing = commands.write_mailing(
        scene.programme, subject="News", body="Hello {{ you.first_name }}", topic=Topic.NEWS,
        audiences=["experts:2024"], by=scene.mara, at=MONDAY,
    )  # fmt: skip
    commands.prepare_mailing(mailing, by=scene.mara, at=MONDAY)
    commands.send_mailing(mailing, count=2, send_at=MONDAY + timedelta(hours=2), by=scene.mara, at=MONDAY)
    an_expert("Ines Costa", scene.cohort)
    scene.send(at=MONDAY + timedelta(hours=3))
    assert sorted(scene.received()) == [("ada@example.org", "News"), ("grace@example.org", "News")]


def test_a_session_that_moves_while_its_reminder_waits_for_the_digest_is_told_when_its_time_comes(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    session = scene.first_session
    facts = replace(facts_of(session), date=date(2024, 9, 11))
    edit_session(session, facts, seen_at=session.edited_at, by=None, at=MONDAY + timedelta(hours=1))
    scene.release(at=MONDAY + timedelta(hours=1))
    about = f"session:{session.uid}"
    commands.send_due("mail-0", clock=lambda: TUESDAY_EIGHT)  # nobody reconciled yet
    assert to_ada(scene) == []
    assert scene.states(person=scene.ada, subject_key=about) == Counter({Outgoing.WAITING: 1})
    for days in (7, 8):
        scene.send(at=MONDAY + timedelta(days=days))
    scene.send(at=TUESDAY_EIGHT + timedelta(days=7))
    assert scene.states(person=scene.ada, subject_key=about) == Counter({Outgoing.SENT: 1})
    assert len(to_ada(scene)) == 1


def test_what_is_gathered_after_a_digest_was_thrown_away_goes_with_it_all_the_same(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    choose(scene, Cadence.DAILY, Topic.SCHEDULE)
    scene.rule("session-two-days")
    scene.rule("schedule-released")
    scene.send(at=MONDAY)
    commands.discard_message(Message.objects.get(happening="digest"), by=scene.mara, at=MONDAY)
    cancel_session(Session.objects.get(cohort=scene.cohort, date=date(2024, 9, 26)), by=None, at=MONDAY)
    scene.release(at=MONDAY + timedelta(hours=1))
    scene.send(at=MONDAY + timedelta(hours=1))
    scene.send(at=TUESDAY_EIGHT)
    said = scene.letters()[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert len(to_ada(scene)) == 1
    assert "what changed in the schedule" in said
    assert "In two days" not in said


def told_of_the_schedule(scene: Scene, *, at: datetime = MONDAY) -> None:
    """Ada hears once a week of the schedule, and something changed in it: that waits for her next mail."""
    choose(scene, Cadence.WEEKLY, Topic.SCHEDULE)
    scene.rule("schedule-released")
    cancel_session(Session.objects.get(cohort=scene.cohort, date=date(2024, 9, 26)), by=None, at=at)
    scene.release(at=at)
    scene.send(at=at)
    assert scene.states(person=scene.ada, happening="schedule.release") == Counter({Outgoing.GATHERED: 1})


def said_last(scene: Scene) -> str:
    return str(scene.letters()[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]


@pytest.mark.parametrize("again", [Cadence.WEEKLY, Cadence.DAILY, Cadence.AT_ONCE])
def test_who_takes_back_that_they_never_want_to_hear_gets_what_was_gathered_after_all(scene: Scene, again: Cadence) -> None:
    told_of_the_schedule(scene)
    choose(scene, Cadence.OFF, Topic.SCHEDULE, at=MONDAY + timedelta(hours=1))
    choose(scene, again, Topic.SCHEDULE, at=MONDAY + timedelta(hours=2))
    scene.send(at=MONDAY + timedelta(hours=2))
    assert to_ada(scene) == []
    scene.send(at=NEXT_MONDAY_EIGHT)
    assert to_ada(scene) == ["The Practitioners Hub: your week, Mon 9 September 2024"]
    assert "what changed in the schedule" in said_last(scene)


def test_never_said_twice_is_taken_back_as_if_it_were_said_once(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    for hours, cadence in ((1, Cadence.OFF), (2, Cadence.OFF), (3, Cadence.DAILY)):
        choose(scene, cadence, at=MONDAY + timedelta(hours=hours))
    scene.send(at=TUESDAY_EIGHT)
    assert len(to_ada(scene)) == 1


def test_a_release_that_came_between_never_and_taking_it_back_is_told_with_the_one_it_overtook(scene: Scene) -> None:
    told_of_the_schedule(scene)
    choose(scene, Cadence.OFF, Topic.SCHEDULE, at=MONDAY + timedelta(hours=1))
    cancel_session(Session.objects.get(cohort=scene.cohort, date=date(2024, 10, 2)), by=None, at=MONDAY + timedelta(hours=2))
    scene.release(at=MONDAY + timedelta(hours=2))
    scene.send(at=MONDAY + timedelta(hours=3))
    choose(scene, Cadence.WEEKLY, Topic.SCHEDULE, at=MONDAY + timedelta(hours=4))
    scene.send(at=MONDAY + timedelta(hours=5))
    scene.send(at=NEXT_MONDAY_EIGHT)
    assert to_ada(scene) == ["The Practitioners Hub: your week, Mon 9 September 2024"]
    said = said_last(scene)
    assert (said.count("Cancelled: was"), "26 September" in said, "2 October" in said) == (2, True, True)


def test_who_takes_it_back_after_the_digest_would_have_gone_gets_it_with_the_next(scene: Scene) -> None:
    told_of_the_schedule(scene)
    choose(scene, Cadence.OFF, Topic.SCHEDULE, at=MONDAY + timedelta(hours=1))
    scene.send(at=NEXT_MONDAY_EIGHT)
    choose(scene, Cadence.WEEKLY, Topic.SCHEDULE, at=NEXT_MONDAY_EIGHT + timedelta(days=1))
    scene.send(at=NEXT_MONDAY_EIGHT + timedelta(days=7))
    assert to_ada(scene) == ["The Practitioners Hub: your week, Mon 16 September 2024"]


def test_who_takes_it_back_weeks_later_is_not_told_old_news(scene: Scene) -> None:
    told_of_the_schedule(scene)
    choose(scene, Cadence.OFF, Topic.SCHEDULE, at=MONDAY + timedelta(hours=1))
    choose(scene, Cadence.WEEKLY, Topic.SCHEDULE, at=NEXT_MONDAY_EIGHT + timedelta(days=8))
    scene.send(at=NEXT_MONDAY_EIGHT + timedelta(days=14))
    assert to_ada(scene) == []


def test_what_is_over_when_somebody_takes_it_back_stays_out(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    choose(scene, Cadence.OFF, at=MONDAY + timedelta(hours=1))
    about = f"session:{scene.first_session.uid}"
    choose(scene, Cadence.DAILY, at=datetime(2024, 9, 5, 12, 0, tzinfo=UTC))  # the café was yesterday
    assert scene.states(person=scene.ada, subject_key=about) == Counter({Outgoing.UNWANTED: 1})


def test_what_was_unwanted_when_its_time_came_does_not_come_back(scene: Scene) -> None:
    choose(scene, Cadence.OFF)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    choose(scene, Cadence.DAILY, at=MONDAY + timedelta(hours=1))
    scene.send(at=TUESDAY_EIGHT)
    assert to_ada(scene) == []


def test_what_a_refused_digest_carried_goes_with_the_next_one(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    scene.send(at=MONDAY)
    scene.mail.verdict = lambda envelope: Refused("550 full")
    scene.send(at=TUESDAY_EIGHT)
    scene.mail.verdict = lambda envelope: None
    first, then = Message.objects.filter(happening="digest").order_by("send_at")
    part = Message.objects.get(person=scene.ada, state=Outgoing.GATHERED.value)
    assert (first.state, then.state, part.carried_by) == ("refused", "waiting", then)
    scene.send(at=TUESDAY_EIGHT + timedelta(days=1))
    assert to_ada(scene) == ["The Practitioners Hub: your day, Wed 4 September 2024"]
    assert "In two days: Collaboration Café: Welcome" in said_last(scene)
    commands.send_again(first, by=scene.mara, at=TUESDAY_EIGHT + timedelta(days=1))
    commands.send_due("mail-0", clock=lambda: TUESDAY_EIGHT + timedelta(days=1))
    assert len(to_ada(scene)) == 1  # it went, so it goes no second time


def test_what_the_next_digest_comes_too_late_for_goes_by_itself(scene: Scene) -> None:
    choose(scene, Cadence.DAILY)
    scene.rule("session-two-days")
    session = scene.first_session
    facts = replace(facts_of(session), start=time(8, 30), end=time(9))
    edit_session(session, replace(facts, date=date(2024, 9, 3)), seen_at=session.edited_at, by=None, at=AUGUST)
    scene.release(at=AUGUST)
    scene.reconcile(at=AUGUST)
    scene.send(at=MONDAY)
    verdicts: list[MailError | None] = [Refused("550 full")]
    scene.mail.verdict = lambda envelope: verdicts.pop() if verdicts and "ada" in envelope.recipient else None
    scene.send(at=TUESDAY_EIGHT)
    assert to_ada(scene) == ["In two days: Collaboration Café: Welcome"]


def test_what_three_digests_were_refused_with_is_refused_and_stands_on_no_page_as_waiting(scene: Scene) -> None:
    told_of_the_schedule(scene)
    scene.mail.verdict = lambda envelope: Refused("550 no such mailbox") if "ada" in envelope.recipient else None
    for week in range(3):
        assert [each.state for each in heard_by(scene.ada)] == ["gathered"]
        scene.send(at=NEXT_MONDAY_EIGHT + timedelta(weeks=week))
    part = Message.objects.get(person=scene.ada, happening="schedule.release")
    assert (part.state, part.reply, part.attempts) == ("refused", "550 no such mailbox", 3)
    assert list(heard_by(scene.ada)) == []
    assert scene.states(happening="digest") == Counter({Outgoing.REFUSED: 3})
    last = Message.objects.filter(happening="digest").order_by("-send_at")[0]
    scene.mail.verdict = lambda envelope: None
    commands.send_again(last, by=scene.mara, at=NEXT_MONDAY_EIGHT + timedelta(weeks=2, hours=1))
    commands.send_due("mail-0", clock=lambda: NEXT_MONDAY_EIGHT + timedelta(weeks=2, hours=1))
    assert to_ada(scene) == ["The Practitioners Hub: your week, Mon 23 September 2024"]
    part.refresh_from_db()
    assert part.state == "sent"


def test_what_three_digests_were_refused_with_goes_once_the_address_is_mended(scene: Scene) -> None:
    for topic in Topic:
        if not topic.is_duty:
            choose(scene, Cadence.DAILY, topic)
    scene.rule("session-day-after")
    scene.reconcile(at=AUGUST)
    first = Message.objects.get(person=scene.ada, subject_key=f"session:{scene.first_session.uid}")
    scene.mail.verdict = lambda envelope: Refused("550 no such mailbox") if "ada" in envelope.recipient else None
    scene.send(at=first.send_at)
    for day in range(1, 4):
        scene.send(at=first.send_at + timedelta(days=day))
    first.refresh_from_db()
    assert (first.state, first.sent_to) == ("refused", "ada@example.org")
    scene.mail.verdict = lambda envelope: None
    account = Account.objects.get(person=scene.ada)
    account.email = "ada@new.example"
    account.save(update_fields=["email"])
    later = first.send_at + timedelta(days=4)
    scene.reconcile(at=later)
    first.refresh_from_db()
    assert (first.state, first.not_at) == ("waiting", "ada@example.org\n")


def test_what_a_digest_carried_that_came_back_goes_with_it_when_it_is_sent_again(scene: Scene) -> None:
    told_of_the_schedule(scene)
    scene.send(at=NEXT_MONDAY_EIGHT)
    digest = Message.objects.get(happening="digest", person=scene.ada, state=Outgoing.SENT.value)
    commands.note_bounce(digest.token, to=digest.sent_to, words="550 mailbox full", at=NEXT_MONDAY_EIGHT + timedelta(hours=1))
    part = Message.objects.get(person=scene.ada, happening="schedule.release")
    assert (part.state, part.reply) == ("bounced", "550 mailbox full")
    digest.refresh_from_db()
    again = NEXT_MONDAY_EIGHT + timedelta(hours=2)
    commands.send_again(digest, by=scene.mara, at=again)
    commands.send_due("mail-0", clock=lambda: again)
    part.refresh_from_db()
    digest.refresh_from_db()
    assert (digest.state, part.state) == ("sent", "sent")
    assert len(to_ada(scene)) == 2


def test_the_page_of_a_refused_digest_shows_what_it_would_say_sent_again(scene: Scene) -> None:
    told_of_the_schedule(scene)
    scene.mail.verdict = lambda envelope: Refused("550 full")
    scene.send(at=NEXT_MONDAY_EIGHT)
    digest = Message.objects.get(happening="digest", state=Outgoing.REFUSED.value)
    shown = preview_of(digest, at=NEXT_MONDAY_EIGHT + timedelta(hours=1))
    assert (shown.note, "what changed in the schedule" in shown.text) == ("", True)
    assert [part.happening for part in parts_of(digest)] == ["schedule.release"]


def test_a_batch_that_was_sent_counts_nobody_who_chose_not_to_hear_before_a_worker_has_looked(scene: Scene) -> None:
    choose(scene, Cadence.OFF)
    rule = scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    offset = offset_of(rule)
    commands.edit_rule(rule, audience=rule.audience, offset=offset, needs_ok=True, by=scene.mara, at=AUGUST)
    about = f"session:{scene.first_session.uid}"
    commands.release_batch(scene.programme, rule=rule.pk, subject=about, count=1, by=scene.mara, at=MONDAY)
    states = Message.objects.filter(rule=rule, subject_key=about).order_by("person__name").values_list("person__name", "state")
    assert list(states) == [("Ada Lindqvist", "unwanted"), ("Grace Amara", "waiting")]
