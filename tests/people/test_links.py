"""What people link to: rows on their profile, of which nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.kit.models import JournalEntry
from hub.people.commands import MOST_LINKS, BadPersonFact, LinkFacts, edit_profile, set_links
from hub.people.models import Link, Person
from hub.programmes.models import Programme
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
MINE = "/me/profile/"
NAME = {"name": "Ada Lindqvist"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def rows(*links: tuple[str, str]) -> dict[str, str]:
    sent: dict[str, str] = {}
    for number, (label, url) in enumerate(links):
        sent |= {f"link-label_{number}": label, f"link-url_{number}": url}
    return sent


def stand(person: Person) -> list[tuple[str, str]]:
    return list(Link.objects.filter(person=person).order_by("position").values_list("label", "url"))


GROUP, CODE = ("My group", "https://example.org/group"), ("Code", "https://example.org/code")


def test_rows_are_saved_in_their_order_and_empty_ones_left_out(scene: Scene) -> None:
    ada = as_(scene.ada)
    answer = ada.post(MINE, NAME | rows(("", ""), GROUP, ("", ""), ("Code", "example.org/code")))
    assert answer["Location"] == MINE
    assert stand(scene.ada) == [GROUP, CODE]
    shown = ada.get(MINE).context["links"].rows
    assert [(label.value(), url.value()) for label, url in shown] == [GROUP, CODE, ("", ""), ("", ""), ("", "")]


def test_emptying_a_row_takes_the_link_out(scene: Scene) -> None:
    set_links(scene.ada, [LinkFacts(*GROUP), LinkFacts(*CODE)], by=scene.ada, at=IN_SEPTEMBER)
    as_(scene.ada).post(MINE, NAME | rows(("", ""), CODE))
    assert stand(scene.ada) == [CODE]


def test_the_team_reads_what_somebody_links_to_beside_the_name(scene: Scene) -> None:
    set_links(scene.ada, [LinkFacts(*GROUP), LinkFacts(*CODE)], by=scene.ada, at=IN_SEPTEMBER)
    page = as_(scene.mara).get(f"/team/practitioners-hub/people/{scene.ada.pk}/").content.decode()
    assert [f'<a href="{url}" rel="noopener nofollow">{label}</a>' in page for label, url in (GROUP, CODE)] == [True, True]


def test_a_form_without_any_row_leaves_the_links_as_they_are(scene: Scene) -> None:
    set_links(scene.ada, [LinkFacts(*GROUP)], by=scene.ada, at=IN_SEPTEMBER)
    assert as_(scene.ada).post(MINE, NAME | {"pronouns": "she/her"}).status_code == 302
    assert stand(scene.ada) == [GROUP]


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        (("", "https://example.org/x"), "label_1", "Say what this link is, such as “My group’s site”."),
        (("Site", ""), "url_1", "Write the address; to take the link out, empty both fields."),
        (("Site", "not an address"), "url_1", "This is no address on the web; one looks like https://example.org/me."),
        (("Site", "javascript:alert(1)"), "url_1", "This is no address on the web; one looks like https://example.org/me."),
        (("Again", GROUP[1]), "url_1", "This address is in the list already."),
        (("x" * 61, "https://example.org/x"), "label_1", "Say in up to 60 letters what it is."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    scene: Scene, wrong: tuple[str, str], field: str, said: str
) -> None:
    answer = as_(scene.ada).post(MINE, {"name": "Ada L.", "about": "I measure ice."} | rows(GROUP, wrong))
    assert answer.status_code == 422
    links, form = answer.context["links"], answer.context["form"]
    assert dict(links.errors) == {field: [said]}
    assert [(label.value(), url.value()) for label, url in links.rows] == [GROUP, wrong]
    assert (form["name"].value(), form["about"].value()) == ("Ada L.", "I measure ice.")
    assert f'id="id_link_link-{field}_error"' in answer.content.decode()
    assert stand(scene.ada) == []
    scene.ada.refresh_from_db()
    assert scene.ada.name == "Ada Lindqvist"


def test_a_wrong_profile_keeps_the_links_that_were_typed(scene: Scene) -> None:
    answer = as_(scene.ada).post(MINE, {"name": "Ada", "orcid": "nonsense"} | rows(GROUP))
    assert answer.status_code == 422
    assert [url.value() for _, url in answer.context["links"].rows] == [GROUP[1]]
    assert stand(scene.ada) == []


def test_ten_rows_are_the_most_there_are(scene: Scene) -> None:
    many = [(f"Link {n}", f"https://example.org/{n}") for n in range(MOST_LINKS)]
    ada = as_(scene.ada)
    assert ada.post(MINE, NAME | rows(*many, ("One more", "https://example.org/more"))).status_code == 302
    assert stand(scene.ada) == many
    assert len(ada.get(MINE).context["links"].rows) == MOST_LINKS


def test_profile_and_links_are_saved_both_or_neither(scene: Scene) -> None:
    with pytest.raises(BadPersonFact):
        edit_profile(scene.ada, [LinkFacts("a\x00b", "https://example.org/")], by=scene.ada, at=IN_SEPTEMBER, name="Ada L.")
    scene.ada.refresh_from_db()
    assert scene.ada.name == "Ada Lindqvist"


def test_links_that_stand_already_are_not_written_again(scene: Scene) -> None:
    set_links(scene.ada, [LinkFacts(*GROUP)], by=scene.ada, at=IN_SEPTEMBER)
    before = (JournalEntry.objects.count(), Programme.objects.get(pk=scene.programme.pk).public_version)
    set_links(scene.ada, [LinkFacts(f" {GROUP[0]} ", GROUP[1])], by=scene.ada, at=IN_SEPTEMBER)
    assert (JournalEntry.objects.count(), Programme.objects.get(pk=scene.programme.pk).public_version) == before


def test_ten_links_cost_no_more_queries_than_one(scene: Scene) -> None:
    def queries() -> int:
        client = as_(scene.ada)
        with CaptureQueriesContext(connection) as caught:
            client.get(MINE)
        return len(caught)

    set_links(scene.ada, [LinkFacts(*GROUP)], by=scene.ada, at=IN_SEPTEMBER)
    before = queries()
    set_links(scene.ada, [LinkFacts(f"Link {n}", f"https://example.org/{n}") for n in range(10)], by=scene.ada, at=IN_SEPTEMBER)
    assert queries() == before
