"""Mara's way where something was entered by a slip, or by two at once: mended, joined, and nothing typed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hub.people.commands import add_organisation, affiliate, ask_erasure, edit_organisation, edit_person, merge_people
from tests.journeys.conftest import Axe, SignIn, fits, follow, look
from tests.people.merging import a_record
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
TEAM = "/team/practitioners-hub/"
ON_A_PHONE_BY_NIGHT = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


@pytest.mark.parametrize("browser_page", [{}, ON_A_PHONE_BY_NIGHT], indirect=True)
def test_a_slip_is_mended_and_two_who_save_at_once_lose_nothing(
    browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe
) -> None:
    page, at = browser_page, timezone.now()
    width = page.viewport_size["width"] if page.viewport_size else 0

    def stop(name: str) -> None:
        axe(page)
        assert fits(page)
        look(page, f"keeping-{name}-{width}")

    kept, gone = (add_organisation(name, by=None, at=at) for name in ("UKCEH", "UK CEH"))
    for organisation, region in ((kept, "Oxfordshire"), (gone, "Wallingford")):
        edit_organisation(organisation, region=region, website="https://example.org", by=None, at=at)
    affiliate(scene.ada, gone, job="Driver", is_contact=True, by=None, at=at)
    affiliate(scene.mara, kept, is_contact=True, by=None, at=at)
    sign_in(page, "Mara")

    # A job and a first day that were wrong.
    page.goto(f"{TEAM}people/{scene.ada.pk}/")
    page.get_by_text("Change job or days").click()
    page.get_by_text("Entered by mistake").click()
    work = page.locator("details", has=page.get_by_role("button", name="Save with UK CEH"))
    work.get_by_label("As").fill("Diver")
    work.get_by_label("From").fill("2023-02-01")
    stop("work")
    follow(work.get_by_role("button", name="Save with UK CEH"))
    expect(page.get_by_text("Saved: with UK CEH from 1 February 2023.")).to_be_visible()

    # The same organisation, written twice.
    page.goto(f"{TEAM}organisations/{gone.pk}/")
    stop("organisation")
    follow(page.get_by_role("link", name="Same as another organisation…"))
    stop("same")
    follow(page.get_by_role("link", name="Compare with UKCEH"))
    page.get_by_role("group", name="Region").get_by_label("Oxfordshire").check()
    page.get_by_role("group", name="Who speaks for it").get_by_label("Both").check()
    stop("join")
    follow(page.get_by_role("button", name="Join them: UKCEH stays"))
    expect(page.get_by_text("UK CEH is one with UKCEH now.")).to_be_visible()
    stop("joined")

    # Two who write the same.
    page.goto(f"{TEAM}people/{scene.ada.pk}/edit/")
    page.get_by_label("Pronouns").fill("she/her")
    page.get_by_label("About them").fill("What the team wrote")
    edit_person(scene.ada, about="What Ada wrote\n\nmeanwhile, herself.", by=scene.ada, at=at)
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_role("heading", name="What stands now, changed since you opened this page")).to_be_visible()
    expect(page.get_by_label("About them")).to_have_value("What the team wrote")
    stop("both")
    page.get_by_label("About them").fill("What Ada wrote, and the team")
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("What Ada wrote, and the team")).to_be_visible()

    # A merge of somebody who is to be forgotten.
    merge_people(scene.ada, a_record(scene.programme, "Ada Lindquist"), choices={}, by=scene.mara, at=at)
    ask_erasure(scene.ada, by=scene.ada, at=at)
    page.goto(f"{TEAM}people/duplicates/")
    expect(page.get_by_text("This can’t be undone now")).to_be_visible()
    stop("not-undone-now")

    # Who left comes back by the sheet.
    scene.mara.affiliations.update(ends_on=date(2024, 8, 1))
    page.goto(f"{TEAM}people/import/")
    page.get_by_label("Or paste it").fill(
        "Name;E-mail;Organisation;Role;Starts\nMara Okafor;mara@example.org;UKCEH;Coach;2024-09-20"
    )
    follow(page.get_by_role("button", name="Show what it would do"))
    expect(page.get_by_text("UKCEH again, from 20 September 2024 (was there until 1 August 2024)")).to_be_visible()
    stop("again")
