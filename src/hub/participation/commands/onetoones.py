"""Book 1:1s, move and cancel them, say how they went, and write down what came of them.

Whoever books, moves or cancels holds the diaries of both, so that no slot is given twice and nobody is at two places.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hub.core.availability import Availability as Rules
from hub.core.availability import NotOffered, Slot, can_book, can_cancel, can_move
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere
from hub.core.onetoones import LONGEST_NOTE, LONGEST_TOPIC, MOVES, KeptApart, NotYet, OneToOneState
from hub.kit import journal
from hub.kit.states import move
from hub.messaging.commands import facts_changed
from hub.participation.models import Apart, Availability, Diary, OneToOne, OneToOneNote
from hub.participation.models.onetoones import availability_of
from hub.participation.permissions import (
    can_change,
    can_run,
    coaches_on,
    has_one_to_ones_on,
    is_one_of,
    needs_notice,
)
from hub.participation.queries.onetoones import (
    availability_by,
    availability_offering,
    booked_with_the_gone,
    busy_of,
    coaching_terms,
    counted_of,
    quota_for,
    taken_of,
)
from hub.people.models import Person, day_of
from hub.people.queries import experts_of, parts_ever_in
from hub.programmes.models import Cohort


def hold_diaries(people: Collection[int]) -> None:
    """Take the locks of some people's 1:1s, in the order of their keys so that two who book never wait for each other."""
    for key in sorted(set(people)):
        Diary.objects.get_or_create(person_id=key)
    list(Diary.objects.select_for_update().filter(person__in=sorted(set(people))).order_by("person"))


@transaction.atomic
def book_one_to_one(
    availability: Availability,
    expert: Person,
    cohort: Cohort,
    *,
    starts_at: datetime,
    topic: str = "",
    by: Person | None,
    at: datetime,
) -> OneToOne:
    """Book a slot of a coach for an Expert of a cohort. The team may book for an Expert, without notice and over the quota.

    Raises NotAllowed, KeptApart, NotOffered, TooLate, Taken, QuotaUsedUp, Elsewhere.
    """
    is_theirs = by is not None and by.pk == expert.pk
    if not is_theirs and not can_run(by, cohort.programme, at=at):
        raise NotAllowed("Only the Expert and the team book a 1:1.")
    if not experts_of([cohort], people=[expert.pk], at=at)[cohort.pk]:
        raise NotAllowed("1:1s are for the Experts of the cohort.")
    busy = busy_of(expert, at=at)  # read before the lock, so that nobody waits for it
    hold_diaries([availability.coach_id, expert.pk])
    row = availability_by(availability.pk)
    if row is None or row.programme_id != cohort.programme_id or row.cohort_id not in (None, cohort.pk):
        raise NotOffered("The coach is no longer there for 1:1s. Choose another one.")
    _check_coach(row, starts_at)
    _check_expert(cohort, expert, starts_at, by)
    _check_together(cohort, expert, row.coach_id)
    pure = availability_of(row)
    slot = _slot_at(pure, row, starts_at)
    taken = taken_of([row.coach_id, expert.pk], since=at - timedelta(days=2))
    can_book(
        slot,
        availability=pure if is_theirs else _without_notice(pure),
        at=at,
        taken=taken[row.coach_id],
        taken_by_expert=counted_of(cohort, expert),
        quota=quota_for(cohort, expert) if is_theirs else None,
        busy_of_expert=[*taken[expert.pk], *busy],
    )
    one = OneToOne.objects.create(
        cohort=cohort,
        coach=row.coach,
        expert=expert,
        availability=row,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        zone=slot.zone,
        state=OneToOneState.BOOKED.value,
        state_at=at,
        topic=" ".join(topic.split())[:LONGEST_TOPIC],
    )
    _record_and_tell(one, "booked", by=by, at=at)
    return one


@transaction.atomic
def move_one_to_one(one: OneToOne, *, starts_at: datetime, by: Person | None, at: datetime) -> OneToOne:
    """Move a 1:1 to another slot of its coach. The Expert keeps to the notice; the coach and the team need none.

    Moved to a time of another availability than it was booked from, it meets by the link and place of that one.
    Raises NotAllowed, NotFromHere, and what `book_one_to_one` does.
    """
    if not can_change(by, one, at=at):
        raise NotAllowed("Only the two whose 1:1 it is, and the team, move it.")
    busy = busy_of(one.expert, at=at)
    hold_diaries([one.coach_id, one.expert_id])
    one = _fresh(one)
    row = availability_offering(one.coach_id, one.cohort, starts_at)
    if row is None:
        raise NotOffered("There is no 1:1 at this time. Choose one of those that are offered.")
    if one.state != OneToOneState.BOOKED:
        raise NotFromHere("Only a booked 1:1 can be moved.")
    _check_coach(row, starts_at)
    _check_expert(one.cohort, one.expert, starts_at, by)
    pure = availability_of(row)
    slot = _slot_at(pure, row, starts_at)
    taken = taken_of([one.coach_id, one.expert_id], since=at - timedelta(days=2))
    mine = (one.starts_at, one.ends_at)
    can_move(
        one.slot,
        slot,
        availability=pure if needs_notice(by, one) else _without_notice(pure),
        at=at,
        taken=[each for each in taken[one.coach_id] if (each.starts_at, each.ends_at) != mine],
        taken_by_expert=counted_of(one.cohort, one.expert, but=one),
        quota=quota_for(one.cohort, one.expert) if needs_notice(by, one) else None,
        busy_of_expert=[*(each for each in taken[one.expert_id] if (each.starts_at, each.ends_at) != mine), *busy],
    )
    before = one.starts_at
    values: dict[str, Any] = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "zone": slot.zone}
    values["sequence"] = one.sequence + 1
    if one.availability_id != row.pk:
        values |= {"availability": row, "joining_link": "", "place": ""}
    move(one, "moved", along=MOVES, at=at, **values)
    _record_and_tell(one, "moved", by=by, at=at, was=before.isoformat())
    return one


@transaction.atomic
def cancel_one_to_one(one: OneToOne, *, reason: str = "", by: Person | None, at: datetime) -> OneToOne:
    """Cancel a 1:1: the Expert until the coach's notice, the coach and the team until it begins. The quota gets it back.

    Raises NotAllowed, TooLate, NotFromHere.
    """
    if not can_change(by, one, at=at):
        raise NotAllowed("Only the two whose 1:1 it is, and the team, cancel it.")
    hold_diaries([one.coach_id, one.expert_id])
    one = _fresh(one)
    row = availability_by(one.availability_id) if one.availability_id is not None else None
    pure = availability_of(row) if row is not None else Rules(coach=one.coach_id)
    can_cancel(one.slot, availability=pure if needs_notice(by, one) else _without_notice(pure), at=at)
    words = " ".join(reason.split())[:LONGEST_TOPIC]
    move(one, "cancelled", along=MOVES, at=at, reason=words, sequence=one.sequence + 1)
    _record_and_tell(one, "cancelled", by=by, at=at)
    return one


@transaction.atomic
def mark_held(one: OneToOne, *, by: Person | None, at: datetime) -> OneToOne:
    """Say that a 1:1 was held: the coach or the team, once it has begun. Raises NotAllowed, NotYet, NotFromHere."""
    return _mark(one, "held", by=by, at=at)


@transaction.atomic
def mark_missed(one: OneToOne, *, by: Person | None, at: datetime) -> OneToOne:
    """Say that the Expert did not come; it counts for the quota. Raises NotAllowed, NotYet, NotFromHere."""
    return _mark(one, "missed", by=by, at=at)


@transaction.atomic
def set_link(one: OneToOne, *, joining_link: str, by: Person | None, at: datetime) -> OneToOne:
    """Give one 1:1 a joining link of its own; empty, it has the coach's. Raises NotAllowed."""
    if by is None or by.pk != one.coach_id:
        raise NotAllowed("The coach says where they meet.")
    one.joining_link = joining_link
    one.save(update_fields=["joining_link"])
    journal.record("changed-link", one, by=by, at=at, part_of=one.cohort, about=one.expert)
    return one


@transaction.atomic
def write_note(one: OneToOne, *, text: str, by: Person | None, at: datetime) -> OneToOneNote | None:
    """Write down for oneself what one wants to keep of a 1:1; nobody else reads it. Empty takes it away. Raises NotAllowed."""
    if by is None or not is_one_of(by, one):
        raise NotAllowed("Only the two whose 1:1 it is keep notes of it.")
    kept = text.strip()[:LONGEST_NOTE]
    OneToOne.objects.select_for_update(no_key=True).get(pk=one.pk)  # two who write the first one at once
    note = OneToOneNote.objects.filter(one_to_one=one, author=by).first()
    if not kept:
        if note is not None:
            journal.record("removed-note", note, by=by, at=at)
            note.delete()
        return None
    note = note or OneToOneNote(one_to_one=one, author=by)
    note.text, note.edited_at = kept, at
    note.save()
    journal.record("noted", note, by=by, at=at)  # of the note's own history, which only its author reads
    return note


@transaction.atomic
def write_outcome(one: OneToOne, *, text: str, seen: datetime | None, by: Person | None, at: datetime) -> OneToOne:
    """Write down what came of a 1:1, for both; the team reads it where the cohort says so, as the form tells whoever writes.

    `seen` is when the outcome they had before them was written. Raises NotAllowed, NotYet, ChangedMeanwhile.
    """
    if by is None or not is_one_of(by, one):
        raise NotAllowed("Only the two whose 1:1 it is write down what came of it.")
    hold_diaries([one.coach_id, one.expert_id])
    one = _fresh(one)
    if at < one.starts_at:
        raise NotYet("The 1:1 has not begun yet.")
    if one.outcome_at != seen:
        raise ChangedMeanwhile("The other one wrote something meanwhile. It stands below; put both together, then save.")
    one.outcome = text.strip()[:LONGEST_NOTE]
    one.outcome_at = at
    one.is_outcome_for_team = coaching_terms(one.cohort).is_outcome_for_team
    one.save(update_fields=["outcome", "outcome_at", "is_outcome_for_team"])
    journal.record("wrote-outcome", one, by=by, at=at)
    return one


@transaction.atomic
def cancel_with_the_gone(programme: int, *, by: Person | None, at: datetime) -> None:
    """Cancel the 1:1s to come of somebody who was erased. The Hub does this itself."""
    for one in booked_with_the_gone(programme, at=at):
        hold_diaries([one.coach_id, one.expert_id])
        move(one, "cancelled", along=MOVES, at=at, sequence=one.sequence + 1)
        _record_and_tell(one, "cancelled", by=by, at=at)


def _mark(one: OneToOne, verb: str, *, by: Person | None, at: datetime) -> OneToOne:
    if not (by is not None and by.pk == one.coach_id) and not can_run(by, one.cohort.programme, at=at):
        raise NotAllowed("The coach, or the team, says how it went.")
    if at < one.starts_at:
        raise NotYet("The 1:1 has not begun yet.")
    one = _fresh(one)
    move(one, verb, along=MOVES, at=at)
    _record_and_tell(one, verb, by=by, at=at)
    return one


def _check_coach(row: Availability, starts_at: datetime) -> None:
    """Raise NotOffered where the coach takes no part any more on the day."""
    parts = parts_ever_in(row.programme_id, people=[row.coach_id])
    if not coaches_on(parts.get(row.coach_id, ()), row.cohort_id, day_of(starts_at)):
        raise NotOffered("The coach is no longer there for 1:1s by then. Choose another one.")


def _check_expert(cohort: Cohort, expert: Person, starts_at: datetime, by: Person | None) -> None:
    """Raise NotOffered where the Expert takes no part any more on the day."""
    parts = parts_ever_in(cohort.programme_id, people=[expert.pk])
    if not has_one_to_ones_on(parts.get(expert.pk, ()), cohort.pk, day_of(starts_at)):
        who = "you no longer take" if by is not None and by.pk == expert.pk else f"{expert} no longer takes"
        raise NotOffered(f"By then {who} part in {cohort.name}. Choose an earlier time.")


def _check_together(cohort: Cohort, expert: Person, coach: int) -> None:
    if expert.pk == coach:
        raise KeptApart("Nobody has a 1:1 with themselves.")
    if Apart.objects.filter(cohort=cohort, expert=expert, coach=coach).exists():
        raise KeptApart("This coach can’t be booked here. Choose another one.")


def _slot_at(pure: Rules, row: Availability, starts_at: datetime) -> Slot:
    ends_at = starts_at + timedelta(minutes=pure.minutes)
    return Slot(coach=row.coach_id, starts_at=starts_at, ends_at=ends_at, zone=row.zone)


def _without_notice(pure: Rules) -> Rules:
    return replace(pure, hours_to_book=0, hours_to_move=0, hours_to_cancel=0)


def _fresh(one: OneToOne) -> OneToOne:
    return OneToOne.objects.select_related("coach", "expert", "cohort__programme", "availability").get(pk=one.pk)


def _record_and_tell(one: OneToOne, verb: str, *, by: Person | None, at: datetime, **facts: str) -> None:
    """Write into the journal what became of a 1:1, as part of its cohort and about its Expert; messages follow."""
    starts = one.starts_at.isoformat()
    journal.record(verb, one, by=by, at=at, part_of=one.cohort, about=one.expert, starts_at=starts, **facts)
    facts_changed(one.cohort.programme_id, at=at)
