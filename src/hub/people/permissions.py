"""Who may do what, by role."""

from __future__ import annotations

from datetime import datetime

from hub.people.models import Organisation, Person, Role, RoleKind, day_of
from hub.people.queries import known_to_team, programmes_run_by, roles_at
from hub.programmes.models import Programme


def runs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person is on the team of a programme."""
    return roles_at(person, at=at).filter(kind=RoleKind.TEAM, programme=programme, cohort__isnull=True).exists()


def belongs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person has any role in a programme or one of its cohorts."""
    return roles_at(person, at=at).filter(programme=programme).exists()


def keeps_people(by: Person | None, *, at: datetime) -> bool:
    """Say whether somebody keeps people and organisations: whoever is on a team, and the program itself (None)."""
    return by is None or roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).exists()


def can_edit(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may change what is said of a person: they themselves, and a team that knows of them."""
    if by is None or by.pk == person.pk:
        return True
    run = roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).values("programme")
    return person.roles.filter(programme__in=run).exists()


def speaks_for(by: Person | None, organisation: Organisation, *, at: datetime) -> bool:
    """Say whether somebody is a contact person of an organisation now."""
    if by is None:
        return False
    day = day_of(at)
    return any(
        (each.starts_on is None or each.starts_on <= day) and (each.ends_on is None or each.ends_on > day)
        for each in organisation.affiliations.filter(person=by, is_contact=True)
    )


def knows_both(by: Person | None, one: Person, other: Person, *, at: datetime) -> bool:
    """Say whether somebody is on a team that knows both, so that they may say whether they are one person."""
    return by is None or known_to_team(by, at=at).filter(pk__in=(one.pk, other.pk)).count() == 2


def rights_beyond(by: Person | None, one: Person, other: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes that only one of two is on the team of, now or later, and somebody is not.

    Whoever signs in as the one record may do what either might, so a merge must not put people on a team they could not be put
    on by hand.
    """
    if by is None:
        return []
    team = Role.objects.filter(person__in=(one, other), kind=RoleKind.TEAM, cohort__isnull=True)
    team = team.exclude(programme__in=programmes_run_by(by, at=at).order_by()).select_related("programme").order_by("pk")
    on: dict[Programme, set[int]] = {}
    for role in team:
        if role.ends_on is None or role.ends_on > day_of(at):
            on.setdefault(role.programme, set()).add(role.person_id)
    return [programme for programme, people in on.items() if len(people) == 1]


def can_part(by: Person | None, kept: Person, *, at: datetime) -> bool:
    """Say whether somebody may undo a merge: whoever is on a team that knows the person it left."""
    return by is None or known_to_team(by, at=at).filter(pk=kept.pk).exists()
