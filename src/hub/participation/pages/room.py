"""The room of a session: the moment itself, on one page, for those who take part."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import NotAllowed, Refusal
from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Mode
from hub.core.register import Noted
from hub.core.room import How, Stage, WrongCode, code_of, meeting, read_code, to_join
from hub.core.timing import moment
from hub.kit.fields import refuse
from hub.kit.request import Request
from hub.participation import commands, queries
from hub.participation.codes import ManyTries, qr, tries_left, wrong_try
from hub.participation.entering import Standing, standing_of
from hub.participation.forms_room import CodeForm
from hub.participation.pages.place import session_or_404
from hub.participation.permissions import can_keep_register
from hub.participation.queries.room import Open, secret
from hub.people.access import member_page
from hub.people.models import Person
from hub.people.places import whoever
from hub.people.queries.veils import veil_for
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now
from hub.schedule.queries.working import materials_seen, occurrence_of


def entered(request: HttpRequest, programme: str, cohort: str, slug: str) -> tuple[Session, Person, Standing]:
    """Give the session whose room somebody enters, and what they are to it. Raises Http404, PermissionDenied."""
    session, person = session_or_404(programme, cohort, slug), whoever(request)
    standing = standing_of(person, session, at=timezone.now())
    if not standing.is_known:
        raise Http404
    if not standing.enters:
        raise PermissionDenied
    return session, person, standing


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show the room of a session; POST checks in."""
    session, person, standing = entered(request, programme, cohort, slug)
    at, refusal = timezone.now(), None
    if request.method == "POST":
        try:
            commands.check_in(session, person, how=How.ROOM, by=person, at=at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            refusal = no
        if refusal is None and not request.htmx:
            messages.success(request, _checked_in(session, person))
            return redirect("session-room", programme, cohort, slug)
    context = _context(session, person, standing, at) | {"refusal": refusal}
    template = "participation/room/_check_in.html" if request.htmx else "participation/room/room.html"
    return render(request, template, context, status=422 if refusal else 200)


def _checked_in(session: Session, person: Person) -> str:
    """Say what became of a check-in just made."""
    found = queries.check_in_of(released_now(session) or occurrence_of(session), person)
    return (found.noted if found else Noted.IN).sentence


def _context(session: Session, person: Person, standing: Standing, at: datetime) -> dict[str, Any]:
    released = released_now(session)
    if released is None and not standing.is_team:
        raise Http404
    veil = veil_for(person, session.cohort, at=at)
    occurrence = veil.occurrence(released or occurrence_of(session))
    timed = queries.timing_of(occurrence)
    span = queries.check_in_span(occurrence)
    seen, plan = materials_seen(session, is_team=standing.is_team), queries.plan_of(session)
    for each in seen:  # to be read, not to be saved: as the plan's words below
        each.title = veil.text(each.title)
    if plan is not None:
        plan.questions, plan.links = veil.text(plan.questions), veil.facts(plan.links)
    recordings = [each for each in seen if each.kind == "recording"]
    return {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": occurrence,
        "is_released": released is not None,
        "standing": standing,
        "person": person,
        "at": at,
        "zone": person.zone or occurrence.zone,
        "stage": meeting(occurrence.starts_at, occurrence.ends_at).stage(at=at).value if occurrence.starts_at else "",
        "timing": timed,
        "now": moment(timed, at=at) if timed else None,
        "join": _join(occurrence, standing, at),
        "check_in": queries.check_in_of(occurrence, person),
        "check_in_span": span,
        "check_in_stage": span.stage(at=at).value if span else "",
        "keeps_register": can_keep_register(person, session, at=at),
        "count": queries.how_many_checked_in(session, occurrence) if standing.shows_code else None,
        "plan": plan,
        "notes": queries.notes_of(session),
        "recordings": recordings,
        "materials": [each for each in seen if each.kind != "recording"],
    }


def _join(occurrence: Occurrence, standing: Standing, at: datetime) -> dict[str, Any] | None:
    """Say how one joins; None where nobody joins from afar or it is not for them. The link itself is never among it."""
    is_met = occurrence.mode in (Mode.ONLINE, Mode.HYBRID) and occurrence.state is not SessionState.CANCELLED
    if not is_met or occurrence.starts_at is None or not standing.joins:
        return None
    span = to_join(occurrence.starts_at, occurrence.ends_at)
    return {"uid": occurrence.uid, "span": span, "stage": span.stage(at=at).value}


@member_page
@require_safe
def room_code(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show, to the team and who facilitates, the code to check in by, and the same as a picture for telephones."""
    session, _, standing = entered(request, programme, cohort, slug)
    if not standing.shows_code:
        raise PermissionDenied
    at = timezone.now()
    occurrence = released_now(session)
    span = queries.check_in_span(occurrence) if occurrence else None
    code = code_of(secret(), str(session.uid), at=at) if span and span.stage(at=at) is Stage.ON else ""
    context = {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": occurrence or occurrence_of(session),
        "code": code,
        "qr": qr(code) if code else "",
        "span": span,
        "stage": span.stage(at=at).value if span else "",
        "came": queries.checked_in(session, occurrence),
        "zone": occurrence.zone if occurrence else session.zone,
        "at": at,
    }
    template = "participation/room/_code.html" if request.htmx else "participation/room/code.html"
    answer = render(request, template, context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest) -> HttpResponse:
    """Take the code that is shown in a session, and check in by it; wrong ones are counted."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            found = _session_of(request, form.cleaned_data["code"])
            person, at = whoever(request), timezone.now()
            if not standing_of(person, found.session, at=at).enters:
                return render(
                    request, "participation/room/not_yours.html", {"session": _read_by(person, found, at)}, status=403
                )
            commands.check_in(found.session, person, how=How.CODE, by=person, at=at)
            mine = queries.check_in_of(found.occurrence, person)
        except Refusal as no:
            refuse(form, no)
        else:
            cohort = found.session.cohort
            noted = mine.noted if mine else Noted.IN
            messages.success(request, f"{_read_by(person, found, at).say_title}: {noted.sentence}")
            return redirect("session-room", cohort.programme.slug, cohort.slug, found.session.slug)
    return render(request, "participation/room/check_in.html", {"form": form}, status=422 if form.errors else 200)


def _read_by(person: Person, found: Open, at: datetime) -> Occurrence:
    """Give a session as somebody may read it."""
    return veil_for(person, found.session.cohort, at=at).occurrence(found.occurrence)


def _session_of(request: HttpRequest, typed: str) -> Open:
    """Find the session whose code was typed. Raises WrongCode, ManyTries."""
    code = read_code(typed)
    if not tries_left(request):
        raise ManyTries("That was many tries. Wait a little, then try again, or ask who facilitates.")
    found = queries.session_of_code(code, at=timezone.now())
    if found is None:
        wrong_try(request)
        raise WrongCode("No session that is on shows this code now. It changes: look at the screen again.", field="code")
    return found


@member_page
@require_safe
def check_in_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the code a picture led to, and the button. It is not looked up before that: nobody learns here which codes hold."""
    try:
        form = CodeForm(initial={"code": read_code(code)})
    except WrongCode as no:
        raise Http404(no.sentence) from no
    return render(request, "participation/room/check_in.html", {"form": form, "is_scanned": True})
