"""What the forms of every room share: a refusal shown at its field, and who reads what is written there."""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.core.exceptions import PermissionDenied

from hub.core.errors import NotAllowed, Refusal

F = TypeVar("F", bound=forms.Field)


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the field it speaks of, at the top of the form where it names none of its fields.

    Raises PermissionDenied where the person may not do this at all.
    """
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied from refusal
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)


def read_by(field: F, who: str) -> F:
    """Say of a field who reads what is written there."""
    field.who = who  # type: ignore[attr-defined]  # templates show it: <c-field who=…>
    return field
