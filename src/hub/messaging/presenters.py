"""How the journal of messages reads, and who may read it: the team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.messaging.models import Mailing, Message, Rule
from hub.messaging.permissions import can_write
from hub.people.models import Person

PLAINLY = {
    ("chose", "people.Person"): "chose what to hear",
    ("made-correspondent", "programmes.Programme"): "said who reads answers",
    ("channel-added", "messaging.Hook"): "added a chat channel",
    ("channel-edited", "messaging.Hook"): "changed a chat channel",
    ("channel-tried", "messaging.Hook"): "wrote a hello to a chat channel",
    ("channel-removed", "messaging.Hook"): "took a chat channel away",
    ("mailing-begun", "messaging.Mailing"): "began a letter",
    ("mailing-edited", "messaging.Mailing"): "wrote a letter further",
    ("mailing-removed", "messaging.Mailing"): "threw a letter away",
    ("message-edited", "messaging.Message"): "gave one message words of its own",
    ("message-held", "messaging.Message"): "held a message",
    ("message-discarded", "messaging.Message"): "threw a message away",
    ("message-released", "messaging.Message"): "let a message go",
    ("message-sent-again", "messaging.Message"): "sent a message again",
    ("message-arrived", "messaging.Message"): "said that a message did arrive",
}
_WITH_TITLE = {
    ("template-written", "messaging.Template"): "wrote the letter",
    ("template-edited", "messaging.Template"): "changed the letter",
    ("template-removed", "messaging.Template"): "took the letter away:",
    ("rule-added", "messaging.Rule"): "added a rule for the letter",
    ("rule-removed", "messaging.Rule"): "took away the rule for the letter",
}
_WITH_COUNT = {
    ("mailing-prepared", "messaging.Mailing"): "made the messages of a letter to look at, for",
    ("mailing-sent", "messaging.Mailing"): "sent a letter to",
    ("mailing-stopped", "messaging.Mailing"): "stopped a letter for",
    ("batch-released", "programmes.Programme"): "let messages go to",
    ("batch-discarded", "programmes.Programme"): "threw messages away to",
    ("failed-sent-again", "programmes.Programme"): "sent messages again to",
}
_RULE = {"audience": "To", "days": "Days", "hours": "Hours", "clock": "At", "needs_ok": "Looked at first"}


def _saying(words: str) -> Callable[[Line], Told]:
    return lambda _: Told(words)


def _titled(words: str) -> Callable[[Line], Told]:
    return lambda line: Told(f"{words} “{line.facts.get('title', '')}”")


def _counted(words: str) -> Callable[[Line], Told]:
    def present(line: Line) -> Told:
        count = line.facts.get("count", 0)
        return Told(f"{words} {'1 person' if count == 1 else f'{count} people'}")

    return present


for _table, _make in ((PLAINLY, _saying), (_WITH_TITLE, _titled), (_WITH_COUNT, _counted)):
    for (_verb, _thing), _words in _table.items():
        journal.presenter(_verb, _thing)(_make(_words))


@journal.presenter("rule-edited", "messaging.Rule")
def _rule_edited(line: Line) -> Told:
    return Told("changed a rule", journal.changes_between(line.facts, _RULE, lambda _, value: str(value)))


@journal.presenter("rule-switched", "messaging.Rule")
def _rule_switched(line: Line) -> Told:
    return Told(f"switched “{line.facts.get('title', '')}” {'on' if line.facts.get('is_on') else 'off'}")


@journal.presenter("channel-switched", "messaging.Hook")
def _channel_switched(line: Line) -> Told:
    return Told(f"switched the channel “{line.facts.get('name', '')}” {'on' if line.facts.get('is_on') else 'off'}")


@journal.presenter("usual-rules-adopted", "programmes.Programme")
def _adopted(line: Line) -> Told:
    return Told(f"took over {line.facts.get('count', 0)} of the usual letters")


@journal.readers("messaging.Message")
def _reads_message(row: Message, person: Person | None, *, at: datetime) -> bool:
    return can_write(person, row.programme, at=at)


@journal.readers("messaging.Mailing")
def _reads_mailing(row: Mailing, person: Person | None, *, at: datetime) -> bool:
    return can_write(person, row.programme, at=at)


@journal.readers("messaging.Rule")
def _reads_rule(row: Rule, person: Person | None, *, at: datetime) -> bool:
    return can_write(person, row.programme, at=at)
