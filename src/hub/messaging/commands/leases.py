"""Who has a message in hand: claim it by a lease, mark it as handed over, see to what a worker left behind.

Every step is one conditional UPDATE fenced by the lease, so that of two workers one goes on. A worker hands over one after the
other, in the order they are claimed, and marks one only when it has written what became of the one before, or when that is
out. So of those it has marked, all but the last are out. Source: docs/decisions/0013.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.db.models import DateTimeField, F, Func, JSONField, Q, QuerySet, TextField, Value, prefetch_related_objects
from django.db.models.functions import Cast, Concat

from hub.core.outbox import LEASE, MOVES, Outgoing
from hub.kit import compiled
from hub.kit.among import among
from hub.messaging.models import Message

_STARTED = Func(function="pg_postmaster_start_time", output_field=DateTimeField())
_GIVEN_BACK: Mapping[str, Any] = {"lease": "", "leased_until": None, "cleared_in": None, "handed_at": None}
_SENT: Mapping[str, Any] = {"state": Outgoing.SENT.value, "state_at": F("handed_at"), "sent_at": F("handed_at"), **_GIVEN_BACK}
_STOPPED = "The Hub stopped while it handed the message over."


@transaction.atomic
def claim(*, is_chat: bool, at: datetime, most: int) -> list[Message]:
    """Take the lease of the messages that are longest due, so that no other worker has them in hand.

    What many of them share (programme, letter, channel) is one object for all.
    """
    due = Message.objects.filter(state=Outgoing.WAITING.value, due_at__lte=at, hook__isnull=not is_chat)
    keys = list(
        due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").values_list("pk", flat=True)[:most]
    )
    lease = uuid4().hex
    Message.objects.filter(among("pk", keys), state=Outgoing.WAITING.value).update(
        state=Outgoing.SENDING.value, state_at=at, lease=lease, leased_until=at + LEASE
    )
    in_hand = Message.objects.filter(among("pk", keys), lease=lease)
    mine = list(in_hand.defer("made_at", "state_at").order_by("due_at", "pk"))
    prefetch_related_objects(mine, *_shared_by(mine))
    return mine


def _shared_by(messages: Sequence[Message]) -> list[str]:
    """Name what some of the messages have in common and others may not have at all."""
    shared = ["programme"]
    if any(each.rule_id is not None for each in messages):
        shared += ["rule__template", "rule__hook"]
    if any(each.mailing_id is not None for each in messages):
        shared.append("mailing__written_by")
    if any(each.hook_id is not None for each in messages):
        shared.append("hook")
    return shared


@transaction.atomic
def recover(*, at: datetime) -> None:
    """See to the messages of workers that have not been heard of.

    Of those a worker marked, the last is uncertain and the others are out. What it did not mark waits again; but where the
    database itself was started anew since they were cleared, it may have lost its last marks, and they are uncertain too.
    """
    in_hand = Message.objects.filter(state=Outgoing.SENDING.value)
    lost = in_hand.filter(leased_until__lte=at)
    leases = set(lost.values_list("lease", flat=True))
    if not leases:
        return
    marked = in_hand.select_for_update(of=("self",)).filter(lease__in=leases, handed_at__isnull=False)
    last = [list(rows)[-1].pk for _, rows in groupby(marked.order_by("lease", "due_at", "pk"), key=lambda row: row.lease)]
    lost.filter(handed_at__isnull=False).exclude(pk__in=last).update(**_SENT)
    uncertain: Mapping[str, Any] = {"state": Outgoing.UNCERTAIN.value, "state_at": at, "reply": _STOPPED, **_GIVEN_BACK}
    if (started := _database_started()) is not None:
        cleared_before = lost.filter(cleared_in__isnull=False).exclude(cleared_in=started)
        for lease, due_at, pk in cleared_before.values_list("lease", "due_at", "pk"):
            cleared = Q(due_at__lt=due_at) | Q(due_at=due_at, pk__lte=pk)
            lost.filter(cleared, lease=lease).update(**uncertain)
    lost.filter(handed_at__isnull=False).update(**uncertain)
    lost.update(state=Outgoing.WAITING.value, state_at=at, due_at=at, **_GIVEN_BACK)


@contextmanager
def unhurried() -> Iterator[None]:
    """Let PostgreSQL take its time to put marks on disk: nobody but a crash of the database itself could tell.

    Against that, what is about to be handed over is cleared before, and that does wait for the disk.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # a connection that broke is made anew without it
            cursor.execute("RESET synchronous_commit")


def clear(messages: Sequence[Message]) -> None:
    """Write, so that it stays whatever happens to the database, that these are about to be handed over. On SQLite nothing.

    It is written on the last of them, for all before it in the order they are handed over: when the database was started that
    they are cleared in, by its own clock. Where it is started anew, that is another.
    """
    if connection.vendor != "postgresql" or not messages:
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
        _ours(messages[-1:]).update(cleared_in=_STARTED)


def _database_started() -> datetime | None:
    """Say when the database was started that we are connected to, None where it runs within ourselves."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        started: datetime = cursor.fetchone()[0]
    return started


def advance(message: Message, verb: str, *, at: datetime, **values: Any) -> bool:
    """Take a message one has in hand along a verb, and give the lease back; says whether it was still ours."""
    after = MOVES.after(verb, Outgoing(message.state))
    return _updated(message, {"state": after.value, "state_at": at, **values, **_GIVEN_BACK})


def mark(message: Message, *, at: datetime, **values: Any) -> bool:
    """Mark the point of no return, with what is sent: from then on the message may be out. Says whether it was still ours.

    It touches no index but the one of calendars, for an invitation, so it costs a fraction of what a change of state does; that
    is written for many at once by `put_away`.
    """
    return _updated(message, {"handed_at": at, "leased_until": at + LEASE, **values})


def renew(messages: Sequence[Message], *, at: datetime) -> None:
    """Keep the lease of messages one has in hand and has not come to yet."""
    if messages:
        _ours(messages).update(leased_until=at + LEASE)


def put_back(messages: Sequence[Message], *, at: datetime, due_at: datetime | None = None) -> None:
    """Let messages one has in hand and has not come to wait, until a moment or as due as they are; gives their leases back."""
    if messages:
        due = {} if due_at is None else {"due_at": due_at}
        _ours(messages).update(state=Outgoing.WAITING.value, state_at=at, **due, **_GIVEN_BACK)


def put_away(replies: Mapping[Message, str]) -> int:
    """Write of messages that are out that they are sent, and what was said to them; says how many were still ours."""
    if not replies:
        return 0
    ours = _ours(list(replies)).filter(handed_at__isnull=False)
    return ours.update(reply=_said({str(message.pk): reply for message, reply in replies.items()}), **_SENT)


def _said(replies: Mapping[str, str]) -> Func:
    """Give what was said to a message, by its key: all of it in one parameter."""
    told, key = Value(json.dumps(replies)), Cast("pk", TextField())
    if connection.vendor == "postgresql":
        return Func(Cast(told, JSONField()), key, function="jsonb_extract_path_text", output_field=TextField())
    path = Concat(Value('$."'), key, Value('"'), output_field=TextField())
    return Func(told, path, function="json_extract", output_field=TextField())


def _ours(messages: Sequence[Message]) -> QuerySet[Message]:
    """Give those of some messages of one lease that are still in hand."""
    keys = [each.pk for each in messages]
    return Message.objects.filter(among("pk", keys), lease=messages[0].lease, state=Outgoing.SENDING.value)


def _updated(message: Message, values: Mapping[str, Any]) -> bool:
    """Write columns of a message that stands as it was read, under the lease; what is in hand is kept in step."""
    where = {"id": message.pk, "state": message.state, "lease": message.lease}
    if not compiled.update(Message, values, where):
        return False
    for name, value in values.items():
        setattr(message, name, value)
    return True
