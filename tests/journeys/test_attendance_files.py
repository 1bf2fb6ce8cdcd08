"""Mara takes what Zoom wrote and says who is who; Ada checks in by a code; a mistake is corrected; each stop held to axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.participation.models import Attendance
from hub.people.models import RoleKind
from tests.journeys.conftest import SignIn, Stop
from tests.participation.places import a_training, books
from tests.participation.rooms import DURING, ENDS, a_cafe, somebody_here, where
from tests.participation.test_attendance_files import AFTER, another, came, guest, taken, zoom

pytestmark = pytest.mark.django_db(transaction=True)
REPORT = zoom(
    "Ada L,ada.lindqvist@example.org,10/01/2024 02:00:00 PM,10/01/2024 03:30:00 PM,90,No",
    "Grace Oyelaran,,10/01/2024 02:10:00 PM,10/01/2024 03:10:00 PM,60,Yes",
    "Passer By,,10/01/2024 02:00:00 PM,10/01/2024 02:05:00 PM,5,Yes",
)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(AFTER, tick=True) as found:
        yield found


@pytest.fixture(autouse=True)
def people(transactional_db: None, moment: time_machine.Traveller) -> None:
    """Mara, Rosa who facilitates, and two Experts, all of whom can sign in."""
    somebody_here("Mara Okafor", RoleKind.TEAM)
    somebody_here("Rosa Mbeki", RoleKind.FACILITATOR)


def test_what_zoom_wrote_is_settled_and_stands_in_the_register(browser_page: Page, sign_in: SignIn, stop: Stop) -> None:
    page, training = browser_page, a_training()
    for name in ("Ada Lindqvist", "Grace Oyelaran"):
        books(somebody_here(name), training)
    sign_in(page, "Mara")
    page.goto(f"/team{where(training, 'attendance/files/')}")
    stop(page, "files")
    page.get_by_label("Files").set_input_files({"name": "zoom.csv", "mimeType": "text/csv", "buffer": REPORT})
    page.get_by_role("button", name="Read the files").press("Enter")
    expect(page.get_by_role("heading", name="Who is who", level=1)).to_be_visible()
    stop(page, "files-who")
    page.get_by_label("Who is it: Grace Oyelaran").select_option(label="Grace Oyelaran (The same name)")
    page.get_by_label("Who is it: Passer By").select_option("Nobody we count")
    page.get_by_role("button", name="Save what I decided").press("Enter")
    expect(page.get_by_text("Saved, and remembered for the next file.")).to_be_visible()
    stop(page, "files-settled")
    page.get_by_role("button", name="Take it over").press("Enter")
    expect(page.get_by_text("2 came. The names in the files are gone.")).to_be_visible()
    page.goto(f"/team{where(training, 'attendance/')}")
    expect(page.get_by_role("checkbox", name="Ada Lindqvist")).to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("Grace Oyelaran.*60 minutes"))).to_be_checked()
    stop(page, "files-register")
    assert came(training) == {"Ada Lindqvist": (True, 90, "file"), "Grace Oyelaran": (True, 60, "file")}


def test_two_of_one_name_are_split_told_apart_and_decided_again(browser_page: Page, sign_in: SignIn, stop: Stop) -> None:
    page, training = browser_page, a_training()
    sam, namesake, noor = somebody_here("Sam Lee"), another("Sam Lee"), somebody_here("Noor Haddad")
    octets = zoom(
        guest("Sam Lee"),
        guest("Sam Lee", until="03:30:00 PM", minutes=90),
        guest("N. H."),
        f"Noor,{noor.account.email},10/01/2024 02:00:00 PM,10/01/2024 02:05:00 PM,5,Yes",
    )
    report = taken(training, octets)
    sign_in(page, "Mara")
    page.goto(f"/team{where(training, f'attendance/files/{report.pk}/')}")
    expect(page.get_by_text("Two were here at once under this name")).to_be_visible()
    stop(page, "files-two-at-once")
    page.get_by_role("button", name=re.compile("These are several people.*Sam Lee")).press("Enter")
    expect(page.get_by_text("One of 2 under this name, there 14:00–15:30 (London).")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    stop(page, "files-split")
    one, two = (page.get_by_label("Who is it: Sam Lee").nth(place) for place in (0, 1))
    one.select_option(label=f"Sam Lee, {sam.account.email} (The same name)")
    two.select_option(label=f"Sam Lee, {namesake.account.email} (The same name)")
    page.get_by_label("Or somebody else, not N. H.").fill("Noor Haddad")
    page.get_by_label("Or somebody else, not N. H.").press("Enter")  # saves, and opens nothing
    expect(page.get_by_text("Saved, and remembered for the next file.")).to_be_visible()
    stop(page, "files-split-settled")
    page.get_by_role("button", name=re.compile("Decide again.*N. H.")).press("Enter")
    page.get_by_label("Who is it: N. H.").select_option("Nobody we count")
    page.set_viewport_size({"width": 1280, "height": 900})
    stop(page, "files-again")
    page.get_by_role("button", name="Take it over").press("Enter")
    expect(page.get_by_text("3 came. The names in the files are gone.")).to_be_visible()
    rows = Attendance.objects.filter(session=training).order_by("minutes")
    assert [(row.person, row.minutes) for row in rows] == [(noor, 5), (sam, 60), (namesake, 90)]


def test_a_code_checks_in_and_who_forgot_is_corrected_with_a_reason(
    browser_page: Page, moment: time_machine.Traveller, sign_in: SignIn, stop: Stop
) -> None:
    page, cafe = browser_page, a_cafe()
    for name in ("Ada Lindqvist", "Grace Oyelaran"):
        somebody_here(name)
    moment.move_to(DURING)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    sign_in(page, "Rosa")
    page.goto(where(cafe, "room/"))
    page.get_by_role("link", name="Show the code").press("Enter")
    shown = page.get_by_label(re.compile("^Code: ")).inner_text()
    stop(page, "code")

    sign_in(page, "Ada")
    page.goto("/check-in/")
    page.get_by_label("Code").fill("AAA-AAA")
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_role("link", name=re.compile("No session that is on shows this code now"))).to_be_visible()
    stop(page, "code-wrong")
    page.get_by_label("Code").fill(shown.lower())
    page.get_by_label("Code").press("Enter")
    expect(page.get_by_text("You are checked in since 15:40.")).to_be_visible()
    stop(page, "room-checked-in")

    moment.move_to(ENDS + timedelta(hours=1))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    sign_in(page, "Mara")
    page.goto(f"/team{where(cafe, 'attendance/')}")
    expect(page.get_by_role("checkbox", name=re.compile("Ada Lindqvist.*checked in"))).to_be_checked()
    page.get_by_role("button", name="Save and close the register").press("Enter")
    expect(page.get_by_text("1 of 2 came")).to_be_visible()
    page.get_by_text("Correct, Grace Oyelaran").click()
    page.get_by_label("Why").locator("visible=true").fill("Her telephone had no battery")
    stop(page, "corrected")
    page.get_by_role("button", name="Correct", exact=True).press("Enter")
    expect(page.get_by_text("Grace Oyelaran: corrected.")).to_be_visible()
    expect(page.get_by_text("corrected: Her telephone had no battery")).to_be_visible()
    page.get_by_text("What happened").click()
    stop(page, "corrected-after")
    assert {name: how for name, (is_there, _, how) in came(cafe).items() if is_there} == {
        "Ada Lindqvist": "check-in",
        "Grace Oyelaran": "correction",
    }
