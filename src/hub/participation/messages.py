"""What messages can tell of bookings: a place, a wait, an offer, a no, the end. Each once for a booking and what became of it.

A confirmation says date, time, zone, place or link, and how to give the place back. Source: lessons, "Booking" and "Mail".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from hub.core import ical
from hub.core.booking import BookingState, Way, Window, ends_at, is_left_out, window
from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.occurrence import Occurrence, SessionState
from hub.core.outbox import Offset
from hub.core.release import Change, ChangeKind
from hub.messaging.happenings import Audience, Fact, Facts, Happening, Usual, audiences, register
from hub.messaging.queries import told_by_calendar
from hub.participation import (  # noqa: F401  importing them registers what they can tell
    messages_answers,
    messages_opening,
    messages_promises,
    one_to_one_messages,
)
from hub.participation.models import Booking, BookingTerms
from hub.participation.models.bookings import terms_of
from hub.participation.queries.bookings import frames_of
from hub.people.models import RoleKind, day_of
from hub.people.queries.reached import first_parts, team_of
from hub.people.queries.veils import Readers, readers_of
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of
from hub.schedule.coming import is_joined, join_url
from hub.schedule.queries.told import recent_releases, released_now_of

_LOOKED_BACK = timedelta(days=60)  # of sessions further back nobody writes to who had a place
_VARIABLES = {
    "session.title": Variable("what the session is called", "Systems Thinking"),
    "session.when": Variable("when it is, in its own zone", "Tue 1 October 2024, 14:00–16:00 (London)"),
    "session.begins": Variable("when it begins, by the recipient’s clock", "Tue 1 October 2024, 15:00 (Berlin)"),
    "session.begins_elsewhere": Variable(
        "the same, and empty where that is the clock of the session", "Tue 1 October 2024, 15:00 (Berlin)"
    ),
    "session.where": Variable("where it is, or how to attend", "Online"),
    "session.link": Variable("the session’s page", "https://example.org/hub/2024/", kind="url"),
    "session.join_link": Variable(
        "the short way into the call, which asks who one is; empty where nobody joins from afar",
        "https://example.org/join/1f0c5d1e-8f0a-4a53-9a39-0d4f0d4c2a11/",
        kind="url",
    ),
    "booking.place_link": Variable(
        "where the place is taken, given back or swapped", "https://example.org/hub/2024/sessions/thinking/places/", kind="url"
    ),
    "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
    "booking.way": Variable("in the room, or online", "online"),
    "booking.person": Variable("whose booking it is", "Ada Lindqvist"),
    "booking.link": Variable("all of one’s bookings", "https://example.org/me/bookings/", kind="url"),
    "booking.wanted": Variable(
        "who else may want the place: empty where there are places for as many as come", "somebody waits for it"
    ),
    "booking.until": Variable("until when an offered place is kept, in the session’s zone", "Thu 5 September 2024, 14:00"),
    "booking.reason": Variable("why the team said no; may be empty", "It is for beginners."),
    "booking.brought_by": Variable("who brought a colleague; empty where they booked themselves", ""),
    "booking.part": Variable(
        "what a colleague became in the programme by being brought; empty for all who had a part in it",
        "The Practitioners Hub as a community member",
    ),
    "people.seen_link": Variable("where everybody reads who sees what of them", "https://example.org/me/who-sees/", kind="url"),
    "desk.link": Variable("the team’s page of the session’s bookings", "https://example.org/team/hub/", kind="url"),
}
_THEIRS = ("booking.person", "booking.brought_by")  # those who booked know of each other
_TO_TELL = "Who has a place and hears of it by no calendar invitation"
_EVER = datetime.min.replace(tzinfo=UTC)
_AUDIENCES = {"booker": "Whose booking it is", "team": "The team"}


def _facts(
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
    mail is not among those "to-tell". The number of queries is the same at any size.
    """
    rows = Booking.objects.live()
    if since is not None:
        rows = rows.filter(Q(session__date__isnull=True) | Q(session__date__gte=since.date()))
    told = _told(rows, programme, subjects=subjects, at=at, with_untimed=True)
    found = [each for each in told if each.session.state is SessionState.CANCELLED]
    turns = _last(programme, lambda change: change.kind is ChangeKind.CANCELLED, since=since) if found else {}
    by_calendar = told_by_calendar(programme, {each.session.uid for each in found if _has_place(each)}, at=at)
    readers = readers_of(programme, at=at)
    for each in found:
        row, turn = each.row, turns.get(each.session.uid)
        if turn is None:
            continue
        whose = "booked" if _has_place(each) else "waiting"
        audiences = {"booker": [row.person_id], "team": each.team, "waiting": [], "booked": []} | {whose: [row.person_id]}
        audiences["to-tell"] = _to_tell(each, turn, by_calendar)
        fact = _fact(each, readers, moment=turn.at, over_at=each.session.starts_at, audiences=audiences)
        anew = {row.person_id: (_EVER, turn.at)}  # what they were told before is of a cancellation before
        yield replace(fact, subject=f"booking:{row.pk}:{turn.number}", thing=f"booking:{row.pk}", anew=anew)


def moved(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give who has a place in a session that was moved, is elsewhere or is back on since they got it, from that release on.

    Each such release is a subject. "to-tell" is as in `cancelled`, and so is the number of queries.
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
    by_calendar = told_by_calendar(programme, {each.session.uid for each in found}, at=at)
    readers = readers_of(programme, at=at)
    for each in found:
        row, turn = each.row, turns[each.session.uid]
        audiences = {"booker": [row.person_id], "team": each.team, "to-tell": _to_tell(each, turn, by_calendar)}
        fact = _fact(each, readers, moment=turn.at, over_at=each.session.starts_at, audiences=audiences)
        is_back = turn.change.kind is ChangeKind.RESTORED
        has_moved = turn.change.before != turn.change.after
        words = {
            "session.is_back": "yes" if is_back else "",
            "session.is_changed": "" if is_back else "yes",
            "session.before": turn.change.before if has_moved else "",
        }
        yield replace(fact, subject=f"booking:{row.pk}:{turn.number}", values={**fact.values, **words})


@dataclass(frozen=True, slots=True)
class Turn:
    """What a release did to a session: the release's number and moment (aware), and the change."""

    number: int
    at: datetime
    change: Change


def _last(programme: Programme, matters: Callable[[Change], bool], *, since: datetime | None) -> dict[str, Turn]:
    """Give the last change of some sort of each session, by UID, of those released since (None: ever). One query."""
    found = {}
    for release in recent_releases(programme, since=since):
        for change in map(Change.from_facts, release.difference):
            if matters(change):
                found[change.uid] = Turn(release.number, release.released_at, change)
    return found


def _concerns(each: Told, turn: Turn, *, at: datetime) -> bool:
    """Say whether a change is news to who has a place: it came after that, and the session is still to be held."""
    starts_at = each.session.starts_at
    is_to_come = each.session.state is not SessionState.CANCELLED and (starts_at is None or starts_at > at)
    return is_to_come and each.row.state_at < turn.at


def _has_place(each: Told) -> bool:
    return each.row.state == BookingState.BOOKED


def _to_tell(each: Told, turn: Turn, by_calendar: Mapping[tuple[str, int], datetime]) -> list[int]:
    """Give who has a place and reads of a change in no calendar mail."""
    heard_at = by_calendar.get((each.session.uid, each.row.person_id))
    return [each.row.person_id] if _has_place(each) and (heard_at is None or heard_at < turn.at) else []


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


def _of(*states: BookingState) -> Facts:
    return partial(_facts, states)


_WHEN = (
    "- When: {{ session.when }}\n"
    "{{# if session.begins_elsewhere }}- By your clock: {{ session.begins_elsewhere }}\n{{/ if }}"
    "{{# if session.where }}- Where: {{ session.where }}\n{{/ if }}"
)
_BACK = (
    "If you can’t come, [give the place back]({{ booking.place_link }}){{# if booking.wanted }}: {{ booking.wanted }}{{/ if }}."
)


# Whoever was given a part by somebody else reads of it once, in the first letter that comes of it.
_PART = (
    "{{# if booking.part }}\n\nWith this you are in {{ booking.part }}: you may [book what is open to the community]"
    "({{ booking.link }}). The team sees your name, the address mail goes to, where you work and each part you have or had; "
    "what you need to take part it reads only where you say so. [Who sees what of you]({{ people.seen_link }})"
    "{{# if you.can_answer }}\n\nIf this surprises you, answer this mail: the team can take the part back.{{/ if }}{{/ if }}"
)
_BROUGHT = "{{# if booking.brought_by }} {{ booking.brought_by }} would like to bring you along.{{/ if }}"


def _usual(slug: str, title: str, subject: str, body: str, *, audience: str = "booker", topic: Topic = Topic.DUTY) -> Usual:
    return Usual(slug=slug, title=title, topic=topic, subject=subject, body=body, audience=audience, offset=Offset())


def _register(name: str, label: str, states: Sequence[BookingState], *usual: Usual) -> None:
    register(Happening(name=name, label=label, variables=_VARIABLES, audiences=_AUDIENCES, facts=_of(*states), usual=usual))


_register(
    "participation.booked",
    "somebody gets a place",
    [BookingState.BOOKED],
    _usual(
        "booking-confirmed",
        "A place is booked",
        "Your place: {{ session.title }}, {{ session.when }}",
        "Hello {{ you.first_name }},\n\nyou have a place {{ booking.way }} in **{{ session.title }}**."
        "{{# if booking.brought_by }} {{ booking.brought_by }} brings you along.{{/ if }}\n\n"
        f"{_WHEN}\n{{{{# if session.join_link }}}}[Join the call]({{{{ session.join_link }}}}), which opens an hour before.\n\n"
        f"{{{{/ if }}}}[Agenda and how to come]({{{{ session.link }}}})\n\n{_BACK}{_PART}",
    ),
)
_register(
    "participation.waiting",
    "somebody is put on a waiting list",
    [BookingState.WAITING],
    _usual(
        "booking-waiting",
        "On the waiting list",
        "On the waiting list: {{ session.title }}",
        "Hello {{ you.first_name }},\n\nall places in **{{ session.title }}** are taken, and you are on the waiting list."
        f"{_BROUGHT}\n\n{_WHEN}\nWhen a place becomes free and it is your turn, you hear at once. "
        f"[Leave the list]({{{{ booking.place_link }}}}) if you no longer can come.{_PART}",
    ),
)
_register(
    "participation.offered",
    "a place becomes free for somebody who waits",
    [BookingState.OFFERED],
    _usual(
        "booking-offered",
        "A place becomes free",
        "A place for you until {{ booking.until }}: {{ session.title }}",
        "Hello {{ you.first_name }},\n\na place {{ booking.way }} in **{{ session.title }}** is free, and kept for you until "
        f"**{{{{ booking.until }}}}**.{_BROUGHT}\n\n{_WHEN}\n[Take the place]({{{{ booking.place_link }}}})\n\n"
        "After that it is kept for you no longer.",
    ),
)
_register(
    "participation.asked",
    "somebody asks for a place",
    [BookingState.ASKED],
    _usual(
        "booking-asked",
        "Somebody asks for a place, to the team",
        "{{ booking.person }} asks for a place: {{ session.title }}",
        "Hello {{ you.first_name }},\n\n{{ booking.person }} asks for a place {{ booking.way }} in **{{ session.title }}**, "
        "{{ session.when }}.\n\n[Say yes or no]({{ desk.link }})",
        audience="team",
        topic=Topic.DESK,
    ),
)
_register(
    "participation.lapsed",
    "nobody takes an offered place",
    [BookingState.LAPSED],
    _usual(
        "booking-lapsed",
        "An offer is over",
        "No longer kept for you: {{ session.title }}",
        "Hello {{ you.first_name }},\n\nthe time to take the place in **{{ session.title }}** is over, and it is kept for you "
        "no longer. If you still want to come, [see how it stands and book again]({{ booking.place_link }}).",
    ),
)
_register(
    "participation.declined",
    "the team says no to a booking, or takes a place back",
    [BookingState.DECLINED, BookingState.REMOVED],
    _usual(
        "booking-declined",
        "The team says no",
        "No place this time: {{ session.title }}",
        "Hello {{ you.first_name }},\n\nthere is no place for you in **{{ session.title }}**.\n\n- When: {{ session.when }}"
        "{{# if booking.reason }}\n\n{{ booking.reason }}{{/ if }}\n\n"
        "{{# if you.can_answer }}If you have a question, answer this mail: a person reads it.{{/ if }}",
    ),
)
register(
    Happening(
        name="participation.ended",
        label="booking ends, and somebody who wanted a place has none",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=ended,
        usual=(
            _usual(
                "booking-ended",
                "Booking ends for who has no place",
                "No place for you: {{ session.title }}, {{ session.when }}",
                "Hello {{ you.first_name }},\n\nbooking for **{{ session.title }}** has ended, and you did not get a place.\n\n"
                f"{_WHEN}\nWhere a commitment of yours asks for this session, you may ask to be excused from it: "
                "[what is next for you]({{ hub.me }}). [What else there is to book]({{ booking.link }})",
            ),
        ),
    )
)
register(
    Happening(
        name="participation.cancelled",
        label="a session people booked is cancelled",
        variables=_VARIABLES,
        audiences={
            **_AUDIENCES,
            "waiting": "Who asked, waits or is offered a place",
            "booked": "Who has a place",
            "to-tell": _TO_TELL,
        },
        facts=cancelled,
        usual=(
            _usual(
                "booking-cancelled",
                "A session people wait for is cancelled",
                "Cancelled: {{ session.title }}, {{ session.when }}",
                "Hello {{ you.first_name }},\n\n**{{ session.title }}** on {{ session.when }} is cancelled, so there is "
                "nothing to wait for any more. You need do nothing.\n\n[What else there is]({{ booking.link }})",
                audience="waiting",
            ),
            _usual(
                "place-cancelled",
                "A session people have a place in is cancelled",
                "Cancelled: {{ session.title }}, {{ session.when }}",
                "Hello {{ you.first_name }},\n\n**{{ session.title }}** on {{ session.when }}, where you had a place, is "
                "cancelled. You need do nothing.\n\n[What else there is]({{ booking.link }})",
                audience="to-tell",
            ),
        ),
    )
)
register(
    Happening(
        name="participation.moved",
        label="a session people have a place in is moved, or is elsewhere",
        variables={
            **_VARIABLES,
            "session.is_changed": Variable("says something where its day, time, place or way to attend is another", "yes"),
            "session.is_back": Variable("says something where it was cancelled and takes place after all", ""),
            "session.before": Variable(
                "when it was to be; empty where that is the same", "Tue 24 September 2024, 14:00–16:00 (London)"
            ),
        },
        audiences={**_AUDIENCES, "to-tell": _TO_TELL},
        facts=moved,
        usual=(
            _usual(
                "place-moved",
                "A session people have a place in is moved, or is elsewhere",
                "{{# if session.is_back }}Back on: {{/ if }}{{# if session.is_changed }}Changed: {{/ if }}"
                "{{ session.title }}, {{ session.when }}",
                "Hello {{ you.first_name }},\n\n**{{ session.title }}**, where you have a place, "
                "{{# if session.is_back }}was cancelled and takes place after all{{/ if }}"
                "{{# if session.is_changed }}has changed{{/ if }}. It is now:\n\n"
                f"{_WHEN}{{{{# if session.before }}}}- It was: {{{{ session.before }}}}\n{{{{/ if }}}}\n"
                "{{# if session.join_link }}[Join the call]({{ session.join_link }}), which opens an hour before.\n\n{{/ if }}"
                f"[Agenda and how to come]({{{{ session.link }}}})\n\nYou keep your place. {_BACK}",
                audience="to-tell",
            ),
        ),
    )
)


@audiences("bookings")
def groups(programme: Programme, *, at: datetime) -> Iterator[Audience]:
    """Give, for each session to come that is booked, who has a place, and who waits for one. Four queries."""
    frames = [each for each in frames_of(list(cohorts_of(programme))) if each.window.closes_at > at - _LOOKED_BACK]
    people = _people([frame.session.pk for frame in frames])
    for frame in frames:
        title = f"{frame.occurrence.say_title}, {frame.occurrence.say_when}"
        key = frame.session.pk
        booked = people.get((key, BookingState.BOOKED), frozenset())
        waiting = people.get((key, BookingState.WAITING), frozenset()) | people.get((key, BookingState.OFFERED), frozenset())
        if booked:
            yield Audience(name=f"booked:{key}", label=f"Who has a place: {title}", people=partial(frozenset, booked))
        if waiting:
            label = f"Who waits for a place: {title}"
            yield Audience(name=f"waiting:{key}", label=label, people=partial(frozenset, waiting))


def _people(sessions: Collection[int]) -> dict[tuple[int, BookingState], frozenset[int]]:
    """Give who has a place, waits for one or is offered one, by session and state. One query."""
    found: dict[tuple[int, BookingState], set[int]] = {}
    for session, state, person in Booking.objects.live().filter(session__in=sessions).values_list("session", "state", "person"):
        found.setdefault((session, BookingState(state)), set()).add(person)
    return {key: frozenset(people) for key, people in found.items()}
