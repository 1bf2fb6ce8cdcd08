"""What messages can tell of bookings: a place, a wait, an offer, a no, the end. Each once for a booking and what became of it.

A confirmation says date, time, zone, place or link, and how to give the place back. Source: lessons, "Booking" and "Mail".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from hub.core.booking import BookingState
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.outbox import Offset
from hub.messaging.happenings import Audience, Facts, Happening, Usual, audiences, register
from hub.participation import (  # noqa: F401  importing them registers what they can tell
    messages_answers,
    messages_opening,
    messages_promises,
    one_to_one_messages,
)
from hub.participation.booking_facts import asked_for, cancelled, ended, facts, moved, taken_back
from hub.participation.models import Booking
from hub.participation.queries.bookings import frames_of
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of

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
_TO_TELL = "Who has a place and hears of it by no calendar invitation"
_AUDIENCES = {"booker": "Whose booking it is", "team": "The team"}


def _of(*states: BookingState) -> Facts:
    return partial(facts, states)


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
register(
    Happening(
        name="participation.asked-for",
        label="somebody asks for a place for a colleague",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=asked_for,
        usual=(
            _usual(
                "colleague-asked",
                "A place is asked for, to the colleague it is for",
                "Asked for you: {{ session.title }}, {{ session.when }}",
                "Hello {{ you.first_name }},\n\n{{ booking.brought_by }} would like to bring you along to "
                "**{{ session.title }}** and has asked for a place {{ booking.way }} for you. The team says yes or no, and you "
                f"hear of it.\n\n{_WHEN}\nIf you don’t want to come, [take it back]({{{{ booking.place_link }}}}).{_PART}",
            ),
        ),
    )
)
register(
    Happening(
        name="participation.taken-back",
        label="whoever brings a colleague along takes that back",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=taken_back,
        usual=(
            _usual(
                "colleague-withdrawn",
                "Whoever brings a colleague along takes that back",
                "You are not brought along any more: {{ session.title }}",
                "Hello {{ you.first_name }},\n\n{{ booking.brought_by }} no longer brings you along to "
                "**{{ session.title }}**, so what was booked or asked for you there is taken back.\n\n"
                "- When: {{ session.when }}\n\n"
                "If you would like to come all the same, [see how it stands]({{ booking.place_link }})."
                "{{# if booking.part }}\n\nYou stay in {{ booking.part }}. [Who sees what of you]({{ people.seen_link }})"
                "{{# if you.can_answer }}\n\nIf this surprises you, answer this mail: the team can take the part back.{{/ if }}"
                "{{/ if }}",
            ),
        ),
    )
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
