"""What a merge of two records does: which facts hold, what moves, where consent stands, which doors close.

Nothing is written here. What points at a person is found by looking at the models (`kit.joining`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db import models
from django.db.models import Q

from hub.core.calendar import say_date
from hub.core.consent import Standing, Use, strictest
from hub.core.errors import Refusal
from hub.core.needs import Told, told_after
from hub.kit import keyed
from hub.kit.held import word
from hub.kit.joining import Change, Collision, Joining, plan_joining
from hub.people import events
from hub.people.commands.persons import LONGEST_ALT, said_with
from hub.people.models import (
    AccessNeeds,
    Account,
    Affiliation,
    Consent,
    FeedAddress,
    Invitation,
    LikelyPair,
    Link,
    Person,
    Role,
    Token,
)
from hub.programmes.models import Programme

Side = Literal["kept", "gone"]
# What nobody chooses: who stays stays, the erased are not merged, one was there since the first record was, the words for a
# photo go with the photo, and what a name is found by with the name; what they need is not shown to who merges them.
FIXED = frozenset({"id", "added_at", "erased_at", "photo_alt", "plain_name", "access_needs"})
WITH = {"photo_alt": "photo", "plain_name": "name"}
# What points at a person and is not moved row by row, and why.
BY_HAND = {
    "people.LikelyPair.first": "a pair is of two people, in the order of their keys; who stays is proposed anew",
    "people.LikelyPair.second": "the same; that two records are two people is remembered of who stays",
}


class BadChoice(Refusal):
    """Something was chosen that is not there to be chosen; `field` says for what."""

    code = "bad-choice"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One fact of both records, and whose holds unless chosen otherwise. What is fixed is not to be chosen."""

    name: str
    label: str
    kept: Any
    gone: Any
    default: Side
    is_fixed: bool

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return bool(self.kept != self.gone)

    @property
    def holds(self) -> Any:
        """What holds by default."""
        return self.gone if self.default == "gone" else self.kept


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows that point at who goes: the relation in code and in words, how many move, and which are there already.

    `is_theirs` is False where the rows only say who did something.
    """

    name: str
    label: str
    count: int
    collisions: tuple[Collision, ...]
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class ConsentOutcome:
    """Where both stand on a use of a programme, and what will hold: the stricter."""

    programme: Programme
    use: Use
    kept: Standing
    gone: Standing
    holds: Standing


@dataclass(frozen=True, slots=True)
class Preview:
    """All that merging two records would do."""

    kept: Person
    gone: Person
    fields: tuple[FieldChoice, ...]
    relations: tuple[Relation, ...]
    consents: tuple[ConsentOutcome, ...]
    outcomes: tuple[events.Outcome, ...]  # of what later rooms let people choose


def preview_merge(kept: Person, gone: Person) -> Preview:
    """Say what would happen if `gone` was merged into `kept`; nothing is written. Queries do not grow with the rows."""
    foreseen = foreseen_by_rooms(kept, gone)
    joining = planned(kept, gone, foreseen, ())
    by: dict[str, list[Any]] = {}
    for move in joining.moves:
        by.setdefault(move.name, [move, 0])[1] += len(move.rows)
    collisions: dict[str, list[Collision]] = {}
    for each in joining.collisions:
        collisions.setdefault(each.model._meta.label, []).append(each)
    relations = []
    for name, (move, count) in by.items():
        clashing = collisions.pop(move.model._meta.label, []) if move.is_theirs else []
        relations.append(Relation(name, move.label, count, tuple(clashing), move.is_theirs))
    pairs = LikelyPair.objects.filter(Q(first=gone) | Q(second=gone)).count()
    relations += [Relation(name, "Likely pairs", pairs, (), is_theirs=False) for name in BY_HAND]
    consents = tuple(each.outcome for each in standings_of_both(kept, gone))
    outcomes = tuple(outcome for each in foreseen for outcome in each.outcomes)
    return Preview(kept, gone, fields_of_both(kept, gone), tuple(relations), consents, outcomes)


def in_words(row: models.Model) -> str:
    """Put a row that belongs to a person in words a team knows it by."""
    if isinstance(row, Role):
        until = f" to {say_date(row.ends_on, weekday=False)}" if row.ends_on else ""
        since = say_date(row.starts_on, weekday=False)
        return f"{row.get_kind_display()}, {(row.cohort or row.programme).name}, from {since}{until}"
    if isinstance(row, Affiliation):
        since = f", from {say_date(row.starts_on, weekday=False)}" if row.starts_on else ""
        return ", ".join(filter(None, (row.organisation.name, row.job))) + since
    if isinstance(row, Consent):
        return Use(row.use).label
    if isinstance(row, Link):
        return row.url
    if isinstance(row, FeedAddress):
        return "The secret address of a calendar"
    return str(row)


def fields_of_both(kept: Person, gone: Person) -> tuple[FieldChoice, ...]:
    """Give every column of a person for both: what stays is kept's, and gone's where kept says nothing."""
    found: dict[str, FieldChoice] = {}
    for column in Person._meta.concrete_fields:
        ours, theirs = getattr(kept, column.attname), getattr(gone, column.attname)
        default: Side = "gone" if ours in (None, "") and theirs not in (None, "") else "kept"
        if column.name == "added_at" and ours is not None and theirs is not None and theirs < ours:
            default = "gone"
        elif column.name in ("id", "erased_at"):
            default = "kept"
        elif column.name in WITH:
            default = found[WITH[column.name]].default
        label = word(column.name).capitalize() if column.name not in _CALLED else _CALLED[column.name]
        found[column.name] = FieldChoice(column.name, label, ours, theirs, default, column.name in FIXED)
    return tuple(found.values())


_CALLED = {"id": "Number", "orcid": "ORCID", "zone": "Time zone", "photo_alt": "Words for the photo", "added_at": "Here since"}


def chosen(fields: tuple[FieldChoice, ...], choices: Mapping[str, Side]) -> list[str]:
    """Give the fields whose value of the record that goes shall hold. Raises BadChoice."""
    known = {each.name: each for each in fields}
    for name, side in choices.items():
        if name not in known or known[name].is_fixed:
            raise BadChoice("This is not to be chosen.", field=name)
        if side not in ("kept", "gone"):
            raise BadChoice("Choose one of the two.", field=name)
    sides = {each.name: choices.get(each.name, each.default) for each in fields}
    sides |= {name: sides[leader] for name, leader in WITH.items()}
    if sides["name"] == "gone" and not known["name"].gone:
        raise BadChoice("A person has a name.", field="name")
    return [name for name, side in sides.items() if side == "gone" and known[name].differs]


def facts_taken(kept: Person, gone: Person, names: Collection[str]) -> list[Change]:
    """Give what changes in the facts of who stays where these of who goes hold, a photo with its words."""
    if not names:
        return []
    after = {name: getattr(gone, name) for name in names}
    pictured = gone if "photo" in names else kept  # whose photo holds, with its words; they may say a name that does not
    words = said_with(pictured.photo_alt, _renamed(pictured.name, after.get("name", kept.name)), longest=LONGEST_ALT)
    if words != kept.photo_alt:
        after["photo_alt"] = words
    return [Change(Person, kept.pk, {name: getattr(kept, name) for name in after}, after)]


def _renamed(before: str, after: str) -> dict[str, str]:
    """Give the names words say, whole and first, with those that take their place."""
    if before == after or not (before and after):
        return {}
    return {before.split(maxsplit=1)[0]: after.split(maxsplit=1)[0], before: after}


def foreseen_by_rooms(kept: Person, gone: Person) -> list[events.Foreseen]:
    """Ask the later rooms what becomes of theirs."""
    heard: Any = events.merging.send(sender=Person, kept=kept, gone=gone)
    return [foreseen for _, foreseen in heard]


def planned(kept: Person, gone: Person, foreseen: Collection[events.Foreseen], changes: tuple[Change, ...]) -> Joining:
    """Give all that moves, changes and goes, of every room, with these changes besides."""
    pairs, removed = _pairs(kept, gone)
    proved, taken = _doors(kept, gone)
    for each in foreseen:
        taken |= {model: list(keys) for model, keys in each.removed.items()}
    wanted = [change for each in foreseen for change in each.changes]
    # Where one changed again meanwhile, taking the merge back leaves it as it is.
    held = keyed.turned({gone.pk: kept.pk})
    within = [Change(each.model, each.row, {each.field: each.before}, {each.field: each.after}, is_loose=True) for each in held]
    return plan_joining(
        kept,
        gone,
        changes=(*changes, *wanted, *within, *pairs, *proved, *_told(kept, gone)),
        removed={LikelyPair: removed, **taken},
        besides=BY_HAND,
    )


def _told(kept: Person, gone: Person) -> list[Change]:
    """Say which programmes are told what the one person needs: nothing that neither record told them. One query.

    Of two rows of a programme that of who stays takes both in; the other goes with its record.
    """
    rows: dict[int, dict[int, AccessNeeds]] = {}
    for row in AccessNeeds.objects.filter(person__in=(kept, gone)).order_by("pk"):
        rows.setdefault(row.programme_id, {})[row.person_id] = row
    changes = []
    for both in rows.values():
        mine, theirs = (Told(row.is_shared, row.noted) if row else Told() for row in (both.get(kept.pk), both.get(gone.pk)))
        holds = told_after(mine, theirs, kept_words=kept.access_needs, gone_words=gone.access_needs)
        row = both.get(kept.pk) or both[gone.pk]
        before, after = ({"is_shared": each.is_shared, "noted": each.noted} for each in (Told(row.is_shared, row.noted), holds))
        if before != after:
            changes.append(Change(AccessNeeds, row.pk, before, after, is_loose=True))
    return changes


def _doors(kept: Person, gone: Person) -> tuple[list[Change], dict[type[models.Model], list[Any]]]:
    """Say what becomes of the ways in of who goes, where both have an account: none of them leads into that of who stays.

    Whoever held them proved nothing of who stays: a record made up, signed in with and merged into somebody else's would be a
    key to what is theirs. Passkeys, apps, accounts elsewhere, sessions, tokens and links go; addresses move, to be proved anew.
    """
    accounts = {row.person_id: row for row in Account.objects.filter(person__in=(kept, gone))}
    if len(accounts) < 2:
        return [], {}
    theirs = accounts[gone.pk]
    doors: dict[type[models.Model], list[Any]] = {
        model: list(model._default_manager.filter(**{way: owner}).values_list("pk", flat=True))
        for model, way, owner in (
            (Authenticator, "user", theirs),
            (SocialAccount, "user", theirs),
            (UserSession, "user", theirs),
            (Token, "person", gone),
            (Invitation, "person", gone),
            (FeedAddress, "person", gone),
        )
    }
    proved = EmailAddress.objects.filter(user=theirs, verified=True).order_by("pk").values_list("pk", flat=True)
    return [Change(EmailAddress, key, {"verified": True}, {"verified": False}) for key in proved], doors


def _pairs(kept: Person, gone: Person) -> tuple[list[Change], list[int]]:
    """Say what becomes of the pairs of who goes: apart is remembered of who stays, what was only proposed goes."""
    changes: list[Change] = []
    removed: list[int] = []
    rows = LikelyPair.objects.filter(Q(first__in=(kept, gone)) | Q(second__in=(kept, gone))).order_by("pk")
    mine: dict[int, LikelyPair] = {}
    theirs: dict[int, LikelyPair] = {}
    for row in rows:
        ends = {row.first_id, row.second_id}
        if ends == {kept.pk, gone.pk}:
            removed.append(row.pk)
        elif gone.pk in ends:
            theirs[(ends - {gone.pk}).pop()] = row
        else:
            mine[(ends - {kept.pk}).pop()] = row
    for other, row in theirs.items():
        beside = mine.get(other)
        said_by = kept.pk if row.apart_by_id == gone.pk else row.apart_by_id
        if row.apart_at is not None and beside is None:
            first, second = sorted((kept.pk, other))
            before = {"first_id": row.first_id, "second_id": row.second_id}
            changes.append(Change(LikelyPair, row.pk, before, {"first_id": first, "second_id": second}, is_loose=True))
            continue
        if row.apart_at is not None and beside is not None and beside.apart_at is None:
            unsaid = {"apart_at": beside.apart_at, "apart_by_id": beside.apart_by_id}
            said = {"apart_at": row.apart_at, "apart_by_id": said_by}
            changes.append(Change(LikelyPair, beside.pk, unsaid, said, is_loose=True))
        removed.append(row.pk)
    return changes, removed


@dataclass(frozen=True, slots=True)
class _Both:
    """The rows of both for one use of a programme, either may be missing, and the outcome."""

    row_of_kept: Consent | None
    row_of_gone: Consent | None
    outcome: ConsentOutcome


def standings_of_both(kept: Person, gone: Person) -> list[_Both]:
    """Say where both stand, use by use. Who has a part in the programme and no row was not asked: stricter than a yes.

    A record without a part there was never to be asked, and takes nothing back. Two queries.
    """
    parts = set(Role.objects.filter(person__in=(kept, gone)).values_list("person", "programme"))
    by: dict[tuple[Programme, str], dict[int, Consent]] = {}
    rows = Consent.objects.filter(person__in=(kept, gone)).select_related("programme", "term").order_by("programme__name", "pk")
    for row in rows:
        assert row.person_id is not None  # they were found by it
        by.setdefault((row.programme, row.use), {})[row.person_id] = row
    order = list(Use)
    found = []
    for (programme, use), both in by.items():
        mine, theirs = both.get(kept.pk), both.get(gone.pk)
        ours, other = (Standing(row.standing) if row else Standing.NOT_ASKED for row in (mine, theirs))
        if mine is None and (kept.pk, programme.pk) not in parts:
            ours = other
        elif theirs is None and (gone.pk, programme.pk) not in parts:
            other = ours
        outcome = ConsentOutcome(programme, Use(use), ours, other, strictest(ours, other))
        found.append(_Both(mine, theirs, outcome))
    return sorted(found, key=lambda each: (each.outcome.programme.name, order.index(each.outcome.use)))


def consents_changed(standings: list[_Both], at: datetime) -> list[Change]:
    """Give what changes in the rows of consent so that the stricter holds; of two alike that to the older words.

    Where one of two rows must go it is that of who goes (the constraint says so), so that of who stays takes its values. A yes
    beside *not asked* stays in the ledger, where it was said, and counts for nothing until the person answers.
    """
    changes = []
    for each in standings:
        mine, theirs, holds = each.row_of_kept, each.row_of_gone, each.outcome.holds
        if mine is not None and theirs is not None:
            alike = each.outcome.kept is each.outcome.gone
            if (alike and theirs.term.number < mine.term.number) or (not alike and each.outcome.gone is holds):
                columns = ("standing", "term_id", "since")
                before, after = ({name: getattr(row, name) for name in columns} for row in (mine, theirs))
                changes.append(Change(Consent, mine.pk, before, after))
            continue
        row = mine or theirs
        if row is not None and row.standing != holds.value:
            before = {"standing": row.standing, "since": row.since}
            changes.append(Change(Consent, row.pk, before, {"standing": holds.value, "since": at}))
    return changes
