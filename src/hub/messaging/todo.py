"""What messages ask of a team: batches to look at, letters half written, what did not arrive, chats that fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from hub.core.calendar import day_in
from hub.core.outbox import Outgoing
from hub.kit import todo
from hub.kit.todo import Spot, Todo
from hub.messaging import outside, queries
from hub.messaging.commands import people as said
from hub.messaging.commands.outbox import FAILED
from hub.messaging.deciding import reach_of_batches
from hub.messaging.models import Mailing, Rule, Template
from hub.messaging.previews import lines_of
from hub.people.models import Person
from hub.programmes.models import Programme

PART = "Messages"


def _todo(what: str, about: str, url: str, action: str, **more: Any) -> Todo:
    return Todo(what=what, about=about, url=url, action=action, part=PART, **more)


@todo.source(PART)
def to_look_at(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the batches that wait for somebody's word, due on the day they are to go."""
    found = queries.batches(programme)
    samples = list(queries.messages_among(programme, [batch.sample for batch in found]))
    reach = reach_of_batches(programme, at=at) if found else {}
    subjects = {line.message.pk: line.subject for line in lines_of(samples, at=at)}
    for batch in found:
        url = f"{reverse('desk-batch', args=[programme.slug, batch.rule])}?{urlencode({'about': batch.subject})}"
        about = subjects.get(batch.sample) or batch.title
        goes = reach.get((batch.rule, batch.subject), 0)
        what = f"Look at “{batch.title}” " + (f"and send it to {said(goes)}" if goes else "that nobody would get")
        yield _todo(what, about, url, "Look", due_on=day_in(batch.send_at, programme.zone))


@todo.source(PART)
def no_rules(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say that nobody is told anything by itself, where no rule was ever taken over or written. One query."""
    if not Rule.objects.filter(programme=programme).exists():
        yield _todo(
            "Choose what people are told",
            "Rules and their letters",
            reverse("desk-message-rules", args=[programme.slug]),
            "Choose",
        )


@todo.source(PART)
def letters(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the letters that are half written, or looked at and not sent. One query."""
    for mailing in queries.mailings_of(programme):
        if mailing.released_at is not None:
            continue
        name = "desk-letter-look" if mailing.prepared_at else "desk-letter"
        what = "Send the letter, or change it" if mailing.prepared_at else "Finish the letter"
        owner = mailing.written_by
        yield _todo(
            what,
            str(mailing),
            reverse(name, args=[programme.slug, mailing.pk]),
            "Look" if mailing.prepared_at else "Write on",
            owner_id=owner.pk if owner else None,
            owner=owner.name if owner else "",
        )


@todo.source(PART)
def went_wrong(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say how many messages are in doubt and how many did not arrive, and that none can leave. One query."""
    counts, url = queries.counts(programme), reverse("desk-messages", args=[programme.slug])
    doubtful, failed = counts[Outgoing.UNCERTAIN], sum(counts[state] for state in FAILED)
    if doubtful:
        yield _todo(f"Say whether {_messages(doubtful)} arrived", "Perhaps sent", f"{url}?show=perhaps", "Decide")
    if failed:
        yield _todo(f"See to {_messages(failed)} that did not arrive", "Did not arrive", f"{url}?show=failed", "See why")
    if counts[Outgoing.WAITING] and not outside.is_mail_set_up():
        yield _todo("Have a mail server named", f"{_messages(counts[Outgoing.WAITING])} can’t leave", url, "See")


@todo.source(PART)
def failing_channels(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the chat channels that take nothing. One query."""
    for hook in queries.hooks_of(programme):
        if hook.is_on and hook.failed_at:
            url = reverse("desk-channel", args=[programme.slug, hook.pk])
            yield _todo("Mend the chat channel", f"{hook.name}: {hook.error}", url, "Look")


@todo.source(PART)
def answers(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Ask for somebody who reads answers, where whoever was named left the team, or where rules write and nobody reads at all.

    Two queries, some more where nobody who was named is there.
    """
    if queries.correspondent(programme, at=at) is not None:
        return
    left, url = queries.named_correspondent(programme), reverse("desk-channels", args=[programme.slug])
    if left is not None:
        yield _todo("Say who reads answers to mails", f"{left.name} left the team", url, "Choose")
    elif Rule.objects.filter(programme=programme, is_on=True).exists() and queries.reads_answers(programme, at=at) is None:
        yield _todo("Say who reads answers to mails", "Nobody of the team has an address, so nobody does", url, "See")


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


# -- where things are that changed


def _keys_of(model: type[Mailing] | type[Rule] | type[Template]) -> Any:
    def within(programme: Programme) -> QuerySet[Any, Any]:
        return model.objects.filter(programme=programme).values("pk")

    return within


@todo.things("messaging.Mailing", within=_keys_of(Mailing))
def of_letters(programme: Programme, keys: Collection[int]) -> Mapping[int, Spot]:
    """Say where letters are. One query."""
    rows = Mailing.objects.filter(pk__in=keys)
    return {row.pk: Spot(str(row), reverse("desk-letter", args=[programme.slug, row.pk])) for row in rows}


@todo.things("messaging.Rule", within=_keys_of(Rule))
def of_rules(programme: Programme, keys: Collection[int]) -> Mapping[int, Spot]:
    """Say where rules are. One query."""
    rows = Rule.objects.filter(pk__in=keys).select_related("template")
    return {row.pk: Spot(row.template.title, reverse("desk-rule", args=[programme.slug, row.pk])) for row in rows}


@todo.things("messaging.Template", within=_keys_of(Template))
def of_templates(programme: Programme, keys: Collection[int]) -> Mapping[int, Spot]:
    """Say where the letters of rules are. One query."""
    rows = Template.objects.filter(pk__in=keys)
    return {row.pk: Spot(row.title, reverse("desk-template", args=[programme.slug, row.slug])) for row in rows}
