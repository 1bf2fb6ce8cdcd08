"""Shared notes in the room: read, and saved as one types; and those the public may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import NotAllowed, Refusal
from hub.participation import commands, queries
from hub.participation.commands import Saved
from hub.participation.pages.place import seen_session_or_404
from hub.participation.pages.room import entered
from hub.people.access import member_page, public_page, seen_as, up_to_4_mb
from hub.people.models import Person
from hub.people.queries.veils import veil_for
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now

_JSON = "application/json"


@up_to_4_mb
@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def room_notes(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show the notes as they read; POST saves `text`, begun from `version`. Who asks for JSON gets facts instead of a page."""
    session, person, _ = entered(request, programme, cohort, slug)
    at = timezone.now()
    is_data = request.headers.get("Accept", "").startswith(_JSON)
    if request.method != "POST":
        notes = queries.notes_of(session)
        if is_data:
            return _data(
                notes.text if notes else "",
                notes.version if notes else 0,
                notes.saved_at if notes else None,
                person,
                session,
                # for a form left open while somebody signed in anew, if it is theirs
                {"whose": "" if seen_as(request) else str(person.pk), "token": get_token(request)},
            )
        return render(request, "participation/room/notes.html", _context(session, person, at) | {"notes": notes})
    seen = request.POST.get("version", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise BadRequest("The page does not say from which notes you began.")
    text = request.POST.get("text", "")
    try:
        saved = commands.save_notes(session, text, seen=int(seen), by=person, at=at)
    except NotAllowed as no:
        raise PermissionDenied from no
    except Refusal as no:
        if is_data:
            return JsonResponse({"said": no.sentence}, status=422)
        context = _context(session, person, at) | {
            "refusal": no,
            "text": text,
            "version": seen,
            "notes": queries.notes_of(session),
        }
        return render(request, "participation/room/notes.html", context, status=422)
    status = 409 if saved.conflicts else 200
    if is_data:
        return _data(saved.notes.text, saved.notes.version, saved.notes.saved_at, person, session, saved=saved, status=status)
    if not saved.conflicts:
        messages.success(request, _said(saved) or "Saved.")
        return redirect("session-room-notes", programme, cohort, slug)
    context = _context(session, person, at) | {"notes": saved.notes, "saved": saved, "said": _said(saved)}
    return render(request, "participation/room/notes.html", context, status=status)


def _said(saved: Saved) -> str:
    if not saved.conflicts:
        return "Somebody else wrote meanwhile; both are in the notes now." if saved.is_merged else ""
    is_one = len(saved.conflicts) == 1
    where = (
        f"line {saved.conflicts[0].line}" if is_one else f"the lines {', '.join(str(each.line) for each in saved.conflicts)}"
    )
    kept = "Both are kept" if is_one else "All are kept"
    return f"You and somebody else changed the same words, from {where} on. {kept}, one below the other: have a look."


def _data(
    text: str,
    version: int,
    saved_at: datetime | None,
    person: Person,
    session: Session,
    more: Mapping[str, str] | None = None,
    *,
    saved: Saved | None = None,
    status: int = 200,
) -> JsonResponse:
    facts: dict[str, Any] = {
        "text": text,
        "version": version,
        "sent": saved.sent if saved else version,
        "saved_at": f"{saved_at.astimezone(ZoneInfo(person.zone or session.zone)):%H:%M}" if saved_at else "",
        "said": _said(saved) if saved else "",
        **(more or {}),
    }
    answer = JsonResponse(facts, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _context(session: Session, person: Person, at: datetime) -> dict[str, Any]:
    occurrence = released_now(session)
    return {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": session,
        "title": veil_for(person, session.cohort, at=at).text(occurrence.say_title if occurrence else session.title),
        "zone": person.zone or session.zone,
        "at": at,
    }


@public_page
@require_safe
def public_notes(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show the approved notes of a session, where its team lets everybody read them; kept nowhere, for a name may go."""
    session = seen_session_or_404(request, programme, cohort, slug)
    occurrence = released_now(session)
    export = queries.standing_export(session)
    said = queries.shown(export) if export is not None and export.is_public else None
    if occurrence is None or export is None or said is None:
        raise Http404("There are no notes of this session to read.")
    context = {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": veil_for(None, session.cohort, at=timezone.now()).occurrence(occurrence),  # as the notes: the same for all
        "text": said.text,
        "export": export,
    }
    answer = render(request, "participation/room/public_notes.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer
