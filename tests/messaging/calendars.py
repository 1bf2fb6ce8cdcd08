"""A calendar program that takes invitations in as RFC 5546 wants it: by UID, and only what is newer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from icalendar import Calendar

from hub.services.mail import Envelope
from tests.messaging.telling import Scene


@dataclass(slots=True)
class Entry:
    """What a calendar holds of a session; a cancelled one is remembered, so that nothing older brings it back."""

    sequence: int
    begins: datetime
    title: str
    is_there: bool


@dataclass(slots=True)
class Held:
    """One person's calendar."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def take(self, letter: EmailMessage) -> None:
        """Take the invitation of a mail in, if it has one."""
        for part in letter.walk():
            if part.get_content_type() != "text/calendar" or part.get_filename():
                continue
            calendar = Calendar.from_ical(part.get_content())
            method, (event,) = str(calendar["METHOD"]), calendar.walk("VEVENT")
            assert part.get_param("method") == method
            assert f"mailto:{letter['To'].addresses[0].addr_spec}" == str(event["ATTENDEE"])
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            known = self.entries.get(uid)
            if known is not None and sequence <= known.sequence:
                continue
            is_there = method == "REQUEST"
            self.entries[uid] = Entry(sequence, event["DTSTART"].dt, str(event["SUMMARY"]), is_there)

    def there(self) -> dict[str, datetime]:
        """What its owner sees: uid and beginning."""
        return {uid: entry.begins for uid, entry in self.entries.items() if entry.is_there}


def calendars(scene: Scene) -> dict[str, Held]:
    """Give the calendars of everybody who got mail, by address, as if each had taken in all of it in order."""
    found: dict[str, Held] = {}
    for letter in scene.letters():
        found.setdefault(str(letter["To"].addresses[0].addr_spec), Held()).take(letter)
    return found


def is_invitation(envelope: Envelope) -> bool:
    """Whether a mail has an invitation."""
    return b"text/calendar" in envelope.message
