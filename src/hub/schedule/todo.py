"""What the schedule asks of a team: the tasks of its run-sheets, and what stands open in plans, releases and sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.urls import reverse

from hub.core.calendar import day_in, say_date
from hub.core.runsheet import Owner
from hub.core.week import horizon
from hub.kit import todo
from hub.kit.todo import Spot, Todo
from hub.people import queries as people
from hub.people.models import Person
from hub.programmes.models import Programme
from hub.schedule.models import RunSheetTask, Session
from hub.schedule.queries.materials import broken_links
from hub.schedule.queries.runsheets import key_of, tasks_due, tasks_given_to, team_members
from hub.schedule.queries.standings import Standing, home_of, is_on, meets_online

LINK_DAYS = 14  # before a session its joining link is asked for
LINK_DUE = 2  # days before it by which it must be there: the run-sheet sends it then
DAY_WEEKS = 4  # before the week the plan gives it, an undated session is asked for its day
DAY_DUE = 14  # days before that week by which it must have one


@todo.source("Run-sheet")
def tasks(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the open tasks that are late or due soon; those of somebody who left are nobody's. Two queries."""
    until = horizon(day_in(at, programme.zone))
    members = {person.pk for person in team_members(programme, at=at)}
    for task in tasks_due(programme, until=until):
        one = _todo_of(task, programme, is_markable=True)
        has_left = task.owner_id is not None and task.owner_id not in members
        yield replace(one, owner_id=None, owner=f"{one.owner}, who left the team") if has_left else one


@todo.own_source("Run-sheet")
def own_tasks(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Give a person's own tasks in the programmes whose team they are on. Two queries."""
    run = {programme.pk for programme in people.programmes_run_by(person, at=at)}
    for task in tasks_given_to(person, until=horizon(day_in(at, person.clock))):
        programme = task.session.cohort.programme
        if programme.pk in run:
            yield _todo_of(task, programme, is_markable=False)


def _todo_of(task: RunSheetTask, programme: Programme, *, is_markable: bool) -> Todo:
    session = task.session
    owner = session.led_by if task.owner_role == Owner.LEADER and session.led_by else Owner(task.owner_role).within
    is_teams = task.owner_id is not None or task.owner_role == Owner.TEAM
    return Todo(
        what=task.what,
        about=_about(session),
        url=reverse("desk-session", args=[programme.slug, session.cohort.slug, session.slug]) + "#run-sheet",
        action="Open",
        part="Run-sheet",
        due_on=task.due_on,
        owner_id=task.owner_id,
        owner=str(task.owner) if task.owner else "",
        waits_for="" if is_teams else owner,
        mark=("desk-task-tick", task.pk) if is_markable else None,
        key=key_of(session.pk, task.line),
    )


def _about(session: Session) -> str:
    title = f"{session.title}: {session.topic}" if session.topic else session.title
    return f"{title}, {say_date(session.date)}" if session.date else title


@todo.source("Schedule")
def open_ends(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give what stands open in the cohorts that run or come: releases, plans, days and joining links. Eight queries."""
    for standing in home_of(programme, at=at).current:
        if standing.phase == "over":
            continue
        yield from _of_release(standing, programme)
        yield from _of_plan(standing, programme)
        for session in standing.sessions:
            if is_on(session):
                yield from _of_session(session, standing, programme)


def _of_release(standing: Standing, programme: Programme) -> Iterator[Todo]:
    if not standing.changes:
        return
    count = standing.changes
    what = f"Release {count} change{'' if count == 1 else 's'} of the schedule" if standing.release else "Release the schedule"
    url = reverse("desk-release", args=[programme.slug, standing.cohort.slug])
    yield Todo(what=what, about=standing.cohort.name, url=url, action="See and release", part="Schedule")


def _of_plan(standing: Standing, programme: Programme) -> Iterator[Todo]:
    place = [programme.slug, standing.cohort.slug]
    about = standing.cohort.name
    if standing.plan is None and not standing.sessions:
        yield Todo(what="Write the plan", about=about, url=reverse("desk-plan", args=place), action="Write", part="Plan")
    elif standing.plan is not None and not standing.is_imported:
        what = f"Import version {standing.plan.number} of the plan into the schedule"
        yield Todo(what=what, about=about, url=reverse("desk-plan-import", args=place), action="See and import", part="Plan")
    found = [(standing.reading.errors, "error"), (standing.reading.warnings, "warning")]
    said = " and ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in found if count)
    if said:
        url = reverse("desk-plan", args=place)
        yield Todo(what=f"Look at {said} in the plan", about=about, url=url, action="Look", part="Plan")


def _of_session(session: Session, standing: Standing, programme: Programme) -> Iterator[Todo]:
    def url() -> str:
        return reverse("desk-session", args=[programme.slug, standing.cohort.slug, session.slug])

    today = standing.today
    if session.date is None:
        near = _expected(session)
        if near and today - timedelta(days=7) <= near <= today + timedelta(weeks=DAY_WEEKS):
            about = f"{_about(session)}, {standing.cohort.name}, expected around {say_date(near)}"
            due = near - timedelta(days=DAY_DUE)
            yield Todo(what="Set a day", about=about, url=url(), action="Set it", part="Schedule", due_on=due)
    elif today <= session.date <= today + timedelta(days=LINK_DAYS) and meets_online(session) and not session.joining_link:
        due = session.date - timedelta(days=LINK_DUE)
        yield Todo(what="Add the joining link", about=_about(session), url=url(), action="Add it", part="Schedule", due_on=due)


def _expected(session: Session) -> date | None:
    """Give the day around which an undated session is expected: the one proposed, else that of its week in the plan."""
    if session.proposed_date:
        return session.proposed_date
    anchor = (session.plan_facts or {}).get("anchor")
    return date.fromisoformat(anchor) if anchor else None


@todo.source("Materials")
def materials(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the materials whose link is broken, to their owner where they have one. Two queries."""
    broken = broken_links(programme)
    members = {person.pk for person in team_members(programme, at=at)} if broken else set()
    for each in broken:
        is_members = each.owner_id in members
        yield Todo(
            what=f"Mend the link of “{each.title}”",
            about=_about(each.session),
            url=reverse("desk-session-materials", args=[programme.slug, each.session.cohort.slug, each.session.slug]),
            action="See it",
            part="Materials",
            owner_id=each.owner_id if is_members else None,
            owner=str(each.owner) if each.owner else "",
        )


# -- whose changes are a programme's, and where they are


@todo.things("schedule.Session", within=lambda programme: Session.objects.filter(cohort__programme=programme).values("pk"))
def sessions(programme: Programme, keys: Collection[int]) -> dict[int, Spot]:
    """Say where sessions are. One query."""
    rows = Session.objects.filter(pk__in=keys).select_related("cohort")
    return {
        row.pk: Spot(_about(row), reverse("desk-session", args=[programme.slug, row.cohort.slug, row.slug])) for row in rows
    }


@todo.things("programmes.Cohort", within=lambda programme: programme.cohorts.values("pk"))
def cohorts(programme: Programme, keys: Collection[int]) -> dict[int, Spot]:
    """Say where cohorts are. One query."""
    return {
        row.pk: Spot(row.name, reverse("desk", args=[programme.slug, row.slug]))
        for row in programme.cohorts.filter(pk__in=keys)
    }
