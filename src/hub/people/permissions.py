"""Who may do what, by role."""

from __future__ import annotations

from datetime import datetime

from hub.people.models import Person, RoleKind
from hub.people.queries import roles_at
from hub.programmes.models import Programme


def runs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person is on the team of a programme."""
    return roles_at(person, at=at).filter(kind=RoleKind.TEAM, programme=programme, cohort__isnull=True).exists()


def belongs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person has any role in a programme or one of its cohorts."""
    return roles_at(person, at=at).filter(programme=programme).exists()
