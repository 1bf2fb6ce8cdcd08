"""Attendance from files: choose them, say who is who, take it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.words import listed
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_reports import ReportForm
from hub.participation.models import AttendanceReport, ReportPresence
from hub.participation.pages.place import kept_session_or_404, path_of, session_or_404
from hub.people.access import member_page, team_page
from hub.people.models import Person
from hub.people.places import whoever
from hub.people.queries import called
from hub.schedule.models import Session

_NOBODY = "nobody"
_TOLD = 5  # names a message says before it counts the rest


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages on which files of a session are read, by the names of their addresses: the team's, or of who leads it."""

    register: str
    files: str
    report: str
    is_desk: bool


DESK = Pages("desk-attendance", "desk-attendance-files", "desk-attendance-report", is_desk=True)
LEADERS = Pages("my-register", "my-attendance-files", "my-attendance-report", is_desk=False)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_files(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Read files of who was there; what they propose is settled on a page of its own."""
    return _files(request, session_or_404(programme, cohort, slug), DESK)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_attendance_files(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Let who leads a session read files of who was there; to others it does not exist."""
    return _files(request, kept_session_or_404(request, programme, cohort, slug), LEADERS)


def _files(request: HttpRequest, session: Session, pages: Pages) -> HttpResponse:
    by, at = whoever(request), timezone.now()
    is_sent = request.method == "POST"
    form = ReportForm(request.POST, request.FILES) if is_sent else ReportForm(initial={"zone": session.zone})
    if form.is_bound and form.is_valid():
        given: list[UploadedFile[Any]] = form.cleaned_data["reports"]
        try:
            report = commands.take_report(
                session,
                [(each.name or "file", each.read()) for each in given],
                zone=form.cleaned_data["zone"],
                is_day_first=form.is_day_first,
                least_minutes=form.cleaned_data["least_minutes"] or 0,
                by=by,
                at=at,
            )
        except Refusal as no:
            refuse(form, no)
        else:
            return redirect(pages.report, *path_of(session), report.pk)
    context = {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": session,
        "pages": pages,
        "form": form,
        "reports": list(queries.reports_of(session)[:20]),
    }
    return render(request, "participation/reports/files.html", context, status=422 if form.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_report(request: HttpRequest, programme: str, cohort: str, slug: str, report: int) -> HttpResponse:
    """Show whom a report means; POST `who-<number>` decides, `do=` save, take-over, lay-aside or vouch.

    `do=take-place` takes it over in place of what earlier files said.
    POST `again=<number>` opens a settled line again, `split=<number>` makes several people of one; what was chosen is kept.
    """
    return _report(request, session_or_404(programme, cohort, slug), report, DESK)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_attendance_report(request: HttpRequest, programme: str, cohort: str, slug: str, report: int) -> HttpResponse:
    """Show who leads a session whom a report means, and let them settle it; to others it does not exist."""
    return _report(request, kept_session_or_404(request, programme, cohort, slug), report, LEADERS)


def _report(request: HttpRequest, session: Session, report: int, pages: Pages) -> HttpResponse:
    by, at = whoever(request), timezone.now()
    place = path_of(session)
    found = queries.report_seen_by(by, session, report, at=at)
    if found is None:
        raise Http404
    refusal: Refusal | None = None
    typed: dict[int, str] = {}
    if request.method == "POST":
        do = request.POST.get("do", "")
        on_one = _on_one(request)
        if on_one is None and do not in ("save", "take-over", "take-place", "lay-aside", "vouch"):
            raise BadRequest("This page does nothing of that name.")
        try:
            if do == "lay-aside":
                commands.lay_aside_report(found, by=by, at=at)
                messages.success(request, "Laid aside. Nothing of it counts, and the names in it are gone.")
                return redirect(pages.files, *place)
            if do == "vouch":
                commands.vouch_for_report(found, by=by, at=at)
                return redirect(pages.report, *place, report)
            typed = _decide(request, found, by, may_name=pages.is_desk, but=on_one[1] if on_one else None)
            if on_one is not None and not typed:
                command, number = on_one
                command(found, number, by=by, at=at)
                return redirect(f"{reverse(pages.report, args=[*place, report])}#line-{number}")
            if do in ("take-over", "take-place") and not typed:
                done = commands.take_over_report(found, in_place=do == "take-place", by=by, at=at)
                messages.success(request, f"{done.report.came} came. The names in the files are gone.{_say(done.otherwise)}")
                return redirect(pages.files, *place)
        except Refusal as no:
            refusal = no
        except ReportPresence.DoesNotExist:
            raise BadRequest("There is no such line.") from None
        else:
            if not typed:
                messages.success(request, "Saved, and remembered for the next file.")
                return redirect(pages.report, *place, report)
    lines = queries.lines_of(found, shows_addresses=pages.is_desk)
    context = {
        "programme": session.cohort.programme,
        "cohort": session.cohort,
        "session": session,
        "pages": pages,
        "report": found,
        "has_earlier": queries.reports_of(session).filter(is_taken_over=True).exists(),
        "open": [line for line in lines if not line.presence.is_decided],
        "settled": [line for line in lines if line.presence.is_decided],
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "participation/reports/report.html", context, status=422 if refusal or typed else 200)


def _say(otherwise: Sequence[str]) -> str:
    """Say of whom the register says otherwise than the files, and that it holds; nothing where it says so of nobody."""
    if not otherwise:
        return ""
    told = [*otherwise[:_TOLD], *([f"{len(otherwise) - _TOLD} more"] if len(otherwise) > _TOLD else [])]
    return f" Of {listed(told)} the register says otherwise, and that holds: correct it there where the files are right."


def _on_one(request: HttpRequest) -> tuple[Callable[..., object], int] | None:
    """Give what is done to a single line, and its number; None where nothing is."""
    for name, command in (("again", commands.reopen_presence), ("split", commands.split_presence)):
        if said := request.POST.get(name, ""):
            if not said.isdecimal() or len(said) > 6:
                raise BadRequest("There is no such line.")
            return command, int(said)
    return None


def _decide(request: HttpRequest, report: AttendanceReport, by: Person, *, may_name: bool, but: int | None) -> dict[int, str]:
    """Take over what was decided of presences; gives the names typed that are nobody's, or two people's, by number.

    `may_name`: the team may name anybody of the programme; who leads a session chooses among those proposed. `but`: a number
    that is not decided now, because something else is done to it.
    """
    at = timezone.now()
    lines = {line.presence.number: line for line in queries.lines_of(report)}
    decisions: dict[int, Person | None] = {}
    unfound: dict[int, str] = {}
    for number, line in lines.items():
        if number == but:
            continue
        choice = request.POST.get(f"who-{number}")
        name = request.POST.get(f"name-{number}", "").strip() if may_name else ""
        if name:
            found = called(report.session.cohort.programme, by, name, at=at)
            if len(found) == 1:
                decisions[number] = found[0]
            else:
                unfound[number] = name
        elif choice == _NOBODY:
            decisions[number] = None
        elif choice:
            there = {str(person.pk): person for person, _ in line.candidates}
            if choice not in there:
                raise BadRequest("There is no such choice.")
            decisions[number] = there[choice]
    if decisions:
        commands.decide_presences(report, decisions, by=by, at=at)
    return unfound
