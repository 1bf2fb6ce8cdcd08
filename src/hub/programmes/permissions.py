"""Who may change a programme.

Roles belong to the room of people, which comes after this one; they are reached through the relation, never imported.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from hub.kit.home import day_of
from hub.programmes.models import Programme


def can_run(by: models.Model | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person is on the team of a programme at an aware moment; the program itself (None) may."""
    if by is None:
        return True
    day = day_of(at)
    return programme.roles.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=day), person_id=by.pk, kind="team", cohort__isnull=True, starts_on__lte=day
    ).exists()


def can_create(by: models.Model | None) -> bool:
    """Say whether somebody may add a programme: only whoever runs this Hub, at the command line (None)."""
    return by is None
