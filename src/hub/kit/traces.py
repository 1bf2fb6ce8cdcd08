"""Where somebody has left anything: the rows about them, followed to what they are part of, found by looking at the models.

What a room says of its rows in `personal.py` tells which are about a person; foreign keys lead on from there. So a room that is
added later is looked at as well. Source: issue 3, "attack it"; docs/decisions/0010.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from hub.kit.compiled import HERE, kept
from hub.kit.personal import Classed, classed


def traces_of(person: int, place: type[models.Model]) -> frozenset[int]:
    """Give the keys of the rows of a model ("programmes.Programme") in which anything about a person stands. One query."""
    return frozenset(key for (key,) in _asking(place)(person) if key is not None)


@cache
def ways_to(place: type[models.Model]) -> dict[str, str]:
    """Give the way from each model with rows about people to a place ("answer__form__programme"), by the model's label.

    The shortest there is, rather one that no row may leave open; a model from which none leads there is left out.
    """
    about = {label: each.model for label, each in classed().items() if each.whose}
    found = {label: _way(model, place) or _way(model, place, may_be_open=True) for label, model in about.items()}
    return {label: way for label, way in found.items() if way}


@cache
def _asking(place: type[models.Model]) -> Callable[[int], Sequence[tuple[Any, ...]]]:
    def query() -> models.QuerySet[Any, Any]:
        first, *others = (_rows(classed()[label], way) for label, way in ways_to(place).items())
        return first.union(*others)

    return kept(query)


def _rows(each: Classed, way: str) -> models.QuerySet[Any, Any]:
    about = Q()
    for path in each.whose:
        about |= Q(**{path: HERE})
    return each.model._base_manager.filter(about).order_by().values_list(way)


def _way(model: type[models.Model], place: type[models.Model], *, may_be_open: bool = False) -> str:
    """Give the shortest way along foreign keys from a model to another, never by way of a person; "" where there is none."""
    seen: set[type[models.Model]] = {model}
    waiting = deque([(model, "")])
    while waiting:
        here, way = waiting.popleft()
        for column in here._meta.local_concrete_fields:
            if not isinstance(column, models.ForeignKey) or (column.null and not may_be_open):
                continue
            target: type[models.Model] = column.remote_field.model
            on = f"{way}__{column.name}".removeprefix("__")
            if target is place:
                return on
            if target not in seen and target._meta.label != settings.PERSON_MODEL:
                seen.add(target)
                waiting.append((target, on))
    return ""
