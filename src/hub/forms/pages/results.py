"""Reading what was answered: a summary with pictures, a table, one answer, files to take along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import NotAllowed
from hub.core.forms import AnswerState, FormState, Question, load, read, typed_again
from hub.core.forms.answers import rank
from hub.core.forms.tally import Scales, several_scales
from hub.core.names import plain
from hub.forms import charts, commands, exports, queries
from hub.forms.models import Answer, Form
from hub.forms.pages.place import form_or_404
from hub.forms.showing import in_words
from hub.kit.request import Request
from hub.kit.tables import Cell, to_csv, to_xlsx
from hub.messaging.commands import people
from hub.people.access import team_page
from hub.people.models import Person
from hub.people.places import whoever

PAGE = 50  # answers a page of the table shows
LONGEST_CELL = 90  # letters of an answer in the table


def frame(form: Form, tab: str) -> dict[str, Any]:
    """Give what the frame of a form's pages shows."""
    count = queries.counts_of([form])[form.pk]
    return {"programme": form.programme, "form": form, "tab": tab, "count": count, "zone": form.programme.zone}


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show the answers added up, question by question, and who has not answered yet. POST `do=remind` begins a letter."""
    form, at = form_or_404(programme, slug), timezone.now()
    if request.method == "POST":
        if request.POST.get("do") != "remind":
            raise BadRequest("This page does nothing of that name.")
        return _remind(request, form, at=at)
    found = queries.summary(form)
    asked = queries.people_asked(form, at=at)
    missing: list[Person] = [] if form.is_anonymous else queries.has_not_answered(form, asked)
    begun = queries.begun(form)
    context = frame(form, "summary") | {
        "found": found,
        "pictures": [charts.picture(each) for each in found.tallies],
        "asked": asked,
        "is_over": form.state == FormState.CLOSED or (form.closes_at is not None and form.closes_at <= at),
        "of_asked": queries.count_ever_asked(form, asked) if asked else 0,
        "missing": missing,
        "begun": begun,
        "reminded": _to_remind(form, at=at),
        "wide": charts.WIDE,
        "shared": queries.shared_summary(form),
    }
    return render(request, "forms/desk/summary.html", context)


def _to_remind(form: Form, *, at: datetime) -> queries.Asking | None:
    """Give whom a reminder of a form would go to; None where it takes no answers now, or nobody is left."""
    if not queries.is_open(form, at=at):
        return None
    return next((each for each in queries.asking(form.programme, forms=[form.pk], at=at) if each.left), None)


def _remind(request: Request, form: Form, *, at: datetime) -> HttpResponse:
    """Begin a letter to exactly those who have not answered; the team looks at it before it goes."""
    to = _to_remind(form, at=at)
    if to is None:
        messages.success(request, "Nobody is left to remind.")
        return redirect("desk-form-summary", form.programme.slug, form.slug)
    try:
        mailing = commands.begin_reminder(to, by=whoever(request), at=at)
    except NotAllowed as no:
        raise PermissionDenied from no
    said = people(len(to.missing))
    messages.success(request, f"A letter to {said} is begun. Nothing goes before you send it.")
    return redirect("desk-letter", form.programme.slug, mailing.pk)


@dataclass(frozen=True, slots=True)
class Head:
    """A head of the table: its words, the address that sorts by it, and how it is sorted now."""

    label: str
    url: str
    sorted: str  # "", "ascending", "descending"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: the answer, and its cells in words."""

    answer: Answer
    cells: tuple[str, ...]


@team_page
@require_safe
def answers(request: Request, programme: str, slug: str) -> HttpResponse:
    """Show what was sent with a name as a table: found by words (`q`), sorted by a column (`by`, `down`)."""
    form = form_or_404(programme, slug)
    if form.is_anonymous:
        return redirect("desk-form-summary", programme, slug)
    contents = queries.contents(form)
    asked = exports.columns(contents, with_sensitive=False)
    words, by, is_down = request.GET.get("q", "").strip()[:80], request.GET.get("by", "sent")[:30], "down" in request.GET
    rows = [
        (each, tuple(exports.cell(question, row, each.values.get(question.key)) for question, row in asked))
        for each in queries.sent_answers(form)
    ]
    looked_for = plain(words).split()
    if words:
        rows = [row for row in rows if _has(row, looked_for)]
    places = {f"{question.key}.{row}": at for at, (question, row) in enumerate(asked)}
    scales = several_scales(contents)
    rows.sort(
        key=lambda row: _key(row[0], by, asked, places, scales), reverse=is_down or (by == "sent" and "by" not in request.GET)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = [("name", "Name"), ("sent", "Sent"), *((f"{q.key}.{row}", _label(q, row)) for q, row in asked)]
    context = frame(form, "answers") | {
        "page": page,
        "lines": [Line(answer, _words(answer, cells, asked, scales)) for answer, cells in page.object_list],
        "heads": [_head(name, label, by, words, is_down=is_down) for name, label in names],
        "words": words,
        "sensitive": [q.label for q, _ in exports.columns(contents, with_sensitive=True) if q.is_sensitive],
    }
    return render(request, "forms/desk/answers.html", context)


def _has(row: tuple[Answer, tuple[Cell, ...]], looked_for: list[str]) -> bool:
    text = plain(" ".join([row[0].person.name, *(str(cell) for cell in row[1] if cell is not None)]))
    return bool(looked_for) and all(word in text for word in looked_for)


def _key(
    answer: Answer, by: str, asked: Sequence[tuple[Question, str]], places: Mapping[str, int], scales: Scales
) -> tuple[Any, ...]:
    """Say where an answer stands in a column: by its value, and of two scales those on one after those on the other."""
    if by in places:
        question, row = asked[places[by]]
        value = answer.values.get(question.key)
        number, text = rank(question, row, value)
        return (value is None, scales.get(question.key, {}).get(answer.version.number, (0, 0)), number, plain(text), answer.pk)
    return (False, answer.person.plain_name if by == "name" else answer.sent_at, answer.pk)


def _words(answer: Answer, cells: Sequence[Cell], asked: Sequence[tuple[Question, str]], scales: Scales) -> tuple[str, ...]:
    """Give the cells of a row in words; a number on one of several scales with its scale."""
    found = []
    for (question, _), cell in zip(asked, cells, strict=True):
        ends = scales.get(question.key, {}).get(answer.version.number)
        found.append(f"{cell} · scale {ends[0]} to {ends[1]}" if ends and cell is not None else _short(cell))
    return tuple(found)


def _label(question: Question, row: str) -> str:
    return next((f"{question.label} [{each.label}]" for each in question.rows if each.key == row), question.label)


def _short(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1].rstrip()}…"


def _head(name: str, label: str, by: str, words: str, *, is_down: bool) -> Head:
    is_here = by == name
    query = {"by": name} | ({"q": words} if words else {}) | ({"down": "yes"} if is_here and not is_down else {})
    return Head(label, f"?{urlencode(query)}", ("descending" if is_down else "ascending") if is_here else "")


@team_page
@require_safe
def answer(request: Request, programme: str, slug: str, pk: int) -> HttpResponse:
    """Show one answer with the questions it was given to, what is sensitive in it too."""
    form = form_or_404(programme, slug)
    found = queries.answer_by_key(form, pk, whoever(request), at=timezone.now())
    if found is None or found.state != AnswerState.SENT:
        raise Http404
    content = load(found.version.content)
    visible = read(content, typed_again(content, found.values), is_complete=False).shown
    before, after = queries.neighbours(form, found)
    context = frame(form, "answers") | {
        "answer": found,
        "sections": in_words(content, found.values, visible=visible) if found.purged_at is None else (),
        "before": before,
        "after": after,
    }
    return render(request, "forms/desk/answer.html", context)


_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@team_page
@require_safe
def export(request: Request, programme: str, slug: str, form: str) -> HttpResponse:
    """Give the answers as a file, what is sensitive only with `sensitive=too`; of an anonymous form each question by itself."""
    if form not in _TYPES:
        raise Http404
    found, at = form_or_404(programme, slug), timezone.now()
    write = to_csv if form == "csv" else to_xlsx
    with_sensitive = request.GET.get("sensitive") == "too"
    if found.is_anonymous:
        file = write(exports.COUNTED, exports.counted(queries.summary(found).tallies, with_sensitive=with_sensitive))
    else:
        asked = exports.columns(queries.contents(found), with_sensitive=with_sensitive)
        sent = queries.sent_answers(found).select_related("person__account")
        file = write(exports.header(asked), exports.rows(sent, asked, found.programme.zone, is_workbook=form == "xlsx"))
    response = HttpResponse(file, content_type=_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{found.slug}-{at:%Y-%m-%d}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response
