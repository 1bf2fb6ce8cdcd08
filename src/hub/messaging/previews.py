"""Show messages as they would go out now, to the people who look at them first; nothing is written and nothing is sent.

The same code writes the message that leaves (`posting`), so that what is looked at is what goes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.core import letters
from hub.core.calendar import say_instant
from hub.core.choices import Cadence, Topic
from hub.core.letters import Letter, Problem
from hub.core.outbox import Outgoing, comes_back
from hub.core.shown import mark_of
from hub.kit.home import home_zone
from hub.messaging.commands.digests import DIGEST, title_of
from hub.messaging.commands.reconcile import made_by
from hub.messaging.deciding import Decider, Decision, GoesTo
from hub.messaging.happenings import Fact, audiences_of, variables_for, words_of_moments
from hub.messaging.models import Message, Rule
from hub.messaging.once import told_as_another, told_before
from hub.messaging.posting import Composer, Written, example_values, letter_of, own_words, values_for
from hub.messaging.wanted import FactsOf, asked_of, by_happening
from hub.people.models import Person
from hub.people.queries.reached import Reached, reached
from hub.programmes.models import Programme

_EXCERPT = 160
_KEPT = (Outgoing.SENT, Outgoing.UNCERTAIN, Outgoing.BOUNCED)  # what was said then is kept, and is no question any more


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it is now: what it says, where it goes, and what stands against its going."""

    message: Message
    subject: str
    text: str
    html: str
    address: str
    zone: str
    note: str = ""

    @property
    def excerpt(self) -> str:
        """The first words, on one line."""
        flat = " ".join(self.text.partition("\n-- \n")[0].split())
        return flat if len(flat) <= _EXCERPT else f"{flat[:_EXCERPT]}…"


def previews_of(messages: Sequence[Message], *, at: datetime) -> list[Preview]:
    """Write some messages of one programme as they would go now. As many queries for one as for many."""
    asked = [message for message in messages if Outgoing(message.state) not in _KEPT]
    decided = dict(zip([m.pk for m in asked], Decider(at=at, is_looking=True).decide(asked), strict=True)) if asked else {}
    people = reached({message.person_id for message in asked if message.person_id is not None})
    facts = FactsOf(asked[0].programme, at=at) if asked else None
    for name, subjects in by_happening(asked).items():
        if facts and name and name != DIGEST:
            facts.read(name, subjects)
    composer = Composer()
    return [
        _preview(message, decided.get(message.pk), people.get(message.person_id or 0), facts, composer, at=at)
        for message in messages
    ]


def lines_of(messages: Sequence[Message], *, at: datetime) -> list[Preview]:
    """Give some messages of one programme with their subject alone, for a list: nothing else is written or decided."""
    asked = [message for message in messages if Outgoing(message.state) not in _KEPT]
    people = reached({message.person_id for message in asked if message.person_id is not None})
    facts = FactsOf(messages[0].programme, at=at) if messages else None
    for name, subjects in by_happening(asked).items():
        if facts and name and name != DIGEST:
            facts.read(name, subjects)
    return [_line(message, people.get(message.person_id or 0), facts) for message in messages]


def _line(message: Message, who: Reached | None, facts: FactsOf | None) -> Preview:
    if Outgoing(message.state) in _KEPT or facts is None:
        return Preview(message, message.sent_subject, message.sent_body, "", message.sent_to, home_zone())
    zone = (who.zone if who else "") or home_zone()
    address = who.email if who else message.hook.name if message.hook else ""
    if message.happening == DIGEST:
        return Preview(message, title_of(message, zone=zone, programme=message.programme.name), "", "", address, zone)
    fact = facts.one(message.happening, message.subject_key) if message.happening else None
    try:
        subject, _ = letter_of(message)
        words = values_for(message, fact, who.person if who else Person(name="all"), zone=zone)
        title = Letter(subject, "", variables_for(message.happening)).fill(words).subject
    except LookupError:  # its letter is gone, or what it speaks of is
        title = message.own_subject
    return Preview(message, title, "", "", address, zone)


def preview_of(message: Message, *, at: datetime) -> Preview:
    """Write one message as it would go now."""
    return previews_of([message], at=at)[0]


def _preview(
    message: Message,
    decided: GoesTo | Decision | None,
    who: Reached | None,
    facts: FactsOf | None,
    composer: Composer,
    *,
    at: datetime,
) -> Preview:
    if decided is None or facts is None:
        return Preview(message, message.sent_subject, message.sent_body, "", message.sent_to, home_zone())
    zone = (who.zone if who else "") or home_zone()
    address = who.email if who else message.hook.name if message.hook else ""
    if isinstance(decided, GoesTo):
        to, note = decided, ""
    else:
        is_about = bool(message.happening) and message.happening != DIGEST
        fact = facts.one(message.happening, message.subject_key) if is_about else None
        to, note = GoesTo(address, who, zone, fact), _note(decided, zone)
    written: Written | None = None
    if message.hook is not None or to.reached is not None:
        try:
            written = composer.write(message, to, at=at)
        except LookupError:  # its letter is gone, or what it speaks of is
            note = note or "Its words can’t be written any more: what it speaks of is gone."
    if written is None:
        return Preview(message, message.own_subject, "", "", address, zone, note)
    return Preview(message, written.subject, written.text, written.html, address, zone, note)


def _note(decision: Decision, zone: str) -> str:
    """Say what would become of a message as things are."""
    if decision.verb == "gathered":
        often = "daily" if decision.cadence is Cadence.DAILY else "weekly"
        return f"They chose to hear of this in their {often} mail, and it goes with that."
    if decision.verb in ("refused", "unreached"):
        return f"It can’t go as things are: {_small(decision.why)}"
    return f"It would not go as things are: {_small(decision.why)}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _called(fact: Fact, otherwise: str) -> str:
    """Give what people call the thing a fact speaks of: its title, else its first words."""
    title = next((word for name, word in fact.values.items() if name.endswith(".title") and word), "")
    return title or next((word for name, word in fact.values.items() if word and not name.endswith(".link")), otherwise)


# -- a letter that is being written


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is being written: what is wrong with it, and what it would say."""

    problems: tuple[Problem, ...]
    subject: str
    text: str
    html: str

    def of(self, line: int | None) -> tuple[Problem, ...]:
        """Give the problems of the subject (line 0), or those of the body (None)."""
        return tuple(each for each in self.problems if (each.line == 0) == (line == 0))

    @property
    def of_subject(self) -> tuple[Problem, ...]:
        """The problems of the subject."""
        return self.of(0)

    @property
    def of_body(self) -> tuple[Problem, ...]:
        """The problems of the body, each with its line."""
        return self.of(None)


def draft_of(
    subject: str,
    body: str,
    *,
    happening: str,
    programme: Programme,
    topic: Topic | None = None,
    person: Person | None = None,
    fact: Fact | None = None,
) -> Draft:
    """Check a letter and fill it, with one person's facts where somebody is named, else with the examples. No query."""
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").replace("\r", "\n").strip()
    known = variables_for(happening)
    words = example_values(happening)
    if person is not None:
        words |= own_words(person, programme)
    if fact is not None:
        zone = (person.zone if person else "") or home_zone()
        words |= fact.values_for(person.pk) if person else fact.values
        words |= words_of_moments(fact, zone)
        words |= fact.personal_for(person.pk) if person else {}
    problems = tuple(letters.check(subject, body, known))
    letter = Letter(subject, body, known)
    filled = letter.fill({name: words.get(name, "") for name in letter.names})
    return Draft(problems, filled.subject, filled.text, filled.html)


@dataclass(frozen=True, slots=True)
class Instance:
    """Something real a letter can be shown with: its key, and what it is called."""

    subject: str
    label: str


def instances_of(
    programme: Programme, happening: str, subject: str, *, at: datetime, most: int = 60
) -> list[tuple[Instance, Fact]]:
    """Give what a happening speaks of now, the next to come first, each called by the letter's own subject and its moment."""
    facts = [fact for fact in FactsOf(programme, at=at).all(happening) if fact.moment is not None]
    facts.sort(key=lambda fact: (fact.moment < at, abs(fact.moment - at)) if fact.moment else (True, at - at))
    found = []
    for fact in facts[:most]:
        assert fact.moment is not None
        found.append((Instance(fact.subject, f"{_called(fact, subject)[:70]}, {say_instant(fact.moment, fact.zone)}"), fact))
    return found


# -- groups a letter can be written to


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people of a programme, with who is in it now."""

    name: str
    label: str
    people: frozenset[int]
    is_over: bool = False  # of a cohort that has ended


def groups_of(programme: Programme, *, at: datetime) -> list[Group]:
    """Give every group of a programme a letter can be written to, with the people of each."""
    return [Group(each.name, each.label, frozenset(each.people()), each.is_over) for each in audiences_of(programme, at=at)]


def chosen_among(
    groups: Sequence[Group], names: Collection[str], *, besides: Collection[int], without: Collection[int]
) -> frozenset[int]:
    """Give who would get a letter: in one of its groups or named, and not left out. Nothing chosen is nobody."""
    found = set(besides).union(*(group.people for group in groups if group.name in set(names)))
    return frozenset(found - set(without))


# -- what a rule would do


@dataclass(frozen=True, slots=True)
class Would:
    """What switching a rule on makes now: how many messages, to how many people, and the first ones with their moments.

    `mark` is another one where it would make others, as many as they may be.
    """

    count: int
    people: int
    first_at: datetime | None
    first: tuple[tuple[str, datetime], ...] = ()  # what it speaks of, when it goes
    mark: str = ""


def would_make(rule: Rule, *, at: datetime, facts: FactsOf | None = None) -> Would:
    """Say what a rule that is off would make, or bring back, if it were switched on now; what it sent is not made again.

    `facts` are shared by rules that are asked about together.
    """
    facts, there = facts or FactsOf(rule.programme, at=at, rules=[rule]), made_by(rule)
    tried = Rule(
        pk=rule.pk, programme=rule.programme, template=rule.template, happening=rule.happening, audience=rule.audience,
        hook=rule.hook, days=rule.days, hours=rule.hours, clock=rule.clock, needs_ok=rule.needs_ok, is_on=True, on_since=at,
    )  # fmt: skip
    made = []
    asked = [each for fact in facts.all(rule.happening) for each in asked_of(tried, fact)]
    told = told_before(rule.programme, asked) | told_as_another(rule.programme, asked)
    for each in asked:
        wanted, known = each.wanted, there.get(each.wanted.key)
        is_in_time = wanted.until is None or wanted.until >= at
        if wanted.key not in told and (comes_back(known, wanted, at=at) if known is not None else is_in_time):
            made.append((wanted.send_at, wanted.key, each.fact))
    made.sort(key=lambda each: (each[0], each[1]))
    first: dict[str, tuple[str, datetime]] = {}
    for send_at, key, fact in made:
        first.setdefault(key.subject, (_called(fact, key.subject), send_at))
    people = {key.recipient for _, key, _ in made}
    mark = mark_of(*sorted(f"{key.subject} {key.recipient}" for _, key, _ in made))
    return Would(len(made), len(people), made[0][0] if made else None, tuple(first.values())[:5], mark)
