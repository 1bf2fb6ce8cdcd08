"""The part of the demo about commitments: what is asked, registers of what was held, requests, hours agreed, certificates.

Who came is drawn from the names and the sessions, so that every load of the demo tells the same story.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING

from hub.cli.demo_files import read_file

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort, Programme

_POSTS = ("0.2", "0.1", "20 %", "1/5", "")


def promise(programme: Programme, team: Person, *, at: datetime) -> None:
    """Let every cohort that has begun ask what the Hub's own commitments ask, and keep its registers up to `at`."""
    from hub.programmes.queries import cohorts_of

    for cohort in cohorts_of(programme):
        if cohort.starts_on <= at.date():
            _keep(cohort, team, at=at)


def _keep(cohort: Cohort, team: Person, *, at: datetime) -> None:
    from hub.participation import commands, queries
    from hub.schedule.queries.working import working_sessions

    begun = datetime(cohort.starts_on.year, cohort.starts_on.month, cohort.starts_on.day, 9, tzinfo=at.tzinfo)
    commands.use_own_promises(cohort, by=team, at=begun)
    told = queries.forecast_of(cohort, at=at)
    sessions = {session.pk: session for session in working_sessions(cohort)}
    over = [(each, sessions[each.id]) for _, each in told.columns if each.id in sessions and each.is_over(at)]
    has_ended = cohort.ends_on < at.date()
    people = [one.person for one in told.participants]
    for number, (gathering, session) in enumerate(over):
        moment = (gathering.over_at or at) + timedelta(minutes=20)
        if moment > at:
            continue
        expected = [one.person for one in told.participants if told.cells(one)[_column(told, gathering.id)] is not None]
        marks = {person: _drawn(person.name, session.slug) < _likely(person.name) for person in expected}
        commands.mark_attendance(session, marks, by=team, at=moment)
        if not has_ended and number >= len(over) - 2:
            came = [person for person, is_there in marks.items() if is_there]
            read_file(session, came, team, settles=number < len(over) - 1, at=moment)
        if has_ended or number < len(over) - 1:
            commands.close_register(session, by=team, at=moment)
    _requests(cohort, people, [session for _, session in over], team, at=at)
    for number, person in enumerate(people):
        post = _POSTS[number % len(_POSTS)]
        if post:
            commands.set_agreed(cohort, person, post=post, by=team, at=begun)
    months = (cohort.starts_on.replace(day=1), cohort.ends_on.replace(day=1))
    commands.set_load_terms(
        cohort, travel=240, writing=18 * 60, writing_from=months[0], writing_to=months[1], by=team, at=begun
    )
    if has_ended:
        for person in people:
            commands.set_made(cohort, person, "case-study", 1, by=team, at=at)
        done = [one.person for one in queries.forecast_of(cohort, at=at).participants if not one.has_lost]
        if done:
            commands.issue_certificates(cohort, done, signed_by=f"{team.name}, Programme lead", by=team, at=at)


def _column(told: object, key: int) -> int:
    from hub.participation.queries.forecasts import CohortForecast

    assert isinstance(told, CohortForecast)
    return next(place for place, (_, each) in enumerate(told.columns) if each.id == key)


def _requests(cohort: Cohort, people: list[Person], over: list, team: Person, *, at: datetime) -> None:  # type: ignore[type-arg]
    """Let some Experts ask to be excused from the last session they missed, and others say that they caught up."""
    from hub.core.errors import Refusal
    from hub.participation import commands

    for number, person in enumerate(people[:4]):
        for session in reversed(over):
            try:
                if number % 2:
                    commands.ask_excusal(session, person, reason="I was at our own all-staff day.", by=person, at=at)
                else:
                    note = "Watched the recording. I take with me how they map who decides, and tried it with our team."
                    watched = min(session.date + timedelta(days=5), at.date())
                    commands.claim_catch_up(session, person, watched_on=watched, note=note, by=person, at=at)
            except Refusal:
                continue  # they were there, or it can't be caught up
            break


def _likely(name: str) -> float:
    return 0.45 + 0.5 * _drawn(name, "")


def _drawn(name: str, slug: str) -> float:
    return int.from_bytes(blake2b(f"{name} {slug}".encode(), digest_size=4).digest(), "big") / 2**32
