"""Read the outbox: what waits to be looked at, what waits for its time, what went, and what did not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from hub.core.outbox import Outgoing
from hub.messaging.models import Mailing, Message
from hub.people.models import Person
from hub.programmes.models import Programme

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
    return [Batch(*row) for row in rows.annotate(count=Count("pk"), first=Min("send_at")).order_by("first", "rule")]


def mailings_of(programme: Programme) -> QuerySet[Mailing]:
    """Give the letters of a programme, newest first, with how many messages each has (`count`)."""
    found = Mailing.objects.filter(programme=programme).select_related("written_by", "released_by")
    return found.annotate(count=Count("messages")).order_by("-written_at", "-pk")


def mailing_of(programme: Programme, pk: int) -> Mailing | None:
    """Find a letter of a programme."""
    return Mailing.objects.filter(programme=programme, pk=pk).select_related("programme", "written_by", "released_by").first()


@dataclass(frozen=True, slots=True)
class Held:
    """What a calendar holds of a session: the sequence last put there, whether it is still there, how often it was taken out,
    and the group its owner was invited with.
    """

    sequence: int
    is_there: bool
    cancelled: int
    audience: str


def held_invitations(programme: Programme, uids: Collection[str]) -> dict[tuple[str, int], Held]:
    """Give what the calendars of people hold of some sessions, by uid and person.

    What may have arrived (uncertain) counts as there, so that a cancellation is never forgotten. One query.
    """
    rows = Message.objects.filter(
        programme=programme,
        calendar_uid__in=sorted(uids),
        calendar_sequence__isnull=False,
        person__isnull=False,
        state__in=[Outgoing.SENT.value, Outgoing.UNCERTAIN.value],
    ).order_by("calendar_sequence", "state_at", "pk")
    held: dict[tuple[str, int], Held] = {}
    columns = ("calendar_uid", "person", "calendar_sequence", "calendar_method", "rule__audience")
    for uid, person, sequence, method, audience in rows.values_list(*columns):
        before = held.get((uid, person))
        is_there = method == "REQUEST"
        cancelled = (before.cancelled if before else 0) + (not is_there)
        held[uid, person] = Held(sequence, is_there, cancelled, audience or "")
    return held
