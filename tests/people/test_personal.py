"""Every field there is is classed; what is personal is in the export, and nothing of it survives an erasure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import CharField, ManyToOneRel, TextField
from django.test import Client
from pytest_django.fixtures import Settings

from hub.core.veil import Veil
from hub.kit import personal, worker
from hub.kit.held import WITHHELD, held_about
from hub.kit.models import Job, JournalEntry
from hub.kit.personal import Fate, Kind
from hub.people.commands import ask_erasure, carry_out_erasure
from hub.people.models import Account, Merge, Person
from tests.people.filling import MARK, a_marked_person, marked_columns
from tests.scene import IN_SEPTEMBER, Scene, a_scene

pytestmark = pytest.mark.django_db
DUE = IN_SEPTEMBER + timedelta(days=14)


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def test_every_field_of_every_room_is_classed_and_no_other() -> None:
    stored = set(personal.fields_to_class())
    said = {(label, name) for label, each in personal.classed().items() for name in each.fields}
    assert (sorted(stored - said), sorted(said - stored)) == ([], [])


def test_whoever_a_row_points_at_it_is_about_or_did_something_with_it() -> None:
    pointing = {pointer: personal.classed()[pointer[0]].fields[pointer[1]].kind for pointer in personal.pointers()}
    assert set(pointing.values()) == {Kind.REFERENCE, Kind.DEED}
    about = {pointer for pointer, kind in pointing.items() if kind is Kind.REFERENCE}
    found = {(label, way.split("__")[0]) for label, each in personal.classed().items() for way in each.whose if way != "pk"}
    assert about - found == {("kit.JournalEntry", "about")}  # journal.forget asks for those
    assert len(found) > 8


# Rows that name somebody without pointing at them, or stand between them and another, and why nothing is forgotten there.
_THEIR_OWN = {
    ("messaging.Message", "person"): "without a person it goes to a channel, and the address is the channel's",
    ("messaging.Message", "carried_by"): "a digest and what it carries have one recipient",
    ("forms.Upload", "answer"): "of the person whose answer it is",
    ("participation.Booking", "brought_by"): "what they wrote of their own place",
    ("participation.OneToOne", "availability"): "the coach is in the row",
    ("people.FormerName", "merge"): "the name of the record that went, which is theirs now",
}


def test_a_row_that_names_somebody_without_pointing_at_them_is_cleaned_or_said_why_not() -> None:
    told = (Kind.IDENTITY, Kind.CONTACT, Kind.SENSITIVE, Kind.SECRET)
    found, cleaned = set(), []
    for label, each in personal.classed().items():
        columns = {column.name: column for column in each.model._meta.concrete_fields}
        words = [
            name
            for name, treated in each.fields.items()
            if treated.kind in told and isinstance(columns[name], CharField | TextField) and not columns[name].choices
        ]
        bare = [name for name in words if each.fields[name].fate is not Fate.CLEANED]
        ways = [way.split("__")[0] for way in each.whose if way != "pk"]
        if ways and all(columns[way].null for way in ways):
            found |= {(label, ways[0])} if bare else set()
            cleaned += [label] if words and not bare else []
        for name, column in columns.items():
            between = (
                personal.classed().get(column.related_model._meta.label) if isinstance(column.related_model, type) else None
            )
            if ways and bare and between and between.label != "people.Person" and between.whose and name not in ways:
                found |= {(label, name)}
    assert found == set(_THEIR_OWN)
    assert sorted(cleaned) == ["participation.KnownAs", "participation.ReportPresence"]
    assert [label for label, each in personal.classed().items() if each.about] == ["participation.OneToOneNote"]


@pytest.mark.parametrize(("kind", "fate"), [(Kind.CONTACT, Fate.STAYS), (Kind.SECRET, Fate.STAYS), (Kind.NONE, Fate.GOES)])
def test_what_tells_who_somebody_is_can_not_be_classed_to_stay(kind: Kind, fate: Fate) -> None:
    with pytest.raises(ValueError, match=r"tests\.Thing: word"):
        personal.rows_stay("tests.Thing", because="Nothing.", fields={fate: {kind: "word"}})
    with pytest.raises(ValueError, match="twice"):
        personal.plain("tests.Thing", "word word")
    assert "tests.Thing" not in personal.classed()


def shown_of(person: Person) -> dict[str, list[dict[str, Any]]]:
    """What a person is shown, by the label of the model."""
    labels = {relation.related_model._meta.verbose_name_plural: relation.related_model._meta.label for relation in pointing()}
    held = {re.sub("ies$", "ys", each.label.lower()): list(each.rows) for each in held_about(person)}
    return {label: held.get(plural, []) for plural, label in labels.items()} | {"people.Person": held["person"]}


def pointing() -> list[ManyToOneRel]:
    both = [*Person._meta.get_fields(include_hidden=True), *Account._meta.get_fields(include_hidden=True)]
    return [each for each in both if isinstance(each, ManyToOneRel)]


def test_every_personal_field_is_in_the_export_and_no_secret_is(scene: Scene) -> None:
    person = a_marked_person()
    shown = shown_of(person)
    told = {Kind.IDENTITY, Kind.CONTACT, Kind.SENSITIVE, Kind.SECRET, Kind.ANSWER, Kind.FREE_TEXT}
    missing, betrayed, looked_at = [], [], 0
    for label, each in personal.classed().items():
        if not each.whose:
            continue
        rows = each.model._base_manager.filter(**{each.whose[0]: person.pk})
        for name, treated in each.fields.items():
            if treated.kind not in told:
                continue
            looked_at += 1
            values = [row.get(name.replace("_", " "), "nothing") for row in shown[label]]
            stored = [str(value) for value in rows.values_list(name, flat=True)]
            if treated.kind is Kind.SECRET:
                betrayed += [f"{label}.{name}"] * (set(values) != {WITHHELD} or any(value in str(shown) for value in stored))
            elif "nothing" in values or any(MARK in value and value not in str(shown[label]) for value in stored) or not values:
                missing.append(f"{label}.{name}")
    assert (missing, betrayed) == ([], [])
    assert looked_at > 30


def test_a_secret_within_a_row_that_is_kept_as_json_is_withheld_too(scene: Scene) -> None:
    rows = [{"model": "people.Account", "values": {"email": "a@example.org", "password": "hash-of-it", "last_login": None}}]
    Merge.objects.create(kept=scene.ada, gone_key=99, facts={"removed": rows}, at=IN_SEPTEMBER)
    shown = shown_of(scene.ada)["people.Merge"]
    assert shown[0]["facts"]["removed"][0]["values"] == {"email": "a@example.org", "password": WITHHELD, "last_login": None}


def test_an_erasure_leaves_nothing_of_a_person_in_any_table_but_what_its_class_says(scene: Scene, settings: Settings) -> None:
    person = a_marked_person()
    browser = Client()
    browser.force_login(Account.objects.get(person=person))
    before = marked_columns()
    assert {"people_person", "people_account", "kit_journalentry", "schedule_release"} <= {table for table, _ in before}

    erasure = ask_erasure(person, by=None, at=IN_SEPTEMBER)
    carry_out_erasure(erasure, by=None, at=DUE)
    worker.drain(clock=lambda: DUE, most=50)

    may_stay = {
        (each.model._meta.db_table, each.model._meta.get_field(name).column)  # type: ignore[union-attr]
        for each in personal.classed().values()
        for name, treated in each.fields.items()
        if not each.whose and treated.fate in (Fate.STAYS, Fate.VEILED)  # of programmes they had no part in
    }
    assert marked_columns() - may_stay == set()
    assert browser.get("/me/").status_code == 302


def test_every_word_of_the_others_stays(scene: Scene) -> None:
    a_marked_person()
    erasure = ask_erasure(scene.ada, by=None, at=IN_SEPTEMBER)
    before = marked_columns()
    carry_out_erasure(erasure, by=None, at=DUE)
    assert marked_columns() == before


def test_a_photo_is_deleted_after_the_commit_and_its_name_is_forgotten(scene: Scene, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("photos/ada-lindqvist.png", ContentFile(b"a face"))
    Person.objects.filter(pk=scene.ada.pk).update(photo=name)
    carry_out_erasure(ask_erasure(scene.ada, by=None, at=IN_SEPTEMBER), by=None, at=DUE)
    assert default_storage.exists(name)  # until the worker comes: a transaction taken back would have lost it
    worker.drain(clock=lambda: DUE, most=50)
    assert not default_storage.exists(name)
    assert "ada-lindqvist" not in str(list(Job.objects.values()))


def test_what_a_model_nobody_classed_holds_is_taken_for_a_secret(scene: Scene) -> None:
    assert apps.get_model("contenttypes.ContentType")._meta.label not in personal.classed()
    kind = apps.get_model("contenttypes.ContentType")(app_label="x", model="y")
    assert personal.is_secret(kind, "model")
    assert personal.is_secret(scene.ada.account, "password")
    assert not personal.is_secret(scene.ada.account, "email")


def test_a_word_that_stands_in_every_text_is_not_cleaned_away(scene: Scene) -> None:
    release = scene.cohort.releases.get()
    type(release).objects.filter(pk=release.pk).update(note="May will lead. Ask Ada Lindqvist, or ada@example.org.")
    drawn = {"veil": Veil(), "programmes": set[int]()}
    personal.erase(Person.objects.create(name="Will"), words=["Will", "May"], at=DUE, **drawn)
    personal.erase(scene.ada, words=["Ada Lindqvist", "ada@example.org"], at=DUE, **drawn)
    release.refresh_from_db()
    assert release.note == "May will lead. Ask erased, or erased."
    assert JournalEntry.objects.filter(by=scene.ada).count() == 0
