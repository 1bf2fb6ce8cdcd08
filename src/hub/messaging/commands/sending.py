"""Send what is due, each message once: claim it by a lease, look at the facts again, hand it over, say how it went.

A message in hand is certainly not out until it is marked, just before the other side may take it. What a worker that dies
leaves is tried again when its lease has run out; but the one it marked last is *uncertain*, and waits for a person.
Source: docs/decisions/0013.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hub.core.outbox import next_try
from hub.messaging.commands.channels import hook_failed, hook_well
from hub.messaging.commands.digests import DIGEST, carry, gather, let_fall, pass_on
from hub.messaging.commands.leases import advance, claim, clear, mark, put_away, put_back, recover, renew, unhurried
from hub.messaging.deciding import Decider, Decision, GoesTo, Groups
from hub.messaging.models import Message
from hub.messaging.outside import chat_for, knows_tokens, mail_transport
from hub.messaging.posting import Composer, Written
from hub.services.chat import ChatError
from hub.services.mail import Envelope, MailError, MailSession, Misconfigured, Refused, TryLater, Uncertain

AT_ONCE = 400  # messages claimed at a time
_CLEARED = 50  # of these, cleared at a time: so many may be uncertain after a crash of the database
_TURN = timedelta(seconds=20)  # of one run; then other jobs have theirs, or the worker stops, and this one asks for itself
_FAILURES = 2  # of the connection itself, one after the other, before the rest waits
_REST = timedelta(minutes=1)  # how long it waits then
_FRESH = timedelta(seconds=10)  # for so long what was decided of those claimed holds; then the facts are looked at once more
_PUT_AWAY = timedelta(seconds=1)  # the longest that what is out is noted only, and not yet shown as sent
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class LostLease(Exception):
    """Another worker may have the message by now: this one must not hand it over."""


@dataclass(slots=True)
class Run:
    """How a run went: how many were sent, and until when the rest waits because the other side could not be reached.

    `until` is when its turn is over. `unreached` counts those that could not be handed over for the sake of the connection,
    one after the other.
    """

    until: datetime
    sent: int = 0
    unreached: int = 0
    rests_until: datetime | None = None
    trouble: str = ""


def send_due(lane: str, *, clock: Clock) -> Run:
    """Send the messages of a lane ("mail-0", "chat") that are due, for some seconds. Not in a transaction of its own.

    What one message meets never stops the others; a server that can't be reached twice in a row lets all of them wait.
    """
    run = Run(until=clock() + _TURN)
    recover(at=clock())
    is_chat = lane == "chat"
    with unhurried(), ExitStack() as stack:
        session = None if is_chat else stack.enter_context(mail_transport().session())
        composer, groups = Composer(), Groups()
        while claimed := claim(is_chat=is_chat, at=clock(), most=AT_ONCE):
            _work_through(claimed, _Hand(session, composer, run, clock), run, groups, clock=clock)
            if run.rests_until is not None or clock() >= run.until:
                break
    return run


def _work_through(claimed: Sequence[Message], hand: _Hand, run: Run, groups: Groups, *, clock: Clock) -> None:
    """Send what was claimed, or do with it what the facts say; those that a slow server leaves are decided anew."""
    left = claimed
    while left:
        at = clock()
        pairs = list(zip(left, Decider(at=at, groups=groups).decide(left), strict=True))
        try:
            left = left[_hand_over(pairs, hand, run, until=at + _FRESH, clock=clock) :]
        finally:
            hand.settle()
        if run.rests_until is not None or clock() >= run.until:
            put_back(left, at=clock(), due_at=run.rests_until)
            return
        renew(left, at=clock())
        hand.forget()


def _hand_over(
    pairs: Sequence[tuple[Message, GoesTo | Decision]], hand: _Hand, run: Run, *, until: datetime, clock: Clock
) -> int:
    """Work through messages for as long as what was decided is fresh and the other side can be reached; says how many."""
    for position, (message, decision) in enumerate(pairs):
        if run.unreached >= _FAILURES:
            run.rests_until = clock() + _REST
            return position
        if position and clock() >= until:
            return position
        if position % _CLEARED == 0:
            clear([each for each, _ in pairs[position : position + _CLEARED]])
        if not isinstance(decision, GoesTo):
            _settle(message, decision, at=clock())
            continue
        try:
            is_reachable = hand.over(message, decision, following=pairs[position + 1 : position + 3])
        except Exception:
            _log.exception("message %s could not be sent", message.pk)
            _broke(message, at=clock())
            continue
        run.unreached = 0 if is_reachable else run.unreached + 1
    return len(pairs)


def _broke(message: Message, *, at: datetime) -> None:
    """See to a message whose sending failed in a way nobody foresaw; the others go.

    A fact that can't be told, a letter that breaks: it waits, and is shown. Once it may be out, only a person
    may send it again.
    """
    if message.handed_at is not None:
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
    elif decision.verb == "refused":
        _refuse(message, decision.why, at=at)
    elif advance(message, decision.verb, at=at, reply=decision.why) and decision.verb == "withdrawn":
        let_fall(message, at=at)


def _refuse(message: Message, reply: str, *, at: datetime, **values: object) -> None:
    """Say that the other side does not take a message; what a digest carried goes with the next one."""
    with transaction.atomic():
        if advance(message, "refused", at=at, reply=reply[:300], **values) and message.happening == DIGEST:
            pass_on(message, at=at)


class _Hand:
    """What hands messages over, one after the other. At most one is being handed over, or out and not known to be so.

    A commit for a message, its mark: that one is out is known by the mark of the next, and written for many at once. The next
    is in words before one is handed over, so that the other side hears of both at once; and while it thinks, the one after
    that is put into words.
    """

    def __init__(self, session: MailSession | None, composer: Composer, run: Run, clock: Clock) -> None:
        self._session, self._composer, self._run, self._clock = session, composer, run, clock
        self._out: dict[Message, str] = {}  # and what was said to each
        self._put_away_at = clock()
        self._ahead: dict[int, tuple[Written, Envelope | None]] = {}

    def settle(self) -> None:
        """Write that all that is out is sent."""
        out, self._out, self._put_away_at = self._out, {}, self._clock()
        self._run.sent += put_away(out)

    def forget(self) -> None:
        """Forget what was put into words ahead: the facts are looked at anew."""
        self._ahead.clear()

    def over(self, message: Message, to: GoesTo, *, following: Sequence[tuple[Message, GoesTo | Decision]]) -> bool:
        """Send one message; says whether the other side could be reached at all."""
        try:
            return self._over(message, to, following)
        finally:
            if message not in self._out or self._clock() - self._put_away_at >= _PUT_AWAY:
                self.settle()

    def _over(self, message: Message, to: GoesTo, following: Sequence[tuple[Message, GoesTo | Decision]]) -> bool:
        written, envelope = self._ahead.pop(message.pk) if message.pk in self._ahead else self._in_words(message, to)
        clock, run = self._clock, self._run
        try:
            if self._session is not None and envelope is not None:
                reply = self._session.send(
                    envelope,
                    before_handing_over=lambda: self._mark(message, to, written),
                    following=lambda: self._next(following),
                    meanwhile=lambda: self._write_ahead(following[1:]),
                ).reply
            else:
                self._mark(message, to, written)
                assert message.hook is not None and written.post is not None
                chat_for(message.hook).post(written.post, token=message.token)
                hook_well(message.hook, at=clock())
                reply = ""
        except LostLease:
            _log.warning("message %s was taken over by another worker", message.pk)
            return True
        except Uncertain as error:
            advance(message, "lost_sight_of", at=clock(), reply=error.reply[:300])
            return True
        except Refused as error:
            _refuse(message, error.reply, at=clock(), sent_to=to.address)
            return True
        except Misconfigured as error:
            run.trouble = error.reply
            advance(message, "put_back", at=clock(), due_at=clock() + _REST, reply=error.reply[:300])
            return False
        except TryLater as error:
            if error.code == 0:
                run.trouble = error.reply
            _put_off(message, error.reply, to=to.address, at=clock())
            return error.code not in (0, 421)
        except MailError as error:  # whatever else a transport may say is no clear answer
            verb = "lost_sight_of" if message.handed_at is not None else "put_off"
            advance(message, verb, at=clock(), reply=error.reply[:300])
            return True
        except ChatError as error:
            _chat_failed(message, error, at=clock())
            return True
        self._is_out(message, reply=reply[:300])
        return True

    def _mark(self, message: Message, to: GoesTo, written: Written) -> None:
        """Mark the point of no return, with what is sent. Raises LostLease."""
        what = {"sent_to": to.address, "sent_subject": written.subject[:250], "sent_body": written.text, **written.calendar}
        for key, told in written.told.items():
            if key == message.pk:
                what["told"] = told
            else:  # what a digest carries counts as told when that is out with it
                Message.objects.filter(pk=key).update(told=told)
        if not mark(message, at=self._clock(), **what):
            raise LostLease

    def _is_out(self, message: Message, *, reply: str) -> None:
        """Remember that a message is out; what a digest carried is out with it, in one transaction of its own."""
        if message.happening != DIGEST:
            self._out[message] = reply
            return
        at = self._clock()
        with transaction.atomic():
            if advance(message, "sent", at=at, sent_at=at, reply=reply):
                carry(message, at=at)
                self._run.sent += 1

    def _in_words(self, message: Message, to: GoesTo) -> tuple[Written, Envelope | None]:
        written = self._composer.write(message, to, at=self._clock())
        return written, None if written.mail is None else written.envelope(message)

    def _next(self, following: Sequence[tuple[Message, GoesTo | Decision]]) -> Envelope | None:
        """Give the mail that follows, where one does and goes."""
        self._write_ahead(following[:1])
        ahead = self._ahead.get(following[0][0].pk) if following else None
        return ahead[1] if ahead is not None else None

    def _write_ahead(self, following: Sequence[tuple[Message, GoesTo | Decision]]) -> None:
        for message, to in following:
            if isinstance(to, GoesTo) and message.pk not in self._ahead:
                with suppress(Exception):  # what fails here fails again when it is its turn, and is told then
                    self._ahead[message.pk] = self._in_words(message, to)


def _put_off(message: Message, reply: str, *, to: str = "", at: datetime, not_before: datetime | None = None) -> None:
    """Try again later, or never where that would be too late; `to` is the address that did not take it, if it is for that."""
    attempts = message.attempts + 1
    again = next_try(attempts, at=at, until=message.until)
    if again is None:
        _refuse(message, reply, at=at, attempts=attempts, sent_to=to)
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
