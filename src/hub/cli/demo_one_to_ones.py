"""1:1s of the demo: a coach who is there every week, an Expert who has booked, and others who said what suits them.

It happens in the cohort that runs while one looks, so the days depend on the day the demo is loaded.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.participation.commands import Weekly
    from hub.people.models import Person
    from hub.programmes.models import Cohort

LINK = "https://meet.example.org/theo-brandvold"


def coach_people(cohort: Cohort, team: Person, *, at: datetime) -> None:
    """Let Theo and Mara be there, Ada book, the others say what suits them, and the team look at a proposal."""
    from hub.core.availability import Quota
    from hub.participation import commands, queries
    from hub.people.queries import account_named

    people = {name: account.person for name in ("theo", "ada", "grace", "leila") if (account := account_named(name))}
    if len(people) < 4:
        return
    begun, today = at - timedelta(days=19), at.date()
    ends = min(cohort.ends_on, today + timedelta(weeks=16))
    tuesdays = _weekly(1, 14, 17, begun.date(), ends)
    thursdays = _weekly(3, 9, 12, begun.date(), ends, every_weeks=2)
    manner = commands.Manner(zone="Europe/London", after=15, hours_to_book=48, joining_link=LINK)
    row = commands.set_availability(
        people["theo"], cohort.programme, cohort, manner, [tuesdays, thursdays], by=people["theo"], at=begun
    )
    commands.add_exception(row, on=_next(today + timedelta(days=14), 1), by=people["theo"], at=begun)
    own = commands.Manner(zone="Europe/London", minutes=30, place="The Hub’s office, room 2")
    commands.set_availability(team, cohort.programme, cohort, own, [_weekly(4, 10, 12, begun.date(), ends)], by=team, at=begun)
    commands.set_quota(cohort, Quota(minutes=120), by=team, at=begun)
    commands.share_outcomes(cohort, with_team=True, by=team, at=begun)
    theos = queries.offers_for(people["ada"], cohort, at=begun, coach=people["theo"].pk)
    past = [each for each in theos if each.slot.ends_at < at]
    coming = [each for each in theos if each.slot.starts_at > at + timedelta(days=4)]
    if past:
        was = commands.book_one_to_one(
            row, people["ada"], cohort, starts_at=past[0].slot.starts_at, topic="Where to begin", by=people["ada"], at=begun
        )
        after = past[0].slot.ends_at
        commands.mark_held(was, by=people["theo"], at=after)
        commands.write_outcome(was, text=_OUTCOME, seen=None, by=people["theo"], at=after)
        commands.write_note(was, text="Ask next time how the talk at her office went.", by=people["theo"], at=after)
    if coming:
        topic = "How to ask colleagues for their data without a form"
        chosen = coming[0].slot.starts_at
        commands.book_one_to_one(row, people["ada"], cohort, starts_at=chosen, topic=topic, by=people["ada"], at=at)
    commands.ask_wishes(cohort, until=at + timedelta(days=7), by=team, at=at - timedelta(days=3))
    for name, likes in (("grace", ["theo"]), ("leila", [])):
        offers = queries.offers_for(people[name], cohort, at=at)
        times = [each.slot.starts_at for each in offers][4:24:2]
        ranked = [people[each].pk for each in likes] or [team.pk]
        commands.say_wishes(cohort, coaches=ranked, times=times, by=people[name], at=at - timedelta(days=1))
    commands.place_everybody(cohort, by=team, at=at)


def _weekly(weekday: int, start: int, end: int, first_on: date, last_on: date, *, every_weeks: int = 1) -> Weekly:
    from hub.participation.commands import Weekly

    return Weekly(
        weekday=weekday, start=time(start), end=time(end), first_on=first_on, last_on=last_on, every_weeks=every_weeks
    )


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


_OUTCOME = """Ada writes down three questions her colleagues ask most, and answers one of them in public.

We look at it together next time."""
