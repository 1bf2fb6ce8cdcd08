"""How the journal of bookings reads, and who may read it."""

from __future__ import annotations

from datetime import datetime

from hub.core.booking import Way
from hub.core.load import say_hours
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.participation import permissions
from hub.participation.models import (
    Apart,
    Attendance,
    AttendanceReport,
    Availability,
    Booking,
    BookingTerms,
    CatchUp,
    Certificate,
    CoachingTerms,
    Commitment,
    Excusal,
    KnownAs,
    OneToOne,
    OneToOneNote,
    Proposal,
    Register,
)
from hub.people.models import Person

_DID = {
    "approved": "said yes to a booking",
    "queued": "said yes to a booking; it waits for a place",
    "declined": "said no to a booking",
    "offered": "offered a place that became free",
    "moved-up": "gave a place that became free",
    "accepted": "said yes to an offered place",
    "lapsed": "let an offer go that nobody took",
    "put-back": "took an offer back that nobody could take: the session was off, or without a time",
    "gave-way": "put a booking that came back with a record on the waiting list, first in line: its place had been given on",
    "given": "gave a place out of turn",
    "withdrawn": "gave a place back",
    "removed": "took a place back",
    "kept": "said that a place stays theirs, though they take no part by then",
}
_BOOKED = {"booked": "booked a place", "waiting": "joined the waiting list", "asked": "asked for a place"}
_TERMS = {
    "room": "places in the room",
    "online": "places online",
    "is_approved": "whether the team approves each",
    "colleagues": "how many colleagues may be brought",
    "offer_hours": "how long an offer holds",
    "closes_hours": "when booking ends",
    "opens": "who may book from when",
}


@journal.readers("participation.Booking")
def reads_booking(booking: Booking, person: Person | None, *, at: datetime) -> bool:
    """Let whose booking it is, and the team, read its history."""
    return permissions.can_withdraw(person, booking, at=at)


@journal.readers("participation.BookingTerms")
def reads_terms(terms: BookingTerms, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how booking was changed."""
    return permissions.can_run(person, terms.session.cohort.programme, at=at)


@journal.presenter("booked", "participation.Booking")
def _booked(line: Line) -> Told:
    return Told(f"{_BOOKED.get(str(line.facts.get('state')), 'booked')} {_within(line, 'way')}".rstrip())


@journal.presenter("changed-way", "participation.Booking")
def _changed_way(line: Line) -> Told:
    return Told(f"changed a place {_within(line, 'before')} for one {_within(line, 'way')}")


def _within(line: Line, name: str) -> str:
    value = str(line.facts.get(name, ""))
    return Way(value).within if value in set(Way) else ""


@journal.presenter("opened-booking", "participation.BookingTerms")
def _opened(_: Line) -> Told:
    return Told("opened booking")


@journal.presenter("stopped-booking", "participation.BookingTerms")
def _stopped(_: Line) -> Told:
    return Told("stopped booking")


@journal.presenter("changed-booking", "participation.BookingTerms")
def _changed(line: Line) -> Told:
    names = [_TERMS[name] for name in line.facts.get("fields", ()) if name in _TERMS]
    return Told(f"changed how it is booked: {', '.join(names)}" if names else "changed how it is booked")


def _saying(words: str) -> journal.Presenter:
    return lambda _: Told(words)


for _verb, _words in _DID.items():
    journal.presenter(_verb, "participation.Booking")(_saying(_words))


# -- attendance, commitments, load, certificates

_NEW = {
    "Register": {"closed-register": "closed the register", "reopened-register": "opened the register again"},
    "Excusal": {
        "asked": "asked to be excused",
        "accepted": "excused somebody",
        "declined": "did not excuse somebody",
        "withdrawn": "took a request to be excused back",
    },
    "CatchUp": {
        "asked": "said they caught up",
        "accepted": "let a catch-up count",
        "declined": "did not let a catch-up count",
        "withdrawn": "took a catch-up back",
    },
    "CommitmentOverride": {"removed-override": "asks of an Expert what is asked of all"},
    "Agreed": {"took-back-agreed": "took back the hours agreed"},
    "LoadTerms": {"set-load-terms": "said what travel and writing take"},
    "Certificate": {
        "issued": "issued a certificate",
        "revoked": "revoked a certificate",
        "closed": "closed the page of a certificate",
        "reopened": "opened the page of a certificate again",
    },
}


@journal.presenter("marked", "participation.Attendance")
def _marked(line: Line) -> Told:
    return Told("wrote down that somebody came" if line.facts.get("came") else "wrote down that somebody did not come")


@journal.presenter("took-in", "participation.Attendance")
def _took_in(_: Line) -> Told:
    return Told("took in that somebody checked in after the register was closed")


@journal.presenter("added-minutes", "participation.Attendance")
def _added_minutes(line: Line) -> Told:
    minutes = line.facts.get("minutes")
    return Told(f"took from a file how long somebody was there: {minutes} minute{'' if minutes == 1 else 's'}")


@journal.presenter("corrected", "participation.Attendance")
def _corrected(line: Line) -> Told:
    came = "came" if line.facts.get("came") else "did not come"
    reason = line.facts.get("reason")
    return Told(f"corrected the register: somebody {came}{f' ({reason})' if reason else ''}")


@journal.presenter("asked-for", "participation.Commitment")
def _asked_for(line: Line) -> Told:
    return Told(f"asks of each Expert: {line.facts.get('says', '')}")


@journal.presenter("changed-commitment", "participation.Commitment")
def _changed_commitment(line: Line) -> Told:
    before, after = line.facts.get("before", ""), line.facts.get("after", "")
    return Told(f"asks {after} instead of {before}" if before != after else f"changed how {after} is reckoned")


@journal.presenter("removed-commitment", "participation.Commitment")
def _removed_commitment(line: Line) -> Told:
    return Told(f"no longer asks for {line.facts.get('says', '')}")


@journal.presenter("set-override", "participation.CommitmentOverride")
def _set_override(line: Line) -> Told:
    words = "let an Expert off" if line.facts.get("is_waived") else "asks something else of an Expert"
    return Told(f"{words}: {line.facts.get('commitment', '')}")


@journal.presenter("set-made", "participation.Made")
def _set_made(line: Line) -> Told:
    return Told(f"wrote down what an Expert has made: {line.facts.get('number', 0)}")


@journal.presenter("agreed", "participation.Agreed")
def _agreed(line: Line) -> Told:
    return Told(f"wrote down the hours agreed: {say_hours(int(line.facts.get('minutes', 0)))} a month")


@journal.readers("participation.Attendance")
def reads_attendance(row: Attendance, person: Person | None, *, at: datetime) -> bool:
    """Let whose it is, who keeps the register and the team read how a mark changed."""
    is_theirs = person is not None and person.pk == row.person_id
    return is_theirs or permissions.can_keep_register(person, row.session, at=at)


@journal.readers("participation.Register")
def reads_register(row: Register, person: Person | None, *, at: datetime) -> bool:
    """Let who keeps a register read how it was kept."""
    return permissions.can_keep_register(person, row.session, at=at)


@journal.readers("participation.Commitment")
def reads_commitment(row: Commitment, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how commitments changed."""
    return permissions.can_run(person, row.cohort.programme, at=at)


@journal.readers("participation.Excusal")
@journal.readers("participation.CatchUp")
def reads_claim(row: Excusal | CatchUp, person: Person | None, *, at: datetime) -> bool:
    """Let whose it is, and the team, read what became of a request."""
    return permissions.is_self_or_team(person, row.person, row.session.cohort.programme, at=at)


@journal.readers("participation.Certificate")
def reads_certificate(row: Certificate, person: Person | None, *, at: datetime) -> bool:
    """Let whose it is, and the team, read the history of a certificate."""
    return permissions.is_self_or_team(person, row.person, row.cohort.programme, at=at)


for _thing, _verbs in _NEW.items():
    for _verb, _words in _verbs.items():
        journal.presenter(_verb, f"participation.{_thing}")(_saying(_words))


@journal.readers("participation.AttendanceReport")
def reads_report(report: AttendanceReport, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how attendance was taken from files."""
    return permissions.can_run(person, report.session.cohort.programme, at=at)


@journal.readers("participation.KnownAs")
def reads_known_name(row: KnownAs, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how it was changed whom a name in files means."""
    return permissions.can_run(person, row.programme, at=at)


@journal.presenter("report-taken", "participation.AttendanceReport")
def _report_taken(line: Line) -> Told:
    count = line.facts.get("lines", 0)
    return Told(f"read who was there from files ({line.facts.get('kinds', '')}, {count} line{'' if count == 1 else 's'})")


@journal.presenter("report-vouched", "participation.AttendanceReport")
def _report_vouched(_: Line) -> Told:
    return Told("said that files of another time are the right ones")


@journal.presenter("report-taken-over", "participation.AttendanceReport")
def _report_taken_over(line: Line) -> Told:
    otherwise = line.facts.get("otherwise", 0)
    held = f"; of {otherwise} the register says otherwise, which holds" if otherwise else ""
    instead = ", in place of earlier files" if line.facts.get("in_place") else ""
    return Told(f"took over from files who came: {line.facts.get('came', 0)}{instead}{held}")


@journal.presenter("report-laid-aside", "participation.AttendanceReport")
def _report_laid_aside(_: Line) -> Told:
    return Told("laid the files of who was there aside")


# -- the room

_ROOM = {
    ("prepared-room", "participation.RoomPlan"): "prepared the session’s room",
    ("checked-in", "participation.CheckIn"): "checked in",
    ("noted", "participation.SessionNotes"): "wrote in the shared notes",
    ("began-sharing", "participation.NotesExport"): "looked through the notes for what must not leave",
    ("proposed-sharing", "participation.NotesExport"): "proposed what to take out of the notes",
    ("sent-back-sharing", "participation.NotesExport"): "asked to look at the notes again",
    ("approved-sharing", "participation.NotesExport"): "approved the notes",
    ("showed-notes", "participation.NotesExport"): "let everybody read the notes",
    ("hid-notes", "participation.NotesExport"): "took the notes back from the public",
    ("asked-again", "participation.NotesExport"): "asks for the notes to be approved again: a name may no longer stand in them",
    ("noted-run", "participation.RunNote"): "wrote down what to change next time",
    ("said-training", "participation.RunNote"): "said which training this was",
}
for _key, _words in _ROOM.items():
    journal.presenter(*_key)(_saying(_words))


# -- one-to-ones

_SAID = {
    "participation.Availability": {
        "set": "said when they are there for 1:1s",
        "removed": "is there for no more 1:1s",
        "added-day": "took a day off, or was there one day more",
        "removed-day": "let a day be as the others again",
    },
    "participation.CoachingTerms": {
        "set-quota": "said how many 1:1s each Expert may have",
        "shared-outcomes": "let the team read outcomes that are written from then on",
        "kept-outcomes": "let only the two read outcomes that are written from then on",
        "asked-wishes": "asked Experts what suits them",
        "stopped-wishes": "stopped asking what suits Experts",
    },
    "programmes.Cohort": {
        "set-own-quota": "said how many 1:1s one Expert may have",
        "reset-quota": "let an Expert have as many 1:1s as the others",
        "said-wishes": "said when 1:1s suit them",
    },
    "participation.Apart": {"kept-apart": "kept two people apart", "let-together": "let two people meet again"},
    "participation.OneToOne": {
        "booked": "booked a 1:1",
        "moved": "moved a 1:1",
        "cancelled": "cancelled a 1:1",
        "held": "said that a 1:1 was held",
        "missed": "said that a 1:1 was missed",
        "kept": "said that a 1:1 stays, though one of the two takes no part by then",
        "changed-link": "said where a 1:1 meets",
        "wrote-outcome": "wrote down what came of a 1:1",
    },
    "participation.KnownAs": {
        "forgot-name": "forgot whom a name in files means",
        "changed-name": "said whom a name in files means",
    },
    "participation.OneToOneNote": {"noted": "wrote a note", "removed-note": "took a note away"},
    "participation.Proposal": {
        "placed": "placed everybody; a proposal is to be looked at",
        "asked-placing": "asked for everybody to be placed",
        "placing-failed": "could not place everybody",
        "put-in-slot": "put an Expert into another slot of the proposal",
        "took-out": "took an Expert out of the proposal",
        "pinned": "pinned a placing",
        "unpinned": "let a placing go",
        "confirmed": "confirmed who has a 1:1 when",
        "dropped": "threw the proposal away",
    },
}
for _thing, _words_of in _SAID.items():
    for _verb, _words in _words_of.items():
        journal.presenter(_verb, _thing)(_saying(_words))


@journal.readers("participation.Availability")
def reads_availability(row: Availability, person: Person | None, *, at: datetime) -> bool:
    """Let the coach, and the team, read how it was changed."""
    return (person is not None and person.pk == row.coach_id) or permissions.can_run(person, row.programme, at=at)


@journal.readers("participation.CoachingTerms")
def reads_coaching_terms(row: CoachingTerms, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how 1:1s of a cohort were changed."""
    return permissions.can_run(person, row.cohort.programme, at=at)


@journal.readers("participation.Apart")
def reads_apart(row: Apart, person: Person | None, *, at: datetime) -> bool:
    """Let the team alone read who is kept apart."""
    return permissions.can_run(person, row.cohort.programme, at=at)


@journal.readers("participation.OneToOne")
def reads_one_to_one(one: OneToOne, person: Person | None, *, at: datetime) -> bool:
    """Let the two, and the team, read what became of a 1:1."""
    return permissions.can_change(person, one, at=at)


@journal.readers("participation.OneToOneNote")
def reads_note(note: OneToOneNote, person: Person | None, *, at: datetime) -> bool:
    """Let nobody but its author read that a note was written."""
    return person is not None and person.pk == note.author_id


@journal.readers("participation.Proposal")
def reads_proposal(row: Proposal, person: Person | None, *, at: datetime) -> bool:
    """Let the team read how a proposal came about."""
    return permissions.can_run(person, row.cohort.programme, at=at)
