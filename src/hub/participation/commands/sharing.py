"""Let shared notes leave: look for what must not, decide, have a second person approve, and ask again when names change."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from hub.core.errors import ChangedMeanwhile
from hub.core.notes import (
    IN_THE_WORKS,
    LARGE,
    MOVES,
    STANDING,
    ExportState,
    NotApproved,
    NothingToShare,
    check_second,
    decided_again,
    decided_on,
    digest,
    from_facts,
    look_through,
    settled,
    to_facts,
)
from hub.core.runsheet import Known
from hub.core.shown import mark_of
from hub.kit import jobs, journal
from hub.kit.states import move
from hub.participation.models import NotesExport, SessionNotes
from hub.participation.permissions import require_team
from hub.participation.queries.notes import around, newest_version, shown
from hub.people.models import Person
from hub.programmes.commands import cohort_public_changed
from hub.schedule.commands.runsheets import tick_known
from hub.schedule.models import Session

PREPARE = "look-through-notes"
ASK_AGAIN = "ask-for-notes-again"
_DOING = "decide what leaves of its notes"


@transaction.atomic
def begin_sharing(session: Session, *, by: Person | None, at: datetime) -> NotesExport:
    """Look through the notes as they stand for what must not leave; long ones are given to the worker.

    Takes the place of what was on its way out before; what was approved stands until this is.
    Raises NotAllowed, NothingToShare.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    list(SessionNotes.objects.select_for_update(of=("self",)).filter(session=session))
    version = newest_version(session)
    if version is None or not version.text.strip():
        raise NothingToShare("There are no notes of this session yet.")
    for earlier in NotesExport.objects.filter(session=session, state__in=[state.value for state in IN_THE_WORKS]):
        move(earlier, "replaced", along=MOVES, at=at)
    row = NotesExport.objects.create(
        session=session, version=version, digest=digest(version.text), state=ExportState.PREPARING.value, state_at=at
    )
    journal.record("began-sharing", row, by=by, at=at, part_of=session, version=version.number)
    if len(version.text.encode()) > LARGE:
        jobs.enqueue(PREPARE, key=str(row.pk), payload={"export": row.pk}, due_at=at)
    else:
        _prepare(row, at=at)
    return row


@transaction.atomic
def prepare_sharing(export: NotesExport, *, at: datetime) -> None:
    """Do what `begin_sharing` gave to the worker; once, and only while it is still wanted."""
    row = _locked(export)
    if row.state == ExportState.PREPARING:
        _prepare(row, at=at)


def _prepare(row: NotesExport, *, at: datetime) -> None:
    proposal = look_through(row.version.text, around(row.session))
    move(row, "prepared", along=MOVES, at=at, accepted=to_facts(decided_on(proposal)))


@transaction.atomic
def propose_sharing(
    export: NotesExport, *, keep: Collection[int] = (), shown: str = "", by: Person | None, at: datetime
) -> NotesExport:
    """Propose what to take out: all that is certain, and every guess whose place among the guesses is not in `keep`.

    Looked through anew, so that it holds today. `shown` marks what the page showed (`mark_of_export`), of which the places
    are. Raises NotAllowed, NotFromHere, ChangedMeanwhile where the text or what was shown is another.
    """
    row = _locked(export)
    require_team(by, row.session.cohort.programme, at=at, doing=_DOING)
    _as_shown(row, shown)
    _same_text(row)
    facts = to_facts(settled(row.version.text, from_facts(row.accepted), around(row.session), keep=keep))
    move(row, "proposed", along=MOVES, at=at, accepted=facts, proposed_by=by, proposed_at=at, reason="")
    count = sum(each["is_out"] for each in facts)
    journal.record("proposed-sharing", row, by=by, at=at, part_of=row.session, out=count, kept=len(facts) - count)
    return row


@transaction.atomic
def send_back_sharing(export: NotesExport, *, reason: str = "", by: Person | None, at: datetime) -> NotesExport:
    """Ask who proposed it to look again. Raises NotAllowed, NotFromHere."""
    row = _locked(export)
    require_team(by, row.session.cohort.programme, at=at, doing=_DOING)
    move(row, "sent_back", along=MOVES, at=at, reason=" ".join(reason.split())[:500])
    journal.record("sent-back-sharing", row, by=by, at=at, part_of=row.session)
    return row


@transaction.atomic
def approve_sharing(export: NotesExport, *, shown: str = "", by: Person | None, at: datetime) -> NotesExport:
    """Approve as the second person: the notes may leave now, and take the place of those approved before.

    What must go today as well is decided with it. `shown` marks what the page showed (`mark_of_export`): nobody approves what
    was decided otherwise since. Raises NotAllowed, SamePerson, NotFromHere, ChangedMeanwhile.
    """
    row = _locked(export)
    require_team(by, row.session.cohort.programme, at=at, doing=_DOING)
    _as_shown(row, shown)
    check_second(row.proposed_by_id, by.pk if by else None)
    _same_text(row)
    MOVES.after("approved", ExportState(row.state))
    is_public = row.is_public
    for earlier in NotesExport.objects.filter(session=row.session, state__in=[each.value for each in STANDING]).exclude(
        pk=row.pk
    ):
        is_public = is_public or earlier.is_public
        move(earlier, "replaced", along=MOVES, at=at, is_public=False)
    facts = to_facts(decided_again(row.version.text, from_facts(row.accepted), around(row.session)))
    move(row, "approved", along=MOVES, at=at, accepted=facts, approved_by=by, approved_at=at, is_public=is_public)
    journal.record("approved-sharing", row, by=by, at=at, part_of=row.session, out=sum(each["is_out"] for each in facts))
    if is_public:
        tick_known(row.session, Known.NOTES, by=by, at=at)
    cohort_public_changed(row.session.cohort)
    return row


def mark_of_export(export: NotesExport) -> str:
    """Give a mark of what is decided about notes so far, which is another one once somebody decided otherwise."""
    return mark_of(
        export.state, json.dumps(export.accepted, sort_keys=True), str(export.proposed_by_id), str(export.proposed_at)
    )


def _as_shown(row: NotesExport, shown: str) -> None:
    """Raises ChangedMeanwhile where a page said what it showed, and that is not what stands."""
    if shown and shown != mark_of_export(row):
        raise ChangedMeanwhile("Somebody decided otherwise about these notes meanwhile. Look at them again, please.")


@transaction.atomic
def show_notes(export: NotesExport, *, is_public: bool, by: Person | None, at: datetime) -> NotesExport:
    """Let the public read approved notes, or no longer. Shown, the run-sheet is ticked. Raises NotAllowed, NotApproved."""
    row = _locked(export)
    require_team(by, row.session.cohort.programme, at=at, doing=_DOING)
    if row.state not in {state.value for state in STANDING}:
        raise NotApproved("A second person of the team approves the notes before anybody else reads them.")
    if row.is_public == is_public:
        return row
    row.is_public = is_public
    row.save(update_fields=["is_public"])
    journal.record("showed-notes" if is_public else "hid-notes", row, by=by, at=at, part_of=row.session)
    if is_public:
        tick_known(row.session, Known.NOTES, by=by, at=at)
    cohort_public_changed(row.session.cohort)
    return row


@transaction.atomic
def ask_again(export: NotesExport, *, by: Person | None, at: datetime) -> bool:
    """Ask for another approval where a name may no longer stand in approved notes; says whether it does.

    What is read has no such name in it from the moment the consent ended.
    """
    row = _locked(export)
    said = shown(row) if row.state == ExportState.APPROVED else None
    if row.state != ExportState.APPROVED or (said is not None and not said.is_due_again):
        return False
    move(row, "asked_again", along=MOVES, at=at)
    journal.record("asked-again", row, by=by, at=at, part_of=row.session)
    cohort_public_changed(row.session.cohort)
    return True


def _same_text(row: NotesExport) -> None:
    if digest(row.version.text) != row.digest:
        raise ChangedMeanwhile("The saved text is not what was looked through: somebody in it was forgotten. Begin again.")


def _locked(export: NotesExport) -> NotesExport:
    rows = NotesExport.objects.select_for_update(of=("self",)).filter(pk=export.pk)
    return rows.select_related("version", "session__cohort__programme").get()
