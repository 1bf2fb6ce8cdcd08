"""What a programme states to everybody, in its team's words or the Hub's own; and where the team writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.statements import LONGEST, StatementKind
from hub.people.access import person_of, public_page, team_page
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes
from hub.programmes.commands import publish_statement
from hub.programmes.models import Programme, Statement
from hub.site import statements
from hub.site.pages.programmes import answer_with, programme_seen


@public_page
@require_safe
def privacy(request: HttpRequest, programme: str) -> HttpResponse:
    """Show how a programme treats what it knows of people."""
    return _statement(request, programme, StatementKind.PRIVACY)


@public_page
@require_safe
def accessibility(request: HttpRequest, programme: str) -> HttpResponse:
    """Show how accessible a programme's pages are, and where to say what is in the way."""
    return _statement(request, programme, StatementKind.ACCESSIBILITY)


def _statement(request: HttpRequest, slug: str, kind: StatementKind) -> HttpResponse:
    found = programme_seen(request, slug)
    current = programmes.statement(found, kind)
    text = current.text if current else statements.own_words(kind, found)

    def facts() -> dict[str, Any]:
        return {"programme": found, "here": kind.value, "kind": kind, "current": current, "text": text}

    # The Hub's own words follow its settings, which no version of the programme counts: so the text itself is in the key.
    return answer_with(request, (kind.value, found.pk, found.public_version, text), "site/statement.html", facts)


class StatementForm(forms.Form):
    """The words of a statement, and the version they were written from."""

    use_required_attribute = False
    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in StatementKind], widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(
        label="The words",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "16"}),
        help_text="Markdown.",
        error_messages={"required": "Write what you state.", "max_length": f"That is more than {LONGEST:,} letters."},
    )


@dataclass(frozen=True, slots=True)
class Edited:
    """A statement as the team keeps it: what holds, what held before, the form for the next words, and what is looked at."""

    kind: StatementKind
    current: Statement | None
    earlier: tuple[Statement, ...]
    form: StatementForm
    preview: str


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit_statements(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what holds and let the team write it anew: `do=preview` shows how it would read, `do=publish` makes it hold."""
    found = programme_or_404(programme)
    typed: StatementForm | None = None
    status = 200
    is_overtaken = False
    if request.method == "POST":
        typed = StatementForm(request.POST, auto_id=f"id_{request.POST.get('kind', '')}_%s")
        if {"kind", "seen"} & set(typed.errors):
            raise BadRequest("no form of ours sends this")
        status = 200 if typed.is_valid() else 422
        if typed.is_valid() and request.POST.get("do") == "publish":
            given, kind = typed.cleaned_data, StatementKind(typed.cleaned_data["kind"])
            try:
                made = publish_statement(
                    found, kind, given["text"], seen=given["seen"], by=person_of(request), at=timezone.now()
                )
            except Refusal as no:
                typed.add_error(no.field if no.field in typed.fields else None, no.sentence)
                is_overtaken = isinstance(no, ChangedMeanwhile)
                status = 409 if is_overtaken else 422
            else:
                messages.success(request, f"{kind.label}: version {made.number} holds from now on.")
                return redirect("desk-statements", programme)
    edited = [_edited(found, kind, typed, is_overtaken=is_overtaken) for kind in StatementKind]
    context = {"programme": found, "edited": edited}
    return render(request, "site/statements.html", context, status=status)


def _edited(programme: Programme, kind: StatementKind, typed: StatementForm | None, *, is_overtaken: bool) -> Edited:
    """Give a statement with what was typed for it, else with what holds, to be changed."""
    versions = list(programmes.statements_of(programme, kind))
    current = versions[0] if versions else None
    number = current.number if current else 0
    if typed is None or typed.data.get("kind") != kind.value:
        text = current.text if current else statements.own_words(kind, programme)
        initial = {"kind": kind.value, "seen": number, "text": text}
        return Edited(kind, current, tuple(versions[1:]), StatementForm(initial=initial, auto_id=f"id_{kind.value}_%s"), "")
    preview = typed.cleaned_data.get("text", "") if not typed.errors else ""
    if is_overtaken:  # who has been told, and sees what holds now, may publish over it
        typed.data = {**{name: typed.data.get(name) for name in typed.fields}, "seen": str(number)}
    return Edited(kind, current, tuple(versions[1:]), typed, preview)
