"""What a team sees of records that may be one person, and does about them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.core.consent import Use
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit.models import Job, JournalEntry
from hub.kit.worker import drain
from hub.messaging.commands import choose
from hub.people import queries
from hub.people.commands import (
    NOT_UNDONE_NOW,
    LinkFacts,
    add_person,
    answer,
    ask_erasure,
    edit_person,
    end_role,
    find_duplicates,
    give_role,
    merge_people,
    publish_term,
    say_apart,
    set_links,
    take_back_erasure,
    unsay_apart,
)
from hub.people.models import Account, LikelyPair, Merge, Person, Role, RoleKind
from tests.people.merging import a_record
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
PEOPLE = "/team/practitioners-hub/people/"
LIST = f"{PEOPLE}duplicates/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def pair(scene: Scene) -> LikelyPair:
    """Ada, and a second record of hers that somebody typed in."""
    a_record(scene.programme, "Ada Lindqvist", pronouns="she/her", about="Ice\nand rivers")
    edit_person(scene.ada, about="Rivers", by=scene.ada, at=IN_SEPTEMBER)
    find_duplicates(at=IN_SEPTEMBER)
    return LikelyPair.objects.get()


def page(client: Client, path: str, status: int = 200) -> str:
    answered = client.get(path)
    assert answered.status_code == status
    return answered.content.decode()


def listed(client: Client) -> list[tuple[str, str]]:
    return [(row.pair.first.name, row.pair.second.name) for row in client.get(LIST).context["rows"]]


def test_where_nobody_looks_like_another_it_is_said_what_would_be_here(scene: Scene) -> None:
    html = page(as_(scene.mara), LIST)
    assert "No two records look like one person" in html
    assert "Nobody has looked yet" in html


def test_a_team_asks_for_a_look_and_sees_when_it_was(scene: Scene) -> None:
    mara = as_(scene.mara)
    a_record(scene.programme, "Ada Lindqvist")
    assert "are being compared" in mara.post(LIST, {"do": "look"}, follow=True).content.decode()
    assert "A look is under way." in page(mara, LIST)
    assert Job.objects.get().key == "asked"
    drain(clock=lambda: IN_SEPTEMBER)
    html = page(mara, LIST)
    assert "Last looked:" in html
    assert "The same name" in html
    assert listed(mara) == [("Ada Lindqvist", "Ada Lindqvist")]
    assert 'Duplicates <span class="numbers">(1)</span>' in page(mara, PEOPLE)


def test_a_pair_is_merged_as_chosen_and_undone_from_where_it_is_told(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)
    html = page(mara, f"{LIST}{pair.pk}/")
    for said in ("ada@example.org", "No account", "The same name", "Ice\nand rivers", "she/her", "Nothing"):
        assert said in html
    chosen = {"keep": pair.first_id, "about": "gone", "pronouns": "gone", "do": "merge"}
    answered = mara.post(f"{LIST}{pair.pk}/", chosen)
    merge = Merge.objects.get()
    assert answered["Location"] == f"{LIST}?merged={merge.pk}"
    one = Person.objects.get(name="Ada Lindqvist")
    assert (one.pk, one.about, one.pronouns) == (scene.ada.pk, "Ice\nand rivers", "she/her")

    html = page(mara, answered["Location"])
    assert "Ada Lindqvist is one record now." in html
    assert "Merged lately" in html
    assert listed(mara) == []
    undone = mara.post(LIST, {"do": "undo", "merge": merge.pk}, follow=True).content.decode()
    assert "Undone: Ada Lindqvist and Ada Lindqvist are two records again, as they were." in undone
    assert "Merged lately" not in undone
    assert [person.about for person in Person.objects.filter(name="Ada Lindqvist").order_by("pk")] == [
        "Rivers",
        "Ice\nand rivers",
    ]
    assert mara.post(LIST, {"do": "undo", "merge": merge.pk}).status_code == 404


def test_either_record_may_be_the_one_that_stays(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)
    path = f"{LIST}{pair.pk}/"
    assert mara.get(path).context["kept"] == scene.ada  # who signs in with it
    assert mara.get(f"{path}?keep={pair.second_id}").context["kept"] == pair.second
    assert mara.get(f"{path}?keep={scene.mara.pk}").context["kept"] == scene.ada
    mara.post(path, {"keep": pair.second_id, "about": "kept", "pronouns": "kept", "do": "merge"})
    assert Person.objects.get(name="Ada Lindqvist") == pair.second
    assert pair.second.account.email == "ada@example.org"


def test_the_record_that_signed_in_last_is_proposed_to_stay(scene: Scene) -> None:
    """Ada changed employer: nobody reads the mail of her first record any more, and her roles are all there."""
    new = a_record(scene.programme, "Ada Lindqvist-Berg", email="ada.berg@example.org")
    assert queries.which_stays(scene.ada, new, scene.mara) == scene.ada  # the older, neither has signed in
    Account.objects.filter(person=scene.ada).update(last_login=IN_SEPTEMBER - timedelta(days=300))
    assert queries.which_stays(new, scene.ada, scene.mara) == scene.ada
    Account.objects.filter(person=new).update(last_login=IN_SEPTEMBER)
    for one, other in ((new, scene.ada), (scene.ada, new)):
        assert queries.which_stays(one, other, scene.mara) == new
    merge_people(new, scene.ada, choices={}, by=scene.mara, at=IN_SEPTEMBER)
    assert new.account.email == "ada.berg@example.org"


def test_of_ones_own_two_records_the_one_signed_in_with_stays_and_the_other_can_not(scene: Scene) -> None:
    own = a_record(scene.programme, "Mara Okafor", email="okafor@example.org")
    for kind in (RoleKind.COACH, RoleKind.WRITER):
        give_role(own, kind, scene.programme, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    find_duplicates(at=IN_SEPTEMBER)
    path = f"{LIST}{LikelyPair.objects.get().pk}/"
    mara = as_(scene.mara)
    assert mara.get(path).context["kept"] == scene.mara
    answered = mara.post(path, {"keep": own.pk, "do": "merge"})
    assert (answered.status_code, Merge.objects.count()) == (422, 0)
    assert "You are signed in with the record that would go." in answered.content.decode()


def test_what_is_not_chosen_is_asked_for_and_what_is_chosen_stays(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)
    answered = mara.post(f"{LIST}{pair.pk}/", {"keep": pair.second_id, "about": "gone", "do": "merge"})
    html = answered.content.decode()
    assert answered.status_code == 422
    assert "Choose one of the two." in html
    assert answered.context["kept"] == pair.second
    assert answered.context["form"]["about"].value() == "gone"
    assert Merge.objects.count() == 0


def test_what_moves_and_what_is_there_twice_is_counted_and_named(scene: Scene, pair: LikelyPair) -> None:
    for person in (pair.first, pair.second):
        give_role(person, RoleKind.COACH, scene.programme, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
        set_links(person, [LinkFacts("Home", "https://ada.example.org/")], by=person, at=IN_SEPTEMBER)
    add_person_with_account(scene, pair)
    html = page(as_(scene.mara), f"{LIST}{pair.pk}/")
    for said in (
        '<b>Roles</b> <span class="numbers">1 moves</span>',
        "Both have it, and it is there once afterwards: Coach, The Practitioners Hub, from 1 September 2024</p>",
        '<b>Links</b> <span class="numbers">Nothing moves</span>',
        "https://ada.example.org/",
        "Mail goes to ada@example.org, which lets them in. second@example.org does, too, once they have proved it.",
    ):
        assert said in html


def add_person_with_account(scene: Scene, pair: LikelyPair) -> None:
    """Give the second record an account: as if it had come with one."""
    account = add_person("Somebody", email="second@example.org", by=None, at=IN_SEPTEMBER).account
    account.person = pair.second
    account.save()


def test_the_consent_that_will_hold_is_shown_and_that_of_other_teams_is_counted_only(scene: Scene, pair: LikelyPair) -> None:
    for programme in (scene.programme, scene.private):
        term = publish_term(programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
        answer(pair.first, Use.NAME, term, wish=True, by=pair.first, at=IN_SEPTEMBER)
    answered = as_(scene.mara).get(f"{LIST}{pair.pk}/")
    html = answered.content.decode()
    shown = answered.context["consents"]
    assert [(each.programme, each.kept, each.gone, each.holds) for each in shown] == [
        (scene.programme, "Given", "Not asked", "Not asked")
    ]
    assert html.count("Appear by name") == 1
    assert '<td data-label="Record that stays">Given</td>' in html
    assert "And 1 in programmes of other teams" in html
    assert "The Masterclass" not in html


def test_what_both_answered_alike_is_said_in_one_sentence(scene: Scene, pair: LikelyPair) -> None:
    for use, wish in ((Use.NAME, True), (Use.QUOTE, False)):
        term = publish_term(scene.programme, use, "We ask you.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
        for person in (pair.first, pair.second):
            answer(person, use, term, wish=wish, by=person, at=IN_SEPTEMBER)
    html = page(as_(scene.mara), f"{LIST}{pair.pk}/")
    assert "Stays as it is: Appear by name (given); Quote me (refused)." in html
    assert "What will hold" not in html


def test_what_a_team_does_not_know_by_words_is_counted_where_both_have_it(scene: Scene, pair: LikelyPair) -> None:
    for person in (pair.first, pair.second):
        choose(person, scene.programme, Topic.NEWS, Cadence.OFF, by=person, at=IN_SEPTEMBER)
        choose(person, scene.programme, Topic.TASKS, Cadence.OFF, by=person, at=IN_SEPTEMBER)
    html = page(as_(scene.mara), f"{LIST}{pair.pk}/")
    assert "Both have 2; each is there once afterwards." in html
    assert "news off" not in html


def test_two_people_are_remembered_as_two(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)
    html = mara.post(f"{LIST}{pair.pk}/", {"do": "apart"}, follow=True).content.decode()
    assert "Remembered: Ada Lindqvist and Ada Lindqvist are two people." in html
    find_duplicates(at=IN_SEPTEMBER)
    assert listed(mara) == []
    assert mara.get(f"{LIST}{pair.pk}/").status_code == 404


def test_who_was_said_to_be_two_people_by_mistake_is_looked_at_again_and_merged(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)
    html = mara.post(f"{LIST}{pair.pk}/", {"do": "apart"}, follow=True).content.decode()
    assert "Said to be two people" in html
    assert "Look at them again" in html
    answered = mara.post(LIST, {"do": "unsay", "pair": pair.pk})
    assert answered["Location"] == f"{LIST}{pair.pk}/"
    html = page(mara, answered["Location"])
    assert "Taken back. Compare them" in html
    assert JournalEntry.objects.get(verb="unsaid-apart").by == scene.mara
    find_duplicates(at=IN_SEPTEMBER)
    assert listed(mara) == [("Ada Lindqvist", "Ada Lindqvist")]
    assert "Said to be two people" not in page(mara, LIST)
    mara.post(f"{LIST}{pair.pk}/", {"keep": pair.first_id, "about": "gone", "pronouns": "gone", "do": "merge"})
    assert Merge.objects.get().kept == scene.ada


def test_only_a_team_that_knows_both_sees_and_takes_back_that_they_are_two_people(scene: Scene) -> None:
    for name in ("Ada Lindqvist", "Wren Castellan"):
        add_person(name, by=None, at=IN_SEPTEMBER)
    a_record(scene.private, "Wren Castellan")
    find_duplicates(at=IN_SEPTEMBER)
    pairs = [say_apart(each, by=None, at=IN_SEPTEMBER) for each in LikelyPair.objects.order_by("pk")]
    mara = as_(scene.mara)
    for pair in pairs:
        assert mara.post(LIST, {"do": "unsay", "pair": pair.pk}).status_code == 404
        with pytest.raises(NotAllowed):
            unsay_apart(pair, by=scene.mara, at=IN_SEPTEMBER)
    assert "Said to be two people" not in page(mara, LIST)
    assert LikelyPair.objects.filter(apart_at__isnull=False).count() == len(pairs) == 2


def test_what_was_taken_back_once_is_not_taken_back_twice(scene: Scene, pair: LikelyPair) -> None:
    say_apart(pair, by=scene.mara, at=IN_SEPTEMBER)
    unsay_apart(pair, by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(ChangedMeanwhile):
        unsay_apart(pair, by=scene.mara, at=IN_SEPTEMBER)


def test_a_team_sees_only_pairs_of_whom_it_knows_both_and_one_is_of_the_programme(scene: Scene) -> None:
    mara = as_(scene.mara)
    add_person("Ada Lindqvist", by=None, at=IN_SEPTEMBER)
    find_duplicates(at=IN_SEPTEMBER)
    hidden = LikelyPair.objects.get()
    assert listed(mara) == []
    assert mara.get(f"{LIST}{hidden.pk}/").status_code == 404
    assert mara.post(f"{LIST}{hidden.pk}/", {"do": "apart"}).status_code == 404
    give_role(hidden.second, RoleKind.EXPERT, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    assert listed(mara) == []
    role = give_role(scene.mara, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    assert listed(mara) == [("Ada Lindqvist", "Ada Lindqvist")]
    for name in ("Wren Castellan", "Wren Castellan"):
        a_record(scene.private, name)
    find_duplicates(at=IN_SEPTEMBER)
    assert listed(mara) == [("Ada Lindqvist", "Ada Lindqvist")]
    give_role(scene.sam, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    end_role(role, on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    assert listed(mara) == []


def test_what_stands_in_the_way_of_a_merge_is_said_at_the_form(scene: Scene, pair: LikelyPair) -> None:
    give_role(pair.second, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)
    chosen = {"keep": pair.first_id, "about": "gone", "pronouns": "gone", "do": "merge"}
    answered = as_(scene.mara).post(f"{LIST}{pair.pk}/", chosen)
    assert answered.status_code == 403
    assert "has a part in The Masterclass" in answered.content.decode()
    assert Merge.objects.count() == 0


def test_what_stands_in_the_way_of_an_undo_is_said_beside_it(scene: Scene, pair: LikelyPair) -> None:
    merge = merge_people(pair.first, pair.second, choices={}, by=scene.mara, at=IN_SEPTEMBER)
    end_role(Role.objects.order_by("-pk")[0], on=date(2025, 1, 1), by=None, at=IN_SEPTEMBER)
    answered = as_(scene.mara).post(f"{LIST}?merged={merge.pk}", {"do": "undo", "merge": merge.pk})
    html = answered.content.decode()
    assert answered.status_code == 422
    assert "(role) has been changed since." in html
    assert "is one record now." not in html
    for never in ("x", "0", "9" * 30, ""):
        assert as_(scene.mara).post(LIST, {"do": "undo", "merge": never}).status_code == 404


def test_while_somebody_is_to_be_forgotten_the_page_says_why_their_merge_is_not_undone(scene: Scene, pair: LikelyPair) -> None:
    merge = merge_people(pair.first, pair.second, choices={}, by=scene.mara, at=IN_SEPTEMBER)
    asked = ask_erasure(merge.kept, by=scene.ada, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    for path in (LIST, f"{LIST}?merged={merge.pk}"):
        html = page(mara, path)
        assert (html.count(NOT_UNDONE_NOW), html.count('value="undo"')) == (1, 0)
    refused = mara.post(LIST, {"do": "undo", "merge": merge.pk})  # from a page that was open before
    assert (refused.status_code, refused.content.decode().count(NOT_UNDONE_NOW)) == (422, 1)
    take_back_erasure(asked, by=scene.ada, at=IN_SEPTEMBER)
    html = page(mara, LIST)
    assert (html.count(NOT_UNDONE_NOW), html.count('value="undo"')) == (0, 1)


def test_a_merge_is_undone_from_the_page_however_many_came_after_it(scene: Scene, pair: LikelyPair) -> None:
    first = merge_people(pair.first, pair.second, choices={}, by=scene.mara, at=IN_SEPTEMBER)
    later = [Merge(kept=scene.mara, gone_key=9000 + each, facts={"kept": 0}, at=IN_SEPTEMBER) for each in range(20)]
    Merge.objects.bulk_create(later)
    mara = as_(scene.mara)
    newest, older = (mara.get(f"{LIST}?merges={number}") for number in (1, 2))
    assert (len(newest.context["recent"]), [row.merge for row in older.context["recent"]]) == (20, [first])
    assert "merges=2" in newest.content.decode()
    assert mara.post(f"{LIST}?merges=2", {"do": "undo", "merge": first.pk}).status_code == 302
    Merge.objects.filter(undone_at__isnull=True).update(facts={})  # kept long enough: they can't be undone any more
    assert mara.get(LIST).context["recent"] == []


def test_a_name_that_would_be_a_script_is_only_a_name(scene: Scene, pair: LikelyPair) -> None:
    for person in (pair.first, pair.second):
        edit_person(person, name="<script>alert(1)</script>", about="<script>alert(2)</script>", by=None, at=IN_SEPTEMBER)
    edit_person(pair.first, about="<script>alert(3)</script>", by=None, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    for path in (LIST, f"{LIST}{pair.pk}/"):
        assert "<script>alert" not in page(mara, path)


def test_a_list_asks_the_database_as_much_for_thirty_pairs_as_for_one(scene: Scene, pair: LikelyPair) -> None:
    mara = as_(scene.mara)

    def asked(path: str) -> int:
        mara.get(path)
        with CaptureQueriesContext(connection) as queries:
            mara.get(path)
        return len(queries)

    merge_people(a_record(scene.programme), a_record(scene.programme), choices={}, by=None, at=IN_SEPTEMBER)
    a_record(scene.programme, "Grace Adler")
    a_record(scene.programme, "Grace Adler")
    find_duplicates(at=IN_SEPTEMBER)
    say_apart(LikelyPair.objects.order_by("-pk")[0], by=scene.mara, at=IN_SEPTEMBER)
    few = [asked(path) for path in (LIST, PEOPLE, f"{LIST}{pair.pk}/")]
    for number in range(30):
        for _ in range(2):
            a_record(scene.programme, f"Expert {chr(97 + number) * 6}")
    for _ in range(5):
        merge_people(a_record(scene.programme), a_record(scene.programme), choices={}, by=None, at=IN_SEPTEMBER)
    find_duplicates(at=IN_SEPTEMBER)
    for each in LikelyPair.objects.order_by("-pk")[:8]:
        say_apart(each, by=scene.mara, at=IN_SEPTEMBER)
    assert len(listed(mara)) > 20
    assert [asked(path) for path in (LIST, PEOPLE, f"{LIST}{pair.pk}/")] == few


def test_more_pairs_than_a_page_holds_are_on_the_next(scene: Scene) -> None:
    for number in range(11):
        a_record(scene.programme, "Ada Berg", about=str(number))
    find_duplicates(at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    first, second = (mara.get(f"{LIST}?page={number}") for number in (1, 2))
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 5)
    assert 'rel="next"' in first.content.decode()
    apart = say_apart(first.context["rows"][0].pair, by=scene.mara, at=IN_SEPTEMBER)
    assert apart.pk not in [row.pair.pk for row in mara.get(LIST).context["rows"]]
