"""The team's list of people, a search in it, one person, and the search for duplicates, with 1 000 invented people and with 10 000."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench_web import _against, _latency, _must, _python
from benchmarks.figures import Figure, emit, paired
from benchmarks.load import ask
from benchmarks.serving import free_port, server, wait_for

SIZES = (1_000, 10_000)
ON_A_PAGE = 50
PROGRAMME = "invented"
DESK = f"/team/{PROGRAMME}/people/"
PATHS = {"people.list": DESK, "people.search": f"{DESK}?q=ar+berg", "people.person": f"{DESK}1/"}
ORGANISATIONS = 20  # people for each

PREPARE = """
import django; django.setup()
from datetime import date
from django.conf import settings; settings.ALLOWED_HOSTS = ["*"]
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
import io, json, sys
call_command("migrate", verbosity=0); call_command("collectstatic", interactive=False, verbosity=0)
call_command("invent_people", people={size}, organisations={size} // {organisations}, stdout=io.StringIO())
from hub.people import commands
from hub.people.models import RoleKind
from hub.programmes import queries
at = timezone.now()
mara = commands.add_person("Mara Okafor", email="mara@example.org", by=None, at=at)
commands.give_role(mara, RoleKind.TEAM, queries.programme({programme!r}), starts_on=date(2020, 1, 1), by=None, at=at)
client = Client(); client.force_login(mara.account)
counts = {{}}
for name, path in {paths!r}.items():
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    counts[name] = len(asked)
json.dump({{"cookie": client.cookies["sessionid"].value, "queries": counts}}, sys.stdout)
"""

KNOWN = """
import django; django.setup()
from hub.people.models import Account, Affiliation, Person
import json, sys
emails = dict(Account.objects.values_list("person_id", "email"))
works = {}
for person, organisation in Affiliation.objects.values_list("person_id", "organisation_id"):
    works.setdefault(person, []).append(organisation)
json.dump([[pk, name, orcid, emails.get(pk, ""), works.get(pk, [])]
           for pk, name, orcid in Person.objects.values_list("pk", "name", "orcid")], sys.stdout)
"""


def run(sizes: Sequence[int] = SIZES) -> None:
    """Print people.list, people.search, people.person and people.duplicates for each size."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
            data = Path(folder)
            told = json.loads(
                _python(PREPARE.format(size=size, organisations=ORGANISATIONS, programme=PROGRAMME, paths=PATHS), data)
            )
            port = free_port()
            with server(data, port):
                wait_for(port)
                for name, path in PATHS.items():
                    _page(name, port, size, path, told["cookie"], told["queries"][name])
            _duplicates(size, json.loads(_python(KNOWN, data)))


def _page(name: str, port: int, size: int, path: str, cookie: str, queries: int) -> None:
    """A page of the desk, one at a time, against one plain template of as many rows."""
    signed_in = {"Cookie": f"sessionid={cookie}"}
    answered, bound, ratio = _against(
        lambda: ask(port, path, headers=signed_in, connections=1, seconds=0.7),
        lambda: ask(port, f"/bench/rows/{ON_A_PAGE}/", headers=signed_in, connections=1, seconds=0.5),
        _latency,
    )
    _must(answered, 200, path)
    more: dict[str, float | int | str] = {
        "per_second": round(answered.per_second, 1), "bytes": answered.size, "queries": queries, "bound_is": "one plain template of as many rows"
    }  # fmt: skip
    emit(
        Figure(
            name,
            round(answered.median_ms, 3),
            "ms",
            {"people": size, "organisations": size // ORGANISATIONS},
            round(bound, 3),
            round(ratio, 3),
            more,
        )
    )


def _duplicates(size: int, rows: Sequence[tuple[int, str, str, str, list[int]]]) -> None:
    """Proposing all that may be one person, in one run, against folding every name once."""
    from hub.core.names import Known, folded, likely_pairs

    people = [
        Known(key=key, name=name, orcid=orcid, addresses=frozenset([email] if email else []), organisations=frozenset(works))
        for key, name, orcid, email, works in rows
    ]
    pairs = len(likely_pairs(people))
    value, bound, ratio = paired(lambda: likely_pairs(people), lambda: [folded(each.name) for each in people], rounds=5)
    more: dict[str, float | int | str] = {"pairs": pairs, "bound_is": "folding every name once"}
    emit(
        Figure(
            "people.duplicates",
            round(value, 2),
            "ms",
            {"people": size, "organisations": size // ORGANISATIONS},
            round(bound, 3),
            round(ratio, 3),
            more,
        )
    )
