"""Theo says when he is there, Ada books him, moves it and cancels, Mara places everybody; each stop held to axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.participation import queries
from hub.people.models import Person, RoleKind
from tests.journeys.conftest import SignIn, Stop
from tests.participation.coaching import FIRST, LINK, NOW, SECOND, a_coach, there
from tests.participation.places import the_cohort
from tests.participation.rooms import somebody_here

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def ada(transactional_db: None) -> Person:
    """Ada; Mara, Grace and Theo can sign in as well, and nobody is there for 1:1s yet."""
    the_cohort()
    somebody_here("Mara Okafor", RoleKind.TEAM)
    somebody_here("Theo Brandt", RoleKind.COACH)
    somebody_here("Grace Oyelaran")
    return somebody_here("Ada Lindqvist")


@pytest.mark.parametrize(
    "browser_page", [{"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}], indirect=True, ids=["phone-by-night"]
)
def test_theo_says_when_he_is_there_and_ada_books_moves_and_cancels(
    browser_page: Page, ada: Person, sign_in: SignIn, stop: Stop
) -> None:
    page = browser_page

    sign_in(page, "Theo")
    page.goto("/me/coaching/")
    stop(page, "one-to-one-coaching")
    page.get_by_role("link", name=re.compile("Say when you are there.*Cohort 2024")).press("Enter")
    expect(page.get_by_role("heading", name="When you are there", level=1)).to_be_visible()
    stop(page, "one-to-one-times")
    weekly = page.get_by_role("group", name="Weekly time 1")
    weekly.get_by_role("combobox", name="Day").select_option("Tuesday")
    weekly.get_by_label(re.compile("^From")).fill("14:00")
    weekly.get_by_label(re.compile("^To")).fill("16:00")
    page.get_by_label("Joining link").fill(LINK)
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("region", name="Your week").get_by_role("listitem").first).to_contain_text("Tuesday 14:00–16:00")
    stop(page, "one-to-one-times-saved")

    sign_in(page, "Ada")
    page.goto("/me/one-to-ones/")
    stop(page, "one-to-one-book")
    tuesday = page.get_by_role("group", name="Tue 17 September 2024")
    tuesday.get_by_role("radio", name="14:00–15:00 with Theo Brandt").press("Space")
    page.get_by_label("What you would like to talk about").fill("Names in data")
    page.get_by_role("button", name="Book the time").press("Enter")
    page.get_by_role("link", name=re.compile("^Join, move or cancel.*Theo Brandt")).press("Enter")
    expect(page.get_by_role("heading", name="1:1 with Theo Brandt")).to_be_visible()
    (one,) = queries.one_to_ones_had(ada)
    assert one.starts_at == FIRST
    page.get_by_text("Move it", exact=True).press("Enter")
    page.get_by_role("group", name="Tue 17 September 2024").get_by_role("radio", name="15:00–16:00").press("Space")
    stop(page, "one-to-one-move")
    page.get_by_role("button", name="Move it there").press("Enter")
    expect(page.get_by_text("Tue 17 September 2024, 15:00–16:00 (London)")).to_be_visible()
    one.refresh_from_db()
    assert one.starts_at == SECOND
    page.get_by_text("Cancel it", exact=True).press("Enter")
    page.get_by_label("Why").fill("I am ill")
    stop(page, "one-to-one-cancel")
    page.get_by_role("button", name="Cancel the 1:1").press("Enter")
    expect(page.get_by_text("I am ill")).to_be_visible()
    stop(page, "one-to-one-cancelled")
    one.refresh_from_db()
    assert one.state == "cancelled"


def test_the_team_asks_lets_the_hub_place_everybody_and_confirms(
    browser_page: Page, ada: Person, sign_in: SignIn, stop: Stop
) -> None:
    page = browser_page
    there(a_coach(), hours=2)

    sign_in(page, "Mara")
    page.goto("/team/practitioners-hub/2024/one-to-ones/")
    stop(page, "placing-desk")
    page.get_by_label("Until").fill("2024-09-14")
    page.get_by_role("button", name="Ask the Experts").press("Enter")
    expect(page.get_by_text("0 of 2 have answered.", exact=False)).to_be_visible()

    sign_in(page, "Ada")
    page.goto("/me/")
    page.get_by_role("link", name=re.compile("suit")).first.press("Enter")
    expect(page.get_by_role("heading", name="What suits you", level=1)).to_be_visible()
    stop(page, "placing-wishes")
    page.get_by_role("combobox", name="Ines Moreau").select_option("First")
    page.get_by_role("group", name="Tue 17 September 2024").get_by_label("15:00–16:00").press("Space")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_be_visible()

    sign_in(page, "Mara")
    page.goto("/team/practitioners-hub/2024/one-to-ones/")
    page.get_by_role("link", name="Place everybody").press("Enter")
    expect(page.get_by_role("heading", name="Nothing is proposed yet")).to_be_visible()
    stop(page, "placing-empty")
    page.get_by_role("button", name="Place everybody").press("Enter")
    expect(page.get_by_role("heading", name="The proposal")).to_be_visible()
    stop(page, "placing-proposal")
    page.get_by_role("button", name="Pin Ada Lindqvist").press("Enter")
    expect(page.get_by_role("button", name="Unpin Ada Lindqvist")).to_be_visible()
    page.get_by_role("link", name="Change Grace Oyelaran").press("Enter")
    expect(page.get_by_label("Slots they could have, the most liked first")).to_be_visible()
    stop(page, "placing-change")
    page.get_by_role("link", name="Leave it").press("Enter")
    page.get_by_role("button", name="Confirm and book 2 1:1s").press("Enter")
    expect(page.get_by_role("heading", name="To come")).to_be_visible()
    assert [each.starts_at for each in queries.one_to_ones_had(ada)] == [SECOND]
