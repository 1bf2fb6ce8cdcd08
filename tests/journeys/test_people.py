"""Mara brings people in, gives several a role, and keeps an organisation; each stop held to the accessibility rules."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, SignIn, follow, look
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = "/team/practitioners-hub/people/"
TEXT = """Name\tE-mail\tOrganisation\tSector\tRole\tCohort\tShoe size
Eva Berg\teva@example.org\tPolar Survey\tEnvironment\tExpert\t2024\t39
Ada Lindqvist\t\tPolar Survey\t\tExpert\t2024\t
Finn Moor\tfinn@@example\tRoad Freight\t\tExpert\t2024\t
"""


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


@pytest.mark.parametrize(
    "browser_page", [{}, {"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["desk", "phone"]
)
def test_from_a_sheet_to_a_role_for_several(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(PEOPLE)
    follow(page.get_by_role("link", name="Bring people in").last)
    axe(page)
    look(page, "import")
    page.get_by_label("Or paste it").fill(TEXT)
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_text("Shoe size. We do not know what they mean", exact=False)).to_be_visible()
    expect(page.get_by_text("“finn@@example” is no mail address.", exact=False)).to_be_visible()
    axe(page)
    look(page, "proposal")

    page.get_by_role("button", name="Add 1 person").click()
    expect(
        page.get_by_role("alert").get_by_text("Row 3: say whether this is somebody you know already", exact=False)
    ).to_be_visible()
    axe(page)
    page.get_by_label("The same name.", exact=False).check()
    page.get_by_role("button", name="Add 1 person").click()
    expect(page.get_by_text("1 person added, 1 changed", exact=False)).to_be_visible()

    page.get_by_label("Choose Eva Berg").check()
    page.get_by_label("Choose Ada Lindqvist").check()
    axe(page)
    look(page, "people")
    page.get_by_role("button", name="Give a role…").click()
    expect(page.get_by_role("heading", name="Give a role to 2 people")).to_be_visible()
    axe(page)
    look(page, "several")
    page.get_by_label("Role", exact=True).select_option("facilitator")
    page.get_by_role("button", name="Give it to 2 people").click()
    expect(page.get_by_text("2 people got the role Facilitator.", exact=False)).to_be_visible()

    page.get_by_role("link", name="Eva Berg").first.click()
    page.get_by_text("Give a role", exact=True).click()
    axe(page)
    look(page, "person")
    page.get_by_role("link", name="Polar Survey").click()
    expect(page.get_by_role("heading", name="Polar Survey")).to_be_visible()
    page.get_by_role("button", name=re.compile("Make contact.*Eva Berg")).click()
    expect(page.get_by_text("Eva Berg speaks for Polar Survey.")).to_be_visible()
    axe(page)
    look(page, "organisation")
    page.goto("/team/practitioners-hub/organisations/")
    axe(page)
    look(page, "organisations")
    page.goto(f"{PEOPLE}add/")
    axe(page)
