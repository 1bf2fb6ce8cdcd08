"""What is read of a session's room: its times as released, what the team prepared, and who checked in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from hub.core.attendance import How
from hub.core.occurrence import Occurrence, SessionState
from hub.core.register import Noted, noted
from hub.core.room import Span, Stage, is_code_of, to_check_in
from hub.core.timing import Timing, agenda_of, timing
from hub.participation.models import Attendance, CheckIn, RoomPlan
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


@dataclass(frozen=True, slots=True)
class MyCheckIn:
    """When somebody checked in to a session, and what became of it in the register."""

    at: datetime
    noted: Noted


def check_in_of(occurrence: Occurrence, person: Person) -> MyCheckIn | None:
    """Give somebody's check-in to a session as it stands now; None where they did not check in. One query."""
    rows = _with_marks(CheckIn.objects.filter(session__uid=occurrence.uid, person=person))
    for at, how, came in rows.values_list("at", "said", "came"):
        if is_of_now(at, occurrence):
            return MyCheckIn(at, noted(How(how) if how else None, came=came))
    return None


def late_check_ins(session: Session, occurrence: Occurrence) -> list[CheckIn]:
    """Give who checked in after the register was closed and is not taken in yet, in the order they came. One query.

    Of a register that is closed: into an open one everybody is written as they check in.
    """
    rows = _with_marks(CheckIn.objects.filter(session=session)).select_related("person").order_by("at", "pk")
    return [
        each
        for each in rows
        if is_of_now(each.at, occurrence) and noted(How(each.said) if each.said else None, came=each.came) is Noted.LATE
    ]


def _with_marks(rows: QuerySet[CheckIn]) -> QuerySet[Any]:
    """Say of each check-in what the register has of its person: how it is known, and whether they came; None without a mark."""
    marks = Attendance.objects.filter(session=OuterRef("session"), person=OuterRef("person"))
    return rows.annotate(said=Subquery(marks.values("how")), came=Subquery(marks.values("came")))


def is_of_now(at: datetime, occurrence: Occurrence | None) -> bool:
    """Say whether a check-in at a moment is to a session as it stands now, and not as it stood before it was moved."""
    span = check_in_span(occurrence) if occurrence else None
    return span is None or span.opens_at <= at


def checked_in(session: Session, occurrence: Occurrence | None = None) -> list[CheckIn]:
    """Give who checked in to a session, as it is released where that is given, in the order they came. One query."""
    rows = CheckIn.objects.filter(session=session).select_related("person").order_by("at", "pk")
    return [each for each in rows if is_of_now(each.at, occurrence)]


def how_many_checked_in(session: Session, occurrence: Occurrence | None) -> int:
    """Count who checked in to a session as it stands now. One query."""
    moments = CheckIn.objects.filter(session=session).values_list("at", flat=True)
    return sum(is_of_now(at, occurrence) for at in moments)


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
