"""Consent is asked by role: each sees their own questions, and pages, counts, reminders and groups ask of nobody more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.asking import KINDS, NotAskedOfThem
from hub.core.consent import Means, Use
from hub.kit import todo
from hub.messaging.happenings import audiences_of
from hub.people import queries
from hub.people.commands import add_person, answer, end_role, give_role, prove_address, publish_term, withdraw
from hub.people.models import Consent, ConsentEntry, Person, Role, RoleKind, Term, WithdrawalTask
from hub.people.queries.reached import who_has_not_agreed
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
DESK = "/team/practitioners-hub"
CODE, NOTICE = Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION
APPEARS = [Use.NAME, Use.PHOTO, Use.QUOTE, Use.RECORDING]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    made = a_scene()
    for use in Use:
        publish_term(made.programme, use, f"Words on {use.value}.", is_new_meaning=True, by=None, at=BEGUN)
    return made


def somebody(scene: Scene, name: str, *kinds: RoleKind, **facts: Any) -> Person:
    person = add_person(name, email=f"{name.split(maxsplit=1)[0].lower()}@example.org", by=None, at=BEGUN)
    prove_address(person.account, by=None, at=BEGUN)
    for kind in kinds:
        give_role(person, kind, scene.programme, starts_on=date(2024, 9, 1), by=None, at=BEGUN, **facts)
    return person


def term_of(scene: Scene, use: Use) -> Term:
    return Term.objects.filter(programme=scene.programme, use=use.value).latest("number")


def says(scene: Scene, person: Person, *uses: Use, wish: bool = True, at: datetime = IN_SEPTEMBER) -> None:
    for use in uses:
        answer(person, use, term_of(scene, use), wish=wish, by=person, at=at)


def read_by(person: Person) -> list[Use]:
    """The uses whose words stand on somebody's own page, in its order."""
    html = as_(person).get("/me/agreements/").content.decode()
    return [Use(value) for value in re.findall(r"Words on ([a-z-]+)\.", html)]


def listed_with(scene: Scene, person: Person) -> str:
    """What the team's list says of somebody's answers."""
    html = as_(scene.mara).get(f"{DESK}/people/?q={person.name}").content.decode()
    (cell,) = re.findall(r'<td data-label="Agreements">(.*?)</td>', html, re.DOTALL)
    return words(cell)


def offered_to_record(scene: Scene, person: Person) -> list[str]:
    """What the team may record that somebody said."""
    html = as_(scene.mara).get(f"{DESK}/people/{person.pk}/").content.decode()
    (field,) = re.findall(r'<select name="term".*?</select>', html, re.DOTALL)
    return [words(each) for each in re.findall(r"<option.*?</option>", field, re.DOTALL)]


def with_something_to_answer(scene: Scene) -> list[str]:
    found = queries.people_of(scene.programme, scene.mara, here=queries.Here.OPEN, at=IN_SEPTEMBER)
    return [person.name for person in found]


def reminded_of(scene: Scene) -> list[tuple[str, str]]:
    """What This week says of answers that are missing."""
    asked = todo.todos(scene.programme, by=None, at=IN_SEPTEMBER)
    return [(one.what, one.waits_for) for one in asked if one.part == "Agreements"]


def test_every_role_there_is_is_asked_for_something() -> None:
    assert {kind.value for kind in RoleKind} == KINDS


@pytest.mark.parametrize(
    ("kinds", "asked", "count"),
    [
        pytest.param(
            [RoleKind.EXPERT], [Use.TAKING_PART, CODE, NOTICE, *APPEARS, Use.ANSWERS, Use.CONTACT], "9 to answer", id="Expert"
        ),
        pytest.param([RoleKind.FUNDER], [CODE, NOTICE], "2 to answer", id="funder"),
        pytest.param([RoleKind.COACH], [CODE, NOTICE, *APPEARS, Use.ANSWERS, Use.CONTACT], "8 to answer", id="coach"),
        pytest.param([RoleKind.COMMUNITY], [CODE, NOTICE, Use.ANSWERS], "3 to answer", id="community"),
        pytest.param([RoleKind.REVIEWER], [CODE, NOTICE, Use.CONTACT], "3 to answer", id="reviewer"),
        pytest.param(
            [RoleKind.COMMUNITY, RoleKind.REVIEWER], [CODE, NOTICE, Use.ANSWERS, Use.CONTACT], "4 to answer", id="two parts"
        ),
    ],
)
def test_somebody_reads_what_their_parts_ask_and_the_team_counts_and_records_the_same(
    scene: Scene, kinds: list[RoleKind], asked: list[Use], count: str
) -> None:
    person = somebody(scene, "Noor Haddad", *kinds)
    assert read_by(person) == asked
    assert f"{count}" in words(as_(person).get("/me/agreements/").content.decode())
    assert listed_with(scene, person) == count
    assert offered_to_record(scene, person) == [use.label for use in asked]
    assert queries.questions_open_to(person, at=IN_SEPTEMBER) == len(asked)
    says(scene, person, *asked)
    assert listed_with(scene, person) == "All answered"
    assert queries.questions_open_to(person, at=IN_SEPTEMBER) == 0


def test_a_partner_contact_is_asked_for_the_logo_of_the_organisation_and_not_to_appear(scene: Scene) -> None:
    from hub.people.commands import add_organisation

    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    pia = somebody(scene, "Pia Nakamori", RoleKind.PARTNER_CONTACT, organisation=polar)
    assert read_by(pia) == [Use.LOGO, CODE, NOTICE, Use.ANSWERS, Use.CONTACT]
    assert queries.questions_open_to(pia, at=IN_SEPTEMBER) == 5
    assert listed_with(scene, pia) == "4 to answer"


def test_nobody_answers_to_words_their_part_does_not_ask_for(scene: Scene) -> None:
    finn = somebody(scene, "Finn Castellane", RoleKind.FUNDER)
    photo = term_of(scene, Use.PHOTO)
    assert as_(finn).post("/me/agreements/", {"term": photo.pk, "do": "yes"}).status_code == 404
    told = {"term": str(photo.pk), "wish": "yes", "means": "mail", "note": "Mail of 9 September"}
    assert as_(scene.mara).post(f"{DESK}/people/{finn.pk}/", told).status_code == 422
    with pytest.raises(NotAskedOfThem):
        answer(finn, Use.PHOTO, photo, wish=True, means=Means.MAIL, note="Mail", by=scene.mara, at=IN_SEPTEMBER)
    assert Consent.objects.count() == 0


def test_an_expert_who_becomes_the_funder_reads_and_takes_back_what_they_said_and_is_asked_to_take_part_no_more(
    scene: Scene,
) -> None:
    says(scene, scene.ada, Use.TAKING_PART, Use.NAME)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)
    give_role(scene.ada, RoleKind.FUNDER, scene.programme, starts_on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)

    (asked,) = queries.asked_of(scene.ada, at=IN_SEPTEMBER)
    assert [each.use for each in asked.needed] == [CODE, NOTICE]
    assert [each.use for each in asked.free] == [*APPEARS, Use.ANSWERS, Use.CONTACT]
    assert [each.use for each in asked.said] == [Use.TAKING_PART]
    assert asked.open == 7
    mine = words(as_(scene.ada).get("/me/agreements/").content.decode())
    assert "Not asked of you now" in mine
    assert "Take part in the programme not asked now Given" in words(
        as_(scene.mara).get(f"{DESK}/people/{scene.ada.pk}/").content.decode()
    )
    taken_back = as_(scene.ada).post("/me/agreements/", {"term": term_of(scene, Use.TAKING_PART).pk, "do": "no"})
    assert taken_back.headers["Location"] == "/me/agreements/practitioners-hub/taking-part/"
    assert Consent.objects.get(person=scene.ada, use="taking-part").standing == "withdrawn"
    assert Use.TAKING_PART in read_by(scene.ada)


def test_what_is_not_asked_any_more_is_never_asked_again_though_its_words_change(scene: Scene) -> None:
    says(scene, scene.ada, *(use for use in Use if use is not Use.LOGO))
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)
    give_role(scene.ada, RoleKind.FUNDER, scene.programme, starts_on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)
    says(scene, scene.mara, CODE, NOTICE, *APPEARS)
    publish_term(scene.programme, Use.TAKING_PART, "Words on taking-part.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)

    assert queries.questions_open_to(scene.ada, at=IN_SEPTEMBER) == 0
    assert "your yes counts no longer" in words(as_(scene.ada).get("/me/agreements/").content.decode())
    assert listed_with(scene, scene.ada) == "All answered"
    assert (with_something_to_answer(scene), reminded_of(scene)) == ([], [])
    assert not queries.allows(scene.ada, Use.TAKING_PART, scene.programme)


def test_a_community_member_who_becomes_an_expert_is_asked_for_more_and_is_reminded(scene: Scene) -> None:
    says(scene, scene.mara, CODE, NOTICE, *APPEARS)
    says(scene, scene.ada, Use.TAKING_PART, CODE, NOTICE, *APPEARS, Use.ANSWERS, Use.CONTACT)
    noor = somebody(scene, "Noor Haddad", RoleKind.COMMUNITY)
    says(scene, noor, CODE, NOTICE, Use.ANSWERS)
    assert (with_something_to_answer(scene), reminded_of(scene)) == ([], [])

    give_role(noor, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 9), by=None, at=IN_SEPTEMBER)

    assert with_something_to_answer(scene) == ["Noor Haddad"]
    assert reminded_of(scene) == [("Get answers to what people are asked", "Noor Haddad")]
    assert listed_with(scene, noor) == "6 to answer"
    assert who_has_not_agreed(scene.programme, Use.TAKING_PART, at=IN_SEPTEMBER) == {noor.pk}


def test_who_left_may_still_be_asked_how_they_appear_and_whether_to_be_written_to(scene: Scene) -> None:
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)
    assert read_by(scene.ada) == [*APPEARS, Use.ANSWERS, Use.CONTACT]
    assert listed_with(scene, scene.ada) == "6 to answer"
    assert queries.questions_open_to(scene.ada, at=IN_SEPTEMBER) == 0  # nobody is nagged on their own page once they left
    says(scene, scene.mara, CODE, NOTICE, *APPEARS)
    assert (with_something_to_answer(scene), reminded_of(scene)) == (["Ada Lindqvist"], [])


def test_once_the_cohort_is_over_its_experts_are_not_asked_to_take_part_in_it(scene: Scene) -> None:
    last, after = datetime(2025, 2, 28, 12, tzinfo=UTC), datetime(2025, 3, 1, 12, tzinfo=UTC)
    everything = [Use.TAKING_PART, CODE, NOTICE, *APPEARS, Use.ANSWERS, Use.CONTACT]
    outlasting = [*APPEARS, Use.ANSWERS, Use.CONTACT]
    for at, asked in ((last, everything), (after, outlasting)):
        assert [each.use for each in queries.standings(scene.ada, scene.programme, at=at)] == asked
        (row,) = queries.with_facts([scene.ada], scene.programme, at=at)
        assert row.open_questions == len(asked)
        assert (who_has_not_agreed(scene.programme, Use.TAKING_PART, at=at) == {scene.ada.pk}) is (at == last)
        assert (queries.waiting_for_answers(scene.programme, at=at)[Use.TAKING_PART].not_answered == 1) is (at == last)
    says(scene, scene.ada, *outlasting)
    here = [queries.people_of(scene.programme, scene.mara, here=queries.Here.OPEN, at=at) for at in (last, after)]
    assert [[person.name for person in found] for found in here] == [["Ada Lindqvist", "Mara Okafor"], ["Mara Okafor"]]


def test_one_asks_as_much_of_the_database_for_many_people_and_parts_as_for_few(scene: Scene) -> None:
    def asked() -> list[int]:
        counts = []
        for look in (
            lambda: queries.asked_of(scene.ada, at=IN_SEPTEMBER),
            lambda: queries.standings(scene.ada, scene.programme, at=IN_SEPTEMBER),
            lambda: reminded_of(scene),
            lambda: with_something_to_answer(scene),
            lambda: queries.waiting_for_answers(scene.programme, at=IN_SEPTEMBER),
            lambda: who_has_not_agreed(scene.programme, CODE, at=IN_SEPTEMBER),
        ):
            with CaptureQueriesContext(connection) as queried:
                look()
            counts.append(len(queried))
        return counts

    before = asked()
    for number, kind in enumerate(RoleKind):
        person = somebody(scene, f"N{number} Haddad", *{kind, RoleKind.COMMUNITY})
        says(scene, person, CODE)
        if kind not in (RoleKind.EXPERT, RoleKind.TEAM):
            give_role(scene.ada, kind, scene.programme, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    assert asked() == before


def test_the_groups_of_who_has_not_agreed_are_of_those_who_are_asked(scene: Scene) -> None:
    finn = somebody(scene, "Finn Castellane", RoleKind.FUNDER)
    says(scene, scene.mara, CODE)
    groups = {each.name: each for each in audiences_of(scene.programme, at=IN_SEPTEMBER)}
    assert groups["not-agreed:taking-part"].people() == {scene.ada.pk}
    assert groups["not-agreed:code-of-conduct"].people() == {scene.ada.pk, finn.pk}
    assert groups["not-agreed:data-protection"].people() == {scene.ada.pk, finn.pk, scene.mara.pk}


def test_the_team_reads_of_whom_each_use_is_asked_and_how_many_of_them_have_not_answered(scene: Scene) -> None:
    somebody(scene, "Finn Castellane", RoleKind.FUNDER)
    theo = somebody(scene, "Theo Brandvold", RoleKind.COACH)
    says(scene, scene.ada, Use.NAME)
    says(scene, theo, Use.NAME, wish=False)
    page = words(as_(scene.mara).get(f"{DESK}/agreements/").content.decode())
    assert "Asked of Experts." in page
    assert "Asked of everybody with a part." in page
    assert "Asked of the team, Experts, facilitators, coaches, technical writers, alumni and advisors." in page
    counted = queries.waiting_for_answers(scene.programme, at=IN_SEPTEMBER)
    assert {use: waits.not_answered for use, waits in counted.items()} == {
        Use.TAKING_PART: 1, CODE: 4, NOTICE: 4, Use.NAME: 1, Use.PHOTO: 3, Use.QUOTE: 3, Use.RECORDING: 3, Use.ANSWERS: 2,
        Use.CONTACT: 2,
    }  # fmt: skip
    assert "words 1; 1 yes, 1 no, 1 not answered" in page


def test_who_takes_back_that_they_take_part_leaves_a_talk_about_the_part_that_asks_it_and_no_other(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.FUNDER, scene.programme, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    says(scene, scene.ada, Use.TAKING_PART)
    withdraw(scene.ada, Use.TAKING_PART, scene.programme, by=scene.ada, at=IN_SEPTEMBER + timedelta(hours=1))
    assert [task.what for task in WithdrawalTask.objects.all()] == [
        "Talk with them: nobody is “Expert, Cohort 2024” without this. End the role if they stop"
    ]


def test_a_team_records_that_somebody_took_back_what_is_not_asked_of_them_now(scene: Scene) -> None:
    finn = somebody(scene, "Finn Castellane", RoleKind.FUNDER)
    says(scene, finn, Use.PHOTO)  # a form asked him
    told = {"term": str(term_of(scene, Use.PHOTO).pk), "wish": "no", "means": "call", "note": "Call of 9 September"}
    as_(scene.mara).post(f"{DESK}/people/{finn.pk}/", told)
    assert [(entry.answer, entry.means) for entry in ConsentEntry.objects.order_by("pk")] == [
        ("given", "self"),
        ("withdrawn", "call"),
    ]
