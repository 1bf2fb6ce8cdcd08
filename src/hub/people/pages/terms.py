"""The team's words for what people agree to, who answered how, and what withdrawals leave to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.asking import KINDS, kinds_asked
from hub.core.consent import Standing, Use
from hub.core.errors import Refusal
from hub.core.meanwhile import BothChanged, marks_of
from hub.core.usual_words import usual_words
from hub.core.words import listed
from hub.kit.fields import show_both
from hub.people import commands, queries
from hub.people.access import person_of, team_page
from hub.people.forms import TermForm
from hub.people.models import Person, RoleKind, Term
from hub.people.places import programme_or_404
from hub.programmes.models import Programme


@dataclass(frozen=True, slots=True)
class Worded:
    """A use as the team keeps it: its newest words, how people stand, the form for the next words."""

    use: Use
    term: Term | None
    given: int
    said_no: int
    not_answered: int
    again: int
    asked: str  # of whom, in words
    form: TermForm
    shown: str


def _of_whom(use: Use) -> str:
    """Say of whom a use is asked: "everybody with a part", or "the team, Experts and coaches"."""
    if use.is_organisations:
        return "whoever speaks for an organisation"
    kinds = kinds_asked(use)
    if kinds == KINDS:
        return "everybody with a part"
    names = {kind: kind.plural if kind is RoleKind.EXPERT else kind.plural.lower() for kind in RoleKind}
    return listed([names[kind] for kind in RoleKind if kind in kinds])


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, programme: str) -> HttpResponse:
    """Show the words of every use with how people answered; POST publishes new ones.

    `do=usual` publishes the usual words of the uses ticked, `do=done` ticks a task off.
    """
    place = programme_or_404(programme)
    by, at = person_of(request), timezone.now()
    typed: TermForm | None = None
    status, typed_from = 422, request.POST.get("shown", "")
    if request.method == "POST" and request.POST.get("do") == "done":
        task = queries.task_of(place, request.POST.get("task", ""))
        if task is None:
            raise Http404
        commands.finish_task(task, by=by, at=at)
        messages.success(request, "Done, and kept in the journal.")
        return redirect("desk-terms", programme)
    if request.method == "POST" and request.POST.get("do") == "usual":
        return _publish_usual(request, place, by=by, at=at)
    if request.method == "POST":
        typed = TermForm(request.POST)
        if typed.is_valid():
            given = typed.cleaned_data
            try:
                term = commands.publish_term(
                    place, Use(given["use"]), given["text"],
                    is_new_meaning=given["is_new_meaning"], shown=typed_from, by=by, at=at,
                )  # fmt: skip
            except BothChanged as no:
                status, typed_from = 409, marks_of(no.stands)
                show_both(typed, no)
            except Refusal as no:
                typed.add_error(no.field if no.field in typed.fields else None, no.sentence)
            else:
                messages.success(request, f"{Use(term.use).label}: words {term.number} hold from now on.")
                return redirect("desk-terms", programme)
    notice = _notice(place)
    newest = {term.use: term for term in queries.newest_terms([place.pk]).select_related("published_by")}
    counts = queries.counts_of_standings(place)
    waiting = queries.waiting_for_answers(place, at=at)
    uses = []
    for use in Use:
        term_of_it, stands = newest.get(use.value), counts.get(use.value, {})
        waits = waiting.get(
            use, queries.Waiting(0, stands.get(Standing.ASK_AGAIN, 0))
        )  # organisations have no part to count by
        is_typed = typed is not None and typed.data.get("use") == use.value
        text = term_of_it.text if term_of_it else ""
        offered = text or usual_words(use, privacy=notice)
        uses.append(
            Worded(
                use,
                term_of_it,
                stands.get(Standing.GIVEN, 0),
                stands.get(Standing.REFUSED, 0) + stands.get(Standing.WITHDRAWN, 0),
                waits.not_answered,
                waits.again,
                _of_whom(use),
                typed
                if is_typed and typed is not None
                else TermForm(initial={"use": use.value, "text": offered}, auto_id=f"id_{use}_%s"),
                typed_from if is_typed else marks_of({"text": text}),
            )
        )
    context = {
        "programme": place,
        "uses": uses,
        "usual": [(use, usual_words(use, privacy=notice)) for use in Use if use.value not in newest],
        "tasks": queries.tasks_of(place),
        "unanswered_for": list(queries.logos_without_a_contact(place, at=at)),
        "without_a_part": queries.answered_without_a_part(place),
    }
    return render(request, "people/terms.html", context, status=status if typed is not None and typed.errors else 200)


def _notice(place: Programme) -> str:
    return settings.BASE_URL + reverse("privacy", args=[place.slug])


def _publish_usual(request: HttpRequest, place: Programme, *, by: Person | None, at: datetime) -> HttpResponse:
    """Publish the usual words of the uses that are ticked, and say what holds now."""
    uses = [use for use in Use if use.value in request.POST.getlist("uses")]
    try:
        published = commands.publish_usual_terms(place, uses, privacy=_notice(place), by=by, at=at)
    except Refusal as no:
        messages.error(request, no.sentence)
    else:
        names = listed([Use(term.use).label for term in published])
        said = f"These words hold from now on: {names}." if published else "They all had words already, which stay."
        messages.success(request, said)
    return redirect("desk-terms", place.slug)
