"""`hub plan import` and `hub plan export`: a plan into a cohort's schedule, and out of it again."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hub.cli.manage import set_up_django
from hub.cli.output import CannotRead, complain, has_colour, read_file, write_out
from hub.core.errors import Refusal

if TYPE_CHECKING:
    from hub.core.plan.model import Plan
    from hub.programmes.models import Cohort
    from hub.schedule.queries.imports import ImportProposal

_SIGNS = {"added": "+", "moved": "→", "changed": "~", "cancelled": "-", "restored": "+", "removed": "-", "kept": "="}
_COLOURS = {"+": "32", "→": "36", "~": "33", "-": "31", "=": "2"}


def import_plan(args: argparse.Namespace) -> int:
    """Show what a plan would change, ask, and take it over; `--yes` agrees beforehand.

    A programme or cohort that is not there yet is made, and that is said first. 0 when done or when nothing is to be done,
    1 when a rule or the person said no, 2 when the file cannot be read.
    """
    try:
        text = read_file(args.file).decode("utf-8")
    except CannotRead as error:
        complain(f"{args.file}: {error}")
        return 2
    except UnicodeDecodeError:
        complain(f"{args.file}: this is not UTF-8 text; save it as UTF-8.")
        return 2
    from hub.core.plan.read import read_plan

    try:
        plan = read_plan(text)
    except Refusal as no:
        complain(f"{args.file}: {no.sentence}")
        return 2
    if problem := _open_database():
        complain(problem)
        return 1
    from django.db import transaction

    try:
        with transaction.atomic():
            status, agreed = _import(args, text, plan)
            if not agreed:
                transaction.set_rollback(True)
    except Refusal as no:
        complain(no.sentence)
        return 1
    return status


def export_plan(args: argparse.Namespace) -> int:
    """Write the newest text of a cohort's plan; the file is there whole or not at all."""
    if problem := _open_database():
        complain(problem)
        return 1
    from hub.programmes import queries
    from hub.schedule.queries.working import plan_text

    cohort = queries.cohort(args.programme, args.cohort)
    if cohort is None:
        complain(_no_cohort(args.programme, args.cohort))
        return 1
    text = plan_text(cohort)
    if not text:
        complain(f"{cohort.name} has no plan yet. “hub plan import” brings one.")
        return 1
    if not args.output:
        write_out(text, is_data=True)
        return 0
    try:
        _write_whole(Path(args.output), text)
    except OSError as error:
        complain(f"{args.output} cannot be written: {error.strerror}.")
        return 1
    return 0


def _open_database() -> str | None:
    """Get the database ready; one that is embedded is brought up to date at once. Gives a sentence where it cannot."""
    set_up_django()
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    from hub.cli.serve import waiting_migrations

    try:
        if waiting_migrations():
            if connection.vendor != "sqlite":
                return "the database is not up to date. Run “hub manage migrate” first."
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        return f"the database cannot be opened: {error}"
    return None


def _import(args: argparse.Namespace, text: str, plan: Plan) -> tuple[int, bool]:
    """Give the exit status, and whether what was written may stay."""
    from django.utils import timezone

    from hub.schedule.commands import plans
    from hub.schedule.queries.working import latest_plan

    cohort, made = _cohort(args, plan)
    proposal = plans.propose_import(cohort, text, at=timezone.now())
    for line in (*made, *_told(proposal, colour=has_colour("auto", sys.stdout))):
        write_out(line + "\n")
    latest = latest_plan(cohort)
    if not made and proposal.is_empty and latest is not None and latest.is_applied and latest.text == text:
        write_out("Nothing to import: the schedule says what the plan says.\n")
        return 0, True
    if not args.yes and not _agrees():
        return 1, False
    seen = latest.number if latest else 0
    version = plans.import_plan(cohort, text, seen=seen, note=f"From {Path(args.file).name}", by=None, at=timezone.now())
    sessions = len(proposal.lines) + proposal.unchanged
    write_out(f"Imported as version {version.number} of the plan: {sessions} entries. The public sees them after a release.\n")
    return 0, True


def _cohort(args: argparse.Namespace, plan: Plan) -> tuple[Cohort, list[str]]:
    """Find the cohort, or make it and its programme, and say so. Raises the refusals of the programmes' commands."""
    from django.utils import timezone

    from hub.programmes import commands, queries

    at, made = timezone.now(), []
    programme = queries.programme(args.programme)
    if programme is None:
        name = args.programme.replace("-", " ").title()
        programme = commands.create_programme(slug=args.programme, name=name, zone=plan.zone, by=None, at=at)
        made.append(f"New programme: {programme.name}, at /{programme.slug}/.")
    cohort = queries.cohort(args.programme, args.cohort)
    if cohort is None:
        first, last = _span(plan)
        cohort = commands.create_cohort(
            programme,
            slug=args.cohort,
            name=f"Cohort {args.cohort}",
            starts_on=first,
            ends_on=last,
            zone=plan.zone,
            by=None,
            at=at,
        )
        made.append(f"New cohort: {cohort.name}, {first:%B %Y} to {last:%B %Y}, at /{programme.slug}/{cohort.slug}/.")
    return cohort, made


def _span(plan: Plan) -> tuple[date, date]:
    """Give the first and last day of a plan: of its months, else of its dates. Raises Refusal where it has neither."""
    import calendar

    months = [(month.year, month.month) for month in plan.months if month.year]
    if months:
        (first_year, first), (last_year, last) = min(months), max(months)
        return date(first_year, first, 1), date(last_year, last, calendar.monthrange(last_year, last)[1])
    days = [entry.date for entry in plan.dated if entry.date]
    if not days:
        raise Refusal(
            "The plan has no year, so the cohort's months are not known. Write “year: 2024” at its top, between lines of ---."
        )
    return min(days), max(days)


def _told(proposal: ImportProposal, *, colour: bool) -> Iterator[str]:
    """Yield what would change, a line for each session."""
    for line in (*proposal.lines, *proposal.kept):
        sign = _SIGNS.get(line.verb, "~")
        shown = f"\x1b[{_COLOURS[sign]}m{sign}\x1b[0m" if colour else sign
        yield f"  {shown} {line.title} – {line.sentence}"
    for conflict in proposal.conflicts:
        yield f"  ! {conflict.title} – {conflict.sentence} The web's word stands:"
        yield f"      plan: {conflict.plan}"
        yield f"      web:  {conflict.web}"
    if proposal.unchanged:
        yield f"  {proposal.unchanged} unchanged"
    if proposal.findings:
        count = len(proposal.findings)
        yield f"  {count} finding{'s' if count > 1 else ''} in the plan; “hub plan check” tells them."


def _agrees() -> bool:
    if not sys.stdin.isatty():
        complain("nothing was changed. Add --yes to take the plan over.")
        return False
    with suppress(EOFError):
        if input("Take this over? [y/N] ").strip().lower() in ("y", "yes"):
            return True
    print("Nothing was changed.")
    return False


def _no_cohort(programme: str, cohort: str) -> str:
    from hub.programmes import queries

    found = queries.programme(programme)
    if found is None:
        return f"there is no programme “{programme}” here."
    names = ", ".join(each.slug for each in queries.cohorts_of(found)) or "none yet"
    return f"{found.name} has no cohort “{cohort}”. It has: {names}."


def _write_whole(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
