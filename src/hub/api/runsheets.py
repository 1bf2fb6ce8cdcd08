"""Run-sheets, for the team: the tasks of a cohort's sessions, and ticking them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from hub.api.frame import TEAM_READS, WRITES, In, Out, asker, run_cohort, run_programme, signed_in
from hub.api.programmes import Slug
from hub.core.plan.model import Day
from hub.core.runsheet import LONGEST, TaskState
from hub.schedule.commands import runsheets as commands
from hub.schedule.queries import runsheets as queries

router = Router(tags=["run-sheets"], auth=signed_in)
TASK = "/programmes/{programme}/tasks/{pk}"
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]


class TaskOut(Out):
    """A task of a session. `line` is its line of the countdown, empty for one made by hand; `days` count from the session."""

    id: int
    session: str = Field(description="The session's slug")
    line: str
    what: str
    note: str
    state: TaskState
    due_on: Day | None = Field(description="Null while the session has no day")
    days: int | None
    is_fixed: bool = Field(description="Whether somebody set the day")
    is_late: bool
    owner: str = Field(description="Whose it is, as people read it")
    state_at: datetime
    reason: str = Field(description="Why it was laid aside")


class SkipIn(In):
    """Why a task need not be done."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST["note"])]


def task_out(task: queries.Task) -> TaskOut:
    """Tell a task."""
    row = task.row
    return TaskOut(
        id=row.pk,
        session=task.session.slug,
        line=row.line,
        what=row.what,
        note=row.note,
        state=TaskState(row.state),
        due_on=row.due_on,
        days=row.days,
        is_fixed=row.is_fixed,
        is_late=task.is_late,
        owner=task.owner,
        state_at=row.state_at,
        reason=row.reason,
    )


def _task(request: HttpRequest, programme: str, pk: int) -> queries.Task:
    found = queries.task_of(run_programme(request, programme), pk, at=timezone.now())
    if found is None:
        raise Http404(f"There is no task {pk} in “{programme}”.")
    return found


@router.get(
    "/programmes/{programme}/cohorts/{cohort}/run-sheet",
    response={200: list[TaskOut], **TEAM_READS},
    summary="The tasks of a cohort",
)
def list_tasks(request: HttpRequest, programme: Slug, cohort: Slug) -> list[TaskOut]:
    """List the tasks of a cohort's sessions, by session as the schedule has them, each soonest first."""
    sheet = queries.cohort_sheet(run_cohort(request, programme, cohort), at=timezone.now())
    weeks = sorted((*sheet.settled_weeks, *sheet.weeks), key=lambda week: week.monday or Day.max)
    return [task_out(task) for week in weeks for each in week.sheets for task in each.tasks]


@router.post(f"{TASK}/tick", response={200: TaskOut, **WRITES}, summary="Tick a task off")
def tick_task(request: HttpRequest, programme: Slug, pk: Key) -> TaskOut:
    """Say that a task is done; one that is done already stays as it was."""
    commands.tick_task(_task(request, programme, pk).row, by=asker(request), at=timezone.now())
    return task_out(_task(request, programme, pk))


@router.post(f"{TASK}/skip", response={200: TaskOut, **WRITES}, summary="Lay a task aside")
def skip_task(request: HttpRequest, programme: Slug, pk: Key, body: SkipIn) -> TaskOut:
    """Say that a task need not be done this time, and why."""
    commands.skip_task(_task(request, programme, pk).row, reason=body.reason, by=asker(request), at=timezone.now())
    return task_out(_task(request, programme, pk))


@router.post(f"{TASK}/reopen", response={200: TaskOut, **WRITES}, summary="Open a task again")
def reopen_task(request: HttpRequest, programme: Slug, pk: Key) -> TaskOut:
    """Open a task again that was done or laid aside."""
    commands.reopen_task(_task(request, programme, pk).row, by=asker(request), at=timezone.now())
    return task_out(_task(request, programme, pk))
