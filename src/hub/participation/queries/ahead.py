"""Read what people have ahead by a part that is over by then: places they booked, and 1:1s as Expert or as coach."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from hub.core.ahead import Claim, Standing, again_from, booked_as, standing
from hub.core.booking import LIVE, BookingState, Doing, Tier, can_still
from hub.core.calendar import say_instant
from hub.kit.among import among
from hub.participation.models import Booking, OneToOne
from hub.participation.permissions import coaches_on, has_one_to_ones_on
from hub.participation.queries.bookings import Frame, frames_of, tiers_on
from hub.people.ahead import Ahead
from hub.people.models import Person, day_of
from hub.people.queries import parts_ever_in
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of

Parts = Mapping[int, list[tuple[str, int | None, date, date | None]]]


@dataclass(frozen=True, slots=True)
class Held:
    """A booking or a 1:1 somebody has ahead by a part that is over by then, and how a page says it."""

    row: Booking | OneToOne
    shown: Ahead


def held_ahead(
    programme: Programme, *, people: Collection[int] | None = None, cohort: Cohort | None = None, at: datetime
) -> list[Held]:
    """Give what people of a programme hold by parts that are over by then, soonest first, what they may keep anyway with it.

    `people` keeps only some, `cohort` only what is in it. Ten queries at most, however many people.
    """
    found = [*_places(programme, people, cohort, at), *_one_to_ones(programme, people, cohort, at)]
    return sorted(found, key=lambda each: (each.shown.starts_at, each.shown.person.plain_name, each.shown.key))


# -- places


def _places(programme: Programme, people: Collection[int] | None, cohort: Cohort | None, at: datetime) -> Iterator[Held]:
    """Give bookings that hold a place, or may come to one. Seven queries at most."""
    cohorts = [cohort] if cohort is not None else list(cohorts_of(programme))
    frames = {each.session.pk: each for each in frames_of(cohorts) if can_still(each.window, Doing.DECIDE, at=at)}
    rows = Booking.objects.filter(session__in=frames, state__in=[state.value for state in LIVE], brought_by__isnull=True)
    rows = rows.exclude(got_as="")
    if people is not None:
        rows = rows.filter(among("person", people))
    booked = list(rows.values_list("pk", "person", "session", "got_as")) if frames else []
    parts = parts_ever_in(programme, people={person for _, person, _, _ in booked}) if booked else {}
    found: dict[int, tuple[Standing, Frame, frozenset[Tier]]] = {}
    for pk, person, session, got_as in booked:
        frame = frames[session]
        tiers = tiers_on(parts.get(person, ()), frame.session.cohort, day_of(frame.window.begins_at))
        stands = standing(frame.window, Tier(got_as), tiers, at=at)
        if stands is not Standing.THEIRS:
            found[pk] = (stands, frame, tiers)
    if found:
        for row in Booking.objects.filter(pk__in=found).select_related("session__cohort__programme", "person", "brought_by"):
            stands, frame, tiers = found[row.pk]
            today = tiers_on(parts.get(row.person_id, ()), frame.session.cohort, day_of(at))
            yield Held(row, _place(row, stands, frame, tiers, is_over=Tier(row.got_as) not in today, at=at))


def _place(row: Booking, stands: Standing, frame: Frame, tiers: frozenset[Tier], *, is_over: bool, at: datetime) -> Ahead:
    cohort, session, zone = row.session.cohort, frame.occurrence, frame.window.zone
    other = booked_as(frame.window, tiers, at=at)
    allowed = f"It is open to {other.within}." if stands is Standing.ALLOWED and other else ""
    again = again_from(frame.window, tiers)
    waits = row.state in (BookingState.WAITING, BookingState.ASKED)
    return Ahead(
        key=f"booking-{row.pk}",
        person=row.person,
        claim=Claim.WAITING if waits else Claim.PLACE,
        what=f"{session.say_title}, {session.say_when}",
        url=reverse("desk-bookings", args=[cohort.programme.slug, cohort.slug, session.slug]),
        starts_at=frame.window.begins_at,
        is_over=is_over,
        allowed=allowed,
        note=f"They may book it again from {say_instant(again, zone)}." if again is not None and not allowed else "",
    )


# -- 1:1s


def _one_to_ones(programme: Programme, people: Collection[int] | None, cohort: Cohort | None, at: datetime) -> Iterator[Held]:
    """Give booked 1:1s to come, once for each of the two who takes no part by then. Three queries at most."""
    rows = OneToOne.objects.booked().filter(cohort__programme=programme, starts_at__gt=at, is_to_stay=False)
    if cohort is not None:
        rows = rows.filter(cohort=cohort)
    if people is not None:
        rows = rows.filter(among("expert", people) | among("coach", people))
    booked = list(rows.values_list("pk", "cohort", "expert", "coach", "starts_at"))
    parts = parts_ever_in(programme, people={key for row in booked for key in row[2:4]}) if booked else {}
    gone: dict[int, list[Claim]] = {}
    for pk, where, expert, coach, starts_at in booked:
        for key, claim in ((expert, Claim.HAD), (coach, Claim.GIVEN)):
            is_asked = people is None or key in people
            if is_asked and not _takes_part(parts.get(key, ()), claim, where, day_of(starts_at)):
                gone.setdefault(pk, []).append(claim)
    if gone:
        for one in OneToOne.objects.filter(pk__in=gone).select_related("coach", "expert", "cohort__programme", "availability"):
            for claim in gone[one.pk]:
                person = one.expert if claim is Claim.HAD else one.coach
                is_over = not _takes_part(parts.get(person.pk, ()), claim, one.cohort_id, day_of(at))
                yield Held(one, _one_to_one(one, claim, person, is_over=is_over))


def _takes_part(parts: Iterable[tuple[str, int | None, date, date | None]], claim: Claim, cohort: int, day: date) -> bool:
    """Say whether somebody with these parts still has 1:1s of a cohort on a day, or gives them."""
    if claim is Claim.GIVEN:
        return coaches_on(parts, cohort, day)
    return has_one_to_ones_on(parts, cohort, day)


def _one_to_one(one: OneToOne, claim: Claim, person: Person, *, is_over: bool) -> Ahead:
    other = one.coach if claim is Claim.HAD else one.expert
    return Ahead(
        key=f"one-to-one-{one.pk}",
        person=person,
        claim=claim,
        what=f"1:1 with {other}, {say_instant(one.starts_at, one.zone)}",
        url=reverse("desk-one-to-ones", args=[one.cohort.programme.slug, one.cohort.slug]),
        starts_at=one.starts_at,
        is_over=is_over,
    )
