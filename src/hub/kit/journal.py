"""Append to the journal. Called by commands, inside their transaction."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from hub.people.models import Account


def record(verb: str, row: models.Model, *, by: Account | None, at: datetime, **facts: Any) -> None:
    """Append who did what to which row, when, with JSON-ready facts (before and after). `by` None is the program itself."""
    from hub.kit.models import JournalEntry

    JournalEntry.objects.create(
        verb=verb, thing=row._meta.label, thing_id=row.pk, by_id=by.pk if by else None, at=at, facts=facts
    )
