"""Where a page of this room is, and who asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone

from hub.participation.permissions import can_keep_register
from hub.people.access import person_of
from hub.people.permissions import belongs
from hub.schedule.models import Session
from hub.schedule.queries.working import session_at


def session_or_404(programme: str, cohort: str, slug: str) -> Session:
    """Find the session an address names, with cohort and programme at hand."""
    found = session_at(programme, cohort, slug)
    if found is None:
        raise Http404
    return found


def seen_session_or_404(request: HttpRequest, programme: str, cohort: str, slug: str) -> Session:
    """Find a session whose schedule whoever asks may read: a public programme's, or one they have a part in."""
    found = session_or_404(programme, cohort, slug)
    place = found.cohort.programme
    if not place.is_public and not belongs(person_of(request), place, at=timezone.now()):
        raise Http404
    return found


def kept_session_or_404(request: HttpRequest, programme: str, cohort: str, slug: str) -> Session:
    """Find a session whose register whoever asks keeps: its team, and who leads it. To others it does not exist."""
    found = session_or_404(programme, cohort, slug)
    if not can_keep_register(person_of(request), found, at=timezone.now()):
        raise Http404
    return found


def path_of(session: Session) -> tuple[str, str, str]:
    """Give what an address of a session's page names: programme, cohort, session."""
    return session.cohort.programme.slug, session.cohort.slug, session.slug


def number_of(typed: str | None) -> int:
    """Give a key that was sent with a form; 0, which is nobody's, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 18 else 0
