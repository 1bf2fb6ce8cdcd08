"""Read attendance reports: who is expected, whom an address means, and how a report stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hub.core.names import plain
from hub.participation.models import AttendanceReport, Booking, ReportPresence
from hub.participation.permissions import can_keep_register
from hub.people.models import Person, day_of
from hub.people.queries.persons import organisations_on
from hub.people.queries.reached import addresses_of, main_addresses, people_by_key, taking_part_on
from hub.programmes.models import Programme
from hub.schedule.models import Session


def known_addresses(programme: Programme) -> dict[str, int]:
    """Give whom each address of somebody with a part in a programme, once or now, means. One query."""
    return addresses_of(programme)


def expected_names(session: Session, *, at: datetime) -> list[tuple[int, str]]:
    """Give who may be meant by a name: whoever takes part in the cohort on the session's day (today, where it has none), and
    who has or had a booking. Two queries.
    """
    found = dict(taking_part_on(session.cohort, session.date or day_of(at)))
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
    """A presence as a person settles it: whom it may mean, with the reason, and those of the same name.

    `choices` are the candidates as they are shown (key, name, reason), `settled_as` whom it means; namesakes are told apart.
    """

    presence: ReportPresence
    candidates: tuple[tuple[Person, str], ...]
    twins: tuple[int, ...]
    choices: tuple[tuple[int, str, str], ...]
    settled_as: str


def lines_of(report: AttendanceReport, *, shows_addresses: bool = False) -> list[Line]:
    """Give the presences of a report: those to decide first, then the settled ones, by name. Two queries, three with namesakes.

    Of people with one name the organisation is said, or, where addresses may be shown, the address.
    """
    rows = list(report.presences.select_related("person").order_by("is_decided", "name", "number"))
    people = people_by_key({key for row in rows for key, _ in row.candidates})
    named = people | {row.person.pk: row.person for row in rows if row.person}
    shown = _told_apart(named, report.session, shows_addresses=shows_addresses)
    return [
        Line(
            row,
            tuple((people[key], reason) for key, reason in row.candidates if key in people),
            tuple(row.twins),
            tuple((key, shown[key], reason) for key, reason in row.candidates if key in people),
            shown[row.person.pk] if row.person else "",
        )
        for row in rows
    ]


def _told_apart(people: dict[int, Person], session: Session, *, shows_addresses: bool) -> dict[int, str]:
    """Give how people are named: by more than their name where two are called the same."""
    bearers = Counter(plain(person.name) for person in people.values())
    namesakes = [key for key, person in people.items() if bearers[plain(person.name)] > 1]
    more: dict[int, str] = {}
    if namesakes and shows_addresses:
        more = main_addresses(namesakes)
    elif namesakes and session.date is not None:
        more = {
            key: ", ".join(each.name for each in theirs) for key, theirs in organisations_on(namesakes, session.date).items()
        }
    return {key: f"{person.name}, {more[key]}" if key in more else person.name for key, person in people.items()}
