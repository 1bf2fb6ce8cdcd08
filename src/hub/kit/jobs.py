"""The one seam for background work: ask for a job inside a transaction; a worker runs its handler, here or elsewhere.

A room registers handlers in its `jobs.py`. A handler loads by id and calls one command. It runs in one transaction with the
mark that the job is done, so that its rows are written once whatever dies; one that speaks to the outside world or works in
many steps says `in_steps` and is idempotent itself. Source: docs/decisions/0009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q

from hub.core.jobs import Daily, JobState, Period
from hub.kit.compiled import HERE, kept
from hub.kit.home import home_zone
from hub.kit.models import Job
from hub.kit.rooms import load_modules

Payload = Mapping[str, int | str]
KEPT = timedelta(days=30)  # a job that is done can be looked at so long


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs the jobs of a name: `run(payload, at=…)`."""

    name: str
    run: Callable[..., None]
    every: Period | None
    in_steps: bool


_handlers: dict[str, Handler] = {}
Run = Callable[..., None]


def nightly(hour: int, minute: int) -> Daily:
    """Give once a day from a time on, by the clock of where this Hub is at home."""
    return Daily(time(hour, minute), home_zone())


def handler(name: str, *, every: Period | None = None, in_steps: bool = False) -> Callable[[Run], Run]:
    """Register a function `f(payload, *, at)` for the jobs of a name; with `every` it is run once in each period, unasked.

    Raises ValueError where another function has the name.
    """

    def register(run: Run) -> Run:
        known = _handlers.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise ValueError(f"{known.run.__module__} handles jobs called {name} already")
        _handlers[name] = Handler(name, run, every, in_steps)
        return run

    return register


def handlers() -> Mapping[str, Handler]:
    """Give the handlers of every room; their modules are read when first asked for, not when the program starts."""
    load_modules("jobs")
    return _handlers


@transaction.atomic
def enqueue(name: str, *, key: str, payload: Payload, due_at: datetime) -> Job:
    """Ask for a job, in the caller's transaction: rolled back, it was never asked for.

    One key of a name is one job. While it waits, what is asked last holds: payload and due time; where it failed and waits
    to be tried again, it waits at least that long. While it runs it will be run again after. Done or given up, it starts over.
    Raises LookupError for a name nobody handles, TypeError for a payload that is not ids.
    """
    if name not in handlers():
        raise LookupError(f"nobody handles jobs called {name}")
    if not all(isinstance(value, int | str) for value in payload.values()):
        raise TypeError("the payload of a job is ids; load the rest when it runs")
    job = _locked(name, key)
    if job is None:
        try:
            with transaction.atomic():
                job = Job.objects.create(name=name, key=key, payload=dict(payload), due_at=due_at)
        except IntegrityError:  # asked for twice at once: the other one is there now
            job = _locked(name, key)
            if job is None:
                raise
        else:
            announce(job)
            return job
    job.payload = dict(payload)
    if job.state == JobState.RUNNING:
        job.again_at = due_at
    else:
        is_retry = job.state == JobState.FAILED
        job.due_at = max(due_at, job.due_at) if is_retry else due_at
        if not is_retry:
            job.state, job.attempts, job.error, job.ended_at = JobState.WAITING.value, 0, "", None
        announce(job)
    job.save()
    return job


def ring(name: str, *, key: int, payload: Payload, at: datetime, where: Callable[[], bool] = lambda: True) -> None:
    """Ask for a job now, in the caller's transaction; one that waits and is due is left as it is, and cheaply.

    It is held until the caller is done all the same, so that whoever runs it sees what the caller wrote. Where none waits,
    `where` says whether there is anything to do at all.
    """
    for (due_at,) in _waiting(name)(key):
        if (due_at if due_at.tzinfo else due_at.replace(tzinfo=UTC)) <= at:
            return
    if where():
        enqueue(name, key=str(key), payload=payload, due_at=at)


@cache
def _waiting(name: str) -> Callable[..., Sequence[tuple[datetime]]]:
    waiting = JobState.WAITING.value
    return kept(lambda: Job.objects.select_for_update().filter(name=name, key=str(HERE), state=waiting).values_list("due_at"))


def withdraw(name: str, *, key: str) -> bool:
    """Take a job back that has not begun, in the caller's transaction; says whether there was one."""
    idle = (JobState.WAITING.value, JobState.FAILED.value)
    return Job.objects.filter(name=name, key=key, state__in=idle).delete()[0] > 0


def ask_periodic(*, at: datetime) -> int:
    """Ask for the periodic jobs of the periods `at` lies in, each period once, whoever asks; give how many are new."""
    wanted = {
        (each.name, begun.isoformat()): begun for each in handlers().values() if each.every for begun in [each.every.period(at)]
    }
    names, keys = {name for name, _ in wanted}, {key for _, key in wanted}
    there = set(Job.objects.filter(name__in=names, key__in=keys).values_list("name", "key"))
    new = 0
    for (name, key), begun in wanted.items():
        if (name, key) in there:
            continue
        with transaction.atomic():
            job, is_new = Job.objects.get_or_create(name=name, key=key, defaults={"due_at": begun})
            if is_new:
                announce(job)
                new += 1
    return new


def announce(job: Job) -> None:
    """Tell the workers of a scaled Hub when to look at a job, in the same transaction; an embedded worker looks by itself."""
    if settings.WORKER == "separate" and settings.IS_SCALED:
        from hub.kit import tasks

        tasks.announce(job)


def _locked(name: str, key: str) -> Job | None:
    return Job.objects.select_for_update().filter(name=name, key=key).first()


@handler("forget-old-jobs", every=nightly(3, 10))
def forget_old_jobs(_: Payload, *, at: datetime) -> None:
    """Take away the jobs that were done more than KEPT ago; those given up stay until they are dealt with."""
    Job.objects.filter(state=JobState.DONE.value, ended_at__lt=at - KEPT).delete()


def delete_file(name: str, *, at: datetime) -> None:
    """Ask, in the caller's transaction, for a stored file to be deleted after it; tried again until the file is gone."""
    enqueue("delete-file", key=_fingerprint(name), payload={"file": name}, due_at=at)


@handler("delete-file", in_steps=True)
def _delete_file(payload: Payload, *, at: datetime) -> None:
    """Delete a stored file; gone already is as good. Its name may say whose it was, so the job forgets it."""
    name = str(payload.get("file", ""))
    if name:
        default_storage.delete(name)
        Job.objects.filter(name="delete-file", key=_fingerprint(name)).update(payload={})


def _fingerprint(name: str) -> str:
    return sha256(name.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the jobs of a name stand: when one was last done, None where none was, and whether one is still to be run."""

    last_done_at: datetime | None
    is_asked: bool


def stand_of(name: str, *, at: datetime) -> Stand:
    """Say where the jobs of a name stand. One query."""
    is_open = Q(state__in=(JobState.WAITING.value, JobState.FAILED.value), due_at__lte=at) | Q(state=JobState.RUNNING.value)
    found = Job.objects.filter(name=name).aggregate(
        last=Max("ended_at", filter=Q(state=JobState.DONE.value)), asked=Count("pk", filter=is_open)
    )
    return Stand(found["last"], found["asked"] > 0)


def listed(*, with_done: bool = False) -> list[Job]:
    """Give the jobs that are not done, the ones a person must look at first; with the done ones last where asked."""
    order = (JobState.GIVEN_UP, JobState.FAILED, JobState.RUNNING, JobState.WAITING, JobState.DONE)
    found: Any = Job.objects.all() if with_done else Job.objects.exclude(state=JobState.DONE.value)
    return sorted(found, key=lambda job: (order.index(JobState(job.state)), job.due_at, job.pk))
