"""Where a page of this room is, and who asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.utils import timezone

from hub.people.access import person_of
from hub.people.models import Person
from hub.people.permissions import belongs
from hub.schedule.models import Session
from hub.schedule.queries.working import session_at


def whoever(request: HttpRequest) -> Person:
    """Give the person who asks; the page's decorator has let in nobody else."""
    person = person_of(request)
    assert person is not None
    return person


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
