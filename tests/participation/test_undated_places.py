"""A booked session loses its date: nobody books then, and whoever has or wanted a place can let it go."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.urls import reverse

from hub.core.booking import NotBookable
from hub.core.errors import NotAllowed
from hub.kit import worker
from hub.messaging.models import Message
from hub.participation import commands, queries
from hub.participation.models import BookingTerms, Excusal
from hub.people.models import RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.factories import mara, some_facts
from tests.participation.places import EARLY, a_training, an_expert, books, released, somebody, states, with_account
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOW = EARLY + 6 * HOUR


def loses_its_date(training: Session) -> None:
    training.refresh_from_db()
    facts = some_facts(title=training.title, date=None, start=None, end=None)
    edit_session(training, facts, seen_at=training.edited_at, by=None, at=EARLY + 5 * HOUR)
    released(training.cohort, at=EARLY + 5 * HOUR)


def gets_one_again(training: Session) -> None:
    training.refresh_from_db()
    facts = some_facts(title=training.title, date=date(2024, 11, 5), start=time(14), end=time(16))
    edit_session(training, facts, seen_at=training.edited_at, by=None, at=NOW)
    released(training.cohort, at=NOW)
    worker.drain(clock=lambda: NOW, most=500)


def test_a_place_is_given_back_and_offered_once_there_is_a_date_again() -> None:
    training = a_training(capacity=1)
    ada, _ = books(an_expert("Ada"), training), books(an_expert("Grace"), training, at=EARLY + HOUR)
    loses_its_date(training)
    commands.withdraw(ada, by=ada.person, at=NOW)
    assert states(training) == {"Ada": "withdrawn", "Grace": "waiting"}
    gets_one_again(training)
    assert states(training) == {"Ada": "withdrawn", "Grace": "offered"}


def test_the_team_takes_every_place_back_says_no_and_lets_the_session_take_no_bookings_any_more() -> None:
    training = a_training(capacity=1, is_approved=True)
    asked = [books(an_expert(name), training, at=EARLY) for name in ("Ada", "Grace", "Iris")]
    for each in asked[:2]:
        commands.approve(each, by=None, at=EARLY)
    loses_its_date(training)
    team = mara(training.cohort.programme)
    for each, let_go in zip(asked, (commands.remove_booking, commands.remove_booking, commands.decline), strict=True):
        with pytest.raises(NotAllowed):
            let_go(each, by=asked[0].person, at=NOW)
        let_go(each, reason="We plan anew", by=team, at=NOW)
    assert states(training) == {"Ada": "removed", "Grace": "removed", "Iris": "declined"}
    commands.stop_booking(training, by=team, at=NOW)
    assert not BookingTerms.objects.exists()


def test_nothing_else_can_be_done_until_it_has_a_date_and_nothing_at_all_where_it_is_cancelled() -> None:
    training = a_training(capacity=1)
    ada, grace = books(an_expert("Ada"), training), books(an_expert("Grace"), training, at=EARLY + HOUR)
    loses_its_date(training)
    for does in (commands.give_place, commands.approve):
        with pytest.raises(NotBookable):
            does(grace, by=None, at=NOW)
    training.refresh_from_db()
    cancel_session(training, by=None, at=NOW)
    released(training.cohort, at=NOW)
    for let_go in (commands.withdraw, commands.remove_booking):
        with pytest.raises(NotBookable):
            let_go(ada, by=None, at=NOW)


def test_an_excusal_gives_the_place_back_with_it() -> None:
    training = a_training(capacity=1)
    ada = books(an_expert("Ada"), training)
    loses_its_date(training)
    assert [*queries.places_to_give_back(ada.person, [training.cohort], at=NOW)] == [training.pk]
    commands.ask_excusal(training, ada.person, reason="On leave", gives_place_back=True, by=ada.person, at=NOW)
    assert (states(training), Excusal.objects.get().state) == ({"Ada": "withdrawn"}, "asked")
    assert queries.places_to_give_back(ada.person, [training.cohort], at=NOW) == {}


def test_whose_place_the_team_takes_back_reads_why_though_there_is_no_date(settings) -> None:  # type: ignore[no-untyped-def]
    settings.MAIL_TRANSPORT = MemoryTransport()
    training = a_training(capacity=1)
    ada = books(an_expert("Ada"), training)
    loses_its_date(training)
    commands.remove_booking(ada, reason="We plan anew", by=None, at=NOW)
    for _ in range(2):  # to compare, and to send
        worker.drain(clock=lambda: NOW, most=500)
    (told,) = Message.objects.filter(person=ada.person, happening="participation.declined")
    assert told.state == "sent"
    mails = [message_from_bytes(each.message, policy=policy.default) for each in settings.MAIL_TRANSPORT.sent]
    (letter,) = [each for each in mails if each["Subject"] == "No place this time: Systems Thinking"]
    text = letter.get_body(("plain",)).get_content()
    assert [said in text for said in ("When: Date to be confirmed", "We plan anew")] == [True, True]


def test_pages_say_that_there_is_no_date_and_offer_to_let_go_and_nothing_else() -> None:
    training = a_training(capacity=1, room=1, colleagues=1)
    ada, grace = with_account(an_expert("Ada")), with_account(an_expert("Grace"))
    place = books(ada, training)
    books(grace, training, at=EARLY + HOUR)
    team = with_account(somebody("Mara Okafor", RoleKind.TEAM))
    where = [training.cohort.programme.slug, training.cohort.slug, training.slug]
    own, desk = reverse("session-places", args=where), reverse("desk-bookings", args=where)
    loses_its_date(training)

    def offered(page: str) -> list[str]:
        return re.findall(r'name="do" value="(\w+)"', page)

    with time_machine.travel(NOW, tick=False):
        page = as_(ada).get(own).content.decode()
        assert offered(page) == ["withdraw"]
        assert "The session has no date and time yet. You keep your place" in words(page)
        page = as_(team).get(desk).content.decode()
        assert offered(page) == ["remove", "remove"]
        assert "It can be booked when it has. Until then places can be taken back." in words(page)
        sam = as_(with_account(an_expert("Iris"))).get(own).content.decode()
        assert offered(sam) == []
        assert "It can be booked when it has." in words(sam)
        assert as_(ada).post(own, {"do": "withdraw", "booking": place.pk}).status_code == 302
        assert as_(ada).post(own, {"do": "book", "way": "online"}).status_code == 422
        assert states(training) == {"Ada": "withdrawn", "Grace": "waiting"}
