"""What this room tells later ones, in the transaction in which it happens. Receivers only write rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.dispatch import Signal

from hub.kit.joining import Change
from hub.programmes.models import Programme

roles_changed = Signal()  # roles: rows of one programme, new, changed, just ended or just taken back; by, at
parts_changed = Signal()  # programme: key of it, at: who takes part in it, or how they are reached, is not as it was
# kept, gone: two records become one, or would; sent before anything of `gone` moves. Who listens writes nothing and may give
# what it asks for as Foreseen: it is shown in the preview, done with the merge and taken back when that is undone.
merging = Signal()
# returned: the rows that would come back, as a merge wrote them down ("model", "key", "values"). Sent before a merge is undone
# and before the people are locked, to those who hold locks of their own first. Nothing is written yet.
parting = Signal()
# merges, by, at: sent before a page offers to undo them. Who listens gives, by key of a merge, sentences that say what would
# not come back as it was.
parting_foretold = Signal()
# kept, gone, returned, by, at: two records are two again, and what moved is where it was; changed: what the merge wrote down of
# its changes ("model", "row", "before", "after"), those left alone because somebody changed the row again among them.
parted = Signal()
withdrawn = Signal()  # person, programme: keys, use, at: somebody took back what they allowed in a programme
consents_changed = Signal()  # programme: key of it, at: what people or organisations allow in it is not as it was


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something both chose in a programme, in words: what, as whom they chose it, and what holds after a merge."""

    programme: Programme
    what: str
    kept: str
    gone: str
    holds: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a later room makes of two records that become one.

    `removed` are keys of rows that make room, `living` models whose rows go on by themselves meanwhile (see kit.joining.join),
    `outcomes` what the preview says.
    """

    changes: tuple[Change, ...] = ()
    removed: Mapping[type[models.Model], Collection[Any]] = field(default_factory=dict)
    living: Collection[type[models.Model]] = ()
    outcomes: tuple[Outcome, ...] = ()
