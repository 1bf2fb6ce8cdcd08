"""The scaled worker: Procrastinate, on the same PostgreSQL. Read only there (procrastinate's app looks for `tasks` modules).

Our row is the truth; a task of Procrastinate's only says "look at this job at this time". A task too many finds nothing to do,
and one that is lost with its worker is made up for by `tidy`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from asgiref.sync import async_to_sync
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Status

from hub.kit import jobs, worker
from hub.kit.models import Job

TIDY = 15.0  # seconds between two looks for what was lost
_QUEUE = "hub"
_NAME = "hub.job"


@app.task(name=_NAME, queue=_QUEUE)
def look_at(job: int) -> None:
    """Run a job of ours if it is to be run now."""
    worker.perform(job, clock=timezone.now)


def announce(job: Job) -> None:
    """Have a worker look at a job when it is due; written in the caller's transaction on Django's own connection."""
    app.configure_task(_NAME, queue=_QUEUE, schedule_at=job.due_at, allow_unknown=False).defer(job=job.pk)


def tidy(holder: str, *, at: datetime) -> None:
    """Ask for periodic jobs, for those whose lease has run out, and clear up after dead workers; one process at a time."""
    if not worker.take_turn(holder, at=at):
        return
    jobs.ask_periodic(at=at)
    overdue = worker.due_jobs(at, most=1000)
    asked = _still_asked(overdue)
    for pk in overdue:
        if pk not in asked:
            app.configure_task(_NAME, queue=_QUEUE, allow_unknown=False).defer(job=pk)
    async_to_sync(_clear_stalled)()


def _still_asked(keys: list[int]) -> set[int]:
    """Give those of the jobs that a task which can be begun now speaks of already."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT (args->>'job')::bigint FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()) AND (args->>'job')::bigint = ANY(%s)",
            [_NAME, keys],
        )
        return {row[0] for row in cursor.fetchall()}


async def _clear_stalled() -> None:
    for stalled in await app.job_manager.get_stalled_jobs(queue=_QUEUE):
        await app.job_manager.finish_job(stalled, status=Status.FAILED, delete_job=True)


def run(*, clock: Callable[[], datetime], at_once: int, tidy_every: float = TIDY) -> None:
    """Work until the process is told to stop (SIGTERM, Ctrl-C); jobs at hand are finished first, `at_once` at a time."""
    stop, holder = threading.Event(), uuid4().hex

    def keep_tidy() -> None:
        while True:
            try:
                close_old_connections()
                tidy(holder, at=clock())
            except DatabaseError:
                worker.report_unreachable()
            if stop.wait(tidy_every):
                break
        worker.leave(holder, clock=clock)

    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the worker runs on Django's own database")
    thread = threading.Thread(target=keep_tidy, name="job keeper")
    thread.start()
    try:
        app.with_connector(connector.get_worker_connector()).run_worker(
            queues=[_QUEUE], concurrency=at_once, delete_jobs="always", shutdown_graceful_timeout=30, name=f"hub-{holder[:8]}"
        )
    finally:
        stop.set()
        thread.join()
