"""The tiny state machine every room's table of moves is written with.

A table of moves is the documentation of a thing's life: verb, states it may start from, state it ends in.
Source: docs/architecture.md, "One way for each recurring thing".
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from hub.core.errors import NotFromHere

S = TypeVar("S", bound=StrEnum)


class Moves(Generic[S]):
    """A table of verbs: where each may start and where it ends."""

    def __init__(self, table: Mapping[str, tuple[frozenset[S], S]]) -> None:
        """Keep the table; it is data and never changes."""
        self._table = dict(table)

    def state(self, value: str) -> S:
        """Give the state a stored value names. Raises ValueError for one that is none of the table's."""
        return type(next(iter(self._table.values()))[1])(value)

    def sources(self, verb: str) -> frozenset[S]:
        """Give the states a verb may start from. Raises KeyError when there is no such verb."""
        return self._table[verb][0]

    def after(self, verb: str, state: S) -> S:
        """Say which state `verb` leads to from `state`.

        Raises NotFromHere when the verb cannot start there, KeyError when there is no such verb.
        """
        sources, target = self._table[verb]
        if state not in sources:
            raise NotFromHere(f"This is {state.value.replace('-', ' ')}, so it can't be {verb.replace('_', ' ')}.")
        return target

    def possible(self, state: S) -> tuple[str, ...]:
        """List the verbs possible in `state`, in the order of the table."""
        return tuple(verb for verb, (sources, _) in self._table.items() if state in sources)
