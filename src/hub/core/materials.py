"""Slides, worksheets and recordings: who may see them, and when a link counts as broken.

Source: issue 5, item 7 ("owner, access (public / cohort / team), link checks by the worker, licence").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_LICENCE = 60
LICENCES = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC0 1.0", "All rights reserved")  # proposed, not all there are
LOOK_AGAIN = timedelta(days=7)
LOOK_SOON = timedelta(hours=6)  # at a link that led nowhere once


class MaterialKind(StrEnum):
    """What a material is. A plan tells recordings from materials and no more; slides and worksheets are told apart by hand."""

    SLIDES = "slides"
    WORKSHEET = "worksheet"
    MATERIAL = "material"
    RECORDING = "recording"
    OTHER = "other"

    @property
    def label(self) -> str:
        """What people read."""
        return _KINDS[self][0]

    @property
    def icon(self) -> str:
        """The sign that stands beside it."""
        return _KINDS[self][1]

    @property
    def in_plan(self) -> MaterialKind:
        """What a plan calls it."""
        return MaterialKind.MATERIAL if self in (MaterialKind.SLIDES, MaterialKind.WORKSHEET) else self


_KINDS = {
    MaterialKind.SLIDES: ("Slides", "presentation"),
    MaterialKind.WORKSHEET: ("Worksheet", "square-pen"),
    MaterialKind.MATERIAL: ("Material", "file-text"),
    MaterialKind.RECORDING: ("Recording", "play"),
    MaterialKind.OTHER: ("Link", "link"),
}


def kind_from_plan(held: str, given: str) -> str:
    """Give what a material is when a plan gives it again: what people said, while the plan does not say otherwise."""
    return held if held in set(MaterialKind) and MaterialKind(held).in_plan == given else given


class Access(StrEnum):
    """Who sees a material."""

    PUBLIC = "public"
    COHORT = "cohort"
    TEAM = "team"

    @property
    def label(self) -> str:
        """What people read."""
        return {"public": "Everybody", "cohort": "Who takes part", "team": "Only the team"}[self.value]


def say_reach(access: Access, *, was: Access | None, is_released: bool) -> str:
    """Say who sees a material after a change, and from when: narrower holds at once, wider or new for all after a release.

    `was` is who saw it before, None for a new one; `is_released` whether the session has been released, for before that it
    has no room to be seen in. Part of a sentence, without the full stop. Source: docs/decisions/0005.
    """
    if access is Access.TEAM:
        return "only the team sees it" if was in (None, Access.TEAM) else "only the team sees it from now on"
    if not is_released:
        return f"{'everybody' if access is Access.PUBLIC else 'who takes part'} sees it once the session is released"
    if access is Access.PUBLIC:
        return "who takes part sees it so now, in the session’s room, and everybody else with the next release"
    nobody_else = ", and nobody else any more" if was is Access.PUBLIC else ""
    return f"who takes part sees it so now, in the session’s room{nobody_else}"


class LinkState(StrEnum):
    """How a link was found."""

    FINE = "fine"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"

    @property
    def label(self) -> str:
        """What people read."""
        return {"fine": "The link works", "doubtful": "Looked at again soon", "broken": "The link is broken"}[self.value]


def after_look(before: LinkState | None, *, is_there: bool) -> LinkState:
    """Say how a link stands after a look: nowhere once is doubtful, twice in a row is broken."""
    if is_there:
        return LinkState.FINE
    return LinkState.DOUBTFUL if before in (None, LinkState.FINE) else LinkState.BROKEN


def is_due(state: LinkState | None, looked_at: datetime | None, *, at: datetime) -> bool:
    """Say whether a link is to be looked at again: after a week, after some hours where it led nowhere once."""
    if looked_at is None or state is None:
        return True
    return at - looked_at >= (LOOK_SOON if state is LinkState.DOUBTFUL else LOOK_AGAIN)
