"""How the journal of bookings reads, and who may read it."""

from __future__ import annotations

from datetime import datetime

from hub.core.booking import Way
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.participation import permissions
from hub.participation.models import Booking, BookingTerms
from hub.people.models import Person

_DID = {
    "approved": "said yes to a booking",
    "queued": "said yes to a booking; it waits for a place",
    "declined": "said no to a booking",
    "offered": "offered a place that became free",
    "moved-up": "gave a place that became free",
    "accepted": "said yes to an offered place",
    "lapsed": "let an offer go that nobody took",
    "given": "gave a place out of turn",
    "withdrawn": "gave a place back",
    "removed": "took a place back",
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
}
for _key, _words in _ROOM.items():
    journal.presenter(*_key)(_saying(_words))
