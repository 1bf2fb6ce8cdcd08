"""What is read of shared notes, and of notes on their way out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from hub.core.errors import ChangedMeanwhile
from hub.core.notes import IN_THE_WORKS, STANDING, Around, Decided, Leaving, digest, from_facts, leaving
from hub.participation.models import Booking, CheckIn, NotesExport, NotesVersion, SessionNotes
from hub.people.queries.noted import people_in_notes
from hub.programmes.models import Programme
from hub.schedule.models import Session
from hub.schedule.queries.told import joining_links_of

_STATES = {"works": [state.value for state in IN_THE_WORKS], "stands": [state.value for state in STANDING]}


def notes_of(session: Session) -> SessionNotes | None:
    """Give the notes of a session as they stand, with who saved them last."""
    return SessionNotes.objects.filter(session=session).select_related("saved_by").first()


def newest_version(session: Session) -> NotesVersion | None:
    """Give the text of a session's notes that was saved last."""
    return NotesVersion.objects.filter(session=session).order_by("-number").first()


def sessions_with_notes() -> list[int]:
    """Give the keys of the sessions that have notes. One query."""
    return list(SessionNotes.objects.order_by("pk").values_list("session", flat=True))


def in_the_works(session: Session) -> NotesExport | None:
    """Give the notes of a session that are on their way out."""
    return _of(session, "works")


def standing_export(session: Session) -> NotesExport | None:
    """Give the notes of a session that were approved."""
    return _of(session, "stands")


def _of(session: Session, which: str) -> NotesExport | None:
    rows = NotesExport.objects.filter(session=session, state__in=_STATES[which])
    return rows.select_related("version", "proposed_by", "approved_by", "session__cohort__programme").first()


def export_by_key(pk: int) -> NotesExport | None:
    """Find notes on their way out by their key."""
    return NotesExport.objects.filter(pk=pk).select_related("version", "session__cohort__programme").first()


def approved_in(programme: int | None) -> list[NotesExport]:
    """Give the approved notes of a programme, of all where none is named. One query."""
    rows = NotesExport.objects.filter(state__in=_STATES["stands"])
    if programme is not None:
        rows = rows.filter(session__cohort__programme=programme)
    return list(rows.select_related("version", "session__cohort__programme").order_by("pk"))


def public_notes(uid: str) -> QuerySet[NotesExport]:
    """Give the notes of a session, by its UID, that everybody may read."""
    return NotesExport.objects.filter(session__uid=uid, state__in=_STATES["stands"], is_public=True)


def around(session: Session) -> Around:
    """Give what the anonymiser is told of a session, its cohort and programme at hand. Seven queries."""
    here = {
        *Booking.objects.filter(session=session).values_list("person", flat=True),
        *CheckIn.objects.filter(session=session).values_list("person", flat=True),
    }
    return Around(people_in_notes(session.cohort.programme, besides=here), tuple(sorted(joining_links_of(session.cohort_id))))


@dataclass(frozen=True, slots=True)
class Shown:
    """Notes as they may be read outside now; `is_due_again` where they ask for another approval."""

    text: str
    is_due_again: bool


def shown(export: NotesExport) -> Shown | None:
    """Give approved notes as they may be read now: whoever may not be named today is out of them. None where the text changed.

    Seven queries, however long the text.
    """
    if digest(export.version.text) != export.digest:
        return None
    try:
        said = _leaving(export.version.text, from_facts(export.accepted), around(export.session))
    except ChangedMeanwhile:
        return None
    return Shown(said.text, said.is_new)


@lru_cache(maxsize=32)
def _leaving(text: str, decided: tuple[Decided, ...], told: Around) -> Leaving:
    return leaving(text, decided, told)


def notes_that_wait(programme: Programme) -> list[NotesExport]:
    """Give the notes of a programme that wait for a second person, or ask to be approved again. One query."""
    rows = NotesExport.objects.filter(session__cohort__programme=programme, state__in=["proposed", "asks-again"])
    return list(rows.select_related("session__cohort", "proposed_by").order_by("state_at", "pk"))
