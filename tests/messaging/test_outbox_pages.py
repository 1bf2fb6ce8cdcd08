"""The outbox in the browser: looked at, sent to those and nobody else, decided about one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.models import Message
from hub.people.commands import ask_erasure, end_role
from hub.people.models import Role
from hub.schedule.commands.sessions import edit_session
from hub.schedule.queries.working import facts_of
from tests.messaging.desk import AUGUST, NOW, TEAM, Desk, a_desk, a_letter, browser, seen_on
from tests.messaging.telling import Scene, an_expert

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(scene: Scene) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False):
        yield a_desk(scene)


def batch_of(desk: Desk) -> str:
    return f"{TEAM}batches/{desk.rule.pk}/?about={desk.first_about}"


def states_of_batch(desk: Desk) -> list[str]:
    rows = Message.objects.filter(rule=desk.rule, subject_key=desk.first_about)
    return list(rows.order_by("person__name").values_list("state", flat=True))


def test_the_outbox_opens_on_what_waits_for_somebodys_word(desk: Desk) -> None:
    shown = browser(desk.scene.mara).get(TEAM).context
    soon, later = (
        [(each.batch.title, each.batch.count, each.like.subject) for each in shown[name]] for name in ("batches", "later")
    )
    title = "Two weeks before a session"
    assert soon[0] == (title, 3, "Collaboration Café: Welcome on Wed 4 September 2024, 15:00–17:00 (London)")
    assert {each.batch.send_at > shown["at"] + timedelta(days=14) for each in shown["later"]} == {True}
    assert (title, 3, "Collaboration Café: Case studies on Wed 2 October 2024, 15:00–17:00 (London)") in later
    assert [each.message.person.name for each in shown["doubtful"]] == ["Lin Okoro"]
    assert (shown["failed_count"], [str(each) for each in shown["letters"]]) == (1, ["About the autumn"])


def test_what_has_no_address_is_shown_as_such_where_things_did_not_arrive_and_can_be_thrown_away(desk: Desk) -> None:
    desk.scene.ada.account.delete()
    message = desk.one(person=desk.scene.ada, rule__usual="session-two-days", state="waiting")
    desk.scene.send(at=message.send_at)
    page, where = browser(desk.scene.mara), f"{TEAM}{message.pk}/"
    with time_machine.travel(message.send_at + timedelta(minutes=1), tick=False):
        shown = page.get(TEAM, {"show": "failed", "person": desk.scene.ada.pk}).content.decode()
        assert "No address" in shown
        said = page.get(where).content.decode()
        assert "The Hub has no address for them." in said
        assert "Mend the address of Ada Lindqvist" in said
        page.post(where, {"do": "discard", "seen": "unreached"})
    message.refresh_from_db()
    assert message.state == "discarded"


def test_a_batch_goes_to_the_number_on_the_button(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    where = batch_of(desk)
    answer = page.post(where, {"do": "send", "count": "2", "shown": seen_on(page, where)})  # Lin chose not to hear of reminders
    assert (answer.status_code, answer["Location"]) == (302, TEAM)
    about = where.rpartition("=")[2]
    assert set(Message.objects.filter(rule=desk.rule, subject_key=about).values_list("state", flat=True)) == {"waiting"}


def test_the_button_counts_those_who_would_get_it_and_says_how_many_would_not(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    listed = page.get(TEAM).context["batches"][0]
    assert (listed.goes, listed.rest) == (2, 1)
    for said in (page.get(TEAM).content.decode(), page.get(batch_of(desk)).content.decode()):
        assert "Send to 2 people" in said
        assert "1 more would not get it" in said
        assert "Send to 3 people" not in said


def test_a_letter_says_whom_it_would_not_reach_before_it_is_sent(desk: Desk) -> None:
    commands.choose(desk.lin, desk.scene.programme, Topic.NEWS, Cadence.OFF, by=desk.lin, at=NOW)
    letter = a_letter(desk.scene, desk.scene.ada, desk.lin, subject="For two")
    commands.prepare_mailing(letter, by=None, at=NOW)
    page, where = browser(desk.scene.mara), f"{TEAM}letters/{letter.pk}/look/"
    shown = page.get(where)
    assert (shown.context["ready"], shown.context["count"], shown.context["rest"]) == (2, 1, 1)
    assert "1 more would not get it" in shown.content.decode()
    given = {"shown": shown.context["shown"], "when": "now"}
    assert page.post(where, {"count": "2", **given}).status_code == 409
    assert page.post(where, {"count": "1", **given}).status_code == 302


def test_what_was_sent_counts_nobody_who_chose_not_to_hear_before_a_worker_has_looked(desk: Desk) -> None:
    commands.choose(desk.lin, desk.scene.programme, Topic.NEWS, Cadence.OFF, by=desk.lin, at=NOW)
    letter = a_letter(desk.scene, desk.scene.ada, desk.lin, subject="For two")
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=1, by=None, at=NOW)
    page = browser(desk.scene.mara).get(f"{TEAM}letters/{letter.pk}/")
    assert page.context["counts"] == [(Outgoing.UNWANTED, 1), (Outgoing.WAITING, 1)]
    assert "Stop the 1 that has not left" in page.content.decode()
    assert Message.objects.get(mailing=letter, person=desk.lin).reply == "They chose not to hear of this."


def test_a_letter_for_later_says_who_would_not_get_it_and_they_get_it_where_they_change_their_mind(desk: Desk) -> None:
    programme, later = desk.scene.programme, NOW + timedelta(days=1)
    commands.choose(desk.lin, programme, Topic.NEWS, Cadence.OFF, by=desk.lin, at=NOW)
    letter = a_letter(desk.scene, desk.scene.ada, desk.lin, subject="For two")
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=1, send_at=later, by=None, at=NOW)
    page = browser(desk.scene.mara).get(f"{TEAM}letters/{letter.pk}/")
    assert (page.context["counts"], page.context["would_not"]) == ([(Outgoing.WAITING, 2)], 1)
    assert "1 of those that wait would not go" in page.content.decode()
    commands.choose(desk.lin, programme, Topic.NEWS, Cadence.AT_ONCE, by=desk.lin, at=NOW)
    commands.send_due("mail-0", clock=lambda: later)
    assert not Message.objects.filter(mailing=letter, state__in=["waiting", "unwanted"]).exists()


def test_what_was_stopped_is_let_go_to_as_many_as_would_get_it(desk: Desk) -> None:
    letter = a_letter(desk.scene, desk.scene.ada, desk.lin, subject="For two")
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=2, by=None, at=NOW)
    commands.stop_mailing(letter, by=None, at=NOW)
    commands.choose(desk.lin, desk.scene.programme, Topic.NEWS, Cadence.OFF, by=desk.lin, at=NOW)
    page, where = browser(desk.scene.mara), f"{TEAM}letters/{letter.pk}/"
    shown = page.get(where)
    assert "Send to the 1 held" in shown.content.decode()
    page.post(where, {"do": "release", "count": "1", "shown": shown.context["shown"]})
    states = Message.objects.filter(mailing=letter).order_by("person__name").values_list("person__name", "state")
    assert sorted(states) == [("Ada Lindqvist", "waiting"), ("Lin Okoro", "unwanted")]


def test_when_somebody_joined_meanwhile_the_batch_is_not_sent_and_the_page_says_why(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    shown = seen_on(page, where)
    an_expert("Noor Haddad", desk.scene.cohort)
    desk.scene.reconcile(at=NOW)
    answer = page.post(where, {"do": "send", "count": "2", "shown": shown})
    assert answer.status_code == 409
    assert answer.context["refusal"].sentence == (
        "This changed since you looked: it would go also to Noor Haddad. Look again, then send."
    )
    assert (answer.context["count"], answer.context["rest"]) == (3, 1)
    assert states_of_batch(desk) == ["prepared"] * 4
    assert desk.scene.mail.sent == [each for each in desk.scene.mail.sent if each.recipient == "ada@example.org"]


@pytest.mark.parametrize("given", [{}, {"do": "send"}, {"do": "send", "count": "0"}, {"do": "send", "count": "everybody"}])
def test_a_batch_is_sent_to_nobody_without_its_number(desk: Desk, given: dict[str, str]) -> None:
    answer = browser(desk.scene.mara).post(batch_of(desk), given)
    assert answer.status_code in (302, 409)
    assert states_of_batch(desk) == ["prepared"] * 3


def ada_leaves_and_ines_joins(desk: Desk) -> None:
    end_role(Role.objects.get(person=desk.scene.ada), on=NOW.date(), by=None, at=NOW)
    an_expert("Ines Costa", desk.scene.cohort)
    desk.scene.reconcile(at=NOW)


@pytest.mark.parametrize("looked_at", ["the batch", "the outbox"])
def test_a_batch_to_as_many_others_than_were_shown_is_not_sent_and_the_page_says_who_and_shows_them(
    desk: Desk, looked_at: str
) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    shown = seen_on(page, where) if looked_at == "the batch" else page.get(TEAM).context["batches"][0].shown
    ada_leaves_and_ines_joins(desk)
    answer = page.post(where, {"do": "send", "count": "2", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code, answer.context["count"]) == (409, "other-than-shown", 2)
    assert answer.context["refusal"].sentence == (
        "This changed since you looked: it would go also to Ines Costa and no longer to Ada Lindqvist. Look again, then send."
    )
    assert [each.message.person.name for each in answer.context["rows"]] == ["Grace Amara", "Ines Costa", "Lin Okoro"]
    assert desk.scene.states(rule=desk.rule, subject_key=desk.first_about)[Outgoing.WAITING] == 0
    assert page.post(where, {"do": "send", "count": "2", "shown": answer.context["shown"]}).status_code == 302


def test_a_batch_is_not_thrown_away_where_others_are_in_it_than_were_shown(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    shown = seen_on(page, where)
    ada_leaves_and_ines_joins(desk)
    answer = page.post(where, {"do": "discard", "all": "3", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "other-than-shown")
    assert desk.scene.states(rule=desk.rule, subject_key=desk.first_about)[Outgoing.DISCARDED] == 0


def test_a_batch_whose_words_changed_since_they_were_shown_is_not_sent(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    shown, letter = seen_on(page, where), desk.rule.template
    commands.edit_template(
        letter, title=letter.title, subject=letter.subject, body="Quite other words.", topic=Topic(letter.topic),
        seen_at=letter.edited_at, by=None, at=NOW,
    )  # fmt: skip
    answer = page.post(where, {"do": "send", "count": "2", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].sentence) == (
        409,
        "This changed since you looked: it would go in other words to Ada Lindqvist and Grace Amara. Look again, then send.",
    )
    assert {each.text.splitlines()[0] for each in answer.context["rows"]} == {"Quite other words."}


def test_a_batch_of_which_a_fact_changed_since_it_was_shown_is_not_sent(desk: Desk) -> None:
    page, where, session = browser(desk.scene.mara), batch_of(desk), desk.scene.first_session
    shown = seen_on(page, where)
    facts = replace(facts_of(session), start=time(10), end=time(12))
    edit_session(session, facts, seen_at=session.edited_at, by=None, at=NOW)
    desk.scene.release(at=NOW)
    answer = page.post(where, {"do": "send", "count": "2", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "other-than-shown")


def test_what_came_on_is_no_difference_where_it_would_not_go(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    shown = seen_on(page, where)
    noor = an_expert("Noor Haddad", desk.scene.cohort)
    commands.choose(noor, desk.scene.programme, Topic.REMINDERS, Cadence.OFF, by=noor, at=NOW)
    desk.scene.reconcile(at=NOW)
    assert page.post(where, {"do": "send", "count": "2", "shown": shown}).status_code == 302


def test_what_failed_is_not_sent_again_in_other_words_than_were_shown(desk: Desk) -> None:
    page, failed = browser(desk.scene.mara), desk.one(state="refused")
    shown = seen_on(page, f"{TEAM}again/", which=failed.pk)
    Message.objects.filter(pk=failed.pk).update(own_subject="Quite", own_body="other words")
    answer = page.post(f"{TEAM}again/", {"which": failed.pk, "count": "1", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "other-than-shown")


def test_one_message_does_not_go_in_other_words_than_its_page_showed(desk: Desk) -> None:
    page, one = browser(desk.scene.mara), desk.one(rule=desk.rule, person=desk.scene.ada)
    where = f"{TEAM}{one.pk}/"
    shown = seen_on(page, where)
    commands.edit_message(one, subject="Quite", body="other words", by=desk.scene.mara, at=NOW)
    answer = page.post(where, {"do": "release", "seen": "prepared", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "other-than-shown")
    again = {"do": "release", "seen": "prepared", "shown": answer.context["shown"]}
    assert page.post(where, again).status_code == 302


def test_the_batch_shows_the_very_words_to_each_person(desk: Desk) -> None:
    rows = browser(desk.scene.mara).get(batch_of(desk)).context["rows"]
    assert [(each.message.person.name, each.address, each.text.splitlines()[0], each.note) for each in rows] == [
        ("Ada Lindqvist", "ada@example.org", "Hello Ada,", ""),
        ("Grace Amara", "grace@example.org", "Hello Grace,", ""),
        ("Lin Okoro", "lin@example.org", "Hello Lin,", "It would not go as things are: they chose not to hear of this."),
    ]


def test_one_of_a_batch_is_held_one_thrown_away_and_the_rest_goes(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), batch_of(desk)
    about = desk.first_about
    for person, do in ((desk.scene.ada, "hold"), (desk.lin, "discard")):
        one = desk.one(person=person, rule=desk.rule, subject_key=about)
        answer = page.post(f"{TEAM}{one.pk}/", {"do": do, "seen": "prepared", "back": where})
        assert (answer.status_code, answer["Location"]) == (302, where)
    assert page.get(where).context["count"] == 1
    page.post(where, {"do": "send", "count": "1", "shown": seen_on(page, where)})
    rows = Message.objects.filter(rule=desk.rule, subject_key=about).order_by("person__name")
    assert list(rows.values_list("state", flat=True)) == ["held", "waiting", "discarded"]


def test_all_of_a_batch_can_be_thrown_away_and_the_facts_do_not_make_it_again(desk: Desk) -> None:
    about, where = desk.first_about, batch_of(desk)
    page = browser(desk.scene.mara)
    page.post(where, {"do": "discard", "all": "3", "shown": seen_on(page, where)})
    desk.scene.reconcile(at=NOW)
    rows = Message.objects.filter(rule=desk.rule, subject_key=about)
    assert list(rows.values_list("state", flat=True)) == ["discarded"] * 3


def test_nobody_goes_on_from_a_decision_to_a_page_that_is_not_ours(desk: Desk) -> None:
    one = desk.one(rule=desk.rule)
    answer = browser(desk.scene.mara).post(
        f"{TEAM}{one.pk}/", {"do": "hold", "seen": "prepared", "back": "//evil.example/team/"}
    )
    assert answer["Location"] == f"{TEAM}{one.pk}/"


def test_no_message_is_ticked_by_itself(desk: Desk) -> None:
    page = browser(desk.scene.mara).get(f"{TEAM}?show=failed").content.decode()
    assert page.count('name="which"') == 1
    assert "checked" not in page


def test_nobody_ticked_is_nobody_and_the_page_says_so(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    shown = page.get(f"{TEAM}again/")
    assert (shown.status_code, shown.context["refusal"].sentence) == (200, "Nobody is ticked, so nothing is sent again.")
    sent = page.post(f"{TEAM}again/", {"count": "1"})
    assert (sent.status_code, sent.context["refusal"].code) == (422, "nobody-chosen")
    assert desk.scene.states(mailing=desk.sent)[Outgoing.REFUSED] == 1


def test_those_that_failed_are_sent_again_to_the_address_as_it_is_now(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    failed = desk.one(state="refused")
    asked = page.get(f"{TEAM}again/", {"which": failed.pk})
    assert [each.message.pk for each in asked.context["rows"]] == [failed.pk]
    desk.scene.mail.verdict = lambda envelope: None
    given = {"which": failed.pk, "count": "1", "shown": asked.context["shown"]}
    assert page.post(f"{TEAM}again/", given).status_code == 302
    commands.send_due("mail-0", clock=lambda: NOW)
    failed.refresh_from_db()
    assert (failed.state, failed.sent_to) == ("sent", "grace@example.org")


def test_another_number_than_was_shown_is_not_sent_again(desk: Desk) -> None:
    failed = desk.one(state="refused")
    page = browser(desk.scene.mara)
    shown = seen_on(page, f"{TEAM}again/", which=failed.pk)
    answer = page.post(f"{TEAM}again/", {"which": failed.pk, "count": "2", "shown": shown})
    assert (answer.status_code, answer.context["refusal"].code) == (409, "other-number")
    failed.refresh_from_db()
    assert failed.state == "refused"


def test_what_nobody_looked_at_in_time_is_too_late_and_no_fault_of_an_address(desk: Desk) -> None:
    about = desk.first_about
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        desk.scene.reconcile(at=NOW + timedelta(days=3))
        page = browser(desk.scene.mara)
        assert page.get(TEAM).context["failed_count"] == 1  # Grace’s letter, which was refused
        failed, late = (page.get(f"{TEAM}?show={heap}") for heap in ("failed", "missed"))
        assert [each.message.state for each in failed.context["rows"]] == ["refused"]
        assert {(each.message.subject_key, each.message.state) for each in late.context["rows"]} == {(about, "missed")}
        assert ["Mend the address" in each.content.decode() for each in (failed, late)] == [True, False]


def test_what_was_too_late_is_sent_all_the_same_by_somebodys_word(desk: Desk) -> None:
    late = NOW + timedelta(days=3)
    with time_machine.travel(late, tick=False):
        desk.scene.reconcile(at=late)
        one = desk.one(state="missed", person=desk.scene.ada)
        page = browser(desk.scene.mara)
        asked = page.get(f"{TEAM}again/", {"which": one.pk})
        assert asked.context["heap"].label == "Too late"
        given = {"which": one.pk, "count": "1", "shown": asked.context["shown"]}
        assert page.post(f"{TEAM}again/", given).status_code == 302
        commands.send_due("mail-0", clock=lambda: late)
    one.refresh_from_db()
    assert one.state == "sent"


@pytest.mark.parametrize(("do", "after"), [("arrived", "sent"), ("again", "waiting")])
def test_what_is_in_doubt_is_decided_by_a_person(desk: Desk, do: str, after: str) -> None:
    doubtful = desk.one(state="uncertain")
    browser(desk.scene.mara).post(f"{TEAM}{doubtful.pk}/", {"do": do, "seen": "uncertain"})
    doubtful.refresh_from_db()
    assert doubtful.state == after


def test_a_decision_about_what_moved_on_meanwhile_is_refused_at_its_place(desk: Desk) -> None:
    doubtful = desk.one(state="uncertain")
    commands.say_arrived(doubtful, by=desk.scene.mara, at=NOW)
    answer = browser(desk.scene.mara).post(f"{TEAM}{doubtful.pk}/", {"do": "again", "seen": "uncertain"})
    assert answer.status_code == 409
    assert "moved on meanwhile" in answer.context["refusal"].sentence
    doubtful.refresh_from_db()
    assert doubtful.state == "sent"


def test_one_message_gets_words_of_its_own_and_can_lose_them_again(desk: Desk) -> None:
    page, one = browser(desk.scene.mara), desk.one(rule=desk.rule, person=desk.scene.ada)
    words = {"do": "words", "subject": "For you, {{ you.first_name }}", "body": "It is **{{ session.title }}**."}
    assert page.post(f"{TEAM}{one.pk}/", words).status_code == 302
    shown = page.get(f"{TEAM}{one.pk}/").context["preview"]
    assert (shown.subject, shown.text.splitlines()[0]) == ("For you, Ada", "It is Collaboration Café: Welcome.")
    page.post(f"{TEAM}{one.pk}/", {"do": "words", "subject": "", "body": ""})
    assert page.get(f"{TEAM}{one.pk}/").context["has_own_words"] is False


def test_words_with_an_unknown_variable_are_refused_by_line_and_kept(desk: Desk) -> None:
    one = desk.one(rule=desk.rule)
    typed = "Hello,\n\nyour {{ shoe.size }} is known."
    answer = browser(desk.scene.mara).post(f"{TEAM}{one.pk}/", {"do": "words", "subject": "Shoes", "body": typed})
    assert answer.status_code == 422
    [problem] = answer.context["form"].errors["body"]
    assert problem.startswith("Line 3: ")
    assert answer.context["form"]["body"].value() == typed
    one.refresh_from_db()
    assert (one.own_subject, one.own_body) == ("", "")


def test_a_mail_is_shown_apart_where_nothing_of_it_runs(desk: Desk) -> None:
    page, one = browser(desk.scene.mara), desk.one(rule=desk.rule)
    framed = page.get(f"{TEAM}{one.pk}/mail/")
    policy = framed["Content-Security-Policy"]
    assert (framed["X-Frame-Options"], "script-src" in policy, "sandbox allow-popups" in policy) == ("SAMEORIGIN", False, True)
    assert "default-src 'none'" in policy
    around = page.get(f"{TEAM}{one.pk}/")
    assert around["Content-Security-Policy"].endswith("frame-src 'self'")
    assert around["X-Frame-Options"] == "DENY"


def test_what_was_sent_is_shown_as_it_was_said_then(desk: Desk) -> None:
    commands.edit_template(
        desk.rule.template, title="Otherwise", subject="Otherwise", body="Otherwise.", topic=commands.rules.Topic.NEWS,
        seen_at=desk.rule.template.edited_at, by=None, at=NOW,
    )  # fmt: skip
    sent = desk.one(state="sent")
    shown = browser(desk.scene.mara).get(f"{TEAM}{sent.pk}/").context["preview"]
    assert (shown.subject, shown.address, shown.text.splitlines()[2]) == (
        "News of the summer", "ada@example.org", "the summer was long.",
    )  # fmt: skip


def test_the_outbox_is_found_by_name_by_words_and_by_person(desk: Desk) -> None:
    page = browser(desk.scene.mara)

    def found(query: str) -> list[str]:
        return [str(row.message.person) for row in page.get(f"{TEAM}?{query}").context["rows"]]

    assert found("show=waiting&q=ada") == ["Ada Lindqvist"] * 4
    assert found("show=sent&q=summer") == ["Ada Lindqvist"]
    assert found("show=sent&q=winter") == []
    assert found(f"show=waiting&person={desk.lin.pk}") == ["Lin Okoro"] * 4
    assert found("show=sent&person=999999") == ["Ada Lindqvist"]


def test_a_message_to_somebody_who_asked_to_be_forgotten_says_that_it_would_not_go(desk: Desk) -> None:
    ask_erasure(desk.scene.ada, by=desk.scene.ada, at=NOW)
    one = desk.one(rule=desk.rule, person=desk.scene.ada)
    note = browser(desk.scene.mara).get(f"{TEAM}{one.pk}/").context["preview"].note
    assert note == "It would not go as things are: they are no longer with us, or asked to be forgotten."


def test_the_outbox_says_loudly_where_no_mail_can_leave(desk: Desk, settings: object) -> None:
    page = browser(desk.scene.mara)
    assert "No mail leaves this Hub yet" not in page.get(TEAM).content.decode()
    settings.MAIL_TRANSPORT = None  # type: ignore[attr-defined]
    assert "No mail leaves this Hub yet" in page.get(TEAM).content.decode()


@pytest.mark.parametrize("where", ["", "?show=waiting", "?show=sent", "?show=failed", "?show=perhaps", "batch"])
def test_the_outbox_asks_as_often_for_many_as_for_few(desk: Desk, where: str) -> None:
    page = browser(desk.scene.mara)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get(batch_of(desk) if where == "batch" else f"{TEAM}{where}").status_code == 200
        return len(seen)

    asked()
    few = asked()
    more = [an_expert(name, desk.scene.cohort) for name in ("Lina One", "Gracella Two", "Adam Three", "Bea Four")]
    desk.scene.reconcile(at=NOW)
    letter = a_letter(desk.scene, *more, at=AUGUST)
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.send_mailing(letter, count=4, by=None, at=NOW)
    commands.send_due("mail-0", clock=lambda: NOW)
    assert asked() == few
