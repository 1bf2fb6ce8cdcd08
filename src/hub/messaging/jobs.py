"""What the worker does for this room: keep the messages as the facts ask, and send them when they are due."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from hub.core.jobs import Every
from hub.kit import jobs
from hub.messaging import queries
from hub.messaging.commands import ask_to_send, facts_changed, reconcile_messages, send_due
from hub.messaging.commands.reconcile import RECONCILE, SEND
from hub.programmes.queries import programmes_among


@jobs.handler(RECONCILE)
def reconcile(ids: jobs.Payload, *, at: datetime) -> None:
    """Make the messages of a programme those its facts ask for."""
    for programme in programmes_among([int(ids["programme"])]):
        reconcile_messages(programme, at=at)


@jobs.handler("reconcile-all-messages", every=Every(minutes=15))
def reconcile_all(_: jobs.Payload, *, at: datetime) -> None:
    """Look at every programme with rules, for what changes by the clock alone."""
    for programme in queries.programmes_with_rules():
        facts_changed(programme, at=at)


@jobs.handler(SEND, in_steps=True)
def send(ids: jobs.Payload, *, at: datetime) -> None:
    """Send what is due in a lane; what is left waits for the next run, at once or when the other side can be reached again."""
    begun = time.monotonic()
    lane = str(ids["lane"])
    run = send_due(lane, clock=lambda: at + timedelta(seconds=time.monotonic() - begun))
    ask_to_send(at=run.rests_until or at)


@jobs.handler("send-what-is-due", every=Every(minutes=5))
def send_what_is_due(_: jobs.Payload, *, at: datetime) -> None:
    """Ask for a run in every lane, also for what a worker left behind."""
    ask_to_send(at=at, always=True)
