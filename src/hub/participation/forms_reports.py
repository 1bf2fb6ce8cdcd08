"""What people give of attendance files: the files, whose clock they follow, and how their dates are written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from hub.core.calendar import zone_called

_DAYS = [("", "Work it out"), ("day", "The day comes first (31/10/2024)"), ("month", "The month comes first (10/31/2024)")]


class _Files(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Give every file, each held to what one is."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            raise forms.ValidationError(self.error_messages["required"])
        single = super().clean
        return [single(each, initial) for each in given]


class ReportForm(forms.Form):
    """The reports of one session."""

    reports = _FilesField(
        label="Files",
        help_text="Zoom, Teams, Eventbrite, Forms, notes with sign-in lines, or a table. A restarted call gives several.",
        widget=_Files(attrs={"multiple": True}),
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )
    zone = forms.CharField(
        label="Whose clock the times follow",
        max_length=64,
        help_text="The place of whoever hosted the call: Zoom and Teams write times by it. A zone in the file itself wins.",
        error_messages={"required": "Name the place whose clock the times follow, such as Europe/London."},
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    dates = forms.ChoiceField(label="How dates are written", choices=_DAYS, required=False)
    least_minutes = forms.IntegerField(
        label="Least minutes to count as there",
        required=False,
        min_value=0,
        max_value=24 * 60,
        error_messages={"invalid": "Write a number.", "min_value": "Write a number from 0 on.", "max_value": "At most a day."},
        widget=forms.NumberInput(attrs={"min": "0", "inputmode": "numeric"}),
    )

    def clean_zone(self) -> str:
        """Give the zone as the database writes its name."""
        found = zone_called(self.cleaned_data["zone"])
        if found is None:
            raise forms.ValidationError(
                f"“{self.cleaned_data['zone']}” is not a time zone we know. Write its place, such as Europe/London."
            )
        return found

    @property
    def is_day_first(self) -> bool | None:
        """Give how dates are written, None where the Hub works it out."""
        return {"day": True, "month": False}.get(self.cleaned_data["dates"])
