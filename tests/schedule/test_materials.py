"""Who sees a material, whose it is, and what happens when its link breaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.materials import Access, LinkState, MaterialKind, after_look, is_due, kind_from_plan, say_reach
from hub.core.release import NothingToRelease
from hub.kit import jobs, journal, todo, worker
from hub.people.commands import add_person
from hub.people.models import RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.sessions import (
    BadMaterial,
    MaterialChangedMeanwhile,
    MaterialOfPlan,
    add_material,
    edit_material,
    remove_material,
)
from hub.schedule.models import Material, ReleasedSession, Session
from hub.schedule.queries.told import released_now
from hub.services.links import FakeLinks
from tests.factories import BEGUN, a_cohort
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


PUBLIC = (
    "",
    "schedule/",
    "schedule.json",
    "schedule.ics",
    "schedule.csv",
    "sessions/{slug}/",
    "sessions/{slug}.ics",
    "changes/",
)


def read_by_everybody(cohort: Cohort, slug: str, *, at: Any = DURING) -> str:
    """All that the public reads of a cohort, one after the other, as it is kept."""
    with time_machine.travel(at, tick=False):
        answers = [Client().get(f"/practitioners-hub/{cohort.slug}/{each.format(slug=slug)}") for each in PUBLIC]
        api = f"/api/v1/programmes/practitioners-hub/cohorts/{cohort.slug}"
        answers += [Client().get(address) for address in (api, f"{api}/sessions/{slug}")]
    assert {each.status_code for each in answers} == {200}
    return "".join(each.content.decode().replace("\r\n ", "") for each in answers)


@pytest.mark.parametrize("does", ["only the team", "who takes part", "taken off"])
def test_a_released_material_that_is_not_for_everybody_any_more_is_gone_from_all_that_is_public_at_once(does: str) -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    deck = add_material(cafe, title="Deck", url=URL, by=mara, at=BEGUN)
    add_material(cafe, title="Map", url="https://example.org/map", by=mara, at=BEGUN)
    released(cafe.cohort)
    assert read_by_everybody(cafe.cohort, cafe.slug).count(URL) >= 5
    do = {"only the team": "team", "who takes part": "cohort", "taken off": "remove"}[does]
    with time_machine.travel(DURING, tick=False):
        page = as_(mara).post("/team" + where(cafe, "materials/"), {"do": do, "material": deck.pk}, follow=True)
    now = read_by_everybody(cafe.cohort, cafe.slug)
    assert (now.count(URL), now.count("https://example.org/map") >= 5) == (0, True)
    assert not [row for row in ReleasedSession.objects.all() if URL in str(row.facts) + row.vevent + row.release.vevents]
    assert {
        "only the team": "Deck: only the team sees it from now on.",
        "who takes part": "Deck: who takes part sees it so now, in the session’s room, and nobody else any more.",
        "taken off": "Deck is taken off: nobody finds it here any more.",
    }[does] in [str(each) for each in page.context["messages"]]


def test_what_is_wider_or_new_waits_for_the_release_and_the_sentence_says_so() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    deck = add_material(cafe, title="Deck", url=URL, access="team", by=mara, at=BEGUN)
    with time_machine.travel(DURING, tick=False):
        page = as_(mara).post("/team" + where(cafe, "materials/"), {"do": "public", "material": deck.pk}, follow=True)
    assert [str(each) for each in page.context["messages"]] == [
        "Deck: who takes part sees it so now, in the session’s room, and everybody else with the next release."
    ]
    assert URL not in read_by_everybody(cafe.cohort, cafe.slug)
    released(cafe.cohort)
    assert URL in read_by_everybody(cafe.cohort, cafe.slug)


def test_a_released_address_that_is_replaced_is_gone_at_once_and_the_new_one_waits() -> None:
    cafe = a_cafe()
    deck = add_material(cafe, title="Deck", url=URL, by=None, at=BEGUN)
    released(cafe.cohort)
    edit_material(deck, title="Deck", url="https://example.org/better", kind="material", by=None, at=DURING)
    now = read_by_everybody(cafe.cohort, cafe.slug)
    assert (URL in now, "https://example.org/better" in now) == (False, False)
    released(cafe.cohort, at=DURING)
    assert "https://example.org/better" in read_by_everybody(cafe.cohort, cafe.slug)


PLAN = f"""# Plan for Cohort 2024

### Month 1: October 2024

- Week 1: Collaboration Café: **Wednesday 2 October 2024 (15:00–17:00)** - Stakeholders - Online
    * Group: Look at [the deck]({URL}) together (30 mins)
    * Group: A walk, see https://example.org/walk. (20 mins)
"""


def test_a_material_of_the_plan_for_the_team_alone_stands_nowhere_in_public_nor_in_the_agenda() -> None:
    cohort = a_cohort()
    import_plan(cohort, PLAN, seen=0, by=None, at=BEGUN)
    released(cohort)
    session = Session.objects.get()
    assert read_by_everybody(cohort, session.slug).count(URL) >= 5
    deck = Material.objects.get(url=URL)
    edit_material(deck, title=deck.title, url=URL, kind=deck.kind, access="team", by=None, at=DURING)
    now = read_by_everybody(cohort, session.slug)
    assert (now.count(URL), "Look at the deck together" in now, "https://example.org/walk" in now) == (0, True, True)
    with pytest.raises(NothingToRelease):
        released(cohort, at=DURING)


def test_a_material_an_imported_plan_exchanges_stays_until_the_release_whatever_else_is_narrowed() -> None:
    cohort = a_cohort()
    first = import_plan(cohort, PLAN, seen=0, by=None, at=BEGUN)
    session = Session.objects.get()
    other = add_material(session, title="Map", url="https://example.org/map", by=None, at=BEGUN)
    released(cohort)
    better = "https://example.org/better"
    import_plan(cohort, PLAN.replace(URL, better), seen=first.number, by=None, at=DURING)
    edit_material(other, title="Map", url=other.url, kind=other.kind, access="team", by=None, at=DURING)
    now = read_by_everybody(cohort, session.slug)
    assert (URL in now, better in now, other.url in now) == (True, False, False)
    released(cohort, at=DURING)
    now = read_by_everybody(cohort, session.slug)
    assert (URL in now, better in now) == (False, True)


def test_taking_a_material_off_asks_as_much_of_the_database_after_many_releases_as_after_one() -> None:
    cafe = a_cafe()
    counts = []
    for number in range(1, 4):
        for releases in range(number):
            add_material(cafe, title=f"Other {number}.{releases}", url=f"{URL}/{number}/{releases}", by=None, at=BEGUN)
            if releases == 0:
                deck = add_material(cafe, title="Deck", url=URL, by=None, at=BEGUN)
            released(cafe.cohort)
        with CaptureQueriesContext(connection) as caught:
            remove_material(deck, by=None, at=DURING)
        counts.append(len(caught))
    assert len(set(counts)) == 1


def test_who_sees_a_material_is_said_with_when() -> None:
    assert [say_reach(each, was=None, is_released=False) for each in Access] == [
        "everybody sees it once the session is released",
        "who takes part sees it once the session is released",
        "only the team sees it",
    ]


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
