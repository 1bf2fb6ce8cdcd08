"""The part of the demo that shows sessions from within: a café that is on while one looks, and what came of earlier ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub.cli.demo_people import cast
from hub.core.calendar import say_date

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
_PAST_NOTES = """# Collaboration Café, {day}

Joining link: https://meet.example.org/rooms/practitioners-cafe

## Sign in

- Ada Lindqvist (she/her)
- Grace Achterberg
- Leila Brightwater (she/her)

## What we talked about

- Ada Lindqvist showed her sensor catalogue. Two columns nobody could explain are gone since.
- Grace Achterberg asked who may publish what; **write the answer down before the data**.
- Rosa Marchetti read two of the drafts, and will send what she marked.
- Leila has found a licence that fits pictures and tables.
- somebody is looking for another post 🤫

## Until next time

1. Everybody: one sentence on what "done" looks like.
2. Questions to rota@example.org
"""


def open_rooms(programme: Programme, today: Cohort, mara: Person, *, at: datetime) -> None:
    """Let a café of the cohort of today be on at `at`, prepare its room, and leave notes there."""
    from hub.core.room import How
    from hub.participation import commands
    from hub.participation.entering import standing_of
    from hub.people.queries import people_of
    from hub.schedule.commands.sessions import add_material

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
        ("Slides of the welcome", "https://example.org/slides/welcome", "slides", "public"),
        ("Worksheet: benefits map", "https://example.org/worksheets/benefits", "worksheet", "cohort"),
        ("How we run a café", "https://example.org/team/cafe", "other", "team"),
    ):
        add_material(cafe_now, title=title, url=url, kind=kind, access=access, licence="CC BY 4.0", owner=mara, by=mara, at=at)
    commands.save_notes(cafe_now, _NOTES, seen=0, by=mara, at=at)
    for person in people_of(programme, mara, cohort=today.slug, at=at)[:12]:
        if standing_of(person, cafe_now, at=at).enters:
            commands.check_in(cafe_now, person, how=How.ROOM, by=person, at=at)


def share_notes(today: Cohort, mara: Person, yusuf: Person, *, at: datetime) -> None:
    """Let the notes of a past café of the cohort of today leave, approved and public; those of the one after wait for Yusuf."""
    from hub.core.plan.model import Kind
    from hub.participation import commands
    from hub.schedule.queries.working import working_sessions

    past = [each for each in working_sessions(today) if each.kind == Kind.CAFE and each.date and each.date < at.date()]
    for number, cafe in enumerate(past[-2:]):
        assert cafe.date is not None
        after = datetime.combine(cafe.date, time(18), _LONDON)
        commands.save_notes(cafe, _PAST_NOTES.format(day=say_date(cafe.date)), seen=0, by=mara, at=after)
        export = commands.begin_sharing(cafe, by=mara, at=after + timedelta(minutes=5))
        export = commands.propose_sharing(export, by=mara, at=after + timedelta(minutes=20))
        if number == 0:
            export = commands.approve_sharing(export, by=yusuf, at=after + timedelta(hours=15))
            commands.show_notes(export, is_public=True, by=yusuf, at=after + timedelta(hours=15))


def learn_from_runs(programme: Programme, mara: Person, *, at: datetime) -> None:
    """Ask after each training that was given how it was, note what to change, and say of a workshop which training it was."""
    from hub.core.forms import Audience
    from hub.core.plan.model import Kind
    from hub.forms import commands as forms
    from hub.forms import library
    from hub.participation import commands
    from hub.programmes.queries import catalogue
    from hub.schedule.queries.working import taught_sessions

    made = library.ready_made()["session-feedback"]
    said = cast(table="feedback", file="forms.toml")
    runs = [each for each in taught_sessions(programme) if each.date and each.date < at.date()]
    journeys = next((line.title for line in catalogue(programme) if line.title.startswith("User journey mapping")), None)
    given = [each for each in runs if each.kind == Kind.TRAINING]
    for number, session in enumerate(given):
        assert session.date is not None
        after = datetime.combine(session.date, time(18), _LONDON)
        content = replace(made.content, title=f"How was {session.title}? {session.cohort.name}"[:120])
        form = forms.create_form(
            programme, content, is_anonymous=True, audience=Audience.ANYBODY, kept_days=3650, by=mara, at=after
        )
        forms.publish_form(form, seen=form.draft_at, by=mara, at=after)
        for typed in said[number % 3 :]:
            forms.answer_anonymously(form, typed, version=1, by=None, at=after + timedelta(hours=14))
        commands.note_run(session, text=_CHANGES if number % 2 == 0 else "", form=form, by=mara, at=after + timedelta(days=2))
    for session in runs:
        if journeys and session.kind == Kind.WORKSHOP and "journey mapping" in session.title.lower():
            commands.say_training(session, journeys, by=mara, at=at)


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
        led_by="Nia Calloway",
    )
    newest = latest_release(cohort)
    session = add_session(cohort, facts, by=mara, at=at)
    release_schedule(cohort, note="An open hour today.", seen=newest.number if newest else 0, by=mara, at=at)
    return session
