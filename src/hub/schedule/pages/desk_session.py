"""One session at the desk: added, edited in its row or on its own page, cancelled, put back on."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from hub.core.calendar import say_date
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.sessions import SessionFacts
from hub.kit import journal
from hub.kit.fields import Differs, refuse
from hub.kit.request import Request
from hub.people.access import person_of, team_page, up_to_4_mb
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.commands.sessions import (
    add_session,
    cancel_session,
    edit_session,
    restore_session,
)
from hub.schedule.forms import NoteForm, SessionForm
from hub.schedule.models import Session
from hub.schedule.pages.desk import schedule_context
from hub.schedule.pages.desk_place import session_or_404
from hub.schedule.pages.desk_runsheet import run_sheet_of
from hub.schedule.queries.desk import desk_of
from hub.schedule.queries.working import facts_of


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Add a session by hand; it is written into the plan as well."""
    place = cohort_or_404(programme, cohort)
    form = (
        SessionForm(request.POST) if request.method == "POST" else SessionForm(initial={"zone": place.zone, "kind": "meeting"})
    )
    if request.method == "POST" and form.is_valid():
        try:
            session = add_session(place, _facts(form), by=whoever(request), at=timezone.now())
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{session.title} is in the schedule.")
            return redirect("desk", programme, cohort)
    context = {"programme": place.programme, "cohort": place, "form": form}
    return render(request, "schedule/desk/session.html", context, status=422 if form.errors else 200)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Edit a session: on a page of its own, or in its row of the schedule. `?row` gives the row back as it stands."""
    place = cohort_or_404(programme, cohort)
    found = session_or_404(place, slug)
    if request.method != "POST":
        if request.htmx and "row" in request.GET:
            return _row(request, place, found)
        return _form_page(request, place, found, SessionForm(initial=_initial(found)), found.edited_at)
    form = SessionForm(request.POST)
    seen_at = _moment(request.POST.get("seen_at", "")) or found.edited_at
    if not form.is_valid():
        return _form_page(request, place, found, form, seen_at, status=422)
    try:
        edit_session(found, _facts(form), seen_at=seen_at, by=whoever(request), at=timezone.now())
    except ChangedMeanwhile as no:
        refuse(form, no)
        now = session_or_404(place, slug)
        return _form_page(request, place, now, form, now.edited_at, theirs=_differs(now, form), status=409)
    except Refusal as no:
        refuse(form, no)
        return _form_page(request, place, found, form, seen_at, status=422)
    return _saved(request, place, f"{form.cleaned_data['title']} is saved.")


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Cancel a session with a note, or put a cancelled one back on (`do=restore`)."""
    place = cohort_or_404(programme, cohort)
    found = session_or_404(place, slug)
    form = NoteForm(request.POST) if request.method == "POST" else NoteForm()
    if request.method == "POST" and form.is_valid():
        by, at = whoever(request), timezone.now()
        try:
            if request.POST.get("do") == "restore":
                restore_session(found, by=by, at=at)
                said = f"{found.title} is back on."
            else:
                cancel_session(found, note=form.cleaned_data["note"], by=by, at=at)
                said = f"{found.title} is cancelled."
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"{said} The public learns of it with the next release.")
            return redirect("desk", programme, cohort)
    context = {"programme": place.programme, "cohort": place, "session": found, "form": form}
    return render(request, "schedule/desk/session_cancel.html", context, status=422 if form.errors else 200)


def _initial(session: Session) -> dict[str, Any]:
    facts = facts_of(session)
    return {each.name: getattr(facts, each.name) for each in fields(facts)}


def _facts(form: SessionForm) -> SessionFacts:
    data = dict(form.cleaned_data)
    return SessionFacts(**data | {"kind": Kind(data["kind"]), "mode": Mode(data["mode"]) if data["mode"] else None})


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _said(value: object) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, Kind | Mode):
        return value.label
    if isinstance(value, date):
        return say_date(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value)


def _differs(session: Session, form: SessionForm) -> list[Differs]:
    theirs, mine = facts_of(session), _facts(form)
    return [
        Differs(str(form.fields[name].label), _said(getattr(theirs, name)), _said(getattr(mine, name)))
        for name in form.fields
        if getattr(theirs, name) != getattr(mine, name)
    ]


def _form_page(
    request: Request,
    place: Cohort,
    session: Session,
    form: SessionForm,
    seen_at: datetime,
    *,
    theirs: list[Differs] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "programme": place.programme,
        "cohort": place,
        "session": session,
        "form": form,
        "seen_at": seen_at.isoformat(),
        "theirs": theirs,
    }
    if request.htmx:
        return render(request, "schedule/desk/_session_row_form.html", context, status=status)
    session.cohort = place
    context |= run_sheet_of(request, session)
    context["history"] = journal.history_of(session, person=person_of(request), at=timezone.now())
    return render(request, "schedule/desk/session.html", context, status=status)


def _row(request: Request, place: Cohort, session: Session) -> HttpResponse:
    rows = [row for stretch in desk_of(place).stretches for row in stretch.rows]
    row = next(row for row in rows if row.session.pk == session.pk)
    context = {"programme": place.programme, "cohort": place, "row": row, "session": row.session}
    return render(request, "schedule/desk/_row.html", context)


def _saved(request: Request, place: Cohort, said: str) -> HttpResponse:
    """Go back to the schedule; in place, show it anew: the order, the differences and the findings may all be others now."""
    if not request.htmx:
        messages.success(request, said)
        return redirect("desk", place.programme.slug, place.slug)
    url = request.htmx.current_url_abs_path or ""
    query = QueryDict(url.partition("?")[2])
    context = schedule_context(place, query.get("kind", ""), query.get("only", "")) | {"said": said, "is_swapped": True}
    response = render(request, "schedule/desk/_schedule.html", context)
    response.headers["HX-Retarget"] = "#schedule"
    response.headers["HX-Reswap"] = "outerHTML"
    return response
