"""What people type in this room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html

from hub.core.consent import Means, Use
from hub.people.commands.merging import FieldChoice, Side
from hub.people.models import TokenScope

PUBLIC = "Your team and cohort; everybody while you agree to appear by name"


class SignInForm(forms.Form):
    """An address and a password."""

    use_required_attribute = False  # our own words, not the browser's bubble
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        error_messages={
            "required": "Write the e-mail address your team knows you by.",
            "invalid": "Write the address in full, such as mara@example.org.",
        },
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Write your password.", "max_length": "No password here is that long."},
    )
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)


class TermForm(forms.Form):
    """The words of a use, and whether they now mean something else."""

    use = forms.ChoiceField(
        choices=[(use.value, use.label) for use in Use],
        widget=forms.HiddenInput,
        error_messages={"required": "Choose what the words are about.", "invalid_choice": "There is no such use."},
    )
    text = forms.CharField(
        label="What people agree to",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text="Markdown, in plain words: what is done with it, where, for how long.",
        error_messages={"required": "Write what people agree to.", "max_length": "That is more than 20,000 letters."},
    )
    is_new_meaning = forms.BooleanField(
        label="This asks for something else than before",
        required=False,
        help_text="Everybody who said yes is asked again, and counts as no until they answer. Leave it off for spelling.",
    )


class AnswerForm(forms.Form):
    """What a team was told outside the Hub: about which use, yes or no, how, and where that is found again."""

    term = forms.ChoiceField(label="About", error_messages={"required": "Choose what it is about."})
    wish = forms.ChoiceField(
        label="They said",
        choices=[("yes", "Yes"), ("no", "No, or took it back")],
        error_messages={"required": "Choose what they said."},
    )
    means = forms.ChoiceField(
        label="How",
        choices=[(each.value, each.label) for each in Means if each not in (Means.SELF, Means.IMPORT)],
        error_messages={"required": "Choose how you were told."},
    )
    note = forms.CharField(
        label="Where this is found again",
        max_length=300,
        help_text="Such as “signed sheet of 27 June, in the folder”.",
        error_messages={
            "required": "Say where this answer can be found again.",
            "max_length": "That is more than 300 letters.",
        },
    )

    def __init__(self, *args: Any, terms: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the newest words of each use: key and label."""
        super().__init__(*args, **kwargs)
        term = self.fields["term"]
        assert isinstance(term, forms.ChoiceField)
        term.choices = terms


class ProfileForm(forms.Form):
    """What people say of themselves; each field says who reads it."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name as it should be read.", "max_length": "A name has at most 120 letters."},
    )
    pronouns = forms.CharField(label="Pronouns", max_length=40, required=False)
    orcid = forms.CharField(
        label="ORCID", max_length=60, required=False, help_text="The identifier of authors, such as 0000-0002-1825-0097."
    )
    zone = forms.CharField(
        label="Time zone",
        max_length=64,
        required=False,
        help_text="The place whose clock you live by, such as Europe/London. Empty: the programme’s.",
    )
    about = forms.CharField(
        label="About you", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": "4"}), help_text="Markdown."
    )
    access_needs = forms.CharField(
        label="What you need to take part",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Such as captions, a seat near the front, food you cannot eat.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say at each field who reads it."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.who = TEAM_OF_MINE if name in ("access_needs", "zone") else PUBLIC  # type: ignore[attr-defined]


TEAM_OF_MINE = "The team of your programmes, and nobody else"


class TokenForm(forms.Form):
    """What a token is for, what it may do, where, and for how long."""

    name = forms.CharField(
        label="What is it for",
        max_length=80,
        help_text="Such as “the script that copies the schedule”.",
        error_messages={"required": "Say what the token is for.", "max_length": "That is more than 80 letters."},
    )
    scope = forms.ChoiceField(label="It may", choices=TokenScope.choices)
    programme = forms.ChoiceField(label="In", required=False)
    days = forms.IntegerField(
        label="For how many days",
        min_value=1,
        max_value=366,
        initial=90,
        error_messages={
            "required": "Write a number of days.",
            "invalid": "Write a number of days.",
            "min_value": "A token lasts from 1 to 366 days.",
            "max_value": "A token lasts from 1 to 366 days.",
        },
    )

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the programmes one has a role in: slug and name."""
        super().__init__(*args, **kwargs)
        programme = self.fields["programme"]
        assert isinstance(programme, forms.ChoiceField)
        programme.choices = [("", "Every programme of mine"), *programmes]


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
                choices=[("kept", _of(each.kept, "Record that stays")), ("gone", _of(each.gone, "Record that goes"))],
                initial=each.default,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
            )

    def choices(self) -> dict[str, Side]:
        """Give what was chosen, by the names of the facts."""
        return {name: side for name, side in self.cleaned_data.items() if name != "keep"}


def _of(value: object, whose: str) -> str:
    """Show a value as it is written, lines and all, and whose it is."""
    return format_html(
        '<span><span class="value">{}</span><span class="small muted">{}</span></span>', value or "Nothing", whose
    )
