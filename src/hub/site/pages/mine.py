"""What is mine: the page a person starts on, and the places they may enter."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.admissions.queries import lines_of
from hub.core.calendar import day_in
from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Mode
from hub.core.room import Stage, to_check_in
from hub.core.week import Stretch, week_of
from hub.kit import todo
from hub.participation.queries import card_of, check_in_of, offers_to
from hub.people import queries as people
from hub.people.access import member_page, person_of, seen_as
from hub.people.models import FELLOWS, Person, Role, RoleKind
from hub.people.todo import NEEDS
from hub.programmes.models import Cohort
from hub.schedule.coming import extras_of, places_of
from hub.schedule.queries import overview
from hub.schedule.queries.mine import Part, followed, part_in
from hub.site import navigation

AHEAD = 4  # the next one, and what comes after it
OFFERED = 3  # of what somebody may book


@member_page
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Say what is next for the person who asks."""
    person = person_of(request)
    assert person is not None  # the decorator let them in
    at = timezone.now()
    roles = list(people.roles_at(person, at=at).select_related("programme", "cohort").order_by("programme__name", "pk"))
    theirs = navigation.cohorts_of([role for role in roles if role.kind in FELLOWS])
    coming = _coming(person, theirs, at)
    now = _now(person, coming[0], at) if coming else None
    context = {
        "roles": roles,
        "next": coming[0] if coming else None,
        "now": now,
        "check_in": check_in_of(coming[0].occurrence, person) if now else None,
        "after": coming[1:],
        "takes_part": bool(theirs),
        "offers": _open_to(person, theirs, at),
        **_own(person, at, is_looked_at=seen_as(request) is not None),
        "run": [role.programme for role in roles if role.kind == RoleKind.TEAM and role.cohort is None],
        "onboarding": lines_of(person, at=at),
        "commitments": card_of(person, at=at),
        "sentence": _sentence(coming, roles, at),
        "erasure": people.open_erasure(person),
        "questions": people.questions_open_to(person, at=at),
        "zone": person.clock,
    }
    return render(request, "site/me.html", context)


def _own(person: Person, at: datetime, *, is_looked_at: bool) -> dict[str, Any]:
    """Give what is the person's own to do: what is late or due this week, and how much comes after it.

    Who looks with their eyes is not told that they said what they need.
    """
    today = day_in(at, person.clock)
    things = [each for each in todo.own_todos(person, at=at) if not (is_looked_at and each.part == NEEDS)]
    week = week_of(things, today=today)
    later = len(week.things(Stretch.LATER))
    now = [each for part in week.parts if part.stretch is not Stretch.LATER for each in part.things]
    return {"own": week, "own_now": now, "own_later": later, "today": today}


def _coming(person: Person, theirs: Collection[Cohort], at: datetime) -> list[overview.Coming]:
    """Give what comes next in the cohorts somebody takes part in, and what they have a place in elsewhere.

    Names are as they were written only where they take part. A role of another kind makes no session of a cohort theirs.
    What is theirs alone, such as a 1:1, stands among it, the first of it also where much else comes before.
    """
    found = overview.coming(theirs, at=at, limit=AHEAD, is_among_themselves=True)
    held = {uid for uid, has in places_of(person).items() if has}
    if held:
        known = {cohort.pk for cohort in theirs}
        elsewhere = [each.cohort for each in followed(person, places=dict.fromkeys(held, True), at=at)]
        found += overview.coming([each for each in elsewhere if each.pk not in known], at=at, limit=AHEAD, only=held)
    own = list(_theirs_alone(person, at))
    first = sorted([*found, *own], key=lambda each: each.occurrence.starts_at or at)[:AHEAD]
    return first if not own or own[0] in first else [*first, own[0]]


def _theirs_alone(person: Person, at: datetime) -> Iterator[overview.Coming]:
    """Give what is not over of what is in nobody's calendar but theirs; a way to join only where it is held online."""
    for each in extras_of(person, at=at):
        it = each.occurrence
        ends = it.ends_at or it.starts_at
        if ends is not None and ends > at and it.state is SessionState.SCHEDULED:
            yield overview.Coming(each.cohort, it, each.page, each.url if it.mode is Mode.ONLINE else "")


def _open_to(person: Person, theirs: Collection[Cohort], at: datetime) -> list[tuple[overview.Coming, str]]:
    """Give the first of what somebody may book, each with the words on its places; names as they may read them.

    Who takes part in cohorts is shown what is theirs to book there; the rest stands under their bookings.
    """
    own = {cohort.pk for cohort in theirs}
    offers = [each for each in offers_to(person, at=at) if not own or each.frame.session.cohort_id in own][:OFFERED]
    return [(overview.Coming(each.frame.session.cohort, each.frame.occurrence), each.told.sentence) for each in offers]


def _sentence(coming: list[overview.Coming], roles: list[Role], at: datetime) -> str:
    if coming:
        return _nearness(coming[0].occurrence, at)
    return "Nothing is coming up, as far as we know." if roles else "You are signed in."


def _now(person: Person, next_one: overview.Coming, at: datetime) -> Part | None:
    """Give the way into the next session's room, from when one may check in; None before, and for who has no part in it."""
    it = next_one.occurrence
    if next_one.url or it.starts_at is None or to_check_in(it.starts_at, it.ends_at).stage(at=at) is not Stage.ON:
        return None
    return part_in(person, next_one.cohort, it, at=at)


def _nearness(next_one: Occurrence, at: datetime) -> str:
    """Say how near a session is, in whole days of its own zone: "Collaboration Café is tomorrow."."""
    title, starts = next_one.say_title, next_one.starts_at
    if starts is None:
        return f"Next is {title}."
    if starts <= at:
        return f"{title} is going on now."
    zone = ZoneInfo(next_one.zone)
    days = (starts.astimezone(zone).date() - at.astimezone(zone).date()).days
    return f"{title} is {('today', 'tomorrow')[days] if days < 2 else f'in {days} days'}."


@member_page
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """List the places the person may enter, for the palette."""
    person = person_of(request)
    assert person is not None  # the decorator let them in
    response = JsonResponse({"places": [asdict(place) for place in navigation.places(person, at=timezone.now())]})
    response["Cache-Control"] = "private, no-store"
    return response
