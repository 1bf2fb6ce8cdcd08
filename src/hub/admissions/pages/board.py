"""The team's page of an onboarding: Experts and steps, one Expert alone, and the board as a file."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.admissions import commands, exports, queries
from hub.admissions.forms import ExcuseForm
from hub.admissions.messages import group_name
from hub.admissions.models import OnboardingPlan, OnboardingStep
from hub.admissions.pages.place import address, plan_or_404
from hub.admissions.queries import Board, Line
from hub.core.choices import Topic
from hub.core.errors import NotAllowed, Refusal
from hub.kit import journal
from hub.kit.fields import refuse
from hub.kit.tables import to_csv, to_xlsx
from hub.messaging.commands import people, write_mailing
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort

_WHO = (("", "Everybody"), ("open", "Not finished"), ("late", "Late"))
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LETTER = """Hello {{{{ you.first_name }}}},

before {cohort} begins, one thing is still before you: **{what}**.

[See what is left for you]({{{{ hub.me }}}})

{{{{# if you.can_answer }}}}If something is in the way, answer this mail: a person reads it.{{{{/ if }}}}"""


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show who waits for what; `?who=` and `?step=` filter. POST `do=make` sets it up, `do=remind` begins a letter."""
    place, at = cohort_or_404(programme, cohort), timezone.now()
    plan = queries.plan_of(place)
    refusal = None
    if request.method == "POST":
        done = _post(request, place, plan)
        if isinstance(done, HttpResponse):
            return done
        refusal = done
    context: dict[str, object] = {"programme": place.programme, "cohort": place, "refusal": refusal}
    if plan is not None:
        context |= _board(request, plan)
        context["history"] = journal.history_of(plan, person=whoever(request), at=at)
    return render(request, "admissions/desk/board.html", context, status=422 if refusal else 200)


def _board(request: HttpRequest, plan: OnboardingPlan) -> dict[str, object]:
    board = queries.board_of(plan, at=timezone.now())
    step = next((each for each in board.steps if str(each.pk) == request.GET.get("step")), None)
    who = request.GET.get("who", "")
    lines = board.left(step) if step else board.lines
    if who == "late":
        lines = tuple(line for line in lines if any(cell.is_late for cell in line.cells if step is None or cell.step == step))
    elif who == "open":
        lines = tuple(line for line in lines if not line.is_finished)
    return {
        "plan": plan,
        "board": board,
        "heads": [(each, board.due(each), len(board.left(each))) for each in board.steps],
        "lines": lines,
        "step": step,
        "who": who if who in dict(_WHO) else "",
        "whos": _WHO,
        "calls": queries.calls_of(board),
        "to_remind": _to_remind(board, step),
        "told": queries.told_of(plan),
        "exports": tuple(_TYPES),
    }


def _to_remind(board: Board, step: OnboardingStep | None) -> tuple[Line, ...]:
    """Give whom the letter of the page goes to: who has the chosen step left, or anything at all."""
    return board.left(step) if step else tuple(line for line in board.lines if not line.is_finished)


def _post(request: HttpRequest, place: Cohort, plan: OnboardingPlan | None) -> HttpResponse | Refusal:
    by, at, do = whoever(request), timezone.now(), request.POST.get("do", "")
    try:
        if do == "make":
            made = commands.make_onboarding(place, by=by, at=at)
            messages.success(
                request, f"The onboarding of {place.name} stands: {made.steps.count()} steps, and the survey is open."
            )
            return redirect("desk-onboarding", place.programme.slug, place.slug)
        if do == "remind" and plan is not None:
            return _remind(request, plan)
    except NotAllowed as no:
        raise PermissionDenied from no
    except Refusal as no:
        return no
    raise BadRequest("This page does nothing of that name.")


def _remind(request: HttpRequest, plan: OnboardingPlan) -> HttpResponse:
    """Begin a letter to exactly those who have a step left; the team looks at it before it goes."""
    place, by, at = plan.cohort, whoever(request), timezone.now()
    board = queries.board_of(plan, at=at)
    step = next((each for each in board.steps if str(each.pk) == request.POST.get("step")), None)
    to = _to_remind(board, step)
    if not to:
        messages.success(request, "Nobody is left to remind.")
        return redirect("desk-onboarding", place.programme.slug, place.slug)
    what = step.title if step else "your onboarding"
    mailing = write_mailing(
        place.programme,
        subject=f"{place.name}: {what}",
        body=_LETTER.format(cohort=place.name, what=what),
        topic=Topic.TASKS,
        audiences=[group_name(step, place.slug)],
        by=by,
        at=at,
    )
    messages.success(request, f"A letter to {people(len(to))} is begun. Nothing goes before you send it.")
    letter = address("desk-letter", place.programme.slug, mailing.pk)
    return redirect(letter) if letter else redirect("desk-onboarding", place.programme.slug, place.slug)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def onboarding_expert(request: HttpRequest, programme: str, cohort: str, person: int) -> HttpResponse:
    """Show where one Expert stands; POST `do=` tick, untick, excuse or needed, for one `step`."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    plan = plan_or_404(place)
    line = _line_or_404(plan, person)
    form, wrong = ExcuseForm(), None
    if request.method == "POST":
        step = queries.step_of(plan, request.POST.get("step", ""))
        do = request.POST.get("do", "")
        if do not in ("tick", "untick", "excuse", "needed"):
            raise BadRequest("This page does nothing of that name.")
        if step is None:
            raise Http404
        form, wrong = ExcuseForm(request.POST if do == "excuse" else {"reason": "-"}), step.pk
        if form.is_valid():
            try:
                if do == "excuse":
                    commands.excuse(step, line.person, reason=form.cleaned_data["reason"], by=by, at=at)
                else:
                    told = {"tick": commands.tick, "untick": commands.untick, "needed": commands.excuse_no_more}[do]
                    told(step, line.person, by=by, at=at)
            except Refusal as no:
                refuse(form, no)
            else:
                messages.success(request, f"{step.title}: saved.")
                return redirect("desk-onboarding-expert", programme, cohort, person)
    context = {
        "programme": place.programme,
        "cohort": place,
        "plan": plan,
        "line": line,
        "form": form,
        "wrong": wrong,
        "blank": ExcuseForm(),
    }
    return render(request, "admissions/desk/expert.html", context, status=422 if form.errors else 200)


def _line_or_404(plan: OnboardingPlan, person: int) -> Line:
    lines = queries.boards_of([plan], people=[person], at=timezone.now())[0].lines
    if not lines:
        raise Http404
    return lines[0]


@team_page
@require_safe
def onboarding_export(request: HttpRequest, programme: str, cohort: str, form: str) -> HttpResponse:
    """Give the board as a file."""
    if form not in _TYPES:
        raise Http404
    place, at = cohort_or_404(programme, cohort), timezone.now()
    board = queries.board_of(plan_or_404(place), at=at)
    write = to_csv if form == "csv" else to_xlsx
    answer = HttpResponse(write(exports.header(board), exports.rows(board)), content_type=_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{place.slug}-onboarding-{at:%Y-%m-%d}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
