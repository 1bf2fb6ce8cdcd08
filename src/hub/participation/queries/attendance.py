"""Read registers: who is expected at a session and what is written down, and which registers are still to be filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from hub.core.attendance import How
from hub.core.booking import BookingState
from hub.core.claims import ClaimState
from hub.core.occurrence import Occurrence, SessionState
from hub.core.register import NoRegister, check_register, is_closed, register_opens
from hub.participation.models import Attendance, Booking, BookingTerms, CheckIn, Excusal, Register
from hub.participation.models.attendance import sessions_led_by
from hub.participation.queries.forecasts import asked_to_come, cohorts_asked
from hub.participation.queries.gatherings import closed_registers, gathering_of
from hub.participation.queries.room import is_of_now, late_check_ins
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_by_key
from hub.schedule.models import Session
from hub.schedule.queries.told import released_all_of, released_now, released_now_of
from hub.schedule.queries.working import cohorts_holding

LOOKED_BACK = timedelta(days=60)  # registers further back are asked for no more


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One person of a register: why they stand there, and what is written down; `mark` None is nothing yet.

    Not `is_expected`: asked to come, and took none of the places that are given out. `late_at` is when they checked in after
    the register was closed, until they are taken in.
    """

    person: Person
    why: str  # "Expert", "Booked", "Came"
    mark: Attendance | None
    is_excused: bool = False
    is_expected: bool = True
    late_at: datetime | None = None

    @property
    def came(self) -> bool | None:
        """Whether they came, None where nothing is written down."""
        return None if self.mark is None else self.mark.came

    @property
    def how(self) -> str:
        """How it became known; "" where nothing is written down."""
        return "" if self.mark is None else How(self.mark.how).label


@dataclass(frozen=True, slots=True)
class RegisterShown:
    """A session's register: its people by name, what the release says of the session, and why it can't be filled now.

    `lapsed_at` is when it was closed for a time from which the session was moved since; then it is not closed.
    """

    session: Session
    occurrence: Occurrence | None
    lines: tuple[RegisterLine, ...]
    closed_at: datetime | None
    closed_by: Person | None
    shut: str  # why it can't be filled; "" where it can
    opens_at: datetime | None
    can_close: bool
    lapsed_at: datetime | None

    @property
    def late(self) -> tuple[RegisterLine, ...]:
        """Those who checked in after it was closed and are not taken in yet."""
        return tuple(line for line in self.lines if line.late_at is not None)

    @property
    def came(self) -> int:
        """How many came."""
        return sum(line.came is True for line in self.lines)

    @property
    def expected(self) -> int:
        """How many could have come: those who were expected, and who came besides."""
        return sum(line.is_expected or line.came is True for line in self.lines)


def register_of(session: Session, *, at: datetime) -> RegisterShown:
    """Give the register of a session: its Experts, or where places are given, who has one; and whoever is marked.

    Where a commitment asks Experts to come to a session that gives out places, those without one follow: they missed it if
    they did not come, so they are to be seen, marked and excused. Eleven queries at most, at any size.
    """
    occurrence = released_now(session)
    shut = ""
    try:
        check_register(occurrence, at=at)
    except NoRegister as no:
        shut = no.sentence
    day = occurrence.date if occurrence else session.date
    found: dict[int, tuple[Person, str]] = {}
    experts = experts_of([session.cohort_id], with_past=True, at=at)[session.cohort_id]
    without: frozenset[int] = frozenset()
    if BookingTerms.objects.filter(session=session).exists():
        rows = Booking.objects.filter(session=session, state=BookingState.BOOKED.value).select_related("person")
        found = {row.person_id: (row.person, "Has a place") for row in rows}
        if occurrence:
            asked = asked_to_come(session.cohort, gathering_of(session.pk, session.series_id, occurrence), experts, at=at)
            without = asked - found.keys()
            found |= {
                each.person.pk: (each.person, "Asked to come, has no place") for each in experts if each.person.pk in without
            }
    else:
        for each in experts:
            first = session.cohort.starts_on
            if day is None or any(days.counts_for(day, cohort_first=first) for days in each.parts):
                found[each.person.pk] = (each.person, each.organisation.name if each.organisation else "Expert")
    marks = {row.person_id: row for row in Attendance.objects.filter(session=session).select_related("person", "by")}
    for key, row in marks.items():
        found.setdefault(key, (row.person, "Came as well" if row.came else "Marked"))
    excused = set(Excusal.objects.filter(session=session, state=ClaimState.ACCEPTED.value).values_list("person", flat=True))
    register = Register.objects.filter(session=session).select_related("closed_by").first()
    was_closed_at = register.closed_at if register else None
    closed_at = was_closed_at if is_closed(was_closed_at, occurrence) else None
    late = late_check_ins(session, occurrence) if closed_at and occurrence else []
    late_at = {one.person_id: one.at for one in late}
    found = {one.person_id: (one.person, "Came as well") for one in late} | found
    lines = [
        RegisterLine(person, why, marks.get(key), key in excused, key not in without, late_at.get(key))
        for key, (person, why) in found.items()
    ]
    return RegisterShown(
        session,
        occurrence,
        tuple(sorted(lines, key=lambda line: (not line.is_expected, line.person.plain_name, line.person.pk))),
        closed_at,
        register.closed_by if register else None,
        shut,
        register_opens(occurrence) if occurrence else None,
        not shut and is_closed(at, occurrence),
        was_closed_at if closed_at is None else None,
    )


@dataclass(frozen=True, slots=True)
class ToFill:
    """A session whose register is not closed, as it is released, and when it is over."""

    cohort: Cohort
    session_id: int
    occurrence: Occurrence
    over_at: datetime


def registers_open(cohorts: Sequence[Cohort], *, since: datetime | None) -> list[ToFill]:
    """Give the dated gatherings of some cohorts whose register is not closed, over since a moment (None: all), soonest first.

    Those still to come are among them. Two queries at any size.
    """
    keys = [cohort.pk for cohort in cohorts]
    by_key = {cohort.pk: cohort for cohort in cohorts}
    released = released_all_of(keys) if keys else {}
    closed = closed_registers(released) if keys else {}
    found = []
    for key, rows in released.items():
        for each in rows:
            it = each.occurrence
            if each.session_id is None or each.session_id in closed[key] or not it.kind.is_gathering:
                continue
            over = gathering_of(each.session_id, None, it).over_at
            if over is not None and (since is None or over >= since) and it.state is not SessionState.CANCELLED:
                found.append(ToFill(by_key[key], each.session_id, it, over))
    return sorted(found, key=lambda each: (each.over_at, each.session_id))


def registers_to_fill(programme: Programme, *, at: datetime) -> list[ToFill]:
    """Give the sessions of a programme that are over and whose register nobody has closed. Three queries."""
    return [each for each in registers_open(cohorts_asked(programme, at=at), since=at - LOOKED_BACK) if each.over_at <= at]


@dataclass(frozen=True, slots=True)
class ToTakeIn:
    """A session whose register was closed before people checked in, as it is released, and how many they are."""

    session_id: int
    cohort: Cohort
    occurrence: Occurrence
    count: int


def registers_with_late(cohorts: Sequence[Cohort], *, since: datetime) -> list[ToTakeIn]:
    """Give the sessions of some cohorts to which people checked in after the register was closed, and are not taken in yet.

    Check-ins since a moment. Two queries at most.
    """
    by_key = {cohort.pk: cohort for cohort in cohorts}
    marks = Attendance.objects.filter(session=OuterRef("session"), person=OuterRef("person"))
    said_otherwise = marks.exclude(  # as core.register.noted
        how=How.FILE.value, came=False
    )
    late = CheckIn.objects.filter(
        ~Exists(said_otherwise), session__cohort__in=by_key, session__register__closed_at__lte=F("at"), at__gte=since
    ).select_related("session__register")
    rows = list(late.order_by("session__date", "session"))
    released = released_now_of({each.session_id for each in rows}, by_key) if rows else {}
    counts: dict[int, int] = {}
    for each in rows:
        session = each.session
        it = released.get(session.pk)
        if it is not None and is_closed(session.register.closed_at, it) and is_of_now(each.at, it):
            counts[session.pk] = counts.get(session.pk, 0) + 1
    home = {each.session_id: by_key[each.session.cohort_id] for each in rows}
    return [ToTakeIn(key, home[key], released[key], count) for key, count in counts.items()]


def registers_i_keep(person: Person, *, at: datetime) -> tuple[list[ToFill], list[ToTakeIn]]:
    """Give, of the sessions somebody leads, those whose register is open, from an hour before they begin, and those to which
    people checked in after it was closed. Seven queries at most.
    """
    keys = sessions_led_by(person, at=at)
    if not keys:
        return [], []
    cohorts = list(cohorts_by_key(cohorts_holding(keys)))
    to_fill = [
        each
        for each in registers_open(cohorts, since=at - LOOKED_BACK)
        if each.session_id in keys and (opens := register_opens(each.occurrence)) is not None and opens <= at
    ]
    return to_fill, [each for each in registers_with_late(cohorts, since=at - LOOKED_BACK) if each.session_id in keys]
