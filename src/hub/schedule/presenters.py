"""How the journal of the schedule reads, and who may read it: the team of its programme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from hub.core.calendar import say_date
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.people.models import Person
from hub.people.permissions import runs
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Session

# What a session's history tells, in the order it is read. Never the joining link: it is for those who take part.
LABELS = {
    "title": "Title",
    "topic": "Topic",
    "kind": "Kind",
    "state": "State",
    "date": "Date",
    "start": "Start",
    "end": "End",
    "zone": "Time zone",
    "proposed_date": "Proposed date",
    "mode": "Online or in person",
    "place": "Place",
    "led_by": "Led by",
    "status_note": "What is open",
}
PERSONAL = ("title", "topic", "place", "led_by", "status_note")  # written freely, so somebody may be named in it
_UNTOLD = {"summary": "the description", "joining_link": "the joining link", "agenda": "the agenda"}


def told_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts a line of the journal keeps of a change of a session: what is told, as it was and as it became."""
    names = [name for name in LABELS if before.get(name) != after.get(name)]
    return {"before": {name: before.get(name) for name in names}, "after": {name: after.get(name) for name in names}}


@journal.readers("schedule.Session")
def reads_session(session: Session, person: Person | None, *, at: datetime) -> bool:
    """Let the team read the history of a session."""
    return runs(person, session.cohort.programme, at=at)


@journal.presenter("edited", "schedule.Session")
def _edited(line: Line) -> Told:
    changes = journal.changes_between(line.facts, LABELS, _say)
    others = [words for name, words in _UNTOLD.items() if name in line.facts.get("fields", ())]
    if not changes and not others:
        return Told("changed the session")
    return Told(f"changed {_listed(['the session'] * bool(changes) + others)}", changes)


@journal.presenter("replanned", "schedule.Session")
def _replanned(line: Line) -> Told:
    return Told("changed the session through the plan", journal.changes_between(line.facts, LABELS, _say))


@journal.presenter("planned", "schedule.Session")
def _planned(_: Line) -> Told:
    return Told("added the session through the plan")


@journal.presenter("added", "schedule.Session")
def _added(_: Line) -> Told:
    return Told("added the session")


@journal.presenter("cancelled", "schedule.Session")
def _cancelled(_: Line) -> Told:
    return Told("cancelled the session")


@journal.presenter("restored", "schedule.Session")
def _restored(_: Line) -> Told:
    return Told("put the session back on")


@journal.presenter("material-added", "schedule.Material")
def _material_added(line: Line) -> Told:
    return Told(f"added {_material(line)}")


@journal.presenter("material-edited", "schedule.Material")
def _material_edited(line: Line) -> Told:
    return Told(f"changed {_material(line)}")


@journal.presenter("material-removed", "schedule.Material")
def _material_removed(line: Line) -> Told:
    return Told(f"took {_material(line)} off")


@journal.presenter("link-broke", "schedule.Material")
def _link_broke(line: Line) -> Told:
    return Told(f"found that {_material(line)} leads nowhere any more")


@journal.presenter("link-mended", "schedule.Material")
def _link_mended(line: Line) -> Told:
    return Told(f"found that {_material(line)} leads somewhere again")


# -- run-sheets


def _saying_of(words: str) -> Callable[[Line], Told]:
    return lambda line: Told(words.format(_task(line)))


for _did, _words in {
    "task-added": "added the task {}",
    "ticked": "did {}",
    "reopened": "opened {} again",
    "task-removed": "took the task {} away",
}.items():
    journal.presenter(_did, "schedule.RunSheetTask")(_saying_of(_words))


@journal.presenter("skipped", "schedule.RunSheetTask")
def _skipped(line: Line) -> Told:
    return Told(f"laid {_task(line)} aside{_because(line)}")


@journal.presenter("handed-over", "schedule.RunSheetTask")
def _handed_over(line: Line) -> Told:
    return Told(f"handed {_task(line)} over")


@journal.presenter("due-set", "schedule.RunSheetTask")
def _due_set(line: Line) -> Told:
    return Told(f"set when {_task(line)} is due", journal.changes_between(line.facts, {"due": "Due"}, _say))


@journal.presenter("laid-aside", "programmes.Cohort")
def _laid_aside(line: Line) -> Told:
    count = line.facts.get("count", 0)
    return Told(f"laid {count} task{'' if count == 1 else 's'} of sessions that are over aside{_because(line)}")


@journal.presenter("run-sheet-saved", "schedule.RunSheet")
def _run_sheet_saved(line: Line) -> Told:
    return Told(f"wrote the run-sheet for {_kind_of(line)}")


@journal.presenter("run-sheet-reset", "schedule.RunSheet")
def _run_sheet_reset(line: Line) -> Told:
    return Told(f"went back to the Hub’s run-sheet for {_kind_of(line)}")


def _task(line: Line) -> str:
    what = line.facts.get("what")
    return "a task" if what in (None, "", journal.ERASED) else f"“{what}”"


def _because(line: Line) -> str:
    reason = line.facts.get("reason")
    return f": {reason}" if reason and reason != journal.ERASED else ""


def _kind_of(line: Line) -> str:
    kind = line.facts.get("kind", "")
    return f"“{Kind(kind).label}”" if kind in set(Kind) else "a kind of session"


def _material(line: Line) -> str:
    title = line.facts.get("title")
    return "a material" if title in (None, "", journal.ERASED) else f"“{title}”"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _say(name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if name in ("date", "proposed_date"):
        return say_date(date.fromisoformat(value))
    if name == "kind":
        return Kind(value).label
    if name == "mode":
        return Mode(value).label
    if name == "state":
        return SessionState(value).value.replace("-", " ").capitalize()
    return str(value)


# -- the programme and its cohorts

_PLAINLY = {
    ("added", "programmes.Programme"): "set the programme up",
    ("rules-saved", "programmes.Programme"): "saved the rules plans are checked by",
    ("people-imported", "programmes.Programme"): "brought people in from a sheet",
    ("people-invented", "programmes.Programme"): "invented people to measure with",
    ("partners-named", "programmes.Cohort"): "named the partner organisations",
    ("derived", "programmes.Cohort"): "made the cohort from an earlier one",
}


@journal.readers("programmes.Programme")
def reads_programme(programme: Programme, person: Person | None, *, at: datetime) -> bool:
    """Let the team read the history of its programme."""
    return runs(person, programme, at=at)


@journal.readers("programmes.Cohort")
def reads_cohort(cohort: Cohort, person: Person | None, *, at: datetime) -> bool:
    """Let the team read the history of a cohort."""
    return runs(person, cohort.programme, at=at)


def _saying(words: str) -> Callable[[Line], Told]:
    return lambda _: Told(words)


for (_verb, _thing), _words in _PLAINLY.items():
    journal.presenter(_verb, _thing)(_saying(_words))


@journal.presenter("edited", "programmes.Programme")
def _programme_edited(line: Line) -> Told:
    fields = [name.replace("_", " ").replace("is public", "who sees it") for name in line.facts.get("fields", ())]
    return Told(f"changed the programme: {_listed(fields)}" if fields else "changed the programme")


@journal.presenter("year-plan-imported", "programmes.Programme")
def _year_plan_imported(line: Line) -> Told:
    return Told(f"imported the year plan of {line.facts.get('year', 'a year')}")


@journal.presenter("published", "programmes.Statement")
def _statement_published(line: Line) -> Told:
    return Told(f"published the {line.facts.get('kind', '')} statement, version {line.facts.get('number', '')}")


@journal.presenter("added", "programmes.Cohort")
def _cohort_added(line: Line) -> Told:
    return Told(f"added the cohort {line.facts.get('slug', '')}".rstrip())


@journal.presenter("released", "schedule.Release")
def _released(line: Line) -> Told:
    count = line.facts.get("changes", 0)
    return Told(f"made release {line.facts.get('number', '')}: {count} change{'' if count == 1 else 's'}")


@journal.presenter("saved", "schedule.PlanVersion")
def _plan_saved(line: Line) -> Told:
    return Told(f"saved version {line.facts.get('number', '')} of the plan")


@journal.presenter("imported", "schedule.PlanVersion")
def _plan_imported(line: Line) -> Told:
    return Told(f"imported version {line.facts.get('number', '')} of the plan into the schedule")


@journal.presenter("written-back", "schedule.PlanVersion")
def _plan_written_back(line: Line) -> Told:
    return Told(f"edited the schedule, which wrote version {line.facts.get('number', '')} of the plan")


@journal.presenter("added", "schedule.Series")
def _series_added(line: Line) -> Told:
    return Told(f"added the series {_titled(line)}")


@journal.presenter("edited", "schedule.Series")
def _series_edited(line: Line) -> Told:
    since = line.facts.get("from_on")
    return Told(f"changed the series {_titled(line)}" + (f" from {say_date(date.fromisoformat(since))} on" if since else ""))


@journal.presenter("removed", "schedule.Series")
def _series_removed(line: Line) -> Told:
    return Told(f"took the series {_titled(line)} away")


@journal.presenter("left-out", "schedule.Series")
def _left_out(line: Line) -> Told:
    return Told(f"left {_on(line)} out of a series")


@journal.presenter("held-on", "schedule.Series")
def _held_on(line: Line) -> Told:
    moved = line.facts.get("moved_to")
    return Told(f"moved {_on(line)} of a series" + (f" to {say_date(date.fromisoformat(moved))}" if moved else ""))


def _titled(line: Line) -> str:
    title = line.facts.get("title")
    return f"“{title}”" if title and title != journal.ERASED else "of sessions"


def _on(line: Line) -> str:
    day = line.facts.get("on")
    return say_date(date.fromisoformat(day)) if day else "a day"
