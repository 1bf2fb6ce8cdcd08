"""What the desk's forms take: input, not rows. Each field says who reads what is written there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.core.validators import BaseValidator, ProhibitNullCharactersValidator

from hub.core.calendar import MonthlyRule, zone_called
from hub.core.materials import LONGEST_LICENCE, Access, MaterialKind
from hub.core.plan.model import Kind, Mode
from hub.kit.fields import read_by
from hub.people.models import Person

PUBLIC = "Everybody, once the schedule is released"
TEAM = "Only the team"
TAKING_PART = "Those who take part, never the public"

LONGEST_PLAN = 4 * 1024 * 1024  # octets

F = TypeVar("F", bound=forms.Field)

_WithWords = (BaseValidator, ProhibitNullCharactersValidator)
_TOO_LONG = "This has %(show_value)s characters and there is room for %(limit_value)s."
_NUL = "This holds a character that can't be kept (NUL); take it out."
_KINDS = [(kind.value, kind.label) for kind in Kind]
_MODES = [("", "Not said"), *((mode.value, mode.label) for mode in Mode)]


def words(
    label: str,
    longest: int,
    *,
    who: str,
    needed: str = "",
    help_text: str = "",
    rows: int = 0,
    **attributes: str,
) -> forms.CharField:
    """One line of text, or several where `rows` are given; `needed` is what to say when it is left empty."""
    field = forms.CharField(
        label=label,
        max_length=longest,
        required=bool(needed),
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": str(rows), **attributes}) if rows else forms.TextInput(attrs=attributes),
    )
    field.error_messages["required"] = needed
    for validator in (each for each in field.validators if isinstance(each, _WithWords)):
        if validator.code == "max_length":
            validator.message = _TOO_LONG
        elif validator.code == "null_characters_not_allowed":
            validator.message = _NUL
    return read_by(field, who)


def day(label: str, *, who: str, needed: str = "", help_text: str = "") -> forms.DateField:
    """Ask for a day; `needed` is what to say when it is left empty."""
    field = forms.DateField(
        label=label,
        required=bool(needed),
        help_text=help_text,
        input_formats=["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"],
        error_messages={"required": needed, "invalid": "The calendar has no such day. Write it like 2024-10-16."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    return read_by(field, who)


def _clock(label: str, *, who: str, needed: str = "") -> forms.TimeField:
    field = forms.TimeField(
        label=label,
        required=bool(needed),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%I:%M %p", "%I:%M%p"],
        error_messages={"required": needed, "invalid": "The clock has no such time. Write it like 15:00."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    return read_by(field, who)


def choice(
    label: str, choices: Iterable[tuple[str, str]], *, who: str, needed: str = "", help_text: str = ""
) -> forms.ChoiceField:
    """Ask for one of some choices: values and words."""
    field = forms.ChoiceField(
        label=label,
        choices=list(choices),
        required=bool(needed),
        help_text=help_text,
        error_messages={"required": needed, "invalid_choice": "“%(value)s” is not one of the choices; choose from the list."},
    )
    return read_by(field, who)


def _address(label: str, *, who: str, needed: str = "", help_text: str = "") -> forms.URLField:
    field = forms.URLField(
        label=label,
        max_length=500,
        required=bool(needed),
        help_text=help_text,
        assume_scheme="https",
        error_messages={"required": needed, "invalid": "This is not a web address; it begins with https://."},
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    return read_by(field, who)


def _zone(*, who: str) -> forms.CharField:
    return words(
        "Time zone",
        64,
        who=who,
        needed="Name the place whose clock the times follow, such as Europe/London.",
        help_text="The place whose clock the times follow, such as Europe/London.",
        list="zones",
        autocomplete="off",
        spellcheck="false",
    )


def checked_zone(name: str) -> str:
    """Give the zone's name as the database writes it. Raises ValidationError with what to write instead."""
    found = zone_called(name)
    if found is None:
        raise forms.ValidationError(f"“{name}” is not a time zone we know. Write its place, such as Europe/London.")
    return found


class PlanForm(forms.Form):
    """The plan's text as typed, and the number of the version it was begun from."""

    text = forms.CharField(
        required=False, strip=False, error_messages={"null_characters_not_allowed": _NUL}, widget=forms.Textarea
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = words("What changed", 300, who=TEAM, help_text="A few words for the list of versions.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say in our own words what is wrong with a character no database keeps."""
        super().__init__(*args, **kwargs)
        text = self.fields["text"]
        assert isinstance(text, forms.CharField)
        for validator in text.validators:
            if isinstance(validator, ProhibitNullCharactersValidator):
                validator.message = _NUL


class UploadForm(forms.Form):
    """A plan as a file."""

    file = read_by(
        forms.FileField(
            label="Markdown file",
            help_text="A .md file of up to 4 MB. It is kept exactly as it is, as the next version.",
            error_messages={
                "required": "Choose a file first.",
                "empty": "This file is empty.",
                "missing": "Choose a file first.",
            },
            widget=forms.FileInput(attrs={"accept": ".md,.markdown,.txt,text/markdown,text/plain"}),
        ),
        TEAM,
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean_file(self) -> str:
        """Give the file's text. Only UTF-8 of up to 4 MB is one."""
        file = self.cleaned_data["file"]
        if file.size > LONGEST_PLAN:
            raise forms.ValidationError(f"This file has {file.size / 1024 / 1024:.1f} MB and there is room for 4 MB.")
        try:
            text: str = file.read().decode("utf-8")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                "This file is not text in UTF-8, so it can’t be read as a plan. Save it as UTF-8 in your editor."
            ) from None
        if "\x00" in text:
            raise forms.ValidationError("This file holds a character that can't be kept (NUL), so it is hardly a text.")
        return text


class SessionForm(forms.Form):
    """The facts of one session."""

    title = words("Title", 200, who=PUBLIC, needed="Write a title, such as “Collaboration Café”.")
    topic = words("Topic", 300, who=PUBLIC, help_text="What this one is about, where the title is that of a series.")
    kind = choice("Kind", _KINDS, who=PUBLIC, needed="Choose what kind of session this is.")
    date = day("Date", who=PUBLIC, help_text="Leave it empty while it is to be confirmed.")
    start = _clock("Start", who=PUBLIC)
    end = _clock("End", who=PUBLIC)
    zone = _zone(who=PUBLIC)
    proposed_date = day("Proposed date", who=TEAM, help_text="For a session without a date yet.")
    status_note = words("What is still open", 200, who=PUBLIC, help_text="Such as “Date to be agreed with the speakers”.")
    mode = choice("How to attend", _MODES, who=PUBLIC)
    place = words("Place", 200, who=PUBLIC)
    led_by = words("Led by", 200, who=PUBLIC)
    summary = words("Description", 10_000, who=PUBLIC, help_text="Markdown.", rows=4)
    joining_link = _address("Joining link", who=TAKING_PART, help_text="It never appears on public pages or in feeds.")

    def clean_zone(self) -> str:
        """Refuse what the time-zone database does not know."""
        return checked_zone(self.cleaned_data["zone"])

    def clean(self) -> dict[str, Any]:
        """Compare the times with each other and with the date."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if end and not start and "start" not in self.errors:
            self.add_error("start", "There is an end but no start; write when it starts.")
        if start and end and end <= start:
            self.add_error("end", f"It starts at {start:%H:%M}, so it can’t end at {end:%H:%M}. Write a later time.")
        return data


class NoteForm(forms.Form):
    """A few words beside a cancellation."""

    note = words("Why", 200, who=PUBLIC, help_text="People read this beside the session. A few words are enough.")


class MaterialForm(forms.Form):
    """A paper or recording of a session."""

    title = words("What it is", 300, who=PUBLIC, needed="Write what people will find there, such as “Slides”.")
    url = _address("Address", who=PUBLIC, needed="Paste its address; it begins with https://.")
    kind = choice("Kind", ((kind.value, kind.label) for kind in MaterialKind), who=PUBLIC, needed="Choose what it is.")
    access = choice("Who may see it", ((each.value, each.label) for each in Access), who=TEAM, needed="Choose who may see it.")
    licence = words(
        "Licence", LONGEST_LICENCE, who=PUBLIC, help_text="Such as CC BY 4.0. Empty where nobody has said.", list="licences"
    )
    owner = choice("Who looks after it", [], who=TEAM, help_text="They hear of it when its link breaks.")

    def __init__(self, *arguments: Any, people: Iterable[Person], **named: Any) -> None:
        """Offer who has a part in the programme."""
        super().__init__(*arguments, **named)
        self.people = {str(person.pk): person for person in people}
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nobody in particular"), *((key, str(person)) for key, person in self.people.items())]

    def facts(self) -> dict[str, Any]:
        """Give what the command takes."""
        return self.cleaned_data | {"owner": self.people.get(self.cleaned_data["owner"])}


class SeriesForm(forms.Form):
    """The rule of a series: "1st and 3rd Wednesday", from when to when, between which days."""

    title = words("Title", 200, who=PUBLIC, needed="Write a title, such as “Collaboration Café”.")
    kind = choice("Kind", _KINDS, who=PUBLIC, needed="Choose what kind of session this is.")
    on = words(
        "On which days of the month",
        80,
        who=PUBLIC,
        needed="Write the rule, such as “1st and 3rd Wednesday”.",
        help_text="Such as “1st and 3rd Wednesday”, “last Thursday”, “2nd Tuesday”.",
        autocomplete="off",
    )
    start = _clock("Start", who=PUBLIC, needed="Write when it starts, like 15:00.")
    end = _clock("End", who=PUBLIC, needed="Write when it ends, like 17:00.")
    zone = _zone(who=PUBLIC)
    first_on = day("From", who=TEAM, needed="Choose the first day it may be held.")
    last_on = day("To", who=TEAM, needed="Choose the last day it may be held.")
    mode = choice("How to attend", _MODES, who=PUBLIC)

    def clean_zone(self) -> str:
        """Refuse what the time-zone database does not know."""
        return checked_zone(self.cleaned_data["zone"])

    def clean_on(self) -> MonthlyRule:
        """Read the rule's words."""
        try:
            return MonthlyRule.parse(self.cleaned_data["on"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> dict[str, Any]:
        """Compare the times and the days with each other."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("start"), data.get("end")
        if start and end and end <= start:
            self.add_error("end", f"It starts at {start:%H:%M}, so it can’t end at {end:%H:%M}. Write a later time.")
        first, last = data.get("first_on"), data.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", "The last day comes before the first. Choose a later one.")
        return data


class SeriesEditForm(SeriesForm):
    """The rule of a series that is there already, and from which day on it is to hold."""

    from_on = day("Change it from", who=TEAM, help_text="Leave it empty to change every date. Earlier dates stay as they are.")
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ExceptionForm(forms.Form):
    """One date of a series left out, or held on another day."""

    on = choice("Which day", (), who=TEAM, needed="Choose the day.")
    moved_to = day("Hold it on", who=PUBLIC, help_text="Leave it empty to leave the day out.")
    reason = words("Why", 200, who=TEAM, help_text="Such as “bank holiday”.")

    def __init__(self, *args: Any, days: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Offer the days of the series: ISO date and words."""
        super().__init__(*args, **kwargs)
        on = self.fields["on"]
        assert isinstance(on, forms.ChoiceField)
        on.choices = list(days)


class ReleaseForm(forms.Form):
    """What people are told with a release."""

    note = words("Note", 2000, who=PUBLIC, rows=3, help_text="A sentence or two for everybody: what changed and why. Markdown.")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class BoxForm(forms.Form):
    """A new cohort from an earlier one: its name, its address, the month it begins in."""

    name = words("Name", 120, who=PUBLIC, needed="Write the new cohort’s name, such as “Cohort 2024”.")
    slug = words(
        "Address",
        60,
        who=PUBLIC,
        needed="Write the word its address ends with, such as “2024”.",
        help_text="The last word of its address: small letters, figures and hyphens.",
        autocomplete="off",
        spellcheck="false",
    )
    first_month = read_by(
        forms.DateField(
            label="First month",
            input_formats=["%Y-%m", "%Y-%m-%d", "%B %Y", "%b %Y"],
            error_messages={
                "required": "Choose the month the new cohort begins in.",
                "invalid": "This is not a month. Write it like 2024-09.",
            },
            widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        ),
        PUBLIC,
    )


class RulesForm(forms.Form):
    """The rules a programme's plans are checked by."""

    toml = words("Rules", 100_000, who=TEAM, rows=24, spellcheck="false", autocomplete="off")


class YearPlanForm(forms.Form):
    """The year plan's tables, pasted."""

    year = read_by(
        forms.IntegerField(
            label="Year",
            min_value=1900,
            max_value=2200,
            error_messages={
                "required": "Write the year the plan is for, such as 2024.",
                "invalid": "A year is a number such as 2024.",
                "min_value": "A year is a number such as 2024.",
                "max_value": "A year is a number such as 2024.",
            },
        ),
        PUBLIC,
    )
    text = words(
        "The plan, in Markdown",
        1_000_000,
        who=PUBLIC,
        needed="Paste the year plan here: a Markdown table with the columns Month, Activity, Objectives and Comments.",
        help_text="Tables of months, of kinds of activity and of trainings are taken; everything else is left.",
        rows=16,
        spellcheck="false",
    )
