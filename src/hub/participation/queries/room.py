"""What is read of a session's room: its times as released, what the team prepared, and who checked in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from hub.core.occurrence import Occurrence, SessionState
from hub.core.room import Span, Stage, is_code_of, to_check_in
from hub.core.timing import Timing, agenda_of, timing
from hub.participation.models import CheckIn, RoomPlan
from hub.people.models import Person
from hub.schedule.models import Session
from hub.schedule.queries.told import released_around

_LONGEST_DAY = timedelta(hours=26)  # a session with all its times lies within so much of now


def secret() -> bytes:
    """Give what the codes to check in by are made with."""
    return settings.SECRET_KEY.encode()


def plan_of(session: Session) -> RoomPlan | None:
    """Give what the team prepared for a session's room."""
    return RoomPlan.objects.filter(session=session).first()


def timing_of(occurrence: Occurrence) -> Timing | None:
    """Give the agenda of a released session with its clock times; None where it has no time or no agenda."""
    if occurrence.starts_at is None:
        return None
    length = occurrence.ends_at - occurrence.starts_at if occurrence.ends_at else None
    parts = agenda_of(occurrence.kind, occurrence.agenda, minutes=int(length.total_seconds() // 60) if length else None)
    return timing(parts, starts_at=occurrence.starts_at, ends_at=occurrence.ends_at) if parts else None


def check_in_of(session: Session, person: Person) -> CheckIn | None:
    """Give somebody's check-in, None where they did not check in."""
    return CheckIn.objects.filter(session=session, person=person).first()


def checked_in_at(uid: str, person: Person) -> datetime | None:
    """Give when somebody checked in to a session known by its identity; None where they did not. One query."""
    return CheckIn.objects.filter(session__uid=uid, person=person).values_list("at", flat=True).first()


def checked_in(session: Session) -> list[CheckIn]:
    """Give who checked in to a session, in the order they came, each with the person. One query."""
    return list(CheckIn.objects.filter(session=session).select_related("person").order_by("at", "pk"))


def how_many_checked_in(session: Session) -> int:
    """Count who checked in to a session."""
    return CheckIn.objects.filter(session=session).count()


@dataclass(frozen=True, slots=True)
class Open:
    """A session in which one checks in now, as released."""

    session: Session
    occurrence: Occurrence


def open_for_check_in(*, at: datetime) -> Iterator[Open]:
    """Yield the sessions of every programme in which one checks in now, as the newest releases have them. Two queries."""
    for session, occurrence in released_around(at - _LONGEST_DAY, at + _LONGEST_DAY):
        if (span := check_in_span(occurrence)) and span.stage(at=at) is Stage.ON:
            yield Open(session, occurrence)


def check_in_span(occurrence: Occurrence) -> Span | None:
    """Say from when to when one checks in; None where it has no time, is cancelled, or nobody meets."""
    if occurrence.starts_at is None or occurrence.state is SessionState.CANCELLED or not occurrence.kind.is_gathering:
        return None
    return to_check_in(occurrence.starts_at, occurrence.ends_at)


def session_of_code(code: str, *, at: datetime) -> Open | None:
    """Find the session whose code this is now, in the form `core.room.read_code` gives. Two queries."""
    return next((each for each in open_for_check_in(at=at) if is_code_of(code, secret(), str(each.session.uid), at=at)), None)
