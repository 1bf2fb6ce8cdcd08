"""Read to whom a session opens when: who may book from which moment on, and which letter tells them of it. Ten queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from hub.core.booking import Taken, Tier, Way
from hub.core.opening import Earlier, Slot, openings, opens_as, slots_of, yours_until
from hub.messaging.queries import Under, told_under
from hub.participation.models import Audience, Booking
from hub.participation.queries.bookings import Frame, frames_of, taken_of_many, tiers_on
from hub.people.models import day_of
from hub.people.queries import parts_ever_in
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of
from hub.schedule.queries.told import first_released_at

HAPPENING = "participation.opens"
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Line:
    """A session that opens to somebody: as whom they may book it, and until when the places are for those alone."""

    session: int
    tier: Tier
    until: datetime | None


@dataclass(slots=True)
class Opening:
    """What opens at one moment in a cohort: which sessions each person may book from then on and hears of in one letter."""

    cohort: Cohort
    slot: Slot
    people: dict[int, tuple[Line, ...]] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The key of it for ever."""
        return subject_of(self.cohort.pk, self.slot)

    @property
    def lines(self) -> list[Line]:
        """Every session that opens to anybody then, once for each group it opens to, by the group."""
        found = {line for lines in set(self.people.values()) for line in lines}
        return sorted(found, key=lambda line: (line.session, list(Tier).index(line.tier)))


@dataclass(frozen=True, slots=True)
class Openings:
    """All that opens in a programme, and how each of the sessions may be booked and stands, by key."""

    programme: Programme
    all: tuple[Opening, ...]
    frames: Mapping[int, Frame]
    taken: Mapping[int, Mapping[Way, Taken]]


def subject_of(cohort: int, slot: Slot) -> str:
    """Give the key of what opens in a cohort at a moment."""
    turn = f":{slot.turn}" if slot.turn else ""
    return f"opens:{cohort}:{slot.moment.astimezone(UTC).strftime(_STAMP)}{turn}"


def cohort_in(subject: str) -> int:
    """Give the cohort a key is of."""
    return int(subject.split(":")[1])


def _slot_in(subject: str) -> Slot:
    _, _, stamp, *turn = subject.split(":")
    return Slot(datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC), int(turn[0]) if turn else 0)


def openings_of(programme: Programme, *, cohorts: Collection[int] | None = None, at: datetime) -> Openings:
    """Give what opens to whom in a programme (`cohorts`: in those alone), and what did and may still be booked.

    Nobody hears of a session they have booked, whatever became of that: they know of it. Ten queries at any size.
    """
    wanted = [cohort for cohort in cohorts_of(programme) if cohorts is None or cohort.pk in cohorts]
    frames = {each.session.pk: each for each in frames_of(wanted) if each.window.closes_at > at} if wanted else {}
    if not frames:
        return Openings(programme, (), {}, {})
    opens = _opens(frames)
    booked = _booked(frames)
    under = told_under(HAPPENING, {frame.session.cohort_id for frame in frames.values()})
    parts = parts_ever_in(programme, with_erased=False)
    found: list[Opening] = []
    for cohort in wanted:
        here = {key: opens[key] for key, frame in frames.items() if frame.session.cohort_id == cohort.pk and opens[key]}
        if here:
            found += _in_cohort(cohort, here, frames, parts, booked, under, at=at)
    return Openings(programme, tuple(found), frames, taken_of_many({key: frame.terms for key, frame in frames.items()}))


def _opens(frames: Mapping[int, Frame]) -> dict[int, dict[Tier, datetime]]:
    """Give from when each group may book each session and hears of it. Two queries."""
    said: dict[int, dict[Tier, datetime]] = {key: {} for key in frames}
    for key, tier, said_at in Audience.objects.filter(terms__session__in=list(frames)).values_list(
        "terms__session", "tier", "said_at"
    ):
        said[key][Tier(tier)] = said_at
    released = first_released_at(list(frames))
    return {
        key: openings(frame.window, said=said[key], released_at=released[key], zone=frame.session.cohort.zone)
        for key, frame in frames.items()
    }


def _booked(sessions: Collection[int]) -> dict[int, frozenset[int]]:
    """Give the sessions each person booked, whatever became of that. One query."""
    found: dict[int, set[int]] = {}
    for person, session in Booking.objects.filter(session__in=list(sessions)).values_list("person", "session"):
        found.setdefault(person, set()).add(session)
    return {person: frozenset(those) for person, those in found.items()}


def _in_cohort(
    cohort: Cohort,
    opens: Mapping[int, Mapping[Tier, datetime]],
    frames: Mapping[int, Frame],
    parts: Mapping[int, Sequence[tuple[str, int | None, date, date | None]]],
    booked: Mapping[int, frozenset[int]],
    under: Mapping[int, tuple[Under, ...]],
    *,
    at: datetime,
) -> Iterable[Opening]:
    """Put together what opens in one cohort; who is alike in all that counts is worked out once."""
    day, prefix = day_of(at), f"opens:{cohort.pk}:"
    groups: dict[tuple[object, ...], frozenset[Tier]] = {}
    letters: dict[tuple[object, ...], Mapping[Slot, tuple[Line, ...]]] = {}
    found: dict[Slot, Opening] = {}
    for person, theirs in parts.items():
        held = tuple(theirs)
        if held not in groups:
            groups[held] = tiers_on(held, cohort, day)
        earlier = tuple(each for each in under.get(person, ()) if each.subject.startswith(prefix))
        has = booked.get(person, frozenset()).intersection(opens)
        alike = (groups[held], earlier, has)
        if alike not in letters:
            left = {key: frames[key] for key in opens if key not in has}
            letters[alike] = _letters(left, opens, groups[held], [_earlier(each) for each in earlier], at=at)
        for slot, lines in letters[alike].items():
            found.setdefault(slot, Opening(cohort, slot)).people[person] = lines
    return [found[slot] for slot in sorted(found)]


def _earlier(letter: Under) -> Earlier:
    told = frozenset(int(key) for key in letter.told.split()) if letter.is_out else None
    return Earlier(_slot_in(letter.subject), told)


def _letters(
    frames: Mapping[int, Frame],
    opens: Mapping[int, Mapping[Tier, datetime]],
    tiers: frozenset[Tier],
    earlier: Sequence[Earlier],
    *,
    at: datetime,
) -> dict[Slot, tuple[Line, ...]]:
    """Give which letter tells somebody of which sessions."""
    tier_of = {key: tier for key in frames if (tier := opens_as(opens[key], tiers)) is not None}
    slots = slots_of({key: opens[key][tier] for key, tier in tier_of.items()}, earlier, at=at)
    found: dict[Slot, tuple[Line, ...]] = {}
    for key, tier in tier_of.items():
        until = yours_until(frames[key].window, tiers, first=opens[key][tier])
        found[slots[key]] = (*found.get(slots[key], ()), Line(key, tier, until))
    return found
