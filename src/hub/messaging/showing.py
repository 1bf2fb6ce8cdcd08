"""What a page shows before somebody says "send", and whether it is still what would go: see core.shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from hub.core.outbox import Outgoing
from hub.core.shown import OtherThanShown, difference, difference_of_all, mark_of, read_shown, write_shown
from hub.messaging.commands.digests import DIGEST
from hub.messaging.deciding import who_gets
from hub.messaging.models import Message
from hub.messaging.posting import what_it_says
from hub.messaging.queries import reads_answers
from hub.messaging.wanted import FactsOf, by_happening, recipient_key
from hub.people.queries.reached import reached
from hub.programmes.models import Programme


def shown_key(message: Message) -> str:
    """Give the key of a message on a page: its recipient first, whom a sentence can name, then what it speaks of."""
    recipient = recipient_key(person=message.person_id, hook=message.hook_id)
    return f"{recipient}/{mark_of(message.rule_key, message.subject_key)[:8]}"


def shown_of(messages: Sequence[Message], *, at: datetime, goes: Iterable[Message] | None = None) -> dict[str, str]:
    """Give the keys of some messages of one programme, each with a mark of its words; without one where it would not go.

    `goes` are those that would; None: all of them. As many queries for one as for many.
    """
    going = {message.pk for message in (messages if goes is None else goes)}
    asked = [message for message in messages if message.pk in going]
    people = reached({message.person_id for message in asked if message.person_id is not None})
    facts = FactsOf(asked[0].programme, at=at) if asked else None
    for name, subjects in by_happening(asked).items():
        if facts and name and name != DIGEST:
            facts.read(name, subjects)
    # Who wrote a letter by hand is of the team where answers go to them, so this holds for every letter.
    can_answer = bool(asked) and reads_answers(asked[0].programme, at=at) is not None
    marks = {}
    for message in messages:
        mark = ""
        if message.pk in going and facts is not None:
            is_about = bool(message.happening) and message.happening != DIGEST
            fact = facts.one(message.happening, message.subject_key) if is_about else None
            mark = mark_of(*what_it_says(message, fact, people.get(message.person_id or 0), can_answer=can_answer))
        marks[shown_key(message)] = mark
    return marks


def batches_shown(programme: Programme, *, at: datetime) -> dict[tuple[int, str], dict[str, str]]:
    """Give what would go of each batch that is to be looked at, by rule and by what it speaks of. Constant queries."""
    ready = Message.objects.filter(programme=programme, state=Outgoing.PREPARED.value, rule__isnull=False)
    goes = who_gets(ready, at=at)
    marks, found = shown_of(goes, at=at), dict[tuple[int, str], dict[str, str]]()
    for message in goes:
        key = shown_key(message)
        found.setdefault((message.rule_id or 0, message.subject_key), {})[key] = marks[key]
    return found


def as_shown(messages: Sequence[Message], *, at: datetime, goes: Iterable[Message] | None = None) -> str:
    """Give what a page says it shows, for it to post. As many queries for one message as for many."""
    return write_shown(shown_of(messages, at=at, goes=goes))


def hold_to_shown(
    seen: str | None, messages: Sequence[Message], *, at: datetime, goes: Iterable[Message] | None = None
) -> None:
    """See to it that what would go is what a page showed. `seen` None: somebody who saw no page. Raises OtherThanShown."""
    if seen is None:
        return
    before = read_shown(seen)
    if not before:
        raise OtherThanShown(_UNSEEN)
    if found := difference(before, shown_of(messages, at=at, goes=goes)):
        said = found.say(_called([*found.came, *found.gone, *found.reworded]))
        raise OtherThanShown(f"This changed since you looked: it would go {said}. Look again, then send.")


def hold_all_to_shown(seen: str | None, messages: Sequence[Message]) -> None:
    """See to it that some messages are those a page showed, whatever they say. Raises OtherThanShown."""
    if seen is None:
        return
    before = read_shown(seen)
    if not before:
        raise OtherThanShown(_UNSEEN)
    if found := difference_of_all(before, [shown_key(message) for message in messages]):
        said = found.say(_called([*found.came, *found.gone]))
        raise OtherThanShown(f"This changed since you looked: they are {said}. Look again, then decide.")


_UNSEEN = "The page did not say what you saw. Look again, then decide."


def _called(keys: Collection[str]) -> Callable[[str], str]:
    """Give what says whose a key is: the name of a person, nothing for somebody erased and for a channel."""
    people = reached({number for key in keys if (number := _person_of(key)) is not None})

    def name(key: str) -> str:
        found = people.get(_person_of(key) or 0)
        return found.person.name if found else ""

    return name


def _person_of(key: str) -> int | None:
    kind, _, number = key.partition("/")[0].partition(":")
    return int(number) if kind == "person" and number.isascii() and number.isdecimal() and len(number) < 12 else None
