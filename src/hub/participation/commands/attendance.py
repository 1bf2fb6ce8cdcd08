"""Write down who came to a session, correct it, and say that the register is complete. Each holds the register's lock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hub.core.attendance import How
from hub.core.errors import NotAllowed
from hub.core.occurrence import Occurrence
from hub.core.register import (
    BadMark,
    RegisterClosed,
    RegisterOpen,
    check_closing,
    check_minutes,
    check_reason,
    check_register,
    is_closed,
)
from hub.core.runsheet import Known
from hub.kit import journal
from hub.kit.journal import Written
from hub.messaging.commands import facts_changed
from hub.participation.models import Attendance, CheckIn, Register
from hub.participation.permissions import can_keep_register
from hub.participation.queries.room import late_check_ins
from hub.people.models import Person
from hub.people.queries.reached import having_a_part
from hub.schedule.commands.runsheets import tick_known
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now


@transaction.atomic
def mark_attendance(
    session: Session,
    marks: Mapping[Person, bool],
    *,
    how: How = How.REGISTER,
    minutes: Mapping[Person, int] | None = None,
    seen: Mapping[Person, bool | None] | None = None,
    by: Person | None,
    at: datetime,
) -> list[Attendance]:
    """Write down, for several people at once, whether they came; gives the rows that changed. Who is not named stays as is.

    `minutes` are those they were there, where that is known; `seen` are the marks as whoever marks saw them (None: no mark):
    what somebody else wrote of a person since stays, and is not among the rows given. The reason of an earlier correction
    stays with its row. Raises NotAllowed, NoRegister, RegisterClosed, BadMark.
    """
    _must_keep(session, by, at)
    register = locked_register(session)
    if is_closed(register.closed_at, check_register(released_now(session), at=at)):
        raise RegisterClosed("The register is closed. Correct single entries with a reason, or open it again.")
    known = having_a_part(session.cohort.programme, [person.pk for person in marks])
    if strangers := [person.name for person in marks if person.pk not in known]:
        raise BadMark(f"{strangers[0]} has no part in this programme. Bring them in first.")
    there = {row.person_id: row for row in Attendance.objects.filter(session=session, person__in=list(marks))}
    changed: list[tuple[Attendance, bool | None]] = []
    for person, came in marks.items():
        stayed = check_minutes((minutes or {}).get(person))
        row = there.get(person.pk)
        if row is not None and row.came == came and (stayed is None or row.minutes == stayed):
            continue
        before = None if row is None else row.came
        if seen is not None and person in seen and seen[person] != before:
            continue
        kept = row.minutes if row is not None and came and stayed is None else stayed
        row = row or Attendance(session=session, person=person)
        row.came, row.how, row.minutes, row.at, row.by = came, how.value, kept, at, by
        changed.append((row, before))
    _write(session, changed, verb="marked", by=by, at=at)
    return [row for row, _ in changed]


@transaction.atomic
def add_minutes(
    session: Session, minutes: Mapping[Person, int], *, in_place: bool = False, by: Person | None, at: datetime
) -> list[Attendance]:
    """Write the minutes a file knows to those who checked in or were marked as there; how that is known stays as it is.

    Minutes the team wrote itself stay; those of somebody who checked in come from files, and of several files the most count,
    unless these are said to come in place of earlier ones. Whom the register does not have as there is left out. Gives the
    rows that changed.
    Raises NotAllowed, NoRegister, RegisterClosed, BadMark.
    """
    _must_keep(session, by, at)
    register = locked_register(session)
    if is_closed(register.closed_at, check_register(released_now(session), at=at)):
        raise RegisterClosed("The register is closed. Correct single entries with a reason, or open it again.")
    by_key = {person.pk: stayed for person, stayed in minutes.items()}
    rows = (
        Attendance.objects.filter(session=session, person__in=list(by_key), came=True).select_related("person").order_by("pk")
    )
    changed: list[tuple[Attendance, bool | None]] = []
    for row in rows:
        stayed = check_minutes(by_key[row.person_id])
        is_longer = row.minutes is not None and row.minutes > (stayed or 0)
        if row.minutes == stayed or (is_longer and not in_place) or (row.minutes is not None and How(row.how).is_said_by_team):
            continue
        row.minutes = stayed
        changed.append((row, row.came))
    _write(session, changed, verb="added-minutes", by=by, at=at)
    return [row for row, _ in changed]


def mark_checked_in(session: Session, person: Person, occurrence: Occurrence, *, at: datetime) -> None:
    """Write into the register that somebody checked in, in the caller's transaction, which puts it into the journal.

    What the team said of them stays. Into a register that is closed they are taken in by who keeps it (`take_in_check_ins`).
    """
    register = locked_register(session)
    if is_closed(register.closed_at, occurrence):
        return
    row = Attendance.objects.filter(session=session, person=person).first()
    if row is not None and row.how != How.FILE.value:
        return
    row = row or Attendance(session=session, person=person)
    row.came, row.how, row.at, row.by = True, How.CHECK_IN.value, at, person
    row.save()
    facts_changed(session.cohort.programme_id, at=at)


@transaction.atomic
def take_in_check_ins(session: Session, people: Collection[int], *, by: Person | None, at: datetime) -> list[Attendance]:
    """Write into a closed register those of some people, by key, who checked in after it was closed; the register stays closed.

    Whom the register has meanwhile is left out. Gives the rows that changed. Raises NotAllowed, NoRegister.
    """
    _must_keep(session, by, at)
    register = locked_register(session)
    occurrence = check_register(released_now(session), at=at)
    if not is_closed(register.closed_at, occurrence):
        return []  # opened again meanwhile, which took them in
    late = [each for each in late_check_ins(session, occurrence) if each.person_id in people]
    return _take_in(session, late, by=by, at=at)


def _take_in(session: Session, late: Sequence[CheckIn], *, by: Person | None, at: datetime) -> list[Attendance]:
    marked = {row.person_id: row for row in Attendance.objects.filter(session=session)}
    changed: list[tuple[Attendance, bool | None]] = []
    for each in late:
        row = marked.get(each.person_id) or Attendance(session=session, person=each.person)
        before = None if row.pk is None else row.came
        row.came, row.how, row.at, row.by = True, How.CHECK_IN.value, at, by
        changed.append((row, before))
    _write(session, changed, verb="took-in", by=by, at=at)
    return [row for row, _ in changed]


@transaction.atomic
def correct_attendance(
    session: Session,
    person: Person,
    *,
    came: bool,
    minutes: int | None = None,
    reason: str,
    by: Person | None,
    at: datetime,
) -> Attendance:
    """Say otherwise than the register does, also when it is closed. Raises NotAllowed, NoRegister, NoReason, BadMark."""
    _must_keep(session, by, at)
    locked_register(session)
    check_register(released_now(session), at=at)
    words, stayed = check_reason(reason), check_minutes(minutes)
    if person.pk not in having_a_part(session.cohort.programme, [person.pk]):
        raise BadMark(f"{person.name} has no part in this programme. Bring them in first.")
    row = Attendance.objects.filter(session=session, person=person).first()
    before = None if row is None else row.came
    row = row or Attendance(session=session, person=person)
    row.came, row.how, row.minutes, row.at, row.by, row.reason = came, How.CORRECTION.value, stayed, at, by, words
    _write(session, [(row, before)], verb="corrected", by=by, at=at)
    return row


@transaction.atomic
def close_register(session: Session, *, by: Person | None, at: datetime) -> Register:
    """Say that the register is complete: whoever is not marked missed the session. The run-sheet's task is done with it.

    One that was closed before its session was moved is closed anew. Raises NotAllowed, NoRegister, RegisterClosed.
    """
    _must_keep(session, by, at)
    register = locked_register(session)
    if is_closed(register.closed_at, check_closing(released_now(session), at=at)):
        raise RegisterClosed("The register is closed already.")
    register.closed_at, register.closed_by = at, by
    register.save()
    journal.record("closed-register", register, by=by, at=at, part_of=session)
    tick_known(session, Known.ATTENDANCE, by=by, at=at)
    facts_changed(session.cohort.programme_id, at=at)
    return register


@transaction.atomic
def reopen_register(session: Session, *, by: Person | None, at: datetime) -> Register:
    """Let a register be filled further; who is not marked counts as not known again.

    Who checked in after it was closed is taken in. Raises NotAllowed, RegisterOpen.
    """
    _must_keep(session, by, at)
    register = locked_register(session)
    occurrence = released_now(session)
    if not is_closed(register.closed_at, occurrence):
        raise RegisterOpen("The register is open already.")
    register.closed_at, register.closed_by = None, None
    register.save()
    journal.record("reopened-register", register, by=by, at=at, part_of=session)
    if occurrence is not None:
        _take_in(session, late_check_ins(session, occurrence), by=by, at=at)
    facts_changed(session.cohort.programme_id, at=at)
    return register


def _must_keep(session: Session, by: Person | None, at: datetime) -> None:
    if not can_keep_register(by, session, at=at):
        raise NotAllowed("The team, and whoever leads the session, keep its register.")


def locked_register(session: Session) -> Register:
    """Take the lock of a session's register, made when it is first asked for."""
    register, _ = Register.objects.select_for_update(of=("self",)).get_or_create(session=session)
    return register


def _write(
    session: Session, changed: list[tuple[Attendance, bool | None]], *, verb: str, by: Person | None, at: datetime
) -> None:
    if not changed:
        return
    new = [row for row, _ in changed if row.pk is None]
    old = [row for row, _ in changed if row.pk is not None]
    Attendance.objects.bulk_create(new, batch_size=500)
    Attendance.objects.bulk_update(old, ["came", "how", "minutes", "at", "by", "reason"], batch_size=100)
    lines = [
        Written(
            verb,
            row,
            {"came": row.came, "before": before, "how": row.how, "minutes": row.minutes, "reason": row.reason},
            ("reason",),
            session,
            row.person,
        )
        for row, before in changed
    ]
    journal.record_all(lines, by=by, at=at)
    facts_changed(session.cohort.programme_id, at=at)
