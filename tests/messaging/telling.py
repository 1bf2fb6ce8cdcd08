"""A programme that tells things: its cohort is released, its people can be reached, and mail goes where a test can see it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.commands.reconcile import reconcile_messages
from hub.messaging.models import Message, Rule
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort, Programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release, Session
from hub.services.mail import Envelope, MemoryTransport
from tests.factories import BEGUN, a_cohort, an_imported_cohort

AUGUST = datetime(2024, 8, 1, 9, 0, tzinfo=UTC)  # the rules are switched on; the first café is on 4 September, 15:00 (London)
IN_SEPTEMBER = datetime(2024, 9, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """The programme, its cohort, who runs it and who takes part, and what left."""

    programme: Programme
    cohort: Cohort
    mara: Person
    ada: Person
    grace: Person
    mail: MemoryTransport

    def rule(self, usual: str, *, at: datetime = AUGUST) -> Rule:
        """One of the usual rules, switched on, and going without anybody's look."""
        commands.adopt_usual(self.programme, by=None, at=at)
        rule = Rule.objects.get(programme=self.programme, usual=usual)
        Rule.objects.filter(pk=rule.pk).update(needs_ok=False)
        return commands.switch_rule(rule, is_on=True, by=None, at=at)

    def reconcile(self, *, at: datetime) -> None:
        """Make the messages those the facts ask for."""
        reconcile_messages(self.programme, at=at)

    def send(self, *, at: datetime, lane: str = "mail-0") -> None:
        """Let the worker send what is due."""
        self.reconcile(at=at)
        commands.send_due(lane, clock=lambda: at)

    def release(self, *, at: datetime) -> Release:
        """Release the schedule as it stands."""
        last = Release.objects.filter(cohort=self.cohort).order_by("-number").first()
        return release_schedule(self.cohort, seen=last.number if last else 0, by=None, at=at)

    @property
    def first_session(self) -> Session:
        """The café of 4 September."""
        return Session.objects.get(cohort=self.cohort, date=date(2024, 9, 4))

    def states(self, **about: object) -> Counter[Outgoing]:
        """How many messages stand where."""
        rows = Message.objects.filter(programme=self.programme, **about)
        return Counter(Outgoing(state) for state in rows.values_list("state", flat=True))

    def received(self) -> list[tuple[str, str]]:
        """To whom what went: address and subject, in order."""
        return [(str(each["To"].addresses[0].addr_spec), str(each["Subject"])) for each in self.letters()]

    def letters(self) -> list[EmailMessage]:
        """What went, read as a mail program reads it."""
        return [read(each) for each in self.mail.sent]


def read(envelope: Envelope) -> EmailMessage:
    """Read a mail as a mail program reads it."""
    return message_from_bytes(envelope.message, policy=policy.default)


def somebody(name: str, *, at: datetime = BEGUN) -> Person:
    """Somebody with an address of their first name."""
    return add_person(name, email=f"{name.split(maxsplit=1)[0].lower()}@example.org", by=None, at=at)


def an_expert(name: str, cohort: Cohort, *, starts_on: date = date(2024, 6, 1), at: datetime = BEGUN) -> Person:
    """An Expert of a cohort."""
    person = somebody(name, at=at)
    give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=starts_on, by=None, at=at)
    return person


def a_telling_scene(mail: MemoryTransport) -> Scene:
    """The small plan of a cohort, released; Mara runs it, Ada and Grace take part."""
    cohort = an_imported_cohort(cohort=a_cohort())
    release_schedule(cohort, seen=0, by=None, at=BEGUN + timedelta(hours=1))
    mara = somebody("Mara Okafor")
    give_role(mara, RoleKind.TEAM, cohort.programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    ada, grace = an_expert("Ada Lindqvist", cohort), an_expert("Grace Amara", cohort)
    return Scene(cohort.programme, cohort, mara, ada, grace, mail)
