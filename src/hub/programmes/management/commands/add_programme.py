"""`hub manage add_programme`: add a programme to this Hub, and optionally its first cohort."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from hub.core.errors import Refusal
from hub.programmes import commands


class Command(BaseCommand):
    """Add a programme; with --cohort, its first cohort too."""

    help = "Add a programme to this Hub; with --cohort, --starts and --ends its first cohort too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be typed."""
        parser.add_argument("slug", help="its address: small letters, figures and hyphens, such as river-watch")
        parser.add_argument("name", help="what people call it, such as “River Watch”")
        parser.add_argument("--tagline", default="", help="one breath: what it is")
        parser.add_argument("--zone", help="its time zone by place, such as Europe/London; without it HUB_ZONE")
        parser.add_argument("--colour", default="#0f766e", help="its colour as #RRGGBB; it must be readable on paper")
        parser.add_argument("--cohort", metavar="SLUG", help="the address of its first cohort, such as 2025")
        parser.add_argument("--starts", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the cohort's first day")
        parser.add_argument("--ends", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the cohort's last day")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add what was asked for, all of it or nothing."""
        if options["cohort"] and not (options["starts"] and options["ends"]):
            raise CommandError("A cohort needs --starts and --ends, such as --starts 2025-09-01 --ends 2026-02-28.")
        at = timezone.now()
        try:
            with transaction.atomic():
                programme = commands.create_programme(
                    slug=options["slug"],
                    name=options["name"],
                    tagline=options["tagline"],
                    zone=options["zone"],
                    colour=options["colour"],
                    by=None,
                    at=at,
                )
                if options["cohort"]:
                    commands.create_cohort(
                        programme,
                        slug=options["cohort"],
                        name=f"Cohort {options['cohort']}",
                        starts_on=options["starts"],
                        ends_on=options["ends"],
                        by=None,
                        at=at,
                    )
        except Refusal as no:
            raise CommandError(no.sentence) from no
        self.stdout.write(
            f"{programme.name} is at /{programme.slug}/. Next: hub manage add_team_member {programme.slug} NAME MAIL"
        )
