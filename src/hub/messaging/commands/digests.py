"""Mails that hold several: a message to somebody who hears once a day or a week waits for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet

from hub.core.calendar import say_date
from hub.core.choices import Cadence, Topic, digest_at
from hub.core.outbox import GRACE_AFTER, UNDELIVERED, Outgoing, is_in_time
from hub.kit.home import home_zone
from hub.messaging.commands.leases import advance
from hub.messaging.commands.reconcile import ask_to_send, look_again
from hub.messaging.models import Message
from hub.messaging.queries.outbox import gone_on
from hub.messaging.wanted import FactsOf, by_happening, over_by
from hub.people.models import Person
from hub.people.queries.reached import reached
from hub.programmes.models import Programme

if TYPE_CHECKING:
    from hub.messaging.deciding import Decision

DIGEST = "digest"  # the happening of a mail that holds others
TOO_LATE = "Its time was over before it could go."
NO_ADDRESS = "The Hub has no address for them."
_TRIES = 3  # digests a message may have gone with that were not taken


@transaction.atomic
def gather(message: Message, decision: Decision, *, at: datetime) -> None:
    """Put a message one has in hand with the next digest of its recipient, which is made where there is none yet."""
    if decision.cadence is None or message.person_id is None:
        raise ValueError("only a person hears once a day or a week")
    due = digest_at(decision.cadence, zone=decision.zone, at=at)
    digest = _digest_at(due, decision.cadence, programme=message.programme_id, person=message.person_id, at=at)
    advance(message, "gathered", at=at, carried_by_id=digest)


def _digest_at(due: datetime, cadence: Cadence, *, programme: int, person: int, at: datetime) -> int:
    """Give the key of the digest somebody gets at a moment, which is made where there is none yet."""
    digest, is_new = Message.objects.get_or_create(
        rule_key=f"{DIGEST}:{cadence.value}",
        subject_key=f"{programme}:{due.isoformat()}",
        person_id=person,
        defaults={
            "programme_id": programme,
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
    # One that was thrown away, or had nothing left in it, has something again.
    gone = (Outgoing.DISCARDED.value, Outgoing.WITHDRAWN.value)
    is_back = Message.objects.filter(pk=digest.pk, state__in=gone).update(
        state=Outgoing.WAITING.value, state_at=at, send_at=due, due_at=due
    )
    if is_new or is_back:
        ask_to_send(at=at)
    return digest.pk


def carry(digest: Message, *, at: datetime) -> None:
    """Say that what a digest carried is out with it; in the transaction that says so of the digest."""
    Message.objects.filter(carried_by=digest, state=Outgoing.GATHERED.value).update(
        state=Outgoing.SENT.value, state_at=at, sent_at=at, sent_to=digest.sent_to
    )


def let_fall(digest: Message, *, at: datetime) -> None:
    """What a digest carried that goes to nobody any more is not needed either."""
    Message.objects.filter(carried_by=digest, state=Outgoing.GATHERED.value).update(state=Outgoing.WITHDRAWN.value, state_at=at)


@transaction.atomic
def pass_on(digest: Message, *, at: datetime) -> None:
    """Give what a digest carried that was not taken to the next one of its kind, in the transaction that says so of the digest.

    What was not taken three times is not taken itself, so that nothing goes round for ever where an address is dead. It says
    where it was not taken, or that there was no address, so that another address brings back what a rule asks for.
    """
    parts = Message.objects.filter(carried_by=digest, state=Outgoing.GATHERED.value)
    parts.update(attempts=F("attempts") + 1)
    given_up, why = parts.filter(attempts__gte=_TRIES), {"state_at": at, "reply": digest.reply, "sent_to": digest.sent_to}
    if digest.reply == NO_ADDRESS:
        given_up.filter(rule_key__startswith="rule:").update(state=Outgoing.UNREACHED.value, **why)
    given_up.update(state=Outgoing.REFUSED.value, **why)
    _to_next(parts, too_late=Outgoing.MISSED, at=at)


@transaction.atomic
def bring_back(person: Person, programme: Programme, topic: Topic, *, since: datetime, at: datetime) -> None:
    """Give to its digest again what was taken out because its recipient chose "never" at `since`, and to the next one where
    that has left. What has become too late, or would have gone more than a week ago, stays out. What was overtaken meanwhile
    by something they did not want either is asked for anew, as that.
    """
    taken_out = Message.objects.filter(person=person, programme=programme, topic=topic.value, state=Outgoing.UNWANTED.value)
    taken_out = taken_out.filter(state_at__gte=since, carried_by__isnull=False, carried_by__send_at__gte=at - GRACE_AFTER)
    _ask_for_what_overtook(list(taken_out.filter(rule__isnull=False)), programme, since=since, at=at)
    _to_next(taken_out, too_late=None, at=at)


def _ask_for_what_overtook(taken_out: Sequence[Message], programme: Programme, *, since: datetime, at: datetime) -> None:
    """Let the facts ask anew for what took the place of messages of one person, and was not wanted since a moment."""
    facts = FactsOf(programme, at=at)
    for message in taken_out:
        newer = [fact.subject for fact in facts.all(message.happening) if message.subject_key in fact.instead_of]
        unwanted = Message.objects.filter(rule=message.rule, person=message.person, state=Outgoing.UNWANTED.value)
        refused = unwanted.filter(subject_key__in=newer, state_at__gte=since)
        if newer and refused.update(state=Outgoing.WITHDRAWN.value, state_at=at, reply=""):
            look_again(programme, at=at)


def _to_next(parts: QuerySet[Message], *, too_late: Outgoing | None, at: datetime) -> None:
    """Give messages that were to go with a digest to the next of its kind, or to itself where it is still to come.

    What that would come too late for goes by itself; what is too late already is settled so, or left as it is (None).
    """
    rows = list(parts.select_related("programme", "rule", "carried_by").order_by("pk"))
    people = reached({row.person_id for row in rows if row.person_id is not None})
    over = _over_at(rows, at=at)
    for row in rows:
        assert row.carried_by is not None and row.person_id is not None
        cadence, who = cadence_of_digest(row.carried_by), people.get(row.person_id)
        due = digest_at(cadence, zone=(who.zone if who else "") or home_zone(), at=at)
        if row.carried_by.send_at > at and row.carried_by.state != Outgoing.REFUSED:
            due = row.carried_by.send_at
        here = Message.objects.filter(pk=row.pk, state=row.state)
        if not is_in_time(at, over[row.pk]):
            if too_late is not None:
                here.update(state=too_late.value, state_at=at, reply=TOO_LATE)
        elif is_in_time(due, over[row.pk]):
            digest = _digest_at(due, cadence, programme=row.programme_id, person=row.person_id, at=at)
            here.update(state=Outgoing.GATHERED.value, state_at=at, reply="", carried_by=digest)
        else:
            here.update(state=Outgoing.WAITING.value, state_at=at, reply="", due_at=at, carried_by=None)
            ask_to_send(at=at)


def _over_at(messages: Sequence[Message], *, at: datetime) -> dict[int, datetime | None]:
    """Give when what some messages speak of is over, by the message's key; None for never. As many queries as happenings."""
    by_programme: dict[int, FactsOf] = {}
    for message in messages:
        by_programme.setdefault(message.programme_id, FactsOf(message.programme, at=at))
    for key, facts in by_programme.items():
        for name, subjects in by_happening([each for each in messages if each.programme_id == key and each.rule]).items():
            facts.read(name, subjects)
    over: dict[int, datetime | None] = {}
    for message in messages:
        facts = by_programme[message.programme_id]
        fact = facts.one(message.happening, message.subject_key) if message.rule else None
        over[message.pk] = over_by(message.rule, fact) if message.rule and fact and not message.is_insisted else None
    return over


def take_back(digest: Message, *, at: datetime) -> None:
    """Give a digest that is sent again what it carried: what did not arrive, or went on to a later one that has not left."""
    gone_on(digest).update(carried_by=digest)
    did_not_arrive = Message.objects.filter(carried_by=digest, state__in=[state.value for state in UNDELIVERED])
    did_not_arrive.update(state=Outgoing.GATHERED.value, state_at=at, sent_at=None)


def came_back(digest: Message, *, at: datetime) -> None:
    """What a digest carried that was sent back did not arrive either, in the transaction that says so of the digest."""
    carried = Message.objects.filter(carried_by=digest, state__in=[Outgoing.SENT.value, Outgoing.GATHERED.value])
    carried.update(state=Outgoing.BOUNCED.value, state_at=at, reply=digest.reply, sent_to=digest.sent_to)


def cadence_of_digest(digest: Message) -> Cadence:
    """Say how often such a digest goes."""
    return Cadence(digest.rule_key.partition(":")[2])


def title_of(digest: Message, *, zone: str, programme: str) -> str:
    """Give the subject of a digest: "The Practitioners Hub: your week, Mon 2 September 2024"."""
    from zoneinfo import ZoneInfo

    day = digest.send_at.astimezone(ZoneInfo(zone)).date()
    span = "your week" if cadence_of_digest(digest) is Cadence.WEEKLY else "your day"
    return f"{programme}: {span}, {say_date(day)}"
