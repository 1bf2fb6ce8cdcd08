"""What people type in this room: it knows input, not rows. Each field says who reads what is written there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django import forms

from hub.core.calendar import instant
from hub.core.onboarding import LONGEST, MOST_DAYS_BEFORE, Ticker
from hub.kit.fields import read_by

TEAM = "Only the team"
EXPERTS = "The Experts of the cohort, and the team"
ONE = "The Expert, and the team"
Choices = Iterable[tuple[str, str]]
F = TypeVar("F", bound=forms.Field)


def _words(label: str, name: str, *, who: str, needed: str = "", help_text: str = "", rows: int = 0) -> forms.CharField:
    field = forms.CharField(
        label=label,
        max_length=LONGEST[name],
        required=bool(needed),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": str(rows)}) if rows else forms.TextInput(),
        error_messages={"required": needed, "max_length": f"There is room for {LONGEST[name]} characters."},
    )
    return read_by(field, who)


def _day(label: str, *, who: str, help_text: str = "") -> forms.DateField:
    field = forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        input_formats=["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"],
        error_messages={"invalid": "The calendar has no such day. Write it like 2024-10-16."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    return read_by(field, who)


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class StepForm(forms.Form):
    """A step: what is to be done, why, where, who says that it is done, and when it is due."""

    title = _words("What is to be done", "title", who=EXPERTS, needed="Say what is to be done.", help_text="“Read the primer”")
    says = _words("Why, in a sentence", "says", who=EXPERTS, rows=2)
    link = _words("Link", "link", who=EXPERTS, help_text="Where it is done or read; it begins with https://.")
    ticker = forms.ChoiceField(
        label="Who says that it is done",
        choices=[(each.value, each.label) for each in Ticker],
        error_messages={"required": "Say who ticks it.", "invalid_choice": "Choose from the list."},
    )
    form = forms.ChoiceField(
        label="The form the Hub looks at",
        required=False,
        help_text="Where the Hub says it: the step is done once the Expert has answered this form.",
        error_messages={"invalid_choice": "Choose from the list."},
    )
    days_before = forms.IntegerField(
        label="Due, days before the kick-off",
        required=False,
        min_value=0,
        max_value=MOST_DAYS_BEFORE,
        help_text="Empty: whenever.",
        error_messages={
            "invalid": "Write a whole number of days.",
            "min_value": "Write a number of days before the kick-off.",
            "max_value": f"{MOST_DAYS_BEFORE} days at most.",
        },
    )
    is_on = forms.BooleanField(
        label="Ask for it", required=False, help_text="Switched off, nobody is asked; what was ticked stays."
    )

    def __init__(self, *args: Any, offered: Choices = (), is_fixed: bool = False, **kwargs: Any) -> None:
        """Offer the forms of the programme; who ticks one of the Hub's own steps (`is_fixed`) can't be chosen."""
        super().__init__(*args, **kwargs)
        _offer(self, "form", [("", "None"), *offered])
        if is_fixed:
            del self.fields["ticker"], self.fields["form"]


class SurveyForm(forms.Form):
    """Which form is the survey, and what of it the kick-off is prepared from."""

    survey = forms.ChoiceField(
        label="The survey",
        required=False,
        help_text="A form of this programme that asks people one by one, with their name.",
        error_messages={"invalid_choice": "Choose from the list."},
    )
    goal = forms.ChoiceField(label="Asks for the goal", required=False)
    wanted = forms.ChoiceField(label="Asks what support is wanted", required=False)
    offered = forms.ChoiceField(
        label="Asks what support is offered",
        required=False,
        help_text="Wanted and offered are compared by the words of their options.",
    )

    def __init__(self, *args: Any, surveys: Choices, questions: Choices, **kwargs: Any) -> None:
        """Offer forms and the questions of the survey as it is."""
        super().__init__(*args, **kwargs)
        _offer(self, "survey", [("", "None"), *surveys])
        asked = [("", "None"), *questions]
        for name in ("goal", "wanted", "offered"):
            _offer(self, name, asked)


class CallForm(forms.Form):
    """A call with an organisation: agreed, held, with whom, and what was said."""

    agreed_on = _day("Agreed for", who=EXPERTS)
    agreed_at = forms.TimeField(
        label="At",
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        error_messages={"invalid": "The clock has no such time. Write it like 15:00."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    held_on = _day(
        "Held on", who=EXPERTS, help_text="Empty until it was held. Then it is done for all Experts of the organisation."
    )
    with_whom = _words("With whom of the organisation", "with_whom", who=TEAM)
    notes = _words("Notes", "notes", who=TEAM, rows=8, help_text="Goals, the contact, what was agreed. Markdown works.")
    seen_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        """Read times in the cohort's zone."""
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """Put day and time together."""
        told = super().clean() or {}
        day, clock = told.get("agreed_on"), told.get("agreed_at")
        if day and not clock and "agreed_at" not in self.errors:
            self.add_error("agreed_at", "Say at what time, too.")
        if clock and not day and "agreed_on" not in self.errors:
            self.add_error("agreed_on", "Say on which day, too.")
        told["agreed_for"] = instant(day, clock, self.zone) if day and clock else None
        return told

    def clean_seen_at(self) -> datetime | None:
        """Read the moment somebody began from; None where nothing was noted, or it can't be read."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["seen_at"])
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))


class ExcuseForm(forms.Form):
    """Why a step is not needed."""

    reason = _words("Why it is not needed", "reason", who=ONE, needed="Say why it is not needed; the Expert reads it.")


class ShareForm(forms.Form):
    """A note to what is told back, how many answers the team saw, and a mark of what they say."""

    note = _words(
        "A note to it", "note", who=EXPERTS, rows=4, help_text="What you make of it, what comes of it. Markdown works."
    )
    count = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
