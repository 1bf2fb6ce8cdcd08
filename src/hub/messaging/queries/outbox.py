"""Read the outbox: what waits to be looked at, what waits for its time, what went, and what did not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from hub.core.names import plain
from hub.core.outbox import Outgoing
from hub.kit.among import among
from hub.messaging.models import Mailing, Message
from hub.people.models import Person
from hub.programmes.models import Programme

HELLO = "hello"  # the key of what is written to a channel to try it
_WITH = ("programme", "cohort", "person", "hook", "rule__template", "mailing")


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages of one rule about one thing that a person is to look at: how many, and when the first is to go."""

    rule: int
    title: str
    subject: str
    happening: str
    count: int
    send_at: datetime
    sample: int  # the key of one of them, to show what they are like


def messages_of(
    programme: Programme, states: Collection[Outgoing] = (), *, mailing: Mailing | None = None
) -> QuerySet[Message]:
    """Give the messages of a programme in some states (all: none named), the soonest to go first, then the newest settled."""
    found = Message.objects.filter(programme=programme).select_related(*_WITH)
    if states:
        found = found.filter(state__in=[state.value for state in states])
    if mailing is not None:
        found = found.filter(mailing=mailing)
    return found.order_by("-state_at", "-pk")


def messages_among(programme: Programme, keys: Collection[int]) -> QuerySet[Message]:
    """Give those of some messages (by key) that are of a programme, by the recipient's name."""
    found = Message.objects.filter(programme=programme, pk__in=list(keys)).select_related(*_WITH)
    return found.order_by("person__plain_name", "pk")


def message_of(programme: Programme, pk: int) -> Message | None:
    """Find a message of a programme."""
    return Message.objects.filter(programme=programme, pk=pk).select_related(*_WITH, "carried_by").first()


def messages_to(person: Person, programme: Programme | None = None) -> QuerySet[Message]:
    """Give what went to a person, or is to, newest first; all of it, or what one programme wrote."""
    found = Message.objects.filter(person=person).select_related(*_WITH)
    return (found.filter(programme=programme) if programme else found).order_by("-state_at", "-pk")


def counts(programme: Programme) -> dict[Outgoing, int]:
    """Count the messages of a programme by where they stand. One query."""
    rows = Message.objects.filter(programme=programme).values_list("state").annotate(count=Count("pk")).order_by()
    found = {Outgoing(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in Outgoing}


def batches(programme: Programme) -> list[Batch]:
    """Give what a person is to look at, batch by batch, the soonest first. One query."""
    ready = Message.objects.filter(programme=programme, state=Outgoing.PREPARED.value, rule__isnull=False)
    rows = ready.values_list("rule", "rule__template__title", "subject_key", "happening")
    counted = rows.annotate(count=Count("pk"), first=Min("send_at"), sample=Min("pk"))
    return [Batch(*row) for row in counted.order_by("first", "rule", "subject_key")]


def messages_of_batch(programme: Programme, rule: int, subject: str) -> QuerySet[Message]:
    """Give the messages of a rule about one thing that are to be looked at, or that somebody held or threw away; by name."""
    states = [Outgoing.PREPARED.value, Outgoing.HELD.value, Outgoing.DISCARDED.value]
    found = Message.objects.filter(programme=programme, rule=rule, subject_key=subject, state__in=states)
    return found.select_related(*_WITH).order_by("person__plain_name", "pk")


def found_messages(
    programme: Programme, states: Collection[Outgoing] = (), *, words: str = "", person: int | None = None
) -> QuerySet[Message]:
    """Find messages in some states, to one person (key), with words in the recipient's name or in what they are called."""
    found = messages_of(programme, states)
    if person is not None:
        found = found.filter(person=person)
    for word in plain(words).split()[:6]:
        found = found.filter(
            Q(person__plain_name__contains=word)
            | Q(hook__name__icontains=word)
            | Q(rule__template__title__icontains=word)
            | Q(mailing__subject__icontains=word)
            | Q(sent_subject__icontains=word)
            | Q(own_subject__icontains=word)
        )
    is_to_come = bool(states) and all(state.is_open for state in states)
    return found.order_by("due_at", "person__plain_name", "pk") if is_to_come else found


def heard_by(person: Person) -> QuerySet[Message]:
    """Give what somebody was sent, and what waits for their daily or weekly mail, newest first.

    What the team still looks at, or what has another time, is not theirs yet; what went with a digest stands in the digest.
    """
    out = Q(state__in=[Outgoing.SENT.value, Outgoing.UNCERTAIN.value], carried_by__isnull=True)
    return messages_to(person).filter(out | Q(state=Outgoing.GATHERED.value))


def parts_of(digest: Message) -> QuerySet[Message]:
    """Give the messages that go, or went, with a digest; of one that was not taken those that went on, too."""
    carried = Q(carried_by=digest)
    if digest.state == Outgoing.REFUSED:
        carried |= Q(pk__in=gone_on(digest).values("pk"))
    return Message.objects.filter(carried).select_related(*_WITH).order_by("send_at", "pk")


def gone_on(digest: Message) -> QuerySet[Message]:
    """Give what a digest carried that was not taken, and what goes with a later one now."""
    in_hand = [Outgoing.SENDING.value, Outgoing.UNCERTAIN.value]
    later = Message.objects.filter(
        programme=digest.programme_id, person=digest.person_id, rule_key=digest.rule_key, send_at__gt=digest.send_at
    )
    return Message.objects.filter(
        carried_by__in=later.exclude(state__in=in_hand), state=Outgoing.GATHERED.value, attempts__gt=0
    )


def counts_of_mailing(mailing: Mailing) -> dict[Outgoing, int]:
    """Count the messages of a letter by where they stand. One query."""
    rows = Message.objects.filter(mailing=mailing).values_list("state").annotate(count=Count("pk")).order_by()
    return {Outgoing(state): count for state, count in rows}


def last_hellos(programme: Programme) -> dict[int, Message]:
    """Give the last hello that was written to each chat channel, by the channel's key. One query."""
    rows = Message.objects.filter(programme=programme, rule_key=HELLO, hook__isnull=False).order_by("made_at", "pk")
    return {message.hook_id: message for message in rows if message.hook_id is not None}


def trouble_of(programme: Programme) -> Message | None:
    """Give the message that waits after it was tried in vain, the last one; None where none does. One query."""
    waiting = Message.objects.filter(programme=programme, state=Outgoing.WAITING.value, hook__isnull=True).exclude(reply="")
    return waiting.order_by("-state_at", "-pk").first()


def left_out_of(mailing: Mailing) -> list[Person]:
    """Give the people a letter leaves out who have no message of it to be seen, by name. One query."""
    shown = Message.objects.filter(mailing=mailing, person__isnull=False).values("person")
    return list(mailing.without.exclude(pk__in=shown).order_by("plain_name", "pk"))


def mailings_of(programme: Programme) -> QuerySet[Mailing]:
    """Give the letters of a programme, newest first, with how many messages each has (`count`)."""
    found = Mailing.objects.filter(programme=programme).select_related("written_by", "released_by")
    return found.annotate(count=Count("messages")).order_by("-written_at", "-pk")


def mailing_of(programme: Programme, pk: int) -> Mailing | None:
    """Find a letter of a programme."""
    return Mailing.objects.filter(programme=programme, pk=pk).select_related("programme", "written_by", "released_by").first()


@dataclass(frozen=True, slots=True)
class Held:
    """What a calendar holds of a session: the sequence last put there, whether it is still there, how often it was taken out
    or sent to another address, the address it was last sent to, and the group its owner was invited with. `is_kept`: the rule
    that invited them is on, and writes to people.
    """

    sequence: int
    is_there: bool
    raised: int
    address: str
    audience: str
    is_kept: bool

    def sequence_for(self, own: int, *, address: str | None) -> int:
        """Give the sequence an invitation must have that is newer than all before, from the session's own.

        Each cancellation and coming back raises it by two, and so does another address: what is sent there is sent anew.
        """
        return own + 2 * (self.raised + self.is_elsewhere(address))

    def is_elsewhere(self, address: str | None) -> bool:
        """Say whether it stands in the calendar of another address than the one mail goes to now."""
        return self.is_there and bool(address) and bool(self.address) and address != self.address


def calendar_mail(programme: Programme, uids: Collection[str]) -> QuerySet[Message]:
    """Give what went, or may have gone, into the calendars of people about some events, by UID."""
    return Message.objects.filter(
        programme=programme,
        calendar_uid__in=sorted(uids),
        calendar_sequence__isnull=False,
        person__isnull=False,
        state__in=[Outgoing.SENT.value, Outgoing.UNCERTAIN.value],
    )


def held_invitations(programme: Programme, uids: Collection[str]) -> dict[tuple[str, int], Held]:
    """Give what the calendars of people hold of some sessions, by uid and person.

    What may have arrived (uncertain) counts as there, so that a cancellation is never forgotten. One query.
    """
    rows = calendar_mail(programme, uids).order_by("calendar_sequence", "state_at", "pk")
    held: dict[tuple[str, int], Held] = {}
    columns = (
        "calendar_uid",
        "person",
        "calendar_sequence",
        "calendar_method",
        "sent_to",
        "rule__audience",
        "rule__is_on",
        "rule__hook",
    )
    for uid, person, sequence, method, address, audience, is_on, hook in rows.values_list(*columns):
        before = held.get((uid, person))
        is_there = method == "REQUEST"
        is_elsewhere = before is not None and is_there and before.is_there and before.address != address
        raised = (before.raised if before else 0) + (not is_there) + is_elsewhere
        held[uid, person] = Held(sequence, is_there, raised, address, audience or "", bool(is_on) and hook is None)
    return held


@dataclass(frozen=True, slots=True)
class Under:
    """A message of a happening to somebody: the subject it is under, whether it is out or may be, and what it told of."""

    subject: str
    is_out: bool
    told: str


def told_under(happening: str, cohorts: Collection[int]) -> dict[int, tuple[Under, ...]]:
    """Give the messages of a happening about some cohorts that went, may have gone, or stand, by person. One query.

    What nothing asks for any more, or was too late, went nowhere and stands for nothing.
    """
    gone = [Outgoing.WITHDRAWN.value, Outgoing.MISSED.value]
    rows = Message.objects.filter(happening=happening, cohort__in=list(cohorts), person__isnull=False).exclude(state__in=gone)
    found: dict[int, tuple[Under, ...]] = {}
    for person, subject, state, told in rows.order_by("pk").values_list("person", "subject_key", "state", "told"):
        is_out = state in (Outgoing.SENT.value, Outgoing.UNCERTAIN.value) or (state == Outgoing.SENDING.value and bool(told))
        found[person or 0] = (*found.get(person or 0, ()), Under(subject, is_out, told))
    return found


_WENT = (Outgoing.SENT, Outgoing.SENDING, Outgoing.UNCERTAIN, Outgoing.DISCARDED, Outgoing.UNWANTED)


def not_heard(happening: str, subjects: Collection[str]) -> dict[tuple[str, int], dict[str, bool]]:
    """Give of some subjects of a happening who has a message that went nowhere, each with whether those of them did.

    Whose they are is ("person" or "hook", key). What somebody threw away, or its person did not want, counts as heard. Two
    queries, one where everything went.
    """
    rows = Message.objects.filter(happening=happening, subject_key__in=sorted(subjects))
    keys = ("person", "hook", "subject_key")
    found: dict[tuple[str, int], dict[str, bool]] = {}
    for person, hook, subject in rows.exclude(state__in=[each.value for each in _WENT]).values_list(*keys):
        found.setdefault(("person", person) if person else ("hook", hook or 0), {})[subject] = False
    if not found:
        return {}
    people = sorted(key for kind, key in found if kind == "person")
    hooks = sorted(key for kind, key in found if kind == "hook")
    went = rows.filter(among("person", people) | among("hook", hooks), state__in=[each.value for each in _WENT])
    for person, hook, subject in went.values_list(*keys):
        found[("person", person) if person else ("hook", hook or 0)][subject] = True
    return found


def heard_of(happenings: Collection[str], *, cohorts: Collection[int], people: Collection[int]) -> dict[int, set[str]]:
    """Give the subjects of some happenings about some cohorts that some people heard of, by person. One query, none for nobody.

    What somebody threw away, or its person did not want, counts as heard.
    """
    found: dict[int, set[str]] = {}
    if people:
        about = Message.objects.filter(happening__in=happenings, cohort__in=sorted(cohorts), person__in=sorted(people))
        went = about.filter(state__in=[each.value for each in _WENT])
        for person, subject in went.values_list("person", "subject_key"):
            assert person is not None  # filtered for it
            found.setdefault(person, set()).add(subject)
    return found


def being_sent(programme: Programme, happening: str) -> set[tuple[str, int]]:
    """Give subject and person of the messages of a happening somebody has in hand: each may be out in a moment. One query."""
    in_hand = Message.objects.filter(programme=programme, happening=happening, state=Outgoing.SENDING.value)
    return {(subject, person) for subject, person in in_hand.values_list("subject_key", "person") if person is not None}
