"""Answering: saved as typed, come back to, sent, changed, withdrawn; files, consents; anonymous is really anonymous."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from pytest_django.fixtures import Settings

from hub.core.consent import Use
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.forms import Audience, Condition, Kind, NotOpen, Question, Test, load
from hub.core.forms.edit import add_question, change_question
from hub.forms import queries
from hub.forms.commands import (
    AlreadyAnswered,
    NotComplete,
    NotThisWay,
    QuestionsChanged,
    add_upload,
    close_form,
    edit_draft,
    edit_settings,
    publish_form,
    save_answer,
    send_answer,
    start_answer,
    withdraw_answer,
)
from hub.forms.events import answer_sent, answer_withdrawn
from hub.forms.models import AnonymousAnswer, Answer, Form, Taken, Upload
from hub.kit import worker
from hub.kit.models import JournalEntry
from hub.people.commands import ask_erasure, carry_out_erasure, merge_people, publish_term
from hub.people.models import ConsentEntry
from hub.people.queries import allows
from hub.services.uploads import BadFile
from tests.factories import BEGUN
from tests.forms.filling import (
    GOAL,
    LATER,
    TRAVEL,
    an_anonymous_form,
    an_open_form,
    ask_otherwise,
    experts,
    said_by_nobody,
    sent,
)
from tests.scene import IN_SEPTEMBER, Scene

pytestmark = pytest.mark.django_db


def test_a_draft_is_kept_letter_for_letter_and_found_again(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    typed = {"q1": [" " + "word " * 60], "q2": ["o7"], "unknown": ["x"]}
    save_answer(answer, typed, by=scene.ada, at=LATER)
    found = queries.answer_of(form, scene.ada)
    assert (found.typed, found.saved_at, found.state) == ({"q1": typed["q1"], "q2": ["o7"]}, LATER, "draft")
    assert start_answer(form, scene.ada, by=scene.ada, at=LATER) == answer


def test_what_is_not_complete_is_not_sent_and_nothing_of_it_is_lost(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    save_answer(answer, {"q3": ["A lift"]}, by=scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(NotComplete) as no:
        send_answer(answer, by=scene.ada, at=LATER)
    assert [(each.question, each.sentence) for each in no.value.reading.wrong] == [("q1", "Write something here.")]
    found = queries.answer_of(form, scene.ada)
    assert (found.state, found.typed, found.values) == ("draft", {"q3": ["A lift"]}, {})


def test_what_was_sent_stands_while_it_is_changed_and_until_it_is_sent_again(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = sent(form, scene.ada, q1="First", q2="o1")
    save_answer(answer, {"q1": ["Second"]}, by=scene.ada, at=LATER)
    found = queries.answer_of(form, scene.ada)
    assert (found.values, found.typed, found.state) == ({"q1": "First", "q2": {"chosen": ["o1"]}}, {"q1": ["Second"]}, "sent")
    send_answer(answer, by=scene.ada, at=LATER)
    found = queries.answer_of(form, scene.ada)
    assert (found.values, found.typed, found.sent_at) == ({"q1": "Second"}, {}, LATER)


def test_sent_twice_with_nothing_typed_since_it_stays_as_it_was_sent(scene: Scene) -> None:
    told: list[int] = []
    on_sent = lambda answer, **_: told.append(answer.pk)  # noqa: E731
    form = an_open_form(scene.programme, replace(GOAL, is_required=False), TRAVEL, people=[scene.ada])
    answer = sent(form, scene.ada, q1="To map", q2="o1")
    before = JournalEntry.objects.count()
    answer_sent.connect(on_sent)
    again = send_answer(answer, by=scene.ada, at=LATER)
    answer_sent.disconnect(on_sent)
    found = queries.answer_of(form, scene.ada)
    assert (found.values, found.sent_at) == ({"q1": "To map", "q2": {"chosen": ["o1"]}}, IN_SEPTEMBER)
    assert (again, JournalEntry.objects.count(), told) == (answer, before, [])


def test_who_empties_what_they_sent_sends_it_empty(scene: Scene) -> None:
    form = an_open_form(scene.programme, replace(GOAL, is_required=False), people=[scene.ada])
    answer = sent(form, scene.ada, q1="To map")
    answer = save_answer(answer, {"q1": [""]}, by=scene.ada, at=LATER)
    assert (answer.typed, answer.saved_at, answer.values) == ({"q1": []}, LATER, {"q1": "To map"})
    assert send_answer(answer, by=scene.ada, at=LATER).values == {}


def test_what_was_looked_over_in_an_earlier_version_is_not_sent_to_a_later_one_unseen(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    save_answer(answer, {"q1": ["To map"], "q2": ["o1"]}, by=scene.ada, at=IN_SEPTEMBER)
    ask_otherwise(form, replace(TRAVEL, label="May we tell the funder?"))
    with pytest.raises(QuestionsChanged):
        send_answer(answer, seen=1, by=scene.ada, at=LATER)
    found = queries.answer_of(form, scene.ada)
    assert (found.state, found.typed) == ("draft", {"q1": ["To map"], "q2": ["o1"]})
    assert send_answer(answer, seen=2, by=scene.ada, at=LATER).version.number == 2


def test_two_windows_do_not_write_over_each_other_unasked(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    begun_from = answer.saved_at
    save_answer(answer, {"q1": ["One"]}, seen=begun_from, by=scene.ada, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        save_answer(answer, {"q1": ["Two"]}, seen=begun_from, by=scene.ada, at=LATER)
    save_answer(answer, {"q1": ["One"]}, seen=begun_from, by=scene.ada, at=LATER)


def test_people_answer_for_themselves_and_only_what_asks_them(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    with pytest.raises(NotAllowed):
        start_answer(form, scene.ada, by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        start_answer(form, scene.sam, by=scene.sam, at=IN_SEPTEMBER)
    answer = sent(form, scene.ada)
    for attempt in (save_answer, send_answer, withdraw_answer):
        extra: tuple[Any, ...] = ({"q1": ["Mine"]},) if attempt is save_answer else ()
        with pytest.raises(NotAllowed):
            attempt(answer, *extra, by=scene.mara, at=LATER)


def test_a_form_takes_answers_from_when_it_opens_until_it_closes(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], opens_at=IN_SEPTEMBER, closes_at=LATER)
    with pytest.raises(NotOpen):
        start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER - timedelta(seconds=1))
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(NotOpen):
        save_answer(answer, {"q1": ["Late"]}, by=scene.ada, at=LATER)
    edit_settings(form, closes_at=None, by=None, at=LATER)
    close_form(form, by=None, at=LATER)
    with pytest.raises(NotOpen):
        send_answer(answer, by=scene.ada, at=LATER)


def test_who_withdraws_leaves_nothing_and_may_begin_anew_even_after_it_closed(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = sent(form, scene.ada, q3="A secret need")
    withdraw_answer(answer, by=scene.ada, at=LATER)
    found = queries.answer_of(form, scene.ada)
    assert (found.state, found.values, found.typed, found.sent_at) == ("withdrawn", {}, {}, None)
    assert list(queries.sent_answers(form)) == []
    assert queries.has_not_answered(form, [scene.ada]) == [scene.ada]
    assert start_answer(form, scene.ada, by=scene.ada, at=LATER).state == "draft"
    again = sent(form, scene.ada)
    close_form(form, by=None, at=LATER)
    assert withdraw_answer(again, by=scene.ada, at=LATER).state == "withdrawn"


def test_a_draft_moves_to_the_newest_version_and_keeps_what_was_typed(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    save_answer(answer, {"q1": ["Kept"]}, by=scene.ada, at=IN_SEPTEMBER)
    content, new = add_question(load(form.draft), Kind.SHORT)
    edited = edit_draft(form, change_question(content, replace(new, label="Where?")), seen=form.draft_at, by=None, at=LATER)
    publish_form(edited, seen=edited.draft_at, by=None, at=LATER)
    answer = start_answer(form, scene.ada, by=scene.ada, at=LATER)
    save_answer(answer, {"q1": ["Kept"], new.key: ["London"]}, by=scene.ada, at=LATER)
    answer = send_answer(answer, by=scene.ada, at=LATER)
    assert (answer.version.number, answer.values) == (2, {"q1": "Kept", new.key: "London"})


def test_a_later_room_is_told_that_an_answer_was_sent_and_that_it_was_withdrawn(scene: Scene) -> None:
    told: list[tuple[str, int]] = []
    on_sent = lambda answer, **_: told.append(("sent", answer.pk))  # noqa: E731
    on_withdrawn = lambda answer, **_: told.append(("withdrawn", answer.pk))  # noqa: E731
    answer_sent.connect(on_sent)
    answer_withdrawn.connect(on_withdrawn)
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = sent(form, scene.ada)
    withdraw_answer(answer, by=scene.ada, at=LATER)
    answer_sent.disconnect(on_sent)
    answer_withdrawn.disconnect(on_withdrawn)
    assert told == [("sent", answer.pk), ("withdrawn", answer.pk)]


def test_a_team_reads_what_was_sent_and_never_a_draft(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second])
    start_answer(form, first, by=first, at=IN_SEPTEMBER)
    answer = sent(form, second)
    assert list(Answer.objects.visible_to(scene.mara, at=LATER)) == [answer]
    assert list(Answer.objects.visible_to(second, at=LATER)) == [answer]
    assert list(Answer.objects.visible_to(scene.ada, at=LATER)) == []
    assert list(Answer.objects.visible_to(None, at=LATER)) == []


# -- consents and files

PHOTO = Question(key="q4", kind=Kind.CONSENT, label="May we show your photo?", use=Use.PHOTO)


def test_a_consent_in_an_answer_goes_into_the_ledger_to_the_words_that_were_shown(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.PHOTO, "On the site.", is_new_meaning=True, by=None, at=BEGUN)
    form = an_open_form(scene.programme, GOAL, PHOTO, people=[scene.ada])
    sent(form, scene.ada, q4=f"yes:{term.number}")
    entry = ConsentEntry.objects.get(person=scene.ada)
    assert (entry.term, entry.answer, entry.means, entry.recorded_by) == (term, "given", "self", scene.ada)
    assert allows(scene.ada, Use.PHOTO, scene.programme)
    withdraw_answer(queries.answer_of(form, scene.ada), by=scene.ada, at=LATER)
    assert allows(scene.ada, Use.PHOTO, scene.programme)  # taken back in the ledger, not by the way


def test_a_yes_to_words_that_have_changed_meanwhile_is_asked_again_and_nothing_is_sent(scene: Scene) -> None:
    publish_term(scene.programme, Use.PHOTO, "On the site.", is_new_meaning=True, by=None, at=BEGUN)
    form = an_open_form(scene.programme, GOAL, PHOTO, people=[scene.ada])
    publish_term(scene.programme, Use.PHOTO, "Anywhere.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    with pytest.raises(NotComplete) as no:
        sent(form, scene.ada, q4="yes:1")
    assert [(each.question, each.sentence) for each in no.value.reading.wrong] == [
        ("q4", "The words have changed while you were reading. Please read them again.")
    ]
    assert (ConsentEntry.objects.count(), queries.answer_of(form, scene.ada).state) == (0, "draft")


PAPER = Question(key="q5", kind=Kind.FILE, label="Your letter")
PDF = b"%PDF-1.7 letter"


def a_packed(part: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(part, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "letter.pdf", "“letter.pdf” is empty."),
        (b"MZ program", "letter.exe", "We take no such file as “letter.exe”."),
        (b"<html>", "letter.pdf", "This file is called “letter.pdf”, and inside it is text."),
        (b"\xff\xd8\xff picture", "letter.pdf", "This file is called “letter.pdf”, and inside it is a .jpg file."),
        (a_packed("word/document.xml"), "letter.xlsx", "This file is called “letter.xlsx”, and inside it is a .docx file."),
        (a_packed("word/vbaProject.bin"), "letter.docx", "This file is called “letter.docx”, and inside it is something else."),
        (b"PK broken", "letter.docx", "This file is called “letter.docx”, and inside it is something else."),
        (b"\x00\x01", "letter.txt", "This file is called “letter.txt”, and inside it is something else."),
        (b"x" * (8 * 1024 * 1024 + 1), "letter.txt", "“letter.txt” is larger than 8 MB."),
    ],
)
def test_a_file_is_what_its_octets_say_and_a_name_that_lies_is_refused(
    scene: Scene, data: bytes, name: str, sentence: str
) -> None:
    form = an_open_form(scene.programme, GOAL, PAPER, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(BadFile) as no:
        add_upload(answer, "q5", data, name, by=scene.ada, at=LATER)
    assert no.value.sentence.startswith(sentence)
    assert Upload.objects.count() == 0


def test_a_file_goes_with_the_answer_and_what_it_replaces_is_deleted(scene: Scene, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    form = an_open_form(scene.programme, GOAL, PAPER, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    first = add_upload(answer, "q5", PDF, "../../letter.pdf", by=scene.ada, at=IN_SEPTEMBER)
    answer = sent(form, scene.ada, q5=str(first.pk))
    assert answer.values["q5"] == {"file": str(first.pk), "name": "letter.pdf", "size": len(PDF)}
    second = add_upload(answer, "q5", b"plain words", "letter.md", by=scene.ada, at=LATER)
    answer = sent(form, scene.ada, q5=str(second.pk))
    worker.drain(clock=lambda: LATER, most=40)
    assert [default_storage.exists(each.stored) for each in (first, second)] == [False, True]
    withdraw_answer(answer, by=scene.ada, at=LATER)
    worker.drain(clock=lambda: LATER, most=40)
    assert not default_storage.exists(second.stored)


def test_nobody_sends_the_file_of_somebody_else(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, GOAL, PAPER, people=[first, second])
    theirs = add_upload(start_answer(form, first, by=first, at=IN_SEPTEMBER), "q5", PDF, "a.pdf", by=first, at=IN_SEPTEMBER)
    assert sent(form, second, q5=str(theirs.pk)).values == {"q1": "To learn"}


# -- anonymous


def test_an_anonymous_answer_has_no_person_no_hour_and_no_line_in_the_journal(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada])
    before = JournalEntry.objects.count()
    said_by_nobody(form, scene.ada, q1="Nobody knows it was Ada")
    fields = {field.name for field in AnonymousAnswer._meta.get_fields()}
    assert fields == {"key", "form", "version", "values", "day", "is_shown"}
    assert {field.name for field in Taken._meta.get_fields()} == {"id", "form", "person"}
    kept = AnonymousAnswer.objects.get()
    assert (kept.values, kept.day) == ({"q1": "Nobody knows it was Ada"}, IN_SEPTEMBER.date())
    assert (JournalEntry.objects.count(), Answer.objects.count()) == (before, 0)


def test_an_anonymous_form_is_answered_once_and_keeps_no_draft(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada])
    said_by_nobody(form, scene.ada)
    assert queries.has_taken(form, scene.ada)
    with pytest.raises(AlreadyAnswered):
        said_by_nobody(form, scene.ada)
    with pytest.raises(NotThisWay):
        start_answer(form, scene.ada, by=scene.ada, at=LATER)
    with pytest.raises(NotThisWay):
        said_by_nobody(an_open_form(scene.programme, people=[scene.ada]), scene.ada)
    assert AnonymousAnswer.objects.count() == 1


def test_an_answer_that_is_not_complete_leaves_no_trace_that_somebody_answered(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada])
    with pytest.raises(NotComplete):
        said_by_nobody(form, scene.ada, q1=" ")
    assert (Taken.objects.count(), AnonymousAnswer.objects.count()) == (0, 0)


def test_the_order_of_anonymous_answers_tells_nothing_of_the_order_in_which_they_came(scene: Scene) -> None:
    people = experts(scene.cohort, 4)
    places: Counter[int] = Counter()
    for _ in range(24):
        form = an_anonymous_form(scene.programme, people=people)
        keys = set()
        for number, person in enumerate(people):
            said_by_nobody(form, person, q1=str(number))
            keys |= set(AnonymousAnswer.objects.filter(form=form).values_list("key", flat=True))
        places[as_they_lie(form).index("3")] += 1
        assert len(keys) == 1 + 2 + 3 + 4  # each time all are written anew, under new keys
    assert set(places) == {0, 1, 2, 3}


def as_they_lie(form: Form) -> list[str]:
    """What was answered to the first question, in the order in which the rows lie in the database."""
    place = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "values" FROM forms_anonymousanswer WHERE form_id = %s ORDER BY {place}', [form.pk])
        rows = [value for (value,) in cursor.fetchall()]
    return [(json.loads(value) if isinstance(value, str) else value)["q1"] for value in rows]


def test_anonymous_answers_are_shown_five_at_a_time_and_all_once_the_form_is_closed(scene: Scene) -> None:
    people = experts(scene.cohort, 12)
    form = an_anonymous_form(scene.programme, people=people)
    counts = []
    for person in people:
        said_by_nobody(form, person, q1=f"said {person.name}")
        found = queries.summary(form)
        counts.append((found.count, found.waiting, found.is_withheld))
    assert counts[:5] == [(0, 1, True), (0, 2, True), (0, 3, True), (0, 4, True), (5, 0, False)]
    assert counts[5:] == [
        (5, 1, False),
        (5, 2, False),
        (5, 3, False),
        (5, 4, False),
        (10, 0, False),
        (10, 1, False),
        (10, 2, False),
    ]
    close_form(form, by=None, at=LATER)
    assert (queries.summary(form).count, queries.summary(form).waiting) == (12, 0)


def test_fewer_than_five_anonymous_answers_are_shown_to_nobody_even_of_a_single_question(scene: Scene) -> None:
    people = experts(scene.cohort, 6)
    hidden = replace(GOAL, key="q6", is_required=False, only_if=Condition("q2", Test.IS, "o1"))
    form = an_anonymous_form(scene.programme, GOAL, TRAVEL, hidden, people=people)
    for person in people[:4]:
        said_by_nobody(form, person, q2="o1", q6="Told apart")
    close_form(form, by=None, at=LATER)
    assert (queries.summary(form).tallies, queries.summary(form).is_withheld) == ((), True)
    assert queries.shared_summary(form).tallies == ()
    form = an_anonymous_form(scene.programme, GOAL, TRAVEL, hidden, people=people)
    for number, person in enumerate(people):
        said_by_nobody(form, person, **({"q2": "o1", "q6": "Told apart"} if number < 2 else {"q2": "o2"}))
    close_form(form, by=None, at=LATER)
    assert [tally.question.key for tally in queries.summary(form).tallies] == ["q1", "q2"]


def test_anybody_with_the_address_answers_an_anonymous_form_without_signing_in(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, audience=Audience.ANYBODY)
    said_by_nobody(form, None)
    said_by_nobody(form, scene.sam)
    assert (AnonymousAnswer.objects.count(), Taken.objects.count()) == (2, 0)
    with pytest.raises(NotAllowed):
        said_by_nobody(an_anonymous_form(scene.programme, people=[scene.ada]), None)


# -- erased and merged


def test_an_erasure_takes_answers_and_files_along_and_leaves_nobodys(scene: Scene, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    form = an_open_form(scene.programme, GOAL, PAPER, people=[scene.ada])
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    upload = add_upload(answer, "q5", PDF, "a.pdf", by=scene.ada, at=IN_SEPTEMBER)
    sent(form, scene.ada, q5=str(upload.pk))
    nobodys = an_anonymous_form(scene.programme, people=[scene.ada])
    said_by_nobody(nobodys, scene.ada, q1="I work with Ada Lindqvist")
    due = IN_SEPTEMBER + timedelta(days=14)
    carry_out_erasure(ask_erasure(scene.ada, by=None, at=IN_SEPTEMBER), by=None, at=due)
    worker.drain(clock=lambda: due, most=50)
    assert (Answer.objects.count(), Upload.objects.count(), Taken.objects.count()) == (0, 0, 0)
    assert not default_storage.exists(upload.stored)
    assert AnonymousAnswer.objects.get().values == {"q1": "I work with An Expert"}


def test_two_records_that_are_one_person_have_one_answer_afterwards(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second])
    other = an_open_form(scene.programme, people=[second])
    sent(form, first, q1="Kept")
    sent(form, second, q1="Twice")
    sent(other, second, q1="Moved")
    merge_people(first, second, choices={}, by=None, at=LATER)
    found = Answer.objects.filter(person=first).order_by("form")
    assert [(each.form_id, each.values["q1"]) for each in found] == [(form.pk, "Kept"), (other.pk, "Moved")]
    assert Form.objects.get(pk=form.pk).asked.count() == 1
