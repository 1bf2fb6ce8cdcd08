"""A form's way: built by keyboard alone, answered with and without script, read as pictures; each stop held to the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from hub.core.forms import Condition, Kind, Question, Test, load
from hub.forms import queries
from hub.forms.commands import close_form
from hub.forms.models import AnonymousAnswer, Form
from hub.kit.fresh import shelf
from hub.people.commands import give_role
from hub.people.models import RoleKind
from tests.factories import a_cohort
from tests.forms.filling import GOAL, TRAVEL, a_draft, an_anonymous_form, an_open_form, experts, said_by_nobody
from tests.journeys.conftest import Axe, SignIn, Stop, fits, follow
from tests.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/team/practitioners-hub/forms/"


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


def an_expert_of_today(scene: Scene) -> None:
    """Make Ada an Expert of a cohort that runs today as well: as one of 2024 she is asked no more."""
    today = timezone.localdate()
    first, last = today - timedelta(days=30), today + timedelta(days=120)
    cohort = a_cohort("today", programme=scene.programme, starts_on=first, ends_on=last)
    give_role(scene.ada, RoleKind.EXPERT, scene.programme, cohort=cohort, starts_on=first, by=None, at=timezone.now())


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement?.innerText || document.activeElement?.name || ''"))


def test_a_form_is_built_by_keyboard_alone_answered_and_read(
    browser_page: Page, scene: Scene, sign_in: SignIn, axe: Axe
) -> None:
    page = browser_page
    keys = page.keyboard
    an_expert_of_today(scene)
    sign_in(page, "Mara")
    page.goto(f"{DESK}new/")
    axe(page)
    page.get_by_label("Title").focus()
    keys.type("Lunch")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Lunch").first).to_be_visible()

    page.get_by_role("link", name="Edit what is said about the form").focus()
    keys.press("Enter")
    expect(page.get_by_label("Title")).to_be_focused()
    for text in ("To order lunch.", "The two of us."):
        keys.press("Tab")
        if text == "To order lunch.":
            keys.press("Tab")  # past the words before the questions
        keys.type(text)
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_text("To order lunch.")).to_be_visible()

    expect(page.get_by_text("By keyboard:")).to_be_visible()  # said once the script listens: a key before that is nobody's
    keys.press("n")  # no row has the focus: the last section's menu opens
    expect(page.get_by_role("button", name="Short text")).to_be_focused()
    page.get_by_role("button", name="One choice").focus()
    keys.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    axe(page)
    keys.type("Do you eat with us?")
    page.get_by_label("Choices").focus()
    keys.type("Yes")
    keys.press("Enter")
    keys.type("No")
    page.get_by_role("button", name="Save question").focus()
    keys.press("Enter")
    link = page.get_by_role("link", name="Do you eat with us?")
    expect(link).to_be_focused()

    keys.press("n")
    page.get_by_role("button", name="Long text").focus()
    keys.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    keys.type("What do you not eat?")
    page.get_by_label("Shown").focus()
    page.get_by_label("Shown").select_option(label="is “Yes”")
    page.get_by_role("button", name="Save question").focus()
    keys.press("Enter")
    expect(page.get_by_role("link", name="What do you not eat?")).to_be_focused()
    keys.press("ArrowUp")
    expect(link).to_be_focused()
    keys.press("Alt+ArrowDown")  # below the question that hangs on it: its condition goes, and that is said
    expect(page.get_by_text("“What do you not eat?” is shown always now", exact=False)).to_be_visible()
    expect(link).to_be_focused()
    keys.press("ArrowUp")
    expect(page.get_by_role("link", name="What do you not eat?")).to_be_focused()
    keys.press("ArrowDown")
    expect(link).to_be_focused()
    keys.press("Alt+ArrowUp")
    expect(page.locator(".builder-row").first).to_contain_text("Do you eat with us?")
    expect(link).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    keys.press("Escape")  # the place is kept
    expect(link).to_be_focused()
    page.get_by_role("button", name="Copy: Do you eat with us?").focus()
    keys.press("ArrowDown")  # from a button of the row as from the row
    expect(page.get_by_role("link", name="What do you not eat?")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.get_by_label("Shown").select_option(label="is “Yes”")
    page.get_by_role("button", name="Save question").focus()
    keys.press("Enter")
    expect(page.get_by_text("Only where “Do you eat with us?” is “Yes”")).to_be_visible()
    axe(page)
    form = Form.objects.get(slug="lunch")
    first, second = load(form.draft).questions
    assert (first.kind, second.only_if) == (Kind.ONE, Condition(first.key, Test.IS, "o1"))

    page.get_by_role("link", name="See the difference and publish").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="What version 1 changes")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Publish version 1").focus()
    keys.press("Enter")
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    axe(page)
    page.get_by_label("Everybody with a role").focus()
    keys.press("Space")
    page.get_by_label("Expert").focus()
    keys.press("Space")
    page.get_by_role("button", name="Save", exact=True).focus()
    keys.press("Enter")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    sign_in(page, "Ada")
    page.goto("/me/forms/")
    axe(page)
    page.get_by_role("link", name="Lunch").click()
    hidden = page.get_by_label("What do you not eat?")
    expect(hidden).to_be_hidden()
    page.get_by_label("Yes").focus()
    keys.press("Space")
    expect(hidden).to_be_visible()
    axe(page)
    hidden.focus()
    keys.type("Olives")
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d"))).to_be_visible()
    assert queries.answer_of(form, scene.ada).typed == {first.key: ["o1"], second.key: ["Olives"]}
    sign_in(page, "Ada")  # in another tab, which makes what stands in this page too old to be taken
    page.context.clear_cookies(name="csrftoken")
    hidden.fill("Olives and figs")
    expect(page.get_by_text("Not saved just now.", exact=False)).to_be_visible()
    page.reload()
    expect(hidden).to_have_value("Olives and figs")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", name="Look it over")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you, it is sent")).to_be_visible()
    axe(page)

    sign_in(page, "Mara")
    page.goto(f"{DESK}lunch/summary/")
    expect(page.get_by_role("img", name="Do you eat with us?")).to_be_visible()
    expect(page.get_by_text("Olives")).to_be_visible()
    axe(page)
    follow(page.get_by_role("link", name="Answers", exact=True))
    axe(page)
    page.get_by_role("link", name="Ada Lindqvist").click()
    expect(page.get_by_text("Olives")).to_be_visible()
    axe(page)


def test_what_was_typed_into_a_question_is_there_again_after_it_was_closed(
    browser_page: Page, scene: Scene, sign_in: SignIn
) -> None:
    form = a_draft(scene.programme)
    page = browser_page
    sign_in(page, "Mara")
    page.goto(f"{DESK}{form.slug}/")
    expect(page.get_by_text("By keyboard:")).to_be_visible()
    page.get_by_role("link", name=TRAVEL.label).click()
    typed = page.get_by_label("Question", exact=True)
    typed.fill("Can you come to London?")
    typed.press("Escape")
    page.get_by_role("link", name=TRAVEL.label).click()
    expect(page.get_by_text("This is what you typed before; it was not saved yet.")).to_be_visible()
    expect(typed).to_have_value("Can you come to London?")

    page.get_by_role("button", name="Save question").click()
    expect(page.get_by_role("link", name="Can you come to London?")).to_be_visible()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    page.get_by_role("link", name="Can you come to London?").click()
    expect(typed).to_have_value("Can you come to London?")
    expect(page.get_by_text("This is what you typed before")).to_have_count(0)
    assert asked == []


@pytest.mark.parametrize(
    "browser_page", [{}, {"viewport": {"width": 390, "height": 800}}], indirect=True, ids=["desk", "phone"]
)
def test_the_days_of_a_week_stand_above_the_boxes_they_are_of(browser_page: Page, scene: Scene, sign_in: SignIn) -> None:
    when = Question(key="q7", kind=Kind.AVAILABILITY, label="When can you come?", has_grid=True)
    an_open_form(scene.programme, when, people=[scene.ada])
    page = browser_page
    sign_in(page, "Ada")
    page.goto("/forms/practitioners-hub/onboarding-survey/")
    heads = page.get_by_role("columnheader").all()
    boxes = page.get_by_role("row", name="Morning").get_by_role("checkbox").all()
    assert len(heads) == len(boxes) == 5

    def middle(of: Locator) -> tuple[float, float]:
        box = of.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"]

    for head, box in zip(heads, boxes, strict=True):
        (above, top), (below, under) = middle(head), middle(box)
        assert abs(above - below) < 3
        assert 0 < under - top < 80
    assert fits(page)


@pytest.mark.parametrize("browser_page", [{"java_script_enabled": False}], indirect=True)
def test_without_script_a_form_is_answered_all_the_same(browser_page: Page, scene: Scene, sign_in: SignIn) -> None:
    from dataclasses import replace

    more = replace(GOAL, key="q9", label="Where from?", is_required=False, only_if=Condition("q2", Test.IS, "o1"))
    form = an_open_form(scene.programme, GOAL, TRAVEL, more, people=[scene.ada])
    page = browser_page
    sign_in(page, "Ada")
    page.goto("/forms/practitioners-hub/onboarding-survey/")
    expect(page.get_by_text("Only where “Can you travel?” is “Yes”.")).to_be_visible()
    page.get_by_label(GOAL.label).fill("To map")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Where from?").fill("London")
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_label("Where from?")).to_have_value("London")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_text("London")).to_have_count(0)
    follow(page.get_by_role("button", name="Send"))
    assert queries.answer_of(form, scene.ada).values == {"q1": "To map", "q2": {"chosen": ["o2"]}}


@pytest.mark.parametrize("browser_page", [{"color_scheme": "dark", "viewport": {"width": 390, "height": 800}}], indirect=True)
def test_an_anonymous_form_keeps_what_is_typed_in_the_browser_and_shows_pictures_from_five_on(
    browser_page: Page, browser: Browser, scene: Scene, sign_in: SignIn, axe: Axe
) -> None:
    people = experts(scene.cohort, 4)
    form = an_anonymous_form(scene.programme, people=[scene.ada, *people])
    for person in people:
        said_by_nobody(form, person, q1=f"Said by {person.pk}", q2="o1")
    page = browser_page
    sign_in(page, "Ada")
    page.goto("/forms/practitioners-hub/onboarding-survey/")
    axe(page)
    page.get_by_label(GOAL.label).fill("Nobody knows")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label(GOAL.label)).to_have_value("Nobody knows")
    page.get_by_label("Yes").check()
    follow(page.get_by_role("button", name="Look it over"))
    axe(page)
    assert AnonymousAnswer.objects.count() == 4
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("nobody can tell which one it is", exact=False)).to_be_visible()
    sign_in(page, "Mara")
    page.goto(f"{DESK}onboarding-survey/summary/")
    expect(page.get_by_role("img", name=TRAVEL.label)).to_be_visible()
    axe(page)


@pytest.mark.parametrize(
    "browser_page",
    [{}, {"color_scheme": "dark", "viewport": {"width": 390, "height": 800}}],
    indirect=True,
    ids=["desk", "phone"],
)
def test_what_is_typed_while_the_form_closes_stays_where_it_is_read_and_copied(
    browser_page: Page, scene: Scene, sign_in: SignIn, stop: Stop
) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, people=[scene.ada])
    page = browser_page
    sign_in(page, "Ada")
    page.goto("/forms/practitioners-hub/onboarding-survey/")
    page.get_by_label(GOAL.label).fill("Saved in time")
    expect(page.get_by_text(re.compile(r"Saved at \d\d:\d\d"))).to_be_visible()
    close_form(form, by=None, at=timezone.now())
    page.get_by_label(GOAL.label).fill("Typed too late, and not lost")
    expect(page.get_by_text("so this is not saved", exact=False)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_label(GOAL.label)).to_have_value("Typed too late, and not lost")
    page.on("dialog", lambda dialog: dialog.accept())
    follow(page.get_by_role("button", name="Look it over"))
    expect(page.get_by_text("It closed before this was sent")).to_be_visible()
    expect(page.get_by_text("Typed too late, and not lost").first).to_be_visible()
    page.get_by_text("All of it as plain text, to copy").click()
    expect(page.get_by_label("What you typed")).to_have_value(f"{GOAL.label}\nTyped too late, and not lost")
    stop(page, f"form-over-late-{page.viewport_size['width'] if page.viewport_size else 0}")
    page.goto("/forms/practitioners-hub/onboarding-survey/")
    expect(page.get_by_text("Saved in time").first).to_be_visible()
    stop(page, f"form-over-saved-{page.viewport_size['width'] if page.viewport_size else 0}")
