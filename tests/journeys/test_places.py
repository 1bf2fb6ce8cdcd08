"""Ada takes the last place, Grace waits and gets it, the team sets the terms, Bo books by mail; each stop held to axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import Page, expect

from hub.core.booking import Tier
from hub.people.models import RoleKind
from hub.schedule.models import Session
from tests.journeys.conftest import SignIn, Stop
from tests.participation.places import EARLY, a_training, an_expert, books, states
from tests.participation.rooms import somebody_here, where

pytestmark = pytest.mark.django_db(transaction=True)
BY_NIGHT = pytest.mark.parametrize(
    "browser_page", [{"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], indirect=True, ids=["phone-by-night"]
)


@pytest.fixture(autouse=True)
def early_in_september() -> Iterator[None]:
    with time_machine.travel(EARLY, tick=True):
        yield


@pytest.fixture
def training(transactional_db: None) -> Session:
    """A training whose two places are almost gone: Iris has one. Ada, Grace and the team can sign in."""
    made = a_training(capacity=2)
    books(an_expert("Iris Berg"), made)
    for name in ("Ada Lindqvist", "Grace Oyelaran"):
        somebody_here(name)
    somebody_here("Mara Okafor", RoleKind.TEAM)
    return made


@BY_NIGHT
def test_the_last_place_is_given_back_and_goes_to_who_waits(
    browser_page: Page, training: Session, sign_in: SignIn, stop: Stop
) -> None:
    page = browser_page

    sign_in(page, "Ada")
    page.goto(where(training, ""))
    page.get_by_role("link", name="Book a place").press("Enter")
    expect(page.get_by_text("1 of 2 places is free", exact=False)).to_be_visible()
    stop(page, "places-book")
    page.get_by_label("What the team should know").fill("I need captions")
    page.get_by_label("What the team should know").press("Enter")
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    stop(page, "places-booked")

    sign_in(page, "Grace")
    page.goto("/me/bookings/")
    page.get_by_role("link", name="Systems Thinking").click()
    page.get_by_role("button", name="Join the waiting list").press("Enter")
    expect(page.get_by_role("heading", name="On the waiting list")).to_be_visible()
    stop(page, "places-waits")

    sign_in(page, "Ada")
    page.goto(where(training, "places/"))
    page.get_by_role("button", name="I can’t come: give the place back").press("Enter")
    expect(page.get_by_text("Withdrawn.")).to_be_visible()
    stop(page, "places-given-back")

    sign_in(page, "Grace")
    page.goto("/me/bookings/")
    stop(page, "places-mine")
    page.get_by_role("link", name="Systems Thinking").press("Enter")
    expect(page.get_by_role("heading", name="A place is kept for you")).to_be_visible()
    stop(page, "places-offered")
    page.get_by_role("button", name="Take the place").press("Enter")
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    assert states(training) == {"Iris Berg": "booked", "Ada Lindqvist": "withdrawn", "Grace Oyelaran": "booked"}


def test_the_team_sees_who_comes_says_how_it_is_booked_and_takes_a_place_back(
    browser_page: Page, training: Session, sign_in: SignIn, stop: Stop
) -> None:
    page = browser_page
    for name in ("Edda Storm", "Finn Adeyemi"):
        books(an_expert(name), training)
    sign_in(page, "Mara")
    page.goto(f"/team{where(training, 'bookings/')}")
    page.get_by_text("Take it back, Iris Berg").click()
    page.get_by_label("Why (they read it)").locator("visible=true").fill("You were there last year")
    stop(page, "places-team-open")
    page.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("You wrote: You were there last year")).to_be_visible()

    page.get_by_role("link", name="How it is booked").click()
    expect(page.get_by_role("heading", name="How it is booked", level=1)).to_be_visible()
    stop(page, "places-terms")
    page.get_by_role("spinbutton", name="Places online").fill("3")
    page.get_by_role("group", name="Everybody").get_by_role("combobox").select_option("Some days before")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Days before, for everybody: Write how many days before")).to_be_visible()
    stop(page, "places-terms-wrong")
    page.get_by_role("spinbutton", name="Days before, for everybody").fill("7")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Bookings", level=1)).to_be_visible()
    page.get_by_text("Book for somebody").click()
    page.get_by_label("Name or address").fill("grace.oyelaran@example.org")
    page.get_by_role("button", name="Book for them").press("Enter")
    expect(page.get_by_text("Grace Oyelaran has a place.")).to_be_visible()
    stop(page, "places-team-after")
    assert states(training) == {
        "Iris Berg": "removed",
        "Edda Storm": "booked",
        "Finn Adeyemi": "offered",
        "Grace Oyelaran": "booked",
    }


def test_a_webinar_is_booked_with_a_mail_address_and_the_link_in_the_mail(browser_page: Page, stop: Stop) -> None:
    page = browser_page
    webinar = a_training(opens={Tier.PUBLIC: None})
    page.goto(where(webinar, ""))
    page.get_by_role("link", name="Book a place").press("Enter")
    expect(page.get_by_label("Your mail address")).to_be_visible()
    stop(page, "places-public")
    page.get_by_label("Your name").fill("Bo Berg")
    page.get_by_label("Your mail address").fill("bo@example.org")
    page.get_by_label("Your mail address").press("Enter")
    expect(page.get_by_role("status").get_by_text("Look into your mail")).to_be_visible()
    stop(page, "places-public-sent")
    (letter,) = mail.outbox
    link = re.search(r"https?://[^/]+(/book/\S+)", str(letter.body))
    assert link is not None
    page.goto(link[1])
    stop(page, "places-public-link")
    page.get_by_role("button", name="Take the place").press("Enter")
    expect(page.get_by_role("heading", name="You have a place")).to_be_visible()
    stop(page, "places-public-booked")
    assert states(webinar) == {"Bo Berg": "booked"}
