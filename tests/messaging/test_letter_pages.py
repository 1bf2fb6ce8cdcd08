"""Letters by hand in the browser: drafts, previews, the very messages, sending, stopping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Topic
from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.models import Mailing, Message
from hub.people.commands import end_role
from hub.people.models import Role
from tests.factories import a_cohort
from tests.messaging.desk import NOW, TEAM, Desk, a_desk, browser, seen_on
from tests.messaging.telling import Scene, an_expert

pytestmark = pytest.mark.django_db
NEW = f"{TEAM}letters/new/"
WORDS = {"topic": "news", "subject": "Hello {{ you.first_name }}", "body": "We meet **soon**."}


@pytest.fixture
def desk(scene: Scene) -> Iterator[Desk]:
    with time_machine.travel(NOW, tick=False):
        yield a_desk(scene)


def typed(desk: Desk, **others: object) -> dict[str, object]:
    """The draft's form as its page has it, with some fields otherwise."""
    draft = Mailing.objects.get(pk=desk.draft.pk)
    return {
        "topic": draft.topic,
        "subject": draft.subject,
        "body": draft.body,
        "besides": [each.pk for each in draft.besides.all()],
        "seen_at": draft.edited_at.isoformat(),
        **others,
    }


def test_a_letter_half_written_is_kept_and_goes_to_nobody(desk: Desk) -> None:
    answer = browser(desk.scene.mara).post(NEW, {"topic": "news", "subject": "", "body": "Not yet", "do": "save"})
    kept = Mailing.objects.order_by("-pk")[0]
    assert (answer.status_code, answer["Location"]) == (302, f"{TEAM}letters/{kept.pk}/")
    assert (kept.body, kept.prepared_at, kept.messages.count()) == ("Not yet", None, 0)


def test_the_groups_are_offered_with_the_number_of_people_and_none_is_chosen(desk: Desk) -> None:
    form = browser(desk.scene.mara).get(NEW).context["form"]
    assert form.fields["audiences"].choices[:3] == [
        ("experts:2024", "Experts of Cohort 2024 (3)"),
        ("taking-part:2024", "Everybody who takes part in Cohort 2024 (3)"),
        ("part:team", "The team (1)"),
    ]
    assert [form[name].value() for name in ("audiences", "besides", "without")] == [None, None, None]


def test_the_groups_of_a_cohort_that_has_ended_are_folded_away_and_can_be_written_to(desk: Desk) -> None:
    old = a_cohort("2022", programme=desk.scene.programme, starts_on=date(2022, 9, 1), ends_on=date(2023, 6, 30))
    theo = an_expert("Theo Brandt", old, starts_on=date(2022, 9, 1))
    page = browser(desk.scene.mara)
    form = page.get(NEW).context["form"]
    assert [label for _, label in form.fields["ended"].choices] == [
        "Experts of Cohort 2022 (1)",
        "Everybody who takes part in Cohort 2022 (1)",
    ]
    assert not any("2022" in label for _, label in form.fields["audiences"].choices)
    page.post(NEW, {**WORDS, "ended": ["experts:2022"], "audiences": ["part:team"], "do": "prepare"})
    made = Mailing.objects.order_by("-pk")[0]
    assert (made.audiences, made.messages.filter(person=theo).count()) == (["experts:2022", "part:team"], 1)
    shown = page.get(f"{TEAM}letters/{made.pk}/").context
    assert (shown["has_ended_chosen"], shown["count"]) == (True, 2)


def test_a_letter_to_nobody_is_kept_but_makes_no_messages(desk: Desk) -> None:
    answer = browser(desk.scene.mara).post(NEW, {**WORDS, "do": "prepare"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["audiences"] == [
        "Nobody is chosen, so nobody would get this. Choose a group, or people by name."
    ]
    assert answer.context["letter"].messages.count() == 0


def test_from_a_group_to_the_very_messages_and_out(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    given = {**WORDS, "audiences": ["experts:2024"], "without": [desk.lin.pk], "do": "prepare"}
    look = page.post(NEW, given)["Location"]
    shown = page.get(look)
    assert [(each.message.person.name, each.subject) for each in shown.context["rows"]] == [
        ("Ada Lindqvist", "Hello Ada"),
        ("Grace Amara", "Hello Grace"),
    ]
    assert "Send to 2 people" in shown.content.decode()
    before = len(desk.scene.mail.sent)
    sent = page.post(look, {"count": "2", "shown": shown.context["shown"], "when": "now"})
    assert sent.status_code == 302
    desk.scene.mail.verdict = lambda envelope: None
    commands.send_due("mail-0", clock=lambda: NOW)
    assert sorted(each.recipient for each in desk.scene.mail.sent[before:]) == ["ada@example.org", "grace@example.org"]
    assert [state for state, _ in page.get(sent["Location"]).context["counts"]] == [Outgoing.SENT]


def states_of(letter: Mailing) -> dict[str, tuple[str, str]]:
    rows = Message.objects.filter(mailing=letter).select_related("person").order_by("person__name")
    return {str(each.person): (each.state, each.own_body) for each in rows}


@pytest.mark.parametrize("changes", [False, True])
def test_who_is_held_and_who_has_words_of_their_own_stays_so_through_a_change_of_the_letter(desk: Desk, changes: bool) -> None:
    page = browser(desk.scene.mara)
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]
    letter = Mailing.objects.get(subject=WORDS["subject"])
    ada, grace = (Message.objects.get(mailing=letter, person=each) for each in (desk.scene.ada, desk.scene.grace))
    page.post(f"{TEAM}{ada.pk}/", {"do": "words", "words": commands.mark_of_words(ada), "subject": "Ada", "body": "Only you."})
    page.post(f"{TEAM}{grace.pk}/", {"do": "hold", "seen": "prepared"})
    words = {**WORDS, "body": "We meet **late**."} if changes else WORDS
    where = f"{TEAM}letters/{letter.pk}/"
    again = {**words, "audiences": ["experts:2024"], "do": "prepare", "seen_at": letter.edited_at.isoformat()}
    assert page.post(where, again)["Location"] == look
    assert states_of(letter) == {
        "Ada Lindqvist": ("prepared", "Only you."),
        "Grace Amara": ("held", ""),
        "Lin Okoro": ("prepared", ""),
    }
    shown = page.get(look)
    assert shown.context["rows"][2].text.startswith(f"We meet {'late' if changes else 'soon'}.")
    assert ("Words of its own" in shown.content.decode(), shown.context["count"]) == (True, 2)
    page.post(look, {"count": "2", "shown": shown.context["shown"], "when": "now"})
    assert [state for state, _ in states_of(letter).values()] == ["waiting", "held", "waiting"]


def test_a_message_that_kept_its_own_words_says_so_and_takes_the_letters_new_ones_by_a_button(desk: Desk) -> None:
    page, said, button = (
        browser(desk.scene.mara),
        "It keeps its own words, also where the letter has changed.",
        "Take the letter’s words",
    )
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]
    letter = Mailing.objects.get(subject=WORDS["subject"])
    ada = Message.objects.get(mailing=letter, person=desk.scene.ada)
    assert said not in page.get(look).content.decode()
    commands.edit_message(ada, subject="Ada", body="Only you.", by=None, at=NOW)
    commands.hold_message(ada, by=None, at=NOW)
    again = {**WORDS, "body": "We meet **late**.", "audiences": ["experts:2024"], "seen_at": letter.edited_at.isoformat()}
    page.post(f"{TEAM}letters/{letter.pk}/", {**again, "do": "prepare"})
    for where in (look, f"{TEAM}{ada.pk}/"):
        told = page.get(where).content.decode()
        assert (told.count(said), told.count(button)) == (1, 1)
    ada.refresh_from_db()
    pressed = {"do": "words", "words": commands.mark_of_words(ada), "subject": "", "body": "", "back": look}
    assert f'name="words" value="{pressed["words"]}"' in page.get(look).content.decode()
    assert page.post(f"{TEAM}{ada.pk}/", pressed)["Location"] == look
    assert states_of(letter)["Ada Lindqvist"] == ("held", "")
    shown = page.get(look)
    assert shown.context["rows"][0].text.startswith("We meet late.")
    assert button not in shown.content.decode()


def test_the_letters_words_are_not_taken_over_words_a_colleague_gave_meanwhile(desk: Desk) -> None:
    page, one = browser(desk.scene.mara), desk.one(rule=desk.rule, person=desk.scene.ada)
    commands.edit_message(one, subject="Ada", body="Only you.", by=None, at=NOW)
    one.refresh_from_db()
    pressed = {"do": "words", "words": commands.mark_of_words(one), "subject": "", "body": "", "back": f"{TEAM}letters/"}
    commands.edit_message(one, subject="Theirs", body="By a colleague.", by=None, at=NOW)
    answer = page.post(f"{TEAM}{one.pk}/", pressed)
    assert (answer.status_code, "By a colleague." in answer.content.decode()) == (409, True)
    one.refresh_from_db()
    assert one.own_body == "By a colleague."


def test_a_hold_holds_though_a_colleague_had_the_letter_open(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})
    letter = Mailing.objects.get(subject=WORDS["subject"])
    opened = {"audiences": ["experts:2024"], "do": "prepare", "seen_at": letter.edited_at.isoformat()}
    commands.hold_message(Message.objects.get(mailing=letter, person=desk.scene.grace), by=desk.scene.mara, at=NOW)
    for body in (WORDS["body"], "Other words."):
        page.post(f"{TEAM}letters/{letter.pk}/", {**WORDS, **opened, "body": body})
        assert states_of(letter)["Grace Amara"] == ("held", "")


def test_who_is_chosen_no_more_has_no_message_and_who_was_thrown_away_may_be_written_to_after_all(desk: Desk) -> None:
    given: dict[str, Any] = {"subject": "Hello", "body": "We meet.", "topic": Topic.NEWS, "by": None}
    letter = commands.write_mailing(desk.scene.programme, besides=[desk.scene.ada.pk, desk.lin.pk], **given, at=NOW)
    commands.prepare_mailing(letter, by=None, at=NOW)
    commands.hold_message(Message.objects.get(mailing=letter, person=desk.scene.ada), by=None, at=NOW)
    commands.discard_message(Message.objects.get(mailing=letter, person=desk.lin), by=None, at=NOW)
    letter.refresh_from_db()
    commands.edit_mailing(letter, besides=[desk.lin.pk], **given, seen_at=letter.edited_at, at=NOW)
    commands.prepare_mailing(letter, by=None, at=NOW)
    assert states_of(letter) == {"Lin Okoro": ("prepared", "")}


def test_two_who_give_one_message_other_words_at_once_lose_nothing(desk: Desk) -> None:
    page, one = browser(desk.scene.mara), desk.one(rule=desk.rule, person=desk.scene.ada)
    where, seen = f"{TEAM}{one.pk}/", commands.mark_of_words(one)
    assert f'name="words" value="{seen}"' in page.get(where).content.decode()
    commands.edit_message(one, subject="Theirs", body="By a colleague.", seen=seen, by=None, at=NOW)
    typed_in = {"do": "words", "words": seen, "subject": "Mine", "body": "By me."}
    answer = page.post(where, typed_in)
    told = answer.content.decode()
    assert (answer.status_code, all(words in told for words in ("By a colleague.", "By me.", "Theirs, saved"))) == (409, True)
    one.refresh_from_db()
    assert one.own_body == "By a colleague."
    assert page.post(where, {**typed_in, "words": answer.context["words"]}).status_code == 302
    one.refresh_from_db()
    assert one.own_body == "By me."


def test_a_letter_goes_at_a_time_of_the_programmes_clock(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    look = page.post(f"{TEAM}letters/{desk.draft.pk}/", typed(desk, do="prepare"))["Location"]
    given = {"count": "1", "shown": seen_on(page, look), "when": "later", "day": "2024-08-21", "clock": "09:00"}
    page.post(look, given)
    assert Message.objects.get(mailing=desk.draft).send_at == datetime(2024, 8, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "field", "sentence"),
    [
        ({"day": "2024-08-19", "clock": "09:00"}, "clock", "That time is over: it is Tue 20 August 2024, 10:30 (London) now."),
        ({"day": "", "clock": "09:00"}, "day", "Say on which day it goes."),
        ({"day": "2024-08-21", "clock": ""}, "clock", "Say at what time it goes."),
        ({"day": "2024-02-30", "clock": "09:00"}, "day", "The calendar has no such day. Write it like 2024-10-16."),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_nothing_is_sent(
    desk: Desk, when: dict[str, str], field: str, sentence: str
) -> None:
    page = browser(desk.scene.mara)
    look = page.post(f"{TEAM}letters/{desk.draft.pk}/", typed(desk, do="prepare"))["Location"]
    answer = page.post(look, {"count": "1", "when": "later", **when})
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [sentence])
    assert Message.objects.get(mailing=desk.draft).state == "prepared"


def test_when_somebody_joined_a_group_meanwhile_they_are_shown_before_it_is_sent(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]
    shown = seen_on(page, look)
    one = Message.objects.get(mailing__isnull=False, state="prepared", person=desk.scene.ada)
    commands.discard_message(one, by=None, at=NOW)
    an_expert("Noor Haddad", desk.scene.cohort)
    answer = page.post(look, {"count": "3", "when": "now", "shown": shown})
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors() == [
        "This changed since you looked: it would go no longer to Ada Lindqvist. Look again, then send."
    ]
    assert (answer.context["count"], "Noor Haddad" in [str(each.message.person) for each in answer.context["rows"]]) == (
        3,
        True,
    )
    assert Message.objects.filter(mailing=answer.context["letter"], state="waiting").count() == 0


def test_a_letter_a_colleague_made_anew_for_as_many_others_is_not_sent_unseen(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]
    shown = seen_on(page, look)
    end_role(Role.objects.get(person=desk.scene.grace), on=NOW.date(), by=None, at=NOW)
    an_expert("Noor Haddad", desk.scene.cohort)
    commands.prepare_mailing(Mailing.objects.get(subject=WORDS["subject"]), by=None, at=NOW)
    answer = page.post(look, {"count": "3", "when": "now", "shown": shown})
    assert answer.status_code == 409
    assert answer.context["form"].non_field_errors() == [
        "This changed since you looked: it would go also to Noor Haddad and no longer to Grace Amara. Look again, then send."
    ]
    assert page.post(look, {"count": "3", "when": "now", "shown": answer.context["shown"]}).status_code == 302


def test_a_letter_a_colleague_wrote_otherwise_is_not_sent_in_words_nobody_saw(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    look = page.post(f"{TEAM}letters/{desk.draft.pk}/", typed(desk, do="prepare"))["Location"]
    shown = seen_on(page, look)
    page.post(f"{TEAM}letters/{desk.draft.pk}/", typed(desk, body="Quite other words.", do="prepare"))
    answer = page.post(look, {"count": "1", "when": "now", "shown": shown})
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (
        409,
        ["This changed since you looked: it would go in other words to Ada Lindqvist. Look again, then send."],
    )
    assert [each.text.splitlines()[0] for each in answer.context["rows"]] == ["Quite other words."]


def test_who_was_thrown_away_is_shown_as_left_out_wherever_the_letter_is_written_further(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), f"{TEAM}letters/{desk.draft.pk}/"
    before = typed(desk, body="Typed before.", audiences=["experts:2024"], do="save")
    look = page.post(where, {**before, "do": "prepare"})["Location"]
    stale = typed(desk, body="Typed before it was thrown away.", audiences=["experts:2024"], do="prepare")
    one = Message.objects.get(mailing=desk.draft, person=desk.scene.ada)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        page.post(f"{TEAM}{one.pk}/", {"do": "discard", "seen": "prepared"})
        form = page.get(where).context["form"]
        assert form["without"].value() == [str(desk.scene.ada.pk)]
        refused = page.post(where, stale)
        assert (refused.status_code, refused.context["form"]["without"].value()) == (409, [str(desk.scene.ada.pk)])
        again = {**stale, "seen_at": refused.context["form"]["seen_at"].value(), "without": [desk.scene.ada.pk]}
        shown = page.get(page.post(where, again)["Location"])
    assert "Ada Lindqvist" not in [str(each.message.person) for each in shown.context["rows"]]
    assert "Left out: Ada Lindqvist." in shown.content.decode()
    assert look == f"{where}look/"


def test_two_who_write_at_once_lose_no_word(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), f"{TEAM}letters/{desk.draft.pk}/"
    mine = typed(desk, body="Mine.", do="save")
    with time_machine.travel(NOW.replace(minute=31), tick=False):
        page.post(where, typed(desk, body="Theirs.", do="save"))
        answer = page.post(where, mine)
        assert answer.status_code == 409
        assert (answer.context["form"]["body"].value(), answer.context["letter"].body) == ("Mine.", "Theirs.")
        again = {**mine, "seen_at": answer.context["form"]["seen_at"].value()}
        assert page.post(where, again).status_code == 302
    assert Mailing.objects.get(pk=desk.draft.pk).body == "Mine."


def test_a_preview_shows_what_a_real_person_would_read_and_keeps_nothing(desk: Desk) -> None:
    page, where = browser(desk.scene.mara), f"{TEAM}letters/{desk.draft.pk}/"
    given = typed(desk, subject="For {{ you.name }}", besides=[desk.scene.ada.pk, desk.scene.grace.pk], do="preview")
    part = page.post(where, {**given, "as": desk.scene.grace.pk}, headers={"HX-Request": "true"})
    assert (part.status_code, part.context["draft"].subject, part.context["count"]) == (200, "For Grace Amara", 2)
    assert next(each.name for each in part.templates) == "messaging/_letter_preview.html"
    whole = page.post(where, given)
    assert (whole.status_code, whole.context["form"]["subject"].value()) == (200, "For {{ you.name }}")
    assert Mailing.objects.get(pk=desk.draft.pk).subject == "About the autumn"


def test_what_is_wrong_with_a_letter_stands_beside_it_by_line_while_it_is_written(desk: Desk) -> None:
    given = typed(desk, subject="Hello {{ you.shoe }}", body="One\n\n{{# if you.name }}two", do="preview")
    draft = browser(desk.scene.mara).post(f"{TEAM}letters/{desk.draft.pk}/", given).context["draft"]
    assert [each.line for each in draft.problems] == [0, 3]


def test_words_of_people_are_text_in_a_preview(desk: Desk) -> None:
    given = typed(desk, body="<script>alert(1)</script> [x](javascript:alert(1))", do="preview")
    page = browser(desk.scene.mara).post(f"{TEAM}letters/{desk.draft.pk}/", given).content.decode()
    paper = page.partition('aria-label="The letter"')[2].partition("</article>")[0]
    assert ("<script" in paper, 'href="javascript' in paper, "&lt;script&gt;" in paper) == (False, False, True)


def test_a_letter_that_left_is_stopped_for_the_rest_and_let_go_again(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]
    given = {"count": "3", "shown": seen_on(page, look), "when": "later", "day": "2024-09-01", "clock": "09:00"}
    where = page.post(look, given)["Location"]
    page.post(where, {"do": "stop"})
    assert (page.get(where).context["held"], page.get(where).context["waiting"]) == (3, 0)
    refused = page.post(where, {"do": "release", "count": "2", "shown": seen_on(page, where)})
    assert (refused.status_code, refused.context["refusal"].code) == (409, "other-number")
    page.post(where, {"do": "release", "count": "3", "shown": refused.context["shown"]})
    assert (page.get(where).context["held"], page.get(where).context["waiting"]) == (0, 3)
    assert set(Message.objects.filter(mailing__subject=WORDS["subject"]).values_list("due_at", flat=True)) == {
        datetime(2024, 9, 1, 8, 0, tzinfo=UTC)
    }


def test_a_letter_that_was_sent_is_not_written_further(desk: Desk) -> None:
    answer = browser(desk.scene.mara).post(f"{TEAM}letters/{desk.sent.pk}/", {**WORDS, "do": "save"})
    assert (answer.status_code, answer.context["refusal"].code) == (422, "sent-already")


def test_a_letter_begins_from_a_template_or_from_an_earlier_letter(desk: Desk) -> None:
    page = browser(desk.scene.mara)
    commands.write_template(
        desk.scene.programme, title="A start", subject="Dear all", body="Words.", topic=Topic.TASKS, by=None, at=NOW
    )
    begun = page.get(f"{NEW}?from=a-start").context["form"]
    assert [begun[name].value() for name in ("topic", "subject", "body")] == ["tasks", "Dear all", "Words."]
    like = page.get(f"{NEW}?like={desk.sent.pk}").context["form"]
    assert [like[name].value() for name in ("subject", "audiences", "besides")] == ["News of the summer", None, None]


def test_somebody_the_programme_does_not_know_cannot_be_chosen(desk: Desk) -> None:
    from tests.factories import sam

    answer = browser(desk.scene.mara).post(NEW, {**WORDS, "besides": [sam().pk], "do": "save"})
    assert (answer.status_code, "besides" in answer.context["form"].errors) == (422, True)


def test_where_there_are_many_people_a_letter_finds_them_by_name_and_keeps_whom_it_has(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("hub.messaging.pages.letters"), "_FEW", 3)
    page, ada, grace = browser(desk.scene.mara), desk.scene.ada, desk.scene.grace
    first = page.get(NEW)
    assert [first.context["form"].fields[name].choices for name in ("besides", "without")] == [[], []]
    typed_so_far = {**WORDS, "do": "find", "find-besides": "lindqvist"}
    found = page.post(NEW, typed_so_far)
    assert (found.status_code, found.context["form"].fields["besides"].choices) == (200, [(str(ada.pk), ada.name)])
    assert found.context["form"]["body"].value() == WORDS["body"]
    again = page.post(NEW, {**WORDS, "do": "find", "find-besides": "grace", "besides": [ada.pk]})
    assert again.context["form"].fields["besides"].choices == [(str(ada.pk), ada.name), (str(grace.pk), grace.name)]
    assert again.context["form"]["besides"].value() == [str(ada.pk)]
    assert (
        "Nobody in the programme is called that."
        in page.post(NEW, {**WORDS, "do": "find", "find-without": "xyz"}).content.decode()
    )
    kept = page.post(NEW, {**WORDS, "do": "save", "besides": [ada.pk], "without": [grace.pk]})
    draft = Mailing.objects.order_by("-pk")[0]
    assert (kept.status_code, list(draft.besides.all()), list(draft.without.all())) == (302, [ada], [grace])
    shown = page.get(f"{TEAM}letters/{draft.pk}/").context["form"]
    assert [shown.fields[name].choices for name in ("besides", "without")] == [
        [(str(ada.pk), ada.name)],
        [(str(grace.pk), grace.name)],
    ]


def test_nobody_outside_the_programme_is_found_for_a_letter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories import sam

    monkeypatch.setattr(import_module("hub.messaging.pages.letters"), "_FEW", 3)
    stranger = sam()
    found = browser(desk.scene.mara).post(NEW, {**WORDS, "do": "find", "find-besides": stranger.name, "besides": [stranger.pk]})
    assert found.context["form"].fields["besides"].choices == []


def test_a_draft_is_thrown_away(desk: Desk) -> None:
    browser(desk.scene.mara).post(f"{TEAM}letters/{desk.draft.pk}/", {"do": "throw"})
    assert not Mailing.objects.filter(pk=desk.draft.pk).exists()


@pytest.mark.parametrize("where", ["letters/", "letters/new/", "look"])
def test_letters_ask_as_often_for_many_people_as_for_few(desk: Desk, where: str) -> None:
    page = browser(desk.scene.mara)
    look = page.post(NEW, {**WORDS, "audiences": ["experts:2024"], "do": "prepare"})["Location"]

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get(look if where == "look" else f"{TEAM}{where}").status_code == 200
        return len(seen)

    asked()
    few = asked()
    for name in ("Noor One", "Bea Two", "Cem Three"):
        an_expert(name, desk.scene.cohort)
    commands.prepare_mailing(Mailing.objects.get(subject=WORDS["subject"]), by=None, at=NOW)
    page.post(NEW, {**WORDS, "do": "save"})
    page.get(NEW)
    assert asked() == few
