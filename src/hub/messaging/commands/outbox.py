"""Decide about single messages: edit, hold, throw away, send, send again, say what became of one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet

from hub.core.errors import ChangedMeanwhile, NotFromHere
from hub.core.outbox import MOVES, NobodyChosen, OtherNumber, Outgoing, Word
from hub.core.shown import mark_of
from hub.kit import journal
from hub.kit.states import move
from hub.messaging.commands.digests import DIGEST, came_back, carry, take_back
from hub.messaging.commands.mailings import leave_out, people
from hub.messaging.commands.reconcile import ask_to_send
from hub.messaging.commands.rules import check_letter
from hub.messaging.deciding import foreseen
from hub.messaging.models import Message
from hub.messaging.permissions import require_team
from hub.messaging.showing import hold_all_to_shown, hold_to_shown
from hub.people.models import Person
from hub.programmes.models import Programme

_DOING = "decide about its messages"
_ANEW: dict[str, Any] = {  # a person says: send it again
    "is_insisted": True, "word": Word.RELEASED.value, "until": None, "attempts": 0, "reply": "",
}  # fmt: skip
FAILED = (Outgoing.UNREACHED, Outgoing.REFUSED, Outgoing.BOUNCED)  # it went, or was to go, and did not arrive
GO_AGAIN = (*FAILED, Outgoing.MISSED)  # what a person may send all the same; what nobody sent in time did not fail


class WordsChangedMeanwhile(ChangedMeanwhile):
    """Somebody else gave a message other words since the person began."""

    code: ClassVar[str] = "words-changed-meanwhile"


def mark_of_words(message: Message) -> str:
    """Give what tells the words of its own a message has from any other; a form gives back the mark of what it showed."""
    return mark_of(message.own_subject, message.own_body)


@transaction.atomic
def edit_message(
    message: Message, *, subject: str, body: str, seen: str | None = None, by: Person | None, at: datetime
) -> Message:
    """Give one message words of its own; its variables still follow the facts. Empty words take them back.

    `seen` is the mark of the words the page showed; without it the last one to save wins.
    Raises NotAllowed, BadLetter, NotFromHere, WordsChangedMeanwhile.
    """
    row = _locked(message, by=by, at=at)
    if Outgoing(row.state) not in (Outgoing.PREPARED, Outgoing.HELD, Outgoing.WAITING, Outgoing.GATHERED):
        raise NotFromHere("This message has left, so its words can’t be changed.")
    stood = mark_of_words(row)
    if subject.strip() or body.strip():
        written = check_letter(subject, body, happening=row.happening)
        row.own_subject, row.own_body = written.subject, written.body
    else:
        row.own_subject = row.own_body = ""
    if mark_of_words(row) == stood:
        return row
    if seen is not None and seen != stood:
        raise WordsChangedMeanwhile(
            "Somebody else gave this message other words meanwhile, so yours are not kept yet. Compare the two, then keep."
        )
    Message.objects.filter(pk=row.pk, state=row.state).update(own_subject=row.own_subject, own_body=row.own_body)
    journal.record("message-edited", row, by=by, at=at, part_of=row.programme, about=row.person)
    return row


@transaction.atomic
def hold_message(message: Message, *, by: Person | None, at: datetime) -> Message:
    """Stop a message until somebody decides. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _decided(message, "held", "message-held", by=by, at=at, word=Word.HELD.value)


@transaction.atomic
def discard_message(message: Message, *, by: Person | None, at: datetime) -> Message:
    """Throw a message away: the facts never make it again, and a letter that is not sent yet leaves its recipient out.

    Raises NotAllowed, NotFromHere, ChangedMeanwhile.
    """
    row = _decided(message, "discarded", "message-discarded", by=by, at=at)
    if row.mailing is not None and row.person is not None:
        leave_out(row.mailing, row.person, at=at)
    if row.happening == DIGEST:
        Message.objects.filter(carried_by=row, state=Outgoing.GATHERED.value).update(
            state=Outgoing.DISCARDED.value, state_at=at
        )
    return row


@transaction.atomic
def release_message(message: Message, *, seen: str | None = None, by: Person | None, at: datetime) -> Message:
    """Let a message go that was to be looked at or held, at its time; `seen` is what its page showed.

    Raises NotAllowed, NotFromHere, ChangedMeanwhile, OtherThanShown.
    """
    hold_to_shown(seen, [message], at=at)
    values = {"due_at": max(at, message.send_at), "word": Word.RELEASED.value, "reply": ""}
    row = _decided(message, "released", "message-released", by=by, at=at, **values)
    ask_to_send(at=at)
    return row


@transaction.atomic
def send_again(message: Message, *, by: Person | None, at: datetime) -> Message:
    """Send a message once more that did not arrive, whatever its time was; it keeps its Message-ID, so that one that did
    arrive after all is known again by most mail programs. Raises NotAllowed, NotFromHere, ChangedMeanwhile.
    """
    row = _decided(message, "sent_again", "message-sent-again", by=by, at=at, due_at=at, **_ANEW)
    if row.mailing is not None and row.person is not None:
        row.mailing.without.remove(row.person)  # who was left out because it was thrown away is meant after all
    if row.happening == DIGEST:
        take_back(row, at=at)
    ask_to_send(at=at)
    return row


@transaction.atomic
def say_arrived(message: Message, *, by: Person | None, at: datetime) -> Message:
    """Say that an uncertain message did arrive. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    if message.state != Outgoing.UNCERTAIN:
        raise NotFromHere(f"This message is “{Outgoing(message.state).label}”, so there is nothing to decide.")
    row = _decided(message, "sent", "message-arrived", by=by, at=at, sent_at=message.state_at)
    if row.happening == DIGEST:
        carry(row, at=at)
    return row


@transaction.atomic
def release_batch(
    programme: Programme, *, rule: int, subject: str, count: int, seen: str | None = None, by: Person | None, at: datetime
) -> int:
    """Let the messages of a rule about one thing go that were to be looked at.

    `count` is the number of people on the button: those who would get it; `seen` is what the page showed (see `showing`; None:
    nobody looked at a page). What somebody chose not to hear is settled with them, the rest that would reach nobody when it is
    due. Gives the number.
    Raises NotAllowed, NobodyChosen, OtherThanShown, OtherNumber.
    """
    require_team(by, programme, at=at, doing=_DOING)
    ready = _ready(programme, rule, subject)
    keys = [message.pk for message in ready]
    ahead = foreseen(Message.objects.filter(pk__in=keys), at=at)
    goes = len(ahead.goes)
    if not goes:
        raise NobodyChosen("Nobody is left to send this to.")
    hold_to_shown(seen, ready, goes=ahead.goes, at=at)
    if goes != count:
        raise OtherNumber(f"It would go to {people(goes)} now, not to {people(count)}. Look again, then send.")
    Message.objects.filter(pk__in=keys).update(state=Outgoing.WAITING.value, state_at=at, word=Word.RELEASED.value)
    ahead.settle(at=at)
    journal.record("batch-released", programme, by=by, at=at, count=goes)
    ask_to_send(at=at)
    return goes


@transaction.atomic
def discard_batch(
    programme: Programme, *, rule: int, subject: str, count: int, seen: str | None = None, by: Person | None, at: datetime
) -> int:
    """Throw the messages of a rule about one thing away that were to be looked at: the facts never make them again.

    `count` and `seen` are as for `release_batch`, of all of them. Gives the number.
    Raises NotAllowed, NobodyChosen, OtherThanShown, OtherNumber.
    """
    require_team(by, programme, at=at, doing=_DOING)
    ready = _ready(programme, rule, subject)
    keys = [message.pk for message in ready]
    if not keys:
        raise NobodyChosen("Nothing is left to throw away.")
    hold_all_to_shown(seen, ready)
    if len(keys) != count:
        raise OtherNumber(f"These are {len(keys)} now, not {count}. Look again, then decide.")
    Message.objects.filter(pk__in=keys).update(state=Outgoing.DISCARDED.value, state_at=at)
    journal.record("batch-discarded", programme, by=by, at=at, count=len(keys))
    return len(keys)


def _ready(programme: Programme, rule: int, subject: str) -> list[Message]:
    """Lock what is to be looked at of a rule about one thing."""
    ready = Message.objects.filter(programme=programme, rule=rule, subject_key=subject, state=Outgoing.PREPARED.value)
    return list(_with_letters(ready.select_for_update(of=("self",)).order_by("pk")))


def _with_letters(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.prefetch_related("programme", "rule__template", "mailing", "hook")


@transaction.atomic
def send_failed_again(
    programme: Programme,
    keys: Collection[int],
    *,
    count: int | None = None,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> int:
    """Send those of some messages once more that did not arrive, or were too late; gives how many.

    `count` is what stood on the button, `seen` what the page showed. Raises NotAllowed, NobodyChosen, OtherThanShown,
    OtherNumber.
    """
    require_team(by, programme, at=at, doing=_DOING)
    failed = Message.objects.filter(programme=programme, pk__in=keys, state__in=[state.value for state in GO_AGAIN])
    if seen is not None and (there := list(_with_letters(failed))):
        hold_to_shown(seen, there, at=at)
    if count is not None and (ready := failed.count()) != count and ready:
        raise OtherNumber(f"It would go to {people(ready)} now, not to {people(count)}. Look again, then send.")
    for digest in failed.filter(happening=DIGEST):
        take_back(digest, at=at)
    again = failed.update(state=Outgoing.WAITING.value, state_at=at, due_at=at, lease="", leased_until=None, **_ANEW)
    if not again:
        raise NobodyChosen("None of these messages failed or was too late, so none is sent again.")
    journal.record("failed-sent-again", programme, by=by, at=at, count=again)
    ask_to_send(at=at)
    return again


@transaction.atomic
def note_bounce(token: str, *, to: str, words: str, at: datetime) -> Message | None:
    """Note that a message came back; by the token in its Message-ID, and only if it went to the address the report names.

    Anybody can write such a report, so one that knows less than we do is not believed. None where there is nothing to note.
    """
    row = Message.objects.select_for_update(of=("self",)).filter(token=token).first()
    if row is None or Outgoing(row.state) not in MOVES.sources("bounced") or to.strip().lower() != row.sent_to.lower():
        return None
    move(row, "bounced", along=MOVES, at=at, reply=words[:300])
    if row.happening == DIGEST:
        came_back(row, at=at)
    return row


def _locked(message: Message, *, by: Person | None, at: datetime) -> Message:
    rows = Message.objects.select_for_update(of=("self",)).select_related("programme", "person", "rule__template", "mailing")
    row = rows.filter(pk=message.pk).first()
    if row is None:
        raise ChangedMeanwhile("This message is gone. Look again, please.")
    require_team(by, row.programme, at=at, doing=_DOING)
    return row


def _decided(message: Message, verb: str, told: str, *, by: Person | None, at: datetime, **values: object) -> Message:
    row = _locked(message, by=by, at=at)
    if row.state != message.state:
        raise ChangedMeanwhile("This message moved on meanwhile. Look at it again, then decide.")
    move(row, verb, along=MOVES, at=at, **values)
    journal.record(told, row, by=by, at=at, part_of=row.programme, about=row.person)
    return row
