"""What people need to take part: read by the teams they told it, and by nobody else, whatever a team does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.kit import journal, worker
from hub.people.commands import (
    BadPersonFact,
    add_person,
    edit_person,
    end_role,
    give_role,
    give_roles,
    let_go_expired,
    merge_people,
    note_needs,
    publish_term,
    share_needs,
    take_back_role,
    undo_merge,
)
from hub.people.models import AccessNeeds, Person, Role, RoleKind
from hub.people.queries import asking_for_needs, needs_read_by, needs_told
from hub.programmes.models import Programme
from tests.factories import BEGUN
from tests.people.merging import a_record
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
PROFILE = "/me/profile/"
NEEDS = "Captions, please"
NOTHING = "Nothing is shared with this programme."
LATER = IN_SEPTEMBER + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def yusuf(scene: Scene) -> Person:
    """He runs the Masterclass, of which Ada knows nothing yet."""
    person = add_person("Yusuf Demir", email="yusuf@example.org", by=None, at=BEGUN)
    give_role(person, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    return person


def says(scene: Scene, text: str = NEEDS, **teams: bool) -> None:
    """Ada says on her own page what she needs, and who reads it."""
    keys = {"hub": scene.programme.pk, "masterclass": scene.private.pk}
    answers = {f"reads_{keys[name]}": "yes" if wish else "no" for name, wish in teams.items()}
    sent = as_(scene.ada).post(PROFILE, {"name": "Ada Lindqvist", "access_needs": text, **answers})
    assert sent.status_code == 302


def adds_ada(scene: Scene, by: Person) -> None:
    """The team of the Masterclass types her address into *Add*."""
    typed = {"name": "A. L.", "email": "ada@example.org", "kind": "expert", "starts_on": "2024-09-10"}
    assert as_(by).post("/team/masterclass/people/add/", typed).status_code == 302


def page_of(scene: Scene, by: Person, programme: str) -> str:
    scene.ada.refresh_from_db()
    answer = as_(by).get(f"/team/{programme}/people/{scene.ada.pk}/")
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_a_team_that_gives_somebody_a_role_reads_nothing_of_what_they_told_another(scene: Scene, yusuf: Person) -> None:
    says(scene, hub=True)
    adds_ada(scene, yusuf)
    shown, before = page_of(scene, yusuf, "masterclass"), page_of(scene, scene.mara, "practitioners-hub")
    assert (NEEDS in before, NOTHING in before) == (True, False)
    assert (NEEDS in shown, NOTHING in shown) == (False, True)
    assert needs_read_by(yusuf, scene.private, [scene.ada.pk], at=IN_SEPTEMBER) == {}
    edit = as_(yusuf).get(f"/team/masterclass/people/{scene.ada.pk}/edit/").content.decode()
    assert NEEDS not in edit


def test_the_page_of_a_team_is_the_same_whether_they_keep_something_to_themselves_or_said_nothing(
    scene: Scene, yusuf: Person
) -> None:
    adds_ada(scene, yusuf)
    silent = page_of(scene, yusuf, "masterclass")
    says(scene, hub=True)
    says(scene, hub=True, masterclass=False)
    assert page_of(scene, yusuf, "masterclass") == silent


def test_they_are_asked_on_their_own_page_and_the_team_reads_it_once_they_say_so(scene: Scene, yusuf: Person) -> None:
    says(scene, hub=True)
    adds_ada(scene, yusuf)
    ada = as_(scene.ada)
    start = words(ada.get("/me/").content.decode())
    assert "Say whether the team reads what you need" in start
    assert "Who else may read what you need?" in words(ada.get(PROFILE).content.decode())
    says(scene, hub=True, masterclass=True)
    assert asking_for_needs(scene.ada, at=IN_SEPTEMBER) == []
    assert "Who else may read what you need?" not in words(ada.get(PROFILE).content.decode())
    assert NEEDS in page_of(scene, yusuf, "masterclass")
    says(scene, hub=True, masterclass=False)
    assert NEEDS not in page_of(scene, yusuf, "masterclass")
    assert NEEDS in page_of(scene, scene.mara, "practitioners-hub")


def test_who_changes_other_words_of_theirs_has_answered_nothing(scene: Scene, yusuf: Person) -> None:
    says(scene, hub=True)
    adds_ada(scene, yusuf)
    scene.ada.refresh_from_db()
    shown = as_(scene.ada).get(PROFILE).content.decode()
    assert (shown.count('value="yes"'), shown.count("checked")) == (2, 1)  # the Masterclass has neither yes nor no
    says(scene, hub=True)
    assert asking_for_needs(scene.ada, at=IN_SEPTEMBER) == [scene.private]


def test_who_says_what_they_need_for_the_first_time_sees_who_reads_it_and_may_keep_it(scene: Scene) -> None:
    shown = as_(scene.ada).get(PROFILE).content.decode()
    assert "The team of The Practitioners Hub" in shown
    says(scene, hub=False)
    assert NOTHING in page_of(scene, scene.mara, "practitioners-hub")
    assert "<b>Nobody</b>: you have not let a team read it." in as_(scene.ada).get("/me/who-sees/").content.decode()
    says(scene, hub=True)
    assert "The Practitioners Hub: what you said" in words(as_(scene.ada).get("/me/who-sees/").content.decode())


def test_who_takes_all_back_and_says_something_new_is_asked_anew(scene: Scene) -> None:
    says(scene, hub=True)
    says(scene, "")
    edit_person(scene.ada, access_needs="A ramp", by=scene.ada, at=LATER)
    assert needs_told(scene.mara, scene.programme, [scene.ada.pk], at=LATER) == {}
    assert asking_for_needs(Person.objects.get(pk=scene.ada.pk), at=LATER) == [scene.programme]


def test_what_a_team_was_told_itself_is_read_by_it_and_by_them_and_changes_nothing_of_theirs(
    scene: Scene, yusuf: Person
) -> None:
    says(scene, hub=True)
    adds_ada(scene, yusuf)
    edit = f"/team/masterclass/people/{scene.ada.pk}/edit/"
    typed = {"name": "Ada Lindqvist", "noted": "A seat by the door"}
    assert as_(yusuf).post(edit, typed).status_code == 302
    scene.ada.refresh_from_db()
    assert scene.ada.access_needs == NEEDS
    assert needs_read_by(yusuf, scene.private, [scene.ada.pk], at=LATER) == {scene.ada.pk: "A seat by the door"}
    assert needs_read_by(scene.mara, scene.programme, [scene.ada.pk], at=LATER) == {scene.ada.pk: NEEDS}
    assert "A seat by the door" in as_(scene.ada).get(PROFILE).content.decode()
    assert as_(yusuf).post(edit, {"name": "Ada Lindqvist", "noted": ""}).status_code == 302
    scene.ada.refresh_from_db()
    assert (scene.ada.access_needs, AccessNeeds.objects.filter(programme=scene.private).count()) == (NEEDS, 0)


def test_they_may_take_out_what_a_team_noted(scene: Scene) -> None:
    note_needs(scene.ada, scene.programme, "A seat by the door", by=scene.mara, at=IN_SEPTEMBER)
    sent = {"name": "Ada Lindqvist", f"out_{scene.programme.pk}": "on"}
    assert as_(scene.ada).post(PROFILE, sent).status_code == 302
    assert needs_told(scene.mara, scene.programme, [scene.ada.pk], at=LATER) == {}


def test_nobody_else_says_what_they_need_or_who_reads_it(scene: Scene, yusuf: Person) -> None:
    edit_person(scene.ada, access_needs=NEEDS, by=scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        edit_person(scene.ada, access_needs="", by=scene.mara, at=LATER)
    with pytest.raises(NotAllowed):
        share_needs(scene.ada, {scene.programme.pk: True}, by=scene.mara, at=LATER)
    for by, text in ((yusuf, "A ramp"), (scene.sam, "A ramp"), (scene.ada, "A ramp")):
        with pytest.raises(NotAllowed):
            note_needs(scene.ada, scene.private, text, by=by, at=LATER)
    with pytest.raises(BadPersonFact):
        note_needs(scene.ada, scene.programme, "x" * 2001, by=scene.mara, at=LATER)
    share_needs(scene.ada, {scene.private.pk: True}, by=scene.ada, at=LATER)  # she has no part there
    assert AccessNeeds.objects.count() == 0


def test_the_history_a_team_reads_tells_of_needs_it_was_told_and_of_no_others(scene: Scene, yusuf: Person) -> None:
    says(scene, hub=True)
    adds_ada(scene, yusuf)
    note_needs(scene.ada, scene.programme, "A ramp", by=scene.mara, at=LATER)
    at_hub, elsewhere = page_of(scene, scene.mara, "practitioners-hub"), page_of(scene, yusuf, "masterclass")
    said = ("let the team read what they need", "noted what they need", "said what they need", "kept what they need")
    assert [each in at_hub for each in said] == [True, True, False, False]
    assert [each in elsewhere for each in said] == [False] * 4


def test_looking_with_somebodys_eyes_shows_a_team_nothing_they_keep_from_it(scene: Scene) -> None:
    says(scene, hub=False)
    give_role(scene.mara, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    give_role(scene.ada, RoleKind.EXPERT, scene.private, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    assert "Say whether the team reads" in as_(scene.ada).get("/me/").content.decode()
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    shown = [client.get(path) for path in (PROFILE, "/me/")]
    assert [each.status_code for each in shown] == [200, 200]
    for each in shown:
        for secret in (NEEDS, "reads what you need", "read what you need", "id_access_needs"):
            assert secret not in each.content.decode()


def test_a_programme_is_told_no_longer_once_the_part_in_it_is_over_for_long_enough(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.COMMUNITY, scene.private, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    edit_person(scene.ada, access_needs=NEEDS, by=scene.ada, at=IN_SEPTEMBER)
    share_needs(scene.ada, {scene.programme.pk: True, scene.private.pk: True}, by=scene.ada, at=IN_SEPTEMBER)
    note_needs(scene.ada, scene.programme, "A ramp", by=scene.mara, at=IN_SEPTEMBER)
    due = datetime(2025, 3, 1, 3, 40, tzinfo=UTC) + timedelta(days=180)  # the cohort's last day is 28 February
    assert let_go_expired(by=None, at=due - timedelta(days=1)) is None
    run = let_go_expired(by=None, at=due)
    assert run is not None
    assert run.counts == {"access-needs": 1}
    assert list(AccessNeeds.objects.values_list("programme", "is_shared")) == [(scene.private.pk, True)]
    assert Person.objects.get(pk=scene.ada.pk).access_needs == NEEDS


def test_who_merges_two_records_learns_of_no_needs_and_nobody_is_told_more_than_before(scene: Scene, yusuf: Person) -> None:
    says(scene, hub=True)
    other = a_record(scene.private)
    edit_person(other, access_needs="A ramp", by=None, at=IN_SEPTEMBER)
    share_needs(other, {scene.private.pk: True}, by=None, at=IN_SEPTEMBER)
    give_role(scene.mara, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    shown = as_(scene.mara).get(f"/team/masterclass/people/{other.pk}/same/{scene.ada.pk}/")
    assert shown.status_code == 200
    for secret in (NEEDS, "A ramp", "ccess needs"):
        assert secret not in shown.content.decode()
    ada = Person.objects.get(pk=scene.ada.pk)
    merge = merge_people(ada, other, choices={}, by=None, at=LATER)
    assert needs_read_by(yusuf, scene.private, [ada.pk], at=LATER) == {ada.pk: "A ramp"}
    assert needs_read_by(scene.mara, scene.programme, [ada.pk], at=LATER) == {ada.pk: NEEDS}
    share_needs(ada, {scene.private.pk: True}, by=ada, at=LATER + timedelta(minutes=1))
    gone = undo_merge(merge, by=None, at=LATER + timedelta(minutes=2))
    assert (gone.access_needs, Person.objects.get(pk=ada.pk).access_needs) == ("A ramp", NEEDS)
    assert needs_told(yusuf, scene.private, [ada.pk, gone.pk], at=LATER + timedelta(minutes=3))[gone.pk].words == ""
    assert needs_read_by(scene.mara, scene.programme, [ada.pk], at=LATER) == {ada.pk: NEEDS}


def test_merging_and_parting_again_leaves_who_was_told_what_as_it_was(scene: Scene) -> None:
    says(scene, hub=True)
    note_needs(scene.ada, scene.programme, "By phone", by=scene.mara, at=IN_SEPTEMBER)
    other = a_record(scene.programme)
    edit_person(other, access_needs="A ramp", by=None, at=IN_SEPTEMBER)
    share_needs(other, {scene.programme.pk: True}, by=None, at=IN_SEPTEMBER)
    before = list(AccessNeeds.objects.order_by("pk").values())
    merge = merge_people(Person.objects.get(pk=scene.ada.pk), other, choices={}, by=scene.mara, at=LATER)
    assert [row.noted for row in AccessNeeds.objects.all()] == ["By phone\n\nA ramp"]
    undo_merge(merge, by=scene.mara, at=LATER + timedelta(minutes=1))
    assert list(AccessNeeds.objects.order_by("pk").values()) == before


def test_a_page_of_needs_asks_as_much_for_many_as_for_few(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = needs_read_by(scene.mara, scene.programme, keys, at=LATER)
        assert len(found) == len(keys)
        return len(asked)

    says(scene, hub=True)
    keys = [scene.ada.pk]
    before = queries()
    for number in range(5):
        one = a_record(scene.programme, f"Expert {number}")
        note_needs(one, scene.programme, "A ramp", by=scene.mara, at=IN_SEPTEMBER)
        keys.append(one.pk)
    assert queries() == before


def told_by_mail() -> list[tuple[str, str]]:
    mail.outbox.clear()
    worker.drain(clock=lambda: LATER)
    return [(each.to[0], each.subject) for each in mail.outbox if "your part" in each.subject]


def test_who_signs_in_already_hears_of_their_first_part_in_another_programme(scene: Scene, yusuf: Person) -> None:
    told_by_mail()
    Programme.objects.filter(pk=scene.private.pk).update(contact_email="team@masterclass.example")
    adds_ada(scene, yusuf)
    assert told_by_mail() == [("ada@example.org", "The Masterclass: your part in it")]
    assert "gave you a part in it" in mail.outbox[0].body
    assert mail.outbox[0].reply_to == ["team@masterclass.example"]
    assert "Expert, from Tue 10 September 2024" in mail.outbox[0].body
    give_role(scene.ada, RoleKind.COACH, scene.private, starts_on=date(2024, 9, 10), by=yusuf, at=LATER)
    assert told_by_mail() == []


def test_the_mail_of_a_first_part_leads_to_what_that_part_asks_one_to_agree_to_where_it_asks_for_something(
    scene: Scene, yusuf: Person
) -> None:
    publish_term(scene.private, Use.NAME, "We name you.", is_new_meaning=True, by=None, at=BEGUN)
    told_by_mail()
    give_role(scene.sam, RoleKind.COMMUNITY, scene.private, starts_on=date(2024, 9, 10), by=yusuf, at=IN_SEPTEMBER)
    adds_ada(scene, yusuf)
    assert sorted(told_by_mail()) == [
        ("ada@example.org", "The Masterclass: your part in it"),
        ("sam@example.org", "The Masterclass: your part in it"),
    ]
    assert {each.to[0]: "/me/agreements/" in each.body for each in mail.outbox} == {
        "ada@example.org": True,
        "sam@example.org": False,
    }


def test_of_several_given_a_part_at_once_those_hear_of_it_who_sign_in_and_of_a_part_taken_back_nobody(
    scene: Scene, yusuf: Person
) -> None:
    unproved = add_person("Noa Stern", email="noa@example.org", by=None, at=BEGUN)
    day = date(2024, 9, 10)
    for one in (scene.ada, scene.sam, unproved):
        give_role(one, RoleKind.COMMUNITY, scene.programme, starts_on=day, by=None, at=BEGUN)
    give_role(yusuf, RoleKind.TEAM, scene.programme, starts_on=day, by=None, at=BEGUN)
    told_by_mail()
    give_roles([scene.ada, scene.sam, unproved], RoleKind.EXPERT, scene.private, cohort=None, starts_on=day, by=yusuf, at=LATER)
    take_back_role(Role.objects.get(person=scene.sam, programme=scene.private), by=yusuf, at=LATER)
    assert told_by_mail() == [("ada@example.org", "The Masterclass: your part in it")]


def test_a_role_that_has_ended_is_still_read_about_until_it_is_let_go(scene: Scene) -> None:
    says(scene, hub=True)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=scene.mara, at=IN_SEPTEMBER)
    assert needs_read_by(scene.mara, scene.programme, [scene.ada.pk], at=LATER) == {scene.ada.pk: NEEDS}
    assert asking_for_needs(Person.objects.get(pk=scene.ada.pk), at=LATER) == []


def test_their_own_history_in_the_journal_names_what_was_done_and_never_what_they_need(scene: Scene) -> None:
    says(scene, hub=True)
    note_needs(scene.ada, scene.programme, "A ramp", by=scene.mara, at=LATER)
    told = journal.history_of(scene.ada, person=scene.ada, at=LATER)
    assert [(each.who, each.did) for each in told.entries[:3]] == [
        ("Mara Okafor", "noted what they need"),
        ("Ada Lindqvist", "let the team read what they need"),
        ("Ada Lindqvist", "said what they need to take part"),
    ]
