"""What a programme plans for a year, and who sees the team's notes on it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from hub.programmes.commands import create_programme, import_year_plan
from tests.factories import BEGUN
from tests.scene import YEAR_PLAN, Scene, as_
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db
ADDRESS = "/practitioners-hub/year-plan/"


def bars(html: str) -> list[tuple[str, str]]:
    return re.findall(r'class="year-bar" data-from="(\d+)" data-to="(\d+)"', html)


def test_the_year_plan_tells_months_activities_and_reasons(scene: Scene) -> None:
    html = page(Client(), ADDRESS)
    assert each(html, "h1") == ["Year plan 2024"]
    assert each(html, "h3")[:2] == ["March", "September to February"]
    said = words(html)
    assert "Open the call for the next cohort Why: Meet people who may apply" in said
    assert "Collaboration Café (12 sessions) Mandatory, at least 50 %" in said
    assert "Trainings Optional" in said
    assert "Experts first" in said


def test_a_line_that_runs_over_new_year_is_one_bar(scene: Scene) -> None:
    html = page(Client(), ADDRESS)
    assert bars(html) == [("3", "3"), ("9", "14")]
    assert 'data-months="14"' in html


def test_comments_are_notes_of_the_team_among_themselves(scene: Scene) -> None:
    def sees_the_note(client: Client) -> bool:
        return "Ask the designer" in page(client, ADDRESS)

    assert [sees_the_note(as_(person)) for person in (None, scene.sam, scene.ada, scene.mara)] == [False, False, False, True]


def test_the_newest_year_is_shown_and_the_others_are_one_click_away(scene: Scene) -> None:
    later = YEAR_PLAN.replace("the next cohort", "the third cohort")
    import_year_plan(scene.programme, later, year=2025, by=None, at=BEGUN)
    newest = page(Client(), ADDRESS)
    assert each(newest, "h1") == ["Year plan 2025"]
    assert [link for link in links(newest) if "year=" in link] == ["?year=2025", "?year=2024"]
    earlier = page(Client(), f"{ADDRESS}?year=2024")
    assert "Open the call for the next cohort" in words(earlier)


@pytest.mark.parametrize("year", ["1999", "20244", "x", "٢٠٢٤", "-1", "2024.0"])
def test_a_year_that_has_no_plan_is_no_page(scene: Scene, year: str) -> None:
    assert Client().get(ADDRESS, {"year": year}).status_code == 404


def test_a_programme_without_a_year_plan_says_so(scene: Scene) -> None:
    create_programme(slug="new", name="Something New", is_public=True, by=None, at=BEGUN)
    assert "No year plan yet" in words(page(Client(), "/new/year-plan/"))
