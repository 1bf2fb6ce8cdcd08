"""Read when coaches are there, what Experts may still book, and their 1:1s. Queries do not grow with people or slots."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from hub.core import load
from hub.core.availability import Busy, Quota, Slot, slots
from hub.core.calendar import day_in
from hub.core.occurrence import SessionState
from hub.core.onetoones import USUAL_QUOTA, Left, OneToOneState
from hub.participation.models import (
    Apart,
    Availability,
    AvailabilityException,
    AvailabilityRule,
    CoachingTerms,
    OneToOne,
    OneToOneNote,
)
from hub.participation.models import Quota as QuotaRow
from hub.participation.models.onetoones import AvailabilityQuerySet, availability_of
from hub.participation.permissions import coaches_on, coaching_parts, has_one_to_ones_on
from hub.people.models import FELLOWS, Person, day_of
from hub.people.queries import cohorts_as_expert, experts_of, parts_ever_in, programmes_of, roles_of
from hub.people.queries.reached import parts_in
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of_all
from hub.schedule.coming import comers
from hub.schedule.queries.told import released_sessions

SEEN_AHEAD = timedelta(weeks=26)
_NEAR = timedelta(days=2)  # before a moment, what may still go on then


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot of a coach, and the availability it comes from."""

    availability: Availability
    slot: Slot


# -- when coaches are there


def _availabilities() -> AvailabilityQuerySet:
    rules = AvailabilityRule.objects.order_by("first_on", "weekday", "start", "pk")
    exceptions = AvailabilityException.objects.order_by("on", "start", "pk")
    found = Availability.objects.filter(coach__erased_at__isnull=True).select_related("coach", "programme", "cohort__programme")
    return found.prefetch_related(Prefetch("rules", queryset=rules), Prefetch("exceptions", queryset=exceptions))


def availabilities_for(cohort: Cohort) -> list[Availability]:
    """Give when coaches are there for a cohort, those for its whole programme with it, by name; who offers no time is left out.

    Three queries.
    """
    theirs = Q(cohort=cohort) | Q(cohort__isnull=True, programme=cohort.programme_id)
    return list(_availabilities().with_times().filter(theirs).order_by("coach__plain_name", "pk"))


def availabilities_of(coach: Person) -> list[Availability]:
    """Give all a coach says of when they are there. Three queries."""
    return list(_availabilities().filter(coach=coach).order_by("programme", "cohort__starts_on", "pk"))


def availability_at(coach: Person, programme: Programme, cohort: Cohort | None) -> Availability | None:
    """Give what a coach says for a cohort, or for a whole programme. Three queries."""
    return _availabilities().filter(coach=coach, programme=programme, cohort=cohort).first()


def availability_by(pk: int) -> Availability | None:
    """Give an availability with rules and exceptions. Three queries."""
    return _availabilities().filter(pk=pk).first()


def places_to_coach(person: Person, *, at: datetime) -> list[tuple[Programme, Cohort | None]]:
    """Give the programmes and cohorts somebody may coach in, now or soon. Two queries."""
    found: dict[tuple[int, int], tuple[Programme, Cohort | None]] = {}
    parts = list(coaching_parts(person, at=at).select_related("programme", "cohort"))
    whole = {role.programme_id: role.programme for role in parts if role.cohort_id is None}
    for role in parts:
        if role.cohort is not None and role.cohort.ends_on >= at.date():
            found[role.programme_id, role.cohort.pk] = (role.programme, role.cohort)
    for cohort in cohorts_of_all(whole.values()) if whole else ():
        if cohort.ends_on >= at.date():
            found[cohort.programme_id, cohort.pk] = (whole[cohort.programme_id], cohort)
    found |= {(key, 0): (programme, None) for key, programme in whole.items()}
    return [found[key] for key in sorted(found)]


# -- what is taken


def taken_of(people: Collection[int], *, since: datetime) -> dict[int, list[Busy]]:
    """Give the booked 1:1s of some people that end after a moment, as coach or as Expert. One query."""
    taken: dict[int, list[Busy]] = {key: [] for key in people}
    rows = OneToOne.objects.booked().filter(Q(coach__in=people) | Q(expert__in=people), ends_at__gt=since)
    for coach, expert, starts, ends in rows.values_list("coach", "expert", "starts_at", "ends_at"):
        for key in {coach, expert} & taken.keys():
            taken[key].append(Busy(starts_at=starts, ends_at=ends, title="another 1:1"))
    return taken


def sessions_of_people(people: Collection[int], programmes: Iterable[Programme], *, at: datetime) -> dict[int, list[Busy]]:
    """Give the sessions some people take part in, as released, that are not over: those of their cohorts, and what they booked.

    As many queries for each programme, however many people.
    """
    busy: dict[int, list[Busy]] = {key: [] for key in people}
    for programme in programmes:
        told = [
            each
            for each in released_sessions(programme, since=at - 2 * _NEAR)
            if each.occurrence.ends_at is not None
            and each.occurrence.ends_at > at - _NEAR
            and each.occurrence.state is not SessionState.CANCELLED
            and each.occurrence.kind.is_gathering
        ]
        if not told:
            continue
        come = comers(programme, at=at)
        members: dict[int, set[int]] = {}
        for person, kind, cohort in parts_in(programme, at=at):
            if kind in FELLOWS and cohort is not None:
                members.setdefault(cohort, set()).add(person)
        for key, experts in experts_of({each.cohort.pk for each in told}, people=people, at=at).items():
            members.setdefault(key, set()).update(each.person.pk for each in experts)
        for each in told:
            starts, ends = each.occurrence.starts_at, each.occurrence.ends_at
            assert starts is not None
            assert ends is not None
            there = come.get(each.occurrence.uid)
            for key in (members.get(each.cohort.pk, set()) if there is None else there) & busy.keys():
                busy[key].append(Busy(starts_at=starts, ends_at=ends, title=each.occurrence.say_title))
    return busy


def busy_of(person: Person, *, at: datetime) -> list[Busy]:
    """Give the sessions somebody takes part in, in every programme they have a part in; their 1:1s are not among them."""
    return sessions_of_people([person.pk], programmes_of(person, at=at), at=at)[person.pk]


# -- what an Expert may have


def coaching_terms(cohort: Cohort) -> CoachingTerms:
    """Give how a cohort does 1:1s; the usual where nobody said. Not saved then. One query."""
    found = CoachingTerms.objects.filter(cohort=cohort).first()
    return found or CoachingTerms(cohort=cohort, count=USUAL_QUOTA.count, minutes=USUAL_QUOTA.minutes)


def lefts_of(cohort: Cohort, experts: Collection[int]) -> dict[int, Left]:
    """Give what is left of the quota of some Experts in a cohort. Three queries."""
    return lefts_of_many({cohort.pk: experts})[cohort.pk]


def lefts_of_many(experts: Mapping[int, Collection[int]]) -> dict[int, dict[int, Left]]:
    """Give what is left of the quota of some Experts in each of some cohorts, by the keys of both. Three queries."""
    usual = {
        row.cohort_id: Quota(count=row.count, minutes=row.minutes) for row in CoachingTerms.objects.filter(cohort__in=experts)
    }
    own = {
        (row.cohort_id, row.expert_id): Quota(count=row.count, minutes=row.minutes)
        for row in QuotaRow.objects.filter(cohort__in=experts)
    }
    had = {(cohort, key): [0, 0] for cohort, keys in experts.items() for key in keys}
    for row in OneToOne.objects.counted().filter(cohort__in=experts):
        if (so_far := had.get((row.cohort_id, row.expert_id))) is not None:
            so_far[0] += 1
            so_far[1] += row.minutes
    return {
        cohort: {key: Left(own.get((cohort, key), usual.get(cohort, USUAL_QUOTA)), *had[cohort, key]) for key in keys}
        for cohort, keys in experts.items()
    }


def quota_for(cohort: Cohort, expert: Person) -> Quota:
    """Give the quota of an Expert in a cohort. Two queries at most."""
    row = QuotaRow.objects.filter(cohort=cohort, expert=expert).first() or coaching_terms(cohort)
    return Quota(count=row.count, minutes=row.minutes)


def counted_of(cohort: Cohort, expert: Person, *, but: OneToOne | None = None) -> list[Slot]:
    """Give the slots that count for an Expert's quota in a cohort. One query."""
    rows = OneToOne.objects.counted().filter(cohort=cohort, expert=expert)
    return [row.slot for row in (rows.exclude(pk=but.pk) if but is not None else rows)]


def apart_in(cohort: Cohort) -> dict[int, frozenset[int]]:
    """Give the coaches each Expert of a cohort must not have. One query."""
    found: dict[int, set[int]] = {}
    for expert, coach in Apart.objects.filter(cohort=cohort).values_list("expert", "coach"):
        found.setdefault(expert, set()).add(coach)
    return {expert: frozenset(coaches) for expert, coaches in found.items()}


def aparts_of(cohort: Cohort) -> list[Apart]:
    """Give who is kept apart in a cohort, with why: for its team. One query."""
    return list(Apart.objects.filter(cohort=cohort).select_related("expert", "coach").order_by("expert__plain_name", "pk"))


def free_slots(rows: Collection[Availability], *, at: datetime, until: datetime, with_notice: bool = True) -> list[Offer]:
    """Give the free slots of some availabilities that can still be booked in time, in order; of days the coach takes part on.

    Without notice, which the team need not keep, those that begin at once as well. One query, and one for each programme. A
    coach who says it twice, for a cohort and for its programme, offers a moment once, by what they say for the cohort.
    """
    parts = {key: parts_ever_in(key, people={row.coach_id for row in rows}) for key in {row.programme_id for row in rows}}
    taken = taken_of({row.coach_id for row in rows}, since=at - _NEAR)
    found: dict[tuple[int, datetime], Offer] = {}
    for row in sorted(rows, key=_first):
        begins = at + timedelta(hours=row.hours_to_book if with_notice else 0)
        for slot in slots(availability_of(row), from_=begins, until=until, taken=taken[row.coach_id]):
            if coaches_on(parts[row.programme_id].get(slot.coach, ()), row.cohort_id, day_of(slot.starts_at)):
                found.setdefault((slot.coach, slot.starts_at), Offer(row, slot))
    return sorted(found.values(), key=lambda each: (each.slot.starts_at, each.availability.coach.plain_name, each.slot.coach))


def _first(row: Availability) -> tuple[bool, int]:
    return row.cohort_id is None, row.pk


def availability_offering(coach: int, cohort: Cohort, starts_at: datetime) -> Availability | None:
    """Give by which of a coach's availabilities a cohort's Experts have a moment, taken or not, as `free_slots` does.

    None where there is none. Three queries.
    """
    for row in sorted((each for each in availabilities_for(cohort) if each.coach_id == coach), key=_first):
        until = starts_at + timedelta(minutes=row.minutes)
        if any(each.starts_at == starts_at for each in slots(availability_of(row), from_=starts_at, until=until)):
            return row
    return None


def offers_for(
    expert: Person, cohort: Cohort, *, at: datetime, coach: int | None = None, with_notice: bool = True
) -> list[Offer]:
    """Give the slots an Expert may book in a cohort: free, of a coach they may have, and not while they are elsewhere.

    Of days on which they take no part any more there are none.
    """
    apart = apart_in(cohort).get(expert.pk, frozenset())
    rows = [
        row
        for row in availabilities_for(cohort)
        if row.coach_id not in apart and row.coach_id != expert.pk and coach in (None, row.coach_id)
    ]
    if not rows:
        return []
    busy = [*busy_of(expert, at=at), *taken_of([expert.pk], since=at)[expert.pk]]
    parts = parts_ever_in(cohort.programme_id, people=[expert.pk]).get(expert.pk, ())
    found = free_slots(rows, at=at, until=at + SEEN_AHEAD, with_notice=with_notice)
    return [
        each
        for each in found
        if not _is_elsewhere(each.slot, busy) and has_one_to_ones_on(parts, cohort.pk, day_of(each.slot.starts_at))
    ]


def offers_to_move(one: OneToOne, *, at: datetime, with_notice: bool = True) -> list[Offer]:
    """Give the slots a 1:1 may be moved to: those of its coach that suit both, whether or not it was booked from the same."""
    return offers_for(one.expert, one.cohort, at=at, coach=one.coach_id, with_notice=with_notice)


def _is_elsewhere(slot: Slot, busy: Iterable[Busy]) -> bool:
    return any(each.starts_at < slot.ends_at and slot.starts_at < each.ends_at for each in busy)


# -- the 1:1s


def _one_to_ones() -> QuerySet[OneToOne]:
    return OneToOne.objects.select_related("coach", "expert", "cohort__programme", "availability")


def one_to_one_of(person: Person | None, pk: int) -> OneToOne | None:
    """Give a 1:1 to one of its two, and to nobody else. One query."""
    if person is None:
        return None
    return _one_to_ones().filter(Q(coach=person) | Q(expert=person), pk=pk).first()


def one_to_one_seen_by(person: Person | None, pk: int, *, at: datetime) -> OneToOne | None:
    """Give a 1:1 somebody may know of: one of the two, and the team. One query."""
    return _one_to_ones().filter(pk__in=OneToOne.objects.visible_to(person, at=at).values("pk"), pk=pk).first()


def one_to_ones_had(expert: Person) -> list[OneToOne]:
    """Give the 1:1s of an Expert, the next first. One query."""
    return list(_one_to_ones().filter(expert=expert).order_by("starts_at", "pk"))


def one_to_ones_given(coach: Person) -> list[OneToOne]:
    """Give the 1:1s of a coach, the next first. One query."""
    return list(_one_to_ones().filter(coach=coach).order_by("starts_at", "pk"))


def one_to_ones_in(cohort: Cohort) -> list[OneToOne]:
    """Give all 1:1s of a cohort in order, for its team. One query."""
    return list(_one_to_ones().filter(cohort=cohort).order_by("starts_at", "pk"))


def one_to_ones_of_person(person: Person, *, since: datetime) -> list[OneToOne]:
    """Give the 1:1s of somebody a calendar should know of: to come or since a moment, the cancelled too. One query."""
    rows = _one_to_ones().filter(Q(coach=person) | Q(expert=person), ends_at__gte=since)
    return list(rows.order_by("starts_at", "pk"))


def note_of(one: OneToOne, author: Person) -> OneToOneNote | None:
    """Give what somebody wrote down of a 1:1 for themselves. One query."""
    return OneToOneNote.objects.filter(one_to_one=one, author=author).first()


def noted_by(author: Person) -> set[int]:
    """Give the keys of the 1:1s of which somebody wrote something down. One query."""
    return set(OneToOneNote.objects.filter(author=author).values_list("one_to_one", flat=True))


def link_of(one: OneToOne) -> str:
    """Give the joining link of a 1:1: its own, else the coach's. Only for the two."""
    return one.joining_link or (one.availability.joining_link if one.availability is not None else "")


def place_of(one: OneToOne) -> str:
    """Give where a 1:1 is, where it is somewhere."""
    return one.place or (one.availability.place if one.availability is not None else "")


def cohorts_to_book(expert: Person, *, at: datetime) -> list[Cohort]:
    """Give the cohorts somebody is an Expert of, now or soon, and that are not over, with their programmes. Three queries."""
    keys = set(cohorts_as_expert(expert, at=at))
    if not keys:
        return []
    programmes = {
        role.programme_id: role.programme for role in roles_of(expert).select_related(None).select_related("programme")
    }
    cohorts = cohorts_of_all(programmes.values()).select_related("programme")
    return [each for each in cohorts if each.pk in keys and day_in(at, each.zone) <= each.ends_on]


def minutes_of_one_to_ones(cohort: Cohort) -> dict[int, tuple[load.OneToOne, ...]]:
    """Give the 1:1s of each Expert of a cohort that take their time, booked or held, as `core.load` wants them. One query."""
    counted = (OneToOneState.BOOKED.value, OneToOneState.HELD.value)
    found: dict[int, list[load.OneToOne]] = {}
    rows = OneToOne.objects.filter(cohort=cohort, state__in=counted).order_by("starts_at", "pk")
    for expert, starts, ends, zone in rows.values_list("expert", "starts_at", "ends_at", "zone"):
        found.setdefault(expert, []).append(load.OneToOne(starts, ends, zone))
    return {expert: tuple(those) for expert, those in found.items()}


def booked_with_the_gone(programme: Programme | int, *, at: datetime) -> list[OneToOne]:
    """Give the 1:1s to come of which one of the two was erased. One query."""
    gone = Q(coach__erased_at__isnull=False) | Q(expert__erased_at__isnull=False)
    rows = OneToOne.objects.booked().filter(gone, cohort__programme=programme, starts_at__gt=at)
    return list(rows.select_related("coach", "expert", "cohort__programme", "availability").order_by("pk"))
