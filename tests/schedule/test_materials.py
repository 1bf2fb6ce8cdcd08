"""Who sees a material, whose it is, and what happens when its link breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from hub.core.materials import LinkState, after_look, is_due
from hub.kit import jobs, journal, todo, worker
from hub.people.models import RoleKind
from hub.schedule.commands.sessions import BadMaterial, add_material, edit_material
from hub.schedule.models import Material
from hub.schedule.queries.told import released_now
from hub.services.links import FakeLinks
from tests.factories import BEGUN
from tests.participation.places import released
from tests.participation.rooms import DURING, a_cafe, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db
URL = "https://example.org/slides"
DAY = timedelta(days=1)


def looks(links: FakeLinks, settings: Any, at: Any) -> Material:
    settings.LINKS = links
    jobs.ask_periodic(at=at)
    worker.drain(clock=lambda: at, most=300)
    return Material.objects.get(url=URL)


def test_a_link_that_leads_nowhere_twice_is_broken_and_stands_on_this_week(settings: Any) -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    add_material(cafe, title="Slides", url=URL, owner=mara, by=mara, at=BEGUN)
    links = FakeLinks({URL: "The page is not there any more."})

    def to_do() -> list[tuple[str, str]]:
        return [
            (each.what, each.owner) for each in todo.todos(cafe.cohort.programme, by=mara, at=BEGUN) if each.part == "Materials"
        ]

    assert looks(links, settings, DURING).link == "doubtful"
    assert to_do() == []  # once may be the net's trouble
    assert looks(links, settings, DURING + DAY).link == "broken"
    assert to_do() == [("Mend the link of “Slides”", "Mara Okafor")]
    with time_machine.travel(DURING + DAY, tick=False):
        page = as_(mara).get("/team" + where(cafe, "materials/")).content.decode()
    assert "The page is not there any more." in page

    links.trouble.clear()
    assert looks(links, settings, DURING + 9 * DAY).link == "fine"
    assert to_do() == []
    told = [each.did for each in journal.history_of(cafe, person=mara, at=DURING + 9 * DAY).entries if "leads" in each.did]
    assert len(told) == 2


def test_a_link_that_works_is_left_alone_for_a_week(settings: Any) -> None:
    add_material(a_cafe(), title="Slides", url=URL, by=None, at=BEGUN)
    links = FakeLinks()
    for at in (DURING, DURING + DAY, DURING + 6 * DAY, DURING + 7 * DAY):
        looks(links, settings, at)
    assert links.seen == [URL, URL]


def test_another_address_is_looked_at_anew(settings: Any) -> None:
    material = add_material(a_cafe(), title="Slides", url=URL, by=None, at=BEGUN)
    links = FakeLinks({URL: "Gone."})
    looks(links, settings, DURING)
    edit_material(material, title="Slides", url=f"{URL}/2", kind="material", by=None, at=DURING)
    material.refresh_from_db()
    assert (material.link, material.link_looked_at) == ("", None)


def test_a_link_is_doubtful_once_and_broken_twice() -> None:
    states = [None, LinkState.FINE, LinkState.DOUBTFUL, LinkState.BROKEN]
    assert [after_look(each, is_there=False).value for each in states] == ["doubtful", "doubtful", "broken", "broken"]
    assert {after_look(each, is_there=True) for each in states} == {LinkState.FINE}
    assert [is_due(LinkState.DOUBTFUL, DURING, at=DURING + timedelta(hours=hours)) for hours in (5, 6)] == [False, True]
    assert [is_due(LinkState.BROKEN, DURING, at=DURING + days * DAY) for days in (6, 7)] == [False, True]


def test_only_what_is_for_everybody_is_in_a_release() -> None:
    cafe = a_cafe()
    for access in ("public", "cohort", "team"):
        add_material(cafe, title=access, url=f"https://example.org/{access}", access=access, by=None, at=BEGUN)
    released(cafe.cohort)
    occurrence = released_now(cafe)
    assert occurrence is not None
    assert [paper.title for paper in occurrence.papers] == ["public"]


def test_the_older_word_for_access_still_holds() -> None:
    cafe = a_cafe()
    shut = add_material(cafe, title="Shut", url=URL, is_public=False, by=None, at=BEGUN)
    assert (shut.access, shut.is_public) == ("team", False)
    same = {"title": "Shut", "url": URL, "kind": "material"}
    assert edit_material(shut, **same, access="cohort", licence="CC BY 4.0", by=None, at=BEGUN).access == "cohort"
    still = edit_material(shut, **same, is_public=False, by=None, at=BEGUN)
    assert (still.access, still.licence) == ("cohort", "CC BY 4.0")
    assert edit_material(shut, **same, is_public=True, by=None, at=BEGUN).is_public
    with pytest.raises(BadMaterial):
        edit_material(shut, **same, access="everybody", by=None, at=BEGUN)


def test_the_team_says_on_the_page_who_sees_a_material() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    desk = "/team" + where(cafe, "materials/")
    given = {
        "title": "Slides",
        "url": URL,
        "kind": "material",
        "access": "cohort",
        "licence": "CC BY 4.0",
        "is_mine": "on",
        "do": "add",
    }
    with time_machine.travel(DURING, tick=False):
        client = as_(mara)
        assert client.post(desk, given).status_code == 302
        row = Material.objects.get()
        assert (row.access, row.licence, row.owner) == ("cohort", "CC BY 4.0", mara)
        client.post(desk, {"do": "public", "material": row.pk})
    row.refresh_from_db()
    assert row.access == "public"
