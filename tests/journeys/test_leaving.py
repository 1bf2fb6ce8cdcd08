"""Ada leaves with places and a 1:1 ahead, Grace waits for a place: what the team sees and does, each stop held to axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from playwright.sync_api import Page, expect

from hub.people.commands import end_role, give_role
from hub.people.models import Role, RoleKind
from hub.schedule.models import Session
from tests.factories import a_programme
from tests.journeys.conftest import SignIn, Stop
from tests.participation.coaching import NOW, a_coach, talks, there
from tests.participation.places import a_training, an_expert, books, states, the_cohort
from tests.participation.rooms import somebody_here

pytestmark = pytest.mark.django_db(transaction=True)
WIDE_BY_DAY, PHONE_BY_NIGHT = {"color_scheme": "light"}, {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
BOTH = pytest.mark.parametrize("browser_page", [WIDE_BY_DAY, PHONE_BY_NIGHT], indirect=True, ids=["day", "phone-by-night"])


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def training(transactional_db: None) -> Session:
    """A training with one place: Ada has it, Grace waits. Ada has a place in another and a 1:1, too."""
    made, ada, grace = a_training(capacity=1), an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    books(ada, made, at=NOW)
    books(grace, made, at=NOW)
    books(ada, a_training(on=date(2024, 10, 8)), at=NOW)
    talks(ada, there(a_coach()))
    somebody_here("Mara Okafor", RoleKind.TEAM)
    return made


@BOTH
def test_who_leaves_is_shown_with_what_they_have_ahead_and_the_team_decides(
    browser_page: Page, training: Session, sign_in: SignIn, stop: Stop, request: pytest.FixtureRequest
) -> None:
    page, which = browser_page, request.node.callspec.id
    ada, grace = (Role.objects.get(person__name__startswith=name) for name in ("Ada", "Grace"))
    sign_in(page, "Mara")
    page.goto(f"/team/practitioners-hub/people/{ada.person_id}/")
    page.get_by_text("End this role").click()
    page.get_by_role("button", name="End the role Expert").press("Enter")
    expect(page.get_by_text("Still has 2 places and a 1:1 ahead")).to_be_visible()
    stop(page, f"leaving-person-{which}")

    page.goto(f"/team/practitioners-hub/2024/sessions/{training.slug}/bookings/")
    expect(page.get_by_text("No longer takes part")).to_be_visible()
    stop(page, f"leaving-bookings-{which}")
    page.goto("/team/practitioners-hub/2024/one-to-ones/")
    expect(page.get_by_text("Ada Lindqvist no longer takes part")).to_be_visible()
    stop(page, f"leaving-one-to-ones-{which}")

    end_role(grace, on=NOW.date(), by=None, at=NOW)
    page.goto("/team/practitioners-hub/")
    stop(page, f"leaving-week-{which}")
    page.goto("/team/practitioners-hub/people/ahead/")
    stop(page, f"leaving-ahead-{which}")
    page.get_by_label("Waits for a place").check()
    page.get_by_role("button", name="Let them keep it").press("Enter")
    expect(page.get_by_text("Kept: 1.")).to_be_visible()

    page.goto(f"/team/practitioners-hub/people/{ada.person_id}/")
    page.get_by_role("button", name="Give up 2 places and a 1:1").press("Enter")
    expect(page.get_by_text("Given up: 3. Everybody hears of theirs.")).to_be_visible()
    assert states(training) == {"Ada Lindqvist": "removed", "Grace Oyelaran": "offered"}


@BOTH
def test_a_role_given_to_several_by_mistake_is_taken_back_where_that_can_be(
    browser_page: Page, training: Session, sign_in: SignIn, stop: Stop, request: pytest.FixtureRequest
) -> None:
    page, which = browser_page, request.node.callspec.id
    ada, grace = (Role.objects.get(person__name__startswith=name).person for name in ("Ada", "Grace"))
    for person, day in ((ada, date(2024, 9, 2)), (grace, date(2024, 10, 1))):
        give_role(person, RoleKind.COACH, a_programme(), cohort=the_cohort(), starts_on=day, by=None, at=NOW)
    sign_in(page, "Mara")
    page.goto("/team/practitioners-hub/people/")
    for person in (ada, grace):
        page.get_by_label(f"Choose {person.name}").check()
    page.get_by_role("button", name="Take a role back…").press("Enter")
    expect(page.get_by_role("heading", name="Take a role back from 2 people")).to_be_visible()
    stop(page, f"leaving-take-back-{which}")
    page.get_by_role("button", name="Take it back where that can be").press("Enter")
    expect(page.get_by_text("Coach, Cohort 2024 was taken back from 1 person. 1 person kept it.")).to_be_visible()
