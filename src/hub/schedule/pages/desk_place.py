"""Where a page of the desk is, and who asks."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.cache import patch_cache_control

from hub.programmes.models import Cohort
from hub.schedule.models import Session
from hub.schedule.queries.working import session_for_team


def session_or_404(place: Cohort, slug: str) -> Session:
    """Find the session of a cohort an address names."""
    found = session_for_team(place, slug)
    if found is None:
        raise Http404
    return found


def as_file(text: str, name: str) -> HttpResponse:
    """Answer with a text as a file, byte for byte."""
    response = HttpResponse(text.encode(), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response
