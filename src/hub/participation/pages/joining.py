"""The short way into a call: the link itself is handed to who takes part, when it is time, and to nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.occurrence import SessionState
from hub.core.room import Stage, to_join
from hub.participation.entering import standing_of
from hub.people.access import member_page
from hub.people.places import whoever
from hub.people.queries.veils import veil_for
from hub.schedule.queries.told import released_now, session_of_uid

# The answer is one person's, holds for minutes, and names to the service that is joined no page of ours.
_KEPT_NOWHERE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@member_page
@require_safe
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Lead on to a session's joining link from an hour before to its end; else say when, or what to do instead."""
    session, person, at = session_of_uid(uid), whoever(request), timezone.now()
    standing = standing_of(person, session, at=at) if session else None
    if session is None or standing is None or not standing.is_known:
        raise Http404
    occurrence = released_now(session)
    if occurrence is None and not standing.is_team:
        raise Http404
    why, span = "", None
    if not standing.joins:
        why = "no-place" if standing.gives_places else "not-theirs"
    elif occurrence is None:
        why = "not-released"
    elif occurrence.state is SessionState.CANCELLED:
        why = "cancelled"
    elif occurrence.starts_at is None:
        why = "no-date"
    else:
        span = to_join(occurrence.starts_at, occurrence.ends_at)
        stage = span.stage(at=at)
        if stage is Stage.ON and _leads_out(session.joining_link):
            answer: HttpResponse = HttpResponseRedirect(session.joining_link)
            return _kept_nowhere(answer)
        why = stage.value if stage is not Stage.ON else "no-link"
    context = {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "slug": session.slug,
        "session": occurrence,
        "title": veil_for(person, session.cohort, at=at).text(occurrence.say_title if occurrence else session.title),
        "why": why,
        "span": span,
        "standing": standing,
        "zone": person.zone or (occurrence.zone if occurrence else session.zone),
    }
    status = 403 if why in ("no-place", "not-theirs") else 200
    answer = render(request, "participation/room/join.html", context, status=status)
    return _kept_nowhere(answer)


def _kept_nowhere(answer: HttpResponse) -> HttpResponse:
    for name, value in _KEPT_NOWHERE.items():
        answer[name] = value
    return answer


def _leads_out(link: str) -> bool:
    return link.lower().startswith(("https://", "http://"))
