"""`hub work`: the background work in a process of its own. With PostgreSQL any number of them, on any machine."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType

from hub.cli.manage import set_up_django
from hub.cli.output import complain


def work(args: argparse.Namespace) -> int:
    """Work until told to stop; the job at hand is finished first. Gives 1 when the database waits for migrations."""
    from hub.cli.serve import waiting_migrations

    if args.at_once < 1:
        complain("--at-once takes 1 or more.")
        return 2
    set_up_django()
    from django.conf import settings
    from django.utils import timezone

    if waiting_migrations():
        complain("the database is not up to date. Run “hub manage migrate”, then work again.")
        return 1
    print("The worker runs (Ctrl-C stops it).", flush=True)
    if settings.IS_SCALED and settings.WORKER == "separate":
        from hub.kit import tasks

        tasks.run(clock=timezone.now, at_once=args.at_once)
        return 0
    from hub.kit.worker import Loop

    stop = threading.Event()

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    Loop(clock=timezone.now).run(until=stop.wait)
    return 0
