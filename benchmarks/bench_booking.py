"""Bookings under contention: everybody wants the same ten places at once, by the command and by the least anybody could do.

The bound is a transaction that takes the same lock and inserts the row into a copy of the same table with its indexes, `RETURNING`
its key, by bare SQL from the same threads of the same processes. The two take turns, and of each the middle one counts: six hundred
rows are soon written, and whatever else the machine does meanwhile weighs on one of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, emit

PEOPLE, PLACES, THREADS, ROUNDS = 600, 10, 4, 3

WORK = """
import json, sys, time
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.utils import timezone
from hub.core.booking import Way
from hub.participation import commands
from hub.participation.models import Booking, BookingTerms
from hub.people.models import Person
from hub.schedule.models import Session
first, until, threads, how = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
training = Session.objects.select_related("cohort__programme").get(title="Systems Thinking")
terms = BookingTerms.objects.get(session=training).pk
names = [f"Expert {n}" for n in range(first, until)]
people = list(Person.objects.filter(name__in=names))
is_postgres = connection.vendor == "postgresql"
columns = [each.attname for each in Booking._meta.local_concrete_fields if not each.primary_key and not each.null]
places = ", ".join("%s" for _ in columns)
insert = f"INSERT INTO bench_booking ({', '.join(columns)}) VALUES ({places}) RETURNING id"

def bare(person):
    at = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN" if is_postgres else "BEGIN IMMEDIATE")
        if is_postgres:
            cursor.execute("SELECT id FROM participation_bookingterms WHERE id = %s FOR UPDATE", [terms])
        try:
            said = {"session_id": training.pk, "person_id": person.pk, "way": "online", "state": "waiting"}
            said |= {"state_at": at, "asked_at": at}
            cursor.execute(insert, [said.get(name, "") for name in columns])
            cursor.fetchone()
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")  # or the lock is kept, and the others tell of that instead
            raise

def book(person):
    commands.book_place(training, person, way=Way.ONLINE, by=person, at=timezone.now())

work = {"book": book, "bare": bare}[how]

def begin(_):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    time.sleep(0.05)

connection.close()
with ThreadPoolExecutor(threads) as pool:
    list(pool.map(begin, range(threads)))
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    list(pool.map(work, people))
    print(json.dumps({"seconds": time.perf_counter() - begun, "count": len(people)}), flush=True)
"""

TABLE = """
import django; django.setup()
import sys
from django.db import connection
from django.utils import timezone
from hub.core.booking import Terms, Tier
from hub.participation.commands import set_terms
from hub.schedule.models import Session
training = Session.objects.select_related("cohort__programme").get(title="Systems Thinking")
set_terms(training, Terms(online=int(sys.argv[1]), opens={Tier.EXPERTS: None}), by=None, at=timezone.now())
with connection.cursor() as cursor:
    if connection.vendor == "postgresql":
        cursor.execute("CREATE TABLE bench_booking (LIKE participation_booking INCLUDING ALL)")
    else:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'participation_booking' AND sql IS NOT NULL")
        for (made,) in cursor.fetchall():
            named = made.replace("participation_booking", "bench_booking").replace("booking_", "bench_booking_")
            cursor.execute(named.replace("bench_bench_", "bench_"))
"""

CHECK = """
import django; django.setup()
from collections import Counter
from hub.participation.models import Booking
from django.db import connection
print(Counter(Booking.objects.values_list("state", flat=True)))
Booking.objects.all().delete()
with connection.cursor() as cursor:
    cursor.execute("DELETE FROM bench_booking")
"""


def _environment(folder: Path, url: str) -> dict[str, str]:
    return os.environ | {
        "HUB_DATA": str(folder),
        "HUB_DATABASE_URL": url,
        "HUB_SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijk",
        "HUB_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }


def _run(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip()


def _at_once(environment: dict[str, str], how: str, processes: int) -> float:
    """Rows a second, everybody beginning together."""
    share = PEOPLE // processes
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORK, str(n * share), str((n + 1) * share), str(THREADS), how],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(processes)
    ]  # fmt: skip
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    told = [json.loads(each.communicate(timeout=600)[0]) for each in running]
    return float(sum(each["count"] for each in told) / max(each["seconds"] for each in told))


def _measure(name: str, processes: int, folder: Path, url: str) -> None:
    environment = _environment(folder, url)
    _run(environment, "-m", "hub.cli", "manage", "migrate", "-v0")
    _run(environment, "-m", "tests.participation.crowd", "prepare", str(PEOPLE))
    _run(environment, "-c", TABLE, str(PLACES))
    rounds = []
    for _ in range(ROUNDS):
        rounds.append((_at_once(environment, "bare", processes), _at_once(environment, "book", processes)))
        if _run(environment, "-c", CHECK) != f"Counter({{'waiting': {PEOPLE - PLACES}, 'booked': {PLACES}}})":
            raise SystemExit(f"{name}: not {PLACES} places and everybody else waiting")
    bare, booked = (median(each) for each in zip(*rounds, strict=True))
    at: dict[str, int | str] = {"people": PEOPLE, "places": PLACES, "threads": THREADS * processes}
    more: dict[str, float | int | str] = {
        "processes": processes,
        "rounds": ROUNDS,
        "bound_is": "the same lock and a bare INSERT … RETURNING",
    }
    emit(Figure(name, round(booked, 1), "/s", at, round(bare, 1), round(bare / booked, 2), more))


def run() -> None:
    """Print booking.sqlite and booking.postgres."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        _measure("booking.sqlite", 1, Path(folder), "")
    from tests.run import postgresql

    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder, postgresql() as url:
        _measure("booking.postgres", 2, Path(folder), url)
