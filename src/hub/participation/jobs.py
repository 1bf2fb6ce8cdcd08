"""What the worker does for this room: offers whose time is over, long notes on their way out, and texts kept long enough."""

from __future__ import annotations

from datetime import datetime

from hub.core.booking import NotBookable
from hub.core.jobs import Every
from hub.kit import jobs
from hub.participation import queries
from hub.participation.commands import ask_again, let_go_reports, move_up, prepare_sharing, search_placing, thin_notes
from hub.participation.commands.deciding import LAPSE, SEE_TO
from hub.participation.commands.placing import PLACE
from hub.participation.commands.sharing import ASK_AGAIN, PREPARE
from hub.participation.letters import tell_what_came_later
from hub.schedule.models import Session


@jobs.handler(LAPSE)
def lapse(ids: jobs.Payload, *, at: datetime) -> None:
    """See to the offers of a session whose time is over."""
    _see_to(queries.session_of(int(ids["session"])), at=at)


@jobs.handler(SEE_TO, in_steps=True)
def see_to_places(ids: jobs.Payload, *, at: datetime) -> None:
    """See to the sessions of a programme in which somebody may be offered a place, or an offer is over."""
    for session in queries.sessions_to_see_to(int(ids["programme"]), at=at):
        _see_to(session, at=at)


@jobs.handler("see-to-all-places", every=Every(minutes=15), in_steps=True)
def see_to_all_places(_: jobs.Payload, *, at: datetime) -> None:
    """The same for every programme: whatever made a place free, nobody waits beside it for long."""
    for session in queries.sessions_to_see_to(None, at=at):
        _see_to(session, at=at)


@jobs.handler("begin-telling-what-came-later", every=jobs.nightly(3, 40))
def begin_telling_what_came_later(_: jobs.Payload, *, at: datetime) -> None:
    """Let programmes that tell of bookings write the letters, too, that came with a later release of the Hub."""
    tell_what_came_later(at=at)


@jobs.handler("let-go-attendance-reports", every=jobs.nightly(3, 30))
def let_go(_: jobs.Payload, *, at: datetime) -> None:
    """Lay aside attendance files nobody settled in thirty days: they name people."""
    let_go_reports(at=at)


def _see_to(session: Session | None, *, at: datetime) -> None:
    if session is not None:
        try:
            move_up(session, at=at)
        except NotBookable:
            return  # cancelled or taken out of the schedule since: nothing can be offered


# -- shared notes


@jobs.handler(PREPARE)
def look_through_notes(ids: jobs.Payload, *, at: datetime) -> None:
    """Look through long notes for what must not leave; those replaced since are left alone."""
    export = queries.export_by_key(int(ids["export"]))
    if export is not None:
        prepare_sharing(export, at=at)


@jobs.handler(ASK_AGAIN)
def ask_for_notes_again(ids: jobs.Payload, *, at: datetime) -> None:
    """Ask for another approval of the notes of a programme in which somebody may no longer be named."""
    for export in queries.approved_in(int(ids["programme"])):
        ask_again(export, by=None, at=at)


@jobs.handler("ask-for-all-notes-again", every=jobs.nightly(4, 10))
def ask_for_all_notes_again(_: jobs.Payload, *, at: datetime) -> None:
    """The same for every programme: people and roles change too, and a worker may have missed it."""
    for export in queries.approved_in(None):
        ask_again(export, by=None, at=at)


@jobs.handler("thin-notes", every=jobs.nightly(4, 20), in_steps=True)
def thin_all_notes(_: jobs.Payload, *, at: datetime) -> None:
    """Let go of the saved texts of notes that are kept no longer, session by session."""
    for session in queries.sessions_with_notes():
        thin_notes(session, at=at)


# -- one-to-ones


@jobs.handler(PLACE, in_steps=True)
def place(ids: jobs.Payload, *, at: datetime) -> None:
    """Search the placing a team asked for; thrown away meanwhile, there is nothing to search. Searching twice is as good."""
    proposal = queries.proposal_by(int(ids["proposal"]))
    if proposal is not None and proposal.is_asked:
        search_placing(proposal, by=None, at=at)
