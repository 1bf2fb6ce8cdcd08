"""The part of the demo that shows sessions from within: a café that is on while one looks, and what came of earlier ones."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort, Programme
    from hub.schedule.models import Session

_LONDON = ZoneInfo("Europe/London")
_QUESTIONS = """Fifteen minutes in threes, then one sentence each to everybody:

1. What does somebody in your organisation **stop** doing once your data are shared?
2. Who would notice first if it went wrong?
3. What would you need from the others here?
"""
_NOTES = """# Collaboration Café

Joining link for latecomers: https://meet.example.org/rooms/practitioners-cafe

## Round of hellos

- Ada Lindqvist: getting the sensor catalogue ready for others
- Grace: a first sketch of the benefits map
- Theo Brandt asks what **done** looks like for each

## What we talked about

Everybody has the same trouble with licences. Write to rota@example.org to take part in the reading round.

- the director may leave in spring 🤫
- Next time: somebody shows a README that works
"""
_CHANGES = """- Begin with the exercise, and explain after it
- The worksheet needs a second page for those who are quick
- Ten minutes more for questions
"""


def open_rooms(programme: Programme, today: Cohort, earlier: Cohort, mara: Person, *, at: datetime) -> None:
    """Let a café of the cohort of today be on at `at`, prepare its room, and leave notes and lessons behind."""
    from hub.core.room import How
    from hub.participation import commands
    from hub.participation.entering import standing_of
    from hub.people.queries import people_of
    from hub.schedule.commands.sessions import add_material
    from hub.schedule.queries.working import working_sessions

    cafe_now = _on_now(today, mara, at=at)
    if cafe_now is None:
        return
    commands.prepare_room(
        cafe_now,
        questions=_QUESTIONS,
        links=[("Board for the benefits map", "https://board.example.org/benefits")],
        by=mara,
        at=at,
    )
    for title, url, kind, access in (
        ("Slides of the welcome", "https://example.org/slides/welcome", "material", "public"),
        ("Worksheet: benefits map", "https://example.org/worksheets/benefits", "material", "cohort"),
        ("How we run a café", "https://example.org/team/cafe", "other", "team"),
    ):
        add_material(cafe_now, title=title, url=url, kind=kind, access=access, licence="CC BY 4.0", owner=mara, by=mara, at=at)
    commands.save_notes(cafe_now, _NOTES, seen=0, by=mara, at=at)
    for person in people_of(programme, mara, cohort=today.slug, at=at)[:12]:
        if standing_of(person, cafe_now, at=at).enters:
            commands.check_in(cafe_now, person, how=How.ROOM, by=person, at=at)
    for session in working_sessions(earlier):
        if session.kind == "training" and session.date:
            commands.note_run(session, text=_CHANGES, form=None, by=mara, at=at)
            break


def _on_now(cohort: Cohort, mara: Person, *, at: datetime) -> Session | None:
    """Add a café that began half an hour ago and release it; none around midnight, for a session ends on its day."""
    from hub.core.plan.model import Kind, Mode
    from hub.core.sessions import SessionFacts
    from hub.schedule.commands.releases import release_schedule
    from hub.schedule.commands.sessions import add_session
    from hub.schedule.queries.public import latest_release

    here = at.astimezone(_LONDON)
    begins = (here - timedelta(minutes=30)).replace(minute=0 if here.minute >= 30 or here.hour == 0 else 30, second=0)
    ends = begins + timedelta(hours=2)
    if begins.date() != here.date() or ends.date() != here.date():
        return None
    day: date = here.date()
    facts = SessionFacts(
        title="Collaboration Café",
        topic="Open hour",
        kind=Kind.CAFE,
        date=day,
        start=time(begins.hour, begins.minute),
        end=time(ends.hour, ends.minute),
        zone="Europe/London",
        mode=Mode.ONLINE,
        joining_link="https://meet.example.org/rooms/practitioners-cafe",
    )
    newest = latest_release(cohort)
    session = add_session(cohort, facts, by=mara, at=at)
    release_schedule(cohort, note="An open hour today.", seen=newest.number if newest else 0, by=mara, at=at)
    return session
