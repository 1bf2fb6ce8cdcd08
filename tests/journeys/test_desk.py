"""Mara's way: from a slip in the plan to a schedule the public reads, each stop held to the accessibility rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.kit.fresh import shelf
from hub.schedule.models import Session
from hub.schedule.queries.working import plan_text
from tests.journeys.conftest import Axe, SignIn
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/team/practitioners-hub/2024/"


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


def write(page: Page, before: str, after: str) -> None:
    """Select some words of the plan and type others in their place, as a person does."""
    page.locator("textarea[name=text]").first.evaluate(
        """(area, [before, after]) => {
            area.focus();
            const at = area.value.indexOf(before);
            if (at < 0) throw new Error(`no ${before} in the plan`);
            area.setSelectionRange(at, at + before.length);
            document.execCommand("insertText", false, after);
        }""",
        [before, after],
    )


def test_from_a_slip_in_the_plan_to_what_the_public_reads(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(f"{DESK}plan/")
    expect(page.get_by_role("heading", name="Plan", exact=True)).to_be_visible()
    axe(page)

    write(page, "Wednesday 18 September 2024", "Thursday 18 September 2024")
    expect(page.get_by_text("18 September 2024 is a Wednesday", exact=False).first).to_be_visible()
    write(page, "Thursday 18 September 2024", "Thursday 19 September 2024")
    expect(page.get_by_text("18 September 2024 is a Wednesday", exact=False)).to_have_count(0)
    axe(page)

    page.get_by_role("button", name="Import into the schedule").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.get_by_text("Moved from Wed 18 September 2024", exact=False)).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Import into the schedule").click()
    expect(page.get_by_text("is in the schedule. The public sees it after a release.", exact=False)).to_be_visible()
    axe(page)

    page.goto(f"{DESK}sessions/cafe-september/")
    page.get_by_role("textbox", name="Place (optional)").fill("Cedar House")
    axe(page)
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.get_by_text("is saved", exact=False).first).to_be_visible()
    assert Session.objects.get(slug="cafe-september").place == "Cedar House"
    assert "at Cedar House" in plan_text(scene.cohort)

    page.goto(f"{DESK}series/")
    page.get_by_role("textbox", name="Title").fill("Office hour")
    page.get_by_label("On which days of the month").fill("1st Friday")
    page.get_by_role("textbox", name="Start").fill("09:00")
    page.get_by_role("textbox", name="End").fill("10:00")
    page.get_by_role("button", name="Show its dates").click()
    expect(page.get_by_role("heading", name=re.compile(r"\d+ dates, not saved yet"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Save series").click()
    expect(page.get_by_text("Office hour is in the schedule.")).to_be_visible()
    axe(page)

    page.goto(f"{DESK}release/")
    expect(page.get_by_text("Moved from Wed 18 September 2024", exact=False)).to_be_visible()
    page.get_by_label("Note").fill("The second café is a day later")
    axe(page)
    page.get_by_role("button", name="Release schedule").click()
    expect(page.get_by_text("Release 2 is out", exact=False)).to_be_visible()

    page.context.clear_cookies()
    page.goto("/practitioners-hub/2024/schedule/")
    expect(page.get_by_role("link", name="Office hour", exact=False).first).to_be_visible()
    page.goto("/practitioners-hub/2024/changes/")
    expect(page.get_by_text("The second café is a day later")).to_be_visible()
    axe(page)


def test_two_who_save_the_same_plan_lose_nothing(
    browser: Browser, browser_page: Page, live_server: object, scene: Scene, sign_in: SignIn, axe: Axe
) -> None:
    hers = browser_page
    sign_in(hers, "Mara")
    context = browser.new_context(base_url=str(live_server), storage_state=hers.context.storage_state())  # type: ignore[arg-type]
    his = context.new_page()
    for page in (hers, his):
        page.goto(f"{DESK}plan/")
    write(hers, "Welcome", "Hello")
    hers.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(hers.get_by_text(re.compile("version 2")).first).to_be_visible()

    write(his, "Aster House", "Cedar House")
    his.get_by_role("button", name=re.compile("^Save")).first.click()
    expect(his.get_by_role("heading", name="Both changes together")).to_be_visible()
    differs = his.locator("section[aria-labelledby=differs]")
    expect(differs).to_contain_text("Hello")
    expect(differs).to_contain_text("Cedar House")
    his.complaints = []  # type: ignore[attr-defined]
    axe(his)
    his.get_by_role("button", name="Save both together").click()
    expect(his.get_by_text(re.compile("version 3")).first).to_be_visible()
    context.close()
    assert "Hello" in plan_text(scene.cohort)
    assert "Cedar House" in plan_text(scene.cohort)


def test_what_is_typed_is_there_again_after_the_browser_went_away(browser_page: Page, scene: Scene, sign_in: SignIn) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(f"{DESK}plan/")
    write(page, "Aster House", "Cedar House")
    for _ in range(40):
        if page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('plan:')).length"):
            break
        page.wait_for_timeout(50)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/practitioners-hub/")

    page.goto(f"{DESK}plan/")

    expect(page.locator("textarea[name=text]").first).to_have_value(re.compile("Cedar House"))
    assert "Cedar House" not in plan_text(scene.cohort)
