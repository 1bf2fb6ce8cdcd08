"""A name in a schedule is on no public surface while its person does not allow it: not asked, no, or taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.kit.fresh import shelf
from hub.kit.held import held_about
from hub.people.commands import (
    add_person,
    answer,
    ask_erasure,
    carry_out_erasure,
    edit_person,
    give_role,
    merge_people,
    publish_term,
    take_back_erasure,
    take_back_role,
    undo_merge,
    withdraw,
)
from hub.people.models import FormerName, Person, RoleKind, Term
from hub.people.queries.veils import veils
from hub.programmes.commands import create_programme, edit_programme
from hub.programmes.models import Programme
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import PlanVersion, Session
from hub.schedule.queries.imports import propose
from hub.schedule.queries.reading import reading_of
from hub.schedule.queries.working import latest_plan
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.schedule.drafts import add_sessions

pytestmark = pytest.mark.django_db
NAME = "Grace Achterberg"


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    shelf.clear()
    found = a_scene()
    agenda = [{"text": f"Welcome by {NAME}", "led_by": NAME, "minutes_low": 10, "parts": [{"text": f"{NAME} asks"}]}]
    facts = {
        "slug": "named",
        "title": f"Talk of {NAME}",
        "led_by": NAME,
        "summary": f"**{NAME}** says a long line of words that a calendar has to fold, in which {NAME} stands once more.",
        "status_note": f"Ask {NAME}",
        "agenda": agenda,
        "date": (IN_SEPTEMBER + timedelta(days=2)).date(),
    }
    add_sessions(found.cohort, [facts])
    release_schedule(found.cohort, note=f"Thanks to {NAME}", seen=1, by=None, at=IN_SEPTEMBER)
    return found


SURFACES = [
    "",
    "2024/",
    "2024/schedule/",
    "2024/schedule/?view=month",
    "2024/schedule/?view=list",
    "2024/sessions/named/",
    "2024/changes/",
    "2024/schedule.ics",
    "2024/schedule.json",
    "2024/schedule.csv",
    "2024/sessions/named.ics",
    "2024/atom.xml",
]
API = ["", "/sessions/named", "/releases", "/releases/2"]


def surfaces(client: Client) -> dict[str, str]:
    """Every public surface the session or its release stands on, folds of calendars undone."""
    addresses = [f"/practitioners-hub/{each}" for each in SURFACES]
    addresses += [f"/api/v1/programmes/practitioners-hub/cohorts/2024{each}" for each in API] + ["/"]
    found = {}
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        found[address] = response.content.decode().replace("\r\n ", "")
    return found


def named_on(client: Client) -> list[str]:
    return [address for address, text in surfaces(client).items() if "achterberg" in text.lower()]


def a_registered(scene: Scene) -> Person:
    person = add_person(NAME, by=None, at=BEGUN)
    give_role(person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    return person


def test_who_is_only_a_word_in_a_plan_stands_where_the_team_wrote_it(scene: Scene) -> None:
    assert len(named_on(Client())) == len(SURFACES) + len(API) + 1


def test_from_being_registered_on_a_name_is_nowhere_until_its_person_says_yes(scene: Scene) -> None:
    everywhere = named_on(Client())
    person = a_registered(scene)
    assert named_on(Client()) == []
    assert "Talk of an Expert" in surfaces(Client())["/practitioners-hub/2024/sessions/named/"]
    term = publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    answer(person, Use.NAME, term, wish=True, by=person, at=IN_SEPTEMBER)
    assert named_on(Client()) == everywhere
    withdraw(person, Use.NAME, scene.programme, by=person, at=IN_SEPTEMBER)
    assert named_on(Client()) == []


def test_who_asked_to_be_forgotten_is_named_nowhere_from_then_on(scene: Scene) -> None:
    person = a_registered(scene)
    term = publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(person, Use.NAME, term, wish=True, by=person, at=IN_SEPTEMBER)
    assert named_on(Client())
    erasure = ask_erasure(person, by=person, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    take_back_erasure(erasure, by=person, at=IN_SEPTEMBER)
    assert named_on(Client())


def a_name_term(scene: Scene) -> Term:
    return publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)


@pytest.mark.parametrize("last", ["refused", "withdrawn", "asked again", "to be forgotten"])
def test_a_no_holds_when_the_team_takes_back_the_only_role(scene: Scene, last: str) -> None:
    person = add_person(NAME, by=None, at=BEGUN)
    given = {"starts_on": IN_SEPTEMBER.date(), "by": None, "at": IN_SEPTEMBER}
    role = give_role(person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, **given)
    term = a_name_term(scene)
    answer(person, Use.NAME, term, wish=last != "refused", by=person, at=IN_SEPTEMBER)
    if last == "withdrawn":
        withdraw(person, Use.NAME, scene.programme, by=person, at=IN_SEPTEMBER)
    if last == "asked again":
        a_name_term(scene)
    if last == "to be forgotten":
        ask_erasure(person, by=person, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    assert "Talk of a guest" in surfaces(Client())["/practitioners-hub/2024/sessions/named/"]
    assert veils([scene.programme.pk])[scene.programme.pk].text(f"With {NAME}") == "With a guest"


def test_a_yes_holds_when_the_team_takes_back_the_only_role(scene: Scene) -> None:
    everywhere = named_on(Client())
    person = add_person(NAME, by=None, at=BEGUN)
    given = {"starts_on": IN_SEPTEMBER.date(), "by": None, "at": IN_SEPTEMBER}
    role = give_role(person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, **given)
    answer(person, Use.NAME, a_name_term(scene), wish=True, by=person, at=IN_SEPTEMBER)
    take_back_role(role, by=scene.mara, at=IN_SEPTEMBER)
    assert named_on(Client()) == everywhere


def test_who_said_no_without_ever_having_a_part_is_named_nowhere_and_only_in_that_programme(scene: Scene) -> None:
    person = add_person(NAME, by=None, at=BEGUN)
    answer(person, Use.NAME, a_name_term(scene), wish=False, by=person, at=IN_SEPTEMBER)
    elsewhere = create_programme(slug="elsewhere", name="Elsewhere", by=None, at=BEGUN)
    assert named_on(Client()) == []
    drawn = veils([scene.programme.pk, elsewhere.pk])
    assert drawn[scene.programme.pk].text(NAME) == "a guest"
    assert drawn[elsewhere.pk].text(NAME) == NAME


def test_who_is_called_otherwise_now_is_not_named_by_what_was_written_before(scene: Scene) -> None:
    person = a_registered(scene)
    edit_person(person, name="Grace King", by=scene.mara, at=IN_SEPTEMBER)
    edit_person(person, name="Grace Moor", by=scene.mara, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    held = [row["name"] for each in held_about(person) if each.label == "Former names" for row in each.rows]
    assert held == [NAME, "Grace King"]


def test_the_name_of_a_record_that_was_merged_stays_withheld_and_comes_back_with_an_undo(scene: Scene) -> None:
    gone = a_registered(scene)
    merge = merge_people(scene.ada, gone, choices={}, by=None, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    assert list(scene.ada.former_names.values_list("name", flat=True)) == [NAME]
    undo_merge(merge, by=None, at=IN_SEPTEMBER)
    assert named_on(Client()) == []
    assert FormerName.objects.count() == 0


def test_a_name_somebody_who_allows_it_bears_today_is_theirs(scene: Scene) -> None:
    everywhere = named_on(Client())
    first = a_registered(scene)
    edit_person(first, name="Grace King", by=scene.mara, at=IN_SEPTEMBER)
    second = a_registered(scene)
    assert named_on(Client()) == []
    term = publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(second, Use.NAME, term, wish=True, by=second, at=IN_SEPTEMBER)
    assert named_on(Client()) == everywhere


def test_a_veil_over_people_of_many_names_asks_once(scene: Scene) -> None:
    person = a_registered(scene)
    for number in range(3):
        edit_person(person, name=f"Grace Number{number}", by=scene.mara, at=IN_SEPTEMBER)
    with CaptureQueriesContext(connection) as seen:
        veil = veils([scene.programme.pk])[scene.programme.pk]
    assert (len(seen), veil.text(f"{NAME} and grace number1")) == (1, "an Expert and an Expert")


def test_who_is_forgotten_is_forgotten_by_the_names_they_had_before_but_for_one_somebody_bears_today(scene: Scene) -> None:
    person = a_registered(scene)
    for name in ("Sam Whitlow", "Grace King"):
        edit_person(person, name=name, by=scene.mara, at=IN_SEPTEMBER)
    give_role(scene.sam, RoleKind.COMMUNITY, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    edit_programme(scene.programme, about=f"Ask {NAME} or Sam Whitlow.", by=None, at=IN_SEPTEMBER)
    due = IN_SEPTEMBER + timedelta(days=15)
    carry_out_erasure(ask_erasure(person, by=person, at=IN_SEPTEMBER), by=None, at=due)
    assert Programme.objects.get(pk=scene.programme.pk).about == "Ask An Expert or Sam Whitlow."
    assert FormerName.objects.count() == 0


def test_the_consent_of_one_programme_is_none_in_another(scene: Scene) -> None:
    person = a_registered(scene)
    give_role(person, RoleKind.EXPERT, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    term = publish_term(scene.private, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    answer(person, Use.NAME, term, wish=True, by=person, at=IN_SEPTEMBER)
    assert named_on(Client()) == []


def test_the_team_still_reads_what_it_wrote(scene: Scene) -> None:
    a_registered(scene)
    page = as_(scene.mara).get("/team/practitioners-hub/2024/sessions/named/").content.decode()
    assert f"Talk of {NAME}" in page


def test_the_next_release_says_nothing_of_it(scene: Scene) -> None:
    a_registered(scene)
    add_sessions(scene.cohort, [{"slug": "another", "title": "Another"}])
    release = release_schedule(scene.cohort, note="", seen=2, by=None, at=IN_SEPTEMBER)
    assert [change["title"] for change in release.difference] == ["Another"]


def test_who_is_forgotten_is_named_no_more_in_anything_the_programme_wrote(scene: Scene) -> None:
    person = add_person(NAME, email="grace@example.org", by=None, at=BEGUN)
    give_role(person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    entry = f"- Week 1: Talk of {NAME}, grace@example.org: **Wednesday 4 September 2024 (15:00–17:00)**"
    text = f"# Plan\n\n### Month 1: September 2024\n\n{entry}\n"
    import_plan(scene.cohort, text, seen=1, by=scene.mara, at=IN_SEPTEMBER)
    edit_programme(scene.programme, about=f"Ask {NAME.upper()}.", by=None, at=IN_SEPTEMBER)
    edit_programme(scene.private, about=f"Another {NAME}", by=None, at=IN_SEPTEMBER)
    reading = [(each.title, each.led_by) for each in Session.objects.filter(slug="named")]
    assert NAME in str(reading)
    due = IN_SEPTEMBER + timedelta(days=15)
    carry_out_erasure(ask_erasure(person, by=person, at=IN_SEPTEMBER), by=None, at=due)
    assert named_on(Client()) == []
    theirs = [model for model in apps.get_models() if model._meta.app_label in ("schedule", "programmes", "kit", "people")]
    left = {model._meta.label for model in theirs for row in model._base_manager.values() if "achterberg" in str(row).lower()}
    assert left == {"programmes.Programme"}  # where another team wrote of somebody of that name
    assert Programme.objects.get(pk=scene.programme.pk).about == "Ask An Expert."
    assert "Talk of An Expert, …" in PlanVersion.objects.latest("pk").text
    assert "grace@example.org" not in str(list(PlanVersion.objects.values()) + list(Session.objects.values()))


def test_after_an_erasure_the_plan_and_the_sessions_still_say_the_same(scene: Scene) -> None:
    person = a_registered(scene)
    version = latest_plan(scene.cohort)
    assert version is not None
    text = version.text.replace("Collaboration Café", f"Collaboration Café led by {NAME}", 1)
    import_plan(scene.cohort, text, seen=version.number, by=scene.mara, at=IN_SEPTEMBER)
    due = IN_SEPTEMBER + timedelta(days=15)
    carry_out_erasure(ask_erasure(person, by=person, at=IN_SEPTEMBER), by=None, at=due)
    newest = latest_plan(scene.cohort)
    assert newest is not None
    reading = reading_of(scene.cohort, newest.text)
    assert reading.plan is not None
    assert "led by An Expert" in newest.text
    assert propose(scene.cohort, reading.plan, choices={}, at=due).is_empty


def test_what_is_next_names_somebody_to_who_takes_part_and_says_nothing_to_who_only_belongs_to_the_programme(
    scene: Scene,
) -> None:
    a_registered(scene)
    give_role(scene.sam, RoleKind.COMMUNITY, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    pages = [as_(who).get("/me/").content.decode() for who in (scene.ada, scene.sam)]
    assert [(NAME in text, "Talk of" in text) for text in pages] == [(True, True), (False, False)]
