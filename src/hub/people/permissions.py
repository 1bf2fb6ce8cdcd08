"""Who may do what, by role."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from hub.kit.traces import traces_of
from hub.people.models import Account, Erasure, Organisation, Person, Role, RoleKind, day_of, with_it_on
from hub.people.queries import known_to_team, programmes_run_by, roles_at
from hub.programmes.models import Programme


def runs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person is on the team of a programme."""
    return roles_at(person, at=at).filter(kind=RoleKind.TEAM, programme=programme, cohort__isnull=True).exists()


def belongs(person: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether a person has any role in a programme or one of its cohorts."""
    return roles_at(person, at=at).filter(programme=programme).exists()


def belongs_and_runs(person: Person | None, programme: Programme, *, at: datetime) -> tuple[bool, bool]:
    """Say both `belongs` and `runs`, in one query: what every page of a team asks first."""
    held = list(roles_at(person, at=at).filter(programme=programme).values_list("kind", "cohort"))
    return bool(held), any(kind == RoleKind.TEAM and cohort is None for kind, cohort in held)


def keeps_people(by: Person | None, *, at: datetime) -> bool:
    """Say whether somebody keeps people and organisations: whoever is on a team, and the program itself (None)."""
    return by is None or roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).exists()


def can_edit(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may change what is said of a person: they themselves, and a team that knows of them."""
    if by is None or by.pk == person.pk:
        return True
    run = roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).values("programme")
    return person.roles.filter(programme__in=run).exists()


def can_ask_erasure(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may ask that a person be forgotten: they themselves, and a team that knows of them.

    A team can't for somebody who has a role in a programme it does not run, or is to have one: only they themselves know what
    all of it is worth.
    """
    if by is None or by.pk == person.pk:
        return True
    run = roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).values("programme")
    not_over = Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at))
    elsewhere = person.roles.filter(not_over).exclude(programme__in=run)
    return person.roles.filter(programme__in=run).exists() and not elsewhere.exists()


def can_take_back_erasure(by: Person | None, erasure: Erasure, *, at: datetime) -> bool:
    """Say whether somebody may keep a person after all: they themselves, and where a team asked, every team that knows of them.

    Another team may have given them a role since; keeping somebody takes nothing from anybody.
    """
    if erasure.person is None:
        return False
    if by is None or by.pk == erasure.person_id:
        return True
    return not erasure.asked_by_self and can_edit(by, erasure.person, at=at)


def speaks_for(by: Person | None, organisation: Organisation, *, programme: Programme | None = None, at: datetime) -> bool:
    """Say whether somebody speaks for an organisation now: its contact person, and its partner contact in a programme.

    A partner contact speaks in the programme they are that in; without `programme`, in any.
    """
    if by is None:
        return False
    contact = roles_at(by, at=at).filter(kind=RoleKind.PARTNER_CONTACT, organisation=organisation)
    if (contact.filter(programme=programme) if programme else contact).exists():
        return True
    return organisation.affiliations.filter(with_it_on(day_of(at)), person=by, is_contact=True).exists()


def can_see_as(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may see the Hub as a person does: on the team of every programme that person has or had a part in.

    So of every other in which anything of theirs stands, an answer to a form for anybody or a place in a webinar: otherwise
    they would see through somebody's eyes what they may not see with their own.
    """
    if by is None or by.pk == person.pk or person.erased_at is not None:
        return False
    mine = set(roles_at(by, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True).values_list("programme", flat=True))
    return person.roles.exists() and traces_of(person.pk, Programme) <= mine


def answers_for(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may say where a person signs in: they themselves, and as for `can_see_as`."""
    return by is None or by.pk == person.pk or can_see_as(by, person, at=at)


def can_invite(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may make a link that lets a person in: as for `can_see_as`, and only until that person came in.

    Whoever makes the link could use it; a link into an account somebody uses would be a way into what is theirs.
    """
    if by is None:
        return True
    has_been_in = Account.objects.filter(person=person, last_login__isnull=False).exists()
    return can_see_as(by, person, at=at) and not has_been_in


def can_put_address_right(by: Person | None, person: Person, *, at: datetime) -> bool:
    """Say whether somebody may put right where mail to a person goes: as for `answers_for`, and only until that person came in.

    Who signed in once, or proved an address, reads their mail: from then on only they change where it goes.
    """
    is_theirs = Q(last_login__isnull=False) | Q(emailaddress__verified=True)
    return answers_for(by, person, at=at) and not Account.objects.filter(is_theirs, person=person).exists()


def knows_both(by: Person | None, one: Person, other: Person, *, at: datetime) -> bool:
    """Say whether somebody is on a team that knows both, so that they may say whether they are one person."""
    return by is None or known_to_team(by, at=at).filter(pk__in=(one.pk, other.pk)).count() == 2


def rights_beyond(by: Person | None, kept: Person, gone: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes a merge would open to whoever signs in as the one record, and somebody does not run.

    Those are the programmes in which the other record has a part, now or later, and this one has not; and of whose team only
    one of the two is. A merge must not let people in, or put them on a team, where they could not be put by hand.
    """
    if by is None:
        return []
    enters = gone if Account.objects.filter(person=gone).exists() and not Account.objects.filter(person=kept).exists() else kept
    roles = Role.objects.filter(person__in=(kept, gone)).exclude(programme__in=programmes_run_by(by, at=at).order_by())
    parts: dict[Programme, set[int]] = {}
    teams: dict[Programme, set[int]] = {}
    for role in roles.select_related("programme").order_by("pk"):
        if role.ends_on is None or role.ends_on > day_of(at):
            parts.setdefault(role.programme, set()).add(role.person_id)
            if role.kind == RoleKind.TEAM and role.cohort_id is None:
                teams.setdefault(role.programme, set()).add(role.person_id)
    opened = [programme for programme, people in parts.items() if enters.pk not in people]
    return opened + [programme for programme, people in teams.items() if len(people) == 1 and programme not in opened]


def can_part(by: Person | None, kept: Person, *, at: datetime) -> bool:
    """Say whether somebody may undo a merge: whoever is on a team that knows the person it left."""
    return by is None or known_to_team(by, at=at).filter(pk=kept.pk).exists()
