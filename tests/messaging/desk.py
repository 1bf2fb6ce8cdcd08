"""A desk with messages on it, one for every place they can be in, made by commands and by a server that answers differently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.test import Client

from hub.core.choices import Cadence, Topic
from hub.messaging import commands, queries
from hub.messaging.models import Mailing, Message, Rule
from hub.people.commands import prove_address
from hub.people.models import Account, Person
from hub.services.mail import Envelope, MailError, Refused, Uncertain
from tests.messaging.telling import AUGUST, Scene, an_expert

NOW = datetime(
    2024, 8, 20, 9, 30, tzinfo=UTC
)  # 10:30 in London; the first café is on 4 September, two weeks before is tomorrow
TEAM = "/team/practitioners-hub/messages/"


def answers(envelope: Envelope) -> MailError | None:
    """Refuse Grace's address, and lose sight of what goes to Lin."""
    if envelope.recipient.startswith("grace"):
        return Refused("550 5.1.1 No such mailbox here", code=550)
    if envelope.recipient.startswith("lin"):
        return Uncertain("The line broke while the server was answering")
    return None


def browser(person: Person) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(Account.objects.get(person=person))
    return client


def seen_on(page: Client, where: str, **query: object) -> str:
    """What a page says it showed, as its form posts it."""
    shown: str = page.get(where, query).context["shown"]
    return shown


@dataclass(frozen=True, slots=True)
class Desk:
    """What stands on the desk."""

    scene: Scene
    lin: Person
    rule: Rule  # two weeks before, looked at first
    draft: Mailing
    sent: Mailing

    def one(self, **about: object) -> Message:
        """The first message like this."""
        return Message.objects.filter(programme=self.scene.programme, **about).order_by("pk")[0]

    @property
    def first_about(self) -> str:
        """What the first batch speaks of."""
        return queries.batches(self.scene.programme)[0].subject


def with_accounts(scene: Scene) -> None:
    """Let everybody of the scene sign in."""
    for person in (scene.mara, scene.ada, scene.grace):
        prove_address(person.account, by=None, at=AUGUST)


def a_letter(scene: Scene, *people: Person, subject: str = "News of the summer", at: datetime = AUGUST) -> Mailing:
    """A letter by hand to some people, a draft."""
    return commands.write_mailing(
        scene.programme,
        subject=subject,
        body="Hello {{ you.first_name }},\n\nthe summer was **long**.\n\n[See what is next]({{ hub.me }})",
        topic=Topic.NEWS,
        besides=[person.pk for person in people],
        by=scene.mara,
        at=at,
    )


def a_desk(scene: Scene) -> Desk:
    """Ada, Grace and Lin take part. A rule waits to be looked at; one letter is out (taken, refused, in doubt), one a draft."""
    with_accounts(scene)
    lin = an_expert("Lin Okoro", scene.cohort)
    commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST)
    for usual in ("session-two-weeks", "session-two-days"):
        found = Rule.objects.get(programme=scene.programme, usual=usual)
        commands.switch_rule(found, is_on=True, by=scene.mara, at=AUGUST)
    scene.reconcile(at=AUGUST)
    scene.mail.verdict = answers
    sent = a_letter(scene, scene.ada, scene.grace, lin)
    commands.prepare_mailing(sent, by=scene.mara, at=AUGUST)
    commands.send_mailing(sent, count=3, by=scene.mara, at=AUGUST)
    commands.send_due("mail-0", clock=lambda: AUGUST + timedelta(minutes=1))
    draft = a_letter(scene, scene.ada, subject="About the autumn", at=AUGUST + timedelta(days=1))
    commands.choose(lin, scene.programme, Topic.REMINDERS, Cadence.OFF, by=lin, at=AUGUST)
    rule = Rule.objects.get(programme=scene.programme, usual="session-two-weeks")
    return Desk(scene, lin, rule, draft, Mailing.objects.get(pk=sent.pk))
