"""Where a person may go: the desk's rail and the palette are drawn from the same places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse

from hub.core.calendar import day_in, say_date
from hub.core.occurrence import SessionState
from hub.people import queries as people
from hub.people.models import Person, Role, RoleKind
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.queries import overview

MOST_COHORTS = 3  # whose sessions the palette finds: the current one and its neighbours


@dataclass(frozen=True, slots=True)
class Place:
    """A page one may enter: its words, address, icon; `path` is the way to it as people say it."""

    label: str
    url: str
    icon: str
    path: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together under a heading, which may itself be a place."""

    title: str
    places: tuple[Place, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rail:
    """What the rail shows: what is mine, then the current cohort, then the rest."""

    groups: tuple[Group, ...]


DESK = (
    ("desk", "Schedule", "calendar-days"),
    ("desk-plan", "Plan", "file-text"),
    ("desk-series", "Series", "repeat"),
    ("desk-release", "Release", "send"),
    ("desk-run-sheet", "Run-sheet", "clock"),
    ("desk-onboarding", "Onboarding", "list-checks"),
    ("desk-attendance-grid", "Attendance", "layout-grid"),
    ("desk-one-to-ones", "1:1s", "users"),
)

MOST_OTHERS = 4  # further cohorts of a programme in the rail; the rest stand on *This week*
_COACHES = {RoleKind.COACH, RoleKind.FACILITATOR}

ACTIONS = (  # found in the palette, not in the rail: things one does
    ("desk-session-add", "Add a session", "plus"),
    ("desk-plan-upload", "Upload a plan", "upload"),
    ("desk-plan-versions", "Earlier versions of the plan", "history"),
    ("desk-box", "Make a cohort from this one", "box"),
    ("desk-kick-off", "Prepare the kick-off", "rocket"),
    ("desk-commitments", "What each Expert promises", "list-checks"),
    ("desk-load", "Load of the Experts", "clock"),
    ("desk-certificates", "Certificates of participation", "graduation-cap"),
    ("desk-onboarding-summary", "What the onboarding survey says", "message-circle"),
)
SETTINGS = (
    ("desk-person-add", "Add a person", "plus"),
    ("desk-form-new", "Make a form", "plus"),
    ("desk-people-import", "Bring people in", "upload"),
    ("desk-letter-new", "Write a letter", "square-pen"),
    ("desk-message-rules", "Rules and their letters", "list-checks"),
    ("desk-channels", "Chat channels, and who answers", "message-circle"),
    ("desk-year-plan", "Import the year plan", "calendar-range"),
    ("desk-materials", "Materials of every cohort", "file-text"),
    ("desk-trainings", "Trainings, and what to change next time", "list-checks"),
    ("desk-known-names", "Names in attendance files, and whom they mean", "users"),
    ("desk-rules", "Rules for plans", "list-checks"),
    ("desk-run-sheets", "Run-sheets of each kind of session", "clock"),
    ("desk-statements", "Privacy and accessibility statements", "file-text"),
    ("desk-history", "What happened in the programme", "history"),
)

AFTER_A_SESSION = (  # found in the palette from a session's day on
    ("desk-attendance", "Who came", "users"),
    ("desk-attendance-files", "Attendance from files", "upload"),
)


def _place(name: str, label: str, icon: str, *arguments: str, path: str, here: str) -> Place | None:
    """Give the place behind a URL name; None where the room that has it is not built in."""
    try:
        url = reverse(name, args=arguments)
    except NoReverseMatch:
        return None
    return Place(label, url, icon, path, is_here=url == here)


def _present(*places: Place | None) -> tuple[Place, ...]:
    return tuple(place for place in places if place)


def current_first(cohorts: list[Cohort], *, at: datetime) -> list[Cohort]:
    """Put the cohort that runs first, else the next to come, else the newest; the others follow, newest first.

    The day is that of each cohort's own zone.
    """

    def order(cohort: Cohort) -> tuple[int, int]:
        today = at.astimezone(ZoneInfo(cohort.zone)).date()
        if cohort.starts_on <= today <= cohort.ends_on:
            return (0, -cohort.starts_on.toordinal())
        return (1, cohort.starts_on.toordinal()) if cohort.starts_on > today else (2, -cohort.starts_on.toordinal())

    return sorted(cohorts, key=order)


def _desk_of(programme: Programme, cohort: Cohort, *, here: str) -> Group:
    places = (
        _place(name, label, icon, programme.slug, cohort.slug, path=f"{programme.name}, {cohort.name}", here=here)
        for name, label, icon in DESK
    )
    public = _place("schedule", "Public schedule", "globe", programme.slug, cohort.slug, path=cohort.name, here=here)
    return Group(cohort.name, _present(*places, public))


def _home_of(programme: Programme, cohorts: Iterable[Cohort], *, at: datetime, here: str) -> Group:
    """Give what somebody of a programme who does not run it may enter: its home, and the schedules of their cohorts."""
    home = _place("programme", "Programme", "house", programme.slug, path=programme.name, here=here)
    schedules = (
        _place(
            "schedule", f"Schedule, {cohort.name}", "calendar-days", programme.slug, cohort.slug, path=programme.name, here=here
        )
        for cohort in current_first(list(cohorts), at=at)
    )
    year = _place("year-plan", "Year plan", "calendar-range", programme.slug, path=programme.name, here=here)
    return Group(programme.name, _present(*schedules, home, year))


def _desks_of(programme: Programme, cohorts: list[Cohort], *, here: str, is_whole: bool) -> Iterator[Group]:
    """Yield the desk of the cohort one is in, else of the current one, and the way to the others; or, whole, every desk."""
    if is_whole or not cohorts:
        yield from (_desk_of(programme, cohort, here=here) for cohort in cohorts)
        return
    near = next((each for each in cohorts if here.startswith(f"/team/{programme.slug}/{each.slug}/")), cohorts[0])
    yield _desk_of(programme, near, here=here)
    others = [each for each in cohorts if each != near]
    places = [
        _place("desk", each.name, "calendar-days", programme.slug, each.slug, path=programme.name, here=here)
        for each in others[:MOST_OTHERS]
    ]
    if len(others) > MOST_OTHERS:
        every = _place("team-home", f"All {len(cohorts)} cohorts", "layers", programme.slug, path=programme.name, here="")
        places.append(every and replace(every, url=f"{every.url}#cohorts"))
    yield Group("Other cohorts", _present(*places))


def rail(person: Person | None, *, at: datetime, path: str, is_whole: bool = False) -> Rail:
    """Give the places a person may enter at a moment; `path` is where they are. Two queries, roles and cohorts.

    The programme one is in comes first, with the cohort one is in; `is_whole` gives the desks of all cohorts instead.
    *Your commitments* is for who is, was or is to be an Expert of a cohort: nothing was ever asked of others.
    """
    if person is None:
        return Rail(())
    ever = list(people.roles_ever(person).select_related("programme", "cohort__programme").order_by("programme__slug", "pk"))
    held = [role for role in ever if people.holds(role, at=at)]
    kinds = {role.kind for role in held}
    is_asked = any(role.kind == RoleKind.EXPERT and role.cohort_id is not None for role in ever)
    mine = (
        _place("me", "What is next", "user-round", path="", here=path),
        _place("profile", "You", "pencil", path="", here=path),
        _place("my-calendar", "Your calendar", "calendar-plus", path="", here=path),
        _place("my-one-to-ones", "Your 1:1s", "users", path="", here=path) if RoleKind.EXPERT in kinds else None,
        _place("my-coaching", "Your coaching", "users", path="", here=path) if kinds & _COACHES else None,
        _place("my-commitments", "Your commitments", "circle-check", path="", here=path) if is_asked else None,
        _place("my-messages", "What you hear", "mail", path="", here=path),
        _place("my-bookings", "Your bookings", "calendar-days", path="", here=path),
        _place("my-forms", "Your forms", "list-checks", path="", here=path),
        _place("agreements", "What you agreed to", "circle-check", path="", here=path),
        _place("my-data", "What is held about you", "eye", path="", here=path),
    )
    groups = [Group("", _present(*mine))]
    run = {role.programme_id for role in held if role.kind == RoleKind.TEAM and role.cohort_id is None}
    every = {role.programme_id: role.programme for role in held}
    cohorts = current_first(list(programmes.cohorts_of_all([every[pk] for pk in run])) if run else [], at=at)

    def order(each: Programme) -> tuple[bool, bool]:
        return not path.startswith(f"/team/{each.slug}/"), each.pk not in run

    for programme in sorted(every.values(), key=order):
        if programme.pk not in run:
            own = {role.cohort.pk: role.cohort for role in held if role.cohort and role.programme_id == programme.pk}
            groups.append(_home_of(programme, own.values(), at=at, here=path))
            continue
        home = _place("team-home", "This week", "list-checks", programme.slug, path=programme.name, here=path)
        people_desk = _place("desk-people", "People", "users", programme.slug, path=programme.name, here=path)
        told = _place("desk-messages", "Messages", "mail", programme.slug, path=programme.name, here=path)
        works_with = _place("desk-organisations", "Organisations", "layers", programme.slug, path=programme.name, here=path)
        public = _place("programme", "Public home", "globe", programme.slug, path=programme.name, here=path)
        forms_desk = _place("desk-forms", "Forms", "list-checks", programme.slug, path=programme.name, here=path)
        groups.append(Group(programme.name, _present(home, people_desk, works_with, told, forms_desk, public)))
        of_it = [cohort for cohort in cohorts if cohort.programme_id == programme.pk]
        groups.extend(_desks_of(programme, of_it, here=path, is_whole=is_whole))
    return Rail(tuple(group for group in groups if group.places))


def _actions(person: Person, *, at: datetime) -> Iterator[Place | None]:
    """Yield what a person may do for the programmes they run, the current cohort first."""
    for programme in people.programmes_run_by(person, at=at):
        for cohort in current_first(list(programmes.cohorts_of(programme)), at=at):
            path = f"{programme.name}, {cohort.name}"
            yield from (
                _place(name, label, icon, programme.slug, cohort.slug, path=path, here="") for name, label, icon in ACTIONS
            )
        yield from (_place(name, label, icon, programme.slug, path=programme.name, here="") for name, label, icon in SETTINGS)


def _sessions(person: Person, *, at: datetime) -> Iterator[Place | None]:
    """Yield the sessions of the cohorts a person belongs to, as released; the team's of those whose day has come with more."""
    roles = list(people.roles_at(person, at=at).select_related("programme", "cohort"))
    run = {role.programme_id for role in roles if role.kind == RoleKind.TEAM and role.cohort_id is None}
    cohorts = current_first(cohorts_of(roles), at=at)[:MOST_COHORTS]
    told = overview.released_sessions(cohorts)
    for cohort, each in told:
        path = f"{cohort.name}, {say_date(each.date)}" if each.date else cohort.name
        yield _place("session", each.say_title, "calendar", cohort.programme.slug, cohort.slug, each.slug, path=path, here="")
    for cohort, each in told:
        if cohort.programme_id not in run or not each.kind.is_gathering or each.state is SessionState.CANCELLED:
            continue
        if each.date is not None and each.date <= day_in(at, each.zone):
            path = f"{each.say_title}, {cohort.name}, {say_date(each.date)}"
            place = (cohort.programme.slug, cohort.slug, each.slug)
            yield from (_place(name, label, icon, *place, path=path, here="") for name, label, icon in AFTER_A_SESSION)


def cohorts_of(roles: list[Role]) -> list[Cohort]:
    """Give the cohorts somebody's roles are in; a role on a whole programme is in each of its cohorts. One query."""
    whole = {role.programme_id for role in roles if role.cohort is None}
    named = {role.cohort_id for role in roles}
    cohorts = programmes.cohorts_of_all({role.programme for role in roles})
    return [cohort for cohort in cohorts if cohort.programme_id in whole or cohort.pk in named]


def places(person: Person, *, at: datetime) -> list[Place]:
    """Give every place a person may enter, for the palette, the nearest first."""
    everywhere = [place for group in rail(person, at=at, path="", is_whole=True).groups for place in group.places]
    for programme in programmes.public_programmes():
        everywhere += _present(
            _place("programme", programme.name, "house", programme.slug, path="Public home", here=""),
            _place("year-plan", "Year plan", "calendar-range", programme.slug, path=programme.name, here=""),
        )
    everywhere += _present(_place("home", "All programmes", "house", path="", here=""))
    everywhere += _present(*_actions(person, at=at), *_sessions(person, at=at))
    seen: dict[str, Place] = {}
    for place in everywhere:
        seen.setdefault(place.url, place)
    return list(seen.values())
