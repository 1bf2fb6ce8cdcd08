"""The part of the demo that lives in the present: a cohort that runs today, its run-sheets partly done, some of it late.

What it does depends on the day it is loaded, so that *This week* is worth looking at on any day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort, Programme

_LONDON = ZoneInfo("Europe/London")
_RECENT = timedelta(days=9)  # of what was due in these days every third task is late
_AHEAD = timedelta(days=45)  # before its first month the cohort was planned


def bring_to_today(programme: Programme, source: Cohort, team: Person, *, at: datetime) -> Cohort:
    """Begin a cohort a month ago, derived from `source`, and work through its run-sheets up to `at`."""
    from hub.programmes.queries import cohorts_of
    from hub.schedule.commands.runsheets import lay_aside

    for cohort in cohorts_of(programme):
        if cohort.ends_on < at.date():
            lay_aside(cohort, reason="From before the Hub kept run-sheets", by=team, at=at)
    cohort = _a_cohort_of_today(source, team, at=at)
    _work_through(cohort, team, at=at)
    return cohort


def _a_cohort_of_today(source: Cohort, team: Person, *, at: datetime) -> Cohort:
    from hub.programmes.queries import cohorts_of
    from hub.schedule.commands.boxes import create_cohort_from
    from hub.schedule.commands.releases import release_schedule
    from hub.schedule.queries.boxes import propose_cohort

    first = (at.astimezone(_LONDON).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    planned = datetime(first.year, first.month, 1, 10, 0, tzinfo=_LONDON) - _AHEAD
    taken = {cohort.slug for cohort in cohorts_of(source.programme)}
    slug = str(first.year) if str(first.year) not in taken else f"{first:%Y-%m}"
    cohort = create_cohort_from(
        source,
        slug=slug,
        name=f"Cohort {slug}",
        about="The cohort that runs while you look at this demo.",
        first_month=first,
        answers=propose_cohort(source, first_month=first).proposed_answers,
        by=team,
        at=planned,
    )
    release_schedule(cohort, note="Dates for the new cohort.", seen=0, by=team, at=planned + timedelta(days=10))
    return cohort


def _work_through(cohort: Cohort, team: Person, *, at: datetime) -> None:
    """Do what was due, but for a few things of the last days; give some of what comes to Mara."""
    from hub.core.plan.model import Kind
    from hub.core.runsheet import Line
    from hub.schedule.commands.runsheets import add_task, hand_over_task, save_run_sheet, skip_task, tick_task
    from hub.schedule.queries.runsheets import countdowns_of, tasks_due
    from hub.schedule.queries.working import working_sessions

    programme, today = cohort.programme, at.astimezone(_LONDON).date()
    music = Line(key="", what="Choose the ice-breaker", days=-3, note="Something nobody has to prepare for")
    save_run_sheet(programme, Kind.CAFE, [*countdowns_of(programme)[Kind.CAFE], music], by=team, at=at - timedelta(days=60))
    for number, task in enumerate(tasks_due(programme, until=today + timedelta(days=10))):
        due: date = task.due_on or today
        if due >= today:
            if number % 2:
                hand_over_task(task, team, by=team, at=at - timedelta(days=2))
        elif due >= today - _RECENT and number % 3 == 0:
            continue  # these are late
        elif number % 11 == 10:
            skip_task(task, reason="We did it by word of mouth", by=team, at=_evening_of(due))
        else:
            tick_task(task, by=team, at=_evening_of(due))
    coming = [session for session in working_sessions(cohort) if session.date and session.date >= today]
    if coming:
        add_task(coming[0], "Order name badges", due_on=today, owner=team, by=team, at=at - timedelta(days=5))
        add_task(
            coming[0], "Ask last cohort for a story", days=-1, note="Two minutes are enough", by=team, at=at - timedelta(days=5)
        )


def _evening_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=_LONDON)
