"""The demo's server under load: first renders, kept answers, matching entity tags, queries, memory, the first page from nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Figure, emit
from benchmarks.load import Answered, ask, headers_of
from benchmarks.serving import free_port, peak_memory, server, wait_for

ROUNDS = 5
PROGRAMME = "practitioners-hub"

PREPARE = """
import django; django.setup()
from datetime import UTC, date, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0); call_command("collectstatic", interactive=False, verbosity=0)
from benchmarks.plans import plan_text
from hub.programmes import commands as programmes
from hub.schedule.commands import plans, releases
at = datetime(2023, 6, 1, 9, tzinfo=UTC)
programme = programmes.create_programme(slug="practitioners-hub", name="Practitioners Hub", tagline="A programme to measure.", by=None, at=at)
for size in {sizes}:
    cohort = programmes.create_cohort(programme, slug=f"sized-{{size}}", name=f"{{size}} sessions", starts_on=date(2023, 7, 1),
                                      ends_on=date(2023, 12, 31), by=None, at=at)
    plans.import_plan(cohort, plan_text(size), seen=0, by=None, at=at)
    releases.release_schedule(cohort, note="", seen=0, by=None, at=at)
"""

COUNT = """
import django; django.setup()
from django.conf import settings; settings.ALLOWED_HOSTS = ["*"]
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hub.kit.fresh import shelf
import json, sys
counts = {{}}
for path in {paths!r}:
    client = Client()
    shelf.clear()
    with CaptureQueriesContext(connection, ) as first:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    with CaptureQueriesContext(connection) as kept:
        client.get(path)
    counts[path] = [len(first), len(kept)]
json.dump(counts, sys.stdout)
"""


def run(sizes: Sequence[int], areas: Sequence[str]) -> None:
    """Print the figures of the areas asked for."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        data = Path(folder)
        _python(PREPARE.format(sizes=list(sizes)), data)
        if areas_of_load := [area for area in areas if area not in ("memory", "start")]:
            counts = _queries(data, sizes)
            for size in sizes:  # a server for each size, so that no size warms another's memory
                port = free_port()
                with server(data, port):
                    wait_for(port)
                    for area in areas_of_load:
                        _AREAS[area](port, size, counts)
        if "memory" in areas:
            for size in sizes:
                _memory(data, size)
        if "start" in areas:
            _start(data, sizes[0])


def _python(program: str, data: Path) -> str:
    environment = os.environ | {
        "HUB_DATA": str(data),
        "HUB_SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijk",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran.stdout


def _paths(size: int) -> dict[str, str]:
    cohort = f"/{PROGRAMME}/sized-{size}"
    return {
        "schedule": f"{cohort}/schedule/",
        "feed": f"{cohort}/schedule.ics",
        "json": f"{cohort}/schedule.json",
        "session": f"{cohort}/sessions/{_slug(size)}/",
    }


_slugs: dict[int, str] = {}


def _slug(size: int) -> str:
    return _slugs[size]


def _queries(data: Path, sizes: Sequence[int]) -> dict[str, list[int]]:
    import json

    found = _python(
        "import django; django.setup()\n"
        "from hub.schedule.queries import public; import json, sys\n"
        f"json.dump({{s: public.released_occurrences(public.freshness('{PROGRAMME}', f'sized-{{s}}').release_id)[s // 2].slug for s in {list(sizes)}}}, sys.stdout)",
        data,
    )
    _slugs.update({int(size): slug for size, slug in json.loads(found).items()})
    paths = [path for size in sizes for path in _paths(size).values()]
    counts: dict[str, list[int]] = json.loads(_python(COUNT.format(paths=paths), data))
    return counts


def _against(
    ours: Callable[[], Answered], bound: Callable[[], Answered], of: Callable[[Answered], float]
) -> tuple[Answered, float, float]:
    """Ask both in turn; give our median run, the bound's median value and the median ratio of values."""
    pairs = [(ours(), bound()) for _ in range(ROUNDS)]
    middle = sorted((one for one, _ in pairs), key=of)[ROUNDS // 2]
    ratio = statistics.median(of(one) / of(other) for one, other in pairs)
    return middle, statistics.median(of(other) for _, other in pairs), ratio


def _cost(answered: Answered) -> float:
    return 1000 / answered.per_second


def _latency(answered: Answered) -> float:
    return answered.median_ms


def _first(name: str, port: int, size: int, path: str, bound_path: str, queries: int, bound_is: str) -> None:
    """A render from nothing, one at a time, against its bound asked in the same way."""
    run, bound, ratio = _against(
        lambda: ask(port, f"/bench/first{path}", connections=1, seconds=0.7),
        lambda: ask(port, bound_path, connections=1, seconds=0.5),
        _latency,
    )
    _must(run, 200, path)
    more: dict[str, float | int | str] = {
        "per_second": round(run.per_second, 1), "bytes": run.size, "queries": queries, "bound_is": bound_is
    }  # fmt: skip
    emit(Figure(name, round(run.median_ms, 3), "ms", {"sessions": size}, round(bound, 3), round(ratio, 3), more))


def _kept(name: str, port: int, size: int, path: str, queries: int) -> None:
    """An answer from the cache, eight connections, against as many constant octets behind the same middlewares and one query."""
    body = ask(port, path, connections=1, seconds=0.1).size
    run, bound, ratio = _against(
        lambda: ask(port, path), lambda: ask(port, f"/bench/constant/{body}/{PROGRAMME}/sized-{size}/"), _cost
    )
    _must(run, 200, path)
    more: dict[str, float | int | str] = {
        "median_ms": round(run.median_ms, 3), "bytes": run.size, "queries": queries, "bound_is": "as many constant bytes, one query"
    }  # fmt: skip
    emit(Figure(name, round(run.per_second, 1), "req/s", {"sessions": size}, round(1000 / bound, 1), round(ratio, 3), more))


def _matching(name: str, port: int, size: int, path: str) -> None:
    """A poll that has the answer already, against a bare 304 behind the same middlewares and one query."""
    tag = headers_of(port, path)["etag"]
    run, bound, ratio = _against(
        lambda: ask(port, path, headers={"If-None-Match": tag}),
        lambda: ask(port, f"/bench/unchanged/{PROGRAMME}/sized-{size}/", headers={"If-None-Match": tag}),
        _cost,
    )
    _must(run, 304, path)
    more: dict[str, float | int | str] = {
        "median_ms": round(run.median_ms, 3),
        "queries": 1,
        "bound_is": "a bare 304, one query",
    }
    emit(Figure(name, round(run.per_second, 1), "req/s", {"sessions": size}, round(1000 / bound, 1), round(ratio, 3), more))


def _must(run: Answered, status: int, path: str) -> None:
    if run.status != status:
        raise RuntimeError(f"{path} answered {run.status}, not {status}")


def _schedule(port: int, size: int, counts: dict[str, list[int]]) -> None:
    path = _paths(size)["schedule"]
    first, kept = counts[path]
    _first("schedule.first", port, size, path, f"/bench/rows/{size}/", first, "one plain template of as many rows")
    _kept("schedule.cached", port, size, path, kept)
    _matching("schedule.etag", port, size, path)


def _feed(port: int, size: int, counts: dict[str, list[int]]) -> None:
    path = _paths(size)["feed"]
    first, kept = counts[path]
    _first("feed.first", port, size, path, f"/bench/strings/{PROGRAMME}/sized-{size}/ics/", first, "assembled strings")
    _kept("feed.cached", port, size, path, kept)
    _matching("feed.etag", port, size, path)


def _json(port: int, size: int, counts: dict[str, list[int]]) -> None:
    path = _paths(size)["json"]
    _first(
        "json.first", port, size, path, f"/bench/strings/{PROGRAMME}/sized-{size}/json/", counts[path][0], "assembled strings"
    )


def _session(port: int, size: int, counts: dict[str, list[int]]) -> None:
    path = _paths(size)["session"]
    _first(
        "session.first",
        port,
        size,
        path,
        f"/bench/small/{PROGRAMME}/sized-{size}/",
        counts[path][0],
        "one query and a small template",
    )


_AREAS: dict[str, Callable[[int, int, dict[str, list[int]]], None]] = {
    "schedule": _schedule,
    "feed": _feed,
    "json": _json,
    "session": _session,
}


def _memory(data: Path, size: int) -> None:
    """The peak memory of the server after every page of a size was asked for; the bound is the server that gave one health check."""
    _queries(data, [size])
    port = free_port()
    with server(data, port) as process:
        wait_for(port)
        bound = peak_memory(process)
        for path in _paths(size).values():
            ask(port, path, connections=4, seconds=0.5)
            ask(port, f"/bench/first{path}", connections=4, seconds=0.5)
        value = peak_memory(process)
    more: dict[str, float | int | str] = {"bound_is": "the same server after its first health check"}
    emit(Figure("memory.peak", round(value, 1), "MiB", {"sessions": size}, round(bound, 1), round(value / bound, 3), more))


def _start(data: Path, size: int) -> None:
    """From starting the server to its first schedule page; the bound is Django set up in a bare Python."""
    _queries(data, [size])
    times, bounds = [], []
    for _ in range(3):
        port, started = free_port(), time.perf_counter()
        with server(data, port):
            wait_for(port, _paths(size)["schedule"])
            times.append(time.perf_counter() - started)
        started = time.perf_counter()
        _python("import django; django.setup()", data)
        bounds.append(time.perf_counter() - started)
    value, bound = statistics.median(times) * 1000, statistics.median(bounds) * 1000
    more: dict[str, float | int | str] = {"bound_is": "Python with Django set up"}
    emit(Figure("start.first_page", round(value, 1), "ms", {"sessions": size}, round(bound, 1), round(value / bound, 3), more))
