"""Fill every field of every row that points at a person, so that a test can look for what is left of them.

The only rows of the suite that are written straight: no command writes every field, and one that is added later must be met.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from hub.kit import keyed, personal
from hub.kit.personal import Fate, Kind
from hub.people.models import Account, Person
from tests.factories import a_cohort

MARK = "qzxv"  # stands in no word
NAME = f"{MARK.capitalize()}a {MARK.capitalize()}b"
THEN = datetime(2023, 3, 1, 9, 0, tzinfo=UTC)
_LATER = ("ends_on", "closes_at", "expires_at", "done_at", "due_at", "last_on")
# What constraints ask for, or what would make the row mean something else.
_GIVEN: dict[str, dict[str, Any]] = {
    "messaging.Message": {
        "state": "sent",
        "lease": "",
        "leased_until": None,
        "cleared_in": None,
        "handed_at": None,
        "hook": None,
    },
    "participation.Booking": {"state": "offered", "brought_by": None},
    "participation.NotesExport": {"state": "replaced"},
    "people.Consent": {"organisation": None},
    "people.ConsentEntry": {"organisation": None},
    "people.Erasure": {"taken_back_at": THEN, "done_at": None, "counts": {}},
    "people.Role": {"stands_in_for": None, "ends_on": None},
    "people.Invitation": {"used_at": None, "taken_back_at": None},
    "people.Token": {"programme": None},
    "participation.Availability": {"cohort": None},
    "participation.OneToOne": {"ends_at": THEN + timedelta(hours=1), "zone": "Europe/London"},
    "schedule.RunSheetLine": {"key": "notes"},
    "schedule.RunSheetTask": {"line": ""},
    "kit.JournalEntry": {"thing": "schedule.Session", "part_of": "", "personal": ["said"], "blanked_at": None},
}
_numbers = count(1)


def a_marked_person() -> Person:
    """A person of whom every row says something marked, and every field of every such row."""
    other = Person.objects.create(name="Zoe Other", added_at=THEN)
    person = Person.objects.create(
        **{
            each.name: _value(each, "people.Person", None)
            for each in _columns(Person)
            if each.name not in ("name", "erased_at")
        },
        name=NAME,
    )
    later = Person.objects.create(name="Ulf Other", added_at=THEN)
    for label in sorted({label for label, _ in personal.pointers()}, key=_before_what_needs_it):
        model = apps.get_model(label)
        ways = [name for name, each in personal.classed()[label].fields.items() if _is_pointer(model, name)]
        about = [name for name in ways if personal.classed()[label].fields[name].kind is Kind.REFERENCE]
        if len(about) > 1 and label == "people.LikelyPair":
            a_row(model, person, {"first": other, "second": person})
            a_row(model, person, {"first": person, "second": later})
        elif about:
            a_row(
                model, person, {way: _who(model, way, person) for way in about} | dict.fromkeys(set(ways) - set(about), other)
            )
        for way in set(ways) - set(about):  # what they did with rows that are about something or somebody else
            facts = dict.fromkeys(ways, other) | {way: person}
            a_row(model, person, (_of_another(model) if about else {}) | facts | _elsewhere(label))
        if any(each.kind is not Kind.FREE_TEXT for each in _cleaned_in(label)):  # nobody has said yet whom it means
            a_row(model, person, _of_another(model, is_nobodys=True) | dict.fromkeys(ways))
    return person


def _cleaned_in(label: str) -> list[personal.Treated]:
    return [each for each in personal.classed()[label].fields.values() if each.fate is Fate.CLEANED]


def _before_what_needs_it(label: str) -> tuple[bool, bool, str]:
    """Accounts first; what onboarding tells back needs an answer, of which somebody has one."""
    return (label != "people.Account", label.startswith("admissions."), label)


def _who(model: type[models.Model], way: str, person: Person) -> models.Model:
    """The person, or their account, by what a row points at."""
    return Account.objects.get(person=person) if model._meta.get_field(way).related_model is Account else person


def a_row(model: type[models.Model], person: Person, given: dict[str, Any]) -> models.Model:
    """A row with every field filled, the given ones as given; rows it needs are made with it."""
    label = model._meta.label
    values = {each.name: _value(each, label, person) for each in _columns(model) if each.name not in given}
    return model._base_manager.create(**values | _GIVEN.get(label, {}) | given)


def marked_columns() -> set[tuple[str, str]]:
    """Every column of every table in the database in which the mark is found."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {(table, name) for name, value in zip(names, row, strict=True) if MARK in str(value).lower()}
    return found


def _needed(model: type[models.Model], person: Person | None) -> dict[str, Any]:
    """Whose a row is that another row needs, where it must be somebody's."""
    ways = [each.name for each in _columns(model) if _is_pointer(model, each.name) and not each.null]
    return {way: _who(model, way, person) for way in ways} if person else {}


def _elsewhere(label: str) -> dict[str, Any]:
    """Keep the second row of a model apart from the first where a constraint asks for it."""
    match label:
        case "people.LikelyPair":
            return {"first": Person.objects.create(name="A"), "second": Person.objects.create(name="B")}
        case "admissions.StepMark":
            return {"person": Person.objects.create(name="C")}
        case "admissions.OnboardingPlan":
            return {"cohort": a_cohort("elsewhere")}
    return {}


def _of_another(model: type[models.Model], *, is_nobodys: bool = False) -> dict[str, Any]:
    """What a row about somebody else says: nothing of the person, but where others write freely."""
    fields = personal.classed()[model._meta.label].fields
    texts = [each for each in _columns(model) if isinstance(each, models.TextField | models.CharField) and not each.choices]
    words = {each.name: f"x{next(_numbers)}" for each in texts if not isinstance(each, models.EmailField | models.URLField)}
    said = {each.name: f"so said {NAME}, {next(_numbers)}" for each in texts if _may_name(fields[each.name], is_nobodys)}
    empty = {each.name: [] for each in _columns(model) if isinstance(each, models.JSONField)}
    mail = {"email": "zoe@example.org"} if "email" in fields else {}
    return empty | mail | words | said


def _may_name(treated: personal.Treated, is_nobodys: bool) -> bool:
    """Whether the words of a row that is not theirs may name somebody all the same."""
    return treated.kind is Kind.FREE_TEXT or (is_nobodys and treated.fate is Fate.CLEANED)


def _columns(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    for each in model._meta.concrete_fields:
        if not isinstance(each, models.AutoField):
            yield each


def _is_pointer(model: type[models.Model], name: str) -> bool:
    other = model._meta.get_field(name).related_model
    return other in (Person, Account)


def _value(each: models.Field[Any, Any], label: str, person: Person | None) -> Any:
    treated = personal.classed()[label].fields[each.name]
    number = next(_numbers)
    word = f"{MARK}{number:04}"
    if each.is_relation:
        other = each.related_model
        assert isinstance(other, type)
        if other._meta.label in (settings.PERSON_MODEL, settings.AUTH_USER_MODEL):
            return None
        if other._meta.label == "people.ConsentEntry":
            return other._base_manager.filter(person=person).first() or a_row(other, person, {"person": person})  # type: ignore[arg-type]
        there = other._base_manager.order_by("pk").first()
        return there or (
            None if each.null and other is each.model else a_row(other, person or Person(), _needed(other, person))
        )
    if each.choices:
        return each.choices[0][0]  # type: ignore[index]
    if treated.fate is Fate.CLEANED:
        return {"said": f"so said {NAME.upper()}"} if isinstance(each, models.JSONField) else f"so said {NAME.upper()}."
    if (each.model._meta.label, each.name) in keyed.known():
        return [[0, word]]  # a key of nobody, and what is said of them
    if isinstance(each, models.JSONField):
        return {"deep": [{"name": word, "email": f"{word}@example.org"}]}
    if isinstance(each, models.EmailField):
        return f"{word}@example.org"
    if isinstance(each, models.URLField):
        return f"https://example.org/{word}"
    if isinstance(each, models.CharField | models.TextField):
        return word
    return _plain_value(each, number)


def _plain_value(each: models.Field[Any, Any], number: int) -> Any:
    late = timedelta(days=40 if each.name in _LATER else 0)
    if isinstance(each, models.DateTimeField):
        return THEN + late
    if isinstance(each, models.DateField):
        return date(2023, 3, 1) + late
    if isinstance(each, models.TimeField):
        return time(17 if each.name == "end" else 15)
    if isinstance(each, models.BooleanField):
        return True
    if isinstance(each, models.UUIDField):
        return uuid.uuid4()
    if each.name == "holds_from":
        return 1  # no later than its number
    if isinstance(each, models.GenericIPAddressField):
        return "203.0.113.7"
    assert isinstance(each, models.IntegerField)
    return 90_000 + number if isinstance(each, models.BigIntegerField) else number
