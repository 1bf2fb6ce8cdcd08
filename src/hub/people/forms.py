"""What people type in this room."""

from __future__ import annotations

from django import forms


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
