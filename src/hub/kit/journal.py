"""Append to the journal. Called by commands, inside their transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models


def record(verb: str, row: models.Model, *, by: models.Model | None, at: datetime, **facts: Any) -> None:
    """Append who did what to which row, when, with JSON-ready facts (before and after). `by` None is the program itself."""
    from hub.kit.models import JournalEntry

    JournalEntry.objects.create(
        verb=verb, thing=row._meta.label, thing_id=row.pk, by_id=by.pk if by else None, at=at, facts=facts
    )
