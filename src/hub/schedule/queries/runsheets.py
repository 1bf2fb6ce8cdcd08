"""Read run-sheets: a programme's countdowns, the tasks of a session, of a cohort, and of who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from hub.core.calendar import day_in
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.runsheet import Applies, Gathering, Line, Owner, TaskState, own_countdown, say_offset
from hub.people.models import Person, RoleKind, held_at
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import RunSheet, RunSheetLine, RunSheetTask, Session
from hub.schedule.queries.working import in_order

# -- countdowns


def countdowns_of(programme: Programme) -> dict[Kind, tuple[Line, ...]]:
    """Give the countdown of every kind: the programme's own where it wrote one, else the Hub's. Two queries."""
    found = {kind: own_countdown(kind) for kind in Kind}
    for sheet in RunSheet.objects.filter(programme=programme).prefetch_related(_LINES):
        found[Kind(sheet.kind)] = tuple(map(_line, sheet.lines.all()))
    return found


_LINES = Prefetch("lines", queryset=RunSheetLine.objects.order_by("position"))


def _line(row: RunSheetLine) -> Line:
    return Line(
        key=row.key,
        what=row.what,
        days=row.days,
        owner=Owner(row.owner_role),
        owner_id=row.owner_id,
        applies=Applies(row.applies),
        note=row.note,
    )


def sheet_of(programme: Programme, kind: Kind) -> RunSheet | None:
    """Give the mark that a programme has a countdown of its own for a kind; None where the Hub's holds."""
    return RunSheet.objects.filter(programme=programme, kind=kind.value).first()


def mark_of(sheet: RunSheet | None) -> str:
    """Give what tells one state of a countdown from the next, for who changes it."""
    return sheet.edited_at.isoformat() if sheet else "own"


@dataclass(frozen=True, slots=True)
class Countdown:
    """A kind's countdown as its programme has it; `is_own` where the team wrote it."""

    kind: Kind
    lines: tuple[Line, ...]
    is_own: bool
    mark: str


def countdowns_shown(programme: Programme) -> list[Countdown]:
    """Give every kind's countdown for the page that lists them, in the order of the kinds. Three queries."""
    sheets = {Kind(sheet.kind): sheet for sheet in RunSheet.objects.filter(programme=programme)}
    lines = countdowns_of(programme)
    return [Countdown(kind, lines[kind], kind in sheets, mark_of(sheets.get(kind))) for kind in Kind]


def gathering_of(session: Session) -> Gathering:
    """Give the facts of a session its tasks hang on."""
    return Gathering(
        session=session.pk,
        kind=Kind(session.kind),
        mode=Mode(session.mode) if session.mode else None,
        day=session.date,
        is_on=session.state != SessionState.CANCELLED,
    )


# -- people


def team_members(programme: Programme, *, at: datetime) -> list[Person]:
    """Give who is on a programme's team at a moment, by name: those a task can be given to. One query."""
    roles = programme.roles.filter(held_at(at), kind=RoleKind.TEAM, cohort__isnull=True).select_related("person")
    return sorted({role.person for role in roles}, key=lambda person: (person.plain_name, person.pk))


def possible_owners(programme: Programme, *, at: datetime) -> list[Person]:
    """Give whom a line of a countdown can be or is given to: the team, and who left it and still has a line. Two queries."""
    members = team_members(programme, at=at)
    lines = RunSheetLine.objects.filter(sheet__programme=programme, owner__isnull=False).select_related("owner")
    others = {line.owner for line in lines if line.owner is not None} - set(members)
    return [*members, *sorted(others, key=lambda person: (person.plain_name, person.pk))]


# -- tasks


@dataclass(frozen=True, slots=True)
class Task:
    """A task as pages show it: when it is due in words, whose it is, and how it stands on a day."""

    row: RunSheetTask
    session: Session
    today: date

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.row.state == TaskState.OPEN

    @property
    def is_late(self) -> bool:
        """Whether it is open and its day has passed."""
        return self.is_open and self.row.due_on is not None and self.row.due_on < self.today

    @property
    def is_today(self) -> bool:
        """Whether it is open and due on this very day."""
        return self.is_open and self.row.due_on == self.today

    @property
    def when(self) -> str:
        """When its line has it: "a week before", empty where it has a day of its own."""
        return "" if self.row.days is None or self.row.is_fixed else say_offset(self.row.days)

    @property
    def owner(self) -> str:
        """Whose it is, as people read it."""
        return owner_said(self.row, self.session)

    @property
    def is_made_by_hand(self) -> bool:
        """Whether somebody added it to this one session."""
        return not self.row.line


def owner_said(task: RunSheetTask, session: Session) -> str:
    """Say whose a task is: the person it was given to, who leads the session, or the role its line names."""
    if task.owner is not None:
        return str(task.owner)
    if task.owner_role == Owner.LEADER and session.led_by:
        return session.led_by
    return Owner(task.owner_role).label


def tasks_of(session: Session, *, at: datetime) -> list[Task]:
    """Give the tasks of a session in the order they are due, those without a day last. One query."""
    today = day_in(at, session.zone)
    rows = RunSheetTask.objects.filter(session=session).select_related("owner", "state_by")
    return [Task(row, session, today) for row in _by_due(rows)]


def _by_due(rows: Iterable[RunSheetTask]) -> list[RunSheetTask]:
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.days or 0, row.pk))


def task_of(programme: Programme, pk: int, *, at: datetime) -> Task | None:
    """Find a task of a programme by its key, with its session, cohort and programme at hand."""
    rows = RunSheetTask.objects.select_related("session__cohort__programme", "owner", "state_by")
    row = rows.filter(session__cohort__programme=programme, pk=pk).first()
    return Task(row, row.session, day_in(at, row.session.zone)) if row else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A session with its tasks, as the cohort's run-sheet shows them."""

    session: Session
    tasks: tuple[Task, ...]
    settled: int  # done or skipped, of all its tasks, filtered or not
    total: int

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """Those still to be done."""
        return tuple(task for task in self.tasks if task.is_open)

    @property
    def settled_tasks(self) -> tuple[Task, ...]:
        """Those done or laid aside."""
        return tuple(task for task in self.tasks if not task.is_open)


@dataclass(frozen=True, slots=True)
class SheetWeek:
    """The sessions of one week, from its Monday; None for those without a day."""

    monday: date | None
    sheets: tuple[Sheet, ...]

    @property
    def sunday(self) -> date | None:
        """The last day of the week."""
        return self.monday + timedelta(days=6) if self.monday else None


@dataclass(frozen=True, slots=True)
class CohortSheet:
    """A cohort's run-sheet: what is late, then its weeks; those of which all is over and settled stand apart."""

    late: tuple[Task, ...]
    weeks: tuple[SheetWeek, ...]
    settled_weeks: tuple[SheetWeek, ...]
    owners: tuple[tuple[str, str, int], ...]  # value of the filter, words, open tasks
    open: int
    settled: int
    over: int  # late tasks of sessions that are over


def cohort_sheet(cohort: Cohort, *, whose: str = "", by: Person | None = None, at: datetime) -> CohortSheet:
    """Give the run-sheet of a cohort; `whose` is "mine", "nobody", "leader", the key of a person, or empty for everybody.

    Two queries, whatever there is.
    """
    today = day_in(at, cohort.zone)
    rows = RunSheetTask.objects.filter(session__cohort=cohort).select_related("owner", "state_by")
    by_session: dict[int, list[RunSheetTask]] = {}
    for row in _by_due(rows):
        by_session.setdefault(row.session_id, []).append(row)
    sheets: list[Sheet] = []
    owners: dict[str, tuple[str, int]] = {}
    for session in in_order(Session.objects.filter(cohort=cohort)):
        held = [Task(row, session, today) for row in by_session.get(session.pk, ())]
        for task in held:
            if task.is_open:
                value, words = _owner_of(task)
                owners[value] = (words, owners.get(value, ("", 0))[1] + 1)
        shown = tuple(task for task in held if _is_whose(task, whose, by))
        if shown:
            sheets.append(Sheet(session, shown, sum(not task.is_open for task in held), len(held)))
    weeks = list(_weeks(sheets))
    alive = tuple(week for week in weeks if not _is_settled(week, today))
    every = [task for sheet in sheets for task in sheet.tasks]
    late = sorted((task for task in every if task.is_late), key=lambda task: task.row.due_on or date.max)
    return CohortSheet(
        late=tuple(late),
        weeks=alive,
        settled_weeks=tuple(week for week in weeks if week not in alive),
        owners=tuple((value, words, count) for value, (words, count) in sorted(owners.items(), key=lambda each: each[1][0])),
        open=sum(task.is_open for task in every),
        settled=sum(not task.is_open for task in every),
        over=sum(bool(task.session.date and task.session.date < today) for task in late),
    )


def _owner_of(task: Task) -> tuple[str, str]:
    if task.row.owner is not None:
        return str(task.row.owner.pk), str(task.row.owner)
    return task.row.owner_role, Owner(task.row.owner_role).label


def _is_whose(task: Task, whose: str, by: Person | None) -> bool:
    if whose == "mine":
        return by is not None and task.row.owner_id == by.pk
    return not whose or _owner_of(task)[0] == whose


def _weeks(sheets: Iterable[Sheet]) -> Iterator[SheetWeek]:
    held: dict[date | None, list[Sheet]] = {}
    for sheet in sheets:
        day = sheet.session.date
        held.setdefault(day - timedelta(days=day.weekday()) if day else None, []).append(sheet)
    for monday in sorted(held, key=lambda each: each or date.max):
        yield SheetWeek(monday, tuple(held[monday]))


def _is_settled(week: SheetWeek, today: date) -> bool:
    sunday = week.sunday
    is_over = sunday is not None and sunday < today
    return is_over and not any(task.is_open for sheet in week.sheets for task in sheet.tasks)


def tasks_due(programme: Programme, *, until: date) -> QuerySet[RunSheetTask]:
    """Give the open tasks of a programme that are due by a day, soonest first, with session, cohort and owner at hand."""
    rows = RunSheetTask.objects.filter(session__cohort__programme=programme, state=TaskState.OPEN.value, due_on__lte=until)
    unread = ("session__plan_facts", "session__agenda", "session__summary")  # long, and read from JSON row by row
    return rows.select_related("session__cohort", "owner").defer(*unread).order_by("due_on", "session__date", "pk")


def tasks_given_to(person: Person, *, until: date) -> list[RunSheetTask]:
    """Give a person's own open tasks in every programme that are due by a day, soonest first. One query."""
    rows = RunSheetTask.objects.filter(owner=person, state=TaskState.OPEN.value, due_on__lte=until)
    return list(rows.select_related("session__cohort__programme").order_by("due_on", "pk"))


def touched_run_sheets(cohort: Cohort) -> frozenset[int]:
    """Give the sessions of whose run-sheet somebody did or made something. One query."""
    touched = ~Q(state=TaskState.OPEN.value) | Q(line="") | Q(is_fixed=True) | Q(is_handed_over=True)
    rows = RunSheetTask.objects.filter(touched, session__cohort=cohort).order_by()
    return frozenset(rows.values_list("session", flat=True).distinct())


def key_of(session: int, line: str) -> str:
    """Give what a task of a line is known by among things to do, "" for one made by hand."""
    return f"task {session} {line}" if line else ""
