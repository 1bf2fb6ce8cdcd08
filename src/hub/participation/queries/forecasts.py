"""How the commitments of cohorts stand for each Expert, by the released schedule: in one pass, in constant queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from hub.core.booking import BookingState
from hub.core.calendar import day_in, instant
from hub.core.claims import ClaimState
from hub.core.commitments import (
    Forecast,
    Gathering,
    Marks,
    Override,
    Promise,
    Standing,
    Things,
    Verdict,
    Which,
    Window,
    forecast_many,
    marks_of,
)
from hub.core.commitments.reckon import SOON
from hub.core.occurrence import Occurrence, SessionState
from hub.core.taking_part import Days
from hub.core.veil import Veil
from hub.participation.models import (
    Attendance,
    Booking,
    BookingTerms,
    CatchUp,
    Commitment,
    CommitmentOverride,
    Excusal,
    Made,
)
from hub.participation.models.promises import override_of, promise_of
from hub.participation.queries.gatherings import closed_registers, key_of, released_gatherings
from hub.people.models import Person
from hub.people.queries import ExpertOf, cohorts_as_expert, experts_of
from hub.people.queries.veils import veils_for
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_by_key, cohorts_of
from hub.schedule.queries.told import released_all_of

AFTER = timedelta(days=30)  # a cohort that is over is still asked about: catch-ups and case studies come in late
_MORNING = time(9)
_GRAVE = (Verdict.LOST, Verdict.AT_RISK, Verdict.POSSIBLE, Verdict.EARNED)


@dataclass(frozen=True, slots=True)
class Participant:
    """An Expert of a cohort: how each commitment stands for them, in order, and what is written down of them as bits."""

    expert: ExpertOf
    forecasts: tuple[Forecast, ...]
    marks: Marks
    booked: frozenset[int]  # of the sessions that give out places, those they have one in

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.expert.person

    @property
    def asked(self) -> int:
        """The sessions a commitment asks of them, as bits."""
        asked = 0
        for each in self.forecasts:
            asked |= each.asks
        return asked

    @property
    def verdict(self) -> Verdict | None:
        """The gravest of the verdicts; None where nothing is asked."""
        found = {each.verdict for each in self.forecasts}
        return next((each for each in _GRAVE if each in found), None)

    @property
    def is_at_risk(self) -> bool:
        """Whether a commitment is at risk now."""
        return any(each.verdict is Verdict.AT_RISK for each in self.forecasts)

    @property
    def has_lost(self) -> bool:
        """Whether a commitment is out of reach."""
        return any(each.verdict is Verdict.LOST for each in self.forecasts)


@dataclass(frozen=True)
class CohortForecast:
    """A cohort at a moment: its commitments, its released sessions, and how each Expert stands."""

    cohort: Cohort
    at: datetime
    commitments: tuple[Commitment, ...]
    promises: tuple[Promise, ...]
    gatherings: tuple[Gathering, ...]
    occurrences: Mapping[int, Occurrence]
    closed: Mapping[int, datetime]  # sessions whose register is closed, and since when
    places: frozenset[int]  # keys of the sessions that give out places
    participants: tuple[Participant, ...]
    overrides: Mapping[tuple[int, str], CommitmentOverride]
    made: Mapping[tuple[int, str], int]

    @cached_property
    def columns(self) -> tuple[tuple[int, Gathering], ...]:
        """The sessions people meet at and that are on, each with its place among all gatherings."""
        return tuple(
            (number, each)
            for number, each in enumerate(self.gatherings)
            if each.kind.is_gathering and each.state is not SessionState.CANCELLED
        )

    @cached_property
    def _untold(self) -> tuple[Standing, ...]:
        """How somebody stands of whom nothing is written down, for each of the columns."""
        return tuple(
            Standing.TO_COME if not each.is_over(self.at) else Standing.MISSED if each.has_register else Standing.UNKNOWN
            for _, each in self.columns
        )

    def cells(self, one: Participant) -> tuple[Standing | None, ...]:
        """Say how an Expert stands to each of the columns; None where nothing is asked of them.

        That is where they are not there yet, or any more, or took no place, and no commitment asks for the session. One that
        does asks for it with a place or without.
        """
        marks, asked, part = one.marks, one.asked, _part(self.cohort, one.expert)
        came, caught, let_off, missed = marks.came, marks.caught_up, marks.excused, marks.missed
        cells: list[Standing | None] = []
        for (number, each), untold in zip(self.columns, self._untold, strict=True):
            bit = 1 << number
            if came & bit:
                cells.append(Standing.CAME)
            elif caught & bit:
                cells.append(Standing.CAUGHT_UP)
            elif let_off & bit:
                cells.append(Standing.EXCUSED)
            elif missed & bit:
                cells.append(Standing.MISSED)
            elif asked & bit:
                cells.append(untold)
            elif (each.id in self.places and each.id not in one.booked) or part.leaves_out(each.day):
                cells.append(None)
            else:
                cells.append(untold)
        return tuple(cells)

    def asked_by(self, one: Participant, forecast: Forecast) -> Iterator[tuple[Gathering, Standing]]:
        """Yield the sessions one of their commitments asks of an Expert, with how they stand to each."""
        for (number, each), standing in zip(self.columns, self.cells(one), strict=True):
            if standing is not None and forecast.asks >> number & 1:
                yield each, standing

    def risked_at(self, one: Participant, forecast: Forecast) -> datetime | None:
        """Give the moment a commitment came at risk: when the last session missed was written down, or a thing is due soon."""
        if forecast.verdict is not Verdict.AT_RISK:
            return None
        if isinstance(forecast.promise.of, Things):
            due = forecast.last_on
            return None if due is None else instant(due + timedelta(days=1) - SOON, _MORNING, self.cohort.zone)
        missed = (Standing.MISSED, Standing.CAUGHT_UP)
        moments = [
            self.closed.get(each.id) or each.over_at for each, standing in self.asked_by(one, forecast) if standing in missed
        ]
        return max((each for each in moments if each is not None), default=None)

    def one(self, person: int) -> Participant | None:
        """Give one Expert."""
        return next((each for each in self.participants if each.person.pk == person), None)

    @property
    def at_risk(self) -> tuple[Participant, ...]:
        """Those for whom a commitment is at risk."""
        return tuple(each for each in self.participants if each.is_at_risk)

    @property
    def lost(self) -> tuple[Participant, ...]:
        """Those for whom a commitment is out of reach."""
        return tuple(each for each in self.participants if each.has_lost)


@dataclass(frozen=True, slots=True)
class _Part:
    """From which day and until which an Expert takes part in a cohort, where that is not all of it, and when they were away."""

    starts_on: date | None
    ends_on: date | None
    away: tuple[Days, ...]

    def leaves_out(self, day: date | None) -> bool:
        """Whether they are no Expert of the cohort on a day."""
        if day is None:
            return False
        is_before = self.starts_on is not None and day < self.starts_on
        return is_before or (self.ends_on is not None and day >= self.ends_on) or any(each.holds_on(day) for each in self.away)


def _part(cohort: Cohort, expert: ExpertOf) -> _Part:
    return _Part(
        expert.starts_on if expert.starts_on > cohort.starts_on else None,
        expert.ends_on if expert.ends_on is not None and expert.ends_on < cohort.ends_on else None,
        tuple(each for each in expert.away if not each.is_over(cohort.starts_on)),
    )


def days_of(cohort: Cohort) -> Window:
    """Give the days of a cohort, which a commitment has that says none: to the end of its last day in its own zone."""
    return Window(first_on=cohort.starts_on, until_on=cohort.ends_on + timedelta(days=1), zone=cohort.zone)


def ended_on(cohort: Cohort, expert: ExpertOf) -> date:
    """Give the day somebody's part in a cohort ends: the cohort's last, or that of their role where it is earlier."""
    return min(cohort.ends_on, expert.ends_on or cohort.ends_on)


def forecast_of(cohort: Cohort, *, people: Collection[int] | None = None, at: datetime) -> CohortForecast:
    """Say how the commitments of a cohort stand, for all of its Experts or some. Twelve queries at any size."""
    return forecasts_of([cohort], people=people, at=at)[0]


def forecasts_of(cohorts: Sequence[Cohort], *, people: Collection[int] | None = None, at: datetime) -> list[CohortForecast]:
    """Say how the commitments of some cohorts stand at an aware moment. Twelve queries, however many there are.

    The newest release counts, not the draft. Somebody whose part begins after their cohort, or ends before it, is asked only
    for what lies within, unless the team said other days; somebody who left and came back for nothing between. `people` keeps
    only some.
    """
    keys = [cohort.pk for cohort in cohorts]
    if not keys:
        return []
    experts = experts_of(keys, people=people, with_past=True, at=at)
    released = released_all_of(keys)
    closed = closed_registers(released)
    commitments: dict[int, list[Commitment]] = {key: [] for key in keys}
    for row in Commitment.objects.filter(cohort__in=keys).order_by("cohort", "position", "pk"):
        commitments[row.cohort_id].append(row)
    home = {key_of(each): cohort for cohort, rows in released.items() for each in rows}
    written = _by_cohort(_written(keys, people), home, keys)
    overrides = _overrides(keys, people)
    made: dict[int, dict[tuple[int, str], int]] = {key: {} for key in keys}
    rows_made = Made.objects.filter(cohort__in=keys)
    for cohort, person, key, number in _only(rows_made, people).values_list("cohort", "person", "key", "number"):
        made[cohort][person, key] = number
    places = set(BookingTerms.objects.filter(session__cohort__in=keys).values_list("session", flat=True))
    booked: dict[int, set[int]] = {}
    if places:
        has = Booking.objects.filter(session__in=places, state=BookingState.BOOKED.value)
        for person, session in _only(has, people).values_list("person", "session"):
            booked.setdefault(person, set()).add(session)
    return [
        _forecast(
            cohort,
            commitments[cohort.pk],
            released_gatherings(released[cohort.pk], closed[cohort.pk]),
            {key_of(each): each.occurrence for each in released[cohort.pk]},
            closed[cohort.pk],
            experts[cohort.pk],
            written[cohort.pk],
            overrides[cohort.pk],
            made[cohort.pk],
            frozenset(places),
            booked,
            at,
        )
        for cohort in cohorts
    ]


def _forecast(
    cohort: Cohort,
    rows: list[Commitment],
    gatherings: tuple[Gathering, ...],
    occurrences: Mapping[int, Occurrence],
    closed: Mapping[int, datetime],
    experts: list[ExpertOf],
    written: Iterable[tuple[int, int, Standing]],
    own: dict[tuple[int, str], CommitmentOverride],
    things: dict[tuple[int, str], int],
    places: frozenset[int],
    booked: Mapping[int, set[int]],
    at: datetime,
) -> CohortForecast:
    promises = tuple(promise_of(row, cohort.zone) for row in rows)
    marks = marks_of([each.person.pk for each in experts], gatherings, written)
    differs = _differs(cohort, promises, experts, own)
    made = {
        (person, row.key): number for row in rows if row.things for (person, key), number in things.items() if key == row.things
    }
    told = forecast_many(promises, gatherings, marks, at=at, overrides=differs, made=made, cohort=days_of(cohort))
    nowhere: frozenset[int] = frozenset()
    participants = tuple(
        Participant(
            each,
            told[each.person.pk],
            marks[each.person.pk],
            frozenset(booked[each.person.pk]) if each.person.pk in booked else nowhere,
        )
        for each in experts
    )
    return CohortForecast(cohort, at, tuple(rows), promises, gatherings, occurrences, closed, places, participants, own, things)


def _differs(
    cohort: Cohort, promises: Sequence[Promise], experts: Iterable[ExpertOf], own: Mapping[tuple[int, str], CommitmentOverride]
) -> dict[tuple[int, str], Override]:
    """Give what differs for single Experts: what the team said, and where it said nothing, the days of their role."""
    differs = {key: override_of(row) for key, row in own.items()}
    for each in experts:
        part = _part(cohort, each)
        if part.starts_on or part.ends_on or part.away:
            for promise in promises:
                known = differs.get((each.person.pk, promise.key), Override())
                differs[each.person.pk, promise.key] = replace(
                    known,
                    starts_on=known.starts_on or part.starts_on,
                    ends_on=known.ends_on or part.ends_on,
                    away=part.away,
                )
    return differs


def asked_to_come(cohort: Cohort, gathering: Gathering, experts: Sequence[ExpertOf], *, at: datetime) -> frozenset[int]:
    """Give the keys of those of some Experts of a cohort of whom a commitment asks one session. Two queries at most."""
    rows = Commitment.objects.filter(cohort=cohort)
    promises = [each for each in (promise_of(row, cohort.zone) for row in rows) if _is_about(each, gathering)]
    if not promises:
        return frozenset()
    differs = _differs(cohort, promises, experts, _overrides([cohort.pk], None)[cohort.pk])
    nothing = {each.person.pk: Marks() for each in experts}
    told = forecast_many(promises, [gathering], nothing, at=at, overrides=differs, cohort=days_of(cohort))
    return frozenset(person for person, forecasts in told.items() if any(each.asks for each in forecasts))


def _is_about(promise: Promise, gathering: Gathering) -> bool:
    return isinstance(promise.of, Which) and promise.of.holds(gathering)


def _only(rows: QuerySet[Any, Any], people: Collection[int] | None) -> QuerySet[Any, Any]:
    return rows if people is None else rows.filter(person__in=list(people))


def _written(keys: list[int], people: Collection[int] | None) -> Iterator[tuple[int, int, Standing]]:
    """Yield person, session and standing of all that is written down. Three queries."""
    for model, standing in ((CatchUp, Standing.CAUGHT_UP), (Excusal, Standing.EXCUSED)):
        rows = model.objects.filter(session__cohort__in=keys, state=ClaimState.ACCEPTED.value)
        for person, session in _only(rows, people).values_list("person", "session"):
            yield person, session, standing
    said = {True: Standing.CAME, False: Standing.MISSED}
    marks = _only(Attendance.objects.filter(session__cohort__in=keys), people)
    for person, session, came in marks.values_list("person", "session", "came").iterator(chunk_size=20_000):
        yield person, session, said[came]


def _by_cohort(
    written: Iterable[tuple[int, int, Standing]], home: Mapping[int, int], keys: list[int]
) -> dict[int, Iterable[tuple[int, int, Standing]]]:
    if len(keys) == 1:
        return {keys[0]: written}
    found: dict[int, list[tuple[int, int, Standing]]] = {key: [] for key in keys}
    for row in written:
        if (cohort := home.get(row[1])) is not None:
            found[cohort].append(row)
    return dict(found)


def _overrides(keys: list[int], people: Collection[int] | None) -> dict[int, dict[tuple[int, str], CommitmentOverride]]:
    found: dict[int, dict[tuple[int, str], CommitmentOverride]] = {key: {} for key in keys}
    rows = _only(CommitmentOverride.objects.filter(commitment__cohort__in=keys), people)
    for row in rows.select_related("commitment"):
        found[row.commitment.cohort_id][row.person_id, row.commitment.key] = row
    return found


def cohorts_asked(programme: Programme, *, at: datetime) -> list[Cohort]:
    """Give the cohorts of a programme whose commitments are worth looking at now: begun, and not long over. One query."""
    return [each for each in cohorts_of(programme) if _is_asked(each, at)]


def _is_asked(cohort: Cohort, at: datetime) -> bool:
    return cohort.starts_on <= day_in(at, cohort.zone) <= cohort.ends_on + AFTER


def is_over(cohort: Cohort, *, at: datetime) -> bool:
    """Say whether a cohort is so long over that nothing of its sessions is asked about any more."""
    return day_in(at, cohort.zone) > cohort.ends_on + AFTER


@dataclass(frozen=True, slots=True)
class Mine:
    """One's own commitments in a cohort, with what one asked of the team about sessions."""

    told: CohortForecast
    me: Participant
    excusals: tuple[Excusal, ...]
    catch_ups: tuple[CatchUp, ...]

    @property
    def cohort(self) -> Cohort:
        """Of which cohort."""
        return self.told.cohort

    @property
    def pairs(self) -> list[tuple[Promise, Forecast]]:
        """Each commitment with how it stands."""
        return list(zip(self.told.promises, self.me.forecasts, strict=True))

    @property
    def sessions(self) -> list[tuple[Gathering, Occurrence, Standing]]:
        """The sessions asked of one, with how one stands to each; what can't be known of one left out."""
        cells = zip(self.told.columns, self.told.cells(self.me), strict=True)
        return [(each, self.told.occurrences[each.id], standing) for (_, each), standing in cells if standing is not None]

    @property
    def may_be_excused(self) -> list[tuple[Gathering, Occurrence]]:
        """The sessions one may ask to be excused from: those one was not at, and has not asked about."""
        asked = {row.session_id for row in self.excusals if row.state in (ClaimState.ASKED, ClaimState.ACCEPTED)}
        open_to = (Standing.TO_COME, Standing.UNKNOWN, Standing.MISSED)
        return [(g, o) for g, o, s in self.sessions if g.id > 0 and s in open_to and g.id not in asked]

    @property
    def may_be_caught_up(self) -> list[tuple[Gathering, Occurrence]]:
        """The sessions one may say one caught up on: over, not come to, and a commitment allows it."""
        asked = {row.session_id for row in self.catch_ups if row.state in (ClaimState.ASKED, ClaimState.ACCEPTED)}
        allowing = [each.of for each in self.told.promises if each.is_catch_up_allowed and isinstance(each.of, Which)]
        return [
            (g, o)
            for g, o, s in self.sessions
            if g.id > 0
            and s in (Standing.MISSED, Standing.UNKNOWN)
            and g.id not in asked
            and any(which.holds(g) for which in allowing)
        ]


def mine_of(person: Person, *, at: datetime, with_past: bool = False) -> list[Mine]:
    """Give one's own commitments in each cohort one is an Expert of, the newest first, as one may read them.

    Who takes no part in it any more (`with_past`) reads names as the public has them. Eighteen queries at any size.
    """
    cohorts = list(cohorts_by_key(cohorts_as_expert(person, with_past=with_past, at=at)))
    told = forecasts_of(cohorts, people=[person.pk], at=at)
    excusals = claims_of(Excusal, [person.pk], [cohort.pk for cohort in cohorts]) if cohorts else []
    catch_ups = claims_of(CatchUp, [person.pk], [cohort.pk for cohort in cohorts]) if cohorts else []
    found = []
    drawn = veils_for(person, cohorts, at=at) if with_past else {}
    for forecast in told:
        key = forecast.cohort.pk
        each = _drawn(forecast, [row for row in (*excusals, *catch_ups) if row.session.cohort_id == key], drawn.get(key))
        me = each.one(person.pk)
        if me is not None:
            found.append(
                Mine(
                    each,
                    me,
                    tuple(row for row in excusals if row.session.cohort_id == key),
                    tuple(row for row in catch_ups if row.session.cohort_id == key),
                )
            )
    return found


def _drawn(told: CohortForecast, claims: Iterable[Excusal | CatchUp], veil: Veil | None) -> CohortForecast:
    """Give the sessions of a cohort with the veil over them, and draw it over those of one's claims: to be read, not saved."""
    if not veil:
        return told
    for row in claims:
        row.session.title, row.session.topic = veil.text(row.session.title), veil.text(row.session.topic)
    return replace(told, occurrences={key: veil.occurrence(it) for key, it in told.occurrences.items()})


def card_of(person: Person, *, at: datetime) -> list[Mine]:
    """Give what the card on "What is next" shows: the cohorts that run, where something is asked of the person."""
    return [each for each in mine_of(person, at=at) if each.told.promises and _is_asked(each.cohort, at)]


def claims_of(model: type, people: Collection[int], cohorts: Collection[int]) -> list:  # type: ignore[type-arg]
    """Give the excusals or catch-ups of some people in some cohorts, newest first. One query."""
    rows = model.objects.filter(person__in=list(people), session__cohort__in=list(cohorts))  # type: ignore[attr-defined]
    return list(rows.select_related("session", "person", "decided_by").order_by("-asked_at", "pk"))


def claims_asked(cohort: Cohort) -> tuple[list[Excusal], list[CatchUp]]:
    """Give what waits for the team's yes or no, longest waiting first. Two queries."""
    excusals = Excusal.objects.filter(session__cohort=cohort, state=ClaimState.ASKED.value)
    catch_ups = CatchUp.objects.filter(session__cohort=cohort, state=ClaimState.ASKED.value)
    both = [
        rows.select_related("session__cohort__programme", "person").order_by("asked_at", "pk") for rows in (excusals, catch_ups)
    ]
    return list(both[0]), list(both[1])
