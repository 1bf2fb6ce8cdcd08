"""What people agree to, in words, and what a team was told."""

from __future__ import annotations

from typing import Any

from django import forms

from hub.core.consent import Means, Use


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
