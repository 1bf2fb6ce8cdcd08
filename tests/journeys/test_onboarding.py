"""Mara sets an onboarding up, Ada goes through hers, the kick-off is prepared; each stop held to the accessibility rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.admissions.models import OnboardingPlan
from hub.people.commands import prove_address
from hub.people.commands.persons import give_account
from tests.admissions.onboarding import IN_AUGUST, Scene, a_scene, answers, more_experts
from tests.journeys.conftest import Axe, SignIn, follow, look

pytestmark = pytest.mark.django_db(transaction=True)
BOARD = "/team/practitioners-hub/2024/onboarding/"


@pytest.fixture(autouse=True)
def in_august() -> Iterator[None]:
    with time_machine.travel(IN_AUGUST, tick=True):
        yield


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    made = a_scene()
    prove_address(give_account(made.mara, "mara@example.org", by=None, at=IN_AUGUST), by=None, at=IN_AUGUST)
    return made


@pytest.mark.parametrize(
    "browser_page",
    [{}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}],
    indirect=True,
    ids=["desk", "phone-by-night"],
)
def test_from_one_button_to_the_kick_off(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    OnboardingPlan.objects.all().delete()
    sign_in(page, "Mara")
    page.goto(BOARD)
    axe(page)
    page.get_by_role("button", name="Make the onboarding of Cohort 2024").click()
    expect(page.get_by_text("0 of 2 Experts have finished", exact=False)).to_be_visible()
    axe(page)
    look(page, "onboarding-board")

    follow(page.get_by_role("link", name="Steps"))
    axe(page)
    page.get_by_role("link", name="Read the primer").click()
    page.get_by_label("Link", exact=False).fill("https://example.org/primer")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Read the primer: saved.")).to_be_visible()

    page.goto(BOARD)
    follow(page.get_by_role("link", name=re.compile("Note the call.*Polar Survey")))
    axe(page)
    page.get_by_label("Held on", exact=False).fill("2024-08-21")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The call with Polar Survey is noted.")).to_be_visible()

    page.get_by_role("link", name="Grace Amara").click()
    profile = OnboardingPlan.objects.get().steps.get(kind="profile")
    page.locator(f"#step-{profile.pk}").get_by_text("Not needed…").click()
    axe(page)
    page.get_by_label("Why it is not needed").last.fill("We know her well")
    page.get_by_role("button", name="Mark as not needed").last.click()
    expect(page.get_by_text("We know her well")).to_be_visible()
    look(page, "onboarding-expert")

    sign_in(page, "Ada")
    page.goto("/me/")
    axe(page)
    follow(page.get_by_role("link", name="Go on with your onboarding"))
    axe(page)
    look(page, "onboarding-mine")
    page.get_by_role("button", name=re.compile("I have read it")).click()
    expect(page.get_by_text("2 of 6 done").first).to_be_visible()
    page.get_by_role("button", name="I want no photo").click()
    expect(page.get_by_text("Noted: no photo.")).to_be_visible()


def test_what_the_survey_says_and_the_kick_off(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    for number, person in enumerate([scene.ada, scene.grace, *more_experts(scene, 4)]):
        answers(scene, person, goal=f"Goal {number}", wants=number % 5, offers=(number + 1) % 5)
    sign_in(page, "Mara")
    page.goto(f"{BOARD}answers/")
    axe(page)
    look(page, "onboarding-summary")
    page.get_by_label("A note to it", exact=False).fill("Thank you")
    page.get_by_role("button", name="Share with the cohort").click()
    expect(page.get_by_text("The cohort sees it now.")).to_be_visible()
    page.get_by_role("link", name="As the cohort sees it").click()
    expect(page.get_by_text("Goal 4")).to_be_visible()
    axe(page)
    look(page, "onboarding-told")

    page.goto("/team/practitioners-hub/2024/kick-off/")
    page.get_by_role("button", name="Propose rooms").click()
    expect(page.get_by_role("heading", name="Room 2")).to_be_visible()
    page.get_by_role("button", name="Put this agenda into the session").click()
    expect(page.get_by_text("The session has this agenda.")).to_be_visible()
    page.get_by_text("Change rooms by hand").click()
    axe(page)
    look(page, "onboarding-kick-off")
    page.get_by_label("Ada Lindqvist").select_option("3")
    page.get_by_role("button", name="Save the rooms").click()
    expect(page.get_by_role("heading", name="Room 3")).to_be_visible()
