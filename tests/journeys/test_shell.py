from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.journeys.conftest import Axe, fits

pytestmark = pytest.mark.django_db(transaction=True)
DARK = {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.mark.parametrize(
    "browser_page", [{}, DARK, PHONE, {**DARK, **PHONE}], indirect=True, ids=["day", "night", "phone", "phone at night"]
)
def test_every_component_can_be_used_by_everybody(browser_page: Page, axe: Axe, settings: Settings) -> None:
    settings.DEMO = True
    browser_page.goto("/dev/gallery/")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Gallery")
    axe(browser_page)
    assert fits(browser_page)
