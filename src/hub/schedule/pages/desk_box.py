"""Cohort in a box at the desk: a new cohort proposed from an earlier one, what a person must decide, and making it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.box import Box, Decision
from hub.core.errors import Refusal
from hub.kit.fields import refuse
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import cohort_or_404, whoever
from hub.programmes.models import Cohort
from hub.schedule.coming import lessons_of
from hub.schedule.commands.boxes import create_cohort_from
from hub.schedule.forms import BoxForm
from hub.schedule.queries.boxes import first_month_of, propose_cohort

ANSWER, DAY, ANOTHER = "answer:", "day:", "another"


@dataclass(frozen=True, slots=True)
class Asked:
    """A decision as the page asks it: what is chosen so far, the day given, and what is wrong with it."""

    decision: Decision
    chosen: str
    day: str
    error: str

    @property
    def is_another_day(self) -> bool:
        """Whether a day of one's own is chosen."""
        return self.chosen == ANOTHER


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def box(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Propose a new cohort from this one, and make it with `do=create`. Looking at a proposal writes nothing."""
    source = cohort_or_404(programme, cohort)
    form = BoxForm(request.POST) if request.method == "POST" else BoxForm(initial=_proposed(source))
    context: dict[str, Any] = {"programme": source.programme, "cohort": source, "form": form}
    context["lessons"] = lessons_of(source.pk)
    status = 200
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        answers, errors = _answers(request.POST)
        try:
            if request.POST.get("do") == "create" and not errors:
                made = create_cohort_from(source, answers=answers, by=whoever(request), at=timezone.now(), **facts)
                messages.success(request, f"{made.name} is there. Nothing of it is public until you release it.")
                return redirect("desk", programme, made.slug)
        except Refusal as no:
            if no.field in form.fields or no.field is None:
                refuse(form, no)
            else:
                errors[no.field] = no.sentence
        try:
            proposal = propose_cohort(source, first_month=facts["first_month"], answers=None)
        except Refusal as no:
            form.add_error(None, no.sentence)
        else:
            wanted = request.POST.get("do") == "create"
            context |= {
                "box": proposal,
                "asked": _asked(proposal, request.POST, errors if wanted else {}),
                "wrong": wanted and errors,
            }
            status = 422 if wanted and errors else 200
    if form.errors:
        status = 422
    template = "schedule/desk/_box.html" if request.htmx else "schedule/desk/box.html"
    return render(request, template, context, status=status)


def _proposed(source: Cohort) -> dict[str, Any]:
    """Propose the first month: a year after the source's, later where that is not after its end."""
    first = first_month_of(source)
    year = first.year + 1
    while date(year, first.month, 1) <= source.ends_on:
        year += 1
    return {"first_month": date(year, first.month, 1), "name": f"Cohort {year}", "slug": str(year)}


def _answers(posted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Read what was decided, and what is wrong with days that were typed."""
    answers: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, value in posted.items():
        if not name.startswith(ANSWER) or not value:
            continue
        key = name.removeprefix(ANSWER)
        if value != ANOTHER:
            answers[key] = value
            continue
        typed = posted.get(DAY + key, "")
        try:
            answers[key] = date.fromisoformat(typed).isoformat()
        except ValueError:
            errors[key] = "Choose the day, or one of the other answers."
    return answers, errors


def _asked(proposal: Box, posted: Mapping[str, str], errors: Mapping[str, str]) -> list[Asked]:
    return [
        Asked(
            decision,
            posted.get(ANSWER + decision.key) or decision.proposed,
            posted.get(DAY + decision.key, ""),
            errors.get(decision.key, ""),
        )
        for decision in proposal.decisions
    ]
