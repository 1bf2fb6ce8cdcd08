"""What people type to come in: addresses, codes, invitations, tokens."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
)
from django import forms

from hub.people import queries
from hub.people.models import Account, TokenScope


class SignInForm(RequestLoginCodeForm):
    """The address a code goes to."""

    _user: Account | None
    use_required_attribute = False  # our own words, not the browser's bubble
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autofocus": True}),
        error_messages={
            "required": "Write the e-mail address your team knows you by.",
            "invalid": "Write the address in full, such as mara@example.org.",
            "max_length": "No address is that long.",
        },
    )

    def clean_email(self) -> str:
        """Give the address as it is stored, never as it was typed: letters of other alphabets can look alike to a database."""
        typed = str(super().clean_email())
        stored = queries.address_that_lets_in(self._user, typed) if self._user else None
        if stored is None:
            self._user = None
        return stored or typed.lower()


_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


_NO_CODE = {"required": "Type the six digits from the mail."}


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code", max_length=40, widget=forms.TextInput(attrs=_CODE), error_messages=_NO_CODE, help_text="Six digits"
    )


class AddressCodeForm(ConfirmEmailVerificationCodeForm):
    """The code that was sent to a new address."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code", max_length=40, widget=forms.TextInput(attrs=_CODE), error_messages=_NO_CODE, help_text="Six digits"
    )


class AddressForm(AddEmailForm):
    """Another address."""

    use_required_attribute = False
    email = forms.EmailField(
        label="Another address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write the address.",
            "invalid": "Write the address in full, such as mara@example.org.",
            "max_length": "No address is that long.",
        },
    )


class InviteForm(forms.Form):
    """Where an invitation goes, for somebody who has no address here yet."""

    use_required_attribute = False
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "required": "Write the address they sign in with.",
            "invalid": "Write the address in full, such as ada@example.org.",
            "max_length": "No address is that long.",
        },
    )


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
