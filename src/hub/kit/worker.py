"""Run the jobs: take one by a lease, run its handler once, say how it went. The same for every kind of worker.

The clock is given by the entrance that starts a worker. Clocks of several machines must agree to well under core.jobs.LEASE.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q

from hub.core.jobs import LEASE, MOST_ATTEMPTS, JobState, next_try
from hub.kit import jobs
from hub.kit.models import Job, Turn

Clock = Callable[[], datetime]

BEAT = LEASE.total_seconds() / 5  # seconds between two signs of life of whoever runs a job
PAUSE = 1.0  # seconds an idle worker waits before it looks again
TURN = timedelta(minutes=1)  # whose turn it is says so again before this is over
QUIET = timedelta(minutes=10)  # a worker that has not looked for so long is reported
_AT_ONCE = 20  # jobs run before the worker looks again whose turn it is and what has come due
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else has taken the job over meanwhile; whatever was written for it is taken back."""


def claimable(at: datetime) -> Q:
    """Give the condition that a job may be begun: it is due, or whoever ran it has not been heard of for the lease."""
    is_due = Q(state__in=(JobState.WAITING.value, JobState.FAILED.value), due_at__lte=at)
    return is_due | Q(state=JobState.RUNNING.value, leased_until__lte=at)


def due_jobs(at: datetime, *, most: int = _AT_ONCE) -> list[int]:
    """Give the keys of the jobs to run now, the longest due first; those nobody here has a handler for are left alone."""
    found = Job.objects.filter(claimable(at), name__in=list(jobs.handlers()))
    return list(found.order_by("due_at", "pk").values_list("pk", flat=True)[:most])


def perform(pk: int, *, clock: Clock, beat: float = BEAT, turn: str = "") -> bool:
    """Run a job if it is to be run now and nobody else runs it; says whether it was tried.

    What the handler raises is kept on the job and never passed on. `beat` is in seconds; `turn` names the holder of the turn
    that is prolonged with the lease.
    """
    job = _claim(pk, clock())
    if job is None:
        return False
    handler = jobs.handlers().get(job.name)
    if handler is None or job.attempts > MOST_ATTEMPTS:
        error = LookupError("nobody handles this job") if handler is None else RuntimeError("its worker was lost each time")
        _failed(job, error, clock=clock, is_permanent=handler is not None)
        return True
    try:
        with _beating(job, clock=clock, beat=beat, turn=turn):
            if handler.in_steps:
                handler.run(dict(job.payload), at=clock())
                _finished(job, clock=clock)
            else:
                with transaction.atomic():
                    handler.run(dict(job.payload), at=clock())
                    _finished(job, clock=clock)
    except LeaseLost:
        _log.warning("job %s %s was taken over by another worker", job.name, job.pk)
    except Exception as error:
        _log.exception("job %s %s failed", job.name, job.pk)
        _failed(job, error, clock=clock, is_permanent=bool(getattr(error, "permanent", False)))
    return True


def drain(*, clock: Clock, most: int = _AT_ONCE, beat: float = BEAT, turn: str = "") -> int:
    """Ask for the periodic jobs and run what is due, `most` at a time; give how many were tried."""
    at = clock()
    jobs.ask_periodic(at=at)
    return sum(perform(pk, clock=clock, beat=beat, turn=turn) for pk in due_jobs(at, most=most))


def take_turn(holder: str, *, at: datetime) -> bool:
    """Take or keep the turn to look after the jobs; of several processes exactly one has it. Prolonged when half is over."""
    turn = Turn.objects.filter(name="jobs").first()
    if turn is None:
        _, is_mine = Turn.objects.get_or_create(name="jobs", defaults={"holder": holder, "until": at + TURN, "ran_at": at})
        return is_mine
    if turn.holder == holder and turn.until > at + TURN / 2:
        return True
    if turn.holder != holder and turn.until > at:
        return False
    free = Turn.objects.filter(Q(holder=holder) | Q(until__lte=at), name="jobs")
    return free.update(holder=holder, until=at + TURN, ran_at=at) == 1


def leave_turn(holder: str, *, at: datetime) -> None:
    """Give the turn back, so that another process need not wait for it."""
    Turn.objects.filter(name="jobs", holder=holder).update(holder="", until=at, ran_at=at)


def quiet_for(*, at: datetime) -> timedelta | None:
    """Say for how long no worker has looked after the jobs, None where one has within QUIET; never is longest of all."""
    turn = Turn.objects.filter(name="jobs").first()
    if turn is None:
        return timedelta.max
    silence = at - turn.ran_at
    return silence if silence > QUIET else None


class Loop:
    """An embedded worker: one thread that looks after the jobs while it has the turn, one job at a time."""

    def __init__(self, *, clock: Clock, pause: float = PAUSE, beat: float = BEAT) -> None:
        """Take the clock; `pause` and `beat` are in seconds."""
        self.holder = uuid4().hex
        self._clock, self._pause, self._beat = clock, pause, beat

    def run(self, *, until: Callable[[float], bool]) -> None:
        """Work until `until(seconds)`, which waits so long at most, says to stop; the job at hand is finished first."""
        try:
            while not until(0.0 if self._step() else self._pause):
                pass
        finally:
            leave(self.holder, clock=self._clock)

    def _step(self) -> bool:
        """Look once; says whether there may be more to do. A database that does not answer is tried again after a pause."""
        try:
            close_old_connections()
            at = self._clock()
            if not take_turn(self.holder, at=at):
                return False
            return drain(clock=self._clock, most=1, beat=self._beat, turn=self.holder) > 0
        except DatabaseError:
            report_unreachable()
            return False


def report_unreachable() -> None:
    """Say in the log that the database did not answer, and begin anew with another connection."""
    _log.exception("the worker could not reach the database")
    connection.close()


def leave(holder: str, *, clock: Clock) -> None:
    """Give the turn back at the end of a thread, whatever the database says, and let its connection go."""
    try:
        leave_turn(holder, at=clock())
    except DatabaseError:
        _log.exception("the worker could not give its turn back")
    finally:
        connection.close()


def _claim(pk: int, at: datetime) -> Job | None:
    """Take the lease of a job: one conditional UPDATE, so of two who try at once one gets it."""
    lease = uuid4().hex
    taken = Job.objects.filter(claimable(at), pk=pk).update(
        state=JobState.RUNNING.value, lease=lease, leased_until=at + LEASE, tried_at=at, attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=pk) if taken else None


def _mine(job: Job) -> Job:
    """Lock the row of a job one runs. Raises LeaseLost."""
    row = Job.objects.select_for_update().filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING.value).first()
    if row is None:
        raise LeaseLost
    return row


@transaction.atomic
def _finished(job: Job, *, clock: Clock) -> None:
    row = _mine(job)
    row.lease, row.leased_until, row.error, row.ended_at = "", None, "", clock()
    if row.again_at is None:
        row.state = JobState.DONE.value
    else:
        _ask_again(row)
    row.save()


def _failed(job: Job, error: Exception, *, clock: Clock, is_permanent: bool) -> None:
    at = clock()
    try:
        with transaction.atomic():
            row = _mine(job)
            row.lease, row.leased_until, row.error = "", None, _words(error)
            again = next_try(row.attempts, is_permanent=is_permanent, at=at)
            if row.again_at is not None:
                _ask_again(row)
            elif again is None:
                row.state, row.ended_at = JobState.GIVEN_UP.value, at
            else:
                row.state, row.due_at = JobState.FAILED.value, again
                jobs.announce(row)
            row.save()
    except LeaseLost:
        _log.warning("job %s %s was taken over by another worker", job.name, job.pk)


def _ask_again(row: Job) -> None:
    """It was asked for anew while it ran: start over."""
    row.state, row.attempts, row.ended_at = JobState.WAITING.value, 0, None
    row.due_at, row.again_at = row.again_at or row.due_at, None
    jobs.announce(row)


def _words(error: Exception) -> str:
    """Say an error in one line without the addresses people have: the list of jobs is no place for them."""
    return _ADDRESS.sub("[address]", f"{type(error).__name__}: {' '.join(str(error).split())}")[:500]


@contextmanager
def _beating(job: Job, *, clock: Clock, beat: float, turn: str) -> Iterator[None]:
    """Prolong the lease of a job (and the turn) for as long as its handler runs, from a thread of its own."""
    done = threading.Event()

    def live() -> None:
        try:
            while not done.wait(beat):
                _prolong(job, turn, at=clock())
        finally:
            connection.close()

    thread = threading.Thread(target=live, name=f"lease of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _prolong(job: Job, turn: str, *, at: datetime) -> None:
    try:
        mine = Job.objects.filter(pk=job.pk, lease=job.lease, state=JobState.RUNNING.value)
        mine.update(leased_until=at + LEASE)
        if turn:
            Turn.objects.filter(name="jobs", holder=turn).update(until=at + TURN, ran_at=at)
    except DatabaseError:  # the handler's own transaction may hold SQLite's one lock; nobody else can write either
        _log.warning("the lease of job %s could not be prolonged", job.pk)
