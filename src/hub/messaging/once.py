"""What was told of a thing under one subject, or to somebody as one of a group, is not told of it under another.

A subject names the thing and, where people come to it at different moments, who came together (`form:7`, `form:7:p12`): each is
a fact with a moment. Dates that are edited, or another way of asking, move somebody from one subject to another, and the key of
a message with them. So a fact says which thing it is of (`Fact.thing`), and whoever was told of the thing by a rule is not told
again by it, but for what was told them in a time the fact leaves out (`Fact.anew`): then they were asked anew.

Rules tell different groups the same in other words: two days before a session, those who take part, and its guests. Who passes
from one group to another in between has heard it (`Happening.is_once`), from the rule that lies as many days and hours away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from hub.core.outbox import Key, Outgoing
from hub.kit.among import among
from hub.messaging.happenings import happenings
from hub.messaging.models import Message, Rule
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


def told_as_another(programme: Programme, asked: Iterable[Asked]) -> frozenset[Key]:
    """Give the keys of those of some messages whose person was told the same by the rule for a group they are in no more.

    One query where a happening is told once, and for each of its rules that has others beside it one more for each hundred
    subjects.
    """
    mine: dict[int, list[Asked]] = {}
    for each in asked:
        if each.rule.hook_id is None and happenings()[each.rule.happening].is_once:
            mine.setdefault(each.rule.pk, []).append(each)
    names = sorted({those[0].rule.happening for those in mine.values()})
    others = list(Rule.objects.filter(programme=programme, happening__in=names, hook__isnull=True)) if names else []
    found = set()
    for those in mine.values():
        beside = {each.pk: each for each in others if _is_beside(each, those[0].rule)}
        by_both = {(each.fact.subject, _person_of(each.wanted.key)): each for each in those}
        for rule, subject, person in _told_by(beside, by_both):
            again = by_both.get((subject, person))
            if again is not None and person not in again.fact.audiences.get(beside[rule].audience, ()):
                found.add(again.wanted.key)
    return frozenset(found)


def _is_beside(other: Rule, rule: Rule) -> bool:
    """Say whether a rule tells another group of the same, as many days and hours away."""
    is_as_far = (other.happening, other.days, other.hours) == (rule.happening, rule.days, rule.hours)
    return is_as_far and other.audience != rule.audience


def _told_by(rules: Collection[int], pairs: Collection[tuple[str, int | None]]) -> Iterator[tuple[int, str, int]]:
    """Yield what some rules told some people of some subjects: rule, subject and person."""
    subjects = sorted({subject for subject, _ in pairs}) if rules else []
    people = sorted({person for _, person in pairs if person is not None})
    rows = Message.objects.filter(among("person", people), rule__in=list(rules), state__in=_TOLD)
    for start in range(0, len(subjects), _AT_A_TIME):
        told = rows.filter(subject_key__in=subjects[start : start + _AT_A_TIME])
        for rule, subject, person in told.values_list("rule", "subject_key", "person"):
            if rule is not None and person is not None:
                yield rule, subject, person


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
