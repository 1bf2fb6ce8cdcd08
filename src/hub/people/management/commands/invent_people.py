"""`hub manage invent_people`: see a Hub at size, with people who do not exist."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from hub.core.errors import Refusal
from hub.people.commands import inventing
from hub.people.models import Person
from hub.programmes import commands as programmes
from hub.programmes import queries

MOST = 200_000


class Command(BaseCommand):
    """Invent people, organisations and their roles; the same seed invents the same ones."""

    help = "Invent people and organisations, to see a Hub at size. For an empty database or the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be typed."""
        parser.add_argument("--people", type=int, default=10_000)
        parser.add_argument("--organisations", type=int, default=500)
        parser.add_argument("--programme", default="invented", help="whose people they are; made where it is not there")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--anyway", action="store_true", help="even where real people stand")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invent them in one transaction."""
        people, organisations = options["people"], options["organisations"]
        if not (0 <= people <= MOST and 0 <= organisations <= MOST):
            raise CommandError(f"Between 0 and {MOST:,} of each.")
        if Person.objects.exists() and not settings.DEMO and not options["anyway"]:
            raise CommandError("Real people may stand here. Nobody was invented; --anyway invents them all the same.")
        at = timezone.now()
        try:
            with transaction.atomic():
                programme = queries.programme(options["programme"])
                if programme is None:
                    programme = programmes.create_programme(
                        slug=options["programme"], name="An invented programme", is_public=False, by=None, at=at
                    )
                    for years in range(4):
                        first = (at - timedelta(days=365 * years)).date().replace(month=9, day=1)
                        last = first + timedelta(days=180)
                        programmes.create_cohort(
                            programme, slug=f"{first.year}", name=f"Cohort {first.year}", starts_on=first, ends_on=last,
                            by=None, at=at,
                        )  # fmt: skip
                inventing.invent_people(
                    programme, people=people, organisations=organisations, seed=options["seed"], at=at
                )  # fmt: skip
        except Refusal as no:
            raise CommandError(no.sentence) from no
        self.stdout.write(f"{people} people and {organisations} organisations are invented, in /{programme.slug}/.")
