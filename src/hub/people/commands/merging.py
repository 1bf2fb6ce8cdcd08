"""Make one person of two records, take that back, or say that they are two people.

What is moved is found by looking at the models (`kit.joining`); this room adds what it knows better: which facts hold, that the
strictest consent does, and what becomes of the proposals. Sources: issue 3; lessons, "People".
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
from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from hub.core.calendar import say_date
from hub.core.consent import Standing, Use, strictest
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere, Refusal
from hub.core.needs import Told, told_after
from hub.kit import jobs, journal, keyed
from hub.kit.held import word
from hub.kit.joining import Change, Collision, Joining, NotAsItWas, join, part, plan_joining
from hub.people import events, permissions, queries
from hub.people.commands.persons import LONGEST_ALT, keep_former_name, said_with
from hub.people.models import (
    AccessNeeds,
    Account,
    Affiliation,
    Consent,
    Erasure,
    FeedAddress,
    FormerName,
    Invitation,
    LikelyPair,
    Link,
    Merge,
    Person,
    Role,
    Token,
)
from hub.programmes.commands import public_changed
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among

Side = Literal["kept", "gone"]
TELL = "tell-of-merge"
NOT_UNDONE_NOW = (
    "This can’t be undone now: the person is to be forgotten, and what was the other record is theirs, too. "
    "Where that is taken back, it can be undone again."
)

# What nobody chooses: who stays stays, the erased are not merged, one was there since the first record was, the words for a
# photo go with the photo, and what a name is found by with the name; what they need is not shown to who merges them.
FIXED = frozenset({"id", "added_at", "erased_at", "photo_alt", "plain_name", "access_needs"})
WITH = {"photo_alt": "photo", "plain_name": "name"}
# What points at a person and is not moved row by row, and why.
BY_HAND = {
    "people.LikelyPair.first": "a pair is of two people, in the order of their keys; who stays is proposed anew",
    "people.LikelyPair.second": "the same; that two records are two people is remembered of who stays",
}


class NotTwoRecords(Refusal):
    """A record can't be merged with itself, nor with one that is known to be another person."""

    code = "not-two-records"


class BadChoice(Refusal):
    """Something was chosen that is not there to be chosen; `field` says for what."""

    code = "bad-choice"


class ToBeForgotten(Refusal):
    """One of the two asked to be forgotten: that comes first, or is taken back first."""

    code = "to-be-forgotten"


class SignedInAsThisOne(Refusal):
    """Nobody merges away the record they are signed in with."""

    code = "signed-in-as-this-one"


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
    foreseen = _foreseen(kept, gone)
    joining = _plan(kept, gone, foreseen, ())
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
    consents = tuple(each.outcome for each in _standings(kept, gone))
    outcomes = tuple(outcome for each in foreseen for outcome in each.outcomes)
    return Preview(kept, gone, _fields(kept, gone), tuple(relations), consents, outcomes)


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


@transaction.atomic
def merge_people(kept: Person, gone: Person, *, choices: Mapping[str, Side], by: Person | None, at: datetime) -> Merge:
    """Make one person of two records: `kept` stays, with what was chosen of `gone` and all that pointed at it.

    What is not chosen stays as the preview says. The strictest consent holds until the person answers again. Where both have an
    account, that of `kept` stays, and the address of the other lets nobody in until it is proved. A name that doesn't hold
    becomes one the person had before.

    The row of `gone` is deleted, and made again with the same key by `undo_merge`, rather than kept and marked: so no list, no
    query and no constraint needs to know of a mark, and an erasure of who stays finds all that is left of who went, because it
    hangs on them in `Merge`.
    Raises NotAllowed, NotTwoRecords, ChangedMeanwhile, SignedInAsThisOne, ToBeForgotten, BadChoice.
    """
    if kept.pk == gone.pk:
        raise NotTwoRecords("This is one record already.")
    # Locked before it is asked who may: it is asked of the roles of records that stay as they are meanwhile.
    both = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk")}
    if len(both) < 2:
        raise ChangedMeanwhile("One of the two records is not there any more. Look at the list again, please.")
    kept, gone = both[kept.pk], both[gone.pk]
    if not permissions.knows_both(by, kept, gone, at=at):
        raise NotAllowed("Only a team that knows both records merges them.")
    if beyond := permissions.rights_beyond(by, kept, gone, at=at):
        raise NotAllowed(f"One of the two has a part in {beyond[0].name}: only somebody of that team too can merge them.")
    _must_be_free(kept, gone, by=by)
    foreseen = _foreseen(kept, gone)
    taken = _chosen(_fields(kept, gone), choices)
    programmes = _programmes_of(kept, gone)
    addresses = sorted(Account.objects.filter(person__in=both).values_list("email", flat=True))
    standings = _standings(kept, gone)
    joining = _plan(kept, gone, foreseen, (*_changes(standings, at), *_facts_taken(kept, gone, taken)))
    watched: dict[type[models.Model], list[int]] = {
        Consent: [each.row_of_kept.pk for each in standings if each.row_of_kept is not None]
    }
    living: set[type[models.Model]] = {AccessNeeds, *(model for each in foreseen for model in each.living)}
    facts = join(joining, watched=watched, living=living)
    named = (kept.name, gone.name)
    kept.refresh_from_db()
    merge = Merge.objects.create(kept=kept, gone_key=gone.pk, facts=facts, at=at, by=by)
    for name in named:
        if name != kept.name:
            keep_former_name(kept, name, merge=merge, at=at)  # beside the facts: those are let go when this can't be undone
    moved: dict[str, int] = {}
    for move in joining.moves:
        moved[move.name] = moved.get(move.name, 0) + len(move.rows)
    counts = {name: count for name, count in moved.items() if count}
    journal.record("merged", merge, by=by, at=at, about=kept, gone=gone.pk, fields=sorted(taken), moved=counts)
    _tell(merge, addresses, what="merged", by=by, at=at)
    _shown_anew(programmes, at=at)
    return merge


@transaction.atomic
def undo_merge(merge: Merge, *, by: Person | None, at: datetime) -> Person:
    """Make two records again of what a merge made one, as they were; what came since stays with the one that was kept.

    What later rooms can't bring back as it was they say beforehand (`queries.foretold_partings`). Gives the record that comes
    back. Raises NotAllowed, NotFromHere, ToBeForgotten, NotAsItWas with what stands in the way.
    """
    returned = Merge.objects.values_list("facts__removed", flat=True).get(pk=merge.pk) or []
    events.parting.send(sender=Person, returned=returned, at=at)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    kept = Person.objects.select_for_update().get(pk=merge.kept_id)
    if not permissions.can_part(by, kept, at=at):
        raise NotAllowed("Only a team that knows the person undoes a merge.")
    if merge.undone_at is not None:
        raise NotFromHere("This merge has been undone already.")
    if kept.erased_at is not None:
        raise NotFromHere("This can’t be undone: the person has been forgotten, and so has what was kept for it.")
    if queries.leaving([kept.pk]):  # the record that comes back would be named again, and stay when this one goes
        raise ToBeForgotten(NOT_UNDONE_NOW)
    if not merge.facts:
        days = settings.RETENTION_MERGES_DAYS
        raise NotFromHere(f"This can’t be undone any more: what a merge kept for it is kept for {days} days.")
    if merge.facts["kept"] != kept.pk:
        raise NotAsItWas("This can’t be undone: the record has itself been merged into another since. Undo that first.")
    programmes, facts = _programmes_of(kept), merge.facts
    FormerName.objects.filter(merge=merge).delete()
    part(merge.facts, say=in_words)
    gone = Person.objects.get(pk=merge.gone_key)
    # What was said since of who reads the words of one record was said before the other had its own again.
    AccessNeeds.objects.filter(person__in=(kept, gone), said_at__gt=merge.at, is_shared=True).update(is_shared=None)
    merge.undone_at, merge.facts = at, {}  # nothing more is needed of it, so nothing more is kept
    merge.save(update_fields=["undone_at", "facts"])
    events.parted.send(sender=Person, kept=kept, gone=gone, changed=facts["changed"], returned=facts["removed"], by=by, at=at)
    journal.record("merge-undone", merge, by=by, at=at, about=kept, gone=gone.pk)
    addresses = sorted(Account.objects.filter(person__in=(kept, gone)).values_list("email", flat=True))
    _tell(merge, addresses, what="merge-undone", by=by, at=at)
    _shown_anew(programmes, at=at)
    return gone


@transaction.atomic
def say_apart(pair: LikelyPair, *, by: Person | None, at: datetime) -> LikelyPair:
    """Remember that two records are two people until somebody unsays it; said again it changes nothing.

    Raises NotAllowed, ChangedMeanwhile.
    """
    row = LikelyPair.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=pair.pk).first()
    if row is None:
        raise ChangedMeanwhile("This pair is not there any more. Look at the list again, please.")
    if not permissions.knows_both(by, row.first, row.second, at=at):
        raise NotAllowed("Only a team that knows both says that they are two people.")
    if row.apart_at is None:
        row.apart_at, row.apart_by = at, by
        row.save(update_fields=["apart_at", "apart_by"])
        journal.record("said-apart", row, by=by, at=at, first=row.first_id, second=row.second_id)
    return row


@transaction.atomic
def unsay_apart(pair: LikelyPair, *, by: Person | None, at: datetime) -> LikelyPair:
    """Take back that two records are two people: they are proposed as one again, from now on, and may be merged.

    Where nothing makes them likely any more, the next look lets the pair go like any other.
    Raises NotAllowed, ChangedMeanwhile.
    """
    row = LikelyPair.objects.select_for_update(of=("self",)).select_related("first", "second").filter(pk=pair.pk).first()
    if row is None or row.apart_at is None:
        raise ChangedMeanwhile("This pair is not among those said apart any more. Look at the list again, please.")
    if not permissions.knows_both(by, row.first, row.second, at=at):
        raise NotAllowed("Only a team that knows both takes back that they are two people.")
    row.apart_at, row.apart_by, row.found_at = None, None, at  # found anew: an old guess would be let go of the next night
    row.save(update_fields=["apart_at", "apart_by", "found_at"])
    journal.record("unsaid-apart", row, by=by, at=at, first=row.first_id, second=row.second_id)
    return row


def _must_be_free(kept: Person, gone: Person, *, by: Person | None) -> None:
    """Raises NotTwoRecords, SignedInAsThisOne, ToBeForgotten."""
    first, second = sorted((kept.pk, gone.pk))
    if LikelyPair.objects.filter(first=first, second=second, apart_at__isnull=False).exists():
        raise NotTwoRecords(
            "Somebody has said that these are two people. If they are one, take that back at the end of Duplicates first."
        )
    if by is not None and by.pk == gone.pk:
        raise SignedInAsThisOne(
            "You are signed in with the record that would go. Let this one stay, and merge the other into it.", field="keep"
        )
    asked = Erasure.objects.filter(person__in=(kept, gone), taken_back_at__isnull=True, done_at__isnull=True)
    if asked.exists():
        raise ToBeForgotten("One of the two has asked to be forgotten. That is carried out, or taken back, first.")


# -- which facts hold


def _fields(kept: Person, gone: Person) -> tuple[FieldChoice, ...]:
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


def _chosen(fields: tuple[FieldChoice, ...], choices: Mapping[str, Side]) -> list[str]:
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


def _facts_taken(kept: Person, gone: Person, names: Collection[str]) -> list[Change]:
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


# -- what is moved


def _foreseen(kept: Person, gone: Person) -> list[events.Foreseen]:
    """Ask the later rooms what becomes of theirs."""
    heard: Any = events.merging.send(sender=Person, kept=kept, gone=gone)
    return [foreseen for _, foreseen in heard]


def _plan(kept: Person, gone: Person, foreseen: Collection[events.Foreseen], changes: tuple[Change, ...]) -> Joining:
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


# -- consent


@dataclass(frozen=True, slots=True)
class _Both:
    """The rows of both for one use of a programme, either may be missing, and the outcome."""

    row_of_kept: Consent | None
    row_of_gone: Consent | None
    outcome: ConsentOutcome


def _standings(kept: Person, gone: Person) -> list[_Both]:
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


def _changes(standings: list[_Both], at: datetime) -> list[Change]:
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


# -- who learns of it


def _programmes_of(*people: Person) -> set[int]:
    """Give the programmes whose public answers may show one of these people."""
    found: set[int] = set()
    for model in (Role, Consent):
        rows: models.QuerySet[Any] = model._default_manager.filter(person__in=people)
        found |= set(rows.values_list("programme", flat=True).distinct())
    return found


def _shown_anew(programmes: Collection[int], *, at: datetime) -> None:
    for programme in programmes_among(programmes):
        public_changed(programme)
        events.parts_changed.send(sender=Merge, programme=programme.pk, at=at)


def _tell(merge: Merge, addresses: Collection[str], *, what: str, by: Person | None, at: datetime) -> None:
    """Tell these addresses, those of both accounts, by a mail each once this is committed; who can't read one is not told."""
    journal.record(
        "to-be-told", merge, by=by, at=at, about=merge.kept, personal=("addresses",), what=what, addresses=list(addresses)
    )
    rows = EmailAddress.objects.filter(email__in=[each.lower() for each in addresses]).order_by("pk")
    for key in rows.values_list("pk", flat=True):
        jobs.enqueue(TELL, key=f"{merge.pk} {what} {key}", payload={"address": key, "what": what}, due_at=at)
