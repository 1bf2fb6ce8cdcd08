"""Ada and Grace are in the room and write at once; two of the team let the notes leave; each stop held to axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from playwright.sync_api import Page, expect

from hub.participation import queries
from tests.journeys.conftest import SignIn, Stop
from tests.participation.rooms import DURING, where
from tests.participation.test_sharing_notes import Told
from tests.people.test_sign_in import code_sent

pytestmark = pytest.mark.django_db(transaction=True)
WAITS = 1500  # ms: a little longer than the page waits after the last key before it saves
AGAIN = 30_000  # ms: how long it waits after a save that was refused


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with time_machine.travel(DURING, tick=True):
        yield


@pytest.mark.parametrize(
    "browser_page", [{"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], indirect=True, ids=["phone-by-night"]
)
def test_two_write_at_once_and_both_are_kept(
    browser_page: Page, other_page: Page, transactional_db: None, sign_in: SignIn, stop: Stop
) -> None:
    told = Told("Ideas\n\n- one\n- two\n")
    pages = {"Ada": browser_page, "Grace": other_page}
    for name, page in pages.items():
        sign_in(page, name)
        page.clock.install(time=DURING)
        page.goto(where(told.cafe))
    ada, grace = (pages[name].get_by_label("Shared notes, in Markdown") for name in pages)
    agenda = browser_page.get_by_role("listitem").filter(has_text="Work on your own goal")
    expect(agenda.filter(has_text="15:35")).to_contain_text("Now")
    for name, page in pages.items():
        stop(page, f"room-{name}")

    for page in pages.values():  # the page saves by itself: it has hidden the button
        expect(page.get_by_role("button", name="Save notes")).to_be_hidden()
    ada.press("Control+Home")
    browser_page.keyboard.type("Ada begins.\n")
    grace.press("Control+End")
    other_page.keyboard.type("- Grace ends\n")
    for page in pages.values():
        page.clock.fast_forward(WAITS)
        expect(page.get_by_text("Saved at 15:4", exact=False)).to_be_visible()
    both = "Ada begins.\nIdeas\n\n- one\n- two\n- Grace ends\n"
    expect(grace).to_have_value(both)
    browser_page.clock.fast_forward(12_000)  # Ada’s page looks what others wrote
    expect(ada).to_have_value(both)
    notes = queries.notes_of(told.cafe)
    assert notes is not None
    assert notes.text == both
    stop(browser_page, "room-notes")
    browser_page.get_by_role("link", name="As they read").press("Enter")
    expect(browser_page.get_by_role("listitem").filter(has_text="Grace ends")).to_be_visible()
    stop(browser_page, "room-read")


def test_one_of_the_team_proposes_what_goes_and_another_approves(
    browser_page: Page, other_page: Page, transactional_db: None, sign_in: SignIn, stop: Stop
) -> None:
    told = Told()
    desk = f"/team{where(told.cafe, 'notes/')}"
    mara, rosa = browser_page, other_page
    sign_in(mara, "Mara")
    sign_in(rosa, "Rosa")
    mara.goto(desk)
    stop(mara, "notes-begin")
    mara.get_by_role("button", name="Look through the notes").press("Enter")
    expect(mara.get_by_role("heading", name=re.compile("Goes in any case"))).to_be_visible()
    stop(mara, "notes-decide")
    mara.get_by_role("group", name=re.compile("Tomas Berg")).get_by_label("Keep it").press("Space")
    mara.get_by_role("button", name="Propose it to a second person").press("Enter")
    expect(mara.get_by_text("You proposed this, so somebody else of the team approves it.")).to_be_visible()
    stop(mara, "notes-proposed")

    rosa.goto("/team/practitioners-hub/")
    rosa.get_by_role("link", name=re.compile("Look at them.*notes")).press("Enter")
    expect(rosa.get_by_text("Mara Okafor proposed this", exact=False)).to_be_visible()
    rosa.get_by_role("button", name="Approve", exact=True).press("Enter")
    expect(rosa.get_by_role("button", name="Let everybody read them")).to_be_visible()
    stop(rosa, "notes-approved")
    rosa.get_by_role("button", name="Let everybody read them").press("Enter")
    rosa.get_by_role("link", name="As everybody sees them").press("Enter")
    expect(rosa.get_by_role("heading", name="Notes", level=1)).to_be_visible()
    expect(rosa.get_by_text("Tomas Berg will write the README")).to_be_visible()
    expect(rosa.get_by_text("a participant answered", exact=False)).to_be_visible()
    assert "Oyelaran" not in rosa.locator("main").inner_text()
    stop(rosa, "notes-public")


def test_what_one_types_on_while_signed_out_is_saved_once_they_signed_in_again(
    browser_page: Page, transactional_db: None, sign_in: SignIn
) -> None:
    told = Told("Ideas\n")
    sign_in(browser_page, "Ada")
    browser_page.clock.install(time=DURING)
    browser_page.goto(where(told.cafe))
    second = browser_page.context.new_page()
    second.goto("/me/")
    second.get_by_role("button", name="Ada Lindqvist").click()
    with second.expect_navigation():
        second.get_by_role("button", name="Sign out").click()

    browser_page.get_by_label("Shared notes, in Markdown").fill("Ideas\n\nAda types on.\n")
    browser_page.clock.fast_forward(WAITS)
    not_saved = browser_page.get_by_text("Not saved: sign in as yourself in another tab.", exact=False)
    expect(not_saved).to_be_visible()

    sign_in(second, "Grace")  # whoever signs in meanwhile does not save what Ada typed
    second.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)  # signing in makes it anew
    for waits in (AGAIN, AGAIN):
        with browser_page.expect_response(re.compile("room/notes/")):
            browser_page.clock.fast_forward(waits)
        expect(not_saved).to_be_visible()
    second.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    second.goto("/sign-in/")
    second.get_by_label("E-mail address").fill(str(told.ada.account.email))
    second.get_by_role("button", name="Send me a code").click()
    second.get_by_label("Code").fill(code_sent())
    with second.expect_navigation():
        second.get_by_role("button", name="Sign in").click()
    browser_page.clock.fast_forward(AGAIN)
    browser_page.clock.fast_forward(WAITS)
    expect(browser_page.get_by_text("Saved at 15:4", exact=False)).to_be_visible()
    notes = queries.notes_of(told.cafe)
    assert notes is not None
    assert (notes.text, notes.saved_by) == ("Ideas\n\nAda types on.\n", told.ada)
