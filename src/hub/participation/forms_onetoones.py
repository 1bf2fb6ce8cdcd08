"""What people type for 1:1s: it knows input, not rows. Each field says who reads what is written there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from hub.core.availability import FINEST, MOST_MINUTES, MOST_NOTICE, MOST_WEEKS, Quota
from hub.core.calendar import WEEKDAYS, is_zone
from hub.core.onetoones import LONGEST_NOTE, LONGEST_TOPIC, MOST_COUNT
from hub.kit.fields import SeenForm, read_by
from hub.participation.commands import Manner, Weekly
from hub.participation.models import Availability
from hub.people.models import Person

EXPERTS = "Experts of the cohort, and the team"
THE_TWO = "You and whom the 1:1 is with, nobody else"
YOU_AND_COACH = "You and the coach, nobody else"
TEAM = "Only the team"
_BLANK = 2  # empty weekly times that are offered
_DAYS = [("", "—"), *((str(number), name) for number, name in enumerate(WEEKDAYS))]


def _count(label: str, least: int, most: int, *, who: str, needed: bool = True, help_text: str = "") -> Any:
    field = forms.IntegerField(
        label=label,
        required=needed,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={
            "required": "Write a number.",
            "invalid": "Write a number.",
            "min_value": f"At least {least}.",
            "max_value": f"At most {most}.",
        },
        widget=forms.NumberInput(attrs={"min": str(least), "max": str(most), "inputmode": "numeric"}),
    )
    return read_by(field, who)


def _text(label: str, longest: int, *, who: str, help_text: str = "", rows: int = 0) -> Any:
    widget = forms.Textarea(attrs={"rows": str(rows)}) if rows else forms.TextInput()
    field = forms.CharField(
        label=label,
        max_length=longest,
        required=False,
        help_text=help_text,
        error_messages={"max_length": f"There is room for {longest} characters."},
        widget=widget,
    )
    return read_by(field, who)


def _day(label: str, *, needed: str = "", help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=bool(needed),
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": needed, "invalid": "Write a day such as 2024-09-18."},
    )


def _clock(label: str, *, needed: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=bool(needed),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": needed, "invalid": "Write a time such as 14:00."},
    )


def _link(label: str, *, help_text: str) -> Any:
    field = forms.URLField(
        label=label,
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=help_text,
        error_messages={"invalid": "Write the whole address, such as https://meet.example.org/ines."},
    )
    return read_by(field, THE_TWO)


class MannerForm(forms.Form):
    """How a coach does 1:1s."""

    minutes = _count("Minutes a 1:1 lasts", FINEST, MOST_MINUTES, who=EXPERTS)
    before = _count("Minutes kept free before each", 0, MOST_MINUTES, who="Only you")
    after = _count("Minutes kept free after each", 0, MOST_MINUTES, who="Only you")
    hours_to_book = _count("Hours before it that it must be booked", 0, MOST_NOTICE, who=EXPERTS)
    hours_to_change = _count("Hours before it that the Expert may still move or cancel it", 0, MOST_NOTICE, who=EXPERTS)
    zone = read_by(
        forms.CharField(
            label="Your time zone",
            max_length=64,
            help_text="All times here are by this clock.",
            error_messages={"required": "Write its place, such as Europe/London."},
        ),
        EXPERTS,
    )
    joining_link = _link("Joining link", help_text="Where you meet online. It stands in no mail and no calendar.")
    place = _text("Place", 200, who="Whoever books, and the team", help_text="Where you meet in person.")

    def clean_zone(self) -> str:
        """Ask for a zone the Hub knows."""
        zone = str(self.cleaned_data["zone"]).strip()
        if not is_zone(zone):
            raise forms.ValidationError("Write the zone’s place, such as Europe/London.")
        return zone

    @staticmethod
    def filled(row: Availability | None, *, zone: str) -> dict[str, Any]:
        """Give what the form begins with."""
        held = row or Availability(zone=zone)
        return {name: getattr(held, name) for name in MannerForm.base_fields}

    def manner(self) -> Manner:
        """Give what was typed."""
        return Manner(**self.cleaned_data)


class WeeklyForm(forms.Form):
    """One weekly time; without a day it is none."""

    weekday = forms.ChoiceField(label="Day", choices=_DAYS, required=False)
    start = _clock("From")
    end = _clock("To")
    every_weeks = forms.TypedChoiceField(
        label="How often",
        coerce=int,
        required=False,
        choices=[(1, "Every week"), *((number, f"Every {number} weeks") for number in range(2, MOST_WEEKS + 1))],
    )
    first_on = _day("First day")
    last_on = _day("Last day")

    def clean(self) -> dict[str, Any]:
        """Ask for the rest where a day is chosen."""
        data = super().clean() or self.cleaned_data
        if data.get("weekday"):
            for name, words in (
                ("start", "Write when it starts."),
                ("end", "Write when it ends."),
                ("first_on", "Write the first day."),
                ("last_on", "Write the last day."),
            ):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, words)
        return data


WeeklyForms = forms.formset_factory(WeeklyForm, extra=0, max_num=40, absolute_max=40)


def weekly_filled(row: Availability | None, *, first_on: date, last_on: date) -> list[dict[str, Any]]:
    """Give what the weekly times begin with, and some without a day that run from `first_on` to `last_on`."""
    names = ("weekday", "start", "end", "every_weeks", "first_on", "last_on")
    there = [{name: getattr(each, name) for name in names} for each in row.rules.all()] if row is not None else []
    return [*there, *[{"first_on": first_on, "last_on": last_on} for _ in range(_BLANK)]]


def weekly_typed(rows: Iterable[dict[str, Any]]) -> list[Weekly]:
    """Give the weekly times that were typed; those without a day are left out."""
    return [
        Weekly(
            weekday=int(each["weekday"]),
            start=each["start"],
            end=each["end"],
            first_on=each["first_on"],
            last_on=each["last_on"],
            every_weeks=each["every_weeks"] or 1,
        )
        for each in rows
        if each.get("weekday")
    ]


class DayForm(forms.Form):
    """A day off, or one more time on a day."""

    on = _day("Day", needed="Write the day.")
    start = _clock("From")
    end = _clock("To")


class BookForm(forms.Form):
    """Book one of the free slots."""

    slot = forms.CharField(max_length=60, error_messages={"required": "Choose a time."})
    topic = _text("What you would like to talk about", LONGEST_TOPIC, who=YOU_AND_COACH)

    def chosen(self) -> tuple[int, datetime] | None:
        """Give the availability and the moment of the slot, None for what names none."""
        return slot_named(self.cleaned_data["slot"])


def slot_named(words: str) -> tuple[int, datetime] | None:
    """Read "12@2024-10-01T13:00:00+00:00"; None for what is no slot."""
    key, _, moment = words.partition("@")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (int(key), found) if key.isdecimal() and len(key) < 18 and found.tzinfo else None


class CancelForm(forms.Form):
    """Why a 1:1 is cancelled."""

    reason = _text("Why", LONGEST_TOPIC, who="You, whom it is with, and the team", help_text="They read it in the message.")


class LinkForm(forms.Form):
    """Where one 1:1 meets."""

    joining_link = _link("Joining link of this 1:1", help_text="Leave it empty for your usual one.")


class OutcomeForm(forms.Form):
    """What came of a 1:1."""

    text = _text("What came of it", LONGEST_NOTE, who=THE_TWO, rows=5)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def seen_at(self) -> datetime | None:
        """Give when the outcome that was before them had been written."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return None


class NoteForm(forms.Form):
    """What one keeps for oneself."""

    text = _text("What you want to keep", LONGEST_NOTE, who="Only you", rows=5)


class WishesForm(forms.Form):
    """Whom an Expert would like, and when."""

    times = forms.MultipleChoiceField(label="Times that suit you", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, coaches: Sequence[Person], times: Sequence[tuple[str, str]], **named: Any) -> None:
        """Offer the coaches, each with a place to give them, and the moments they are there."""
        super().__init__(*arguments, **named)
        field = self.fields["times"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(times)
        places = [("", "No wish"), *((str(number), _nth(number)) for number in range(1, min(len(coaches), 5) + 1))]
        self.coaches = list(coaches)
        for coach in coaches:
            self.fields[f"coach_{coach.pk}"] = read_by(
                forms.ChoiceField(label=str(coach), choices=places, required=False), TEAM
            )

    @property
    def ranks(self) -> list[forms.BoundField]:
        """Give the fields of the coaches."""
        return [self[f"coach_{coach.pk}"] for coach in self.coaches]

    def ranked(self) -> list[int]:
        """Give the keys of the coaches, the most liked first; two at one place in the order of the page."""
        given = [(self.cleaned_data.get(f"coach_{coach.pk}"), coach.pk) for coach in self.coaches]
        return [key for place, key in sorted((int(place), key) for place, key in given if place)]

    def moments(self) -> list[datetime]:
        """Give the moments that were ticked."""
        return [datetime.fromisoformat(each) for each in self.cleaned_data["times"]]


def _nth(number: int) -> str:
    return ("First", "Second", "Third", "Fourth", "Fifth")[number - 1]


class QuotaForm(SeenForm):
    """How many 1:1s, and minutes of them, an Expert may have."""

    minutes = _count(
        "Minutes", 0, MOST_COUNT * MOST_MINUTES, who="Experts, and the team", needed=False, help_text="Empty: any."
    )
    count = _count("How many 1:1s", 0, MOST_COUNT, who="Experts, and the team", needed=False, help_text="Empty: any.")

    def quota(self) -> Quota:
        """Give the quota that was typed."""
        return Quota(count=self.cleaned_data["count"], minutes=self.cleaned_data["minutes"])


class ExpertQuotaForm(QuotaForm):
    """What one Expert may have."""

    expert = forms.ChoiceField(label="Expert", error_messages={"required": "Choose an Expert."})
    field_order = ("expert", "minutes", "count")

    def __init__(self, *arguments: Any, experts: Iterable[Person], **named: Any) -> None:
        """Offer the Experts of the cohort."""
        super().__init__(*arguments, **named)
        _offer(self.fields["expert"], experts)


class ApartForm(forms.Form):
    """Who must not have whom."""

    expert = forms.ChoiceField(label="Expert", error_messages={"required": "Choose an Expert."})
    coach = forms.ChoiceField(label="Coach", error_messages={"required": "Choose a coach."})
    reason = _text("Why", LONGEST_TOPIC, who=TEAM)

    def __init__(self, *arguments: Any, experts: Iterable[Person], coaches: Iterable[Person], **named: Any) -> None:
        """Offer the Experts and the coaches of the cohort."""
        super().__init__(*arguments, **named)
        _offer(self.fields["expert"], experts)
        _offer(self.fields["coach"], coaches)


class AskForm(forms.Form):
    """Until when Experts say what suits them."""

    until = _day("Until", needed="Write the last day.", help_text="The end of that day, by the cohort’s clock.")

    def moment(self, zone: str) -> datetime:
        """Give the end of the day."""
        day: date = self.cleaned_data["until"]
        return datetime.combine(day, time(23, 59), ZoneInfo(zone))


def _offer(field: forms.Field, people: Iterable[Person]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "—"), *dict.fromkeys((str(person.pk), str(person)) for person in people)]
