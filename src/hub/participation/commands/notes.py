"""Save shared notes so that nobody's words are lost, and let go of texts nobody needs any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hub.core.errors import NotAllowed
from hub.core.merge import Conflict, merge
from hub.core.notes import Kept, sound_text, to_thin
from hub.kit import journal
from hub.participation.entering import standing_of
from hub.participation.models import NotesExport, NotesVersion, SessionNotes
from hub.people.models import Person
from hub.schedule.models import Session


@dataclass(frozen=True, slots=True)
class Saved:
    """Notes as they stand now. `sent` is the number of the text that came in: what is typed on from it begins there.

    `is_merged` says that others had written meanwhile; `conflicts` are places where both changed the same words.
    """

    notes: SessionNotes
    sent: int
    is_merged: bool = False
    conflicts: tuple[Conflict, ...] = ()


@transaction.atomic
def save_notes(session: Session, text: str, *, seen: int, by: Person | None, at: datetime) -> Saved:
    """Save notes that were begun from version `seen`; what others saved since is merged in, and every text is kept.

    A base that is no longer kept is replaced by the nearest before it: so nothing is lost, at most something stands twice.
    Raises NotAllowed, NotesTooLong (nothing is saved then).
    """
    if by is not None and not standing_of(by, session, at=at).enters:
        raise NotAllowed("You have no part in this session.")
    mine = sound_text(text)
    SessionNotes.objects.get_or_create(session=session, defaults={"saved_at": at})
    notes = SessionNotes.objects.select_for_update(of=("self",)).get(session=session)
    seen = min(max(seen, 0), notes.version)
    base = notes.text if seen == notes.version else _base(session, seen)
    if mine == base:  # nothing was written since
        return Saved(notes, seen)
    if seen == notes.version:
        _keep(notes, mine, is_merged=False, by=by, at=at)
        return Saved(notes, notes.version)
    if mine == notes.text:  # others have written the very same
        return Saved(notes, notes.version)
    merged = merge(base, mine, notes.text)
    whole = sound_text(merged.text)
    _keep(notes, mine, is_merged=False, by=by, at=at)
    sent = notes.version
    _keep(notes, whole, is_merged=True, by=by, at=at)
    return Saved(notes, sent, is_merged=True, conflicts=merged.conflicts)


def _base(session: Session, seen: int) -> str:
    row = NotesVersion.objects.filter(session=session, number__lte=seen).order_by("-number").values_list("text", flat=True)
    return row.first() or ""


def _keep(notes: SessionNotes, text: str, *, is_merged: bool, by: Person | None, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)  # who goes on writing stands in the journal once in each
    before = NotesVersion.objects.filter(session=notes.session_id, saved_by=by, saved_at__gte=hour).exists()
    notes.text, notes.version, notes.saved_at, notes.saved_by = text, notes.version + 1, at, by
    notes.save()
    NotesVersion.objects.create(
        session=notes.session, number=notes.version, text=text, is_merged=is_merged, saved_at=at, saved_by=by
    )
    if not before:
        journal.record("noted", notes, by=by, at=at, part_of=notes.session, version=notes.version)


@transaction.atomic
def thin_notes(session: int, *, at: datetime) -> int:
    """Let go of saved texts of a session by the rule of core.notes; gives how many. Texts on their way out stay."""
    if not SessionNotes.objects.select_for_update(of=("self",)).filter(session=session).exists():
        return 0
    rows = NotesVersion.objects.filter(session=session)
    needed = NotesExport.objects.filter(session=session).values_list("version__number", flat=True)
    gone = to_thin((Kept(*each) for each in rows.values_list("number", "saved_at")), needed=needed, at=at)
    for some in range(0, len(gone), 500):
        rows.filter(number__in=sorted(gone)[some : some + 500]).delete()
    return len(gone)
