"""Run-sheets: keep the tasks of sessions in step with the facts, do them, hand them over, and write a programme's countdowns.

`follow` is called inside the transaction of every command that changes sessions, after it took the cohort's lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction

from hub.core.calendar import day_in, say_date
from hub.core.errors import ChangedMeanwhile, NotFromHere, Refusal
from hub.core.plan.model import Kind
from hub.core.runsheet import (
    TASK_MOVES,
    BadLine,
    Known,
    Line,
    Owner,
    Standing,
    TaskState,
    Wanted,
    due_of,
    own_countdown,
    reconcile,
    sound_days,
    sound_lines,
    sound_words,
    wanted,
)
from hub.kit import journal
from hub.people.models import Person
from hub.programmes import queries as cohorts
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import RunSheet, RunSheetLine, RunSheetTask, Session
from hub.schedule.permissions import require_team
from hub.schedule.queries.runsheets import countdowns_of, gathering_of, mark_of, sheet_of, team_members

_AT_ONCE = 200  # rows in one statement
_DOING = "change its run-sheets"
_FOLLOWS = ["what", "note", "days", "due_on", "owner_role", "owner"]


class TaskGone(ChangedMeanwhile):
    """The task was taken away since the person saw it."""

    code: ClassVar[str] = "task-gone"


class SheetChangedMeanwhile(ChangedMeanwhile):
    """Somebody else wrote the countdown since the person began to change it."""

    code: ClassVar[str] = "sheet-changed-meanwhile"


class NotOnTheTeam(Refusal):
    """A task can't be given to somebody who is not on the team now."""

    code: ClassVar[str] = "not-on-the-team"


def follow(programme: Programme, within: Iterable[Cohort], *, only: Collection[int] | None = None, at: datetime) -> None:
    """Bring the tasks of sessions in step with the facts; `only` names the sessions that may have changed.

    For commands that hold the locks of the cohorts. Six queries at most for each two hundred rows written, whatever the
    number of sessions.
    """
    rows = Session.objects.filter(cohort__in=[cohort.pk for cohort in within])
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    sessions = {session.pk: session for session in rows}
    if not sessions:
        return
    tasks = list(RunSheetTask.objects.filter(session__in=sessions))
    today = day_in(at, programme.zone)
    asked = wanted(map(gathering_of, sessions.values()), countdowns_of(programme))
    there = {(task.session_id, task.line): task for task in tasks if task.line}
    over = {pk for pk, each in sessions.items() if each.date is not None and each.date < day_in(at, each.zone)}
    changes = reconcile(asked, {key: _standing(task) for key, task in there.items()}, today=today, over=over)
    changed = []
    for each in changes.update:
        _say(there[each.key], each)
        changed.append(there[each.key])
    for task in tasks:
        if not task.line and task.state == TaskState.OPEN and not task.is_fixed and task.days is not None:
            due = due_of(sessions[task.session_id].date, task.days)
            if due != task.due_on:
                task.due_on = due
                changed.append(task)
    if changes.remove:
        RunSheetTask.objects.filter(pk__in=[there[key].pk for key in changes.remove]).delete()
    RunSheetTask.objects.bulk_update(changed, _FOLLOWS, batch_size=_AT_ONCE)
    made = [_say(RunSheetTask(session_id=each.session, line=each.line, state_at=at), each) for each in changes.create]
    RunSheetTask.objects.bulk_create(made, batch_size=_AT_ONCE)


def _standing(task: RunSheetTask) -> Standing:
    return Standing(
        says=Wanted(
            session=task.session_id,
            line=task.line,
            what=task.what,
            note=task.note,
            days=task.days or 0,
            due_on=task.due_on,
            owner=Owner(task.owner_role),
            owner_id=task.owner_id,
        ),
        is_open=task.state == TaskState.OPEN,
        is_fixed=task.is_fixed,
        is_handed_over=task.is_handed_over,
    )


def _say(task: RunSheetTask, asked: Wanted) -> RunSheetTask:
    task.what, task.note, task.days, task.due_on = asked.what, asked.note, asked.days, asked.due_on
    task.owner_role, task.owner_id = asked.owner.value, asked.owner_id
    return task


# -- one task


@transaction.atomic
def add_task(
    session: Session,
    what: str,
    *,
    days: int | None = None,
    due_on: date | None = None,
    owner: Person | None = None,
    note: str = "",
    by: Person | None,
    at: datetime,
) -> RunSheetTask:
    """Add a task of its own to a session: due `days` after it (before it where negative), or on a day whatever happens.

    It stays when the session is cancelled or becomes another kind. Raises NotAllowed, BadLine, NotOnTheTeam.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    held = cohorts.locked_cohort(session.cohort)
    row = Session.objects.filter(pk=session.pk).first()
    if row is None:
        raise TaskGone("Somebody took this session away meanwhile.")
    _may_own(owner, held.programme, at=at)
    if days is None and due_on is None:
        raise BadLine("Say when it is due: so many days before or after the session, or on a day.", field="days")
    task = RunSheetTask(
        session=row,
        what=sound_words("what", what),
        note=sound_words("note", note),
        days=None if due_on else sound_days(days or 0),
        due_on=_possible(due_on) if due_on else due_of(row.date, days or 0),
        is_fixed=due_on is not None,
        owner=owner,
        is_handed_over=owner is not None,
        state_at=at,
    )
    task.save()
    _record("task-added", task, by=by, at=at)
    return task


@transaction.atomic
def tick_task(task: RunSheetTask, *, by: Person | None, at: datetime) -> RunSheetTask:
    """Say that a task is done. One that is done already stays as it was: who was first did it.

    Raises NotAllowed, NotFromHere, TaskGone.
    """
    row = _locked(task, by=by, at=at)
    if row.state == TaskState.DONE:
        return row
    return _move("ticked", row, by=by, at=at)


def tick_known(session: Session, line: Known, *, by: Person | None, at: datetime) -> None:
    """Tick the task of a line where what it asks for was done, in the transaction of the command that did it.

    That command has asked whether they may, so whoever may do the thing ticks it. A task that is done, skipped, or not there
    stays so; one opened again by hand is ticked when it happens again. No lock of the cohort is taken: callers hold others.
    """
    task = RunSheetTask.objects.filter(session=session, line=line.value, state=TaskState.OPEN.value).first()
    if task is None:
        return
    open_ = RunSheetTask.objects.filter(pk=task.pk, state=TaskState.OPEN.value)
    if open_.update(state=TaskState.DONE.value, state_at=at, state_by=by):
        task.session = session
        _record("ticked", task, by=by, at=at)


@transaction.atomic
def skip_task(task: RunSheetTask, *, reason: str, by: Person | None, at: datetime) -> RunSheetTask:
    """Say that a task need not be done, and why. Raises NotAllowed, NotFromHere, TaskGone, BadLine."""
    row = _locked(task, by=by, at=at)
    words = sound_words("note", reason)
    if not words:
        raise BadLine("Say in a word why it is not needed, so that nobody wonders later.", field="reason")
    row.reason = words
    return _move("skipped", row, by=by, at=at)


@transaction.atomic
def reopen_task(task: RunSheetTask, *, by: Person | None, at: datetime) -> RunSheetTask:
    """Open a task again that was done or skipped; it follows its session again.

    Raises NotAllowed, TaskGone, NotFromHere: it is open, or nothing asks for it any more.
    """
    row = _locked(task, by=by, at=at)
    if row.state == TaskState.OPEN:
        return row
    session = row.session
    if row.line:
        asked = wanted([gathering_of(session)], countdowns_of(session.cohort.programme))
        if not any(each.line == row.line for each in asked):
            raise NotFromHere("The session is cancelled or of another kind now, so nothing asks for this any more.")
    row.reason = ""
    moved = _move("reopened", row, by=by, at=at)
    follow(session.cohort.programme, [session.cohort], only=[session.pk], at=at)
    moved.refresh_from_db()
    return moved


@transaction.atomic
def hand_over_task(task: RunSheetTask, to: Person | None, *, note: str = "", by: Person | None, at: datetime) -> RunSheetTask:
    """Give a task to somebody of the team, with a word to them; to nobody (None): it is again whose its line says.

    Raises NotAllowed, NotOnTheTeam, NotFromHere, TaskGone, BadLine.
    """
    row = _locked(task, by=by, at=at)
    _is_open(row)
    _may_own(to, row.session.cohort.programme, at=at)
    words = sound_words("note", note) if to else ""
    if (row.owner_id, row.hand_over_note) == (to.pk if to else None, words) and row.is_handed_over == (to is not None):
        return row
    row.owner, row.is_handed_over, row.hand_over_note = to, to is not None, words
    row.save(update_fields=["owner", "is_handed_over", "hand_over_note"])
    _record("handed-over", row, about=to, by=by, at=at)
    if to is None:
        follow(row.session.cohort.programme, [row.session.cohort], only=[row.session_id], at=at)
        row.refresh_from_db()
    return row


@transaction.atomic
def set_due(task: RunSheetTask, on: date | None, *, by: Person | None, at: datetime) -> RunSheetTask:
    """Fix the day a task is due, whatever happens to its session; None: it follows its session again.

    Raises NotAllowed, NotFromHere, TaskGone, BadLine.
    """
    row = _locked(task, by=by, at=at)
    _is_open(row)
    if on is None and row.days is None:
        raise BadLine("This task has no other day to go back to; write one.", field="due_on")
    due = _possible(on) if on else due_of(row.session.date, row.days or 0)
    if (row.due_on, row.is_fixed) == (due, on is not None):
        return row
    before, row.due_on, row.is_fixed = row.due_on, due, on is not None
    row.save(update_fields=["due_on", "is_fixed"])
    _record("due-set", row, by=by, at=at, facts={"before": {"due": _said(before)}, "after": {"due": _said(due)}})
    return row


@transaction.atomic
def remove_task(task: RunSheetTask, *, by: Person | None, at: datetime) -> None:
    """Take a task away that was made by hand. Raises NotAllowed, TaskGone, NotFromHere."""
    row = _locked(task, by=by, at=at)
    if row.line:
        raise NotFromHere("This task is of the run-sheet; skip it here, or take its line out of the run-sheet.")
    _record("task-removed", row, by=by, at=at)
    row.delete()


@transaction.atomic
def lay_aside(cohort: Cohort, *, reason: str, by: Person | None, at: datetime) -> int:
    """Skip all that is open of the sessions of a cohort that are over, with one reason; give how many tasks that were.

    Raises NotAllowed, BadLine.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    words = sound_words("note", reason)
    if not words:
        raise BadLine("Say in a word why they are not needed, so that nobody wonders later.", field="reason")
    held = cohorts.locked_cohort(cohort)
    before = day_in(at, held.zone)
    late = RunSheetTask.objects.filter(
        session__cohort=held, session__date__lt=before, state=TaskState.OPEN.value, due_on__lt=before
    )
    count = late.update(state=TaskState.SKIPPED.value, state_at=at, state_by=by, reason=words)
    if count:
        journal.record("laid-aside", held, by=by, at=at, personal=["reason"], count=count, reason=words)
    return count


def _locked(task: RunSheetTask, *, by: Person | None, at: datetime) -> RunSheetTask:
    """Give the task as it stands now, its cohort locked. Raises NotAllowed, TaskGone."""
    cohort = task.session.cohort
    require_team(by, cohort.programme, at=at, doing=_DOING)
    held = cohorts.locked_cohort(cohort)
    row = RunSheetTask.objects.select_related("session", "owner").filter(pk=task.pk).first()
    if row is None:
        raise TaskGone("This task is gone: its session or its run-sheet was changed meanwhile.")
    row.session.cohort = held
    return row


def _is_open(task: RunSheetTask) -> None:
    if task.state != TaskState.OPEN:
        raise NotFromHere(f"This task is {task.state}; open it again first.")


def _move(verb: str, task: RunSheetTask, *, by: Person | None, at: datetime) -> RunSheetTask:
    task.state = TASK_MOVES.after(verb, TaskState(task.state)).value
    task.state_at, task.state_by = at, by
    task.save(update_fields=["state", "state_at", "state_by", "reason"])
    _record(verb, task, by=by, at=at)
    return task


def _record(
    verb: str,
    task: RunSheetTask,
    *,
    about: Person | None = None,
    facts: Mapping[str, Any] | None = None,
    by: Person | None,
    at: datetime,
) -> None:
    personal = ["what", "reason", "note"]
    more = {"reason": task.reason} if verb == "skipped" else {"note": task.hand_over_note} if verb == "handed-over" else {}
    told = {"what": task.what, **more, **(facts or {})}
    journal.record(verb, task, by=by, at=at, part_of=task.session, about=about, personal=personal, **told)


def _may_own(person: Person | None, programme: Programme, *, at: datetime) -> None:
    if person is not None and person not in team_members(programme, at=at):
        raise NotOnTheTeam(
            f"{person} is not on the team now, so they can't find the task. Choose somebody else.", field="owner"
        )


def _possible(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise BadLine(f"The year {day.year} is hardly meant. Write one like 2024.", field="due_on")
    return day


def _said(day: date | None) -> str:
    return say_date(day) if day else ""


# -- the countdowns of a programme


@transaction.atomic
def save_run_sheet(
    programme: Programme, kind: Kind, lines: Sequence[Line], *, seen: str | None = None, by: Person | None, at: datetime
) -> tuple[Line, ...]:
    """Write a programme's own countdown of a kind, and let the open tasks of its sessions to come follow.

    `seen` is the mark (`queries.runsheets.mark_of`) of the one the person began from; without it nobody asks.
    Raises NotAllowed, BadLine, NotOnTheTeam, SheetChangedMeanwhile.
    """
    require_team(by, programme, at=at, doing=_DOING)
    sound = sound_lines(lines)
    held = cohorts.locked_cohorts(programme)
    sheet = _unchanged(programme, kind, seen)
    before = countdowns_of(programme)[kind]
    _all_may_own(sound, {line.owner_id for line in before}, programme, at=at)
    if sound == before:
        return sound
    if sheet is None:
        sheet = RunSheet.objects.create(programme=programme, kind=kind.value, edited_at=at)
    else:
        sheet.edited_at = max(at, sheet.edited_at + timedelta(microseconds=1))
        sheet.save(update_fields=["edited_at"])
    RunSheetLine.objects.filter(sheet=sheet).delete()
    RunSheetLine.objects.bulk_create(
        RunSheetLine(
            sheet=sheet,
            key=line.key,
            position=position,
            what=line.what,
            note=line.note,
            days=line.days,
            applies=line.applies.value,
            owner_role=line.owner.value,
            owner_id=line.owner_id,
        )
        for position, line in enumerate(sound)
    )
    _follow_to_come(programme, held, kind, at=at)
    journal.record("run-sheet-saved", sheet, by=by, at=at, part_of=programme, kind=kind.value, lines=len(sound))
    return sound


@transaction.atomic
def reset_run_sheet(
    programme: Programme, kind: Kind, *, seen: str | None = None, by: Person | None, at: datetime
) -> tuple[Line, ...]:
    """Go back to the Hub's own countdown of a kind. Raises NotAllowed, SheetChangedMeanwhile."""
    require_team(by, programme, at=at, doing=_DOING)
    held = cohorts.locked_cohorts(programme)
    sheet = _unchanged(programme, kind, seen)
    if sheet is not None:
        journal.record("run-sheet-reset", sheet, by=by, at=at, part_of=programme, kind=kind.value)
        sheet.delete()
        _follow_to_come(programme, held, kind, at=at)
    return own_countdown(kind)


def _unchanged(programme: Programme, kind: Kind, seen: str | None) -> RunSheet | None:
    sheet = sheet_of(programme, kind)
    if seen is not None and seen != mark_of(sheet):
        raise SheetChangedMeanwhile("Somebody else wrote this run-sheet meanwhile. Theirs is shown; yours is not saved.")
    return sheet


def _all_may_own(lines: Sequence[Line], standing: Collection[int | None], programme: Programme, *, at: datetime) -> None:
    """Let owners pass who are on the team, and those the countdown had already. Raises NotOnTheTeam."""
    members = {person.pk for person in team_members(programme, at=at)}
    if any(line.owner_id not in {*members, *standing, None} for line in lines):
        raise NotOnTheTeam("Somebody a task is given to is not on the team now. Choose somebody else.", field="owner")


def _follow_to_come(programme: Programme, held: Iterable[Cohort], kind: Kind, *, at: datetime) -> None:
    """Let the sessions of a kind that are not over follow their new countdown; what is over stays as it was."""
    of_kind = Session.objects.filter(cohort__in=[cohort.pk for cohort in held], kind=kind.value)
    days = of_kind.values_list("pk", "date", "zone")
    to_come = [pk for pk, day, zone in days if day is None or day >= day_in(at, zone)]
    follow(programme, held, only=to_come, at=at)
