"""Ten thousand messages out of the outbox: by one embedded worker on SQLite, and by two workers on PostgreSQL.

The bound is the least anybody could do: a bare loop of SMTP sends, over one connection, of messages as long as ours, to the same
server on the same machine, half of it before and half of it after: what else the machine does then weighs on both alike.
"""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure, emit

MESSAGES = 10_000

PREPARE = """
import django; django.setup()
import io
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
call_command("invent_people", people={messages} * 3 // 2, organisations={messages} // 20, stdout=io.StringIO())
from hub.core.choices import Topic
from hub.messaging import commands
from hub.messaging.happenings import audiences_of
from hub.programmes import queries
at = timezone.now()
programme = queries.programme("invented")
groups = [each.name for each in audiences_of(programme, at=at) if not each.name.startswith("not-agreed")]
body = '''Hello {{{{ you.first_name }}}},

we meet again in September, and this time there is **room for everybody**. Three things to know:

- the plan is on the programme's page
- trainings hold ten people each, so book early
- notes of every session stay where they are

[See what is next]({{{{ hub.me }}}})

Answer this mail whenever something is unclear: a person reads it. {{{{ programme.name }}}}
'''
letter = commands.write_mailing(programme, subject="News for {{{{ you.first_name }}}}", body=body, topic=Topic.NEWS, audiences=groups, by=None, at=at)
made = commands.prepare_mailing(letter, by=None, at=at)
from hub.messaging.models import Message
Message.objects.filter(pk__in=[each.pk for each in made[{messages}:]]).update(state="discarded")
made = made[:{messages}]
commands.send_mailing(letter, count=len(made), by=None, at=at)
from hub.messaging.deciding import Decider
from hub.messaging.posting import Composer
one = Message.objects.get(pk=made[0].pk)
size = len(Composer().write(one, Decider(at=at).decide([one])[0], at=at).envelope(one).message)
print(len(made), size)
"""

WAITING = """
import django; django.setup()
from hub.messaging.models import Message
print(Message.objects.exclude(state__in=["sent", "discarded"]).count())
"""


@contextmanager
def _smtp(folder: Path) -> Iterator[tuple[int, Path]]:
    """A server that takes everything; its log has a line for each message."""
    log = folder / "taken.jsonl"
    command = [sys.executable, "-m", "tests.services.smtp_server", "--log", str(log)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline().split()[-1].rpartition(":")[2]), log
    finally:
        process.terminate()
        process.wait(timeout=15)


class _Count:
    """Counts the messages in a log as it grows, reading only what is new: the workers need both cores."""

    def __init__(self, log: Path) -> None:
        self._log, self._at, self._count = log, 0, 0

    def __call__(self) -> int:
        if self._log.exists():
            with self._log.open("rb") as file:
                file.seek(self._at)
                new = file.read()
            self._at += len(new)
            self._count += new.count(b"\n")
        return self._count


def _environment(folder: Path, port: int, url: str) -> dict[str, str]:
    return os.environ | {
        "HUB_DATA": str(folder),
        "HUB_DATABASE_URL": url,
        "HUB_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "HUB_SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijk",
        "HUB_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "hub.settings",
        "PYTHONPATH": os.pathsep.join(["src", "."]),
    }


def _python(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip()


def _bare_loop(port: int, size: int, messages: int) -> float:
    """Seconds a bare loop of sends takes."""
    head = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nMessage-ID: <%d@bound.example>\r\n\r\n"
    body = (b"x" * 70 + b"\r\n") * (size // 72)
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(messages):
            server.sendmail("a@example.org", ["b@example.org"], head % number + body)
    return time.perf_counter() - started


def _drained(workers: int, environment: dict[str, str], log: Path, messages: int) -> float:
    """Seconds from the first message out to the last, with so many workers, and check that each went once."""
    hub = [sys.executable, "-c", "import sys; from hub.cli import main; sys.exit(main(['work']))"]
    taken = _Count(log)
    before = taken()
    running = [subprocess.Popen(hub, env=environment, stdout=subprocess.DEVNULL) for _ in range(workers)]
    try:
        while taken() == before:
            time.sleep(0.005)
        started = time.perf_counter()
        while taken() - before < messages:
            time.sleep(0.02)
        seconds = time.perf_counter() - started
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=60)
    return seconds


def _measure(name: str, workers: int, folder: Path, url: str, messages: int) -> None:
    with _smtp(folder) as (port, log):
        environment = _environment(folder, port, url)
        made, size = (int(each) for each in _python(PREPARE.format(messages=messages), environment).split())
        bound = _bare_loop(port, size, made // 2)
        seconds = _drained(workers, environment, log, made)
        bound += _bare_loop(port, size, made - made // 2)
        taken = [json.loads(line)["message_id"] for line in log.read_text().splitlines()]
        ids = [each for each in taken if "bound" not in each]
        if len(set(ids)) != made or len(ids) != made or int(_python(WAITING, environment)):
            raise SystemExit(f"{name}: {made} messages, {len(ids)} taken, {len(set(ids))} of them different")
    more: dict[str, float | int | str] = {
        "bound_is": "a bare loop of SMTP sends", "workers": workers, "bytes": size, "ms_each": round(seconds / made * 1000, 3)
    }  # fmt: skip
    emit(
        Figure(
            name, round(made / seconds, 1), "/s", {"messages": made}, round(made / bound, 1), round(seconds / bound, 3), more
        )
    )


def run(messages: int = MESSAGES) -> None:
    """Print outbox.sqlite and outbox.postgres."""
    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder:
        _measure("outbox.sqlite", 1, Path(folder), "", messages)
    from tests.run import postgresql

    with tempfile.TemporaryDirectory(prefix="hub-bench-") as folder, postgresql() as url:
        _measure("outbox.postgres", 2, Path(folder), url, messages)
