"""What the worker does for this room: let offers go whose time is over, offer on what they kept, and place everybody."""

from __future__ import annotations

from datetime import datetime

from hub.core.booking import NotBookable
from hub.core.jobs import Every
from hub.kit import jobs
from hub.participation import queries
from hub.participation.commands import move_up, search_placing
from hub.participation.commands.deciding import LAPSE
from hub.participation.commands.placing import PLACE
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


def _see_to(session: Session | None, *, at: datetime) -> None:
    if session is not None:
        try:
            move_up(session, at=at)
        except NotBookable:
            return  # cancelled or taken out of the schedule since: nothing can be offered


@jobs.handler(PLACE, in_steps=True)
def place(ids: jobs.Payload, *, at: datetime) -> None:
    """Search the placing a team asked for; thrown away meanwhile, there is nothing to search. Searching twice is as good."""
    proposal = queries.proposal_by(int(ids["proposal"]))
    if proposal is not None and proposal.is_asked:
        search_placing(proposal, by=None, at=at)
