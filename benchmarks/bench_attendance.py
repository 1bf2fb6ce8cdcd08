"""Attendance grid, forecast and load of cohorts of 15 and of 5 000 Experts × 200 sessions, against reading the bare rows."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench_web import _python
from benchmarks.figures import Figure, emit

SIZES = (15, 5000)
SESSIONS = 200

# The rows of attendance are written straight; all else by the commands of the program. What is timed are the functions the
# pages call; the bound reads the same rows of the database as bare tuples: who, which session, came; and who there is.
MEASURE = """
import django; django.setup()
import gc, json, statistics, sys, time
from datetime import date, datetime, timedelta, UTC
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
call_command("migrate", verbosity=0)
from hub.participation import commands, exports, queries
from hub.participation.models import Agreed, Attendance, Register
from hub.people.models import Person, Role
from hub.programmes import commands as programmes
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import ReleasedSession, Session
begun, at = datetime(2024, 6, 1, tzinfo=UTC), datetime(2024, 12, 2, 12, tzinfo=UTC)
first, last = date(2024, 9, 1), date(2025, 2, 28)
programme = programmes.create_programme(slug="busy", name="Busy", is_public=True, by=None, at=begun)
cohort = programmes.create_cohort(programme, slug="one", name="One", starts_on=first, ends_on=last, by=None, at=begun)
lines = "".join(
    f"- Collaboration Café {{n}}: **{{first + timedelta(days=n * 9 // 10):%d %B %Y}} ({{9 + n % 8:02}}:00–{{10 + n % 8:02}}:00)** - {{'In person' if n % 20 == 0 else 'Online'}}\\n"
    for n in range({sessions})
)
import_plan(cohort, "# Plan of One\\n\\n### Month 1: September 2024\\n\\n" + lines, seen=0, by=None, at=begun)
release_schedule(cohort, seen=0, by=None, at=begun)
commands.use_own_promises(cohort, by=None, at=begun)
commands.set_load_terms(cohort, travel=120, writing=1200, writing_from=first, writing_to=date(2025, 2, 1), by=None, at=begun)
people = [Person(name=f"Expert {{n}}", plain_name=f"expert {{n:05}}", added_at=begun) for n in range({people})]
Person.objects.bulk_create(people, batch_size=500)
people = list(Person.objects.order_by("pk"))
Role.objects.bulk_create([Role(person=p, programme=programme, cohort=cohort, kind="expert", starts_on=first if n % 10 else first + timedelta(days=n % 60)) for n, p in enumerate(people)], batch_size=500)
Agreed.objects.bulk_create([Agreed(cohort=cohort, person=p, minutes=1950, edited_at=begun) for p in people], batch_size=500)
sessions = list(Session.objects.filter(cohort=cohort).order_by("date", "pk"))
over = [s for s in sessions if s.ends_at and s.ends_at <= at]
def rows():
    for n, p in enumerate(people):
        for m, s in enumerate(over):
            if (n * 7 + m * 13) % 10 < 6:
                yield Attendance(session=s, person=p, how="register", came=(n + m) % 8 > 0, at=at)
batch = []
for row in rows():
    batch.append(row)
    if len(batch) == 20000:
        Attendance.objects.bulk_create(batch, batch_size=4000); batch = []
Attendance.objects.bulk_create(batch, batch_size=4000)
Register.objects.bulk_create([Register(session=s, closed_at=at) for s in over])

def bare():
    who = list(Role.objects.filter(cohort=cohort).values_list("person", "person__name", "starts_on", "ends_on"))
    told = list(ReleasedSession.objects.filter(release__cohort=cohort).values_list("pk", "session", "facts"))
    came = list(Attendance.objects.filter(session__cohort=cohort).values_list("person", "session", "came"))
    return len(who) + len(told) + len(came)
def bare_load():
    who = list(Role.objects.filter(cohort=cohort).values_list("person", "person__name", "starts_on", "ends_on"))
    told = list(ReleasedSession.objects.filter(release__cohort=cohort).values_list("pk", "session", "facts"))
    agreed = list(Agreed.objects.filter(cohort=cohort).values_list("person", "minutes", "travel"))
    return len(who) + len(told) + len(agreed)
def grid():
    told = queries.forecast_of(cohort, at=at)
    return sum(len(row) for row in exports.rows(told, told.participants))
def forecast():
    return len(queries.forecast_of(cohort, at=at).participants)
def load():
    return len(queries.load_of(cohort, at=at).warnings)
def timed(ask):
    ask(); took = []
    for _ in range({repeats}):
        gc.collect(); begun = time.perf_counter(); ask(); took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1000
def count(ask):
    with CaptureQueriesContext(connection) as asked: ask()
    return len(asked)
json.dump({{
    "marks": Attendance.objects.count(), "sessions": len(sessions),
    "attendance.grid": [timed(grid), timed(bare), count(grid)],
    "forecast.cohort": [timed(forecast), timed(bare), count(forecast)],
    "load.cohort": [timed(load), timed(bare_load), count(load)],
}}, sys.stdout)
"""


def run(sizes: Sequence[int] = SIZES, *, sessions: int = SESSIONS) -> None:
    """Print attendance.grid, forecast.cohort and load.cohort for each number of Experts."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
            repeats = 15 if size <= 100 else 3
            told = json.loads(_python(MEASURE.format(people=size, sessions=sessions, repeats=repeats), Path(folder)))
        at = {"experts": size, "sessions": told["sessions"]}
        for name in ("attendance.grid", "forecast.cohort", "load.cohort"):
            value, bound, queries = told[name]
            more: dict[str, float | int | str] = {
                "queries": queries, "marks": told["marks"], "bound_is": "reading the bare rows"
            }  # fmt: skip
            emit(Figure(name, round(value, 2), "ms", at, round(bound, 2), round(value / bound, 2), more))
