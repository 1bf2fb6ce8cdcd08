"""What is mine and what the house states, in a real browser: the address of a calendar, links, who sees what, the words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.core.consent import Use
from hub.people.commands import answer, publish_term
from tests.journeys.conftest import Axe, SignIn, fits, follow
from tests.scene import IN_SEPTEMBER, Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return a_scene()


@pytest.mark.parametrize(
    "browser_page", [{}, {"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["desk", "phone"]
)
def test_while_a_session_is_on_each_button_of_what_is_next_leads_where_it_says(
    browser_page: Page, sign_in: SignIn, scene: Scene
) -> None:
    with time_machine.travel(datetime(2024, 9, 18, 14, 5, tzinfo=UTC), tick=True):
        sign_in(browser_page, "Ada")
        for name, end in (
            ("Go to its room", "/room/"),
            ("Check in", "/room/#check-in"),
            ("See the session", "/sessions/cafe-september-2/"),
            ("Collaboration Café", "/sessions/cafe-september-2/"),
        ):
            browser_page.goto("/me/")
            card = browser_page.get_by_role("main").get_by_role("article").first
            follow(card.get_by_role("link", name=name))
            assert browser_page.url.endswith(end)


def test_an_address_is_made_copied_and_renewed(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/")
    follow(browser_page.get_by_role("main").get_by_role("link", name="Your calendar"))
    axe(browser_page)
    browser_page.get_by_role("button", name="Make my address").click()
    address = browser_page.get_by_label("Or paste this address where your calendar asks for one")
    first = address.input_value()
    axe(browser_page)

    browser_page.get_by_role("button", name="Copy").click()
    expect(browser_page.get_by_role("button", name="Copied")).to_be_visible()
    assert browser_page.evaluate("navigator.clipboard.readText()") == first

    browser_page.get_by_role("button", name="Renew the address").click()
    expect(browser_page.get_by_text("This is the new address.")).to_be_visible()
    assert address.input_value() != first


def test_links_are_added_by_the_keyboard_and_a_wrong_one_is_shown_at_its_place(
    browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene
) -> None:
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/profile/")
    axe(browser_page)
    browser_page.get_by_label("Name of link 1").fill("My group")
    browser_page.get_by_label("Address of link 1").fill("not an address")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("link", name=re.compile("Address of link 1"))).to_be_visible()
    expect(browser_page.get_by_label("Name of link 1")).to_have_value("My group")
    axe(browser_page)
    browser_page.get_by_label("Address of link 1").fill("example.org/group")
    browser_page.get_by_role("button", name="Save").click()
    expect(browser_page.get_by_label("Address of link 1")).to_have_value("https://example.org/group")
    expect(browser_page.get_by_label("Name of link 4")).to_be_visible()


@pytest.mark.parametrize(
    "browser_page",
    [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}],
    indirect=True,
)
def test_who_sees_what_is_read_by_everybody(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    term = publish_term(scene.programme, Use.NAME, "Your name.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/agreements/")
    browser_page.get_by_role("link", name="Who sees what").click()
    expect(browser_page.get_by_text("because you agreed to appear by name")).to_be_visible()
    axe(browser_page)
    assert fits(browser_page)
    browser_page.get_by_role("link", name="The Experts of Cohort 2024").click()
    expect(browser_page.get_by_role("main").get_by_text("Ada Lindqvist")).to_be_visible()


@pytest.mark.parametrize(
    "browser_page",
    [{"color_scheme": "light"}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}}],
    indirect=True,
)
def test_the_team_previews_its_words_and_everybody_reads_them(
    browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene
) -> None:
    browser_page.goto("/practitioners-hub/")
    for label in ("Privacy", "Accessibility"):
        follow(browser_page.get_by_role("contentinfo").get_by_role("link", name=label))
        axe(browser_page)
        assert fits(browser_page)

    sign_in(browser_page, "Mara")
    browser_page.goto("/team/practitioners-hub/")
    follow(browser_page.get_by_role("main").get_by_role("link", name="Statements"))
    axe(browser_page)
    browser_page.get_by_label("The words").first.fill("## Ours\n\nWe keep **little**.")
    browser_page.get_by_role("button", name="Preview the Privacy notice").click()
    expect(browser_page.get_by_role("heading", name="Ours")).to_be_visible()
    axe(browser_page)
    browser_page.get_by_role("button", name="Publish the Privacy notice").click()
    expect(browser_page.get_by_text("Privacy notice: version 1 holds from now on.")).to_be_visible()
    browser_page.goto("/practitioners-hub/privacy/")
    expect(browser_page.get_by_role("heading", name="Ours")).to_be_visible()
