"""Who sees a material, whose it is, and what happens when its link breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.materials import LinkState, MaterialKind, after_look, is_due, kind_from_plan
from hub.kit import jobs, journal, todo, worker
from hub.people.commands import add_person
from hub.people.models import RoleKind
from hub.schedule.commands.sessions import BadMaterial, MaterialChangedMeanwhile, MaterialOfPlan, add_material, edit_material
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
        "owner": str(mara.pk),
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


def test_people_tell_slides_and_worksheets_apart_and_a_plan_leaves_it_at_that() -> None:
    assert [kind_from_plan(each.value, "material") for each in MaterialKind] == [
        "slides",
        "worksheet",
        "material",
        "material",
        "material",
    ]
    assert [kind_from_plan(each.value, "recording") for each in MaterialKind] == ["recording"] * 5


def test_of_what_the_plan_gives_people_may_say_that_it_is_slides_but_not_that_it_is_a_recording() -> None:
    slides = add_material(a_cafe(), title="Slides", url=URL, by=None, at=BEGUN)
    Material.objects.update(is_from_plan=True)
    same = {"title": "Slides", "url": URL, "by": None, "at": BEGUN}
    assert edit_material(slides, kind="slides", **same).get_kind_display() == "Slides"  # type: ignore[arg-type]
    with pytest.raises(MaterialOfPlan):
        edit_material(slides, kind="recording", **same)  # type: ignore[arg-type]


def test_the_team_hands_a_material_over_to_somebody_of_the_programme_and_to_nobody_else() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    theo, sam = somebody_here("Theo Brandvold", RoleKind.COACH), add_person("Sam Stranger", by=None, at=BEGUN)
    slides = add_material(cafe, title="Slides", url=URL, owner=mara, by=mara, at=BEGUN)
    given = {"title": "Slides", "url": URL, "kind": "slides", "access": "public", "licence": ""}
    with time_machine.travel(DURING, tick=False):
        client, desk = as_(mara), f"/team{where(cafe, 'materials/')}{slides.pk}/"
        page = client.get(desk).content.decode()
        offered = [f'value="{each.pk}"' in page for each in (mara, theo, sam)]
        client.post(desk, given | {"owner": theo.pk, "seen": slides.mark})
    slides.refresh_from_db()
    assert (offered, slides.owner, slides.kind) == ([True, True, False], theo, "slides")
    with pytest.raises(BadMaterial):
        edit_material(slides, title="Slides", url=URL, kind="slides", owner=sam, by=mara, at=DURING)


def test_of_two_who_edit_a_material_at_once_the_second_compares_and_decides() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    slides = add_material(cafe, title="Slides", url=URL, by=mara, at=BEGUN)
    seen = slides.mark
    edit_material(slides, title="Slides, second edition", url=URL, kind="slides", seen=seen, by=None, at=BEGUN)
    with pytest.raises(MaterialChangedMeanwhile):
        edit_material(slides, title="Our slides", url=URL, kind="slides", seen=seen, by=mara, at=BEGUN)
    given = {"title": "Our slides", "url": URL, "kind": "slides", "access": "public"}
    with time_machine.travel(DURING, tick=False):
        client, desk = as_(mara), f"/team{where(cafe, 'materials/')}{slides.pk}/"
        refused = client.post(desk, given | {"seen": seen})
        again = client.post(desk, given | {"seen": refused.context["seen"]})
    assert (refused.status_code, [(each.label, each.theirs, each.mine) for each in refused.context["theirs"]]) == (
        409,
        [("What it is", "Slides, second edition", "Our slides")],
    )
    slides.refresh_from_db()
    assert (again.status_code, slides.title) == (302, "Our slides")


def test_all_materials_of_a_programme_are_filtered_by_kind_access_and_broken_links() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    for title, kind, access in (("Deck", "slides", "public"), ("Map", "worksheet", "cohort"), ("Film", "recording", "cohort")):
        add_material(cafe, title=title, url=f"{URL}/{title}", kind=kind, access=access, by=None, at=BEGUN)
    Material.objects.filter(title="Film").update(link="broken")

    def listed(query: str) -> list[str]:
        return [each.title for each in client.get(f"/team/practitioners-hub/materials/{query}").context["materials"]]

    with time_machine.travel(DURING, tick=False):
        client = as_(mara)
        assert listed("") == ["Deck", "Map", "Film"]
        assert listed("?kind=slides") == ["Deck"]
        assert listed("?access=cohort") == ["Map", "Film"]
        assert listed("?access=cohort&link=broken") == ["Film"]
        assert listed("?kind=slides&link=broken") == []


def test_the_list_of_materials_asks_as_much_of_the_database_for_many_as_for_one(django_assert_num_queries: Any) -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    with time_machine.travel(DURING, tick=False):
        client = as_(mara)
        add_material(cafe, title="0", url=f"{URL}/0", owner=mara, by=None, at=BEGUN)
        client.get("/team/practitioners-hub/materials/")
        with CaptureQueriesContext(connection) as few:
            client.get("/team/practitioners-hub/materials/")
        for number in range(1, 4):
            add_material(cafe, title=str(number), url=f"{URL}/{number}", owner=mara, by=None, at=BEGUN)
        with django_assert_num_queries(len(few)):
            client.get("/team/practitioners-hub/materials/")
