"""The load of a cohort's Experts, month by month, against what their organisations agreed: in one pass, in constant queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.core.booking import BookingState, Way
from hub.core.calendar import MONTHS
from hub.core.commitments import Gathering
from hub.core.load import Asked, Load, LoadWarning, Strain, loads, spread, warnings_of, within_parts
from hub.core.taking_part import Days
from hub.participation.models import Agreed, Booking, BookingTerms, LoadTerms
from hub.participation.queries.gatherings import released_gatherings, working_gatherings
from hub.participation.queries.onetoones import minutes_of_one_to_ones
from hub.people.models import Person
from hub.people.queries import ExpertOf, experts_of
from hub.programmes.models import Cohort
from hub.schedule.queries.told import released_all_of
from hub.schedule.queries.working import working_sessions

_NO_TERMS = LoadTerms(travel=0, writing=0)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is asked of one Expert, month by month."""

    expert: ExpertOf
    load: Load
    agreed: Agreed | None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.expert.person

    @property
    def warnings(self) -> tuple[LoadWarning, ...]:
        """What the team is warned of."""
        return warnings_of(self.load, self.person.name)


@dataclass(frozen=True, slots=True)
class CohortLoad:
    """The load of a cohort: its months (first days), its Experts by name, and what it is reckoned with."""

    cohort: Cohort
    months: tuple[date, ...]
    people: tuple[Loaded, ...]
    terms: LoadTerms

    @property
    def warnings(self) -> list[str]:
        """What the team is warned of: first what is so for everybody, each once, then Expert by Expert."""
        found = [warning for one in self.people for warning in one.warnings]
        counts: dict[tuple[Strain, date | None, int], int] = {}
        for each in found:
            counts[_alike(each)] = counts.get(_alike(each), 0) + 1
        everybodys = {key for key, count in counts.items() if count == len(self.people) > 1 and key[0] is not Strain.OVER}
        said = {_alike(each): _of_everybody(each) for each in found if _alike(each) in everybodys}
        return [*said.values(), *(each.sentence for each in found if _alike(each) not in everybodys)]


def _alike(warning: LoadWarning) -> tuple[Strain, date | None, int]:
    return warning.strain, warning.month, warning.number


def _of_everybody(warning: LoadWarning) -> str:
    if warning.month is not None:
        return f"In {MONTHS[warning.month.month - 1]} {warning.month.year} nobody has a week without a session."
    many = "session counts" if warning.number == 1 else "sessions count"
    return f"{warning.number} {many} nothing for anybody yet: without a date, or without a start and an end."


def load_of(cohort: Cohort, *, is_working: bool = False, at: datetime) -> CohortLoad:
    """Give the load of a cohort's Experts by its newest release, or by the working schedule. Ten queries at any size.

    Expected is everybody, for as long as their part lasts; where a session gives out places, who has one. A hybrid session
    takes a travel day from those whose place is in the room. Writing is asked in the months of their part alone.
    """
    if is_working:
        gatherings = working_gatherings(working_sessions(cohort))
    else:
        gatherings = released_gatherings(released_all_of([cohort.pk])[cohort.pk], ())
    experts = experts_of([cohort], with_past=True, at=at)[cohort.pk]
    terms = LoadTerms.objects.filter(cohort=cohort).first() or _NO_TERMS
    agreed = {row.person_id: row for row in Agreed.objects.filter(cohort=cohort)}
    bits = {each.id: 1 << number for number, each in enumerate(gatherings)}
    with_places = 0
    for session in BookingTerms.objects.filter(session__cohort=cohort).values_list("session", flat=True):
        with_places |= bits.get(session, 0)
    has: dict[int, int] = {}
    in_room: dict[int, int] = {}
    if with_places:
        rows = Booking.objects.filter(session__cohort=cohort, state=BookingState.BOOKED.value)
        for person, session, way in rows.values_list("person", "session", "way"):
            has[person] = has.get(person, 0) | bits.get(session, 0)
            if way == Way.ROOM.value:
                in_room[person] = in_room.get(person, 0) | bits.get(session, 0)
    everybody = ((1 << len(gatherings)) - 1) & ~with_places
    writing, one_to_ones = _writing(terms), minutes_of_one_to_ones(cohort)
    within: dict[tuple[Days, ...], int] = {}
    written: dict[tuple[Days, ...], dict[date, int]] = {}
    people: dict[int, Asked] = {}
    for each in experts:
        parts = each.parts
        if parts not in within:
            within[parts] = _within(gatherings, parts)
            written[parts] = within_parts(writing, parts)
        one = agreed.get(each.person.pk)
        people[each.person.pk] = Asked(
            sessions=(everybody & within[parts]) | has.get(each.person.pk, 0),
            in_room=in_room.get(each.person.pk, 0),
            one_to_ones=one_to_ones.get(each.person.pk, ()),
            writing=written[parts],
            agreed=one.minutes if one else None,
            travel=one.travel if one else None,
        )
    until = cohort.ends_on + timedelta(days=1)
    found = loads(gatherings, people, first_on=cohort.starts_on, until_on=until, travel=terms.travel)
    months = sorted({month.month for load in found.values() for month in load.months})
    return CohortLoad(
        cohort,
        tuple(months),
        tuple(Loaded(each, found[each.person.pk], agreed.get(each.person.pk)) for each in experts),
        terms,
    )


def _within(gatherings: Sequence[Gathering], parts: Sequence[Days]) -> int:
    """Give the gatherings on the days of somebody's parts as bits; those without a day are in every part."""
    return sum(
        1 << number
        for number, each in enumerate(gatherings)
        if (day := each.day) is None or any(days.holds_on(day) for days in parts)
    )


def _writing(terms: LoadTerms) -> dict[date, int]:
    if not terms.writing or terms.writing_from is None or terms.writing_to is None:
        return {}
    months, month = [], terms.writing_from
    while month <= terms.writing_to:
        months.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return spread(terms.writing, months)
