"""`hub manage jobs`: the background work that waits, runs, failed or was given up."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hub.kit import worker
from hub.kit.jobs import handlers, listed


class Command(BaseCommand):
    """List the jobs, what needs a person first."""

    help = "List background jobs: given up, failed, running, waiting."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take --all."""
        parser.add_argument("--all", action="store_true", help="those that are done as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a job, and whether a worker runs."""
        found = listed(with_done=options["all"])
        known = handlers()
        for job in found:
            line = f"{job.state:<9} {job.due_at:%Y-%m-%d %H:%M:%S} UTC  {job.name} {job.key}"
            line += f"  attempts: {job.attempts}" if job.attempts else ""
            line += f"  {job.error}" if job.error else ""
            line += "" if job.name in known else "  nobody handles it"
            self.stdout.write(line)
        if not found:
            self.stdout.write("No jobs.")
        if worker.quiet_for(at=timezone.now()) is not None:
            self.stdout.write("No worker has run for a while: is “hub serve” or “hub work” running?")
