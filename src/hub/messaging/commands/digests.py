"""Mails that hold several: a message to somebody who hears once a day or a week waits for the next one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction

from hub.core.calendar import say_date
from hub.core.choices import Cadence, Topic, digest_at
from hub.core.outbox import Outgoing
from hub.messaging.commands.leases import advance
from hub.messaging.commands.reconcile import ask_to_send
from hub.messaging.models import Message

if TYPE_CHECKING:
    from hub.messaging.deciding import Decision

DIGEST = "digest"  # the happening of a mail that holds others


@transaction.atomic
def gather(message: Message, decision: Decision, *, at: datetime) -> None:
    """Put a message one has in hand with the next digest of its recipient, which is made where there is none yet."""
    if decision.cadence is None or message.person_id is None:
        raise ValueError("only a person hears once a day or a week")
    due = digest_at(decision.cadence, zone=decision.zone, at=at)
    digest, is_new = Message.objects.get_or_create(
        rule_key=f"{DIGEST}:{decision.cadence.value}",
        subject_key=f"{message.programme_id}:{due.isoformat()}",
        person_id=message.person_id,
        defaults={
            "programme_id": message.programme_id,
            "happening": DIGEST,
            "topic": Topic.NEWS.value,
            "send_at": due,
            "due_at": due,
            "state": Outgoing.WAITING.value,
            "state_at": at,
            "token": uuid4().hex,
            "made_at": at,
        },
    )
    advance(message, "gathered", at=at, carried_by_id=digest.pk)
    # One that was thrown away, or had nothing left in it, has something again.
    gone = (Outgoing.DISCARDED.value, Outgoing.WITHDRAWN.value)
    is_back = Message.objects.filter(pk=digest.pk, state__in=gone).update(
        state=Outgoing.WAITING.value, state_at=at, send_at=due, due_at=due
    )
    if is_new or is_back:
        ask_to_send(at=at)


def carry(digest: Message, *, at: datetime) -> None:
    """Say that what a digest carried is out with it; in the transaction that says so of the digest."""
    Message.objects.filter(carried_by=digest, state=Outgoing.GATHERED.value).update(
        state=Outgoing.SENT.value, state_at=at, sent_at=at, sent_to=digest.sent_to
    )


def let_fall(digest: Message, *, at: datetime) -> None:
    """What a digest carried that goes to nobody any more is not needed either."""
    Message.objects.filter(carried_by=digest, state=Outgoing.GATHERED.value).update(state=Outgoing.WITHDRAWN.value, state_at=at)


def cadence_of_digest(digest: Message) -> Cadence:
    """Say how often such a digest goes."""
    return Cadence(digest.rule_key.partition(":")[2])


def title_of(digest: Message, *, zone: str, programme: str) -> str:
    """Give the subject of a digest: "The Practitioners Hub: your week, Mon 2 September 2024"."""
    from zoneinfo import ZoneInfo

    day = digest.send_at.astimezone(ZoneInfo(zone)).date()
    span = "your week" if cadence_of_digest(digest) is Cadence.WEEKLY else "your day"
    return f"{programme}: {span}, {say_date(day)}"
