"""Records of one person, and the whole database to compare: for the tests of merging."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models

from hub.core.consent import Use
from hub.people.commands import add_person, give_role, publish_term
from hub.people.models import Account, LikelyPair, Person, RoleKind, Term
from hub.programmes.models import Cohort, Programme
from tests.factories import BEGUN

Whole = dict[str, dict[Any, dict[str, Any]]]
# Counted up whenever public answers are made anew, which a merge does and undoing it does again.
MOVES_ON = {"public_version"}
NOW = datetime(2024, 10, 1, 9, 30, 15, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def a_record(programme: Programme, name: str = "Ada Lindqvist", **facts: Any) -> Person:
    """Another record of somebody in a programme: a community member, so that nothing else is decided by it."""
    person = add_person(name, by=None, at=BEGUN, **facts)
    another_day = date(2024, 1, 1) + timedelta(days=Person.objects.count())
    give_role(person, RoleKind.COMMUNITY, programme, starts_on=another_day, by=None, at=BEGUN)
    return person


def two_records(programme: Programme, **facts: Any) -> tuple[Person, Person]:
    """Two records of one person; what is said is of the second."""
    return a_record(programme), a_record(programme, **facts)


def same_role(programme: Programme, *people: Person, kind: RoleKind = RoleKind.EXPERT, cohort: Cohort | None = None) -> None:
    """Give people one role, from one day on."""
    for person in people:
        give_role(person, kind, programme, cohort=cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)


def words(programme: Programme, use: Use = Use.NAME) -> Term:
    """Words for a use."""
    return publish_term(programme, use, "We show your name.", is_new_meaning=True, by=None, at=BEGUN)


def a_pair(one: Person, other: Person, **facts: Any) -> LikelyPair:
    """Two who may be one, as the nightly look found them."""
    first, second = sorted((one.pk, other.pk))
    return LikelyPair.objects.create(first_id=first, second_id=second, rank=3, reasons=["name"], found_at=BEGUN, **facts)


def everything() -> Whole:
    """Every row of every model, the lines of the journal by their keys too."""
    whole: Whole = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not model._meta.label.startswith("procrastinate."):
            rows = model._base_manager.values()
            key = model._meta.pk.attname
            whole[model._meta.label] = {
                row[key]: {name: value for name, value in row.items() if name not in MOVES_ON} for row in rows
            }
    return whole


def besides_what_is_told(whole: Whole, before: Whole) -> Whole:
    """The same without what a merge says of itself: its own row, its lines of the journal, and the mails that tell of it."""
    lines = {key: row for key, row in whole["kit.JournalEntry"].items() if key in before["kit.JournalEntry"]}
    merges = {key: row for key, row in whole["people.Merge"].items() if key in before["people.Merge"]}
    asked = {key: row for key, row in whole["kit.Job"].items() if key in before["kit.Job"]}
    return whole | {"kit.JournalEntry": lines, "people.Merge": merges, "kit.Job": asked}


@contextmanager
def later_rooms() -> Iterator[dict[str, type[models.Model]]]:
    """Tables another room might bring one day, each pointing at people or accounts in its own way."""

    class Address(models.Model):
        """As a library for signing in keeps them: several for an account, one of them the first."""

        user = models.ForeignKey(Account, on_delete=models.CASCADE)
        email = models.EmailField()
        primary = models.BooleanField(default=False)

        class Meta:
            app_label = "people"
            unique_together = (("user", "email"),)
            constraints = (
                models.UniqueConstraint(fields=["user", "primary"], name="probe_primary", condition=models.Q(primary=True)),
            )

    class Diary(models.Model):
        """One to one, with pages."""

        person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="diary")
        text = models.TextField()
        price = models.DecimalField(max_digits=6, decimal_places=2)
        noted_at = models.DateTimeField(auto_now=True)

        class Meta:
            app_label = "people"

    class Leaf(models.Model):
        """Two steps away."""

        diary = models.ForeignKey(Diary, on_delete=models.CASCADE)
        number = models.IntegerField()

        class Meta:
            app_label = "people"
            unique_together = (("diary", "number"),)

    class Walk(models.Model):
        """Many to many."""

        people = models.ManyToManyField(Person, related_name="walks")

        class Meta:
            app_label = "people"

    class Thanks(models.Model):
        """From one to another: both sides point at people."""

        giver = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="given")
        taker = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="taken")

        class Meta:
            app_label = "people"
            constraints = (models.UniqueConstraint(fields=["giver", "taker"], name="probe_thanks_once"),)

    made: dict[str, type[models.Model]] = {each.__name__: each for each in (Address, Diary, Leaf, Walk, Thanks)}
    with connection.schema_editor() as editor:
        for model in made.values():
            editor.create_model(model)
    try:
        yield made
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(made.values()):
                editor.delete_model(model)
        known = apps.all_models["people"]
        for name in ("address", "diary", "leaf", "walk", "walk_people", "thanks"):
            del known[name]
        for name in ("diary", "walks", "given", "taken"):
            delattr(Person, name)
        del Account.address_set  # type: ignore[attr-defined]
        apps.clear_cache()
