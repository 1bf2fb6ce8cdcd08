"""Bringing in answers that were collected elsewhere: a sheet, what its columns are, what each row would do, and doing it.

Which column is what can always be chosen, however little the heads say; a sheet is refused only where it is to be brought in
and nothing was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.forms import load
from hub.core.forms.sheet import ABOUT_THE_ROW, Outcome, Proposal, Row, Whose, targets
from hub.forms import commands, queries
from hub.forms.forms import SheetForm
from hub.forms.models import Form
from hub.forms.pages.place import form_or_404
from hub.forms.pages.results import frame
from hub.kit.request import Request
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import whoever
from hub.services import sheets

MOST_SHOWN = 100
# Many questions, a matrix with a column for each row; a text too long for its question refuses its row, not the sheet.
OF_ANSWERS = sheets.Limits(columns=500, cell=100_000, keep="those with answers to this form")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same outcome, as many as a page shows."""

    title: str
    rows: tuple[Row, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a row may be of, and what it would do then."""

    who: Whose
    would: str


_TITLES = {
    Outcome.NEW: "New answers",
    Outcome.CHANGED: "Answers that change",
    Outcome.REFUSED: "Left out, because they can’t be read",
    Outcome.LEFT: "Left as they are",
    Outcome.SAME: "In already",
}


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request, programme: str, slug: str) -> HttpResponse:
    """Take a sheet of answers: show first what its columns are and what each row would do; `do=import` does it."""
    form = form_or_404(programme, slug)
    if queries.newest(form) is None:
        messages.error(request, "Publish the form first, so that there is something the answers are to.")
        return redirect("desk-form", programme, slug)
    if request.method != "POST":
        return _page(request, form, SheetForm())
    typed = SheetForm(request.POST, request.FILES)
    sheet = _sheet(typed) if typed.is_valid() else None
    if sheet is None:
        return _page(request, form, typed, status=422)
    by, at = whoever(request), timezone.now()
    chosen, decisions = _chosen(request.POST), _decisions(request.POST)
    status = 200
    if request.POST.get("do") == "import":
        try:
            seen = request.POST.get("seen", "")
            done = commands.import_answers(form, sheet, chosen=chosen, decisions=decisions, seen=seen, by=by, at=at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            typed.add_error(None, no.sentence)
            status = 409 if isinstance(no, ChangedMeanwhile) else 422
        else:
            messages.success(request, _said(done))
            return redirect("desk-form-summary", programme, slug)
    try:
        proposal = commands.propose_answers(form, sheet, chosen=chosen or None, by=by, at=at)
    except Refusal as no:
        typed.add_error(None, no.sentence)
        return _page(request, form, typed, status=422)
    if any(column.clash for column in proposal.columns):
        status = 422
        if not typed.non_field_errors():
            typed.add_error(None, proposal.wanting)
    return _page(request, form, typed, sheet=sheet, proposal=proposal, decisions=decisions, status=status)


def _page(
    request: Request,
    form: Form,
    typed: SheetForm,
    *,
    sheet: sheets.Sheet | None = None,
    proposal: Proposal | None = None,
    decisions: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = frame(form, "import") | {"typed": typed}
    if sheet is not None and proposal is not None:
        newest = queries.newest(form)
        assert newest is not None  # looked at before
        decided = decisions or {}
        asked = [(row, _candidates(row), decided.get(row.number, "")) for row in proposal.of(Outcome.PERHAPS)]
        shown = {row.number for row, *_ in asked}
        untaken = [sentence for row in proposal.rows for sentence in row.untaken]
        offered = targets(load(newest.content), is_anonymous=form.is_anonymous)
        context |= {
            "proposal": proposal,
            "text": sheet.to_text(),
            "targets": [
                ("Whose and when", [each for each in offered if each[0] in ABOUT_THE_ROW]),
                ("Questions", [each for each in offered if each[0] not in ABOUT_THE_ROW]),
            ],
            "asked": asked,
            "untaken": untaken[:MOST_SHOWN],
            "untaken_more": max(len(untaken) - MOST_SHOWN, 0),
            "decided": [each for each in decided.items() if each[0] not in shown],  # not lost while columns are chosen again
            "groups": [
                Group(title, proposal.of(outcome)[:MOST_SHOWN], max(len(proposal.of(outcome)) - MOST_SHOWN, 0))
                for outcome, title in _TITLES.items()
                if proposal.of(outcome)
            ],
            "button": _button(proposal),
        }
    return render(request, "forms/desk/import.html", context, status=status)


def _sheet(form: SheetForm) -> sheets.Sheet | None:
    """Read what was given; None, with a sentence at its field, where it can't be."""
    given = form.cleaned_data
    try:
        return sheets.read_given(file=given["file"], text=given["text"], carried=given["sheet"], limits=OF_ANSWERS)
    except sheets.UnreadableSheet as no:
        form.add_error(no.field, no.sentence)
        return None


def _numbered(given: QueryDict, start: str) -> dict[int, str]:
    found = {}
    for name, value in given.items():
        number = name.removeprefix(start)
        if name.startswith(start) and number.isdecimal() and len(number) < 6:
            found[int(number)] = str(value)[:40]
    return found


def _chosen(given: QueryDict) -> dict[int, str]:
    return _numbered(given, "column-")


def _decisions(given: QueryDict) -> dict[int, str]:
    return {number: value for number, value in _numbered(given, "row-").items() if value}


def _count(count: int, what: str = "answer") -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _candidates(row: Row) -> list[Candidate]:
    return [Candidate(who, _would(then)) for who, then in zip(row.candidates, row.if_theirs, strict=True)]


def _would(then: Row) -> str:
    """Say what a row would do to the answer of one person."""
    does = {Outcome.NEW: ("A new answer.",), Outcome.CHANGED: then.changes}.get(then.outcome, (then.sentence,))
    return " ".join((*does, *then.untaken))


def _button(proposal: Proposal) -> str:
    new, changed, asked = (len(proposal.of(each)) for each in (Outcome.NEW, Outcome.CHANGED, Outcome.PERHAPS))
    does = [f"Bring in {_count(new)}"] * bool(new) + [f"{'change' if new else 'Change'} {_count(changed)}"] * bool(changed)
    if asked:
        does.append("do what you decided" if does else "Do what you decided")
    return ", ".join(does)


def _said(done: commands.Imported) -> str:
    parts = [f"{_count(done.added)} brought in, {done.changed} changed"]
    for count, words in ((done.same, "in already"), (done.left, "left as they are"), (done.refused, "left out unread")):
        if count:
            parts.append(f"{_count(count, 'row')} {words}")
    return ", ".join(parts) + "."
