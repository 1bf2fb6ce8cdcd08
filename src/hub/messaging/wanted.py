"""From facts to the messages they ask for: what each rule that is on wants, for whom and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core.outbox import Key, Offset, Wanted, looks_back, over_after, too_late_after
from hub.messaging.happenings import Fact, happenings
from hub.messaging.models import Message, Rule
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Asked:
    """A message a rule asks for, with the fact it speaks of."""

    wanted: Wanted
    rule: Rule
    fact: Fact


def rule_key(rule: Rule) -> str:
    """Give what the messages of a rule are keyed by."""
    return f"rule:{rule.pk}"


def recipient_key(*, person: int | None = None, hook: int | None = None) -> str:
    """Give the recipient's part of a key."""
    return f"person:{person}" if person is not None else f"hook:{hook}"


def key_of(message: Message) -> Key:
    """Give the key of a message there is."""
    return Key(message.rule_key, message.subject_key, recipient_key(person=message.person_id, hook=message.hook_id))


def offset_of(rule: Rule) -> Offset:
    """Give when a rule's messages go."""
    return Offset(days=rule.days, hours=rule.hours, clock=rule.clock)


class FactsOf:
    """The facts of a programme, read once for each happening and set of subjects."""

    def __init__(self, programme: Programme, *, at: datetime, rules: Iterable[Rule] = ()) -> None:
        """Nothing is read before it is asked for; `rules` say how far back there is something to tell."""
        self.programme, self.at = programme, at
        self._offsets: dict[str, list[Offset]] = {}
        for rule in rules:
            self._offsets.setdefault(rule.happening, []).append(offset_of(rule))
        self._all: dict[str, list[Fact]] = {}
        self._some: dict[str, dict[str, Fact | None]] = {}

    def all(self, name: str) -> list[Fact]:
        """Give the facts of a happening its rules may still tell of; nothing for one no room knows any more."""
        if name not in self._all:
            known, since = happenings().get(name), self.at - looks_back(self._offsets.get(name, ()))
            self._all[name] = list(known.facts(self.programme, subjects=None, since=since, at=self.at)) if known else []
        return self._all[name]

    def read(self, name: str, subjects: Collection[str]) -> None:
        """Read the facts of some subjects at once, of whatever age, so that `one` asks nothing more for them."""
        kept = self._some.setdefault(name, {})
        missing = {subject for subject in subjects if subject not in kept}
        known = happenings().get(name)
        if missing and known:
            kept |= {fact.subject: fact for fact in known.facts(self.programme, subjects=missing, at=self.at)}
        for subject in missing:
            kept.setdefault(subject, None)

    def one(self, name: str, subject: str) -> Fact | None:
        """Give the fact of a subject; None where it is no more."""
        self.read(name, (subject,))
        return self._some[name][subject]


def asked_by(rules: Iterable[Rule], facts: FactsOf) -> Iterator[Asked]:
    """Yield every message some rules ask for."""
    for rule in rules:
        for fact in facts.all(rule.happening):
            yield from asked_of(rule, fact)


def asked_of(rule: Rule, fact: Fact) -> Iterator[Asked]:
    """Yield the messages a rule asks for because of one fact: none before the rule was switched on, none without a moment."""
    timed = timing(rule, fact)
    if timed is None:
        return
    send_at, until = timed
    over_at = over_by(rule, fact)
    for recipient in _recipients(rule, fact):
        key = Key(rule_key(rule), fact.subject, recipient)
        yield Asked(Wanted(key, send_at, until, over_at, rule.needs_ok), rule, fact)


def timing(rule: Rule, fact: Fact) -> tuple[datetime, datetime | None] | None:
    """Say when the messages of a rule about a fact go and until when they make sense; None where they do not."""
    happening = happenings().get(rule.happening)
    if not rule.is_on or fact.moment is None or happening is None:
        return None
    offset = offset_of(rule)
    send_at = offset.moment(fact.moment, fact.zone)
    is_standing = happening.is_standing or fact.is_again
    if rule.on_since is not None and send_at < rule.on_since:
        if not is_standing:
            return None
        send_at = rule.on_since
    if is_standing:
        return send_at, fact.over_at
    return send_at, too_late_after(send_at, offset, moment=fact.moment, over_at=fact.over_at)


def over_by(rule: Rule, fact: Fact) -> datetime | None:
    """Say when the messages of a rule about a fact are of no use to who hears once a day or a week; None: never."""
    happening = happenings().get(rule.happening)
    if fact.moment is None or happening is None or happening.is_standing or fact.is_again:
        return fact.over_at
    offset = offset_of(rule)
    return over_after(offset.moment(fact.moment, fact.zone), offset, moment=fact.moment, over_at=fact.over_at)


def wants(rule: Rule, fact: Fact, message: Message) -> tuple[datetime, datetime | None] | None:
    """Say when a message goes by the facts as they are now; None where they no longer ask for it."""
    return timing(rule, fact) if _is_recipient(rule, fact, message) else None


def _is_recipient(rule: Rule, fact: Fact, message: Message) -> bool:
    """Say whether a message is to one of `_recipients`, without writing out the keys of the others: of many, each is asked."""
    if rule.hook_id is not None:
        return message.hook_id == rule.hook_id and _is_news(rule.hook_id, fact)
    return message.hook_id is None and message.person_id in fact.audiences.get(rule.audience, ())


def _is_news(hook: int, fact: Fact) -> bool:
    """Say whether a channel hears of it: what concerns somebody, so no release in which nothing changed, and once."""
    return not fact.is_again and fact.is_news_in.get(hook, any(fact.audiences.values()))


def _recipients(rule: Rule, fact: Fact) -> list[str]:
    if rule.hook_id is not None:
        return [recipient_key(hook=rule.hook_id)] if _is_news(rule.hook_id, fact) else []
    return [recipient_key(person=key) for key in sorted(set(fact.audiences.get(rule.audience, ())))]


def by_happening(messages: Sequence[Message]) -> Mapping[str, set[str]]:
    """Give the subjects of some messages by their happening."""
    found: dict[str, set[str]] = {}
    for message in messages:
        found.setdefault(message.happening, set()).add(message.subject_key)
    return found
