"""What the team should know before it releases a schedule. A later room says so here, of the schedule as it would be released.

The release page asks; what is said there stops nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.kit.rooms import load_modules
from hub.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Caution:
    """A heap of sentences about one thing, and where it is looked at: "Load of the Experts"."""

    title: str
    sentences: tuple[str, ...]
    url: str
    action: str


Warns = Callable[..., Iterable[Caution]]
_warns: list[Warns] = []


def before_release(warn: Warns) -> Warns:
    """Register what warns of the working schedule of a cohort: `f(cohort, *, at) -> Iterable[Caution]`, in constant queries."""
    _warns.append(warn)
    return warn


def cautions(cohort: Cohort, *, at: datetime) -> list[Caution]:
    """Give what the team should know before it releases the working schedule of a cohort."""
    load_modules("cautions")
    return [each for warn in _warns for each in warn(cohort, at=at) if each.sentences]
