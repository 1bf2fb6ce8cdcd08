"""Who has a message in hand: claim it by a lease, take it along its table under that lease, see to what a worker left behind.

Every step is one conditional UPDATE fenced by the lease, so that of two workers one goes on. Source: docs/decisions/0013.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, Field

from hub.core.outbox import LEASE, MOVES, Outgoing
from hub.messaging.models import Message

_GIVEN_BACK: Mapping[str, Any] = {"lease": "", "leased_until": None, "handed_at": None}
_SENT: Mapping[str, Any] = {"state": Outgoing.SENT.value, "state_at": F("sent_at"), **_GIVEN_BACK}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a message along its table, with what else is written: not taken yet."""

    message: Message
    values: Mapping[str, Any]


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
    Message.objects.filter(pk__in=keys, state=Outgoing.WAITING.value).update(
        state=Outgoing.SENDING.value, state_at=at, lease=lease, leased_until=at + LEASE
    )
    mine = Message.objects.filter(pk__in=keys, lease=lease).order_by("due_at", "pk")
    return list(mine.prefetch_related("programme", "rule__template", "rule__hook", "mailing__written_by", "hook"))


@transaction.atomic
def recover(*, at: datetime) -> None:
    """See to the messages of workers that have not been heard of.

    What was not handed over waits again, what is out is sent, and what is neither is uncertain.
    """
    lost = Message.objects.filter(state=Outgoing.SENDING.value, leased_until__lte=at)
    lost.filter(handed_at__isnull=True).update(state=Outgoing.WAITING.value, state_at=at, due_at=at, **_GIVEN_BACK)
    lost.filter(sent_at__isnull=False).update(**_SENT)
    lost.update(
        state=Outgoing.UNCERTAIN.value,
        state_at=at,
        reply="The Hub stopped while it handed the message over.",
        **_GIVEN_BACK,
    )


def advance(message: Message, verb: str, *, at: datetime, **values: Any) -> bool:
    """Take a message one has in hand along a verb; says whether it was still ours. Gives the lease back."""
    return take([step(message, verb, at=at, **values)])[0]


def step(message: Message, verb: str, *, at: datetime, **values: Any) -> Step:
    """Give the step a message takes along a verb, to be taken alone or together with another's."""
    after = MOVES.after(verb, Outgoing(message.state))
    return Step(message, {"state": after.value, "state_at": at, **values, **_GIVEN_BACK})


def mark(message: Message, *, at: datetime) -> Step:
    """Give the step over the point of no return: from then on the message may be out."""
    return Step(message, {"handed_at": at, "leased_until": at + LEASE, "sent_at": None})


def out(message: Message, *, at: datetime, **values: Any) -> Step:
    """Give the step by which a message is out, to be taken with the mark of the next one.

    It touches no index, so it costs a fifth of what the change of state does; that is written for many at once by `put_away`.
    """
    return Step(message, {"sent_at": at, **values})


def renew(messages: Sequence[Message], *, at: datetime) -> None:
    """Keep the lease of messages one has in hand and has not come to yet."""
    if messages:
        ours = Message.objects.filter(pk__in=[each.pk for each in messages], lease=messages[0].lease)
        ours.filter(state=Outgoing.SENDING.value).update(leased_until=at + LEASE)


def put_away(messages: Sequence[Message]) -> int:
    """Write of messages that are out that they are sent, and give their leases back; says how many were still ours."""
    if not messages:
        return 0
    ours = Message.objects.filter(pk__in=[each.pk for each in messages], lease=messages[0].lease, sent_at__isnull=False)
    return ours.filter(state=Outgoing.SENDING.value).update(**_SENT)


def take(steps: Sequence[Step]) -> list[bool]:
    """Take some steps in one statement; says of each whether its message was still ours. What is in hand is kept in step."""
    taken = _updated(steps)
    for each in steps:
        if each.message.pk in taken:
            for name, value in each.values.items():
                setattr(each.message, name, value)
    return [each.message.pk in taken for each in steps]


def _updated(steps: Sequence[Step]) -> set[int]:
    """Write columns of messages that stand as they were read, under the lease; one statement, so one commit.

    Written in SQL that is kept: the updates of each of ten thousand messages cost more to put together than to run.
    """
    sql, several = _update_sql(tuple(tuple(each.values) for each in steps))
    given: list[Any] = []
    adapt = connection.ops.adapt_datetimefield_value
    for name, places in several:
        for at in places:
            if len(steps) > 1:
                given.append(steps[at].message.pk)
            value = steps[at].values[name]
            given.append(adapt(value) if isinstance(value, datetime) else value)
    for each in steps:
        given += [each.message.pk, each.message.state, each.message.lease]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return {int(key) for (key,) in cursor.fetchall()}


@lru_cache(maxsize=64)
def _update_sql(names: tuple[tuple[str, ...], ...]) -> tuple[str, list[tuple[str, list[int]]]]:
    """Give the statement that writes these columns of so many messages, and whose value stands where in it."""
    quoted = connection.ops.quote_name
    several = [(name, [at for at, some in enumerate(names) if name in some]) for name in dict.fromkeys(chain(*names))]
    sets = []
    for name, places in several:
        field = Message._meta.get_field(name)
        assert isinstance(field, Field)
        column = quoted(field.attname)
        cases = " ".join("WHEN %s THEN %s" for _ in places)
        sets.append(f"{column} = %s" if len(names) == 1 else f"{column} = CASE {quoted('id')} {cases} ELSE {column} END")
    one = " AND ".join(f"{quoted(each)} = %s" for each in ("id", "state", "lease"))
    where = " OR ".join(f"({one})" for _ in names)
    table = quoted(Message._meta.db_table)
    return f"UPDATE {table} SET {', '.join(sets)} WHERE {where} RETURNING {quoted('id')}", several  # noqa: S608  our own names
