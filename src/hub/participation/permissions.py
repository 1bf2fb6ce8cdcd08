"""Who may book for whom, and who runs the bookings of a programme."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from hub.core.errors import NotAllowed
from hub.participation.models import Booking, OneToOne
from hub.participation.models.attendance import sessions_led_by
from hub.people import permissions
from hub.people.models import Person, Role, RoleKind, day_of
from hub.people.queries import roles_of
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Session


def can_run(by: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether somebody may see and change all bookings of a programme: its team, and the program (None)."""
    return by is None or permissions.runs(by, programme, at=at)


def require_team(by: Person | None, programme: Programme, *, at: datetime, doing: str) -> None:
    """Let the team of the programme pass. `doing` ends the sentence: "decide who gets a place". Raises NotAllowed."""
    if not can_run(by, programme, at=at):
        raise NotAllowed(f"Only the team of the programme can {doing}.")


def is_theirs(by: Person | None, booking: Booking) -> bool:
    """Say whether a booking is somebody's own, or of a colleague they brought."""
    return by is not None and (
        booking.person_id == by.pk or (booking.brought_by is not None and booking.brought_by.person_id == by.pk)
    )


def can_withdraw(by: Person | None, booking: Booking, *, at: datetime) -> bool:
    """Say whether somebody may give a place back: whose it is, who brought them, and the team."""
    return is_theirs(by, booking) or can_run(by, booking.session.cohort.programme, at=at)


# -- registers and commitments


def can_keep_register(by: Person | None, session: Session, *, at: datetime) -> bool:
    """Say whether somebody may fill, correct and close a session's register: the team, and who leads it in its cohort."""
    return can_run(by, session.cohort.programme, at=at) or session.pk in sessions_led_by(by, at=at)


def is_self_or_team(by: Person | None, person: Person, programme: Programme, *, at: datetime) -> bool:
    """Say whether something of a person's is theirs to see: their own, and the team's."""
    return (by is not None and by.pk == person.pk) or can_run(by, programme, at=at)


# -- one-to-ones

COACHES = (RoleKind.COACH, RoleKind.FACILITATOR, RoleKind.TEAM)


def coaching_parts(person: Person, *, at: datetime) -> QuerySet[Role]:
    """Give the parts by which somebody may be there for 1:1s, now or soon: as coach, facilitator or team."""
    going_on = Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at))
    return roles_of(person).select_related(None).filter(going_on, kind__in=COACHES)


def can_coach(person: Person, programme: Programme, cohort: Cohort | None, *, at: datetime) -> bool:
    """Say whether somebody may be there for 1:1s in a cohort, or in a whole programme."""
    where = Q(cohort__isnull=True) if cohort is None else Q(cohort__isnull=True) | Q(cohort=cohort)
    return coaching_parts(person, at=at).filter(where, programme=programme).exists()


def coaches_on(parts: Iterable[tuple[str, int | None, date, date | None]], cohort: int | None, day: date) -> bool:
    """Say whether some parts in a programme let their person give 1:1s in a cohort, or in all of it, on a day or later."""
    return any(
        kind in COACHES and where in (None, cohort) and (ends_on is None or ends_on > day) for kind, where, _, ends_on in parts
    )


def is_one_of(by: Person | None, one: OneToOne) -> bool:
    """Say whether a 1:1 is somebody's own."""
    return by is not None and by.pk in (one.coach_id, one.expert_id)


def has_one_to_ones_on(parts: Iterable[tuple[str, int | None, date, date | None]], cohort: int, day: date) -> bool:
    """Say whether some parts in a programme let their person have 1:1s in a cohort, as its Expert, on a day or later."""
    return any(
        kind == RoleKind.EXPERT and where == cohort and (ends_on is None or ends_on > day) for kind, where, _, ends_on in parts
    )


def can_change(by: Person | None, one: OneToOne, *, at: datetime) -> bool:
    """Say whether somebody may move or cancel a 1:1: one of the two, and the team."""
    return is_one_of(by, one) or can_run(by, one.cohort.programme, at=at)


def needs_notice(by: Person | None, one: OneToOne) -> bool:
    """Say whether the notice binds somebody: the Expert; the coach and the team are free."""
    return by is not None and by.pk == one.expert_id
