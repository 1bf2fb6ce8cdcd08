"""Which of two records stays, and whose value holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html

from hub.people.commands.foreseeing import FieldChoice, Side


class MergeForm(forms.Form):
    """Which of two records stays, and whose value holds in each fact where they differ."""

    keep = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, *args: Any, keep: int, fields: Sequence[FieldChoice], **kwargs: Any) -> None:
        """Offer both values of each fact that is to be chosen, that of the record that stays first."""
        super().__init__(*args, **kwargs)
        self.fields["keep"].initial = keep
        for each in fields:
            self.fields[each.name] = forms.ChoiceField(
                label=each.label,
                choices=[
                    ("kept", _of(each, each.kept, "Record that stays")),
                    ("gone", _of(each, each.gone, "Record that goes")),
                ],
                initial=each.default,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
            )

    def choices(self) -> dict[str, Side]:
        """Give what was chosen, by the names of the facts."""
        return {name: side for name, side in self.cleaned_data.items() if name != "keep"}


def _of(each: FieldChoice, value: object, whose: str) -> str:
    """Show a value as it is written, lines and all, a photo as what it shows; and whose it is."""
    shown: object = value or "Nothing"
    if each.name == "photo" and value:
        shown = format_html(
            '<img class="avatar" data-size="large" src="/pictures/{}" alt="Photo" width="480" height="480">', value
        )
    tone = "value" if value else "value muted"
    return format_html('<span><span class="{}">{}</span><span class="small muted">{}</span></span>', tone, shown, whose)
