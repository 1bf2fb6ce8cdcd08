"""What becomes of a message when it is due, from the facts and the choices as they are at that moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from hub.core.choices import Cadence, Topic, cadence_of, digest_at
from hub.core.outbox import UNDELIVERED, Outgoing, Word, is_in_time
from hub.kit.among import among
from hub.kit.home import home_zone
from hub.messaging.commands.digests import DIGEST, NO_ADDRESS, TOO_LATE
from hub.messaging.happenings import Fact, audiences_of
from hub.messaging.models import Choice, Mailing, Message
from hub.messaging.queries.outbox import parts_of
from hub.messaging.wanted import FactsOf, by_happening, over_by, wants
from hub.people.queries.reached import Reached, over_and_not_to_be_written_to, plainly_reached, reached
from hub.programmes.models import Programme

_NOT_THERE = "It did not arrive at the address the Hub has for them."
NOT_AFTER = "Their part in the programme is over, and they have not agreed to be written to after it."


@dataclass(frozen=True, slots=True)
class GoesTo:
    """The message goes now: to this address, about this fact; a digest holds `parts`."""

    address: str
    reached: Reached | None
    zone: str
    fact: Fact | None = None
    parts: tuple[tuple[Message, Fact | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The message does not go now: the verb it is moved along, and why in words; what else the verb needs."""

    verb: str
    why: str = ""
    due_at: datetime | None = None
    until: datetime | None = None
    cadence: Cadence | None = None
    zone: str = field(default_factory=home_zone)


class Groups:
    """Who is chosen by letters, remembered for seconds: a group of thousands is not read anew for every fifty messages."""

    FRESH = timedelta(seconds=5)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._chosen: dict[int, tuple[datetime, frozenset[int]]] = {}

    def of(self, mailing: Mailing, programme: Programme, *, at: datetime) -> frozenset[int]:
        """Give the keys of the people a letter is written to, as of the last few seconds."""
        read_at, chosen = self._chosen.get(mailing.pk, (datetime.min.replace(tzinfo=UTC), frozenset()))
        if at - read_at > self.FRESH:
            chosen = chosen_people(mailing, programme, at=at)
            self._chosen[mailing.pk] = (at, chosen)
        return chosen


class Decider:
    """Decides for many messages at once: a handful of queries for each programme and happening, none for a message."""

    def __init__(self, *, at: datetime, groups: Groups | None = None, is_looking: bool = False) -> None:
        """Keep the moment all of them are decided at; facts are read anew by each decider.

        Who is only looking changes nothing, and sees what would become of each at its time.
        """
        self.at = at
        self._is_looking = is_looking
        self._groups = groups or Groups()
        self._facts: dict[int, FactsOf] = {}
        self._silent: frozenset[tuple[int, int]] = frozenset()

    def decide(self, messages: Sequence[Message]) -> list[GoesTo | Decision]:
        """Decide, in the order of the messages."""
        parts = self._parts(messages)
        everything = [*messages, *(part for those in parts.values() for part in those)]
        people = reached({each.person_id for each in everything if each.person_id is not None})
        chosen = self._choices(everything)
        self._silent |= self._not_after(everything)
        self._read(everything)
        return [self._one(message, people, chosen, parts.get(message.pk, [])) for message in messages]

    def _one(
        self,
        message: Message,
        who: Mapping[int, Reached],
        chosen: Mapping[tuple[int, int, str], Cadence],
        parts: Sequence[Message],
    ) -> GoesTo | Decision:
        fact, cadence = self._fact(message), self._cadence(message, chosen)
        # Who chose to hear late is told late: it is too late for them when the thing itself is over.
        until = self._over_at(message, fact) if cadence.is_gathered else message.until
        if until is not None and until < self.at:
            return Decision("missed", TOO_LATE)
        if (no := self._by_the_facts(message, fact)) is not None:
            return no
        if message.hook_id is not None:
            return self._to_chat(message, fact)
        to = who.get(message.person_id or 0)
        topic = Topic(message.topic)
        if to is None or (to.is_leaving and not topic.is_duty):
            return Decision("withdrawn", "They are no longer with us, or asked to be forgotten.")
        if self._is_after(message):
            return Decision("unwanted", NOT_AFTER)
        if not to.email:  # the facts bring back what a rule asks for, once there is one
            return Decision("unreached" if message.rule_key.startswith("rule:") else "refused", NO_ADDRESS)
        if _did_not_arrive(message, to.email):
            return Decision("unreached", _NOT_THERE)
        zone = to.zone or home_zone()
        if message.happening == DIGEST:
            going = tuple((part, self._fact(part)) for part in parts if self._still_goes(part, chosen, to.email))
            return GoesTo(to.email, to, zone, None, going) if going else Decision("withdrawn", "Nothing is left in it.")
        invite = fact.invite_for(message.person_id) if fact is not None else None
        if invite is not None and invite.method == "CANCEL":
            return GoesTo(to.email, to, zone, fact)  # what stands in their calendar must not outlive the session
        if cadence is Cadence.OFF:
            return Decision("unwanted", "They chose not to hear of this.")
        if cadence.is_gathered:
            digest = digest_at(cadence, zone=zone, at=max(self.at, message.due_at) if self._is_looking else self.at)
            if is_in_time(digest, until):
                return Decision("gathered", cadence=cadence, zone=zone)
        return GoesTo(to.email, to, zone, fact)

    def _cadence(self, message: Message, chosen: Mapping[tuple[int, int, str], Cadence]) -> Cadence:
        """Say how often its recipient hears of what a message is about; a chat always hears at once."""
        return cadence_of(Topic(message.topic), chosen.get((message.person_id or 0, message.programme_id, message.topic)))

    def _is_after(self, message: Message) -> bool:
        """Say whether a message is a letter by hand to somebody whose part is over and who does not want any after it.

        Duty mail goes whatever they said, and so does what a rule makes: that speaks of a thing they have a part in.
        """
        after = (message.person_id or 0, message.programme_id) in self._silent
        return after and message.mailing_id is not None and not Topic(message.topic).is_duty

    def _not_after(self, messages: Sequence[Message]) -> frozenset[tuple[int, int]]:
        by_hand = [each for each in messages if each.mailing_id is not None and not Topic(each.topic).is_duty]
        pairs = {(each.person_id, each.programme_id) for each in by_hand if each.person_id is not None}
        return over_and_not_to_be_written_to(pairs, at=self.at) if pairs else frozenset()

    def _over_at(self, message: Message, fact: Fact | None) -> datetime | None:
        """Say when what a message speaks of is over, None where never; whatever a person insists on is never too late."""
        if message.rule is None or fact is None or message.is_insisted:
            return None
        return over_by(message.rule, fact)

    def _by_the_facts(self, message: Message, fact: Fact | None) -> Decision | None:
        """Say what the facts say against sending now, None where nothing."""
        if message.rule_key.startswith("rule:"):
            if message.rule is None or fact is None:
                return Decision("withdrawn", "What it speaks of is no more.")
            if message.is_insisted:
                return None
            if message.state == Outgoing.SENDING and message.rule.needs_ok and message.word != Word.RELEASED:
                return Decision("prepared")
            times = wants(message.rule, fact, message)
            if times is None:
                return Decision("withdrawn", "The facts no longer ask for it.")
            if times[0] > self.at and not self._is_looking:
                return Decision("put_back", due_at=times[0], until=times[1])
        elif message.mailing is not None and message.person_id is not None:
            chosen = self._groups.of(message.mailing, message.programme, at=self.at)
            return None if message.person_id in chosen else Decision("withdrawn", "They are not among those it is written to.")
        return None

    def _to_chat(self, message: Message, fact: Fact | None) -> GoesTo | Decision:
        if message.hook is None or not message.hook.is_on:
            return Decision("withdrawn", "The channel is switched off.")
        return GoesTo(message.hook.name, None, home_zone(), fact)

    def _still_goes(self, part: Message, chosen: Mapping[tuple[int, int, str], Cadence], address: str) -> bool:
        """Say whether a message goes with the digest that waited for it, to this address, and settle it otherwise."""
        fact = self._fact(part)
        over_at = self._over_at(part, fact)
        if over_at is not None and over_at < self.at:
            return self._not_with_it(part, Outgoing.MISSED, reply=TOO_LATE)
        no = self._by_the_facts(part, fact)
        if no is not None and no.verb == "withdrawn":
            return self._not_with_it(part, Outgoing.WITHDRAWN)
        if no is not None:  # its time is later now, so it waits for that and not for this digest
            times = {"send_at": no.due_at, "due_at": no.due_at, "until": no.until}
            return self._not_with_it(part, Outgoing.WAITING, carried_by=None, **times)
        if self._is_after(part):
            return self._not_with_it(part, Outgoing.UNWANTED, reply=NOT_AFTER)
        if self._cadence(part, chosen) is Cadence.OFF:
            return self._not_with_it(part, Outgoing.UNWANTED)
        if _did_not_arrive(part, address):
            return self._not_with_it(part, Outgoing.UNREACHED, reply=_NOT_THERE)
        return True

    def _not_with_it(self, part: Message, state: Outgoing, **values: Any) -> bool:
        if self._is_looking:
            return False
        gathered = Message.objects.filter(pk=part.pk, state=Outgoing.GATHERED.value)
        gathered.update(state=state.value, state_at=self.at, **values)
        return False

    def _fact(self, message: Message) -> Fact | None:
        if not message.happening or message.happening == DIGEST:
            return None
        return self._facts_of(message.programme).one(message.happening, message.subject_key)

    def _facts_of(self, programme: Programme) -> FactsOf:
        return self._facts.setdefault(programme.pk, FactsOf(programme, at=self.at))

    def _read(self, messages: Sequence[Message]) -> None:
        by_programme: dict[int, list[Message]] = {}
        for message in messages:
            by_programme.setdefault(message.programme_id, []).append(message)
        for some in by_programme.values():
            facts = self._facts_of(some[0].programme)
            for name, subjects in by_happening(some).items():
                if name and name != DIGEST:
                    facts.read(name, subjects)

    def _parts(self, messages: Sequence[Message]) -> dict[int, list[Message]]:
        digests = [message.pk for message in messages if message.happening == DIGEST]
        found: dict[int, list[Message]] = {}
        again = [state.value for state in (Outgoing.GATHERED, *UNDELIVERED)]
        for digest in messages if self._is_looking else ():  # sent again, one that was not taken takes back what went on
            if digest.happening == DIGEST and digest.state in UNDELIVERED:
                found[digest.pk] = list(parts_of(digest).filter(state__in=again))
        if digests:
            rows = Message.objects.filter(carried_by__in=digests, state=Outgoing.GATHERED.value)
            for row in rows.select_related("programme", "rule__template", "mailing", "person").order_by("send_at", "pk"):
                found.setdefault(row.carried_by_id or 0, []).append(row)
        return found

    def _choices(self, messages: Sequence[Message]) -> dict[tuple[int, int, str], Cadence]:
        keys = sorted({message.person_id for message in messages if message.person_id is not None})
        rows = Choice.objects.filter(among("person", keys)).values_list("person", "programme", "topic", "cadence")
        return {(person, programme, topic): Cadence(cadence) for person, programme, topic, cadence in rows}


def chosen_people(mailing: Mailing, programme: Programme, *, at: datetime) -> frozenset[int]:
    """Give the keys of the people a letter is written to now: in its groups or named, and not left out. None named, nobody."""
    wanted = set(mailing.audiences)
    found: set[int] = set(mailing.besides.values_list("pk", flat=True))
    if wanted:
        for audience in audiences_of(programme, at=at):
            if audience.name in wanted:
                found.update(audience.people())
    return frozenset(found - set(mailing.without.values_list("pk", flat=True)))


def who_gets(messages: QuerySet[Message], *, at: datetime) -> list[Message]:
    """Give those of some messages that would reach somebody as things are, at their time or with a digest.

    As many queries for one as for thousands.
    """
    return foreseen(messages, at=at).goes


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of some messages as things are: those that reach somebody, and those their people chose not to hear."""

    goes: list[Message]
    unwanted: dict[str, list[int]]  # keys by why, in words

    def settle(self, *, at: datetime) -> None:
        """Let those that are due and not wanted wait for nobody: where they stand is said at once, not when a worker looks."""
        for why, keys in self.unwanted.items():
            due = Message.objects.filter(among("pk", keys), state=Outgoing.WAITING.value, due_at__lte=at)
            due.update(state=Outgoing.UNWANTED.value, state_at=at, reply=why)


def foreseen(messages: QuerySet[Message], *, at: datetime) -> Foreseen:
    """Say what would become of some messages as things are. As many queries for one as for thousands."""
    # Joined, what thousands of messages have in common would be made anew for each of them.
    rows = list(
        messages.select_related(None).prefetch_related(
            "programme", "rule__template", "rule__hook", "mailing__written_by", "hook"
        )
    )
    found = Foreseen([], {})
    for message, what in zip(rows, Decider(at=at, is_looking=True).decide(rows), strict=True):
        if isinstance(what, GoesTo) or what.verb == "gathered":
            found.goes.append(message)
        elif what.verb == "unwanted":
            found.unwanted.setdefault(what.why, []).append(message.pk)
    return found


def would_not_go(mailing: Mailing, *, at: datetime) -> int:
    """Count the waiting messages of a letter that would reach nobody as things are, though they wait for their time.

    Decided is only about those of whom anything is known that could keep it from them: few, where thousands wait.
    """
    waits = Message.objects.filter(mailing=mailing, state=Outgoing.WAITING.value)
    rows = list(waits.values_list("pk", "person", "topic"))
    if not rows:
        return 0
    keys = sorted({person for _, person, _ in rows if person is not None})
    sure = chosen_people(mailing, mailing.programme, at=at) & plainly_reached(keys)
    sure -= {person for person, _ in over_and_not_to_be_written_to({(key, mailing.programme_id) for key in keys}, at=at)}
    chose = Choice.objects.filter(among("person", keys), programme=mailing.programme_id, cadence=Cadence.OFF.value)
    off = set(chose.values_list("person", "topic"))
    asked = set(waits.filter(Q(until__isnull=False) | ~Q(not_at="")).values_list("pk", flat=True))
    asked |= {pk for pk, person, topic in rows if person not in sure or (person, topic) in off}
    return len(asked) - len(who_gets(Message.objects.filter(among("pk", asked)), at=at)) if asked else 0


def reach_of_batches(programme: Programme, *, at: datetime) -> Counter[tuple[int, str]]:
    """Say how many people would get each batch that is to be looked at, by rule and by what it speaks of."""
    ready = Message.objects.filter(programme=programme, state=Outgoing.PREPARED.value, rule__isnull=False)
    return Counter((message.rule_id or 0, message.subject_key) for message in who_gets(ready, at=at))


def _did_not_arrive(message: Message, address: str) -> bool:
    """Say whether a message that came back for another address would go where it did not arrive before."""
    return bool(message.not_at) and not message.is_insisted and address.lower() in message.not_at.lower().splitlines()


def reply_to(programme: Programme, message: Message, *, at: datetime) -> tuple[str, str] | None:
    """Give name and address answers go to: who wrote the letter, else who reads them for the programme; None for nobody.

    The name is the programme's where they go to its contact address.
    """
    from hub.messaging.queries import reads_answers

    writer = message.mailing.written_by if message.mailing is not None else None
    found = reads_answers(programme, writer=writer, at=at)
    if found is None:
        return None
    person, address = found
    return (person.name if person is not None else programme.name), address
