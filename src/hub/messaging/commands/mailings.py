"""Letters by hand: written to groups and people, looked at message by message, and sent by somebody's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from hub.core.choices import Topic
from hub.core.errors import ChangedMeanwhile, NotFromHere, Refusal
from hub.core.outbox import NobodyChosen, OtherNumber, Outgoing
from hub.kit import journal
from hub.messaging.commands.reconcile import ask_to_send
from hub.messaging.commands.rules import check_letter
from hub.messaging.deciding import chosen_people, foreseen
from hub.messaging.models import Mailing, Message
from hub.messaging.permissions import require_team
from hub.messaging.showing import hold_to_shown
from hub.people.models import Person
from hub.people.queries import known_to_team
from hub.people.queries.reached import reached
from hub.programmes.models import Programme

_DOING = "write to its people"
_OPEN = (Outgoing.PREPARED.value, Outgoing.HELD.value)


class SentAlready(Refusal):
    """The letter is out, or on its way."""

    code: ClassVar[str] = "sent-already"


class MailingChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the letter since the person began."""

    code: ClassVar[str] = "mailing-changed-meanwhile"


class NotKnown(Refusal):
    """Somebody is chosen whom the team does not know."""

    code: ClassVar[str] = "not-known"


@transaction.atomic
def write_mailing(
    programme: Programme,
    *,
    subject: str,
    body: str,
    topic: Topic,
    audiences: Sequence[str] = (),
    besides: Sequence[int] = (),
    without: Sequence[int] = (),
    by: Person | None,
    at: datetime,
) -> Mailing:
    """Begin a letter; it may be half written and go to nobody yet. Raises NotAllowed, NotKnown."""
    require_team(by, programme, at=at, doing=_DOING)
    mailing = Mailing(programme=programme, written_at=at, written_by=by, edited_at=at)
    _put(mailing, subject=subject, body=body, topic=topic, audiences=audiences)
    mailing.save()
    _choose(mailing, besides=besides, without=without, by=by, at=at)
    journal.record("mailing-begun", mailing, by=by, at=at, part_of=programme)
    return mailing


@transaction.atomic
def edit_mailing(
    mailing: Mailing,
    *,
    subject: str,
    body: str,
    topic: Topic,
    audiences: Sequence[str] = (),
    besides: Sequence[int] = (),
    without: Sequence[int] = (),
    seen_at: datetime,
    by: Person | None,
    at: datetime,
) -> Mailing:
    """Change a letter that is not sent; messages that were looked at are made anew, but for whom `without` leaves out: whose
    was thrown away is among them. A message somebody held stays held, and one with words of its own keeps them. What changes
    nothing does nothing. Raises NotAllowed, SentAlready, NotKnown, MailingChangedMeanwhile.
    """
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    _unsent(row)
    before = _said(row)
    _put(row, subject=subject, body=body, topic=topic, audiences=audiences)
    if _said(row) == before and _chosen(row) == (set(besides), set(without)):
        return row
    if row.edited_at != seen_at:
        raise MailingChangedMeanwhile(
            "Somebody else changed this letter meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    row.edited_at, row.prepared_at = at, None
    row.save()
    _choose(row, besides=besides, without=without, by=by, at=at)
    made = Message.objects.filter(mailing=row)
    has_own_words = ~Q(own_subject="") | ~Q(own_body="")
    made.exclude(Q(state=Outgoing.HELD.value) | Q(has_own_words, state=Outgoing.PREPARED.value)).delete()
    made.update(topic=row.topic)
    journal.record("mailing-edited", row, by=by, at=at, part_of=row.programme)
    return row


@transaction.atomic
def prepare_mailing(mailing: Mailing, *, by: Person | None, at: datetime) -> list[Message]:
    """Make the messages of a letter, one for each person chosen now, to be looked at; nothing is sent.

    Done again, people who came are added and people who went are taken out; what somebody edited or threw away stays so.
    Raises NotAllowed, SentAlready, BadLetter, NobodyChosen.
    """
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    _unsent(row)
    check_letter(row.subject, row.body, happening="")
    chosen = set(reached(chosen_people(row, row.programme, at=at)))
    if not chosen:
        raise NobodyChosen("Nobody is chosen, so nobody would get this. Choose a group, or people by name.", field="audiences")
    there = set(Message.objects.filter(mailing=row).values_list("person", flat=True))
    Message.objects.filter(mailing=row, state__in=_OPEN).exclude(person__in=chosen).delete()
    Message.objects.bulk_create(
        (
            Message(
                programme=row.programme,
                mailing=row,
                rule_key=f"mailing:{row.pk}",
                subject_key=str(row.programme_id),
                topic=row.topic,
                person_id=person,
                send_at=at,
                due_at=at,
                state=Outgoing.PREPARED.value,
                state_at=at,
                token=uuid4().hex,
                made_at=at,
            )
            for person in sorted(chosen - there)
        ),
        batch_size=400,
    )
    row.prepared_at = at
    row.save(update_fields=["prepared_at"])
    journal.record("mailing-prepared", row, by=by, at=at, part_of=row.programme, count=len(chosen))
    return list(Message.objects.filter(mailing=row).select_related("person").order_by("pk"))


@transaction.atomic
def send_mailing(
    mailing: Mailing,
    *,
    count: int,
    seen: str | None = None,
    send_at: datetime | None = None,
    by: Person | None,
    at: datetime,
) -> int:
    """Send the messages of a letter that were looked at, now or at a moment; those held or thrown away stay where they are.

    `count` is the number of people on the button, those who would get it; another one now is refused, so that a letter to 14
    people never goes to 15. `seen` is what the page showed (see `showing`; None: nobody looked at a page), so that it never
    goes to 14 others, or in words nobody saw. Gives the number.
    Raises NotAllowed, SentAlready, NobodyChosen, OtherThanShown, OtherNumber.
    """
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    _unsent(row)
    prepared = Message.objects.filter(mailing=row, state=Outgoing.PREPARED.value)
    chosen = chosen_people(row, row.programme, at=at)
    prepared.exclude(person__in=chosen).delete()
    ahead = foreseen(prepared, at=at)
    ready = len(ahead.goes)
    if not ready:
        raise NobodyChosen("Nobody is left to send this to.")
    hold_to_shown(seen, ahead.goes, at=at)
    if ready != count:
        raise OtherNumber(f"It would go to {people(ready)} now, not to {people(count)}. Look again, then send.")
    when = send_at if send_at is not None and send_at > at else at
    prepared.update(state=Outgoing.WAITING.value, state_at=at, send_at=when, due_at=when)
    ahead.settle(at=at)
    row.released_at, row.released_by, row.send_at = at, by, when
    row.save(update_fields=["released_at", "released_by", "send_at"])
    journal.record("mailing-sent", row, by=by, at=at, part_of=row.programme, count=ready)
    ask_to_send(at=at)
    return ready


@transaction.atomic
def stop_mailing(mailing: Mailing, *, by: Person | None, at: datetime) -> int:
    """Hold what has not left yet of a letter that was sent; it can be looked at and sent again. Gives how many were stopped.

    Raises NotAllowed, NotFromHere.
    """
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    waiting = Message.objects.filter(mailing=row, state__in=[Outgoing.WAITING.value, Outgoing.GATHERED.value])
    stopped = waiting.update(state=Outgoing.HELD.value, state_at=at)
    if not stopped:
        raise NotFromHere("Every message of this letter has left already.")
    journal.record("mailing-stopped", row, by=by, at=at, part_of=row.programme, count=stopped)
    return stopped


@transaction.atomic
def release_held(mailing: Mailing, *, count: int, seen: str | None = None, by: Person | None, at: datetime) -> int:
    """Let the held messages of a letter go that was sent and stopped, at its time; `count` is what stood on the button.

    `seen` is what the page showed. Gives the number. Raises NotAllowed, NobodyChosen, OtherThanShown, OtherNumber.
    """
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    held = Message.objects.filter(mailing=row, state=Outgoing.HELD.value)
    ahead = foreseen(held, at=at)
    ready = len(ahead.goes)
    if row.released_at is None or not ready:
        raise NobodyChosen("No message of this letter is held that would reach anybody.")
    hold_to_shown(seen, ahead.goes, at=at)
    if ready != count:
        raise OtherNumber(f"It would go to {people(ready)} now, not to {people(count)}. Look again, then send.")
    held.update(state=Outgoing.WAITING.value, state_at=at, due_at=max(at, row.send_at or at))
    ahead.settle(at=at)
    journal.record("mailing-sent", row, by=by, at=at, part_of=row.programme, count=ready)
    ask_to_send(at=at)
    return ready


@transaction.atomic
def remove_mailing(mailing: Mailing, *, by: Person | None, at: datetime) -> None:
    """Throw a letter away that was never sent. Raises NotAllowed, SentAlready."""
    require_team(by, mailing.programme, at=at, doing=_DOING)
    row = _locked(mailing)
    _unsent(row)
    journal.record("mailing-removed", row, by=by, at=at, part_of=row.programme)
    row.delete()


def leave_out(mailing: Mailing, person: Person, *, at: datetime) -> None:
    """Write a letter to somebody no more whose message was thrown away, also once it is changed; nothing where it was sent.

    Who is changing it at the moment is told that somebody else did.
    """
    if mailing.released_at is None:
        mailing.without.add(person)
        Mailing.objects.filter(pk=mailing.pk).update(edited_at=at)


def people(count: int) -> str:
    """Say a number of people: "1 person", "14 people"."""
    return "1 person" if count == 1 else f"{count} people"


def _locked(mailing: Mailing) -> Mailing:
    rows = Mailing.objects.select_for_update(of=("self",)).select_related("programme", "written_by")
    row = rows.filter(pk=mailing.pk).first()
    if row is None:
        raise MailingChangedMeanwhile("Somebody threw this letter away meanwhile.")
    return row


def _unsent(mailing: Mailing) -> None:
    if mailing.released_at is not None:
        raise SentAlready("This letter was sent already. Write a new one, or stop what has not left yet.")


def _put(mailing: Mailing, *, subject: str, body: str, topic: Topic, audiences: Sequence[str]) -> None:
    mailing.subject = " ".join(subject.split())[:200]
    mailing.body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    mailing.topic = topic.value
    mailing.audiences = sorted(set(audiences))


def _said(mailing: Mailing) -> tuple[str, str, str, list[str]]:
    return mailing.subject, mailing.body, mailing.topic, list(mailing.audiences)


def _chosen(mailing: Mailing) -> tuple[set[int], set[int]]:
    """Give who is chosen by name, and who is left out, by key."""
    return set(mailing.besides.values_list("pk", flat=True)), set(mailing.without.values_list("pk", flat=True))


def _choose(mailing: Mailing, *, besides: Sequence[int], without: Sequence[int], by: Person | None, at: datetime) -> None:
    """Set who is chosen by name; nobody is whom the team does not know. Raises NotKnown."""
    named = sorted({*besides, *without})
    if by is not None and named and known_to_team(by, at=at).filter(pk__in=named).count() != len(named):
        raise NotKnown("One of the people chosen is not known to your programme.", field="besides")
    mailing.besides.set(besides)
    mailing.without.set(without)
