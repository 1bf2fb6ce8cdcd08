"""What the Hub's home and a programme's home say, to whom, and at what cost."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.programmes.commands import create_programme, edit_programme
from tests.factories import BEGUN, a_cohort, an_imported_cohort
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db
HOME = "/practitioners-hub/"


def coming(html: str) -> list[str]:
    found = re.search(r'<ol class="coming".*?</ol>', html, re.DOTALL)
    return each(found[0], "h3") if found else []


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def test_the_home_shows_the_public_programmes_and_what_comes_next_in_them(scene: Scene) -> None:
    html = page(Client(), "/")
    assert each(html, "h1") == ["Learning together, in the open"]
    assert each(html, "h3")[0] == "The Practitioners Hub"
    assert coming(html) == ["Collaboration Café: Stakeholders", "Systems Thinking Workshop", "Collaboration Café: Case studies"]
    assert "Wed 18 September 2024, 15:00–17:00 (London)" in words(html)
    assert "Cohort 2024 · September 2024 to February 2025 · 4 sessions" in words(html)
    assert "Masterclass" not in html


def test_a_hub_without_programmes_says_that_one_will_come(db: None) -> None:
    assert "The first programme will be here soon" in words(page(Client(), "/"))


def test_what_is_next_moves_on_with_time(scene: Scene, in_september: time_machine.Coordinates) -> None:
    in_september.move_to(IN_SEPTEMBER + timedelta(days=20))
    assert coming(page(Client(), "/")) == ["Collaboration Café: Case studies"]
    in_september.move_to(IN_SEPTEMBER + timedelta(days=200))
    assert "Nothing is dated at the moment" in words(page(Client(), "/"))


def test_a_programmes_home_says_what_it_is_for_whom_what_is_next_and_how_to_join_in(scene: Scene) -> None:
    html = page(Client(), HOME)
    said = words(html)
    assert each(html, "h1") == ["The Practitioners Hub"]
    for words_of_it in (
        "Half a year in which organisations learn from each other",
        "For people who care for open work.",
        "How do I join in? A call opens each spring.",
        "Cohort 2024: 4 sessions, 2 months",
        "Polar Survey",
        "Road Freight",
    ):
        assert words_of_it in said
    assert coming(html)[0] == "Collaboration Café: Stakeholders"
    assert {"mailto:hub@example.org", "https://example.org/hub", "https://example.org/polar"} <= set(links(html))
    assert {"/practitioners-hub/2024/schedule/", "/practitioners-hub/2024/schedule.ics"} <= set(links(html))


def test_a_programmes_home_describes_it_to_search_engines(scene: Scene) -> None:
    html = page(Client(), HOME)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert (data["@type"], data["name"], data["url"]) == (
        "Organization",
        "The Practitioners Hub",
        "http://localhost:8000/practitioners-hub/",
    )
    assert '<meta property="og:title" content="The Practitioners Hub">' in html


def test_what_a_team_writes_about_its_programme_cannot_become_script(scene: Scene) -> None:
    hostile = "</script><script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    edit_programme(scene.programme, about=hostile, tagline="<b>bold</b>", by=None, at=IN_SEPTEMBER)
    html = page(Client(), HOME)
    assert "<script>alert" not in html
    assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert 'href="javascript:' not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_a_private_programme_is_there_for_its_own_people_only(scene: Scene) -> None:
    assert [as_(person).get("/masterclass/").status_code for person in (None, scene.sam, scene.ada, scene.mara)] == [404] * 4
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    people = (None, scene.sam, scene.ada, scene.mara)
    assert [as_(person).get(HOME).status_code for person in people] == [404, 404, 200, 200]


def test_a_programme_without_any_cohort_has_a_home(scene: Scene) -> None:
    create_programme(slug="new", name="Something New", is_public=True, by=None, at=BEGUN)
    said = words(page(Client(), "/new/"))
    assert "The first cohort has no dates yet." in said
    assert "Something New" in words(page(Client(), "/"))


def test_the_homes_ask_as_much_of_the_database_for_five_cohorts_as_for_one(scene: Scene) -> None:
    before = {address: queries(Client(), address) for address in ("/", HOME, "/sitemap.xml")}
    for number in range(4):
        an_imported_cohort(cohort=a_cohort(f"also-{number}", programme=scene.programme))
        create_programme(slug=f"more-{number}", name=f"More {number}", is_public=True, by=None, at=BEGUN)
    after = {address: queries(Client(), address) for address in ("/", HOME, "/sitemap.xml")}
    assert before == after
    assert max(after.values()) <= 11


def test_who_has_a_page_already_is_not_sent_it_again(scene: Scene) -> None:
    for address in ("/", HOME, f"{HOME}year-plan/"):
        first = Client().get(address)
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_changed_programme_shows_at_once(scene: Scene) -> None:
    first = Client().get(HOME)
    edit_programme(scene.programme, tagline="Something else", by=None, at=IN_SEPTEMBER)
    again = Client().get(HOME, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200
    assert "Something else" in words(again.content.decode())


def test_what_one_who_is_signed_in_is_shown_is_kept_by_nobody_else(scene: Scene) -> None:
    answer = as_(scene.mara).get(HOME)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Mara Okafor" in answer.content.decode()
    assert "Mara" not in page(Client(), HOME)


def test_the_look_of_a_programme_is_its_colour_by_day_and_by_night(scene: Scene) -> None:
    answer = Client().get(f"{HOME}look.css?v={scene.programme.colour[1:]}")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "max-age=31536000, immutable, public"
    shown = re.fullmatch(
        r'\[data-programme="practitioners-hub"\] \{ --programme: light-dark\((#\w{6}), (#\w{6})\); \}\n',
        answer.content.decode(),
    )
    assert shown
    assert "immutable" not in Client().get(f"{HOME}look.css?v=000001")["Cache-Control"]
    assert Client().get("/nowhere/look.css").status_code == 404
