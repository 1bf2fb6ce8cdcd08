"""Which of two rows counts where only one of them can be: a room says it of each of its models in `twice.py`.

Whoever stays, the stronger row does: that a record is older says nothing about a place, a mark or an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from hub.kit.rooms import load_modules

Row = models.Model


@dataclass(frozen=True, slots=True)
class Counting:
    """What holds of two rows of a model that become one.

    `because` says why in a few words. The row with the greater `rank` stays, and that of the record that stays where they are
    alike or there is no `rank`. `takes` gives columns of the row that stays which take something over from the one that goes.
    `say` tells it to a team whose programme is found by the path `programme`; without it there is nothing to tell.
    """

    because: str
    rank: Callable[[Any], Any] | None = None
    takes: Callable[[Any, Any], Mapping[str, Any]] | None = None
    say: Callable[[Any, Any], str] | None = None
    programme: str = ""


_known: dict[str, Counting] = {}


def counts(
    label: str,
    *,
    because: str,
    rank: Callable[[Any], Any] | None = None,
    takes: Callable[[Any, Any], Mapping[str, Any]] | None = None,
    say: Callable[[Any, Any], str] | None = None,
    programme: str = "",
) -> None:
    """Say of a model which of two rows counts that can't both be one person's. See `Counting`."""
    _known[label] = Counting(because, rank, takes, say, programme)


def known_counting() -> Mapping[str, Counting]:
    """Give what was said, by the model's label."""
    load_modules("twice")
    return _known


def fills(*columns: str) -> Callable[[Any, Any], dict[str, Any]]:
    """Let the row that stays take these columns over where it says nothing."""

    def taken(stays: Any, goes: Any) -> dict[str, Any]:
        empty = [name for name in columns if getattr(stays, name) in (None, "")]
        return {name: getattr(goes, name) for name in empty if getattr(goes, name) not in (None, "")}

    return taken
