"""Take attendance from files: read, propose, let a person say who is who, and mark the register. Nothing counts before that.

Source: lessons, "Attendance and commitments": files only propose; an exact address is automatic, a name never is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import transaction

from hub.core.attendance import (
    Attended,
    How,
    Known,
    Match,
    Part,
    Presence,
    Sort,
    Sureness,
    counted,
    gather,
    propose,
    reconsider,
    say_elsewhere,
    split,
    standing,
    unite,
)
from hub.core.calendar import instant, place_of, say_times
from hub.core.errors import NotAllowed, NotFromHere, Refusal
from hub.core.occurrence import Occurrence
from hub.core.register import check_register
from hub.core.room import meeting
from hub.kit import journal
from hub.participation.commands.attendance import add_minutes, locked_register, mark_attendance
from hub.participation.models import Attendance, AttendanceReport, KnownAs, ReportPresence
from hub.participation.permissions import can_keep_register
from hub.participation.queries.reports import expected_names, known_addresses
from hub.people.models import Person
from hub.people.queries.reached import having_a_part
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now
from hub.services.reports import BadReport, Kind, in_zone, read_report

MOST_FILES = 10
KEPT = timedelta(days=30)  # a report nobody settled
_MOST_SHOWN = 50  # findings


class NoFiles(Refusal):
    """A report without a file says nothing."""

    code: ClassVar[str] = "no-files"


class OfAnotherTime(Refusal):
    """A file whose times all lie outside the session: somebody says that it is the right one, or nothing of it is used."""

    code: ClassVar[str] = "of-another-time"


class FileRefused(Refusal):
    """A file that is no report of who was there, or is cut off; the sentence names the file and the line."""

    code: ClassVar[str] = "file-refused"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A report that was taken over, and the names of those of whom the register says otherwise than the file, and holds."""

    report: AttendanceReport
    otherwise: tuple[str, ...] = ()


def take_report(
    session: Session,
    files: Sequence[tuple[str, bytes]],
    *,
    zone: str = "",
    is_day_first: bool | None = None,
    least_minutes: int = 0,
    by: Person | None,
    at: datetime,
) -> AttendanceReport:
    """Read the files of one session (name, octets) together, and propose who is who. Nothing is marked yet.

    Times in files that name no zone are wall times of `zone`, the host's; where nothing is said, the session's. Minutes outside
    the session don't count (`core.attendance.counted`), and a file whose times all lie outside it is used only once somebody
    vouches for it (`vouch_for_report`).
    Raises NotAllowed, NoRegister, NoFiles, FileRefused.
    """
    _must_keep(session, by, at)
    occurrence = check_register(released_now(session), at=at)
    if not files or len(files) > MOST_FILES:
        raise NoFiles(f"Choose a file, at most {MOST_FILES} at once." if files else "Choose a file.", field="reports")
    lines, findings, kinds, elsewhere = [], [], [], []
    for number, (name, octets) in enumerate(files):
        try:
            read = read_report(octets, name=name, is_day_first=is_day_first, near=occurrence.date)
            report = in_zone(read, zone or occurrence.zone)
        except BadReport as no:
            line = f" Look at line {no.line}." if no.line > 1 else ""
            raise FileRefused(f"{no.sentence}{line}", field="reports") from no
        kinds.append(_KINDS[report.kind])
        findings += [[name, each.line, each.sentence] for each in report.findings]
        rows = [each for each in report.rows if each.name or each.address]
        lines += [replace(each, file=number) for each in rows] if number else rows
        told = name[:60] if len(files) > 1 else ""
        elsewhere.append(say_elsewhere(report.rows, window=_held_from_to(occurrence), zone=occurrence.zone, file=told))
    window = _window(occurrence)
    doubt = " ".join(filter(None, elsewhere))[:500]
    gathered = gather(lines, window=window)
    presences = gathered if doubt else [counted(each, window=window) for each in gathered]
    programme = session.cohort.programme
    keys = [each.key for each in presences]
    remembered = dict(KnownAs.objects.filter(programme=programme, key__in=keys).values_list("key", "person")) if keys else {}
    matches = propose(presences, known=known_addresses(programme), remembered=remembered, names=expected_names(session, at=at))
    kept = {"lines": len(lines), "findings": findings[:_MOST_SHOWN], "kinds": ", ".join(kinds)[:120], "elsewhere": doubt}
    raw = {each.key: each for each in gathered}
    return _keep_report(session, matches, raw, kept, least_minutes=least_minutes, by=by, at=at)


@transaction.atomic
def _keep_report(
    session: Session,
    matches: Sequence[Match],
    raw: Mapping[str, Presence],
    kept: dict[str, Any],
    *,
    least_minutes: int,
    by: Person | None,
    at: datetime,
) -> AttendanceReport:
    """Write a report down: who was there as it counts, and their times as they are (`raw`), to be counted anew."""
    report = AttendanceReport.objects.create(session=session, least_minutes=least_minutes, taken_at=at, taken_by=by, **kept)
    numbers = {match.presence.key: number for number, match in enumerate(matches, start=1)}
    here = having_a_part(session.cohort.programme, {match.person for match in matches if match.person})
    ReportPresence.objects.bulk_create(
        [
            ReportPresence(
                report=report,
                number=number,
                key=match.presence.key[:400],
                name=match.presence.name[:300],
                address=match.presence.address[:320],
                also=list(match.presence.also),
                sort=match.presence.sort.value,
                was_there=match.presence.was_there,
                minutes=match.presence.minutes,
                times=_times(raw[match.presence.key]),
                notes=list(match.presence.notes),
                sureness=match.sureness.value,
                why=match.why[:300],
                candidates=[[each.person, each.reason] for each in match.candidates],
                twins=[numbers[key] for key in match.twins if key in numbers],
                person_id=match.person if match.person in here else None,
                is_decided=match.sureness.is_settled and (match.person is None or match.person in here),
            )
            for number, match in enumerate(matches, start=1)
        ],
        batch_size=500,
    )
    journal.record("report-taken", report, by=by, at=at, part_of=session, kinds=report.kinds, lines=report.lines)
    return report


@transaction.atomic
def vouch_for_report(report: AttendanceReport, *, by: Person | None, at: datetime) -> AttendanceReport:
    """Say that files whose times lie outside the session are the right ones all the same: their minutes count as they stand.

    Raises NotAllowed, NotFromHere.
    """
    row = _held(report, by, at)
    if not row.is_doubtful:
        raise NotFromHere("Nobody doubts these files.")
    row.is_vouched = True
    row.save(update_fields=["is_vouched"])
    journal.record("report-vouched", row, by=by, at=at, part_of=row.session)
    return row


@transaction.atomic
def decide_presences(
    report: AttendanceReport, decisions: Mapping[int, Person | None], *, by: Person | None, at: datetime
) -> None:
    """Say whom presences (by number) mean, None for nobody we count; remembered for the next file of the programme.

    Raises NotAllowed, NotFromHere, OfAnotherTime, and LookupError for a number that is none of the report's.
    """
    row = _undoubted(report, by, at)
    presences = {each.number: each for each in row.presences.filter(number__in=list(decisions))}
    here = having_a_part(row.session.cohort.programme, {person.pk for person in decisions.values() if person})
    known = []
    for number, person in decisions.items():
        presence = presences[number]
        if person is not None and person.pk not in here:
            raise NotAllowed("Only somebody with a part in the programme can be counted. Bring them in first.")
        presence.person, presence.is_decided = person, True
        if presence.key:
            known.append(
                KnownAs(
                    programme=row.session.cohort.programme,
                    key=presence.key,
                    name=presence.name,
                    report=row,
                    person=person,
                    decided_at=at,
                    decided_by=by,
                )
            )
    ReportPresence.objects.bulk_update(presences.values(), ["person", "is_decided"], batch_size=200)
    KnownAs.objects.bulk_create(
        known,
        update_conflicts=True,
        update_fields=["name", "report", "person", "decided_at", "decided_by"],
        unique_fields=["programme", "key"],
        batch_size=200,
    )


@transaction.atomic
def reopen_presence(report: AttendanceReport, number: int, *, by: Person | None, at: datetime) -> ReportPresence:
    """Open a settled presence again: it is to decide, what it was comes first, and what was remembered of it is forgotten.

    Raises NotAllowed, NotFromHere, OfAnotherTime, and ReportPresence.DoesNotExist for a number that is none of the report's.
    """
    row = _undoubted(report, by, at)
    presence = row.presences.get(number=number)
    if not presence.is_decided:
        raise NotFromHere("This is still to decide.")
    programme = row.session.cohort.programme
    before = {} if presence.sureness == Sureness.SURE.value else {presence.key: presence.person_id}
    known, names = known_addresses(programme), expected_names(row.session, at=at)
    match = reconsider(_presence(presence), known=known, remembered=before, names=names)
    presence.person, presence.is_decided, presence.sureness = None, False, match.sureness.value
    presence.why = match.why[:300]
    presence.candidates = [[each.person, each.reason] for each in match.candidates]
    presence.save(update_fields=["person", "is_decided", "sureness", "why", "candidates"])
    _forget(row, presence)
    return presence


@transaction.atomic
def split_presence(report: AttendanceReport, number: int, *, by: Person | None, at: datetime) -> list[ReportPresence]:
    """Say that several people were there under one name: each becomes a line of its own, to decide.

    Their name means none of them from now on, so nothing is remembered by it. Raises NotAllowed, NotFromHere, OfAnotherTime,
    and ReportPresence.DoesNotExist for a number that is none of the report's.
    """
    row = _undoubted(report, by, at)
    presence = row.presences.get(number=number)
    if not presence.may_be_split or presence.is_decided:
        raise NotFromHere("There is nothing to take apart here.")
    occurrence = check_register(released_now(row.session), at=at)
    window = None if row.is_vouched else _window(occurrence)
    parts = split(_presence(presence), window=window)
    most = row.presences.order_by("-number").values_list("number", flat=True)[0]
    numbers = [number, *range(most + 1, most + len(parts))]
    _forget(row, presence)
    rows = []
    for each, part in zip(numbers, parts, strict=True):
        shown = counted(part, window=window)
        rows.append(
            ReportPresence(
                pk=presence.pk if each == number else None,
                report=row,
                number=each,
                name=presence.name,
                also=presence.also,
                sort=presence.sort,
                was_there=shown.was_there,
                minutes=shown.minutes,
                times=_times(part),
                sureness=presence.sureness,
                why=_one_of(part, len(parts), occurrence.zone),
                candidates=presence.candidates,
                twins=[other for other in numbers if other != each],
            )
        )
        rows[-1].save()
    return rows


@transaction.atomic
def take_over_report(report: AttendanceReport, *, in_place: bool = False, by: Person | None, at: datetime) -> TakenOver:
    """Mark in the register who came, with their minutes. What the team said itself stays; who is undecided is not counted.

    What holds beside what an earlier file said, or somebody, is for `core.attendance.standing` to say: who checked in or was
    ticked is known by that, and gets the minutes of the file. `in_place`: of whom it names, what earlier files said does not
    count any more, because somebody says that this one puts them right. Minutes are those within the session, but for files
    somebody vouched for. Names and addresses of the file go.
    Raises NotAllowed, NotFromHere, OfAnotherTime, NoRegister, RegisterClosed.
    """
    row = _undoubted(report, by, at)
    occurrence = check_register(released_now(row.session), at=at)
    window = None if row.is_vouched else _window(occurrence)
    presences = list(row.presences.select_related("person").order_by("number"))
    by_person: dict[int, list[ReportPresence]] = {}
    people: dict[int, Person] = {}
    for each in presences:
        if each.is_decided and each.person is not None:
            by_person.setdefault(each.person.pk, []).append(each)
            people[each.person.pk] = each.person
    locked_register(row.session)  # nobody ticks or checks in between looking and writing
    there = {each.person_id: each for each in Attendance.objects.filter(session=row.session, person__in=list(people))}
    marks: dict[Person, bool] = {}
    minutes: dict[Person, int] = {}
    added: dict[Person, int] = {}
    came, otherwise = 0, []
    for key, person in people.items():
        together = counted(unite([_presence(each) for each in by_person[key]], window=window), window=window)
        was_there = _counts(together, row.least_minutes)
        if was_there is None:
            continue
        stands = there.get(key)
        holds = _beside(stands, together, was_there=was_there, in_place=in_place, at=at)
        came += was_there and bool(holds.was_there)
        stayed = together.minutes if holds.was_there == was_there else None
        if stands is not None and stands.came == was_there and not in_place:
            stayed = max((each for each in (stayed, stands.minutes) if each is not None), default=None)
        if holds.how is How.FILE:
            marks[person] = bool(holds.was_there)
            if stayed is not None:
                minutes[person] = stayed
        elif holds.was_there != was_there:
            otherwise.append(person.name)
        elif was_there and stayed is not None:
            added[person] = stayed
    mark_attendance(row.session, marks, how=How.FILE, minutes=minutes, by=by, at=at)
    add_minutes(row.session, added, in_place=in_place, by=by, at=at)
    others = len(presences) - sum(map(len, by_person.values()))
    settled = _settle(
        row, is_taken_over=True, came=came, others=others, otherwise=len(otherwise), in_place=in_place, by=by, at=at
    )
    return TakenOver(settled, tuple(sorted(otherwise)))


@transaction.atomic
def lay_aside_report(report: AttendanceReport, *, by: Person | None, at: datetime) -> AttendanceReport:
    """Use nothing of a report; what it names goes. Raises NotAllowed, NotFromHere."""
    return _settle(_held(report, by, at), is_taken_over=False, came=0, others=0, by=by, at=at)


@transaction.atomic
def let_go_reports(*, at: datetime) -> int:
    """Lay aside the reports nobody settled in thirty days; gives how many."""
    old = AttendanceReport.objects.select_for_update().filter(settled_at__isnull=True, taken_at__lt=at - KEPT)
    rows = list(old.order_by("pk"))
    for row in rows:
        _settle(row, is_taken_over=False, came=0, others=0, by=None, at=at)
    return len(rows)


def _settle(
    row: AttendanceReport,
    *,
    is_taken_over: bool,
    came: int,
    others: int,
    otherwise: int = 0,
    in_place: bool = False,
    by: Person | None,
    at: datetime,
) -> AttendanceReport:
    row.settled_at, row.settled_by, row.is_taken_over, row.came, row.others = at, by, is_taken_over, came, others
    row.findings, row.elsewhere = [], ""  # they may quote names
    row.save()
    row.presences.all().delete()
    verb = "report-taken-over" if is_taken_over else "report-laid-aside"
    journal.record(
        verb, row, by=by, at=at, part_of=row.session, came=came, others=others, otherwise=otherwise, in_place=in_place
    )
    return row


def _forget(row: AttendanceReport, presence: ReportPresence) -> None:
    KnownAs.objects.filter(programme=row.session.cohort.programme, key=presence.key).delete()


def _one_of(part: Presence, count: int, zone: str) -> str:
    """Say which of several of one name a part is: by its times, on the clock of a zone, where it has any."""
    if part.first is None or part.last is None:
        return f"One of {count} under this name."
    first, last = (each.astimezone(ZoneInfo(zone)).time() for each in (part.first, part.last))
    return f"One of {count} under this name, there {say_times(first, last)} ({place_of(zone)})."


def _held(report: AttendanceReport, by: Person | None, at: datetime) -> AttendanceReport:
    """Lock a report that is not settled yet."""
    _must_keep(report.session, by, at)
    rows = AttendanceReport.objects.select_for_update(of=("self",)).select_related("session__cohort__programme")
    row = rows.get(pk=report.pk)
    if row.settled_at is not None:
        raise NotFromHere("This report is settled already.")
    return row


def _undoubted(report: AttendanceReport, by: Person | None, at: datetime) -> AttendanceReport:
    """Lock a report that is used: its files are of the session, or somebody said so."""
    row = _held(report, by, at)
    if row.is_doubtful:
        raise OfAnotherTime(f"{row.elsewhere} Say that it is the right file all the same, or lay it aside.")
    return row


def _window(occurrence: Occurrence) -> tuple[datetime, datetime] | None:
    """Give the time of a session in which minutes count; None where its beginning or its end is open."""
    return (occurrence.starts_at, occurrence.ends_at) if occurrence.starts_at and occurrence.ends_at else None


def _held_from_to(occurrence: Occurrence) -> tuple[datetime, datetime]:
    """Give the time in which a file of the session has some of its times: the session's, or its day where it has none."""
    if occurrence.starts_at is not None:
        span = meeting(occurrence.starts_at, occurrence.ends_at)
        return span.opens_at, span.closes_at
    assert occurrence.date is not None  # a register has a day
    day, after = occurrence.date, occurrence.date + timedelta(days=1)
    return instant(day, time(0), occurrence.zone), instant(after, time(0), occurrence.zone)


def _must_keep(session: Session, by: Person | None, at: datetime) -> None:
    if not can_keep_register(by, session, at=at):
        raise NotAllowed("The team, and whoever leads the session, keep its register.")


def _counts(presence: Presence, least: int) -> bool | None:
    """Say whether somebody counts as there; None where the file does not say."""
    if presence.was_there is None:
        return None
    return presence.was_there and (presence.minutes is None or presence.minutes >= least)


def _beside(row: Attendance | None, presence: Presence, *, was_there: bool, in_place: bool, at: datetime) -> Attended:
    """Say what holds of a file beside what stands in the register; `in_place`: in place of what files said there."""
    file = Known(how=How.FILE, was_there=was_there, at=at, minutes=presence.minutes)
    if row is None or (in_place and How(row.how) is How.FILE):
        return standing([file])
    return standing(
        [Known(how=How(row.how), was_there=row.came, at=row.at, minutes=row.minutes, reason=row.reason or "-"), file]
    )


_KINDS = {
    Kind.ZOOM: "Zoom meeting",
    Kind.ZOOM_WEBINAR: "Zoom webinar",
    Kind.TEAMS: "Teams",
    Kind.EVENTBRITE: "Eventbrite",
    Kind.FORM: "Form",
    Kind.NOTES: "Sign-in lines of notes",
    Kind.TABLE: "Table",
}


def _times(presence: Presence) -> dict[str, Any]:
    return {
        **_written((presence.spans, presence.stated)),
        "seconds": presence.seconds,
        "apart": [_written(part) for part in presence.apart],
    }


def _written(part: Part) -> dict[str, Any]:
    spans, stated = part
    return {
        "spans": [[start.isoformat(), end.isoformat()] for start, end in spans],
        "stated": [
            [start.isoformat() if start else None, end.isoformat() if end else None, seconds] for start, end, seconds in stated
        ],
    }


def _part(times: Mapping[str, Any]) -> Part:
    def moment(text: str | None) -> datetime | None:
        return datetime.fromisoformat(text) if text else None

    return (
        tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in times["spans"]),
        tuple((moment(start), moment(end), seconds) for start, end, seconds in times["stated"]),
    )


def _presence(row: ReportPresence) -> Presence:
    spans, stated = _part(row.times)
    return Presence(
        key=row.key,
        name=row.name,
        address=row.address,
        also=tuple(row.also),
        sort=Sort(row.sort),
        was_there=row.was_there,
        spans=spans,
        stated=stated,
        seconds=row.times["seconds"],
        notes=tuple(row.notes),
        apart=tuple(_part(each) for each in row.times["apart"]),
    )
