from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hub.kit.fresh import shelf
from hub.programmes.commands import Partner, name_partners
from hub.programmes.models import Cohort
from hub.schedule.models import Material, Session
from tests.journeys.conftest import Axe, fits
from tests.schedule.drafts import DRAFTED, RELEASED, a_draft_cohort, add_sessions, released, undated

pytestmark = pytest.mark.django_db(transaction=True)

DARK = {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
NEW_YORK = {"timezone_id": "America/New_York"}
EVERY_WAY = pytest.mark.parametrize(
    "browser_page", [{}, DARK, PHONE, {**DARK, **PHONE}], indirect=True, ids=["day", "night", "phone", "phone at night"]
)
SCHEDULE = "/practitioners-hub/2023/schedule/"


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def cohort() -> Cohort:
    """A cohort in its midst: sessions before and after today, one moved, one cancelled, one undated, one hostile."""
    today = timezone.now().date()
    cohort = a_draft_cohort(
        {"slug": "kick-off", "title": "Kick-off", "kind": "kick-off", "date": today - timedelta(days=40)},
        {"slug": "last", "date": today - timedelta(days=12), "topic": "Stakeholder mapping", "led_by": "Ada"},
        {
            "slug": "next",
            "title": "Mapping workshop",
            "kind": "workshop",
            "date": today + timedelta(days=9),
            "start": time(10),
            "end": time(16),
            "mode": "in-person",
            "place": "Room 4",
            "agenda": [
                {"text": "Talk about **maps**", "who": "group", "minutes_low": 60, "minutes_high": 60},
                {"text": "Draw your own", "who": "individual", "minutes_low": 30, "minutes_high": 45},
            ],
        },
        {"slug": "off", "date": today + timedelta(days=16), "state": "cancelled", "status_note": "The trainer is ill"},
        {
            "slug": "berlin",
            "title": "Webinar with friends",
            "kind": "webinar",
            "zone": "Europe/Berlin",
            "date": today + timedelta(days=23),
        },
        undated(slug="talk", title="1:1 coaching", kind="one-to-one", proposed_date=today + timedelta(days=30)),
        undated(slug="party", title="Celebration", kind="celebration", status_note="Date TBC"),
        {"slug": "rest", "title": "Rest week", "kind": "rest", "start": None, "end": None, "date": today + timedelta(days=37)},
    )
    name_partners(cohort, [Partner(name="Polar Survey", website="https://example.org")], by=None, at=DRAFTED)
    Material.objects.create(session=Session.objects.get(slug="last"), title="Slides", url="https://example.org/slides")
    released(cohort, note="Welcome!")
    Session.objects.filter(slug="next").update(date=today + timedelta(days=10))
    released(cohort, seen=1, at=RELEASED + timedelta(days=1), note="The workshop *moves*.")
    return cohort


@EVERY_WAY
def test_the_public_pages_can_be_used_by_everybody(browser_page: Page, axe: Axe, cohort: Cohort) -> None:
    addresses = (
        "/practitioners-hub/2023/",
        SCHEDULE,
        f"{SCHEDULE}?view=month",
        f"{SCHEDULE}?view=list&kind=cafe",
        "/practitioners-hub/2023/sessions/next/",
        "/practitioners-hub/2023/sessions/off/",
        "/practitioners-hub/2023/sessions/party/",
        "/practitioners-hub/2023/changes/",
    )
    for address in addresses:
        browser_page.goto(address)
        axe(browser_page)
        assert fits(browser_page), address


@pytest.mark.parametrize("browser_page", [{}, PHONE], indirect=True, ids=["desk", "phone"])
def test_one_subscribes_without_leaving_the_page(browser_page: Page, axe: Axe, cohort: Cohort) -> None:
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto(SCHEDULE)
    browser_page.get_by_role("button", name="Subscribe").click()
    expect(browser_page.get_by_role("link", name="Open in my calendar")).to_have_attribute("href", re.compile("^webcal://"))
    axe(browser_page)
    browser_page.get_by_role("button", name="Copy").click()
    expect(browser_page.get_by_role("button", name="Copied")).to_be_visible()
    assert browser_page.evaluate("navigator.clipboard.readText()").endswith("/practitioners-hub/2023/schedule.ics")
    browser_page.keyboard.press("Escape")
    expect(browser_page.get_by_role("link", name="Open in my calendar")).to_be_hidden()


def test_views_and_kinds_are_chosen_by_keyboard_and_the_address_follows(browser_page: Page, cohort: Cohort) -> None:
    browser_page.goto(SCHEDULE)
    expect(browser_page.locator(".entry")).to_have_count(8)
    browser_page.locator("#kind-cafe").focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator(".entry")).to_have_count(2)
    expect(browser_page).to_have_url(re.compile(r"\?kind=cafe$"))
    expect(browser_page.locator("#kind-cafe")).to_be_focused()
    browser_page.locator("#view-list").focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("table")).to_be_visible()
    expect(browser_page).to_have_url(re.compile(r"\?view=list&kind=cafe$"))
    browser_page.go_back()
    expect(browser_page.locator(".entry")).to_have_count(2)
    browser_page.reload()
    expect(browser_page.locator(".entry")).to_have_count(2)


@pytest.mark.parametrize("browser_page", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_everything_is_there_without_script(browser_page: Page, cohort: Cohort) -> None:
    browser_page.goto(SCHEDULE)
    browser_page.get_by_role("link", name=re.compile("^Café")).click()
    expect(browser_page.locator(".entry")).to_have_count(2)
    browser_page.get_by_role("link", name="Months").click()
    expect(browser_page.get_by_role("table").first).to_be_visible()
    browser_page.get_by_role("button", name="Subscribe").click()
    expect(browser_page.get_by_role("link", name="Open in my calendar")).to_be_visible()
    expect(browser_page.get_by_role("button", name="Copy")).to_be_hidden()


@pytest.mark.parametrize("browser_page", [NEW_YORK], indirect=True, ids=["New York"])
def test_a_reader_elsewhere_sees_their_own_time_and_may_leave_it_out(browser_page: Page, cohort: Cohort) -> None:
    Session.objects.filter(slug="last").update(date=date(2023, 7, 5))
    released(cohort, seen=2, at=RELEASED + timedelta(days=2))
    browser_page.goto(SCHEDULE)
    first = browser_page.locator(".entry", has_text="Stakeholder mapping").locator("time")
    expect(first).to_have_text("15:00–17:00 10:00–12:00 New York")
    browser_page.get_by_role("button", name="London time").click()
    expect(first.locator(".entry-local")).to_be_hidden()
    browser_page.reload()
    expect(first.locator(".entry-local")).to_be_hidden()
    browser_page.locator("#kind-cafe").click()
    expect(browser_page.locator(".entry")).to_have_count(2)
    browser_page.get_by_role("button", name="And New York").click()
    expect(first.locator(".entry-local")).to_be_visible()


def test_a_reader_in_the_programmes_zone_is_not_bothered(browser_page: Page, cohort: Cohort) -> None:
    Session.objects.filter(slug="berlin").delete()
    released(cohort, seen=2, at=RELEASED + timedelta(days=2))
    Session.objects.filter(cohort=cohort).exclude(slug="last").delete()
    browser_page.goto(f"{SCHEDULE}?kind=cafe")
    expect(browser_page.locator(".entry").first).to_be_visible()
    expect(browser_page.locator(".entry-local")).to_have_count(0)
    expect(browser_page.get_by_role("button", name="London time")).to_be_hidden()


def test_from_the_cohorts_home_one_jumps_to_a_month_and_on_to_a_session(browser_page: Page, cohort: Cohort) -> None:
    browser_page.goto("/practitioners-hub/2023/")
    coming = timezone.now().date() + timedelta(days=10)
    browser_page.get_by_role("link", name=re.compile(f"{coming:%B %Y}:")).click()
    expect(browser_page).to_have_url(re.compile(f"#{coming:%Y-%m}$"))
    browser_page.locator(".entry").get_by_role("link", name="Mapping workshop", exact=True).click()
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("Mapping workshop")
    expect(browser_page.get_by_text(re.compile("^Moved from"))).to_be_visible()
    browser_page.get_by_role("navigation", name="Sessions before and after").get_by_role("link").first.click()
    expect(browser_page.get_by_role("link", name="Slides")).to_be_visible()


@pytest.mark.parametrize("browser_page", [PHONE, {}], indirect=True, ids=["phone", "desk"])
def test_words_of_any_length_stay_within_the_page(browser_page: Page, cohort: Cohort) -> None:
    Session.objects.filter(cohort=cohort).update(title="W" * 180, topic="M" * 180, led_by="W" * 180, place="M" * 180)
    released(cohort, seen=2, at=RELEASED + timedelta(days=2))
    for address in (SCHEDULE, f"{SCHEDULE}?view=month", f"{SCHEDULE}?view=list", "/practitioners-hub/2023/sessions/next/"):
        browser_page.goto(address)
        assert fits(browser_page), address


def test_six_months_are_printed_on_two_pages_at_most(browser_page: Page, cohort: Cohort, tmp_path: Path) -> None:
    weeks = [
        {
            "slug": f"w-{number}",
            "date": date(2023, 7, 5) + timedelta(weeks=number),
            "topic": "Mapping the user journey",
            "led_by": "Ada",
        }
        for number in range(26)
    ]
    Session.objects.filter(cohort=cohort).delete()
    add_sessions(cohort, weeks)
    add_sessions(cohort, [undated(slug=f"o-{number}", chapter="December 2023", week=number) for number in (1, 2, 3, 4)])
    released(cohort, seen=2, at=RELEASED + timedelta(days=2))
    browser_page.goto(SCHEDULE)
    printed = browser_page.pdf(format="A4", prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 2
