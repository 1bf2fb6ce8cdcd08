"""The shell in a real browser: by day and by night, at a desk and on a phone, with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from hub.kit.fresh import shelf
from hub.programmes.commands import Partner, create_cohort, edit_programme, import_year_plan, name_partners
from tests.factories import BEGUN
from tests.journeys.conftest import Axe, SignIn, fits
from tests.people.test_sign_in import code_sent
from tests.scene import YEAR_PLAN, Scene, a_scene
from tests.schedule.drafts import add_sessions, released

pytestmark = pytest.mark.django_db(transaction=True)
DARK = {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SMALLEST = {"viewport": {"width": 320, "height": 640}}  # what 400 % zoom leaves of 1280 pixels (WCAG 1.4.10)
EVERY_WAY = pytest.mark.parametrize(
    "browser_page",
    [{}, DARK, PHONE, {**DARK, **PHONE}, SMALLEST],
    indirect=True,
    ids=["day", "night", "phone", "phone at night", "zoomed"],
)


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def scene(settings: Settings) -> Scene:
    settings.DEMO = True
    return a_scene()


def too_wide(page: Page) -> list[str]:
    """What stands out at the right, innermost first; nothing where the page keeps to its width."""
    return (
        []
        if fits(page)
        else page.evaluate(
            "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".map(e => e.tagName + '.' + e.className).reverse().slice(0, 4)"
        )
    )


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')"))


@EVERY_WAY
def test_the_pages_everybody_sees_can_be_used_by_everybody(browser_page: Page, axe: Axe, scene: Scene) -> None:
    for address, heading in (
        ("/", "Learning together, in the open"),
        ("/practitioners-hub/", "The Practitioners Hub"),
        ("/practitioners-hub/year-plan/", "Year plan 2024"),
        ("/sign-in/", "Sign in"),
        ("/dev/", "Who would you like to be?"),
        ("/nowhere/", "There is no such page"),
    ):
        browser_page.goto(address)
        expect(browser_page.get_by_role("heading", level=1)).to_have_text(heading)
        axe(browser_page)
        assert fits(browser_page), address


@EVERY_WAY
def test_what_is_mine_can_be_used_by_everybody(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    for name in ("Ada", "Mara", "Sam"):
        sign_in(browser_page, name)
        browser_page.goto("/me/")
        expect(browser_page.get_by_role("heading", level=1)).to_have_text(f"Hello, {name}")
        axe(browser_page)
        assert fits(browser_page)


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(browser_page: Page, scene: Scene) -> None:
    browser_page.goto("/practitioners-hub/")
    browser_page.keyboard.press("Tab")
    assert focused(browser_page) == "Skip to the content"
    expect(browser_page.locator("a.skip")).to_be_in_viewport()
    browser_page.keyboard.press("Enter")
    assert browser_page.evaluate("document.activeElement.id") == "main"
    browser_page.keyboard.press("Tab")
    assert focused(browser_page) == "See the schedule"


def test_every_stop_of_the_keyboard_can_be_seen(browser_page: Page, scene: Scene) -> None:
    browser_page.goto("/practitioners-hub/")
    stops = browser_page.locator("a[href]:visible, button:visible").count()
    unseen = []
    for _ in range(stops):
        browser_page.keyboard.press("Tab")
        shown = browser_page.evaluate(
            "() => { const e = document.activeElement;"
            " return [e, ...['::after', '::before']].map((at, i) => i ? getComputedStyle(e, at) : getComputedStyle(e))"
            ".some(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) }"
        )
        unseen += [] if shown else [focused(browser_page)]
    assert unseen == []


def test_signing_in_leads_on_and_a_slip_keeps_what_was_typed(browser_page: Page, axe: Axe, scene: Scene) -> None:
    browser_page.goto("/me/")
    browser_page.get_by_label("E-mail address").fill("ada at example")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_text("Write the address in full")).to_be_visible()
    expect(browser_page.get_by_label("E-mail address")).to_have_value("ada at example")
    assert browser_page.title().startswith("Another look")
    axe(browser_page)
    browser_page.get_by_label("E-mail address").fill("ada@example.org")
    browser_page.get_by_role("button", name="Send me a code").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Type your code")
    axe(browser_page)
    browser_page.get_by_label("Code").fill("12")
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_text("That is not the code.")).to_be_visible()
    axe(browser_page)
    browser_page.get_by_label("Code").fill(code_sent())
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Hello, Ada")


def test_the_palette_finds_a_page_by_a_few_letters_and_the_keyboard_alone(
    browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene
) -> None:
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/")
    browser_page.keyboard.press("Control+k")
    dialog = browser_page.get_by_role("dialog", name="Find or do")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("option").first).to_be_visible()
    axe(browser_page)
    browser_page.keyboard.type("nothing like it")
    expect(dialog.get_by_text("Nothing by that name.")).to_be_visible()
    browser_page.keyboard.press("Control+a")
    browser_page.keyboard.type("year pl")
    chosen = dialog.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Year plan")
    browser_page.keyboard.press("Enter")
    expect(browser_page).to_have_url(re.compile("/practitioners-hub/year-plan/$"))


def test_the_palette_goes_away_with_escape_and_gives_the_focus_back(browser_page: Page, sign_in: SignIn, scene: Scene) -> None:
    sign_in(browser_page, "Mara")
    browser_page.goto("/me/")
    opener = browser_page.get_by_role("button", name="Find or do")
    opener.focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("dialog")).to_be_visible()
    browser_page.keyboard.press("Escape")
    expect(browser_page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()


@pytest.mark.parametrize("browser_page", [PHONE], indirect=True)
def test_on_a_phone_the_places_open_and_close(browser_page: Page, axe: Axe, sign_in: SignIn, scene: Scene) -> None:
    sign_in(browser_page, "Ada")
    browser_page.goto("/me/")
    places = browser_page.get_by_role("navigation", name="Places")
    expect(places).to_be_hidden()
    browser_page.get_by_role("button", name="Places").tap()
    expect(places.get_by_role("link", name="Schedule, Cohort 2024")).to_be_visible()
    axe(browser_page)
    browser_page.keyboard.press("Escape")
    expect(places).to_be_hidden()


def test_the_colours_somebody_chooses_stay_on_this_device(browser_page: Page, scene: Scene) -> None:
    browser_page.goto("/")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    by_day = browser_page.evaluate(paper)
    browser_page.get_by_role("button", name="Dark").click()
    by_night = browser_page.evaluate(paper)
    assert by_day != by_night
    browser_page.goto("/practitioners-hub/")
    assert browser_page.evaluate(paper) == by_night
    expect(browser_page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    browser_page.get_by_role("button", name="Auto").click()
    assert browser_page.evaluate(paper) == by_day


@pytest.mark.parametrize("browser_page", [{"timezone_id": "America/New_York"}], indirect=True)
def test_a_reader_elsewhere_is_told_their_own_time_beside_ours(browser_page: Page, sign_in: SignIn, scene: Scene) -> None:

    soon = timezone.now() + timedelta(days=3)
    add_sessions(scene.cohort, [{"slug": "soon", "title": "Soon", "date": soon.date()}])
    released(scene.cohort, at=timezone.now(), seen=1)
    browser_page.goto("/practitioners-hub/")
    first = browser_page.locator(".coming-item").first
    expect(first).to_contain_text("15:00–17:00 (London)")
    expect(first.locator(".time-local")).to_contain_text("in New York")


@pytest.mark.parametrize("browser_page", [{"java_script_enabled": False}], indirect=True)
def test_without_script_everything_can_still_be_done(browser_page: Page, scene: Scene) -> None:
    browser_page.goto("/practitioners-hub/")
    browser_page.get_by_role("link", name="Sign in").click()
    browser_page.get_by_label("E-mail address").fill("ada@example.org")
    browser_page.get_by_role("button", name="Send me a code").click()
    browser_page.get_by_label("Code").fill(code_sent())
    browser_page.get_by_role("button", name="Sign in").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Hello, Ada")
    expect(browser_page.get_by_role("button", name="Find or do")).to_have_count(0)
    browser_page.get_by_role("link", name="Schedule, Cohort 2024").click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Schedule")


@pytest.mark.parametrize("browser_page", [{}, PHONE, SMALLEST], indirect=True, ids=["desk", "phone", "zoomed"])
def test_pages_keep_to_their_width_whatever_the_words(browser_page: Page, sign_in: SignIn, scene: Scene) -> None:
    long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
    edit_programme(scene.programme, name=long, tagline=long * 2, about=f"{long * 3}\n\n`{long * 3}`", by=None, at=BEGUN)
    today = timezone.now().date()
    days = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=30)}
    cohort = create_cohort(scene.programme, slug="now", name=long, about=long * 3, **days, by=None, at=BEGUN)
    name_partners(cohort, [Partner(long, "https://example.org/")], by=None, at=BEGUN)
    plan = YEAR_PLAN.replace("Launch of the cohort", long * 2).replace("Trainings", long).replace("Learn together", long * 2)
    import_year_plan(scene.programme, plan, year=2024, by=None, at=BEGUN)
    add_sessions(cohort, [{"title": long * 2, "led_by": long, "date": today + timedelta(days=3)}])
    released(cohort, at=timezone.now())
    sign_in(browser_page, "Mara")
    wide = {}
    for address in ("/", "/practitioners-hub/", "/practitioners-hub/year-plan/", "/me/", "/dev/"):
        browser_page.goto(address)
        wide[address] = too_wide(browser_page)
    assert [found for found in wide.items() if found[1]] == []
