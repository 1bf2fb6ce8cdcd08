"""Booking, as people see it: what a page says and does for whoever asks."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.booking import Terms, Tier, Way
from hub.core.plan.model import Kind
from hub.participation import commands, queries
from hub.participation.messages import groups
from hub.participation.models import Booking
from hub.people.commands import add_person, edit_person, share_needs
from hub.people.models import Person, RoleKind
from hub.schedule.models import Session
from tests.factories import BEGUN, a_cohort, a_programme, a_session
from tests.participation.places import (
    EARLY,
    EXPERTS_FIRST,
    STARTS,
    a_training,
    an_expert,
    books,
    released,
    somebody,
    states,
    the_cohort,
    with_account,
)
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def early_in_september() -> object:
    with time_machine.travel(EARLY, tick=False):
        yield


def places_of(session: Session) -> str:
    return reverse("session-places", args=[session.cohort.programme.slug, session.cohort.slug, session.slug])


def address(session: Session) -> list[str]:
    return [session.cohort.programme.slug, session.cohort.slug, session.slug]


def bookings_of(session: Session, name: str = "desk-bookings") -> str:
    return reverse(name, args=[session.cohort.programme.slug, session.cohort.slug, session.slug])


def the_team() -> Client:
    return as_(with_account(somebody("Mara Okafor", RoleKind.TEAM)))


def test_an_expert_books_with_one_press_and_gives_the_place_back() -> None:
    training, expert = a_training(), with_account(an_expert("Ada Lindqvist"))
    browser = as_(expert)
    page = browser.get(places_of(training)).content.decode()
    assert "10 of 10 places are free" in page
    answer = browser.post(places_of(training), {"do": "book", "way": "online", "note": "I need captions"}, follow=True)
    assert "You have a place" in answer.content.decode()
    booking = Booking.objects.get()
    assert (booking.state, booking.note) == ("booked", "I need captions")
    browser.post(places_of(training), {"do": "withdraw", "booking": booking.pk})
    assert states(training) == {"Ada Lindqvist": "withdrawn"}


def test_who_may_book_later_reads_from_when_and_has_nothing_to_press() -> None:
    training, friend = a_training(), with_account(somebody("Noor Haddad", RoleKind.COMMUNITY))
    page = as_(friend).get(places_of(training)).content.decode()
    assert "You may book from Tue 17 September 2024, 09:00 (London)." in page
    assert 'value="book"' not in page


def test_a_refusal_stands_at_its_place_and_keeps_what_was_typed() -> None:
    training, friend = a_training(), with_account(somebody("Noor Haddad", RoleKind.COMMUNITY))
    answer = as_(friend).post(places_of(training), {"do": "book", "way": "online", "note": "Front row"})
    assert answer.status_code == 422
    assert "You may book from Tue 17 September 2024, 09:00 (London)." in answer.content.decode()


def test_nobody_touches_the_booking_of_somebody_else() -> None:
    training, ada, grace = a_training(), with_account(an_expert("Ada")), with_account(an_expert("Grace"))
    booking = books(ada, training)
    for do in ("withdraw", "accept", "way", "swap", "colleague"):
        assert as_(grace).post(places_of(training), {"do": do, "booking": booking.pk, "way": "room"}).status_code == 404
    assert states(training) == {"Ada": "booked"}


def test_who_brings_a_colleague_reads_that_they_go_along_before_giving_back_or_swapping() -> None:
    training, ada = a_training(colleagues=1), with_account(an_expert("Ada"))
    a_training(colleagues=1, on=training.date + timedelta(days=7))
    held = books(ada, training)
    goes, anew = "Whoever you bring gives up their place, too.", "Whoever you bring gives up theirs; bring them there anew."
    alone = as_(ada).get(places_of(training)).content.decode()
    assert "Swap for another day" in alone
    assert goes not in alone
    assert anew not in alone
    commands.bring_colleague(held, name="Ben Okoro", email="ben@example.org", by=ada, at=EARLY)
    page = as_(ada).get(places_of(training)).content.decode()
    assert goes in page
    assert anew in page
    assert "Ben Okoro Has a place" in words(page)
    assert words(page).count("You have a place") == 1


def test_whoever_brings_somebody_by_an_address_reads_the_name_they_wrote_and_not_the_one_behind_it() -> None:
    training, sam = a_training(colleagues=1), with_account(an_expert("Sam Whitlow"))
    ada = an_expert("Ada Lindqvist")
    held, address_of_ada = books(sam, training), ada.account.email
    client = as_(sam)
    given = {"do": "colleague", "booking": held.pk, "name": " Somebody\n I know ", "email": address_of_ada}
    brought = client.post(places_of(training), given, follow=True)
    guest = Booking.objects.get(brought_by=held)
    assert (guest.person, guest.called) == (ada, "Somebody I know")
    listed_ = client.get(reverse("my-bookings")).content.decode()
    left = client.post(places_of(training), {"do": "withdraw", "booking": guest.pk}, follow=True).content.decode()
    for page in (brought.content.decode(), listed_, left):
        assert "Somebody I know" in page
        assert "Lindqvist" not in page
    assert "Ada Lindqvist" in the_team().get(bookings_of(training)).content.decode()


def test_an_offered_place_is_taken_with_one_press() -> None:
    training, ada, grace = a_training(capacity=1), with_account(an_expert("Ada")), with_account(an_expert("Grace"))
    held = books(ada, training, at=EARLY - timedelta(hours=3))
    offered = books(grace, training, at=EARLY - timedelta(hours=2))
    commands.withdraw(held, by=ada, at=EARLY - timedelta(hours=1))
    page = as_(grace).get(places_of(training)).content.decode()
    assert "It is kept until <strong>Wed 4 September 2024, 09:00 (London)</strong>" in page
    as_(grace).post(places_of(training), {"do": "accept", "booking": offered.pk})
    assert states(training) == {"Ada": "withdrawn", "Grace": "booked"}


def test_once_a_session_has_begun_its_pages_offer_nothing_that_is_refused() -> None:
    training = a_training(capacity=2, room=2, colleagues=1)
    a_training(on=training.date + timedelta(days=7))
    ada, team = with_account(an_expert("Ada")), with_account(somebody("Mara Okafor", RoleKind.TEAM))
    books(ada, training), books(an_expert("Grace"), training)

    def offered() -> list[list[str]]:
        pages = (as_(ada).get(places_of(training)), as_(team).get(bookings_of(training)))
        return [sorted(set(re.findall(r'name="do" value="(\w+)"', page.content.decode()))) for page in pages]

    assert offered() == [["colleague", "swap", "way", "withdraw"], ["add", "remove"]]
    with time_machine.travel(STARTS, tick=False):
        assert offered() == [[], []]
        assert "Tell the team if you can’t come." in as_(ada).get(places_of(training)).content.decode()
        assert "Its bookings stay as they are." in as_(team).get(bookings_of(training)).content.decode()


def test_who_waited_when_booking_ended_reads_that_they_did_not_get_a_place_and_where_else_they_may_go() -> None:
    training, other = a_training(capacity=1, closes_hours=24), a_training(on=date(2024, 10, 8))
    ada, grace = with_account(an_expert("Ada")), with_account(an_expert("Grace"))
    books(ada, training), books(grace, training)

    def reads(person: Person) -> list[bool]:
        browser = as_(person)
        here = browser.get(places_of(training)).content.decode()
        listed = browser.get(reverse("my-bookings")).content.decode()
        return [
            "You did not get a place" in here and "Booking ended Mon 30 September 2024, 14:00 (London)." in here,
            "you hear at once" in here,
            places_of(other) in here,
            'value="withdraw"' in here,
            "Booking has ended without a place" in listed,
        ]

    assert reads(grace) == [False, True, False, True, False]
    with time_machine.travel(STARTS - timedelta(hours=20), tick=False):
        assert reads(grace) == [True, True, True, True, True]
        assert reads(ada) == [False, False, False, True, False]
    with time_machine.travel(STARTS + timedelta(hours=1), tick=False):
        assert reads(grace) == [True, False, True, False, True]


def test_the_team_reads_whose_places_go_along_before_it_takes_one_back() -> None:
    training, ada, team = a_training(colleagues=1), an_expert("Ada"), the_team()
    held = books(ada, training)
    said = "they read it, and so does whom they bring and who goes along: Ben Okoro"
    assert said not in team.get(bookings_of(training)).content.decode()
    commands.bring_colleague(held, name="Ben Okoro", email="ben@example.org", by=ada, at=EARLY)
    assert said in team.get(bookings_of(training)).content.decode()


def test_who_follows_a_letter_and_is_not_signed_in_is_told_that_their_place_stands_behind_the_sign_in() -> None:
    training = a_training(capacity=1)
    held = books(an_expert("Ada"), training)
    grace = an_expert("Grace")
    books(grace, training)
    commands.withdraw(held, by=held.person, at=EARLY)
    page = Client().get(places_of(training)).content.decode()
    assert "Sign in first</h2>" in page
    assert "or one is kept for you? It stands here once you have signed in." in page
    assert "Not yours to book now" not in page
    assert f"?next={places_of(training)}" in page
    assert "Take the place" in as_(grace).get(places_of(training)).content.decode()


def test_who_leads_a_training_is_offered_no_place_in_it() -> None:
    nia, theo = somebody("Nia Calloway", RoleKind.FACILITATOR, the_cohort()), somebody("Theo Brandt", RoleKind.FACILITATOR)
    training = a_session(the_cohort(), kind=Kind.TRAINING, title="Open leadership", date=date(2024, 10, 1), led_by=nia.name)
    released(the_cohort())
    commands.set_terms(training, Terms(online=5, opens={Tier.COMMUNITY: None}), by=None, at=EARLY)
    offered = {each.name: [one.frame.session.pk for one in queries.offers_to(each, at=EARLY)] for each in (nia, theo)}
    assert offered == {"Nia Calloway": [], "Theo Brandt": [training.pk]}


def test_a_webinar_is_booked_with_a_mail_address_only() -> None:
    webinar = a_training(opens={Tier.PUBLIC: None})
    with_account(somebody("Mara Okafor", RoleKind.TEAM))
    browser = Client()
    browser.post(places_of(webinar), {"do": "by-mail", "name": "Bo Berg", "email": "bo@example.org"})
    assert Booking.objects.count() == 0
    assert Person.objects.filter(name="Bo Berg").count() == 0  # nothing is kept of who only asked
    letter = mail.outbox[0]
    assert letter.reply_to == ["mara.okafor@example.org"]
    assert (letter.to, letter.subject) == (
        ["bo@example.org"],
        "Your place: Systems Thinking, Tue 1 October 2024, 14:00–16:00 (London)",
    )
    link = re.search(r"https?://[^/]+(/book/\S+)", letter.body)
    assert link is not None
    assert "Take the place" in browser.get(link[1]).content.decode()
    assert Booking.objects.count() == 0  # a scanner that follows the link books nothing
    browser.post(link[1])
    assert states(webinar) == {"Bo Berg": "booked"}
    for again in (browser.post(link[1]), browser.get(link[1])):  # who comes back reads that they have it, and what is next
        page = again.content.decode()
        assert (again.status_code, Booking.objects.count()) == (200, 1)
        said = (
            "<h1>You have a place</h1>",
            "Add to my calendar",
            "sign in with this address",
            "Take the place",
            'role="alert"',
        )
        assert [each in page for each in said] == [True, True, True, False, False]
    with time_machine.travel(STARTS, tick=False):
        assert browser.get(link[1]).status_code == 404  # two days are over


def test_who_gave_a_webinar_s_place_back_may_press_the_link_again() -> None:
    webinar = a_training(opens={Tier.PUBLIC: None})
    Client().post(places_of(webinar), {"do": "by-mail", "name": "Bo Berg", "email": "bo@example.org"})
    link = re.search(r"https?://[^/]+(/book/\S+)", mail.outbox[0].body)
    assert link is not None
    Client().post(link[1])
    held = Booking.objects.get()
    commands.withdraw(held, by=held.person, at=EARLY)
    assert "Take the place" in Client().get(link[1]).content.decode()
    Client().post(link[1])
    assert [each.state for each in Booking.objects.order_by("pk")] == ["withdrawn", "booked"]


def test_the_link_is_over_after_two_days_and_not_to_be_forged() -> None:
    webinar = a_training(opens={Tier.PUBLIC: None})
    Client().post(places_of(webinar), {"do": "by-mail", "name": "Bo Berg", "email": "bo@example.org"})
    link = re.search(r"https?://[^/]+(/book/\S+)", mail.outbox[0].body)
    assert link is not None
    assert Client().post(link[1][:-2] + "x/").status_code == 404
    with time_machine.travel(EARLY + timedelta(days=3), tick=False):
        assert Client().post(link[1]).status_code == 404
    assert Booking.objects.count() == 0


def test_only_what_is_open_to_everybody_sends_links_and_not_too_many() -> None:
    training = a_training()
    answer = Client().post(places_of(training), {"do": "by-mail", "name": "Bo", "email": "bo@example.org"})
    assert (answer.status_code, len(mail.outbox)) == (422, 0)
    webinar = a_training(opens={Tier.PUBLIC: None})
    for _ in range(5):
        answer = Client().post(places_of(webinar), {"do": "by-mail", "name": "Bo", "email": "bo@example.org"})
    assert (answer.status_code, len(mail.outbox)) == (422, 3)


def test_the_team_says_how_a_session_is_booked_and_sees_who_comes() -> None:
    training = a_training()
    commands.stop_booking(training, by=None, at=BEGUN)
    team = the_team()
    assert "This session is for whoever takes part" in team.get(bookings_of(training)).content.decode()
    form = {
        "online": "1", "room": "0", "offer_hours": "24", "closes_hours": "0", "colleagues": "0", "is_approved": "on",
        "experts_when": "now", "community_when": "before", "community_days": "14",
        "alumni_when": "no", "network_when": "no", "public_when": "no",
    }  # fmt: skip
    wrong = team.post(bookings_of(training, "desk-booking-terms"), form | {"community_days": ""})
    assert wrong.status_code == 422
    assert "Write how many days before the session, such as 14." in wrong.content.decode()
    team.post(bookings_of(training, "desk-booking-terms"), form)
    ada, grace = an_expert("Ada"), an_expert("Grace")
    first, second = books(ada, training), books(grace, training)
    for booking in (first, second):
        team.post(bookings_of(training), {"do": "approve", "booking": booking.pk})
    assert states(training) == {"Ada": "booked", "Grace": "waiting"}
    team.post(bookings_of(training), {"do": "remove", "booking": first.pk, "reason": "Came last year"})
    assert states(training) == {"Ada": "removed", "Grace": "offered"}
    team.post(bookings_of(training), {"do": "give", "booking": second.pk})
    assert states(training) == {"Ada": "removed", "Grace": "booked"}


def test_two_of_the_team_who_say_at_once_how_a_session_is_booked_see_what_the_other_said() -> None:
    training, team = a_training(capacity=3), the_team()
    where = bookings_of(training, "desk-booking-terms")
    form = {
        "online": "3", "room": "0", "offer_hours": "24", "closes_hours": "0", "colleagues": "0", "experts_when": "now",
        "alumni_when": "no", "network_when": "no", "community_when": "no", "public_when": "no",
        "seen": team.get(where).context["seen"],
    }  # fmt: skip
    theirs = Terms(online=7, room=0, opens={Tier.EXPERTS: None, Tier.COMMUNITY: 14}, offer_hours=24)
    commands.set_terms(training, theirs, by=None, at=EARLY)
    late = team.post(where, form | {"online": "5"})
    told = [(each.label, each.theirs, each.mine) for each in late.context["theirs"]]
    assert late.status_code == 409
    assert told[0] == ("Places online", "7", "5")
    assert ("Days before, for the community", "14", "–") in told
    assert "Saving again puts yours in place of theirs." in late.content.decode()
    assert (queries.terms_for_team(training), late.context["form"]["online"].value()) == (theirs, "5")
    assert team.post(where, form | {"online": "5", "seen": late.context["seen"]}).status_code == 302  # they have been told
    commands.stop_booking(training, by=None, at=EARLY)
    late = team.post(where, form | {"online": "4"})
    assert (late.status_code, "Somebody else stopped the booking of this session" in late.content.decode()) == (409, True)
    assert queries.terms_for_team(training) is None
    assert team.post(where, form | {"online": "4", "seen": late.context["seen"]}).status_code == 302


def test_a_session_two_of_the_team_let_people_book_at_once_is_booked_as_the_first_said() -> None:
    training, team = a_training(), the_team()
    commands.stop_booking(training, by=None, at=BEGUN)
    where = bookings_of(training, "desk-booking-terms")
    seen = team.get(where).context["seen"]
    theirs = Terms(online=7, room=0, opens={Tier.EXPERTS: None})
    commands.set_terms(training, theirs, by=None, at=EARLY)
    form = {f"{tier.value}_when": "no" for tier in Tier} | {"experts_when": "now", "online": "2", "room": "0"}
    assert team.post(where, form | {"seen": seen}).status_code == 409
    assert queries.terms_for_team(training) == theirs


def test_who_comes_leaves_as_csv_as_a_workbook_and_as_a_list_to_print() -> None:
    training, team = a_training(capacity=1), the_team()
    ada, grace, evil = an_expert("Ada Lindqvist"), an_expert("Grace"), an_expert("=Grace")
    edit_person(ada, access_needs="Captions, please", by=ada, at=BEGUN)
    share_needs(ada, {training.cohort.programme_id: True}, by=ada, at=BEGUN)
    edit_person(grace, access_needs="A ramp", by=grace, at=BEGUN)  # which she lets nobody read
    commands.book_place(training, ada, way=Way.ONLINE, note="+1 for tea", by=ada, at=EARLY)
    books(evil, training)
    commands.withdraw(books(grace, training), by=grace, at=EARLY)
    page = team.get(bookings_of(training)).content.decode()
    files = {form: reverse("desk-bookings-export", args=[*address(training), form]) for form in ("csv", "xlsx")}
    sheet = reverse("desk-bookings-sheet", args=address(training))
    assert [each in page for each in (*files.values(), sheet)] == [True] * 3
    answer = team.get(files["csv"])
    heads, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert heads == ["Name", "Address", "Organisation", "How", "Where it stands", "Asked", "Brought by", "Note", "Access needs"]
    asked = "Mon 2 September 2024, 10:00 (London)"
    assert rows == [
        [
            "Ada Lindqvist",
            "ada.lindqvist@example.org",
            "",
            "Online",
            "Booked",
            asked,
            "",
            "'+1 for tea",
            "Captions, please",
        ],
        ["'=Grace", "'=grace@example.org", "", "Online", "Waiting list", asked, "", "", ""],
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="{training.slug}-bookings-2024-09-02.csv"'
    assert team.get(files["xlsx"]).content.startswith(b"PK")
    printed = team.get(sheet).content.decode()
    assert [each in printed for each in ("Ada Lindqvist", "=Grace", "Captions", "for tea")] == [True, False, False, False]
    assert [as_(with_account(ada)).get(each).status_code for each in (*files.values(), sheet)] == [403] * 3


def test_the_team_books_for_somebody_by_name_or_address_and_hears_who_is_not_found() -> None:
    training, team = a_training(), the_team()
    somebody("Noor Haddad", RoleKind.COMMUNITY)
    team.post(bookings_of(training), {"do": "add", "who": "noor.haddad@example.org", "way": "online"})
    assert states(training) == {"Noor Haddad": "booked"}
    answer = team.post(bookings_of(training), {"do": "add", "who": "Nobody Here", "way": "online"})
    assert (answer.status_code, "Nobody of the programme is called that" in answer.content.decode()) == (422, True)


def test_more_bookings_and_more_sessions_cost_no_more_queries() -> None:
    training, team = a_training(capacity=3), the_team()
    ada = with_account(an_expert("Ada"))
    books(ada, training)
    a_training(on=EARLY.date().replace(month=10, day=29))

    def counts() -> tuple[int, int, int]:
        found = []
        for browser, path in (
            (team, bookings_of(training)),
            (as_(ada), reverse("my-bookings")),
            (as_(ada), places_of(training)),
        ):
            browser.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path).status_code == 200
            found.append(len(asked))
        return (found[0], found[1], found[2])

    few = counts()
    for number in range(8):
        books(an_expert(f"Late {number}"), training)
    for day in (8, 15):
        a_training(on=EARLY.date().replace(month=10, day=day))
    assert counts() == few
    assert the_cohort().sessions.count() == 4


def test_a_public_session_is_offered_to_who_has_no_part_in_anything_as_well() -> None:
    webinar, training = a_training(opens={Tier.PUBLIC: None}), a_training(on=EARLY.date().replace(month=10, day=8))
    hidden = a_training(a_cohort("one", programme=a_programme("masterclass", is_public=False)), opens={Tier.PUBLIC: None})
    stranger = with_account(add_person("Sam Ortiz", email="sam@example.org", by=None, at=BEGUN))
    page = as_(stranger).get(reverse("my-bookings")).content.decode()
    assert [places_of(each) in page for each in (webinar, training, hidden)] == [True, False, False]
    assert "You may book until" in page


def test_the_button_says_what_pressing_it_does() -> None:
    webinar, full = a_training(opens={Tier.PUBLIC: None}), a_training(on=EARLY.date().replace(month=10, day=8), capacity=1)
    asked = a_training(on=EARLY.date().replace(month=10, day=15), is_approved=True)
    books(an_expert("Ada"), full)
    grace = as_(with_account(an_expert("Grace")))
    for session, button in ((webinar, "Book a place"), (full, "Join the waiting list"), (asked, "Ask for a place")):
        page = grace.get(places_of(session)).content.decode()
        assert (button, re.findall(r'value="book"[^>]*>\s*(?:<[^>]+>\s*)*([^<]+?)\s*<', page)) == (button, [button])


def test_who_has_no_place_is_led_to_book_one_and_who_waits_to_their_own() -> None:
    training = a_training(capacity=1)
    public = reverse("session", args=address(training))
    ada, grace, friend = (with_account(an_expert(name)) for name in ("Ada", "Grace", "Noor"))
    books(ada, training), books(grace, training)
    for person, link in ((None, "Book a place"), (friend, "Book a place"), (ada, "Your place"), (grace, "Your place")):
        page = as_(person).get(public).content.decode()
        assert [each for each in ("Book a place", "Your place") if f"{each}</a>" in page] == [link]


def test_the_team_takes_back_a_place_and_takes_off_the_list_who_only_waits() -> None:
    training, team = a_training(capacity=1), the_team()
    books(an_expert("Ada"), training), books(an_expert("Grace"), training)
    page = team.get(bookings_of(training)).content.decode()
    assert [page.count(f"{words}</button>") for words in ("Take it back", "Take off the list")] == [1, 1]


def test_who_books_by_mail_reads_that_they_become_a_community_member() -> None:
    webinar = a_training(opens={Tier.PUBLIC: None})
    said = "becomes a community member of The Practitioners Hub"
    assert said in Client().get(places_of(webinar)).content.decode()
    assert said not in Client().get(places_of(a_training(on=EARLY.date().replace(month=10, day=8)))).content.decode()


def test_the_session_s_page_leads_to_its_places_once_it_gives_some_out() -> None:
    training = a_training()
    public = reverse("session", args=[training.cohort.programme.slug, training.cohort.slug, training.slug])
    assert places_of(training) in Client().get(public).content.decode()
    commands.stop_booking(training, by=None, at=EARLY)
    assert places_of(training) not in Client().get(public).content.decode()
    commands.set_terms(training, Terms(online=2, opens={Tier.EXPERTS: None}), by=None, at=EARLY)
    assert places_of(training) in Client().get(public).content.decode()


def test_who_has_a_place_and_who_waits_are_groups_a_letter_can_go_to_read_at_once_for_all_sessions() -> None:
    training = a_training(capacity=1)
    ada, grace, finn = (an_expert(name) for name in ("Ada", "Grace", "Finn"))
    for person in (ada, grace, finn):
        books(person, training)
    commands.withdraw(Booking.objects.get(person=ada), by=ada, at=EARLY)  # Grace is offered her place

    def asked() -> dict[str, frozenset[int]]:
        return {each.name: frozenset(each.people()) for each in groups(training.cohort.programme, at=EARLY)}

    assert asked() == {f"waiting:{training.pk}": frozenset({grace.pk, finn.pk})}
    commands.accept_place(Booking.objects.live().get(person=grace), by=grace, at=EARLY)
    with CaptureQueriesContext(connection) as few:
        assert asked() == {
            f"booked:{training.pk}": frozenset({grace.pk}),
            f"waiting:{training.pk}": frozenset({finn.pk}),
        }
    for day in (8, 15):
        books(ada, a_training(on=EARLY.date().replace(month=10, day=day)))
    with CaptureQueriesContext(connection) as many:
        assert len(asked()) == 4
    assert len(many) == len(few)


def test_what_waits_for_the_teams_yes_is_not_called_a_list_and_what_is_taken_back_is_what_it_was() -> None:
    training = a_training(capacity=6, colleagues=1)
    grace, ada = with_account(an_expert("Grace Okoye")), with_account(an_expert("Ada"))
    held = books(grace, training)
    commands.set_terms(training, Terms(online=6, opens=EXPERTS_FIRST, is_approved=True, colleagues=1), by=None, at=EARLY)
    where = f"/practitioners-hub/2024/sessions/{training.slug}/places/"

    def said(client: Client, **given: object) -> list[str]:
        return [str(each) for each in client.post(where, given, follow=True).context["messages"]]

    with time_machine.travel(EARLY, tick=False):
        hers, own = as_(grace), as_(ada)
        brought = said(hers, do="colleague", booking=held.pk, name="Kim Colleague", email="kim@example.org")
        assert brought == ["A place is asked for Kim Colleague. The team says yes or no."]
        kim = Booking.objects.get(brought_by=held)
        assert said(hers, do="withdraw", booking=kim.pk) == ["The question for Kim Colleague is taken back."]
        assert said(own, do="book", way="online", note="") == ["You asked for a place. The team says yes or no."]
        asked = Booking.objects.get(person=ada)
        assert said(own, do="withdraw", booking=asked.pk) == ["Your question is taken back."]
        assert "You gave it back" not in own.get(where).content.decode()
