"""Send what is due, each message once: claim it by a lease, look at the facts again, hand it over, say how it went.

A message is `sending` while it is certainly not out, and `handing-over` from just before the other side may take it. A worker
that dies leaves one of the two: the first is tried again when its lease has run out, the second is *uncertain* and waits for a
person. Every step is one conditional UPDATE fenced by the lease, so that of two workers one goes on.
Source: docs/decisions/0013.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Field

from hub.core.outbox import LEASE, MOVES, Outgoing, next_try
from hub.messaging.commands.channels import hook_failed, hook_well
from hub.messaging.commands.digests import DIGEST, carry, gather, let_fall
from hub.messaging.deciding import Decider, Decision, GoesTo, Groups
from hub.messaging.models import Message
from hub.messaging.outside import chat_for, knows_tokens, mail_transport
from hub.messaging.posting import Composer
from hub.services.chat import ChatError
from hub.services.mail import MailError, MailSession, Misconfigured, Refused, TryLater, Uncertain

AT_ONCE = 50  # messages claimed at a time
MOST = 1000  # messages of one run; then the job asks for itself again
_FAILURES = 2  # of the connection itself, one after the other, before the rest waits
_REST = timedelta(minutes=1)  # how long it waits then
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class LostLease(Exception):
    """Another worker may have the message by now: this one must not hand it over."""


@dataclass(slots=True)
class Run:
    """How a run went: how many were sent, and until when the rest waits because the other side could not be reached."""

    sent: int = 0
    tried: int = 0
    is_full: bool = False
    rests_until: datetime | None = None
    trouble: str = ""


def send_due(lane: str, *, clock: Clock, most: int = MOST) -> Run:
    """Send the messages of a lane ("mail-0", "chat") that are due, `most` at most. Not in a transaction of its own.

    What one message meets never stops the others; a server that can't be reached twice in a row lets all of them wait.
    """
    run = Run()
    recover(at=clock())
    is_chat = lane == "chat"
    with ExitStack() as stack:
        session = None if is_chat else stack.enter_context(mail_transport().session())
        composer, groups = Composer(), Groups()
        while run.tried < most and run.rests_until is None:
            claimed = claim(is_chat=is_chat, at=clock(), most=min(AT_ONCE, most - run.tried))
            if not claimed:
                return run
            run.tried += len(claimed)
            decisions = Decider(at=clock(), groups=groups).decide(claimed)
            _work_through(claimed, decisions, session, composer, run, clock=clock)
    run.is_full = run.rests_until is None
    return run


@transaction.atomic
def claim(*, is_chat: bool, at: datetime, most: int) -> list[Message]:
    """Take the lease of the messages that are longest due, so that no other worker has them in hand."""
    due = Message.objects.filter(state=Outgoing.WAITING.value, due_at__lte=at, hook__isnull=not is_chat)
    keys = list(
        due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk").values_list("pk", flat=True)[:most]
    )
    lease = uuid4().hex
    Message.objects.filter(pk__in=keys, state=Outgoing.WAITING.value).update(
        state=Outgoing.SENDING.value, state_at=at, lease=lease, leased_until=at + LEASE
    )
    mine = Message.objects.filter(pk__in=keys, lease=lease)
    return list(
        mine.select_related("programme", "rule__template", "rule__hook", "mailing", "person", "hook").order_by("due_at", "pk")
    )


@transaction.atomic
def recover(*, at: datetime) -> None:
    """See to the messages of workers that have not been heard of: wait again, or be uncertain where they may be out."""
    lost = Message.objects.filter(leased_until__lte=at)
    lost.filter(state=Outgoing.SENDING.value).update(
        state=Outgoing.WAITING.value, state_at=at, due_at=at, lease="", leased_until=None
    )
    lost.filter(state=Outgoing.HANDING_OVER.value).update(
        state=Outgoing.UNCERTAIN.value,
        state_at=at,
        lease="",
        leased_until=None,
        reply="The Hub stopped while it handed the message over.",
    )


def advance(message: Message, verb: str, *, at: datetime, **values: Any) -> bool:
    """Take a message one has in hand along a verb; says whether it was still ours. Gives the lease back where it ends."""
    after = MOVES.after(verb, Outgoing(message.state))
    changed: dict[str, Any] = {"state": after.value, "state_at": at, **values}
    if after not in (Outgoing.SENDING, Outgoing.HANDING_OVER):
        changed |= {"lease": "", "leased_until": None}
    if not _updated(message, changed):
        return False
    for name, value in changed.items():
        setattr(message, name, value)
    return True


def _updated(message: Message, changed: Mapping[str, Any]) -> bool:
    """Write some columns of a message where it stands as it was read, under the lease; one statement.

    Written in SQL that is kept: the two updates of each of ten thousand messages cost more to put together than to run.
    """
    columns = {name: _column(name) for name in changed}
    sql = _update_sql(tuple(columns[name].column for name in changed))
    given = [columns[name].get_db_prep_save(value, connection) for name, value in changed.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, message.pk, message.state, message.lease])
        return int(cursor.rowcount) == 1


@lru_cache(maxsize=64)
def _column(name: str) -> Field[Any, Any]:
    column = Message._meta.get_field(name)
    assert isinstance(column, Field)
    return column


@lru_cache(maxsize=32)
def _update_sql(columns: tuple[str, ...]) -> str:
    quoted = connection.ops.quote_name
    sets = ", ".join(f"{quoted(each)} = %s" for each in columns)
    where = " AND ".join(f"{quoted(each)} = %s" for each in ("id", "state", "lease"))
    return f"UPDATE {quoted(Message._meta.db_table)} SET {sets} WHERE {where}"  # noqa: S608  names of our own columns


def _work_through(
    claimed: Sequence[Message],
    decisions: Sequence[GoesTo | Decision],
    session: MailSession | None,
    composer: Composer,
    run: Run,
    *,
    clock: Clock,
) -> None:
    failures = 0
    for position, (message, decision) in enumerate(zip(claimed, decisions, strict=True)):
        if failures >= _FAILURES:
            _put_back(claimed[position:], at=clock(), due_at=clock() + _REST)
            run.rests_until = clock() + _REST
            return
        if not isinstance(decision, GoesTo):
            _settle(message, decision, at=clock())
            continue
        try:
            is_reachable = _hand_over(message, decision, session, composer, run, clock=clock)
        except Exception:
            _log.exception("message %s could not be sent", message.pk)
            _broke(message, at=clock())
            continue
        failures = 0 if is_reachable else failures + 1


def _broke(message: Message, *, at: datetime) -> None:
    """See to a message whose sending failed in a way nobody foresaw; the others go.

    A fact that can't be told, a letter that breaks: it waits, and is shown. Once it may be out, only a person
    may send it again.
    """
    if message.state == Outgoing.HANDING_OVER:
        advance(message, "lost_sight_of", at=at, reply="The Hub failed just after it handed the message over.")
    else:
        _put_off(message, "The Hub could not write this message; whoever runs it finds the reason in its log.", at=at)


def _settle(message: Message, decision: Decision, *, at: datetime) -> None:
    """Do what the facts or the recipient's choice say instead of sending."""
    if decision.verb == "gathered":
        gather(message, decision, at=at)
    elif decision.verb == "put_back" and decision.due_at is not None:
        times = {"send_at": decision.due_at, "until": decision.until}
        advance(message, "put_back", at=at, due_at=decision.due_at, **times)
    elif advance(message, decision.verb, at=at, reply=decision.why) and decision.verb == "withdrawn":
        let_fall(message, at=at)


def _hand_over(
    message: Message, to: GoesTo, session: MailSession | None, composer: Composer, run: Run, *, clock: Clock
) -> bool:
    """Send one message; says whether the other side could be reached at all."""
    written = composer.write(message, to, at=clock())
    kept = {"sent_to": to.address, "sent_subject": written.subject[:250], "sent_body": written.text}

    def mark() -> None:
        if not advance(message, "handed_over", at=clock(), leased_until=clock() + LEASE):
            raise LostLease

    try:
        if session is not None:
            reply = session.send(written.envelope(message), before_handing_over=mark).reply
        else:
            mark()
            assert message.hook is not None and written.post is not None
            chat_for(message.hook).post(written.post, token=message.token)
            hook_well(message.hook, at=clock())
            reply = ""
    except LostLease:
        _log.warning("message %s was taken over by another worker", message.pk)
        return True
    except Uncertain as error:
        advance(message, "lost_sight_of", at=clock(), reply=error.reply[:300], **kept)
        return True
    except Refused as error:
        advance(message, "refused", at=clock(), reply=error.reply[:300], sent_to=to.address)
        return True
    except Misconfigured as error:
        run.trouble = error.reply
        _put_back([message], at=clock(), due_at=clock() + _REST, reply=error.reply)
        return False
    except TryLater as error:
        if error.code == 0:
            run.trouble = error.reply
        _put_off(message, error.reply, at=clock())
        return error.code not in (0, 421)
    except MailError as error:  # whatever else a transport may say is no clear answer
        verb = "lost_sight_of" if message.state == Outgoing.HANDING_OVER else "put_off"
        advance(message, verb, at=clock(), reply=error.reply[:300])
        return True
    except ChatError as error:
        _chat_failed(message, error, at=clock())
        return True
    if _sent(message, at=clock(), reply=reply[:300], **kept, **written.calendar):
        run.sent += 1
    return True


def _sent(message: Message, *, at: datetime, **values: Any) -> bool:
    """Write that a message is out; what a digest carried is out with it, in one transaction."""
    if message.happening != DIGEST:
        return advance(message, "sent", at=at, sent_at=at, **values)
    with transaction.atomic():
        is_ours = advance(message, "sent", at=at, sent_at=at, **values)
        if is_ours:
            carry(message, at=at)
    return is_ours


def _put_off(message: Message, reply: str, *, at: datetime, not_before: datetime | None = None) -> None:
    """Try again later, or never where that would be too late."""
    attempts = message.attempts + 1
    again = next_try(attempts, at=at, until=message.until)
    if again is None:
        advance(message, "refused", at=at, reply=reply[:300], attempts=attempts)
    else:
        due_at = max(again, not_before) if not_before else again
        advance(message, "put_off", at=at, reply=reply[:300], attempts=attempts, due_at=due_at)


def _chat_failed(message: Message, error: ChatError, *, at: datetime) -> None:
    assert message.hook is not None
    hook_failed(message.hook, error.sentence, at=at)
    if error.is_uncertain and not knows_tokens(message.hook):
        advance(message, "lost_sight_of", at=at, reply=error.sentence[:300])
    elif error.permanent:
        advance(message, "refused", at=at, reply=error.sentence[:300])
    else:
        wait = at + error.retry_after if error.retry_after else None
        _put_off(message, error.sentence, at=at, not_before=wait)


def _put_back(messages: Sequence[Message], *, at: datetime, due_at: datetime, reply: str = "") -> None:
    for message in messages:
        advance(message, "put_back", at=at, due_at=due_at, **({"reply": reply[:300]} if reply else {}))
