"""What was told of a thing under one subject is not told of it under another.

A subject names the thing and, where people come to it at different moments, who came together (`form:7`, `form:7:p12`): each is
a fact with a moment. Dates that are edited, or another way of asking, move somebody from one subject to another, and the key of
a message with them. So a fact says which thing it is of (`Fact.thing`), and whoever was told of the thing by a rule is not told
again by it, but for what was told them in a time the fact leaves out (`Fact.anew`): then they were asked anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from hub.core.outbox import Key, Outgoing
from hub.messaging.models import Message
from hub.messaging.wanted import Asked, recipient_key
from hub.programmes.models import Programme

_TOLD = [state.value for state in (Outgoing.SENT, Outgoing.UNCERTAIN, Outgoing.SENDING, Outgoing.DISCARDED, Outgoing.UNWANTED)]
_AT_A_TIME = 100  # things


def told_before(programme: Programme, asked: Iterable[Asked]) -> frozenset[Key]:
    """Give the keys of those of some messages whose person was told of the same thing by the same rule under another subject.

    No query where no fact is of a thing; else one for each hundred things.
    """
    mine: dict[tuple[str, str, str], list[Asked]] = {}
    for each in asked:
        key, person = each.wanted.key, _person_of(each.wanted.key)
        if each.fact.thing and person in each.fact.anew:
            mine.setdefault((each.fact.thing, key.rule, key.recipient), []).append(each)
    found = set()
    for thing, rule, subject, person, told_at in _told(programme, sorted({thing for thing, _, _ in mine})):
        for each in mine.get((thing, rule, recipient_key(person=person)), ()):
            since, until = each.fact.anew[person]
            if each.wanted.key.subject != subject and not since <= told_at < until:
                found.add(each.wanted.key)
    return frozenset(found)


def _person_of(key: Key) -> int | None:
    kind, _, number = key.recipient.partition(":")
    return int(number) if kind == "person" else None


def _told(programme: Programme, things: Collection[str]) -> Iterator[tuple[str, str, str, int, datetime]]:
    """Yield what was told of some things: thing, rule, subject, person and when."""
    rows = Message.objects.filter(programme=programme, state__in=_TOLD, person__isnull=False, rule_key__startswith="rule:")
    names = list(things)
    for start in range(0, len(names), _AT_A_TIME):
        some = names[start : start + _AT_A_TIME]
        of_one = Q(subject_key__in=some)
        for thing in some:
            of_one |= Q(subject_key__startswith=f"{thing}:")
        columns = ("rule_key", "subject_key", "person", "sent_at", "state_at")
        for rule, subject, person, sent_at, state_at in rows.filter(of_one).values_list(*columns):
            if person is not None:
                yield ":".join(subject.split(":")[:2]), rule, subject, person, sent_at or state_at
