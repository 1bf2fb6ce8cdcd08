"""What this room does when earlier ones tell of a change: only rows are written, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Model

from hub.core.choices import Cadence, Topic, cadence_of, is_rarer
from hub.core.outbox import CHANGEABLE, COMING_BACK, Outgoing
from hub.kit.joining import Change
from hub.messaging.commands import ask_to_send, facts_changed
from hub.messaging.happenings import happenings
from hub.messaging.models import Choice, Mailing, Message
from hub.people.events import Foreseen, Outcome
from hub.people.models import Person, Role
from hub.people.queries.reached import parts_ever


def parts_changed(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Who takes part is not as it was: look at the messages of the programme again."""
    facts_changed(programme, at=at)


def roles_changed(sender: Any, *, roles: Sequence[Role], at: datetime, **_: Any) -> None:
    """Roles of a programme began or ended: the same."""
    if roles:
        parts_changed(sender, programme=roles[0].programme_id, at=at)


def merging(sender: Any, *, kept: Person, gone: Person, **_: Any) -> Foreseen:
    """Two records become one: what one of them was told already is not told to the other again, and of two choices the rarer
    holds: who stopped a topic hears no more of it, whichever record stays.

    Messages, letters and choices go on by themselves meanwhile: that one was sent, written or chosen anew stands in the way of
    nothing.
    """
    rarer, outcomes = _rarer_choices(kept, gone)
    removed, alone = _making_room(kept, gone)
    changes = (*rarer, *alone, *_spoken_of(kept, gone))
    living: tuple[type[Model], ...] = (Choice, Message, Mailing.besides.through, Mailing.without.through)
    return Foreseen(changes, {Message: removed}, living, outcomes)


def parted(
    sender: Any, *, kept: Person, gone: Person, changed: Sequence[Mapping[str, Any]] = (), at: datetime, **_: Any
) -> None:
    """Two records are two again: nothing goes with the digest of the other one, and what waits again is sent in time.

    What was chosen since stays with the record that stayed; the other one chose what it had chosen before.
    """
    _part_choices(kept, gone, changed)
    for one, other in ((kept, gone), (gone, kept)):
        astray = Message.objects.filter(person=one, carried_by__person=other, state=Outgoing.GATHERED.value)
        astray.update(state=Outgoing.WAITING.value, state_at=at, due_at=F("send_at"), carried_by=None)
    ask_to_send(at=at)


def _part_choices(kept: Person, gone: Person, changed: Sequence[Mapping[str, Any]]) -> None:
    """Give each choice that moved back as it was, and to the record that stayed a newer one in its place."""
    before = {each["row"]: each["before"] for each in changed if each["model"] == Choice._meta.label}
    for row in Choice.objects.filter(person=gone, pk__in=before).order_by("pk"):
        cadence, since = before[row.pk]["cadence"], datetime.fromisoformat(before[row.pk]["since"])
        if (row.cadence, row.since) == (cadence, since):
            continue
        newer = {"cadence": row.cadence, "since": row.since}
        Choice.objects.update_or_create(person=kept, programme=row.programme, topic=row.topic, defaults=newer)
        row.cadence, row.since = cadence, since
        row.save(update_fields=["cadence", "since"])


def _making_room(kept: Person, gone: Person) -> tuple[list[int], list[Change]]:
    """Give the messages of the record that stays that make room, and what becomes of the parts of digests that go.

    Of two messages with one key the record that stays keeps its own; one that still waits, or may come back, makes room for
    one that is out. What waits in a digest that goes, and can't wait in the one that stays, goes by itself.
    """
    idle = [state.value for state in (*CHANGEABLE, *COMING_BACK)]
    mine = {(row.rule_key, row.subject_key): row for row in Message.objects.filter(person=kept).order_by("pk")}
    removed: list[int] = []
    goes: dict[int, Message] = {}  # the message that takes its place, by the key of the one that goes
    for theirs in Message.objects.filter(person=gone).order_by("pk"):
        own = mine.get((theirs.rule_key, theirs.subject_key))
        if own is not None and own.state in idle and theirs.state not in idle:
            removed.append(own.pk)
            goes[own.pk] = theirs
        elif own is not None:
            goes[theirs.pk] = own
    changes = []
    for part in Message.objects.filter(carried_by__in=list(goes)).order_by("pk"):
        digest, instead = part.carried_by_id, goes[part.carried_by_id or 0]
        if part.state == Outgoing.GATHERED.value and (digest in removed or Outgoing(instead.state) not in CHANGEABLE):
            before = {"state": part.state, "due_at": part.due_at, "carried_by_id": digest}
            after = {"state": Outgoing.WAITING.value, "due_at": part.send_at, "carried_by_id": None}
            changes.append(Change(Message, part.pk, before, after, is_loose=True))
        elif digest in removed:
            changes.append(Change(Message, part.pk, {"carried_by_id": digest}, {"carried_by_id": instead.pk}, is_loose=True))
    return removed, changes


def _spoken_of(kept: Person, gone: Person) -> list[Change]:
    """Give the messages whose subject names the record that goes: they speak of the one that stays, so that nobody hears twice.

    Where somebody heard of both, both stay as they are: what nothing asks for any more is withdrawn by itself.
    """
    naming = Message.objects.filter(happening__in=[each.name for each in happenings().values() if each.names_somebody])
    there = naming.filter(subject_key__endswith=f":{kept.pk}")
    heard = set(there.values_list("rule_key", "subject_key", "person", "hook"))
    changes = []
    for row in naming.filter(subject_key__endswith=f":{gone.pk}").order_by("pk"):
        about, _, _ = row.subject_key.rpartition(":")
        if ":" not in about:  # the key of the thing itself
            continue
        after = f"{about}:{kept.pk}"
        recipient = kept.pk if row.person_id == gone.pk else row.person_id
        if (row.rule_key, after, recipient, row.hook_id) not in heard:
            before = {"subject_key": row.subject_key}
            changes.append(Change(Message, row.pk, before, {"subject_key": after}, is_loose=True))
    return changes


def _rarer_choices(kept: Person, gone: Person) -> tuple[list[Change], tuple[Outcome, ...]]:
    """Give what changes in the choices of the record that stays, and what a preview says where the two hear differently.

    Who chose nothing hears at once, where they have a part; one without a part in a programme hears nothing of it to compare.
    """
    rows = Choice.objects.filter(person__in=(kept, gone)).select_related("programme").order_by("programme__name", "pk")
    both: dict[tuple[int, str], dict[int, Choice]] = {}
    for row in rows:
        both.setdefault((row.programme_id, row.topic), {})[row.person_id] = row
    parts = parts_ever([kept.pk, gone.pk]) if both else frozenset()
    changes, outcomes = [], []
    for (programme, topic), chosen in both.items():
        mine, theirs = chosen.get(kept.pk), chosen.get(gone.pk)
        if mine and theirs and is_rarer(Cadence(theirs.cadence), Cadence(mine.cadence)):
            before, after = ({"cadence": row.cadence, "since": row.since} for row in (mine, theirs))
            changes.append(Change(Choice, mine.pk, before, after, is_loose=True))  # they may choose anew meanwhile
        elif theirs and not mine:  # it moves as it is, and is written down as it is
            as_it_is = {"cadence": theirs.cadence, "since": theirs.since}
            changes.append(Change(Choice, theirs.pk, as_it_is, as_it_is, is_loose=True))
        if {(kept.pk, programme), (gone.pk, programme)} <= parts:
            ours, other = (cadence_of(Topic(topic), Cadence(row.cadence) if row else None) for row in (mine, theirs))
            if ours is not other:
                holds = other if is_rarer(other, ours) else ours
                place = next(iter(chosen.values())).programme
                outcomes.append(Outcome(place, Topic(topic).label, ours.label, other.label, holds.label))
    return changes, tuple(outcomes)
