"""A session's register: for the team at its desk, and for whoever leads the session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.words import listed
from hub.kit import journal
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_promises import CorrectForm, WhoForm
from hub.participation.pages.place import kept_session_or_404, number_of, session_or_404
from hub.people.access import member_page, team_page
from hub.people.models import Person
from hub.people.places import whoever
from hub.people.queries import called
from hub.schedule.models import Session


class MarkedMeanwhile(ChangedMeanwhile):
    """Somebody else marked the same people otherwise while the page was open; what they wrote stays."""

    code: ClassVar[str] = "marked-meanwhile"


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show a session's register and fill it; POST `do=` save, everybody, close, reopen, take-in, correct or add."""
    return _register(request, session_or_404(programme, cohort, slug), name="desk-attendance")


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_register(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show who leads a session its register, and let them fill it; to others it does not exist."""
    return _register(request, kept_session_or_404(request, programme, cohort, slug), name="my-register")


def _register(request: HttpRequest, session: Session, *, name: str) -> HttpResponse:
    by, at = whoever(request), timezone.now()
    programme = session.cohort.programme
    is_desk = name == "desk-attendance"
    do = request.POST.get("do", "")
    shown = queries.register_of(session, at=at)
    correct = CorrectForm(request.POST if do == "correct" else None)
    who = WhoForm(request.POST if do == "add" else None)
    corrected = number_of(request.POST.get("person")) if do == "correct" else 0
    refusal: Refusal | None = None
    if request.method == "POST":
        done = ""
        try:
            if do == "correct":
                done = _correct(correct, shown, corrected, by, at)
            elif do == "add" and is_desk:
                done = _add(who, session, by, at)
            else:
                done = _fill(request, shown, by, at)
        except Refusal as no:
            refusal = no
        if done:
            messages.success(request, done)
            return redirect(name, programme.slug, session.cohort.slug, session.slug)
        shown = queries.register_of(session, at=at)
    context = {
        "programme": programme,
        "cohort": session.cohort,
        "session": session,
        "register": shown,
        "is_desk": is_desk,
        "refusal": refusal,
        "correct": correct,
        "blank": CorrectForm(),
        "corrected": corrected,
        "who": who,
        "history": journal.history_of(session, person=by, at=at) if is_desk else None,
    }
    wrong = refusal or correct.errors or who.errors
    return render(request, "participation/attendance/register.html", context, status=422 if wrong else 200)


def _fill(request: HttpRequest, shown: queries.RegisterShown, by: Person, at: datetime) -> str:
    do, session = request.POST.get("do", ""), shown.session
    if do == "reopen":
        commands.reopen_register(session, by=by, at=at)
        return "The register is open again."
    if do == "take-in":
        taken = commands.take_in_check_ins(session, [number_of(each) for each in request.POST.getlist("person")], by=by, at=at)
        return f"{listed([str(row.person) for row in taken])}: they came." if taken else "They stand in the register already."
    if do not in ("save", "everybody", "close"):
        raise BadRequest("This page does nothing of that name.")
    ticked = {number_of(each) for each in request.POST.getlist("came")}
    was, missed = ({number_of(each) for each in request.POST.getlist(name)} for name in ("was", "missed"))
    marks: dict[Person, bool] = {}
    for line in shown.lines:
        key = line.person.pk
        if do == "everybody":
            if (line.is_expected and not line.is_excused) or key in ticked:
                marks[line.person] = True
        elif (key in ticked) != (key in was):  # only what this page changed: another may fill the same register
            marks[line.person] = key in ticked
    seen = {person: True if person.pk in was else False if person.pk in missed else None for person in marks}
    commands.mark_attendance(session, marks, seen=seen, by=by, at=at)
    if otherwise := _marked_otherwise(session, marks, at):
        raise MarkedMeanwhile(
            f"Somebody else wrote down meanwhile of {otherwise}, otherwise than you. That stays; the rest is saved. Look again."
        )
    if do == "close":
        commands.close_register(session, by=by, at=at)
        return "The register is closed: whoever is not ticked missed the session."
    who = "Everybody" if all(line.is_expected for line in shown.lines) else "Everybody with a place"
    return f"{who} is ticked. Untick who was not there, and close the register." if do == "everybody" else "Saved."


def _marked_otherwise(session: Session, marks: Mapping[Person, bool], at: datetime) -> str:
    """Name those of whom somebody else wrote down otherwise while the page was open; "" where nobody did."""
    lines = queries.register_of(session, at=at).lines
    return ", ".join(
        line.person.name for line in lines if line.came is not None and line.came != marks.get(line.person, line.came)
    )


def _correct(form: CorrectForm, shown: queries.RegisterShown, key: int, by: Person, at: datetime) -> str:
    person = next((line.person for line in shown.lines if line.person.pk == key), None)
    if person is None:
        raise Http404
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        commands.correct_attendance(
            shown.session, person, came=data["came"], minutes=data["minutes"], reason=data["reason"], by=by, at=at
        )
    except Refusal as no:
        refuse(form, no)
        return ""
    return f"{person}: corrected."


def _add(form: WhoForm, session: Session, by: Person, at: datetime) -> str:
    if not form.is_valid():
        return ""
    found = called(session.cohort.programme, by, form.cleaned_data["who"], at=at)
    if len(found) != 1:
        many = "Two people of the programme are called that. Write the address."
        none = "Nobody of the programme is called that or has that address. Bring them in first, under People."
        form.add_error("who", many if found else none)
        return ""
    try:
        commands.mark_attendance(session, {found[0]: True}, by=by, at=at)
    except Refusal as no:
        refuse(form, no)
        return ""
    return f"{found[0]} came."
