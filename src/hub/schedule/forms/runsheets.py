"""What people type of run-sheets: a task, whose it is, when it is due; the lines of a countdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from hub.core.runsheet import FURTHEST, LONGEST, MOST_LINES, Applies, Line, Owner
from hub.kit.fields import read_by
from hub.people.models import Person
from hub.schedule.forms.desk import TEAM, choice, day, words

_SIDES = [("before", "days before"), ("after", "days after")]
BLANK = 2  # empty rows to add lines in


def _count(label: str, *, who: str) -> forms.IntegerField:
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=FURTHEST,
        error_messages={
            "invalid": "Write a number of days, such as 7.",
            "min_value": "Write the number without a minus; “before” or “after” stands beside it.",
            "max_value": f"At most {FURTHEST} days.",
        },
        widget=forms.NumberInput(attrs={"min": "0", "max": str(FURTHEST), "inputmode": "numeric"}),
    )
    return read_by(field, who)


def _members(people: Iterable[Person], nobody: str) -> list[tuple[str, str]]:
    return [("", nobody), *((str(person.pk), str(person)) for person in people)]


class TaskForm(forms.Form):
    """A task of its own for one session: due so many days before or after it, or on a day."""

    what = words("What is to be done", LONGEST["what"], who=TEAM, needed="Say what is to be done, such as “Bring the banner”.")
    count = _count("Due", who=TEAM)
    side = choice("Before or after the session", _SIDES, who=TEAM)
    due_on = day("Or on a day", who=TEAM, help_text="It stays on this day when the session moves.")
    owner = choice("Whose it is", [], who=TEAM)
    note = words("Note", LONGEST["note"], who=TEAM)

    def __init__(self, *arguments: Any, people: Iterable[Person], **named: Any) -> None:
        """Offer the team as owners."""
        super().__init__(*arguments, **named)
        self.people = {str(person.pk): person for person in people}
        _offer(self, "owner", _members(self.people.values(), "The team"))

    def facts(self) -> dict[str, Any]:
        """Give what the command takes."""
        data = self.cleaned_data
        days = None if data["count"] is None else data["count"] * (-1 if data["side"] != "after" else 1)
        return {
            "what": data["what"],
            "note": data["note"],
            "due_on": data["due_on"],
            "days": None if data["due_on"] else days,
            "owner": self.people.get(data["owner"]),
        }


class HandOverForm(forms.Form):
    """Whose a task is from now on, with a word to them."""

    owner = choice("Hand it to", [], who=TEAM)
    note = words("A word to them", LONGEST["note"], who=TEAM)

    def __init__(self, *arguments: Any, people: Iterable[Person], nobody: str, **named: Any) -> None:
        """Offer the team, and nobody in particular by the words of the task's line."""
        super().__init__(*arguments, **named)
        self.people = {str(person.pk): person for person in people}
        _offer(self, "owner", _members(self.people.values(), nobody))

    @property
    def chosen(self) -> Person | None:
        """Who was chosen, None for nobody in particular."""
        return self.people.get(self.cleaned_data["owner"])


class DueForm(forms.Form):
    """The day a task is due, whatever happens to its session."""

    due_on = day(
        "Due on", who=TEAM, needed="Write the day, like 2024-10-16.", help_text="It stays on this day when the session moves."
    )


class ReasonForm(forms.Form):
    """Why a task need not be done."""

    reason = words("Why it is not needed", LONGEST["note"], who=TEAM, needed="Say in a word why it is not needed.")


class LineForm(forms.Form):
    """A line of a countdown. An empty row that was empty before is none."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    what = words("What", LONGEST["what"], who=TEAM)
    count = _count("Days", who=TEAM)
    side = choice("Before or after", _SIDES, who=TEAM)
    owner = choice("Whose", [], who=TEAM)
    applies = choice("When it holds", [(each.value, each.label) for each in Applies], who=TEAM)
    note = words("Note", LONGEST["note"], who=TEAM)
    remove = forms.BooleanField(label="Take out", required=False)

    def __init__(self, *arguments: Any, owners: Sequence[tuple[str, str]], **named: Any) -> None:
        """Offer roles and people as owners."""
        super().__init__(*arguments, **named)
        _offer(self, "owner", owners)

    def clean(self) -> dict[str, Any]:
        """Ask for the words and the day of every line that stays."""
        data = super().clean() or {}
        if not self.is_none(data) and not data.get("remove"):
            if not data.get("what") and "what" not in self.errors:
                self.add_error("what", "Say what is to be done, or tick “Take out”.")
            if data.get("count") is None and "count" not in self.errors:
                self.add_error("count", "Say how many days; 0 is the day itself.")
        return data

    def is_none(self, data: dict[str, Any]) -> bool:
        """Say whether the row is an empty one."""
        return not data.get("key") and not data.get("what") and data.get("count") is None

    def line(self) -> Line | None:
        """Give the line the row says, None where it says none."""
        data = self.cleaned_data
        if self.is_none(data) or data["remove"]:
            return None
        role, _, pk = data["owner"].partition(":")
        return Line(
            key=data["key"],
            what=data["what"],
            days=data["count"] * (-1 if data["side"] != "after" else 1),
            owner=Owner(role or Owner.TEAM),
            owner_id=int(pk) if pk else None,
            applies=Applies(data["applies"] or Applies.ALWAYS),
            note=data["note"],
        )


if TYPE_CHECKING:
    _Rows = forms.BaseFormSet[LineForm]
else:  # Django's own class takes no types at run time
    _Rows = forms.BaseFormSet


class LineForms(_Rows):
    """The rows of a countdown."""

    def lines(self) -> Iterator[Line]:
        """Yield the lines the rows say."""
        for form in self.forms:
            line = form.line()
            if line is not None:
                yield line


def line_forms(data: QueryDict | None = None, *, people: Iterable[Person], initial: Sequence[dict[str, Any]] = ()) -> LineForms:
    """Make the rows of a countdown, with a few empty ones; owners are roles and the people given."""
    owners = [(owner.value, owner.label) for owner in Owner]
    owners += [(f"{Owner.TEAM.value}:{person.pk}", str(person)) for person in people]
    rows: type[LineForms] = forms.formset_factory(  # type: ignore[assignment]  # it is of the class given, which the stubs forget
        LineForm, formset=LineForms, extra=BLANK, max_num=MOST_LINES, absolute_max=MOST_LINES + BLANK, validate_max=True
    )
    return rows(data, initial=list(initial), form_kwargs={"owners": owners}, prefix="line")


def initial_of(line: Line) -> dict[str, Any]:
    """Give what a row shows of a line."""
    return {
        "key": line.key,
        "what": line.what,
        "count": abs(line.days),
        "side": "after" if line.days > 0 else "before",
        "owner": f"{Owner.TEAM.value}:{line.owner_id}" if line.owner_id else line.owner.value,
        "applies": line.applies.value,
        "note": line.note,
    }


def _offer(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)
