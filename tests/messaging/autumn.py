"""An autumn in which everything happens that a usual letter tells of, in every room, made to happen by the rooms' commands.

Whoever lives through it has each moment's happenings made and its mail sent, then looks, and goes on to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from hub.admissions.commands import make_onboarding
from hub.core.booking import Terms, Tier, Way
from hub.core.choices import Cadence, Topic
from hub.core.plan.model import Kind, Mode
from hub.forms.commands import edit_settings
from hub.messaging import commands as messages
from hub.messaging.happenings import Usual, happenings
from hub.messaging.models import Hook, Message
from hub.messaging.posting import message_id
from hub.participation import commands
from hub.participation.models import Booking, Excusal, OneToOne
from hub.people.commands import prove_address
from hub.people.models import Person, RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.chat import FakeChat
from hub.services.chat import Post as ChatPost
from hub.services.mail import Envelope
from tests.admissions.onboarding import words
from tests.factories import BEGUN, a_session
from tests.messaging.desk import with_accounts
from tests.messaging.telling import AUGUST, Scene, an_expert
from tests.participation.coaching import FIRST, SECOND, a_coach, talks, there
from tests.participation.places import somebody
from tests.participation.promising import held, own_promises

CALL = "https://meet.example.org/rooms/quiet-owl-77"
USUAL: dict[str, Usual] = {usual.slug: usual for happening in happenings().values() for usual in happening.usual}
Act = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter that came, for whom, and which of the usual ones it is."""

    usual: str
    person: Person
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Told:
    """What was said in a chat, with which of the usual letters, and who of that letter's readers reads it there."""

    usual: str
    post: ChatPost
    readers: tuple[Person, ...]


@dataclass(slots=True)
class Moment:
    """A moment of the autumn: what came by mail and what was said in the chat since the one before."""

    at: datetime
    mail: list[Arrived] = field(default_factory=list)
    chat: list[Told] = field(default_factory=list)


class Autumn:
    """The scene of a telling programme with all rooms at work: every usual rule is on, and says it in a chat besides."""

    def __init__(self, scene: Scene, chat: FakeChat) -> None:
        """Set everything up that stands before the first of August."""
        self.scene, self.chat, cohort = scene, chat, scene.cohort
        with_accounts(scene)
        words(scene.programme)
        self.kick_off = a_session(
            cohort,
            title="Kick-off",
            kind=Kind.KICK_OFF,
            date=date(2024, 9, 3),
            start=time(10, 30),
            end=time(12),
            joining_link=CALL,
        )
        self.training = self._training("Systems Thinking", date(2024, 9, 20), online=2)
        self.asked_for = self._training("Deep Dive", date(2024, 9, 27), online=5, is_approved=True, colleagues=1)
        self.moved = self._training("Open Methods", date(2024, 10, 11), online=5)
        self.cafes = list(Session.objects.filter(cohort=cohort, kind=Kind.CAFE.value, date__isnull=False).order_by("date"))
        scene.release(at=BEGUN + timedelta(days=1))
        own_promises(cohort)
        self.lin = an_expert("Lin Okoro", cohort, starts_on=date(2024, 8, 12))
        self.nia, self.ines = somebody("Nia Park", RoleKind.COMMUNITY), a_coach(cohort=cohort)
        self.hours = there(self.ines, cohort=cohort)
        for person in (self.lin, self.nia, self.ines):
            prove_address(person.account, by=None, at=BEGUN)
        hook = messages.add_hook(
            scene.programme, kind="slack", name="#hub", url="https://chat.example/hooks/secret", by=scene.mara, at=AUGUST
        )
        for usual in USUAL:
            self._switch_on(usual, hook)
        self._seen_mail = self._seen_chat = 0

    def moments(self) -> Iterator[Moment]:
        """Live through it: yield each moment once what happens then has happened and its mail is out."""
        for at, acts in sorted(self._story().items()):
            for act in acts:
                act(at)
            self.scene.send(at=at)
            messages.send_due("chat", clock=lambda at=at: at)  # type: ignore[misc]
            yield self._moment(at)

    def _story(self) -> dict[datetime, list[Act]]:
        """Say what happens when; a moment without anything is one at which time alone makes something due."""
        scene, cohort = self.scene, self.scene.cohort
        ada, grace = scene.ada, scene.grace
        wishes_until = datetime(2024, 9, 27, 17, tzinfo=UTC)
        return {
            AUGUST: [self._onboards],
            _on(8, 12): [],  # Lin’s part begins
            _on(8, 17): [],  # a week before the survey is due
            _on(8, 26): [
                lambda at: self._books(ada, self.training, at),
                lambda at: self._books(self.nia, self.training, at),
                lambda at: self._books(grace, self.training, at),
                lambda at: self._books(self.lin, self.training, at),
                lambda at: self._books(grace, self.asked_for, at),
                lambda at: messages.choose(self.lin, scene.programme, Topic.INVITATIONS, Cadence.OFF, by=self.lin, at=at),
                lambda at: self._books(self.lin, self.moved, at),  # who reads of it in no calendar
            ],
            _on(8, 27): [
                lambda at: commands.withdraw(_booking(ada, self.training), by=ada, at=at),
                lambda at: commands.decline(
                    _booking(grace, self.asked_for), reason="It is for who has led one.", by=scene.mara, at=at
                ),
            ],
            _on(8, 29, 13): [lambda at: commands.move_up(self.training, at=at)],  # Grace let hers go by, it is Lin’s turn
            _on(9, 1): [],  # two days before the kick-off, three before the survey closes
            _on(9, 4): [],  # the day after, and two weeks before the second café
            _on(9, 5): [
                lambda at: held(self.cafes[0], grace, self.lin),
                lambda at: self._books(ada, self.asked_for, at),
                lambda at: commands.ask_excusal(self.cafes[1], ada, reason="A talk.", by=ada, at=at),
            ],
            _on(9, 10): [
                lambda at: talks(ada, self.hours, FIRST, at=at, topic="How to name a maintainer"),
                lambda at: talks(grace, self.hours, SECOND, at=at),
                lambda at: commands.accept_excusal(Excusal.objects.get(person=ada), by=scene.mara, at=at),
                lambda at: commands.ask_wishes(cohort, until=wishes_until, by=scene.mara, at=at),
                lambda at: self._books(self.lin, self.training, at),
                lambda at: self._books(grace, self.training, at),
            ],
            _on(9, 11): [
                lambda at: self._books(self.lin, self.asked_for, at),
                lambda at: commands.approve(_booking(self.lin, self.asked_for), by=scene.mara, at=at),
                lambda at: self._brings(self.lin, self.nia, self.asked_for, at),
            ],
            _on(9, 12): [
                lambda at: commands.withdraw(_booking(self.nia, self.asked_for), by=self.lin, at=at),
                lambda at: self._moves(self.moved, date(2024, 10, 14), at),
                lambda at: scene.release(at=at),
            ],
            _on(9, 16): [  # the day before Ada’s 1:1
                lambda at: commands.cancel_one_to_one(
                    OneToOne.objects.get(expert=grace), reason="I am ill.", by=self.ines, at=at
                )
            ],
            _on(9, 18): [],  # two days before the training
            _on(9, 20): [  # a week before wishes close
                lambda at: cancel_session(self.cafes[2], by=None, at=at),
                lambda at: cancel_session(self.moved, by=None, at=at),
                lambda at: cancel_session(self.asked_for, by=None, at=at),  # nobody said yes or no to Ada yet
                lambda at: scene.release(at=at),
            ],
            _on(9, 20, 15): [],  # the training has begun, and Grace still waits for a place
            datetime(2025, 3, 10, 12, tzinfo=UTC): [  # everything is over
                lambda at: commands.issue_certificates(cohort, [grace], by=scene.mara, at=at)
            ],
        }

    def _onboards(self, at: datetime) -> None:
        plan = make_onboarding(self.scene.cohort, by=self.scene.mara, at=at)
        assert plan.survey is not None
        edit_settings(plan.survey, closes_at=_on(9, 4), by=self.scene.mara, at=at)

    def _training(self, title: str, on: date, **terms: object) -> Session:
        facts = {"kind": Kind.TRAINING, "mode": Mode.ONLINE, "start": time(14), "end": time(16), "joining_link": CALL}
        made = a_session(self.scene.cohort, title=title, date=on, **facts)
        opens: dict[Tier, int | None] = {Tier.EXPERTS: None, Tier.COMMUNITY: None}
        commands.set_terms(made, Terms(opens=opens, **terms), by=None, at=BEGUN)  # type: ignore[arg-type]
        return made

    def _switch_on(self, usual: str, hook: Hook) -> None:
        rule = self.scene.rule(usual)
        to_chat = messages.add_rule(
            rule.template, hook=hook, offset=USUAL[usual].offset, needs_ok=False, by=self.scene.mara, at=AUGUST
        )
        messages.switch_rule(to_chat, is_on=True, by=self.scene.mara, at=AUGUST)

    def _books(self, person: Person, session: Session, at: datetime) -> Booking:
        return commands.book_place(session, person, way=Way.ONLINE, by=person, at=at)

    def _brings(self, person: Person, colleague: Person, session: Session, at: datetime) -> Booking:
        held, to = _booking(person, session), colleague.account.email
        return commands.bring_colleague(held, name=colleague.name, email=to, by=person, at=at)

    def _moves(self, session: Session, on: date, at: datetime) -> None:
        edit_session(session, replace(facts_of(session), date=on), seen_at=session.edited_at, by=None, at=at)
        session.refresh_from_db()

    def _moment(self, at: datetime) -> Moment:
        moment = Moment(at)
        rows = list(Message.objects.select_related("rule__template", "person", "programme").filter(rule__isnull=False))
        by_id, by_token = {message_id(row): row for row in rows}, {row.token: row for row in rows}
        for envelope in self.scene.mail.sent[self._seen_mail :]:
            row = by_id[envelope.message_id]
            assert row.person is not None
            assert row.rule is not None
            moment.mail.append(Arrived(row.rule.usual, row.person, envelope))
        for token in list(self.chat.posts)[self._seen_chat :]:
            moment.chat.append(self._told(by_token[token], self.chat.posts[token], at))
        self._seen_mail, self._seen_chat = len(self.scene.mail.sent), len(self.chat.posts)
        return moment

    def _told(self, row: Message, post: ChatPost, at: datetime) -> Told:
        assert row.rule is not None
        usual = next(each for each in USUAL.values() if each.title == row.rule.template.title)
        (fact,) = happenings()[row.happening].facts(row.programme, subjects=[row.subject_key], at=at)
        return Told(usual.slug, post, tuple(Person.objects.filter(pk__in=fact.audiences.get(usual.audience, ()))))


def _on(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


def _booking(person: Person, session: Session) -> Booking:
    return Booking.objects.select_related("session__cohort__programme", "person", "brought_by").get(
        person=person, session=session
    )
