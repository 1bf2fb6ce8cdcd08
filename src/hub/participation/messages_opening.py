"""What messages can tell of booking that opens: one letter for all that opens to somebody at one moment.

Sessions open to groups at different moments, Experts first. What is open to everybody is told to nobody: the public has no
address here. Source: seeds/000 ("EiRs have priority, but must confirm max 2 weeks in advance"); issue 5, item 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.opening import say_opening
from hub.core.outbox import Offset
from hub.core.words import listed
from hub.messaging.happenings import Fact, Happening, Usual, register
from hub.participation.queries.openings import HAPPENING, Line, Opening, Openings, cohort_in, openings_of
from hub.people.queries.veils import readers_of
from hub.programmes.models import Programme

_MOST_LINES = 40


def opens(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give what opens at each moment in each cohort, to those who may book from then on and could not before.

    Twelve queries.
    """
    cohorts = None if subjects is None else {cohort_in(subject) for subject in subjects}
    found = openings_of(programme, cohorts=cohorts, at=at)
    readers = readers_of(programme, at=at)
    for opening in found.all:
        if subjects is None or opening.subject in subjects:
            fact = _fact(opening, found)
            yield replace(fact, veil=readers.veil, among=readers.among(opening.cohort.pk))


def _fact(opening: Opening, found: Openings) -> Fact:
    cohort, lines = opening.cohort, opening.lines
    said = {theirs: _words(theirs, found) for theirs in set(opening.people.values())}
    everybody = _words(lines, found, to_whom=True)
    return Fact(
        subject=opening.subject,
        moment=opening.slot.moment,
        zone=cohort.zone,
        over_at=min(found.frames[line.session].window.closes_at for line in lines),
        audiences={"may-book": opening.people.keys()},
        values={
            **everybody,
            "cohort.name": cohort.name,
            "booking.link": settings.BASE_URL + reverse("my-bookings"),
            "schedule.link": settings.BASE_URL + reverse("schedule", args=[found.programme.slug, cohort.slug]),
        },
        personal={person: said[theirs] for person, theirs in opening.people.items()},
        cohort_id=cohort.pk,
        is_again=opening.slot.turn > 0,
        tells={person: " ".join(str(line.session) for line in theirs) for person, theirs in opening.people.items()},
    )


def _words(lines: Sequence[Line], found: Openings, *, to_whom: bool = False) -> Mapping[str, str]:
    """Give the words for some sessions, the first to begin first; `to_whom` adds which groups each opens to then."""
    by_session: dict[int, list[Line]] = {}
    for line in lines:
        by_session.setdefault(line.session, []).append(line)
    order = sorted(by_session, key=lambda key: (found.frames[key].window.begins_at, key))
    said = [_line(key, by_session[key], found, to_whom=to_whom) for key in order]
    if len(said) > _MOST_LINES:
        said = [*said[:_MOST_LINES], f"and {len(said) - _MOST_LINES} more"]
    title = found.frames[order[0]].occurrence.say_title
    return {
        "opens.what": title if len(order) == 1 else f"{len(order)} sessions",
        "opens.sessions": "\n".join(said),
    }


def _line(key: int, lines: Sequence[Line], found: Openings, *, to_whom: bool) -> str:
    frame = found.frames[key]
    until = min((line.until for line in lines if line.until is not None), default=None)
    place = f" {frame.occurrence.place}." if frame.occurrence.place else ""
    said = f"{frame.occurrence.say_title}: {frame.occurrence.say_when}.{place} "
    said += say_opening(frame.terms, frame.window, found.taken[key], until=until)
    return f"{said} For {listed([line.tier.within for line in lines])}." if to_whom else said


register(
    Happening(
        name=HAPPENING,
        label="booking opens for somebody",
        is_standing=True,
        variables={
            "opens.what": Variable("what can be booked: the session’s title, or how many there are", "3 sessions"),
            "opens.sessions": Variable(
                "one line for each session: when and where it is, how many places, until when they book",
                "Systems Thinking: Tue 1 October 2024, 14:00–16:00 (London). 10 places online. "
                "Others may book from Tue 17 September 2024, 09:00 (London). Booking ends Tue 1 October 2024, 14:00 (London).",
                kind="lines",
            ),
            "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
            "booking.link": Variable("what they may book, and their places", "https://example.org/me/bookings/", kind="url"),
            "schedule.link": Variable("the cohort’s schedule", "https://example.org/hub/2024/schedule/", kind="url"),
        },
        audiences={"may-book": "Who may book from then on, and has not"},
        facts=opens,
        usual=(
            Usual(
                slug="booking-opens",
                title="Booking opens for you",
                topic=Topic.SCHEDULE,
                audience="may-book",
                offset=Offset(),
                needs_ok=True,
                subject="You may book now: {{ opens.what }}",
                body=(
                    "Hello {{ you.first_name }},\n\nbooking is open for you in {{ cohort.name }}:\n\n{{ opens.sessions }}\n\n"
                    "[Book a place]({{ booking.link }}), or see [the whole schedule]({{ schedule.link }}). "
                    "You hear of each session once."
                ),
            ),
        ),
    )
)
