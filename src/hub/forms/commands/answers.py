"""Write answers: begin, save, send, change and withdraw one's own; or answer as nobody."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from hub.core.consent import Use
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.forms import (
    ANSWER_MOVES,
    AnswerState,
    Audience,
    Content,
    FormState,
    Kind,
    NotOpen,
    Reading,
    Typed,
    Wrong,
    load,
    read,
    takes_answers,
    typed_in,
)
from hub.forms import events, permissions
from hub.forms.commands.forms import locked
from hub.forms.models import AnonymousAnswer, Answer, Form, FormVersion, Taken, Upload
from hub.kit import jobs, journal
from hub.messaging.commands import facts_changed
from hub.people import commands as people
from hub.people.models import Person, day_of
from hub.services.uploads import BadFile, check_file

CHANGED = "The questions have changed while you answered, so nothing is sent yet."
AT_ONCE = 500  # rows of a table written with one query
MOST_UPLOADS = 20  # files an answer may have kept at once, those that were replaced and not sent yet with them


class NotComplete(Refusal):
    """An answer can't be sent as it is; `reading` says what is wrong beside which question. What was typed is kept."""

    code: ClassVar[str] = "not-complete"

    def __init__(self, reading: Reading) -> None:
        """Say how many things are wrong."""
        count = len(reading.wrong)
        super().__init__("One answer needs another look." if count == 1 else f"{count} answers need another look.")
        self.reading = reading


class AlreadyAnswered(Refusal):
    """An anonymous form is answered once, and nobody can tell which answer it was."""

    code: ClassVar[str] = "already-answered"


class QuestionsChanged(ChangedMeanwhile):
    """Another version was published since the one somebody answered was shown to them."""

    code: ClassVar[str] = "questions-changed"


class NotThisWay(Refusal):
    """An anonymous form is answered without a name, every other with one."""

    code: ClassVar[str] = "not-this-way"


@transaction.atomic
def start_answer(form: Form, person: Person, *, by: Person | None, at: datetime) -> Answer:
    """Begin an answer, or give the one that is there; one that was withdrawn begins anew. A draft moves to the newest version.

    Raises NotAllowed, NotOpen, NotThisWay.
    """
    row = _open(form, person, by=by, at=at)
    if row.is_anonymous:
        raise NotThisWay("This form is anonymous: nothing is kept under your name.")
    version = newest_version(row)
    answer = Answer.objects.select_for_update(of=("self",)).filter(form=row, person=person).first()
    if answer is None:
        return Answer.objects.create(
            form=row, person=person, version=version, state=AnswerState.DRAFT.value, begun_at=at, saved_at=at
        )
    if answer.state == AnswerState.WITHDRAWN:
        answer.state = ANSWER_MOVES.after("begun", AnswerState.WITHDRAWN).value
        answer.version, answer.begun_at, answer.saved_at = version, at, at
        answer.save()
    elif answer.state == AnswerState.DRAFT and answer.version_id != version.pk:
        answer.version = version
        answer.save(update_fields=["version"])
    return answer


@transaction.atomic
def save_answer(answer: Answer, typed: Typed, *, seen: datetime | None = None, by: Person | None, at: datetime) -> Answer:
    """Keep what somebody typed, letter for letter, whether it can be read or not. What they sent before stands until they send.

    `seen` is the `saved_at` they began from, where that is known. Raises NotAllowed, NotOpen, ChangedMeanwhile.
    """
    row = _own(answer, by=by, at=at)
    content = load(newest_version(row.form).content)
    kept = _kept(row, content, typed)
    if not kept and row.values:  # all of it was emptied: a change too, which an empty dict would not tell from none
        kept = {key: [] for key in row.values}
    if kept == row.typed:
        return row
    if seen is not None and seen != row.saved_at:
        raise ChangedMeanwhile("You saved this form in another window meanwhile. What you typed here is still here.")
    row.typed, row.saved_at = kept, at
    row.save(update_fields=["typed", "saved_at"])
    return row


@transaction.atomic
def send_answer(answer: Answer, *, seen: int | None = None, by: Person | None, at: datetime) -> Answer:
    """Send what was saved, as an answer to the newest version; a consent in it goes into the ledger.

    `seen` is the number of the version it was looked over in, where that is known. Sent again with nothing typed since, it
    stays as it was sent. What is hidden by its condition is not sent.
    Raises NotAllowed, NotOpen, QuestionsChanged, NotComplete, and what the ledger refuses with.
    """
    row = _own(answer, by=by, at=at)
    if row.state == AnswerState.SENT and not row.typed:  # pressed twice, or in another window
        return row
    version = newest_version(row.form)
    if seen is not None and seen != version.number:
        raise QuestionsChanged(CHANGED)
    content = load(version.content)
    reading = _with_files(read(content, row.typed), content, row)
    if reading.wrong:
        raise NotComplete(reading)
    _record_consents(row, content, reading, by=by, at=at)
    is_again = row.state == AnswerState.SENT
    row.state = ANSWER_MOVES.after("sent", AnswerState(row.state)).value
    row.version, row.values, row.typed, row.sent_at, row.saved_at = version, reading.values, {}, at, at
    row.is_imported = row.is_taken_back = False  # their own words now, which no file changes
    row.save()
    kept = [value["file"] for key, value in reading.values.items() if _kind(content, key) is Kind.FILE]
    _delete_uploads(row, besides=kept, at=at)
    journal.record("sent", row, by=by, at=at, part_of=row.form, about=row.person, version=version.number, again=is_again)
    events.answer_sent.send(Answer, answer=row, at=at)
    facts_changed(row.form.programme_id, at=at)
    return row


@transaction.atomic
def withdraw_answer(answer: Answer, *, by: Person | None, at: datetime) -> Answer:
    """Take an answer back: what it said is deleted, its files too. Possible as long as it is kept, open or closed.

    What was consented to in it stays in the ledger; it is taken back there. Once it was kept for its time nothing of it is left
    but numbers nobody can take apart, so there is nothing to withdraw. Raises NotAllowed, NotFromHere, NotOpen.
    """
    if by is None or by.pk != answer.person_id:
        raise NotAllowed("People withdraw their own answers.")
    row = _locked(answer)
    if row.purged_at is not None:  # who began anew would be counted twice: the numbers hold the first answer for good
        raise NotOpen("What you sent was kept for its time and is gone. Only numbers without names are left.")
    before = AnswerState(row.state)
    row.state = ANSWER_MOVES.after("withdrawn", before).value
    row.values, row.typed, row.sent_at, row.saved_at = {}, {}, None, at
    row.is_taken_back = row.is_taken_back or before is AnswerState.SENT
    row.save()
    _delete_uploads(row, at=at)
    journal.record("withdrawn", row, by=by, at=at, part_of=row.form, about=row.person)
    if before is AnswerState.SENT:
        events.answer_withdrawn.send(Answer, answer=row, at=at)
        facts_changed(row.form.programme_id, at=at)
    return row


@transaction.atomic
def add_upload(answer: Answer, question: str, data: bytes, filename: str, *, by: Person | None, at: datetime) -> Upload:
    """Keep a file for a question of an answer; it counts once the answer is sent. Raises NotAllowed, NotOpen, BadFile."""
    row = _own(answer, by=by, at=at)
    found = load(newest_version(row.form).content).question(question)
    if found is None or found.kind is not Kind.FILE:
        raise BadFile("This form asks for no such file.", field=question)
    checked = check_file(data, filename)
    if row.uploads.count() >= MOST_UPLOADS:
        raise BadFile("That is many files. Send the form with those that are there first.", field=question)
    name = default_storage.save(f"answers/{secrets.token_urlsafe(18)}.{checked.kind.value}", ContentFile(data))
    return Upload.objects.create(
        answer=row,
        person=row.person,
        question=question,
        name=checked.name,
        stored=str(name),
        kind=checked.kind.value,
        size=checked.size,
        uploaded_at=at,
    )


@transaction.atomic
def answer_anonymously(form: Form, typed: Typed, *, version: int, by: Person | None, at: datetime) -> None:
    """Take an anonymous answer to the version that was shown. Nothing kept tells whose it is, or when in the day it came.

    That `by` answered is kept apart, without a time; the pile of answers is written anew in another order, under new keys,
    so that no order and no transaction joins the two. Nothing goes into the journal, and no bell rings for messages, as a job
    has a time. See docs/decisions/0014.
    Raises NotAllowed, NotOpen, NotThisWay, AlreadyAnswered, QuestionsChanged, NotComplete.
    """
    row = _open(form, by, by=by, at=at)
    if not row.is_anonymous:
        raise NotThisWay("This form is not anonymous: sign in, and your answer is kept under your name.")
    newest = newest_version(row)
    if newest.number != version:
        raise QuestionsChanged(CHANGED)
    content = load(newest.content)
    reading = read(content, typed_in(content, typed))
    if reading.wrong:
        raise NotComplete(reading)
    if by is not None and row.audience != Audience.ANYBODY:
        try:
            with transaction.atomic():
                Taken.objects.create(form=row, person=by)
        except IntegrityError as no:
            raise AlreadyAnswered("You have answered this form. Which answer is yours nobody can tell, not even we.") from no
    shuffle_in(row, [AnonymousAnswer(form=row, version=newest, values=reading.values, day=day_of(at))])


def shuffle_in(form: Form, new: Iterable[AnonymousAnswer]) -> None:
    """Put answers among the others of their form, all of them under new keys and in a new order; the form is locked.

    Those that wait are shown together once there are enough of them, so that none is told by the moment it appears; and they
    have one day from then on, so that none is told by the moment it goes (`as_one`). The pile is written once, however many
    are new.
    """
    pile = list(AnonymousAnswer.objects.filter(form=form))
    waiting = [each for each in pile if not each.is_shown]
    for each in new:
        pile.append(each)
        waiting.append(each)
        if len(waiting) >= form.smallest_group:
            as_one(waiting)
            waiting = []
    random.SystemRandom().shuffle(pile)
    AnonymousAnswer.objects.filter(form=form).delete()
    AnonymousAnswer.objects.bulk_create(
        (
            AnonymousAnswer(form=form, version_id=each.version_id, values=each.values, day=each.day, is_shown=each.is_shown)
            for each in pile
        ),
        batch_size=AT_ONCE,
    )


def as_one(group: Sequence[AnonymousAnswer]) -> None:
    """Show some answers together, on the day of the first: they go together, and none is kept longer than was promised."""
    day = min(each.day for each in group)
    for each in group:
        each.is_shown, each.day = True, day


def newest_version(form: Form) -> FormVersion:
    """Give the version people answer now. Raises NotOpen where there is none."""
    found = form.versions.order_by("-number").first()
    if found is None:
        raise NotOpen("This form is not published yet.")
    return found


def _open(form: Form, person: Person | None, *, by: Person | None, at: datetime) -> Form:
    """Lock a form that asks the person and takes answers now; people answer for themselves."""
    row = locked(form)
    if (by.pk if by else None) != (person.pk if person else None):
        raise NotAllowed("People answer for themselves.")
    if not permissions.can_answer(person, row, at=at):
        raise NotAllowed("This form does not ask you.")
    if not takes_answers(FormState(row.state), row.opens_at, row.closes_at, at=at):
        raise NotOpen("This form takes no answers now.")
    return row


def _locked(answer: Answer) -> Answer:
    rows = Answer.objects.select_for_update(of=("self",)).select_related("form__programme", "form__cohort", "person", "version")
    return rows.get(pk=answer.pk)


def _own(answer: Answer, *, by: Person | None, at: datetime) -> Answer:
    """Lock one's own answer to a form that takes answers now."""
    _open(answer.form, answer.person, by=by, at=at)
    row = _locked(answer)
    if row.state == AnswerState.WITHDRAWN:
        raise NotOpen("You withdrew this answer. Begin anew to send another.")
    if row.purged_at is not None:
        raise NotOpen("What you sent was kept for its time and is gone, so it can’t be changed any more.")
    return row


def _kind(content: Content, key: str) -> Kind | None:
    found = content.question(key)
    return found.kind if found else None


def _kept(row: Answer, content: Content, typed: Typed) -> dict[str, list[str]]:
    """Keep what was typed; of files only those that are this answer's own."""
    kept = typed_in(content, typed)
    own = {str(key) for key in row.uploads.values_list("pk", flat=True)}
    for question in content.asked:
        if question.kind is Kind.FILE:
            theirs = [each for each in kept.pop(question.key, []) if each in own]
            kept |= {question.key: theirs[:1]} if theirs else {}
    return kept


def _with_files(reading: Reading, content: Content, row: Answer) -> Reading:
    """Say of each file in the values what it is called and how large it is."""
    own = {str(each.pk): each for each in row.uploads.all()}
    values: dict[str, Any] = dict(reading.values)
    wrong = list(reading.wrong)
    for key, value in reading.values.items():
        if _kind(content, key) is Kind.FILE:
            upload = own.get(str(value["file"]))
            if upload is None:
                wrong.append(Wrong(key, "This file is not here any more. Choose it again.", key))
            else:
                values[key] = {"file": str(upload.pk), "name": upload.name, "size": upload.size}
    return Reading(values, tuple(wrong), reading.shown)


def _record_consents(row: Answer, content: Content, reading: Reading, *, by: Person | None, at: datetime) -> None:
    """Write what is consented to into the ledger, to the words that were shown. Raises NotComplete where they have changed."""
    asked = [each for each in content.asked if each.kind is Kind.CONSENT and each.use and each.key in reading.values]
    if not asked:
        return
    terms = {(Use(term.use), term.number): term for term in row.form.programme.terms.all()}
    wrong = []
    for question in asked:
        assert question.use is not None
        value = reading.values[question.key]
        term = terms.get((question.use, value["term"]))
        try:
            if term is None:
                raise people.NoWords("These words are not there any more. Read them as they are now.")
            people.answer(row.person, question.use, term, wish=value["wish"], by=by, at=at)
        except Refusal as no:
            wrong.append(Wrong(question.key, no.sentence, question.key))
    if wrong:
        raise NotComplete(Reading(reading.values, tuple(wrong), reading.shown))


def _delete_uploads(row: Answer, *, besides: list[str] | None = None, at: datetime) -> None:
    gone = row.uploads.exclude(pk__in=[int(key) for key in besides or []])
    for stored in gone.values_list("stored", flat=True):
        jobs.delete_file(stored, at=at)
    gone.delete()
