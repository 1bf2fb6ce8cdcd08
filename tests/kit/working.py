"""One process of a Hub of its own, for tests that kill and race real ones: `python -m tests.kit.working WORD …`.

work            what `hub work` does, with the probes' handlers known
serve           what `hub serve` does, in all its processes
race            run every job there is, without asking whose turn it is
ask NAME NUMBER FOLDER   ask for jobs 1 to NUMBER, due now
fork            as the server does: look for migrations, then two processes that each print their connection's name
tell            for each line read, print where every job stands and every effect, as JSON

HUB_TESTS_AHEAD moves this process's clock on, by seconds. HUB_TESTS_PATIENCE is how many it waits for a mail server's answer.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import time_machine


def main(word: str, *rest: str) -> int:
    from hub.cli.manage import set_up_django

    set_up_django()
    from django.db import transaction
    from django.utils import timezone

    from hub.kit import jobs, worker
    from hub.kit.models import Job, JournalEntry, Turn
    from tests.kit import probes

    if word in ("work", "serve"):
        from hub.cli import main as hub

        _wait_shortly()
        return hub([word])
    if word == "race":
        print("ready", flush=True)
        sys.stdin.readline()
        for pk in Job.objects.order_by("pk").values_list("pk", flat=True):
            worker.perform(pk, clock=timezone.now)
    elif word == "ask":
        name, number, folder = rest
        with transaction.atomic():
            for each in range(1, int(number) + 1):
                jobs.enqueue(name, key=str(each), payload={"id": each, "folder": folder}, due_at=timezone.now())
    elif word == "fork":
        from django.db import connection

        from hub.cli import serve

        assert serve.waiting_migrations() == []
        serve.let_go_of_database()
        for _ in range(2):
            child = os.fork()
            if child == 0:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    print(cursor.fetchone()[0], flush=True)
                os._exit(0)
            os.waitpid(child, 0)
    elif word == "tell":
        for _ in sys.stdin:
            entries = JournalEntry.objects.filter(thing=probes.PROBE).order_by("thing_id", "pk")
            told = {
                "jobs": {f"{job.name} {job.key}": job.state for job in Job.objects.order_by("pk")},
                "effects": [[entry.verb, entry.thing_id] for entry in entries if entry.verb != "ticked"],
                "processes": sorted({entry.facts["process"] for entry in entries if "process" in entry.facts}),
                "turn": [turn.holder for turn in Turn.objects.all()],
            }
            print(json.dumps(told), flush=True)
    return 0


def _wait_shortly() -> None:
    from django.conf import settings

    from hub.services.mail import SmtpTransport, read_url

    if patience := float(os.environ.get("HUB_TESTS_PATIENCE", "0")):
        found = read_url(settings.MAIL_URL, timeout=patience, verdict_timeout=patience)
        settings.MAIL_TRANSPORT = SmtpTransport(found)


if __name__ == "__main__":
    ahead = float(os.environ.get("HUB_TESTS_AHEAD", "0"))
    moved = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True) if ahead else nullcontext()
    with moved:
        sys.exit(main(*sys.argv[1:]))
