"""What is read of the runs of trainings: each beside the catalogue's line, how people found it, what to change next time."""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.plan.check.words import stems
from hub.core.plan.model import Kind
from hub.forms.queries import counts_of
from hub.participation.models import RunNote
from hub.programmes.models import CatalogueTraining, Programme
from hub.programmes.queries import catalogue
from hub.schedule.models import Session
from hub.schedule.queries.working import taught_sessions


@dataclass(frozen=True, slots=True)
class Run:
    """A session in which a training was given, with what is noted of it; `answers` of its form, None without one.

    `is_guess` where nobody said which training it was: its words did.
    """

    session: Session
    note: RunNote | None
    answers: int | None
    is_guess: bool = True


@dataclass(frozen=True, slots=True)
class Taught:
    """A training of the catalogue and its runs, newest first; `line` is None for runs the catalogue does not know."""

    line: CatalogueTraining | None
    runs: tuple[Run, ...]


def run_note_of(session: Session) -> RunNote | None:
    """Give what is noted of a run."""
    return RunNote.objects.filter(session=session).select_related("form").first()


def runs_of(programme: Programme) -> list[Taught]:
    """Give the trainings of a programme with their runs, in the catalogue's order, runs of none at the end. Five queries.

    Runs are the trainings of its cohorts, and whatever the team said was one: the first cohort's were called workshops.

    A run is of the training the team says. Where nobody said, it is of the one it has most telling words in common with: half
    of those of the training's title at the least, or all of its own.
    """
    lines = list(catalogue(programme))
    rows = RunNote.objects.filter(session__cohort__programme=programme).select_related("form")
    notes = {row.session_id: row for row in rows}
    said_of = {row.session_id for row in notes.values() if row.training}
    sessions = [each for each in taught_sessions(programme) if each.kind == Kind.TRAINING or each.pk in said_of]
    sent = counts_of([row.form for row in notes.values() if row.form is not None])
    titles = {line.title: line.pk for line in reversed(lines)}
    wanted = [(line, stems(line.title)) for line in lines]
    runs: dict[int | None, list[Run]] = {}
    for session in sessions:
        said = stems(f"{session.title} {session.topic}")
        fits = [(len(words & said), line.pk) for line, words in wanted if _fits(words, said)]
        note = notes.get(session.pk)
        said_title = note.training if note is not None else None
        is_said = said_title is not None and (not said_title or said_title in titles)
        key = titles.get(said_title or "") if is_said else max(fits)[1] if fits else None
        answers = sent.get(note.form_id, 0) if note is not None and note.form_id is not None else None
        runs.setdefault(key, []).append(Run(session, note, answers, is_guess=not is_said))
    found = [Taught(line, tuple(runs.get(line.pk, ()))) for line in lines]
    return [*found, Taught(None, tuple(runs[None]))] if runs.get(None) else found


def could_be_runs(programme: Programme, taught: list[Taught]) -> list[Session]:
    """Give the trainings and workshops that stand under no training, newest first: the team may say which one each was."""
    placed = {run.session.pk for each in taught if each.line is not None for run in each.runs}
    return [each for each in taught_sessions(programme) if each.pk not in placed]


def _fits(wanted: frozenset[str], said: frozenset[str]) -> bool:
    common = len(wanted & said)
    return bool(common) and (2 * common >= len(wanted) or said <= wanted)


def lessons_of(cohort: int) -> list[tuple[Session, str]]:
    """Give what to change next time, from the runs of a cohort in their order: session and Markdown. One query."""
    rows = RunNote.objects.filter(session__cohort=cohort).exclude(text="").select_related("session__cohort__programme")
    return [(row.session, row.text) for row in rows.order_by("session__date", "session__start", "session")]
