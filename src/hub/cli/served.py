"""What each process of `hub serve` answers with, and beside it the embedded worker where the settings ask for one.

Every process starts the worker's thread and exactly one of them has the turn. The thread ends with its process: it stops when
the main thread has ended, which a server's process does on SIGTERM, and Python waits for it.
"""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.utils import timezone

from hub.wsgi import application

__all__ = ["application"]

_LOOK = 0.25  # seconds between two looks whether the process ends


def _work_beside() -> None:
    from hub.kit.worker import Loop

    Loop(clock=timezone.now).run(until=_process_ends)


def _process_ends(seconds: float) -> bool:
    """Wait so long, or until the process ends; says whether it ends."""
    until = time.monotonic() + seconds
    while threading.main_thread().is_alive():
        left = until - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(left, _LOOK))
    return True


if settings.WORKER == "embedded":
    threading.Thread(target=_work_beside, name="worker").start()
