"""A job is asked for in a transaction, run once, tried again, given up: in one process, with the clock moved by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from hub.core.jobs import LEASE, MOST_ATTEMPTS, WAITS
from hub.kit import jobs, worker
from hub.kit.models import Job, Turn
from tests.kit import probes
from tests.kit.probes import effects

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2024, 9, 10, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ask(name: str = "probe", key: str = "1", *, due_at: datetime = NOON, **payload: int | str) -> Job:
    return jobs.enqueue(name, key=key, payload={"id": 1} | payload, due_at=due_at)


def work(clock: Clock, name: str = "probe") -> list[str]:
    """Run what is due; give the states of the jobs of a name after it."""
    worker.drain(clock=clock)
    return list(Job.objects.filter(name=name).order_by("key").values_list("state", flat=True))


def test_a_job_runs_when_its_time_has_come_and_not_before(clock: Clock) -> None:
    ask(due_at=NOON + SECOND)
    assert (work(clock), effects()) == (["waiting"], [])
    clock.move(SECOND)
    assert (work(clock), effects()) == (["done"], [1])
    clock.move(timedelta(days=3))
    assert (work(clock), effects()) == (["done"], [1])


def test_a_job_asked_for_in_a_transaction_that_is_rolled_back_never_runs(clock: Clock) -> None:
    def asks_and_breaks() -> None:
        with transaction.atomic():
            ask()
            raise RuntimeError

    tasks = waiting_tasks()
    with pytest.raises(RuntimeError):
        asks_and_breaks()
    assert waiting_tasks() == tasks
    clock.move(timedelta(days=1))
    assert (work(clock), effects()) == ([], [])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Procrastinate works on PostgreSQL only")
def test_with_postgresql_a_job_asked_for_leaves_one_task_that_says_when_to_look_at_it() -> None:
    tasks = waiting_tasks()
    ask()
    assert waiting_tasks() == tasks + 1


def waiting_tasks() -> int:
    """How many tasks Procrastinate holds; none where there is no Procrastinate."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def test_asked_for_twice_while_it_waits_it_is_one_job_at_the_time_said_last(clock: Clock) -> None:
    first = ask(due_at=NOON, id=1)
    second = ask(due_at=NOON + timedelta(hours=1), id=2)
    assert first.pk == second.pk
    assert (work(clock), effects()) == (["waiting"], [])
    clock.move(timedelta(hours=1))
    assert (work(clock), effects()) == (["done"], [2])


def test_asked_for_after_it_is_done_it_runs_again(clock: Clock) -> None:
    ask()
    work(clock)
    ask(id=2)
    assert (work(clock), effects()) == (["done"], [1, 2])


def test_asked_for_while_it_runs_it_runs_again_after(clock: Clock) -> None:
    ask("probe-that-is-wanted-again")
    assert work(clock, "probe-that-is-wanted-again") == ["waiting"]
    assert work(clock, "probe-that-is-wanted-again") == ["done"]
    assert effects() == [1, 2]


def test_a_job_taken_back_never_runs(clock: Clock) -> None:
    ask()
    assert (jobs.withdraw("probe", key="1"), jobs.withdraw("probe", key="1")) == (True, False)
    assert (work(clock), effects()) == ([], [])


def test_a_job_nobody_handles_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError, match=r"nobody handles jobs called prob$"):
        ask("prob")


def test_a_payload_is_ids_and_nothing_else() -> None:
    with pytest.raises(TypeError, match="the payload of a job is ids"):
        jobs.enqueue("probe", key="1", payload={"person": {"name": "Ada"}}, due_at=NOON)  # type: ignore[dict-item]


def test_a_job_that_fails_leaves_nothing_behind_and_is_tried_again_later_and_later(clock: Clock) -> None:
    ask("probe-that-fails")
    tried = []
    for _ in range(MOST_ATTEMPTS):
        (state,) = work(clock, "probe-that-fails")
        job = Job.objects.get(name="probe-that-fails")
        tried.append((state, job.due_at - clock.now))
        clock.move(max(job.due_at - clock.now, timedelta()))
    assert tried[:-1] == [("failed", wait) for wait in WAITS]
    assert tried[-1][0] == "given-up"
    clock.move(timedelta(days=30))
    assert (work(clock, "probe-that-fails"), effects()) == (["given-up"], [])


def test_what_went_wrong_is_kept_without_addresses(clock: Clock) -> None:
    ask("probe-that-fails")
    work(clock, "probe-that-fails")
    assert Job.objects.get(name="probe-that-fails").error == "OSError: no way to [address] today"


def test_asking_again_does_not_hurry_what_failed(clock: Clock) -> None:
    ask("probe-that-fails")
    work(clock, "probe-that-fails")
    assert ask("probe-that-fails").due_at == NOON + WAITS[0]


def test_a_failure_that_is_permanent_is_given_up_at_once(clock: Clock) -> None:
    ask("probe-that-is-refused-for-ever")
    assert work(clock, "probe-that-is-refused-for-ever") == ["given-up"]
    clock.move(timedelta(days=30))
    assert work(clock, "probe-that-is-refused-for-ever") == ["given-up"]
    assert Job.objects.get(name="probe-that-is-refused-for-ever").attempts == 1


def lost_in_the_middle(clock: Clock) -> Job:
    """A job whose worker died: taken, and never heard of again."""
    job = ask()
    assert worker._claim(job.pk, clock()) is not None
    return job


def test_a_job_whose_worker_is_gone_runs_again_when_its_lease_is_over(clock: Clock) -> None:
    lost_in_the_middle(clock)
    clock.move(LEASE - SECOND)
    assert (work(clock), effects()) == (["running"], [])
    clock.move(SECOND)
    assert (work(clock), effects()) == (["done"], [1])


def test_a_job_that_kills_each_of_its_workers_is_given_up(clock: Clock) -> None:
    job = lost_in_the_middle(clock)
    for _ in range(MOST_ATTEMPTS - 1):
        clock.move(LEASE)
        assert worker._claim(job.pk, clock()) is not None
    clock.move(LEASE)
    assert (work(clock), effects()) == (["given-up"], [])


def test_a_worker_that_lost_its_lease_writes_nothing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask()

    def overtaken(payload: jobs.Payload, *, at: datetime) -> None:
        probes.note("probed", payload["id"], at=at)
        Job.objects.filter(pk=job.pk).update(lease="another worker's")

    monkeypatch.setitem(jobs._handlers, "probe", jobs.Handler("probe", overtaken, None, False))
    assert (work(clock), effects()) == (["running"], [])


def test_a_periodic_job_runs_once_in_its_period_however_often_and_by_whomever_it_is_asked_for(clock: Clock) -> None:
    for _ in range(3):
        worker.drain(clock=clock)
    clock.move(timedelta(minutes=9, seconds=59))
    worker.drain(clock=clock)
    assert effects("ticked") == [1]
    clock.move(SECOND)
    worker.drain(clock=clock)
    assert effects("ticked") == [1, 1]


def test_after_a_week_switched_off_a_periodic_job_runs_once(clock: Clock) -> None:
    worker.drain(clock=clock)
    clock.move(timedelta(days=7))
    worker.drain(clock=clock)
    worker.drain(clock=clock)
    assert effects("ticked") == [1, 1]


def test_jobs_done_long_ago_are_forgotten_and_those_given_up_are_not(clock: Clock) -> None:
    ask()
    ask("probe-that-is-refused-for-ever")
    work(clock)
    clock.move(jobs.KEPT + timedelta(days=1))
    worker.drain(clock=clock)
    assert (work(clock), work(clock, "probe-that-is-refused-for-ever")) == ([], ["given-up"])


def test_the_longest_due_is_run_first(clock: Clock) -> None:
    ask(key="later", due_at=NOON - SECOND, id=2)
    ask(key="earlier", due_at=NOON - timedelta(hours=1), id=1)
    work(clock)
    assert effects() == [1, 2]


def test_looking_for_work_costs_the_same_however_much_waits(
    clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    worker.drain(clock=clock)
    for number in range(30):
        ask(key=str(number), due_at=NOON + timedelta(days=1))
    with django_assert_num_queries(2):
        worker.drain(clock=clock)


def test_one_process_has_the_turn_until_it_gives_it_back_or_is_not_heard_of(clock: Clock) -> None:
    def who(*holders: str) -> list[bool]:
        return [worker.take_turn(each, at=clock()) for each in holders]

    assert who("a", "b", "a") == [True, False, True]
    worker.leave_turn("a", at=clock())
    assert who("b", "a") == [True, False]
    clock.move(worker.TURN)
    assert who("a", "b") == [True, False]


def test_keeping_the_turn_costs_one_read_most_of_the_time(
    clock: Clock, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    worker.take_turn("a", at=clock())
    with django_assert_num_queries(1):
        worker.take_turn("a", at=clock())


def test_a_worker_that_has_not_looked_for_long_is_noticed(clock: Clock) -> None:
    assert worker.quiet_for(at=clock()) == timedelta.max
    worker.take_turn("a", at=clock())
    assert worker.quiet_for(at=clock()) is None
    clock.move(timedelta(minutes=12))
    assert worker.quiet_for(at=clock()) == timedelta(minutes=12)


def test_the_loop_works_until_it_is_told_to_stop_and_gives_its_turn_back(clock: Clock) -> None:
    ask()
    pauses: list[float] = []

    def until(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 30  # the periodic jobs of every room are done first

    worker.Loop(clock=clock, pause=0.5).run(until=until)
    assert effects() == [1]
    assert pauses[-1] == 0.5
    assert Turn.objects.get().holder == ""


def test_what_needs_a_person_is_listed_first(clock: Clock) -> None:
    ask(due_at=NOON + timedelta(days=1))
    ask("probe-that-fails")
    ask("probe-that-is-refused-for-ever")
    Job.objects.create(name="of-another-version", key="1", due_at=NOON + timedelta(days=2))
    worker.drain(clock=clock)
    out = StringIO()
    call_command("jobs", stdout=out)
    assert out.getvalue().splitlines() == [
        "given-up  2024-09-10 12:00:00 UTC  probe-that-is-refused-for-ever 1  attempts: 1  RepositoryClosed: closed",
        "failed    2024-09-10 12:00:30 UTC  probe-that-fails 1  attempts: 1  OSError: no way to [address] today",
        "waiting   2024-09-11 12:00:00 UTC  probe 1",
        "waiting   2024-09-12 12:00:00 UTC  of-another-version 1  nobody handles it",
        "No worker has run for a while: is “hub serve” or “hub work” running?",
    ]
