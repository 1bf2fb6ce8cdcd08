"""The pages of forms: filled in and come back to, sent, built, read; for whom, with how many queries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from hub.core.consent import Use
from hub.core.forms import Audience, Condition, Kind, Option, Question, Test, dump, load
from hub.core.forms.edit import change_question
from hub.forms import queries
from hub.forms.commands import ask_people, close_form, copy_form, create_form, edit_draft
from hub.forms.models import AnonymousAnswer, Answer, Form, FormVersion, Taken
from hub.people.commands import add_person, answer, give_role, publish_term
from hub.people.models import Account, Person, RoleKind
from hub.people.queries import allows
from tests.factories import BEGUN
from tests.forms.filling import (
    GOAL,
    NEEDS,
    TRAVEL,
    a_content,
    a_draft,
    an_anonymous_form,
    an_open_form,
    ask_otherwise,
    experts,
    said_by_nobody,
    sent,
)
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def in_september() -> Any:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


def at(name: str, form: Form, *more: object) -> str:
    return reverse(name, args=[form.programme.slug, form.slug, *more])


def page(client: Client, address: str) -> str:
    return words(client.get(address).content.decode())


# -- answering


def test_a_form_is_filled_in_saved_come_back_to_looked_over_and_sent(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    assert "What do you want to reach?" in page(ada, at("form", form))
    saved = ada.post(at("form", form), {"do": "save", "q1": "To map", "q3": "A lift"})
    assert (saved.status_code, saved["Location"]) == (302, at("form", form))
    again = ada.get(at("form", form)).content.decode()
    assert ("To map</textarea>" in again, "Saved at 12:00" in words(again)) == (True, True)
    assert ada.post(at("form", form), {"do": "review", "q1": "To map", "q2": "o1"})["Location"] == at("form-review", form)
    shown = page(ada, at("form-review", form))
    assert "To map" in shown
    assert ada.post(at("form-review", form), {"do": "send", "version": "1"})["Location"] == at("form-sent", form)
    assert queries.answer_of(form, scene.ada).values == {"q1": "To map", "q2": {"chosen": ["o1"]}}
    assert "Thank you, it is sent" in page(ada, at("form-sent", form))


def test_what_is_wrong_stands_above_and_beside_and_everything_typed_is_there_and_saved(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = as_(scene.ada).post(at("form", form), {"do": "review", "q1": "word " * 51, "q3": "A lift"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words(html).count("This has 51 words; write up to 50.") == 2
    assert ('href="#q1-input"' in html, "A lift</textarea>" in html, "word word" in html) == (True, True, True)
    assert queries.answer_of(form, scene.ada).typed["q3"] == ["A lift"]


def test_a_script_saves_by_the_way_and_is_told_when(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = as_(scene.ada).post(at("form", form), {"do": "autosave", "q1": "To m"}, **HTMX)
    html = answer.content.decode()
    assert (answer.status_code, words(html)) == (200, "Saved at 12:00")
    assert html.lstrip().startswith('<div id="saved"')


def test_of_two_windows_the_second_is_told_and_may_keep_its_own(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    ada.post(at("form", form), {"do": "save", "q1": "One"})
    with time_machine.travel(IN_SEPTEMBER.replace(hour=12), tick=False):
        old = {"seen": IN_SEPTEMBER.replace(hour=9).isoformat()}
        told = ada.post(at("form", form), {"do": "save", "q1": "Two"} | old)
        assert (told.status_code, "Two</textarea>" in told.content.decode()) == (409, True)
        assert ada.post(at("form", form), {"do": "autosave", "q1": "Two"} | old, **HTMX).status_code == 409
        assert queries.answer_of(form, scene.ada).typed == {"q1": ["One"]}
        seen = {"seen": IN_SEPTEMBER.isoformat()}
        assert ada.post(at("form", form), {"do": "save", "q1": "Two"} | seen).status_code == 302
    assert queries.answer_of(form, scene.ada).typed == {"q1": ["Two"]}


def test_what_was_typed_while_the_session_ended_comes_along_but_never_of_an_anonymous_form(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    signed_out = Client()
    assert signed_out.post(at("form", form), {"q1": "Kept"})["Location"].startswith("/sign-in/?next=/sign-in/go-on/")
    signed_out.force_login(Account.objects.get(person=scene.ada))
    assert "Kept" in page(signed_out, "/sign-in/go-on/")
    nobody = Client()
    anonymous = an_anonymous_form(scene.programme, people=[scene.ada])
    assert nobody.post(at("form", anonymous), {"q1": "Secret"})["Location"] == f"/sign-in/?next={at('form', anonymous)}"
    assert "kept" not in nobody.session


def test_a_question_with_a_condition_is_hidden_until_it_holds(scene: Scene) -> None:
    more = Question(key="q9", kind=Kind.SHORT, label="Where from?", only_if=Condition("q2", Test.IS, "o1"))
    form = an_open_form(scene.programme, GOAL, TRAVEL, more, people=[scene.ada])
    ada = as_(scene.ada)
    hidden = 'data-if="q2" data-if-test="is" data-if-value="o1" data-unmet>'
    assert hidden in ada.get(at("form", form)).content.decode()
    ada.post(at("form", form), {"do": "save", "q1": "x", "q2": "o1"})
    assert hidden not in ada.get(at("form", form)).content.decode()
    ada.post(at("form", form), {"do": "review", "q1": "x", "q2": "o2", "q9": "London"})
    assert "Where from?" not in page(ada, at("form-review", form))


def test_a_consent_shows_the_words_and_goes_into_the_ledger_when_it_is_sent(scene: Scene) -> None:
    publish_term(scene.programme, Use.PHOTO, "Your photo **on the site**.", is_new_meaning=True, by=None, at=BEGUN)
    ask = Question(key="q4", kind=Kind.CONSENT, label="May we show your photo?", use=Use.PHOTO)
    form = an_open_form(scene.programme, GOAL, ask, people=[scene.ada])
    ada = as_(scene.ada)
    assert "Your photo on the site" in page(ada, at("form", form))
    ada.post(at("form", form), {"do": "review", "q1": "x", "q4": "yes:1"})
    assert not allows(scene.ada, Use.PHOTO, scene.programme)
    ada.post(at("form-review", form), {"do": "send", "version": "1"})
    assert allows(scene.ada, Use.PHOTO, scene.programme)


def test_a_consent_in_a_form_for_anybody_is_seen_and_taken_back_by_who_has_no_part_and_by_the_team(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.PHOTO, "Your photo.", is_new_meaning=True, by=None, at=BEGUN)
    publish_term(scene.programme, Use.TAKING_PART, "You take part.", is_new_meaning=True, by=None, at=BEGUN)
    ask = Question(key="q4", kind=Kind.CONSENT, label="May we show your photo?", use=Use.PHOTO)
    form = an_open_form(scene.programme, GOAL, ask, audience=Audience.ANYBODY)
    sent(form, scene.sam, q4=f"yes:{term.number}")
    sam, mara = as_(scene.sam), as_(scene.mara)

    mine = page(sam, "/me/agreements/")
    assert ("Your photo." in mine, "You take part." in mine) == (True, False)
    sam.post("/me/agreements/", {"term": term.pk, "do": "no"})
    assert not allows(scene.sam, Use.PHOTO, scene.programme)
    sam.post("/me/agreements/", {"term": term.pk, "do": "yes"})
    assert allows(scene.sam, Use.PHOTO, scene.programme)

    desk = f"/team/practitioners-hub/people/{scene.sam.pk}/"
    assert f'href="{desk}"' in mara.get("/team/practitioners-hub/agreements/").content.decode()
    theirs = page(mara, desk)
    assert ("Show my photo" in theirs, "sam@example.org" in theirs) == (True, False)
    told = {"term": term.pk, "wish": "no", "means": "mail", "note": "Mail of 9 September"}
    taken_back = mara.post(desk, told, follow=True)
    assert taken_back.redirect_chain == [(f"{desk}taken-back/photo/", 302)]
    assert not allows(scene.sam, Use.PHOTO, scene.programme)
    assert as_(scene.ada).get(desk).status_code == 403


def test_a_team_meets_nobody_of_another_programme_who_answered_there_alone(scene: Scene) -> None:
    term = publish_term(scene.private, Use.PHOTO, "Your photo.", is_new_meaning=True, by=None, at=BEGUN)
    answer(scene.sam, Use.PHOTO, term, wish=True, by=scene.sam, at=BEGUN)
    assert as_(scene.mara).get(f"/team/practitioners-hub/people/{scene.sam.pk}/").status_code == 404
    assert as_(scene.ada).post("/me/agreements/", {"term": term.pk, "do": "yes"}).status_code == 404


def test_a_file_is_kept_with_the_draft_and_given_to_whom_it_is_for(scene: Scene, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    paper = Question(key="q5", kind=Kind.FILE, label="Your letter")
    form = an_open_form(scene.programme, GOAL, paper, people=[scene.ada])
    ada, mara = as_(scene.ada), as_(scene.mara)
    lie = SimpleUploadedFile("letter.pdf", b"MZ no letter \x00")
    refused = ada.post(at("form", form), {"do": "review", "q1": "Kept", "q5": lie})
    assert (refused.status_code, "inside it is something else" in words(refused.content.decode())) == (422, True)
    assert queries.answer_of(form, scene.ada).typed == {"q1": ["Kept"]}
    ada.post(at("form", form), {"do": "save", "q1": "Kept", "q5": SimpleUploadedFile("letter.pdf", b"%PDF-1.7 x")})
    upload = queries.answer_of(form, scene.ada).uploads.get()
    file = at("form-file", form, upload.pk)
    assert (ada.get(file).status_code, mara.get(file).status_code, as_(scene.sam).get(file).status_code) == (200, 404, 404)
    ada.post(at("form", form), {"do": "review", "q1": "Kept", "q5": str(upload.pk)})
    ada.post(at("form-review", form), {"do": "send", "version": "1"})
    given = mara.get(file)
    assert (given.status_code, given["Content-Disposition"]) == (200, 'attachment; filename="letter.pdf"')
    assert b"".join(given.streaming_content) == b"%PDF-1.7 x"  # type: ignore[attr-defined]


def test_a_form_that_is_closed_says_so_and_shows_what_one_sent(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada)
    close_form(form, by=None, at=IN_SEPTEMBER)
    ada = as_(scene.ada)
    assert "This form is closed" in page(ada, at("form", form))
    assert "To learn" in page(ada, at("form-sent", form))
    assert ada.post(at("form-withdraw", form))["Location"] == "/me/forms/"
    assert queries.answer_of(form, scene.ada).state == "withdrawn"


def test_an_anonymous_form_is_looked_over_and_sent_without_anything_being_kept_before(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    assert "Nobody can tell which answer is yours" in page(ada, at("form", form))
    looked = ada.post(at("form", form), {"do": "review", "version": "1", "q1": "A secret\nin two lines"})
    assert (looked.status_code, Answer.objects.count(), AnonymousAnswer.objects.count()) == (200, 0, 0)
    changed = ada.post(at("form", form), {"do": "change", "version": "1", "q1": "A secret"})
    assert "A secret</textarea>" in changed.content.decode()
    done = ada.post(at("form", form), {"do": "send", "version": "1", "q1": "A secret"})
    assert done["Location"] == at("form-sent", form)
    assert ada.get(at("form", form))["Location"] == at("form-sent", form)
    assert "nobody can tell which one it is" in page(ada, at("form-sent", form))
    assert (AnonymousAnswer.objects.get().values, Taken.objects.count()) == ({"q1": "A secret"}, 1)


def test_anybody_with_the_address_answers_once_from_a_browser(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, audience=Audience.ANYBODY)
    nobody = Client()
    assert nobody.get(at("form", form)).status_code == 200
    assert nobody.post(at("form", form), {"do": "send", "version": "1", "q1": "Fine"}).status_code == 302
    assert nobody.get(at("form", form)).status_code == 302
    assert Client().get(at("form", form)).status_code == 200
    assert (AnonymousAnswer.objects.count(), Taken.objects.count()) == (1, 0)


def test_an_anonymous_form_that_changed_meanwhile_is_shown_anew_with_what_was_typed(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada])
    told = as_(scene.ada).post(at("form", form), {"do": "send", "version": "7", "q1": "Typed"})
    assert (told.status_code, "Typed</textarea>" in told.content.decode(), AnonymousAnswer.objects.count()) == (409, True, 0)


def notice_of(html: str) -> str:
    """What the page says at its top to who pressed a button."""
    found = re.search(r'<div class="notice"[^>]*role="alert".*?</div></div>', html, re.DOTALL)
    assert found is not None
    return words(found[0])


def test_pressing_send_twice_changes_nothing_and_finds_nothing_wrong(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    ada.post(at("form", form), {"do": "review", "q1": "To map"})
    told = [ada.post(at("form-review", form), {"do": "send", "version": "1"}) for _ in range(2)]
    assert [each["Location"] for each in told] == [at("form-sent", form)] * 2
    assert queries.answer_of(form, scene.ada).values == {"q1": "To map"}
    assert ada.get(at("form-review", form))["Location"] == at("form-sent", form)


def test_who_looked_over_an_earlier_version_is_shown_what_is_asked_otherwise_and_loses_nothing(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    ada.post(at("form", form), {"do": "review", "version": "1", "q1": "To map", "q2": "o1"})
    assert 'name="version" value="1"' in ada.get(at("form-review", form)).content.decode()
    ask_otherwise(form, replace(TRAVEL, label="May we tell the funder?"))
    told = ada.post(at("form-review", form), {"do": "send", "version": "1"})
    html = told.content.decode()
    assert (told.status_code, queries.answer_of(form, scene.ada).state) == (409, "draft")
    assert notice_of(html) == (
        "The questions have changed while you answered, so nothing is sent yet."
        " Changed: May we tell the funder? (it was “Can you travel?”)"
        " Everything you typed is below. Look it over once more before you send it."
    )
    assert html.count("so nothing is sent yet") == 1
    assert ("To map</textarea>" in html, 'href="#q2"' in html, 'name="version" value="2"' in html) == (True, True, True)
    ada.post(at("form", form), {"do": "review", "version": "2", "q1": "To map", "q2": "o2"})
    ada.post(at("form-review", form), {"do": "send", "version": "2"})
    found = queries.answer_of(form, scene.ada)
    assert (found.version.number, found.values["q2"]) == (2, {"chosen": ["o2"]})


def test_who_typed_into_an_earlier_version_looks_at_the_questions_again_before_looking_it_over(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    anonymous = an_anonymous_form(scene.programme, people=[scene.ada])
    ada = as_(scene.ada)
    for each in (form, anonymous):
        ask_otherwise(each, replace(TRAVEL, label="May we tell the funder?"))
        told = ada.post(at("form", each), {"do": "review", "version": "1", "q1": "To map", "q2": "o1"})
        assert (told.status_code, "To map</textarea>" in told.content.decode()) == (409, True)
        assert "Changed: May we tell the funder?" in notice_of(told.content.decode())
    assert queries.answer_of(form, scene.ada).typed == {"q1": ["To map"], "q2": ["o1"]}


# -- closed while somebody types

CLOSING = IN_SEPTEMBER.replace(minute=1)
LATE = IN_SEPTEMBER.replace(minute=2)


def test_what_comes_after_the_close_is_not_kept_and_stands_on_the_page_to_be_read_and_copied(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSING)
    ada = as_(scene.ada)
    ada.post(at("form", form), {"do": "save", "q1": "First words"})
    with time_machine.travel(LATE, tick=False):
        told = ada.post(at("form", form), {"do": "review", "q1": "First words\nand **more**", "q2": "o1", "q3": "A <lift>"})
        html = told.content.decode()
        assert told.status_code == 422
        assert "This form is closed since Tue 10 September 2024, 12:01" in words(html)
        assert notice_of(html) == (
            "It closed before this was sent What you typed stands below, to be read and copied. It is kept nowhere else, so"
            " take it along before you leave this page. What you saved before, at Tue 10 September 2024, 12:00 (London), is"
            " kept for you (in a new tab) . You may ask the team whether it is too late."
        )
        copied = unescape(html.split('<textarea id="typed-text" rows="10" readonly>\n')[1].split("</textarea>")[0])
        assert copied == (f"{GOAL.label}\nFirst words\nand **more**\n\n{TRAVEL.label}\nYes\n\n{NEEDS.label}\nA <lift>")
        assert ada.post(at("form-review", form), {"do": "send", "version": "1"})["Location"] == at("form", form)
    found = queries.answer_of(form, scene.ada)
    assert (found.state, found.typed) == ("draft", {"q1": ["First words"]})


def test_a_draft_of_a_form_that_is_closed_can_still_be_read(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSING)
    ada = as_(scene.ada)
    ada.post(at("form", form), {"do": "save", "q1": "First words"})
    with time_machine.travel(LATE, tick=False):
        shown = page(ada, at("form", form))
        assert (
            "What you had typed was not sent It stands below, and is kept for you for a year. You can delete it now ." in shown
        )
        assert f"{GOAL.label} First words" in shown
        again = ada.post(at("form", form), {"do": "review", "q1": "First words"})
        assert (again.status_code, "is kept for you for a year" in words(again.content.decode())) == (422, True)


def test_changes_to_what_was_sent_can_still_be_read_when_the_form_is_closed(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSING)
    ada = as_(scene.ada)
    sent(form, scene.ada, q1="As sent")
    ada.post(at("form", form), {"do": "save", "q1": "As changed"})
    with time_machine.travel(LATE, tick=False):
        shown = page(ada, at("form", form))
        assert ("Your changes were not sent" in shown, "As changed" in shown, "delete it now" in shown) == (True, True, False)
        read = page(ada, at("form-sent", form))
        assert ("As sent" in read, "Read your changes" in read, "Go on with your changes" in read) == (True, True, False)


def test_a_script_that_saves_after_the_close_is_told_beside_the_buttons_and_replaces_nothing_else(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSING)
    with time_machine.travel(LATE, tick=False):
        told = as_(scene.ada).post(at("form", form), {"do": "autosave", "q1": "To m"}, **HTMX)
    html = told.content.decode()
    assert told.status_code == 422
    assert html.lstrip().startswith('<div id="saved"')
    assert words(html) == ("This form takes no answers now, so this is not saved. What you typed is still here, to be copied.")


def test_what_was_written_anonymously_and_too_late_stands_on_the_page_and_nowhere_else(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada], closes_at=CLOSING)
    with time_machine.travel(LATE, tick=False):
        for do in ("review", "send"):
            told = as_(scene.ada).post(at("form", form), {"do": do, "version": "1", "q1": "Honest words"})
            html = told.content.decode()
            assert told.status_code == 422
            assert f"{GOAL.label} Honest words" in words(html)
            assert notice_of(html) == (
                "It closed before this was sent What you typed stands below, to be read and copied. It is kept nowhere else, so"
                " take it along before you leave this page."
            )
    assert (AnonymousAnswer.objects.count(), Taken.objects.count(), Answer.objects.count()) == (0, 0, 0)


def test_a_file_chosen_too_late_is_named_and_said_not_to_be_kept(scene: Scene) -> None:
    paper = Question(key="q5", kind=Kind.FILE, label="Your letter")
    form = an_open_form(scene.programme, GOAL, paper, people=[scene.ada], closes_at=CLOSING)
    with time_machine.travel(LATE, tick=False):
        told = as_(scene.ada).post(at("form", form), {"do": "save", "q5": SimpleUploadedFile("letter.pdf", b"%PDF-1.7 x")})
    assert "Your letter letter.pdf (the file is not kept)" in words(told.content.decode())


def test_a_form_closed_by_hand_says_when_that_was_and_not_when_its_time_would_have_been_over(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=IN_SEPTEMBER.replace(day=14))
    close_form(form, by=None, at=IN_SEPTEMBER)
    for day in (10, 20):
        with time_machine.travel(IN_SEPTEMBER.replace(day=day), tick=False):
            assert "This form is closed since Tue 10 September 2024, 12:00 (London)." in page(as_(scene.ada), at("form", form))


def test_my_forms_tells_what_waits(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    shown = page(as_(scene.ada), "/me/forms/")
    assert (form.title in shown, "Nothing waits for you" in shown) == (True, False)
    sent(form, scene.ada)
    assert "Nothing waits for you" in page(as_(scene.ada), "/me/forms/")
    assert "Nothing waits for you" in page(as_(scene.sam), "/me/forms/")


# -- building


def content_of(form: Form) -> list[list[str]]:
    form.refresh_from_db()
    return [[question.label for question in section.questions] for section in load(form.draft).sections]


def test_a_form_is_made_from_one_that_is_ready_or_from_nothing(scene: Scene) -> None:
    mara, address = as_(scene.mara), reverse("desk-form-new", args=[scene.programme.slug])
    made = mara.post(address, {"ready": "session-feedback"})
    assert made["Location"] == "/team/practitioners-hub/forms/session-feedback/"
    assert Form.objects.get().is_anonymous
    assert mara.post(address, {"title": " "}).status_code == 422
    assert mara.post(address, {"title": "Lunch"})["Location"] == "/team/practitioners-hub/forms/lunch/"
    assert mara.post(address, {"ready": "nothing"}).status_code == 404


def test_questions_are_added_edited_moved_copied_removed_and_put_back_without_script(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara, builder = as_(scene.mara), at("desk-form", form)
    added = mara.post(builder, {"kind": "one", "section": "s1"})
    assert added["Location"] == at("desk-form-question", form, "q20")
    saved = mara.post(added["Location"], {"label": "Tea?", "options": "Yes\nNo\n", "only_if": "q2|is|o1", "is_required": "on"})
    assert saved["Location"] == f"{builder}#q20"
    question = load(Form.objects.get().draft).question("q20")
    assert question == Question(
        key="q20",
        kind=Kind.ONE,
        label="Tea?",
        options=(Option("o1", "Yes"), Option("o2", "No")),
        is_required=True,
        only_if=Condition("q2", Test.IS, "o1"),
    )
    mara.post(builder, {"do": "up", "key": "q20"})
    mara.post(builder, {"do": "copy", "key": "q20"})
    assert content_of(form) == [[GOAL.label, TRAVEL.label, "Tea?", "Tea?", NEEDS.label]]
    removed = mara.post(builder, {"do": "remove", "key": "q2"}, **HTMX).content.decode()
    assert content_of(form) == [[GOAL.label, "Tea?", "Tea?", NEEDS.label]]
    assert "“Tea?” is shown always now: what its condition spoke of is gone." in words(removed)
    undo = removed.split('name="what" value="')[1].split('"')[0].replace("&quot;", '"')
    back = words(mara.post(builder, {"do": "put-back", "what": undo}, **HTMX).content.decode())
    assert back.startswith("It is back. “Tea?” has its condition again. “Tea?” has its condition again.")
    kept = [each.only_if for each in load(Form.objects.get().draft).questions]
    assert kept == [None, None, Condition("q2", Test.IS, "o1"), Condition("q2", Test.IS, "o1"), None]
    assert content_of(form) == [[GOAL.label, TRAVEL.label, "Tea?", "Tea?", NEEDS.label]]
    mara.post(builder, {"do": "add-section"})
    assert len(content_of(form)) == 2


def test_a_scale_made_longer_is_warned_of_and_its_answers_are_shown_apart(scene: Scene) -> None:
    scale = Question(key="q4", kind=Kind.SCALE, label="How was it?", least=1, most=5)
    people = experts(scene.cohort, 3)
    form = an_open_form(scene.programme, GOAL, scale, people=people)
    for person, number in zip(people[:2], ("5", "4"), strict=True):
        sent(form, person, q4=number)
    mara = as_(scene.mara)
    mara.post(at("desk-form-question", form, "q4"), {"label": "How was it?", "least": "1", "most": "10"})
    assert "Its scale was 1 to 5 and becomes 1 to 10" in page(mara, at("desk-form-publish", form))
    mara.post(at("desk-form-publish", form))
    sent(form, people[2], q4="10")
    shown = page(mara, at("desk-form-summary", form))
    assert re.findall(r"How was it\? (\([^)]*\)) (\d) answered.*?Mean ([\d.]+)", shown) == [
        ("(1 to 10)", "1", "10.0"),
        ("(1 to 5, as asked before)", "2", "4.5"),
    ]
    html = mara.get(at("desk-form-summary", form)).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_choice_that_was_dropped_gives_its_answers_to_no_other(scene: Scene) -> None:
    topics = Question(
        key="q4",
        kind=Kind.SEVERAL,
        label="Which topics?",
        options=(Option("o1", "Maps"), Option("o2", "Teaching"), Option("o3", "Roadmaps")),
    )
    form = an_open_form(scene.programme, GOAL, topics, people=[scene.ada])
    sent(form, scene.ada, q4=["o3"])
    mara, ada = as_(scene.mara), as_(scene.ada)
    for minute, lines in ((5, "Maps\nTeaching"), (9, "Maps\nTeaching\nSewing")):
        with time_machine.travel(IN_SEPTEMBER.replace(minute=minute), tick=False):
            mara.post(at("desk-form-question", form, "q4"), {"label": "Which topics?", "options": lines})
            assert mara.post(at("desk-form-publish", form)).status_code == 302
    assert [each.label for each in load(queries.newest(form).content).question("q4").options][-1] == "Sewing"
    assert queries.summary(form).tallies[1].bars == (
        ("o1", "Maps", 0),
        ("o2", "Teaching", 0),
        ("o4", "Sewing", 0),
        ("o3", "Roadmaps", 1),
    )
    assert b"To learn,Roadmaps" in mara.get(at("desk-form-export", form, "csv")).content
    assert re.findall(r'name="q4"[^>]*checked', ada.get(at("form", form)).content.decode()) == []


def test_a_part_for_a_script_opens_the_question_that_was_added_and_focuses_what_moved(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara = as_(scene.mara)
    part = mara.post(at("desk-form", form), {"kind": "scale", "section": "s1"}, **HTMX).content.decode()
    assert part.startswith('<div class="builder" id="builder"')
    assert "Words at the lower end" in words(part)
    moved = mara.post(at("desk-form", form), {"do": "down", "key": "q1"}, **HTMX).content.decode()
    assert moved.count("data-focus-me") == 1
    assert "data-row-link data-focus-me" in moved.split('id="q1"')[1].split("</h3>")[0]
    closed = mara.get(at("desk-form", form) + "?at=q2", **HTMX).content.decode()
    assert "data-row-link data-focus-me" in closed.split('id="q2"')[1].split("</h3>")[0]


def test_a_question_that_can_not_be_is_shown_again_with_what_was_typed(scene: Scene) -> None:
    form = a_draft(scene.programme)
    again = as_(scene.mara).post(at("desk-form-question", form, "q1"), {"label": " ", "help": "Typed help", "most": "many"})
    shown = words(again.content.decode())
    assert (again.status_code, "Write the question." in shown, "A whole number from 1 to 5000." in shown) == (422, True, True)
    assert "Typed help</textarea>" in again.content.decode()


def test_what_somebody_else_changed_meanwhile_is_not_written_over(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara = as_(scene.mara)
    stale = {"seen": BEGUN.replace(year=2023).isoformat()}
    assert mara.post(at("desk-form", form), {"do": "down", "key": "q1"} | stale).status_code == 409
    told = mara.post(at("desk-form-question", form, "q1"), {"label": "Mine"} | stale)
    assert (told.status_code, "Mine</textarea>" in told.content.decode()) == (409, True)


def test_who_edits_the_same_question_sees_what_a_colleague_saved_beside_their_own_words(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara = as_(scene.mara)
    seen = {"seen": form.draft_at.isoformat()}
    asked = {"label": GOAL.label, "is_required": "on", "is_shared": "on", "most": "50"}
    mara.post(at("desk-form-question", form, "q1"), asked | seen | {"label": "Your goal?", "help": "Be bold.", "most": "80"})
    told = mara.post(at("desk-form-question", form, "q1"), asked | seen | {"label": "What for?"}, **HTMX)
    shown = words(told.content.decode())
    assert (told.status_code, "so this is not saved yet" in shown) == (409, True)
    assert "Question Your goal? What for?" in shown
    assert "Help Be bold. –" in shown
    assert "At most 80 50" in shown
    now = re.search(r'name="seen" value="([^"]+)"', told.content.decode())[1]
    assert mara.post(at("desk-form-question", form, "q1"), asked | {"label": "What for?", "seen": now}).status_code == 302
    assert load(Form.objects.get(pk=form.pk).draft).question("q1").label == "What for?"

    told = mara.post(at("desk-form-section", form, "s1"), seen | {"title": "About you"})
    assert "Heading You About you" in words(told.content.decode())
    told = mara.post(at("desk-form-about", form), seen | {"about-title": "Survey"})
    assert "Title Onboarding survey Survey" in words(told.content.decode())


def hidden_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(seen|kind|section)" value="([^"]*)"', html))


@pytest.mark.parametrize("by_script", [True, False])
def test_what_was_typed_into_a_question_a_colleague_removed_is_kept_and_can_be_added_again(
    scene: Scene, by_script: bool
) -> None:
    form = a_draft(scene.programme)
    mara, script = as_(scene.mara), HTMX if by_script else {}
    opened = mara.get(at("desk-form-question", form, "q2")).content.decode()
    (open_row,) = re.findall(r'<form class="form" .*?</form>', opened, re.DOTALL)
    mara.post(at("desk-form", form), {"do": "remove", "key": "q2"})
    typed = hidden_of(open_row) | {"label": "Will you travel?", "options": "Yes\nNo\nPerhaps"}
    told = mara.post(at("desk-form-question", form, "q2"), typed, **script)
    shown = told.content.decode()
    assert told.status_code == 409
    assert "Somebody removed this question meanwhile, so it can’t be saved. Add it as a new question" in words(shown)
    assert ("Will you travel?</textarea>" in shown, "Perhaps</textarea>" in shown) == (True, True)
    (again,) = re.findall(r'<form class="form card" .*?</form>', shown, re.DOTALL)
    mara.post(at("desk-form-question", form, "q2"), typed | hidden_of(again) | {"do": "again"}, **script)
    content = load(Form.objects.get(pk=form.pk).draft)
    assert [each.key for each in content.questions] == ["q1", "q3", "q20"]
    new = content.question("q20")
    assert (new.kind, new.label, len(new.options)) == (Kind.ONE, "Will you travel?", 3)


def test_what_was_typed_into_a_section_a_colleague_removed_is_kept_and_can_be_added_again(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara = as_(scene.mara)
    mara.post(at("desk-form", form), {"do": "section-remove", "key": "s1"})
    told = mara.post(at("desk-form-section", form, "s1"), {"title": "Before you come"}, **HTMX)
    assert (told.status_code, 'value="Before you come"' in told.content.decode()) == (409, True)
    assert "Somebody removed this section meanwhile" in words(told.content.decode())
    mara.post(at("desk-form-section", form, "s1"), {"title": "Before you come", "do": "again"}, **HTMX)
    assert [each.title for each in load(Form.objects.get(pk=form.pk).draft).sections] == ["Before you come"]


def test_a_question_that_is_gone_is_said_so_when_a_script_opens_it(scene: Scene) -> None:
    form = a_draft(scene.programme)
    told = as_(scene.mara).get(at("desk-form-question", form, "q9"), **HTMX)
    assert (told.status_code, "This question is not in the form any more" in words(told.content.decode())) == (409, True)
    assert as_(scene.mara).get(at("desk-form-question", form, "q9")).status_code == 404


def test_who_publishes_reads_that_the_form_asks_nobody_yet_and_where_to_say_whom(scene: Scene) -> None:
    mara = as_(scene.mara)
    form = a_draft(scene.programme)
    html = mara.get(at("desk-form-publish", form)).content.decode()
    assert "Nobody is asked yet" in words(html)
    assert at("desk-form-settings", form) in re.findall(r'href="([^"]*)">Say who answers', html)

    by_role = a_draft(scene.programme, audience=Audience.ROLES, roles=[RoleKind.EXPERT], cohort=scene.cohort)
    anybody = a_draft(scene.programme, audience=Audience.ANYBODY)
    for each in (by_role, anybody):
        assert "Nobody is asked yet" not in page(mara, at("desk-form-publish", each))


def test_publishing_shows_the_difference_first(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    mara = as_(scene.mara)
    assert "Nothing has changed" in page(mara, at("desk-form-publish", form))
    mara.post(
        at("desk-form-question", form, "q1"), {"label": "Your goal?", "is_required": "on", "most": "50", "is_shared": "on"}
    )
    shown = page(mara, at("desk-form-publish", form))
    assert ("What version 2 changes" in shown, f"Question {GOAL.label} Your goal?" in shown) == (True, True)
    assert mara.post(at("desk-form-publish", form)).status_code == 302
    assert queries.newest(form).number == 2


def test_a_form_that_is_not_ready_says_beside_each_question_what_is_to_be_done(scene: Scene) -> None:
    form = a_draft(scene.programme, replace(TRAVEL, options=()))
    mara = as_(scene.mara)
    assert "Give at least two to choose from." in page(mara, at("desk-form", form))
    refused = mara.post(at("desk-form-publish", form))
    assert (refused.status_code, queries.newest(form)) == (422, None)


def test_settings_are_saved_and_refused_at_their_field(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    mara = as_(scene.mara)
    typed = {"do": "save", "audience": "roles", "roles": ["expert"], "cohort": "2024", "kept_days": "90", "smallest_group": "5"}
    assert mara.post(at("desk-form-settings", form), typed | {"closes_at": "2024-10-16T15:00"}).status_code == 302
    form.refresh_from_db()
    assert (form.audience, form.kept_days, form.closes_at.isoformat()) == ("roles", 90, "2024-10-16T14:00:00+00:00")
    wrong = mara.post(at("desk-form-settings", form), typed | {"roles": []})
    assert (wrong.status_code, "Say whose roles." in words(wrong.content.decode())) == (422, True)
    mara.post(at("desk-form-settings", form), {"do": "close"})
    form.refresh_from_db()
    assert form.state == "closed"
    assert mara.post(at("desk-form-settings", form), {"do": "copy"})["Location"].endswith("/onboarding-survey-copy/")


def test_a_new_form_chooses_nobody_until_the_team_says_whom_it_asks_and_then_keeps_what_was_said(scene: Scene) -> None:
    mara = as_(scene.mara)
    made = mara.post(reverse("desk-form-new", args=[scene.programme.slug]), {"title": "Lunch"})
    form = Form.objects.get()
    where = at("desk-form-settings", form)

    def chosen() -> list[str]:
        return re.findall(r'name="audience" value="(\w+)"[^>]*checked', mara.get(where).content.decode())

    assert (made.status_code, chosen()) == (302, [])
    assert "Draft Nobody yet" in page(mara, where)
    assert "Nobody has said who may answer it." in page(mara, at("desk-form-publish", form))
    typed = {"do": "save", "kept_days": "90", "smallest_group": "5"}
    refused = mara.post(where, typed)
    assert (refused.status_code, "Say who may answer." in words(refused.content.decode())) == (422, True)
    assert mara.post(where, typed | {"audience": "asked"}).status_code == 302
    assert chosen() == ["asked"]
    form = Form.objects.get()
    fresh = create_form(scene.programme, load(form.draft), by=None, at=IN_SEPTEMBER)
    assert [copy_form(each, by=None, at=IN_SEPTEMBER).says_whom for each in (form, fresh)] == [True, False]


def test_what_a_colleague_set_meanwhile_is_not_written_over_unasked(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], cohort=scene.cohort, closes_at=IN_SEPTEMBER + timedelta(days=4))
    mara, where = as_(scene.mara), at("desk-form-settings", form)
    older = mara.get(where).context["seen"]
    base = {"do": "save", "audience": "asked", "cohort": scene.cohort.slug, "kept_days": "365", "smallest_group": "5"}
    theirs = base | {"closes_at": "2024-09-30T17:00"}
    assert mara.post(where, theirs | {"seen": older}).status_code == 302
    mine = base | {"closes_at": "2024-09-14T12:00", "kept_days": "100", "cohort": "", "audience": "roles", "roles": ["expert"]}
    answer = mara.post(where, mine | {"seen": older})
    said = [(each.label, each.theirs, each.mine) for each in answer.context["theirs"]]
    assert (answer.status_code, said) == (
        409,
        [
            ("Who may answer", "The people who are asked, one by one", "Everybody with a role"),
            ("Whose roles", "–", "Expert"),
            ("In", scene.cohort.name, "The whole programme"),
            ("Closes", "Mon 30 September 2024, 17:00", "Sat 14 September 2024, 12:00"),
            ("Kept for, in days", "365", "100"),
        ],
    )
    assert "Somebody else changed these settings meanwhile" in words(answer.content.decode())
    assert answer.context["typed"]["kept_days"].value() == "100"  # what was typed is still there
    form.refresh_from_db()
    assert (form.closes_at, form.kept_days) == (datetime(2024, 9, 30, 16, 0, tzinfo=UTC), 365)
    assert mara.post(where, mine | {"seen": answer.context["seen"]}).status_code == 302
    form.refresh_from_db()
    assert (form.kept_days, form.audience) == (100, "roles")
    assert mara.post(where, mine | {"seen": older}).status_code == 302  # it is set so already


def test_the_preview_can_be_tried_out_and_keeps_nothing(scene: Scene) -> None:
    form = a_draft(scene.programme)
    mara = as_(scene.mara)
    tried = mara.post(at("desk-form-preview", form), {"q3": "A lift"})
    assert ("Write something here." in words(tried.content.decode()), Answer.objects.count()) == (True, 0)
    assert "This could be sent" in words(mara.post(at("desk-form-preview", form), {"q1": "x"}).content.decode())


def test_deleting_a_form_with_answers_asks_for_them_too(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada)
    mara = as_(scene.mara)
    assert mara.post(at("desk-form-remove", form)).status_code == 422
    assert mara.post(at("desk-form-remove", form), {"answers": "too"}).status_code == 302
    assert Form.objects.count() == 0


# -- reading


def test_the_summary_counts_and_quotes_but_not_what_is_sensitive(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second])
    answer = sent(form, first, q1="To map", q2="o1", q3="A secret need")
    mara = as_(scene.mara)
    shown = page(mara, at("desk-form-summary", form))
    assert ("To map" in shown, "A secret need" in shown, "Expert B" in shown.split("Who has not answered")[1]) == (
        True,
        False,
        True,
    )
    table = page(mara, at("desk-form-answers", form))
    assert ("To map" in table, "A secret need" in table) == (True, False)
    assert "A secret need" in page(mara, at("desk-form-answer", form, answer.pk))
    for kind in ("csv", "xlsx"):
        assert b"A secret need" not in mara.get(at("desk-form-export", form, kind)).content
    assert b"A secret need" in mara.get(at("desk-form-export", form, "csv") + "?sensitive=too").content


def test_what_was_asked_as_sensitive_stays_so_in_every_table_file_and_summary(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada, q3="A step-free way in")
    lifted = dump(load(form.draft))
    lifted["sections"][0]["questions"][2] |= {"label": "What helps you?", "is_sensitive": False, "is_shared": True}
    FormVersion.objects.create(form=form, number=2, content=lifted, published_at=IN_SEPTEMBER)  # before it was refused
    mara = as_(scene.mara)
    assert "step-free" not in mara.get(at("desk-form-export", form, "csv")).content.decode()
    assert "step-free" not in page(mara, at("desk-form-answers", form))
    assert "Nothing is found" in page(mara, at("desk-form-answers", form) + "?q=step-free")
    summary = page(mara, at("desk-form-summary", form))
    assert ("step-free" in summary, "1 answered · sensitive" in summary, "sensitive · told back" in summary) == (
        False,
        True,
        False,
    )
    assert "Left out because it is sensitive: “What helps you?”" in page(mara, at("desk-form-answers", form))
    assert "step-free" in mara.get(at("desk-form-export", form, "csv") + "?sensitive=too").content.decode()


def test_a_question_people_answered_as_sensitive_can_not_be_made_another_one(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    mara = as_(scene.mara)
    stays = "It was sensitive in version 1, and people answered it as such: it stays so. Ask a new question instead."
    opened = page(mara, at("desk-form-question", form, "q3"))
    assert stays in opened
    mara.post(at("desk-form-question", form, "q3"), {"label": "What helps you?", "why": NEEDS.why})
    kept = load(Form.objects.get(pk=form.pk).draft).question("q3")
    assert (kept.label, kept.is_sensitive) == ("What helps you?", True)

    lifted = edit_draft(
        form,
        change_question(load(form.draft), replace(NEEDS, is_sensitive=False)),
        seen=Form.objects.get(pk=form.pk).draft_at,
        by=scene.mara,
        at=IN_SEPTEMBER,
    )
    assert stays in page(mara, at("desk-form", lifted))
    assert stays in page(mara, at("desk-form-publish", lifted))
    refused = mara.post(at("desk-form-publish", lifted))
    assert (refused.status_code, queries.newest(form).number) == (422, 1)


def test_the_table_is_found_in_and_sorted(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, GOAL, TRAVEL, people=[first, second])
    sent(form, first, q1="zebra")
    sent(form, second, q1="Apple")
    mara, address = as_(scene.mara), at("desk-form-answers", form)

    def order(query: str) -> list[str]:
        shown = page(mara, f"{address}?{query}")
        return sorted((name for name in ("zebra", "Apple") if name in shown), key=shown.index)

    assert [order("by=q1."), order("by=q1.&down=yes"), order("by=name"), order("q=apple"), order("q=nowhere")] == [
        ["Apple", "zebra"],
        ["zebra", "Apple"],
        ["zebra", "Apple"],
        ["Apple"],
        [],
    ]


def test_the_table_sorts_days_and_numbers_by_what_they_are_and_says_the_scale_where_there_were_two(scene: Scene) -> None:
    people = experts(scene.cohort, 3)
    day = Question(key="q1", kind=Kind.DATE, label="From when?")
    often = Question(key="q2", kind=Kind.MATRIX, label="How often?", rows=(Option("r1", "Maps"),), least=1, most=10)
    liked = Question(key="q3", kind=Kind.SCALE, label="How was it?", least=1, most=5)
    form = an_open_form(scene.programme, day, often, liked, people=people)
    rows = [("2024-10-02", "10", "4"), ("2024-09-27", "9", "5")]  # a Wednesday, a Friday
    for person, (on, number, scale) in zip(people, rows, strict=False):
        sent(form, person, q1=on, **{"q2.r1": number}, q3=scale)
    ask_otherwise(form, replace(liked, most=10))
    sent(form, people[2], q1="2024-10-01", **{"q2.r1": "2"}, q3="3")
    mara, address = as_(scene.mara), at("desk-form-answers", form)

    def order(by: str) -> str:
        table = page(mara, f"{address}?by={by}").split("From when?")[-1]
        return "".join(letter for letter in re.findall(r"Expert ([ABC])", table))

    assert (order("q1."), order("q1.&down=yes"), order("q2.r1"), order("q3.")) == ("BCA", "ACB", "CBA", "ABC")
    table = page(mara, address)
    assert ("4 · scale 1 to 5" in table, "3 · scale 1 to 10" in table) == (True, True)


def test_in_a_workbook_days_are_days_and_numbers_are_numbers(scene: Scene) -> None:
    day = Question(key="q1", kind=Kind.DATE, label="From when?")
    often = Question(key="q2", kind=Kind.MATRIX, label="How often?", rows=(Option("r1", "Maps"),), least=1, most=10)
    liked = Question(key="q3", kind=Kind.SCALE, label="How was it?", least=1, most=5)
    form = an_open_form(scene.programme, day, often, liked, people=[scene.ada, scene.sam])
    sent(form, scene.ada, q1="2024-10-02", **{"q2.r1": "9"}, q3="4")
    sent(form, scene.sam, q1="1815-12-10", at=IN_SEPTEMBER + timedelta(hours=1))
    mara = as_(scene.mara)
    book = load_workbook(BytesIO(mara.get(at("desk-form-export", form, "xlsx")).content))
    ada, sam = sorted(book.active.iter_rows(min_row=2), key=lambda row: row[0].value)
    assert ([each.value for each in ada[4:]], ada[4].is_date) == ([datetime(2024, 10, 2), 9, 4], True)
    assert sam[4].value == "1815-12-10"
    assert "Wed 2 October 2024,9,4" in mara.get(at("desk-form-export", form, "csv")).content.decode()


def test_a_file_for_a_spreadsheet_runs_nothing_and_has_a_column_for_each_question(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada, q1="=cmd()", q2="o1")
    file = as_(scene.mara).get(at("desk-form-export", form, "csv"))
    assert file.content.decode("utf-8-sig").split("\r\n")[:2] == [
        "Name,E-mail,Sent,Version,What do you want to reach?,Can you travel?",
        "Ada Lindqvist,ada@example.org,2024-09-10 12:00,1,'=cmd(),Yes",
    ]


def test_an_anonymous_form_is_never_shown_row_by_row(scene: Scene) -> None:
    people = experts(scene.cohort, 5)
    form = an_anonymous_form(scene.programme, people=people)
    mara = as_(scene.mara)
    for number, person in enumerate(people):
        assert "Shown from 5 answers on" in page(mara, at("desk-form-summary", form))
        assert b"Said" not in mara.get(at("desk-form-export", form, "csv")).content
        said_by_nobody(form, person, q1=f"Said {number}", q2="o1")
    assert "Said 3" in page(mara, at("desk-form-summary", form))
    assert mara.get(at("desk-form-answers", form)).status_code == 302
    lines = mara.get(at("desk-form-export", form, "csv")).content.decode("utf-8-sig").split("\r\n")
    assert lines[:3] == ["Question,Answer,How many", f"{GOAL.label},Said 0,1", f"{GOAL.label},Said 1,1"]
    assert f"{TRAVEL.label},Yes,5" in lines


def test_answers_are_brought_in_after_they_were_shown(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    mara, address = as_(scene.mara), at("desk-form-import", form)
    text = "E-mail,What do you want to reach?\nada@example.org,To learn\nnobody@example.org,x\n"
    shown = mara.post(address, {"do": "propose", "text": text})
    html = shown.content.decode()
    assert ("Bring in 1 answer" in words(html), Answer.objects.count()) == (True, 0)
    sheet = html.split('<textarea name="sheet" hidden>')[1].split("</textarea>")[0].replace("&quot;", '"')
    seen = html.split('name="seen" value="')[1].split('"')[0]
    chosen = {"column-0": "email", "column-1": "q1"}
    assert mara.post(address, {"do": "import", "sheet": sheet, "seen": "other"} | chosen).status_code == 409
    assert mara.post(address, {"do": "import", "sheet": sheet, "seen": seen} | chosen).status_code == 302
    assert Answer.objects.get().values == {"q1": "To learn"}
    assert mara.post(address, {"do": "propose", "text": " "}).status_code == 422


def test_before_a_sheet_is_brought_in_it_is_said_what_is_not_taken_of_it_and_what_changes(scene: Scene) -> None:
    where = Question(key="q5", kind=Kind.SHORT, label="Where from?", only_if=Condition("q2", Test.IS, "o1"))
    form = an_open_form(scene.programme, TRAVEL, where, NEEDS)
    mara, address = as_(scene.mara), at("desk-form-import", form)

    def shown(heads: str, cells: str) -> str:
        return mara.post(address, {"do": "propose", "text": f"{heads}\n{cells}\n"}).content.decode()

    heads = f"E-mail,Name,{NEEDS.label},Where from?"
    hidden = words(shown(heads, "ada@example.org,,A ramp,Leeds"))
    assert "Not everything in the sheet is taken" in hidden
    assert (
        "Row 2, Where from?: “Leeds” is not taken, because it is asked only if “Can you travel?” is “Yes”, "
        "and no column is taken for that." in hidden
    )
    html = shown(f"E-mail,{TRAVEL.label},{NEEDS.label}", "ada@example.org,Yes,A ramp")
    assert "Not everything" not in html
    chosen = {"column-0": "email", "column-1": "q2", "column-2": "q3"}
    assert mara.post(address, {"do": "import"} | carried(html) | chosen).status_code == 302
    assert "Where from?: “Leeds” is added." in words(shown("E-mail,Where from?", "ada@example.org,Leeds"))
    asked = words(shown("Name,Where from?", f"{scene.ada.name},Leeds"))
    assert "Where from?: “Leeds” is added." in asked[asked.index("Whose are these?") :]


def test_a_sheet_of_answers_may_be_as_wide_and_its_texts_as_long_as_a_form_takes(scene: Scene) -> None:
    rows = tuple(Option(f"r{number}", f"Talk {number}") for number in range(1, 61))
    form = an_open_form(
        scene.programme, NEEDS, Question(key="q4", kind=Kind.MATRIX, label="Talks?", rows=rows, least=1, most=5)
    )
    mara, address = as_(scene.mara), at("desk-form-import", form)
    grace = experts(scene.cohort, 1)[0].account
    heads = ["E-mail", "ID", "Start time", NEEDS.label, *(f"Talks? [{row.label}]" for row in rows)]
    text = "\n".join(
        "\t".join([email, "1", "", "x" * letters, *["3"] * 60])
        for email, letters in (("ada@example.org", 5_500), (grace.email, 20_001))
    )
    html = mara.post(address, {"do": "propose", "text": "\t".join(heads) + "\n" + text}).content.decode()
    assert f"Row 3, {NEEDS.label}: This has 20,001 letters; 20,000 fit here." in words(html)
    chosen = dict(re.findall(r'<select name="(column-\d+)"(?:(?!</select>).)*<option value="([^"]+)" selected>', html))
    assert mara.post(address, {"do": "import"} | carried(html) | chosen).status_code == 302
    assert [(len(each.values["q3"]), len(each.values["q4"])) for each in Answer.objects.all()] == [(5_500, 60)]
    wide = mara.post(address, {"do": "propose", "text": "\t".join(["E-mail", *["x"] * 500])}).content.decode()
    assert "Row 1 has more than 500 columns. Keep those with answers to this form." in words(wide)


def test_a_choice_with_a_semicolon_in_its_words_is_shown_as_one(scene: Scene) -> None:
    topics = Question(
        key="q4", kind=Kind.SEVERAL, label="Topics?", options=(Option("o1", "Data; models"), Option("o2", "Ethics"))
    )
    talks = Question(key="q5", kind=Kind.MATRIX, label="Talks?", rows=(Option("r1", "Talk: one; two"),), least=1, most=3)
    form = an_open_form(scene.programme, GOAL, topics, talks, people=[scene.ada])
    answer = sent(form, scene.ada, **{"q4": ["o1", "o2"], "q5.r1": "2"})
    seen = ((scene.ada, at("form-sent", form)), (scene.mara, at("desk-form-answer", form, answer.pk)))
    for person, address in seen:
        html = as_(person).get(address).content.decode()
        for point in ("Data; models", "Ethics", "Talk: one; two: 2"):
            assert f"<li>{point}</li>" in html


def carried(html: str) -> dict[str, str]:
    """What the page sends along: the sheet, and the mark of what was shown."""
    found = re.search(r'<textarea name="sheet" hidden>(.*?)</textarea>.*?name="seen" value="([^"]+)"', html, re.DOTALL)
    assert found is not None
    return {"sheet": unescape(found[1]), "seen": found[2]}


def test_columns_with_heads_of_their_own_are_mapped_by_hand_and_then_brought_in(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    mara, address = as_(scene.mara), at("desk-form-import", form)
    text = "E-mail,Goals,Themes\nada@example.org,To learn,Maps\n"
    shown = mara.post(address, {"do": "propose", "text": text})
    html = shown.content.decode()
    assert shown.status_code == 200
    assert "No column is taken for a question of this form yet. Choose at least one." in words(html)
    assert all(f'name="column-{place}"' in html for place in range(3))
    assert ("To learn" in html, "Maps" in html, "Left out" in html) == (True, True, True)
    unmapped = {"column-0": "email", "column-1": "", "column-2": ""}
    refused = mara.post(address, {"do": "import"} | carried(html) | unmapped)
    assert (refused.status_code, Answer.objects.count()) == (422, 0)
    assert 'name="column-1"' in refused.content.decode()
    again = mara.post(address, {"do": "propose"} | carried(html) | unmapped | {"column-1": "q1"}).content.decode()
    assert "Bring in 1 answer" in words(again)
    done = mara.post(address, {"do": "import"} | carried(again) | unmapped | {"column-1": "q1"})
    assert (done.status_code, Answer.objects.get().values) == (302, {"q1": "To learn"})


def test_two_columns_for_the_same_are_told_beside_both_and_nothing_that_was_chosen_is_lost(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    mara, address = as_(scene.mara), at("desk-form-import", form)
    text = "Name,Your full name,What do you want to reach?\n,Ada Lindqvist,To learn\n"
    html = mara.post(address, {"do": "propose", "text": text}).content.decode()
    both = {"column-0": "name", "column-1": "name", "column-2": "q1", "row-2": str(scene.ada.pk)}
    told = mara.post(address, {"do": "propose"} | carried(html) | both)
    html = told.content.decode()
    assert told.status_code == 422
    assert "“Name” is taken for this too. Leave one of the two out." in words(html)
    assert html.count('<option value="name" selected>') == 2
    assert html.count('aria-invalid="true"') == 2
    assert f'name="row-2" value="{scene.ada.pk}"' in html
    assert mara.post(address, {"do": "import"} | carried(html) | both).status_code == 422
    one = both | {"column-0": ""}
    html = mara.post(address, {"do": "propose"} | carried(html) | one).content.decode()
    assert mara.post(address, {"do": "import"} | carried(html) | one).status_code == 302
    assert Answer.objects.get().person == scene.ada


def an_expert_of(scene: Scene, name: str) -> Person:
    person = add_person(f"Expert {name}", by=None, at=BEGUN)
    give_role(
        person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=scene.cohort.starts_on, by=None, at=BEGUN
    )
    return person


@pytest.mark.parametrize(
    "name", ["desk-forms", "desk-form", "desk-form-answers", "desk-form-summary", "desk-form-preview", "form"]
)
def test_a_page_asks_the_database_as_often_for_many_as_for_few(scene: Scene, name: str) -> None:
    def asked(count: int) -> int:
        people = [*(an_expert_of(scene, f"{name}{count}{number}") for number in range(count)), scene.ada]
        questions = [replace(GOAL, key=f"q{number}", is_required=False) for number in range(1, 2 + 3 * count)]
        form = an_open_form(scene.programme, content=a_content(*questions, title=f"Survey {count}"), people=people)
        for person in people[:-1]:
            sent(form, person)
        client = as_(scene.ada if name == "form" else scene.mara)
        address = reverse(name, args=[scene.programme.slug]) if name == "desk-forms" else at(name, form)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few = asked(1)
    for _ in range(3):
        an_open_form(scene.programme)
    assert asked(2) == few


def test_the_tab_of_a_form_one_is_on_is_marked(scene: Scene) -> None:
    form, browser = an_open_form(scene.programme), as_(scene.mara)
    for tab, name in (("", "Questions"), ("preview/", "Preview"), ("settings/", "Who and when"), ("summary/", "Summary")):
        said = browser.get(f"/team/{scene.programme.slug}/forms/{form.slug}/{tab}").content.decode()
        assert re.findall(r'class="tab" href="[^"]*" aria-current="page">([^<]*)', said) == [name]


# -- asked by name


def test_a_team_asks_people_by_name_or_address_and_asks_them_no_more(scene: Scene) -> None:
    form, mara = an_open_form(scene.programme), as_(scene.mara)
    where = at("desk-form-settings", form)
    assert "Ask people by name" in page(mara, where)

    def said(**given: str) -> list[str]:
        return [str(each) for each in mara.post(where, given, follow=True).context["messages"]]

    assert said(do="ask", names=f"{scene.ada.name}\n\n ada@example.org \nmara@example.org") == ["2 people are asked."]
    assert said(do="ask", names=scene.ada.name) == ["They were asked already."]
    assert {person.pk for person in queries.people_asked(form, at=IN_SEPTEMBER)} == {scene.ada.pk, scene.mara.pk}
    assert said(do="ask-no-more", person=str(scene.ada.pk)) == [f"{scene.ada.name} is asked no more. What they sent stays."]
    assert queries.people_asked(form, at=IN_SEPTEMBER) == [scene.mara]
    for odd in ("", "x", str(scene.ada.pk)):
        assert mara.post(where, {"do": "ask-no-more", "person": odd}).status_code == 404


def test_where_one_of_several_names_means_nobody_none_is_asked_and_what_was_typed_stays(scene: Scene) -> None:
    form, mara = an_open_form(scene.programme), as_(scene.mara)
    where = at("desk-form-settings", form)
    for names, sentence in (
        (f"{scene.ada.name}\nNobody Known", "We find nobody of the programme, or two, for “Nobody Known”."),
        (scene.sam.name, f"We find nobody of the programme, or two, for “{scene.sam.name}”."),  # of no programme
        (" \n ", "Write whom to ask, a name or an address a line."),
        ("\n".join(f"Person {number}" for number in range(101)), "These are 101 lines. Ask at most 100 people at a time."),
    ):
        answer = mara.post(where, {"do": "ask", "names": names})
        html = answer.content.decode()
        assert (answer.status_code, sentence in words(html)) == (422, True)
        assert names.strip().splitlines()[:1] == [] or names.splitlines()[0] in html
    assert queries.people_asked(form, at=IN_SEPTEMBER) == []


def test_who_is_asked_for_their_part_is_not_asked_no_more_by_hand(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    ask_people(form, [scene.ada], role=RoleKind.EXPERT, cohort=scene.cohort, by=scene.mara, at=BEGUN)
    where = at("desk-form-settings", form)
    assert "Ask no more" not in page(as_(scene.mara), where)
    assert as_(scene.mara).post(where, {"do": "ask-no-more", "person": str(scene.ada.pk)}).status_code == 404
    assert queries.people_asked(form, at=IN_SEPTEMBER) == [scene.ada]
