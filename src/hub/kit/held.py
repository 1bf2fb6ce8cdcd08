"""Everything the database holds about one row, found by looking at the models: what is added later is never forgotten.

Source: GDPR Art. 15 and 20; issue 3, "export of all held about me".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import models

from hub.kit import personal

_AS_IT_IS = (str, int, float, bool, dict, list, datetime, date, time, type(None))
WITHHELD = "(kept secret)"  # what lets somebody in is told to be there, never what it is


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one model that are about somebody: its words for people, and each row's facts by their words."""

    label: str
    rows: tuple[dict[str, Any], ...]


def held_about(row: models.Model) -> list[Held]:
    """Give the row itself, and every row of every model that points at it, model by model; days and moments as such.

    Rows two steps away come with the one between where that is owned one to one (an account). What other rows merely say
    somebody did (recorded, released) is counted, not copied: those rows are about something else. One query a model.
    """
    found = [Held(_words(row), (_facts(row),))]
    for relation, rows in _pointing_at(row):
        if relation.related_name and relation.related_name.endswith("+"):
            if count := rows.count():
                label = f"{plural(relation.related_model)}, {word(relation.field.name)}"
                found.append(Held(label, ({"how many": count},)))
            continue
        listed = list(rows)
        if listed:
            found.append(Held(plural(relation.related_model), tuple(_facts(each, besides=row) for each in listed)))
        if relation.one_to_one:
            for each in listed:
                found += held_about(each)[1:]
    return found


def _pointing_at(row: models.Model) -> Iterator[tuple[Any, models.QuerySet[Any]]]:
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            manager = relation.related_model._base_manager
            yield relation, manager.filter(**{relation.field.name: row.pk}).order_by("pk")


def _facts(row: models.Model, besides: models.Model | None = None) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or (besides is not None and field.related_model is type(besides)):
            continue
        if field.is_relation:
            other = getattr(row, field.name)
            value: Any = None if other is None else str(other)
        else:
            value = WITHHELD if personal.is_secret(row, field.name) else _plain(row, field)
        facts[word(field.name)] = value
    return facts


def _plain(row: models.Model, field: models.Field[Any, Any]) -> Any:
    value = getattr(row, field.attname)
    said = dict(field.flatchoices).get(value) if field.choices else None
    return str(said) if said else _withheld(value) if isinstance(value, _AS_IT_IS) else str(value)


def _withheld(value: Any) -> Any:
    """Give a value without the secrets in it: what is kept as JSON may hold a whole row."""
    if isinstance(value, dict):
        secrets = personal.secret_names()
        return {name: WITHHELD if name in secrets and each else _withheld(each) for name, each in value.items()}
    return [_withheld(each) for each in value] if isinstance(value, list) else value


def word(name: str) -> str:
    """Give the name of a field as people read it."""
    return name.replace("_", " ")


def _words(row: models.Model) -> str:
    return str(row._meta.verbose_name).capitalize()


def plural(model: type[models.Model]) -> str:
    """Give the word for several rows of a model, such as "Feed addresses"."""
    return re.sub(r"(?<=[^aeiou])ys$", "ies", str(model._meta.verbose_name_plural)).capitalize()
