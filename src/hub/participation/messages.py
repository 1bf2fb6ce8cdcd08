"""What messages can tell of bookings: a place, a wait, an offer, a no. Each once for a booking and what became of it.

A confirmation says date, time, zone, place or link, and how to give the place back. Source: lessons, "Booking" and "Mail".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from hub.core import ical
from hub.core.booking import BookingState, Way
from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.occurrence import Occurrence, SessionState
from hub.core.outbox import Offset
from hub.messaging.happenings import Audience, Fact, Facts, Happening, Usual, audiences, register
from hub.participation import messages_promises, one_to_one_messages  # noqa: F401  importing it registers what it can tell
from hub.participation.models import Booking
from hub.participation.queries.bookings import frames_of, taken_of_many
from hub.people.queries.reached import team_of
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of
from hub.schedule.queries.told import newest_releases_at, released_now_of

_LOOKED_BACK = timedelta(days=60)
_VARIABLES = {
    "session.title": Variable("what the session is called", "Systems Thinking"),
    "session.when": Variable("when it is, in its own zone", "Tue 1 October 2024, 14:00–16:00 (London)"),
    "session.begins": Variable("when it begins, by the recipient’s clock", "Tue 1 October 2024, 15:00 (Berlin)"),
    "session.begins_elsewhere": Variable(
        "the same, and empty where that is the clock of the session", "Tue 1 October 2024, 15:00 (Berlin)"
    ),
    "session.where": Variable("where it is, or how to attend", "Online"),
    "session.link": Variable("the session’s page, where a place is given back", "https://example.org/hub/2024/", kind="url"),
    "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
    "booking.way": Variable("in the room, or online", "online"),
    "booking.person": Variable("whose booking it is", "Ada Lindqvist"),
    "booking.link": Variable("all of one’s bookings", "https://example.org/me/bookings/", kind="url"),
    "booking.until": Variable("until when an offered place is kept, in the session’s zone", "Thu 5 September 2024, 14:00"),
    "booking.reason": Variable("why the team said no; may be empty", "It is for beginners."),
    "booking.brought_by": Variable("who brought a colleague; empty where they booked themselves", ""),
    "desk.link": Variable("the team’s page of the session’s bookings", "https://example.org/team/hub/", kind="url"),
}
_AUDIENCES = {"booker": "Whose booking it is", "team": "The team"}


def _facts(
    states: Sequence[BookingState], programme: Programme, *, subjects: Collection[str] | None, at: datetime
) -> Iterator[Fact]:
    """Give the bookings that stand somewhere since the last sixty days, of sessions that are not cancelled. Four queries."""
    rows = Booking.objects.filter(state__in=[state.value for state in states], state_at__gte=at - _LOOKED_BACK)
    for row, session, team in _told(rows, programme, subjects=subjects, at=at):
        if session.state is not SessionState.CANCELLED:
            over_at = row.offered_until or session.starts_at
            yield _fact(row, session, moment=row.state_at, over_at=over_at, audiences={"booker": [row.person_id], "team": team})


def cancelled(programme: Programme, *, subjects: Collection[str] | None, at: datetime) -> Iterator[Fact]:
    """Give the live bookings of sessions the newest release cancels, from that release on. Five queries."""
    rows = Booking.objects.live().filter(session__date__gte=(at - _LOOKED_BACK).date())
    told = _told(rows, programme, subjects=subjects, at=at)
    found = [each for each in told if each[1].state is SessionState.CANCELLED]
    since = newest_releases_at({row.session.cohort_id for row, _, _ in found}) if found else {}
    for row, session, team in found:
        whose = "booked" if row.state == BookingState.BOOKED else "waiting"
        audiences = {"booker": [row.person_id], "team": team, "waiting": [], "booked": []} | {whose: [row.person_id]}
        moment = since[row.session.cohort_id]
        yield _fact(row, session, moment=moment, over_at=session.starts_at, audiences=audiences)


def _told(
    rows: QuerySet[Booking], programme: Programme, *, subjects: Collection[str] | None, at: datetime
) -> Iterator[tuple[Booking, Occurrence, list[int]]]:
    """Give some bookings of a programme with their sessions as released, and its team; those without a time are left out."""
    rows = rows.filter(session__cohort__programme=programme)
    if subjects is not None:
        rows = rows.filter(pk__in=[int(each.rpartition(":")[2]) for each in subjects])
    found = list(rows.select_related("session__cohort__programme", "person", "brought_by__person").order_by("pk"))
    released = released_now_of({row.session_id for row in found}, {row.session.cohort_id for row in found}) if found else {}
    team = [person.pk for person in team_of(programme, at=at)] if found else []
    for row in found:
        session = released.get(row.session_id)
        if session is not None and session.starts_at is not None:
            yield row, session, team


def _fact(
    row: Booking, session: Occurrence, *, moment: datetime, over_at: datetime | None, audiences: Mapping[str, list[int]]
) -> Fact:
    assert session.starts_at is not None
    cohort = row.session.cohort
    place = [cohort.programme.slug, cohort.slug, session.slug]
    return Fact(
        subject=f"booking:{row.pk}",
        moment=moment,
        zone=session.zone,
        over_at=over_at,
        audiences=audiences,
        values={
            "session.title": session.say_title,
            "session.when": session.say_when,
            "session.where": ical.location(session),
            "session.link": settings.BASE_URL + reverse("session", args=place),
            "cohort.name": cohort.name,
            "booking.way": Way(row.way).within,
            "booking.person": row.person.name,
            "booking.link": settings.BASE_URL + reverse("my-bookings"),
            "booking.until": say_instant(row.offered_until, session.zone) if row.offered_until else "",
            "booking.reason": row.reason,
            "booking.brought_by": row.brought_by.person.name if row.brought_by else "",
            "desk.link": settings.BASE_URL + reverse("desk-bookings", args=place),
        },
        moments={"session.begins": session.starts_at},
        cohort_id=cohort.pk,
    )


def _of(*states: BookingState) -> Facts:
    return partial(_facts, states)


_WHEN = (
    "- When: {{ session.when }}\n"
    "{{# if session.begins_elsewhere }}- By your clock: {{ session.begins_elsewhere }}\n{{/ if }}"
    "{{# if session.where }}- Where: {{ session.where }}\n{{/ if }}"
)
_BACK = "If you can’t come, [give the place back]({{ session.link }}): somebody waits for it."


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
        f"{_WHEN}\n[Agenda and how to join]({{{{ session.link }}}})\n\n{_BACK}",
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
        "Hello {{ you.first_name }},\n\nall places in **{{ session.title }}** are taken, and you are on the waiting list.\n\n"
        f"{_WHEN}\nWhen a place becomes free and it is your turn, you hear at once. "
        "[Leave the list]({{ session.link }}) if you no longer can come.",
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
        f"**{{{{ booking.until }}}}**.\n\n{_WHEN}\n[Take the place]({{{{ session.link }}}})\n\n"
        "After that it goes to whoever waits next.",
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
        "The place went on: {{ session.title }}",
        "Hello {{ you.first_name }},\n\nthe place in **{{ session.title }}** that was kept for you went to whoever waits next. "
        "[Join the waiting list again]({{ session.link }}) if you still want to come.",
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
        "Hello {{ you.first_name }},\n\nthere is no place for you in **{{ session.title }}** on {{ session.when }}."
        "{{# if booking.reason }}\n\n{{ booking.reason }}{{/ if }}\n\n"
        "{{# if you.can_answer }}If you have a question, answer this mail: a person reads it.{{/ if }}",
    ),
)

register(
    Happening(
        name="participation.cancelled",
        label="a session people booked is cancelled",
        variables=_VARIABLES,
        audiences={**_AUDIENCES, "waiting": "Who asked, waits or is offered a place", "booked": "Who has a place"},
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
        ),
    )
)


@audiences("bookings")
def groups(programme: Programme, *, at: datetime) -> Iterator[Audience]:
    """Give, for each session to come that is booked, who has a place, and who waits for one."""
    frames = [each for each in frames_of(list(cohorts_of(programme))) if each.window.closes_at > at - _LOOKED_BACK]
    taken = taken_of_many({each.session.pk: each.terms for each in frames})
    for frame in frames:
        title = f"{frame.occurrence.say_title}, {frame.occurrence.say_when}"
        key = frame.session.pk
        if any(each.held for each in taken[key].values()):
            people = partial(_people, key, [BookingState.BOOKED])
            yield Audience(name=f"booked:{key}", label=f"Who has a place: {title}", people=people)
        if any(each.waiting for each in taken[key].values()):
            people = partial(_people, key, [BookingState.WAITING, BookingState.OFFERED])
            yield Audience(name=f"waiting:{key}", label=f"Who waits for a place: {title}", people=people)


def _people(session: int, states: Sequence[BookingState]) -> frozenset[int]:
    rows = Booking.objects.filter(session=session, state__in=[state.value for state in states])
    return frozenset(rows.values_list("person", flat=True))
