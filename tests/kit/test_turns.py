"""SQLite lets one write at a time: of the threads of a process the next is woken when the one before is done."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db.utils import ConnectionHandler, OperationalError
from pytest_django.plugin import DjangoDbBlocker

Open = Callable[[], Any]


A_MOMENT = 0.3  # s
LONG = 60.0  # s: a busy machine is slow to write two hundred times, and loses nothing


@pytest.fixture
def open_(tmp_path: Path, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Give each thread a connection of its own to one file, with patience for a moment, or for as long as a test says."""
    patience = getattr(request, "param", A_MOMENT)
    options = {"transaction_mode": "IMMEDIATE", "timeout": patience, "init_command": "PRAGMA journal_mode=WAL;"}
    handler = ConnectionHandler(
        {"default": {"ENGINE": "hub.kit.sqlite", "NAME": str(tmp_path / "hub.sqlite3"), "OPTIONS": options}}
    )
    with django_db_blocker.unblock():
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE places (taken INTEGER)")
            cursor.execute("INSERT INTO places VALUES (0)")
        yield lambda: handler["default"]


def begin(connection: Any) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


@contextmanager
def writing(connection: Any) -> Iterator[Any]:
    begin(connection)
    with connection.cursor() as cursor:
        yield cursor
    connection.commit()
    connection.set_autocommit(True)


def taken(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT taken FROM places")
        return int(cursor.fetchone()[0])


def test_who_waits_asks_the_database_only_when_it_is_their_turn(open_: Open) -> None:
    said: list[str] = []
    about_to = Event()

    def second() -> None:
        connection = open_()
        connection.ensure_connection()

        def asked(execute: Any, sql: str, *more: Any) -> Any:
            said.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(asked):
            about_to.set()
            with writing(connection):
                pass

    with ThreadPoolExecutor(1) as pool:
        begin(open_())
        other = pool.submit(second)
        assert about_to.wait(5)
        Event().wait(0.05)
        said.append("the first is done")
        open_().commit()
        open_().set_autocommit(True)
        other.result()
    assert said == ["the first is done", "BEGIN IMMEDIATE"]


@pytest.mark.parametrize("open_", [LONG], indirect=True)
def test_eight_who_read_and_write_at_once_lose_nothing(open_: Open) -> None:
    def one(_: int) -> None:
        with writing(open_()) as cursor:
            cursor.execute("SELECT taken FROM places")
            (count,) = cursor.fetchone()
            cursor.execute("UPDATE places SET taken = %s", [count + 1])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(200)))
    assert taken(open_()) == 200


def test_whose_turn_does_not_come_hears_what_sqlite_would_say(open_: Open) -> None:
    begin(open_())
    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError, match="database is locked"):
        pool.submit(lambda: begin(open_())).result()
    open_().rollback()


@pytest.mark.parametrize("end", ["rollback", "close"])
def test_who_gives_up_lets_the_next_one_write(open_: Open, end: str) -> None:
    begin(open_())
    getattr(open_(), end)()

    def next_one() -> int:
        with writing(open_()) as cursor:
            cursor.execute("UPDATE places SET taken = 1")
        return taken(open_())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(next_one).result() == 1


def test_who_cannot_begin_because_another_process_writes_holds_up_nobody(open_: Open, tmp_path: Path) -> None:
    elsewhere = sqlite3.connect(tmp_path / "hub.sqlite3", isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        begin(open_())
    elsewhere.execute("ROLLBACK")
    elsewhere.close()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: begin(open_())).result()


def test_a_commit_that_fails_keeps_the_turn_until_it_is_taken_back(open_: Open) -> None:
    connection = open_()
    begin(connection)
    connection.connection.execute("PRAGMA defer_foreign_keys = ON")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE wishes (id INTEGER PRIMARY KEY, wish INTEGER REFERENCES wishes (id))")
        cursor.execute("INSERT INTO wishes VALUES (1, 2)")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        connection.commit()
    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError):
        pool.submit(lambda: begin(open_())).result()
    connection.rollback()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: begin(open_())).result()
