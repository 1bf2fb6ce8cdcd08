"""Make the messages those the facts ask for. Rooms ring (`facts_changed`) in the transaction that changed something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet, Value
from django.db.models.functions import Concat

from hub.core.outbox import (
    CHANGEABLE,
    UNDELIVERED,
    Changes,
    Key,
    Outgoing,
    Planned,
    Wanted,
    Word,
    begins_instead,
    reconcile,
    stands_after,
)
from hub.kit import jobs
from hub.kit.compiled import HERE, kept
from hub.messaging.models import Message, Rule
from hub.messaging.once import told_as_another, told_before
from hub.messaging.wanted import Asked, FactsOf, asked_by, asked_of, key_of, rule_key
from hub.people.queries.reached import reached
from hub.programmes.models import Programme

RECONCILE = "reconcile-messages"
SEND = "send-messages"
LANES = ("mail-0", "mail-1", "chat") if settings.WORKER == "separate" else ("mail-0", "chat")  # what may be sent at once
_AT_A_TIME = 400


def facts_changed(programme: Programme | int, *, at: datetime) -> None:
    """Say, in the transaction that changed them, that facts messages may depend on are others now.

    Called by later rooms; earlier ones send a signal this room receives. The work is done by the worker, once for many rings;
    there is none in a programme without a rule that is on.
    """
    key = programme if isinstance(programme, int) else programme.pk
    jobs.ring(RECONCILE, key=key, payload={"programme": key}, at=at, where=lambda: bool(_has_rules(key)))


_has_rules = kept(lambda: Rule.objects.filter(programme=HERE, is_on=True).values_list("pk")[:1])


def look_again(programme: Programme | int, *, at: datetime) -> None:
    """Ask, in the caller's transaction, that the messages of a programme be compared with the facts, whatever rules are on."""
    key = programme if isinstance(programme, int) else programme.pk
    jobs.enqueue(RECONCILE, key=str(key), payload={"programme": key}, due_at=at)


@transaction.atomic
def reconcile_messages(programme: Programme, *, at: datetime) -> Changes:
    """Compare what every rule of a programme wants with the messages there are, and make them so. Gives what was done.

    Runs again at once where nothing changed, and does nothing. Messages somebody has in hand are left to whoever has them.
    """
    rules = list(Rule.objects.filter(programme=programme, is_on=True).select_related("template").order_by("pk"))
    facts = FactsOf(programme, at=at, rules=rules)
    asked = {each.wanted.key: each for each in asked_by(rules, facts)}
    there = _there(programme, asked)
    unsettled = (*CHANGEABLE, Outgoing.UNREACHED)
    waiting = [key for key, (_, planned) in there.items() if key not in asked and planned.state in unsettled]
    asked |= _still_asked(rules, waiting, facts)
    told = told_before(programme, asked.values()) | told_as_another(programme, asked.values())
    asked = {key: each for key, each in asked.items() if key not in told}
    changes = reconcile([each.wanted for each in asked.values()], {k: planned for k, (_, planned) in there.items()}, at=at)
    overtaken = {key: there[key] for key in changes.withdraw}
    _create([asked[wanted.key] for wanted in changes.create], programme, overtaken=overtaken, at=at)
    _update([(there[wanted.key][0], wanted) for wanted in changes.update])
    _bring_back([(*there[wanted.key], wanted) for wanted in changes.back], at=at)
    _withdraw([there[key][0] for key in changes.withdraw], at=at)
    _let_go_alone([there[key][0] for key in changes.alone], at=at)
    for keys, needs_ok in ((changes.prepare, True), (changes.let_go, False)):
        for some in _pieces([there[key][0] for key in keys]):
            have_looked_at(Message.objects.filter(pk__in=some), needs_ok=needs_ok, at=at)
    _miss(programme, at=at)
    if changes.create or changes.update or changes.back or changes.alone or changes.let_go:
        ask_to_send(at=at)
    return changes


def ask_to_send(*, at: datetime, always: bool = False) -> None:
    """Have the worker send when the next message is due, not before `at`; in the transaction that made or moved messages.

    `always` has it look now where anything waits or is in hand, for what a worker that is no more left behind.
    """
    if always and not Message.objects.filter(state__in=[Outgoing.WAITING.value, Outgoing.SENDING.value]).exists():
        return
    waiting = Message.objects.filter(state=Outgoing.WAITING.value)
    first = waiting.aggregate(mail=Min("due_at", filter=Q(hook__isnull=True)), chat=Min("due_at", filter=Q(hook__isnull=False)))
    for lane in LANES:
        due = at if always else first["chat" if lane == "chat" else "mail"]
        if due is not None:
            jobs.enqueue(SEND, key=lane, payload={"lane": lane}, due_at=max(due, at))


def _there(programme: Programme, asked: Iterable[Key]) -> dict[Key, tuple[int, Planned]]:
    """Give the messages of rules that are asked for, in whatever state, and all that may still change.

    One a person insists on is as good as in hand: the facts neither move it nor take it back.
    """
    return _as_planned(_rows(programme, asked))


def made_by(rule: Rule) -> dict[Key, Planned]:
    """Give the messages a rule made, by key, as they are compared with what it asks for."""
    rows = Message.objects.filter(rule=rule).annotate(digest_at=F("carried_by__send_at"))
    return {key: planned for key, (_, planned) in _as_planned(list(rows)).items()}


def _as_planned(rows: Sequence[Message]) -> dict[Key, tuple[int, Planned]]:
    undelivered = [row for row in rows if Outgoing(row.state) in UNDELIVERED and row.person_id is not None]
    new = with_a_new_address(undelivered)
    found: dict[Key, tuple[int, Planned]] = {}
    for row in rows:
        state = Outgoing(row.state)
        stands = Outgoing.SENDING if row.is_insisted and state in CHANGEABLE else state
        digest_at = row.digest_at  # type: ignore[attr-defined]
        planned = Planned(row.send_at, row.until, stands, digest_at, Word(row.word), row.pk in new)
        found[key_of(row)] = (row.pk, planned)
    return found


def _still_asked(rules: Sequence[Rule], waiting: Sequence[Key], facts: FactsOf) -> dict[Key, Asked]:
    """Give those of some messages that wait which their facts ask for still, however long ago these were. None is made anew."""
    found: dict[Key, Asked] = {}
    for rule in rules:
        mine = {key for key in waiting if key.rule == rule_key(rule)}
        subjects = {key.subject for key in mine}
        facts.read(rule.happening, subjects)
        for subject in sorted(subjects):
            fact = facts.one(rule.happening, subject)
            found |= {each.wanted.key: each for each in asked_of(rule, fact) if each.wanted.key in mine} if fact else {}
    return found


def with_a_new_address(undelivered: Sequence[Message]) -> frozenset[int]:
    """Give the keys of those of some messages whose recipient can be reached now where they were not sent before.

    One that failed before anybody knew where it was to go, because it could not be written, is none of them. No query for
    none, else three for each eight hundred people.
    """
    people = reached({row.person_id for row in undelivered if row.person_id is not None}) if undelivered else {}
    found = set()
    for row in undelivered:
        to = people.get(row.person_id or 0)
        is_known = row.sent_to or row.state == Outgoing.UNREACHED
        if to is not None and to.email and is_known and not was_sent_to(row, to.email):
            found.add(row.pk)
    return frozenset(found)


def was_sent_to(message: Message, address: str) -> bool:
    """Say whether a message went to an address already, or was not taken there."""
    return address.lower() in {each.lower() for each in (message.sent_to, *message.not_at.splitlines()) if each}


def _rows(programme: Programme, asked: Iterable[Key]) -> list[Message]:
    """Read the messages `_there` speaks of, each once."""
    subjects = sorted({key.subject for key in asked})
    rows = Message.objects.filter(programme=programme, rule_key__startswith="rule:")
    found: dict[int, Message] = {}
    conditions = [Q(state__in=[state.value for state in (*CHANGEABLE, Outgoing.UNREACHED)])]
    conditions += [Q(subject_key__in=subjects[i : i + _AT_A_TIME]) for i in range(0, len(subjects), _AT_A_TIME)]
    columns = ["pk", "rule_key", "subject_key", "person_id", "hook_id", "send_at", "until", "state", "word", "is_insisted"]
    columns += ["sent_to", "not_at"]
    for condition in conditions:
        found_rows = rows.filter(condition).only(*columns).annotate(digest_at=F("carried_by__send_at"))
        found |= {row.pk: row for row in found_rows.order_by("pk")}
    return list(found.values())


def _create(
    asked: Sequence[Asked], programme: Programme, *, overtaken: Mapping[Key, tuple[int, Planned]], at: datetime
) -> None:
    """Write new messages; one that another worker wrote meanwhile stays as it is.

    One that takes the place of an overtaken one begins as that has it.
    """
    rows = []
    begun = _begun_instead(asked, overtaken)
    for each in asked:
        kind, _, key = each.wanted.key.recipient.partition(":")
        rows.append(
            Message(
                programme=programme,
                cohort_id=each.fact.cohort_id,
                rule=each.rule,
                rule_key=each.wanted.key.rule,
                subject_key=each.wanted.key.subject,
                happening=each.rule.happening,
                topic=each.rule.template.topic,
                person_id=int(key) if kind == "person" else None,
                hook_id=int(key) if kind == "hook" else None,
                send_at=each.wanted.send_at,
                until=each.wanted.until,
                state_at=at,
                due_at=each.wanted.send_at,
                token=uuid4().hex,
                made_at=at,
                **begun.get(each.wanted.key, {"state": each.wanted.begins.value}),
            )
        )
    Message.objects.bulk_create(rows, batch_size=_AT_A_TIME, ignore_conflicts=True)


_OWN_WORDS = "It takes the place of an earlier message, and has that one’s own words: read them again before you let it go."


def _begun_instead(asked: Sequence[Asked], overtaken: Mapping[Key, tuple[int, Planned]]) -> dict[Key, dict[str, str]]:
    """Give how those of some new messages begin that take the place of overtaken ones: as a person's word for these has it, and
    with the words a person gave them. One query, none where there are none.
    """
    before: dict[Key, tuple[Wanted, int, Planned]] = {}
    for each in asked:
        key = each.wanted.key
        for subject in each.fact.instead_of:
            if (known := overtaken.get(key._replace(subject=subject))) is not None:
                before[key] = (each.wanted, *known)
    written = Message.objects.filter(pk__in=[pk for _, pk, _ in before.values()]).exclude(own_subject="", own_body="")
    own = {pk: (subject, body) for pk, subject, body in written.values_list("pk", "own_subject", "own_body")} if before else {}
    found = {}
    for key, (wanted, pk, planned) in before.items():
        state, word = begins_instead(planned, wanted, has_own_words=pk in own)
        subject, body = own.get(pk, ("", ""))
        note = _OWN_WORDS if pk in own else ""
        found[key] = {
            "state": state.value, "word": word.value, "own_subject": subject, "own_body": body, "reply": note,
        }  # fmt: skip
    return found


def _update(moved: Sequence[tuple[int, Wanted]]) -> None:
    """Write other times; one statement for those that change alike."""
    alike: dict[tuple[datetime, datetime | None], list[int]] = {}
    for pk, wanted in moved:
        alike.setdefault((wanted.send_at, wanted.until), []).append(pk)
    for (send_at, until), keys in alike.items():
        for some in _pieces(keys):
            rows = Message.objects.filter(pk__in=some, state__in=[state.value for state in CHANGEABLE])
            rows.update(send_at=send_at, until=until, due_at=send_at)


def _bring_back(those: Sequence[tuple[int, Planned, Wanted]], *, at: datetime) -> None:
    """Bring back what the facts ask for again, as if it were new; one statement for those that change alike.

    What a person said of it counts on. Where it did not arrive is kept in mind, so that it does not go there once more.
    """
    alike: dict[tuple[datetime, datetime | None, Outgoing, Outgoing, Word], list[int]] = {}
    for pk, known, wanted in those:
        alike.setdefault((wanted.send_at, wanted.until, known.state, *stands_after(known, wanted)), []).append(pk)
    for (send_at, until, before, after, word), keys in alike.items():
        values: dict[str, Any] = {
            "state": after.value,
            "state_at": at,
            "send_at": send_at,
            "until": until,
            "due_at": send_at,
            "word": word.value,
            "is_insisted": False,
            "attempts": 0,
            "reply": "",
            "carried_by": None,
        }
        if before in UNDELIVERED:
            values |= {"not_at": Concat("not_at", "sent_to", Value("\n")), "sent_to": "", "sent_at": None}
        for some in _pieces(keys):
            Message.objects.filter(pk__in=some, state=before.value).update(**values)


def have_looked_at(messages: QuerySet[Message], *, needs_ok: bool, at: datetime) -> int:
    """Put those of some messages of a rule that would go by themselves to be looked at first; or let those go that are.

    What a person said of one stays: held, let go, or insisted on. Gives how many.
    """
    rows = messages.filter(is_insisted=False)
    if needs_ok:
        by_itself = rows.filter(state__in=[Outgoing.WAITING.value, Outgoing.GATHERED.value]).exclude(word=Word.RELEASED.value)
        return by_itself.update(state=Outgoing.PREPARED.value, state_at=at, carried_by=None)
    return rows.filter(state=Outgoing.PREPARED.value).update(state=Outgoing.WAITING.value, state_at=at)


def _withdraw(keys: Sequence[int], *, at: datetime) -> None:
    for some in _pieces(list(keys)):
        rows = Message.objects.filter(pk__in=some, state__in=[state.value for state in (*CHANGEABLE, Outgoing.UNREACHED)])
        rows.update(state=Outgoing.WITHDRAWN.value, state_at=at)


def _let_go_alone(keys: Sequence[int], *, at: datetime) -> None:
    """Take out of its digest what would come too late with it; it goes by itself, at its time."""
    for some in _pieces(list(keys)):
        rows = Message.objects.filter(pk__in=some, state=Outgoing.GATHERED.value)
        rows.update(state=Outgoing.WAITING.value, state_at=at, due_at=F("send_at"), carried_by=None)


def _miss(programme: Programme, *, at: datetime) -> None:
    """Say of what nobody looked at in time that it is too late; a person may still send it."""
    unseen = Message.objects.filter(programme=programme, state__in=[Outgoing.PREPARED.value, Outgoing.HELD.value], until__lt=at)
    unseen.update(state=Outgoing.MISSED.value, state_at=at, reply="Nobody looked at it in time.")


def _pieces(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + _AT_A_TIME] for start in range(0, len(keys), _AT_A_TIME))


def wanted_messages(programme: Programme, *, at: datetime) -> list[Wanted]:
    """Give what every rule that is on asks for now; nothing is written. For the preview of rules, and for tests."""
    rules = list(Rule.objects.filter(programme=programme, is_on=True).select_related("template").order_by("pk"))
    return [each.wanted for each in asked_by(rules, FactsOf(programme, at=at, rules=rules))]
