"""A name its person does not allow stands in nothing that is shown or sent to who takes no part in the cohort.

One session says it wherever a session can; every page is walked by whoever there is, and every mail read, for the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail as posted
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hub.core.booking import Terms, Tier, Way
from hub.core.consent import Use
from hub.core.occurrence import Part
from hub.core.plan.model import Kind, Mode
from hub.kit.fresh import shelf
from hub.messaging import commands as messaging
from hub.messaging.happenings import happenings
from hub.participation import commands
from hub.participation.models import Booking
from hub.people.commands import answer, end_role, make_feed_address, make_token, prove_address, publish_term, withdraw
from hub.people.models import Person, TokenScope
from hub.schedule.commands.sessions import add_material, edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.chat.fake import FakeChat
from hub.services.mail import MemoryTransport
from tests.factories import a_session
from tests.messaging.telling import AUGUST, Scene, a_telling_scene, somebody
from tests.scene import as_

pytestmark = pytest.mark.django_db
NAME = "Ada Lindqvist"
LINK = "https://meet.example.org/rooms/quiet-owl-77?pwd=s3cretqzxv"
NEXT_DAY = AUGUST + timedelta(days=1)
DURING = datetime(2024, 9, 10, 13, 10, tzinfo=UTC)  # it begins at 14:00 in London
SAID_TO_GUESTS = ("booking-confirmed", "booking-cancelled", "booking-opens", "guests-two-days", "guests-invitations")


@dataclass(frozen=True, slots=True)
class Told:
    """The session and who reads of it: Bo has a place, Sam nothing; Grace is of the cohort, as Ada is."""

    scene: Scene
    webinar: Session
    booking: Booking
    bo: Person
    sam: Person

    @property
    def where(self) -> list[str]:
        """What its pages' addresses name."""
        return [self.scene.programme.slug, self.scene.cohort.slug, self.webinar.slug]

    def allows(self, *, wish: bool) -> None:
        """Let Ada say whether her name may stand here."""
        programme, ada = self.scene.programme, self.scene.ada
        if wish:
            term = publish_term(programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=AUGUST)
            answer(ada, Use.NAME, term, wish=True, by=ada, at=AUGUST)
        else:
            withdraw(ada, Use.NAME, programme, by=ada, at=AUGUST)


@pytest.fixture
def chat(settings) -> FakeChat:  # type: ignore[no-untyped-def]
    settings.CHAT = FakeChat()
    return settings.CHAT  # type: ignore[no-any-return]


@pytest.fixture
def told(settings, chat: FakeChat) -> Iterator[Told]:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    shelf.clear()
    scene = a_telling_scene(settings.MAIL_TRANSPORT)
    webinar = a_session(
        scene.cohort,
        title=f"Webinar by {NAME}",
        topic=f"What {NAME} found",
        kind=Kind.TRAINING,
        date=date(2024, 9, 10),
        start=time(14),
        end=time(16),
        mode=Mode.ONLINE,
        place=f"The room of {NAME}",
        led_by=NAME,
        summary=f"{NAME} tells all.",
        status_note=f"Ask {NAME}",
        joining_link=LINK,
        agenda=(Part(text=f"Welcome by {NAME}", led_by=NAME, minutes_low=10), Part(text=f"{NAME} answers", minutes_low=50)),
    )
    add_material(webinar, title=f"Slides of {NAME}", url="https://example.org/s", access="public", by=None, at=AUGUST)
    commands.prepare_room(
        webinar, questions=f"What do you ask {NAME}?", links=[(f"Board of {NAME}", "https://example.org/b")], by=None, at=AUGUST
    )
    scene.release(at=AUGUST)
    terms = Terms(online=10, opens={Tier.EXPERTS: None, Tier.COMMUNITY: None, Tier.PUBLIC: None})
    commands.set_terms(webinar, terms, by=None, at=AUGUST)
    booking = commands.book_by_address(webinar, email="bo@example.org", name="Bo Berg", way=Way.ONLINE, at=AUGUST)
    sam = somebody("Sam Whitlow")
    for person in (booking.person, sam, scene.grace, scene.ada):
        prove_address(person.account, by=None, at=AUGUST)
    found = Told(scene, webinar, booking, booking.person, sam)
    found.allows(wish=True)
    found.allows(wish=False)
    with time_machine.travel(NEXT_DAY, tick=False):
        yield found


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each)
        elif each.name:
            yield each


def addresses(told: Told) -> list[str]:
    """Every address there is of the programme, the cohort, the session or of one's own; a team's own are left out."""
    programme, cohort, slug = told.where
    known = {"programme": programme, "cohort": cohort, "slug": slug, "uid": told.webinar.uid}
    found = set()
    for pattern in patterns(get_resolver()):
        wanted = pattern.pattern.converters
        name = pattern.name or ""
        if wanted.keys() <= known.keys() and not name.startswith("admin"):
            try:
                found.add(reverse(name, kwargs={each: known[each] for each in wanted}))
            except Exception:
                continue
    api = f"/api/v1/programmes/{programme}/cohorts/{cohort}"
    found |= {api, f"{api}/sessions/{slug}", f"{api}/releases", f"{api}/releases/2"}
    return sorted(each for each in found if "/sign-out" not in each)


def own_addresses(told: Told) -> list[str]:
    """Those of the session, and of one's own bookings and week."""
    of_session = [each for each in addresses(told) if f"/{told.webinar.slug}/" in each or str(told.webinar.uid) in each]
    return [*of_session, reverse("my-bookings"), reverse("me"), reverse("places")]


def reads(client: Client, address: str) -> str:
    """What an address answers, folds of calendars undone."""
    return client.get(address).getvalue().decode(errors="ignore").replace("\r\n ", "")


def naming(told: Told, client: Client) -> list[str]:
    """The addresses at which somebody reads the name."""
    return [address for address in addresses(told) if "lindqvist" in reads(client, address).lower()]


def test_no_page_names_her_to_who_takes_no_part(told: Told) -> None:
    assert len(addresses(told)) > 60
    for person in (None, told.sam, told.bo):
        assert naming(told, as_(person)) == []


@pytest.mark.parametrize("moment", [DURING, DURING + timedelta(days=2)])
def test_nor_while_the_session_is_on_or_over(told: Told, moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        assert naming(told, as_(told.bo)) == []


def test_who_takes_part_reads_it_on_their_own_pages_as_it_was_written(told: Told) -> None:
    commands.book_place(told.webinar, told.scene.grace, way=Way.ONLINE, by=told.scene.grace, at=AUGUST)
    own = [reverse("session-places", args=told.where), reverse("my-bookings"), reverse("session-room", args=told.where)]
    with time_machine.travel(DURING - timedelta(days=1), tick=False):
        grace = as_(told.scene.grace)
        assert [f"Webinar by {NAME}: What {NAME} found" in reads(grace, address) for address in own] == [True] * 3
        assert f"Webinar by {NAME}" in reads(grace, reverse("me"))
        assert f"Slides of {NAME}" in reads(grace, reverse("session-room", args=told.where))


def test_who_takes_no_part_reads_what_she_is_instead(told: Told) -> None:
    bo = as_(told.bo)
    for address in (reverse("session-places", args=told.where), reverse("my-bookings")):
        assert "Webinar by an Expert: What an Expert found" in reads(bo, address)
    room = reads(bo, reverse("session-room", args=told.where))
    for said in ("Slides of an Expert", "What do you ask an Expert?", "Board of an Expert", "Welcome by an Expert"):
        assert said in room


def test_who_was_of_the_cohort_reads_what_everybody_reads(told: Told) -> None:
    grace, walked = told.scene.grace, own_addresses(told)
    assert [NAME in reads(as_(grace), reverse("my-bookings")), len(walked) > 8] == [True, True]
    end_role(grace.roles.get(), on=NEXT_DAY.date(), by=None, at=NEXT_DAY)
    assert [address for address in walked if NAME in reads(as_(grace), address)] == []


def test_a_yes_lets_the_name_stand_again(told: Told) -> None:
    places = reverse("session-places", args=told.where)
    assert NAME not in reads(Client(), places)
    told.allows(wish=True)
    assert f"<title>Places · Webinar by {NAME}: What {NAME} found" in reads(Client(), places)


def test_the_mail_for_an_address_and_the_page_behind_its_link_name_nobody_whoever_asks(told: Told) -> None:
    places = reverse("session-places", args=told.where)
    for client in (Client(), as_(told.scene.grace)):
        posted.outbox.clear()
        client.post(places, {"do": "by-mail", "email": "eve@example.org", "name": "Eve", "way": "online"})
        (sent,) = posted.outbox
        assert "lindqvist" not in f"{sent.subject}\n{sent.body}".lower()
        assert sent.subject.startswith("Your place: Webinar by an Expert")
        link = re.search(r"/book/\S+", str(sent.body))
        assert link is not None
        assert NAME not in reads(client, link[0])
        assert "Webinar by an Expert" in reads(client, link[0])


def test_no_mail_to_a_guest_names_her_and_those_to_the_cohort_do(told: Told) -> None:
    scene = told.scene
    commands.book_place(told.webinar, scene.grace, way=Way.ONLINE, by=scene.grace, at=AUGUST)
    for usual in (*SAID_TO_GUESTS, "session-two-days", "calendar-invitations", "schedule-released"):
        scene.rule(usual)
    for moment in (AUGUST + timedelta(hours=1), datetime(2024, 9, 8, 14, 0, tzinfo=UTC)):
        scene.send(at=moment)
    read = {"bo": "", "grace": ""}
    for letter in scene.letters():
        parts = [each.get_content() for each in letter.walk() if not each.is_multipart()]
        words = "".join(each if isinstance(each, str) else each.decode() for each in parts).replace("\r\n ", "")
        who = str(letter["To"].addresses[0].username)
        read[who] = read.get(who, "") + f"\n{letter['Subject']}\n{words}".replace("\n ", "")
    for said in ("Your place: Webinar by an Expert", "In two days: Webinar by an Expert", "SUMMARY:Webinar by an Expert"):
        assert said in read["bo"]
    assert "lindqvist" not in read["bo"].lower()
    for said in (f"Your place: Webinar by {NAME}", f"In two days: Webinar by {NAME}", f"SUMMARY:Webinar by {NAME}"):
        assert said in read["grace"]


def test_the_name_is_in_the_next_mail_by_what_she_says_when_it_goes(told: Told) -> None:
    scene = told.scene
    told.allows(wish=True)
    scene.rule("guests-two-days")
    scene.reconcile(at=AUGUST + timedelta(hours=1))
    told.allows(wish=False)
    messaging.send_due("mail-0", clock=lambda: datetime(2024, 9, 8, 14, 0, tzinfo=UTC))
    (subject,) = [subject for _, subject in scene.received() if subject.startswith("In two days")]
    assert subject == "In two days: Webinar by an Expert: What an Expert found"


def test_whatever_a_letter_of_any_happening_may_say_names_her_to_no_guest_and_in_no_channel(told: Told) -> None:
    scene = told.scene
    somebody_else = told.bo.pk
    said = 0
    for happening in happenings().values():
        for fact in happening.facts(scene.programme, subjects=None, at=NEXT_DAY):
            subject_of_two = happening.name.startswith("participation.one-to-one")
            if subject_of_two or happening.names_somebody:
                continue
            for reader in (somebody_else, None):
                words = {**fact.values_for(reader), **(fact.personal_for(reader) if reader else {})}
                words = {name: text for name, text in words.items() if name not in fact.as_written}
                assert [name for name, text in words.items() if NAME in text] == []
                said += sum("an Expert" in text for text in words.values())
                invite = fact.invite_for(reader)
                assert invite is None or NAME not in invite.vevent.replace("\r\n ", "")
    assert said > 10


def test_the_calendar_of_a_guest_names_nobody_and_that_of_the_cohort_does(told: Told) -> None:
    scene = told.scene
    commands.book_place(told.webinar, scene.grace, way=Way.ONLINE, by=scene.grace, at=AUGUST)
    texts = []
    for person in (told.bo, scene.grace):
        secret = make_feed_address(person, by=person, at=AUGUST).secret
        texts.append(reads(Client(), reverse("my-sessions-ics", args=[secret])))
    assert "SUMMARY:Webinar by an Expert" in texts[0]
    assert "lindqvist" not in texts[0].lower()
    assert f"SUMMARY:Webinar by {NAME}" in texts[1]
    told.allows(wish=True)
    secret = told.bo.feed_address.secret
    assert f"SUMMARY:Webinar by {NAME}" in reads(Client(), reverse("my-sessions-ics", args=[secret]))


def test_the_api_names_her_to_no_token_of_who_takes_no_part(told: Told) -> None:
    for person in (told.bo, told.scene.grace):
        _, key = make_token(person, name="mine", scope=TokenScope.READ, programme=None, days=9, by=person, at=NEXT_DAY)
        client = Client(headers={"Authorization": f"Bearer {key}"})
        assert [each for each in addresses(told) if each.startswith("/api/") and NAME in reads(client, each)] == []


def test_a_draft_is_in_nothing_that_others_read(told: Told) -> None:
    row = Session.objects.get(pk=told.webinar.pk)
    edit_session(row, replace(facts_of(row), title="Nobody knows"), seen_at=row.edited_at, by=None, at=AUGUST)
    for person in (None, told.sam, told.bo, told.scene.grace):
        client = as_(person)
        assert [each for each in own_addresses(told) if "Nobody knows" in reads(client, each)] == []


def test_pages_ask_as_much_for_many_sessions_as_for_one(told: Told) -> None:
    def with_more(*days: int) -> None:
        for day in days:
            when = {"date": date(2024, 9, day), "start": time(9), "end": time(10)}
            more = a_session(told.scene.cohort, title=f"With {NAME}", kind=Kind.TRAINING, **when)
            told.scene.release(at=AUGUST)
            commands.set_terms(more, Terms(online=10, opens={Tier.PUBLIC: None}), by=None, at=AUGUST)
            if day % 2:
                commands.book_by_address(more, email="bo@example.org", name="Bo Berg", way=Way.ONLINE, at=AUGUST)

    def asked(address: str, person: Person | None) -> int:
        client = as_(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    walked = [(reverse("my-bookings"), told.bo), (reverse("me"), told.bo), (reverse("session-places", args=told.where), None)]
    with_more(11, 12)
    few = [asked(*each) for each in walked]
    with_more(13, 14, 15, 16, 17)
    assert [asked(*each) for each in walked] == few
