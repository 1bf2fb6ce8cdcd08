"""What taking part asks of a team, for This week: registers to fill, requests to answer, Experts at risk, what who left
still has ahead, and notes that wait for a second person.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse

from hub.core.ahead import say_claims
from hub.core.booking import BookingState, ends_at
from hub.core.calendar import day_in, say_date, say_instant
from hub.core.claims import ClaimState
from hub.core.runsheet import Known
from hub.kit import todo
from hub.kit.todo import Todo
from hub.participation import one_to_one_todo  # noqa: F401  importing it registers what it asks
from hub.participation.ahead import page_of
from hub.participation.models import Booking, CatchUp, Excusal
from hub.participation.queries.ahead import held_ahead
from hub.participation.queries.attendance import (
    LOOKED_BACK,
    ToTakeIn,
    registers_i_keep,
    registers_to_fill,
    registers_with_late,
)
from hub.participation.queries.bookings import frames_of, frames_shown
from hub.participation.queries.forecasts import cohorts_asked, forecasts_of
from hub.participation.queries.notes import notes_that_wait
from hub.people.ahead import Ahead
from hub.people.models import Person
from hub.programmes.models import Programme
from hub.schedule.queries.runsheets import key_of
from hub.schedule.queries.told import released_now_of

_PART = "Attendance"
_NAMED = 3  # people named one by one before they are counted
_FILL_WITHIN = timedelta(days=2)  # after a session its register is due


@todo.source(_PART)
def registers(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the sessions that are over and whose register nobody has closed. Three queries."""
    for each in registers_to_fill(programme, at=at):
        place = [programme.slug, each.cohort.slug, each.occurrence.slug]
        yield Todo(
            what="Fill the register",
            about=f"{each.occurrence.say_title}, {each.occurrence.say_when}",
            url=reverse("desk-attendance", args=place),
            action="Fill it",
            part=_PART,
            due_on=day_in(each.over_at + _FILL_WITHIN, each.occurrence.zone),
            stands_for=key_of(each.session_id, Known.ATTENDANCE),
            also=("From files", reverse("desk-attendance-files", args=place)),
        )


@todo.source(_PART)
def late_check_ins(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the sessions to which people checked in after the register was closed. Three queries at most."""
    for each in registers_with_late(cohorts_asked(programme, at=at), since=at - LOOKED_BACK):
        yield _take_in(each, "desk-attendance")


def _take_in(each: ToTakeIn, page: str) -> Todo:
    who = "the one" if each.count == 1 else f"the {each.count}"
    return Todo(
        what=f"Take in {who} who checked in after the register was closed",
        about=f"{each.occurrence.say_title}, {each.occurrence.say_when}",
        url=reverse(page, args=[each.cohort.programme.slug, each.cohort.slug, each.occurrence.slug]),
        action="See who",
        part=_PART,
    )


@todo.own_source(_PART)
def my_registers(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Give the registers of the sessions somebody leads, from an hour before they begin, and who checked in after they were
    closed. Seven queries at most.
    """
    to_fill, to_take_in = registers_i_keep(person, at=at)
    yield from (_take_in(late, "my-register") for late in to_take_in)
    for each in to_fill:
        place = [each.cohort.programme.slug, each.cohort.slug, each.occurrence.slug]
        yield Todo(
            what="Fill the register",
            about=f"{each.occurrence.say_title}, {each.occurrence.say_when}",
            url=reverse("my-register", args=place),
            action="Fill it",
            part=_PART,
            due_on=day_in(each.over_at + _FILL_WITHIN, each.occurrence.zone),
            stands_for=key_of(each.session_id, Known.ATTENDANCE),
            also=("From files", reverse("my-attendance-files", args=place)),
        )


@todo.source("Bookings")
def places_asked_for(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the sessions to come for which people ask for a place. Two queries."""
    rows = Booking.objects.filter(session__cohort__programme=programme, state=BookingState.ASKED.value).order_by()
    asked = {
        row["session"]: row
        for row in rows.values("session", "session__cohort", "session__cohort__slug").annotate(count=Count("pk"))
    }
    released = released_now_of(asked, {row["session__cohort"] for row in asked.values()}) if asked else {}
    for key, row in asked.items():
        session = released.get(key)
        if session is None or session.starts_at is None or session.starts_at <= at:
            continue
        yield Todo(
            what=f"Say yes or no to {_who_ask(row['count'])} for a place",
            about=f"{session.say_title}, {session.say_when}",
            url=reverse("desk-bookings", args=[programme.slug, row["session__cohort__slug"], session.slug]),
            action="See who",
            part="Bookings",
            due_on=day_in(session.starts_at, session.zone),
        )


@todo.source("Bookings")
def held_by_who_left(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give who takes no part any more and still has places or 1:1s ahead. Ten queries at most."""
    found: dict[int, list[Ahead]] = {}
    for each in held_ahead(programme, at=at):
        if each.shown.is_over and not each.shown.allowed:
            found.setdefault(each.shown.person.pk, []).append(each.shown)
    due_on = {key: day_in(min(each.starts_at for each in things), programme.zone) for key, things in found.items()}
    if len(found) > _NAMED:
        what = f"Decide what {len(found)} people keep who take no part any more"
        about = f"They still have {say_claims(each.claim for things in found.values() for each in things)}"
        url = page_of(programme, found)
        yield Todo(what=what, about=about, url=url, action="See and decide", part="Bookings", due_on=min(due_on.values()))
        return
    for key, things in found.items():
        yield Todo(
            what=f"Decide what {things[0].person} keeps, who takes no part any more",
            about=f"Still has {say_claims(each.claim for each in things)}",
            url=page_of(programme, [key]),
            action="See and decide",
            part="Bookings",
            due_on=due_on[key],
        )


@todo.source("Commitments")
def commitments(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the cohorts with Experts at risk, and with requests nobody answered. Fourteen queries at any size."""
    cohorts = cohorts_asked(programme, at=at)
    waiting: dict[int, int] = {}
    for model in (Excusal, CatchUp):
        rows = model.objects.filter(session__cohort__in=cohorts, state=ClaimState.ASKED.value).order_by()
        for cohort, count in rows.values_list("session__cohort").annotate(count=Count("pk")):
            waiting[cohort] = waiting.get(cohort, 0) + count
    for told in forecasts_of(cohorts, at=at):
        url = reverse("desk-attendance-grid", args=[programme.slug, told.cohort.slug])
        if count := waiting.get(told.cohort.pk):
            what = f"Answer {count} request{'' if count == 1 else 's'} about sessions missed"
            yield Todo(what=what, about=told.cohort.name, url=f"{url}#asked", action="See and answer", part="Commitments")
        names = [one.person.name for one in told.at_risk]
        if names:
            said = names[0] if len(names) == 1 else f"{len(names)} Experts"
            what = f"Talk with {said}, at risk of missing what was promised"
            yield Todo(what=what, about=told.cohort.name, url=f"{url}?show=at-risk", action="See them", part="Commitments")


@todo.source("Notes")
def notes(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the notes that wait for a second person, of which the proposer waits for somebody else. One query."""
    for row in notes_that_wait(programme):
        session = row.session
        title = f"{session.title}: {session.topic}" if session.topic else session.title
        is_again = row.state == "asks-again"
        is_own = by is not None and row.proposed_by_id == by.pk
        yield Todo(
            what="Approve the notes again: a name may no longer stand in them"
            if is_again
            else "Approve the notes that are to leave",
            about=f"{title}, {say_date(session.date)}" if session.date else title,
            url=reverse("desk-notes", args=[programme.slug, session.cohort.slug, session.slug]),
            action="Look at them",
            part="Notes",
            waits_for="somebody else of the team" if is_own else "",
        )


@todo.own_source("Bookings")
def my_offers(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Give the places that are kept for somebody for a time, as they may read of them. Six queries, one where there is none."""
    rows = list(
        Booking.objects.filter(person=person, state=BookingState.OFFERED.value, offered_until__gt=at)
        .select_related("session__cohort__programme")
        .order_by("offered_until", "pk")
    )
    found = frames_of({row.session.cohort for row in rows}) if rows else []
    frames = {each.session.pk: each for each in frames_shown(person, found, at=at)}
    for row in rows:
        frame, cohort = frames.get(row.session_id), row.session.cohort
        if frame is None or row.offered_until is None:
            continue
        session, until = frame.occurrence, ends_at(row.offered_until, frame.window)
        if until <= at:
            continue
        yield Todo(
            what=f"Take the place kept for you until {say_instant(until, session.zone)}",
            about=f"{session.say_title}, {session.say_when}",
            url=reverse("session-places", args=[cohort.programme.slug, cohort.slug, session.slug]),
            action="Say yes or no",
            part="Bookings",
            due_on=day_in(until, session.zone),
        )


def _who_ask(count: int) -> str:
    return "the one who asks" if count == 1 else f"the {count} who ask"
