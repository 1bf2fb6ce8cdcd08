"""Read attendance reports: who is expected, whom an address means, and how a report stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hub.participation.models import AttendanceReport, Booking, ReportPresence
from hub.participation.permissions import can_keep_register
from hub.people.models import Person
from hub.people.queries.reached import addresses_of, people_by_key, taking_part_in
from hub.programmes.models import Programme
from hub.schedule.models import Session


def known_addresses(programme: Programme) -> dict[str, int]:
    """Give whom each address of somebody with a part in a programme, once or now, means. One query."""
    return addresses_of(programme)


def expected_names(session: Session, *, at: datetime) -> list[tuple[int, str]]:
    """Give who may be meant by a name: whoever takes part in the cohort, and who has or had a booking. Two queries."""
    found = dict(taking_part_in(session.cohort, at=at))
    booked = Booking.objects.filter(session=session, person__erased_at__isnull=True)
    found |= dict(booked.values_list("person", "person__name"))
    return sorted(found.items())


def reports_of(session: Session) -> QuerySet[AttendanceReport]:
    """Give the reports of a session, the newest first."""
    return (
        AttendanceReport.objects.filter(session=session).select_related("taken_by", "settled_by").order_by("-taken_at", "-pk")
    )


def report_seen_by(person: Person | None, session: Session, pk: int, *, at: datetime) -> AttendanceReport | None:
    """Give a report of a session whose register somebody keeps."""
    if not can_keep_register(person, session, at=at):
        return None
    return reports_of(session).select_related("session__cohort__programme").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Line:
    """A presence as a person settles it: whom it may mean, with the reason, and those of the same name."""

    presence: ReportPresence
    candidates: tuple[tuple[Person, str], ...]
    twins: tuple[int, ...]


def lines_of(report: AttendanceReport) -> list[Line]:
    """Give the presences of a report: those to decide first, then the settled ones, by name. Two queries."""
    rows = list(report.presences.select_related("person").order_by("is_decided", "name", "number"))
    people = people_by_key({key for row in rows for key, _ in row.candidates})
    return [
        Line(row, tuple((people[key], reason) for key, reason in row.candidates if key in people), tuple(row.twins))
        for row in rows
    ]
