"""What people hear, in the browser: choosing, reading again, stopping with one click, and the demo's mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.messaging import commands, queries
from hub.messaging.models import Choice, Message
from hub.messaging.posting import stop_url
from hub.people.commands import ask_erasure, carry_out_erasure
from hub.people.commands.merging import merge_people, undo_merge
from hub.people.models import Person
from tests.messaging.desk import AUGUST, NOW, Desk, a_desk, a_letter, browser
from tests.messaging.telling import Scene

pytestmark = pytest.mark.django_db
MINE = "/me/messages/"


@pytest.fixture
def desk(scene: Scene) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False):
        yield a_desk(scene)


def heard(person: Person, desk: Desk, topic: Topic = Topic.NEWS) -> Cadence:
    programme = desk.scene.programme
    return queries.choices_of(person, [programme])[programme.pk][topic]


def all_at_once(**others: str) -> dict[str, str]:
    """What Ada's form says where she chose nothing."""
    given = {topic.value: "at-once" for topic in (Topic.TASKS, Topic.SCHEDULE, Topic.REMINDERS, Topic.INVITATIONS, Topic.NEWS)}
    return {"programme": "practitioners-hub"} | {f"practitioners-hub-{name}": value for name, value in (given | others).items()}


def of_stop(desk: Desk, person: Person, what: Topic | Cadence = Topic.NEWS) -> str:
    return stop_url(person, desk.scene.programme, what).partition("://")[2].partition("/")[2].join(("/", ""))


def test_an_expert_chooses_how_often_and_only_what_changed_is_kept(desk: Desk) -> None:
    page = browser(desk.scene.ada)
    assert page.post(MINE, all_at_once(news="weekly")).status_code == 302
    chosen = Choice.objects.filter(person=desk.scene.ada)
    assert list(chosen.values_list("topic", "cadence")) == [("news", "weekly")]
    [row] = page.get(MINE).context["hears"]
    assert row.form["news"].value() == "weekly"


def test_duty_is_told_and_not_choosable_and_the_desk_is_the_teams(desk: Desk) -> None:
    [ada] = browser(desk.scene.ada).get(MINE).context["hears"]
    [mara] = browser(desk.scene.mara).get(MINE).context["hears"]
    assert list(ada.form.fields) == ["tasks", "schedule", "reminders", "invitations", "news"]
    assert list(mara.form.fields) == ["tasks", "schedule", "reminders", "invitations", "news", "desk"]
    assert [value for value, _ in ada.form.fields["invitations"].choices] == ["at-once", "off"]


@pytest.mark.parametrize("others", [{"news": "hourly"}, {"invitations": "weekly"}])
def test_a_choice_that_is_not_offered_is_refused_and_nothing_is_kept(desk: Desk, others: dict[str, str]) -> None:
    answer = browser(desk.scene.ada).post(MINE, all_at_once(**others))
    assert (answer.status_code, Choice.objects.filter(person=desk.scene.ada).count()) == (422, 0)


def test_nobody_chooses_for_a_programme_they_have_no_part_in(desk: Desk) -> None:
    assert browser(desk.scene.ada).post(MINE, {"programme": "masterclass"}).status_code == 404


def test_people_read_again_what_they_were_sent_and_nothing_of_others(desk: Desk) -> None:
    page = browser(desk.scene.ada)
    [row] = page.get(MINE).context["rows"]
    assert (row.subject, row.message.person) == ("News of the summer", desk.scene.ada)
    opened = page.get(f"{MINE}{row.message.pk}/")
    assert "the summer was long." in opened.content.decode()
    theirs = desk.one(state="uncertain", person=desk.lin)
    waiting = desk.one(state="waiting", person=desk.scene.ada)
    looked_at = desk.one(state="prepared", person=desk.scene.ada)
    assert [page.get(f"{MINE}{each.pk}/").status_code for each in (theirs, waiting, looked_at)] == [404, 404, 404]


def test_what_waits_for_ones_weekly_mail_stands_there_and_can_be_read(desk: Desk) -> None:
    commands.choose(desk.scene.ada, desk.scene.programme, Topic.NEWS, Cadence.WEEKLY, by=desk.scene.ada, at=NOW)
    letter = a_letter(desk.scene, desk.scene.ada, subject="For the week")
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=1, by=None, at=NOW)
    commands.send_due("mail-0", clock=lambda: NOW)
    page = browser(desk.scene.ada)
    rows = page.get(MINE).context["rows"]
    assert [(each.subject, each.message.state) for each in rows] == [
        ("For the week", "gathered"),
        ("News of the summer", "sent"),
    ]
    assert "the summer was long." in page.get(f"{MINE}{rows[0].message.pk}/").content.decode()


def test_a_scanner_that_fetches_the_link_stops_nothing(desk: Desk) -> None:
    where = of_stop(desk, desk.scene.ada)
    answer = Client().get(where)
    assert (answer.status_code, heard(desk.scene.ada, desk)) == (200, Cadence.AT_ONCE)
    assert "Stop these mails" in answer.content.decode()
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "private, no-store")


def test_one_click_of_a_mail_program_stops_the_topic_without_signing_in_and_without_a_token(desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(of_stop(desk, desk.scene.ada), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, heard(desk.scene.ada, desk)) == (200, Cadence.OFF)
    assert (heard(desk.scene.ada, desk, Topic.REMINDERS), heard(desk.scene.grace, desk)) == (Cadence.AT_ONCE, Cadence.AT_ONCE)


def test_who_stopped_by_mistake_hears_as_often_as_before(desk: Desk) -> None:
    commands.choose(desk.scene.ada, desk.scene.programme, Topic.NEWS, Cadence.WEEKLY, by=desk.scene.ada, at=NOW)
    page, where = Client(), of_stop(desk, desk.scene.ada)
    stopped = page.post(where, {"do": "stop"})
    assert stopped.context["was"] == Cadence.WEEKLY
    page.post(where, {"do": "undo", "before": stopped.context["was"]})
    assert heard(desk.scene.ada, desk) == Cadence.WEEKLY


@pytest.fixture
def weekly(desk: Desk) -> str:
    """Ada hears two topics once a week; the link in that mail."""
    for topic in (Topic.NEWS, Topic.REMINDERS):
        commands.choose(desk.scene.ada, desk.scene.programme, topic, Cadence.WEEKLY, by=desk.scene.ada, at=NOW)
    return of_stop(desk, desk.scene.ada, Cadence.WEEKLY)


def test_the_link_of_a_weekly_mail_says_what_it_stops(desk: Desk, weekly: str) -> None:
    said = Client().get(weekly).content.decode()
    assert "Your weekly mail, The Practitioners Hub" in said
    assert "It tells you of: reminders, news of the programme." in said
    assert heard(desk.scene.ada, desk) == Cadence.WEEKLY


def test_one_click_stops_what_somebody_hears_once_a_week_and_nothing_else(desk: Desk, weekly: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(weekly, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    stopped = [topic for topic in Topic if heard(desk.scene.ada, desk, topic) is Cadence.OFF]
    assert stopped == [Topic.REMINDERS, Topic.NEWS]


def test_who_stopped_their_weekly_mail_by_mistake_gets_the_same_back(desk: Desk, weekly: str) -> None:
    page = Client()
    stopped = page.post(weekly, {"do": "stop"})
    page.post(weekly, {"do": "undo", "topic": [each.value for each in stopped.context["topics"]]})
    back = [topic for topic in Topic if heard(desk.scene.ada, desk, topic) is Cadence.WEEKLY]
    assert back == [Topic.REMINDERS, Topic.NEWS]
    assert "hear no more" in page.post(weekly, {"do": "stop"}).content.decode()
    assert "hear no more" in page.get(weekly).content.decode()


def test_a_stopped_topic_is_not_sent_though_it_waits_already(desk: Desk) -> None:
    letter = a_letter(desk.scene, desk.scene.ada, subject="Too late")
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=1, by=None, at=NOW)
    Client().post(of_stop(desk, desk.scene.ada), {"List-Unsubscribe": "One-Click"})
    commands.send_due("mail-0", clock=lambda: NOW)
    assert Message.objects.get(mailing=letter).state == "unwanted"


@pytest.mark.parametrize("broken", ["nonsense", "a:b:c", "%F0%9F%A6%AD"])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_broken_link_gets_kind_words_and_changes_nothing(desk: Desk, broken: str, verb: str) -> None:
    answer = getattr(Client(), verb)(f"/stop/{broken}/")
    assert (answer.status_code, "Nothing was changed." in answer.content.decode()) == (404, True)


def test_a_link_somebody_else_signed_for_something_else_stops_nothing(desk: Desk) -> None:
    from django.core import signing

    other = signing.dumps([desk.scene.ada.pk, desk.scene.programme.pk, "news"], salt="something.else")
    assert Client().post(f"/stop/{other}/").status_code == 404
    assert heard(desk.scene.ada, desk) == Cadence.AT_ONCE


@pytest.mark.parametrize("times", [1, 2], ids=["merged", "merged twice"])
def test_the_link_to_a_record_that_was_merged_stops_the_topic_of_the_one_that_stayed(desk: Desk, times: int) -> None:
    where, ada, grace = of_stop(desk, desk.scene.ada), desk.scene.ada, desk.scene.grace
    merge_people(grace, ada, choices={}, by=None, at=NOW)
    if times == 2:
        merge_people(desk.lin, grace, choices={}, by=None, at=NOW)
    answer = Client().post(where, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, heard(desk.lin if times == 2 else grace, desk)) == (200, Cadence.OFF)


def test_the_link_to_a_record_whose_merge_was_undone_stops_the_topic_of_that_record_only(desk: Desk) -> None:
    where, ada, grace = of_stop(desk, desk.scene.ada), desk.scene.ada, desk.scene.grace
    back = undo_merge(merge_people(grace, ada, choices={}, by=None, at=NOW), by=None, at=NOW)
    Client().post(where, {"List-Unsubscribe": "One-Click"})
    assert (heard(back, desk), heard(grace, desk)) == (Cadence.OFF, Cadence.AT_ONCE)


@pytest.mark.parametrize(
    ("kept", "gone", "holds"),
    [
        (Cadence.WEEKLY, Cadence.OFF, Cadence.OFF),
        (Cadence.OFF, Cadence.WEEKLY, Cadence.OFF),
        (Cadence.DAILY, Cadence.WEEKLY, Cadence.WEEKLY),
    ],
)
def test_of_two_choices_the_rarer_holds_after_a_merge_and_undoing_it_gives_both_back(
    desk: Desk, kept: Cadence, gone: Cadence, holds: Cadence
) -> None:
    grace, ada, key = desk.scene.grace, desk.scene.ada, desk.scene.ada.pk
    for person, cadence in ((grace, kept), (ada, gone)):
        commands.choose(person, desk.scene.programme, Topic.NEWS, cadence, by=person, at=NOW)
    merge = merge_people(grace, ada, choices={}, by=None, at=NOW)
    assert heard(grace, desk) == holds
    undo_merge(merge, by=None, at=NOW)
    assert (heard(grace, desk), heard(Person.objects.get(pk=key), desk)) == (kept, gone)


def test_the_link_of_somebody_erased_answers_alike_and_does_nothing(desk: Desk) -> None:
    where = of_stop(desk, desk.scene.grace)
    erasure = ask_erasure(desk.scene.grace, by=desk.scene.grace, at=AUGUST)
    carry_out_erasure(erasure, by=None, at=erasure.due_at)
    answer = Client().post(where, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, Choice.objects.filter(person=desk.scene.grace).count()) == (200, 0)


def test_what_must_be_known_cannot_be_stopped(desk: Desk) -> None:
    answer = Client().post(of_stop(desk, desk.scene.ada, Topic.DUTY))
    assert (answer.status_code, heard(desk.scene.ada, desk, Topic.DUTY)) == (422, Cadence.AT_ONCE)


def test_what_i_hear_asks_as_often_for_many_messages_as_for_few(desk: Desk) -> None:
    page = browser(desk.scene.ada)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            page.get(MINE)
        return len(seen)

    asked()
    few = asked()
    for number in range(4):
        letter = a_letter(desk.scene, desk.scene.ada, subject=f"News {number}")
        commands.prepare_mailing(letter, by=None, at=NOW)
        commands.send_mailing(letter, count=1, by=None, at=NOW)
    commands.send_due("mail-0", clock=lambda: NOW)
    assert asked() == few


@pytest.fixture
def mailbox(settings: object, tmp_path: Path) -> Path:
    settings.DEMO = True  # type: ignore[attr-defined]
    settings.EMAIL_FILE_PATH = str(tmp_path)  # type: ignore[attr-defined]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "hub@example.org", "ada@example.org", "In two days"
    mail["List-Unsubscribe"] = "<https://hub.example.org/stop/x/>"
    mail.set_content("As plain text.")
    mail.add_alternative("<html><head></head><body><p style='color:red'>As HTML.</p></body></html>", subtype="html")
    mail.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="invite.ics")
    (tmp_path / "kept-one.eml").write_bytes(mail.as_bytes())
    (tmp_path / "code.log").write_text("To: mara@example.org\nSubject: Your code\n\n123456\n" + "-" * 79 + "\n")
    return tmp_path


def test_the_mailbox_of_the_demo_shows_mails_and_codes_alike(db: None, mailbox: Path) -> None:
    page = Client()
    assert sorted(each.subject for each in page.get("/dev/mail/").context["mails"]) == ["In two days", "Your code"]
    assert [each.subject for each in page.get("/dev/mail/?to=MARA").context["mails"]] == ["Your code"]
    assert "123456" in page.get("/dev/mail/code.log/").content.decode()
    shown = page.get("/dev/mail/kept-one.eml/")
    assert shown.context["headers"][-1] == ("List-Unsubscribe", "<https://hub.example.org/stop/x/>")
    assert [(each.name, each.text) for each in shown.context["files"]] == [("invite.ics", "BEGIN:VCALENDAR\n")]
    html = page.get("/dev/mail/kept-one.eml/html/")
    assert ("As HTML." in html.content.decode(), html["X-Frame-Options"]) == (True, "SAMEORIGIN")
    assert page.get("/dev/mail/code.log/html/").status_code == 404


def test_there_is_no_mailbox_outside_the_demo(db: None, mailbox: Path, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert [Client().get(where).status_code for where in ("/dev/mail/", "/dev/mail/code.log/")] == [404, 404]
