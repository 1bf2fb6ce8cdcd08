"""`hub manage forget_keys`: let somebody in again who lost every key."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.people import commands, queries


class Command(BaseCommand):
    """Take away the passkeys, authenticator app and recovery codes of one account."""

    help = "Take away the passkeys, the authenticator app and the recovery codes of somebody who lost them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be typed."""
        parser.add_argument("email", help="an address of theirs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forget them, in the journal."""
        account = queries.account_at(options["email"])
        if account is None:
            raise CommandError(f"Nobody here has the address {options['email']}.")
        commands.forget_keys(account, by=None, at=timezone.now())
        self.stdout.write(f"{account.person.name} has no keys any more, and signs in with a code by mail.")
