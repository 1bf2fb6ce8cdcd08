"""Make one person of two records, or take that back.

What it does is foreseen in `foreseeing`: the strictest consent holds, and what later rooms know better they say by a signal.
Sources: issue 3; lessons, "People".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models, transaction

from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere, Refusal
from hub.kit import jobs, journal
from hub.kit.joining import NotAsItWas, join, part
from hub.people import events, permissions, queries
from hub.people.commands.foreseeing import (
    Side,
    chosen,
    consents_changed,
    facts_taken,
    fields_of_both,
    foreseen_by_rooms,
    in_words,
    planned,
    standings_of_both,
)
from hub.people.commands.persons import keep_former_name
from hub.people.models import (
    AccessNeeds,
    Account,
    Consent,
    Erasure,
    FormerName,
    LikelyPair,
    Merge,
    Person,
    Role,
)
from hub.programmes.commands import public_changed
from hub.programmes.queries import programmes_among

TELL = "tell-of-merge"
NOT_UNDONE_NOW = (
    "This can’t be undone now: the person is to be forgotten, and what was the other record is theirs, too. "
    "Where that is taken back, it can be undone again."
)


class NotTwoRecords(Refusal):
    """A record can't be merged with itself, nor with one that is known to be another person."""

    code = "not-two-records"


class ToBeForgotten(Refusal):
    """One of the two asked to be forgotten: that comes first, or is taken back first."""

    code = "to-be-forgotten"


class SignedInAsThisOne(Refusal):
    """Nobody merges away the record they are signed in with."""

    code = "signed-in-as-this-one"


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
    foreseen = foreseen_by_rooms(kept, gone)
    taken = chosen(fields_of_both(kept, gone), choices)
    programmes = _programmes_of(kept, gone)
    addresses = sorted(Account.objects.filter(person__in=both).values_list("email", flat=True))
    standings = standings_of_both(kept, gone)
    joining = planned(kept, gone, foreseen, (*consents_changed(standings, at), *facts_taken(kept, gone, taken)))
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
