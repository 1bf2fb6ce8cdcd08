"""Who may book for whom, and who runs the bookings of a programme."""

from __future__ import annotations

from datetime import datetime

from hub.core.errors import NotAllowed
from hub.participation.models import Booking
from hub.participation.models.attendance import sessions_led_by
from hub.people import permissions
from hub.people.models import Person
from hub.programmes.models import Programme
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
