"""`hub manage add_team_member`: let somebody run a programme."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hub.core.errors import Refusal
from hub.kit.home import day_of
from hub.people import commands, queries
from hub.people.models import RoleKind
from hub.programmes import queries as programmes


class Command(BaseCommand):
    """Put a person on the team of a programme, and print a link that lets them in once."""

    help = "Put a person on the team of a programme, and print a link that lets them in once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be typed."""
        parser.add_argument("programme", help="the programme's address, such as river-watch")
        parser.add_argument("name", help="the person's name")
        parser.add_argument("email", help="the address they sign in with")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person where they are new, and give them the role from today on."""
        programme = programmes.programme(options["programme"])
        if programme is None:
            raise CommandError(f"There is no programme at /{options['programme']}/. Add it with hub manage add_programme.")
        at = timezone.now()
        account = queries.account_at(options["email"])
        try:
            with transaction.atomic():
                if account is not None:
                    person = queries.person_of(account)
                else:
                    person = commands.add_person(options["name"], email=options["email"], by=None, at=at)
                commands.give_role(person, RoleKind.TEAM, programme, starts_on=day_of(at), by=None, at=at)
                invitation, key = commands.invite(person, by=None, at=at)
        except Refusal as no:
            raise CommandError(no.sentence) from no
        link = settings.BASE_URL + reverse("come-in", args=[key])
        self.stdout.write(
            f"{person.name} runs {programme.name} from today on. This link lets them in once, until "
            f"{invitation.expires_at:%-d %B %Y}:\n{link}\nAfterwards a code that goes to {invitation.email} does, "
            "or, without mail too, a passkey they add under “How you sign in”."
        )
