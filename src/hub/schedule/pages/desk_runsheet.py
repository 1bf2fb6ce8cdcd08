"""Run-sheets at the desk: a session's checklist, a cohort's, one task, and the countdowns a programme writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.errors import Refusal
from hub.core.plan.model import Kind
from hub.core.runsheet import TaskState
from hub.kit.fields import refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import cohort_or_404, programme_or_404, whoever
from hub.programmes.models import Programme
from hub.schedule.commands.runsheets import (
    SheetChangedMeanwhile,
    add_task,
    hand_over_task,
    lay_aside,
    remove_task,
    reopen_task,
    reset_run_sheet,
    save_run_sheet,
    set_due,
    skip_task,
    tick_task,
)
from hub.schedule.forms import DueForm, HandOverForm, ReasonForm, TaskForm, initial_of, line_forms
from hub.schedule.models import Session
from hub.schedule.queries.runsheets import (
    Task,
    cohort_sheet,
    countdowns_shown,
    possible_owners,
    task_of,
    tasks_of,
    team_members,
)
from hub.schedule.queries.working import session_for_team


def run_sheet_of(request: Request, session: Session, form: TaskForm | None = None) -> dict[str, Any]:
    """Give what a session's checklist shows, with the form that adds to it."""
    at = timezone.now()
    tasks = tasks_of(session, at=at)
    people = team_members(session.cohort.programme, at=at)
    return {
        "tasks": tasks,
        "settled": sum(not task.is_open for task in tasks),
        "task_form": form or TaskForm(people=people, initial={"side": "before"}),
    }


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_sheet(request: Request, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show the run-sheet of a session, to be printed; add a task of its own to it."""
    place = cohort_or_404(programme, cohort)
    session = session_for_team(place, slug)
    if session is None:
        raise Http404
    session.cohort = place
    form = None
    if request.method == "POST":
        at = timezone.now()
        form = TaskForm(request.POST, people=team_members(place.programme, at=at))
        if form.is_valid():
            try:
                added = add_task(session, **form.facts(), by=whoever(request), at=at)
            except Refusal as no:
                refuse(form, no)
                if no.field == "days":
                    form.errors.pop("__all__", None)
                    form.add_error("count", no.sentence)
            else:
                if not request.htmx:
                    messages.success(request, f"“{added.what}” is on the run-sheet.")
                    return redirect(reverse("desk-session", args=[programme, cohort, slug]) + "#run-sheet")
                form = None
    context = {"programme": place.programme, "cohort": place, "session": session, **run_sheet_of(request, session, form)}
    context["is_open_form"] = form is not None
    template = "schedule/desk/_run_sheet.html" if request.htmx else "schedule/desk/session_run_sheet.html"
    return render(request, template, context, status=422 if form is not None else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_run_sheet(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Show the run-sheet of a whole cohort, late first, week by week; lay aside what is left of sessions that are over."""
    place = cohort_or_404(programme, cohort)
    at, by = timezone.now(), whoever(request)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    if request.method == "POST" and form.is_valid():
        try:
            count = lay_aside(place, reason=form.cleaned_data["reason"], by=by, at=at)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(
                request, f"{count} task{'' if count == 1 else 's'} laid aside." if count else "There was nothing left."
            )
            return redirect("desk-run-sheet", programme, cohort)
    whose = request.GET.get("whose", "")
    sheet = cohort_sheet(place, whose=whose, by=by, at=at)
    context = {"programme": place.programme, "cohort": place, "sheet": sheet, "whose": whose, "form": form}
    return render(request, "schedule/desk/run_sheet.html", context, status=422 if form.errors else 200)


def _task_or_404(programme: Programme, pk: int) -> Task:
    found = task_of(programme, pk, at=timezone.now()) if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


@up_to_4_mb
@team_page
@require_POST
def tick(request: Request, programme: str, pk: int) -> HttpResponse:
    """Say that a task is done, or open it again (`do=reopen`). In place, give back what stands where it stood (`as`)."""
    place = programme_or_404(programme)
    task = _task_or_404(place, pk)
    refusal = None
    try:
        change = reopen_task if request.POST.get("do") == "reopen" else tick_task
        change(task.row, by=whoever(request), at=timezone.now())
    except Refusal as no:
        refusal = no
    if not request.htmx:
        if refusal:
            messages.error(request, refusal.sentence)
        wanted = request.POST.get("next", "")
        is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
        return redirect(wanted if is_ours else _sheet_url(task))
    shown = task_of(place, pk, at=timezone.now())
    context = {
        "programme": place,
        "cohort": task.session.cohort,
        "session": task.session,
        "task": shown,
        "refusal": refusal,
        "next": request.POST.get("next", ""),
    }
    template = "schedule/desk/_todo.html" if request.POST.get("as") == "todo" else "schedule/desk/_task.html"
    return render(request, template, context, status=422 if refusal else 200)


def _sheet_url(task: Task) -> str:
    session = task.session
    return reverse("desk-session", args=[session.cohort.programme.slug, session.cohort.slug, session.slug]) + "#run-sheet"


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_task(request: Request, programme: str, pk: int) -> HttpResponse:
    """Hand a task over, set when it is due, lay it aside, or take one away that was made by hand; `do` says which."""
    place = programme_or_404(programme)
    task = _task_or_404(place, pk)
    at, by = timezone.now(), whoever(request)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    people = team_members(place, at=at)
    nobody = "Nobody in particular" if task.is_made_by_hand else f"{task.row.get_owner_role_display()}, as the run-sheet says"
    given = {"owner": str(task.row.owner_id or "") if task.row.is_handed_over else "", "note": task.row.hand_over_note}
    hand = HandOverForm(request.POST if do == "hand-over" else None, people=people, nobody=nobody, initial=given)
    due = DueForm(request.POST if do == "due" else None, initial={"due_on": task.row.due_on})
    why = ReasonForm(request.POST if do == "skip" else None)
    refusal = None
    try:
        said = ""
        if do == "hand-over" and hand.is_valid():
            row = hand_over_task(task.row, hand.chosen, note=hand.cleaned_data["note"], by=by, at=at)
            said = f"“{row.what}” is {row.owner}’s now." if row.owner else f"“{row.what}” is nobody’s in particular again."
        elif do == "due" and due.is_valid():
            said = f"“{set_due(task.row, due.cleaned_data['due_on'], by=by, at=at).what}” has its day."
        elif do == "follow":
            said = f"“{set_due(task.row, None, by=by, at=at).what}” follows its session again."
        elif do == "skip" and why.is_valid():
            said = f"“{skip_task(task.row, reason=why.cleaned_data['reason'], by=by, at=at).what}” is laid aside."
        elif do == "remove":
            remove_task(task.row, by=by, at=at)
            said = f"“{task.row.what}” is taken away."
        if said:
            messages.success(request, said)
            return redirect(_sheet_url(task))
    except Refusal as no:
        form = {"hand-over": hand, "due": due, "skip": why}.get(do)
        if form is not None and no.field in form.fields:
            refuse(form, no)
        else:
            refusal = no
    context = {
        "programme": place,
        "cohort": task.session.cohort,
        "session": task.session,
        "task": task,
        "hand_over_form": hand,
        "due_form": due,
        "skip_form": why,
        "refusal": refusal,
        "is_settled": task.row.state != TaskState.OPEN,
    }
    is_wrong = refusal or hand.errors or due.errors or why.errors
    return render(request, "schedule/desk/task.html", context, status=422 if is_wrong else 200)


# -- the countdowns of a programme


@team_page
@require_safe
def run_sheets(request: Request, programme: str) -> HttpResponse:
    """List the countdown of every kind of session."""
    place = programme_or_404(programme)
    names = {person.pk: str(person) for person in possible_owners(place, at=timezone.now())}
    context = {"programme": place, "countdowns": countdowns_shown(place), "names": names}
    return render(request, "schedule/desk/run_sheets.html", context)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def run_sheet_edit(request: Request, programme: str, kind: str) -> HttpResponse:
    """Write the countdown of one kind; `do=own` goes back to the Hub's."""
    place = programme_or_404(programme)
    if kind not in set(Kind):
        raise Http404
    at, by, which = timezone.now(), whoever(request), Kind(kind)
    countdown = next(each for each in countdowns_shown(place) if each.kind is which)
    people = possible_owners(place, at=at)
    refusal: Refusal | None = None
    seen = request.POST.get("seen", countdown.mark)
    initial = [initial_of(line) for line in countdown.lines]
    rows = line_forms(people=people, initial=initial)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "own":
                reset_run_sheet(place, which, seen=seen, by=by, at=at)
                messages.success(request, f"The Hub’s own run-sheet holds again for {which.label}.")
                return redirect("desk-run-sheets", programme)
            rows = line_forms(request.POST, people=people, initial=initial)
            if rows.is_valid():
                save_run_sheet(place, which, list(rows.lines()), seen=seen, by=by, at=at)
                messages.success(request, f"The run-sheet for {which.label} is saved, and sessions to come follow it.")
                return redirect("desk-run-sheets", programme)
        except SheetChangedMeanwhile as no:
            refusal, seen = no, countdown.mark
        except Refusal as no:
            refusal = no
    context = {"programme": place, "kind": which, "countdown": countdown, "rows": rows, "seen": seen, "refusal": refusal}
    is_wrong = rows.is_bound and not rows.is_valid()
    status = 409 if isinstance(refusal, SheetChangedMeanwhile) else 422 if refusal or is_wrong else 200
    return render(request, "schedule/desk/run_sheet_edit.html", context, status=status)
