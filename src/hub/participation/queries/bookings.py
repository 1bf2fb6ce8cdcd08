"""Read how sessions may be booked, who has a place, and who waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce

from hub.core.booking import (
    HOLDING,
    BookingState,
    Doing,
    NoDateYet,
    NotBookable,
    Part,
    Taken,
    Terms,
    Tier,
    Told,
    Way,
    Window,
    can_still,
    ends_at,
    is_left_out,
    tell,
    tiers_of,
    window,
)
from hub.core.claims import ClaimState
from hub.core.occurrence import Occurrence, SessionState
from hub.kit.compiled import HERE, kept
from hub.participation.models import Audience, Booking, BookingTerms, Excusal
from hub.participation.models.attendance import sessions_led_by
from hub.participation.models.bookings import BookingQuerySet, terms_of
from hub.people.models import Person, day_of
from hub.people.queries import account_at, experts_of, parts_ever, roles_of
from hub.people.queries.veils import veils_for
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of, cohorts_of_all, public_programmes
from hub.schedule.models import Session
from hub.schedule.queries.told import begins_after, in_newest_release, released_now, released_now_of, said_in, stood_still
from hub.schedule.queries.working import occurrence_of

_HOLDING = [state.value for state in HOLDING]


@dataclass(frozen=True, slots=True)
class Frame:
    """How one session may be booked: its terms, the session as it is released, and when who may book."""

    session: Session
    terms: Terms
    occurrence: Occurrence
    window: Window


def framed(row: BookingTerms, audiences: Iterable[Audience], occurrence: Occurrence | None) -> Frame:
    """Put together how a session may be booked. Raises NotBookable where it takes no bookings now."""
    return frame(row.session, terms_of(row, list(audiences)), occurrence)


def frame(session: Session, terms: Terms, occurrence: Occurrence | None) -> Frame:
    """Put together how a session is booked on some terms. Raises NotBookable where it takes no bookings now."""
    if occurrence is None:
        raise NotBookable("This session is not released yet, so it can’t be booked.")
    if occurrence.state is SessionState.CANCELLED:
        raise NotBookable("This session is cancelled.")
    starts_at = occurrence.starts_at
    if starts_at is None:
        raise NoDateYet("This session has no date and time yet. It can be booked when it has.")
    return Frame(session, terms, occurrence, window(terms, starts_at=starts_at, zone=occurrence.zone))


def frame_of(session: Session) -> Frame | None:
    """Give how a session may be booked, None where it takes no bookings. Raises NotBookable where it takes none now."""
    rows = BookingTerms.objects.filter(session=session).select_related("session__cohort__programme")
    row = rows.prefetch_related("audiences").first()
    return None if row is None else framed(row, row.audiences.all(), released_now(session))


def frames_of(cohorts: Collection[Cohort]) -> list[Frame]:
    """Give the sessions of some cohorts that take bookings now, by when they begin. Three queries."""
    rows = list(
        BookingTerms.objects.filter(session__cohort__in=cohorts)
        .select_related("session__cohort__programme")
        .prefetch_related("audiences")
    )
    return _framed_all(rows)


def _framed_all(rows: Collection[BookingTerms]) -> list[Frame]:
    """Put together how some sessions are booked, those that take no bookings now left out, by when they begin. One query."""
    found = [frame for _, frame in _told_apart(rows) if frame is not None]
    return sorted(found, key=lambda each: (each.window.closes_at, each.session.pk))


def _told_apart(rows: Collection[BookingTerms]) -> Iterator[tuple[int, Frame | None]]:
    """Put together how some sessions are booked, by key; None where one has no date now. Others are left out. One query."""
    released = released_now_of([row.session_id for row in rows], {row.session.cohort_id for row in rows}) if rows else {}
    for row in rows:
        try:
            yield row.session_id, framed(row, row.audiences.all(), released.get(row.session_id))
        except NoDateYet:
            yield row.session_id, None
        except NotBookable:
            continue


def frames_shown(person: Person | None, frames: Sequence[Frame], *, at: datetime) -> list[Frame]:
    """Give sessions as somebody may read them: names as the public has them, but where they take part in the cohort.

    What is decided by (is one another run of the same?) is decided before. Two queries at any size.
    """
    drawn = veils_for(person, {each.session.cohort for each in frames}, at=at)
    return [replace(each, occurrence=drawn[each.session.cohort_id].occurrence(each.occurrence)) for each in frames]


def groups_of(person: Person | None, cohort: Cohort, *, at: datetime) -> frozenset[Tier]:
    """Give the groups somebody belongs to for a cohort's sessions. One query, none for nobody."""
    if person is None:
        return tiers_of([])
    return tiers_on(parts_ever(person, cohort.programme_id), cohort, day_of(at))


def groups_by_cohort(person: Person, cohorts: Collection[Cohort], *, at: datetime) -> dict[int, frozenset[Tier]]:
    """Give the groups somebody belongs to for the sessions of some cohorts, by the cohort's key. One query."""
    day = day_of(at)
    held: dict[int, list[tuple[str, int | None, date, date | None]]] = {}
    roles = roles_of(person).filter(programme__in={cohort.programme_id for cohort in cohorts}).select_related(None)
    for programme, kind, where, starts, ends in roles.values_list("programme", "kind", "cohort", "starts_on", "ends_on"):
        held.setdefault(programme, []).append((kind, where, starts, ends))
    return {cohort.pk: tiers_on(held.get(cohort.programme_id, []), cohort, day) for cohort in cohorts}


def tiers_on(parts: Iterable[tuple[str, int | None, date, date | None]], cohort: Cohort, day: date) -> frozenset[Tier]:
    """Give the groups somebody with these parts in the programme belongs to on a day, for a cohort's sessions."""
    return tiers_of(
        Part(kind, where == cohort.pk, has_begun=starts <= day, is_over=ends is not None and ends <= day)
        for kind, where, starts, ends in parts
    )


def taken_of(session: Session, terms: Terms) -> dict[Way, Taken]:
    """Give how many places of a session are held, and how many wait, for each way. One query."""
    counts = {(way, state): count for way, state, count in _counts(session.pk)}
    return {
        way: Taken(
            terms.places(way),
            held=sum(counts.get((way, state), 0) for state in _HOLDING),
            waiting=counts.get((way, BookingState.WAITING.value), 0),
        )
        for way in Way
    }


_counts = kept(
    lambda: (
        Booking.objects.filter(session=HERE, state__in=[*_HOLDING, BookingState.WAITING.value])
        .order_by()
        .values_list("way", "state")
        .annotate(count=Count("pk"))
    )
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """What is read of a session under its lock: who may book from when, how it is released, and how many hold a place."""

    opens: Mapping[Tier, int | None]
    occurrence: Occurrence | None
    held: Mapping[tuple[Way, BookingState], int]


def guarded(session: Session) -> Guarded:
    """Read what is decided by under a session's lock, for which everybody else waits: so in one query.

    Those who wait are not counted, since there may be any number of them.
    """
    opens: dict[Tier, int | None] = {}
    held: dict[tuple[Way, BookingState], int] = {}
    occurrence = None
    for what, of, state, number in _guarded(session.pk, session.cohort_id):
        if what == _OPENS:
            opens[Tier(of)] = number
        elif what == _HELD:
            held[Way(of), BookingState(state)] = number
        else:
            occurrence = said_in(of)
    return Guarded({tier: opens[tier] for tier in Tier if tier in opens}, occurrence, held)


_OPENS, _HELD, _RELEASED = 1, 2, 3


def _all_guarded() -> QuerySet[Any, Any]:
    session, cohort = HERE, HERE + 1
    opens = Audience.objects.filter(terms__session=session).order_by()
    held = Booking.objects.filter(session=session, state__in=_HOLDING).order_by().values("way", "state")
    return opens.values_list(Value(_OPENS), "tier", Value(""), "days_before").union(
        held.annotate(count=Count("pk")).values_list(Value(_HELD), "way", "state", "count"),
        in_newest_release(cohort, session).values_list(Value(_RELEASED), Cast("facts", TextField()), Value(""), Value(0)),
        all=True,
    )


_guarded = kept(_all_guarded, numbers=2)


def taken_of_many(terms: Mapping[int, Terms]) -> dict[int, dict[Way, Taken]]:
    """Give how many places of some sessions are held, and how many wait, by session and way. One query."""
    rows = Booking.objects.filter(session__in=list(terms), state__in=[*_HOLDING, BookingState.WAITING.value]).order_by()
    counts: dict[tuple[int, str, bool], int] = {}
    for session, way, state, count in rows.values_list("session", "way", "state").annotate(count=Count("pk")):
        key = (session, way, state == BookingState.WAITING)
        counts[key] = counts.get(key, 0) + count
    return {
        key: {
            way: Taken(
                each.places(way), held=counts.get((key, way.value, False), 0), waiting=counts.get((key, way.value, True), 0)
            )
            for way in Way
        }
        for key, each in terms.items()
    }


def my_booking(person: Person | None, session: Session) -> Booking | None:
    """Give the booking by which somebody has, or may still get, a place; else the newest they had."""
    if person is None:
        return None
    rows = Booking.objects.filter(session=session, person=person).select_related("brought_by__person")
    return rows.live().first() or rows.order_by("-state_at", "-pk").first()


def booking_at_address(session: Session, email: str) -> Booking | None:
    """Give the live booking of who reads mail at an address; for a link that has proved they do."""
    account = account_at(email)
    if account is None:
        return None
    return Booking.objects.live().filter(session=session, person=account.person_id).select_related("person").first()


def bookings_of_session(session: Session, by: Person | None, *, at: datetime) -> BookingQuerySet:
    """Give the bookings of a session somebody may see: those that hold, then those that wait in order, then what is over."""
    rows = Booking.objects.visible_to(by, at=at).filter(session=session).distinct()
    return rows.select_related("person__account", "brought_by__person").order_by("asked_at", "pk")


def excusals_in(session: Session) -> dict[int, ClaimState]:
    """Give who asks to be excused from a session, or is, by key: their places may be of use to others. One query."""
    rows = Excusal.objects.filter(session=session, state__in=[ClaimState.ASKED.value, ClaimState.ACCEPTED.value])
    return {person: ClaimState(state) for person, state in rows.values_list("person", "state")}


def places_to_give_back(person: Person, cohorts: Collection[Cohort], *, at: datetime) -> dict[int, Booking]:
    """Give the places somebody has, or is kept, in sessions of some cohorts that have not begun, by session. Four queries.

    Those without a date are among them.
    """
    rows = Booking.objects.filter(person=person, session__cohort__in=cohorts, state__in=_HOLDING)
    held = {row.session_id: row for row in rows.select_related("session__cohort__programme", "person")}
    terms = BookingTerms.objects.filter(session__in=held).select_related("session__cohort__programme")
    booked = _told_apart(terms.prefetch_related("audiences")) if held else ()
    still = {key for key, each in booked if each is None or can_still(each.window, Doing.LEAVE, at=at)}
    return {key: row for key, row in held.items() if key in still}


def excused_with_a_place(excusals: Collection[Excusal]) -> frozenset[int]:
    """Give those of some excusals, by key, whose person has a place in the session, or is kept one. One query."""
    rows = Booking.objects.filter(session__in={each.session_id for each in excusals}, state__in=_HOLDING)
    held = set(rows.filter(person__in={each.person_id for each in excusals}).values_list("session", "person"))
    return frozenset(each.pk for each in excusals if (each.session_id, each.person_id) in held)


def organisations_at(session: Session, people: Collection[int], *, at: datetime) -> dict[int, str]:
    """Give which organisation some people are of as Experts of a session's cohort, by key. Two queries."""
    experts = experts_of([session.cohort_id], people=people, with_past=True, at=at)[session.cohort_id]
    return {each.person.pk: each.organisation.name for each in experts if each.organisation}


@dataclass(frozen=True, slots=True)
class Held:
    """A booking of one's own list: its session as one may read it, and whether booking ended and left it without a place."""

    booking: Booking
    occurrence: Occurrence
    is_left_out: bool


def bookings_of_person(person: Person, *, at: datetime) -> list[Held]:
    """Give the live bookings of a person for sessions that are not over, and of colleagues they bring, by when they begin.

    A session that is in no release any more is told from the schedule. Seven queries at any size.
    """
    rows = Booking.objects.live().filter(person=person) | Booking.objects.live().filter(brought_by__person=person)
    rows = rows.filter(session__ends_at__gte=at) | rows.filter(session__ends_at__isnull=True)
    found = list(
        rows.select_related("session__cohort__programme", "person", "brought_by")
        .distinct()
        .order_by("session__starts_at", "pk")
    )
    cohorts = {row.session.cohort for row in found}
    drawn = veils_for(person, cohorts, at=at)
    released = released_now_of({row.session_id for row in found}, {each.pk for each in cohorts}) if found else {}
    windows = {each.session.pk: each.window for each in frames_of(cohorts)} if found else {}
    return [
        Held(
            row,
            drawn[row.session.cohort_id].occurrence(released.get(row.session_id) or occurrence_of(row.session, ())),
            row.session_id in windows
            and is_left_out(BookingState(row.state), windows[row.session_id], since=row.state_at, at=at),
        )
        for row in found
    ]


def booking_seen_by(person: Person | None, pk: int, *, at: datetime) -> Booking | None:
    """Give a booking somebody may see."""
    rows = Booking.objects.visible_to(person, at=at).filter(pk=pk)
    return rows.select_related("session__cohort__programme", "person", "brought_by__person").distinct().first()


def sessions_to_book(programme: Programme, person: Person | None, *, at: datetime) -> list[Frame]:
    """Give the sessions of a programme that are still to come and that somebody may book, now or later. Five queries."""
    cohorts = list(cohorts_of(programme))
    tiers = groups_by_cohort(person, cohorts, at=at) if person is not None else {}
    found = []
    for frame in frames_of(cohorts):
        theirs = {*tiers.get(frame.session.cohort_id, ()), Tier.PUBLIC}
        if frame.window.closes_at > at and theirs & set(frame.terms.opens):
            found.append(frame)
    return found


def session_of(pk: int) -> Session | None:
    """Give a session that takes bookings, with cohort and programme."""
    row = BookingTerms.objects.filter(session=pk).select_related("session__cohort__programme").first()
    return row.session if row is not None else None


def sessions_to_see_to(programme: int | None, *, at: datetime) -> list[Session]:
    """Give the sessions, of a programme (by its key) or of all, in which an offer is over or somebody is to be offered a place.

    That is: an offer whose time is over, whose booking has ended since, or whose session stood still; and, while booking is
    open, a free place and somebody who waits for it. Which may be is one query, and two read how these are booked.
    """
    offers = Booking.objects.filter(session=OuterRef("session"), state=BookingState.OFFERED.value).order_by()
    rows = BookingTerms.objects.annotate(
        first=Subquery(offers.order_by("offered_until").values("offered_until")[:1]),
        stood_still=Exists(offers.filter(stood_still(since="state_at"))),
        is_beside_a_place=_somebody_waits_beside_a_place() & begins_after(at),
    ).filter(Q(first__isnull=False) | Q(is_beside_a_place=True))
    if programme is not None:
        rows = rows.filter(session__cohort__programme=programme)
    may_be = {row.session_id: row for row in rows.select_related("session__cohort__programme").prefetch_related("audiences")}
    found = []
    for each in _framed_all(may_be.values()):
        row, closes_at = may_be[each.session.pk], each.window.closes_at
        is_over = row.first is not None and (row.stood_still or ends_at(row.first, each.window) <= at)
        if is_over or (row.is_beside_a_place and closes_at > at):
            found.append(each.session)
    return found


def _somebody_waits_beside_a_place() -> Q:
    """Give the condition, of terms, that fewer places are held one way than there are, and somebody waits for one."""
    found = Q()
    for way in Way:
        here = Booking.objects.filter(session=OuterRef("session"), way=way.value).order_by()
        held = here.filter(state__in=_HOLDING).values("session").annotate(count=Count("pk")).values("count")
        is_free = Q(**{f"{way.value}__isnull": True}) | Q(**{f"{way.value}__gt": Coalesce(Subquery(held), 0)})
        found |= Q(Exists(here.filter(state=BookingState.WAITING.value))) & is_free
    return found


def terms_for_team(session: Session) -> Terms | None:
    """Give the terms of a session, also where it can't be booked now. Two queries."""
    row = BookingTerms.objects.filter(session=session).prefetch_related("audiences").first()
    return None if row is None else terms_of(row, list(row.audiences.all()))


@dataclass(frozen=True, slots=True)
class Offered:
    """A session somebody may book, now or later: what they read of it, and how its places stand."""

    frame: Frame
    told: Told
    taken: tuple[tuple[Way, Taken], ...]


def offers_to(person: Person, *, at: datetime) -> list[Offered]:
    """Give the sessions somebody may book, now or later, and has not, as they may read them. Twelve queries.

    They are of the programmes they have a part in, and of the public ones where a session is open to everybody. Who leads a
    session needs no place in it.
    """
    programmes = {programme.pk: programme for programme in public_programmes()}
    programmes |= {
        role.programme_id: role.programme for role in roles_of(person).select_related(None).select_related("programme")
    }
    cohorts = list(cohorts_of_all(programmes.values()).select_related("programme"))
    frames = [each for each in frames_of(cohorts) if each.window.closes_at > at]
    mine = set(Booking.objects.live().filter(person=person).values_list("session", flat=True))
    mine |= sessions_led_by(person, at=at)
    tiers = groups_by_cohort(person, cohorts, at=at) if cohorts else {}
    frames = [
        each
        for each in frames
        if each.session.pk not in mine and {*tiers[each.session.cohort_id], Tier.PUBLIC} & set(each.terms.opens)
    ]
    taken = taken_of_many({each.session.pk: each.terms for each in frames})
    frames = frames_shown(person, frames, at=at)
    return [
        Offered(
            frame,
            tell(frame.terms, frame.window, tiers[frame.session.cohort_id], taken[frame.session.pk], at=at),
            tuple((way, taken[frame.session.pk][way]) for way in frame.terms.ways),
        )
        for frame in frames
    ]
