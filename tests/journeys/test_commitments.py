"""Mara fills a register by keyboard, Ada asks, Mara answers and certifies; each stop held to the accessibility rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.participation.commands import set_agreed
from hub.people.commands import prove_address
from hub.people.commands.persons import give_account
from hub.people.models import Person
from tests.factories import a_cohort, a_session, mara
from tests.journeys.conftest import Axe, SignIn, fits, follow
from tests.participation.places import an_expert, released, the_cohort
from tests.participation.promising import cafes, held, own_promises

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2024, 10, 17, 12, 0, tzinfo=UTC)  # the day after the fourth of six cafés
OVER = datetime(2024, 11, 14, 12, 0, tzinfo=UTC)  # the day after the last
DESK = "/team/practitioners-hub/2024"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def ada(transactional_db: None) -> Person:
    """Ada, at one of three cafés; the fourth waits for its register, Mara runs the team."""
    sessions = cafes(6)
    team = mara(own_promises().programme)
    prove_address(give_account(team, "mara@example.org", by=None, at=NOW), by=None, at=NOW)
    person, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    held(sessions[0], person, grace)
    held(sessions[1], grace)
    held(sessions[2])
    return person


@pytest.mark.parametrize(
    "browser_page",
    [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}],
    indirect=True,
    ids=["desk", "phone-by-night"],
)
def test_from_the_register_to_the_certificate(
    browser_page: Page, ada: Person, sign_in: SignIn, axe: Axe, clock: time_machine.Traveller
) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(f"{DESK}/sessions/{the_cohort().sessions.get(title='Café 4').slug}/attendance/")
    axe(page)
    page.get_by_role("checkbox", name=re.compile("Grace Oyelaran")).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save and close the register").press("Enter")
    expect(page.get_by_text("1 of 2 came")).to_be_visible()
    axe(page)
    page.goto(f"{DESK}/commitments/")
    axe(page)
    follow(page.get_by_role("link", name="Half of the cafés, rounded up"))
    axe(page)

    sign_in(page, "Ada")
    page.goto("/me/commitments/")
    expect(page.get_by_text("You need each of the next 2.")).to_be_visible()
    axe(page)
    page.get_by_text("Excuse me from a session").click()
    page.get_by_label("Session").locator("visible=true").select_option(
        label="Café 2, Wed 18 September 2024, 15:00–17:00 (London)"
    )
    page.get_by_label("Why").locator("visible=true").fill("I was ill.")
    page.get_by_role("button", name="Ask to be excused").click()
    expect(page.get_by_text("Waits for the team", exact=True)).to_be_visible()

    sign_in(page, "Mara")
    page.goto(f"{DESK}/attendance/")
    axe(page)
    assert fits(page)
    page.get_by_role("button", name=re.compile("Excuse.*Ada Lindqvist")).click()
    expect(page.get_by_text("Ada Lindqvist is excused.")).to_be_visible()
    page.goto(f"{DESK}/attendance/{ada.pk}/")
    axe(page)
    page.goto(f"{DESK}/load/")
    axe(page)
    page.goto(f"{DESK}/certificates/")
    expect(page.get_by_role("checkbox", name=re.compile("Ada Lindqvist.*Still to come: 2 cafés"))).to_be_disabled()
    clock.move_to(OVER)
    sign_in(page, "Mara")
    page.goto(f"{DESK}/certificates/")
    page.get_by_role("checkbox", name=re.compile("Ada Lindqvist")).check()
    page.get_by_role("button", name="Issue certificates").click()
    expect(page.get_by_text("1 certificate issued.", exact=False)).to_be_visible()
    axe(page)
    page.get_by_role("link", name=re.compile(r"^\w{4}-\w{4}-\w{4}$")).click()
    expect(page.get_by_role("heading", name="This certificate is true")).to_be_visible()
    axe(page)
    verified = page.url

    sign_in(page, "Ada")
    page.goto("/me/who-sees/")
    expect(page.get_by_text("Whoever has the address or the code", exact=False)).to_be_visible()
    axe(page)
    page.goto("/me/commitments/")
    axe(page)
    assert fits(page)
    page.get_by_role("button", name="Close its page").click()
    expect(page.get_by_text("Closed. Nobody can verify this certificate", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="Open its page again")).to_be_visible()
    page.goto(verified)
    expect(page.get_by_role("heading", name="This certificate is not shown")).to_be_visible()
    axe(page)


@pytest.mark.parametrize(
    "browser_page",
    [{"viewport": {"width": 1280, "height": 900}}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}],
    indirect=True,
    ids=["desk", "phone-by-night"],
)
def test_the_load_of_eight_months_is_read_without_scrolling_to_the_side(
    browser_page: Page, transactional_db: None, sign_in: SignIn, axe: Axe
) -> None:
    cohort = a_cohort(ends_on=date(2025, 4, 30))
    for month in (*range(9, 13), *range(1, 5)):
        year = 2024 if month > 8 else 2025
        for day in (3, 10):
            a_session(cohort, title=f"Workshop {month}.{day}", date=date(year, month, day), start=time(8, 30), end=time(20, 55))
    released(cohort)
    team = mara(cohort.programme)
    prove_address(give_account(team, "mara@example.org", by=None, at=NOW), by=None, at=NOW)
    for name, minutes in (("Ada Lindqvist", 1950), ("Grace Oyelaran-Featherstonehaugh", 975)):
        set_agreed(cohort, an_expert(name), minutes=minutes, by=None, at=NOW)
    sign_in(browser_page, "Mara")
    browser_page.goto(f"{DESK}/load/")
    axe(browser_page)
    assert fits(browser_page)
    frame = browser_page.get_by_role("region", name="Load by month")
    assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") == 0
    last = frame.get_by_role("row").filter(has_text="Grace").get_by_text("24 h 50").last
    expect(last).to_be_visible()
