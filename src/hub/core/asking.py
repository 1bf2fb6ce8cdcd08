"""Whom a programme asks for which consent: it follows from what people are to it, and nobody is asked for more than that.

Who has several parts is asked what any of them asks. A part that is over asks only what still means something after it.
Sources: seeds/001, pre-cohort steps (the survey, the code of conduct and the data-protection policy go to the Experts) and the
people its schedule names; product, "Who uses it"; domain, joining steps (the contact person, and the logo).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.core.consent import Use
from hub.core.errors import Refusal
from hub.core.retention import over_from

# Kinds are those of people.RoleKind; a test there holds that there are no others.
_TAKE_PART = frozenset({"expert"})  # they promise days, cafés and a case study; others help by arrangement with the team
_APPEAR = frozenset({"team", "expert", "facilitator", "coach", "writer", "advisor", "alumnus"})
_ARE_SURVEYED = frozenset({"expert", "facilitator", "coach", "writer", "advisor", "alumnus", "partner-contact", "community"})
_LEAVE = frozenset({"expert", "reviewer", "facilitator", "coach", "writer", "advisor", "alumnus", "partner-contact"})
_GIVE_A_LOGO = frozenset({"partner-contact"})
KINDS = _APPEAR | _ARE_SURVEYED | _LEAVE | {"funder"}

_ASKED: Mapping[Use, frozenset[str]] = {
    Use.TAKING_PART: _TAKE_PART,
    Use.CODE_OF_CONDUCT: KINDS,
    Use.DATA_PROTECTION: KINDS,
    Use.NAME: _APPEAR,
    Use.PHOTO: _APPEAR,
    Use.QUOTE: _APPEAR,
    Use.LOGO: _GIVE_A_LOGO,
    Use.RECORDING: _APPEAR,
    Use.ANSWERS: _ARE_SURVEYED,
    Use.CONTACT: _LEAVE,
}


class NotAskedOfThem(Refusal):
    """A team records an answer to what the programme does not ask of that person."""

    code: ClassVar[str] = "not-asked-of-them"


@dataclass(frozen=True, slots=True)
class Part:
    """A part somebody has in a programme: its kind, and whether it is over. One that is to begin asks as if it had."""

    kind: str
    is_over: bool = False


def part_on(day: date, kind: str, *, ends_on: date | None, cohort_last: date | None) -> Part:
    """Give a part as it is on a day: over from its own end (exclusive) or, without one, after the last day of its cohort."""
    over = over_from(ends_on, cohort_last=cohort_last)
    return Part(kind, is_over=over is not None and over <= day)


def outlasts(use: Use) -> bool:
    """Say whether a use still means something once a part is over: nobody need promise any more what taking part needs."""
    return not (use.is_needed or use.is_organisations)


def kinds_asked(use: Use) -> frozenset[str]:
    """Give the kinds of role that are asked for a use."""
    return _ASKED[use]


def asks(part: Part, use: Use) -> bool:
    """Say whether a part asks for a use."""
    return part.kind in _ASKED[use] and (outlasts(use) or not part.is_over)


def uses_asked_of(parts: Iterable[Part]) -> tuple[Use, ...]:
    """Give the uses somebody is asked for by all their parts in a programme, in the order of the uses."""
    held = frozenset(parts)
    return tuple(use for use in Use if any(asks(part, use) for part in held))


def by_kinds(uses: Collection[Use]) -> list[tuple[frozenset[str], bool, tuple[Use, ...]]]:
    """Put together the uses that are asked of the same people: the kinds, whether a part that is over asks too, the uses."""
    found: dict[tuple[frozenset[str], bool], list[Use]] = {}
    for use in Use:
        if use in uses:
            found.setdefault((_ASKED[use], outlasts(use)), []).append(use)
    return [(kinds, also_over, tuple(these)) for (kinds, also_over), these in found.items()]


def check_asked(use: Use, parts: Iterable[Part], *, has_answered: bool) -> None:
    """Refuse what a team was told about a use nobody asks of that person; what they once answered can always change.

    Raises NotAskedOfThem.
    """
    if not has_answered and not any(asks(part, use) for part in parts):
        raise NotAskedOfThem("This is not asked of them: what they are here needs no answer to it.", field="term")
