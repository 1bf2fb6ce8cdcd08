"""`hub manage …`: Django's commands with the Hub's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from hub.cli.output import complain


def set_up_django() -> None:
    """Make the settings and the rooms ready, once, for a command that needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()


def manage(words: Sequence[str]) -> int:
    """Run a command of Django's, such as `migrate`. Gives 1, and says what to do, where tables are not there yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        execute_from_command_line(["hub manage", *words])
    except (OperationalError, ProgrammingError) as error:
        from hub.cli.serve import waiting_migrations

        try:
            is_behind = bool(waiting_migrations())
        except OperationalError:  # there is no database to ask
            raise error from None
        if not is_behind:
            raise
        complain("the database has not all of its tables yet. Run “hub manage migrate”, then this again.")
        return 1
    sys.stdout.flush()
    return 0
