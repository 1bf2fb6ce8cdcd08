"""What can be told of bookings: where each came to stand, and what became of its session. For `messages`.

Each once for a booking and what became of it. Source: lessons, "Booking" and "Mail".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hub.core import ical
from hub.core.booking import BookingState, Way, Window, ends_at, is_left_out, window
from hub.core.calendar import say_instant
from hub.core.occurrence import Occurrence, SessionState
from hub.core.release import Change, ChangeKind, change_between
from hub.kit.journal import who_did
from hub.messaging.happenings import Fact
from hub.messaging.queries import heard_of, told_by_calendar
from hub.participation.models import Booking, BookingTerms
from hub.participation.models.bookings import terms_of
from hub.people.models import RoleKind, day_of
from hub.people.queries.reached import first_parts, team_of
from hub.people.queries.veils import Readers, readers_of
from hub.programmes.models import Programme
from hub.schedule.coming import is_joined, join_url
from hub.schedule.queries.told import recent_releases, released_now_of, versions_of

_THEIRS = ("booking.person", "booking.brought_by")  # those who booked know of each other
_EVER = datetime.min.replace(tzinfo=UTC)


def facts(
    states: Sequence[BookingState],
    programme: Programme,
    *,
    subjects: Collection[str] | None,
    at: datetime,
    since: datetime | None = None,
) -> Iterator[Fact]:
    """Give the bookings that came to stand somewhere since, of sessions that are not cancelled. Seven queries.

    An offer nobody took before booking ended went on to nobody: `ended` tells of it. Of a session without a time it is told
    alone that somebody has no place: who lost one reads why.
    """
    rows = Booking.objects.filter(state__in=[state.value for state in states])
    if since is not None:
        rows = rows.filter(state_at__gte=since)
    readers = readers_of(programme, at=at)
    for each in _told(rows, programme, subjects=subjects, at=at, with_untimed=True):
        row = each.row
        if each.session.state is SessionState.CANCELLED:
            continue
        if each.session.starts_at is None and row.state not in (BookingState.DECLINED, BookingState.REMOVED):
            continue
        if row.state == BookingState.LAPSED and _is_left_out(row, each.place, at):
            continue
        over_at = _kept_until(row, each.place) or each.session.starts_at
        audiences = {"booker": [row.person_id], "team": each.team}
        fact = _fact(each, readers, moment=row.state_at, over_at=over_at, audiences=audiences)
        if row.state == BookingState.OFFERED:  # offered anew, because the session stood still meanwhile, it is told anew
            fact = replace(fact, subject=f"offer:{row.state_at.timestamp():.0f}:{row.pk}")
        yield fact


def asked_for(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the places that were asked for a colleague and wait for the team's yes. Seven queries."""
    yield from _of_colleagues(BookingState.ASKED, programme, subjects=subjects, at=at, since=since)


def taken_back(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the bookings of colleagues that whoever brought them took back, alone or with their own. Eight queries."""
    yield from _of_colleagues(BookingState.WITHDRAWN, programme, subjects=subjects, at=at, since=since)


def _of_colleagues(
    state: BookingState, programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None
) -> Iterator[Fact]:
    rows = Booking.objects.filter(state=state.value, brought_by__isnull=False)
    if since is not None:
        rows = rows.filter(state_at__gte=since)
    is_over = state is BookingState.WITHDRAWN
    found = list(_told(rows, programme, subjects=subjects, at=at, with_untimed=is_over))
    did = who_did("withdrawn", Booking._meta.label, [each.row.pk for each in found]) if is_over and found else {}
    readers = readers_of(programme, at=at)
    for each in found:
        row = each.row
        assert row.brought_by is not None  # filtered for it
        if each.session.state is SessionState.CANCELLED or (is_over and did.get(row.pk) != row.brought_by.person_id):
            continue
        audiences = {"booker": [row.person_id], "team": each.team}
        yield _fact(each, readers, moment=row.state_at, over_at=each.session.starts_at, audiences=audiences)


def ended(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the bookings that wanted a place when booking ended and have none, from that moment on. Seven queries.

    Nothing is stored for it: where they stand and when booking ended says it. Where the session is moved on and they may get
    a place after all, it is said no more.
    """
    wanted = [state.value for state in (BookingState.ASKED, BookingState.WAITING, BookingState.OFFERED, BookingState.LAPSED)]
    rows = Booking.objects.filter(state__in=wanted)
    if since is not None:
        rows = rows.filter(session__date__gte=since.date())
    readers = readers_of(programme, at=at)
    for each in _told(rows, programme, subjects=subjects, at=at):
        place = each.place
        if each.session.state is SessionState.CANCELLED or place is None or not _is_left_out(each.row, place, at):
            continue
        audiences = {"booker": [each.row.person_id], "team": each.team}
        yield _fact(each, readers, moment=place.window.closes_at, over_at=None, audiences=audiences)


def cancelled(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the live bookings of sessions that are cancelled, from the release on that cancelled them last.

    Each cancellation has a subject of its own; of one nobody is told twice (`thing`). Who has a place and is told by calendar
    mail is not among those "to-tell". Whoever did not hear that it was moved before reads the day they know. The number of
    queries is the same at any size.
    """
    rows = Booking.objects.live()
    if since is not None:
        rows = rows.filter(Q(session__date__isnull=True) | Q(session__date__gte=since.date()))
    told = _told(rows, programme, subjects=subjects, at=at, with_untimed=True)
    found = [each for each in told if each.session.state is SessionState.CANCELLED]
    turns = _last(programme, lambda change: change.kind is ChangeKind.CANCELLED, since=since) if found else {}
    known = _Known(programme, [each for each in found if each.session.uid in turns], turns, at=at)
    readers = readers_of(programme, at=at)
    for each in found:
        row, turn = each.row, turns.get(each.session.uid)
        if turn is None:
            continue
        whose = "booked" if _has_place(each) else "waiting"
        audiences = {"booker": [row.person_id], "team": each.team, "waiting": [], "booked": []} | {whose: [row.person_id]}
        audiences["to-tell"] = known.to_tell(each)
        fact = _fact(each, readers, moment=turn.at, over_at=each.session.starts_at, audiences=audiences)
        anew = {row.person_id: (_EVER, turn.at)}  # what they were told before is of a cancellation before
        when = {row.person_id: {"session.when": known.session(each).say_when}}
        fact = replace(fact, thing=f"booking:{row.pk}", anew=anew, personal=when)
        yield _under(turn, fact)


def moved(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give who has a place in a session that is at another time, elsewhere or back on since they heard of it last.

    What is told is the change from what they know, under the last release that made one; who knows it as it is, because it was
    moved and moved back before they heard, is told nothing. "to-tell" is as in `cancelled`, and so is the number of queries.
    """
    rows = Booking.objects.filter(state=BookingState.BOOKED.value)
    if since is not None:
        rows = rows.filter(Q(session__date__isnull=True) | Q(session__date__gte=since.date()))
    turns = _last(programme, lambda change: change.concerns_comers, since=since)
    if turns:
        rows = rows.filter(session__uid__in=list(turns))
    told = _told(rows, programme, subjects=subjects, at=at, with_untimed=True) if turns else ()
    found = [each for each in told if _concerns(each, turns[each.session.uid], at=at)]
    if not found:
        return
    known = _Known(programme, found, turns, at=at)
    readers = readers_of(programme, at=at)
    for each in found:
        row, turn = each.row, turns[each.session.uid]
        change = change_between(known.session(each), each.session)
        if change is None or not change.concerns_comers:
            continue
        audiences = {"booker": [row.person_id], "team": each.team, "to-tell": known.to_tell(each)}
        fact = _fact(each, readers, moment=turn.at, over_at=each.session.starts_at, audiences=audiences)
        is_back = change.kind is ChangeKind.RESTORED
        words = {
            "session.is_back": "yes" if is_back else "",
            "session.is_changed": "" if is_back else "yes",
            "session.before": change.before if change.before != change.after else "",
        }
        yield _under(turn, replace(fact, values={**fact.values, **words}))


@dataclass(frozen=True, slots=True)
class Turn:
    """The release that did something to a session: its number and moment (aware)."""

    number: int
    at: datetime


def _under(turn: Turn, fact: Fact) -> Fact:
    """Put the fact of a booking under the release it is of, which overtakes those before."""
    before = [f"{fact.subject}:{number}" for number in range(1, turn.number)]
    return replace(fact, subject=f"{fact.subject}:{turn.number}", instead_of=before)


def _last(programme: Programme, matters: Callable[[Change], bool], *, since: datetime | None) -> dict[str, Turn]:
    """Give the last release, of those since (None: ever), that changed a session in some way, by its UID. One query."""
    found = {}
    for release in recent_releases(programme, since=since):
        for change in map(Change.from_facts, release.difference):
            if matters(change):
                found[change.uid] = Turn(release.number, release.released_at)
    return found


def _concerns(each: Told, turn: Turn, *, at: datetime) -> bool:
    """Say whether a change is news to who has a place: it came after that, and the session is still to be held."""
    starts_at = each.session.starts_at
    is_to_come = each.session.state is not SessionState.CANCELLED and (starts_at is None or starts_at > at)
    return is_to_come and each.row.state_at < turn.at


def _has_place(each: Told) -> bool:
    return each.row.state == BookingState.BOOKED


class _Known:
    """What those with bookings know of their sessions before the last change: as released when they came to stand where they
    stand, or as a letter or their calendar told since.
    """

    def __init__(self, programme: Programme, found: Sequence[Told], turns: Mapping[str, Turn], *, at: datetime) -> None:
        self._turns = turns
        self._versions = versions_of(programme, {each.session.uid for each in found})
        self._heard = heard_of(
            _CHANGES,
            cohorts={each.row.session.cohort_id for each in found},
            people={each.row.person_id for each in found},
        )
        self._by_calendar = told_by_calendar(programme, {each.session.uid for each in found if _has_place(each)}, at=at)

    def session(self, each: Told) -> Occurrence:
        """Give a session as whose booking it is knows it."""
        row, before = each.row, self._turns[each.session.uid].number
        versions = [version for version in self._versions[each.session.uid] if version.number < before]
        heard = self._heard.get(row.person_id, ())
        until = max(filter(None, (row.state_at, self._calendar(each))))
        known = [
            version for version in versions if version.released_at <= until or f"booking:{row.pk}:{version.number}" in heard
        ]
        return (known or versions or self._versions[each.session.uid])[-1].occurrence

    def to_tell(self, each: Told) -> list[int]:
        """Give who has a place and reads of the last change in no calendar mail."""
        heard_at = self._calendar(each)
        is_told = heard_at is not None and heard_at >= self._turns[each.session.uid].at
        return [each.row.person_id] if _has_place(each) and not is_told else []

    def _calendar(self, each: Told) -> datetime | None:
        return self._by_calendar.get((each.session.uid, each.row.person_id))


_CHANGES = ("participation.cancelled", "participation.moved")


@dataclass(frozen=True, slots=True)
class Place:
    """What a session's terms say of a place in it: when it is booked; and by way, who else may want one, in words."""

    window: Window
    wanted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A booking with its session as released, its terms (None where there are none any more), the team by key, and what its
    colleague became in the programme by being brought, in words.
    """

    row: Booking
    session: Occurrence
    place: Place | None
    team: list[int]
    part: str


def _is_left_out(row: Booking, place: Place | None, at: datetime) -> bool:
    return place is not None and is_left_out(BookingState(row.state), place.window, since=row.state_at, at=at)


def _kept_until(row: Booking, place: Place | None) -> datetime | None:
    """Say until when a place is kept for somebody; with booking at the latest, which a release may have moved."""
    if row.offered_until is None or place is None:
        return row.offered_until
    return ends_at(row.offered_until, place.window)


def _places(released: Mapping[int, Occurrence]) -> dict[int, Place]:
    """Give what the terms of some sessions say of a place, by the session's key. One query."""
    waits = Booking.objects.filter(session=OuterRef("session"), state=BookingState.WAITING.value)
    rows = BookingTerms.objects.filter(session__in=list(released)).annotate(
        **{f"waits_{way.value}": Exists(waits.filter(way=way.value)) for way in Way}
    )
    found = {}
    for row in rows:
        session, terms = released[row.session_id], terms_of(row, [])
        if session.starts_at is not None:
            wanted = {
                way.value: _WAITED_FOR if getattr(row, f"waits_{way.value}") else _MAY_BE_WANTED
                for way in Way
                if terms.places(way) is not None
            }
            found[row.session_id] = Place(window(terms, starts_at=session.starts_at, zone=session.zone), wanted)
    return found


_WAITED_FOR, _MAY_BE_WANTED = "somebody waits for it", "somebody else may want it"


def _told(
    rows: QuerySet[Booking],
    programme: Programme,
    *,
    subjects: Collection[str] | None,
    at: datetime,
    with_untimed: bool = False,
) -> Iterator[Told]:
    """Give some bookings of a programme with what is told of them. Those without a time are left out, unless `with_untimed`."""
    rows = rows.filter(session__cohort__programme=programme)
    if subjects is not None:
        rows = rows.filter(pk__in=[_booking_in(each) for each in subjects])
    found = list(rows.select_related("session__cohort__programme", "person", "brought_by__person").order_by("pk"))
    released = released_now_of({row.session_id for row in found}, {row.session.cohort_id for row in found}) if found else {}
    team = [person.pk for person in team_of(programme, at=at)] if found else []
    places = _places(released) if found else {}
    guests = {row.person_id for row in found if row.brought_by_id is not None}
    first = first_parts(programme, guests) if guests else {}
    for row in found:
        session = released.get(row.session_id)
        if session is not None and (with_untimed or session.starts_at is not None):
            yield Told(row, session, places.get(row.session_id), team, _part(row, first.get(row.person_id)))


def _booking_in(subject: str) -> int:
    """Give the key of the booking a subject is of: "booking:7", "booking:7:3" or "offer:1727784000:7"."""
    head, *rest = subject.split(":")
    return int(rest[0] if head == "booking" else rest[-1])


def _part(row: Booking, first: tuple[RoleKind, date] | None) -> str:
    """Say what somebody became in the programme by being brought; nothing where they had a part in it before."""
    if row.brought_by_id is None or first != (RoleKind.COMMUNITY, day_of(row.asked_at)):
        return ""
    return f"{row.session.cohort.programme.name} as a {RoleKind.COMMUNITY.label.lower()}"


def _fact(
    each: Told,
    readers: Readers,
    *,
    moment: datetime,
    over_at: datetime | None,
    audiences: Mapping[str, list[int]],
) -> Fact:
    row, session, place = each.row, each.session, each.place
    cohort = row.session.cohort
    page = [cohort.programme.slug, cohort.slug, session.slug]
    until = _kept_until(row, place)
    return Fact(
        subject=f"booking:{row.pk}",
        moment=moment,
        zone=session.zone,
        over_at=over_at,
        audiences=audiences,
        values={
            "session.title": session.say_title,
            "session.when": session.say_when,
            "session.begins": session.say_when,  # where it has no time; else `moments` say it, and the next
            "session.begins_elsewhere": "",
            "session.where": ical.location(session),
            "session.link": settings.BASE_URL + reverse("session", args=page),
            "session.join_link": join_url(session) if is_joined(session) else "",
            "cohort.name": cohort.name,
            "booking.way": Way(row.way).within,
            "booking.person": row.person.name,
            "booking.place_link": settings.BASE_URL + reverse("session-places", args=page),
            "booking.link": settings.BASE_URL + reverse("my-bookings"),
            "booking.wanted": place.wanted.get(row.way, "") if place else "",
            "booking.until": say_instant(until, session.zone) if until else "",
            "booking.reason": row.reason,
            "booking.brought_by": row.brought_by.person.name if row.brought_by else "",
            "booking.part": each.part,
            "people.seen_link": settings.BASE_URL + reverse("who-sees"),
            "desk.link": settings.BASE_URL + reverse("desk-bookings", args=page),
        },
        moments={"session.begins": session.starts_at} if session.starts_at else {},
        cohort_id=cohort.pk,
        veil=readers.veil,
        among=readers.among(cohort.pk),
        as_written=_THEIRS,
    )
