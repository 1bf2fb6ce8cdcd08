"""The team's morning page of a programme of one cohort and of fifty, every one of them running, against a plain template."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench_web import _against, _latency, _must, _python
from benchmarks.figures import Figure, emit
from benchmarks.load import ask
from benchmarks.serving import free_port, server, wait_for

SIZES = (1, 50)
PATH = "/team/busy/"

PREPARE = """
import django; django.setup()
from datetime import date, datetime, timedelta
from django.conf import settings; settings.ALLOWED_HOSTS = ["*"]
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
import json, sys
call_command("migrate", verbosity=0); call_command("collectstatic", interactive=False, verbosity=0)
from hub.people import commands as people
from hub.people.models import RoleKind
from hub.programmes import commands as programmes
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.releases import release_schedule
at = timezone.now()
first = at.date() - timedelta(days=60)
begun = at - timedelta(days=150)
programme = programmes.create_programme(slug="busy", name="Busy", is_public=True, by=None, at=begun)
for number in range({size}):
    cohort = programmes.create_cohort(programme, slug=f"cohort-{{number}}", name=f"Cohort {{number}}", starts_on=first, ends_on=first + timedelta(days=180), by=None, at=begun)
    lines = [f"- Café {{each}}: **{{first + timedelta(days=3 * each):%d %B %Y}} (15:00–17:00)** - Online" for each in range({sessions})]
    import_plan(cohort, f"# Plan of cohort {{number}}\\n\\n### Month 1: {{first:%B %Y}}\\n\\n" + "\\n".join(lines) + "\\n", seen=0, by=None, at=begun)
    release_schedule(cohort, seen=0, by=None, at=begun)
mara = people.add_person("Mara Okafor", email="mara@example.org", by=None, at=begun)
people.give_role(mara, RoleKind.TEAM, programme, starts_on=date(2020, 1, 1), by=None, at=begun)
from hub.schedule.models import RunSheetTask
RunSheetTask.objects.filter(due_on__lt=at.date() - timedelta(days=2)).update(state="done", state_at=at)
client = Client(); client.force_login(mara.account)
client.get({path!r})
with CaptureQueriesContext(connection) as asked:
    answer = client.get({path!r})
assert answer.status_code == 200, answer.status_code
todos = answer.content.decode().count('class="todo"')
json.dump({{"cookie": client.cookies["sessionid"].value, "queries": len(asked), "todos": todos}}, sys.stdout)
"""


def run(sizes: Sequence[int] = SIZES, *, sessions: int = 40) -> None:
    """Print week.page for each number of cohorts."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
            data = Path(folder)
            told = json.loads(_python(PREPARE.format(size=size, sessions=sessions, path=PATH), data))
            port = free_port()
            with server(data, port):
                wait_for(port)
                # the first page of a server reads every plan; the ones after it remember what was found
                ask(port, PATH, headers={"Cookie": f"sessionid={told['cookie']}"}, connections=1, seconds=8.0)
                _page(port, size, sessions, told)


def _page(port: int, size: int, sessions: int, told: dict[str, int | str]) -> None:
    """One at a time, against one plain template of as many rows as there are things to do."""
    signed_in = {"Cookie": f"sessionid={told['cookie']}"}
    rows = max(int(told["todos"]), 1)
    answered, bound, ratio = _against(
        lambda: ask(port, PATH, headers=signed_in, connections=1, seconds=4.0),
        lambda: ask(port, f"/bench/rows/{rows}/", headers=signed_in, connections=1, seconds=2.0),
        _latency,
    )
    _must(answered, 200, PATH)
    more: dict[str, float | int | str] = {
        "queries": told["queries"], "todos": rows, "bytes": answered.size, "bound_is": "one plain template of as many rows"
    }  # fmt: skip
    at = {"cohorts": size, "sessions": size * sessions}
    emit(Figure("week.page", round(answered.median_ms, 3), "ms", at, round(bound, 3), round(ratio, 3), more))
