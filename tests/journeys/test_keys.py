"""Keys in a real browser: a passkey of a device that exists only here, an authenticator app, and looking as somebody."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hub.people.commands import invite
from hub.people.models import Account
from tests.journeys.conftest import Axe, SignIn, follow
from tests.people.test_doors import app_code
from tests.people.test_sign_in import code_sent
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return a_scene()


def with_a_device(page: Page) -> None:
    """Give the browser a device that keeps passkeys and says yes at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    facts = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": facts})


def test_a_passkey_is_added_and_lets_in_without_an_address(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    with_a_device(browser_page)
    sign_in(browser_page, "Mara")
    browser_page.goto("/me/sign-in/")
    axe(browser_page)
    browser_page.get_by_role("link", name="Add a passkey").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Add a passkey")
    axe(browser_page)
    browser_page.get_by_label("What to call it").fill("The laptop")
    browser_page.get_by_role("button", name="Add it").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    axe(browser_page)
    browser_page.get_by_role("link", name="I have kept them").click()
    expect(browser_page.get_by_text("The laptop").first).to_be_visible()

    browser_page.context.clear_cookies()
    browser_page.goto("/sign-in/?next=/practitioners-hub/")
    browser_page.get_by_role("button", name="Use a passkey").click()
    expect(browser_page).to_have_url(re.compile("/practitioners-hub/$"))
    expect(browser_page.get_by_role("button", name="Mara Okafor")).to_be_visible()

    browser_page.context.clear_cookies()
    browser_page.goto("/sign-in/")
    browser_page.get_by_label("E-mail address").fill("mara@example.org")
    browser_page.get_by_role("button", name="Send me a code").click()
    browser_page.get_by_label("Code").fill(code_sent())
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("One more step")
    axe(browser_page)
    browser_page.get_by_role("button", name="Use a passkey").click()
    expect(browser_page).to_have_url(re.compile("/team/practitioners-hub/$"))

    browser_page.goto("/me/sign-in/")
    browser_page.get_by_role("link", name=re.compile("Take away")).click()
    browser_page.get_by_role("button", name="Use a passkey").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Take “The laptop” away?")
    axe(browser_page)
    browser_page.get_by_role("button", name="Take it away").click()
    expect(browser_page.get_by_text("The passkey is taken away.")).to_be_visible()


def test_an_authenticator_app_is_added_by_its_letters(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/sign-in/app/")
    axe(browser_page)
    secret = browser_page.locator("code.key").inner_text()
    browser_page.get_by_label("The code it shows").fill("000000")
    browser_page.get_by_role("button", name="Add it").click()
    expect(browser_page.get_by_text("That did not fit.")).to_be_visible()
    axe(browser_page)
    assert browser_page.locator("code.key").inner_text() == secret
    browser_page.get_by_label("The code it shows").fill(app_code(secret))
    browser_page.get_by_role("button", name="Add it").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


def test_the_team_looks_as_an_expert_and_is_told_so_on_every_page(
    browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene
) -> None:
    sign_in(browser_page, "Mara")
    browser_page.goto(f"/team/practitioners-hub/people/{scene.ada.pk}/")
    follow(browser_page.get_by_role("button", name="See as they do"))
    for address in ("/me/", "/practitioners-hub/"):
        browser_page.goto(address)
        expect(browser_page.get_by_text("You see the Hub as Ada Lindqvist does.")).to_be_visible()
        axe(browser_page)
    browser_page.get_by_role("button", name="Be yourself again").click()
    expect(browser_page.get_by_text("You see the Hub as")).to_have_count(0)


def test_addresses_are_changed_by_the_keyboard(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/sign-in/addresses/")
    axe(browser_page)
    browser_page.get_by_label("Another address").fill("ada@example.net")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Prove that it is yours")
    axe(browser_page)
    browser_page.get_by_label("Code").fill(code_sent())
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("button", name=re.compile("Send mail here"))).to_be_visible()


def test_an_invitation_is_taken_with_one_press_and_its_key_goes_nowhere(browser_page: Page, scene: Scene) -> None:
    Account.objects.filter(person=scene.ada).update(last_login=None)
    _, key = invite(scene.ada, by=scene.mara, at=timezone.now())
    told: list[str] = []
    browser_page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    browser_page.goto(f"/come-in/{key}/")
    browser_page.get_by_role("button", name="Come in").click()
    expect(browser_page).to_have_url(re.compile("/me/$"))
    assert [referrer for referrer in told if key in referrer] == []
