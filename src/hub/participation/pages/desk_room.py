"""The team's side of a session's room: what is prepared for it, its notes on their way out, and the runs of trainings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.meanwhile import mark_of_all
from hub.core.notes import ExportState, digest, from_facts
from hub.core.room import BadPlan
from hub.forms.queries import forms_of
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_room import RoomForm, RunForm
from hub.participation.models import NotesExport
from hub.participation.models.room import seen_of_plan
from hub.participation.models.runs import seen_of_run
from hub.participation.pages.place import number_of, session_or_404
from hub.people.access import team_page, up_to_4_mb
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.programmes.queries import catalogue
from hub.schedule.models import Session


def _place(session: Session) -> dict[str, Any]:
    return {"programme": session.cohort.programme, "cohort": session.cohort, "session": session}


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_room(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Prepare a session's room: questions for breakout rooms, and links."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    form = RoomForm(request.POST if request.method == "POST" else None, initial=_prepared(session))
    if form.is_bound and form.is_valid():
        questions, seen = form.cleaned_data["questions"], form.seen_mark
        try:
            commands.prepare_room(session, questions=questions, links=form.read_links(), seen=seen, by=by, at=at)
        except ChangedMeanwhile as no:
            form.show_theirs(no, _prepared(session))
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved.")
            return redirect("desk-room", programme, cohort, slug)
    context = _place(session) | {"form": form, "came": queries.checked_in(session), "at": at}
    return render(request, "participation/desk/room.html", context, status=form.status)


def _prepared(session: Session) -> dict[str, str]:
    """Give what the form begins with: what is prepared, and its mark."""
    stands = queries.plan_of(session)
    return {
        "questions": stands.questions if stands else "",
        "links": "\n".join(f"{title} {url}" for title, url in stands.links) if stands else "",
        "seen": mark_of_all(seen_of_plan(stands)),
    }


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_notes(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Take what must not leave out of a session's notes; POST `do=` begin, propose, approve, send-back, show or hide."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            said = _do(request, session, by, at)
        except Refusal as no:
            refusal = no
        else:
            if said:
                messages.success(request, said)
            return redirect("desk-notes", programme, cohort, slug)
    works, stands, notes = queries.in_the_works(session), queries.standing_export(session), queries.notes_of(session)
    looked_at = works or (stands if stands is not None and stands.state == ExportState.ASKS_AGAIN else None)
    context = _place(session) | {
        "notes": notes,
        "works": works,
        "stands": stands,
        "standing_text": queries.shown(stands) if stands else None,
        "is_newer": bool(notes and notes.text.strip() and not works and (not stands or stands.version.number != notes.version)),
        "refusal": refusal,
        "by": by,
        "zone": by.zone or session.zone,
        "shown": commands.mark_of_export(looked_at) if looked_at else "",
        **(_pieces(looked_at) if looked_at else {}),
    }
    status = 200 if refusal is None else 409 if isinstance(refusal, ChangedMeanwhile) else 422
    return render(request, "participation/desk/notes.html", context, status=status)


def _pieces(export: NotesExport) -> dict[str, Any]:
    """Give what of a text goes and what is only guessed, with the words themselves; nothing where the text is another."""
    text = export.version.text
    if digest(text) != export.digest:
        return {"is_other_text": True}
    rows = [(each, text[each.start : each.end], _around(text, each.start, each.end)) for each in from_facts(export.accepted)]
    said = queries.shown(export) if export.state != ExportState.PREPARING else None
    return {
        "certain": [row for row in rows if row[0].is_certain],
        "guesses": [row for row in rows if not row[0].is_certain],
        "outcome": said.text if said else "",
    }


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Give the words before and after a piece on its line, forty characters at most."""
    before = text[max(0, start - 40) : start].rpartition("\n")[2]
    return before, text[end : end + 40].partition("\n")[0]


def _do(request: HttpRequest, session: Session, by: Person, at: datetime) -> str:
    do = request.POST.get("do", "")
    if do == "begin":
        row = commands.begin_sharing(session, by=by, at=at)
        return (
            "The notes are long; the Hub looks through them now. Come back in a minute."
            if row.state == ExportState.PREPARING
            else ""
        )
    works, stands = queries.in_the_works(session), queries.standing_export(session)
    if do in ("show", "hide"):
        commands.show_notes(_there(stands), is_public=do == "show", by=by, at=at)
        return "Everybody may read them now." if do == "show" else "Nobody else reads them any more."
    if do == "approve":
        commands.approve_sharing(_seen(request, works or stands), shown=request.POST.get("shown", ""), by=by, at=at)
        return "Approved. The notes may leave now."
    if do == "send-back":
        commands.send_back_sharing(_seen(request, works), reason=request.POST.get("reason", ""), by=by, at=at)
        return "Sent back."
    if do != "propose":
        raise BadRequest("This page does nothing of that name.")
    keep = [
        int(name[5:])
        for name, value in request.POST.items()
        if name.startswith("keep-") and value == "keep" and name[5:].isdecimal()
    ]
    commands.propose_sharing(_seen(request, works), keep=frozenset(keep), shown=request.POST.get("shown", ""), by=by, at=at)
    return "Proposed. A second person of the team looks at it now."


def _there(export: NotesExport | None) -> NotesExport:
    if export is None:
        raise Http404
    return export


def _seen(request: HttpRequest, export: NotesExport | None) -> NotesExport:
    """Give what was on the page, so that nobody approves what took its place meanwhile. Raises Http404."""
    if str(_there(export).pk) != request.POST.get("export"):
        raise Http404
    return _there(export)


@team_page
@require_safe
def desk_notes_file(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Give the approved notes as Markdown, as they may leave now."""
    session = session_or_404(programme, cohort, slug)
    export = queries.standing_export(session)
    said = queries.shown(export) if export else None
    if said is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{session.slug}-notes.md"', "Cache-Control": "private, no-store"}
    return HttpResponse(said.text, content_type="text/markdown; charset=utf-8", headers=headers)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_trainings(request: HttpRequest, programme: str) -> HttpResponse:
    """List the trainings of the catalogue with each run: what people said, what to change next time.

    POST says that a `session` was a run of a `training` of the list.
    """
    found, by, at = programme_or_404(programme), whoever(request), timezone.now()
    taught = queries.runs_of(found)
    others = queries.could_be_runs(found, taught)
    refusal: Refusal | None = None
    if request.method == "POST":
        session = next((each for each in others if each.pk == number_of(request.POST.get("session"))), None)
        titles = {str(each.line.pk): each.line.title for each in taught if each.line is not None}
        try:
            if session is None:
                raise BadPlan("Choose a session that stands in the list.", field="session")
            title = titles.get(request.POST.get("training", ""), "")
            if not title:
                raise BadPlan("The catalogue was changed meanwhile. Look again, please.", field="training")
            commands.say_training(session, title, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, f"{session.title} stands under “{title}” now.")
            return redirect("desk-trainings", programme)
    context = {"programme": found, "taught": taught, "others": others, "refusal": refusal}
    return render(request, "participation/desk/trainings.html", context, status=422 if refusal else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_run(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Write down what to change the next time a session is given, which form asked for feedback, and which training it was."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    there = list(forms_of(session.cohort.programme))
    titles = list(dict.fromkeys(line.title for line in catalogue(session.cohort.programme)))
    form = RunForm(
        request.POST if request.method == "POST" else None,
        forms_there=[(each.slug, f"{each.title}, {each.cohort.name}" if each.cohort else each.title) for each in there],
        trainings=titles,
    )
    form.initial = _noted(session, form)
    if form.is_bound and form.is_valid():
        chosen = next((each for each in there if each.slug == form.cleaned_data["form"]), None)
        try:
            text, training = form.cleaned_data["text"], form.chosen_training
            commands.note_run(session, text=text, form=chosen, training=training, seen=form.seen_mark, by=by, at=at)
        except ChangedMeanwhile as no:
            form.show_theirs(no, _noted(session, form))
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved. The next cohort made from this one is told.")
            return redirect("desk-trainings", programme)
    return render(request, "participation/desk/run.html", _place(session) | {"form": form}, status=form.status)


def _noted(session: Session, form: RunForm) -> dict[str, str]:
    """Give what the form begins with: what is said of the run, and its mark."""
    stands = queries.run_note_of(session)
    return {
        "text": stands.text if stands else "",
        "form": stands.form.slug if stands and stands.form else "",
        "training": form.number_of(stands.training if stands else None),
        "seen": mark_of_all(seen_of_run(stands)),
    }
