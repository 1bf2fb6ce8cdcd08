"""Of the threads of a process one writes at a time; who has waited a moment is woken as soon as it is done.

SQLite lets one write at a time, too, but whoever finds it busy sleeps, longer and longer, and looks again: of many who want
to write at once some wait beside a free lock, and the unlucky for seconds. Other processes still wait in SQLite's own way.
Source: docs/decisions/0002.
"""

from __future__ import annotations

from threading import Lock
from time import sleep
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

# Seconds a thread is left to write on before the next insists: to change at every write costs a quarter of them.
_LEFT_TO_IT = 0.02
_queues: dict[str, Lock] = {}


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait for their turn among the threads of this process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._turn: Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._wait()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._done()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # who cannot commit rolls back
        self._done()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._done()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._done()

    def _wait(self) -> None:
        """Wait for one's turn, as long as SQLite would. Raises OperationalError as it does."""
        if self._turn is not None or self.is_in_memory_db():
            return
        queue = _queues.setdefault(str(self.settings_dict["NAME"]), Lock())
        if not queue.acquire(blocking=False):
            sleep(_LEFT_TO_IT)
            if not queue.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5)):
                raise OperationalError("database is locked")
        self._turn = queue

    def _done(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
