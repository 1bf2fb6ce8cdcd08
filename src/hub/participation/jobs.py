"""What the worker does for this room: let offers go whose time is over, and offer on what they kept."""

from __future__ import annotations

from datetime import datetime, time

from hub.core.booking import NotBookable
from hub.core.jobs import Daily, Every
from hub.kit import jobs
from hub.participation import queries
from hub.participation.commands import let_go_reports, move_up
from hub.participation.commands.deciding import LAPSE
from hub.schedule.models import Session


@jobs.handler(LAPSE)
def lapse(ids: jobs.Payload, *, at: datetime) -> None:
    """See to the offers of a session whose time is over."""
    _see_to(queries.session_of(int(ids["session"])), at=at)


@jobs.handler("lapse-all-offers", every=Every(minutes=15))
def lapse_all(_: jobs.Payload, *, at: datetime) -> None:
    """See to every session with an offer whose time is over, for what a worker missed."""
    for session in queries.sessions_with_lapsed(at=at):
        _see_to(session, at=at)


@jobs.handler("let-go-attendance-reports", every=Daily(time(3, 30)))
def let_go(_: jobs.Payload, *, at: datetime) -> None:
    """Lay aside attendance files nobody settled in thirty days: they name people."""
    let_go_reports(at=at)


def _see_to(session: Session | None, *, at: datetime) -> None:
    if session is not None:
        try:
            move_up(session, at=at)
        except NotBookable:
            return  # cancelled or taken out of the schedule since: nothing can be offered
