"""Mara's way: from two records of Ada to one, and back, each stop held to the accessibility rules."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hub.core.consent import Use
from hub.people.commands import LinkFacts, answer, edit_person, find_duplicates, give_role, publish_term, set_links
from hub.people.models import RoleKind
from tests.journeys.conftest import Axe, SignIn
from tests.people.merging import a_record
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/team/practitioners-hub/people/duplicates/"


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


@pytest.mark.parametrize(
    "browser_page", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 780}}], indirect=True
)
def test_from_two_records_to_one_and_back(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page, at = browser_page, timezone.now()
    other = a_record(scene.programme, "Ada Lindqvist", pronouns="she/her", about="Ice, and the rivers below it.\n\nSince 2019.")
    edit_person(scene.ada, about="Rivers", by=None, at=at)
    for person in (scene.ada, other):
        set_links(person, [LinkFacts("Home", "https://ada.example.org/")], by=person, at=at)
        give_role(person, RoleKind.COACH, scene.programme, starts_on=date(2024, 9, 1), by=None, at=at)
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=at)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=at)
    find_duplicates(at=at)
    sign_in(page, "Mara")
    page.goto("/team/practitioners-hub/people/")
    page.get_by_role("link", name="Duplicates").click()
    expect(page.get_by_role("heading", name="Duplicates", exact=True)).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Compare Ada Lindqvist").click()
    expect(page.get_by_role("heading", name="One person?")).to_be_visible()
    axe(page)
    page.get_by_role("group", name="About").get_by_label("Ice, and the rivers").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("Ada Lindqvist is one record now.")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("are two records again, as they were.")).to_be_visible()
    axe(page)
