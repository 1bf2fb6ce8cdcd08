"""What the forms of every room share: a refusal at its field, who reads what is written there, what two typed differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import QueryDict

from hub.core.calendar import say_date
from hub.core.errors import NotAllowed, Refusal
from hub.core.meanwhile import BothChanged, marks_of

F = TypeVar("F", bound=forms.Field)


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the field it speaks of, at the top of the form where it names none of its fields.

    Raises PermissionDenied where the person may not do this at all.
    """
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied from refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def with_what_stands(posted: QueryDict, no: BothChanged) -> QueryDict:
    """Give what was sent with what stands now wherever nothing was typed, to be looked at and sent again.

    `shown` marks what stands: whoever sends it then has been told, and puts theirs in its place.
    """
    data = posted.copy()
    for name, value in no.stands.items():
        if name not in no.typed and name in data:
            data[name] = "" if value is None else str(value)
    data["shown"] = marks_of(no.stands)
    return data


def show_both(form: forms.Form, no: BothChanged, *, labels: Mapping[str, str] | None = None) -> None:
    """Say at each field which both changed that somebody else did, and keep what stands now for `site/_meanwhile.html`."""
    called = {name: str(field.label) for name, field in form.fields.items()} | dict(labels or {})
    form.add_error(None, no.sentence)
    for name in no.clashes:
        if name in form.fields:
            form.add_error(name, "Somebody changed this since you opened the page; what stands now is shown above.")
    form.meanwhile = [(called.get(name, name), _stands(no.stands[name])) for name in no.clashes]  # type: ignore[attr-defined]


def _stands(value: object) -> str:
    """Say what stands now: text as it is, a day in words, nothing as nothing."""
    if isinstance(value, date):
        return say_date(value, weekday=False)
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Differs:
    """A field two people filled in differently, in words; `site/_differs.html` shows them."""

    label: str
    theirs: str
    mine: str


def differing(form: forms.Form, stands: Mapping[str, Any]) -> list[Differs]:
    """Give the fields of a valid form that say something else than what `stands` now, by their names, as it was saved."""
    found = []
    for name, field in form.fields.items():
        if name in stands:
            theirs, mine = _said(field, stands[name]), _said(field, form.cleaned_data[name])
            if theirs != mine:
                found.append(Differs(str(field.label), theirs, mine))
    return found


class SeenForm(forms.Form):
    """A form that gives back a mark of what it showed (core.meanwhile), so that nobody's save is replaced unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    theirs: list[Differs] | None = None  # what differs from what somebody else saved meanwhile

    @property
    def status(self) -> int:
        """The status a page answers with that shows it: 409 where somebody else saved meanwhile, 422 where it is amiss."""
        return 409 if self.theirs is not None else 422 if self.errors else 200

    @property
    def seen_mark(self) -> str | None:
        """The mark its page gave back; None where whoever posts saw no page."""
        return self.data.get(self.add_prefix("seen"))

    def show_theirs(self, no: Refusal, stands: Mapping[str, Any]) -> None:
        """Say that somebody saved meanwhile, keep what differs for `site/_differs.html`, and let the next save know of it.

        `stands` is what a form that shows what stands now would begin with, its mark as `seen` among it.
        """
        refuse(self, no)
        self.theirs = differing(self, {name: value for name, value in stands.items() if name != "seen"})
        posted = self.data.copy() if isinstance(self.data, QueryDict) else dict(self.data)
        posted[self.add_prefix("seen")] = stands["seen"]
        self.data = posted


def _said(field: forms.Field, value: Any) -> str:
    """Say a value in words: what a choice reads, a day and time as they are typed, "–" for nothing.

    A field that reads what is typed into something else says it by its own `say`.
    """
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f")
    if hasattr(field, "say") and not isinstance(value, str):
        return field.say(value) or "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(field, forms.ChoiceField):
        words = {str(key): str(label) for key, label, *_ in field.widget.choices}
        chosen = [str(each) for each in value or ()] if isinstance(value, list | tuple) else [str(value or "")]
        return ", ".join(words.get(each, each) for each in chosen) or "–"
    if isinstance(value, datetime):
        return f"{say_date(value.date())}, {value:%H:%M}"
    if isinstance(value, date):
        return say_date(value, weekday=False)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "–" if value in (None, "") else str(value)


def read_by(field: F, who: str) -> F:
    """Say of a field who reads what is written there."""
    field.who = who  # type: ignore[attr-defined]  # templates show it: <c-field who=…>
    return field
