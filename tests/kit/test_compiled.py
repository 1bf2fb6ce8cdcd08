"""Statements that are compiled once go to the driver itself, and nobody can tell but by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from traceback import walk_tb
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from hub import settings
from hub.core.jobs import JobState
from hub.kit import compiled
from hub.kit.compiled import HERE, inserted, kept
from hub.kit.models import Job, JournalEntry
from hub.people.models import Person

pytestmark = pytest.mark.django_db
AT = datetime(2024, 9, 2, 9, 0, 0, 250_000, tzinfo=UTC)

_named = kept(lambda: Job.objects.filter(pk=HERE).values_list("name", "key"))


def a_job(key: str = "1") -> Job:
    job = Job(name="greet", key=key, payload={"word": "grüß “100 %s”"}, state=JobState.WAITING.value, due_at=AT, attempts=0)
    return inserted(Job, vars(job))


def straight(_: Callable[..., Any], *rest: object) -> Any:
    raise AssertionError("somebody listens")


def test_a_row_is_the_same_whether_somebody_listens_or_not() -> None:
    unheard = a_job("unheard")
    with CaptureQueriesContext(connection) as asked:
        heard = a_job("heard")
    assert [each["sql"].startswith('INSERT INTO "kit_job"') for each in asked] == [True]
    rows = Job.objects.filter(pk__in=[unheard.pk, heard.pk]).values("payload", "state", "due_at", "lease", "leased_until")
    first, second = rows
    assert first == second
    assert (first["payload"], first["due_at"]) == ({"word": "grüß “100 %s”"}, AT)


def test_a_row_that_is_given_is_the_one_that_stands_and_knows_what_it_points_at() -> None:
    given = a_job()
    there = Job.objects.get(pk=given.pk)
    assert {**vars(given), "_state": None} == {**vars(there), "_state": None}
    assert (given._state.adding, given._state.db) == (there._state.adding, there._state.db)
    ada = Person.objects.create(name="Ada")
    line = JournalEntry(verb="greeted", thing="people.Person", thing_id=ada.pk, by=ada, at=AT)
    assert inserted(JournalEntry, vars(line), by=ada).by is ada


def test_an_hour_that_happens_twice_is_two_moments() -> None:
    first = datetime(2024, 10, 27, 1, 30, tzinfo=ZoneInfo("Europe/London"))
    for job, at in ((a_job("first"), first), (a_job("second"), first.replace(fold=1))):
        compiled.update(Job, {"due_at": at}, {"id": job.pk})
        assert Job.objects.get(pk=job.pk).due_at == at.astimezone(UTC)


LATER = datetime(2024, 9, 2, 10, 0, 0, 125_000, tzinfo=UTC)


def moved(job: Job) -> int:
    changes = {"due_at": LATER, "ended_at": None, "error": "ünd “100 %s”", "attempts": 3}
    return compiled.update(Job, changes, {"id": job.pk, "state": JobState.WAITING.value, "lease": ""})


def test_a_change_is_the_same_whether_somebody_listens_or_not_and_touches_only_what_is_as_it_was() -> None:
    unheard, heard, taken = a_job("unheard"), a_job("heard"), a_job("taken")
    Job.objects.filter(pk=taken.pk).update(lease="another")
    assert (moved(unheard), moved(taken)) == (1, 0)
    with CaptureQueriesContext(connection) as asked:
        assert moved(heard) == 1
    assert [each["sql"].startswith('UPDATE "kit_job"') for each in asked] == [True]
    changed = Job.objects.filter(error="ünd “100 %s”", due_at=LATER, attempts=3)
    assert set(changed) == {unheard, heard}


@pytest.mark.django_db(transaction=True)
def test_a_change_outside_of_a_transaction_stands_at_once() -> None:
    job = a_job()
    assert moved(job) == 1
    connection.close()
    assert Job.objects.get(pk=job.pk).due_at == LATER
    connection.close()
    assert moved(job) == 1  # with no connection yet


def test_who_counts_statements_sees_those_that_are_kept() -> None:
    job = a_job()
    _named(job.pk)
    with CaptureQueriesContext(connection) as asked:
        assert [tuple(row) for row in _named(job.pk)] == [("greet", "1")]
    assert len(asked) == 1


def test_who_wraps_statements_is_asked_first() -> None:
    job = a_job()
    with connection.execute_wrapper(straight), pytest.raises(AssertionError, match="somebody listens"):
        _named(job.pk)


def test_what_goes_wrong_is_an_error_of_djangos_with_what_the_database_said() -> None:
    job = a_job()
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        a_job()
    assert "job_once" in str(twice.value) or "kit_job.name, kit_job.key" in str(twice.value)
    with pytest.raises(DatabaseError), transaction.atomic():
        compiled.Compiled("SELECT nothing FROM nowhere", (), ()).rows()
    assert [tuple(row) for row in _named(job.pk)] == [("greet", "1")]  # each was in a savepoint of its own


def test_a_statement_that_fails_leaves_no_cursor_for_another_thread_to_close() -> None:
    a_job()
    with pytest.raises(IntegrityError) as twice, transaction.atomic():
        a_job()
    driver = connection.Database
    frames = [frame.f_locals.values() for frame, _ in walk_tb(twice.value.__traceback__)]
    cursor = next(each for values in frames for each in values if isinstance(each, driver.Cursor))
    with pytest.raises(driver.Error, match="closed"):
        cursor.fetchall()


def test_in_a_transaction_that_is_to_be_rolled_back_nothing_is_asked() -> None:
    job = a_job()
    with transaction.atomic():
        connection.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            _named(job.pk)


def test_a_percent_sign_of_the_statement_stays_one() -> None:
    job = a_job()
    rest = kept(lambda: Job.objects.filter(pk=HERE).annotate(rest=F("pk") % 7).values_list("rest"))
    assert [tuple(row) for row in rest(job.pk)] == [(job.pk % 7,)]


def test_a_statement_asked_again_and_again_gives_what_there_is_now() -> None:
    """PostgreSQL prepares it on the way; a rollback forgets what was prepared."""
    job = a_job("0")
    for number in range(1, 20):
        Job.objects.filter(pk=job.pk).update(key=str(number))
        assert [tuple(row) for row in _named(job.pk)] == [("greet", str(number))]
        if number % 8 == 0:
            with pytest.raises(IntegrityError), transaction.atomic():
                a_job(str(number))


@pytest.mark.parametrize(("query", "threshold"), [("", 1), ("?prepare_threshold=2", 2), ("?prepare_threshold=0", None)])
def test_what_postgresql_prepares_can_be_said(monkeypatch: pytest.MonkeyPatch, query: str, threshold: int | None) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", f"postgresql://db.internal/hub{query}")
    assert settings._database()["OPTIONS"]["prepare_threshold"] == threshold


def test_a_threshold_that_is_no_number_stops_the_program_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql://db.internal/hub?prepare_threshold=none")
    with pytest.raises(SystemExit, match="prepare_threshold in HUB_DATABASE_URL is “none”"):
        settings._database()
