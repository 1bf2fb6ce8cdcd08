"""The history of a person and of an organisation: in words, for who may read it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.kit import journal, todo
from hub.kit.models import JournalEntry
from hub.participation.commands import correct_attendance
from hub.people.commands import (
    add_organisation,
    add_person,
    affiliate,
    edit_affiliation,
    edit_organisation,
    edit_person,
    end_affiliation,
    end_role,
    give_role,
    invite,
    note_needs,
)
from hub.people.models import Organisation, Person, RoleKind
from hub.people.presenters import PLAINLY
from hub.schedule.commands.releases import release_schedule
from tests.factories import BEGUN, a_session
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def test_what_happened_to_a_person_is_told_in_words_newest_first(scene: Scene) -> None:
    person = add_person("Grace Hopper", by=scene.mara, at=BEGUN)
    later = [IN_SEPTEMBER + timedelta(minutes=number) for number in range(6)]
    role = give_role(person, RoleKind.EXPERT, scene.programme, starts_on=date(2024, 1, 1), by=scene.mara, at=later[0])
    edit_person(person, name="Grace B. Hopper", about="Sailed", by=scene.mara, at=later[1])
    note_needs(person, scene.programme, "A seat near the door", by=scene.mara, at=later[1])
    affiliate(person, add_organisation("Polar Survey", by=None, at=BEGUN), by=scene.mara, at=later[2])
    invite(person, email="grace@example.org", by=scene.mara, at=later[3])
    end_role(role, on=date(2024, 9, 30), by=scene.mara, at=later[4])
    told = journal.history_of(person, person=scene.mara, at=later[5])
    assert [(entry.who, entry.did) for entry in told.entries] == [
        ("Mara Okafor", "ended the role Expert on Mon 30 September 2024"),
        ("Mara Okafor", "made an invitation"),
        ("Mara Okafor", "said that they work with Polar Survey"),
        ("Mara Okafor", "noted what they need"),
        ("Mara Okafor", "changed what is said about them and the name"),
        ("Mara Okafor", "gave the role Expert"),
        ("Mara Okafor", "added the person"),
    ]
    page = as_(scene.mara).get(f"/team/practitioners-hub/people/{person.pk}/").content.decode()
    assert "Mara Okafor gave the role Expert" in words(page)
    assert "seat near" not in words(page).split("History")[1]


def test_an_organisation_tells_who_is_with_it_by_no_name_and_a_person_where_they_were(scene: Scene) -> None:
    polar = add_organisation("Polar Survey", by=scene.mara, at=BEGUN)
    work = affiliate(scene.ada, polar, by=scene.mara, at=BEGUN)
    edit_affiliation(work, job="Engineer", by=scene.mara, at=BEGUN + timedelta(days=1))
    end_affiliation(work, on=date(2024, 9, 6), by=scene.mara, at=BEGUN + timedelta(days=2))

    def told(row: Person | Organisation) -> list[str]:
        return [entry.did for entry in journal.history_of(row, person=scene.mara, at=IN_SEPTEMBER).entries][:3]

    assert told(polar) == [
        "said that somebody is no longer with it from Fri 6 September 2024",
        "changed what somebody does there, or who speaks for it",
        "said that somebody works with it",
    ]
    assert told(scene.ada) == [
        "said that they are no longer with Polar Survey from Fri 6 September 2024",
        "changed what they do at Polar Survey, or whether they speak for it",
        "said that they work with Polar Survey",
    ]


def test_only_their_team_and_they_themselves_read_it(scene: Scene) -> None:
    assert journal.history_of(scene.ada, person=scene.ada, at=IN_SEPTEMBER).entries
    assert journal.history_of(scene.ada, person=scene.mara, at=IN_SEPTEMBER).entries
    assert journal.history_of(scene.ada, person=scene.sam, at=IN_SEPTEMBER).entries == ()
    assert journal.history_of(scene.ada, person=None, at=IN_SEPTEMBER).entries == ()


def test_what_an_organisation_was_and_became_stands_side_by_side(scene: Scene) -> None:
    polar = add_organisation("Polar Survey", by=scene.mara, at=BEGUN)
    affiliate(scene.ada, polar, by=scene.mara, at=BEGUN)
    edit_organisation(
        polar, name="Polar and Ice Survey", sector="", size="", region="Norfolk", website="", by=scene.mara, at=IN_SEPTEMBER
    )
    told = journal.history_of(polar, person=scene.mara, at=IN_SEPTEMBER).entries[0]
    assert [(each.label, each.before, each.after) for each in told.changes] == [
        ("Name", "Polar Survey", "Polar and Ice Survey"),
        ("Region", "–", "Norfolk"),
    ]
    page = as_(scene.mara).get(f"/team/practitioners-hub/organisations/{polar.pk}/").content.decode()
    assert "Polar and Ice Survey" in words(page)
    assert journal.history_of(polar, person=scene.sam, at=IN_SEPTEMBER).entries == ()


def test_no_line_of_the_journal_of_people_reads_as_its_verb() -> None:
    from pathlib import Path

    import hub.people.commands as commands

    recorded = set()
    for path in Path(commands.__file__).parent.glob("*.py"):
        recorded |= set(re.findall(r'record\(\s*"([a-z-]+)"', path.read_text()))
    told = {verb for verb, _ in PLAINLY} | {"address-put-right", "edited", "role-given", "role-ended", "role-changed"}
    told |= {"role-taken-back", "affiliated", "affiliation-edited", "affiliation-ended", "affiliation-taken-back", "joined"}
    elsewhere = {  # of things that have no history of their own, or stand in a ledger or list
        "answered", "asked", "done", "erased", "erasure-postponed", "let-go", "made", "people-imported", "people-invented",
        "published", "revoked", "said-apart", "unsaid-apart", "renewed",
    }  # fmt: skip
    assert recorded - told - elsewhere == set()


def test_what_the_team_of_another_programme_wrote_of_somebody_is_not_for_this_one_to_read(scene: Scene) -> None:
    theirs = scene.private.cohorts.get()
    elsewhere = a_session(theirs, title="Secret meeting", date=date(2024, 9, 4))
    give_role(scene.ada, RoleKind.EXPERT, scene.private, cohort=theirs, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    release_schedule(theirs, note="", seen=0, by=None, at=BEGUN)
    for session, reason in ((scene.session, "seen in the recording"), (elsewhere, "was in hospital")):
        correct_attendance(session, scene.ada, came=False, reason=reason, by=None, at=IN_SEPTEMBER)
    page = words(as_(scene.mara).get(f"/team/practitioners-hub/people/{scene.ada.pk}/").content.decode())
    assert page.count("corrected the register") == 1
    assert "seen in the recording" in page
    assert "hospital" not in page
    assert "Secret meeting" not in page


def test_what_somebody_did_in_a_session_is_told_with_the_session_and_of_other_programmes_not_at_all(scene: Scene) -> None:
    elsewhere = a_session(scene.private.cohorts.get(), title="Secret meeting", date=date(2024, 9, 4))
    for session in (scene.session, elsewhere):
        journal.record("checked-in", session, by=scene.ada, at=IN_SEPTEMBER, about=scene.ada)
    where = f"/team/practitioners-hub/2024/sessions/{scene.session.slug}/"
    page = as_(scene.mara).get(f"/team/practitioners-hub/people/{scene.ada.pk}/").content.decode()
    assert len(re.findall(rf': <a href="{where}">{scene.session.title}', page)) == 1
    assert page.count("checked in") == 1
    assert "Secret meeting" not in page
    for number in range(4):
        session = a_session(scene.cohort, title=f"Session {number}", date=date(2024, 9, 5 + number))
        journal.record("checked-in", session, by=scene.ada, at=IN_SEPTEMBER, about=scene.ada)
    things = [(row.thing, row.thing_id) for row in JournalEntry.objects.filter(about=scene.ada)]
    with CaptureQueriesContext(connection) as asked:
        assert len(todo.where_in(scene.programme, things)) == 5
    assert len(asked) == 2
