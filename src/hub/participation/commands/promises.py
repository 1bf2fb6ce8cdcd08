"""Say what a cohort asks of its Experts, what differs for one of them, and what they have made."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from hub.core.claims import check_words
from hub.core.commitments import (
    OWN_PROMISES,
    BadPromise,
    Override,
    Promise,
    Things,
    Which,
    say_promise,
    sound_override,
    sound_promise,
)
from hub.core.commitments.model import MOST
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import must_be_as_seen
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.participation.letters import tell_of_commitments
from hub.participation.models import Commitment, CommitmentOverride, Made
from hub.participation.models.promises import (
    promise_columns,
    promise_of,
    quantity_columns,
    seen_of_commitment,
    seen_of_made,
    seen_of_override,
)
from hub.participation.permissions import require_team
from hub.participation.queries.forecasts import days_of
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.programmes.models import Cohort
from hub.programmes.queries import locked_cohort
from hub.schedule.queries.working import series_titles

_DOING = "say what is asked of Experts"


class HasPromises(Refusal):
    """The cohort has commitments already."""

    code: ClassVar[str] = "has-promises"


@transaction.atomic
def use_own_promises(cohort: Cohort, *, by: Person | None, at: datetime) -> list[Commitment]:
    """Begin with the Hub's own commitments, those of the programme's first plan. Raises NotAllowed, HasPromises."""
    require_team(by, cohort.programme, at=at, doing=_DOING)
    locked_cohort(cohort)
    if Commitment.objects.filter(cohort=cohort).exists():
        raise HasPromises("This cohort has commitments already. Change those, or add others.")
    return [_add(cohort, promise, is_catch_up_trusted=False, by=by, at=at) for promise in OWN_PROMISES]


@transaction.atomic
def add_promise(
    cohort: Cohort, promise: Promise, *, is_catch_up_trusted: bool = False, by: Person | None, at: datetime
) -> Commitment:
    """Ask one thing more of each Expert of a cohort. Raises NotAllowed, BadPromise."""
    require_team(by, cohort.programme, at=at, doing=_DOING)
    locked_cohort(cohort)
    return _add(cohort, promise, is_catch_up_trusted=is_catch_up_trusted, by=by, at=at)


@transaction.atomic
def edit_promise(
    row: Commitment,
    promise: Promise,
    *,
    is_catch_up_trusted: bool,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> Commitment:
    """Ask something else; the key stays, so that what differs for single Experts stays too.

    `seen` marks what was asked when they began to change it. Raises NotAllowed, BadPromise, ChangedMeanwhile.
    """
    require_team(by, row.cohort.programme, at=at, doing=_DOING)
    held = _locked(row)
    before = promise_of(held, held.cohort.zone)
    sound = _sound(held.cohort, promise)
    columns = promise_columns(sound) | {"is_catch_up_trusted": is_catch_up_trusted and sound.is_catch_up_allowed}
    fields = [name for name, value in columns.items() if getattr(held, name) != value]
    if fields:
        must_be_as_seen(seen, seen_of_commitment(held), of="this commitment")
        _put(held, columns, at=at)
        said = [say_promise(before), say_promise(sound)]
        journal.record(
            "changed-commitment", held, by=by, at=at, part_of=held.cohort, fields=fields, before=said[0], after=said[1]
        )
        facts_changed(held.cohort.programme_id, at=at)
    return held


@transaction.atomic
def remove_promise(row: Commitment, *, by: Person | None, at: datetime) -> None:
    """Ask it no more; what differed for single Experts goes with it. Raises NotAllowed."""
    require_team(by, row.cohort.programme, at=at, doing=_DOING)
    held = Commitment.objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if held is None:
        return
    said = say_promise(promise_of(held, row.cohort.zone))
    journal.record("removed-commitment", held, by=by, at=at, part_of=row.cohort, says=said)
    held.delete()
    facts_changed(row.cohort.programme_id, at=at)


@transaction.atomic
def set_override(
    row: Commitment,
    person: Person,
    override: Override,
    *,
    reason: str,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> CommitmentOverride:
    """Let something differ for one Expert, and say why. `seen` marks what differed when they began to write.

    Raises NotAllowed, BadPromise, BadClaim, ChangedMeanwhile.
    """
    cohort = row.cohort
    require_team(by, cohort.programme, at=at, doing=_DOING)
    sound = sound_override(promise_of(row, cohort.zone), override, cohort=days_of(cohort))
    if sound == Override():
        raise BadPromise("Nothing would differ. Choose a day, a quantity, or let them off.")
    words = check_words(reason, field="reason", needed="Write why it differs for them.")
    _must_be_expert(cohort, person, at=at)
    columns: dict[str, Any] = {
        "starts_on": sound.starts_on,
        "ends_on": sound.ends_on,
        "extended_until": sound.extended_until,
        **(quantity_columns(sound.quantity) if sound.quantity else {"measure": "", "number": 1, "of": 1}),
        "is_waived": sound.is_waived,
        "reason": words,
    }
    _locked(row)
    there = CommitmentOverride.objects.filter(commitment=row, person=person).first()
    before = seen_of_override(there)
    if there is not None and before == columns:
        return there
    must_be_as_seen(seen, before, of=f"what differs for {person.name}")
    made, _ = CommitmentOverride.objects.update_or_create(
        commitment=row, person=person, defaults=columns | {"edited_at": at, "edited_by": by}
    )
    journal.record(
        "set-override", made, by=by, at=at, part_of=cohort, about=person, personal=["reason"],
        commitment=row.many, is_waived=sound.is_waived, reason=words,
    )  # fmt: skip
    facts_changed(cohort.programme_id, at=at)
    return made


def _locked(row: Commitment) -> Commitment:
    """Lock a commitment and read it anew. Raises ChangedMeanwhile where it is asked no more."""
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("cohort__programme")
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise ChangedMeanwhile("Somebody else took this commitment away meanwhile.")
    return found


@transaction.atomic
def remove_override(row: CommitmentOverride, *, by: Person | None, at: datetime) -> None:
    """Ask of one Expert what is asked of all. Raises NotAllowed."""
    cohort = row.commitment.cohort
    require_team(by, cohort.programme, at=at, doing=_DOING)
    journal.record("removed-override", row, by=by, at=at, part_of=cohort, about=row.person, commitment=row.commitment.many)
    row.delete()
    facts_changed(cohort.programme_id, at=at)


@transaction.atomic
def set_made(
    cohort: Cohort, person: Person, key: str, number: int, *, seen: str | None = None, by: Person | None, at: datetime
) -> Made:
    """Say how many things of a sort an Expert has made, such as case studies. `seen` marks how many were said before.

    Raises NotAllowed, BadPromise, ChangedMeanwhile.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    if not 0 <= number <= MOST:
        raise BadPromise(f"Write how many were made, from 0 to {MOST}.", field="number")
    if not Commitment.objects.filter(cohort=cohort, things=key).exists():
        raise BadPromise("No commitment of this cohort asks for that.", field="number")
    _must_be_expert(cohort, person, at=at)
    locked_cohort(cohort)
    there = Made.objects.filter(cohort=cohort, person=person, key=key).first()
    if there is None or there.number != number:
        must_be_as_seen(seen, seen_of_made(there.number if there else 0), of="how many there are")
    row, _ = Made.objects.update_or_create(cohort=cohort, person=person, key=key, defaults={"number": number, "edited_at": at})
    journal.record("set-made", row, by=by, at=at, part_of=cohort, about=person, key=key, number=number)
    facts_changed(cohort.programme_id, at=at)
    return row


def _add(cohort: Cohort, promise: Promise, *, is_catch_up_trusted: bool, by: Person | None, at: datetime) -> Commitment:
    sound = _sound(cohort, promise)
    rows = Commitment.objects.filter(cohort=cohort)
    if rows.filter(key=sound.key).exists():
        raise BadPromise("A commitment of this cohort is called that already.", field="many")
    made = Commitment(cohort=cohort, key=sound.key, position=rows.count())
    columns = promise_columns(sound) | {"is_catch_up_trusted": is_catch_up_trusted and sound.is_catch_up_allowed}
    _put(made, columns, at=at)
    journal.record("asked-for", made, by=by, at=at, part_of=cohort, says=say_promise(sound))
    tell_of_commitments(made, by=by, at=at)
    facts_changed(cohort.programme_id, at=at)
    return made


def _sound(cohort: Cohort, promise: Promise) -> Promise:
    sound = sound_promise(promise)
    if isinstance(sound.of, Which) and sound.of.series and sound.of.series - series_titles(cohort).keys():
        raise BadPromise("A series is not of this cohort. Choose again.", field="series")
    if isinstance(sound.of, Things) and len(sound.of.key) > 60:
        raise BadPromise("The word for what is made is too long.", field="things")
    return sound


def _put(row: Commitment, columns: dict[str, Any], *, at: datetime) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.edited_at = at
    row.save()


def _must_be_expert(cohort: Cohort, person: Person, *, at: datetime) -> None:
    if not experts_of([cohort], people=[person.pk], with_past=True, at=at)[cohort.pk]:
        raise BadPromise(f"{person.name} is no Expert of {cohort.name}.")
