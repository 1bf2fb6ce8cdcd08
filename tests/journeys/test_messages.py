"""Mara tells her Experts what she has seen before, and Ada chooses what she hears; each stop held to axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect
from pytest_django import Settings

from hub.core.choices import Cadence, Topic
from hub.messaging import commands, queries
from hub.messaging.posting import stop_url
from hub.services.mail import MemoryTransport
from tests.journeys.conftest import Axe, SignIn, follow, look
from tests.messaging.desk import NOW, TEAM, with_accounts
from tests.messaging.telling import Scene, a_telling_scene

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = pytest.mark.parametrize(
    "browser_page", [{}, {"viewport": {"width": 390, "height": 844}}], indirect=True, ids=["desk", "phone"]
)


@pytest.fixture
def scene(transactional_db: None, settings: Settings) -> Iterator[Scene]:
    settings.MAIL_TRANSPORT = MemoryTransport()
    with time_machine.travel(NOW, tick=True):
        scene = a_telling_scene(settings.MAIL_TRANSPORT)
        with_accounts(scene)
        yield scene


@BOTH
def test_from_the_usual_letters_to_a_batch_with_one_message_in_other_words(
    browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(TEAM)
    expect(page.get_by_role("heading", name="Nobody is told anything yet")).to_be_visible()
    axe(page)
    follow(page.get_by_role("link", name="See the usual letters"))
    axe(page)
    page.get_by_role("button", name=re.compile(r"Take over the \d+ usual letters")).click()
    expect(page.get_by_text("each switched off: nobody gets anything yet", exact=False)).to_be_visible()
    axe(page)
    look(page, "messages-rules")

    page.get_by_role("link", name=re.compile("See what it would do.*Two weeks before a session")).click()
    expect(page.get_by_text("8 messages", exact=True)).to_be_visible()
    axe(page)
    look(page, "messages-rule")
    page.get_by_role("button", name="Switch on and make 8 messages").click()
    expect(page.get_by_text("Switched on.", exact=False)).to_be_visible()
    scene.reconcile(at=NOW)

    page.goto(TEAM)
    axe(page)
    look(page, "messages-outbox")
    follow(page.get_by_role("link", name="Look at them").first)
    axe(page)
    look(page, "messages-batch")
    page.get_by_role("link", name="Ada Lindqvist").click()
    framed = page.frame_locator("iframe")
    expect(framed.get_by_text("Hello Ada,", exact=True)).to_be_visible()
    page.get_by_text("Give this one words of its own").click()
    page.get_by_label("Subject").fill("For you, {{ you.first_name }}")
    axe(page)
    look(page, "messages-message")
    page.get_by_role("button", name="Keep these words").click()
    expect(page.get_by_role("heading", name="For you, Ada")).to_be_visible()

    page.goto(TEAM)
    page.get_by_role("link", name="Look at them").first.click()
    expect(page.get_by_text("For you, Ada")).to_be_visible()
    page.get_by_role("button", name="Send to 2 people").click()
    expect(page.get_by_text("On its way to 2 people.")).to_be_visible()
    commands.send_due("mail-0", clock=lambda: NOW + timedelta(days=1))
    assert sorted(subject for _, subject in scene.received()) == [
        "Collaboration Café: Welcome on Wed 4 September 2024, 15:00–17:00 (London)",
        "For you, Ada",
    ]


@BOTH
def test_a_letter_by_hand_to_a_group(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    sign_in(page, "Mara")
    page.goto(TEAM)
    page.get_by_role("link", name="Write a letter").first.click()
    expect(page.get_by_text("Nobody is chosen yet", exact=False)).to_be_visible()
    axe(page)
    page.get_by_label("Experts of Cohort 2024 (2)", exact=True).check()
    page.get_by_label("Subject").fill("Hello ")
    page.get_by_role("button", name="Put in the recipient’s first name").click()
    page.get_by_role("textbox", name="The letter").fill("We meet **soon**.\n\n{{ you.shoe }}")
    expect(page.get_by_text("Line 3:", exact=False)).to_be_visible()
    expect(page.get_by_text("It goes to 2 people now", exact=False)).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name="The letter").fill("We meet **soon**.")
    expect(page.locator(".letter-subject")).to_have_text("Hello Ada")
    look(page, "messages-letter")
    page.get_by_role("button", name="Look at the messages").click()
    expect(page.get_by_text("Hello Grace")).to_be_visible()
    axe(page)
    look(page, "messages-letter-look")
    page.get_by_role("button", name="Send to 2 people").click()
    expect(page.get_by_text("It is on its way to 2 people.")).to_be_visible()
    axe(page)
    commands.send_due("mail-0", clock=lambda: NOW + timedelta(minutes=5))
    assert sorted(scene.received()) == [("ada@example.org", "Hello Ada"), ("grace@example.org", "Hello Grace")]


@BOTH
def test_ada_chooses_weekly_and_stops_a_topic_from_a_link(browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe) -> None:
    page = browser_page
    where = stop_url(scene.ada, scene.programme, Topic.REMINDERS)
    page.goto(where[where.index("/stop/") :])
    axe(page)
    look(page, "messages-stop")
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("heading", name="You will hear no more of it")).to_be_visible()
    axe(page)

    sign_in(page, "Ada")
    page.goto("/me/messages/")
    axe(page)
    page.get_by_role("group", name="News of the programme").get_by_label("Once a week").check()
    look(page, "messages-mine")
    page.get_by_role("button", name="Save for The Practitioners Hub").click()
    expect(page.get_by_text("Kept, for The Practitioners Hub.", exact=False)).to_be_visible()
    heard = queries.choices_of(scene.ada, [scene.programme])[scene.programme.pk]
    assert (heard[Topic.NEWS], heard[Topic.REMINDERS], heard[Topic.TASKS]) == (Cadence.WEEKLY, Cadence.OFF, Cadence.AT_ONCE)
