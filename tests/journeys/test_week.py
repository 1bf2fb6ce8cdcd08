"""Mara's morning: what is late, a tick where it stands, a task handed over; each stop held to the accessibility rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.kit.fresh import shelf
from hub.schedule.models import RunSheetTask
from tests.journeys.conftest import Axe, SignIn, fits
from tests.scene import IN_SEPTEMBER, Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
TEAM = "/team/practitioners-hub/"
FIRST = 40_000  # ms: the first page of a server reads and checks the plan, with all that needs to be imported for it
EVERYWHERE = [
    {"color_scheme": "light"},
    {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=True):
        shelf.clear()
        yield
        shelf.clear()


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


@pytest.mark.parametrize("browser_page", EVERYWHERE, indirect=True)
def test_a_morning_at_the_desk(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(TEAM, timeout=FIRST)
    expect(page.get_by_role("heading", name="This week", level=1)).to_be_visible()
    axe(page)
    assert fits(page)

    late = page.get_by_role("region", name=re.compile("^Late"))
    box = late.get_by_role("checkbox", name="Share the notes, Collaboration Café: Welcome, Wed 4 September 2024: done")
    box.focus()
    page.keyboard.press("Space")
    done = late.get_by_role("checkbox", name="Share the notes: done")
    expect(done).to_be_checked()
    expect(done).to_be_focused()
    axe(page)
    page.keyboard.press("Space")
    expect(late.get_by_role("checkbox", name="Share the notes: done")).not_to_be_checked()

    late.get_by_role("link", name=re.compile("^Open ?: Share the notes")).click()
    expect(page.get_by_role("heading", name="Run-sheet")).to_be_visible()
    axe(page)
    assert fits(page)
    page.get_by_text("Add a task").click()
    page.get_by_label("What is to be done").fill("Bring the banner")
    page.get_by_role("spinbutton", name=re.compile("^Due")).fill("1")
    axe(page)
    page.get_by_role("button", name="Add to the run-sheet").click()
    sheet = page.get_by_role("region", name="Run-sheet")
    expect(sheet.get_by_text("Bring the banner", exact=True)).to_be_visible()
    axe(page)

    page.get_by_role("link", name=re.compile("^Hand over.*Bring the banner")).click()
    expect(page.get_by_role("heading", name="Bring the banner", level=1)).to_be_visible()
    page.wait_for_load_state()
    axe(page)
    assert fits(page)
    page.get_by_label("Hand it to").select_option("Mara Okafor")
    page.get_by_label("A word to them").fill("You have the car")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("“Bring the banner” is Mara Okafor’s now.")).to_be_visible()
    assert RunSheetTask.objects.get(what="Bring the banner").owner == scene.mara

    page.goto(f"{TEAM}?whose=mine")
    expect(page.get_by_role("region", name=re.compile("^Late")).get_by_text("Bring the banner", exact=True)).to_be_visible()
    page.goto("/me/")
    expect(page.get_by_role("region", name="Yours to do").get_by_text("Bring the banner", exact=True)).to_be_visible()
    axe(page)


@pytest.mark.parametrize("browser_page", EVERYWHERE, indirect=True)
def test_a_cohorts_run_sheet_and_the_countdown_behind_it(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(f"{TEAM}2024/run-sheet/")
    axe(page)
    assert fits(page)
    page.get_by_role("link", name="Countdowns").click()
    expect(page.get_by_role("heading", name="Run-sheets", level=1)).to_be_visible()
    page.wait_for_load_state()
    axe(page)
    assert fits(page)
    page.get_by_role("link", name=re.compile("^Change.*for Workshop")).click()
    expect(page.get_by_role("heading", name="Run-sheet for Workshop", level=1)).to_be_visible()
    page.wait_for_load_state()
    axe(page)
    assert fits(page)
    new = page.get_by_role("group", name="A new line").first
    new.get_by_role("textbox", name="What", exact=True).fill("Choose the music")
    new.get_by_role("spinbutton", name="Days").fill("3")
    page.get_by_role("button", name="Save run-sheet").click()
    expect(page.get_by_text("The run-sheet for Workshop is saved")).to_be_visible()
    page.goto(f"{TEAM}2024/run-sheet/")
    expect(page.get_by_text("Choose the music", exact=True)).to_be_visible()


@pytest.mark.parametrize("browser_page", [{"java_script_enabled": False}], indirect=True)
def test_a_tick_needs_no_script(browser_page: Page, scene: Scene, sign_in: SignIn) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(TEAM, timeout=FIRST)
    page.get_by_role("checkbox", name="Share the notes, Collaboration Café: Welcome, Wed 4 September 2024: done").click()
    expect(page).to_have_url(re.compile(f"{TEAM}$"))
    expect(page.get_by_role("region", name=re.compile("^Late")).get_by_text("Share the notes", exact=True)).to_have_count(0)
    assert RunSheetTask.objects.get(session=scene.session, line="notes").state == "done"
