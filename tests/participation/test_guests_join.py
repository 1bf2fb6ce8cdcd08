"""Who books a public session by mail finds the way into its call: on the page, in every mail, and in the calendar."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from hub.core.booking import Terms, Tier, Way
from hub.core.plan.model import Mode
from hub.kit import worker
from hub.messaging.commands import switch_rule
from hub.messaging.models import Rule
from hub.participation import commands
from hub.participation.letters import silent_about_bookings
from hub.schedule.commands.sessions import cancel_session
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_session
from tests.participation.places import EARLY, EXPERTS_FIRST, STARTS, a_training, released, the_cohort
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CALL = "https://meet.example.org/x"


@pytest.fixture(autouse=True)
def post(settings) -> MemoryTransport:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    return settings.MAIL_TRANSPORT  # type: ignore[no-any-return]


def a_webinar(**facts: object) -> Session:
    """A public session with a call, or as the facts say."""
    told = {"mode": Mode.ONLINE, "joining_link": CALL} | facts
    webinar = a_session(the_cohort(), title="Open Talk", date=STARTS.date(), **told)
    released(the_cohort())
    terms = Terms(online=None if told["mode"] is Mode.ONLINE else 0, room=None, opens={Tier.PUBLIC: None})
    commands.set_terms(webinar, terms, by=None, at=BEGUN)
    return webinar


def the_worker_comes(*, at: object) -> None:
    for _ in range(2):  # to compare, and to send
        worker.drain(clock=lambda: at, most=500)  # type: ignore[arg-type, return-value]


def mails(post: MemoryTransport) -> dict[str, EmailMessage]:
    found = [message_from_bytes(each.message, policy=policy.default) for each in post.sent]
    return {str(each["Subject"]): each for each in found}


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar_of(letter: EmailMessage) -> str:
    (event,) = [part.get_content() for part in letter.walk() if part.get_content_type() == "text/calendar"]
    return str(event if isinstance(event, str) else event.decode()).replace("\r\n ", "").replace("\n ", "")


def test_every_mail_to_a_guest_and_their_calendar_name_the_short_way_in_and_none_the_link(post: MemoryTransport) -> None:
    webinar = a_webinar()
    commands.book_by_address(webinar, email="nell@example.org", name="Nell New", way=Way.ONLINE, at=EARLY)
    way_in = f"/join/{webinar.uid}/"
    the_worker_comes(at=EARLY)
    booked = mails(post)
    confirmed = text_of(booked["Your place: Open Talk, Tue 1 October 2024, 15:00–17:00 (London)"])
    invited = booked["Open Talk, Tue 1 October 2024, 15:00–17:00 (London)"]
    assert [way_in in each for each in (confirmed, text_of(invited), calendar_of(invited))] == [True, True, True]
    the_worker_comes(at=STARTS - 2 * DAY)
    reminded = text_of(mails(post)["In two days: Open Talk"])
    assert way_in in reminded
    assert [CALL.encode() in each.message for each in post.sent] == [False, False, False]


def test_the_way_in_leads_a_guest_through_the_sign_in_to_the_call() -> None:
    webinar = a_webinar()
    place = commands.book_by_address(webinar, email="nell@example.org", name="Nell New", way=Way.ONLINE, at=EARLY)
    way_in = reverse("join", args=[webinar.uid])
    with time_machine.travel(webinar.starts_at, tick=False):  # type: ignore[arg-type]
        answer = Client().get(way_in)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        assert "next=" in answer["Location"]
        assert as_(place.person).get(way_in)["Location"] == CALL


def booked_page(session: Session, *, way: str = "online") -> str:
    """Book by mail, and give the words of the page the link then shows."""
    places = reverse("session-places", args=[session.cohort.programme.slug, session.cohort.slug, session.slug])
    address = {"do": "by-mail", "email": "nell@example.org", "name": "Nell New", "way": way}
    assert Client().post(places, address).status_code == 302
    link = next(line for line in str(mail.outbox[-1].body).split() if "/book/" in line)
    here = link[link.index("/book/") :]
    Client().post(here)
    return str(Client().get(here).content.decode())


@time_machine.travel(EARLY, tick=False)
def test_the_page_says_how_to_join_or_where_it_is_or_that_it_is_off() -> None:
    webinar = a_webinar()
    page = booked_page(webinar)
    assert f"/join/{webinar.uid}/" in page
    assert "From an hour before it begins you join the call here , signed in with this address." in words(page)
    webinar.refresh_from_db()
    cancel_session(webinar, by=None, at=EARLY)
    released(webinar.cohort, at=EARLY)
    link = next(line for line in str(mail.outbox[-1].body).split() if "/book/" in line)
    page = Client().get(link[link.index("/book/") :]).content.decode()
    assert "This session is cancelled." in words(page)
    assert "/join/" not in page


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("place", "said"), [("The Alan Turing Institute", "It is here: The Alan Turing Institute."), ("", "stands on its page.")]
)
def test_the_page_leads_nobody_to_a_call_there_is_not(place: str, said: str) -> None:
    page = booked_page(a_webinar(mode=Mode.IN_PERSON, place=place, joining_link=""), way="room")
    assert said in words(page)
    assert "/join/" not in page


def test_the_first_terms_for_everybody_switch_on_what_guests_are_told_before_and_what_was_switched_off_stays_off() -> None:
    training = a_training()
    programme = training.cohort.programme

    def told() -> list[bool]:
        return [*Rule.objects.filter(programme=programme, usual="guests-two-days").values_list("is_on", flat=True)]

    assert (told(), silent_about_bookings(programme)) == ([], [])
    opens = {**EXPERTS_FIRST, Tier.PUBLIC: 7}
    commands.set_terms(training, Terms(online=10, opens=opens), by=None, at=EARLY)
    assert (told(), silent_about_bookings(programme)) == ([True], [])
    switch_rule(Rule.objects.get(usual="guests-two-days"), is_on=False, by=None, at=EARLY)
    commands.set_terms(training, Terms(online=10, opens=EXPERTS_FIRST), by=None, at=EARLY)
    assert silent_about_bookings(programme) == []  # nobody comes by mail, so nobody misses it
    commands.set_terms(training, Terms(online=10, opens=opens), by=None, at=EARLY)
    assert (told(), silent_about_bookings(programme)) == ([False], ["Two days before a session, to guests"])
