"""Read what placing everybody is about: who seeks a 1:1, which slots are open, what people wished, and what is proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hub.core.availability import Busy
from hub.core.calendar import day_in, say_instant
from hub.core.matching import (
    MOST_WANTED,
    BadMatching,
    Opening,
    Placement,
    Problem,
    Score,
    Seeker,
    Solution,
    Unplaced,
    by_day,
    preferences,
    score,
    solution,
)
from hub.core.onetoones import Fairness, Left, Wishes, fairness, likes
from hub.kit.home import beginning_of
from hub.participation.models import Preference, Proposal, ProposedOneToOne, SuitingTime
from hub.participation.queries.onetoones import (
    SEEN_AHEAD,
    Offer,
    apart_in,
    availabilities_for,
    free_slots,
    lefts_of,
    lefts_of_many,
    sessions_of_people,
    taken_of,
)
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.programmes.models import Cohort

MOST_OPENINGS = 1000
_SHORT = 15  # minutes: who has no more left than that seeks nothing


@dataclass(frozen=True, slots=True)
class Field:
    """All that placing a cohort's Experts is about: the problem, what its keys stand for, and what was wished."""

    problem: Problem
    offers: Mapping[int, Offer]
    experts: Mapping[int, Person]
    wishes: Mapping[int, Wishes]
    lefts: Mapping[int, Left]

    @property
    def size(self) -> int:
        """Experts × slots."""
        return len(self.problem.seekers) * len(self.problem.openings)

    def key_of(self, availability: int, starts_at: datetime) -> int | None:
        """Give the key of a slot that is open, None for one that is not any more."""
        for key, offer in self.offers.items():
            if offer.availability.pk == availability and offer.slot.starts_at == starts_at:
                return key
        return None


def field_of(cohort: Cohort, *, at: datetime) -> Field:
    """Give what there is to place in a cohort at a moment: its Experts who have something left, and the coaches' free slots.

    Where slots are of several lengths, an Expert is given as many as the quota leaves of the longest, so never too much. They
    are busy in their sessions as released, and in their booked 1:1s; their days go by their own clock, or by the cohort's where
    they chose none. As many queries for many as for few.
    """
    rows = availabilities_for(cohort)
    offers = dict(enumerate(free_slots(rows, at=at, until=at + SEEN_AHEAD)[:MOST_OPENINGS]))
    openings = tuple(
        Opening(key=key, coach=each.slot.coach, starts_at=each.slot.starts_at, ends_at=each.slot.ends_at)
        for key, each in offers.items()
    )
    parts = experts_of([cohort], at=at)[cohort.pk]
    experts = {each.person.pk: each.person for each in parts}
    until = {each.person.pk: beginning_of(each.ends_on) for each in parts if each.ends_on}
    wishes, lefts, apart = wishes_of(cohort), lefts_of(cohort, experts), apart_in(cohort)
    sessions = sessions_of_people(list(experts), [cohort.programme], at=at)
    taken = taken_of(list(experts), since=at - timedelta(days=2))
    seekers = []
    for key, person in experts.items():
        ends = until.get(key)
        fitting = [each for each in openings if _fits(each, lefts[key]) and (ends is None or each.starts_at < ends)]
        longest = max((_minutes(each) for each in fitting), default=0)
        wanted = min(lefts[key].wanted(longest), MOST_WANTED) if longest else lefts[key].wanted(_SHORT)
        if wanted:
            seekers.append(
                Seeker(
                    key=key,
                    name=str(person),
                    likes=likes(wishes.get(key, Wishes()), fitting),
                    wanted=wanted,
                    until=until.get(key),
                    busy=(*sessions[key], *taken[key]),
                    not_with=apart.get(key, frozenset()) | {key},
                    zone=(zone := person.zone or cohort.zone),
                    days=frozenset(day_in(each.starts_at, zone) for each in taken[key]),
                )
            )
    return Field(Problem(seekers=tuple(seekers), openings=openings), offers, experts, wishes, lefts)


def _minutes(opening: Opening) -> int:
    return int((opening.ends_at - opening.starts_at).total_seconds()) // 60


def _fits(opening: Opening, left: Left) -> bool:
    return left.quota.minutes is None or left.minutes + _minutes(opening) <= left.quota.minutes


def with_pinned(field: Field, pinned: Collection[Placement]) -> Problem:
    """Give the problem that is left when some placings are kept: their slots are taken, their Experts busy then.

    A kept 1:1 counts for its day as one that is booked.
    """
    if not pinned:
        return field.problem
    openings = {each.key: each for each in field.problem.openings}
    mine: dict[int, list[Opening]] = {}
    for each in pinned:
        mine.setdefault(each.seeker, []).append(openings[each.opening])
    kept = [openings[each.opening] for each in pinned]
    left = tuple(
        each
        for each in field.problem.openings
        if not any(
            other.coach == each.coach and other.starts_at < each.ends_at and each.starts_at < other.ends_at for other in kept
        )
    )
    there = {each.key for each in left}
    seekers = []
    for seeker in field.problem.seekers:
        theirs = mine.get(seeker.key, [])
        if seeker.wanted > len(theirs):
            busy = tuple(Busy(starts_at=each.starts_at, ends_at=each.ends_at) for each in theirs)
            seekers.append(
                replace(
                    seeker,
                    likes={key: value for key, value in seeker.likes.items() if key in there},
                    wanted=seeker.wanted - len(theirs),
                    busy=(*seeker.busy, *busy),
                    days=seeker.days | by_day(seeker, theirs).keys(),
                )
            )
    return Problem(seekers=tuple(seekers), openings=left)


def wishes_of(cohort: Cohort) -> dict[int, Wishes]:
    """Give what the Experts of a cohort wished; who said nothing is left out. Two queries."""
    coaches: dict[int, list[int]] = {}
    for expert, coach in Preference.objects.filter(cohort=cohort).order_by("rank", "pk").values_list("expert", "coach"):
        coaches.setdefault(expert, []).append(coach)
    times: dict[int, set[datetime]] = {}
    for expert, starts_at in SuitingTime.objects.filter(cohort=cohort).values_list("expert", "starts_at"):
        times.setdefault(expert, set()).add(starts_at)
    return {key: Wishes(tuple(coaches.get(key, ())), frozenset(times.get(key, ()))) for key in {*coaches, *times}}


# -- what is proposed


@dataclass(frozen=True, slots=True)
class Placed:
    """One Expert in one slot of a proposal: the coach, when, and how much the Expert likes it, from 0 to 100."""

    row: ProposedOneToOne
    offer: Offer
    liked: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A row of a proposal that can't stand any more, and why, in a sentence that names whom."""

    row: ProposedOneToOne
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a proposal stands now: who is where, who is not and why, how good and fair it is, and what no longer holds.

    `crowded` says in words who has more than one 1:1 on a day.
    """

    proposal: Proposal
    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    score: Score | None
    crowded: tuple[str, ...]
    fairness: Fairness
    gone: tuple[Gone, ...]
    trouble: str


def proposal_of(cohort: Cohort) -> Proposal | None:
    """Give the proposal a cohort's team looks at. One query."""
    return Proposal.objects.filter(cohort=cohort).select_related("cohort__programme").first()


def proposal_by(pk: int) -> Proposal | None:
    """Give a proposal by its key. One query."""
    return Proposal.objects.filter(pk=pk).select_related("cohort__programme").first()


def placings_of(proposal: Proposal) -> list[ProposedOneToOne]:
    """Give the placings of a proposal, by when they begin. One query."""
    rows = proposal.placings.select_related("expert", "availability__coach")
    return list(rows.order_by("starts_at", "expert__plain_name", "pk"))


def standing_of(proposal: Proposal, field: Field) -> Standing:
    """Hold a proposal against how things are now. One query."""
    placements, gone = each_alone(placings_of(proposal), field)
    liked = preferences(field.problem)
    placed = tuple(
        Placed(row, field.offers[each.opening], liked[each.seeker].get(each.opening, 0)) for row, each in placements.items()
    )
    trouble = ""
    solved: Solution | None = None
    try:
        solved = solution(field.problem, placements.values())
    except BadMatching as no:
        trouble = no.sentence
    if gone:
        trouble = trouble or "Something changed since, so not all of this can stand. Place again: what can’t stand is let go."
    fair = fairness([(row.expert_id, row.availability.coach_id) for row in placements], field.wishes)
    return Standing(
        proposal,
        placed,
        solved.unplaced if solved else (),
        solved.score if solved else None,
        solved.crowded if solved else (),
        fair,
        tuple(gone),
        trouble,
    )


def each_alone(rows: Iterable[ProposedOneToOne], field: Field) -> tuple[dict[ProposedOneToOne, Placement], list[Gone]]:
    """Part rows of a proposal into those that can stand, each taken alone, and those that can't any more."""
    keys = {(each.availability.pk, each.slot.starts_at): key for key, each in field.offers.items()}
    seekers = {each.key for each in field.problem.seekers}
    placements: dict[ProposedOneToOne, Placement] = {}
    gone: list[Gone] = []
    for row in rows:
        key = keys.get((row.availability_id, row.starts_at))
        if row.expert_id not in seekers:
            gone.append(Gone(row, seeks_no_more(row.expert, field)))
        elif key is None:
            gone.append(Gone(row, f"{_said(row)} is no longer free."))
        else:
            placements[row] = Placement(row.expert_id, key)
    return placements, gone


def all_together(rows: Iterable[ProposedOneToOne], field: Field) -> tuple[dict[ProposedOneToOne, Placement], list[Gone]]:
    """Part rows of a proposal into those that can stand beside each other, the earlier first, and those that can't any more."""
    placements, gone = each_alone(rows, field)
    experts, slots = {each.seeker for each in placements.values()}, {each.opening for each in placements.values()}
    problem = replace(  # what else there is decides nothing here
        field.problem,
        seekers=tuple(each for each in field.problem.seekers if each.key in experts),
        openings=tuple(each for each in field.problem.openings if each.key in slots),
    )
    try:
        score(problem, placements.values())
    except BadMatching:
        kept: dict[ProposedOneToOne, Placement] = {}
        for row, each in placements.items():
            try:
                score(problem, [*kept.values(), each])
            except BadMatching as no:
                gone.append(Gone(row, f"{_said(row)} can’t stand: {no.sentence}"))
            else:
                kept[row] = each
        return kept, gone
    return placements, gone


def seeks_no_more(expert: Person, field: Field) -> str:
    """Say why an Expert is not among those to be placed."""
    if expert.pk not in field.experts:
        return f"{expert} takes no part in the cohort any more."
    return f"{expert} has nothing left of the quota."


def _said(row: ProposedOneToOne) -> str:
    return f"{row.expert} on {say_instant(row.starts_at, row.availability.zone)}"


def unplaced_now(cohorts: Collection[Cohort], *, at: datetime) -> dict[int, list[Person]]:
    """Give, by cohort, the Experts who have no 1:1 yet, booked or held, though their quota leaves one. By name; few queries."""
    experts = experts_of(list(cohorts), at=at)
    lefts = lefts_of_many({cohort: [each.person.pk for each in people] for cohort, people in experts.items()})
    return {
        cohort: [each.person for each in people if (left := lefts[cohort][each.person.pk]).count == 0 and left.wanted(1)]
        for cohort, people in experts.items()
    }
