"""The team's morning page: what must be done, by whom, what is late, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from hub.core.calendar import day_in
from hub.core.week import Stretch, Week, week_of
from hub.kit import todo
from hub.kit.request import Request
from hub.kit.todo import Change, Todo
from hub.people.access import person_of, seen_as, team_page
from hub.people.models import Person
from hub.people.places import programme_or_404
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Session
from hub.schedule.queries.standings import Home, home_of, load_of, read_once
from hub.site.statements import VISITS

WHOSE = ("mine", "nobody")
COMING = 6  # sessions shown as coming
CARDS = 3  # cohorts shown at length
CHANGES = 12
AT_FIRST = 40  # things of a stretch shown at first; `?all` shows the rest
BACK = timedelta(days=7)  # how far changes are told, at least
FURTHEST_BACK = timedelta(days=30)  # and at most, to who was away
PAUSE = timedelta(minutes=30)  # after which coming again is another visit
UNTOLD = ("planned", "written-back")  # what an import or an edit writes beside the line that tells of it


@dataclass(frozen=True, slots=True)
class Shown:
    """A stretch as the page shows it: its first things, how many there are, and how many are not shown."""

    stretch: Stretch
    things: tuple[Todo, ...]
    count: int

    @property
    def rest(self) -> int:
        """How many are not shown."""
        return self.count - len(self.things)


@dataclass(frozen=True, slots=True)
class Next:
    """A session to come, and its cohort."""

    cohort: Cohort
    session: Session


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed, and whether it did since the last visit."""

    change: Change
    is_new: bool


@team_page
@require_safe
def team_home(request: Request, programme: str) -> HttpResponse:
    """Show what there is to do in a programme, what changed, what comes next, and how its cohorts stand."""
    place = programme_or_404(programme)
    at, by = timezone.now(), person_of(request)
    today = day_in(at, place.zone)
    with read_once():
        every, home = todo.todos(place, by=by, at=at), home_of(place, at=at)
    asked = request.GET.get("whose", "")
    whose = asked if asked in WHOSE else ""
    week = week_of((each for each in every if _is_whose(each, whose, by)), today=today)
    most = None if "all" in request.GET else AT_FIRST
    visited, remembered = _last_visit(request, at)
    context = {
        "programme": place,
        "today": today,
        "whose": whose,
        "counts": {name: sum(_is_whose(each, name, by) for each in every) for name in ("", *WHOSE)},
        "parts": [Shown(part.stretch, part.things[:most], len(part.things)) for part in week.parts],
        "beyond": week.beyond,
        "sentence": _sentence(week_of(every, today=today)),
        "home": home,
        "shown": home.current[:CARDS],
        "others": home.current[CARDS:],
        "load": load_of(home, today=today),
        "coming": _coming(home),
        "changes": _changes(place, visited, at),
        "visited": visited,
    }
    response = render(request, "site/week.html", context)
    if not seen_as(request):
        response.set_cookie(
            VISITS,
            remembered,
            max_age=FURTHEST_BACK,
            path=reverse("team-home", args=[place.slug]),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _is_whose(one: Todo, whose: str, by: Person | None) -> bool:
    if whose == "mine":
        return by is not None and one.owner_id == by.pk
    return not whose or (one.owner_id is None and not one.waits_for)


def _sentence(week: Week[Todo]) -> str:
    """Say in a breath how the week stands: "3 late, 1 today, 4 more this week"."""
    counts = [len(week.things(stretch)) for stretch in (Stretch.LATE, Stretch.TODAY, Stretch.WEEK)]
    said = [f"{count} {words}" for count, words in zip(counts, ("late", "today", "this week"), strict=True) if count]
    return ", ".join(said) or "Nothing is late, and nothing is due this week"


def _coming(home: Home) -> list[Next]:
    coming = [Next(standing.cohort, session) for standing in home.current for session in standing.coming]
    return sorted(coming, key=lambda each: (each.session.date or date.max, str(each.session.start or ""), each.session.pk))[
        :COMING
    ]


def _changes(programme: Programme, visited: datetime | None, at: datetime) -> list[Changed]:
    since = max(min(visited or at, at - BACK), at - FURTHEST_BACK)
    found = todo.changes(programme, since=since, at=at, zone=programme.zone, most=CHANGES, but=UNTOLD)
    return [Changed(change, is_new=visited is not None and change.at > visited) for change in found]


def _last_visit(request: Request, at: datetime) -> tuple[datetime | None, str]:
    """Give when the person was here before, None the first time, and what their browser is to remember of it.

    Coming again within half an hour is the same visit. Only the browser knows: looking at a page writes nothing.
    """
    before, last = (_moment(text) for text in (*request.COOKIES.get(VISITS, "").split("|"), "", "")[:2])
    if last is None or last > at or at - last > PAUSE:
        before, last = last if last and last <= at else None, at
    return before, f"{before.isoformat() if before else ''}|{last.isoformat()}"


def _moment(text: str) -> datetime | None:
    """Read a moment out of what a browser sent, None where it is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
