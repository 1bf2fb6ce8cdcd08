"""Keys of people that stand within JSON, where no foreign key tells of them.

A room says in its `personal.py` where they stand and how one is turned into another. A merge turns the key of who goes into
that of who stays, and takes that back when it is undone; an erasure takes the key out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from hub.kit.rooms import load_modules

Became = Mapping[int, int | None]  # keys of people to what they become; None: they are taken out
Turn = Callable[[Any, Became], Any]
_known: dict[tuple[str, str], Turn] = {}


@dataclass(frozen=True, slots=True)
class Turned:
    """A row whose field holds keys that become others: the field before, and after."""

    model: type[models.Model]
    row: Any
    field: str
    before: Any
    after: Any


def holds_keys(label: str, field: str, *, turn: Turn) -> None:
    """Say that a JSON field of a model holds keys of people; `turn(value, became)` gives the value with other keys."""
    _known[label, field] = turn


def known() -> Mapping[tuple[str, str], Turn]:
    """Give every such field, by the model's label and its own name."""
    load_modules("personal")
    return _known


def turned(became: Became) -> list[Turned]:
    """Give the rows that hold one of these keys, and what they would hold instead. One query for each field; no writing."""
    found = []
    for (label, field), turn in known().items():
        model = apps.get_model(label)
        for key, value in model._base_manager.order_by("pk").values_list("pk", field):
            after = turn(value, became)
            if after != value:
                found.append(Turned(model, key, field, value, after))
    return found
