"""What people choose to hear, who answers, and the chat channels a programme writes to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import IntegrityError, transaction

from hub.core.choices import Cadence, Topic, check_choice
from hub.core.errors import NotAllowed, NotFromHere, Refusal
from hub.core.outbox import Outgoing
from hub.kit import journal
from hub.messaging.commands.digests import bring_back
from hub.messaging.commands.reconcile import ask_to_send, facts_changed, look_again
from hub.messaging.happenings import happenings
from hub.messaging.models import Choice, Correspondent, Hook, HookKind, Message
from hub.messaging.permissions import require_team
from hub.messaging.queries.outbox import HELLO
from hub.people import permissions as people
from hub.people.models import Person
from hub.programmes.models import Programme


class BadChannel(Refusal):
    """A chat channel that can't be written to; `field` says what is wrong."""

    code: ClassVar[str] = "bad-channel"


class NotOfTheTeam(Refusal):
    """Answers would go to somebody who does not run the programme."""

    code: ClassVar[str] = "not-of-the-team"


@transaction.atomic
def choose(person: Person, programme: Programme, topic: Topic, cadence: Cadence, *, by: Person | None, at: datetime) -> None:
    """Say how often somebody hears of a topic of a programme; holds from the next message on, those that wait included.

    What waits for a digest of another rhythm goes with its digest still, unless it is *never*; who takes that back gets it
    after all, where it is not too late. So does what holds still, such as what a calendar should hold and does not. `by` None
    is a link in a mail.
    Raises NotAllowed, DutyMail.
    """
    if by is not None and by.pk != person.pk:
        raise NotAllowed("Each person chooses for themselves what they hear.")
    check_choice(topic, cadence)
    before = Choice.objects.filter(person=person, programme=programme, topic=topic.value).first()
    if before is not None and before.cadence == cadence:
        return  # said again: what they chose holds since they first did
    Choice.objects.update_or_create(
        person=person, programme=programme, topic=topic.value, defaults={"cadence": cadence.value, "since": at}
    )
    if cadence is Cadence.OFF:
        theirs = Message.objects.filter(person=person, programme=programme, topic=topic.value)
        theirs.filter(state=Outgoing.GATHERED.value).update(state=Outgoing.UNWANTED.value, state_at=at)
    elif before is not None and before.cadence == Cadence.OFF:
        bring_back(person, programme, topic, since=before.since, at=at)
        _let_facts_ask(person, programme, topic, at=at)
    journal.record("chose", person, by=by or person, at=at, about=person, topic=topic.value, cadence=cadence.value)


def _let_facts_ask(person: Person, programme: Programme, topic: Topic, *, at: datetime) -> None:
    """Let go again what somebody did not want to hear and what holds still: the facts ask for it anew, or for something newer.

    A reminder of a day that passed meanwhile is no such thing.
    """
    standing = [name for name, each in happenings().items() if each.is_standing]
    theirs = Message.objects.filter(person=person, programme=programme, topic=topic.value, state=Outgoing.UNWANTED.value)
    if theirs.filter(happening__in=standing).update(state=Outgoing.WITHDRAWN.value, state_at=at, reply=""):
        facts_changed(programme.pk, at=at)


@transaction.atomic
def choose_several(
    person: Person, programme: Programme, topics: Iterable[Topic], cadence: Cadence, *, by: Person | None, at: datetime
) -> None:
    """Say the same of several topics at once, all or none. Raises NotAllowed, DutyMail."""
    for topic in topics:
        choose(person, programme, topic, cadence, by=by, at=at)


@transaction.atomic
def answer_by(programme: Programme, person: Person, *, by: Person | None, at: datetime) -> None:
    """Say whom answers to the Hub's own messages go to. Raises NotAllowed, NotOfTheTeam."""
    require_team(by, programme, at=at, doing="say who reads answers")
    if not people.runs(person, programme, at=at):
        raise NotOfTheTeam("Answers go to somebody of the team.", field="person")
    Correspondent.objects.update_or_create(programme=programme, defaults={"person": person})
    journal.record("made-correspondent", programme, by=by, at=at, about=person)


@transaction.atomic
def add_hook(
    programme: Programme, *, kind: str, name: str, url: str, room: str = "", key: str = "", by: Person | None, at: datetime
) -> Hook:
    """Add a chat channel rules can write to. Raises NotAllowed, BadChannel."""
    require_team(by, programme, at=at, doing="change where its messages go")
    hook = Hook(programme=programme, added_at=at, is_on=True)
    _put(hook, kind=kind, name=name, url=url, room=room, key=key)
    _saved(hook)
    journal.record("channel-added", hook, by=by, at=at, part_of=programme, name=hook.name, kind=hook.kind)
    return hook


@transaction.atomic
def edit_hook(hook: Hook, *, name: str, url: str = "", room: str = "", key: str = "", by: Person | None, at: datetime) -> Hook:
    """Change a chat channel; an empty address or key stays what it is, since it is never shown.

    Raises NotAllowed, BadChannel.
    """
    require_team(by, hook.programme, at=at, doing="change where its messages go")
    row = Hook.objects.select_for_update(of=("self",)).select_related("programme").get(pk=hook.pk)
    _put(row, kind=row.kind, name=name, url=url or row.url, room=room or row.room, key=key or row.key)
    row.error, row.failed_at = "", None
    _saved(row)
    journal.record("channel-edited", row, by=by, at=at, part_of=row.programme, name=row.name)
    return row


@transaction.atomic
def switch_hook(hook: Hook, *, is_on: bool, by: Person | None, at: datetime) -> None:
    """Switch a chat channel on or off; what waits for one that is off is withdrawn when it is due. Raises NotAllowed."""
    require_team(by, hook.programme, at=at, doing="change where its messages go")
    Hook.objects.filter(pk=hook.pk).update(is_on=is_on, error="", failed_at=None)
    hook.is_on = is_on
    journal.record("channel-switched", hook, by=by, at=at, part_of=hook.programme, name=hook.name, is_on=is_on)
    look_again(hook.programme, at=at)
    if is_on:
        ask_to_send(at=at)


@transaction.atomic
def say_hello(hook: Hook, *, by: Person | None, at: datetime) -> Message:
    """Write a few words to a chat channel, to see that they arrive; like everything, the worker sends them. Raises NotAllowed,
    NotFromHere.
    """
    require_team(by, hook.programme, at=at, doing="change where its messages go")
    if not hook.is_on:
        raise NotFromHere("The channel is switched off. Switch it on, then try it.")
    words = (
        "Hello from {{ programme.name }}",
        "This channel works: what the team’s rules write here arrives. Nobody needs to answer.",
    )
    hello = Message.objects.create(
        programme=hook.programme, rule_key=HELLO, subject_key=at.isoformat(), topic=Topic.DESK.value, hook=hook,
        send_at=at, due_at=at, state_at=at, made_at=at, own_subject=words[0], own_body=words[1],
    )  # fmt: skip
    journal.record("channel-tried", hook, by=by, at=at, part_of=hook.programme, name=hook.name)
    ask_to_send(at=at)
    return hello


@transaction.atomic
def remove_hook(hook: Hook, *, by: Person | None, at: datetime) -> None:
    """Take a chat channel away, with the rules that write to it and what waits for it. Raises NotAllowed."""
    require_team(by, hook.programme, at=at, doing="change where its messages go")
    journal.record("channel-removed", hook, by=by, at=at, part_of=hook.programme, name=hook.name)
    Message.objects.filter(hook=hook, state__in=[s.value for s in Outgoing if s.is_open]).update(
        state=Outgoing.WITHDRAWN.value, state_at=at, lease="", leased_until=None
    )
    hook.delete()


def hook_well(hook: Hook, *, at: datetime) -> None:
    """Note that a channel took a message."""
    Hook.objects.filter(pk=hook.pk).update(well_at=at, failed_at=None, error="")


def hook_failed(hook: Hook, sentence: str, *, at: datetime) -> None:
    """Note that a channel did not take a message, and why; shown to the team beside the channel."""
    Hook.objects.filter(pk=hook.pk).update(failed_at=at, error=sentence[:300])


def _put(hook: Hook, *, kind: str, name: str, url: str, room: str, key: str) -> None:
    if kind not in HookKind.values:
        raise BadChannel("Choose which chat it is.", field="kind")
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > 80:
        raise BadChannel("Give the channel a name of 80 characters at most, such as “#team”.", field="name")
    address = url.strip()
    if not address.startswith(("https://", "http://localhost", "http://127.0.0.1")) or len(address) > 500 or " " in address:
        raise BadChannel("The address begins with https://. Copy it from the settings of the chat.", field="url")
    if kind == HookKind.MATRIX and not (room.strip() and key.strip()):
        raise BadChannel("Matrix needs the room’s id and an access token of the account that writes there.", field="room")
    hook.kind, hook.name, hook.url, hook.room, hook.key = kind, tidy, address, room.strip(), key.strip()


def _saved(hook: Hook) -> None:
    try:
        with transaction.atomic():
            hook.save()
    except IntegrityError as twice:
        raise BadChannel("There is a channel of this name already.", field="name") from twice
