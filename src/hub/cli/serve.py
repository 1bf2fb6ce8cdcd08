"""`hub serve`: the Hub behind one address, with granian. HUB_HOST, HUB_PORT and HUB_WORKERS are read by the settings."""

from __future__ import annotations

import argparse
import errno
import socket

from hub.cli.manage import set_up_django
from hub.cli.output import complain

BLOCKING_THREADS = 4  # requests one worker answers at a time: docs/guide/self-hosting.md
STOP_WITHIN = 30  # seconds a process has to finish what it is at; a job cut off is run again


def serve(_: argparse.Namespace) -> int:
    """Serve the Hub until it is stopped. Gives 1, and says what to do, when the database waits for migrations."""
    set_up_django()
    waiting = waiting_migrations()
    if waiting:
        number = f"{len(waiting)} migration" + ("" if len(waiting) == 1 else "s")
        complain(f"the database is not up to date: {number} to run. Run “hub manage migrate”, then serve again.")
        return 1
    if problem := address_problem():
        complain(problem)
        return 1
    gather_static_files()
    run_server()
    return 0


def address_problem() -> str | None:
    """Say why the Hub cannot listen where the settings tell it to, None where it can."""
    from django.conf import settings

    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.HOST, settings.PORT))
    except OSError as error:
        where = f"{settings.HOST}, port {settings.PORT}"
        if error.errno == errno.EADDRINUSE:
            return f"something else listens at {where} already. Choose another port, such as HUB_PORT={settings.PORT + 1}."
        return f"the Hub cannot listen at {where}: {error.strerror}. HUB_HOST and HUB_PORT say where."
    except OverflowError:
        return f"HUB_PORT is {settings.PORT}; ports go from 0 to 65535."
    return None


def waiting_migrations() -> list[str]:
    """Name the migrations that are not applied yet."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def gather_static_files() -> None:
    """Put styles, scripts and pictures where the server gives them out, under names that change when they do."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def let_go_of_database() -> None:
    """Close every connection, those of PostgreSQL's pool too: processes that share one would read each other's answers."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]


def run_server() -> None:
    """Answer requests until the process is told to stop."""
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    let_go_of_database()
    print(f"The Hub is at {settings.BASE_URL} (Ctrl-C stops it).", flush=True)
    Granian(
        "hub.cli.served:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        workers_kill_timeout=STOP_WITHIN,
        respawn_failed_workers=True,  # one that was killed is replaced; one that cannot start ends the server
    ).serve()
